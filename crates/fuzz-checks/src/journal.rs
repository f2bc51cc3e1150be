//! Journals: whatever the disk gives back, the interview goes on from it and its words arrive at the backend.

use crate::interview::{BEGIN_MS, Interview, encoded};
use api::interview::Speaker;
use serde::Deserialize;
use serde_json::Value;
use session_core::{Config, Input};
use wire::client_to_server_message::Payload as FromClient;

/// Takes each line of `data` for a record.
pub fn check(data: &[u8]) {
    let records: Vec<Vec<u8>> = data.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    for grace_ms in [0, 60_000] {
        let config = Config { grace_ms, keeps_journal: true, ..Config::new("itv_1") };
        let Some(mut first) = Interview::from_journal(config.clone(), records.clone(), BEGIN_MS) else {
            continue;
        };
        if grace_ms > 0 {
            go_on(&mut first);
        }
        first.stop();
        every_word_is_stored(&records, &first);
        if first.is_over() {
            continue;
        }
        // The process is killed before the backend answers: what it added to the journal tells the next one the same.
        let left = first.journal().to_vec();
        let Some(mut second) = Interview::from_journal(config, left, first.now() + 5_000) else {
            panic!("nothing was acknowledged");
        };
        second.stop();
        assert_eq!(first.submitted(), second.submitted(), "the next process stores something else");
        second.finish();
        assert_eq!(first.submitted(), second.submitted());
    }
}

/// 9999-12-31T23:59:59.999Z: a record of a later turn is broken.
const LAST_MS: u64 = 253_402_300_799_999;

/// The candidate comes back in time and says something.
fn go_on(interview: &mut Interview) {
    interview.begin();
    let Some(client) = interview.client(0) else { return };
    let sound = FromClient::AudioChunk(wire::AudioChunk { audio_content: vec![3; 3200] });
    interview.input(Input::Received(client, &encoded(sound)));
    interview.pass_ms(100);
    let Some(model) = interview.model(0) else { return };
    let answer = br#"{"serverContent":{"inputTranscription":{"text":"Here I am."},"turnComplete":true}}"#;
    interview.input(Input::Received(model, answer));
}

/// A record of words, as anybody would read one.
#[derive(Deserialize)]
struct Words {
    is: String,
    turn: u64,
    #[serde(rename = "speaker")]
    _speaker: Speaker,
    text: String,
}

/// Returns a record that is readable in all its parts, also those nobody knows.
fn words(record: &[u8]) -> Option<Words> {
    serde_json::from_slice::<Value>(record).ok()?;
    serde_json::from_slice(record).ok()
}

fn every_word_is_stored(records: &[Vec<u8>], interview: &Interview) {
    for record in records {
        let Some(Words { is, turn, text, .. }) = words(record) else { continue };
        if is == "words" && turn <= LAST_MS && !text.trim().is_empty() {
            let submitted = interview.submitted().expect("something was said");
            let stored = submitted.transcript.iter().any(|entry| entry.content.contains(text.trim()));
            assert!(stored, "{text:?} is in the journal and not stored");
        }
    }
}
