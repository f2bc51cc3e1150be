//! How a call can end, for the shell and for people.

use session_client::{Failure, State};
use std::fmt;
use std::process::ExitCode;
use wire::session_ended::Reason;

/// The exit code's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All went well.
    Success,
    /// The command line or a file is wrong.
    Usage,
    /// Somebody said no.
    Refused,
    /// Something on its way was lost.
    Lost,
    /// Nobody answered.
    Unreachable,
}

impl Verdict {
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Lost => 4,
            Self::Unreachable => 5,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Usage => "USAGE",
            Self::Refused => "REFUSED",
            Self::Lost => "LOST",
            Self::Unreachable => "UNREACHABLE",
        }
    }

    pub(super) fn exit_code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// Judges the state a session ended in, before its transcript is looked at.
    pub(super) fn of(last: State) -> Self {
        match last {
            State::Ended(end) => match end.reason {
                Reason::User | Reason::Interviewer | Reason::TimeLimit => Self::Success,
                Reason::Unspecified | Reason::ClientLeft | Reason::Failed | Reason::Shutdown => Self::Lost,
            },
            State::Error(failure) => match failure {
                Failure::Refused | Failure::Over | Failure::Replaced | Failure::Violation(_) => Self::Refused,
                Failure::Session(_) | Failure::Lost | Failure::EndUnconfirmed => Self::Lost,
                Failure::Unreachable => Self::Unreachable,
            },
            State::Connecting | State::Live | State::Reconnecting(_) | State::Paused | State::Ending => {
                Self::Lost
            }
        }
    }
}

/// Says in one line how a session ended.
pub(super) fn describe(last: State) -> String {
    let text = match last {
        State::Ended(end) => match end.reason {
            Reason::User => "ended by the candidate",
            Reason::Interviewer => "ended by the interviewer",
            Reason::TimeLimit => "the time was up",
            Reason::ClientLeft => "the interview ended while the candidate was away; what was said is stored",
            Reason::Shutdown => "the session host was shut down; what was said is stored",
            Reason::Failed => "the conversation could not go on; what was said is stored",
            Reason::Unspecified => "ended for no stated reason",
        },
        State::Error(failure) => match failure {
            Failure::Refused => "refused: the backend or the session host does not admit this candidate",
            Failure::Over => "the interview has ended already; what was said in it is stored",
            Failure::Replaced => "stopped: a newer connection of the same interview took over",
            Failure::Violation(code) => {
                return format!("refused: the session host says this client breaks the protocol ({code})");
            }
            Failure::Session(Some(_)) => "the conversation could not go on; what was said is stored",
            Failure::Session(None) => "the conversation could not go on",
            Failure::Unreachable => "the session host cannot be reached",
            Failure::Lost => "the connection was lost and could not be made again",
            Failure::EndUnconfirmed => "the session host did not confirm the end within a minute",
        },
        State::Connecting | State::Live | State::Reconnecting(_) | State::Paused | State::Ending => {
            "broken off"
        }
    };
    text.to_owned()
}

/// Why a call did not come about.
#[derive(Debug)]
pub(super) struct Problem {
    verdict: Verdict,
    what: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    pub(super) fn new(verdict: Verdict, what: impl Into<String>) -> Self {
        Self { verdict, what: what.into(), cause: None }
    }

    pub(super) fn because(
        verdict: Verdict,
        what: impl Into<String>,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { verdict, what: what.into(), cause: Some(cause.into()) }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Tells it to a person, and with `json` to a program too.
    pub(super) fn report(&self, json: bool) {
        let chain = chain(self);
        eprintln!("preppal call: {chain}");
        if json {
            let outcome = serde_json::json!({
                "outcome": self.verdict.name(),
                "exitCode": self.verdict.number(),
                "trouble": chain,
            });
            println!("{outcome}");
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}

/// Returns an error with its causes, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use session_client::End;

    #[test]
    fn every_end_has_its_exit_code() {
        let ended = |reason| State::Ended(End { reason, close_code: None, microphone: None });
        for (last, number) in [
            (ended(Reason::User), 0),
            (ended(Reason::Interviewer), 0),
            (ended(Reason::TimeLimit), 0),
            (ended(Reason::ClientLeft), 4),
            (State::Error(Failure::Refused), 3),
            (State::Error(Failure::Over), 3),
            (State::Error(Failure::Replaced), 3),
            (State::Error(Failure::Lost), 4),
            (State::Error(Failure::EndUnconfirmed), 4),
            (State::Error(Failure::Session(None)), 4),
            (State::Error(Failure::Unreachable), 5),
        ] {
            assert_eq!(Verdict::of(last).number(), number, "{last:?}");
        }
    }

    #[test]
    fn a_problem_tells_its_causes_in_one_line() {
        let cause = std::io::Error::other("no such file");
        let problem = Problem::because(Verdict::Usage, "cannot read answers.wav", cause);
        assert_eq!(chain(&problem), "cannot read answers.wav: no such file");
    }
}
