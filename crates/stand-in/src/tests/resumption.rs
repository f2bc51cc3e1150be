use serde_json::{Value, json};

use super::rig::{Rig, setup, setup_with, speech, text};
use crate::close::Close;
use crate::options::{Options, Profile};
use crate::scenario::{Act, Fault, Point, Scenario};

#[test]
fn si_76_77_a_session_goes_on_over_connections_and_does_not_greet_again() {
    let rig = Rig::new(Options::default());
    let mut first = rig.greeted();
    let handle = first.handle();
    let offset_before = first.times_of("setupComplete")[0];
    first.hear(&speech());
    first.hear_silence(1_200);
    first.run_until("turnComplete");
    first.close();
    rig.wait(1_000);
    let mut second = rig.connect();
    second.send(&setup_with("sessionResumption", json!({"handle": handle})));
    second.run(60_000);
    assert_eq!(second.kinds(), ["setupComplete", "sessionResumptionUpdate"], "no greeting");
    assert_eq!(second.got[1].0 - second.got[0].0, 2);
    assert_eq!(second.got[0].0, offset_before);
    second.hear(&speech());
    second.hear_silence(1_200);
    second.run_until("turnComplete");
    let start =
        second.got.iter().find_map(|(_, message)| message["voiceActivity"]["audioOffset"].as_str()).unwrap();
    let start: f64 = start.trim_end_matches('s').parse().unwrap();
    assert!(start > 6.0, "the input clock goes on: {start}");
    assert!(!second.said().contains("practice interviewer"));
    second.close();
    rig.wait(1_000);
    assert!(rig.resume(&handle).end.is_none(), "the first handle stays good");
}

#[test]
fn si_78_a_resume_is_refused_while_the_old_connection_is_open() {
    let rig = Rig::new(Options::default());
    let mut first = rig.greeted();
    let mut second = rig.connect();
    second.send(&setup_with("sessionResumption", json!({"handle": first.handle()})));
    second.run(449);
    assert!(second.end.is_none());
    second.run(251);
    assert_eq!(second.closed(), Some(&Close::internal()));
    first.send(&text("Go on."));
    first.run_until("turnComplete");
}

#[test]
fn si_79_an_idle_session_is_locked_for_a_second_a_speaking_one_is_not() {
    let rig = Rig::new(Options::default());
    let mut idle = rig.greeted();
    idle.close();
    rig.wait(900);
    let mut early = rig.resume(&idle.handle());
    early.run(500);
    assert_eq!(early.close_code(), Some(1011));
    assert!(rig.resume(&idle.handle()).end.is_none());
    let mut speaking = rig.live(&setup());
    speaking.send(&text("Begin."));
    speaking.run(1_000);
    speaking.close();
    assert!(rig.resume(&speaking.handle()).end.is_none());
}

#[test]
fn si_76_80_unknown_and_old_handles_are_dead() {
    let rig = Rig::new(Options::default());
    let refusal = |rig: &Rig, handle: &str| {
        let mut client = rig.resume(handle);
        client.run(1_000);
        client.closed().map(|close| (close.code, close.reason.clone()))
    };
    let not_found = Some((1008, "BidiGenerateContent session not found".to_owned()));
    assert_eq!(refusal(&rig, "0b7f5f3e-8f3c-4d5e-9a51-3e0c2f9f7a10"), not_found);
    let mut client = rig.greeted();
    client.close();
    rig.wait(2 * 3600 * 1000);
    assert_eq!(refusal(&rig, &client.handle()), not_found);
    let knob = Scenario { dead_handle: Some(Close::invalid_argument()), ..Scenario::default() };
    assert_eq!(refusal(&Rig::with(knob), "gone").unwrap().0, 1007);
}

#[test]
fn si_81_82_another_model_is_refused_another_instruction_ignored() {
    let rig = Rig::new(Options::default());
    let mut client = rig.greeted();
    client.close();
    rig.wait(1_500);
    let mut other = setup_with("sessionResumption", json!({"handle": client.handle()}));
    other["setup"]["model"] = json!("models/gemini-3.1-flash-live-preview");
    let mut refused = rig.live(&other);
    refused.run(1_000);
    assert_eq!(refused.close_code(), Some(1007));
    let mut spanish = setup_with("sessionResumption", json!({"handle": client.handle()}));
    spanish["setup"]["systemInstruction"] = json!({"parts": [{"text": "Language: Spanish"}]});
    let mut resumed = rig.live(&spanish);
    resumed
        .send(&text("I have answered this question with quite a few words, so that the next one comes now."));
    resumed.run_until("turnComplete");
    assert!(resumed.said().is_ascii(), "{}", resumed.said());
}

#[test]
fn si_83_a_client_that_vanishes_holds_its_session_until_the_server_gives_up() {
    let rig =
        Rig::new(Options { connection_lifetime: std::time::Duration::from_secs(3600), ..Options::default() });
    let mut first = rig.greeted();
    first.run(400_000);
    let mut second = rig.resume(&first.handle());
    second.run(1_000);
    assert_eq!(second.close_code(), Some(1011));
    first.run(80_000);
    assert_eq!(first.closed(), Some(&Close::internal()));
    let mut third = rig.resume(&first.handle());
    third.run(1_000);
    assert_eq!(third.close_code(), Some(1008), "the handle is dead then");
}

#[test]
fn si_84_what_was_cut_is_repeated_if_asked_for() {
    let rig = Rig::with(Scenario { repeat_after_resume: true, ..Scenario::default() });
    let mut first = rig.live(&setup());
    first.send(&text("Begin."));
    first.run(1_000);
    first.close();
    let mut second = rig.resume(&first.handle());
    second.run_until("turnComplete");
    assert!(second.said().contains("practice interviewer"));
}

#[test]
fn si_85_older_models_send_updates_over_and_over() {
    let mut client = Rig::profile(Profile::V2_5).live(&setup());
    client.run(65_000);
    assert_eq!(client.times_of("sessionResumptionUpdate").len(), 3);
    client.send(&text("Begin."));
    client.run_until("turnComplete");
    client.mark();
    client.run(10);
    assert_eq!(client.kinds(), ["sessionResumptionUpdate"]);
}

#[test]
fn si_95_96_97_scripted_refusals_of_setups_and_resumes() {
    let unavailable = Close::new(1011, "The service is currently unavailable.");
    let fault = |at, nth, act| Fault { at, nth, times: 2, act };
    let rig = Rig::with(Scenario {
        faults: vec![
            fault(Point::Setup, 1, Act::Close(unavailable.clone())),
            fault(Point::Resume, 1, Act::Close(Close::internal())),
        ],
        ..Scenario::default()
    });
    for _ in 0..2 {
        let mut refused = rig.live(&setup());
        refused.run(1_000);
        assert_eq!(refused.closed(), Some(&unavailable));
    }
    let mut client = rig.greeted();
    client.close();
    rig.wait(2_000);
    let codes: Vec<Option<u16>> = (0..3)
        .map(|_| {
            let mut resumed = rig.resume(&client.handle());
            resumed.run(1_000);
            resumed.close_code()
        })
        .collect();
    assert_eq!(codes, [Some(1011), Some(1011), None]);
}

#[test]
fn a_handle_is_never_asked_for_with_another_value() {
    let client =
        Rig::new(Options::default()).live(&setup_with("sessionResumption", json!({"handle": Value::Null})));
    assert_eq!(client.kinds(), ["setupComplete", "sessionResumptionUpdate"], "null is absent");
}
