//! A real `preppal serve`, killed at random instants while real candidates are interviewed, and started again.
//!
//! A *run* is one SIGKILL of a server with live interviews. A *round* is one server with a data directory of its own, a few
//! candidates and one to four runs; then everybody may finish, and what the candidates saw is compared with what the
//! backend has stored. Everything random follows from a round's seed; the instants themselves are the machine's.

mod answers;
mod backend;
mod candidate;
mod dice;
mod process;
mod round;
mod verdict;

use crate::program::{announce, root};
use crate::serve::build;
use anyhow::{Context, bail};
use process::Server;
use round::{Place, Round};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process as this, thread};
use verdict::Tally;

/// What the stand-in multiplies its delays with: interviews of seconds rather than minutes.
const STAND_IN_PACE: &str = "0.1";

const PROGRESS_EVERY: Duration = Duration::from_secs(10);

/// What the command is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Kills of a server with live interviews
    #[arg(long, default_value_t = 300, value_name = "N")]
    runs: u64,

    /// Seed of the first round; a failure names the seed of its own
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,

    /// Servers at a time
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=64))]
    lanes: u64,

    /// Take this `preppal` rather than building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// What all lanes share.
struct Field {
    place: Place,
    first_seed: u64,
    runs: u64,
    rounds_begun: AtomicU64,
    failed: AtomicBool,
    done: Mutex<Tally>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let binary = match &arguments.binary {
        Some(binary) => binary.canonicalize().with_context(|| format!("finding {}", binary.display()))?,
        None => build()?,
    };
    let folder = env::temp_dir().join(format!("preppal-kill-{}", this::id()));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let recording = root().join("crates/preppal/tests/data/answers.wav");
    let pace = ["stand-in", "--listen", "127.0.0.1:0", "--time-scale", STAND_IN_PACE].map(OsStr::new);
    let interviewer = Server::start(&binary, &pace, &[], &folder.join("stand-in.log"))?;
    let place = Place { binary, folder: folder.clone(), recording, interviewer: interviewer.url.clone() };
    let field = Field {
        place,
        first_seed: arguments.seed,
        runs: arguments.runs,
        rounds_begun: AtomicU64::new(0),
        failed: AtomicBool::new(false),
        done: Mutex::default(),
    };
    announce(&format!("Killing a server {} times, {} servers at a time", arguments.runs, arguments.lanes));
    let started = Instant::now();
    let failures = thread::scope(|scope| {
        let lanes: Vec<_> = (0..arguments.lanes).map(|_| scope.spawn(|| field.lane())).collect();
        watch(&field, started, || lanes.iter().all(thread::ScopedJoinHandle::is_finished));
        lanes
            .into_iter()
            .filter_map(|lane| lane.join().expect("a lane does not panic").err())
            .collect::<Vec<_>>()
    });
    eprintln!("\n{}", field.tally().summary(started.elapsed()));
    if failures.is_empty() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        return Ok(());
    }
    let told: Vec<String> = failures.iter().map(|failure| format!("{failure:#}")).collect();
    bail!("{}", told.join("\n"));
}

/// Tells how far it is until it is over.
fn watch(field: &Field, started: Instant, is_over: impl Fn() -> bool) {
    let mut told = Instant::now();
    while !is_over() {
        thread::sleep(Duration::from_millis(50));
        if told.elapsed() >= PROGRESS_EVERY {
            told = Instant::now();
            eprintln!("{}", field.tally().progress(started.elapsed()));
        }
    }
}

impl Field {
    fn tally(&self) -> Tally {
        self.done.lock().expect("no lane panics").clone()
    }

    /// Holds rounds until there were enough runs, or one failed.
    fn lane(&self) -> anyhow::Result<()> {
        while self.tally().runs < self.runs && !self.failed.load(Ordering::Relaxed) {
            let seed = self.first_seed + self.rounds_begun.fetch_add(1, Ordering::Relaxed);
            let folder = self.place.folder.join(format!("round-{seed}"));
            match self.round(seed, folder.clone()) {
                Ok(tally) => {
                    self.done.lock().expect("no lane panics").add(&tally);
                    fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
                }
                Err(error) => {
                    self.failed.store(true, Ordering::Relaxed);
                    return Err(error.context(format!(
                        "seed {seed} (again: cargo xtask kill --seed {seed} --lanes 1 --runs 1; data and logs: {})",
                        folder.display()
                    )));
                }
            }
        }
        Ok(())
    }

    fn round(&self, seed: u64, folder: PathBuf) -> anyhow::Result<Tally> {
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Round::start(&self.place, seed, folder)?.play()
    }
}
