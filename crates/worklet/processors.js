// The AudioWorklet processors: the only JavaScript of the app that is written by hand, since a processor must be a class.
// All work on samples is done by the Rust module of this crate, instantiated here from its bytes.
'use strict';

class Processor extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    // Bytes, not a compiled module: Safari cannot clone one into a worklet.
    this.rust = new WebAssembly.Instance(new WebAssembly.Module(processorOptions.wasm)).exports;
    this.alive = true;
    // What is thrown in here reaches nobody: `processorerror` tells of process() and the constructor only.
    this.port.onmessage = ({ data }) => {
      try {
        this.receive(data);
      } catch (error) {
        this.port.postMessage(String(error));
      }
    };
  }

  // To be called when the module has allocated all it needs: a memory that grows takes its views away.
  open() {
    const { memory, block, pcm } = this.rust;
    const [blockAt, pcmAt] = [block(), pcm()];
    this.block = new Float32Array(memory.buffer, blockAt, 4096);
    this.pcm = new Int16Array(memory.buffer, pcmAt, 24000);
  }
}

// Posts [s16le frame, root mean square, peak].
class CaptureProcessor extends Processor {
  constructor(options) {
    super(options);
    this.rust.capture_open(sampleRate, options.processorOptions.frameMs);
    this.open();
  }

  receive() {
    this.alive = false;
  }

  process([[channel]]) {
    if (channel) {
      if (this.block.length === 0) this.open();
      this.block.set(channel);
      this.rust.capture_push(channel.length);
      for (let samples; (samples = this.rust.capture_next()) > 0; ) {
        const frame = this.pcm.slice(0, samples).buffer;
        this.port.postMessage([frame, this.rust.capture_rms(), this.rust.capture_peak()], [frame]);
      }
    }
    return this.alive;
  }
}

// Takes an ArrayBuffer of s16le, 'flush' or 'stop'; posts [samples gone, active, root mean square, underruns].
class PlaybackProcessor extends Processor {
  constructor(options) {
    super(options);
    this.rust.playback_open(sampleRate);
    this.open();
    this.loudest = 0;
    this.blocks = 0;
  }

  receive(message) {
    if (message === 'stop') {
      this.alive = false;
    } else if (message === 'flush') {
      this.rust.playback_flush();
      this.report();
    } else {
      if (this.pcm.length === 0) this.open();
      const samples = new Int16Array(message);
      this.pcm.set(samples);
      this.rust.playback_push(samples.length);
    }
  }

  report() {
    const { playback_gone, playback_active, playback_underruns } = this.rust;
    this.port.postMessage([playback_gone(), playback_active(), this.loudest, playback_underruns()]);
    this.loudest = 0;
  }

  process(_, [[channel]]) {
    if (this.block.length === 0) this.open();
    this.rust.playback_pull(channel.length);
    channel.set(this.block.subarray(0, channel.length));
    this.loudest = Math.max(this.loudest, this.rust.playback_rms());
    this.blocks += 1;
    if (this.blocks % 8 === 0) this.report(); // every 43 ms at 24 kHz
    return this.alive;
  }
}

registerProcessor('capture', CaptureProcessor);
registerProcessor('playback', PlaybackProcessor);
