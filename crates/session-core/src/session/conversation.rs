//! What the interviewer says and does, and what it is told.

use super::candidate::Ends;
use super::model::ModelTurn;
use super::{Session, text_frame};
use crate::boundary::{Output, Timestamp};
use crate::drone::Drone;
use crate::event::{Event, Remedy};
use crate::instruction;
use crate::journal::{BrokenOff, Record};
use crate::timer::Timer;
use crate::uplink::Account;
use alloc::borrow::Cow;
use api::interview::{EndReason, Speaker};
use gemini_live::{AudioPart, Function, ServerContent, ServerMessage, VoiceActivity};

/// After the last sound of a farewell, before the line is cut.
const FAREWELL_TAIL_MS: u64 = 500;
/// What is left of an interrupted turn arrives at once; an answer to what interrupted it needs a second of silence first.
const RESIDUE_MS: u64 = 1_000;
/// A warning that comes later than this before the end only confuses.
const WARNING_LATEST_MS: u64 = 10_000;

impl Session {
    pub(super) fn on_model_message(&mut self, message: &[u8]) {
        let Ok(message) = ServerMessage::parse(message) else { return self.report(Event::ModelMalformed) };
        if message.setup_complete {
            self.on_model_ready();
        }
        if self.model.ready().is_none() {
            return;
        }
        if let Some(update) = &message.session_resumption_update
            && let Some(handle) = update.handle()
        {
            self.keep_handle(handle);
        }
        if let Some(activity) = message.voice_activity {
            self.on_voice_activity(activity);
        }
        if let Some(content) = &message.server_content {
            self.on_content(content);
        }
        if self.model.ready().is_none() {
            return;
        }
        if !message.cancelled_tool_calls.is_empty() {
            self.set_farewell(None);
            self.timers.disarm(Timer::Farewell);
        }
        if message.tool_calls.iter().any(|call| call.name == Function::END_INTERVIEW.name) {
            self.set_farewell(Some(self.now));
            self.arm_farewell();
        }
        if let Some(go_away) = message.go_away {
            self.on_go_away(go_away.time_left_ms);
        }
    }

    fn on_voice_activity(&mut self, activity: VoiceActivity) {
        self.model.candidate_speaks = activity == VoiceActivity::Start;
        match activity {
            VoiceActivity::Start => {
                if let Some(turn) = self.transcript.user_begins(self.now) {
                    self.sealed(Speaker::User, turn);
                }
            }
            VoiceActivity::End => self.await_reply(),
        }
    }

    fn on_content(&mut self, content: &ServerContent<'_>) {
        if let Some(text) = &content.input_transcription {
            self.hear(Speaker::User, text);
            self.await_reply();
        }
        if content.interrupted {
            self.on_interrupted();
        }
        for part in content.model_turn.audio() {
            self.on_sound(part);
        }
        if self.model.ready().is_none() {
            return;
        }
        if let Some(text) = &content.output_transcription
            && !self.is_residue()
        {
            self.begin_model_turn();
            self.hear(Speaker::Ai, text);
        }
        if content.waiting_for_input {
            self.timers.disarm(Timer::Reply);
            self.rotate_if_quiet();
        }
        if content.generation_complete && self.model.turn == ModelTurn::Generating {
            self.model.turn = ModelTurn::PlayOut;
            self.rotate_if_quiet();
        }
        if content.turn_complete {
            self.on_turn_complete();
        }
    }

    fn on_sound(&mut self, part: &AudioPart<'_>) {
        let pcm_len = part.decoded_len();
        if pcm_len == 0 || self.is_residue() {
            return;
        }
        self.begin_model_turn();
        self.transcript.ai_sounds(self.now);
        let sound_ms = pcm_len as u64 * 1_000 / (u64::from(part.rate_hz) * 2).max(1);
        self.model.play_out = self.model.play_out.max(self.now).after(sound_ms);
        self.measure_interviewer(sound_ms);
        let (mut readable, mut drones) = (true, false);
        let mut drone = self.model.drone;
        self.send_sound(pcm_len, |frame| {
            let begin = frame.len();
            readable = part.decode_append(frame).is_ok();
            // Silence in place of what cannot be read keeps the frame's length true.
            frame.resize(begin + pcm_len, 0);
            drones = drone.hear(part.rate_hz, &frame[begin..]);
        });
        self.model.drone = drone;
        if !readable {
            self.report(Event::ModelMalformed);
        }
        if drones {
            self.on_drone();
        }
    }

    /// Adds words of either side: durable, then shown.
    fn hear(&mut self, speaker: Speaker, text: &str) {
        let Some(turn) = self.transcript.add(self.now, speaker, text) else { return };
        self.persist(&Record::Words { turn, speaker, text: Cow::Borrowed(text), typed: false });
        self.send_transcript(speaker, text, turn, Ends::Nothing);
    }

    /// Returns whether what the interviewer says now belongs to a turn that was interrupted. A turn whose end the model
    /// forgets to tell must not silence the next one.
    fn is_residue(&mut self) -> bool {
        let interrupted = self.model.turn == ModelTurn::Discarding;
        if interrupted && self.now.since(self.model.interrupted_at) > RESIDUE_MS {
            self.end_model_turn();
            return false;
        }
        interrupted
    }

