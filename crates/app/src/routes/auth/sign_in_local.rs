//! `auth.signInLocal`: nothing stands between a newcomer and a first interview on their own machine.

use crate::caller::Caller;
use crate::session;
use api::public::User;
use trpc::Error;

/// Nobody else can sign in as this user: it has no top-level domain, so it is no address that a code is sent to.
const EMAIL: &str = "local@localhost";

/// Signs the local user in.
pub(in crate::routes) async fn handle(caller: Caller, (): ()) -> Result<User, Error> {
    if !caller.may_sign_in_locally() {
        return Err(Error::forbidden("Local sign-in is for development on this very machine"));
    }
    let replaced = caller.session.as_ref();
    let user = session::begin(&caller.backend, &caller.headers, EMAIL, None, replaced).await?;
    user.ok_or_else(|| Error::internal("a sign-in without a code cannot have lost it"))
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, on_both_databases, refused_with};
    use crate::{Environment, LocalSignIn};
    use api::public::{GetConfig, Me, RequestCode, SignInLocal};
    use trpc::Code;

    on_both_databases!(
        one_call_signs_in_on_loopback,
        a_name_that_is_not_loopback_is_refused,
        a_forwarded_call_is_refused,
        production_and_a_closed_door_refuse,
        no_code_is_sent_to_the_local_user,
    );

    async fn one_call_signs_in_on_loopback(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.browser();
        assert!(browser.call(&GetConfig).await.unwrap().local_sign_in);
        let user = browser.call(&SignInLocal).await.unwrap();
        assert_eq!(browser.call(&Me).await.unwrap().email, "local@localhost");
        assert_eq!(rig.browser().call(&SignInLocal).await.unwrap().id, user.id);
    }

    async fn a_name_that_is_not_loopback_is_refused(database: Database) {
        let rig = Rig::start(database).await;
        let mut rebound = rig.browser().with_header("host", "evil.example");
        assert!(!rebound.call(&GetConfig).await.unwrap().local_sign_in);
        assert_eq!(refused_with(rebound.call(&SignInLocal).await), Code::Forbidden);
    }

    async fn a_forwarded_call_is_refused(database: Database) {
        let rig = Rig::start(database).await;
        let mut forwarded = rig.browser().with_header("x-forwarded-for", "127.0.0.1");
        assert_eq!(refused_with(forwarded.call(&SignInLocal).await), Code::Forbidden);
    }

    async fn production_and_a_closed_door_refuse(database: Database) {
        let closed =
            Rig::start_with(database.another().await, |it| it.local_sign_in = LocalSignIn::Never).await;
        let production = Rig::start_with(database, |it| it.environment = Environment::Production).await;
        for rig in [closed, production] {
            assert!(!rig.browser().call(&GetConfig).await.unwrap().local_sign_in);
            assert_eq!(refused_with(rig.browser().call(&SignInLocal).await), Code::Forbidden);
        }
    }

    async fn no_code_is_sent_to_the_local_user(database: Database) {
        let rig = Rig::start(database).await;
        let answer = rig.browser().call(&RequestCode { email: super::EMAIL.into() }).await;
        assert_eq!(refused_with(answer), Code::BadRequest);
    }
}
