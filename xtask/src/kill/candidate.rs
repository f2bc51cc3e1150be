//! A real candidate: `preppal call`, and what it saw.

use super::answers::Answers;
use super::process::{interrupt, preppal, wait_for};
use anyhow::Context;
use serde::Deserialize;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

/// How long signing in and creating an interview may take.
const BEGINS_WITHIN: Duration = Duration::from_secs(20);

/// How long a whole interview may take, with the waits of a candidate who has to rejoin again and again.
const ENDS_WITHIN: Duration = Duration::from_secs(90);

/// How long a candidate may take to notice Ctrl-C.
const NOTICES_WITHIN: Duration = Duration::from_secs(5);

/// A candidate that runs.
pub(super) struct Candidate {
    child: Child,
    log: PathBuf,
    summary: PathBuf,
    pub(super) interview_id: String,
    pub(super) answers: Answers,
    pub(super) gave_up: bool,
}

/// What a candidate tells at its end.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Saw {
    pub(super) outcome: String,
    pub(super) transcript_equal: Option<bool>,
    pub(super) trouble: Option<String>,
    pub(super) reconnects: u64,
    pub(super) frames: Frames,
    pub(super) messages: Messages,
    pub(super) transcript: Vec<Turn>,
}

#[derive(Deserialize)]
pub(super) struct Frames {
    pub(super) lost: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Messages {
    pub(super) lost: u64,
}

/// A turn on the candidate's screen.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Turn {
    pub(super) speaker: String,
    pub(super) started_ms: i64,
    pub(super) is_final: bool,
    pub(super) text: String,
}

impl Candidate {
    pub(super) fn start(
        binary: &Path,
        folder: &Path,
        number: u64,
        url: &str,
        answers: Answers,
    ) -> anyhow::Result<Self> {
        let log = folder.join(format!("candidate-{number}.log"));
        let summary = folder.join(format!("candidate-{number}.json"));
        let stdout = File::create(&summary).with_context(|| format!("making {}", summary.display()))?;
        let mut command = preppal(binary, &log)?;
        command.args(["call", "--url", url, "--json"]).args(&answers.arguments).stdout(stdout);
        let child = command.spawn().context("starting a candidate")?;
        Ok(Self { child, log, summary, interview_id: String::new(), answers, gave_up: false })
    }

    /// Waits until its interview exists.
    pub(super) fn begin(&mut self) -> anyhow::Result<()> {
        let id = wait_for(BEGINS_WITHIN, || {
            let said = fs::read_to_string(&self.log)?;
            let id = said.lines().find_map(|line| line.strip_prefix("Interview ")?.split_once(';'));
            Ok(id.map(|(id, _)| id.to_owned()))
        })?;
        self.interview_id = id.with_context(|| format!("no interview began: {}", self.log.display()))?;
        Ok(())
    }

    pub(super) fn is_there(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait().context("looking for a candidate")?.is_none())
    }

    /// Makes it leave without a goodbye: it is not connected, and is told to stop at once.
    pub(super) fn give_up(&mut self) -> anyhow::Result<()> {
        interrupt(&self.child)?;
        let noticed = wait_for(NOTICES_WITHIN, || {
            let noticed = fs::read_to_string(&self.log)?.contains("once more to stop at once");
            Ok((noticed || !self.is_there()?).then_some(()))
        })?;
        noticed.context("a candidate does not notice Ctrl-C")?;
        interrupt(&self.child)?;
        self.gave_up = true;
        Ok(())
    }

    /// Waits for its end and returns what it saw.
    pub(super) fn end(&mut self) -> anyhow::Result<Saw> {
        let ended = wait_for(ENDS_WITHIN, || Ok((!self.is_there()?).then_some(())))?;
        ended.with_context(|| format!("a candidate does not end: {}", self.log.display()))?;
        let summary = fs::read(&self.summary)?;
        serde_json::from_slice(&summary).with_context(|| format!("no summary in {}", self.summary.display()))
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
