//! Sound and words, both ways.

use crate::rig::{Rig, sound};
use api::interview::Speaker;
use session_core::{Event, Input, Output, Priority};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::session_state::State;

fn played(rig: &Rig, client: session_core::ConnId) -> Vec<u8> {
    let sounds = rig.told(client).into_iter().filter_map(|payload| match payload {
        ToClient::AudioResponse(audio) => Some(audio.audio_content),
        _ => None,
    });
    sounds.flatten().collect()
}

#[test]
fn the_interviewer_is_told_to_begin_once() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.give_context("PENDING", 30);
    let model = rig.model_up();
    let sent = rig.sent_to(model);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].contains("Role: Chef") && sent[0].contains("Cook well."));
    assert!(sent[1].contains("Begin the interview now"));
    assert!(rig.updates(client).is_empty(), "what the system says is nobody's words");
}

#[test]
fn microphone_audio_reaches_the_model_in_order() {
    let (mut rig, client, model) = Rig::live();
    let pcm: Vec<u8> = (0..9_600).map(|i| (i % 253) as u8).collect();
    for chunk in pcm.chunks(1_000) {
        rig.speak(client, chunk);
    }
    let mut arrived = Vec::new();
    for text in rig.sent_to(model) {
        let data = text.strip_prefix(r#"{"realtimeInput":{"audio":{"data":""#).unwrap();
        let data = data.strip_suffix(r#"","mimeType":"audio/pcm;rate=16000"}}}"#).unwrap();
        arrived.extend(base64_simd::STANDARD.decode_to_vec(data).unwrap());
    }
    assert!(arrived.len() > 8_000 && pcm.starts_with(&arrived));
}

#[test]
fn sound_reaches_the_client_and_may_be_dropped_by_a_full_queue() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 2, 3, 4]));
    rig.model_sends(model, &sound(&[5, 6]));
    assert_eq!(played(&rig, client), [1, 2, 3, 4, 5, 6]);
    let priorities: Vec<Priority> = rig
        .outputs()
        .iter()
        .filter_map(|output| match output {
            Output::Send(to, frame) if *to == client => Some(frame.priority),
            _ => None,
        })
        .collect();
    assert_eq!(priorities, [Priority::Audio(4), Priority::Audio(2)]);
}

#[test]
fn words_are_stored_before_they_are_shown_and_the_end_of_a_turn_is_told() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Tell me about yourself.");
    assert_eq!(
        rig.updates(client),
        [
            ("AI".into(), "Tell me about yourself.".into(), false, false),
            ("AI".into(), " ".into(), true, true)
        ]
    );
    let outputs = rig.take();
    let shown = outputs.iter().position(
        |output| matches!(output, Output::Send(to, frame) if *to == client && frame.priority == Priority::Control),
    );
    let stored = outputs.iter().position(|output| matches!(output, Output::Persist(_)));
    assert!(stored.is_some() && stored < shown, "{outputs:?}");
}

#[test]
fn a_turn_without_words_still_completes_for_the_client() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 0]));
    rig.model_sends(model, r#"{"serverContent":{"turnComplete":true}}"#);
    assert_eq!(rig.updates(client), [("AI".into(), " ".into(), true, true)]);
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    assert!(rig.submitted().unwrap().1.transcript.is_empty(), "and leaves nothing to store");
}

#[test]
fn both_sides_are_stored_in_order() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "First question?");
    rig.pass_ms(2_000);
    rig.candidate_says(model, "First answer.");
    rig.pass_ms(1_000);
    rig.interviewer_says(model, "Second question?");
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    let (_, submit) = rig.submitted().unwrap();
    let said: Vec<(Speaker, &str)> =
        submit.transcript.iter().map(|entry| (entry.speaker, entry.content.as_str())).collect();
    assert_eq!(
        said,
        [
            (Speaker::Ai, "First question?"),
            (Speaker::User, "First answer."),
            (Speaker::Ai, "Second question?")
        ]
    );
    assert!(submit.transcript.windows(2).all(|pair| pair[0].timestamp < pair[1].timestamp));
}

