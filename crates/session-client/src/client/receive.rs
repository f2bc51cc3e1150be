//! What the session host says.

use super::link::Link;
use super::{Client, HostState, Interviewer, Microphone};
use crate::boundary::{ConnId, Event, Output};
use crate::life::{End, MicrophoneAccount};
use crate::timers::Timer;
use crate::transcript::TurnId;
use prost::Message;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;
use wire::session_state::State as Told;
use wire::{ServerToClientMessage, SessionEnded, SessionReady, SessionState, Speaker, TranscriptUpdate};

const USER: &str = Speaker::User.as_str();

impl Client {
    pub(super) fn on_received(&mut self, id: ConnId, message: &[u8]) {
        if self.link.open() != Some(id) {
            return;
        }
        self.on_sign_of_life(id);
        let Ok(message) = ServerToClientMessage::decode(message) else {
            self.sequence.count.malformed += 1;
            return;
        };
        if message.sequence == 1 && matches!(message.payload, Some(Payload::SessionReady(_))) {
            // The session behind this connection is another one, and counts anew.
            self.sequence.begin_connection();
        }
        if !self.sequence.is_news(message.sequence) {
            return;
        }
        match message.payload {
            Some(Payload::TranscriptUpdate(update)) => self.on_transcript(&update),
            Some(Payload::AudioResponse(audio)) => {
                self.interviewer_speaks();
                self.play_out.push(audio.audio_content);
                self.tell(Event::SoundQueued);
            }
            Some(Payload::Error(error)) => {
                self.tell(Event::Notice { code: error.code, message: error.message });
            }
            Some(Payload::SessionEnded(ended)) => self.on_session_ended(ended),
            Some(Payload::SessionReady(ready)) => self.on_ready(id, ready),
            Some(Payload::Interrupted(_)) => {
                let (heard_ms, unheard_ms) = self.play_out.flush();
                self.interviewer = Interviewer::Silent;
                self.tell(Event::Interrupted { heard_ms, unheard_ms });
            }
            Some(Payload::SessionState(state)) => self.on_session_state(state),
            None => {}
        }
    }

    fn on_ready(&mut self, id: ConnId, ready: SessionReady) {
        self.remaining = Some((self.now, ready.remaining_ms));
        for turn in &ready.transcript {
            if let Some(changed) = self.transcript.merge(turn) {
                self.confirm_typed(changed);
                self.tell(Event::TranscriptChanged(changed));
            }
        }
        if self.link != Link::Greeting(id) {
            return;
        }
        self.link = Link::Ready(id);
        self.rejoins += u64::from(self.session_id.is_some());
        self.session_id = Some(ready.session_id);
        self.refused_before = false;
        self.backoff.reset();
        self.timers.stop(Timer::Attempt);
        self.timers.stop(Timer::Patience);
        let held = ready.transcript.iter().filter(|turn| !turn.is_final && turn.speaker == USER);
        self.uplink.repeat_unconfirmed(held.map(|turn| turn.text.as_str()));
        if let Some(request) = self.unsent_pause.take() {
            self.change_pause(request);
        }
        if self.end_wanted {
            self.ask_to_end(id);
        } else {
            self.send_waiting(self.config.catch_up_burst_bytes);
        }
    }

    fn on_transcript(&mut self, update: &TranscriptUpdate) {
        if let Some(change) = self.transcript.update(update) {
            if change.has_words {
                if change.id.speaker == Speaker::Ai {
                    self.interviewer_speaks();
                }
                self.tell(Event::TranscriptChanged(change.id));
            }
            if change.is_closed {
                self.confirm_typed(change.id);
                self.tell(Event::TurnClosed(change.id));
            }
        }
        if update.turn_complete {
            self.interviewer = Interviewer::Silent;
            self.tell(Event::TurnComplete);
        }
    }

    /// What was typed comes back as a turn of its own, whole and stored.
    fn confirm_typed(&mut self, id: TurnId) {
        let stored = self.transcript.turn(id).filter(|turn| turn.is_final && id.speaker == Speaker::User);
        if let Some(turn) = stored {
            self.uplink.confirm_typed(turn.text());
        }
    }

    fn interviewer_speaks(&mut self) {
        if self.interviewer == Interviewer::Silent {
            self.interviewer = Interviewer::Speaking;
            self.play_out.begin_turn();
        }
    }

    fn on_session_state(&mut self, state: SessionState) {
        self.remaining = Some((self.now, state.remaining_ms));
        if core::mem::replace(&mut self.interviewer_silent, state.interviewer_silent)
            != state.interviewer_silent
        {
            self.tell(Event::InterviewerSilent(state.interviewer_silent));
        }
        match state.state() {
            Told::Unspecified => {}
            Told::Connecting => self.host = HostState::Connecting,
            Told::Live => {
                self.host = HostState::Live;
                self.microphone = Microphone::Open;
            }
            Told::Paused => {
                self.host = HostState::Paused;
                self.microphone = Microphone::Closed;
            }
            Told::Reconnecting => self.host = HostState::Reconnecting,
            Told::Ending => {
                self.host = HostState::Ending;
                self.microphone = Microphone::Closed;
            }
        }
    }

    fn on_session_ended(&mut self, ended: SessionEnded) {
        self.farewell = Some(End {
            reason: Reason::try_from(ended.reason).unwrap_or(Reason::Unspecified),
            close_code: None,
            microphone: Some(MicrophoneAccount {
                received_bytes: ended.audio_received_bytes,
                forwarded_bytes: ended.audio_forwarded_bytes,
                dropped_bytes: ended.audio_dropped_bytes,
            }),
        });
        self.microphone = Microphone::Closed;
        self.timers.stop(Timer::Ending);
        self.timers.set(Timer::Close, self.now.plus(self.config.close_timeout_ms));
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}
