//! Sound costs one allocation a frame, the frame itself, in either direction.

#[path = "support/live.rs"]
mod live;

use live::{Live, microphone_frame, model_message};

const FRAMES: u64 = 1_000;

fn allocations(mut live: Live, from_model: bool, message: &[u8]) -> (u64, u64) {
    let conn = if from_model { live.model } else { live.client };
    for _ in 0..10 {
        assert!(live.receive(conn, message) > 3_200);
    }
    let mut sent = 0;
    let counted = allocation_counter::measure(|| {
        for _ in 0..FRAMES {
            sent += live.receive(conn, message) as u64;
        }
    });
    assert_eq!(counted.bytes_total, sent, "and of its exact size");
    (counted.count_total, sent)
}

#[test]
fn a_microphone_frame_costs_one_allocation() {
    let (count, _) = allocations(Live::new(), false, &microphone_frame());
    assert_eq!(count, FRAMES);
}

#[test]
fn a_frame_of_the_interviewers_voice_costs_one_allocation() {
    let (count, _) = allocations(Live::new(), true, &model_message());
    assert_eq!(count, FRAMES);
}
