//! The built Worker in Cloudflare's runtime, without Wrangler: one process, its storage in a folder.

use crate::place::{self, Build};
use crate::process::Process;
use anyhow::Context;
use std::fs;
use std::path::Path;
use tokio::process::Command;

/// The runtime's configuration; what it says for the Worker, `wrangler.toml` says for Cloudflare.
const CONFIG: &str = include_str!("../worker.capnp");

/// What stands in it for the variables.
const VARIABLES: &str = "# VARIABLES";

/// Starts the Worker with these variables. Objects keep what they store below `folder`. Returns where it listens.
pub(crate) async fn start(
    build: Build,
    variables: &[(&str, String)],
    folder: &Path,
    log: &Path,
) -> anyhow::Result<(Process, String)> {
    let built = place::worker(build)?;
    for file in ["index.js", "index_bg.wasm"] {
        fs::copy(built.join(file), folder.join(file))
            .with_context(|| format!("copying the Worker's {file}"))?;
    }
    let binding =
        |(name, _): &(&str, String)| format!("(name = \"{name}\", fromEnvironment = \"{name}\"),\n    ");
    let config = CONFIG.replace(VARIABLES, &variables.iter().map(binding).collect::<String>());
    fs::write(folder.join("worker.capnp"), config).context("writing the Worker's configuration")?;
    let storage = storage(folder);
    fs::create_dir_all(&storage).context("making a folder for the Worker's objects")?;
    let mut command = Command::new(place::workerd()?);
    command.args(["serve", "worker.capnp", "--control-fd=1", "--directory-path"]);
    command.arg(format!("storage={}", storage.display()));
    command.current_dir(folder).env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
    Process::start(command, log, listens).await
}

/// Returns where objects are stored: a database each, below a folder for their class.
pub(crate) fn storage(folder: &Path) -> std::path::PathBuf {
    folder.join("storage")
}

fn listens(line: &str) -> Option<String> {
    let told: serde_json::Value = serde_json::from_str(line).ok()?;
    let port = told["port"].as_u64().filter(|_| told["event"] == "listen")?;
    Some(format!("http://127.0.0.1:{port}"))
}
