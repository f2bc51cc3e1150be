//! Everything that CI runs, and the measurements.

use crate::metadata::Metadata;
use crate::peer::Peer;
use crate::program::{announce, cargo, step};
use crate::worker::Variant;
use crate::{check, setup, worker};
use std::ffi::OsString;

/// Tells tests which peers to do without, where their names do not: names of peers, separated by commas.
const WITHOUT: &str = "PREPPAL_TEST_WITHOUT";

pub(crate) fn run(without: &[Peer]) -> anyhow::Result<()> {
    setup::run(without)?;
    check::run()?;
    if !without.contains(&Peer::Worker) {
        worker::build(Variant::Deployed)?;
        worker::build(Variant::TestHooks)?;
    }
    let skipped =
        without.iter().flat_map(|peer| peer.words_in_test_names()).flat_map(|word| ["--skip", word]);
    let names: Vec<&str> = without.iter().map(|peer| peer.name()).collect();
    step("Tests", cargo(&["test", "--workspace", "--"]).args(skipped).env(WITHOUT, names.join(",")))?;

    announce("All passed");
    if without.is_empty() {
        eprintln!("Nothing was left out.");
    }
    for peer in without {
        eprintln!("NOT RUN (--without {peer}): {}", peer.tests());
    }
    Ok(())
}

/// Runs every benchmark of the workspace.
pub(crate) fn bench(arguments: &[OsString]) -> anyhow::Result<()> {
    for (package, bench) in Metadata::read()?.benches() {
        let mut command = cargo(&["bench", "--package", &package, "--bench", &bench, "--"]);
        step(&format!("Measuring {package}: {bench}"), command.args(arguments))?;
    }
    Ok(())
}
