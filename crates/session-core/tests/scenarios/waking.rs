//! The host drops a session that waits and goes on with it at the next news: no end is postponed, nothing is forgotten.

use crate::rig::{BEGIN_MS, Rig};
use api::call::{Call, CallError};
use api::interview::EndReason;
use session_core::{Config, ConnId, Dialect, Input, Output, RestoreError, Session, Timer, Timestamp};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::session_state::State;

/// A session that sleeps whenever it may, and its journal.
struct Sleeper {
    rig: Rig,
    config: Config,
    journal: Vec<Vec<u8>>,
}

impl Sleeper {
    /// Puts a session to sleep that has nothing under way.
    fn new(mut rig: Rig, config: Config, mut journal: Vec<Vec<u8>>) -> Self {
        journal.extend(records(&rig.take()));
        Self { rig, config, journal }
    }

    /// Drops the session and goes on with it. Returns the candidate's connection.
    fn wake(&mut self) -> Option<ConnId> {
        let client = self.rig.session.client().map(|(_, dialect)| dialect);
        self.wake_with(client)
    }

    fn wake_with(&mut self, client: Option<Dialect>) -> Option<ConnId> {
        self.journal.extend(records(&self.rig.take()));
        let (config, now) = (self.config.clone(), Timestamp(self.rig.now));
        let session = Session::wake(config, self.journal.iter().map(Vec::as_slice), 3, now, client);
        self.rig = Rig::around(session.expect("the journal holds an interview"), self.rig.now);
        self.rig.pass_ms(0);
        self.rig.drain();
        self.rig.session.client().map(|(conn, _)| conn)
    }

    /// Lets time pass; the session sleeps between any two wishes to be woken.
    fn pass_asleep_ms(&mut self, ms: u64) {
        let until = self.rig.now + ms;
        while let Some((due, _)) = self.rig.session.poll_timeout()
            && due.0 <= until
        {
            self.rig.now = self.rig.now.max(due.0);
            self.wake();
            self.rig.input(Input::Timeout);
            if self.rig.submitted().is_some() {
                return;
            }
        }
        self.rig.now = until;
        self.wake();
    }
}

fn records(outputs: &[Output]) -> Vec<Vec<u8>> {
    let records = outputs.iter().filter_map(|output| match output {
        Output::Persist(record) => Some(record.clone()),
        _ => None,
    });
    records.collect()
}

/// A conversation of a question and an answer, and the journal so far.
fn conversation(config: Config) -> (Rig, ConnId, ConnId, Vec<Vec<u8>>) {
    conversation_of(30, config)
}

fn conversation_of(minutes: u32, config: Config) -> (Rig, ConnId, ConnId, Vec<Vec<u8>>) {
    let mut rig = Rig::with(config);
    let client = rig.join();
    rig.hello(client);
    rig.give_context("PENDING", minutes);
    let model = rig.model_up();
    rig.model_sends(model, r#"{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}"#);
    rig.interviewer_says(model, "A question?");
    rig.candidate_says(model, "An answer.");
    rig.interviewer_says(model, "I see.");
    rig.answer_calls();
    let journal = records(&rig.take());
    (rig, client, model, journal)
}

fn paused() -> Sleeper {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    rig.input(Input::Closed(model, Some((1000, ""))));
    Sleeper::new(rig, config, journal)
}

#[test]
fn a_client_that_stayed_is_greeted_again_and_numbered_from_one() {
    let mut asleep = paused();
    let client = asleep.wake().expect("it is still there");
    let told = asleep.rig.told_with_sequence(client);
    let [(1, ToClient::SessionReady(ready)), (2, ToClient::SessionState(state))] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(ready.rejoined && ready.transcript.len() == 3 && state.state() == State::Paused);
    assert_eq!(
        (asleep.rig.calls(), asleep.rig.dialled()),
        (vec![], None),
        "it is there as if it had never slept"
    );
    asleep.rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    let model = asleep.rig.model_up();
    let sent = asleep.rig.sent_to(model);
    assert!(sent.len() == 1 && sent[0].contains("h-1"), "resumed where it stood: {sent:?}");
}

#[test]
fn a_client_that_never_said_hello_hears_nothing_of_it() {
    let mut asleep = paused();
    let client = asleep.wake_with(Some(Dialect::Seed)).expect("it is still there");
    assert_eq!(asleep.rig.told(client), []);
    assert_eq!(asleep.rig.session.client(), Some((client, Dialect::Seed)));
}

#[test]
fn a_turn_that_was_left_open_is_closed_for_a_client_that_is_not_greeted() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.model_sends(model, r#"{"serverContent":{"inputTranscription":{"text":"And then"}}}"#);
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    rig.input(Input::Closed(model, Some((1000, ""))));
    let mut asleep = Sleeper::new(rig, config, journal);
    let client = asleep.wake_with(Some(Dialect::Seed)).unwrap();
    assert_eq!(asleep.rig.updates(client), [("USER".into(), " ".into(), true, false)]);
    let client = asleep.wake().unwrap();
    assert_eq!(asleep.rig.updates(client), [], "once");
}

#[test]
fn a_pause_ends_when_it_would_have_however_often_the_session_slept() {
    let mut asleep = paused();
    for _ in 0..29 {
        asleep.pass_asleep_ms(60_000);
        assert!(asleep.rig.submitted().is_none());
    }
    asleep.pass_asleep_ms(60_000);
    assert_eq!(asleep.rig.submitted().unwrap().1.end_reason, Some(EndReason::TimeLimit));
    assert_eq!(asleep.rig.now, BEGIN_MS + 1_800_000);
}

#[test]
fn the_grace_time_ends_when_it_would_have_however_often_the_session_slept() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.input(Input::Closed(client, None));
    rig.pass_ms(5_000);
    rig.input(Input::Closed(model, Some((1000, ""))));
    let mut asleep = Sleeper::new(rig, config, journal);
    for _ in 0..10 {
        asleep.pass_asleep_ms(5_000);
        assert!(asleep.rig.submitted().is_none() && asleep.rig.dialled().is_none());
    }
    asleep.pass_asleep_ms(5_000);
    assert_eq!(asleep.rig.submitted().unwrap().1.end_reason, Some(EndReason::ClientLeft));
    assert_eq!(asleep.rig.now, BEGIN_MS + 60_000);
}

