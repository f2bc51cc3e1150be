//! `preppal` as a process.

use crate::place::Place;
use crate::process::Process;
use std::path::Path;
use tokio::process::Command;

/// Starts `preppal` with these arguments and variables, and no others of PrepPal's. Returns where it listens.
pub(crate) async fn start(
    place: &Place,
    arguments: &[&str],
    variables: &[(&str, String)],
    folder: &Path,
    log: &Path,
) -> anyhow::Result<(Process, String)> {
    let mut command = Command::new(place.preppal()?);
    command.args(arguments).args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(folder);
    command.current_dir(folder).env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
    Process::start(command, log, |line| line.strip_prefix("PrepPal is ready: ").map(str::to_owned)).await
}
