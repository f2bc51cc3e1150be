//! What a seed decides before its world begins.

use crate::dice::Dice;
use crate::fault::{Fault, Way};
use session_core::Limits;

/// How the interview is meant to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finale {
    /// The candidate ends it after so long.
    Candidate(u64),
    /// The interviewer ends it after so many answers.
    Interviewer(u64),
    /// The time runs out.
    Time,
}

/// How the candidate's speech is transcribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transcription {
    /// One message, just before the answer.
    Whole,
    /// Many small ones.
    Deltas,
}

/// What the candidate uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// Our client.
    Ours,
    /// One that speaks fields 1 to 4 only.
    Seed,
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) minutes: u32,
    pub(crate) grace_ms: u64,
    /// The host's journal outlives the process.
    pub(crate) keeps_journal: bool,
    pub(crate) finale: Finale,
    pub(crate) browser: Browser,
    pub(crate) transcription: Transcription,
    /// The model sends a new handle after every turn.
    pub(crate) new_handles: bool,
    /// The model tells when it hears the candidate begin and end.
    pub(crate) voice_activity: bool,
    pub(crate) frame_ms: u64,
    /// Connections to the model are replaced, and pauses end, sooner than is usual.
    pub(crate) hurried: bool,
    /// The host drops its session whenever that waits.
    pub(crate) drowsy: bool,
    pub(crate) client_latency_ms: u64,
    pub(crate) vendor_latency_ms: u64,
    /// How often a listening candidate talks over the interviewer, in percent of frames.
    pub(crate) barge_in_percent: u64,
    pub(crate) types: bool,
    pub(crate) pauses: bool,
    /// What goes wrong, and when it may.
    pub(crate) faults: Vec<(u64, Fault)>,
    /// From when on nothing goes wrong, after the beginning.
    pub(crate) horizon_ms: u64,
}

impl Plan {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let long = dice.roll(50) == 0;
        let minutes = if long { dice.pick(&[12, 25, 60]) } else { dice.pick(&[1, 1, 1, 2, 3, 30]) };
        let horizon_ms = if long { u64::from(minutes) * 60_000 } else { dice.range(15_000..=100_000) };
        let finale = match dice.roll(4) {
            0 | 1 => Finale::Candidate(dice.range(5_000..=horizon_ms)),
            2 if !long => Finale::Interviewer(dice.range(1..=6)),
            _ => Finale::Time,
        };
        let count = dice.pick(&[0, 1, 2, 4, 6, 9, 14, 20]);
        let mut faults: Vec<_> = (0..count).map(|_| Self::fault(dice, horizon_ms)).collect();
        if faults.iter().any(|(_, fault)| *fault == Fault::TornWrite) {
            // A write is torn by a kill, and only while it is under way.
            faults.extend([
                (dice.roll(horizon_ms), Fault::DiskSlow),
                (dice.roll(horizon_ms), Fault::KillUnsaved),
            ]);
        }
        Self {
            minutes,
            keeps_journal: dice.percent(85),
            grace_ms: dice.pick(&[0, 8_000, 60_000, 60_000]),
            finale,
            browser: if dice.roll(20) == 0 { Browser::Seed } else { Browser::Ours },
            transcription: if dice.percent(60) { Transcription::Whole } else { Transcription::Deltas },
            new_handles: dice.percent(40),
            voice_activity: dice.percent(85),
            frame_ms: if long { 1_000 } else { dice.pick(&[40, 100, 100, 100, 250, 500]) },
            hurried: dice.percent(30),
            drowsy: dice.percent(35),
            client_latency_ms: dice.pick(&[1, 15, 15, 40, 200]),
            vendor_latency_ms: dice.pick(&[5, 20, 20, 80]),
            barge_in_percent: dice.pick(&[0, 1, 4]),
            types: dice.percent(25),
            pauses: dice.percent(25),
            faults,
            horizon_ms,
        }
    }

    /// Changes it to one of many: an interview without faults that runs for half a minute at least.
    pub(crate) fn join_a_crowd(&mut self) {
        self.faults.clear();
        (self.minutes, self.horizon_ms, self.finale) = (3, 30_000, Finale::Time);
        (self.keeps_journal, self.browser, self.drowsy) = (true, Browser::Ours, false);
        self.grace_ms = self.grace_ms.max(8_000);
        self.frame_ms = 500;
    }

    /// Returns the limits of the session.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits { refused_retry_ms: 15_000, ..Limits::default() };
        if self.hurried {
            (limits.model_age_ms, limits.pause_ms) = (15_000, 20_000);
        }
        limits
    }

    /// What lies in wait often does so from the beginning: some occasions come once.
    fn fault(dice: &mut Dice, horizon_ms: u64) -> (u64, Fault) {
        let fault = dice.pick(&Fault::ALL);
        let early = fault.way() == Way::LiesInWait && dice.percent(40);
        (if early { 0 } else { dice.roll(horizon_ms) }, fault)
    }
}
