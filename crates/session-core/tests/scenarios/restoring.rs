//! The process is killed at any instant, or told to go; the interview goes on from its journal.

use crate::rig::Rig;
use api::interview::EndReason;
use session_core::{Config, ConnId, Event, Input, Output, RestoreError, Session, Timestamp};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;

/// A conversation of three turns, and the journal it left.
fn journal() -> (Rig, ConnId, ConnId, Vec<Vec<u8>>) {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.hello(client);
    rig.give_context("PENDING", 30);
    let model = rig.model_up();
    rig.model_sends(model, r#"{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}"#);
    rig.interviewer_says(model, "A question?");
    rig.pass_ms(3_000);
    rig.candidate_says(model, "An answer.");
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"I see, and"}}}"#);
    let records = records(&rig.take());
    (rig, client, model, records)
}

fn records(outputs: &[Output]) -> Vec<Vec<u8>> {
    let records = outputs.iter().filter_map(|output| match output {
        Output::Persist(record) => Some(record.clone()),
        _ => None,
    });
    records.collect()
}

fn restored(records: &[Vec<u8>], at: u64) -> Rig {
    let config = Config::new("itv_1");
    let session = Session::restore(config, records.iter().map(Vec::as_slice), 9, Timestamp(at));
    let mut rig = Rig::around(session.expect("the journal holds an interview"), at);
    rig.pass_ms(0);
    rig.input(Input::Timeout);
    rig
}

#[test]
fn a_candidate_who_comes_back_finds_every_word_and_the_session_of_the_model() {
    let (old, _, _, records) = journal();
    let mut rig = restored(&records, old.now + 5_000);
    rig.answer_calls();
    let client = rig.join();
    rig.hello(client);
    let told = rig.told(client);
    let Some(ToClient::SessionReady(ready)) = told.first() else { panic!("{told:?}") };
    let said: Vec<(&str, bool)> =
        ready.transcript.iter().map(|turn| (turn.text.as_str(), turn.is_final)).collect();
    assert_eq!(said, [("A question?", true), ("An answer.", true), ("I see, and", true)]);
    assert_eq!(ready.elapsed_ms, 8_000);
    let model = rig.model_up();
    assert!(rig.sent_to(model)[0].contains("h-1"));
    assert!(rig.sent_to(model).iter().all(|text| !text.contains("Begin the interview")));
}

/// Comes back to what these records leave, and returns what the interviewer is sent.
fn come_back(records: &[Vec<u8>], at: u64) -> (Rig, ConnId, Vec<String>) {
    let mut rig = restored(records, at);
    rig.answer_calls();
    let client = rig.join();
    rig.hello(client);
    let model = rig.model_up();
    let sent = rig.sent_to(model);
    (rig, model, sent)
}

/// The journal up to the first record with this text.
fn up_to(records: &[Vec<u8>], text: &str) -> Vec<Vec<u8>> {
    let holds = |record: &Vec<u8>| String::from_utf8_lossy(record).contains(text);
    let end = records.iter().position(holds).expect("there is such a record");
    records[..=end].to_vec()
}

#[test]
fn an_interviewer_who_was_killed_in_mid_sentence_is_asked_to_go_on() {
    let (old, _, _, records) = journal();
    let (_, _, sent) = come_back(&up_to(&records, "I see, and"), old.now + 5_000);
    assert!(sent[0].contains("h-1"), "{sent:?}");
    assert!(sent.len() == 2 && sent[1].contains("Do not greet again"), "{sent:?}");
}

#[test]
fn an_answer_that_the_interviewer_may_not_know_is_told_again() {
    let (old, _, _, records) = journal();
    let (_, _, sent) = come_back(&up_to(&records, "An answer."), old.now + 5_000);
    assert!(!sent[0].contains("h-1"), "the handle may be older than the answer: {sent:?}");
    assert!(sent[1].contains("An answer.") && sent[1].contains("Do not greet again"), "{sent:?}");
}

