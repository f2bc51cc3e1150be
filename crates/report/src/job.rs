//! The life of one judgement, as a value: what to ask next, and when it is over.
//!
//! ```text
//!             ask ──► answer ──► Ready
//!              ▲         │
//!   back-off ──┤◄────────┤ 408, 429, 5xx, no answer
//!   next model ┤◄────────┤ 404
//!   more room  ┤◄────────┤ cut (once)
//!   what broke ┘◄────────┤ not by the schema (once)
//!                        └──► without judgement: refused, cut, invalid, unsupported, rejected, unavailable
//! ```
//!
//! Never more than [`MAX_CALLS`] calls, whatever happens: a call counts when it is asked, and whoever stores the job stores
//! it before the call is sent, so one that was under way when the process died is counted too.

use crate::answer::{Answer, Failure};
use crate::evidence;
use crate::material::Material;
use crate::prompt::PROMPT_VERSION;
use crate::request::{Ask, Mended};
use crate::schema::SCHEMA_VERSION;
use api::report::{Judge, Judgement, Missing};
use api::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Most calls for one judgement.
pub const MAX_CALLS: u32 = 6;

/// Before the second call; twice as long before each one after it.
const FIRST_WAIT_MS: u64 = 2_000;

/// The longest that a vendor is waited for.
const LONGEST_WAIT_MS: u64 = 600_000;

/// How the stand-in begins its model version.
const STAND_IN: &str = "stand-in";

/// How far a judgement has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    calls: u32,
    waits: u32,
    model: usize,
    was_cut: bool,
    problem: Option<String>,
}

/// What comes after an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Ask again, after so many milliseconds.
    Again {
        /// From now.
        after_ms: u64,
    },
    /// It is judged.
    Ready(Box<Judgement>),
    /// It never will be.
    Without(Missing),
}

impl Job {
    /// Returns how often a model was asked.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// Returns what to ask, which counts as a call; `Err` if there is nothing to ask any more. Of `models` the first is
    /// asked, the others when there is no such model; without any there is none to ask.
    pub fn ask(&mut self, material: &Material, models: &[String]) -> Result<Ask, Missing> {
        if models.is_empty() {
            return Err(Missing::NoModel);
        }
        if !material.has_words() {
            return Err(Missing::NothingSaid);
        }
        let model = models.get(self.model).ok_or(Missing::Rejected)?;
        if self.calls >= MAX_CALLS {
            return Err(Missing::Unavailable);
        }
        self.calls += 1;
        let mended = Mended { was_cut: self.was_cut, problem: self.problem.as_deref() };
        Ok(Ask::new(model, material, mended))
    }

    /// Takes what came back. `jitter` is any number: it spreads those who wait for the same thing.
    pub fn on_answer(
        &mut self,
        answer: Answer<'_>,
        material: &Material,
        now: Timestamp,
        jitter: u64,
    ) -> Next {
        match self.read(answer, material, now) {
            Ok(judgement) => Next::Ready(Box::new(judgement)),
            Err(failure) => self.on_failure(failure, jitter),
        }
    }

    fn read(&self, answer: Answer<'_>, material: &Material, now: Timestamp) -> Result<Judgement, Failure> {
        let written = answer.read()?;
        let judge = Judge {
            is_stand_in: written.model.starts_with(STAND_IN),
            model: written.model,
            rubric: material.rubric().id.to_owned(),
            prompt_version: PROMPT_VERSION,
            schema_version: SCHEMA_VERSION,
            judged_at: now,
        };
        evidence::judgement(&written.text, material, judge)
    }

