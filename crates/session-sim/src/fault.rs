//! What can go wrong, and how often it did.

/// How a fault comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It happens at an instant, as soon as there is something it can happen to.
    Strikes,
    /// It waits for the next occasion.
    LiesInWait,
}

/// Who it befalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    Client,
    Vendor,
    Backend,
    Store,
    Abuse,
}

impl Realm {
    pub(crate) const ALL: [Self; 5] = [Self::Client, Self::Vendor, Self::Backend, Self::Store, Self::Abuse];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Vendor => "vendor",
            Self::Backend => "backend",
            Self::Store => "store",
            Self::Abuse => "abuse",
        }
    }
}

macro_rules! faults {
    ($($variant:ident, $realm:ident, $way:ident, $name:literal;)*) => {
        /// A fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(usize)]
        pub(crate) enum Fault {
            $(#[doc = $name] $variant,)*
        }

        impl Fault {
            pub(crate) const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub(crate) fn realm(self) -> Realm {
                match self { $(Self::$variant => Realm::$realm,)* }
            }

            pub(crate) fn way(self) -> Way {
                match self { $(Self::$variant => Way::$way,)* }
            }
        }
    };
}

faults! {
    ClientReset, Client, Strikes, "connection reset, with what was under way";
    ClientHalfOpen, Client, Strikes, "connection half-open";
    ClientCloses, Client, Strikes, "closed with any code";
    Reload, Client, Strikes, "reload";
    ReloadConnecting, Client, LiesInWait, "reload while connecting";
    ReloadRotating, Client, LiesInWait, "reload while rotating";
    TwoTabs, Client, Strikes, "two tabs";
    SlowReader, Client, Strikes, "slow reader";
    StallThenBurst, Client, Strikes, "stall, then a burst of 30 s";
    FrozenTab, Client, Strikes, "tab frozen for 5 minutes";
    ClockSkew, Client, Strikes, "clock skew";
    OddPcm, Client, Strikes, "odd-length PCM";
    EmptyPcm, Client, Strikes, "empty PCM";
    TinyFrames, Client, Strikes, "375 tiny frames a second";
    OversizeFrame, Client, Strikes, "oversize frame";
    BrokenProtobuf, Client, Strikes, "broken protobuf";
    UnknownFields, Client, Strikes, "unknown fields";
    TextFrames, Client, Strikes, "text frames";
    PingFlood, Client, Strikes, "ping flood";
    HelloTwice, Client, Strikes, "hello twice";
    EndTwice, Client, Strikes, "end twice";
    EndRotating, Client, LiesInWait, "end during rotation";
    NeverCloses, Client, LiesInWait, "never answers a close";
    Leaves, Client, Strikes, "leaves for good";
    TokenUnreachable, Client, LiesInWait, "token cannot be fetched";
    CannotConnect, Client, LiesInWait, "host cannot be reached";

    GoAway60, Vendor, Strikes, "goAway with 60 s left";
    GoAway10, Vendor, Strikes, "goAway with 10 s left";
    GoAway0, Vendor, Strikes, "goAway with 0 s left";
    GoAwayBare, Vendor, Strikes, "goAway without a time";
    GoAwaySilence, Vendor, Strikes, "goAway, then silence";
    Close1000, Vendor, Strikes, "close 1000";
    Close1006, Vendor, Strikes, "close 1006";
    Close1007, Vendor, Strikes, "close 1007";
    Close1008, Vendor, Strikes, "close 1008";
    Close1011, Vendor, Strikes, "close 1011";
    VendorHalfOpen, Vendor, Strikes, "connection half-open";
    VendorSlowReader, Vendor, Strikes, "does not read";
    ConnectFailure, Vendor, LiesInWait, "connect failure";
    ConnectHangs, Vendor, LiesInWait, "connect never answered";
    Refused429, Vendor, LiesInWait, "429";
    Refused503, Vendor, LiesInWait, "503";
    SetupDelayed, Vendor, LiesInWait, "set-up delayed";
    SetupUnanswered, Vendor, LiesInWait, "set-up never answered";
    SetupRefused1011, Vendor, LiesInWait, "set-up refused with 1011";
    ResumeRefused1007, Vendor, LiesInWait, "resume refused with 1007";
    ResumeRefused1011, Vendor, LiesInWait, "resume refused with 1011";
    ExpiredHandle, Vendor, Strikes, "expired handle";
    NoHandle, Vendor, LiesInWait, "no handle for minutes";
    QuotaGone, Vendor, Strikes, "quota gone in mid-interview";
    PhantomInterruption, Vendor, Strikes, "phantom interruption";
    InterruptionUnended, Vendor, LiesInWait, "interruption without turnComplete";
    LateResidue, Vendor, LiesInWait, "sound after an interruption";
    PrematureTurnComplete, Vendor, LiesInWait, "premature turnComplete";
    EmptyTurn, Vendor, LiesInWait, "empty turn";
    WordlessTurn, Vendor, LiesInWait, "a turn without words";
    Tone, Vendor, LiesInWait, "a tone in place of speech";
    NoReply, Vendor, LiesInWait, "no reply at all";
    TranscriptLate, Vendor, LiesInWait, "transcription late";
    TranscriptEarly, Vendor, LiesInWait, "transcription early";
    TranscriptDuplicated, Vendor, LiesInWait, "transcription duplicated";
    TranscriptOutOfOrder, Vendor, LiesInWait, "transcription out of order";
    UnknownMessage, Vendor, Strikes, "unknown messages";
    MalformedMessage, Vendor, Strikes, "malformed messages";
    BadAudio, Vendor, LiesInWait, "sound that is odd, empty or no base64";
    AudioBurst, Vendor, LiesInWait, "sound far faster than real time";
    LargeMessage, Vendor, Strikes, "a message of 1 MB";
    ToolCancelled, Vendor, Strikes, "farewell called and cancelled";

    ContextSlow, Backend, LiesInWait, "context slow";
    ContextFails, Backend, LiesInWait, "context failing";
    ContextMalformed, Backend, LiesInWait, "context malformed";
    SubmitRefused, Backend, LiesInWait, "transcript refused";
    CommittedTimeout, Backend, LiesInWait, "submit timed out but committed";
    TenMinutes, Backend, Strikes, "500 for ten minutes";
    Unanswered, Backend, LiesInWait, "call never answered";
    Duplicated, Backend, LiesInWait, "call delivered twice";
    StatusReordered, Backend, LiesInWait, "status reordered";

    DiskFull, Store, Strikes, "disk full";
    DiskSlow, Store, Strikes, "disk slow";
    TornWrite, Store, LiesInWait, "torn write";
    Kill, Store, Strikes, "killed at any instant";
    KillUnsaved, Store, LiesInWait, "killed before a record was durable";
    KillSaved, Store, LiesInWait, "killed after, before anything left";
    KillSubmitting, Store, LiesInWait, "killed while submitting";
    KillSubmitted, Store, LiesInWait, "killed between answer and farewell";
    Asleep, Store, Strikes, "dropped while it waits, and woken";
    Drained, Store, Strikes, "SIGTERM, handed over";
    ShutDown, Store, Strikes, "SIGTERM, ended";

    ThousandDrained, Store, LiesInWait, "SIGTERM with 1,000 interviews";
    ClockForward, Store, Strikes, "host's clock set forwards";
    ClockBack, Store, Strikes, "host's clock set back";

    TokenExpired, Abuse, LiesInWait, "expired token";
    TokenReplayed, Abuse, LiesInWait, "replayed token";
    TokenForeign, Abuse, LiesInWait, "token of another interview";
    TokenForged, Abuse, LiesInWait, "forged token";
    SecretRotated, Abuse, Strikes, "secret rotated in mid-interview";
    HostFull, Abuse, LiesInWait, "host full";
    ConnectionFlood, Abuse, Strikes, "connection flood";
    MessageFlood, Abuse, Strikes, "message flood";
    AudioFlood, Abuse, Strikes, "sound faster than allowed";
}

/// How often each fault had an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultCounts([u64; Fault::ALL.len()]);

impl Default for FaultCounts {
    fn default() -> Self {
        Self([0; Fault::ALL.len()])
    }
}

impl FaultCounts {
    pub(crate) fn count(&mut self, fault: Fault) {
        self.0[fault as usize] += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// Returns every fault's realm, name and count.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        let counts = self.0;
        Realm::ALL.into_iter().flat_map(move |realm| {
            let faults = Fault::ALL.into_iter().filter(move |fault| fault.realm() == realm);
            faults.map(move |fault| (realm.name(), fault.name(), counts[fault as usize]))
        })
    }
}
