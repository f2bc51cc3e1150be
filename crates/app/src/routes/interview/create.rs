//! `interview.create`: what will be talked about, and for how long.

use crate::caller::SignedIn;
use crate::db::interviews;
use api::public::{CreateInterview, InterviewSummary};
use trpc::Error;

/// Creates the interview, or returns the one that the idempotency key has created before.
pub(in crate::routes) async fn handle(
    caller: SignedIn,
    input: CreateInterview,
) -> Result<InterviewSummary, Error> {
    let config = &caller.backend.config;
    let (id, now) = (config.random.id(), config.clock.now());
    Ok(interviews::create(caller.database(), &id, &caller.user_id, &input, now).await?)
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, refused_with};
    use api::interview::Status;
    use api::public::{CreateInterview, GetInterview, ListInterviews};
    use futures::future::join_all;
    use std::collections::BTreeSet;
    use trpc::Code;

    on_both_databases!(
        everything_asked_for_is_kept,
        repeating_the_key_returns_the_first_interview,
        repeating_the_key_at_once_creates_one_interview,
        the_key_is_the_users_own,
        a_stranger_may_not,
        a_zero_character_is_storable,
    );

    async fn everything_asked_for_is_kept(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let input = CreateInterview {
            idempotency_key: "key".into(),
            role: "Köchin 👩‍🍳".into(),
            job_description: "Cook.\n".repeat(10_000),
            resume: "Cooked.".into(),
            persona: "strict".into(),
            language: "de-CH".into(),
            duration_minutes: 120,
        };
        let created = ada.call(&input).await.unwrap();
        assert_eq!((created.status, created.created_at.0), (Status::Pending, rig.now()));
        assert_eq!((created.started_at, created.ended_at, created.end_reason), (None, None, None));
        let details = ada.call(&GetInterview { id: created.id.clone() }).await.unwrap();
        assert_eq!(details.summary, created);
        assert_eq!(
            (created.role, created.language, created.duration_minutes),
            (input.role, input.language, 120)
        );
        assert_eq!((details.job_description, details.resume), (input.job_description, input.resume));
        assert_eq!((details.persona, details.transcript.len()), (input.persona, 0));
    }

    async fn repeating_the_key_returns_the_first_interview(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let first = ada.call(&interview("key")).await.unwrap();
        rig.advance(1000);
        let again = CreateInterview { role: "Baker".into(), ..interview("key") };
        assert_eq!(ada.call(&again).await.unwrap(), first);
        assert_ne!(ada.call(&interview("other key")).await.unwrap().id, first.id);
    }

    async fn repeating_the_key_at_once_creates_one_interview(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let calls = (0..20).map(|_| {
            let mut tab = ada.clone();
            async move { tab.call(&interview("key")).await.unwrap().id }
        });
        let ids: BTreeSet<String> = join_all(calls).await.into_iter().collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(ada.call(&ListInterviews::default()).await.unwrap().items.len(), 1);
    }

    async fn the_key_is_the_users_own(database: Database) {
        let rig = Rig::start(database).await;
        let ada = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap();
        let bob = rig.sign_in("bob@example.org").await.call(&interview("key")).await.unwrap();
        assert_ne!(ada.id, bob.id);
    }

    async fn a_stranger_may_not(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(refused_with(rig.browser().call(&interview("key")).await), Code::Unauthorized);
    }

    async fn a_zero_character_is_storable(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let input = CreateInterview { role: "a\0b".into(), ..interview("k\0") };
        let created = ada.call(&input).await.unwrap();
        assert_eq!(created.role, "a\u{fffd}b");
        assert_eq!(ada.call(&input).await.unwrap().id, created.id);
    }
}
