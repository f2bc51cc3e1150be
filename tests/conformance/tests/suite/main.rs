//! Every scenario on every host. The list of tests is made from both, so that none can be missing.
//!
//! `preppal` and the Worker's test build must be there: `cargo xtask test` sees to it, and what is missing says how it is
//! mended. One scenario on one host: `cargo test -p conformance --test suite -- worker::health`.

mod rig;
mod scenarios;
mod stage;

use conformance::{Build, Kind, Place};
use libtest_mimic::{Arguments, Failed, Trial};
use scenarios::{EVERYWHERE, ON_THE_WORKER};
use stage::World;
use std::process::ExitCode;
use std::sync::Arc;

const HOSTS: [Kind; 2] = [Kind::Native, Kind::Worker(Build::WithTestHooks)];

/// Scenarios wait more than they work.
const AT_A_TIME: usize = 6;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_A_TIME);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let world = Arc::new(World::new(Place::of_this_build().expect("a folder with programs")));
    let everywhere = EVERYWHERE.iter().flat_map(|scenario| HOSTS.map(|kind| (kind, *scenario)));
    let on_the_worker = ON_THE_WORKER.iter().map(|scenario| (Kind::Worker(Build::WithTestHooks), *scenario));
    let trials = everywhere.chain(on_the_worker).map(|(kind, scenario)| {
        let (world, handle) = (world.clone(), runtime.handle().clone());
        Trial::test(format!("{}::{}", kind.name(), scenario.name), move || {
            handle.block_on(world.play(kind, scenario)).map_err(|error| Failed::from(format!("{error:#}")))
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if !arguments.list {
        println!(
            "{} scenarios on every host ({}), {} on the Worker alone: {} passed, {} failed, {} not asked for",
            EVERYWHERE.len(),
            HOSTS.map(Kind::name).join(", "),
            ON_THE_WORKER.len(),
            conclusion.num_passed,
            conclusion.num_failed,
            conclusion.num_filtered_out
        );
    }
    // Its processes end with it.
    drop(world);
    drop(runtime);
    conclusion.exit_code()
}
