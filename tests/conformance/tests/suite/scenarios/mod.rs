//! What every host must do. A file per subject.

mod backend;
mod conversation;
mod endings;
mod manners;
mod objects;
mod survival;
mod tokens;
mod vendor;
mod worker;

use crate::stage::Stage;
use std::future::Future;
use std::pin::Pin;

/// How a scenario comes out: what is wrong is an error.
pub(crate) type Outcome = anyhow::Result<()>;

/// One scenario, by the name of its function.
#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) play: for<'a> fn(&'a Stage) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>,
}

/// Lists scenarios. One that is written but not listed is dead code, which does not compile under our lints.
macro_rules! scenarios {
    ($($module:ident { $($name:ident,)* })*) => {
        &[$($(Scenario { name: stringify!($name), play: |stage| Box::pin($module::$name(stage)) },)*)*]
    };
}

/// On every host; those that take long come first.
pub(crate) const EVERYWHERE: &[Scenario] = scenarios! {
    endings {
        the_time_limit_ends_it,
        the_grace_time_ends_an_abandoned_interview,
        an_interview_that_is_over_is_closed_with_4410,
    }
    backend {
        a_backend_that_stays_away_at_the_start_is_told,
        a_backend_that_comes_back_at_the_start_is_waited_for,
        a_backend_that_is_away_at_the_end_gets_the_transcript_later,
        a_candidate_does_not_wait_for_ever_for_the_backend,
    }
    survival {
        a_kill_in_mid_interview_loses_nothing,
        a_kill_while_the_backend_is_away_loses_nothing,
        a_host_that_is_told_to_go_loses_nothing,
        a_lost_candidate_rejoins,
        an_abandoned_interview_lets_go_of_the_vendor,
    }
    vendor {
        a_connection_of_the_vendor_is_rotated,
        a_connection_of_the_vendor_that_breaks_is_made_again,
        a_vendor_that_is_away_is_dialled_again,
        a_vendor_that_refuses_the_key_is_told,
        a_vendor_that_refuses_the_upgrade_is_told,
    }
    conversation {
        a_full_interview,
        a_typed_answer_is_answered_and_stored,
        talking_over_the_interviewer_interrupts,
        pause_and_resume,
        a_client_of_the_seed,
    }
    objects {
        health,
        two_interviews_are_two_objects,
        two_connections_are_one_object,
    }
    tokens {
        a_refused_token_touches_nothing,
    }
    manners {
        a_text_ping_is_answered,
        malformed_messages_are_told_and_the_tenth_closes,
        what_is_not_for_the_host_is_ignored,
        a_message_above_64_kib_is_closed_with_1009,
    }
};

/// On the Worker alone.
pub(crate) const ON_THE_WORKER: &[Scenario] = scenarios! {
    worker {
        an_object_sleeps_in_a_pause_and_is_woken_by_a_message,
        an_alarm_ends_an_interview_whose_object_is_gone,
        an_object_that_is_evicted_loses_nothing,
        a_panic_is_the_trouble_of_one_interview,
    }
};