    fn begin_model_turn(&mut self) {
        self.model.turn = ModelTurn::Generating;
        self.model.nudges = 0;
        self.timers.disarm(Timer::Reply);
    }

    /// The candidate talks over the interviewer. May come at any time, also when nobody speaks.
    fn on_interrupted(&mut self) {
        if self.model.turn == ModelTurn::Discarding {
            return;
        }
        self.model.play_out = self.now;
        self.tell_interrupted();
        if self.model.turn != ModelTurn::Idle {
            self.meter.interrupted();
            self.model.turn = ModelTurn::Discarding;
            self.model.interrupted_at = self.now;
        }
    }

    fn on_turn_complete(&mut self) {
        let was_empty = self.model.turn == ModelTurn::Idle && self.timers.is_armed(Timer::Reply);
        let wordless = self.model.turn != ModelTurn::Idle && !self.transcript.is_open(Speaker::Ai);
        self.end_model_turn();
        if wordless {
            self.send_transcript(Speaker::Ai, " ", self.now, Ends::Turn);
        }
        self.seal(Speaker::User);
        if was_empty && !self.model.candidate_speaks {
            return self.on_reply_overdue();
        }
        self.warn_if_idle();
        self.rotate_if_quiet();
    }

    /// Closes the interviewer's turn. Returns whether it was cut off while words were still being generated.
    pub(super) fn end_model_turn(&mut self) -> bool {
        let turn = core::mem::take(&mut self.model.turn);
        self.model.drone = Drone::default();
        self.seal(Speaker::Ai);
        self.transcript.forget_sound();
        turn == ModelTurn::Generating
    }

    /// Closes the open turn of a side, if there is one.
    pub(super) fn seal(&mut self, speaker: Speaker) {
        if let Some(turn) = self.transcript.seal(speaker) {
            self.sealed(speaker, turn);
        }
    }

    pub(super) fn sealed(&mut self, speaker: Speaker, turn: Timestamp) {
        self.persist(&Record::Sealed { turn });
        self.persist_account();
        self.persist_measured();
        // Clients skip updates with empty text, and trim what they show.
        self.send_transcript(speaker, " ", turn, Ends::Turn);
    }

    pub(super) fn persist_account(&mut self) {
        let Account { received, forwarded, .. } = self.uplink.account();
        self.persist(&Record::Heard { received, forwarded });
    }

    /// Tells the interviewer something the candidate did not say.
    pub(super) fn say_to_model(&mut self, text: &str) {
        let Some(conn) = self.model.ready() else { return };
        self.outputs.push_back(Output::Send(conn, text_frame(gemini_live::text_message(text))));
        self.await_reply();
    }

    /// Hands over typed answers that wait.
    pub(super) fn forward_typed(&mut self) {
        while self.model.ready().is_some()
            && let Some(turn) = self.typed.pop_front()
        {
            if let Some(text) = self.transcript.text(turn) {
                self.say_to_model(&text);
                self.persist(&Record::Told { turn });
            }
        }
    }

    /// The interviewer is to answer; it is reminded if it does not.
    pub(super) fn await_reply(&mut self) {
        if self.model.ready().is_some() && matches!(self.model.turn, ModelTurn::Idle | ModelTurn::Discarding)
        {
            self.timers.arm(Timer::Reply, self.now.after(self.config.limits.reply_ms));
        }
    }

    pub(super) fn on_reply_overdue(&mut self) {
        if self.model.candidate_speaks {
            return self.await_reply();
        }
        if self.model.nudges < self.config.limits.nudges {
            self.report(Event::ModelStalled { remedy: Remedy::Nudge });
            self.model.nudges += 1;
            self.say_to_model(instruction::NUDGE);
        } else {
            self.report(Event::ModelStalled { remedy: Remedy::Rotation });
            self.model.nudges = 0;
            self.model.broken_off = BrokenOff::InReply;
            self.rotate();
        }
    }

    pub(super) fn warn_soon(&mut self) {
        self.model.warning_due = true;
        self.warn_if_idle();
    }

    /// A note interrupts whoever speaks, so it waits until nobody does.
    fn warn_if_idle(&mut self) {
        let idle = self.model.turn == ModelTurn::Idle && !self.model.candidate_speaks;
        let left_ms = self.remaining_ms();
        if !self.model.warning_due || !idle || self.model.ready().is_none() {
            return;
        }
        self.model.warning_due = false;
        self.persist(&Record::Warned);
        if left_ms >= WARNING_LATEST_MS {
            self.say_to_model(&instruction::time_note(left_ms));
        }
    }

    fn set_farewell(&mut self, since: Option<Timestamp>) {
        if self.model.farewell_since != since {
            self.model.farewell_since = since;
            self.persist(&Record::Farewell { since });
        }
    }

    pub(super) fn arm_farewell(&mut self) {
        let heard = self.model.play_out.max(self.now);
        self.timers.arm(Timer::Farewell, heard.after(FAREWELL_TAIL_MS));
    }

    /// The farewell should have been heard; if the interviewer goes on talking, it may for a while.
    pub(super) fn on_farewell(&mut self) {
        let Some(since) = self.model.farewell_since else { return };
        let speaking = self.model.turn == ModelTurn::Generating || self.model.play_out > self.now;
        if speaking && self.now.since(since) < self.config.limits.farewell_ms {
            return self.arm_farewell();
        }
        self.begin_ending(EndReason::Interviewer);
    }
}
