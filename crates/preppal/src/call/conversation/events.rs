//! What the candidate and the onlookers notice.

use super::Conversation;
use crate::call::candidate::Heard;
use session_client::{Event, Side, State, Timestamp, Turn, TurnId};
use std::sync::atomic::Ordering;
use tokio::time::Instant;
use wire::Speaker;

impl Conversation {
    pub(super) fn on_event(&mut self, event: Event) {
        let now = self.clock.now();
        match event {
            Event::StateChanged(state) => self.on_state(now, state),
            Event::TranscriptChanged(id) => {
                if id.speaker == Speaker::Ai {
                    self.candidate.hear(now, Heard::Words);
                }
                if let Some(screen) = &mut self.onlookers.screen
                    && let Err(error) = screen.show(self.client.transcript(), id)
                {
                    self.trouble = Some(format!("cannot show the transcript: {error}"));
                }
            }
            Event::SoundQueued => self.candidate.hear(now, Heard::Voice),
            Event::TurnClosed(_) => {}
            Event::TurnComplete => {
                self.last_question = self.last_of_the_interviewer();
                self.onlookers.gauges.turns_heard.fetch_add(1, Ordering::Relaxed);
                self.candidate.hear(now, Heard::TurnComplete);
            }
            Event::Interrupted { .. } => self.candidate.hear(now, Heard::Interrupted),
            Event::InterviewerSilent(true) => self.remark("the interviewer does not answer, and is reminded"),
            Event::InterviewerSilent(false) => {}
            Event::Notice { message, .. } => {
                self.remark(&format!("the session host says: {message}"));
                self.trouble = Some(message);
            }
        }
    }

    fn on_state(&mut self, now: Timestamp, state: State) {
        match state {
            State::Live => {
                self.next_frame = Instant::now();
                self.frames_into_a_dead_line = 0;
                if !std::mem::replace(&mut self.was_live, true) {
                    self.onlookers.gauges.live.fetch_add(1, Ordering::Relaxed);
                }
                self.candidate.hear(now, Heard::Live);
                let question = self.last_of_the_interviewer();
                let last_turn = self.client.transcript().turns().last().map(|turn| turn.id);
                if question.is_some() && question == last_turn && question != self.last_question {
                    self.last_question = question;
                    self.candidate.finds_itself_asked();
                }
            }
            State::Connecting => self.remark("connecting"),
            State::Reconnecting(Side::Host) => self.remark("the connection is lost; making another"),
            State::Reconnecting(Side::Model) => self.remark("the interviewer is being reconnected"),
            State::Paused => self.remark("paused"),
            State::Ending => self.remark("ending; the transcript is being stored"),
            State::Ended(_) | State::Error(_) => {}
        }
    }

    /// The interviewer's last words that are complete.
    fn last_of_the_interviewer(&self) -> Option<TurnId> {
        let complete = |turn: &&Turn| turn.id.speaker == Speaker::Ai && turn.is_final;
        self.client.transcript().turns().iter().rfind(complete).map(|turn| turn.id)
    }

    /// Tells a person who looks on.
    fn remark(&mut self, text: &str) {
        if let Some(screen) = &mut self.onlookers.screen {
            // A screen that cannot be written to is noticed with the next word of the transcript.
            drop(screen.end_line());
            eprintln!("[{text}]");
        }
    }
}
