//! Whatever a peer sends, reading it neither panics nor promises sound that is not there.

#![expect(clippy::unwrap_used, reason = "a test may panic outside its test function too")]

use gemini_live::ServerMessage;
use gemini_live::close::{Phase, classify, classify_http};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn read(payload: &[u8]) {
    let Ok(message) = ServerMessage::parse(payload) else { return };
    let Some(content) = &message.server_content else { return };
    for part in content.model_turn.audio() {
        let mut pcm = Vec::new();
        let expected = part.decode_append(&mut pcm).map_or(0, |()| part.decoded_len());
        assert_eq!(pcm.len(), expected);
    }
}

fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/server");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            fs::read(path).unwrap().split(|&b| b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}

/// A golden payload with up to four bytes replaced, inserted or removed, or cut.
fn mutated_samples() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![prop::sample::select(b"{}[]\",:\\=-_ \n0eu\xFF\xC3".to_vec()), any::<u8>()];
    let change = (any::<prop::sample::Index>(), byte, 0..4);
    (prop::sample::select(samples()), prop::collection::vec(change, 1..5)).prop_map(
        |(mut payload, changes)| {
            for (at, byte, kind) in changes {
                let at = at.index(payload.len() + 1);
                match kind {
                    0 if at < payload.len() => payload[at] = byte,
                    1 if at < payload.len() => drop(payload.remove(at)),
                    2 => payload.truncate(at.max(1)),
                    _ => payload.insert(at, byte),
                }
            }
            payload
        },
    )
}

#[test]
fn depth_is_no_danger() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = format!("{}0{}", open.repeat(200_000), close.repeat(200_000));
        read(deep.as_bytes());
        read(format!(r#"{{"somethingNew":{deep}}}"#).as_bytes());
        read(format!(r#"{{"toolCall":{{"functionCalls":[{{"args":{deep}}}]}}}}"#).as_bytes());
        read(format!(r#"{{"serverContent":{{"modelTurn":{deep}}}}}"#).as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&payload);
    }

    #[test]
    fn almost_messages(payload in mutated_samples()) {
        read(&payload);
    }

    #[test]
    fn any_base64_symbols(data in "[A-Za-z0-9+/_=-]{0,70}") {
        let payload = format!(
            r#"{{"serverContent":{{"modelTurn":{{"parts":[{{"inlineData":{{"mimeType":"audio/pcm","data":"{data}"}}}}]}}}}}}"#
        );
        read(payload.as_bytes());
    }

    #[test]
    fn the_case_of_a_reason_does_not_matter(code in any::<Option<u16>>(), reason in "(API key |quota|internal error|Handle|.){0,8}") {
        for phase in [Phase::BeforeSetup, Phase::Resuming, Phase::Running] {
            let shouted = reason.to_ascii_uppercase();
            prop_assert_eq!(classify(code, &reason, phase), classify(code, &shouted, phase));
            let status = code.unwrap_or(0);
            prop_assert_eq!(classify_http(status, &reason, phase), classify_http(status, &shouted, phase));
        }
    }
}
