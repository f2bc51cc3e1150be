//! `user.setName`: what the user wants to be called.

use crate::caller::SignedIn;
use crate::db::users;
use api::public::{SetName, User};
use trpc::Error;

/// Sets it.
pub(in crate::routes) async fn handle(caller: SignedIn, input: SetName) -> Result<User, Error> {
    let user = users::set_name(caller.database(), &caller.user_id, &input.name).await?;
    user.ok_or_else(Error::unauthorized)
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, on_both_databases, refused_with};
    use api::public::{Me, SetName};
    use trpc::Code;

    on_both_databases!(a_name_is_kept_and_taken_away, a_name_has_an_end, a_stranger_has_no_name);

    fn called(name: &str) -> SetName {
        SetName { name: name.into() }
    }

    async fn a_name_is_kept_and_taken_away(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        assert_eq!(ada.call(&Me).await.unwrap().name, "");
        assert_eq!(ada.call(&called(" Ada\0 ")).await.unwrap().name, "Ada\u{fffd}");
        assert_eq!(ada.call(&called("艾达 👩‍🍳")).await.unwrap().name, "艾达 👩‍🍳");
        assert_eq!(ada.call(&Me).await.unwrap().name, "艾达 👩‍🍳");
        assert_eq!(ada.call(&called("")).await.unwrap().name, "");
    }

    async fn a_name_has_an_end(database: Database) {
        let rig = Rig::start(database).await;
        let mut ada = rig.sign_in("ada@example.org").await;
        assert!(ada.call(&called(&"a".repeat(100))).await.is_ok());
        assert_eq!(refused_with(ada.call(&called(&"a".repeat(101))).await), Code::BadRequest);
    }

    async fn a_stranger_has_no_name(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(refused_with(rig.browser().call(&called("Ada")).await), Code::Unauthorized);
    }
}
