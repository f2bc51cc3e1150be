//! The interviewer: what is said next, given who spoke and for how long.
//!
//! It does not understand speech and never acts as if it did. It greets, asks one question a turn, acknowledges with
//! words that fit any answer, asks a follow-up after a very short or a very long one, watches the time, and says goodbye.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::bank::{Bank, Kind, Line};
use crate::brief::Brief;
use crate::dice::Dice;
use crate::note::Note;

/// What the interviewer answers to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Prompt {
    /// Speech, by its length.
    Spoken(Duration),
    /// A text: the word to begin, a note, or a typed answer.
    Text(String),
    /// The answer to a call of a function; `ok` when it reports no error.
    CallAnswered { ok: bool },
}

/// What the interviewer does in one turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reply {
    /// What is said.
    pub(crate) lines: Vec<&'static Line>,
    /// Whether the interview ends after it.
    pub(crate) ends: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing has been said.
    Waiting,
    /// Questions are asked.
    Asking,
    /// The last question has been asked.
    Last,
    /// Goodbye has been said.
    Over,
}

enum Time {
    Ample,
    Short,
    Over,
}

/// Speech shorter than this is a cough or a "sorry?", not an answer.
const TOO_SHORT: Duration = Duration::from_millis(1200);
const SHORT: Duration = Duration::from_secs(7);
const LONG: Duration = Duration::from_secs(40);
/// Told that so little time is left, the interviewer asks the last question.
const LAST_CALL: Duration = Duration::from_secs(180);
/// Told that so little time is left, the interviewer says goodbye.
const NO_TIME: Duration = Duration::from_secs(40);
/// Told nothing, the interviewer asks the last question when this part of the interview is left, and at most so much.
/// Later than [`LAST_CALL`], so that a client that keeps the time is the one that does.
const OWN_LAST_CALL: (u32, Duration) = (8, Duration::from_secs(90));
/// How fast people talk, to judge a typed answer by the length it would have spoken.
const WORDS_PER_SECOND: f64 = 2.5;
/// Questions of the fitting area for each general one.
const AREA_SHARE: usize = 3;

pub(crate) struct Interviewer {
    bank: &'static Bank,
    plan: Vec<&'static Line>,
    duration: Option<Duration>,
    began: Option<Duration>,
    phase: Phase,
    current: Option<&'static Line>,
    followed_up: bool,
    nudged: bool,
    wrong_language: bool,
    dice: Dice,
}

impl Interviewer {
    pub(crate) fn new(brief: &Brief, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let bank = Bank::of(&brief.language).unwrap_or(&Bank::all()[0]);
        Self {
            plan: plan(bank, brief, &mut dice),
            bank,
            duration: brief.duration,
            began: None,
            phase: Phase::Waiting,
            current: None,
            followed_up: false,
            nudged: false,
            wrong_language: !brief.language.is_empty() && Bank::of(&brief.language).is_none(),
            dice,
        }
    }

    /// Takes note of a conversation that was held elsewhere: what was asked there is not asked again, nor is there a
    /// greeting.
    pub(crate) fn remember(&mut self, now: Duration, said_by_model: &str) {
        self.plan.retain(|line| !said_by_model.contains(&line.text));
        self.current = None;
        if self.phase == Phase::Waiting {
            self.phase = Phase::Asking;
            self.began = Some(now);
            self.wrong_language = false;
        }
    }

