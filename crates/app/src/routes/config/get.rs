//! `config.get`: what a client must know before anybody is signed in.

use crate::caller::Caller;
use crate::config::Guests;
use api::public::PublicConfig;
use trpc::Error;

/// Tells it.
pub(in crate::routes) async fn handle(caller: Caller, (): ()) -> Result<PublicConfig, Error> {
    let config = &caller.backend.config;
    Ok(PublicConfig {
        worker_url: config.public_worker_url.trim_end_matches('/').to_owned(),
        interviewer: config.interviewer,
        local_sign_in: caller.may_sign_in_locally(),
        guest_sign_in: config.guests == Guests::Admitted,
    })
}

#[cfg(test)]
mod tests {
    use crate::Interviewer;
    use crate::rig::{Database, Rig, on_both_databases};
    use api::public::GetConfig;

    on_both_databases!(a_stranger_learns_where_the_interviewer_is);

    async fn a_stranger_learns_where_the_interviewer_is(database: Database) {
        let rig = Rig::start_with(database, |config| {
            config.public_worker_url = "wss://edge.example/session/".into();
            config.interviewer = Interviewer::Gemini;
        })
        .await;
        let config = rig.browser().call(&GetConfig).await.unwrap();
        assert_eq!(config.worker_url, "wss://edge.example/session");
        assert_eq!(config.interviewer, Interviewer::Gemini);
    }
}
