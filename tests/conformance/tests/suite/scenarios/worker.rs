//! What only objects in a shared isolate do: sleep, wake, be evicted, and share a wasm instance with one that panics.

use super::Outcome;
use super::survival::goes_on;
use crate::rig::{Rig, Wishes, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Status};
use conformance::{Candidate, Heard};
use futures::future::try_join_all;
use std::time::Duration;
use tokio::time::interval;
use tokio_tungstenite::tungstenite::Message;
use wire::session_state::State;

/// The runtime lets go of an object that had nothing to do for ten seconds.
const ASLEEP_AFTER_S: u32 = 10;

/// Interviews beside the one that panics.
const BYSTANDERS: usize = 50;

/// What WebSocket calls an unexpected condition of the server.
const UNEXPECTED: u16 = 1011;

/// Asks for a hook of the Worker's test build.
async fn hook(url: &str, name: &str) -> anyhow::Result<String> {
    let request = reqwest::Client::new().get(url.replacen("ws", "http", 1)).header("x-preppal-test", name);
    let answer = request.send().await.with_context(|| format!("the hook {name}"))?;
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "the hook {name}: {status} {text}");
    Ok(text)
}

/// Returns what tells the instance of an object that answers from any other.
async fn instance(url: &str) -> anyhow::Result<String> {
    hook(url, "instance").await
}

pub(crate) async fn an_object_sleeps_in_a_pause_and_is_woken_by_a_message(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let url = rig.url(&id).await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    candidate.answer(&words(2)).await?;
    let before = instance(&url).await?;
    candidate.pause().await?;
    candidate.until("paused", |seen, _| seen.states.last() == Some(&State::Paused)).await?;
    rig.model.until_passing(0).await?;
    let turns = candidate.seen.turns().len();

    // The runtime itself answers these, and lets the object sleep.
    let mut pace = interval(Duration::from_secs(1));
    for _ in 0..ASLEEP_AFTER_S + 4 {
        pace.tick().await;
        candidate.send(Message::text(wire::PING)).await?;
        ensure!(candidate.hear().await? == Heard::Text(wire::PONG.to_owned()), "only pongs come in a pause");
    }

    candidate.resume().await?;
    candidate.until("live again", |seen, _| seen.states.last() == Some(&State::Live)).await?;
    ensure!(instance(&url).await? != before, "the object did not sleep");
    ensure!(candidate.seen.turns().len() == turns, "{:?}", candidate.seen.turns());
    candidate.answer(&words(3)).await?;
    candidate.finish().await?;
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    rig.stored(&id, &candidate.seen, EndReason::User).await?;
    for number in 1..=3 {
        ensure!(candidate.seen.times_said(&words(number)) == 1, "{number}: {:?}", candidate.seen.turns());
    }
    Ok(())
}

pub(crate) async fn an_alarm_ends_an_interview_whose_object_is_gone(stage: &Stage) -> Outcome {
    // The vendor is let go of five seconds after the candidate has left; until then the object stays.
    let grace_s = ASLEEP_AFTER_S + 10;
    let rig = Rig::start_with(stage, Wishes { grace_s, ..Wishes::default() }).await?;
    let id = rig.interview().await?;
    let url = rig.url(&id).await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.answer(&words(1)).await?;
    let before = instance(&url).await?;
    let seen = candidate.seen.clone();
    drop(candidate);
    rig.stored(&id, &seen, EndReason::ClientLeft).await?;
    ensure!(instance(&url).await? != before, "the object was there all the time");
    Ok(())
}

pub(crate) async fn an_object_that_is_evicted_loses_nothing(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let (id, other) = (rig.interview().await?, rig.interview().await?);
    let url = rig.url(&id).await?;
    let mut candidate = rig.questioned(&id).await?;
    let mut bystander = rig.questioned(&other).await?;
    candidate.answer(&words(1)).await?;
    let before = instance(&url).await?;
    candidate.type_answer(&words(2)).await?;
    candidate.until("what was typed", |seen, _| seen.times_said(&words(2)) == 1).await?;
    bystander.type_answer(&words(1)).await?;
    hook(&url, "abort").await?;
    candidate.closed().await?;
    bystander.question().await?;
    goes_on(&rig, &id, candidate.seen).await?;
    ensure!(instance(&url).await? != before, "the object was not evicted");
    bystander.answer(&words(2)).await?;
    bystander.finish().await?;
    rig.stored(&other, &bystander.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_panic_is_the_trouble_of_one_interview(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let url = rig.url(&id).await?;
    let mut victim = rig.questioned(&id).await?;
    let mut bystanders = try_join_all((0..BYSTANDERS).map(|_| bystander(&rig))).await?;
    victim.answer(&words(1)).await?;
    victim.answer(&words(2)).await?;
    let typed = words(1);
    try_join_all(bystanders.iter_mut().map(|(_, bystander)| bystander.type_answer(&typed))).await?;
    hook(&url, "panic").await?;
    let code = victim.closed().await?;
    ensure!(code == UNEXPECTED, "closed with {code}");

    let rest = bystanders.iter_mut().map(|(id, bystander)| unharmed(&rig, id, bystander));
    try_join_all(rest).await.context("another interview")?;
    ensure!(rig.app.interview(&id).await?.summary.status == Status::InProgress, "the interview goes on");
    goes_on(&rig, &id, victim.seen).await.context("the interview in which it panicked")
}

async fn bystander(rig: &Rig) -> anyhow::Result<(String, Candidate)> {
    let id = rig.interview().await?;
    let candidate = rig.questioned(&id).await?;
    Ok((id, candidate))
}

/// Goes on with an interview as if nothing had happened elsewhere, to its end.
async fn unharmed(rig: &Rig, id: &str, bystander: &mut Candidate) -> Outcome {
    bystander.question().await?;
    bystander.answer(&words(2)).await?;
    bystander.finish().await?;
    ensure!(bystander.seen.errors.is_empty(), "{:?}", bystander.seen.errors);
    ensure!(
        bystander.seen.states.iter().filter(|state| **state == State::Live).count() == 1,
        "it was disturbed"
    );
    rig.stored(id, &bystander.seen, EndReason::User).await?;
    for number in [1, 2] {
        ensure!(bystander.seen.times_said(&words(number)) == 1, "{:?}", bystander.seen.turns());
    }
    Ok(())
}