    /// Returns the next turn. `now` runs as the interview's own time does.
    pub(crate) fn reply(&mut self, now: Duration, prompt: &Prompt) -> Reply {
        if self.phase == Phase::Waiting {
            match prompt {
                Prompt::Text(text) if Note::forbids_greeting(text) => self.remember(now, ""),
                _ => return self.greet(now),
            }
        }
        match prompt {
            Prompt::Spoken(length) => self.answered(now, *length),
            Prompt::CallAnswered { ok: false } if self.phase == Phase::Over => {
                self.phase = Phase::Asking;
                self.ask(None)
            }
            Prompt::CallAnswered { .. } => self.say([Kind::Goodbye]),
            Prompt::Text(text) => match Note::read(text) {
                Note::TimeLeft(left) if left <= NO_TIME => self.part(),
                Note::TimeLeft(left) if left <= LAST_CALL => self.last_call(),
                Note::TimeLeft(_) | Note::GoOn => self.repeat(),
                Note::Finish => self.part(),
                Note::Answer => {
                    let words = u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX);
                    self.answered(
                        now,
                        Duration::from_secs_f64(f64::from(words) / WORDS_PER_SECOND).max(TOO_SHORT),
                    )
                }
            },
        }
    }

    fn greet(&mut self, now: Duration) -> Reply {
        self.phase = Phase::Asking;
        self.began = Some(now);
        let mut reply = self.say([Kind::Greeting]);
        if std::mem::take(&mut self.wrong_language) {
            reply.lines.extend(self.line(Kind::OtherLanguage));
        }
        self.current = self.line(Kind::Opening);
        reply.lines.extend(self.current);
        reply
    }

    fn answered(&mut self, now: Duration, length: Duration) -> Reply {
        match self.phase {
            Phase::Over => return Reply { ends: true, ..self.say([Kind::Goodbye]) },
            Phase::Last if length >= TOO_SHORT => return self.part(),
            Phase::Waiting | Phase::Asking | Phase::Last => {}
        }
        if length < TOO_SHORT && !std::mem::replace(&mut self.nudged, true) {
            return self.say([Kind::Nudge]);
        }
        if self.phase == Phase::Last {
            return self.part();
        }
        match self.own_time(now) {
            Time::Ample => {}
            Time::Short => return self.last_call(),
            Time::Over => return self.part(),
        }
        let follow_up = match length {
            _ if std::mem::replace(&mut self.followed_up, true) => None,
            length if length < SHORT && !self.dice.one_in(3) => Some(Kind::FollowUpShort),
            length if length > LONG && self.dice.one_in(2) => Some(Kind::FollowUpLong),
            _ => None,
        };
        let mut reply = self.say([Kind::Acknowledgement]);
        match follow_up {
            Some(kind) => reply.lines.extend(self.line(kind)),
            None => {
                let transition = if self.dice.one_in(3) { Some(Kind::Transition) } else { None };
                let next = self.ask(transition);
                reply.lines.extend(next.lines);
                reply.ends = next.ends;
            }
        }
        reply
    }

    /// Asks the next question of the plan; says goodbye when there is none.
    fn ask(&mut self, lead: Option<Kind>) -> Reply {
        let Some(question) = self.plan.pop() else { return self.part() };
        self.current = Some(question);
        self.followed_up = false;
        self.nudged = false;
        let mut lines: Vec<&'static Line> = lead.and_then(|kind| self.line(kind)).into_iter().collect();
        lines.push(question);
        Reply { lines, ends: false }
    }

    fn repeat(&mut self) -> Reply {
        match self.phase {
            Phase::Over => Reply { ends: true, ..self.say([Kind::Goodbye]) },
            Phase::Waiting | Phase::Asking | Phase::Last => match self.current {
                Some(question) => {
                    let mut reply = self.say([Kind::Repeat]);
                    reply.lines.push(question);
                    reply
                }
                None => self.ask(Some(Kind::Transition)),
            },
        }
    }

    fn last_call(&mut self) -> Reply {
        match self.phase {
            Phase::Waiting | Phase::Asking => {
                self.phase = Phase::Last;
                let mut reply = self.say([Kind::LastQuestion]);
                self.current = self.line(Kind::Closing);
                reply.lines.extend(self.current);
                reply
            }
            Phase::Last => self.repeat(),
            Phase::Over => Reply { ends: true, ..self.say([Kind::Goodbye]) },
        }
    }

    fn part(&mut self) -> Reply {
        let kind = if self.phase == Phase::Over { Kind::Goodbye } else { Kind::Farewell };
        self.phase = Phase::Over;
        Reply { ends: true, ..self.say([kind]) }
    }

    /// Judges the time by the interviewer's own clock.
    fn own_time(&self, now: Duration) -> Time {
        let (Some(duration), Some(began)) = (self.duration, self.began) else { return Time::Ample };
        let left = duration.saturating_sub(now.saturating_sub(began));
        let last_call = (duration / OWN_LAST_CALL.0).min(OWN_LAST_CALL.1);
        match left {
            left if left <= last_call / 3 => Time::Over,
            left if left <= last_call => Time::Short,
            _ => Time::Ample,
        }
    }

    fn say<const N: usize>(&mut self, kinds: [Kind; N]) -> Reply {
        Reply { lines: kinds.into_iter().filter_map(|kind| self.line(kind)).collect(), ends: false }
    }

    fn line(&mut self, kind: Kind) -> Option<&'static Line> {
        self.dice.pick(self.bank.lines(kind))
    }
}

