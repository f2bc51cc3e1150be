use serde_json::{Value, json};

use super::rig::{Client, Rig, setup_with, text};
use crate::options::Options;

fn answer(id: &str, response: &Value) -> Value {
    json!({"toolResponse": {"functionResponses": [{"id": id, "name": "end_interview", "response": response}]}})
}

/// Returns a client that has been told goodbye and called.
fn called(rig: &Rig) -> (Client, String) {
    let mut client = rig.greeted();
    client.mark();
    client.send(&text("(Time is up. Say goodbye.)"));
    client.run_until("turnComplete");
    let call =
        client.got.iter().find_map(|(_, message)| message["toolCall"]["functionCalls"][0]["id"].as_str());
    let id = call.expect("no call").to_owned();
    (client, id)
}

#[test]
fn si_70_goodbye_is_said_and_heard_before_the_interview_is_ended() {
    let (client, _) = called(&Rig::new(Options::default()));
    assert_eq!(
        client.shape(),
        ["modelTurn", "generationComplete", "turnComplete", "toolCall", "generationComplete", "turnComplete"]
    );
    assert!(client.said().contains("Goodbye"));
    let (said, ended) = (client.times_of("turnComplete"), client.times_of("toolCall"));
    assert_eq!(
        (said[0], said[1]),
        (ended[0], ended[0]),
        "call, end of generation and of turn at the same instant"
    );
}

#[test]
fn without_the_function_there_is_no_call() {
    let mut client = Rig::new(Options::default()).live(&setup_with("tools", json!([])));
    client.send(&text("Begin."));
    client.run_until("turnComplete");
    client.send(&text("(Time is up. Say goodbye.)"));
    client.run_until("turnComplete");
    assert!(client.times_of("toolCall").is_empty());
}

#[test]
fn si_71_72_answers_are_matched_by_id() {
    let rig = Rig::new(Options::default());
    let (mut client, id) = called(&rig);
    client.mark();
    client.send(&answer(&id, &json!({"output": "ok"})));
    let sent = client.now();
    client.run_until("turnComplete");
    assert!((600..1300).contains(&(client.times_of("modelTurn")[0] - sent)));
    assert_eq!(client.said(), "Goodbye.");
    client.send(&answer(&id, &json!({})));
    assert_eq!(client.closed().unwrap().reason, "Requested entity was not found.");
    for bad in [
        json!({"toolResponse": {"functionResponses": [{"name": "end_interview", "response": {}}]}}),
        answer("x", &json!(3)),
    ] {
        let mut client = rig.greeted();
        client.send(&bad);
        assert_eq!(client.close_code(), Some(1007), "{bad}");
    }
}

#[test]
fn si_71_a_silent_answer_is_not_spoken_to_and_an_error_goes_on() {
    let rig = Rig::new(Options::default());
    let (mut client, id) = called(&rig);
    client.mark();
    let mut silent = answer(&id, &json!({"output": "ok"}));
    silent["toolResponse"]["functionResponses"][0]["scheduling"] = json!("SILENT");
    client.send(&silent);
    client.run(10_000);
    assert!(client.got.is_empty());
    let (mut client, id) = called(&rig);
    client.mark();
    client.send(&answer(&id, &json!({"error": "Ten minutes are left: go on."})));
    client.run_until("turnComplete");
    assert!(client.said() != "Goodbye." && client.times_of("toolCall").is_empty(), "{}", client.said());
}

#[test]
fn si_73_an_open_call_outlives_the_connection() {
    let rig = Rig::new(Options::default());
    let mut first = rig.greeted();
    let handle = first.handle();
    first.send(&text("(Time is up. Say goodbye.)"));
    first.run_until("turnComplete");
    first.close();
    rig.wait(1_500);
    let mut second = rig.resume(&handle);
    second.run(5_000);
    assert!(second.times_of("toolCall").is_empty(), "the call is not sent again");
    second.send(&answer("call_1", &json!({"output": "ok"})));
    second.run_until("turnComplete");
    assert_eq!(second.end, None);
}

#[test]
fn si_69_speech_over_a_call_s_turn_cancels_it() {
    let (mut client, id) = called(&Rig::new(Options::default()));
    client.send(&text("One more thing, please, before we finish."));
    client.run(900);
    client.mark();
    client.send(&text("And another one."));
    assert_eq!(client.kinds(), ["interrupted", "toolCallCancellation", "turnComplete"]);
    assert_eq!(client.got[1].1["toolCallCancellation"]["ids"], json!([id]));
}
