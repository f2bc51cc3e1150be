//! From frames and turns to a [`Record`].

use crate::gate::{Gate, Heard, WINDOW_MS, WINDOW_SAMPLES};
use crate::level::decibels_x10;
use crate::record::{Answer, MAX_ANSWERS, Record, VERSION};

/// Speech windows of which one level is made: half a second.
const WINDOWS_PER_BLOCK: u32 = 50;

/// How far the sound may fall behind the clock before it counts as missing. A network that stalls for less loses nothing.
const HOLE_MS: u64 = 2_000;

/// The least gap that counts as long.
const LONG_PAUSE_MS: u32 = 2_000;

/// Measures one interview while it is forwarded.
///
/// Give it every microphone frame in order, and every sound of the interviewer when it is sent to be played. An *answer* is
/// all speech from the end of one turn of the interviewer to the beginning of the next; what is said while the interviewer
/// is still being played, and ends before it, is listening aloud ("mhm") and counts as speech only. A *pause* is a silence
/// of 250 ms or more within an answer. Where sound is missing — muted, paused, away — nothing is counted across the hole.
///
/// It costs a multiplication and an addition a sample, allocates only when an answer ends, and is bounded.
#[derive(Clone, Debug)]
pub struct Meter {
    record: Record,
    gate: Gate,
    /// The window that is being filled.
    window: Window,
    /// Levels of the running half-second.
    block: Block,
    /// Where speech that runs has begun, since the first sound.
    speaking_since: Option<u32>,
    answer: Option<Open>,
    /// Until when the interviewer is played, since the first sound.
    playing_until: u32,
    /// Whether a question was heard to its end since the last answer.
    is_asked: bool,
    /// Whether sound is missing since the last word.
    has_hole: bool,
    last_frame: Option<u64>,
    /// By how much the sound is behind the clock.
    late_ms: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    sum: u64,
    samples: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Block {
    sum: u64,
    windows: u32,
}

/// An answer that may go on.
#[derive(Clone, Copy, Debug)]
struct Open {
    answer: Answer,
    until: u32,
}

impl Default for Meter {
    fn default() -> Self {
        Self::resume(Record { version: VERSION, ..Record::default() })
    }
}

impl Meter {
    /// Goes on where a record was taken. An answer that was under way then is two afterwards.
    pub fn resume(record: Record) -> Self {
        Self {
            playing_until: record.length_ms,
            has_hole: record.length_ms > 0,
            record,
            gate: Gate::default(),
            window: Window::default(),
            block: Block::default(),
            speaking_since: None,
            answer: None,
            is_asked: false,
            last_frame: None,
            late_ms: 0,
        }
    }

    /// Takes a frame of the microphone: signed 16-bit little-endian samples at 16 kHz, any number; half a sample is left out.
    pub fn listen(&mut self, now_ms: u64, pcm: &[u8]) {
        self.keep_time(now_ms, pcm.len());
        for sample in pcm.chunks_exact(2) {
            let sample = i64::from(i16::from_le_bytes([sample[0], sample[1]]));
            self.window.sum += sample.unsigned_abs() * sample.unsigned_abs();
            self.window.samples += 1;
            if self.window.samples == WINDOW_SAMPLES {
                let power = (self.window.sum / u64::from(WINDOW_SAMPLES)) as u32;
                self.window = Window::default();
                self.on_window(power);
            }
        }
    }

    /// The interviewer's next sound of so many milliseconds is sent to be played.
    pub fn interviewer_sounds(&mut self, ms: u32) {
        self.split_speech();
        self.close_answer();
        self.playing_until = self.playing_until.max(self.record.length_ms).saturating_add(ms);
        self.record.interviewer_ms = self.record.interviewer_ms.saturating_add(ms);
        self.is_asked = true;
    }

    /// The interviewer stops because the candidate speaks: what is not yet played never is.
    pub fn interrupted(&mut self) {
        let unplayed = self.playing_until.saturating_sub(self.record.length_ms);
        self.playing_until -= unplayed;
        self.record.interviewer_ms = self.record.interviewer_ms.saturating_sub(unplayed);
        self.record.interruptions = self.record.interruptions.saturating_add(1);
    }

    /// Returns everything measured so far, speech and answer under way included.
    pub fn record(&self) -> Record {
        let mut ended = self.clone();
        if let Some(quiet_ms) = ended.gate.quiet_ms() {
            ended.end_speech(quiet_ms);
        }
        ended.close_answer();
        ended.record
    }

    fn keep_time(&mut self, now_ms: u64, bytes: usize) {
        if self.record.since_ms == 0 {
            self.record.since_ms = now_ms;
        }
        let frame_ms = bytes as u64 / 32;
        let elapsed = now_ms.saturating_sub(self.last_frame.unwrap_or(now_ms));
        self.last_frame = Some(now_ms);
        self.late_ms = (self.late_ms + elapsed).saturating_sub(frame_ms);
        if self.late_ms > HOLE_MS {
            self.on_hole();
        }
    }

