//! A vendor that goes, comes back, or refuses.

use super::Outcome;
use crate::rig::{Rig, Wishes, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Status};
use stand_in::{Options, Scenario};
use wire::session_ended::Reason;
use wire::session_state::State;
use wire::{CloseCode, ErrorCode};

/// More answers than this no rotation takes.
const ANSWERS: usize = 40;

pub(crate) async fn a_connection_of_the_vendor_is_rotated(stage: &Stage) -> Outcome {
    // At the stand-in's pace: a life of three seconds, `goAway` after two.
    let life = Scenario {
        connection_lifetime_ms: Some(60_000),
        go_away_lead_ms: Some(20_000),
        ..Scenario::default()
    };
    let usual = Wishes::default();
    let interviewer = Options { scenario: life, ..usual.interviewer };
    let rig = Rig::start_with(stage, Wishes { interviewer, ..usual }).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    let mut typed = 0;
    while rig.model.passed() < 4 && typed < ANSWERS {
        typed += 1;
        candidate.answer(&words(typed)).await?;
    }
    candidate.finish().await?;
    ensure!(rig.model.passed() >= 4, "{} connections for {typed} answers", rig.model.passed());
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    rig.stored(&id, &candidate.seen, EndReason::User).await?;
    for number in 1..=typed {
        ensure!(candidate.seen.times_said(&words(number)) == 1, "{number}: {:?}", candidate.seen.turns());
    }
    let greetings = candidate.seen.turns().iter().filter(|(_, _, text)| greets(text)).count();
    ensure!(greetings == 1, "{greetings} greetings: {:?}", candidate.seen.turns());
    Ok(())
}

/// How the stand-in begins, and nobody twice.
fn greets(text: &str) -> bool {
    ["Hello, and welcome", "Hi, thank you for joining"].iter().any(|greeting| text.contains(greeting))
}

pub(crate) async fn a_connection_of_the_vendor_that_breaks_is_made_again(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    rig.model.cut();
    candidate.until("reconnecting", |seen, _| seen.states.last() == Some(&State::Reconnecting)).await?;
    candidate.until("live again", |seen, _| seen.states.last() == Some(&State::Live)).await?;
    candidate.answer(&words(2)).await?;
    candidate.finish().await?;
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_vendor_that_is_away_is_dialled_again(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    rig.model.shut();
    let mut candidate = rig.join(&id).await?;
    candidate.type_answer(&words(1)).await?;
    candidate.until("that it is kept", |seen, _| seen.times_said(&words(1)) == 1).await?;
    rig.model.open();
    candidate.question().await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

/// Plays an interview that does not come about because of the vendor.
async fn is_refused(rig: &Rig, id: &str) -> Outcome {
    // Only who has said hello is told all of it.
    rig.model.shut();
    let mut candidate = rig.join(id).await?;
    rig.model.open();
    candidate.is_closed_with(CloseCode::Error).await?;
    let told = candidate.seen.errors.last().context("it is told")?;
    ensure!(told.0 == ErrorCode::Model.code(), "{told:?}");
    let ended = candidate.seen.ended.context("session_ended")?;
    ensure!(ended.reason() == Reason::Failed, "{ended:?}");
    let status = rig.app.interview(id).await?.summary.status;
    ensure!(status == Status::Pending, "an interview that never began is {}", status.name());
    Ok(())
}

pub(crate) async fn a_vendor_that_refuses_the_key_is_told(stage: &Stage) -> Outcome {
    for key in ["test-invalid", "test-quota"] {
        let rig = Rig::start_with(stage, Wishes { api_key: key, ..Wishes::default() }).await?;
        let id = rig.interview().await?;
        is_refused(&rig, &id).await.context(key)?;
        ensure!(rig.model.passed() == 1, "{key}: it was asked again");
    }
    Ok(())
}

pub(crate) async fn a_vendor_that_refuses_the_upgrade_is_told(stage: &Stage) -> Outcome {
    // The backend is no vendor, and says so with a status.
    let rig = Rig::start_with(stage, Wishes { is_vendor_there: false, ..Wishes::default() }).await?;
    let id = rig.interview().await?;
    is_refused(&rig, &id).await?;
    ensure!(rig.model.passed() == 1, "it was asked again");
    Ok(())
}
