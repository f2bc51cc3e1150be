//! One interview from the sign-in to its transcript.

use crate::rig::{Database, JWT_SECRET, Rig, interview, on_both_databases, refused_with, status, submission};
use api::call::{Call, GetContext, parse_context};
use api::interview::Status;
use api::public::{GenerateWorkerToken, GetInterview, ListInterviews, Me, SignInLocal};
use api::token;
use trpc::Code;

on_both_databases!(from_sign_in_to_transcript, a_newcomer_on_their_own_machine);

async fn from_sign_in_to_transcript(database: Database) {
    let rig = Rig::start(database).await;
    let mut ada = rig.sign_in("ada@example.org").await;
    let created = ada.call(&interview("key")).await.unwrap();
    let id = created.id.clone();

    let token = ada.call(&GenerateWorkerToken { interview_id: id.clone() }).await.unwrap().token;
    let claims = token::verify(&token, &id, JWT_SECRET, rig.now()).unwrap();
    assert_eq!(claims.user_id, ada.call(&Me).await.unwrap().id);

    let mut host = rig.session_host();
    let context = host.ask(&Call::GetContext(GetContext { interview_id: id.clone() })).await;
    assert_eq!(parse_context(context.body.to_string().as_bytes()).unwrap().role, "Cook");
    assert_eq!(host.report(&status(&id, Status::InProgress)).await, 200);
    assert!(ada.call(&GenerateWorkerToken { interview_id: id.clone() }).await.is_ok());

    rig.advance(600_000);
    let submitted = submission(&id, 40, rig.now());
    assert_eq!(host.report(&Call::SubmitTranscript(submitted.clone())).await, 200);
    let details = ada.call(&GetInterview { id: id.clone() }).await.unwrap();
    assert_eq!(details.transcript, submitted.transcript);
    assert_eq!(details.summary.status, Status::Completed);
    assert_eq!(ada.call(&ListInterviews::default()).await.unwrap().items, [details.summary]);
    let token = ada.call(&GenerateWorkerToken { interview_id: id }).await;
    assert_eq!(refused_with(token), Code::PreconditionFailed);
    assert_eq!(rig.count("report_jobs").await, 1);
    rig.app().close().await;
}

async fn a_newcomer_on_their_own_machine(database: Database) {
    let rig = Rig::start(database).await;
    let mut newcomer = rig.browser();
    newcomer.call(&SignInLocal).await.unwrap();
    let id = newcomer.call(&interview("key")).await.unwrap().id;
    assert!(newcomer.call(&GenerateWorkerToken { interview_id: id }).await.is_ok());
}
