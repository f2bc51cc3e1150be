//! `preppal report`: what came of an interview, for the one who was in it.

use super::backend::Backend;
use super::outcome::{Problem, Verdict, chain};
use super::setup::{self, Door};
use api::interview::Status;
use api::public::ListInterviews;
use api::report::{GetMarkdown, GetReport, Report, State};
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often a report that is not judged yet is asked for.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// Print the report of an interview
///
/// Delivery, timeline and transcript are there as soon as the interview is over, with or without a key for Gemini; the
/// judgement of the content follows, or the report says why there is none.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Exit codes:
  0  the report was printed
  2  the command line is wrong
  3  refused: not signed in, no such interview, or it is not over
  4  lost: the answer could not be read
  5  the app cannot be reached

Examples:
  preppal report
  preppal report 3q2-8fYx --wait 60
  preppal report 3q2-8fYx --json > report.json")]
pub(crate) struct Args {
    /// Which interview; the last one that is over if none is named
    #[arg(value_name = "ID")]
    interview: Option<String>,

    /// Print JSON, as docs/report.schema.json describes it
    #[arg(long, conflicts_with = "markdown")]
    json: bool,

    /// Print Markdown
    #[arg(long)]
    markdown: bool,

    /// Wait up to so many seconds for the judgement
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,

    /// The app's address
    #[arg(long, env = "APP_URL", default_value = "http://127.0.0.1:3000", value_name = "URL")]
    url: String,

    /// Sign in with this address; the code is asked for
    #[arg(long, value_name = "ADDRESS", conflicts_with = "cookie")]
    email: Option<String>,

    /// Use the session of this Cookie header
    #[arg(long, value_name = "NAME=VALUE")]
    cookie: Option<String>,
}

/// Runs the command. Every exit code is explained by `--help`.
pub(crate) async fn run(args: Args) -> ExitCode {
    match print(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("preppal report: {}", chain(&problem));
            problem.verdict().exit_code()
        }
    }
}

async fn print(args: &Args) -> Result<(), Problem> {
    let door = Door { url: &args.url, email: args.email.as_deref(), cookie: args.cookie.as_deref() };
    let (backend, _) = setup::sign_in(door).await?;
    let interview_id = match &args.interview {
        Some(id) => id.clone(),
        None => latest(&backend).await?,
    };
    let report = wait_for(&backend, &interview_id, Duration::from_secs(args.wait)).await?;
    if args.json {
        let json = serde_json::to_string_pretty(&report).expect("a report of plain fields always serialises");
        println!("{json}");
        return Ok(());
    }
    let answer = backend.call(&GetMarkdown { interview_id }).await;
    let markdown = answer.map_err(|error| setup::refusal("the report was not given", error))?.markdown;
    print!("{}", if args.markdown { markdown } else { plain(&markdown) });
    Ok(())
}

async fn latest(backend: &Backend) -> Result<String, Problem> {
    let page = backend.call(&ListInterviews::default()).await;
    let page = page.map_err(|error| setup::refusal("the interviews were not listed", error))?;
    let over = page.items.into_iter().find(|interview| interview.status == Status::Completed);
    let none = || Problem::new(Verdict::Refused, "no interview is over yet");
    over.map(|interview| interview.id).ok_or_else(none)
}

async fn wait_for(backend: &Backend, interview_id: &str, patience: Duration) -> Result<Report, Problem> {
    let until = Instant::now() + patience;
    loop {
        let answer = backend.call(&GetReport { interview_id: interview_id.to_owned() }).await;
        let report = answer.map_err(|error| setup::refusal("the report was not given", error))?;
        if report.state != State::Queued || Instant::now() >= until {
            return Ok(report);
        }
        sleep(ASK_EVERY).await;
    }
}

/// Markdown without the backslashes that keep text from being formatting: nothing formats in a terminal.
fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => text.extend(chars.next()),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn text_is_shown_as_it_was_said() {
        assert_eq!(plain(r"\*\*bold\*\* a\\b \| c"), r"**bold** a\b | c");
    }
}
