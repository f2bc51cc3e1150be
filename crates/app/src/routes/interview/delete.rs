//! `interview.delete`: removes an interview with everything that belongs to it.

use crate::caller::SignedIn;
use crate::db::{Error as DatabaseError, interviews};
use crate::routes::interview_not_found;
use api::public::{DeleteInterview, Deleted};
use trpc::Error;

/// Removes it, whatever its state, at once and for good. A session host that submits to it afterwards gets `NOT_FOUND`.
pub(in crate::routes) async fn handle(caller: SignedIn, input: DeleteInterview) -> Result<Deleted, Error> {
    let mut transaction = caller.database().begin().await?;
    let deleted = interviews::delete(&mut transaction, &input.id, &caller.user_id).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    deleted.ok_or_else(interview_not_found)
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, refused_with, submission};
    use api::call::Call;
    use api::public::{DeleteInterview, GetInterview, ListInterviews};
    use trpc::Code;

    on_both_databases!(nothing_of_it_is_left, somebody_elses_stays);

    async fn nothing_of_it_is_left(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let submit = Call::SubmitTranscript(submission(&id, 3, rig.now()));
        assert_eq!(rig.session_host().report(&submit).await, 200);
        assert_eq!(rig.count("transcript_entries").await + rig.count("report_jobs").await, 4);

        ada.call(&DeleteInterview { id: id.clone() }).await.unwrap();
        assert_eq!(refused_with(ada.call(&GetInterview { id: id.clone() }).await), Code::NotFound);
        assert_eq!(ada.call(&ListInterviews::default()).await.unwrap().items, []);
        assert_eq!(rig.count("transcript_entries").await + rig.count("report_jobs").await, 0);
        assert_eq!(rig.session_host().report(&submit).await, 404);
        assert_eq!(refused_with(ada.call(&DeleteInterview { id }).await), Code::NotFound);
    }

    async fn somebody_elses_stays(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let mut bob = rig.sign_in("bob@example.org").await;
        assert_eq!(refused_with(bob.call(&DeleteInterview { id: id.clone() }).await), Code::NotFound);
        assert!(ada.call(&GetInterview { id }).await.is_ok());
    }
}
