//! The promise that nothing said is lost: what a candidate was shown, and what the backend was given.

use api::call::{Call, CallError, SubmitTranscript};
use std::collections::BTreeSet;

/// Of one interview, over all its processes.
#[derive(Default)]
pub(crate) struct Promise {
    /// Words that the candidate was shown, and the turn they belong to; 0 if it was not named.
    shown: BTreeSet<(u64, String)>,
    submitted: Option<SubmitTranscript>,
    acknowledged: bool,
    deleted: bool,
}

impl Promise {
    pub(crate) fn submitted(&self) -> Option<&SubmitTranscript> {
        self.submitted.as_ref()
    }

    pub(crate) fn show(&mut self, update: &wire::TranscriptUpdate) {
        let words = update.text.trim();
        if !words.is_empty() {
            self.shown.insert((update.turn_started_ms, words.to_owned()));
        }
    }

    /// Takes a transcript that is on its way: it holds all that was shown, and never changes.
    pub(crate) fn submit(&mut self, submit: &SubmitTranscript) {
        let in_order = submit.transcript.windows(2).all(|pair| pair[0].timestamp < pair[1].timestamp);
        assert!(in_order, "the turns are not in order, or two are named alike");
        assert!(submit.transcript.iter().all(|entry| !entry.content.trim().is_empty()), "an empty turn");
        for (turn, words) in &self.shown {
            let stored = submit.transcript.iter().any(|entry| {
                (*turn == 0 || i64::try_from(*turn) == Ok(entry.timestamp.0)) && entry.content.contains(words)
            });
            assert!(stored, "{words:?} of turn {turn} was shown and is not stored");
        }
        is_readable(submit);
        match &self.submitted {
            None => self.submitted = Some(submit.clone()),
            Some(earlier) => assert_eq!(earlier, submit, "the transcript changed"),
        }
    }

    /// Takes the backend's answer to a transcript.
    pub(crate) fn answered<T>(&mut self, answer: &Result<T, CallError>) {
        match answer {
            Ok(_) => self.acknowledged = true,
            Err(CallError::Status(404)) => self.deleted = true,
            Err(_) => {}
        }
    }

    /// The journal holds nothing: then nothing was shown.
    pub(crate) fn was_never_given(&self) {
        assert!(self.shown.is_empty(), "{:?} was shown and is in no journal", self.shown);
    }

    /// The journal says that the transcript is stored.
    pub(crate) fn was_acknowledged(&self) {
        assert!(self.acknowledged, "the journal says that the transcript is stored, and it is not");
    }

    /// The interview is over: everything is stored, unless it was deleted.
    pub(crate) fn was_kept(&self) {
        if !self.deleted {
            let stored = self.shown.is_empty() || self.submitted.is_some();
            assert!(stored, "{:?} was shown and is not stored", self.shown);
            assert!(self.submitted.is_none() || self.acknowledged, "it ended before it was stored");
        }
    }
}

/// The backend reads what the host writes: it would refuse anything else for ever.
fn is_readable(submit: &SubmitTranscript) {
    let request = Call::SubmitTranscript(submit.clone()).request();
    let body = request.body.expect("a mutation has a body");
    let read: serde_json::Result<SubmitTranscript> = serde_json::from_slice(&body);
    assert_eq!(read.ok().as_ref(), Some(submit), "the backend reads another transcript");
}
