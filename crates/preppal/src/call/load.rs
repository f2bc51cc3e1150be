//! Many candidates at once, to see what a session host carries.
//!
//! All play the same recording, decoded and encoded once. They arrive over the ramp and each stays for the ramp and the
//! duration, so that all of them are there together for the duration.

use super::args::Args;
use super::backend::Backend;
use super::candidate::{Script, Until};
use super::conversation::{self, Call, Gauges, Onlookers};
use super::figures::Percentiles;
use super::outcome::{Problem, Verdict, chain};
use super::setup::{self, Position};
use super::single::stored;
use super::stop::{self, Wish};
use super::summary::Summary;
use api::public::Interviewer;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// How long all candidates stay together if nothing else is asked for, seconds.
const DURATION_S: u32 = 60;

/// What all candidates have in common.
#[derive(Clone)]
struct Crowd {
    backend: Backend,
    worker_url: String,
    interviewer: Interviewer,
    position: Position,
    script: Arc<Script>,
    speed: u32,
    gauges: Arc<Gauges>,
    wish: watch::Receiver<Wish>,
}

/// How one of them fared.
struct Fared {
    summary: Summary,
    first_response_ms: Option<u64>,
    latencies_ms: Vec<u64>,
    lateness_us: Vec<u32>,
}

/// Runs all of them and tells how they fared.
pub(super) async fn run(args: Box<Args>) -> Result<Verdict, Problem> {
    let stay_ms = u64::from(args.ramp + args.duration_s.unwrap_or(DURATION_S)) * 1_000;
    let script = Arc::new(setup::script(&args, Until::AfterMs(stay_ms))?);
    let position = Position::read(&args)?;
    let (backend, config) = setup::sign_in(args.door()).await?;
    let crowd = Crowd {
        backend,
        worker_url: config.worker_url.trim_end_matches('/').to_owned(),
        interviewer: config.interviewer,
        position,
        script,
        speed: args.speed,
        gauges: Arc::default(),
        wish: stop::listen(),
    };
    eprintln!(
        "{} candidates; the interviewer is {}.",
        args.count,
        setup::interviewer_name(crowd.interviewer)
    );
    let total = attend(&crowd, args.count, args.ramp).await;
    if args.json {
        let json = serde_json::to_string(&total).expect("a total of plain fields always serialises");
        println!("{json}");
    } else {
        total.print();
    }
    Ok(total.verdict())
}

async fn attend(crowd: &Crowd, count: u32, ramp_s: u32) -> Total {
    let started = Instant::now();
    let mut candidates = JoinSet::new();
    for at in 0..count {
        let arrival = started + Duration::from_secs(ramp_s.into()) * at / count;
        let crowd = crowd.clone();
        candidates.spawn(async move {
            sleep_until(arrival).await;
            Box::pin(take_part(crowd)).await
        });
    }
    let mut total = Total::new(count);
    let mut progress = interval(PROGRESS_EVERY);
    progress.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            candidate = candidates.join_next() => match candidate {
                None => break,
                Some(Ok(fared)) => total.add(fared),
                Some(Err(error)) => total.add(Err(Problem::because(Verdict::Lost, "a candidate broke down", error))),
            },
            _ = progress.tick() => total.print_progress(started.elapsed(), &crowd.gauges),
        }
    }
    total.finish(started.elapsed())
}

async fn take_part(crowd: Crowd) -> Result<Fared, Problem> {
    if *crowd.wish.borrow() != Wish::Stay {
        return Err(Problem::new(Verdict::Lost, "stopped before it began"));
    }
    let interview_id = crowd.position.create(&crowd.backend).await?;
    let call = Call {
        backend: crowd.backend.clone(),
        worker_url: crowd.worker_url,
        interview_id: interview_id.clone(),
        script: crowd.script,
        speed: crowd.speed,
        seed: setup::random_seed()?,
        wish: crowd.wish,
    };
    let onlookers = Onlookers { gauges: crowd.gauges, ..Onlookers::default() };
    let report = conversation::hold(call, onlookers).await;
    let stored = stored(&crowd.backend, &interview_id, report.last).await;
    Ok(Fared {
        summary: Summary::new(&interview_id, crowd.interviewer, &report, stored.as_ref()),
        first_response_ms: report.candidate.first_response_ms(),
        latencies_ms: report.candidate.latencies_ms().to_vec(),
        lateness_us: report.lateness_us,
    })
}

