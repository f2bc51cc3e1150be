//! What an interview tells about itself, as log lines and counts.

use crate::counts::{Counts, count};
use session_core::{Event, Side};
use std::sync::atomic::Ordering::Relaxed;
use tracing::{debug, error, info, warn};

/// Logs and counts an event. What an operator should look at is a warning; an interview that failed is an error.
pub(crate) fn report(interview: &str, event: &Event, counts: &Counts) {
    match event {
        Event::ClientJoined { rejoined } => info!(interview, rejoined, "candidate connected"),
        Event::ClientLost { code } => info!(interview, code, "candidate disconnected"),
        Event::ClientMalformed => info!(interview, "malformed message from the candidate"),
        Event::AudioTooFast { bytes } => {
            counts.audio_dropped_bytes.fetch_add(*bytes as u64, Relaxed);
            debug!(interview, bytes, "microphone audio came too fast");
        }
        Event::AudioDropped { towards, bytes } => {
            counts.audio_dropped_bytes.fetch_add(*bytes as u64, Relaxed);
            let towards = match towards {
                Side::Candidate => "candidate",
                Side::Model => "model",
            };
            debug!(interview, towards, bytes, "audio dropped for a slow reader");
        }
        Event::CallFailed { procedure, error, retry_in_ms } => {
            warn!(interview, procedure, ?error, retry_in_ms, "call to the backend failed");
        }
        Event::ModelReady { resumed, took_ms } => info!(interview, resumed, took_ms, "model ready"),
        Event::ModelLost { code, reason, retry_in_ms: Some(retry_in_ms) } => {
            warn!(interview, code, reason, retry_in_ms, "model lost");
        }
        Event::ModelLost { code, reason, retry_in_ms: None } => {
            error!(interview, code, reason, "model lost for good");
        }
        Event::ModelRotated => info!(interview, "model connection replaced"),
        Event::ModelMalformed => warn!(interview, "malformed message from the model"),
        Event::ModelStalled { nudges } => warn!(interview, nudges, "model does not answer"),
        Event::TranscriptStored { turns } => info!(interview, turns, "transcript stored"),
        Event::RecordUnreadable => error!(interview, "a journal record could not be read"),
        Event::Suspended => info!(interview, "interview put down until the host is back"),
        Event::Ended { reason } => {
            count(&counts.interviews_ended);
            info!(interview, ?reason, "interview ended");
        }
    }
}
