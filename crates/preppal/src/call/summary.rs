//! What one interview came to, for programs and for people.

use super::answers::FRAME_MS;
use super::candidate::Why;
use super::conversation::Report;
use super::figures::Percentiles;
use super::outcome::{Verdict, describe};
use api::interview::{Status, TranscriptEntry};
use api::public::Interviewer;
use serde::Serialize;
use session_client::{End, Failure, MicrophoneAccount, State, Transcript};
use wire::session_ended::Reason;
use wire::{SampleRate, Speaker};

/// Where the host ends the interview, the candidate goes on speaking until it hears of it. So much of that counts as said
/// to nobody and not as lost, frames of real time.
const SAID_TO_NOBODY_FRAMES: u64 = 5;

/// What the backend stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) status: Status,
    pub(super) transcript: Vec<TranscriptEntry>,
}

impl Stored {
    /// Whether nothing will be added.
    pub(super) fn is_over(&self) -> bool {
        match self.status {
            Status::Completed | Status::Error => true,
            Status::Pending | Status::InProgress => false,
        }
    }
}

/// The object that `--json` prints. Fields are added, never renamed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// `SUCCESS`, `REFUSED`, `LOST` or `UNREACHABLE`.
    pub(super) outcome: &'static str,
    pub(super) exit_code: u8,
    pub(super) interview_id: String,
    pub(super) interviewer: Interviewer,
    /// As the session host gave it; absent if it gave none.
    pub(super) end_reason: Option<&'static str>,
    pub(super) close_code: Option<u16>,
    /// As stored; absent if it could not be read.
    pub(super) status: Option<Status>,
    /// Turns of the transcript, both sides.
    pub(super) turns: usize,
    /// Turns of the interviewer that ask something or were answered.
    pub(super) questions: usize,
    /// Answers given.
    pub(super) answers: usize,
    pub(super) seconds: Seconds,
    pub(super) frames: Frames,
    pub(super) microphone_bytes: MicrophoneBytes,
    pub(super) messages: Messages,
    pub(super) reconnects: u64,
    /// From the start of the conversation to the interviewer's first sign.
    pub(super) first_response_ms: Option<u64>,
    /// From the end of each answer to the interviewer's first sign after it.
    pub(super) answer_latency_ms: Percentiles,
    /// How late frames left: the limits of this program and its machine, not of the service.
    pub(super) send_lateness_ms: Percentiles,
    /// Whether the stored transcript is the one that was shown; absent while there is none.
    pub(super) transcript_equal: Option<bool>,
    /// What went wrong, for people.
    pub(super) trouble: Option<String>,
    /// What was shown, turn by turn.
    pub(super) transcript: Vec<ShownTurn>,
}

