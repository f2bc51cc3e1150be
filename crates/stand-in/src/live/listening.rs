//! The candidate's half: speech, marked activities, and what is to be answered.

use std::time::Duration;

use super::{Live, WAITING};
use crate::Moment;
use crate::ear::Heard;
use crate::emit;
use crate::interviewer::Prompt;
use crate::io::Io;
use crate::options::Profile;
use crate::scenario::{Act, Point};
use crate::timers::Timer;

/// Speech without any audio for so long is over (SI-34).
const INPUT_STALLED_MS: u64 = 2_000;
/// Words in one delta of an older model's transcript (SI-35).
const WORDS_PER_DELTA: usize = 2;
/// What compression adds to the turn it happens in (SI-92).
const COMPRESSION_MS: u64 = 500;

/// Something to be answered.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) prompt: Prompt,
    /// What is told before the answer: the transcript, and where speech ended if we found the end.
    heard: Option<(String, Option<Duration>)>,
    delayed: bool,
}

impl Pending {
    pub(super) fn of(prompt: Prompt) -> Self {
        Self { prompt, heard: None, delayed: false }
    }
}

/// An activity the client has marked.
#[derive(Debug)]
pub(super) struct Activity {
    voiced_before: Duration,
    heard_before: Duration,
    pub(super) text: String,
}

impl Live {
    fn detects_activity(&self) -> bool {
        !self.setup.realtime_input_config.automatic_activity_detection.disabled
    }

    /// Whether detected speech is going on.
    pub(super) fn is_hearing_speech(&self) -> bool {
        self.detects_activity() && self.session.ear.is_hearing_speech()
    }

    pub(super) fn hear(&mut self, now: Moment, pcm: &[i16], io: &mut Io) {
        self.session.usage.add_heard(pcm.len() as u64 / 16);
        if let Some(tape) = &self.options.tape {
            tape.hear(pcm);
        }
        let noticed = self.session.ear.hear(pcm);
        if !self.detects_activity() {
            return;
        }
        for heard in noticed {
            self.on_heard(now, heard, io);
        }
        if self.session.ear.is_hearing_speech() {
            io.timers.set(Timer::InputStalled, now + self.options.scaled_life_ms(INPUT_STALLED_MS));
        }
    }

    pub(super) fn end_stream(&mut self, now: Moment, io: &mut Io) {
        if let Some(heard) = self.session.ear.finish() {
            self.on_heard(now, heard, io);
        }
    }

    fn on_heard(&mut self, now: Moment, heard: Heard, io: &mut Io) {
        match heard {
            Heard::Started(at) => {
                // A candidate who goes on before the answer begins is not cut off: that utterance is told, unanswered.
                if let Some(pending) = self.pending.take_if(|pending| pending.heard.is_some()) {
                    io.timers.clear(Timer::Answer);
                    self.tell(now, &pending, io);
                }
                io.send(emit::voice_activity("ACTIVITY_START", at));
                self.interrupt_if_allowed(now, io);
            }
            Heard::Ended { at, spoken } => {
                io.timers.clear(Timer::InputStalled);
                self.spoken(now, spoken, Some(at), io);
            }
        }
    }

    fn spoken(&mut self, now: Moment, spoken: Duration, ended_at: Option<Duration>, io: &mut Io) {
        let text = self.transcript(spoken);
        let prompt = self.held.take().unwrap_or(Prompt::Spoken(spoken));
        let pending = Pending { prompt, heard: Some((text, ended_at)), delayed: false };
        self.queue(now, pending, self.options.scaled(self.options.think), io);
    }

    /// Returns what the script says of this utterance, or only that there was speech, and for how long.
    fn transcript(&mut self, spoken: Duration) -> String {
        let scripted = self.scenario.transcripts.get(self.session.counts.utterances as usize).cloned();
        self.session.counts.utterances += 1;
        scripted.unwrap_or_else(|| format!("[{:.1} s of speech]", spoken.as_secs_f64()))
    }

    pub(super) fn start_activity(&mut self, now: Moment, io: &mut Io) {
        if self.activity.is_none() {
            let ear = &self.session.ear;
            let (voiced_before, heard_before) = (ear.total_voiced(), ear.clock());
            self.activity = Some(Activity { voiced_before, heard_before, text: String::new() });
            self.interrupt_if_allowed(now, io);
        }
    }

