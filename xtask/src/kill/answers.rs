//! What a candidate is going to say.

use super::dice::Dice;
use std::ffi::OsString;
use std::path::Path;

/// One candidate's answers, as words on the command line.
pub(super) struct Answers {
    pub(super) arguments: Vec<OsString>,
    /// What is typed, in this order; each of its own wording.
    pub(super) typed: Vec<String>,
}

impl Answers {
    /// Typed ones, spoken ones, or both; some candidates talk over the interviewer.
    pub(super) fn choose(dice: &mut Dice, recording: &Path) -> Self {
        let (speaks, types) = match dice.within(0..4) {
            0 => (true, false),
            1 => (true, true),
            _ => (false, true),
        };
        let speed = if speaks { dice.within(10..21) } else { dice.within(8..21) };
        let mut arguments: Vec<OsString> = vec!["--speed".into(), speed.to_string().into()];
        if speaks {
            arguments.extend(["--wav".into(), recording.into(), "--answer".into(), "4".into()]);
            if dice.one_in(3) {
                arguments.push("--barge-in".into());
            }
        }
        let mut typed = Vec::new();
        if types {
            let count = dice.within(2..7);
            typed.extend((1..=count).map(|at| format!("My answer number {at} of {count}.")));
        }
        arguments.extend(typed.iter().flat_map(|text| ["--text".into(), text.into()]));
        Self { arguments, typed }
    }
}
