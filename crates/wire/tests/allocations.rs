//! What a frame of sound costs in allocations: nothing to read, one to write.

use allocation_counter::measure;
use wire::{audio_chunk, audio_response};

#[test]
fn sound_is_read_without_an_allocation_and_written_with_one() {
    let writing = measure(|| drop(audio_response(4_800, Some(300), |out| out.resize(out.len() + 4_800, 0))));
    assert_eq!(writing.count_total, 1);

    let microphone = b"\x0a\x06\x0a\x04\x01\x02\x03\x04";
    let reading = measure(|| assert_eq!(audio_chunk(microphone), Some(&[1, 2, 3, 4][..])));
    assert_eq!(reading.count_total, 0);
}
