//! Where an interview stands for the candidate, and what each close code means for it.

use wire::CloseCode;
use wire::session_ended::Reason;

/// The life cycle: the one source of truth for what a surface shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// On the way in: token, connection, greeting, and the session host's own connection to the interviewer.
    Connecting,
    /// The interviewer hears the candidate.
    Live,
    /// A connection was lost and is being made again.
    Reconnecting(Side),
    /// Nobody listens until the candidate resumes.
    Paused,
    /// The end was asked for or announced; the transcript is being stored.
    Ending,
    /// Over, and the transcript is stored.
    Ended(End),
    /// Over for this client.
    Error(Failure),
}

impl State {
    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ended(_) | Self::Error(_))
    }
}

/// Which connection is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From here to the session host.
    Host,
    /// From the session host to the model.
    Model,
}

/// How an interview ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Why.
    pub reason: Reason,
    /// What the session host closed the connection with; `None` if it just went away after saying why.
    pub close_code: Option<u16>,
    /// What became of the microphone audio; `None` if the host only closed.
    pub microphone: Option<MicrophoneAccount>,
}

/// What the session host says became of the microphone audio, bytes of PCM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MicrophoneAccount {
    /// Arrived at the session host.
    pub received_bytes: u64,
    /// Went on to the model.
    pub forwarded_bytes: u64,
    /// Was let go of.
    pub dropped_bytes: u64,
}

/// Why it cannot go on for this client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The token was refused, and a fresh one too; or the backend gives none.
    Refused,
    /// The interview was over before this client came.
    Over,
    /// A newer connection of the same interview took its place.
    Replaced,
    /// The session failed; what was said is stored if the session host could.
    Session(Option<End>),
    /// The session host says that this client breaks the protocol: a bug in one of the two.
    Violation(u16),
    /// The session host or the backend was never reached.
    Unreachable,
    /// The connection was lost and could not be made again in time.
    Lost,
    /// The end was asked for and never confirmed.
    EndUnconfirmed,
}

/// What a close code asks of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The interview has ended.
    Ended(Reason),
    /// The session failed.
    Failed,
    /// The client broke the protocol: doing the same again would end the same.
    Violation,
    /// The token was refused: it may have expired, one fresh token is worth a try.
    Refused,
    /// A newer connection has taken over: coming back would take it away again, for ever.
    Replaced,
    /// The interview was over before.
    Over,
    /// The network, a full host, a restart: come back after a pause.
    Reconnect,
}

impl Verdict {
    /// Judges a close code; `None` is a connection that vanished without one.
    pub fn of(code: Option<u16>) -> Self {
        match code.and_then(CloseCode::from_code) {
            Some(CloseCode::EndedByUser) => Self::Ended(Reason::User),
            Some(CloseCode::TimeLimit) => Self::Ended(Reason::TimeLimit),
            Some(CloseCode::EndedByInterviewer) => Self::Ended(Reason::Interviewer),
            Some(CloseCode::Error) => Self::Failed,
            Some(CloseCode::ProtocolViolation | CloseCode::TooLarge) => Self::Violation,
            Some(CloseCode::TokenRefused) => Self::Refused,
            Some(CloseCode::Replaced) => Self::Replaced,
            Some(CloseCode::InterviewOver) => Self::Over,
            Some(CloseCode::TryAgainLater) | None => Self::Reconnect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_close_code_has_its_verdict() {
        for (code, verdict) in [
            (Some(4001), Verdict::Ended(Reason::User)),
            (Some(4002), Verdict::Ended(Reason::TimeLimit)),
            (Some(4003), Verdict::Ended(Reason::Interviewer)),
            (Some(4004), Verdict::Failed),
            (Some(4400), Verdict::Violation),
            (Some(1009), Verdict::Violation),
            (Some(4401), Verdict::Refused),
            (Some(4409), Verdict::Replaced),
            (Some(4410), Verdict::Over),
            (Some(1000), Verdict::Reconnect),
            (Some(1001), Verdict::Reconnect),
            (Some(1006), Verdict::Reconnect),
            (Some(1011), Verdict::Reconnect),
            (Some(1013), Verdict::Reconnect),
            (None, Verdict::Reconnect),
        ] {
            assert_eq!(Verdict::of(code), verdict, "{code:?}");
        }
    }
}
