//! `getContext`: what the interviewer is told.

use crate::backend::Backend;
use crate::db::interviews;
use crate::routes::interview_not_found;
use api::call::GetContext;
use api::interview::Context;
use std::sync::Arc;
use trpc::Error;

/// Returns it.
pub(in crate::routes) async fn handle(backend: Arc<Backend>, input: GetContext) -> Result<Context, Error> {
    interviews::find_context(&backend.database, &input.interview_id).await?.ok_or_else(interview_not_found)
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, interview, on_both_databases};
    use api::call::{Call, GetContext, parse_context};
    use api::interview::Status;
    use api::public::CreateInterview;

    on_both_databases!(the_interviewer_is_told_everything, none_is_not_found);

    fn context(id: &str) -> Call {
        Call::GetContext(GetContext { interview_id: id.into() })
    }

    async fn the_interviewer_is_told_everything(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let input = CreateInterview { resume: "Cooked.".into(), ..interview("key") };
        let id = ada.call(&input).await.unwrap().id;
        let answer = rig.session_host().ask(&context(&id)).await;
        let context = parse_context(answer.body.to_string().as_bytes()).unwrap();
        assert_eq!((answer.status, context.status), (200, Status::Pending));
        assert_eq!((context.role, context.resume), (input.role, input.resume));
        assert_eq!((context.language, context.duration_minutes), (input.language, input.duration_minutes));
        assert_eq!((context.job_description, context.persona), (input.job_description, input.persona));
    }

    async fn none_is_not_found(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(rig.session_host().report(&context("none")).await, 404);
    }
}
