//! `user.me`: who is signed in.

use crate::caller::SignedIn;
use crate::db::users;
use api::public::User;
use trpc::Error;

/// Returns the caller.
pub(in crate::routes) async fn handle(caller: SignedIn, (): ()) -> Result<User, Error> {
    users::find(caller.database(), &caller.user_id).await?.ok_or_else(Error::unauthorized)
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, on_both_databases, refused_with};
    use api::public::Me;
    use trpc::Code;

    on_both_databases!(the_signed_in_user_is_told, without_a_valid_session_nobody_is);

    async fn the_signed_in_user_is_told(database: Database) {
        let rig = Rig::start(database).await;
        let user = rig.sign_in("ada@example.org").await.call(&Me).await.unwrap();
        assert_eq!((user.email.as_str(), user.created_at.0), ("ada@example.org", rig.now()));
    }

    async fn without_a_valid_session_nobody_is(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(refused_with(rig.browser().call(&Me).await), Code::Unauthorized);
        for cookie in ["preppal_session=", "preppal_session=x", "preppal_session=x; preppal_session=y", "x"] {
            let mut browser = rig.browser().with_header("cookie", cookie);
            assert_eq!(refused_with(browser.call(&Me).await), Code::Unauthorized, "{cookie}");
        }
    }
}
