//! A backend that is away: at the start nothing is begun without it, at the end nothing is lost.

use super::Outcome;
use crate::rig::{Rig, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Status};
use conformance::Candidate;
use wire::session_ended::Reason;
use wire::session_state::State;
use wire::{CloseCode, ErrorCode};

pub(crate) async fn a_backend_that_stays_away_at_the_start_is_told(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    rig.backend.shut();
    let mut candidate = rig.join(&id).await?;
    candidate.is_closed_with(CloseCode::Error).await?;
    let told = candidate.seen.errors.last().context("it is told")?;
    ensure!(told.0 == ErrorCode::Internal.code() && told.1.contains("could not be loaded"), "{told:?}");
    ensure!(rig.model.passed() == 0, "an interview was begun without knowing what about");
    ensure!(rig.app.interview(&id).await?.summary.status == Status::Pending, "nothing is written");

    rig.backend.open();
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_backend_that_comes_back_at_the_start_is_waited_for(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    rig.backend.shut();
    let mut candidate = rig.join(&id).await?;
    candidate.until("connecting", |seen, _| seen.states.last() == Some(&State::Connecting)).await?;
    rig.backend.open();
    candidate.question().await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

/// Ends an interview while the backend is away, and waits until the candidate is told.
pub(super) async fn ended_without_backend(rig: &Rig, id: &str) -> anyhow::Result<Candidate> {
    let mut candidate = rig.questioned(id).await?;
    candidate.answer(&words(1)).await?;
    rig.backend.shut();
    candidate.end().await?;
    let told = |errors: &[(i32, String)]| errors.iter().any(|(_, text)| text.contains("trying again"));
    candidate.until("that it could not be stored yet", |seen, _| told(&seen.errors)).await?;
    ensure!(candidate.seen.ended.is_none(), "nothing is promised yet");
    Ok(candidate)
}

pub(crate) async fn a_backend_that_is_away_at_the_end_gets_the_transcript_later(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = ended_without_backend(&rig, &id).await?;
    rig.backend.open();
    candidate.is_closed_with(CloseCode::EndedByUser).await?;
    let ended = candidate.seen.ended.context("session_ended")?;
    ensure!(ended.reason() == Reason::User, "{ended:?}");
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_candidate_does_not_wait_for_ever_for_the_backend(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = ended_without_backend(&rig, &id).await?;
    candidate.is_closed_with(CloseCode::EndedByUser).await?;
    let told = candidate.seen.errors.last().context("it is told")?;
    ensure!(told.1.contains("is safe on this server"), "{told:?}");
    ensure!(candidate.seen.ended.is_some(), "session_ended");
    rig.backend.open();
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}
