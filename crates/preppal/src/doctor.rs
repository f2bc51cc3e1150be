//! `preppal doctor`: looks at everything PrepPal depends on, and says what to mend.

mod backend;
mod data;
mod model;

use crate::environment::Environment;
use crate::settings::{Deployment, Settings};
use serde::Serialize;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// Check what is set up, and say what to mend
///
/// Looks at the configuration, the data directory, the database, the interviewer (Gemini with a real handshake, or the
/// stand-in), the backend as the session host sees it, and the clock. Ends with exit code 1 if something is broken;
/// what is only missing until `preppal serve` runs is a warning.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print one JSON object in place of text
    #[arg(long)]
    json: bool,

    /// Where database and development secrets are kept [variable: PREPPAL_DATA_DIR; otherwise .preppal]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,

    /// Where the backend is [variable: APP_URL; in development http://127.0.0.1:3000]
    #[arg(long, value_name = "URL")]
    app_url: Option<String>,
}

/// What a check found.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    check: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Ok,
    Warning,
    Broken,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: State::Ok, detail: detail.into(), mend: None }
    }

    fn warning(check: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, state: State::Warning, detail: detail.into(), mend: Some(mend.into()) }
    }

    fn broken(check: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, state: State::Broken, detail: detail.into(), mend: Some(mend.into()) }
    }
}

/// What a peer's `Date` header said, and when we read it.
#[derive(Clone, Copy, Debug)]
struct PeerTime {
    theirs: SystemTime,
    ours: SystemTime,
}

impl PeerTime {
    fn of(answer: &reqwest::Response) -> Option<Self> {
        let date = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
        Some(Self { theirs: httpdate::parse_http_date(date).ok()?, ours: SystemTime::now() })
    }
}

pub(crate) async fn run(args: Args, environment: Environment) -> anyhow::Result<ExitCode> {
    let environment = environment
        .with_flag("PREPPAL_DATA_DIR", args.data_dir.as_deref())
        .with_flag("APP_URL", args.app_url.as_deref());
    let findings = match Settings::read(&environment) {
        Ok(settings) => examine(&settings).await?,
        Err(problems) => {
            let broken = |problem: &crate::settings::Problem| {
                let detail = format!("{} {}", problem.variable, problem.what);
                Finding::broken("configuration", detail, problem.mend.clone())
            };
            problems.0.iter().map(broken).collect()
        }
    };
    if args.json {
        print_json(&findings)?;
    } else {
        print_text(&findings);
    }
    let is_broken = findings.iter().any(|finding| finding.state == State::Broken);
    Ok(if is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn examine(settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
    let mut findings = vec![configuration(settings), data::directory(settings)];
    findings.push(data::database(settings).await);
    let (model, model_time) = model::check(settings, &client).await;
    findings.extend(model);
    let (backend, backend_time) = backend::check(settings, &client).await;
    findings.push(backend);
    findings.push(clock(model_time.or(backend_time)));
    Ok(findings)
}

fn configuration(settings: &Settings) -> Finding {
    let secrets = match (&settings.secrets.jwt, &settings.secrets.worker_shared) {
        (Some(_), Some(_)) => "secrets are set",
        _ => "development secrets",
    };
    match settings.deployment {
        Deployment::Development => {
            Finding::ok("configuration", format!("complete, for development; {secrets}"))
        }
        Deployment::Production if settings.mail.is_none() => Finding::warning(
            "configuration",
            "complete, for production, but nobody can sign in: no mail server",
            "set SMTP_URL and MAIL_FROM",
        ),
        Deployment::Production => {
            Finding::ok("configuration", format!("complete, for production; {secrets}"))
        }
    }
}

/// A token is refused when the clocks of backend and session host differ by more than its leeway.
fn clock(peer: Option<PeerTime>) -> Finding {
    const BROKEN: Duration = Duration::from_secs(api::token::LEEWAY_S.unsigned_abs());
    const NOTICEABLE: Duration = Duration::from_secs(5);
    const MEND: &str = "set this machine's clock by NTP, for instance with `timedatectl set-ntp true`";
    let Some(PeerTime { theirs, ours }) = peer else {
        return Finding::warning(
            "clock",
            "not compared: no peer told its time",
            "start `preppal serve` and ask again",
        );
    };
    let difference = theirs.duration_since(ours).unwrap_or_else(|behind| behind.duration());
    let detail = format!("differs from a peer's by {:.0} s", difference.as_secs_f64());
    if difference > BROKEN {
        Finding::broken("clock", detail, MEND)
    } else if difference > NOTICEABLE {
        Finding::warning("clock", detail, MEND)
    } else {
        Finding::ok("clock", "agrees with a peer's")
    }
}

fn print_text(findings: &[Finding]) {
    for Finding { check, state, detail, mend } in findings {
        let state = match state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Broken => "BROKEN",
        };
        match mend {
            None => println!("{state:<8} {check:<14} {detail}"),
            Some(mend) => println!("{state:<8} {check:<14} {detail} -> {mend}"),
        }
    }
}

fn print_json(findings: &[Finding]) -> anyhow::Result<()> {
    let ok = findings.iter().all(|finding| finding.state != State::Broken);
    println!("{}", serde_json::to_string(&serde_json::json!({ "ok": ok, "checks": findings }))?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PeerTime, State, clock};
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_clock_is_judged_by_what_a_token_bears() {
        let ours = SystemTime::now();
        let seen = |theirs| clock(Some(PeerTime { theirs, ours })).state;
        assert_eq!(seen(ours - Duration::from_secs(2)), State::Ok);
        assert_eq!(seen(ours + Duration::from_secs(10)), State::Warning);
        assert_eq!(seen(ours - Duration::from_secs(31)), State::Broken);
        assert_eq!(clock(None).state, State::Warning);
    }
}
