//! What happened, as an interview's host logs and counts it.

use alloc::string::String;
use api::call::CallError;
use api::interview::EndReason;
use core::fmt;

/// What happened. Holds no speech, no secret.
///
/// Its `Display` is one line for a log: what happened, then what is known of it as `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A candidate connected.
    ClientJoined {
        /// An earlier connection of this interview existed.
        rejoined: bool,
    },
    /// The candidate's connection is gone.
    ClientLost {
        /// The peer's close code; `None` if it vanished.
        code: Option<u16>,
    },
    /// A client sent something that is no message.
    ClientMalformed,
    /// Microphone audio came faster than the limit, and was dropped.
    AudioTooFast {
        /// Bytes dropped by this message.
        bytes: usize,
    },
    /// A send queue overflowed, and audio was dropped.
    AudioDropped {
        /// Which side did not read.
        towards: Side,
        /// Bytes of PCM.
        bytes: usize,
    },
    /// A backend call failed; it is tried again if `retry_in_ms` says when.
    CallFailed {
        /// The procedure.
        procedure: &'static str,
        /// Why.
        error: CallError,
        /// How long until the next try; `None` if there is none.
        retry_in_ms: Option<u64>,
    },
    /// The model is ready to converse.
    ModelReady {
        /// It continues the session of an earlier connection.
        resumed: bool,
        /// From the dial to its readiness.
        took_ms: u64,
    },
    /// A connection to the model is gone, or was refused.
    ModelLost {
        /// Its close code, or the HTTP status of a refused upgrade.
        code: Option<u16>,
        /// Its reason, for the operator.
        reason: String,
        /// How long until the next try; `None` if there is none.
        retry_in_ms: Option<u64>,
    },
    /// The model's connection is replaced before its end.
    ModelRotated,
    /// The model sent something that cannot be read.
    ModelMalformed,
    /// The interviewer should have answered and did not.
    ModelStalled {
        /// What is done about it.
        remedy: Remedy,
    },
    /// A tone or a hiss came in place of the interviewer's speech; its connection is replaced.
    ModelDroned,
    /// The transcript is acknowledged.
    TranscriptStored {
        /// Turns in it.
        turns: usize,
    },
    /// The backend has refused the transcript for so long that it is not tried any more. Nothing more will be wanted; the
    /// journal is kept for somebody to look at, and [`Session::restore`](crate::Session::restore) tries once more.
    Undeliverable {
        /// Its last answer.
        error: CallError,
    },
    /// A record of the journal could not be read and was skipped.
    RecordUnreadable,
    /// The session is put down and nothing more will be wanted; the journal is kept, for it goes on from there.
    Suspended,
    /// The interview is over and nothing more will be wanted; the journal is not needed any more.
    Ended {
        /// Why; `None` if it never began.
        reason: Option<EndReason>,
    },
}

/// A side of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The browser.
    Candidate,
    /// The interviewer.
    Model,
}

/// What is done about an interviewer who does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// It is reminded.
    Nudge,
    /// It is given another connection.
    Rotation,
}

/// Who should look at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nobody, until something is to be found out.
    Debug,
    /// Whoever follows one interview.
    Info,
    /// The operator, if there are many.
    Warn,
    /// The operator.
    Error,
}

impl Event {
    /// Whether the session wants nothing more. Its journal is needed no more only after [`Event::Ended`].
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Suspended | Self::Undeliverable { .. })
    }

    /// Returns who should look at it.
    pub fn level(&self) -> Level {
        match self {
            Self::AudioTooFast { .. } | Self::AudioDropped { .. } => Level::Debug,
            Self::ClientJoined { .. }
            | Self::ClientLost { .. }
            | Self::ClientMalformed
            | Self::ModelReady { .. }
            | Self::ModelRotated
            | Self::TranscriptStored { .. }
            | Self::Suspended
            | Self::Ended { .. } => Level::Info,
            Self::CallFailed { .. }
            | Self::ModelLost { retry_in_ms: Some(_), .. }
            | Self::ModelMalformed
            | Self::ModelStalled { .. }
            | Self::ModelDroned => Level::Warn,
            Self::ModelLost { retry_in_ms: None, .. }
            | Self::RecordUnreadable
            | Self::Undeliverable { .. } => Level::Error,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientJoined { rejoined } => write!(f, "candidate connected rejoined={rejoined}"),
            Self::ClientLost { code } => {
                f.write_str("candidate disconnected")?;
                known(f, "code", code.as_ref())
            }
            Self::ClientMalformed => f.write_str("malformed message from the candidate"),
            Self::AudioTooFast { bytes } => write!(f, "microphone audio came too fast bytes={bytes}"),
            Self::AudioDropped { towards, bytes } => {
                write!(f, "audio dropped for a slow reader towards={towards} bytes={bytes}")
            }
            Self::CallFailed { procedure, error, retry_in_ms } => {
                write!(f, "call to the backend failed procedure={procedure} error={error:?}")?;
                known(f, "retry_in_ms", retry_in_ms.as_ref())
            }
            Self::ModelReady { resumed, took_ms } => {
                write!(f, "model ready resumed={resumed} took_ms={took_ms}")
            }
            Self::ModelLost { code, reason, retry_in_ms } => {
                let for_good = if retry_in_ms.is_some() { "" } else { " for good" };
                write!(f, "model lost{for_good} reason={reason:?}")?;
                known(f, "code", code.as_ref())?;
                known(f, "retry_in_ms", retry_in_ms.as_ref())
            }
            Self::ModelRotated => f.write_str("model connection replaced"),
            Self::ModelMalformed => f.write_str("malformed message from the model"),
            Self::ModelStalled { remedy } => write!(f, "model does not answer remedy={remedy:?}"),
            Self::ModelDroned => f.write_str("the model sends a tone in place of speech"),
            Self::TranscriptStored { turns } => write!(f, "transcript stored turns={turns}"),
            Self::Undeliverable { error } => {
                write!(f, "the backend refuses the transcript, and it is put aside error={error:?}")
            }
            Self::RecordUnreadable => f.write_str("a journal record could not be read"),
            Self::Suspended => f.write_str("interview put down until the host is back"),
            Self::Ended { reason: Some(reason) } => write!(f, "interview ended reason={reason:?}"),
            Self::Ended { reason: None } => f.write_str("interview ended before it began"),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Candidate => "candidate",
            Self::Model => "model",
        })
    }
}

