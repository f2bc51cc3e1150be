//! The shape of client messages: every name the service knows, as in the reference of the Live API.

use super::is_snake_of;

pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

impl Field {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || is_snake_of(name, self.name)
    }
}

pub(super) enum Kind {
    Text,
    Flag,
    /// A 32- or 64-bit integer; accepted as text too.
    Integer,
    Number,
    Choice(&'static [&'static str]),
    Message(&'static [Field]),
    List(&'static Kind),
    /// A free JSON object.
    Map,
    Anything,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

const fn message(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Kind::Message(fields))
}

pub(super) static CLIENT_MESSAGE: [Field; 5] = [
    message("setup", &SETUP),
    message("clientContent", &CLIENT_CONTENT),
    message("realtimeInput", &REALTIME_INPUT),
    message("toolResponse", &[field("functionResponses", Kind::List(&Kind::Message(&FUNCTION_RESPONSE)))]),
    message("contextUpdate", &CONTEXT_UPDATE),
];

static CONTEXT_UPDATE: [Field; 2] = [
    message("systemInstruction", &CONTENT),
    message("tools", &[field("tools", Kind::List(&Kind::Message(&TOOL)))]),
];

static SETUP: [Field; 14] = [
    text("model"),
    message("generationConfig", &GENERATION_CONFIG),
    message("systemInstruction", &CONTENT),
    field("tools", Kind::List(&Kind::Message(&TOOL))),
    message("realtimeInputConfig", &REALTIME_INPUT_CONFIG),
    message("sessionResumption", &[text("handle")]),
    message(
        "contextWindowCompression",
        &[
            field("triggerTokens", Kind::Integer),
            message("slidingWindow", &[field("targetTokens", Kind::Integer)]),
        ],
    ),
    message("inputAudioTranscription", &TRANSCRIPTION),
    message("outputAudioTranscription", &TRANSCRIPTION),
    message("proactivity", &[field("proactiveAudio", Kind::Flag)]),
    message("historyConfig", &[field("initialHistoryInClientContent", Kind::Flag)]),
    field(
        "safetySettings",
        Kind::List(&Kind::Message(&[field("category", Kind::Text), field("threshold", Kind::Text)])),
    ),
    field("labels", Kind::Map),
    field("explicitVadSignal", Kind::Flag),
];

static TRANSCRIPTION: [Field; 2] =
    [field("languageCodes", Kind::List(&Kind::Text)), field("customVocabulary", Kind::List(&Kind::Text))];

static GENERATION_CONFIG: [Field; 21] = [
    field(
        "responseModalities",
        Kind::List(&Kind::Choice(&["AUDIO", "TEXT", "IMAGE", "MODALITY_UNSPECIFIED"])),
    ),
    message(
        "speechConfig",
        &[
            text("languageCode"),
            message("voiceConfig", &[message("prebuiltVoiceConfig", &[field("voiceName", Kind::Text)])]),
        ],
    ),
    field("temperature", Kind::Number),
    field("topP", Kind::Number),
    field("topK", Kind::Number),
    field("maxOutputTokens", Kind::Integer),
    field("seed", Kind::Integer),
    field("candidateCount", Kind::Integer),
    field("presencePenalty", Kind::Number),
    field("frequencyPenalty", Kind::Number),
    text("mediaResolution"),
    message(
        "thinkingConfig",
        &[
            field(
                "thinkingLevel",
                Kind::Choice(&["MINIMAL", "LOW", "MEDIUM", "HIGH", "THINKING_LEVEL_UNSPECIFIED"]),
            ),
            field("thinkingBudget", Kind::Integer),
            field("includeThoughts", Kind::Flag),
        ],
    ),
    field("enableAffectiveDialog", Kind::Flag),
    text("responseMimeType"),
    field("responseSchema", Kind::Anything),
    field("responseJsonSchema", Kind::Anything),
    field("stopSequences", Kind::List(&Kind::Text)),
    field("responseLogprobs", Kind::Flag),
    field("logprobs", Kind::Integer),
    field("routingConfig", Kind::Anything),
    field("audioTimestamp", Kind::Flag),
];

static CONTENT: [Field; 2] = [text("role"), field("parts", Kind::List(&Kind::Message(&PART)))];

static PART: [Field; 3] = [text("text"), field("thought", Kind::Flag), message("inlineData", &BLOB)];

static BLOB: [Field; 2] = [text("data"), text("mimeType")];

static TOOL: [Field; 4] = [
    field("functionDeclarations", Kind::List(&Kind::Message(&FUNCTION_DECLARATION))),
    field("googleSearch", Kind::Map),
    field("codeExecution", Kind::Map),
    field("urlContext", Kind::Map),
];

static FUNCTION_DECLARATION: [Field; 7] = [
    text("name"),
    text("description"),
    message("parameters", &SCHEMA),
    field("parametersJsonSchema", Kind::Anything),
    message("response", &SCHEMA),
    field("responseJsonSchema", Kind::Anything),
    field("behavior", Kind::Choice(&["BLOCKING", "NON_BLOCKING", "UNSPECIFIED"])),
];

static SCHEMA: [Field; 22] = [
    field(
        "type",
        Kind::Choice(&[
            "OBJECT",
            "STRING",
            "NUMBER",
            "INTEGER",
            "BOOLEAN",
            "ARRAY",
            "NULL",
            "TYPE_UNSPECIFIED",
        ]),
    ),
    text("format"),
    text("title"),
    text("description"),
    field("nullable", Kind::Flag),
    field("enum", Kind::List(&Kind::Text)),
    field("maxItems", Kind::Integer),
    field("minItems", Kind::Integer),
    // Names of the candidate's own making: their values are schemas, but their names are free.
    field("properties", Kind::Map),
    field("required", Kind::List(&Kind::Text)),
    field("propertyOrdering", Kind::List(&Kind::Text)),
    field("items", Kind::Message(&SCHEMA)),
    field("anyOf", Kind::List(&Kind::Message(&SCHEMA))),
    field("minProperties", Kind::Integer),
    field("maxProperties", Kind::Integer),
    field("minLength", Kind::Integer),
    field("maxLength", Kind::Integer),
    text("pattern"),
    field("minimum", Kind::Number),
    field("maximum", Kind::Number),
    field("default", Kind::Anything),
    field("example", Kind::Anything),
];

static REALTIME_INPUT_CONFIG: [Field; 3] = [
    message(
        "automaticActivityDetection",
        &[
            field("disabled", Kind::Flag),
            field(
                "startOfSpeechSensitivity",
                Kind::Choice(&[
                    "START_SENSITIVITY_HIGH",
                    "START_SENSITIVITY_LOW",
                    "START_SENSITIVITY_UNSPECIFIED",
                ]),
            ),
            field(
                "endOfSpeechSensitivity",
                Kind::Choice(&["END_SENSITIVITY_HIGH", "END_SENSITIVITY_LOW", "END_SENSITIVITY_UNSPECIFIED"]),
            ),
            field("prefixPaddingMs", Kind::Integer),
            field("silenceDurationMs", Kind::Integer),
        ],
    ),
    field(
        "activityHandling",
        Kind::Choice(&["START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION", "ACTIVITY_HANDLING_UNSPECIFIED"]),
    ),
    field(
        "turnCoverage",
        Kind::Choice(&[
            "TURN_INCLUDES_ONLY_ACTIVITY",
            "TURN_INCLUDES_ALL_INPUT",
            "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
            "TURN_COVERAGE_UNSPECIFIED",
        ]),
    ),
];

static CLIENT_CONTENT: [Field; 2] =
    [field("turns", Kind::List(&Kind::Message(&CONTENT))), field("turnComplete", Kind::Flag)];

static REALTIME_INPUT: [Field; 7] = [
    message("audio", &BLOB),
    text("text"),
    message("video", &BLOB),
    field("audioStreamEnd", Kind::Flag),
    message("activityStart", &[]),
    message("activityEnd", &[]),
    field("mediaChunks", Kind::List(&Kind::Message(&BLOB))),
];

static FUNCTION_RESPONSE: [Field; 6] = [
    text("id"),
    text("name"),
    field("response", Kind::Map),
    field("scheduling", Kind::Choice(&["WHEN_IDLE", "INTERRUPT", "SILENT", "SCHEDULING_UNSPECIFIED"])),
    field("willContinue", Kind::Flag),
    field("parts", Kind::Anything),
];
