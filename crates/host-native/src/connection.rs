//! One WebSocket: its reading, its writing, and whether the peer lives.
//!
//! Reading and writing run side by side in the connection's task, so that a peer that does not read can still be heard,
//! and one that does not send can still be spoken to. Both end with [`run`], which says so to the interview exactly once.

use crate::message::{Broken, Incoming, Outgoing};
use crate::news::News;
use crate::outbox::Outbox;
use bytes::Bytes;
use futures::{Sink, SinkExt, Stream, StreamExt};
use session_core::{ConnId, Encoding, Frame, Priority};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// How often a connection looks after itself. Everything it notices by time, it notices up to this much late.
const CHECK: Duration = Duration::from_secs(5);

/// How long the peer may take to answer a close frame.
const CLOSE_ECHO: Duration = Duration::from_secs(1);

/// How long a peer that is to be closed may take nothing of what is queued before the close frame.
const CLOSE_STALL: Duration = Duration::from_secs(5);

/// How long all of it may take.
const CLOSE_DRAIN: Duration = Duration::from_secs(30);

/// How a kind of peer is treated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    pub(crate) ping_every: Duration,
    /// A peer that sent nothing, not even a pong, or took nothing of what waits for it, is gone after this time.
    pub(crate) dead_after: Duration,
    pub(crate) max_message_bytes: usize,
    pub(crate) text: TextFrames,
}

/// What text frames are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFrames {
    /// Messages like any other.
    Messages,
    /// [`wire::PING`], or nothing to us.
    PingOnly,
}

/// A candidate. Gone within 45 s: 40 and a check.
pub(crate) const CANDIDATE: Manners = Manners {
    ping_every: Duration::from_secs(15),
    dead_after: Duration::from_millis(wire::CLIENT_DEAD_AFTER_MS),
    max_message_bytes: wire::MAX_MESSAGE_BYTES,
    text: TextFrames::PingOnly,
};

/// The model. Its pongs were measured to take up to 30 s while the conversation went on.
pub(crate) const MODEL: Manners = Manners {
    ping_every: Duration::from_secs(20),
    dead_after: Duration::from_secs(30),
    max_message_bytes: gemini_live::MAX_MESSAGE_BYTES,
    text: TextFrames::Messages,
};

/// Where a connection's news goes.
pub(crate) struct Recipient {
    pub(crate) conn: ConnId,
    pub(crate) news: mpsc::Sender<News>,
}

/// Carries a connection until it is gone, then says so.
pub(crate) async fn run<S, M, E>(socket: S, manners: Manners, outbox: &Outbox, recipient: &Recipient)
where
    S: Stream<Item = Result<M, E>> + Sink<M>,
    M: Into<Incoming> + From<Outgoing>,
    E: Broken,
{
    let (sink, stream) = socket.split();
    let mut reading = pin!(read(stream, manners, outbox, recipient));
    let writing = pin!(write(sink, outbox));
    let farewell = tokio::select! {
        farewell = &mut reading => farewell,
        () = writing => timeout(CLOSE_ECHO, reading).await.unwrap_or(None),
        () = outbox.abandoned() => None,
    };
    outbox.abandon();
    // An interview that is over has closed its queue and wants no news.
    let _ = recipient.news.send(News::Closed(recipient.conn, farewell)).await;
}

/// Sends what is queued, until the close frame or the connection's end.
async fn write<M: From<Outgoing>>(mut sink: impl Sink<M> + Unpin, outbox: &Outbox) {
    loop {
        while let Some(outgoing) = outbox.take() {
            let last = matches!(outgoing, Outgoing::Close(_));
            if sink.feed(outgoing.into()).await.is_err() {
                return;
            }
            if last {
                // A connection that breaks here is closed all the same.
                let _ = sink.flush().await;
                return;
            }
        }
        if sink.flush().await.is_err() {
            return;
        }
        outbox.filled().await;
    }
}

/// Reads until the peer is gone, and returns the code and reason of its close frame if it sent one.
async fn read<M, E>(
    mut stream: impl Stream<Item = Result<M, E>> + Unpin,
    manners: Manners,
    outbox: &Outbox,
    recipient: &Recipient,
) -> Option<(u16, String)>
where
    M: Into<Incoming>,
    E: Broken,
{
    let mut checks = interval_at(Instant::now() + CHECK, CHECK);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let mut pinged = Instant::now();
    let mut readable = true;
    loop {
        tokio::select! {
            received = stream.next(), if readable => {
                heard = Instant::now();
                match received {
                    None => return None,
                    Some(Err(error)) if error.is_too_large() => {
                        readable = false;
                        outbox.cut(wire::CloseCode::TooLarge.code());
                    }
                    Some(Err(_)) => return None,
                    Some(Ok(message)) => {
                        if let Some(farewell) = on_message(message.into(), manners, outbox, recipient).await {
                            finish(stream).await;
                            return Some(farewell);
                        }
                    }
                }
            }
            _ = checks.tick() => {
                if heard.elapsed() >= manners.dead_after || is_hopeless(outbox, manners) {
                    return None;
                }
                if pinged.elapsed() >= manners.ping_every {
                    pinged = Instant::now();
                    outbox.ping();
                }
            }
        }
    }
}

/// Whether the peer will not take what is there for it.
fn is_hopeless(outbox: &Outbox, manners: Manners) -> bool {
    let (stalled, closing) = (outbox.stalled(), outbox.closing());
    let patience = if closing.is_zero() { manners.dead_after } else { CLOSE_STALL };
    stalled >= patience || closing >= CLOSE_DRAIN
}

/// Passes a message on; returns what the peer said in its close frame, if it was one.
async fn on_message(
    message: Incoming,
    manners: Manners,
    outbox: &Outbox,
    recipient: &Recipient,
) -> Option<(u16, String)> {
    match message {
        Incoming::Text(_) | Incoming::Heartbeat if manners.text == TextFrames::PingOnly => {
            if message == Incoming::Text(Bytes::from_static(wire::PING.as_bytes())) {
                outbox.push(pong());
            }
        }
        Incoming::Heartbeat => {}
        Incoming::Text(bytes) | Incoming::Binary(bytes) => {
            if bytes.len() > manners.max_message_bytes {
                outbox.cut(wire::CloseCode::TooLarge.code());
            } else {
                // An interview that is over has closed its queue and wants no news.
                let _ = recipient.news.send(News::Received(recipient.conn, bytes)).await;
            }
        }
        Incoming::Close(code, reason) => return Some((code, reason)),
    }
    None
}

/// Lets the library answer the peer's close frame.
async fn finish(mut stream: impl Stream + Unpin) {
    // A peer that does not wait for the answer is gone all the same.
    let _ = timeout(CLOSE_ECHO, async { while stream.next().await.is_some() {} }).await;
}

fn pong() -> Frame {
    Frame { encoding: Encoding::Text, priority: Priority::Control, bytes: wire::PONG.into() }
}

#[cfg(test)]
mod tests;
