//! A pause stops the clock and lets go of the model.

use crate::rig::Rig;
use session_core::Input;
use wire::client_to_server_message::Payload as FromClient;
use wire::session_state::State;

fn pause() -> FromClient {
    FromClient::PauseRequest(wire::PauseRequest {})
}

fn resume() -> FromClient {
    FromClient::ResumeRequest(wire::ResumeRequest {})
}

#[test]
fn a_pause_lets_go_of_the_model_and_resuming_continues_its_session() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, r#"{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}"#);
    rig.interviewer_says(model, "A question?");
    rig.take();
    rig.say(client, pause());
    rig.say(client, pause());
    assert_eq!((rig.closed_with(model), rig.states(client)), (Some(1000), vec![State::Paused]));
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.pass_ms(100_000);
    assert!(rig.dialled().is_none());
    rig.take();
    rig.say(client, resume());
    let again = rig.model_up();
    assert!(rig.sent_to(again)[0].contains(r#""sessionResumption":{"handle":"h-1"}"#));
    assert_eq!(rig.sent_to(again).len(), 1, "no second greeting");
    assert_eq!(rig.states(client), [State::Reconnecting, State::Live]);
}

#[test]
fn the_clock_stands_while_paused() {
    let (mut rig, client, _) = Rig::live();
    rig.pass_ms(60_000);
    rig.say(client, pause());
    rig.pass_ms(600_000);
    rig.say(client, resume());
    rig.take();
    rig.hello(client);
    let told = rig.told(client);
    let wire::server_to_client_message::Payload::SessionReady(ready) = &told[0] else { panic!("{told:?}") };
    assert_eq!((ready.elapsed_ms, ready.remaining_ms), (60_000, 29 * 60_000));
}

#[test]
fn resuming_waits_for_the_old_connection_to_end() {
    let (mut rig, client, model) = Rig::live();
    rig.take();
    rig.say(client, pause());
    rig.say(client, resume());
    assert!(rig.dialled().is_none(), "the vendor refuses a second connection of the same session");
    rig.input(Input::Closed(model, Some((1000, ""))));
    assert!(rig.dialled().is_some());
}

#[test]
fn a_connection_that_does_not_end_is_waited_for_a_second_only() {
    let (mut rig, client, _) = Rig::live();
    rig.take();
    rig.say(client, pause());
    rig.say(client, resume());
    rig.pass_ms(999);
    assert!(rig.dialled().is_none());
    rig.pass_ms(1);
    assert!(rig.dialled().is_some());
}

#[test]
fn a_pause_has_an_end() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, pause());
    rig.pass_ms(30 * 60_000);
    assert!(rig.submitted().is_some());
}

#[test]
fn what_is_spoken_during_a_pause_is_not_sent() {
    let (mut rig, client, model) = Rig::live();
    rig.say(client, pause());
    rig.take();
    rig.speak(client, &[1; 3_200]);
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.say(client, resume());
    let again = rig.model_up();
    assert!(!rig.sent_to(again).iter().any(|text| text.contains("audio/pcm")));
}
