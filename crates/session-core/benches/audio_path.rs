//! The audio path through the core, 100 ms a frame: microphone frame to the model's message, and the model's message to
//! the client's frame.

#[path = "../tests/support/live.rs"]
mod live;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use live::{Live, microphone_frame, model_message};

fn audio_path(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("audio_path");
    group.throughput(Throughput::Elements(1));

    let mut live = Live::new();
    let frame = microphone_frame();
    let client = live.client;
    assert!(live.receive(client, &frame) > 4_300, "the frame is forwarded");
    group.bench_function("microphone_to_model", |bencher| bencher.iter(|| live.receive(client, &frame)));

    let mut live = Live::new();
    let message = model_message();
    let model = live.model;
    assert!(live.receive(model, &message) > 4_800, "the frame is forwarded");
    group.bench_function("model_to_client", |bencher| bencher.iter(|| live.receive(model, &message)));
    group.finish();
}

criterion_group!(benches, audio_path);
criterion_main!(benches);