fn known(f: &mut fmt::Formatter<'_>, name: &str, value: Option<&impl fmt::Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, " {name}={value}"))
}

/// How often things happened, over the interviews of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Interviews that ended.
    pub ended: u64,
    /// Microphone or interviewer's audio that was let go of, bytes.
    pub audio_dropped_bytes: u64,
    /// Connections to the model that were lost.
    pub model_losses: u64,
    /// Connections to the model that were replaced before their end.
    pub model_rotations: u64,
    /// Times that an answer of the interviewer did not come, or was no speech.
    pub model_stalls: u64,
    /// Times that the interviewer was reminded to answer; another stall has its connection replaced.
    pub model_nudges: u64,
    /// Calls to the backend that failed.
    pub calls_failed: u64,
}

impl Tally {
    /// Counts an event.
    pub fn count(&mut self, event: &Event) {
        match event {
            Event::Ended { .. } => self.ended += 1,
            Event::AudioTooFast { bytes } | Event::AudioDropped { bytes, .. } => {
                self.audio_dropped_bytes += *bytes as u64;
            }
            Event::ModelLost { .. } => self.model_losses += 1,
            Event::ModelRotated => self.model_rotations += 1,
            Event::ModelStalled { remedy } => {
                self.model_stalls += 1;
                self.model_nudges += u64::from(*remedy == Remedy::Nudge);
            }
            Event::ModelDroned => self.model_stalls += 1,
            Event::CallFailed { .. } => self.calls_failed += 1,
            Event::ClientJoined { .. }
            | Event::ClientLost { .. }
            | Event::ClientMalformed
            | Event::ModelReady { .. }
            | Event::ModelMalformed
            | Event::TranscriptStored { .. }
            | Event::RecordUnreadable
            | Event::Undeliverable { .. }
            | Event::Suspended => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_line_says_what_is_known_and_who_should_look() {
        let lost = |code, retry_in_ms| Event::ModelLost { code, reason: "quota \"x\"".into(), retry_in_ms };
        for (event, level, line) in [
            (Event::ClientLost { code: None }, Level::Info, "candidate disconnected"),
            (Event::ClientLost { code: Some(1001) }, Level::Info, "candidate disconnected code=1001"),
            (
                lost(Some(1011), Some(500)),
                Level::Warn,
                r#"model lost reason="quota \"x\"" code=1011 retry_in_ms=500"#,
            ),
            (lost(None, None), Level::Error, r#"model lost for good reason="quota \"x\"""#),
            (
                Event::AudioDropped { towards: Side::Model, bytes: 64 },
                Level::Debug,
                "audio dropped for a slow reader towards=model bytes=64",
            ),
            (Event::Ended { reason: Some(EndReason::User) }, Level::Info, "interview ended reason=User"),
        ] {
            assert_eq!((event.level(), event.to_string().as_str()), (level, line));
        }
    }

    #[test]
    fn a_tally_counts_each_thing_by_itself() {
        let mut tally = Tally::default();
        for event in [
            Event::ModelStalled { remedy: Remedy::Nudge },
            Event::ModelStalled { remedy: Remedy::Rotation },
            Event::ModelRotated,
            Event::AudioTooFast { bytes: 10 },
            Event::AudioDropped { towards: Side::Candidate, bytes: 5 },
            Event::Suspended,
        ] {
            tally.count(&event);
        }
        let counted = Tally {
            model_stalls: 2,
            model_nudges: 1,
            model_rotations: 1,
            audio_dropped_bytes: 15,
            ..Tally::default()
        };
        assert_eq!(tally, counted);
    }
}