/// Lays out the questions, the last one first: of the fitting areas mostly, the best area first, general ones between.
fn plan(bank: &'static Bank, brief: &Brief, dice: &mut Dice) -> Vec<&'static Line> {
    let mut taken = BTreeSet::new();
    let mut general = shuffled(bank.general().map_or(&[], |area| &area.questions), dice);
    let mut fitting: Vec<&'static Line> = bank
        .fitting_areas(&brief.role, &brief.description)
        .into_iter()
        .take(2)
        .flat_map(|area| shuffled(&area.questions, dice))
        .rev()
        .collect();
    let mut order = Vec::new();
    while !(general.is_empty() && fitting.is_empty()) {
        for _ in 0..AREA_SHARE {
            order.extend(fitting.pop());
        }
        order.extend(general.pop());
    }
    order.retain(|line| taken.insert(&line.id));
    order.reverse();
    order
}

fn shuffled(lines: &'static [Line], dice: &mut Dice) -> Vec<&'static Line> {
    let mut out: Vec<&'static Line> = lines.iter().collect();
    for end in (1..out.len()).rev() {
        out.swap(end, dice.below(end + 1));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::{Interviewer, Prompt, Reply};
    use crate::brief::Brief;

    const BRIEF: &str = "Role: Rust engineer\nLanguage: en\nDuration: 30 minutes";

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn spoken(seconds: u64) -> Prompt {
        Prompt::Spoken(at(seconds))
    }

    fn text(text: &str) -> Prompt {
        Prompt::Text(text.into())
    }

    fn ids(reply: &Reply) -> Vec<&str> {
        reply
            .lines
            .iter()
            .map(|line| line.id.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-'))
            .collect()
    }

    fn begun(brief: &str) -> Interviewer {
        let mut interviewer = Interviewer::new(&Brief::read(brief), 1);
        assert_eq!(ids(&interviewer.reply(at(0), &text("Begin."))), ["en-greeting", "en-opening"]);
        interviewer
    }

    #[test]
    fn one_question_a_turn_fitting_the_role_and_never_twice() {
        let mut interviewer = begun("Role: Rust engineer");
        let mut asked = BTreeSet::new();
        let mut software = 0;
        loop {
            let reply = interviewer.reply(at(60), &spoken(20));
            if reply.ends {
                break;
            }
            let question = reply.lines.last().unwrap();
            assert!(question.text.ends_with(['?', '.']));
            assert!(asked.insert(&question.id), "asked twice: {}", question.id);
            software += usize::from(question.id.starts_with("en-software") && asked.len() <= 8);
        }
        assert!(asked.len() >= 20, "{}", asked.len());
        assert_eq!(software, 6, "of the first eight");
    }

    #[test]
    fn a_cough_is_nudged_once_and_a_short_answer_followed_up_once() {
        let mut interviewer = begun(BRIEF);
        let cough = Prompt::Spoken(Duration::from_millis(600));
        assert_eq!(ids(&interviewer.reply(at(5), &cough)), ["en-nudge"]);
        assert_ne!(ids(&interviewer.reply(at(9), &cough)), ["en-nudge"]);
        let mut follow_ups = 0;
        for _ in 0..12 {
            let reply = interviewer.reply(at(20), &spoken(3));
            let followed = ids(&reply).contains(&"en-follow-up-short");
            assert!(!(followed && reply.lines.len() > 2));
            follow_ups += usize::from(followed);
        }
        assert!((3..=6).contains(&follow_ups), "{follow_ups} of at most six questions");
    }

    #[test]
    fn time_notes_bring_the_last_question_then_the_end() {
        let mut interviewer = begun(BRIEF);
        assert_eq!(ids(&interviewer.reply(at(100), &text("(20 minutes are left.)")))[0], "en-repeat");
        let last = interviewer.reply(at(1700), &text("(About 2 minutes are left.)"));
        assert_eq!(ids(&last), ["en-last-question", "en-closing"]);
        let farewell = interviewer.reply(at(1720), &spoken(12));
        assert!(farewell.ends);
        assert_eq!(ids(&farewell), ["en-farewell"]);
        assert_eq!(ids(&interviewer.reply(at(1730), &spoken(2))), ["en-goodbye"]);
    }

    #[test]
    fn the_duration_is_kept_without_any_note() {
        let mut interviewer = begun("Duration: 10 minutes");
        assert_ne!(ids(&interviewer.reply(at(500), &spoken(20)))[0], "en-last-question");
        assert_eq!(ids(&interviewer.reply(at(530), &spoken(20)))[0], "en-last-question");
        assert!(interviewer.reply(at(550), &spoken(20)).ends);
        let mut late = begun("Duration: 10 minutes");
        assert!(late.reply(at(590), &spoken(20)).ends);
    }

    #[test]
    fn a_remembered_conversation_is_not_greeted() {
        let mut interviewer = Interviewer::new(&Brief::read(BRIEF), 1);
        let first = interviewer.plan.last().unwrap().text.clone();
        interviewer.remember(at(0), &format!("Thank you. {first}"));
        let reply = interviewer
            .reply(at(1), &text("System note: the voice connection was lost. Do not greet again."));
        assert!(!ids(&reply).contains(&"en-greeting"));
        assert!(reply.lines.iter().all(|line| line.text != first));
    }

    #[test]
    fn spanish_is_spoken_and_other_languages_are_declined_honestly() {
        let mut spanish = Interviewer::new(&Brief::read("Language: Spanish"), 1);
        assert_eq!(ids(&spanish.reply(at(0), &text("Empiece."))), ["es-greeting", "es-opening"]);
        let mut german = Interviewer::new(&Brief::read("Language: Deutsch"), 1);
        assert_eq!(
            ids(&german.reply(at(0), &text("Los."))),
            ["en-greeting", "en-other-language", "en-opening"]
        );
    }

    #[test]
    fn a_refused_end_goes_on() {
        let mut interviewer = begun(BRIEF);
        assert!(interviewer.reply(at(10), &text("Please end the interview.")).ends);
        let on = interviewer.reply(at(12), &Prompt::CallAnswered { ok: false });
        assert!(!on.ends && on.lines.len() == 1);
        assert_ne!(ids(&on), ["en-goodbye"]);
    }
}
