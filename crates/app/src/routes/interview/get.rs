//! `interview.get`: an interview with everything said in it.

use crate::caller::SignedIn;
use crate::db::{interviews, transcript_entries};
use crate::routes::interview_not_found;
use api::public::{GetInterview, InterviewDetails};
use trpc::Error;

/// Returns it.
pub(in crate::routes) async fn handle(
    caller: SignedIn,
    input: GetInterview,
) -> Result<InterviewDetails, Error> {
    let database = caller.database();
    let details =
        interviews::find(database, &input.id, &caller.user_id).await?.ok_or_else(interview_not_found)?;
    let transcript = transcript_entries::list(database, &input.id).await?;
    Ok(InterviewDetails { transcript, ..details })
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, refused_with, submission};
    use api::call::{Call, GetContext};
    use api::interview::{EndReason, Status};
    use api::public::GetInterview;
    use trpc::Code;

    on_both_databases!(
        the_transcript_is_in_order,
        somebody_elses_and_none_are_answered_alike,
        a_stranger_is_unauthorized_whether_or_not_it_exists,
        what_cannot_be_an_id_is_refused,
    );

    async fn the_transcript_is_in_order(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let submitted = submission(&id, 250, rig.now());
        let mut shuffled = submitted.clone();
        shuffled.transcript.reverse();
        assert_eq!(rig.session_host().report(&Call::SubmitTranscript(shuffled)).await, 200);
        let details = ada.call(&GetInterview { id }).await.unwrap();
        assert_eq!(details.transcript, submitted.transcript);
        assert_eq!(details.summary.status, Status::Completed);
        assert_eq!(details.summary.end_reason, Some(EndReason::User));
        assert_eq!(
            (details.summary.started_at, details.summary.ended_at),
            (submitted.started_at, submitted.ended_at)
        );
    }

    async fn somebody_elses_and_none_are_answered_alike(database: Database) {
        let rig = Rig::start(database).await;
        let id = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap().id;
        let mut bob = rig.sign_in("bob@example.org").await;
        let others = bob.answer(&GetInterview { id }).await;
        let none = bob.answer(&GetInterview { id: "none".into() }).await;
        assert_eq!(others.status, 404);
        assert_eq!((others.status, others.body), (none.status, none.body));
    }

    async fn a_stranger_is_unauthorized_whether_or_not_it_exists(database: Database) {
        let rig = Rig::start(database).await;
        let id = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap().id;
        for id in [id, "none".into(), String::new()] {
            assert_eq!(refused_with(rig.browser().call(&GetInterview { id }).await), Code::Unauthorized);
        }
    }

    async fn what_cannot_be_an_id_is_refused(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        assert_eq!(refused_with(ada.call(&GetInterview { id: "a\0b".into() }).await), Code::BadRequest);
        let context = Call::GetContext(GetContext { interview_id: "\0".into() });
        assert_eq!(rig.session_host().report(&context).await, 400);
    }
}
