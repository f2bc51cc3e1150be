//! `auth.signInGuest`: an interview without an account.

use crate::caller::Caller;
use crate::config::Guests;
use crate::db::users;
use crate::session::{self, Identity};
use api::public::User;
use trpc::Error;

/// Signs a new guest in. Whoever is signed in stays who they are, so that repeating it loses nothing.
pub(in crate::routes) async fn handle(caller: Caller, (): ()) -> Result<User, Error> {
    let backend = &caller.backend;
    if let Some(session) = &caller.session
        && let Some(user) = users::find(&backend.database, &session.user_id).await?
    {
        return Ok(user);
    }
    if backend.config.guests == Guests::Refused {
        return Err(Error::forbidden("Guests are not admitted here"));
    }
    if !backend.guests_by_peer.admits(caller.peer, backend.config.clock.now()) {
        return Err(Error::too_many_requests("Too many guests; try again in an hour"));
    }
    let user = session::begin(backend, &caller.headers, Identity::Guest, None).await?;
    user.ok_or_else(|| Error::internal("a sign-in without a code cannot have lost it"))
}

#[cfg(test)]
mod tests {
    use crate::Guests;
    use crate::rig::{Database, Peer, Rig, interview, on_both_databases, refused_with};
    use api::public::{
        GetConfig, GetInterview, ListInterviews, Me, RequestCode, SignInGuest, SignOut, VerifyCode,
    };
    use trpc::Code;

    on_both_databases!(
        a_guest_is_a_user_of_its_own,
        signing_in_again_is_the_same_guest,
        a_guest_who_signs_in_keeps_the_interviews,
        a_user_who_signs_in_as_another_gives_nothing_away,
        guests_may_be_refused,
        guests_are_limited_by_peer,
        a_guest_out_of_reach_is_forgotten,
        no_code_is_sent_to_a_guest,
    );

    const EMAIL: &str = "ada@example.org";
    const MONTH_MS: i64 = 31 * 86_400_000;

    async fn guest(rig: &Rig) -> Peer {
        let mut browser = rig.browser();
        browser.call(&SignInGuest).await.unwrap();
        browser
    }

    async fn sign_in(rig: &Rig, browser: &mut Peer) -> api::public::User {
        let code = rig.browser().call(&RequestCode { email: EMAIL.into() }).await.unwrap().code.unwrap();
        browser.call(&VerifyCode { email: EMAIL.into(), code }).await.unwrap()
    }

    async fn a_guest_is_a_user_of_its_own(database: Database) {
        let rig = Rig::start(database).await;
        assert!(rig.browser().call(&GetConfig).await.unwrap().guest_sign_in);
        let (mut one, mut other) = (guest(&rig).await, guest(&rig).await);
        let me = one.call(&Me).await.unwrap();
        assert!(me.is_guest && me.name.is_empty());
        assert_ne!(me.id, other.call(&Me).await.unwrap().id);
        let id = one.call(&interview("key")).await.unwrap().id;
        assert_eq!(refused_with(other.call(&GetInterview { id }).await), Code::NotFound);
    }

    async fn signing_in_again_is_the_same_guest(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = guest(&rig).await;
        let me = browser.call(&Me).await.unwrap();
        assert_eq!(browser.call(&SignInGuest).await.unwrap().id, me.id);
        let ada = sign_in(&rig, &mut browser).await;
        assert_eq!(browser.call(&SignInGuest).await.unwrap().id, ada.id);
    }

    async fn a_guest_who_signs_in_keeps_the_interviews(database: Database) {
        let rig = Rig::start(database).await;
        let earlier = rig.sign_in(EMAIL).await.call(&interview("of before")).await.unwrap();
        rig.advance(1);
        let mut browser = guest(&rig).await;
        let mut other_tab = browser.clone();
        let created = browser.call(&interview("key")).await.unwrap();
        sign_in(&rig, &mut browser).await;
        let listed = browser.call(&ListInterviews::default()).await.unwrap().items;
        assert_eq!(listed, [created, earlier]);
        assert_eq!(refused_with(other_tab.call(&Me).await), Code::Unauthorized);
        assert_eq!(rig.count("users").await, 1);
    }

    async fn a_user_who_signs_in_as_another_gives_nothing_away(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in("bob@example.org").await;
        browser.call(&interview("key")).await.unwrap();
        sign_in(&rig, &mut browser).await;
        assert_eq!(browser.call(&ListInterviews::default()).await.unwrap().items, []);
        assert_eq!(rig.count("users").await, 2);
    }

    async fn guests_may_be_refused(database: Database) {
        let rig = Rig::start_with(database, |config| config.guests = Guests::Refused).await;
        assert!(!rig.browser().call(&GetConfig).await.unwrap().guest_sign_in);
        assert_eq!(refused_with(rig.browser().call(&SignInGuest).await), Code::Forbidden);
    }

    async fn guests_are_limited_by_peer(database: Database) {
        let rig = Rig::start_with(database, |config| config.rate_limits.guests_per_peer = 1).await;
        guest(&rig).await;
        assert_eq!(refused_with(rig.browser().call(&SignInGuest).await), Code::TooManyRequests);
    }

    async fn a_guest_out_of_reach_is_forgotten(database: Database) {
        let rig = Rig::start(database).await;
        let (mut gone, mut still_here) = (guest(&rig).await, guest(&rig).await);
        gone.call(&interview("gone")).await.unwrap();
        still_here.call(&interview("here")).await.unwrap();
        rig.advance(MONTH_MS / 2);
        still_here.call(&Me).await.unwrap();
        rig.advance(MONTH_MS / 2 + 1);
        guest(&rig).await;
        assert_eq!((rig.count("users").await, rig.count("interviews").await), (2, 1));
        assert!(still_here.call(&Me).await.is_ok());
        still_here.call(&SignOut).await.unwrap();
        rig.advance(MONTH_MS);
        guest(&rig).await;
        assert_eq!((rig.count("users").await, rig.count("interviews").await), (1, 0));
    }

    async fn no_code_is_sent_to_a_guest(database: Database) {
        let rig = Rig::start(database).await;
        let email = guest(&rig).await.call(&Me).await.unwrap().email;
        assert_eq!(refused_with(rig.browser().call(&RequestCode { email }).await), Code::BadRequest);
    }
}
