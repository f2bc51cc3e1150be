//! What an input must look like: the limits of every procedure, in zod's words when one is broken.

use crate::call::{GetContext, SubmitTranscript, UpdateStatus};
use crate::interview::{EndReason, Speaker, Status, TranscriptEntry};
use crate::public::{
    CreateInterview, DeleteInterview, GenerateWorkerToken, GetInterview, ListInterviews, MAX_DOCUMENT_CHARS,
    MAX_DURATION_MINUTES, MAX_LINE_CHARS, MAX_NAME_CHARS, MAX_PAGE, RequestCode, SetName, VerifyCode,
};
use serde::Deserialize;
use trpc::schema::{Input, Object};

/// Longest e-mail address, characters (RFC 3696, erratum 1690).
const MAX_EMAIL_CHARS: u32 = 254;

/// Longest id, key and cursor, characters. Ours have 22, a client's UUID has 36.
const MAX_ID_CHARS: u32 = 200;

/// Most entries of one transcript: one a second for the longest interview and its grace.
const MAX_ENTRIES: u32 = 10_000;

fn email(fields: &Object<'_>) -> Option<String> {
    fields.string("email").trim().lowercase().max(MAX_EMAIL_CHARS).email().required()
}

/// PostgreSQL fails at a U+0000 in a parameter, and no id has one.
pub(crate) fn id(fields: &Object<'_>, key: &str) -> Option<String> {
    fields.string(key).min(1).max(MAX_ID_CHARS).check(|id| !id.contains('\0'), "Not an id").required()
}

impl Input for RequestCode {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { email: email(fields)? })
    }
}

impl Input for VerifyCode {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let email = email(fields);
        let six_digits = |code: &String| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let code = fields.string("code").trim().check(six_digits, "The code has six digits").required();
        Some(Self { email: email?, code: code? })
    }
}

impl Input for SetName {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { name: fields.string("name").trim().max(MAX_NAME_CHARS).required()? })
    }
}

impl Input for CreateInterview {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let document = |key| fields.string(key).max(MAX_DOCUMENT_CHARS).or(String::new());
        let idempotency_key = fields.string("idempotencyKey").min(1).max(MAX_ID_CHARS).required();
        let role = fields.string("role").trim().min(1).max(MAX_LINE_CHARS).required();
        let job_description = document("jobDescription");
        let resume = document("resume");
        let persona = fields.string("persona").trim().max(MAX_LINE_CHARS).or(String::new());
        let language =
            fields.string("language").check(|tag| is_language(tag), "Not a BCP 47 tag").or("en".to_owned());
        let duration_minutes =
            fields.int("durationMinutes").min(1).max(MAX_DURATION_MINUTES.into()).required();
        Some(Self {
            idempotency_key: idempotency_key?,
            role: role?,
            job_description: job_description?,
            resume: resume?,
            persona: persona?,
            language: language?,
            duration_minutes: u32::try_from(duration_minutes?).ok()?,
        })
    }
}

/// RFC 5646: subtags of one to eight letters and digits, the first of letters only; 35 characters hold any real tag.
fn is_language(tag: &str) -> bool {
    let is_subtag = |subtag: &str| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let primary = tag.split('-').next().unwrap_or_default();
    tag.len() <= 35
        && primary.len() >= 2
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && tag.split('-').all(is_subtag)
}

impl Input for ListInterviews {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let cursor = fields.string("cursor").max(MAX_ID_CHARS).nullish();
        let limit = fields.int("limit").min(1).max(MAX_PAGE.into()).nullish();
        Some(Self { cursor: cursor?, limit: limit?.and_then(|limit| u32::try_from(limit).ok()) })
    }
}

impl Input for GetInterview {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { id: id(fields, "id")? })
    }
}

impl Input for DeleteInterview {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { id: id(fields, "id")? })
    }
}

impl Input for GenerateWorkerToken {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for GetContext {
    fn read(fields: &Object<'_>) -> Option<Self> {
        Some(Self { interview_id: id(fields, "interviewId")? })
    }
}

impl Input for UpdateStatus {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let interview_id = id(fields, "interviewId");
        let status = fields.one_of("status", &Status::ALL.map(|status| (status.name(), status))).required();
        let started_at = fields.date("startedAt").nullish();
        let ended_at = fields.date("endedAt").nullish();
        Some(Self {
            interview_id: interview_id?,
            status: status?,
            started_at: started_at?,
            ended_at: ended_at?,
        })
    }
}

impl Input for TranscriptEntry {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let speaker =
            fields.one_of("speaker", &Speaker::ALL.map(|speaker| (speaker.name(), speaker))).required();
        let content = fields.string("content").min(1).required();
        let timestamp = fields.date("timestamp").required();
        Some(Self { speaker: speaker?, content: content?, timestamp: timestamp? })
    }
}

