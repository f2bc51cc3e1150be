//! Reports: who judges, for as long as the backend runs.

use crate::interviewer;
use crate::settings::{Gemini, Problems};
use app::{App, ReportWriting};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Asked one after the other if nothing else is set: the second where the first is not (or no longer) on offer.
const MODELS: [&str; 2] = ["gemini-3.8-flash", "gemini-3.6-flash"];

/// Most reports judged at a time: a rush of interviews that end together is worked off within the vendor's limits.
const AT_ONCE: usize = 4;

/// The background work of one backend.
pub(crate) struct Reports {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Reports {
    /// Begins to judge what is queued.
    pub(crate) fn begin(app: &App, gemini: &Gemini) -> Result<Self, Problems> {
        let writing = writing(gemini)?;
        let (app, stop) = (app.clone(), CancellationToken::new());
        let until = stop.clone();
        let running = tokio::spawn(async move { app.write_reports(writing, until).await });
        Ok(Self { stop, running })
    }

    /// Gives back what is under way; await it before the backend is closed.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.running.await {
            tracing::error!("the work on reports died: {error}");
        }
    }
}

/// The embedded stand-in judges nobody: without a key and an address there is no model.
fn writing(gemini: &Gemini) -> Result<ReportWriting, Problems> {
    let models = match &gemini.report_model {
        Some(model) => vec![model.clone()],
        None => MODELS.map(str::to_owned).to_vec(),
    };
    Ok(ReportWriting { endpoint: interviewer::given_endpoint(gemini)?, models, at_once: AT_ONCE })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn of<const N: usize>(environment: [(&str, &str); N]) -> ReportWriting {
        writing(&Settings::read(&environment.into()).unwrap().gemini).unwrap()
    }

    #[test]
    fn a_key_or_an_address_makes_a_judge() {
        assert!(of([]).endpoint.is_none());
        let endpoint = of([("GEMINI_API_KEY", "k")]).endpoint.unwrap();
        assert_eq!(endpoint.base_url(), gemini_live::DEFAULT_BASE_URL);
        let endpoint = of([("GEMINI_BASE_URL", "http://127.0.0.1:9")]).endpoint.unwrap();
        assert_eq!(endpoint.base_url(), "http://127.0.0.1:9");
        assert_eq!(of([]).models.len(), 2);
        assert_eq!(of([("GEMINI_REPORT_MODEL", "m")]).models, ["m"]);
    }
}
