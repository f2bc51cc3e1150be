//! Interviews that end otherwise than by their candidate.

use super::Outcome;
use crate::rig::{Rig, Wishes, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Status};
use conformance::Candidate;
use wire::CloseCode;
use wire::session_ended::Reason;

/// How late an interview may end after its time, milliseconds: a busy machine, not another clock.
const LATE_MS: i64 = 5_000;

pub(crate) async fn the_time_limit_ends_it(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.app.create_interview(1).await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.is_closed_with(CloseCode::TimeLimit).await?;
    let ended = candidate.seen.ended.context("session_ended")?;
    ensure!(ended.reason() == Reason::TimeLimit, "{ended:?}");
    let stored = rig.stored(&id, &candidate.seen, EndReason::TimeLimit).await?;
    let (started, ended) = (stored.summary.started_at, stored.summary.ended_at);
    let took_ms = ended.zip(started).map(|(ended, started)| ended.0 - started.0).context("times")?;
    ensure!((60_000..60_000 + LATE_MS).contains(&took_ms), "a minute had {took_ms} ms");
    Ok(())
}

pub(crate) async fn the_grace_time_ends_an_abandoned_interview(stage: &Stage) -> Outcome {
    let rig = Rig::start_with(stage, Wishes { grace_s: 2, ..Wishes::default() }).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    let seen = candidate.seen.clone();
    drop(candidate);
    rig.stored(&id, &seen, EndReason::ClientLeft).await?;
    rig.model.until_passing(0).await.context("an interview that is over keeps the vendor")
}

pub(crate) async fn an_interview_that_is_over_is_closed_with_4410(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    let url = rig.url(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.finish().await?;
    let stored = rig.stored(&id, &candidate.seen, EndReason::User).await?;
    let dialled = rig.model.passed();
    for _ in 0..3 {
        let mut late = Candidate::connect(&url).await?;
        late.is_closed_with(CloseCode::InterviewOver).await?;
    }
    let still = rig.app.until(&id, Status::Completed).await?;
    ensure!(still == stored, "what was stored is touched");
    ensure!(rig.model.passed() == dialled, "the vendor was dialled for nothing");
    Ok(())
}