#[test]
fn an_interruption_is_told_in_order_and_nothing_of_the_turn_is_played_after_it() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 0]));
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"As I was"}}}"#);
    rig.model_sends(model, r#"{"serverContent":{"interrupted":true}}"#);
    rig.model_sends(model, &sound(&[9, 9]));
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":" saying"}}}"#);
    rig.model_sends(model, r#"{"serverContent":{"turnComplete":true}}"#);
    assert_eq!(played(&rig, client), [1, 0]);
    assert_eq!(rig.updates(client)[0].1, "As I was");
    let told = rig.told(client);
    assert_eq!(told.iter().filter(|payload| matches!(payload, ToClient::Interrupted(_))).count(), 1);
    rig.take();
    rig.model_sends(model, &sound(&[3, 0]));
    assert_eq!(played(&rig, client), [3, 0], "the next turn is heard");
}

#[test]
fn an_interrupted_turn_whose_end_is_never_told_does_not_silence_the_next() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 0]));
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"As I was"}}}"#);
    rig.model_sends(model, r#"{"serverContent":{"interrupted":true}}"#);
    rig.take();
    rig.pass_ms(1_500);
    rig.model_sends(model, &sound(&[3, 0]));
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"Yes?"}}}"#);
    assert_eq!(played(&rig, client), [3, 0]);
    assert_eq!(rig.updates(client)[0], ("AI".into(), " ".into(), true, true), "the old turn ends");
    assert_eq!(rig.updates(client)[1].1, "Yes?");
}

#[test]
fn an_interruption_while_nobody_speaks_does_not_silence_the_next_turn() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.model_sends(model, r#"{"serverContent":{"interrupted":true}}"#);
    rig.take();
    rig.model_sends(model, &sound(&[3, 0]));
    assert_eq!(played(&rig, client), [3, 0]);
}

#[test]
fn interruption_and_sound_in_one_message_plays_nothing() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 0]));
    rig.take();
    rig.model_sends(
        model,
        r#"{"serverContent":{"interrupted":true,"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"CQk="}}]}}}"#,
    );
    assert!(played(&rig, client).is_empty());
}

#[test]
fn what_is_not_audio_is_not_played_and_empty_messages_do_nothing() {
    let (mut rig, client, model) = Rig::live();
    for json in [
        r#"{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"image/png","data":"CQk="}}]}}}"#,
        r#"{"serverContent":{"modelTurn":{"parts":[{"text":"thinking","thought":true}]}}}"#,
        "{}",
        r#"{"serverContent":{}}"#,
        r#"{"somethingNew":{"a":1}}"#,
    ] {
        rig.model_sends(model, json);
    }
    assert!(rig.told(client).is_empty(), "{:?}", rig.told(client));
}

#[test]
fn a_typed_answer_is_stored_shown_and_passed_on() {
    let (mut rig, client, model) = Rig::live();
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "  Ten years.\n".into() }));
    assert_eq!(rig.updates(client), [("USER".into(), "Ten years.".into(), true, false)]);
    assert_eq!(rig.sent_to(model), [r#"{"realtimeInput":{"text":"Ten years."}}"#]);
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    assert_eq!(rig.submitted().unwrap().1.transcript[0].content, "Ten years.");
}

#[test]
fn typed_answers_wait_for_the_interviewer() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "Early bird.".into() }));
    rig.give_context("PENDING", 30);
    let model = rig.model_up();
    assert!(rig.sent_to(model).last().unwrap().contains("Early bird."));
}

#[test]
fn a_silent_interviewer_is_reminded_then_replaced() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.candidate_says(model, "An answer.");
    rig.take();
    rig.pass_ms(10_000);
    assert!(rig.sent_to(model).last().unwrap().contains("Please continue"));
    rig.pass_ms(10_000);
    assert_eq!(rig.closed_with(model), Some(1000));
    assert!(rig.states(client).contains(&State::Reconnecting));
}

