//! How a candidate behaves: listens, answers, yields, waits, leaves. No socket and no clock of its own.
//!
//! Whoever drives it tells what is heard and calls [`Candidate::step`] for every 100 ms of microphone. The microphone
//! never stops: where nothing is said, silence is.

use super::answers::{Answer, FRAME_MS};
use session_client::{MicrophoneFrame, Timestamp};
use std::sync::Arc;

/// Frames between the interviewer's last word and the candidate's first.
const REACTION_FRAMES: u32 = 4;

/// How much of a question is heard before a rude candidate talks over it, frames.
const BARGE_IN_AFTER_FRAMES: u32 = 15;

/// A rest of an answer this short is not worth coming back to after the interviewer took the floor, frames.
const NOT_WORTH_RESUMING: usize = 3;

/// What a candidate is going to do; shared by all that do the same.
#[derive(Debug)]
pub(super) struct Script {
    /// What to say.
    pub(super) answers: Vec<Answer>,
    /// What to send while nothing is said.
    pub(super) silence: MicrophoneFrame,
    /// Whether to talk over the interviewer.
    pub(super) manners: Manners,
    /// When to leave.
    pub(super) until: Until,
    /// How long the interviewer may say nothing where something is expected.
    pub(super) patience_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// Waits for the end of a question, and stops when the interviewer speaks.
    Polite,
    /// Talks over the interviewer.
    BargesIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Until every answer is given and the interviewer has replied to the last.
    AllIsSaid,
    /// For so long, over and over.
    AfterMs(u64),
}

/// What the candidate notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The conversation goes on, for the first time or after a break.
    Live,
    /// The interviewer's voice.
    Voice,
    /// The interviewer's words, on the screen.
    Words,
    /// The interviewer has finished.
    TurnComplete,
    /// The interviewer has stopped in mid-sentence, because the candidate spoke.
    Interrupted,
}

/// What the candidate does in the next 100 ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Speaks, or is silent.
    Microphone(MicrophoneFrame),
    /// Is silent and sends a typed answer.
    Type(Arc<str>, MicrophoneFrame),
    /// Leaves.
    Leave(Why),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Everything is said, or the time is over.
    Done,
    /// The interviewer has said nothing for too long.
    NoAnswer,
}

/// Who has the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Floor {
    /// The interviewer is expected to speak.
    Awaited { since: Timestamp },
    /// The interviewer speaks; the candidate has listened for so many frames.
    Interviewer { frames: u32, last_word: Timestamp },
    /// The interviewer has finished; what was said is still being heard, and then the candidate takes breath.
    Handed { breath: u32 },
    /// The candidate speaks.
    Candidate,
    /// The candidate has left.
    Nobody,
}

/// One candidate.
#[derive(Debug)]
pub(super) struct Candidate {
    script: Arc<Script>,
    floor: Floor,
    /// The answer that comes next or is being given, and how much of it has been.
    answer: usize,
    frame: usize,
    started: Option<Timestamp>,
    heard_anything: bool,
    /// When the last answer ended, until the interviewer speaks.
    answered_at: Option<Timestamp>,
    first_response_ms: Option<u64>,
    latencies_ms: Vec<u64>,
    answers_given: usize,
}

