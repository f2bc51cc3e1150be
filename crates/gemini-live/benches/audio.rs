//! The audio path: a 100 ms microphone frame to the vendor's message, and a 100 ms message of the vendor to PCM.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gemini_live::{ServerMessage, audio_message};
use std::hint::black_box;

const MICROPHONE_FRAME_BYTES: usize = 3_200;
const INTERVIEWER_FRAME_BYTES: usize = 4_800;

fn interviewer_message() -> Vec<u8> {
    let pcm: Vec<u8> = (0..INTERVIEWER_FRAME_BYTES).map(|at| (at * 7) as u8).collect();
    let data = base64_simd::STANDARD.encode_to_string(&pcm);
    format!(
        r#"{{"serverContent":{{"modelTurn":{{"role":"model","parts":[{{"inlineData":{{"mimeType":"audio/pcm;rate=24000","data":"{data}"}}}}]}}}}}}"#
    )
    .into_bytes()
}

fn audio_path(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("audio, 100 ms");

    let pcm = vec![0x5A; MICROPHONE_FRAME_BYTES];
    group.throughput(Throughput::Bytes(pcm.len() as u64));
    group.bench_function("microphone frame to message", |bencher| {
        bencher.iter(|| audio_message(black_box(&pcm)));
    });

    let message = interviewer_message();
    group.throughput(Throughput::Bytes(message.len() as u64));
    group.bench_function("parse message", |bencher| {
        bencher.iter(|| ServerMessage::parse(black_box(&message)).expect("it is well-formed"));
    });
    group.bench_function("parse message and decode", |bencher| {
        bencher.iter(|| {
            let message = ServerMessage::parse(black_box(&message)).expect("it is well-formed");
            let content = message.server_content.expect("it has content");
            let part = content.model_turn.audio().next().expect("it has sound");
            let mut pcm = Vec::with_capacity(part.decoded_len());
            part.decode_append(&mut pcm).expect("it is base64");
            pcm
        });
    });
}

criterion_group!(benches, audio_path);
criterion_main!(benches);
