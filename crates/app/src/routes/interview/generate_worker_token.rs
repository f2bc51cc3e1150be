//! `interview.generateWorkerToken`: lets a candidate's browser into its interview at the session host.

use crate::caller::SignedIn;
use crate::db::interviews;
use crate::routes::interview_not_found;
use api::interview::Status;
use api::public::{GenerateWorkerToken, WorkerToken};
use api::token::{self, Claims};
use trpc::Error;

/// Signs a token. An interview that is under way gets one too: a reload must rejoin.
pub(in crate::routes) async fn handle(
    caller: SignedIn,
    input: GenerateWorkerToken,
) -> Result<WorkerToken, Error> {
    let status = interviews::find_status(caller.database(), &input.interview_id, &caller.user_id).await?;
    match status.ok_or_else(interview_not_found)? {
        Status::Pending | Status::InProgress => {}
        Status::Completed | Status::Error => {
            return Err(Error::precondition_failed("The interview is over"));
        }
    }
    let config = &caller.backend.config;
    let claims = Claims::new(caller.user_id, input.interview_id, config.clock.now().0);
    Ok(WorkerToken { token: token::sign(&claims, config.jwt_secret.expose()) })
}

#[cfg(test)]
mod tests {
    use crate::rig::{
        Database, JWT_SECRET, Rig, interview, on_both_databases, refused_with, status, submission,
    };
    use api::call::Call;
    use api::interview::Status;
    use api::public::{GenerateWorkerToken, Me};
    use api::token;
    use trpc::Code;

    on_both_databases!(
        fails_for_an_interview_of_somebody_else_and_for_none_with_the_same_answer,
        returns_a_decodable_hs256_token_with_exactly_the_claims,
        is_issued_while_the_interview_is_under_way,
        is_refused_when_the_interview_is_over,
        is_refused_to_a_stranger,
    );

    fn generate(id: &str) -> GenerateWorkerToken {
        GenerateWorkerToken { interview_id: id.into() }
    }

    async fn fails_for_an_interview_of_somebody_else_and_for_none_with_the_same_answer(database: Database) {
        let rig = Rig::start(database).await;
        let id = rig.sign_in("ada@example.org").await.call(&interview("key")).await.unwrap().id;
        let mut bob = rig.sign_in("bob@example.org").await;
        let others = bob.answer(&generate(&id)).await;
        let none = bob.answer(&generate("none")).await;
        assert_eq!((others.status, others.body["error"]["data"]["code"].as_str()), (404, Some("NOT_FOUND")));
        assert_eq!((none.status, none.body), (others.status, others.body));
    }

    async fn returns_a_decodable_hs256_token_with_exactly_the_claims(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        let token = ada.call(&generate(&id)).await.unwrap().token;

        let claims = token::verify(&token, &id, JWT_SECRET, rig.now()).unwrap();
        assert_eq!(claims.exp - claims.iat, 300);
        let decode = |part: usize| {
            let part =
                base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token.split('.').nth(part).unwrap()).unwrap();
            serde_json::from_slice::<serde_json::Value>(&part).unwrap()
        };
        assert_eq!(decode(0)["alg"], "HS256");
        let (iat, user) = (rig.now() / 1000, ada.call(&Me).await.unwrap().id);
        let expected = serde_json::json!({ "userId": user, "interviewId": id, "iat": iat, "exp": iat + 300 });
        assert_eq!(decode(1), expected);
    }

    async fn is_issued_while_the_interview_is_under_way(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let id = ada.call(&interview("key")).await.unwrap().id;
        assert_eq!(rig.session_host().report(&status(&id, Status::InProgress)).await, 200);
        assert!(ada.call(&generate(&id)).await.is_ok());
    }

    async fn is_refused_when_the_interview_is_over(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        let completed = ada.call(&interview("1")).await.unwrap().id;
        let submit = Call::SubmitTranscript(submission(&completed, 0, rig.now()));
        assert_eq!(rig.session_host().report(&submit).await, 200);
        let failed = ada.call(&interview("2")).await.unwrap().id;
        assert_eq!(rig.session_host().report(&status(&failed, Status::Error)).await, 200);
        for id in [completed, failed] {
            assert_eq!(refused_with(ada.call(&generate(&id)).await), Code::PreconditionFailed);
        }
    }

    async fn is_refused_to_a_stranger(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(refused_with(rig.browser().call(&generate("none")).await), Code::Unauthorized);
    }
}
