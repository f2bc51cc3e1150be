//! Token counts as the service bills them: text by its length, 25 a second of audio.

use serde_json::{Value, json};

use crate::message::Compression;

const TOKENS_PER_SECOND: u64 = 25;
const CONTEXT_WINDOW: u64 = 131_072;

/// What a session's context holds.
#[derive(Debug)]
pub(crate) struct Usage {
    text: u64,
    audio_in_ms: u64,
    audio_out_ms: u64,
    /// Audio tokens that compression has dropped.
    dropped: u64,
    limit: Option<(u64, u64)>,
}

impl Usage {
    pub(crate) fn new(system_text: &str, compression: Option<&Compression>) -> Self {
        let limit = compression.map(|config| {
            let trigger = config.trigger_tokens.unwrap_or(CONTEXT_WINDOW * 8 / 10);
            (trigger, config.sliding_window.target_tokens.unwrap_or(trigger / 2).min(trigger))
        });
        Self { text: tokens(system_text), audio_in_ms: 0, audio_out_ms: 0, dropped: 0, limit }
    }

    pub(crate) fn add_text(&mut self, text: &str) {
        self.text += tokens(text);
    }

    pub(crate) fn add_heard(&mut self, ms: u64) {
        self.audio_in_ms += ms;
    }

    pub(crate) fn add_said(&mut self, ms: u64) {
        self.audio_out_ms += ms;
    }

    fn audio(&self) -> u64 {
        ((self.audio_in_ms + self.audio_out_ms) * TOKENS_PER_SECOND / 1000).saturating_sub(self.dropped)
    }

    /// Drops the oldest audio if the context has outgrown its trigger (SI-92); returns whether it did.
    pub(crate) fn compress(&mut self) -> bool {
        let size = self.text + self.audio();
        match self.limit {
            Some((trigger, target)) if size > trigger => {
                self.dropped += (size - target).min(self.audio());
                true
            }
            _ => false,
        }
    }

    /// Returns `usageMetadata` of a turn that spoke for so long (SI-93); zero fields are left out.
    pub(crate) fn metadata(&self, response_ms: u64) -> Value {
        let (audio, response) = (self.audio(), response_ms * TOKENS_PER_SECOND / 1000);
        let prompt = self.text + audio;
        let mut out = json!({"totalTokenCount": prompt + response});
        let detail = |modality: &str, count: u64| {
            (count > 0).then(|| json!({"modality": modality, "tokenCount": count}))
        };
        let details: Vec<Value> =
            [detail("TEXT", self.text), detail("AUDIO", audio)].into_iter().flatten().collect();
        if prompt > 0 {
            out["promptTokenCount"] = prompt.into();
            out["promptTokensDetails"] = details.into();
        }
        if response > 0 {
            out["responseTokenCount"] = response.into();
            out["responseTokensDetails"] = json!([detail("AUDIO", response)]);
        }
        if prompt + response == 0 {
            out["totalTokenCount"] = 1.into();
        }
        out
    }
}

fn tokens(text: &str) -> u64 {
    text.len().div_ceil(4) as u64
}

#[cfg(test)]
mod tests {
    use super::Usage;
    use crate::message::{Compression, SlidingWindow};

    #[test]
    fn si_93_counts_by_modality_without_zero_fields() {
        let mut usage = Usage::new("abcdefgh", None);
        assert!(usage.metadata(0).get("responseTokenCount").is_none());
        usage.add_heard(4000);
        let metadata = usage.metadata(2000);
        assert_eq!(metadata["promptTokenCount"], 102);
        assert_eq!(metadata["responseTokenCount"], 50);
        assert_eq!(metadata["totalTokenCount"], 152);
        assert_eq!(metadata["promptTokensDetails"][1]["modality"], "AUDIO");
    }

    #[test]
    fn si_92_compression_drops_to_the_target() {
        let config = Compression {
            trigger_tokens: Some(1000),
            sliding_window: SlidingWindow { target_tokens: Some(400) },
        };
        let mut usage = Usage::new("", Some(&config));
        usage.add_heard(39_000);
        assert!(!usage.compress());
        usage.add_heard(9_000);
        assert!(usage.compress());
        assert_eq!(usage.metadata(0)["promptTokenCount"], 400);
        assert!(!usage.compress());
    }
}
