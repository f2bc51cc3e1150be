//! From the command line to a candidate at the door: sign-in, interview, script.

use super::answers::{self, Answer};
use super::args::Args;
use super::backend::{Backend, BackendError};
use super::candidate::{Manners, Script, Until, frames_of};
use super::outcome::{Problem, Verdict};
use super::recording;
use api::public::{
    CodeRequested, CreateInterview, GetConfig, Interviewer, PublicConfig, RequestCode, SignInLocal,
    VerifyCode,
};
use reqwest::header::HeaderValue;
use std::io::{self, BufRead, Write};
use std::path::Path;
use trpc::Code;

/// How long a candidate waits for an interviewer who says nothing.
const PATIENCE_MS: u64 = 30_000;

/// Returns what the candidate is going to say.
pub(super) fn script(args: &Args, until: Until) -> Result<Script, Problem> {
    let mut answers = Vec::new();
    if let Some(path) = &args.wav {
        let what = || format!("cannot use {}", path.display());
        let samples =
            recording::read(path).map_err(|error| Problem::because(Verdict::Usage, what(), error))?;
        answers = answers::cut(&samples, args.answer);
        if answers.is_empty() {
            let what = format!("{} holds nothing but silence", path.display());
            return Err(Problem::new(Verdict::Usage, what));
        }
    }
    answers.extend(args.text.iter().map(|text| Answer::Typed(text.as_str().into())));
    answers.extend(args.silence.map(|seconds| Answer::Silent(frames_of(seconds))));
    if answers.is_empty() {
        let what = "nothing to say: give --wav FILE, --text TEXT or --silence SECONDS";
        return Err(Problem::new(Verdict::Usage, what));
    }
    let manners = if args.barge_in { Manners::BargesIn } else { Manners::Polite };
    Ok(Script { answers, silence: answers::silent_frame(), manners, until, patience_ms: PATIENCE_MS })
}

/// Where the app is, and who comes.
#[derive(Clone, Copy)]
pub(super) struct Door<'a> {
    pub(super) url: &'a str,
    pub(super) email: Option<&'a str>,
    pub(super) cookie: Option<&'a str>,
}

impl Args {
    pub(super) fn door(&self) -> Door<'_> {
        Door { url: &self.url, email: self.email.as_deref(), cookie: self.cookie.as_deref() }
    }
}

/// Signs in and learns where the session host is.
pub(super) async fn sign_in(door: Door<'_>) -> Result<(Backend, PublicConfig), Problem> {
    let backend = Backend::new(door.url).map_err(|error| problem(door.url, error))?;
    let config = backend.call(&GetConfig).await.map_err(|error| problem(door.url, error))?;
    let backend = match (door.cookie, door.email) {
        (Some(cookie), _) => {
            let mut cookie = HeaderValue::from_str(cookie.trim()).map_err(|error| {
                Problem::because(Verdict::Usage, "--cookie is not the value of a Cookie header", error)
            })?;
            cookie.set_sensitive(true);
            backend.with_cookie(cookie)
        }
        (None, Some(email)) => sign_in_by_email(backend, email).await?,
        (None, None) => sign_in_locally(backend, &config).await?,
    };
    Ok((backend, config))
}

async fn sign_in_locally(mut backend: Backend, config: &PublicConfig) -> Result<Backend, Problem> {
    if !config.local_sign_in {
        let what =
            "this app signs nobody in without an e-mailed code: give --email ADDRESS or --cookie NAME=VALUE";
        return Err(Problem::new(Verdict::Refused, what));
    }
    let signed_in = backend.sign_in(&SignInLocal).await;
    signed_in.map_err(|error| refusal("signing in as the local user failed", error))?;
    Ok(backend)
}

async fn sign_in_by_email(mut backend: Backend, email: &str) -> Result<Backend, Problem> {
    let request = RequestCode { email: email.to_owned() };
    let CodeRequested { code, .. } =
        backend.call(&request).await.map_err(|error| refusal("no sign-in code was sent", error))?;
    let code = match code {
        Some(code) => code,
        None => {
            let asked = tokio::task::spawn_blocking(ask_for_code).await.map_err(io::Error::other).flatten();
            asked.map_err(|error| Problem::because(Verdict::Usage, "no sign-in code was entered", error))?
        }
    };
    let verify = VerifyCode { email: email.to_owned(), code };
    backend.sign_in(&verify).await.map_err(|error| refusal("the sign-in code was not accepted", error))?;
    Ok(backend)
}

fn ask_for_code() -> io::Result<String> {
    let mut terminal = io::stderr();
    write!(terminal, "Code from the e-mail: ")?;
    terminal.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    match line.trim() {
        "" => Err(io::ErrorKind::UnexpectedEof.into()),
        code => Ok(code.to_owned()),
    }
}

/// What an interview created by this command is about; shared by many candidates.
#[derive(Clone)]
pub(super) struct Position {
    role: String,
    job_description: String,
    resume: String,
    persona: String,
    language: String,
    duration_minutes: u32,
}

impl Position {
    pub(super) fn read(args: &Args) -> Result<Self, Problem> {
        let file = Path::new(&args.job_description);
        let job_description = if !args.job_description.is_empty() && file.is_file() {
            read_text(file)?
        } else {
            args.job_description.clone()
        };
        Ok(Self {
            role: args.role.clone(),
            job_description,
            resume: args.resume_file.as_deref().map(read_text).transpose()?.unwrap_or_default(),
            persona: args.persona.clone(),
            language: args.language.clone(),
            duration_minutes: args.duration,
        })
    }

    /// Creates an interview and returns its id.
    pub(super) async fn create(&self, backend: &Backend) -> Result<String, Problem> {
        let input = CreateInterview {
            idempotency_key: random_key()?,
            role: self.role.clone(),
            job_description: self.job_description.clone(),
            resume: self.resume.clone(),
            persona: self.persona.clone(),
            language: self.language.clone(),
            duration_minutes: self.duration_minutes,
        };
        let created = backend.call(&input).await;
        created.map(|it| it.id).map_err(|error| refusal("the interview was not created", error))
    }
}

fn read_text(path: &Path) -> Result<String, Problem> {
    let what = || format!("cannot read {}", path.display());
    std::fs::read_to_string(path).map_err(|error| Problem::because(Verdict::Usage, what(), error))
}

/// Returns 128 random bits in hexadecimal.
fn random_key() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Returns a seed for back-off jitter.
pub(super) fn random_seed() -> Result<u64, Problem> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

fn fill(bytes: &mut [u8]) -> Result<(), Problem> {
    getrandom::fill(bytes)
        .map_err(|error| Problem::because(Verdict::Usage, "the system gives no random numbers", error))
}

/// Says who asks the questions.
pub(super) fn interviewer_name(interviewer: Interviewer) -> &'static str {
    match interviewer {
        Interviewer::StandIn => {
            "the stand-in (no Gemini key is set: it hears that you speak, not what you say)"
        }
        Interviewer::Gemini => "Gemini",
    }
}

pub(super) fn refusal(what: &str, error: BackendError) -> Problem {
    let verdict = match error.code() {
        Some(Code::BadRequest) => Verdict::Usage,
        Some(code) if code.is_server_fault() => Verdict::Lost,
        Some(_) => Verdict::Refused,
        None => Verdict::Unreachable,
    };
    Problem::because(verdict, what, error)
}

fn problem(url: &str, error: BackendError) -> Problem {
    refusal(&format!("no answer of the app at {url}"), error)
}