#[test]
fn who_came_back_has_the_whole_grace_time_again() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.input(Input::Closed(client, None));
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.pass_ms(50_000);
    let again = rig.join();
    rig.say(again, FromClient::PauseRequest(wire::PauseRequest {}));
    let dialled = rig.dialled().unwrap();
    rig.input(Input::Closed(dialled, None));
    rig.pass_ms(50_000);
    let mut asleep = Sleeper::new(rig, config, journal);
    let client = asleep.wake().unwrap();
    assert_ne!(asleep.rig.session.poll_timeout().unwrap().1, Timer::Grace);
    asleep.rig.input(Input::Closed(client, None));
    asleep.rig.pass_ms(59_999);
    assert!(asleep.rig.submitted().is_none());
    asleep.rig.pass_ms(1);
    assert!(asleep.rig.submitted().is_some());
}

#[test]
fn with_no_grace_time_a_client_that_is_there_is_not_lost() {
    let config = Config { grace_ms: 0, ..Config::new("itv_1") };
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    rig.input(Input::Closed(model, Some((1000, ""))));
    let mut asleep = Sleeper::new(rig, config, journal);
    assert!(asleep.wake().is_some() && asleep.rig.submitted().is_none());
    asleep.wake_with(None);
    asleep.rig.input(Input::Timeout);
    assert_eq!(asleep.rig.submitted().unwrap().1.end_reason, Some(EndReason::ClientLeft));
}

#[test]
fn an_interviewer_who_is_never_reached_is_given_up_however_often_the_session_slept() {
    let config = Config::new("itv_1");
    let (mut rig, _, model, journal) = conversation(config.clone());
    rig.input(Input::Closed(model, None));
    let mut asleep = Sleeper::new(rig, config, journal);
    for openings in 1..20 {
        asleep.rig.pass_ms(0);
        if let Some(dialled) = asleep.rig.dialled() {
            asleep.rig.input(Input::Closed(dialled, Some((503, ""))));
        }
        if asleep.rig.submitted().is_some() {
            assert_eq!(openings, 8);
            return;
        }
        asleep.wake();
    }
    panic!("it dials for ever");
}

#[test]
fn what_was_typed_for_a_model_that_was_away_is_passed_on() {
    let mut asleep = paused();
    let client = asleep.wake().unwrap();
    asleep.rig.say(client, FromClient::TextInput(wire::TextInput { text: "Typed meanwhile.".into() }));
    let client = asleep.wake().unwrap();
    asleep.rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    let model = asleep.rig.model_up();
    let sent = asleep.rig.sent_to(model);
    assert!(sent[0].contains("h-1") && sent[1].contains("Typed meanwhile."), "{sent:?}");
    assert_eq!(sent.len(), 2, "{sent:?}");
    asleep.rig.input(Input::Closed(model, Some((1007, "Request contains an invalid argument."))));
    asleep.wake();
    let model = asleep.rig.model_up();
    let told = asleep.rig.sent_to(model).concat();
    assert_eq!(told.matches("Typed meanwhile.").count(), 1, "once, with what was said: {told}");
}