    pub(super) fn end_activity(&mut self, now: Moment, io: &mut Io) {
        let Some(activity) = self.activity.take() else { return };
        let ear = &self.session.ear;
        let (voiced, heard) =
            (ear.total_voiced() - activity.voiced_before, ear.clock() - activity.heard_before);
        if !activity.text.is_empty() && voiced.is_zero() {
            self.queue(
                now,
                Pending::of(Prompt::Text(activity.text)),
                self.options.scaled(self.options.think),
                io,
            );
        } else if heard.is_zero() {
            self.empty_turn(io);
        } else {
            self.spoken(now, voiced, None, io);
        }
    }

    /// Answers something that interrupts what is being said, where interruption is allowed.
    pub(super) fn prompt(&mut self, now: Moment, pending: Pending, wait: Duration, io: &mut Io) {
        self.interrupt_if_allowed(now, io);
        self.queue(now, pending, wait, io);
    }

    /// Answers something after what is being said.
    pub(super) fn queue(&mut self, now: Moment, pending: Pending, wait: Duration, io: &mut Io) {
        if self.turn.is_some() {
            if self.waiting.len() == WAITING {
                self.waiting.pop_front();
            }
            self.waiting.push_back(pending);
            return;
        }
        if let Some(earlier) = self.pending.take() {
            self.tell(now, &earlier, io);
        }
        self.pending = Some(pending);
        let compression = if self.session.usage.compress() {
            self.options.scaled_ms(COMPRESSION_MS)
        } else {
            Duration::ZERO
        };
        io.timers.set(Timer::Answer, now + wait + compression);
    }

    /// Goes on with what waited for the end of a turn.
    pub(super) fn next_waiting(&mut self, now: Moment, io: &mut Io) {
        if let Some(pending) = self.waiting.pop_front() {
            self.queue(now, pending, self.options.scaled(self.options.think), io);
        }
    }

    pub(super) fn forget_pending(&mut self, io: &mut Io) {
        self.pending = None;
        self.held = None;
        self.waiting.clear();
        io.timers.clear(Timer::Answer);
    }

    pub(super) fn answer(&mut self, now: Moment, io: &mut Io) {
        let Some(mut pending) = self.pending.take() else { return };
        self.tell(now, &pending, io);
        if let Some(delay) = self.delay().filter(|_| !std::mem::replace(&mut pending.delayed, true)) {
            self.pending = Some(pending);
            io.timers.set(Timer::Answer, now + self.options.scaled_ms(delay));
            return;
        }
        let reply = self.session.reply(now, &pending.prompt);
        self.speak(now, reply, io);
    }

    fn delay(&self) -> Option<u64> {
        match self.scenario.act(Point::Turn, self.session.counts.turns + 1) {
            Some(Act::Delay { ms }) => Some(*ms),
            _ => None,
        }
    }

    /// Tells what was heard: the transcript, then the end of the activity (SI-35).
    fn tell(&mut self, now: Moment, pending: &Pending, io: &mut Io) {
        let Some((text, ended_at)) = &pending.heard else { return };
        if self.setup.input_audio_transcription.is_some() {
            let times = if self.scenario.duplicate_transcripts { 2 } else { 1 };
            for _ in 0..times {
                self.transcribe(now, text, io);
            }
        }
        if let Some(at) = ended_at {
            io.send(emit::voice_activity("ACTIVITY_END", *at));
        }
    }

    fn transcribe(&mut self, now: Moment, text: &str, io: &mut Io) {
        if self.options.profile != Profile::V2_5 {
            return io.send(emit::input_transcription(text, self.scenario.finished));
        }
        let words: Vec<&str> = text.split(' ').collect();
        let deltas: Vec<String> =
            words.chunks(WORDS_PER_DELTA).map(|words| format!(" {}", words.join(" "))).collect();
        let (prompt, late) = deltas.split_at(deltas.len().div_ceil(2));
        for delta in prompt {
            io.send(emit::input_transcription(delta, false));
        }
        let lag = self.options.scaled(self.scenario.transcript_lag());
        for (place, delta) in (1u32..).zip(late) {
            let share = f64::from(place) / late.len() as f64;
            self.late.push_back((now + lag.mul_f64(share), delta.clone()));
        }
        self.send_late_transcript(now, io);
    }

    pub(super) fn send_late_transcript(&mut self, now: Moment, io: &mut Io) {
        while let Some((_, text)) = self.late.pop_front_if(|(due, _)| *due <= now) {
            io.send(emit::input_transcription(&text, self.scenario.finished));
        }
        if let Some((due, _)) = self.late.front() {
            io.timers.set(Timer::Transcript, *due);
        }
    }
}
