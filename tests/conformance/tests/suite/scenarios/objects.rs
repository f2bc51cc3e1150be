//! Which interview a connection comes to.

use super::Outcome;
use crate::rig::{Rig, words};
use crate::stage::Stage;
use anyhow::ensure;
use api::interview::EndReason;
use conformance::{Heard, Seen};
use wire::CloseCode;

pub(crate) async fn health(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let answer = reqwest::get(format!("{}/health", rig.host.http_url())).await?;
    ensure!(answer.status() == 200, "{}", answer.status());
    let told: serde_json::Value = serde_json::from_slice(&answer.bytes().await?)?;
    ensure!(told["status"] == "ok", "{told}");
    ensure!(rig.host.interviews_begun().await? == 0, "being asked is no interview");
    Ok(())
}

pub(crate) async fn two_interviews_are_two_objects(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let (one, other) = (rig.interview().await?, rig.interview().await?);
    let mut candidate = rig.questioned(&one).await?;
    let mut stranger = rig.questioned(&other).await?;
    candidate.answer(&words(1)).await?;
    stranger.answer(&words(2)).await?;
    candidate.finish().await?;
    stranger.answer(&words(3)).await?;
    stranger.finish().await?;
    rig.stored(&one, &candidate.seen, EndReason::User).await?;
    rig.stored(&other, &stranger.seen, EndReason::User).await?;
    let said = |seen: &Seen| [1, 2, 3].map(|number| seen.times_said(&words(number)));
    ensure!(said(&candidate.seen) == [1, 0, 0], "{:?}", candidate.seen.turns());
    ensure!(said(&stranger.seen) == [0, 1, 1], "{:?}", stranger.seen.turns());
    ensure!(rig.host.interviews_begun().await? == 2, "one object each");
    Ok(())
}

pub(crate) async fn two_connections_are_one_object(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut older = rig.questioned(&id).await?;
    older.answer(&words(1)).await?;
    let mut newer = rig.join(&id).await?;
    older.is_closed_with(CloseCode::Replaced).await?;
    ensure!(newer.seen.turns() == older.seen.turns(), "{:?} {:?}", newer.seen.turns(), older.seen.turns());
    newer.answer(&words(2)).await?;
    newer.finish().await?;
    rig.stored(&id, &newer.seen, EndReason::User).await?;
    ensure!(newer.hear().await? == Heard::Closed(1006), "nothing follows the close");
    ensure!(rig.host.interviews_begun().await? == 1, "both came to one object");
    ensure!(rig.model.passed() == 1, "the interviewer did not notice");
    Ok(())
}
