//! What goes wrong in a conversation: what happened, and what to do. Every cause has its own text.

use crate::audio::MicrophoneError;
use crate::session::texts::SessionText as T;
use session_client::Failure;
use wire::ErrorCode;

/// Two lines: what happened, what to do.
pub(super) type Lines = (T, T);

/// Something to know that ends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// The session host says that something is wrong.
    FromHost(i32),
    /// What is said leaves more slowly than it is spoken.
    SlowNetwork,
    /// The microphone went away and another took its place.
    OtherMicrophone,
    /// The loudspeaker cannot be used.
    NoSound,
}

impl Notice {
    pub(super) fn text(self) -> T {
        match self {
            Self::FromHost(code) if code == ErrorCode::Model.code() => T::NoticeModel,
            Self::FromHost(_) => T::NoticeHost,
            Self::SlowNetwork => T::NoticeSlow,
            Self::OtherMicrophone => T::NoticeOtherMicrophone,
            Self::NoSound => T::NoticeNoSound,
        }
    }
}

/// What to say when the microphone cannot be used.
pub(super) fn microphone(error: MicrophoneError) -> Lines {
    match error {
        MicrophoneError::Unsupported => (T::MicrophoneUnsupported, T::MicrophoneUnsupportedMend),
        MicrophoneError::Denied => (T::MicrophoneDenied, T::MicrophoneDeniedMend),
        MicrophoneError::Absent => (T::MicrophoneAbsent, T::MicrophoneAbsentMend),
        MicrophoneError::Busy => (T::MicrophoneBusy, T::MicrophoneBusyMend),
        MicrophoneError::Unplugged => (T::MicrophoneUnplugged, T::MicrophoneUnpluggedMend),
        MicrophoneError::Failed => (T::MicrophoneFailed, T::MicrophoneFailedMend),
    }
}

/// What a candidate can do when it cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Connect again.
    TryAgain,
    /// Take the interview over from where it goes on.
    ContinueHere,
    /// Look at what is stored.
    SeeInterview,
    /// Sign in and come back.
    SignIn,
    /// Load the page anew.
    Reload,
}

/// What to say when the conversation cannot go on, and the way out.
pub(super) fn failure(failure: Failure, is_signed_out: bool) -> (Lines, Way) {
    match failure {
        Failure::Refused if is_signed_out => ((T::SignedOut, T::SignedOutMend), Way::SignIn),
        Failure::Refused => ((T::Refused, T::RefusedMend), Way::TryAgain),
        Failure::Over => ((T::Over, T::OverMend), Way::SeeInterview),
        Failure::Replaced => ((T::Replaced, T::ReplacedMend), Way::ContinueHere),
        Failure::Session(_) => ((T::SessionFailed, T::SessionFailedMend), Way::SeeInterview),
        Failure::Violation(_) => ((T::Violation, T::ViolationMend), Way::Reload),
        Failure::Unreachable => ((T::Unreachable, T::UnreachableMend), Way::TryAgain),
        Failure::Lost => ((T::Lost, T::LostMend), Way::TryAgain),
        Failure::EndUnconfirmed => ((T::EndUnconfirmed, T::EndUnconfirmedMend), Way::SeeInterview),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_cause_has_its_own_text() {
        let failures = [
            Failure::Refused,
            Failure::Over,
            Failure::Replaced,
            Failure::Session(None),
            Failure::Violation(4400),
            Failure::Unreachable,
            Failure::Lost,
            Failure::EndUnconfirmed,
        ];
        let microphones = [
            MicrophoneError::Unsupported,
            MicrophoneError::Denied,
            MicrophoneError::Absent,
            MicrophoneError::Busy,
            MicrophoneError::Unplugged,
            MicrophoneError::Failed,
        ];
        let all =
            failures.map(|cause| failure(cause, false).0).into_iter().chain(microphones.map(microphone));
        let texts: BTreeSet<String> =
            all.flat_map(|(what, mend)| [format!("{what:?}"), format!("{mend:?}")]).collect();
        assert_eq!(texts.len(), 2 * (failures.len() + microphones.len()));
        assert_eq!(failure(Failure::Refused, true).1, Way::SignIn);
    }
}