    fn on_failure(&mut self, failure: Failure, jitter: u64) -> Next {
        let again = Next::Again { after_ms: 0 };
        let next = match failure {
            Failure::Passing { not_before_ms } => {
                let wait_ms = FIRST_WAIT_MS << self.waits.min(5);
                self.waits += 1;
                let wait_ms = wait_ms.max(not_before_ms.unwrap_or(0)).min(LONGEST_WAIT_MS);
                Next::Again { after_ms: wait_ms + jitter % 1_000 }
            }
            Failure::NoSuchModel => {
                self.model += 1;
                again
            }
            Failure::Cut if !self.was_cut => {
                self.was_cut = true;
                again
            }
            Failure::Invalid(problem) if self.problem.is_none() => {
                self.problem = Some(problem.to_owned());
                again
            }
            Failure::Rejected => Next::Without(Missing::Rejected),
            Failure::Refused => Next::Without(Missing::Refused),
            Failure::Cut => Next::Without(Missing::Cut),
            Failure::Invalid(_) => Next::Without(Missing::Invalid),
            Failure::Unsupported => Next::Without(Missing::Unsupported),
        };
        match next {
            Next::Again { .. } if self.calls >= MAX_CALLS => Next::Without(Missing::Unavailable),
            next => next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::tests::material;
    use serde_json::json;

    fn models() -> Vec<String> {
        vec!["first".into(), "second".into()]
    }

    /// Answers every call the same way until the job is over; returns the models asked, the waits and the end.
    fn run(answer: Answer<'_>) -> (Vec<String>, Vec<u64>, Missing) {
        let (mut job, material) = (Job::default(), material());
        let (mut asked, mut waits) = (Vec::new(), Vec::new());
        loop {
            // Each step survives being stored.
            job = serde_json::from_value(serde_json::to_value(&job).unwrap()).unwrap();
            match job.ask(&material, &models()) {
                Ok(ask) => asked.push(ask.model),
                Err(missing) => return (asked, waits, missing),
            }
            match job.on_answer(answer, &material, Timestamp(0), 7) {
                Next::Again { after_ms } => waits.push(after_ms),
                Next::Without(missing) => return (asked, waits, missing),
                Next::Ready(_) => panic!("it is not ready"),
            }
        }
    }

    fn response(status: u16, body: &str) -> Answer<'_> {
        Answer::Response { status, body: body.as_bytes() }
    }

    #[test]
    fn what_passes_is_waited_for_longer_and_longer_and_not_for_ever() {
        let (asked, waits, end) = run(response(503, "{}"));
        assert_eq!((asked.len(), end), (6, Missing::Unavailable));
        assert_eq!(waits, [2_007, 4_007, 8_007, 16_007, 32_007]);
        assert_eq!(run(Answer::None).2, Missing::Unavailable);
        let slow = json!({ "error": { "details": [{ "retryDelay": "17s" }] } }).to_string();
        assert_eq!(run(response(429, &slow)).1[..2], [17_007, 17_007]);
    }

    #[test]
    fn what_is_final_is_asked_once_and_what_can_be_mended_twice() {
        let written = |text: &str, reason: &str| {
            json!({ "candidates": [{ "content": { "parts": [{ "text": text }] }, "finishReason": reason }] })
                .to_string()
        };
        let (refused, cut, broken) =
            (written("x", "SAFETY"), written("{", "MAX_TOKENS"), written("{", "STOP"));
        for (answer, calls, end) in [
            (response(400, "{}"), 1, Missing::Rejected),
            (response(200, &refused), 1, Missing::Refused),
            (response(200, &cut), 2, Missing::Cut),
            (response(200, &broken), 2, Missing::Invalid),
        ] {
            let (asked, waits, missing) = run(answer);
            assert_eq!((asked.len(), missing), (calls, end));
            assert!(waits.iter().all(|wait| *wait == 0));
        }
    }

    #[test]
    fn another_model_is_asked_when_there_is_no_such_one() {
        let (asked, _, end) = run(response(404, "{}"));
        assert_eq!(asked, ["first", "second"]);
        assert_eq!(end, Missing::Rejected);
    }

    #[test]
    fn without_a_model_or_a_word_nobody_is_asked() {
        let mut material = material();
        assert_eq!(Job::default().ask(&material, &[]).err(), Some(Missing::NoModel));
        material.transcript.clear();
        assert_eq!(Job::default().ask(&material, &models()).err(), Some(Missing::NothingSaid));
    }

    #[test]
    fn calls_that_nobody_lived_to_see_answered_count() {
        let (mut job, material) = (Job::default(), material());
        let asked = (0..10).filter(|_| job.ask(&material, &models()).is_ok()).count();
        assert_eq!((asked, job.calls()), (6, 6));
        assert_eq!(job.ask(&material, &models()).err(), Some(Missing::Unavailable));
    }
}
