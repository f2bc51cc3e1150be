//! What frames are taken for.

use super::Outcome;
use crate::rig::{Rig, words};
use crate::stage::Stage;
use anyhow::ensure;
use api::interview::EndReason;
use conformance::{Candidate, Heard};
use tokio_tungstenite::tungstenite::Message;
use wire::client_to_server_message::Payload as Said;
use wire::{AudioChunk, CloseCode, ErrorCode};

/// A length that the frame does not have.
const MALFORMED: &[u8] = b"\x0a\x05abc";

/// How a field begins that no schema has, with 65,531 bytes to follow.
const UNKNOWN_FIELD: &[u8] = b"\xa2\x06\xfb\xff\x03";

async fn is_there(candidate: &mut Candidate) -> anyhow::Result<()> {
    candidate.send(Message::text(wire::PING)).await?;
    candidate.until("pong", |_, heard| *heard == Heard::Text(wire::PONG.to_owned())).await
}

pub(crate) async fn a_text_ping_is_answered(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut seed = Candidate::connect(&rig.url(&id).await?).await?;
    is_there(&mut seed).await?;
    let mut ours = rig.join(&id).await?;
    is_there(&mut ours).await
}

pub(crate) async fn malformed_messages_are_told_and_the_tenth_closes(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    for _ in 0..9 {
        candidate.send(Message::binary(MALFORMED)).await?;
    }
    candidate.answer(&words(1)).await?;
    let malformed = (ErrorCode::Malformed.code(), 9);
    let told = |candidate: &Candidate| {
        let errors = &candidate.seen.errors;
        (errors.first().map_or(0, |(code, _)| *code), errors.len())
    };
    ensure!(told(&candidate) == malformed, "{:?}", candidate.seen.errors);
    candidate.send(Message::binary(MALFORMED)).await?;
    candidate.is_closed_with(CloseCode::ProtocolViolation).await?;
    ensure!(told(&candidate).1 == 10, "{:?}", candidate.seen.errors);

    let mut candidate = rig.rejoin(&id, candidate.seen).await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn what_is_not_for_the_host_is_ignored(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    candidate.send(Message::text("hello?")).await?;
    candidate.send(Message::text("")).await?;
    candidate.send(Message::binary(&[][..])).await?;
    candidate.send(Message::binary(&b"\xa2\x06\x01x"[..])).await?;
    candidate.say(Said::AudioChunk(AudioChunk::default())).await?;
    for _ in 0..20 {
        candidate.send(Message::text("and so on")).await?;
    }
    is_there(&mut candidate).await?;
    candidate.answer(&words(1)).await?;
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}

pub(crate) async fn a_message_above_64_kib_is_closed_with_1009(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let id = rig.interview().await?;
    let mut candidate = rig.questioned(&id).await?;
    let largest = [UNKNOWN_FIELD, &[0; wire::MAX_MESSAGE_BYTES - UNKNOWN_FIELD.len()]].concat();
    candidate.send(Message::binary(largest)).await?;
    is_there(&mut candidate).await?;
    ensure!(candidate.seen.errors.is_empty(), "{:?}", candidate.seen.errors);
    candidate.send(Message::binary(vec![0; wire::MAX_MESSAGE_BYTES + 1])).await?;
    candidate.is_closed_with(CloseCode::TooLarge).await?;

    let mut candidate = rig.rejoin(&id, candidate.seen).await?;
    candidate.finish().await?;
    rig.stored(&id, &candidate.seen, EndReason::User).await.map(drop)
}
