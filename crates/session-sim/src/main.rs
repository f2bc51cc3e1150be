//! `session-sim`: runs worlds by seed, and replays one.

use clap::{Parser, Subcommand};
use session_sim::{Invariant, OnFailure, Outcome, Report, Seeds};
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Prints a line. A reader who has read enough is no failure.
macro_rules! tell {
    ($($what:tt)*) => {{
        let _ = writeln!(std::io::stdout().lock(), $($what)*);
    }};
}

/// Interviews in a simulated world, by seed, under an oracle
#[derive(Parser)]
#[command(name = "session-sim", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

#[derive(clap::Args)]
struct Run {
    /// How many worlds
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The seed of the first
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Break an invariant on purpose: the run must fail
    #[arg(long = "break", value_name = "INVARIANT")]
    broken: Option<Invariant>,
    /// Run on after a failure, and print the first of each kind
    #[arg(long)]
    keep_going: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Run one world and print what happens in it
    Replay {
        /// Its seed
        seed: u64,
        /// Break an invariant on purpose, as in the run that failed
        #[arg(long = "break", value_name = "INVARIANT")]
        broken: Option<Invariant>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Replay { seed, broken }) => replay(seed, broken),
        None => run(&arguments.run),
    }
}

fn run(run: &Run) -> ExitCode {
    let began = Instant::now();
    let on_failure = if run.keep_going { OnFailure::GoOn } else { OnFailure::Stop };
    let seeds = Seeds { first: run.first, count: run.seeds, jobs: run.jobs, broken: run.broken, on_failure };
    let report = session_sim::run_many(seeds);
    print(&report, began.elapsed());
    let broken = run.broken.map_or_else(String::new, |it| format!(" --break {}", it.name()));
    for (worlds, outcome) in report.failures.values() {
        tell!("\n{} ({worlds} of this kind)", verdict(outcome));
        tell!("replay it with: cargo xtask replay {}{broken}", outcome.seed);
    }
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn replay(seed: u64, broken: Option<Invariant>) -> ExitCode {
    let outcome = session_sim::replay(seed, broken);
    for line in &outcome.trace {
        tell!("{line}");
    }
    tell!("\n{}", verdict(&outcome));
    if outcome.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn verdict(outcome: &Outcome) -> String {
    match &outcome.violation {
        None => format!("seed {}: every invariant held", outcome.seed),
        Some(violation) => {
            let seconds = violation.at_ms as f64 / 1_000.0;
            format!(
                "seed {} broke {} after {seconds:.3} s: {}",
                outcome.seed,
                violation.invariant.name(),
                violation.what
            )
        }
    }
}

fn print(report: &Report, took: Duration) {
    tell!("{:<8} {:<42} {:>8}", "realm", "fault", "hits");
    for (realm, fault, hits) in report.faults.rows() {
        tell!("{realm:<8} {fault:<42} {hits:>8}");
    }
    let hours = report.simulated_ms as f64 / 3_600_000.0;
    let speed = report.simulated_ms as f64 / 1_000.0 / took.as_secs_f64().max(1e-9);
    tell!(
        "\n{} interviews, {hours:.1} simulated hours, {} events in {:.1} s: {speed:.0} times real time",
        report.worlds,
        report.steps,
        took.as_secs_f64()
    );
    let fewest = report.faults.rows().min_by_key(|(_, _, hits)| *hits);
    if let Some((realm, fault, hits)) = fewest {
        tell!("rarest fault: {realm}: {fault}, {hits} times");
    }
}