#[test]
fn long_silence_of_the_candidate_is_no_stall() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "Take your time.");
    rig.take();
    rig.pass_ms(300_000);
    assert!(rig.sent_to(model).is_empty() && rig.closed_with(model).is_none());
}

#[test]
fn an_interviewer_who_has_to_be_reminded_is_shown_until_it_answers() {
    let (mut rig, client, model) = Rig::live();
    let silent = |rig: &Rig| {
        let told = rig.told(client).into_iter().filter_map(|payload| match payload {
            ToClient::SessionState(state) => Some((state.state(), state.interviewer_silent)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    rig.candidate_says(model, "An answer.");
    rig.pass_ms(10_000);
    assert!(rig.sent_to(model)[0].contains("The candidate is waiting"));
    assert_eq!(silent(&rig), [(State::Live, true)]);
    rig.interviewer_says(model, "I am here.");
    assert_eq!(silent(&rig), [(State::Live, true), (State::Live, false)]);
}

/// The model's message with so much of a tone.
fn tone(ms: u32) -> String {
    let samples = (0..ms * 24).map(|i| if i / 20 % 2 == 0 { 6_000_i16 } else { -6_000 });
    sound(&samples.flat_map(i16::to_le_bytes).collect::<Vec<u8>>())
}

#[test]
fn a_tone_in_place_of_speech_is_cut_off_and_the_connection_replaced() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, r#"{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}"#);
    rig.interviewer_says(model, "A question?");
    rig.candidate_says(model, "An answer.");
    rig.take();
    rig.model_sends(model, &tone(1_500));
    assert!(rig.closed_with(model).is_none(), "it may be a chime");
    rig.model_sends(model, &tone(400));
    assert_eq!(rig.closed_with(model), Some(1000));
    assert!(rig.outputs().contains(&Output::Event(Event::ModelDroned)));
    assert!(rig.told(client).iter().any(|payload| matches!(payload, ToClient::Interrupted(_))));
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.pass_ms(1_000);
    let again = rig.model_up();
    let sent = rig.sent_to(again);
    assert!(sent[0].contains("h-1") && sent[1].contains("Please continue"), "{sent:?}");
    rig.model_sends(again, &tone(2_000));
    rig.take();
    rig.pass_ms(5_000);
    let third = rig.model_up();
    let sent = rig.sent_to(third);
    assert!(!sent[0].contains("h-1") && sent[1].contains("A question?"), "another session: {sent:?}");
}

#[test]
fn an_interruption_of_a_candidate_who_is_away_is_told_on_the_return() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, &sound(&[1; 48_000]));
    rig.input(Input::Closed(client, None));
    rig.model_sends(model, r#"{"serverContent":{"interrupted":true}}"#);
    let interrupted = |rig: &Rig, conn| {
        rig.told(conn).iter().filter(|payload| matches!(payload, ToClient::Interrupted(_))).count()
    };
    let again = rig.join();
    rig.hello(again);
    rig.hello(again);
    assert_eq!(interrupted(&rig, again), 1, "once");
    assert!(matches!(rig.told(again)[..2], [ToClient::SessionReady(_), ToClient::Interrupted(_)]));

    let (mut rig, client, model) = Rig::live();
    rig.input(Input::Closed(client, None));
    rig.model_sends(model, &sound(&[1; 48_000]));
    let again = rig.join();
    rig.hello(again);
    assert_eq!(interrupted(&rig, again), 0, "nothing was interrupted");
}

#[test]
fn an_empty_turn_in_place_of_an_answer_is_a_stall() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.candidate_says(model, "An answer.");
    rig.take();
    rig.model_sends(model, r#"{"serverContent":{"turnComplete":true}}"#);
    assert!(rig.sent_to(model).last().unwrap().contains("Please continue"));
}
