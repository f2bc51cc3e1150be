//! `preppal call`: a candidate in the terminal.
//!
//! It signs in, creates an interview, joins it like a browser would, listens, answers with what a recording holds or with
//! typed text, shows the transcript as it forms, ends politely, and compares what was shown with what the backend stored.
//! With `--count` it is many candidates at once.
//!
//! What is said and when is decided in [`candidate`], without I/O; the protocol lives in the crate `session-client`;
//! [`conversation`] owns the socket and the clock and decides nothing.

mod answers;
mod args;
mod backend;
mod candidate;
mod conversation;
mod figures;
mod load;
mod outcome;
mod recording;
mod report;
mod screen;
mod setup;
mod single;
mod stop;
mod summary;

pub(crate) use args::Args;
pub(crate) use report::{Args as ReportArgs, run as report};

use std::process::ExitCode;

/// Runs the command. Every exit code is explained by `--help`.
pub(crate) async fn run(args: Args) -> ExitCode {
    let json = args.json;
    let result =
        if args.count > 1 { load::run(Box::new(args)).await } else { single::run(Box::new(args)).await };
    match result {
        Ok(verdict) => verdict.exit_code(),
        Err(problem) => {
            problem.report(json);
            problem.verdict().exit_code()
        }
    }
}
