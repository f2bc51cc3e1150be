//! What was seen against what is stored.

use super::candidate::{Candidate, Saw, Turn};
use anyhow::bail;
use api::interview::{Status, TranscriptEntry};
use api::public::InterviewDetails;
use std::collections::HashSet;
use std::time::Duration;

/// How the stand-in's first turn begins, in one of two ways: nobody is greeted twice.
const GREETINGS: [&str; 2] = ["Hello, and welcome", "Hi, thank you for joining"];

/// What rounds add up to.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) runs: u64,
    pub(super) live_at_kill: u64,
    interviews: u64,
    gave_up: u64,
    never_began: u64,
    rejoins: u64,
    turns_seen: u64,
    turns_stored: u64,
    typed: u64,
    frames_lost: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.live_at_kill += other.live_at_kill;
        self.interviews += other.interviews;
        self.gave_up += other.gave_up;
        self.never_began += other.never_began;
        self.rejoins += other.rejoins;
        self.turns_seen += other.turns_seen;
        self.turns_stored += other.turns_stored;
        self.typed += other.typed;
        self.frames_lost += other.frames_lost;
    }

    pub(super) fn progress(&self, elapsed: Duration) -> String {
        format!(
            "{:4} s: {} kills, {} interviews, {} rejoins, {} turns found",
            elapsed.as_secs(),
            self.runs,
            self.interviews,
            self.rejoins,
            self.turns_seen
        )
    }

    pub(super) fn summary(&self, elapsed: Duration) -> String {
        let live = self.live_at_kill as f64 / self.runs.max(1) as f64;
        format!(
            "Kills        {} in {} s; live interviews at a kill: {live:.1}\n\
             Interviews   {}, all terminal; {} candidates gave up, {} of them before anything was said\n\
             Rejoins      {}\n\
             Turns        {} seen completed, all stored; {} stored, none twice\n\
             Typed        {} answers of candidates who stayed, each stored once\n\
             Sound        {} frames of 100 ms that no host accounts for: on the way, or heard by a host before it was killed",
            self.runs,
            elapsed.as_secs(),
            self.interviews,
            self.gave_up,
            self.never_began,
            self.rejoins,
            self.turns_seen,
            self.turns_stored,
            self.typed,
            self.frames_lost,
        )
    }
}

/// Judges one interview; what is wrong is an error.
pub(super) fn judge(candidate: &Candidate, saw: &Saw, stored: &InterviewDetails) -> anyhow::Result<Tally> {
    let entries = &stored.transcript;
    let mut tally = Tally {
        interviews: 1,
        rejoins: saw.reconnects,
        turns_seen: every_seen_turn_is_stored(&saw.transcript, entries)?,
        turns_stored: entries.len() as u64,
        ..Tally::default()
    };
    nothing_is_stored_twice(entries, &candidate.answers.typed)?;
    if candidate.gave_up {
        tally.gave_up = 1;
        tally.never_began = u64::from(stored.summary.status == Status::Pending);
        return Ok(tally);
    }
    ended_well(saw, stored)?;
    for text in &candidate.answers.typed {
        if !entries.iter().any(|entry| entry.content.contains(text.as_str())) {
            bail!("what was typed is not stored: {text}");
        }
    }
    tally.typed = candidate.answers.typed.len() as u64;
    tally.frames_lost = saw.frames.lost.unwrap_or_default();
    Ok(tally)
}

fn every_seen_turn_is_stored(seen: &[Turn], entries: &[TranscriptEntry]) -> anyhow::Result<u64> {
    let mut count = 0;
    for turn in seen.iter().filter(|turn| turn.is_final && !turn.text.is_empty()) {
        let is_it = |entry: &&TranscriptEntry| {
            entry.speaker.name() == turn.speaker && entry.timestamp.0 == turn.started_ms
        };
        match entries.iter().find(is_it) {
            None => bail!("a turn that was seen completed is missing: {} {}", turn.speaker, turn.text),
            Some(entry) if entry.content.trim() != turn.text => {
                bail!(
                    "a turn that was seen completed is stored as another: {} / {}",
                    turn.text,
                    entry.content
                )
            }
            Some(_) => count += 1,
        }
    }
    Ok(count)
}

