use std::time::Duration;

use serde_json::Value;

use super::rig::{Rig, scenario, setup, setup_with, speech, text};
use crate::close::Close;
use crate::io::Output;
use crate::options::Options;
use crate::scenario::{Act, Point, Scenario};

fn ping(client: &mut super::rig::Client, ms: u64) {
    for _ in 0..ms / 10_000 {
        client.hear_silence(40);
        client.run(9_960);
    }
}

#[test]
fn si_86_88_go_away_once_then_the_end() {
    let mut client = Rig::new(Options::default()).live(&setup());
    client.mark();
    ping(&mut client, 590_000);
    assert_eq!(client.got.len(), 1);
    assert_eq!(
        (client.got[0].0, client.got[0].1.to_string()),
        (550_000, r#"{"goAway":{"timeLeft":"50s"}}"#.into())
    );
    ping(&mut client, 10_000);
    let close = client.closed().unwrap();
    assert_eq!(close.code, 1008);
    assert!(close.reason.starts_with("Connection aborted because the client failed to close the connection"));
    let mut resumed = Rig::new(Options::default()).resume("x");
    resumed.run(1_000);
    assert_eq!(resumed.close_code(), Some(1008));
}

#[test]
fn si_86_88_other_formats_and_ends() {
    let knobs = Scenario {
        time_left: Some(String::new()),
        end_of_life: Some(Close::new(1011, "Deadline expired before operation could complete.")),
        connection_lifetime_ms: Some(10_000),
        go_away_lead_ms: Some(9_500),
        ..Scenario::default()
    };
    let mut client = Rig::with(knobs).live(&setup());
    client.run(500);
    assert_eq!(client.got.last().unwrap().1.to_string(), r#"{"goAway":{}}"#);
    client.run(10_000);
    assert_eq!(client.close_code(), Some(1011));
    let short = Scenario {
        connection_lifetime_ms: Some(10_000),
        go_away_lead_ms: Some(9_500),
        ..Scenario::default()
    };
    let mut client = Rig::with(short).live(&setup());
    client.run(500);
    assert_eq!(client.got.last().unwrap().1.to_string(), r#"{"goAway":{"timeLeft":"9.500s"}}"#);
}

#[test]
fn si_87_silence_after_go_away_until_the_end() {
    let mut faulty = scenario(Point::GoAway, 1, Act::Silence);
    faulty.connection_lifetime_ms = Some(60_000);
    let mut client = Rig::with(faulty).live(&setup());
    client.run(10_000);
    client.mark();
    client.send(&text("Begin."));
    client.hear(&speech());
    assert!(client.got.is_empty());
    client.run(50_000);
    assert_eq!(client.close_code(), Some(1008));
}

#[test]
fn si_91_without_compression_the_session_ends_and_is_gone() {
    let rig = Rig::new(Options { connection_lifetime: Duration::from_secs(3600), ..Options::default() });
    let mut client = rig.live(&setup_with("contextWindowCompression", Value::Null));
    ping(&mut client, 890_000);
    assert!(client.end.is_none());
    ping(&mut client, 10_000);
    assert_eq!(client.closed(), Some(&Close::invalid_argument()));
    rig.wait(5_000);
    let mut resumed = rig.resume(&client.handle());
    resumed.run(1_000);
    assert_eq!(resumed.close_code(), Some(1008));
}

#[test]
fn the_scale_speeds_up_lives_and_answers_but_not_the_input_s_clock() {
    let rig = Rig::new(Options { time_scale: 0.02, ..Options::default() });
    let mut client = rig.live(&setup());
    assert_eq!(client.got[0].0, 5);
    client.mark();
    client.run(10_600);
    assert_eq!(client.got[0].1.to_string(), r#"{"goAway":{"timeLeft":"1s"}}"#);
    client.run(1_000);
    assert!(matches!(client.end, Some(Output::Close(_))));
    let mut at_once = Rig::new(Options { time_scale: 0.0, ..Options::default() }).connect();
    at_once.send(&setup());
    at_once.run(0);
    at_once.send(&text("Begin."));
    at_once.run(0);
    assert_eq!(
        at_once.shape(),
        ["setupComplete", "sessionResumptionUpdate", "modelTurn", "generationComplete", "turnComplete"]
    );
}
