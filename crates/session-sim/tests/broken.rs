//! Each invariant, broken on purpose, is noticed, and noticed again when its seed is replayed.

use clap::ValueEnum;
use session_sim::{Invariant, Outcome};

/// Worlds in which the occasion has to come.
const WORLDS: u64 = 1_000;

fn first_failure(broken: Invariant) -> Outcome {
    let mut outcomes = (0..WORLDS).map(|seed| session_sim::run(seed, Some(broken)));
    // What is broken may break something else first.
    let failure = outcomes
        .find(|outcome| outcome.violation.as_ref().is_some_and(|violation| violation.invariant == broken));
    failure.unwrap_or_else(|| panic!("{} is broken and nobody noticed", broken.name()))
}

fn is_caught_and_replayed(broken: Invariant) {
    let failure = first_failure(broken);
    let replay = session_sim::replay(failure.seed, Some(broken));
    assert_eq!(replay.violation, failure.violation);
    assert_eq!((replay.steps, replay.simulated_ms), (failure.steps, failure.simulated_ms));
    let told = replay.trace.last().expect("a trace of what happened");
    assert!(told.contains(&format!("BROKEN {}", broken.name())), "{told}");
}

macro_rules! broken {
    ($($test:ident: $invariant:ident,)*) => {
        $(#[test]
        fn $test() {
            is_caught_and_replayed(Invariant::$invariant);
        })*

        #[test]
        fn every_invariant_has_its_test() {
            assert_eq!(Invariant::value_variants(), [$(Invariant::$invariant),*]);
        }
    };
}

broken! {
    a_turn_shown_before_it_is_durable: FinalIsStored,
    a_farewell_before_the_transcript_is_accepted: EndedIsAccepted,
    a_status_after_the_last: OneTerminalStatus,
    sound_forwarded_twice: MicrophoneAccount,
    sound_that_reaches_the_model_twice: UplinkOrder,
    sound_repeated_after_its_interruption: StaleSound,
    a_message_that_arrives_twice: DownlinkOrder,
    an_older_connection_that_stays: OneClient,
    a_second_dial: OneModel,
    a_second_set_up: ModelProtocol,
    sound_held_for_a_minute: BoundedMemory,
    an_interview_a_minute_too_long: Duration,
    a_grace_time_two_minutes_too_long: Patience,
    a_dial_after_the_end: NothingAfterEnd,
    a_message_after_a_close: OpenConnections,
    a_timer_that_is_late: Deadlines,
    a_submission_that_is_never_answered: Liveness,
    an_event_that_quotes: Discretion,
}