#[test]
fn whoever_was_killed_while_the_candidate_had_the_floor_is_reminded_if_nobody_goes_on() {
    let (old, _, _, records) = journal();
    let sealed = records.iter().position(|record| record.starts_with(br#"{"is":"sealed""#)).unwrap();
    let (mut rig, model, sent) = come_back(&records[..=sealed], old.now + 5_000);
    assert!(sent.len() == 1 && sent[0].contains("h-1"), "it is the candidate's turn: {sent:?}");
    rig.pass_ms(10_000);
    assert!(rig.sent_to(model)[1].contains("The candidate is waiting"));
}

#[test]
fn a_candidate_who_does_not_come_back_has_what_was_said_stored() {
    let (old, _, _, records) = journal();
    let mut rig = restored(&records, old.now + 5_000);
    rig.answer_calls();
    rig.take();
    rig.pass_ms(59_999);
    assert!(rig.submitted().is_none());
    rig.pass_ms(1);
    let (_, submit) = rig.submitted().unwrap();
    assert_eq!((submit.end_reason, submit.transcript.len()), (Some(EndReason::ClientLeft), 3));
    rig.answer_calls();
    assert!(rig.ended());
}

#[test]
fn an_interview_that_was_ending_submits_the_same_again() {
    let (mut old, client, _, mut journal) = journal();
    old.say(client, FromClient::EndRequest(wire::EndRequest {}));
    let (_, submitted) = old.submitted().unwrap();
    journal.extend(records(&old.take()));
    let mut rig = restored(&journal, old.now + 600_000);
    assert_eq!(rig.submitted().unwrap().1, submitted);
    rig.answer_calls();
    let finished = records(&rig.take());
    journal.extend(finished);
    let again = Session::restore(Config::new("itv_1"), journal.iter().map(Vec::as_slice), 1, Timestamp(0));
    assert_eq!(again.err(), Some(RestoreError::Finished));
}

#[test]
fn any_prefix_of_a_journal_holds_every_turn_that_was_final() {
    let (_, _, _, records) = journal();
    for cut in 0..=records.len() {
        let prefix: Vec<&[u8]> = records[..cut].iter().map(Vec::as_slice).collect();
        let sealed = prefix.iter().filter(|record| record.starts_with(br#"{"is":"sealed""#)).count();
        match Session::restore(Config { grace_ms: 0, ..Config::new("itv_1") }, prefix, 1, Timestamp(0)) {
            Err(error) => assert!(cut == 0 && error == RestoreError::Empty),
            Ok(mut session) => {
                session.handle_input(Timestamp(0), Input::Timeout);
                let mut turns = 0;
                while let Some(output) = session.poll_output() {
                    if let Output::Call(_, api::call::Call::SubmitTranscript(submit)) = output {
                        turns = submit.transcript.len();
                    }
                }
                assert!(turns >= sealed, "{turns} of {sealed} after {cut} records");
            }
        }
    }
}

#[test]
fn what_was_typed_before_the_context_came_is_final_only_once_it_would_be_stored() {
    let type_early = |rig: &mut Rig| {
        let client = rig.join();
        rig.say(client, FromClient::TextInput(wire::TextInput { text: "Early bird.".into() }));
        assert!(rig.updates(client).is_empty(), "nothing could go on from this");
        client
    };
    let mut rig = Rig::new();
    let client = type_early(&mut rig);
    rig.give_context("PENDING", 30);
    assert_eq!(rig.updates(client), [("USER".into(), "Early bird.".into(), true, false)]);
    let mut next = restored(&records(&rig.take()), rig.now);
    next.session.shut_down(Timestamp(next.now));
    next.input(Input::Timeout);
    assert_eq!(next.submitted().unwrap().1.transcript.len(), 1);

    let mut rig = Rig::new();
    let client = type_early(&mut rig);
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    assert!(rig.submitted().is_none(), "of which interview?");
    rig.give_context("PENDING", 30);
    assert_eq!(rig.submitted().unwrap().1.transcript.len(), 1);
    let records = records(&rig.take());
    // What it is about, then the words: they are shown once both are durable.
    for cut in 2..=records.len() {
        let mut next = restored(&records[..cut], rig.now);
        next.session.shut_down(Timestamp(next.now));
        next.input(Input::Timeout);
        assert_eq!(next.submitted().unwrap().1.transcript.len(), 1, "{cut} records");
    }
}

#[test]
fn a_record_that_cannot_be_read_costs_only_itself() {
    let (old, _, _, mut records) = journal();
    records.insert(2, b"{\"is\":\"wor".to_vec());
    let mut rig = restored(&records, old.now);
    assert!(rig.take().contains(&Output::Event(Event::RecordUnreadable)));
    rig.session.shut_down(Timestamp(rig.now));
    rig.input(Input::Timeout);
    assert_eq!(rig.submitted().unwrap().1.transcript.len(), 3);
}

#[test]
fn a_record_of_an_instant_that_no_transcript_can_name_costs_only_itself() {
    let (old, _, _, mut records) = journal();
    for at in ["253402300800000", "9223372036854775807", "18446744073709551615"] {
        let words = format!(r#"{{"is":"words","turn":{at},"speaker":"AI","text":"lost"}}"#);
        let ending = format!(r#"{{"is":"ending","reason":"USER","at":{at}}}"#);
        records.extend([words.into_bytes(), ending.into_bytes()]);
    }
    let mut rig = restored(&records, old.now);
    rig.session.shut_down(Timestamp(rig.now));
    rig.input(Input::Timeout);
    let submit = rig.submitted().unwrap().1;
    assert_eq!((submit.transcript.len(), submit.end_reason), (3, Some(EndReason::Shutdown)));
    assert_eq!(submit.ended_at.map(|at| at.0 as u64), Some(rig.now));
}

#[test]
fn time_runs_out_also_while_the_process_is_gone() {
    let (old, _, _, records) = journal();
    let rig = restored(&records, old.now + 3_600_000);
    assert_eq!(rig.submitted().unwrap().1.end_reason, Some(EndReason::TimeLimit));
}

#[test]
fn suspending_sends_the_client_off_to_come_back_and_submits_nothing() {
    let (mut rig, client, model, _) = journal();
    rig.session.suspend(Timestamp(rig.now));
    rig.input(Input::Timeout);
    assert_eq!((rig.closed_with(client), rig.closed_with(model)), (Some(1013), Some(1000)));
    assert!(rig.outputs().contains(&Output::Event(Event::Suspended)) && rig.submitted().is_none());
    assert_eq!(rig.session.poll_timeout(), None);
}

#[test]
fn the_account_of_the_microphone_goes_on_in_the_next_process() {
    let (mut rig, client, _, mut journal) = journal();
    rig.speak(client, &[0; 3_200]);
    rig.session.suspend(Timestamp(rig.now));
    rig.input(Input::Timeout);
    journal.extend(records(&rig.take()));
    let mut rig = restored(&journal, rig.now + 1_000);
    let client = rig.join();
    rig.hello(client);
    rig.speak(client, &[0; 3_200]);
    rig.model_up();
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    rig.answer_calls();
    let told = rig.told(client);
    let Some(ToClient::SessionEnded(ended)) = told.last() else { panic!("{told:?}") };
    assert_eq!((ended.audio_received_bytes, ended.audio_forwarded_bytes), (6_400, 6_400));
}

#[test]
fn an_account_that_cannot_be_true_is_not_gone_on_with() {
    for (received, forwarded) in [(u64::MAX, u64::MAX), (1 << 54, 0), (3_200, 6_400)] {
        let (old, _, _, mut journal) = journal();
        let heard = format!(r#"{{"is":"heard","received":{received},"forwarded":{forwarded}}}"#);
        journal.push(heard.into_bytes());
        let mut rig = restored(&journal, old.now);
        let client = rig.join();
        rig.hello(client);
        rig.speak(client, &[0; 3_200]);
        rig.model_up();
        rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
        rig.answer_calls();
        let told = rig.told(client);
        let Some(ToClient::SessionEnded(ended)) = told.last() else { panic!("{told:?}") };
        assert_eq!((ended.audio_received_bytes, ended.audio_forwarded_bytes), (3_200, 3_200));
    }
}

#[test]
fn what_was_typed_while_the_model_was_away_is_passed_to_it_after_a_kill_and_once() {
    let (mut rig, client, model, mut journal) = journal();
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "Typed meanwhile.".into() }));
    rig.say(client, FromClient::ResumeRequest(wire::ResumeRequest {}));
    journal.extend(records(&rig.take()));
    let (mut rig, model, sent) = come_back(&journal, rig.now + 5_000);
    assert!(sent[0].contains("h-1") && sent[1].contains("Typed meanwhile.") && sent.len() == 2, "{sent:?}");
    journal.extend(records(&rig.take()));
    rig.input(Input::Closed(model, None));
    let (_, _, sent) = come_back(&journal, rig.now + 5_000);
    assert_eq!(sent.concat().matches("Typed meanwhile.").count(), 1, "with what was said: {sent:?}");
}
