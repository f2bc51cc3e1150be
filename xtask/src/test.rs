//! Everything that CI runs, and the measurements.

use crate::metadata::Metadata;
use crate::peer::Peer;
use crate::program::{announce, cargo, step};
use crate::web::Build;
use crate::worker::Variant;
use crate::{check, setup, web, worker};
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
    if !without.contains(&Peer::Browser) {
        web::build(Build::Product)?;
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

/// Writes a picture of every page, on every kind of screen, to `target/shots`.
pub(crate) fn shots() -> anyhow::Result<()> {
    Peer::Browser.ensure()?;
    web::build(Build::Product)?;
    step("Building PrepPal", &mut cargo(&["build", "--package", "preppal"]))?;
    step("Pictures", &mut cargo(&["test", "--package", "browser", "--test", "pages", "pictures"]))
}

/// Runs every benchmark of the workspace.
pub(crate) fn bench(arguments: &[OsString]) -> anyhow::Result<()> {
    for (package, bench) in Metadata::read()?.benches() {
        let mut command = cargo(&["bench", "--package", &package, "--bench", &bench, "--"]);
        step(&format!("Measuring {package}: {bench}"), command.args(arguments))?;
    }
    Ok(())
}
