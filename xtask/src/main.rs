//! The project's commands: `cargo xtask` lists them. What they print for people goes to standard error.

mod check;
mod fuzz;
mod kill;
mod layers;
mod metadata;
mod peer;
mod program;
mod serve;
mod setup;
mod sim;
mod test;
mod wasm;
mod web;
mod worker;

use clap::{Parser, Subcommand};
use peer::Peer;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The commands of the PrepPal repository")]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build PrepPal and run it on this machine; what follows is given to `preppal serve`
    Serve {
        /// For instance `--listen 127.0.0.1:8080 --data-dir /tmp/preppal`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Write a picture of every page to target/shots: light, dark, and on a phone
    Shots,
    /// Set up, check and test everything: what CI runs
    Test {
        /// Do without these peers; what needs them is not run, and the last lines say so
        #[arg(long, value_delimiter = ',', value_name = "PEERS")]
        without: Vec<Peer>,
    },
    /// Build the browser app into target/dist, where `preppal` takes it from, and print its sizes
    Web(web::Arguments),
    /// Build the Cloudflare Worker into target/worker and print its sizes
    Worker(worker::Arguments),
    /// Check format, lints, the edges between crates, and the generated code
    Check,
    /// Install what the tests need: PostgreSQL, Node.js, the official npm clients, Chromium
    Setup {
        /// Do without these peers
        #[arg(long, value_delimiter = ',', value_name = "PEERS")]
        without: Vec<Peer>,
    },
    /// Fail when a crate uses another that it must not use
    Layers,
    /// Write the Rust types of proto/interview.proto
    Codegen {
        /// Write nothing; fail when the committed types are not those of the schema
        #[arg(long)]
        check: bool,
    },
    /// Kill a real server again and again while candidates are interviewed; fails if a turn they saw is not stored
    Kill(kill::Arguments),
    /// Look for bytes that break a check of `crates/fuzz-checks`; needs a nightly compiler and cargo-fuzz
    Fuzz {
        /// A file of `fuzz/fuzz_targets`, without its ending
        target: String,
        /// How long
        #[arg(long, default_value_t = 600)]
        seconds: u64,
    },
    /// Run simulated interviews by seed, under an oracle; what follows is given to `session-sim`
    Sim {
        /// For instance `--seeds 20000`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Run one simulated interview and print what happens in it
    Replay {
        /// Its seed, and what was broken on purpose: `--break duration`
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Measure the audio path; what follows is given to criterion, for instance a name to filter by
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nFAILED: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { arguments } => serve::run(&arguments),
        Command::Test { without } => test::run(&without),
        Command::Web(arguments) => web::run(&arguments),
        Command::Worker(arguments) => worker::run(&arguments),
        Command::Shots => test::shots(),
        Command::Check => check::run(),
        Command::Setup { without } => setup::run(&without),
        Command::Layers => layers::run(),
        Command::Codegen { check } => check::codegen(if check { &["--check"] } else { &[] }),
        Command::Kill(arguments) => kill::run(&arguments),
        Command::Fuzz { target, seconds } => fuzz::run(&target, seconds),
        Command::Sim { arguments } => sim::run(&arguments),
        Command::Replay { arguments } => sim::replay(&arguments),
        Command::Bench { arguments } => test::bench(&arguments),
    }
}