/// A turn as the candidate saw it last.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownTurn {
    pub(super) speaker: &'static str,
    /// Unix milliseconds: the timestamp it is stored with.
    pub(super) started_ms: u64,
    /// Whether the session host has said that it is complete and durable.
    pub(super) is_final: bool,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Seconds {
    pub(super) elapsed: f64,
    pub(super) sent: f64,
    pub(super) received: f64,
    /// Of what was received: the rest was talked over.
    pub(super) heard: f64,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Frames {
    pub(super) sent: u64,
    /// Frames of microphone audio that did not reach the interviewer, and messages that did not reach the candidate.
    /// Absent if the session host did not account for them.
    pub(super) lost: Option<u64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MicrophoneBytes {
    pub(super) sent: u64,
    /// Never sent, since no connection came back in time.
    pub(super) unsent: u64,
    pub(super) received: Option<u64>,
    pub(super) forwarded: Option<u64>,
    pub(super) dropped: Option<u64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Messages {
    pub(super) received: u64,
    pub(super) lost: u64,
    /// Went by between two connections.
    pub(super) missed: u64,
    pub(super) malformed: u64,
}

impl Summary {
    /// Sums up a conversation; `stored` is what the backend says of it afterwards.
    pub(super) fn new(
        interview_id: &str,
        interviewer: Interviewer,
        report: &Report,
        stored: Option<&Stored>,
    ) -> Self {
        let client = &report.client;
        let end = end_of(report.last).or(client.farewell());
        let account = end.and_then(|end| end.microphone);
        let transcript_equal = stored
            .filter(|stored| stored.is_over())
            .map(|stored| is_equal(client.transcript(), &stored.transcript));
        let (uplink, downlink) = (client.uplink_count(), client.downlink_count());
        let played = client.play_out_count();
        let speed = u64::from(report.speed);
        let mut summary = Self {
            outcome: "",
            exit_code: 0,
            interview_id: interview_id.to_owned(),
            interviewer,
            end_reason: end.map(|end| end.reason.as_str_name()),
            close_code: end.and_then(|end| end.close_code).or(client.last_close_code()),
            status: stored.map(|stored| stored.status),
            turns: client.transcript().turns().len(),
            questions: questions(client.transcript()),
            answers: report.candidate.answers_given(),
            seconds: Seconds {
                elapsed: seconds(report.elapsed_ms),
                sent: seconds(SampleRate::MICROPHONE.ms(uplink.sent_bytes)),
                received: seconds(SampleRate::INTERVIEWER.ms(played.received_bytes)),
                heard: seconds(SampleRate::INTERVIEWER.ms(played.heard_bytes)),
            },
            frames: Frames {
                sent: uplink.sent_frames,
                lost: end.and_then(|end| {
                    let lost = frames_lost(uplink.sent_bytes, end.microphone?);
                    let to_nobody =
                        if end.reason == Reason::User { 0 } else { SAID_TO_NOBODY_FRAMES * speed };
                    Some(uplink.dropped_frames + lost.saturating_sub(to_nobody) + downlink.lost)
                }),
            },
            microphone_bytes: MicrophoneBytes {
                sent: uplink.sent_bytes,
                unsent: uplink.dropped_bytes,
                received: account.map(|account| account.received_bytes),
                forwarded: account.map(|account| account.forwarded_bytes),
                dropped: account.map(|account| account.dropped_bytes),
            },
            messages: Messages {
                received: downlink.received,
                lost: downlink.lost,
                missed: downlink.missed,
                malformed: downlink.malformed,
            },
            reconnects: client.rejoins(),
            first_response_ms: report.candidate.first_response_ms(),
            answer_latency_ms: Percentiles::of_ms(report.candidate.latencies_ms().iter().copied()),
            send_lateness_ms: Percentiles::of_us(report.lateness_us.iter().copied()),
            transcript_equal,
            trouble: None,
            transcript: shown_turns(client.transcript()),
        };
        let (verdict, trouble) = summary.judge(report);
        summary.outcome = verdict.name();
        summary.exit_code = verdict.number();
        summary.trouble = trouble;
        summary
    }

    /// Decides what it all comes to, and says what was wrong.
    fn judge(&self, report: &Report) -> (Verdict, Option<String>) {
        let verdict = Verdict::of(report.last);
        if verdict != Verdict::Success {
            let why = describe(report.last);
            let detail = report.trouble.as_ref().map(|trouble| format!("{why} ({trouble})"));
            return (verdict, Some(detail.unwrap_or(why)));
        }
        let trouble = if report.left == Some(Why::NoAnswer) {
            "the interviewer said nothing for 30 seconds where something was expected".to_owned()
        } else if let lost @ 1.. = self.frames.lost.unwrap_or_default() {
            format!("{lost} frames of sound were lost")
        } else if self.frames.lost.is_none() {
            "the session host did not account for the microphone's sound".to_owned()
        } else {
            match (self.status, self.transcript_equal) {
                (Some(Status::Completed), Some(true)) => return (Verdict::Success, None),
                (Some(Status::Completed), _) => {
                    "the stored transcript is not the one that was shown".to_owned()
                }
                (Some(status), _) => format!("the interview is stored as {}", status.name()),
                (None, _) => "what was stored could not be read".to_owned(),
            }
        };
        (Verdict::Lost, Some(trouble))
    }

    pub(super) fn verdict(&self) -> Verdict {
        [Verdict::Success, Verdict::Refused, Verdict::Lost, Verdict::Unreachable]
            .into_iter()
            .find(|verdict| verdict.name() == self.outcome)
            .unwrap_or(Verdict::Lost)
    }
}

fn shown_turns(transcript: &Transcript) -> Vec<ShownTurn> {
    let shown = transcript.turns().iter().map(|turn| ShownTurn {
        speaker: turn.id.speaker.as_str(),
        started_ms: turn.id.started_ms,
        is_final: turn.is_final,
        text: turn.text().to_owned(),
    });
    shown.collect()
}

fn end_of(last: State) -> Option<End> {
    match last {
        State::Ended(end) | State::Error(Failure::Session(Some(end))) => Some(end),
        State::Error(_)
        | State::Connecting
        | State::Live
        | State::Reconnecting(_)
        | State::Paused
        | State::Ending => None,
    }
}

/// Frames that were sent and did not go on to the model, whoever dropped them; a part of a frame counts as one.
fn frames_lost(sent_bytes: u64, account: MicrophoneAccount) -> u64 {
    let frame_bytes = SampleRate::MICROPHONE.bytes(FRAME_MS) as u64;
    sent_bytes.saturating_sub(account.forwarded_bytes).div_ceil(frame_bytes)
}

/// Turns of the interviewer that end in an answer, or at least ask for one: not every question has a question mark.
fn questions(transcript: &Transcript) -> usize {
    let turns = transcript.turns();
    let is_question = |at: usize| {
        let answered = turns.get(at + 1).is_some_and(|next| next.id.speaker == Speaker::User);
        turns[at].id.speaker == Speaker::Ai && (answered || turns[at].text().contains(['?', '？', '؟']))
    };
    (0..turns.len()).filter(|at| is_question(*at)).count()
}

/// Whether the same turns stand in both, in the same order, begun in the same millisecond. Blanks around a text do not
/// count, nor do turns in which nothing was said.
pub(super) fn is_equal(shown: &Transcript, stored: &[TranscriptEntry]) -> bool {
    let shown = shown
        .turns()
        .iter()
        .map(|turn| (turn.id.speaker.as_str(), turn.text(), i64::try_from(turn.id.started_ms).ok()));
    let stored =
        stored.iter().map(|entry| (entry.speaker.name(), entry.content.trim(), Some(entry.timestamp.0)));
    shown.filter(|(_, text, _)| !text.is_empty()).eq(stored.filter(|(_, text, _)| !text.is_empty()))
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}

#[cfg(test)]
mod tests;
