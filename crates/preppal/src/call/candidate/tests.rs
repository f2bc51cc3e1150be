use super::*;
use crate::call::answers::silent_frame;

/// Frames of one answer, each of which can be told from the others.
fn spoken(mark: u8, frames: u8) -> Answer {
    Answer::Spoken((0..frames).map(|at| MicrophoneFrame::new(&[mark, at])).collect())
}

struct Rig {
    candidate: Candidate,
    now: Timestamp,
}

impl Rig {
    fn new(answers: Vec<Answer>) -> Self {
        Self::with(answers, Manners::Polite, Until::AllIsSaid)
    }

    fn with(answers: Vec<Answer>, manners: Manners, until: Until) -> Self {
        let script = Script { answers, silence: silent_frame(), manners, until, patience_ms: 30_000 };
        let mut rig = Self { candidate: Candidate::new(Arc::new(script)), now: Timestamp(1_000_000) };
        rig.hear(Heard::Live);
        rig
    }

    fn hear(&mut self, heard: Heard) {
        self.candidate.hear(self.now, heard);
    }

    fn step(&mut self) -> Step {
        self.step_while(false)
    }

    fn step_while(&mut self, still_playing: bool) -> Step {
        self.now = Timestamp(self.now.0 + 100);
        self.candidate.step(self.now, still_playing)
    }

    fn steps(&mut self, count: usize) -> Vec<Step> {
        (0..count).map(|_| self.step()).collect()
    }

    /// The interviewer asks something from beginning to end.
    fn is_asked(&mut self) {
        self.hear(Heard::Voice);
        self.step();
        self.hear(Heard::TurnComplete);
        self.steps(REACTION_FRAMES as usize);
    }
}

fn says(mark: u8, at: u8) -> Step {
    Step::Microphone(MicrophoneFrame::new(&[mark, at]))
}

fn silence() -> Step {
    Step::Microphone(silent_frame())
}

#[test]
fn it_waits_for_the_question_then_answers_then_waits_again() {
    let mut rig = Rig::new(vec![spoken(1, 3), spoken(2, 2)]);
    assert_eq!(rig.steps(20), vec![silence(); 20]);
    rig.hear(Heard::Voice);
    rig.hear(Heard::Words);
    assert_eq!(rig.steps(5), vec![silence(); 5]);
    rig.hear(Heard::TurnComplete);
    assert_eq!(rig.step_while(true), silence(), "what was said is still being heard");
    assert_eq!(rig.steps(REACTION_FRAMES as usize), vec![silence(); REACTION_FRAMES as usize]);
    assert_eq!(rig.steps(4), [says(1, 0), says(1, 1), says(1, 2), silence()]);
    rig.is_asked();
    assert_eq!(rig.steps(3), [says(2, 0), says(2, 1), silence()]);
    rig.is_asked();
    assert_eq!(rig.step(), Step::Leave(Why::Done), "once the reply to the last answer is heard");
    assert_eq!(rig.step(), silence());
}

#[test]
fn latencies_run_from_the_end_of_an_answer_to_the_first_sign() {
    let mut rig = Rig::new(vec![spoken(1, 2), spoken(2, 2)]);
    rig.steps(7);
    rig.hear(Heard::Words);
    rig.hear(Heard::Voice);
    assert_eq!(rig.candidate.first_response_ms(), Some(700));
    rig.hear(Heard::TurnComplete);
    rig.steps(REACTION_FRAMES as usize + 2);
    rig.steps(11);
    rig.hear(Heard::Voice);
    rig.hear(Heard::Voice);
    rig.hear(Heard::Words);
    assert_eq!(rig.candidate.latencies_ms(), [1_100]);
}

#[test]
fn an_empty_turn_is_no_question() {
    let mut rig = Rig::new(vec![spoken(1, 1)]);
    rig.hear(Heard::TurnComplete);
    assert_eq!(rig.steps(10), vec![silence(); 10]);
}

#[test]
fn a_polite_candidate_yields_and_comes_back_to_what_was_left() {
    let mut rig = Rig::new(vec![spoken(1, 10)]);
    rig.is_asked();
    rig.steps(4);
    rig.hear(Heard::Words);
    assert_eq!(rig.step(), says(1, 4), "words alone may belong to the turn before");
    rig.hear(Heard::Voice);
    assert_eq!(rig.steps(3), vec![silence(); 3]);
    rig.hear(Heard::TurnComplete);
    rig.steps(REACTION_FRAMES as usize);
    assert_eq!(rig.step(), says(1, 5));
}

