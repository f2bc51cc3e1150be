//! The parts of a model's turn: sound, and rarely text.

use crate::audio::AudioPart;
use crate::lenient::{Raw, Text};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// What the model says in one message.
#[derive(Debug, Default)]
pub struct ModelTurn<'a> {
    first_audio: Option<AudioPart<'a>>,
    more_audio: Vec<AudioPart<'a>>,
    texts: Vec<Cow<'a, str>>,
}

impl<'a> ModelTurn<'a> {
    /// Returns the pieces of sound, in order. Inline data of another type is not among them.
    pub fn audio(&self) -> impl Iterator<Item = &AudioPart<'a>> {
        self.first_audio.iter().chain(&self.more_audio)
    }

    /// Returns the pieces of text, in order, without the model's thoughts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    fn push(&mut self, part: Part<'a>) {
        if let Some(InlineData { mime_type: Some(mime_type), data: Some(data) }) = part.inline_data
            && let Some(audio) = AudioPart::of(&mime_type.0, data.0)
        {
            match self.first_audio {
                None => self.first_audio = Some(audio),
                Some(_) => self.more_audio.push(audio),
            }
        }
        if let Some(text) = part.text
            && part.thought != Some(true)
            && !text.0.is_empty()
        {
            self.texts.push(text.0);
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow)]
    inline_data: Option<InlineData<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    thought: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InlineData<'a> {
    #[serde(borrow)]
    mime_type: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<Raw<'a>>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    parts: Option<Parts<'a>>,
}

struct Parts<'a>(ModelTurn<'a>);

/// Sorts the parts while they are read: the usual message has one, and needs no list.
impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartsVisitor;
        impl<'de> Visitor<'de> for PartsVisitor {
            type Value = Parts<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of parts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Parts<'de>, A::Error> {
                let mut turn = ModelTurn::default();
                while let Some(part) = parts.next_element::<Part<'de>>()? {
                    turn.push(part);
                }
                Ok(Parts(turn))
            }
        }
        deserializer.deserialize_seq(PartsVisitor)
    }
}

/// Reads `modelTurn`, which may be absent or null.
pub(crate) fn model_turn<'de: 'a, 'a, D>(deserializer: D) -> Result<ModelTurn<'a>, D::Error>
where
    D: Deserializer<'de>,
{
    let content = Option::<Content<'a>>::deserialize(deserializer)?;
    Ok(content.and_then(|content| content.parts).map(|parts| parts.0).unwrap_or_default())
}
