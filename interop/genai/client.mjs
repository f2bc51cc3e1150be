// The official SDK's live client, with what arrives put in order for assertions.

import { readFileSync } from "node:fs";
import { GoogleGenAI, Modality } from "@google/genai";

const baseUrl = process.env.GENAI_BASE_URL ?? "http://127.0.0.1:8791";
const model = "gemini-3.8-live";

export const instruction = "You are a calm, fair interviewer.\nRole: Rust engineer\nLanguage: en\nDuration: 30 minutes";

/** Connects; resolves once the SDK has its session, or once the server has closed. */
export async function connect({ apiKey = "any-key", config = {} } = {}) {
  const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl } });
  const client = new Client();
  const opening = ai.live.connect({
    model,
    config: {
      responseModalities: [Modality.AUDIO],
      systemInstruction: instruction,
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      sessionResumption: {},
      contextWindowCompression: { slidingWindow: {} },
      ...config,
    },
    callbacks: {
      onmessage: (message) => client.take(message),
      onerror: (event) => client.fail(event),
      onclose: (event) => client.end(event),
    },
  });
  // When the server closes before `setupComplete` the SDK's own promise never settles.
  client.session = await Promise.race([opening, client.closed.then(() => undefined)]);
  return client;
}

class Client {
  messages = [];
  #waiting = [];
  #end;

  constructor() {
    this.closed = new Promise((resolve) => (this.#end = resolve));
  }

  take(message) {
    this.messages.push(message);
    this.#wake();
  }

  end(event) {
    this.closeEvent = { code: event.code, reason: String(event.reason) };
    this.#end(this.closeEvent);
    this.#wake();
  }

  fail(event) {
    this.error = event.error ?? event;
    this.#wake();
  }

  #wake() {
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Waits for a message that fits, looking from the given place on. */
  async until(fits, what, from = 0) {
    const signal = AbortSignal.timeout(20_000);
    const late = new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error(`no ${what} within 20 s`))),
    );
    for (;;) {
      const place = this.messages.findIndex((message, at) => at >= from && fits(message));
      if (place >= 0) return place;
      if (this.closeEvent) throw new Error(`closed with ${this.closeEvent.code} before ${what}`);
      await Promise.race([new Promise((resolve) => this.#waiting.push(resolve)), late]);
    }
  }

  /** Waits for the end of the next turn; returns what it said, what was heard, and its milliseconds of audio. */
  async turn() {
    const from = this.read ?? 0;
    const end = await this.until((message) => message.serverContent?.turnComplete, "turnComplete", from);
    this.read = end + 1;
    const part = this.messages.slice(from, end + 1);
    const text = (member) => part.map((message) => message.serverContent?.[member]?.text ?? "").join("");
    const bytes = part
      .flatMap((message) => message.serverContent?.modelTurn?.parts ?? [])
      .map((piece) => Buffer.from(piece.inlineData.data, "base64").length)
      .reduce((sum, length) => sum + length, 0);
    return { said: text("outputTranscription"), heard: text("inputTranscription"), audioMs: bytes / 48, messages: part };
  }

  /** Streams 16 kHz PCM in chunks of 40 ms, as fast as the socket takes it. */
  speak(pcm) {
    for (let at = 0; at < pcm.length; at += 1280) {
      const data = pcm.subarray(at, at + 1280).toString("base64");
      this.session.sendRealtimeInput({ audio: { data, mimeType: "audio/pcm;rate=16000" } });
    }
  }

  async close() {
    this.session.close();
    return this.closed;
  }

  get handle() {
    const updates = this.messages.map((message) => message.sessionResumptionUpdate?.newHandle).filter(Boolean);
    return updates.at(-1);
  }
}

/** A spoken answer, 16 kHz PCM without its WAV header. */
export const speech = readFileSync(new URL("../../crates/stand-in/testdata/answer.wav", import.meta.url)).subarray(44);

export const silence = (ms) => Buffer.alloc(ms * 32);
