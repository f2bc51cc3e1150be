//! What measuring costs while sound is forwarded.

use criterion::{Criterion, criterion_group, criterion_main};
use delivery::Meter;
use std::hint::black_box;

fn frame(criterion: &mut Criterion) {
    let wave = (0..1_600_i32).map(|at| ((at * 7_919) % 20_000 - 10_000) as i16);
    let pcm: Vec<u8> = wave.flat_map(i16::to_le_bytes).collect();
    let mut meter = Meter::default();
    let mut now = 0;
    criterion.bench_function("100 ms of microphone", |bencher| {
        bencher.iter(|| {
            now += 100;
            meter.listen(now, black_box(&pcm));
        });
    });
}

criterion_group!(benches, frame);
criterion_main!(benches);
