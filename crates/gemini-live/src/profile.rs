//! What differs between models. An unknown or unsupported field is not a warning but the end of the connection.

/// What a model takes and does. Models we do not know are treated like the current stable one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelProfile {
    /// When turns of the past may be sent.
    pub client_content: ClientContent,
    /// Whether a thinking level is sent.
    pub thinking: Thinking,
    /// What the model does while a call is not answered.
    pub function_calls: FunctionCalls,
    /// Whether `speechConfig.languageCode` is taken whatever it says. Where not, the system instruction alone steers.
    pub takes_language_code: bool,
}

/// When a model takes `clientContent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientContent {
    /// At any time.
    Anytime,
    /// Before its first turn, and only if the set-up says that it will come.
    BeforeFirstTurn,
}

/// What a model wants to hear about thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thinking {
    /// A level must be sent.
    LevelRequired,
    /// Nothing is sent.
    Unset,
}

/// What a model does between a call and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionCalls {
    /// It may go on talking.
    NonBlocking,
    /// It waits; what is said to it meanwhile may end the connection.
    Blocking,
}

impl ModelProfile {
    /// `gemini-3.8-live`.
    const LIVE_3_8: Self = Self {
        client_content: ClientContent::Anytime,
        thinking: Thinking::Unset,
        function_calls: FunctionCalls::NonBlocking,
        takes_language_code: true,
    };

    /// Returns what is known of a model id, with or without the prefix `models/`.
    #[must_use]
    pub fn of(model_id: &str) -> Self {
        let name = bare_name(model_id);
        if name.contains("extended-thinking") {
            Self { thinking: Thinking::LevelRequired, ..Self::LIVE_3_8 }
        } else if name.starts_with("gemini-3.1-") {
            Self {
                client_content: ClientContent::BeforeFirstTurn,
                function_calls: FunctionCalls::Blocking,
                ..Self::LIVE_3_8
            }
        } else if name.starts_with("gemini-2.") {
            Self { function_calls: FunctionCalls::Blocking, takes_language_code: false, ..Self::LIVE_3_8 }
        } else {
            Self::LIVE_3_8
        }
    }

    /// Returns whether a set-up must announce a [`restore_message`](crate::restore_message). Such a model takes it
    /// silently: a [`text_message`](crate::text_message) must follow to make it speak. The others speak at once.
    #[must_use]
    pub fn restore_needs_history_config(&self) -> bool {
        self.client_content == ClientContent::BeforeFirstTurn
    }
}

/// Returns a model id without its prefix.
pub(crate) fn bare_name(model_id: &str) -> &str {
    model_id.strip_prefix("models/").unwrap_or(model_id)
}

#[cfg(test)]
mod tests {
    use super::{ClientContent, FunctionCalls, ModelProfile, Thinking};

    #[test]
    fn models_differ_where_measured() {
        let stable = ModelProfile::of("gemini-3.8-live");
        assert_eq!(stable, ModelProfile::LIVE_3_8);
        assert_eq!(ModelProfile::of("models/gemini-9-live"), stable, "the unknown is like the stable");

        let thinking = ModelProfile::of("models/gemini-3.8-live-extended-thinking");
        assert_eq!(thinking.thinking, Thinking::LevelRequired);

        let preview = ModelProfile::of("gemini-3.1-flash-live-preview");
        assert_eq!(preview.client_content, ClientContent::BeforeFirstTurn);
        assert!(preview.restore_needs_history_config());

        let older = ModelProfile::of("gemini-2.5-flash-native-audio-preview-12-2025");
        assert_eq!(older.function_calls, FunctionCalls::Blocking);
        assert!(!older.takes_language_code);
    }
}
