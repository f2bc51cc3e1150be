//! Connections, candidates and processes that die in mid-interview.

use super::Outcome;
use super::backend::ended_without_backend;
use crate::rig::{Rig, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::EndReason;
use conformance::{Candidate, Kind, Seen};
use std::time::Duration;
use wire::session_state::State;

/// How long a host may take to put its interviews down before it is made to go.
const LEAVING: Duration = Duration::from_secs(5);

/// What was seen by a candidate whose line is dead.
async fn cut_off(mut candidate: Candidate) -> anyhow::Result<Seen> {
    candidate.closed().await?;
    Ok(candidate.seen)
}

/// Goes on in an interview that has two answers behind it, to its end.
pub(super) async fn goes_on(rig: &Rig, id: &str, seen: Seen) -> Outcome {
    let mut candidate = rig.rejoin(id, seen).await?;
    candidate.until("live again", |seen, _| seen.states.last() == Some(&State::Live)).await?;
    candidate.answer(&words(3)).await?;
    candidate.finish().await?;
    rig.stored(id, &candidate.seen, EndReason::User).await?;
    for number in 1..=3 {
        ensure!(candidate.seen.times_said(&words(number)) == 1, "{number}: {:?}", candidate.seen.turns());
    }
    Ok(())
}

pub(crate) async fn a_kill_in_mid_interview_loses_nothing(stage: &Stage) -> Outcome {
    let mut rig = Rig::start(stage).await?;
    let (id, other) = (rig.interview().await?, rig.interview().await?);
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    let bystander = rig.questioned(&other).await?;
    // The answer to it is on its way.
    candidate.type_answer(&words(2)).await?;
    candidate.until("what was typed", |seen, _| seen.times_said(&words(2)) == 1).await?;
    rig.host.kill().await?;
    let seen = [cut_off(candidate).await?, cut_off(bystander).await?];
    rig.host.start_again().await?;
    let [seen, of_bystander] = seen;
    goes_on(&rig, &id, seen).await?;
    let mut bystander = rig.rejoin(&other, of_bystander).await?;
    bystander.finish().await?;
    rig.stored(&other, &bystander.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_kill_while_the_backend_is_away_loses_nothing(stage: &Stage) -> Outcome {
    let mut rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let candidate = ended_without_backend(&rig, &id).await?;
    rig.host.kill().await?;
    let seen = cut_off(candidate).await?;
    rig.host.start_again().await?;
    rig.backend.open();
    // Nobody comes back: the host delivers what it has kept.
    rig.stored(&id, &seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_host_that_is_told_to_go_loses_nothing(stage: &Stage) -> Outcome {
    let mut rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.answer(&words(2)).await?;
    let went = rig.host.stop(LEAVING).await?;
    // workerd waits for its connections to end; what Cloudflare does at a deployment is to cut them.
    ensure!(went || stage.kind != Kind::Native, "it did not go when it was told to");
    let seen = cut_off(candidate).await?;
    ensure!(seen.ended.is_none(), "the interview is not over");
    rig.host.start_again().await?;
    goes_on(&rig, &id, seen).await
}

pub(crate) async fn a_lost_candidate_rejoins(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    let (seen, mut elapsed_ms) = (candidate.seen.clone(), 0);
    drop(candidate);
    let mut candidate = rig.rejoin(&id, seen).await?;
    if let Some(ready) = &candidate.seen.ready {
        elapsed_ms = ready.elapsed_ms;
    }
    ensure!(elapsed_ms > 0, "its clock has not begun anew");
    candidate.answer(&words(2)).await?;
    let seen = candidate.seen.clone();
    drop(candidate);
    goes_on(&rig, &id, seen).await?;
    ensure!(rig.host.interviews_begun().await? == 1, "it is one interview");
    ensure!(rig.model.passed() == 1, "the interviewer did not notice");
    Ok(())
}

pub(crate) async fn an_abandoned_interview_lets_go_of_the_vendor(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.answer(&words(2)).await?;
    let seen = candidate.seen.clone();
    drop(candidate);
    rig.model.until_passing(0).await.context("an abandoned interview keeps the vendor")?;
    goes_on(&rig, &id, seen).await
}
