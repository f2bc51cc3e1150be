//! One server, a few candidates, one to four kills.

use super::answers::Answers;
use super::backend::Backend;
use super::candidate::Candidate;
use super::dice::Dice;
use super::process::{Server, wait_for};
use super::verdict::{self, Tally};
use anyhow::Context;
use api::interview::Status;
use api::public::InterviewDetails;
use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// How long a lost candidate may take to come back, seconds. Longer than one waits at most before it tries again, which
/// is 5 s and a third: after several kills in a row it does.
const GRACE_S: &str = "8";

/// How long after the last candidate left every interview must be terminal: the grace time, and the 30 s of the promise.
const TERMINAL_WITHIN: Duration = Duration::from_secs(38);

/// Where everything is.
pub(super) struct Place {
    pub(super) binary: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) recording: PathBuf,
    /// The stand-in's address.
    pub(super) interviewer: String,
}

pub(super) struct Round<'a> {
    place: &'a Place,
    folder: PathBuf,
    dice: Dice,
    address: String,
    server: Option<Server>,
    backend: Backend,
    candidates: Vec<Candidate>,
    tally: Tally,
}

impl<'a> Round<'a> {
    /// Starts the server, and candidates with interviews of their own.
    pub(super) fn start(place: &'a Place, seed: u64, folder: PathBuf) -> anyhow::Result<Self> {
        let mut dice = Dice::new(seed);
        let address = free_address()?;
        let server = serve(place, &folder, &address)?;
        let backend = Backend::sign_in(&server.url)?;
        let mut candidates = Vec::new();
        for number in 0..dice.within(3..7) {
            let answers = Answers::choose(&mut dice, &place.recording);
            candidates.push(Candidate::start(&place.binary, &folder, number, &server.url, answers)?);
        }
        candidates.iter_mut().try_for_each(Candidate::begin)?;
        Ok(Self {
            place,
            folder,
            dice,
            address,
            server: Some(server),
            backend,
            candidates,
            tally: Tally::default(),
        })
    }

    /// Kills, lets everybody finish, and judges.
    pub(super) fn play(mut self) -> anyhow::Result<Tally> {
        for _ in 0..self.dice.within(1..5) {
            thread::sleep(self.until_kill());
            let live = self.backend.live_interviews().context("asking for health")?;
            if live == 0 {
                break;
            }
            self.kill(live)?;
        }
        let mut candidates = std::mem::take(&mut self.candidates);
        let mut saw = Vec::new();
        for candidate in &mut candidates {
            saw.push(candidate.end()?);
        }
        for (candidate, saw) in candidates.iter().zip(&saw) {
            let stored = self.stored(candidate, !saw.transcript.is_empty())?;
            let judged = verdict::judge(candidate, saw, &stored);
            self.tally.add(&judged.with_context(|| format!("interview {}", candidate.interview_id))?);
        }
        Ok(self.tally)
    }

    /// Some kills hit candidates as they join, or rejoin; most hit them as they talk, or end.
    fn until_kill(&mut self) -> Duration {
        if self.dice.one_in(4) { self.dice.ms(0..120) } else { self.dice.ms(0..2_500) }
    }

    fn kill(&mut self, live: u64) -> anyhow::Result<()> {
        let server = self.server.take().context("a round's server runs between its kills")?;
        server.kill()?;
        self.tally.runs += 1;
        self.tally.live_at_kill += live;
        if self.dice.one_in(3) {
            let at = self.dice.within(0..self.candidates.len() as u64) as usize;
            let candidate = &mut self.candidates[at];
            if !candidate.gave_up && candidate.is_there()? {
                candidate.give_up()?;
            }
        }
        if self.dice.one_in(3) {
            thread::sleep(self.dice.ms(0..1_500));
        }
        self.server = Some(serve(self.place, &self.folder, &self.address)?);
        Ok(())
    }

    /// Waits until an interview is terminal. One that nobody saw beginning may stand as if it had not been tried.
    fn stored(&self, candidate: &Candidate, has_begun: bool) -> anyhow::Result<InterviewDetails> {
        let terminal = wait_for(TERMINAL_WITHIN, || {
            let stored = self.backend.interview(&candidate.interview_id)?;
            let is_terminal = match stored.summary.status {
                Status::Completed | Status::Error => true,
                Status::Pending => candidate.gave_up && !has_begun,
                Status::InProgress => false,
            };
            Ok(is_terminal.then_some(stored))
        })?;
        terminal.with_context(|| format!("interview {} reaches no terminal state", candidate.interview_id))
    }
}

fn serve(place: &Place, folder: &std::path::Path, address: &str) -> anyhow::Result<Server> {
    let arguments = ["serve", "--listen", address, "--data-dir", "data", "--grace", GRACE_S].map(OsStr::new);
    let variables = [("GEMINI_BASE_URL", place.interviewer.as_str())];
    Server::start(&place.binary, &arguments, &variables, &folder.join("server.log"))
}

/// An address that was free a moment ago; every start of the server takes the same.
fn free_address() -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("looking for a free port")?;
    Ok(listener.local_addr()?.to_string())
}