    fn on_hole(&mut self) {
        if let Some(quiet_ms) = self.gate.stop() {
            self.end_speech(quiet_ms);
        }
        let missing = u32::try_from(core::mem::take(&mut self.late_ms)).unwrap_or(u32::MAX);
        self.record.length_ms = self.record.length_ms.saturating_add(missing);
        self.window = Window::default();
        self.has_hole = true;
    }

    fn on_window(&mut self, power: u32) {
        self.record.length_ms = self.record.length_ms.saturating_add(WINDOW_MS);
        self.record.listened_ms = self.record.listened_ms.saturating_add(WINDOW_MS);
        match self.gate.hear(power) {
            Heard::Same { voiced: true } => self.add_level(power),
            Heard::Same { voiced: false } => {}
            Heard::Began { ms_ago } => {
                self.speaking_since = Some(self.record.length_ms.saturating_sub(ms_ago));
            }
            Heard::Ended { ms_ago } => self.end_speech(ms_ago),
        }
    }

    fn add_level(&mut self, power: u32) {
        self.block.sum += u64::from(power);
        self.block.windows += 1;
        if self.block.windows == WINDOWS_PER_BLOCK {
            let power = (self.block.sum / u64::from(WINDOWS_PER_BLOCK)) as u32;
            self.block = Block::default();
            self.record.loudness.add(decibels_x10(power));
        }
    }

    fn end_speech(&mut self, ms_ago: u32) {
        let until = self.record.length_ms.saturating_sub(ms_ago);
        if let Some(from) = self.speaking_since.take() {
            self.add_speech(from, until.max(from));
        }
    }

    /// The interviewer begins while somebody speaks: what was said belongs to what was asked before.
    fn split_speech(&mut self) {
        if let (Some(from), Some(quiet_ms)) = (self.speaking_since, self.gate.quiet_ms()) {
            let until = self.record.length_ms.saturating_sub(quiet_ms).max(from);
            if until > from {
                self.add_speech(from, until);
                self.speaking_since = Some(until);
            }
        }
    }

    fn add_speech(&mut self, from: u32, until: u32) {
        let spoken = until - from;
        let record = &mut self.record;
        record.spoken_ms = record.spoken_ms.saturating_add(spoken);
        if self.is_asked && until <= self.playing_until {
            return;
        }
        let has_hole = core::mem::take(&mut self.has_hole);
        let Some(open) = &mut self.answer else {
            let wait_ms = (self.is_asked && !has_hole).then(|| from.saturating_sub(self.playing_until));
            let answer = Answer { at_ms: from, wait_ms, length_ms: spoken, spoken_ms: spoken };
            self.answer = Some(Open { answer, until });
            return;
        };
        let pause = from.saturating_sub(open.until);
        if !has_hole && pause > 0 {
            record.pauses = record.pauses.saturating_add(1);
            record.paused_ms = record.paused_ms.saturating_add(pause);
            record.longest_pause_ms = record.longest_pause_ms.max(pause);
            record.long_pauses = record.long_pauses.saturating_add(u32::from(pause >= LONG_PAUSE_MS));
        }
        // What is missing is not part of the answer's length.
        open.answer.length_ms += if has_hole { spoken } else { until - open.until };
        open.answer.spoken_ms += spoken;
        open.until = until;
    }

