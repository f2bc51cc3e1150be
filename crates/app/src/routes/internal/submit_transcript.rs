//! `submitTranscript`: everything said in an interview, which is over with it.

use crate::backend::Backend;
use crate::db::interviews::{self, Progress};
use crate::db::{Error as DatabaseError, deliveries, report_jobs, transcript_entries};
use crate::routes::interview_not_found;
use api::call::SubmitTranscript;
use api::interview::Status;
use std::sync::Arc;
use trpc::Error;

/// Stores all of it or nothing. Repeating it changes nothing, so a session host repeats it until it is acknowledged.
pub(in crate::routes) async fn handle(backend: Arc<Backend>, input: SubmitTranscript) -> Result<(), Error> {
    let progress = Progress {
        status: Status::Completed,
        started_at: input.started_at,
        ended_at: input.ended_at,
        end_reason: input.end_reason,
    };
    let mut transaction = backend.database.begin().await?;
    if !interviews::advance(&mut transaction, &input.interview_id, &progress).await? {
        return Err(interview_not_found());
    }
    transcript_entries::insert(&mut transaction, &input.interview_id, &input.transcript).await?;
    if let Some(record) = &input.delivery {
        deliveries::insert(&mut transaction, &input.interview_id, record).await?;
    }
    report_jobs::queue(&mut transaction, &input.interview_id, backend.config.clock.now()).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    backend.report_queued.notify_one();
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, status, submission};
    use api::call::{Call, SubmitTranscript};
    use api::interview::{EndReason, Speaker, Status, TranscriptEntry};
    use api::public::GetInterview;
    use api::timestamp::Timestamp;
    use futures::future::join_all;
    use serde_json::json;

    on_both_databases!(
        refuses_a_missing_and_a_wrong_secret,
        a_users_cookie_is_no_secret,
        saves_entries_for_a_valid_request,
        repeating_it_changes_nothing,
        existing_entries_are_kept_as_they_are,
        a_broken_entry_saves_none,
        an_interview_in_which_nothing_was_said_is_completed,
        a_transcript_after_a_failure_completes_the_interview,
        two_hours_of_speech_fit,
        two_hundred_submissions_at_once_are_all_saved,
        concurrent_repetitions_save_it_once,
        dates_are_taken_in_every_form,
        none_is_not_found,
    );

    fn submit(submission: SubmitTranscript) -> Call {
        Call::SubmitTranscript(submission)
    }

    async fn refuses_a_missing_and_a_wrong_secret(database: Database) {
        let rig = Rig::start(database).await;
        let id = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap().id;
        let call = submit(submission(&id, 2, rig.now()));
        let secret = rig.secret();
        let wrong = [
            None,
            Some(String::new()),
            Some("Bearer ".into()),
            Some(secret.clone()),
            Some(format!("Basic {secret}")),
            Some(format!("Bearer {}", &secret[1..])),
            Some(format!("Bearer {secret}x")),
            Some(format!("Bearer  {secret}")),
            Some("Bearer wrong-wrong-wrong-wrong-wrong-wrong".into()),
        ];
        for authorization in wrong {
            let answer = rig.stranger(authorization.as_deref()).ask(&call).await;
            assert_eq!(answer.status, 401, "{authorization:?}");
            assert_eq!(answer.body["error"]["data"]["code"], "UNAUTHORIZED");
        }
        assert_eq!(rig.count("transcript_entries").await, 0);
    }

    async fn a_users_cookie_is_no_secret(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let mut stranger = rig.stranger(None).with_header("cookie", ada.cookie());
        assert_eq!(stranger.report(&submit(submission(&id, 1, rig.now()))).await, 401);
    }

    async fn saves_entries_for_a_valid_request(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let submitted = submission(&id, 5, rig.now());
        assert_eq!(rig.session_host().report(&submit(submitted.clone())).await, 200);
        let details = ada.call(&GetInterview { id }).await.unwrap();
        assert_eq!(details.transcript, submitted.transcript);
        assert_eq!(details.summary.status, Status::Completed);
        assert_eq!((rig.count("transcript_entries").await, rig.count("report_jobs").await), (5, 1));
    }

    async fn repeating_it_changes_nothing(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let submitted = submission(&id, 5, rig.now());
        assert_eq!(rig.session_host().report(&submit(submitted.clone())).await, 200);
        let first = ada.answer(&GetInterview { id: id.clone() }).await.body;
        rig.advance(90_000);
        let later = SubmitTranscript {
            end_reason: Some(EndReason::Failed),
            ended_at: Some(Timestamp(rig.now())),
            ..submitted.clone()
        };
        for again in [submitted, later] {
            assert_eq!(rig.session_host().report(&submit(again)).await, 200);
            assert_eq!(ada.answer(&GetInterview { id: id.clone() }).await.body, first);
        }
        assert_eq!((rig.count("transcript_entries").await, rig.count("report_jobs").await), (5, 1));
    }

    async fn existing_entries_are_kept_as_they_are(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let first = submission(&id, 3, rig.now());
        assert_eq!(rig.session_host().report(&submit(first.clone())).await, 200);
        let mut second = submission(&id, 4, rig.now());
        second.transcript[0].content = "rewritten".into();
        assert_eq!(rig.session_host().report(&submit(second.clone())).await, 200);
        let stored = ada.call(&GetInterview { id }).await.unwrap().transcript;
        assert_eq!(stored[..3], first.transcript);
        assert_eq!(stored[3..], second.transcript[3..]);
    }

    async fn a_broken_entry_saves_none(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let good = json!({ "speaker": "AI", "content": "Hi", "timestamp": 1 });
        let broken = [
            json!({ "speaker": "BOT", "content": "Hi", "timestamp": 2 }),
            json!({ "speaker": "AI", "content": "", "timestamp": 2 }),
            json!({ "speaker": "AI", "content": "Hi", "timestamp": "2026-01-02T03:04:05" }),
            json!({ "speaker": "AI", "content": "Hi", "timestamp": null }),
            json!({ "speaker": "AI", "content": "Hi" }),
            json!(null),
        ];
        for entry in broken {
            let body = json!({ "interviewId": id, "transcript": [good, entry] });
            let answer = rig.session_host().post("/submitTranscript", &body).await;
            assert_eq!(answer.status, 400, "{entry}");
            assert!(answer.body["error"]["data"]["zodError"]["fieldErrors"]["transcript"].is_array());
        }
        assert_eq!((rig.count("transcript_entries").await, rig.count("report_jobs").await), (0, 0));
        assert_eq!(ada.call(&GetInterview { id }).await.unwrap().summary.status, Status::Pending);
    }

    async fn an_interview_in_which_nothing_was_said_is_completed(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        assert_eq!(rig.session_host().report(&submit(submission(&id, 0, rig.now()))).await, 200);
        let details = ada.call(&GetInterview { id }).await.unwrap();
        assert_eq!((details.summary.status, details.transcript.len()), (Status::Completed, 0));
    }

    async fn a_transcript_after_a_failure_completes_the_interview(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        assert_eq!(rig.session_host().report(&status(&id, Status::Error)).await, 200);
        assert_eq!(rig.session_host().report(&submit(submission(&id, 2, rig.now()))).await, 200);
        let details = ada.call(&GetInterview { id }).await.unwrap();
        assert_eq!((details.summary.status, details.transcript.len()), (Status::Completed, 2));
    }

    async fn two_hours_of_speech_fit(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        // A turn every four seconds, each of forty characters of six escaped bytes.
        let entries = (0..1800).map(|turn| TranscriptEntry {
            speaker: if turn % 2 == 0 { Speaker::Ai } else { Speaker::User },
            content: "\u{1}".repeat(40) + "語",
            timestamp: Timestamp(rig.now() + turn * 4000),
        });
        let submitted = SubmitTranscript { transcript: entries.collect(), ..submission(&id, 0, rig.now()) };
        assert_eq!(rig.session_host().report(&submit(submitted.clone())).await, 200);
        assert_eq!(ada.call(&GetInterview { id }).await.unwrap().transcript, submitted.transcript);
    }

    async fn two_hundred_submissions_at_once_are_all_saved(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let mut ids = Vec::new();
        for number in 0..200 {
            ids.push(ada.call(&interview(&number.to_string())).await.unwrap().id);
        }
        let calls = ids.iter().map(|id| {
            let (mut host, call) = (rig.session_host(), submit(submission(id, 20, rig.now())));
            async move { host.report(&call).await }
        });
        assert_eq!(join_all(calls).await, [200; 200]);
        assert_eq!((rig.count("transcript_entries").await, rig.count("report_jobs").await), (4000, 200));
    }

    async fn concurrent_repetitions_save_it_once(database: Database) {
        let rig = Rig::start(database).await;
        let id = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap().id;
        let call = submit(submission(&id, 20, rig.now()));
        let calls = (0..20).map(|_| {
            let (mut host, call) = (rig.session_host(), call.clone());
            async move { host.report(&call).await }
        });
        assert_eq!(join_all(calls).await, [200; 20]);
        assert_eq!((rig.count("transcript_entries").await, rig.count("report_jobs").await), (20, 1));
    }

    async fn dates_are_taken_in_every_form(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let entry = |at: serde_json::Value| json!({ "speaker": "AI", "content": "Hi", "timestamp": at });
        let input = json!({ "interviewId": id, "transcript": [
            entry(json!("2026-01-02T03:04:05.678Z")),
            entry(json!("2026-01-02T04:04:06+01:00")),
            entry(json!(1_767_323_047_000_i64)),
        ]});
        let envelope =
            json!({ "json": input, "meta": { "values": { "transcript.0.timestamp": ["Date"] }, "v": 1 } });
        for body in [&input, &envelope] {
            assert_eq!(rig.session_host().post("/submitTranscript", body).await.status, 200);
        }
        let stored = ada.call(&GetInterview { id }).await.unwrap().transcript;
        let instants: Vec<i64> = stored.iter().map(|entry| entry.timestamp.0).collect();
        assert_eq!(instants, [1_767_323_045_678, 1_767_323_046_000, 1_767_323_047_000]);
    }

    async fn none_is_not_found(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(rig.session_host().report(&submit(submission("none", 1, rig.now()))).await, 404);
        assert_eq!(rig.count("transcript_entries").await, 0);
    }
}