#[test]
fn an_interviewer_who_gives_way_is_taken_at_their_word() {
    let mut rig = Rig::new(vec![spoken(1, 10)]);
    rig.is_asked();
    rig.steps(4);
    rig.hear(Heard::Voice);
    rig.step();
    rig.hear(Heard::Interrupted);
    assert_eq!(rig.step(), says(1, 4));
}

#[test]
fn a_rest_not_worth_mentioning_is_dropped() {
    let mut rig = Rig::new(vec![spoken(1, 10), spoken(2, 1)]);
    rig.is_asked();
    rig.steps(8);
    rig.is_asked();
    assert_eq!(rig.step(), says(2, 0));
}

#[test]
fn a_rude_candidate_talks_over_the_question_and_is_not_put_off() {
    let mut rig = Rig::with(vec![spoken(1, 4), spoken(2, 1)], Manners::BargesIn, Until::AllIsSaid);
    rig.hear(Heard::Voice);
    let listening = BARGE_IN_AFTER_FRAMES as usize;
    assert_eq!(rig.steps(listening), vec![silence(); listening]);
    assert_eq!(rig.step(), says(1, 0));
    rig.hear(Heard::Voice);
    rig.hear(Heard::Interrupted);
    rig.hear(Heard::TurnComplete);
    assert_eq!(rig.steps(4), [says(1, 1), says(1, 2), says(1, 3), silence()]);
}

#[test]
fn nobody_is_impatient_before_the_conversation_has_begun() {
    let mut rig = Rig::new(vec![spoken(1, 1)]);
    rig.candidate = Candidate::new(Arc::clone(&rig.candidate.script));
    assert_eq!(rig.steps(40), vec![silence(); 40], "the connection was lost before the first word");
    rig.hear(Heard::Live);
    assert_eq!(rig.steps(299), vec![silence(); 299]);
    assert_eq!(rig.step(), Step::Leave(Why::NoAnswer));
}

#[test]
fn a_silent_interviewer_is_waited_for_thirty_seconds() {
    let mut rig = Rig::new(vec![spoken(1, 1)]);
    assert_eq!(rig.steps(299), vec![silence(); 299]);
    assert_eq!(rig.step(), Step::Leave(Why::NoAnswer));

    let mut rig = Rig::new(vec![spoken(1, 1)]);
    rig.hear(Heard::Voice);
    for _ in 0..400 {
        assert_eq!(rig.step_while(true), silence(), "still to be heard");
    }
    assert_eq!(rig.step(), Step::Leave(Why::NoAnswer), "never finished");
}

#[test]
fn a_break_starts_the_waiting_anew() {
    let mut rig = Rig::new(vec![spoken(1, 1)]);
    rig.steps(250);
    rig.hear(Heard::Live);
    assert_eq!(rig.steps(299), vec![silence(); 299]);
    rig.candidate.finds_itself_asked();
    rig.steps(REACTION_FRAMES as usize);
    assert_eq!(rig.step(), says(1, 0));
}

#[test]
fn typed_and_silent_answers_have_their_turn() {
    let mut rig = Rig::new(vec![Answer::Typed("I am Ada.".into()), Answer::Silent(3)]);
    rig.is_asked();
    assert_eq!(rig.step(), Step::Type("I am Ada.".into(), silent_frame()));
    assert_eq!(rig.step(), silence());
    rig.is_asked();
    assert_eq!(rig.steps(3), vec![silence(); 3]);
    rig.steps(REACTION_FRAMES as usize);
    assert_eq!(rig.step(), Step::Leave(Why::Done), "silence wants no reply");
}

#[test]
fn for_a_time_it_repeats_itself() {
    let mut rig = Rig::with(vec![spoken(1, 1)], Manners::Polite, Until::AfterMs(5_000));
    for _ in 0..4 {
        rig.is_asked();
        assert_eq!(rig.step(), says(1, 0));
    }
    rig.steps(20);
    rig.now = Timestamp(1_000_000 + 5_000);
    assert_eq!(rig.step(), Step::Leave(Why::Done));
}
