//! A host between its peers, each behind a gate.

use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Status};
use api::public::InterviewDetails;
use conformance::{App, Candidate, Gate, Host, Interviewer, Seen, Settings, turns_of};
use stand_in::Options;
use std::sync::Arc;

/// A word of everything that candidates type: it must not be in a log.
pub(crate) const MARK: &str = "Winterthur";

/// The key for an interviewer who takes any.
pub(crate) const KEY: &str = "the-key-of-the-conformance-suite";

/// How much faster than people the stand-in is.
const PACE: f64 = 0.05;

/// What a scenario wants otherwise than usual.
pub(crate) struct Wishes {
    pub(crate) grace_s: u32,
    pub(crate) api_key: &'static str,
    /// Whether a vendor answers where it is looked for; otherwise something else does.
    pub(crate) is_vendor_there: bool,
    pub(crate) interviewer: Options,
}

impl Default for Wishes {
    fn default() -> Self {
        let interviewer = Options { time_scale: PACE, seed: Some(1), ..Options::default() };
        Self { grace_s: 60, api_key: KEY, is_vendor_there: true, interviewer }
    }
}

/// A host that can be reached, its backend and its interviewer.
pub(crate) struct Rig {
    pub(crate) app: Arc<App>,
    pub(crate) host: Host,
    /// Between host and backend.
    pub(crate) backend: Gate,
    /// Between host and interviewer.
    pub(crate) model: Gate,
    _interviewer: Interviewer,
}

impl Rig {
    pub(crate) async fn start(stage: &Stage) -> anyhow::Result<Self> {
        Self::start_with(stage, Wishes::default()).await
    }

    pub(crate) async fn start_with(stage: &Stage, wishes: Wishes) -> anyhow::Result<Self> {
        let interviewer = Interviewer::start(wishes.interviewer).await?;
        let backend = Gate::before(stage.app.address()).await?;
        let vendor = if wishes.is_vendor_there { interviewer.address() } else { stage.app.address() };
        let model = Gate::before(vendor).await?;
        let settings = Settings {
            app_url: backend.url(),
            gemini_base_url: model.url(),
            gemini_api_key: wishes.api_key.to_owned(),
            grace_s: wishes.grace_s,
        };
        let host = Host::start(stage.kind, &stage.place, settings, stage.next_folder(), stage.log()).await?;
        Ok(Self { app: stage.app.clone(), host, backend, model, _interviewer: interviewer })
    }

    /// Creates an interview of usual length.
    pub(crate) async fn interview(&self) -> anyhow::Result<String> {
        self.app.create_interview(30).await
    }

    /// Returns what a candidate connects to, with a fresh token.
    pub(crate) async fn url(&self, id: &str) -> anyhow::Result<String> {
        Ok(self.host.session_url(id, &self.app.token(id).await?))
    }

    /// Brings a candidate in.
    pub(crate) async fn join(&self, id: &str) -> anyhow::Result<Candidate> {
        Candidate::join(&self.url(id).await?).await
    }

    /// Brings a candidate back in.
    pub(crate) async fn rejoin(&self, id: &str, seen: Seen) -> anyhow::Result<Candidate> {
        let candidate = Candidate::rejoin(&self.url(id).await?, seen).await?;
        let rejoined = candidate.seen.ready.as_ref().is_some_and(|ready| ready.rejoined);
        ensure!(rejoined, "the host does not know this session: {:?}", candidate.seen.ready);
        Ok(candidate)
    }

    /// Brings a candidate in, who has heard the first question.
    pub(crate) async fn questioned(&self, id: &str) -> anyhow::Result<Candidate> {
        let mut candidate = self.join(id).await?;
        candidate.question().await?;
        Ok(candidate)
    }

    /// Waits until the interview is stored as its candidate saw it, and ended for this reason.
    pub(crate) async fn stored(
        &self,
        id: &str,
        seen: &Seen,
        reason: EndReason,
    ) -> anyhow::Result<InterviewDetails> {
        let stored = self.app.until(id, Status::Completed).await?;
        let summary = &stored.summary;
        ensure!(summary.end_reason == Some(reason), "it ended for another reason: {summary:?}");
        ensure!(!stored.transcript.is_empty(), "nothing is stored");
        ensure!(
            turns_of(&stored.transcript) == seen.turns(),
            "stored is not what was seen:\n{:#?}\n{:#?}",
            stored.transcript,
            seen.turns()
        );
        let (started, ended) = (summary.started_at, summary.ended_at);
        let (started, ended) = (started.context("no start")?, ended.context("no end")?);
        ensure!(started <= ended, "it ended before it began: {summary:?}");
        Ok(stored)
    }
}

/// Returns what a candidate types: private words, recognisable by a number.
pub(crate) fn words(number: usize) -> String {
    format!("In {MARK} I built compiler number {number}.")
}
