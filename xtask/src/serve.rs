//! PrepPal on this machine, from one command. What built this program builds PrepPal too, so there is nothing to set up.

use crate::program::{announce, cargo};
use crate::web::{self, Build};
use anyhow::{Context, bail};
use serde::Deserialize;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) fn run(arguments: &[OsString]) -> anyhow::Result<()> {
    web::build(Build::Product).context(
        "the browser app cannot be built; without it: cargo run --release --package preppal -- serve",
    )?;
    let binary = build()?;
    announce("Starting PrepPal; Ctrl-C ends it");
    become_program(Command::new(binary).arg("serve").args(arguments))
}

/// Builds the binary, with cargo's progress on standard error, and returns where it is.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    announce("Building PrepPal (the first time takes some minutes)");
    let mut command = cargo(&["build", "--release", "--package", "preppal", "--bin", "preppal"]);
    command.arg("--message-format=json-render-diagnostics").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut cargo = command.spawn().context("starting cargo")?;
    let news = cargo.stdout.take().context("cargo's output is piped")?;
    let mut binary = None;
    for line in BufReader::new(news).lines() {
        binary = executable(&line?).or(binary);
    }
    if !cargo.wait()?.success() {
        bail!("PrepPal could not be built");
    }
    binary.context("cargo built no binary")
}

/// Returns the binary that a line of cargo's news is about, if it is about one.
fn executable(line: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct News {
        executable: Option<PathBuf>,
    }
    serde_json::from_str::<News>(line).ok()?.executable
}

/// Takes the place of this process, so that Ctrl-C and other signals reach the program and nobody else.
#[cfg(unix)]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("starting PrepPal")
}

/// Waits for the program; Ctrl-C reaches both, and the program decides when to end.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("starting PrepPal")?;
    std::process::exit(status.code().unwrap_or(1));
}

#[cfg(test)]
mod tests {
    use super::executable;
    use std::path::PathBuf;

    #[test]
    fn finds_the_binary_in_cargos_news() {
        let artifact = r#"{"reason":"compiler-artifact","executable":"/t/release/preppal"}"#;
        assert_eq!(executable(artifact), Some(PathBuf::from("/t/release/preppal")));
        assert_eq!(executable(r#"{"reason":"compiler-artifact","executable":null}"#), None);
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(executable("warning: not JSON"), None);
    }
}
