//! `auth.signOut`: forgets the session, here and in the browser.

use crate::caller::Caller;
use crate::session;
use trpc::Error;

/// Signs out; whoever is signed in nowhere is so afterwards, too.
pub(in crate::routes) async fn handle(caller: Caller, (): ()) -> Result<(), Error> {
    session::end(&caller.backend, &caller.headers, caller.session.as_ref()).await
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, on_both_databases, refused_with};
    use api::public::{Me, SignOut};
    use trpc::Code;

    on_both_databases!(the_session_ends_on_the_server_too, signing_out_twice_is_fine);

    async fn the_session_ends_on_the_server_too(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in("ada@example.org").await;
        let mut elsewhere = rig.sign_in("ada@example.org").await;
        let mut stolen = browser.clone();
        assert!(browser.set_cookie(&SignOut).await.starts_with("preppal_session=; Path=/; Max-Age=0"));
        assert_eq!(refused_with(browser.call(&Me).await), Code::Unauthorized);
        assert_eq!(refused_with(stolen.call(&Me).await), Code::Unauthorized);
        assert!(elsewhere.call(&Me).await.is_ok());
    }

    async fn signing_out_twice_is_fine(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in("ada@example.org").await;
        assert!(browser.call(&SignOut).await.is_ok());
        assert!(browser.call(&SignOut).await.is_ok());
    }
}
