//! Any sequence of news to an interview, in any order, with processes killed in between.
//!
//! The first byte of `data` is the configuration, then each step is a byte that says what happens and the bytes that this
//! takes. When they are used up, faults stop and the interview must end with every word stored.

use crate::bytes::Bytes;
use crate::interview::{Interview, encoded};
use serde_json::json;
use session_core::{CallId, Config, ConnId, Input, Limits};
use wire::client_to_server_message::Payload as FromClient;

/// Steps of one sequence: more only take longer.
const STEPS: usize = 400;

/// Takes `data` for a sequence of inputs.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let settings = bytes.byte();
    let limits = Limits { refused_retry_ms: 15_000, ..Limits::default() };
    let config = Config {
        limits,
        grace_ms: if settings & 1 == 0 { 60_000 } else { 0 },
        keeps_journal: settings & 2 == 0,
        model: ["gemini-3.8-live", "gemini-2.5-flash-native-audio", "gemini-3.1-live", "another"]
            [usize::from(settings >> 2) % 4]
            .to_owned(),
        ..Config::new("itv_1")
    };
    let mut interview = Interview::new(config);
    for _ in 0..STEPS {
        if bytes.is_empty() || interview.is_over() {
            break;
        }
        step(&mut interview, &mut bytes);
    }
    interview.finish();
}

fn step(interview: &mut Interview, bytes: &mut Bytes<'_>) {
    match bytes.byte() % 16 {
        0 => interview.join(),
        1 => interview.begin(),
        2..=4 => {
            let message = from_client(bytes);
            let Some(client) = interview.client(bytes.byte()) else { return };
            interview.input(Input::Received(client, &message));
        }
        5..=7 => {
            let message = from_model(bytes);
            let Some(model) = interview.model(bytes.byte()) else { return };
            interview.input(Input::Received(model, &message));
        }
        8 => {
            let Some(model) = interview.waiting_model(bytes.byte()) else { return };
            interview.opened(model);
        }
        9 => {
            let (code, reason) = (bytes.pick(&CODES), bytes.text());
            let Some(conn) = interview.connection(bytes.byte()) else { return };
            interview.closed(conn, code.map(|code| (code, &*reason)));
        }
        10 => interview.pass_ms(u64::from(bytes.short())),
        11 => interview.pass_to_timeout(),
        12 => {
            let answer = bytes.byte();
            interview.answer(bytes.byte(), answer);
        }
        13 => a_process_ends(interview, bytes),
        14 => late_news(interview, bytes),
        _ => match bytes.byte() % 4 {
            0 => interview.input(Input::NotDurable),
            1 => interview.input(Input::Timeout),
            2 => {
                let dropped = usize::from(bytes.short());
                let Some(conn) = interview.connection(bytes.byte()) else { return };
                interview.input(Input::Dropped(conn, dropped));
            }
            _ => interview.shut_down(),
        },
    }
}

fn a_process_ends(interview: &mut Interview, bytes: &mut Bytes<'_>) {
    let kind = bytes.byte();
    match kind {
        0 => return interview.hand_over(),
        1..=15 => return interview.sleep_and_wake(),
        _ => {}
    }
    let (from_client, from_model) = (from_client(bytes), from_model(bytes));
    let news = match (kind % 3, interview.client(kind), interview.model(kind)) {
        (0, Some(client), _) => Input::Received(client, &from_client),
        (1, _, Some(model)) => Input::Received(model, &from_model),
        _ => Input::Timeout,
    };
    interview.killed_after(kind / 16, news);
}

/// News of what was replaced, or never was: it does nothing.
fn late_news(interview: &mut Interview, bytes: &mut Bytes<'_>) {
    let id = 1_000_000 + u64::from(bytes.byte());
    let text = bytes.piece();
    interview.late_input(match id % 4 {
        0 => Input::Received(ConnId(id), text),
        1 => Input::Closed(ConnId(id), None),
        2 => Input::Dropped(ConnId(id), text.len()),
        _ => Input::CallDone(CallId(id), Ok(text)),
    });
}

const CODES: [Option<u16>; 12] = [
    None,
    Some(1000),
    Some(1001),
    Some(1006),
    Some(1007),
    Some(1008),
    Some(1009),
    Some(1011),
    Some(1013),
    Some(401),
    Some(429),
    Some(503),
];

fn from_client(bytes: &mut Bytes<'_>) -> Vec<u8> {
    encoded(match bytes.byte() % 8 {
        0 => return bytes.piece().to_vec(),
        1 => FromClient::ClientHello(wire::ClientHello {
            protocol_version: u32::from(bytes.byte()),
            session_id: bytes.text().into_owned(),
            last_sequence: u64::from(bytes.byte()),
            ..Default::default()
        }),
        2 => FromClient::TextInput(wire::TextInput { text: bytes.text().into_owned() }),
        3 => FromClient::PauseRequest(wire::PauseRequest {}),
        4 => FromClient::ResumeRequest(wire::ResumeRequest {}),
        5 if bytes.byte() == 0xED => FromClient::EndRequest(wire::EndRequest {}),
        _ => FromClient::AudioChunk(wire::AudioChunk { audio_content: vec![3; usize::from(bytes.short())] }),
    })
}

fn from_model(bytes: &mut Bytes<'_>) -> Vec<u8> {
    let content = |content: serde_json::Value| json!({ "serverContent": content });
    let message = match bytes.byte() % 16 {
        0 => return bytes.piece().to_vec(),
        1 => json!({ "setupComplete": {} }),
        2 => content(json!({ "outputTranscription": { "text": bytes.text() } })),
        3 => content(json!({ "inputTranscription": { "text": bytes.text() } })),
        4 => content(json!({ "interrupted": true })),
        5 => content(json!({ "generationComplete": true })),
        6 => content(json!({ "turnComplete": true })),
        7 => content(json!({ "turnComplete": true, "interactionStatus": "IN_PROGRESS" })),
        8 => json!({ "goAway": { "timeLeft": format!("{}s", bytes.byte()) } }),
        9 => json!({ "goAway": {} }),
        10 => {
            json!({ "sessionResumptionUpdate": { "newHandle": bytes.text(), "resumable": bytes.byte() != 0 } })
        }
        11 => json!({ "voiceActivity": { "type": bytes.pick(&["ACTIVITY_START", "ACTIVITY_END", ""]) } }),
        12 => json!({ "toolCall": { "functionCalls": [{
            "id": bytes.text(), "name": bytes.pick(&["end_interview", "end_interview ", "other"]),
        }] } }),
        13 => {
            content(json!({ "inputTranscription": { "text": bytes.text() }, "interrupted": bytes.byte() != 0,
            "modelTurn": sound(bytes), "outputTranscription": { "text": bytes.text() },
            "turnComplete": bytes.byte() != 0 }))
        }
        _ => content(json!({ "modelTurn": sound(bytes) })),
    };
    message.to_string().into_bytes()
}

fn sound(bytes: &mut Bytes<'_>) -> serde_json::Value {
    let rate_hz = bytes.pick(&["24000", "16000", "1", "4294967295"]);
    let pcm = vec![1; usize::from(bytes.short() % 8192)];
    let data = base64_simd::STANDARD.encode_to_string(pcm);
    json!({ "parts": [{ "inlineData": { "mimeType": format!("audio/pcm;rate={rate_hz}"), "data": data } }] })
}
