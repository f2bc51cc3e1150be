// Runs before the page's own scripts and notes what tests ask about. The page does not know of it.
'use strict';
(() => {
  const probe = { sockets: [], tokens: [], constraints: [], streams: [], tap: [], voice: null };
  window.__probe = probe;

  // Every message, with its time and its first byte, which is the field of the protobuf message.
  const field = (data) => (typeof data === 'string' ? -1 : new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0)[0] >> 3);
  const size = (data) => (typeof data === 'string' ? data.length : data.byteLength);
  const note = (list, data) => list.push([performance.now(), field(data), size(data), probe.voice ? probe.voice.currentTime : 0]);
  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(url) {
      super(url);
      this.noted = { url, sent: [], received: [], closed: null, open: false };
      probe.sockets.push(this.noted);
      this.addEventListener('open', () => { this.noted.open = true; });
      this.addEventListener('message', ({ data }) => note(this.noted.received, data));
      this.addEventListener('close', ({ code }) => { this.noted.closed = code; });
    }
    send(data) {
      note(this.noted.sent, data);
      super.send(data);
    }
  };

  const nativeFetch = window.fetch;
  window.fetch = async (...all) => {
    const answer = await nativeFetch(...all);
    if (String(all[0]).includes('generateWorkerToken')) {
      const body = await answer.clone().json();
      if (body.result) probe.tokens.push(body.result.data.token);
    }
    return answer;
  };

  if (navigator.mediaDevices) {
    const devices = navigator.mediaDevices;
    const nativeMedia = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (asked) => {
      probe.constraints.push(asked.audio);
      const plain = { ...asked.audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      const stream = await nativeMedia(window.__plain ? { audio: plain } : asked);
      probe.streams.push(stream);
      return stream;
    };
  }

  // What leads to the loudspeaker at the voice's rate is recorded, with the frame at which it was played.
  const recorder = `
    class Recorder extends AudioWorkletProcessor {
      constructor() { super(); this.room = new Int16Array(2048); this.at = 0; this.first = 0; }
      process([[channel]]) {
        if (!channel) return true;
        if (this.at === 0) this.first = currentFrame;
        for (const sample of channel) this.room[this.at++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
        if (this.at >= this.room.length) { this.port.postMessage([this.first, this.room.slice()]); this.at = 0; }
        return true;
      }
    }
    registerProcessor('recorder', Recorder);`;
  const tap = async (context, node, connect) => {
    const url = URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' }));
    await context.audioWorklet.addModule(url);
    const tapped = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 0 });
    tapped.port.onmessage = ({ data }) => probe.tap.push(data);
    connect.call(node, tapped);
    probe.tapping = true;
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && this.context.sampleRate === 24000) {
      probe.voice = this.context;
      if (window.__tapped) tap(this.context, this, connect);
    }
    return connect.call(this, to, ...rest);
  };

  // The recording as [first frame, base64 of s16le], pieces that follow each other joined.
  probe.recording = () => {
    const pieces = probe.tap;
    const all = new Int16Array(pieces.reduce((sum, [, samples]) => sum + samples.length, 0));
    let at = 0;
    for (const [, samples] of pieces) { all.set(samples, at); at += samples.length; }
    const bytes = new Uint8Array(all.buffer);
    let text = '';
    for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
    return [pieces.length ? pieces[0][0] : 0, btoa(text)];
  };
})();