/// The object that `--json` prints for many. Fields are added, never renamed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    outcome: &'static str,
    exit_code: u8,
    sessions: Sessions,
    elapsed_seconds: f64,
    frames_sent: u64,
    /// Frames and messages lost, as in the summary of a single interview.
    frames_lost: u64,
    seconds_received: f64,
    turns: usize,
    reconnects: u64,
    /// Interviews whose stored transcript is the one that was shown.
    transcripts_equal: u64,
    first_response_ms: Percentiles,
    answer_latency_ms: Percentiles,
    send_lateness_ms: Percentiles,
    /// What went wrong, and how often.
    trouble: BTreeMap<String, u64>,
    #[serde(skip)]
    series: Series,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sessions {
    wanted: u32,
    /// Ended as they should, stored and without loss.
    completed: u64,
    failed: u64,
}

#[derive(Debug, Default)]
struct Series {
    first_response_ms: Vec<u64>,
    latencies_ms: Vec<u64>,
    lateness_us: Vec<u32>,
    /// The worst that happened to any of them.
    verdict: Option<Verdict>,
}

impl Total {
    fn new(wanted: u32) -> Self {
        Self {
            outcome: "",
            exit_code: 0,
            sessions: Sessions { wanted, ..Sessions::default() },
            elapsed_seconds: 0.0,
            frames_sent: 0,
            frames_lost: 0,
            seconds_received: 0.0,
            turns: 0,
            reconnects: 0,
            transcripts_equal: 0,
            first_response_ms: Percentiles::default(),
            answer_latency_ms: Percentiles::default(),
            send_lateness_ms: Percentiles::default(),
            trouble: BTreeMap::new(),
            series: Series::default(),
        }
    }

    fn add(&mut self, fared: Result<Fared, Problem>) {
        let (verdict, trouble) = match fared {
            Ok(fared) => {
                let verdict = fared.summary.verdict();
                let trouble = fared.summary.trouble.clone();
                self.add_figures(fared);
                (verdict, trouble)
            }
            Err(problem) => (problem.verdict(), Some(chain(&problem))),
        };
        if verdict == Verdict::Success {
            self.sessions.completed += 1;
        } else {
            self.sessions.failed += 1;
            self.series.verdict.get_or_insert(verdict);
        }
        if let Some(trouble) = trouble {
            *self.trouble.entry(trouble).or_default() += 1;
        }
    }

    fn add_figures(&mut self, fared: Fared) {
        let summary = fared.summary;
        self.frames_sent += summary.frames.sent;
        self.frames_lost += summary.frames.lost.unwrap_or_default();
        self.seconds_received += summary.seconds.received;
        self.turns += summary.turns;
        self.reconnects += summary.reconnects;
        self.transcripts_equal += u64::from(summary.transcript_equal == Some(true));
        self.series.first_response_ms.extend(fared.first_response_ms);
        self.series.latencies_ms.extend(fared.latencies_ms);
        self.series.lateness_us.extend(fared.lateness_us);
    }

    fn finish(mut self, elapsed: Duration) -> Self {
        let series = std::mem::take(&mut self.series);
        self.elapsed_seconds = elapsed.as_secs_f64();
        self.first_response_ms = Percentiles::of_ms(series.first_response_ms);
        self.answer_latency_ms = Percentiles::of_ms(series.latencies_ms);
        self.send_lateness_ms = Percentiles::of_us(series.lateness_us);
        let verdict = series.verdict.unwrap_or(Verdict::Success);
        self.outcome = verdict.name();
        self.exit_code = verdict.number();
        self.series.verdict = series.verdict;
        self
    }

    fn verdict(&self) -> Verdict {
        self.series.verdict.unwrap_or(Verdict::Success)
    }

    fn print_progress(&self, elapsed: Duration, gauges: &Gauges) {
        eprintln!(
            "{:4} s: {} live, {} completed, {} failed; {} frames sent, {} turns heard",
            elapsed.as_secs(),
            gauges.live.load(Ordering::Relaxed),
            self.sessions.completed,
            self.sessions.failed,
            gauges.frames_sent.load(Ordering::Relaxed),
            gauges.turns_heard.load(Ordering::Relaxed),
        );
    }

    fn print(&self) {
        let sessions = &self.sessions;
        println!(
            "Sessions     {} of {} completed, {} failed",
            sessions.completed, sessions.wanted, sessions.failed
        );
        println!("Frames       {} sent, {} lost", self.frames_sent, self.frames_lost);
        println!("Transcripts  {} turns, {} equal to what was shown", self.turns, self.transcripts_equal);
        println!("Reconnects   {}", self.reconnects);
        for (name, figures) in [
            ("First word", self.first_response_ms),
            ("Answers", self.answer_latency_ms),
            ("Lateness", self.send_lateness_ms),
        ] {
            println!(
                "{name:<12} p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms ({} measured)",
                figures.p50, figures.p95, figures.p99, figures.max, figures.count
            );
        }
        for (trouble, count) in &self.trouble {
            println!("Trouble      {count} x {trouble}");
        }
    }
}
