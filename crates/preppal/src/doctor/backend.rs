//! The backend, as the session host sees it.

use super::{Finding, PeerTime};
use crate::edge;
use crate::settings::Settings;
use api::call::{Call, GetContext};
use reqwest::Client;

const CHECK: &str = "backend";

/// Asks for an interview that there is not: who answers that it is unknown has let us in.
pub(super) async fn check(settings: &Settings, client: &Client) -> (Finding, Option<PeerTime>) {
    let app_url = match edge::app_url(settings) {
        Ok(url) => url,
        Err(problems) => {
            let mend = "give the address of the backend as this machine reaches it";
            return (Finding::broken(CHECK, problems.in_a_line(), mend), None);
        }
    };
    let secrets = match settings.secrets.existing(&settings.storage.data_dir) {
        Ok(Some(secrets)) => secrets,
        Ok(None) => {
            let detail = "not asked: there are no secrets yet";
            return (Finding::warning(CHECK, detail, "start `preppal serve`, which makes them"), None);
        }
        Err(error) => {
            return (Finding::broken(CHECK, format!("{error:#}"), "mend the file, or delete it"), None);
        }
    };
    let unknown =
        Call::GetContext(GetContext { interview_id: "00000000-0000-0000-0000-000000000000".into() });
    let url = format!("{app_url}/api/internal{}", unknown.request().path_and_query);
    let asked = client.get(url).bearer_auth(secrets.worker_shared.expose()).send().await;
    match asked {
        Ok(answer) => (judge(answer.status().as_u16(), &app_url), PeerTime::of(&answer)),
        Err(_) if settings.addresses.app_url.is_none() => {
            let detail = format!("nobody answers at {app_url}");
            (Finding::warning(CHECK, detail, "start `preppal serve`, or name the backend with APP_URL"), None)
        }
        Err(_) => {
            let detail = format!("nobody answers at {app_url}");
            (Finding::broken(CHECK, detail, "check APP_URL, and that the backend runs"), None)
        }
    }
}

fn judge(status: u16, app_url: &str) -> Finding {
    match status {
        200 | 400 | 404 => Finding::ok(CHECK, format!("{app_url} answers and knows our secret")),
        401 | 403 => Finding::broken(
            CHECK,
            format!("{app_url} does not know our WORKER_SHARED_SECRET"),
            "give backend and session host the same one; in development let them share PREPPAL_DATA_DIR",
        ),
        _ => Finding::broken(
            CHECK,
            format!("{app_url} answers with status {status}"),
            "check that APP_URL is PrepPal's backend, and look at its log",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::doctor::State;

    #[test]
    fn a_backend_that_lets_us_in_is_well() {
        assert_eq!(judge(404, "http://x").state, State::Ok);
        assert_eq!(judge(401, "http://x").state, State::Broken);
        assert_eq!(judge(502, "http://x").state, State::Broken);
    }
}
