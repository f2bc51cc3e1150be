//! One candidate, with somebody looking on.

use super::args::Args;
use super::backend::Backend;
use super::candidate::Until;
use super::conversation::{self, Call, Onlookers, Tape};
use super::outcome::{Problem, Verdict};
use super::screen::Screen;
use super::setup::{self, Position};
use super::stop;
use super::summary::{Stored, Summary};
use session_client::State;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};
use wire::SampleRate;

/// How long to wait for the backend to say that the interview is completed. The session host says it is over only after
/// the transcript is stored, so the first answer is nearly always it.
const STORED_WITHIN: Duration = Duration::from_secs(15);

/// Pause between two questions about it.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// Holds one interview and tells how it went.
pub(super) async fn run(args: Box<Args>) -> Result<Verdict, Problem> {
    let until =
        args.duration_s.map_or(Until::AllIsSaid, |seconds| Until::AfterMs(u64::from(seconds) * 1_000));
    let script = Arc::new(setup::script(&args, until)?);
    let position = Position::read(&args)?;
    let tape = args.out.as_deref().map(open_tape).transpose()?;
    let (backend, config) = setup::sign_in(args.door()).await?;
    let interview_id = match &args.interview {
        Some(id) => id.clone(),
        None => position.create(&backend).await?,
    };
    eprintln!(
        "Interview {interview_id}; the interviewer is {}.",
        setup::interviewer_name(config.interviewer)
    );

    let call = Call {
        backend: backend.clone(),
        worker_url: config.worker_url.trim_end_matches('/').to_owned(),
        interview_id: interview_id.clone(),
        script,
        speed: args.speed,
        seed: setup::random_seed()?,
        wish: stop::listen(),
    };
    let onlookers = Onlookers { screen: Some(Screen::new(!args.json)), tape, ..Onlookers::default() };
    let mut report = Box::pin(conversation::hold(call, onlookers)).await;
    if let Some(screen) = &mut report.screen {
        screen
            .end_line()
            .map_err(|error| Problem::because(Verdict::Lost, "cannot show the transcript", error))?;
    }
    if let Some(tape) = report.tape.take() {
        tape.finalize().map_err(|error| Problem::because(Verdict::Lost, "cannot finish --out", error))?;
    }

    let stored = stored(&backend, &interview_id, report.last).await;
    let summary = Summary::new(&interview_id, config.interviewer, &report, stored.as_ref());
    if args.json {
        let json = serde_json::to_string(&summary).expect("a summary of plain fields always serialises");
        println!("{json}");
    } else {
        summary.print();
    }
    if let Some(trouble) = &summary.trouble {
        eprintln!("preppal call: {trouble}");
    }
    Ok(summary.verdict())
}

fn open_tape(path: &Path) -> Result<Tape, Problem> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SampleRate::INTERVIEWER.hz(),
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let what = || format!("cannot write {}", path.display());
    hound::WavWriter::create(path, spec).map_err(|error| Problem::because(Verdict::Usage, what(), error))
}

/// Asks until the interview is over, for a bounded time, and returns the last answer. Where this candidate was not
/// admitted the interview may go on without it, and is asked for once.
pub(super) async fn stored(backend: &Backend, interview_id: &str, last: State) -> Option<Stored> {
    let until = Instant::now() + STORED_WITHIN;
    let may_go_on = Verdict::of(last) == Verdict::Refused;
    let mut stored = None;
    while let Ok(answer) = timeout_at(until, backend.interview(interview_id)).await {
        if let Ok(details) = answer {
            stored = Some(Stored { status: details.summary.status, transcript: details.transcript });
        }
        if may_go_on || stored.as_ref().is_some_and(Stored::is_over) {
            break;
        }
        sleep(ASK_EVERY).await;
    }
    stored
}

impl Summary {
    /// Tells it to a person.
    fn print(&self) {
        let stored = match (self.status, self.transcript_equal) {
            (Some(status), Some(true)) => format!("{}, transcript equal to what was shown", status.name()),
            (Some(status), Some(false)) => {
                format!("{}, transcript DIFFERENT from what was shown", status.name())
            }
            (Some(status), None) => status.name().to_owned(),
            (None, _) => "could not be read".to_owned(),
        };
        let lost = self.frames.lost.map_or_else(|| "unknown".to_owned(), |lost| lost.to_string());
        let latency = self.answer_latency_ms;
        println!();
        println!("Interview   {}", self.interview_id);
        println!("Stored      {stored}");
        println!("Turns       {} ({} questions, {} answers)", self.turns, self.questions, self.answers);
        println!(
            "Sound       {:.1} s sent, {:.1} s received, {:.1} s heard; frames lost: {lost}",
            self.seconds.sent, self.seconds.received, self.seconds.heard
        );
        let first = self.first_response_ms.map_or_else(|| "none".to_owned(), |ms| format!("{ms} ms"));
        let answers = match latency.count {
            0 => "none".to_owned(),
            _ => format!("p50 {:.0} ms, p95 {:.0} ms, max {:.0} ms", latency.p50, latency.p95, latency.max),
        };
        println!("Latency     first word {first}, answers {answers}");
        if self.reconnects > 0 {
            println!("Reconnects  {}", self.reconnects);
        }
    }
}
