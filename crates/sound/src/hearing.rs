//! Whether a microphone that is being tried hears anybody.

use crate::level::Level;

/// A frame this loud is somebody speaking, or something that a microphone which works hears: -45 dB.
const AUDIBLE_RMS: f32 = 0.0056;

/// How much of it is enough: a word, not a click.
const ENOUGH_MS: u32 = 240;

/// How long nothing may be heard before help is offered.
const PATIENCE_MS: u32 = 8_000;

/// What is known of the microphone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hearing {
    /// Nothing so far.
    #[default]
    Listening,
    /// It has heard somebody. Stays.
    Heard,
    /// Nothing for so long that something is wrong, or nobody speaks.
    Silent,
}

/// A microphone being tried.
#[derive(Clone, Copy, Debug, Default)]
pub struct HearingCheck {
    audible_ms: u32,
    silent_ms: u32,
}

impl HearingCheck {
    /// Takes the loudness of the next `ms` milliseconds.
    pub fn take(&mut self, level: Level, ms: u32) -> Hearing {
        if level.rms >= AUDIBLE_RMS {
            self.audible_ms = self.audible_ms.saturating_add(ms);
        } else {
            self.silent_ms = self.silent_ms.saturating_add(ms);
        }
        if self.audible_ms >= ENOUGH_MS {
            Hearing::Heard
        } else if self.silent_ms >= PATIENCE_MS {
            Hearing::Silent
        } else {
            Hearing::Listening
        }
    }

    /// Whether this is loud enough to be somebody speaking.
    pub fn is_audible(level: Level) -> bool {
        level.rms >= AUDIBLE_RMS
    }
}

#[cfg(test)]
mod tests {
    use super::{Hearing, HearingCheck};
    use crate::level::Level;

    fn hear(check: &mut HearingCheck, rms: f32, ms: u32) -> Hearing {
        (0..ms / 80).map(|_| check.take(Level { rms, peak: rms }, 80)).last().unwrap()
    }

    #[test]
    fn a_word_is_heard_and_a_click_is_not() {
        let mut check = HearingCheck::default();
        assert_eq!(hear(&mut check, 0.001, 2_000), Hearing::Listening);
        assert_eq!(hear(&mut check, 0.2, 80), Hearing::Listening);
        assert_eq!(hear(&mut check, 0.05, 240), Hearing::Heard);
        assert_eq!(hear(&mut check, 0.0, 60_000), Hearing::Heard, "once heard it works");
    }

    #[test]
    fn help_comes_after_eight_seconds_and_goes_when_somebody_speaks() {
        let mut check = HearingCheck::default();
        assert_eq!(hear(&mut check, 0.0, 7_920), Hearing::Listening);
        assert_eq!(hear(&mut check, 0.0, 80), Hearing::Silent);
        assert_eq!(hear(&mut check, 0.05, 400), Hearing::Heard);
    }
}
