//! A candidate on a WebSocket: says what it is told to, and keeps what it hears.

use crate::seen::Seen;
use anyhow::{Context, bail, ensure};
use futures::{SinkExt, StreamExt};
use prost::Message as _;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::{AudioChunk, ClientHello, ClientToServerMessage, CloseCode, ServerToClientMessage};

/// How long what must come may take. A candidate of the slowest scenario waits a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long a handshake may take. It waits for nobody but the host.
const HANDSHAKE: Duration = Duration::from_secs(20);

/// How often a candidate who hears nothing shows that it lives, as browsers do.
const PING_EVERY: Duration = Duration::from_secs(15);

/// Samples of a microphone frame: 100 ms.
const FRAME_SAMPLES: usize = 1600;

/// What a candidate hears.
#[derive(Clone, PartialEq)]
pub enum Heard {
    /// A message with something in it.
    Message(Payload),
    /// A text frame.
    Text(String),
    /// The end of the connection: the code of the close frame, or 1006 if there was none.
    Closed(u16),
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(Payload::AudioResponse(audio)) => {
                write!(f, "sound of {} bytes", audio.audio_content.len())
            }
            Self::Message(payload) => payload.fmt(f),
            Self::Text(text) => write!(f, "text {text:?}"),
            Self::Closed(code) => write!(f, "closed with {code}"),
        }
    }
}

/// A connection to a session host. Dropped, it is cut without a goodbye.
#[derive(Debug)]
pub struct Candidate {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What was heard so far.
    pub seen: Seen,
    /// Pings of its own that are not answered yet.
    pings: usize,
}