impl Input for SubmitTranscript {
    fn read(fields: &Object<'_>) -> Option<Self> {
        let interview_id = id(fields, "interviewId");
        let transcript = fields.array("transcript").max(MAX_ENTRIES).of::<TranscriptEntry>().required();
        let reasons = EndReason::ALL.map(|reason| (reason.name(), reason));
        let end_reason = fields.one_of("endReason", &reasons).nullish();
        let started_at = fields.date("startedAt").nullish();
        let ended_at = fields.date("endedAt").nullish();
        // What was said is worth more than figures about it: those of another version are left out, nothing is refused.
        let delivery =
            fields.slot("delivery").value().and_then(|value| delivery::Record::deserialize(value).ok());
        Some(Self {
            interview_id: interview_id?,
            transcript: transcript?,
            end_reason: end_reason?,
            started_at: started_at?,
            ended_at: ended_at?,
            delivery: delivery.filter(|record| record.version == delivery::VERSION),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use serde_json::json;
    use trpc::schema::parse;

    /// The places that are wrong, in dots.
    fn wrong<I: Input>(input: &serde_json::Value) -> Vec<String> {
        let issues = parse::<I>(Some(input)).err().map(|error| serde_json::to_value(error.issues()).unwrap());
        let steps = |issue: &serde_json::Value| {
            let steps: Vec<String> =
                issue["path"].as_array().unwrap().iter().map(ToString::to_string).collect();
            steps.join(".").replace('"', "")
        };
        issues.map_or(Vec::new(), |issues| issues.as_array().unwrap().iter().map(steps).collect())
    }

    #[test]
    fn an_address_is_trimmed_and_lower_case() {
        let input = parse::<RequestCode>(Some(&json!({ "email": "  Ada@Example.ORG " })));
        assert_eq!(input.unwrap().email, "ada@example.org");
        assert_eq!(wrong::<RequestCode>(&json!({ "email": "ada" })), ["email"]);
    }

    #[test]
    fn a_code_has_six_digits() {
        for code in ["12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(wrong::<VerifyCode>(&json!({ "email": "a@b.org", "code": code })), ["code"], "{code}");
        }
        assert!(parse::<VerifyCode>(Some(&json!({ "email": "a@b.org", "code": " 012345 " }))).is_ok());
    }

    #[test]
    fn an_interview_needs_a_key_a_role_and_a_duration() {
        let least = json!({ "idempotencyKey": "k", "role": "Cook", "durationMinutes": 20 });
        let input = parse::<CreateInterview>(Some(&least)).unwrap();
        assert_eq!((input.language.as_str(), input.resume.as_str()), ("en", ""));
        assert_eq!(wrong::<CreateInterview>(&json!({})), ["idempotencyKey", "role", "durationMinutes"]);
        let wild = json!({ "idempotencyKey": "k", "role": " ", "durationMinutes": 121, "language": "e n" });
        assert_eq!(wrong::<CreateInterview>(&wild), ["role", "language", "durationMinutes"]);
    }

    #[test]
    fn a_language_is_a_tag() {
        for tag in ["en", "de-CH", "zh-Hant-TW", "es-419"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "e", "en_US", "en-", "-en", "12", "English language", "abcdefghi"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn a_transcript_names_the_entry_that_is_broken() {
        let entry = |at: serde_json::Value| json!({ "speaker": "AI", "content": "Hi", "timestamp": at });
        let submit =
            |last: serde_json::Value| json!({ "interviewId": "i", "transcript": [entry(1.into()), last] });
        let good = parse::<SubmitTranscript>(Some(&submit(entry("2026-01-02T03:04:05Z".into())))).unwrap();
        assert_eq!(good.transcript[1].timestamp, Timestamp(1_767_323_045_000));
        let path = |last| wrong::<SubmitTranscript>(&submit(last));
        assert_eq!(path(entry("2026-01-02T03:04:05".into())), ["transcript.1.timestamp"]);
        assert_eq!(path(entry(serde_json::Value::Null)), ["transcript.1.timestamp"]);
        assert_eq!(
            path(json!({ "speaker": "BOT", "content": "", "timestamp": 1 })),
            ["transcript.1.speaker", "transcript.1.content"]
        );
    }

    #[test]
    fn figures_that_cannot_be_read_cost_no_transcript() {
        let submit = |delivery: serde_json::Value| {
            let input = json!({ "interviewId": "i", "transcript": [], "delivery": delivery });
            parse::<SubmitTranscript>(Some(&input)).unwrap().delivery
        };
        let spoken = submit(json!({ "version": 1, "spokenMs": 1200, "unheardOf": true })).unwrap();
        assert_eq!(spoken.spoken_ms, 1_200);
        for other in [json!(null), json!(7), json!({ "version": 2 }), json!({ "version": 1, "spokenMs": -1 })]
        {
            assert_eq!(submit(other.clone()), None, "{other}");
        }
        let old = json!({ "interviewId": "i", "transcript": [] });
        assert_eq!(parse::<SubmitTranscript>(Some(&old)).unwrap().delivery, None);
    }

    #[test]
    fn a_page_may_be_asked_for_with_nulls() {
        assert_eq!(
            parse::<ListInterviews>(Some(&json!({ "cursor": null, "limit": null }))).unwrap(),
            ListInterviews::default()
        );
        assert_eq!(wrong::<ListInterviews>(&json!({ "limit": 101 })), ["limit"]);
    }
}
