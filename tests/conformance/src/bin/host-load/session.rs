//! One candidate who talks, and hears it said back.

use anyhow::{Context, ensure};
use conformance::{App, Candidate, Heard, Host};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use wire::AudioChunk;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_state::State;

/// What a browser sends at once.
pub(crate) const FRAME: Duration = Duration::from_millis(100);

/// A frame: 16,000 samples of two bytes a second.
const FRAME_BYTES: usize = 3200;

/// How long the last echoes may take.
const LAST_ECHOES: Duration = Duration::from_secs(10);

/// A candidate whose interviewer is there.
pub(crate) struct Session {
    candidate: Candidate,
    on_the_way: VecDeque<(u64, Instant)>,
    account: Account,
}

/// What became of the frames of one session.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) sent: u64,
    pub(crate) round_trips: Vec<Duration>,
}

impl Session {
    pub(crate) async fn join(app: &App, host: &Host) -> anyhow::Result<Self> {
        let id = app.create_interview(60).await?;
        let mut candidate = Candidate::join(&host.session_url(&id, &app.token(&id).await?)).await?;
        if candidate.seen.states.last() != Some(&State::Live) {
            candidate.until("live", |seen, _| seen.states.last() == Some(&State::Live)).await?;
        }
        let mut session = Self { candidate, on_the_way: VecDeque::new(), account: Account::default() };
        // An interviewer who is not heard of while the others come would be reminded, and then replaced.
        session.say_frame().await?;
        session.hear_the_rest().await?;
        session.account = Account::default();
        Ok(session)
    }

    /// Talks from `begin` to `end`, and hears the rest of the echo.
    pub(crate) async fn talk(mut self, begin: Instant, end: Instant) -> anyhow::Result<Account> {
        let mut pace = interval_at(begin, FRAME);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        while Instant::now() < end {
            tokio::select! {
                _ = pace.tick() => self.say_frame().await?,
                heard = self.candidate.hear() => self.on_heard(&heard?)?,
            }
        }
        self.hear_the_rest().await?;
        Ok(self.account)
    }

    async fn hear_the_rest(&mut self) -> anyhow::Result<()> {
        while !self.on_the_way.is_empty() {
            let heard = timeout(LAST_ECHOES, self.candidate.hear()).await;
            let heard =
                heard.with_context(|| format!("{} frames were not said back", self.on_the_way.len()))?;
            self.on_heard(&heard?)?;
        }
        Ok(())
    }

    async fn say_frame(&mut self) -> anyhow::Result<()> {
        let number = self.account.sent;
        let mut audio_content = vec![0x5a; FRAME_BYTES];
        audio_content[..8].copy_from_slice(&number.to_le_bytes());
        self.account.sent += 1;
        self.on_the_way.push_back((number, Instant::now()));
        self.candidate.say(Said::AudioChunk(AudioChunk { audio_content })).await
    }

    fn on_heard(&mut self, heard: &Heard) -> anyhow::Result<()> {
        let now = Instant::now();
        match heard {
            Heard::Message(Payload::AudioResponse(echo)) => {
                let (number, said) = self.on_the_way.pop_front().context("an echo of nothing")?;
                let sound = &echo.audio_content;
                ensure!(sound.len() == FRAME_BYTES, "{} bytes came back of a frame", sound.len());
                let is_next = sound[..8] == number.to_le_bytes();
                ensure!(is_next, "frame {number} was lost, or overtaken: {:?}", self.candidate.seen);
                self.account.round_trips.push(now - said);
                Ok(())
            }
            Heard::Message(Payload::TranscriptUpdate(_) | Payload::SessionState(_)) => Ok(()),
            other => anyhow::bail!("not an echo: {other:?}"),
        }
    }
}
