//! A conversation as the service keeps it: what survives a change of connection.

use std::time::Duration;

use crate::Moment;
use crate::brief::Brief;
use crate::ear::Ear;
use crate::interviewer::{Interviewer, Prompt, Reply};
use crate::message::Setup;
use crate::usage::Usage;

/// The function that ends an interview, if the client declares it.
const END_INTERVIEW: &str = "end_interview";

pub(crate) struct Session {
    pub(crate) id: u64,
    pub(crate) model: String,
    pub(crate) system_text: String,
    pub(crate) interviewer: Interviewer,
    pub(crate) ear: Ear,
    pub(crate) usage: Usage,
    pub(crate) calls: Calls,
    pub(crate) counts: Counts,
    pub(crate) born: Moment,
    /// Text the client added without asking for an answer.
    pub(crate) context: String,
    /// What was being said when the connection was lost.
    pub(crate) cut: Option<Reply>,
    time_scale: f64,
}

/// Calls of functions; they belong to the session, not to the connection (SI-73).
#[derive(Debug, Default)]
pub(crate) struct Calls {
    pub(crate) can_end: bool,
    pub(crate) open: Vec<String>,
    next: u32,
}

/// How often a session has passed the points of a scenario.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) turns: u32,
    pub(crate) turn_ends: u32,
    pub(crate) interruptions: u32,
    pub(crate) go_aways: u32,
    pub(crate) utterances: u32,
}

impl Session {
    pub(crate) fn new(id: u64, seed: u64, setup: &Setup, time_scale: f64, now: Moment) -> Box<Self> {
        let system_text = setup.system_instruction.text();
        let declared = setup.tools.iter().flat_map(|tool| &tool.function_declarations);
        Box::new(Self {
            id,
            model: setup.model.clone(),
            interviewer: Interviewer::new(&Brief::of(setup), seed),
            ear: Ear::new(&setup.realtime_input_config.automatic_activity_detection),
            usage: Usage::new(&system_text, setup.context_window_compression.as_ref()),
            calls: Calls {
                can_end: declared.into_iter().any(|tool| tool.name == END_INTERVIEW),
                ..Calls::default()
            },
            counts: Counts::default(),
            born: now,
            context: String::new(),
            cut: None,
            system_text,
            time_scale,
        })
    }

    /// Returns the interviewer's next turn.
    pub(crate) fn reply(&mut self, now: Moment, prompt: &Prompt) -> Reply {
        if let Prompt::Text(text) = prompt {
            self.usage.add_text(text);
        }
        let time = self.interview_time(now);
        self.interviewer.reply(time, prompt)
    }

    /// Takes note of model turns that the client brought along.
    pub(crate) fn remember(&mut self, now: Moment, said_by_model: &str) {
        self.usage.add_text(said_by_model);
        let time = self.interview_time(now);
        self.interviewer.remember(time, said_by_model);
    }

    /// Returns the time as the interview's duration counts it: unscaled. Without delays it stands still.
    fn interview_time(&self, now: Moment) -> Duration {
        if self.time_scale > 0.0 {
            now.saturating_sub(self.born).div_f64(self.time_scale)
        } else {
            Duration::ZERO
        }
    }
}

impl Calls {
    /// Opens a call of `end_interview`; `None` if it was not declared or is open already.
    pub(crate) fn open_end(&mut self) -> Option<(String, &'static str)> {
        if !self.can_end || !self.open.is_empty() {
            return None;
        }
        self.next += 1;
        let id = format!("call_{}", self.next);
        self.open.push(id.clone());
        Some((id, END_INTERVIEW))
    }

    /// Takes an open call off the list; `false` if there is none of this id.
    pub(crate) fn close(&mut self, id: &str) -> bool {
        let before = self.open.len();
        self.open.retain(|open| open != id);
        self.open.len() < before
    }
}