fn nothing_is_stored_twice(entries: &[TranscriptEntry], typed: &[String]) -> anyhow::Result<()> {
    let mut moments = HashSet::new();
    if let Some(twice) = entries.iter().find(|entry| !moments.insert(entry.timestamp.0)) {
        bail!("two turns at one moment: {}", twice.content);
    }
    let greets = |entry: &&TranscriptEntry| GREETINGS.iter().any(|greeting| entry.content.contains(greeting));
    let greetings = entries.iter().filter(greets).count();
    if greetings > 1 {
        bail!("{greetings} greetings");
    }
    for text in typed {
        let times: usize = entries.iter().map(|entry| entry.content.matches(text.as_str()).count()).sum();
        if times > 1 {
            bail!("what was typed once is stored {times} times: {text}");
        }
    }
    Ok(())
}

/// What a candidate may say after a kill: sound on its way is lost, or the server died between the end and its account.
const ABOUT_SOUND: [&str; 2] = ["frames of sound were lost", "did not account for the microphone's sound"];

/// Sound may be lost with a server; nothing else may be.
fn ended_well(saw: &Saw, stored: &InterviewDetails) -> anyhow::Result<()> {
    let trouble = saw.trouble.as_deref().unwrap_or_default();
    let about_sound = saw.outcome == "LOST" && ABOUT_SOUND.iter().any(|about| trouble.contains(about));
    if saw.outcome != "SUCCESS" && !about_sound {
        bail!("a candidate who stayed ended with {}: {:?}", saw.outcome, saw.trouble);
    }
    if stored.summary.status != Status::Completed {
        bail!("an interview that ended well is stored as {}", stored.summary.status.name());
    }
    if saw.transcript_equal != Some(true) {
        bail!("the stored transcript is not the one that was shown");
    }
    if saw.messages.lost > 0 {
        bail!("{} messages to the candidate were lost", saw.messages.lost);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::interview::Speaker;
    use api::timestamp::Timestamp;

    fn stored(turns: &[(i64, &str)]) -> Vec<TranscriptEntry> {
        let entry = |(at, text): &(i64, &str)| TranscriptEntry {
            speaker: Speaker::Ai,
            content: (*text).to_owned(),
            timestamp: Timestamp(*at),
        };
        turns.iter().map(entry).collect()
    }

    fn seen(started_ms: i64, is_final: bool, text: &str) -> Turn {
        Turn { speaker: "AI".to_owned(), started_ms, is_final, text: text.to_owned() }
    }

    #[test]
    fn a_completed_turn_must_be_stored_as_it_was_seen() {
        let entries = stored(&[(1, "One."), (2, "Two and more.")]);
        assert_eq!(every_seen_turn_is_stored(&[seen(1, true, "One.")], &entries).ok(), Some(1));
        assert_eq!(every_seen_turn_is_stored(&[seen(2, false, "Two")], &entries).ok(), Some(0));
        assert!(every_seen_turn_is_stored(&[seen(2, true, "Two")], &entries).is_err());
        assert!(every_seen_turn_is_stored(&[seen(3, true, "One.")], &entries).is_err());
    }

    #[test]
    fn nothing_may_be_stored_twice() {
        let typed = ["My answer.".to_owned()];
        let fine = [(1, "Hello, and welcome."), (2, "My answer.")];
        assert!(nothing_is_stored_twice(&stored(&fine), &typed).is_ok());
        for more in [(2, "At one moment."), (3, "Hi, thank you for joining me."), (3, "My answer.")] {
            let turns = [fine[0], fine[1], more];
            assert!(nothing_is_stored_twice(&stored(&turns), &typed).is_err(), "{more:?}");
        }
    }
}
