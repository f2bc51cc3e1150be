//! What must hold in every world, whatever goes wrong.

use clap::ValueEnum;

/// An invariant. The simulator can break each on purpose, to show that it would be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Invariant {
    /// No turn that a client was shown as final is missing from the stored transcript.
    FinalIsStored,
    /// `session_ended` leaves only after the transcript is accepted.
    EndedIsAccepted,
    /// An interview gets one terminal status, and no call takes it back.
    OneTerminalStatus,
    /// Microphone bytes received are forwarded, waiting or dropped for a reason, and the client is told so.
    MicrophoneAccount,
    /// Microphone samples reach the model in order, each at most once.
    UplinkOrder,
    /// No sound of a generation follows its interruption.
    StaleSound,
    /// Messages to a client arrive in order, each once, with gaps only where sound was dropped.
    DownlinkOrder,
    /// At most one connection of the candidate is live.
    OneClient,
    /// At most one connection to the model is live, and every dial ends once.
    OneModel,
    /// The model gets a set-up first and once, sound as it wants it, and is asked to begin once.
    ModelProtocol,
    /// No queue grows beyond its limit.
    BoundedMemory,
    /// An interview lasts a second longer than it may, at most.
    Duration,
    /// A grace time and a pause end when they must, whatever becomes of the process meanwhile.
    Patience,
    /// Nothing follows the end.
    NothingAfterEnd,
    /// Nothing is sent to a connection that is not open.
    OpenConnections,
    /// After a drain no deadline lies in the past.
    Deadlines,
    /// With the faults stopped, every interview is terminal and saved within 30 s.
    Liveness,
    /// Events hold neither speech nor secrets.
    Discretion,
}

impl Invariant {
    /// Returns its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// When, milliseconds after the world began.
    pub at_ms: u64,
    /// What was seen.
    pub what: String,
}
