//! The first message of a connection: only what the model is known to take.

use crate::client::{Empty, Part, json};
use crate::profile::{ModelProfile, Thinking, bare_name};
use serde::Serialize;
use std::collections::BTreeMap;

/// How long a silence ends the candidate's turn, milliseconds. The vendor's default is about 800; people who think
/// about an answer pause longer, and more than a second makes every exchange feel slow.
const SILENCE_DURATION_MS: u32 = 1_000;

/// How much speech must be heard before it counts, milliseconds: a cough is shorter.
const PREFIX_PADDING_MS: u32 = 200;

/// Where the vendor begins to forget the oldest turns, tokens: about 40 minutes of sound. Without it a session ends
/// after 15 minutes. Lower than the vendor's default of 80 % of the window, because each turn is billed with its context.
const COMPRESSION_TRIGGER_TOKENS: &str = "60000";
const COMPRESSION_TARGET_TOKENS: &str = "30000";

/// How a session begins, or is resumed. A resumed one gets the same set-up, with its handle.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Model id, with or without the prefix `models/`.
    pub model: &'a str,
    /// Prebuilt voice; `None` for the model's default.
    pub voice: Option<&'a str>,
    /// Language of the conversation, BCP 47; sent to the models that take any.
    pub language: Option<&'a str>,
    /// Who the model is and what it does. Everything it must never forget belongs here.
    pub system_instruction: &'a str,
    /// What the model may call.
    pub functions: &'a [Function<'a>],
    /// Begins a session, resumes one, or announces its past.
    pub origin: Origin<'a>,
}

/// Where a session comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// It is new.
    New,
    /// It is new, and a [`restore_message`](crate::restore_message) will follow.
    Restored,
    /// It exists, under this handle.
    Resumed(&'a str),
}

/// A function that the model may call, all of whose parameters are required strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function<'a> {
    /// Letters, digits, `_`, `-` and `.`, at most 64.
    pub name: &'a str,
    /// When to call it, for the model.
    pub description: &'a str,
    /// Names of the parameters.
    pub parameters: &'a [&'a str],
}

impl Function<'static> {
    /// The interviewer ends the interview.
    pub const END_INTERVIEW: Self = Self {
        name: "end_interview",
        description: "Call this once the interview is over and you have said goodbye.",
        parameters: &["reason"],
    };
}

impl Setup<'_> {
    /// Returns the message.
    #[must_use]
    pub fn to_json(&self) -> String {
        let profile = ModelProfile::of(self.model);
        json(&Message { setup: self.body(&profile) })
    }

    fn body(&self, profile: &ModelProfile) -> Body<'_> {
        let language_code = self.language.filter(|_| profile.takes_language_code);
        let voice_config =
            self.voice.map(|voice_name| VoiceConfig { prebuilt_voice_config: Voice { voice_name } });
        let speech_config = SpeechConfig { language_code, voice_config };
        let tools = [Tool { function_declarations: self.functions.iter().map(declaration).collect() }];
        let announced = self.origin == Origin::Restored && profile.restore_needs_history_config();
        Body {
            model: format!("models/{}", bare_name(self.model)),
            generation_config: GenerationConfig {
                response_modalities: ["AUDIO"],
                speech_config: (!speech_config.is_empty()).then_some(speech_config),
                thinking_config: (profile.thinking == Thinking::LevelRequired)
                    .then_some(ThinkingConfig { thinking_level: "LOW" }),
            },
            system_instruction: Content { parts: [Part { text: self.system_instruction }] },
            tools: (!self.functions.is_empty()).then_some(tools),
            input_audio_transcription: Empty,
            output_audio_transcription: Empty,
            realtime_input_config: RealtimeInputConfig::PATIENT,
            session_resumption: SessionResumption {
                handle: match self.origin {
                    Origin::Resumed(handle) => Some(handle),
                    Origin::New | Origin::Restored => None,
                },
            },
            context_window_compression: Compression {
                trigger_tokens: COMPRESSION_TRIGGER_TOKENS,
                sliding_window: SlidingWindow { target_tokens: COMPRESSION_TARGET_TOKENS },
            },
            history_config: announced.then_some(HistoryConfig { initial_history_in_client_content: true }),
        }
    }
}

fn declaration<'a>(function: &'a Function<'a>) -> Declaration<'a> {
    let properties = function.parameters.iter().map(|&name| (name, Property { r#type: "STRING" })).collect();
    Declaration {
        name: function.name,
        description: function.description,
        parameters: (!function.parameters.is_empty()).then_some(Parameters {
            r#type: "OBJECT",
            properties,
            required: function.parameters,
        }),
    }
}

#[derive(Serialize)]
struct Message<'a> {
    setup: Body<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    model: String,
    generation_config: GenerationConfig<'a>,
    system_instruction: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<[Tool<'a>; 1]>,
    input_audio_transcription: Empty,
    output_audio_transcription: Empty,
    realtime_input_config: RealtimeInputConfig,
    session_resumption: SessionResumption<'a>,
    context_window_compression: Compression,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_config: Option<HistoryConfig>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig<'a> {
    response_modalities: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_config: Option<SpeechConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpeechConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_config: Option<VoiceConfig<'a>>,
}

impl SpeechConfig<'_> {
    fn is_empty(&self) -> bool {
        self.language_code.is_none() && self.voice_config.is_none()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VoiceConfig<'a> {
    prebuilt_voice_config: Voice<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Voice<'a> {
    voice_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ThinkingConfig {
    thinking_level: &'static str,
}

#[derive(Serialize)]
struct Content<'a> {
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tool<'a> {
    function_declarations: Vec<Declaration<'a>>,
}

#[derive(Serialize)]
struct Declaration<'a> {
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Parameters<'a>>,
}

#[derive(Serialize)]
struct Parameters<'a> {
    r#type: &'static str,
    properties: BTreeMap<&'a str, Property>,
    required: &'a [&'a str],
}

#[derive(Serialize)]
struct Property {
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RealtimeInputConfig {
    automatic_activity_detection: ActivityDetection,
    activity_handling: &'static str,
}

impl RealtimeInputConfig {
    /// Quick to hear that the candidate begins, slow to decide that they have finished.
    const PATIENT: Self = Self {
        automatic_activity_detection: ActivityDetection {
            start_of_speech_sensitivity: "START_SENSITIVITY_HIGH",
            end_of_speech_sensitivity: "END_SENSITIVITY_LOW",
            prefix_padding_ms: PREFIX_PADDING_MS,
            silence_duration_ms: SILENCE_DURATION_MS,
        },
        activity_handling: "START_OF_ACTIVITY_INTERRUPTS",
    };
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityDetection {
    start_of_speech_sensitivity: &'static str,
    end_of_speech_sensitivity: &'static str,
    prefix_padding_ms: u32,
    silence_duration_ms: u32,
}

#[derive(Serialize)]
struct SessionResumption<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    handle: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Compression {
    trigger_tokens: &'static str,
    sliding_window: SlidingWindow,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SlidingWindow {
    target_tokens: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryConfig {
    initial_history_in_client_content: bool,
}