impl Candidate {
    /// Connects, as a client of the seed does: without a hello.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let connecting = timeout(HANDSHAKE, connect_async_with_config(url, None, true));
        let (socket, _) = connecting
            .await
            .context("nobody answers the WebSocket handshake")?
            .context("the WebSocket handshake does not complete")?;
        Ok(Self { socket, seen: Seen::default(), pings: 0 })
    }

    /// Connects and says hello.
    pub async fn join(url: &str) -> anyhow::Result<Self> {
        Self::rejoin(url, Seen::default()).await
    }

    /// Connects and says hello, as one who was there before.
    pub async fn rejoin(url: &str, seen: Seen) -> anyhow::Result<Self> {
        let mut candidate = Self { seen, ..Self::connect(url).await? };
        let session_id = candidate.seen.ready.take().map(|ready| ready.session_id).unwrap_or_default();
        let hello = ClientHello {
            protocol_version: wire::PROTOCOL_VERSION,
            client_name: "conformance".to_owned(),
            session_id,
            last_sequence: candidate.seen.sequence(),
        };
        candidate.seen.reconnect();
        candidate.say(Said::ClientHello(hello)).await?;
        candidate.until("session_ready", |seen, _| seen.ready.is_some()).await?;
        Ok(candidate)
    }

    /// Says a message.
    pub async fn say(&mut self, payload: Said) -> anyhow::Result<()> {
        let message = ClientToServerMessage { payload: Some(payload) };
        self.send(Message::binary(message.encode_to_vec())).await
    }

    /// Types an answer.
    pub async fn type_answer(&mut self, text: &str) -> anyhow::Result<()> {
        self.say(Said::TextInput(wire::TextInput { text: text.to_owned() })).await
    }

    /// Sends sound, in frames of 100 ms, as fast as the connection takes it.
    pub async fn speak(&mut self, samples: &[i16]) -> anyhow::Result<()> {
        for frame in samples.chunks(FRAME_SAMPLES) {
            let audio_content = frame.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            self.say(Said::AudioChunk(AudioChunk { audio_content })).await?;
        }
        Ok(())
    }

    /// Ends the interview.
    pub async fn end(&mut self) -> anyhow::Result<()> {
        self.say(Said::EndRequest(wire::EndRequest {})).await
    }

    /// Pauses the interview.
    pub async fn pause(&mut self) -> anyhow::Result<()> {
        self.say(Said::PauseRequest(wire::PauseRequest {})).await
    }

    /// Goes on after a pause.
    pub async fn resume(&mut self) -> anyhow::Result<()> {
        self.say(Said::ResumeRequest(wire::ResumeRequest {})).await
    }

    /// Sends any frame.
    pub async fn send(&mut self, frame: Message) -> anyhow::Result<()> {
        self.socket.send(frame).await.context("the connection does not take what is said")
    }

    /// Waits for the end of the interviewer's next turn.
    pub async fn question(&mut self) -> anyhow::Result<()> {
        let complete = |_: &Seen, heard: &Heard| match heard {
            Heard::Message(Payload::TranscriptUpdate(update)) => update.turn_complete,
            _ => false,
        };
        self.until("the end of the interviewer's turn", complete).await
    }

    /// Types an answer and waits for the next question.
    pub async fn answer(&mut self, text: &str) -> anyhow::Result<()> {
        self.type_answer(text).await?;
        self.question().await
    }

    /// Hears until something is so.
    pub async fn until(
        &mut self,
        what: &str,
        mut is_so: impl FnMut(&Seen, &Heard) -> bool,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let heard = self.hear_before(deadline).await.with_context(|| format!("waiting for {what}"))?;
            if is_so(&self.seen, &heard) {
                return Ok(());
            }
            if let Heard::Closed(code) = heard {
                bail!("closed with {code} before {what}: {:?}", self.seen.errors);
            }
        }
    }

    /// Hears until the connection is closed, and returns with which code.
    pub async fn closed(&mut self) -> anyhow::Result<u16> {
        let mut code = 0;
        let closed = |_: &Seen, heard: &Heard| match heard {
            Heard::Closed(found) => {
                code = *found;
                true
            }
            Heard::Message(_) | Heard::Text(_) => false,
        };
        self.until("the close", closed).await?;
        Ok(code)
    }

    /// Hears until the connection is closed; fails unless it is with this code.
    pub async fn is_closed_with(&mut self, expected: CloseCode) -> anyhow::Result<()> {
        let code = self.closed().await?;
        ensure!(code == expected.code(), "closed with {code}, not as {expected:?}: {:?}", self.seen.errors);
        Ok(())
    }

    /// Ends the interview and waits until it is over. Fails unless everything is as it should be at the end.
    pub async fn finish(&mut self) -> anyhow::Result<()> {
        self.end().await?;
        self.is_closed_with(CloseCode::EndedByUser).await?;
        let ended = self.seen.ended.context("no session_ended before the close")?;
        ensure!(ended.reason() == wire::session_ended::Reason::User, "{ended:?}");
        Ok(())
    }

    /// Hears the next thing there is to hear.
    pub async fn hear(&mut self) -> anyhow::Result<Heard> {
        self.hear_before(Instant::now() + PATIENCE).await
    }

    async fn hear_before(&mut self, deadline: Instant) -> anyhow::Result<Heard> {
        loop {
            let ping_at = Instant::now() + PING_EVERY;
            let received = match timeout_at(deadline.min(ping_at), self.socket.next()).await {
                Ok(received) => received,
                Err(_) if ping_at < deadline => {
                    self.pings += 1;
                    self.send(Message::text(wire::PING)).await?;
                    continue;
                }
                Err(_) => bail!("nothing more came: {:?}", self.seen),
            };
            match received {
                Some(Ok(Message::Binary(frame))) => {
                    let message =
                        ServerToClientMessage::decode(frame).context("a frame that is no message")?;
                    self.seen.note(&message)?;
                    if let Some(payload) = message.payload {
                        return Ok(Heard::Message(payload));
                    }
                }
                Some(Ok(Message::Text(text))) if text == wire::PONG && self.pings > 0 => self.pings -= 1,
                Some(Ok(Message::Text(text))) => return Ok(Heard::Text(text.to_string())),
                Some(Ok(Message::Close(Some(frame)))) => return Ok(Heard::Closed(frame.code.into())),
                Some(Ok(Message::Close(None))) => return Ok(Heard::Closed(1005)),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => return Ok(Heard::Closed(1006)),
            }
        }
    }
}
