use serde_json::{Value, json};

use super::rig::{Rig, scenario, setup, setup_with, text};
use crate::close::Close;
use crate::options::{Options, Profile};
use crate::scenario::{Act, Point, Scenario};

fn refusal(rig: &Rig, message: &Value) -> Close {
    let mut client = rig.connect();
    client.send(message);
    client.run(2000);
    assert!(client.got.is_empty(), "{:?}", client.got);
    client.closed().expect("not refused").clone()
}

fn config(name: &str, value: Value) -> Value {
    let mut setup = setup();
    setup["setup"]["generationConfig"][name] = value;
    setup
}

#[test]
fn si_15_16_setup_is_the_first_message_and_only_the_first() {
    let rig = Rig::new(Options::default());
    let close = refusal(&rig, &text("hello"));
    assert_eq!(
        (close.code, close.reason.as_str()),
        (1007, "setup must be the first message and only the first")
    );
    let mut client = rig.live(&setup());
    client.send(&setup());
    assert_eq!(client.closed(), Some(&close));
}

#[test]
fn si_20_models_are_known_by_their_full_name() {
    let rig = Rig::new(Options::default());
    let close = refusal(&rig, &setup_with("model", json!("models/nope")));
    assert_eq!(close.code, 1008);
    assert!(close.reason.starts_with("models/nope is not found for API version v1beta, or is not supported"));
    assert_eq!(refusal(&rig, &setup_with("model", json!("gemini-3.8-live"))).code, 1008);
    assert_eq!(refusal(&rig, &setup_with("model", json!(""))).code, 1007);
}

#[test]
fn si_21_22_23_25_per_model_configuration() {
    let rig = Rig::new(Options::default());
    let modalities = refusal(&rig, &config("responseModalities", json!(["TEXT"])));
    assert!(modalities.reason.starts_with("The requested combination of response modalities (TEXT)"));
    assert_eq!(refusal(&rig, &config("responseModalities", json!(["AUDIO", "TEXT"]))).code, 1007);
    assert_eq!(
        refusal(&rig, &config("responseMimeType", json!("application/json"))),
        Close::invalid_argument()
    );
    let thinking = refusal(&rig, &config("thinkingConfig", json!({"thinkingLevel": "LOW"})));
    assert_eq!(thinking.reason, "Thinking level is not supported for this model");
    assert_eq!(refusal(&rig, &setup_with("proactivity", json!({"proactiveAudio": false}))).code, 1007);
    assert_eq!(refusal(&rig, &config("enableAffectiveDialog", json!(true))).code, 1007);
    let older = Rig::profile(Profile::V2_5);
    assert!(older.live(&config("enableAffectiveDialog", json!(true))).end.is_none());
    let thinker = Options { models: vec!["gemini-3.8-live-extended-thinking".into()], ..Options::default() };
    let named = setup_with("model", json!("models/gemini-3.8-live-extended-thinking"));
    assert_eq!(refusal(&Rig::new(thinker), &named).reason, "Thinking level must be specified for this model");
}

#[test]
fn si_19_24_unknown_fields_in_a_setup() {
    let rig = Rig::new(Options::default());
    let close = refusal(&rig, &setup_with("sessionResumption", json!({"transparent": true})));
    assert!(close.reason.contains("\"transparent\" at 'setup.session_resumption'"), "{}", close.reason);
}

#[test]
fn si_26_27_setup_complete_then_one_handle() {
    let mut client = Rig::new(Options::default()).connect();
    client.send(&setup());
    client.run(60_000);
    assert_eq!(client.kinds(), ["setupComplete", "sessionResumptionUpdate"]);
    assert_eq!((client.got[0].0, client.got[1].0), (250, 350));
    assert_eq!(client.handle().len(), 36);
    let unasked = Rig::new(Options::default()).live(&setup_with("sessionResumption", Value::Null));
    assert_eq!(unasked.kinds(), ["setupComplete"]);
    let knob = Scenario { unasked_updates: true, ..Scenario::default() };
    let told = Rig::with(knob).live(&setup_with("sessionResumption", Value::Null));
    assert_eq!(told.kinds(), ["setupComplete", "sessionResumptionUpdate"]);
}

#[test]
fn si_28_setups_without_an_answer_and_with_a_late_one() {
    let mut mute = Rig::with(scenario(Point::Setup, 1, Act::Silence)).connect();
    mute.send(&setup());
    mute.run(30_000);
    assert!(mute.got.is_empty() && mute.end.is_none());
    let mut late = Rig::with(scenario(Point::Setup, 1, Act::Delay { ms: 5_000 })).connect();
    late.send(&setup());
    late.run(5_249);
    assert!(late.got.is_empty());
    late.run(1);
    assert_eq!(late.kinds(), ["setupComplete"]);
}

#[test]
fn si_29_nothing_may_be_sent_before_setup_complete() {
    let mut client = Rig::new(Options::default()).connect();
    client.send(&setup());
    client.send(&text("too early"));
    assert_eq!(client.close_code(), Some(1007));
}

#[test]
fn si_58_unknown_and_empty_messages_are_sprinkled() {
    let knobs = Scenario { empty_messages: true, unknown_members: true, ..Scenario::default() };
    let client = Rig::with(knobs).greeted();
    assert!(client.got.iter().all(|(_, message)| message["futureMember"].is_object()));
    assert!(client.got.iter().any(|(_, message)| message["serverContent"] == json!({})));
}
