//! `auth.signInLocal`: nothing stands between a newcomer and a first interview on their own machine.

use crate::caller::Caller;
use crate::session::{self, Identity};
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
    let user =
        session::begin(&caller.backend, &caller.headers, Identity::Local { email: EMAIL }, replaced).await?;
    user.ok_or_else(|| Error::internal("a sign-in without a code cannot have lost it"))
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, on_both_databases, refused_with};
    use crate::{Environment, LocalSignIn};
    use api::public::{GetConfig, Me, RequestCode, SignInLocal};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use trpc::Code;

    on_both_databases!(
        one_call_signs_in_on_loopback,
        a_name_that_is_not_loopback_is_refused,
        a_forwarded_call_is_refused,
        a_proxy_that_speaks_http_1_0_is_refused,
        an_address_for_others_closes_the_door,
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
        for header in [
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
            "forwarded",
            "via",
            "cf-connecting-ip",
        ] {
            let mut forwarded = rig.browser().with_header(header, "127.0.0.1");
            assert_eq!(refused_with(forwarded.call(&SignInLocal).await), Code::Forbidden, "{header}");
        }
    }

    /// nginx's `proxy_pass` without any other directive: the name it was told, no trace of the caller.
    async fn a_proxy_that_speaks_http_1_0_is_refused(database: Database) {
        let rig = Rig::start(database).await;
        for (version, expected) in [("1.0", "403 Forbidden"), ("1.1", "200 OK")] {
            let address = rig.url().replace("http://", "");
            let mut socket = TcpStream::connect(&address).await.unwrap();
            let head = format!(
                "POST /api/trpc/auth.signInLocal HTTP/{version}\r\nHost: {address}\r\nConnection: close\r\n\
                 Content-Type: application/json\r\nContent-Length: 0\r\n\r\n"
            );
            socket.write_all(head.as_bytes()).await.unwrap();
            let mut answer = String::new();
            socket.read_to_string(&mut answer).await.unwrap();
            assert!(answer.lines().next().unwrap().ends_with(expected), "{version}: {answer}");
        }
    }

    async fn an_address_for_others_closes_the_door(database: Database) {
        let rig = Rig::start_with(database, |it| it.app_url = "https://prep.example.org".into()).await;
        assert!(!rig.browser().call(&GetConfig).await.unwrap().local_sign_in);
        assert_eq!(refused_with(rig.browser().call(&SignInLocal).await), Code::Forbidden);
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