    fn close_answer(&mut self) {
        let Some(Open { answer, .. }) = self.answer.take() else { return };
        let record = &mut self.record;
        record.answer_count = record.answer_count.saturating_add(1);
        record.answers_ms = record.answers_ms.saturating_add(answer.length_ms);
        if record.answers.len() < MAX_ANSWERS {
            record.answers.push(answer);
        }
        self.is_asked = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// A meter, its clock and a source of sound.
    struct Rig {
        meter: Meter,
        now: u64,
    }

    impl Rig {
        fn new() -> Self {
            Self { meter: Meter::default(), now: 1_000 }
        }

        fn sound(&mut self, ms: u64, amplitude: i16) {
            for _ in 0..ms / 20 {
                let wave = (0..320).map(|at| if at % 2 == 0 { amplitude } else { -amplitude });
                let pcm: Vec<u8> = wave.flat_map(i16::to_le_bytes).collect();
                self.now += 20;
                self.meter.listen(self.now, &pcm);
            }
        }

        fn speech(&mut self, ms: u64) {
            self.sound(ms, 3_000);
        }

        fn silence(&mut self, ms: u64) {
            // No microphone is quieter.
            self.sound(ms, 3);
        }
    }

    #[test]
    fn an_answer_has_a_wait_a_length_and_pauses() {
        let mut rig = Rig::new();
        rig.silence(500);
        rig.meter.interviewer_sounds(2_000);
        rig.silence(2_600);
        rig.speech(1_000);
        rig.silence(700);
        rig.speech(400);
        rig.silence(1_000);
        rig.meter.interviewer_sounds(1_000);
        let record = rig.meter.record();
        let answer = Answer { at_ms: 3_100, wait_ms: Some(600), length_ms: 2_100, spoken_ms: 1_400 };
        assert_eq!(record.answers, [answer]);
        assert_eq!(
            (record.pauses, record.paused_ms, record.longest_pause_ms, record.long_pauses),
            (1, 700, 700, 0)
        );
        assert_eq!((record.spoken_ms, record.interviewer_ms, record.answers_ms), (1_400, 3_000, 2_100));
    }

    #[test]
    fn what_is_under_way_is_in_the_record() {
        let mut rig = Rig::new();
        rig.meter.interviewer_sounds(100);
        rig.silence(400);
        rig.speech(1_000);
        let record = rig.meter.record();
        assert_eq!((record.spoken_ms, record.answer_count, record.answers[0].wait_ms), (1_000, 1, Some(300)));
        assert_eq!(rig.meter.record(), record);
    }

    #[test]
    fn a_record_is_gone_on_with() {
        let mut rig = Rig::new();
        rig.meter.interviewer_sounds(100);
        rig.silence(400);
        rig.speech(1_000);
        let json = serde_json::to_string(&rig.meter.record()).unwrap();
        rig.meter = Meter::resume(serde_json::from_str(&json).unwrap());
        rig.silence(5_000);
        rig.speech(500);
        let record = rig.meter.record();
        assert_eq!((record.spoken_ms, record.pauses, record.answer_count), (1_500, 0, 2));
        assert_eq!(record.answers[1].wait_ms, None);
    }

    #[test]
    fn mhm_is_no_answer_and_an_interruption_is_one_without_a_wait() {
        let mut rig = Rig::new();
        rig.silence(500);
        rig.meter.interviewer_sounds(10_000);
        rig.silence(1_000);
        rig.speech(300);
        rig.silence(1_000);
        assert_eq!((rig.meter.record().spoken_ms, rig.meter.record().answer_count), (300, 0));
        rig.speech(200);
        rig.meter.interrupted();
        rig.speech(800);
        let record = rig.meter.record();
        assert_eq!((record.interruptions, record.interviewer_ms), (1, 2_500));
        assert_eq!((record.answer_count, record.answers[0].wait_ms), (1, Some(0)));
        assert_eq!(record.answers[0].length_ms, 1_000);
    }

    #[test]
    fn nothing_is_counted_across_a_hole() {
        let mut rig = Rig::new();
        rig.meter.interviewer_sounds(100);
        rig.silence(500);
        rig.speech(1_000);
        rig.now += 60_000;
        rig.silence(500);
        rig.speech(1_000);
        let record = rig.meter.record();
        assert_eq!((record.pauses, record.answers_ms, record.answer_count), (0, 2_000, 1));
        assert_eq!(record.listened_ms, 3_000);
        assert!((62_000..=64_000).contains(&record.length_ms), "{}", record.length_ms);
    }

    #[test]
    fn sound_that_is_only_late_is_no_hole() {
        let mut rig = Rig::new();
        rig.meter.interviewer_sounds(100);
        rig.silence(500);
        rig.speech(1_000);
        rig.now += 1_500;
        rig.speech(1_000);
        assert_eq!(rig.meter.record().answers[0].length_ms, 2_000);
    }

    #[test]
    fn loudness_is_a_level_and_its_steadiness() {
        let mut rig = Rig::new();
        rig.silence(200);
        rig.sound(3_000, 3_277);
        let steady = rig.meter.record().loudness;
        assert_eq!((steady.mean_x10(), steady.deviation_x10()), (Some(-200), Some(0)));
        rig.sound(3_000, 328);
        assert!(rig.meter.record().loudness.deviation_x10().unwrap() > 80);
    }

    #[test]
    fn the_record_is_small_however_long_it_takes() {
        let mut rig = Rig::new();
        for _ in 0..MAX_ANSWERS + 50 {
            rig.meter.interviewer_sounds(20);
            rig.silence(400);
            rig.speech(200);
        }
        let record = rig.meter.record();
        assert_eq!((record.answers.len(), record.answer_count as usize), (MAX_ANSWERS, MAX_ANSWERS + 50));
        assert!(serde_json::to_string(&record).unwrap().len() < 20_000);
    }

    #[test]
    fn half_samples_and_odd_frames_are_taken() {
        let mut meter = Meter::default();
        meter.listen(5, &[]);
        meter.listen(5, &[1]);
        meter.listen(6, &[0; 333]);
        assert_eq!((meter.record().listened_ms, meter.record().since_ms), (10, 5));
    }
}
