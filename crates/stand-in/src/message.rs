//! Client messages, read strictly.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::close::Close;
use crate::strict;

/// One client message. Every `Option` is a member that may be absent.
#[derive(Debug)]
pub(crate) enum ClientMessage {
    Setup(Box<Setup>),
    ClientContent(ClientContent),
    RealtimeInput(Box<RealtimeInput>),
    ToolResponse(ToolResponse),
    ContextUpdate,
}

impl ClientMessage {
    /// Reads one frame's text.
    ///
    /// # Errors
    /// The close that answers a message the service would not take.
    pub(crate) fn read(text: &str) -> Result<Self, Close> {
        let members = strict::normalise(text)?;
        let Some((name, body)) = members.into_iter().next() else {
            return Err(Close::invalid_argument());
        };
        // The shapes agree with the types below, so this fails on no message that came through `normalise`.
        let refused = |_| Close::invalid_argument();
        match name.as_str() {
            "setup" => Setup::deserialize(body).map(|setup| Self::Setup(Box::new(setup))).map_err(refused),
            "clientContent" => ClientContent::deserialize(body).map(Self::ClientContent).map_err(refused),
            "realtimeInput" => RealtimeInput::deserialize(body)
                .map(|input| Self::RealtimeInput(Box::new(input)))
                .map_err(refused),
            "toolResponse" => ToolResponse::deserialize(body).map(Self::ToolResponse).map_err(refused),
            _ => Ok(Self::ContextUpdate),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Setup {
    pub(crate) model: String,
    pub(crate) generation_config: GenerationConfig,
    pub(crate) system_instruction: Content,
    pub(crate) tools: Vec<Tool>,
    pub(crate) realtime_input_config: RealtimeInputConfig,
    pub(crate) session_resumption: Option<SessionResumption>,
    pub(crate) context_window_compression: Option<Compression>,
    pub(crate) input_audio_transcription: Option<Value>,
    pub(crate) output_audio_transcription: Option<Value>,
    pub(crate) proactivity: Option<Proactivity>,
    pub(crate) history_config: HistoryConfig,
    pub(crate) explicit_vad_signal: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct GenerationConfig {
    pub(crate) response_modalities: Vec<String>,
    pub(crate) speech_config: SpeechConfig,
    pub(crate) thinking_config: ThinkingConfig,
    pub(crate) enable_affective_dialog: Option<bool>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SpeechConfig {
    pub(crate) language_code: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ThinkingConfig {
    pub(crate) thinking_level: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Content {
    pub(crate) role: String,
    pub(crate) parts: Vec<Part>,
}

impl Content {
    /// Returns its text parts, a paragraph each.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<&str> =
            self.parts.iter().map(|part| part.text.as_str()).filter(|text| !text.is_empty()).collect();
        texts.join("\n")
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Tool {
    pub(crate) function_declarations: Vec<FunctionDeclaration>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct FunctionDeclaration {
    pub(crate) name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RealtimeInputConfig {
    pub(crate) automatic_activity_detection: ActivityDetection,
    pub(crate) activity_handling: String,
}

impl RealtimeInputConfig {
    /// Whether speech cuts the interviewer short.
    pub(crate) fn allows_interruption(&self) -> bool {
        self.activity_handling != "NO_INTERRUPTION"
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ActivityDetection {
    pub(crate) disabled: bool,
    pub(crate) start_of_speech_sensitivity: String,
    pub(crate) end_of_speech_sensitivity: String,
    pub(crate) prefix_padding_ms: Option<u32>,
    pub(crate) silence_duration_ms: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct SessionResumption {
    pub(crate) handle: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Compression {
    pub(crate) trigger_tokens: Option<u64>,
    pub(crate) sliding_window: SlidingWindow,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SlidingWindow {
    pub(crate) target_tokens: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Proactivity {
    pub(crate) proactive_audio: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HistoryConfig {
    pub(crate) initial_history_in_client_content: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ClientContent {
    pub(crate) turns: Vec<Content>,
    pub(crate) turn_complete: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RealtimeInput {
    pub(crate) audio: Option<Blob>,
    pub(crate) text: Option<String>,
    pub(crate) audio_stream_end: bool,
    pub(crate) activity_start: Option<Value>,
    pub(crate) activity_end: Option<Value>,
    pub(crate) media_chunks: Option<Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Blob {
    pub(crate) data: String,
    pub(crate) mime_type: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ToolResponse {
    pub(crate) function_responses: Vec<FunctionResponse>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FunctionResponse {
    pub(crate) id: String,
    pub(crate) response: Map<String, Value>,
    pub(crate) scheduling: String,
}

#[cfg(test)]
mod tests {
    use super::ClientMessage;

    #[test]
    fn si_18_the_javascript_sdk_s_everything_setup_is_read() {
        let captured = r#"{"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"],"temperature":0.7,"topP":0.9,"topK":40,"maxOutputTokens":2048,"mediaResolution":"MEDIA_RESOLUTION_LOW","seed":7,"speechConfig":{"languageCode":"en-US","voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}},"thinkingConfig":{"thinkingLevel":"LOW","includeThoughts":false},"enableAffectiveDialog":true},"systemInstruction":{"parts":[{"text":"You are an interviewer."}],"role":"user"},"tools":[{"googleSearch":{}},{"functionDeclarations":[{"name":"end_interview","description":"End it","behavior":"NON_BLOCKING","parameters":{"type":"OBJECT","properties":{"reason":{"type":"STRING"}},"required":["reason"]}}]}],"sessionResumption":{"handle":"prev-handle"},"inputAudioTranscription":{"languageCodes":["en-US"],"customVocabulary":["Kubernetes"]},"outputAudioTranscription":{},"realtimeInputConfig":{"automaticActivityDetection":{"disabled":false,"startOfSpeechSensitivity":"START_SENSITIVITY_HIGH","endOfSpeechSensitivity":"END_SENSITIVITY_LOW","prefixPaddingMs":200,"silenceDurationMs":800},"activityHandling":"START_OF_ACTIVITY_INTERRUPTS","turnCoverage":"TURN_INCLUDES_ONLY_ACTIVITY"},"contextWindowCompression":{"triggerTokens":"25000","slidingWindow":{"targetTokens":"8000"}},"proactivity":{"proactiveAudio":true},"safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_ONLY_HIGH"}],"labels":{"team":"iv"}}}"#;
        let ClientMessage::Setup(setup) = ClientMessage::read(captured).unwrap() else {
            panic!("not a setup")
        };
        assert_eq!(setup.tools[1].function_declarations[0].name, "end_interview");
        assert_eq!(setup.session_resumption.unwrap().handle, "prev-handle");
        assert_eq!(setup.context_window_compression.unwrap().trigger_tokens, Some(25_000));
        assert_eq!(setup.realtime_input_config.automatic_activity_detection.silence_duration_ms, Some(800));
        assert_eq!(setup.system_instruction.text(), "You are an interviewer.");
    }
}