#[test]
fn a_status_that_is_known_is_not_reported_again_and_one_that_is_not_is_reported() {
    let mut asleep = paused();
    asleep.wake();
    assert_eq!(asleep.rig.calls(), []);
    asleep.journal.retain(|record| record != br#"{"is":"reported"}"#);
    asleep.wake();
    let (call, update) = asleep.rig.calls().pop().unwrap();
    assert!(matches!(update, Call::UpdateStatus(_)));
    asleep.rig.fail_call(call, CallError::Unreachable);
    let (due, timer) = asleep.rig.session.poll_timeout().unwrap();
    assert!(timer == Timer::RetryStatus && due.since(Timestamp(asleep.rig.now)) > 10_000);
}

#[test]
fn the_back_off_of_submissions_goes_on_growing() {
    let config = Config::new("itv_1");
    let (mut rig, client, _, journal) = conversation(config.clone());
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    rig.input(Input::Closed(client, None));
    let mut asleep = Sleeper::new(rig, config, journal);
    let mut waits = Vec::new();
    for _ in 0..9 {
        asleep.wake();
        let (call, _) = asleep.rig.submitted().expect("submitted when woken");
        asleep.rig.fail_call(call, CallError::Unreachable);
        let (due, _) = asleep.rig.session.poll_timeout().unwrap();
        waits.push(due.0 - asleep.rig.now);
        asleep.rig.now = due.0;
    }
    assert!(waits[0] < 700 && waits[3] > 2_900 && waits[6..].iter().all(|wait| *wait > 11_000), "{waits:?}");
    let failures = asleep.journal.iter().filter(|record| record.starts_with(br#"{"is":"notSubmitted""#));
    assert_eq!(failures.count(), 5, "the journal of a backend that stays away does not grow");
}

#[test]
fn a_client_waits_for_the_acknowledgement_no_longer_than_it_would_have() {
    let config = Config { keeps_journal: true, ..Config::new("itv_1") };
    let (mut rig, client, _, journal) = conversation(config.clone());
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    let mut asleep = Sleeper::new(rig, config, journal);
    for _ in 0..2 {
        asleep.rig.now += 7_000;
        let client = asleep.wake().unwrap();
        assert_eq!(asleep.rig.closed_with(client), None);
    }
    let client = asleep.wake().unwrap();
    asleep.rig.pass_ms(1_000);
    assert_eq!(asleep.rig.closed_with(client), Some(4001));
}

#[test]
fn a_farewell_that_was_said_is_the_end_and_a_warning_is_given_once() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation_of(5, config.clone());
    rig.pass_ms(271_000);
    let warnings = |rig: &Rig, model| rig.sent_to(model).concat().matches("Time note").count();
    assert_eq!(warnings(&rig, model), 1);
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    rig.input(Input::Closed(model, Some((1000, ""))));
    let mut asleep = Sleeper::new(rig, config, journal);
    let client = asleep.wake().unwrap();
    asleep.rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    let model = asleep.rig.model_up();
    asleep.rig.interviewer_says(model, "Go on.");
    assert_eq!(warnings(&asleep.rig, model), 0);
    asleep.rig.model_sends(model, r#"{"toolCall":{"functionCalls":[{"id":"c1","name":"end_interview"}]}}"#);
    asleep.wake();
    asleep.rig.pass_ms(500);
    assert_eq!(asleep.rig.submitted().unwrap().1.end_reason, Some(EndReason::Interviewer));
}

#[test]
fn a_warning_that_nobody_could_hear_is_given_later() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation_of(5, config.clone());
    rig.model_sends(model, r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#);
    rig.pass_ms(271_000);
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    let mut asleep = Sleeper::new(rig, config, journal);
    let client = asleep.wake().unwrap();
    asleep.rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    let model = asleep.rig.model_up();
    asleep.rig.interviewer_says(model, "Go on.");
    assert!(asleep.rig.sent_to(model).concat().contains("Time note"));
}

#[test]
fn without_a_record_there_is_nothing_to_go_on_with() {
    let woken = Session::wake(Config::new("itv_1"), [], 1, Timestamp(BEGIN_MS), Some(Dialect::Ours));
    assert_eq!(woken.err(), Some(RestoreError::Empty));
}

#[test]
fn a_process_that_was_gone_for_long_still_gives_a_lost_candidate_some_seconds() {
    let config = Config::new("itv_1");
    let (mut rig, client, _, mut journal) = conversation(config.clone());
    rig.input(Input::Closed(client, None));
    journal.extend(records(&rig.take()));
    let restored = |after_ms: u64| {
        let now = Timestamp(BEGIN_MS + after_ms);
        let records = journal.iter().map(Vec::as_slice);
        let session = Session::restore(config.clone(), records, 1, now).unwrap();
        let (due, timer) = session.poll_timeout().unwrap();
        (timer, due.since(now))
    };
    assert_eq!(restored(20_000), (Timer::Grace, 40_000));
    assert_eq!(restored(59_000), (Timer::Grace, 15_000));
    assert_eq!(restored(600_000), (Timer::Grace, 15_000));
}

#[test]
fn a_candidate_who_was_there_when_the_process_died_has_the_whole_grace_time_once() {
    let config = Config::new("itv_1");
    let (_, _, _, mut journal) = conversation(config.clone());
    let mut due = Vec::new();
    for after_ms in [100_000, 130_000] {
        let now = Timestamp(BEGIN_MS + after_ms);
        let session = Session::restore(config.clone(), journal.iter().map(Vec::as_slice), 1, now).unwrap();
        due.push(session.poll_timeout().unwrap().0.0 - BEGIN_MS);
        let mut rig = Rig::around(session, now.0);
        rig.drain();
        journal.extend(records(&rig.take()));
    }
    assert_eq!(due, [160_000, 160_000]);
}

#[test]
fn a_pause_that_ran_out_while_the_process_was_gone_can_still_be_ended_by_the_candidate() {
    let asleep = paused();
    let records = asleep.journal.iter().map(Vec::as_slice);
    let now = BEGIN_MS + 3_600_000;
    let session = Session::restore(asleep.config.clone(), records, 1, Timestamp(now)).unwrap();
    let mut rig = Rig::around(session, now);
    rig.pass_ms(20_000);
    let client = rig.join();
    rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    rig.pass_ms(100_000);
    assert!(rig.submitted().is_none() && rig.dialled().is_some());
}

#[test]
fn a_clock_that_was_set_back_neither_stops_the_time_nor_disorders_the_transcript() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "First.");
    rig.now -= 3_600_000;
    rig.pass_ms(1_000);
    rig.interviewer_says(model, "Second.");
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    let (due, timer) = rig.session.poll_timeout().unwrap();
    assert_eq!((timer, due.0), (Timer::ModelClosed, rig.now + 1_000));
    rig.pass_ms(31 * 60_000);
    let (_, submit) = rig.submitted().expect("the pause has ended");
    let said: Vec<&str> = submit.transcript.iter().map(|entry| entry.content.as_str()).collect();
    assert_eq!(said, ["First.", "Second."]);
}

#[test]
fn a_clock_that_was_set_back_while_the_process_was_gone_is_gone_on_with() {
    let config = Config::new("itv_1");
    let (mut rig, client, _, mut journal) = conversation(config.clone());
    rig.pass_ms(60_000);
    rig.input(Input::Closed(client, None));
    journal.extend(records(&rig.take()));
    let now = rig.now - 3_600_000;
    let session = Session::restore(config, journal.iter().map(Vec::as_slice), 1, Timestamp(now)).unwrap();
    assert_eq!(session.poll_timeout(), Some((Timestamp(now + 60_000), Timer::Grace)));
    let mut rig = Rig::around(session, now);
    let client = rig.join();
    rig.hello(client);
    let told = rig.told(client);
    let Some(ToClient::SessionReady(ready)) = told.first() else { panic!("{told:?}") };
    assert_eq!(ready.elapsed_ms, 60_000);
}

#[test]
fn a_clock_that_was_set_back_stops_no_end_of_a_session_that_sleeps() {
    let config = Config::new("itv_1");
    let (mut rig, client, model, journal) = conversation(config.clone());
    rig.pass_ms(100_000);
    rig.input(Input::Closed(client, None));
    rig.pass_ms(5_000);
    rig.input(Input::Closed(model, Some((1000, ""))));
    let mut asleep = Sleeper::new(rig, config, journal);
    asleep.rig.now -= 18_000_000;
    // The five seconds until it was first woken are known to nobody.
    for _ in 0..11 {
        asleep.pass_asleep_ms(5_000);
        assert!(asleep.rig.submitted().is_none());
    }
    asleep.pass_asleep_ms(5_000);
    assert!(asleep.rig.submitted().is_some());
}
