//! A session in the middle of a conversation, for measurements.

use session_core::{Config, ConnId, Input, Output, Session, Timestamp};

/// Microphone to model: 100 ms of s16le at 16 kHz, as a client's frame.
pub(crate) fn microphone_frame() -> Vec<u8> {
    let audio_content = (0..3_200_u32).map(|i| (i * 31 % 251) as u8).collect();
    let chunk = wire::client_to_server_message::Payload::AudioChunk(wire::AudioChunk { audio_content });
    prost::Message::encode_to_vec(&wire::ClientToServerMessage { payload: Some(chunk) })
}

/// Model to client: 100 ms of s16le at 24 kHz, as the vendor's message.
pub(crate) fn model_message() -> Vec<u8> {
    // Half of it is silent: an even sound would be taken for a tone.
    let pcm: Vec<u8> = (0..4_800_u32).map(|i| if i < 2_400 { (i * 31 % 251) as u8 } else { 0 }).collect();
    let data = base64_simd::STANDARD.encode_to_string(pcm);
    format!(
        r#"{{"serverContent":{{"modelTurn":{{"role":"model","parts":[{{"inlineData":{{"mimeType":"audio/pcm;rate=24000","data":"{data}"}}}}]}}}}}}"#
    )
    .into_bytes()
}

pub(crate) struct Live {
    pub(crate) session: Session,
    pub(crate) client: ConnId,
    pub(crate) model: ConnId,
    now: u64,
}

impl Live {
    pub(crate) fn new() -> Self {
        let now = 1_767_323_045_000;
        let mut session = Session::new(Config::new("itv_1"), 7, Timestamp(now));
        let client = session.accept_client(Timestamp(now));
        let mut live = Self { session, client, model: client, now };
        let context = br#"{"result":{"data":{"role":"Chef","jobDescription":"","resume":"","persona":"","language":"en","durationMinutes":120,"status":"PENDING"}}}"#;
        while let Some(output) = live.session.poll_output() {
            match output {
                Output::Call(id, _) => {
                    live.session.handle_input(Timestamp(now), Input::CallDone(id, Ok(context)));
                }
                Output::Dial(conn) => {
                    live.model = conn;
                    live.session.handle_input(Timestamp(now), Input::Opened(conn));
                    live.session
                        .handle_input(Timestamp(now), Input::Received(conn, br#"{"setupComplete":{}}"#));
                }
                Output::Send(..) | Output::Close(..) | Output::Persist(_) | Output::Event(_) => {}
            }
        }
        live.receive(client, b"\x52\x02\x08\x01");
        live
    }

    /// Hands over one message 100 ms after the last. Returns the size of what comes out.
    pub(crate) fn receive(&mut self, conn: ConnId, message: &[u8]) -> usize {
        self.now += 100;
        self.session.handle_input(Timestamp(self.now), Input::Received(conn, message));
        let mut bytes = 0;
        while let Some(output) = self.session.poll_output() {
            if let Output::Send(_, frame) = output {
                bytes += frame.bytes.len();
            }
        }
        bytes
    }
}
