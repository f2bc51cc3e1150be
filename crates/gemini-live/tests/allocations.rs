//! What a frame of sound costs in allocations: nothing to read, one to write.

use allocation_counter::measure;
use gemini_live::{ServerMessage, audio_message};

#[test]
fn sound_is_read_without_an_allocation_and_written_with_one() {
    let data = "AAEC".repeat(1_600);
    let payload = format!(
        r#"{{"serverContent":{{"modelTurn":{{"role":"model","parts":[{{"inlineData":{{"mimeType":"audio/pcm;rate=24000","data":"{data}"}}}}]}}}}}}"#
    );
    let mut pcm = Vec::with_capacity(4_800);
    let reading = measure(|| {
        let message = ServerMessage::parse(payload.as_bytes()).unwrap();
        for part in message.server_content.unwrap().model_turn.audio() {
            part.decode_append(&mut pcm).unwrap();
        }
    });
    assert_eq!(pcm.len(), 4_800);
    assert_eq!(reading.count_total, 0);

    let writing = measure(|| drop(audio_message(&pcm)));
    assert_eq!(writing.count_total, 1);
}
