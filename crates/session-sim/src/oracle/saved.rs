//! What must be with the backend, and when.

use super::Oracle;
use crate::invariant::Invariant;
use crate::world::backend::Table;
use api::call::Call;
use api::interview::{Status, TranscriptEntry};

impl Oracle {
    pub(super) fn on_told_end(&mut self, ended: &wire::SessionEnded, ours: bool, table: &Table) {
        if !self.journal.answers_for_it(self.now) {
            self.must_be_saved(Invariant::EndedIsAccepted, table);
        }
        if ours {
            let told = [ended.audio_received_bytes, ended.audio_forwarded_bytes, ended.audio_dropped_bytes];
            let counted = self.uplink.account();
            self.must(told == counted, Invariant::MicrophoneAccount, || {
                format!("told received, forwarded, dropped {told:?}; counted {counted:?}")
            });
        }
    }

    /// What was said or begun must be in the backend's table.
    pub(super) fn must_be_saved(&mut self, invariant: Invariant, table: &Table) {
        let (begun, words) = (self.journal.has_begun(), self.journal.has_words());
        let terminal = table.is_terminal();
        self.must(!begun || terminal, invariant, || "the status is not terminal".to_owned());
        self.must(!words || table.status() == Status::Completed, invariant, || {
            "something was said and the interview is not completed".to_owned()
        });
    }

    /// A call leaves for the backend.
    pub(crate) fn on_call(&mut self, call: &Call) {
        let status = match call {
            Call::GetContext(_) => return,
            Call::UpdateStatus(update) => update.status,
            Call::SubmitTranscript(submit) => {
                // One who comes after the end and ends it again has said nothing, which changes nothing.
                if submit.transcript.is_empty() && !self.journal.has_opened() {
                    return;
                }
                self.on_submission(&submit.transcript);
                Status::Completed
            }
        };
        if matches!(status, Status::Completed | Status::Error) {
            self.terminal.insert(status);
        }
        let (one, back) = (self.terminal.len() <= 1, !self.terminal.is_empty() && status < Status::Completed);
        self.must(one, Invariant::OneTerminalStatus, || "two terminal statuses".to_owned());
        self.must(!back, Invariant::OneTerminalStatus, || format!("{status:?} after a terminal status"));
    }

    pub(super) fn on_submission(&mut self, entries: &[TranscriptEntry]) {
        let ordered = entries.windows(2).all(|pair| pair[0].timestamp < pair[1].timestamp);
        self.must(ordered, Invariant::FinalIsStored, || "timestamps do not increase".to_owned());
        let spoken = entries.iter().all(|entry| !entry.content.trim().is_empty());
        self.must(spoken, Invariant::FinalIsStored, || "an empty turn is submitted".to_owned());
        let same = self.submitted.as_deref().is_none_or(|before| before == entries);
        self.must(same, Invariant::FinalIsStored, || {
            "the transcript changed between two submissions".to_owned()
        });
        self.submitted = Some(entries.to_vec());
    }

    /// A client is sure that the interview is over and stored.
    pub(crate) fn on_client_ended(&mut self, table: &Table) {
        if self.journal.answers_for_it(self.now) {
            return;
        }
        self.must_be_saved(Invariant::EndedIsAccepted, table);
    }

    /// The interview is over, and everybody has left.
    pub(crate) fn at_the_end(&mut self, table: &Table) {
        self.must_be_saved(Invariant::Liveness, table);
        let (arrived, sent) = (self.arrivals.uplink_bytes, self.sent_bytes);
        self.must(arrived <= sent, Invariant::MicrophoneAccount, || {
            format!("{arrived} bytes of sound reached the model, {sent} were sent")
        });
    }
}
