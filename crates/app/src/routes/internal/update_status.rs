//! `updateStatus`: how far an interview has come.

use crate::backend::Backend;
use crate::db::interviews::{self, Progress};
use crate::routes::interview_not_found;
use api::call::UpdateStatus;
use std::sync::Arc;
use trpc::Error;

/// Moves the status forward. What would move it backwards changes nothing and is no error: reports may arrive late,
/// and twice.
pub(in crate::routes) async fn handle(backend: Arc<Backend>, input: UpdateStatus) -> Result<(), Error> {
    let progress = Progress {
        status: input.status,
        started_at: input.started_at,
        ended_at: input.ended_at,
        end_reason: None,
    };
    let mut transaction = backend.database.begin().await?;
    let is_known = interviews::advance(&mut transaction, &input.interview_id, &progress).await?;
    transaction.commit().await.map_err(crate::db::Error::from)?;
    if is_known { Ok(()) } else { Err(interview_not_found()) }
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases, status};
    use api::call::{Call, UpdateStatus};
    use api::interview::Status;
    use api::public::GetInterview;
    use api::timestamp::Timestamp;

    on_both_databases!(the_status_never_moves_backwards, the_first_report_of_a_time_stays, none_is_not_found,);

    async fn the_status_never_moves_backwards(database: Database) {
        use Status::{Completed, Error, InProgress, Pending};
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let steps = [
            (vec![Pending], Pending),
            (vec![InProgress, InProgress], InProgress),
            (vec![InProgress, Pending], InProgress),
            (vec![Completed, InProgress, Pending], Completed),
            (vec![InProgress, Completed, Error], Completed),
            (vec![Error, InProgress, Pending], Error),
        ];
        for (number, (reports, stands)) in steps.into_iter().enumerate() {
            let id = ada.call(&interview(&number.to_string())).await.unwrap().id;
            for report in &reports {
                assert_eq!(rig.session_host().report(&status(&id, *report)).await, 200);
            }
            let details = ada.call(&GetInterview { id }).await.unwrap();
            assert_eq!(details.summary.status, stands, "{reports:?}");
        }
    }

    async fn the_first_report_of_a_time_stays(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        for at in [1000, 2000] {
            let report = Call::UpdateStatus(UpdateStatus {
                interview_id: id.clone(),
                status: Status::InProgress,
                started_at: Some(Timestamp(at)),
                ended_at: None,
            });
            assert_eq!(rig.session_host().report(&report).await, 200);
        }
        let summary = ada.call(&GetInterview { id }).await.unwrap().summary;
        assert_eq!((summary.started_at, summary.ended_at), (Some(Timestamp(1000)), None));
    }

    async fn none_is_not_found(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(rig.session_host().report(&status("none", Status::InProgress)).await, 404);
    }
}
