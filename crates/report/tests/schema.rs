//! `docs/report.schema.json` says of a report what serde writes.

#![cfg(test)]

use api::interview::{Speaker, TranscriptEntry};
use api::report::{
    About, Citation, Claim, Document, Gap, Judge, Judgement, Missing, Question, Report, Score, State,
};
use api::timestamp::Timestamp;
use delivery::{Answer, Key, Record};
use report::Judged;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/report.schema.json")).unwrap()
}

/// Panics where the value is not as described, or has a member that is not described at all.
fn check(schema: &Value, root: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let described = root.pointer(reference.trim_start_matches('#')).unwrap();
        return check(described, root, value, place);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{place}: {value}");
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = value.as_object().unwrap_or_else(|| panic!("{place}: {value}"));
            for (name, member) in members {
                let described = &schema["properties"][name];
                assert!(described.is_object(), "{place}.{name} is not described");
                check(described, root, member, &format!("{place}.{name}"));
            }
            for name in schema["required"].as_array().unwrap() {
                assert!(members.contains_key(name.as_str().unwrap()), "{place}.{name} is missing");
            }
        }
        Some("array") => {
            let items = value.as_array().unwrap_or_else(|| panic!("{place}: {value}"));
            assert!(items.len() as u64 >= schema["minItems"].as_u64().unwrap_or(0), "{place}");
            for item in items {
                check(&schema["items"], root, item, &format!("{place}[]"));
            }
        }
        Some("string") => assert!(value.is_string(), "{place}: {value}"),
        Some("integer") => assert!(value.is_i64() || value.is_u64(), "{place}: {value}"),
        Some("number") => assert!(value.is_number(), "{place}: {value}"),
        Some("boolean") => assert!(value.is_boolean(), "{place}: {value}"),
        _ => assert!(schema.get("enum").is_some() || schema["const"] == *value, "{place}: {value}"),
    }
}

fn judgement() -> Judgement {
    let claim =
        || Claim { text: "You did.".into(), citations: vec![Citation { turn: 2, quote: "I did".into() }] };
    Judgement {
        judge: Judge {
            model: "m".into(),
            is_stand_in: false,
            rubric: "general".into(),
            prompt_version: 1,
            schema_version: 1,
            judged_at: Timestamp(0),
        },
        overall: Some(3.5),
        summary: vec![claim()],
        scores: vec![Score { dimension: "depth".into(), name: "Depth".into(), score: 3, reason: claim() }],
        strengths: vec![claim()],
        changes: vec![claim()],
        gaps: vec![Gap { text: "No.".into(), document: Document::Resume, quote: "yes".into() }],
        questions: vec![Question {
            turn: 1,
            asked: "Did you?".into(),
            gist: claim(),
            good: vec![claim()],
            missing: vec![claim()],
            stronger: "Say more.".into(),
        }],
        dropped: 0,
    }
}

fn report(language: &str, judged: Judged) -> Report {
    let entry = |speaker, content: &str, at| TranscriptEntry {
        speaker,
        content: content.into(),
        timestamp: Timestamp(at),
    };
    let answer = Answer { at_ms: 0, wait_ms: Some(1), length_ms: 2, spoken_ms: 2 };
    let mut record = Record {
        listened_ms: 10_000,
        spoken_ms: 5_000,
        interviewer_ms: 1_000,
        pauses: 1,
        longest_pause_ms: 300,
        answer_count: 1,
        answers_ms: 6_000,
        answers: vec![answer],
        ..Record::default()
    };
    record.loudness.blocks = 2;
    let about = About {
        role: "Cook".into(),
        language: language.into(),
        started_at: Timestamp(0),
        ended_at: Some(Timestamp(9_000)),
    };
    let said = "Um, at the end of it. At the end of it. At the end of it?";
    let transcript = vec![entry(Speaker::Ai, "Did you?", 0), entry(Speaker::User, said, 1_000)];
    report::compose(about, transcript, Some(&record), judged)
}

#[test]
fn the_schema_describes_every_member() {
    let judged = Judged { state: State::Ready, missing: Some(Missing::Cut), judgement: Some(judgement()) };
    let report = report("en", judged);
    assert_eq!(report.delivery.figures.len(), Key::ALL.len(), "the test needs every figure");
    let schema = schema();
    check(&schema, &schema, &serde_json::to_value(&report).unwrap(), "report");
}

#[test]
fn the_schema_names_every_state_and_unit() {
    let schema = schema();
    for missing in Missing::ALL {
        let judged = Judged { state: State::WithoutJudgement, missing: Some(missing), judgement: None };
        let value = serde_json::to_value(report("zh", judged)).unwrap();
        check(&schema, &schema, &value, "report");
    }
    assert_eq!(schema["properties"]["missing"]["enum"].as_array().unwrap().len(), Missing::ALL.len());
    assert_eq!(
        schema["$defs"]["figure"]["properties"]["key"]["enum"].as_array().unwrap().len(),
        Key::ALL.len()
    );
    assert_eq!(schema["properties"]["version"]["const"], json!(api::report::REPORT_VERSION));
}