impl Candidate {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self {
            script,
            floor: Floor::Awaited { since: Timestamp(0) },
            answer: 0,
            frame: 0,
            started: None,
            heard_anything: false,
            answered_at: None,
            first_response_ms: None,
            latencies_ms: Vec::new(),
            answers_given: 0,
        }
    }

    /// How many answers were given to their end.
    pub(super) fn answers_given(&self) -> usize {
        self.answers_given
    }

    /// From the first moment of the conversation to the interviewer's first sign.
    pub(super) fn first_response_ms(&self) -> Option<u64> {
        self.first_response_ms
    }

    /// From the end of each answer to the interviewer's first sign after it.
    pub(super) fn latencies_ms(&self) -> &[u64] {
        &self.latencies_ms
    }

    /// Takes what is noticed.
    pub(super) fn hear(&mut self, now: Timestamp, heard: Heard) {
        match heard {
            Heard::Live => self.on_live(now),
            Heard::Voice | Heard::Words => self.on_interviewer(now, heard),
            Heard::TurnComplete => {
                if let Floor::Interviewer { .. } = self.floor {
                    self.floor = Floor::Handed { breath: 0 };
                }
            }
            Heard::Interrupted => self.on_interrupted(now),
        }
    }

    /// A question stands on the screen that nobody saw being asked: after a break, or on joining a conversation that is
    /// under way.
    pub(super) fn finds_itself_asked(&mut self) {
        if let Floor::Awaited { .. } | Floor::Interviewer { .. } = self.floor {
            self.floor = Floor::Handed { breath: 0 };
        }
    }

    /// Returns what to do in the next 100 ms. `still_playing` tells whether sound of the interviewer is yet to be heard.
    pub(super) fn step(&mut self, now: Timestamp, still_playing: bool) -> Step {
        if let (Until::AfterMs(ms), Some(started)) = (self.script.until, self.started)
            && now.0.saturating_sub(started.0) >= ms
        {
            return self.leave(Why::Done);
        }
        match self.floor {
            // Nobody is expected to speak before the conversation has begun.
            Floor::Awaited { since }
                if self.started.is_some() && since.0 + self.script.patience_ms <= now.0 =>
            {
                self.leave(Why::NoAnswer)
            }
            Floor::Interviewer { last_word, .. }
                if !still_playing && last_word.0 + self.script.patience_ms <= now.0 =>
            {
                self.leave(Why::NoAnswer)
            }
            Floor::Interviewer { frames, last_word } => {
                self.floor = Floor::Interviewer { frames: frames + 1, last_word };
                let barges_in = self.script.manners == Manners::BargesIn && frames >= BARGE_IN_AFTER_FRAMES;
                if barges_in && matches!(self.next_answer(), Some(Answer::Spoken(_))) {
                    self.speak(now)
                } else {
                    self.be_silent()
                }
            }
            Floor::Handed { .. } if still_playing => self.be_silent(),
            Floor::Handed { breath } if breath < REACTION_FRAMES => {
                self.floor = Floor::Handed { breath: breath + 1 };
                self.be_silent()
            }
            Floor::Handed { .. } | Floor::Candidate => self.speak(now),
            Floor::Awaited { .. } | Floor::Nobody => self.be_silent(),
        }
    }

    fn on_live(&mut self, now: Timestamp) {
        self.started.get_or_insert(now);
        match self.floor {
            Floor::Awaited { .. } => self.floor = Floor::Awaited { since: now },
            Floor::Interviewer { frames, .. } => self.floor = Floor::Interviewer { frames, last_word: now },
            Floor::Handed { .. } | Floor::Candidate | Floor::Nobody => {}
        }
    }

    fn on_interviewer(&mut self, now: Timestamp, heard: Heard) {
        self.note_latency(now);
        match self.floor {
            Floor::Awaited { .. } => self.floor = Floor::Interviewer { frames: 0, last_word: now },
            Floor::Interviewer { frames, .. } => self.floor = Floor::Interviewer { frames, last_word: now },
            // Words may come after the voice; a voice is a new turn.
            Floor::Handed { .. } | Floor::Candidate
                if heard == Heard::Voice && self.script.manners == Manners::Polite =>
            {
                self.yield_the_floor();
                self.floor = Floor::Interviewer { frames: 0, last_word: now };
            }
            Floor::Handed { .. } | Floor::Candidate | Floor::Nobody => {}
        }
    }

    /// The rest of the answer is kept for later, unless hardly anything is left.
    fn yield_the_floor(&mut self) {
        if let Some(Answer::Spoken(frames)) = self.next_answer()
            && self.frame > 0
            && frames.len() - self.frame <= NOT_WORTH_RESUMING
        {
            self.go_to_next_answer();
        }
    }

    /// The interviewer gave way: the floor is the candidate's if there was something left to say.
    fn on_interrupted(&mut self, now: Timestamp) {
        if let Floor::Interviewer { .. } | Floor::Handed { .. } = self.floor {
            self.floor = if self.frame > 0 { Floor::Candidate } else { Floor::Awaited { since: now } };
        }
    }

    fn note_latency(&mut self, now: Timestamp) {
        if let (false, Some(started)) = (self.heard_anything, self.started) {
            self.heard_anything = true;
            self.first_response_ms = Some(now.0.saturating_sub(started.0));
        }
        if let (Some(answered_at), Floor::Awaited { .. }) = (self.answered_at, self.floor) {
            self.answered_at = None;
            self.latencies_ms.push(now.0.saturating_sub(answered_at.0));
        }
    }

    fn next_answer(&self) -> Option<&Answer> {
        self.script.answers.get(self.answer)
    }

    fn go_to_next_answer(&mut self) {
        self.frame = 0;
        self.answer += 1;
        if self.answer >= self.script.answers.len() && matches!(self.script.until, Until::AfterMs(_)) {
            self.answer = 0;
        }
    }

    fn speak(&mut self, now: Timestamp) -> Step {
        self.floor = Floor::Candidate;
        let script = Arc::clone(&self.script);
        let Some(answer) = script.answers.get(self.answer) else {
            return match script.until {
                Until::AllIsSaid => self.leave(Why::Done),
                Until::AfterMs(_) => self.be_silent(),
            };
        };
        let (step, frames) = match answer {
            Answer::Typed(text) => (Step::Type(Arc::clone(text), script.silence.clone()), 1),
            Answer::Silent(frames) => (self.be_silent(), *frames),
            Answer::Spoken(frames) => {
                let frame = frames.get(self.frame).unwrap_or(&script.silence);
                (Step::Microphone(frame.clone()), frames.len())
            }
        };
        self.frame += 1;
        if self.frame >= frames {
            let expects_a_reply = !matches!(answer, Answer::Silent(_));
            self.go_to_next_answer();
            self.finish_answer(now, expects_a_reply);
        }
        step
    }

    fn finish_answer(&mut self, now: Timestamp, expects_a_reply: bool) {
        if expects_a_reply {
            self.answers_given += 1;
            self.answered_at = Some(now);
            self.floor = Floor::Awaited { since: now };
        } else {
            self.floor = Floor::Handed { breath: 0 };
        }
    }

    fn be_silent(&self) -> Step {
        Step::Microphone(self.script.silence.clone())
    }

    fn leave(&mut self, why: Why) -> Step {
        self.floor = Floor::Nobody;
        Step::Leave(why)
    }
}

/// Returns the frames that last so many seconds.
pub(super) fn frames_of(seconds: u32) -> usize {
    seconds as usize * 1_000 / FRAME_MS as usize
}

#[cfg(test)]
mod tests;
