//! What is said and heard when nothing goes wrong.

use super::Outcome;
use crate::rig::{Rig, Wishes, words};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::interview::{EndReason, Speaker, Status};
use conformance::{Candidate, Heard};
use stand_in::Options;
use std::path::Path;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;
use wire::session_state::State;
use wire::{CloseCode, ErrorCode};

/// Five seconds of speech, and the silence that ends an answer: less than a host takes at once.
fn spoken_answer() -> anyhow::Result<Vec<i16>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/stand-in/testdata/answer.wav");
    let samples = hound::WavReader::open(file)?.into_samples().collect::<Result<Vec<i16>, _>>();
    let mut samples = samples.context("a recording of 16 bits")?;
    samples.resize(samples.len() + 20_000, 0);
    Ok(samples)
}

pub(crate) async fn a_full_interview(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    ensure!(rig.app.interview(&id).await?.summary.status == Status::Pending, "nobody has come");
    let mut candidate = rig.join(&id).await?;
    let ready = candidate.seen.ready.clone().context("session_ready")?;
    ensure!(!ready.rejoined && ready.transcript.is_empty() && !ready.session_id.is_empty(), "{ready:?}");
    ensure!((ready.input_sample_rate_hz, ready.output_sample_rate_hz) == (16_000, 24_000), "{ready:?}");
    candidate.question().await?;
    rig.app.until(&id, Status::InProgress).await?;
    let speech = spoken_answer()?;
    candidate.speak(&speech).await?;
    candidate.question().await?;
    candidate.answer(&words(1)).await?;
    candidate.finish().await?;

    let seen = &candidate.seen;
    ensure!(seen.errors.is_empty(), "{:?}", seen.errors);
    ensure!(seen.sound_bytes > 0, "the interviewer was not heard");
    ensure!(seen.states.last() == Some(&State::Ending), "{:?}", seen.states);
    ensure!(seen.states.contains(&State::Live), "{:?}", seen.states);
    let account = seen.ended.context("session_ended")?;
    let sent = u64::try_from(speech.len() * 2)?;
    let figures = (account.audio_received_bytes, account.audio_forwarded_bytes, account.audio_dropped_bytes);
    ensure!(figures == (sent, sent, 0), "{sent} bytes were sent: {account:?}");
    let stored = rig.stored(&id, seen, EndReason::User).await?;
    let spoken = |entry: &&api::interview::TranscriptEntry| entry.speaker == Speaker::User;
    let said: Vec<&str> = stored.transcript.iter().filter(spoken).map(|entry| entry.content.trim()).collect();
    ensure!(said.len() >= 2 && said[0].ends_with("s of speech]") && said.contains(&&*words(1)), "{said:?}");
    Ok(())
}

pub(crate) async fn a_typed_answer_is_answered_and_stored(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.join(&id).await?;
    // Before the interviewer is there: it is told when it is.
    candidate.type_answer(&words(1)).await?;
    let is_live = |heard: &Heard| matches!(heard, Heard::Message(Payload::SessionState(state)) if state.state() == State::Live);
    candidate.until("live", |_, heard| is_live(heard)).await?;
    candidate.question().await?;
    candidate.answer(&words(2)).await?;
    candidate.type_answer(&"x".repeat(17 * 1024)).await?;
    candidate.until("an error", |seen, _| !seen.errors.is_empty()).await?;
    ensure!(candidate.seen.errors[0].0 == ErrorCode::Malformed.code(), "{:?}", candidate.seen.errors);
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await?;
    for number in [1, 2] {
        ensure!(candidate.seen.times_said(&words(number)) == 1, "{:?}", candidate.seen.turns());
    }
    Ok(())
}

pub(crate) async fn talking_over_the_interviewer_interrupts(stage: &Stage) -> Outcome {
    // Slow enough that there is something to interrupt.
    let interviewer = Options { time_scale: 0.5, seed: Some(1), ..Options::default() };
    let rig = Rig::start_with(stage, Wishes { interviewer, ..Wishes::default() }).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.join(&id).await?;
    let sounds = |heard: &Heard| matches!(heard, Heard::Message(Payload::AudioResponse(_)));
    candidate.until("the interviewer's voice", |_, heard| sounds(heard)).await?;
    candidate.speak(&spoken_answer()?).await?;
    candidate.until("an interruption", |seen, _| seen.interruptions == 1).await?;
    let mut residue = 0;
    candidate
        .until("the end of the interrupted turn", |_, heard| {
            residue += usize::from(sounds(heard));
            matches!(heard, Heard::Message(Payload::TranscriptUpdate(update)) if update.turn_complete)
        })
        .await?;
    ensure!(residue == 0, "sound of an interrupted turn: {residue} messages");
    candidate.question().await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn pause_and_resume(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.pause().await?;
    candidate.until("paused", |seen, _| seen.states.last() == Some(&State::Paused)).await?;
    rig.model.until_passing(0).await.context("a paused interview keeps the vendor")?;
    candidate.resume().await?;
    candidate.until("live again", |seen, _| seen.states.last() == Some(&State::Live)).await?;
    candidate.answer(&words(1)).await?;
    candidate.finish().await?;
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_client_of_the_seed(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = Candidate::connect(&rig.url(&id).await?).await?;
    candidate.question().await?;
    candidate.speak(&spoken_answer()?).await?;
    candidate.question().await?;
    candidate.end().await?;
    candidate.is_closed_with(CloseCode::EndedByUser).await?;
    let seen = &candidate.seen;
    ensure!(!seen.beyond_seed, "it was sent what it does not know");
    ensure!(seen.sound_bytes > 0 && seen.errors.is_empty(), "{:?}", seen.errors);
    let ended = seen.ended.context("session_ended")?;
    ensure!(ended.reason() == Reason::User, "{ended:?}");
    ensure!(ended.audio_received_bytes == 0, "an account is not for clients of the seed: {ended:?}");

    let stored = rig.app.until(&id, Status::Completed).await?;
    for speaker in Speaker::ALL {
        let shown = seen.updates.iter().filter(|update| update.speaker == speaker.name());
        let shown: String = shown.map(|update| update.text.as_str()).collect();
        let kept = stored.transcript.iter().filter(|entry| entry.speaker == speaker);
        let kept: String = kept.map(|entry| entry.content.as_str()).collect();
        let bare = |text: &str| text.replace(' ', "");
        ensure!(bare(&shown) == bare(&kept), "{shown:?} {kept:?}");
    }
    Ok(())
}
