// The official SDK holds a conversation with our stand-in of the Live API.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GoogleGenAI, FunctionResponseScheduling } from "@google/genai";
import { connect, silence, speech } from "./client.mjs";

const begin = (client) => client.session.sendRealtimeInput({ text: "Begin the interview." });

test("a greeting is heard and read, a spoken answer is told and answered", async () => {
  const client = await connect();
  assert.ok(client.messages[0].setupComplete, "setupComplete is the first message");
  begin(client);
  const greeting = await client.turn();
  assert.match(greeting.said, /practice interviewer/);
  assert.ok(greeting.audioMs > 8_000, `${greeting.audioMs} ms`);
  assert.ok(greeting.messages.at(-1).usageMetadata.totalTokenCount > 0);

  client.speak(Buffer.concat([speech, silence(1500)]));
  const answer = await client.turn();
  assert.match(answer.heard, /^\[\d+\.\d s of speech\]$/);
  assert.ok(answer.said.length > 0 && answer.audioMs > 500);
  const kinds = answer.messages.map((message) => message.voiceActivity?.voiceActivityType ?? message.voiceActivity?.type);
  assert.ok(kinds.includes("ACTIVITY_START") && kinds.includes("ACTIVITY_END"), `${kinds}`);
  assert.equal((await client.close()).code, 1005);
});

test("speech over the interviewer interrupts", async () => {
  const client = await connect();
  begin(client);
  await client.until((message) => message.serverContent?.modelTurn, "audio");
  client.speak(speech);
  const cut = await client.turn();
  assert.ok(cut.messages.some((message) => message.serverContent?.interrupted));
  client.speak(silence(1500));
  const next = await client.turn();
  assert.ok(!next.messages.some((message) => message.serverContent?.interrupted));
  assert.ok(next.audioMs > 500);
  await client.close();
});

test("typed turns, the end of the interview as a function call, and its answer", async () => {
  const tools = [{ functionDeclarations: [{ name: "end_interview", description: "Call when the interview is over." }] }];
  const client = await connect({ config: { tools } });
  client.session.sendClientContent({ turns: [{ role: "user", parts: [{ text: "Begin." }] }], turnComplete: true });
  await client.turn();
  client.session.sendRealtimeInput({ text: "(Time is up. Say goodbye and end the interview.)" });
  const farewell = await client.turn();
  assert.match(farewell.said, /Goodbye/);
  const place = await client.until((message) => message.toolCall, "toolCall");
  const [call] = client.messages[place].toolCall.functionCalls;
  assert.equal(call.name, "end_interview");
  await client.turn();
  client.session.sendToolResponse({
    functionResponses: [
      { id: call.id, name: call.name, response: { output: "ok" }, scheduling: FunctionResponseScheduling.WHEN_IDLE },
    ],
  });
  assert.equal((await client.turn()).said, "Goodbye.");
  await client.close();
});

test("goAway, then the session goes on over a second connection without a second greeting", async () => {
  const first = await connect({ apiKey: "short-lived" });
  begin(first);
  const goAway = await first.until((message) => message.goAway, "goAway");
  assert.match(first.messages[goAway].goAway.timeLeft, /^\d+(\.\d+)?s$/);
  const { handle } = first;
  assert.equal(handle.length, 36);
  await first.close();

  let second;
  // As at the service, the first try after an idle connection may be refused.
  for (let attempt = 0; attempt < 8 && !second?.session; attempt += 1) {
    second = await connect({ config: { sessionResumption: { handle } } });
    if (!second.session) assert.deepEqual(second.closeEvent, { code: 1011, reason: "Internal error encountered." });
  }
  second.session.sendRealtimeInput({ text: "I would say that my background fits this role very well indeed." });
  const { said } = await second.turn();
  assert.ok(said.length > 0 && !/practice interviewer/.test(said), said);
  await second.close();
});

test("manual activity detection", async () => {
  const client = await connect({ config: { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } } });
  client.session.sendRealtimeInput({ activityStart: {} });
  client.speak(speech);
  client.session.sendRealtimeInput({ activityEnd: {} });
  assert.match((await client.turn()).heard, /s of speech\]$/);
  await client.close();
});

for (const [apiKey, code, reason] of [
  ["test-invalid", 1007, "API key not valid. Please pass a valid API key."],
  ["test-expired", 1007, "API key expired. Please renew the API key."],
  ["test-leaked", 1008, "Your API key was reported as leaked. Please use another API key."],
]) {
  test(`a bad key is closed after the setup: ${apiKey}`, async () => {
    const client = await connect({ apiKey });
    assert.deepEqual(client.closeEvent, { code, reason });
    assert.deepEqual(client.messages, []);
  });
}

test("configuration the model does not know is refused with its path", async () => {
  const client = await connect({ config: { thinkingConfig: { thinkingLevel: "LOW" } } });
  assert.deepEqual(client.closeEvent, { code: 1007, reason: "Thinking level is not supported for this model" });
  const affective = await connect({ config: { enableAffectiveDialog: true } });
  assert.equal(affective.closeEvent.code, 1007);
  assert.match(affective.closeEvent.reason, /enableAffectiveDialog/);
});

test("the list of models is there for a preflight", async () => {
  const ai = new GoogleGenAI({ apiKey: "any-key", httpOptions: { baseUrl: process.env.GENAI_BASE_URL } });
  const model = await ai.models.get({ model: "gemini-3.8-live" });
  assert.equal(model.name, "models/gemini-3.8-live");
  await assert.rejects(ai.models.get({ model: "gemini-0-live" }), /not found/);
});
