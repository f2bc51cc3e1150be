//! The background work of judging: takes jobs that are due, asks, stores what came of it.
//!
//! What to ask and what comes next is decided by [`report::Job`]; here it is carried out, durably. A call is stored before it
//! is sent, so a process that dies has used it up and no more; a judgement is stored in the transaction that removes its
//! job, so it is made once. Several processes may share a database.

use crate::backend::{App, Backend};
use crate::db::judgements::Outcome;
use crate::db::report_jobs::{self, Taken};
use crate::db::{Error, interviews, judgements, transcript_entries};
use api::timestamp::Timestamp;
use gemini_live::Endpoint;
use report::{ANSWER_TIMEOUT_MS, Answer, Ask, MAX_ANSWER_BYTES, Material, Next};
use reqwest::header::CONTENT_TYPE;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// For how long a job is taken at a time: what a restart waits for a process that was killed.
const HOLD_MS: i64 = 10_000;

/// How often it is taken anew.
const HOLD_AGAIN: Duration = Duration::from_secs(3);

/// How long other processes' jobs may go unnoticed.
const LOOK_AGAIN_MS: i64 = 5_000;

/// How long a database that fails is left alone.
const AFTER_A_FAILURE: Duration = Duration::from_secs(5);

/// Who judges, and how much at a time.
#[derive(Clone, Debug)]
pub struct ReportWriting {
    /// Where models are asked; without it reports say that there is none.
    pub endpoint: Option<Endpoint>,
    /// The models, in the order of asking: another one is asked when there is no such one.
    pub models: Vec<String>,
    /// Most calls under way.
    pub at_once: usize,
}

impl App {
    /// Judges what is due and what becomes due, until `stop`. Await its end before [`App::close`].
    pub async fn write_reports(&self, writing: ReportWriting, stop: CancellationToken) {
        let writer = Arc::new(Writer::new(Arc::clone(self.backend()), writing));
        tokio::select! {
            () = writer.work() => {}
            () = stop.cancelled() => {}
        }
        if let Err(error) = report_jobs::give_back(&writer.backend.database, &writer.holder).await {
            tracing::warn!(%error, "the reports under way wait for their time");
        }
    }

    /// Judges what is due now, and returns.
    pub async fn write_due_reports(&self, writing: ReportWriting) {
        Arc::new(Writer::new(Arc::clone(self.backend()), writing)).work_off().await;
    }
}

fn note_end(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a report failed by a mistake of ours; it is tried again when its hold is over");
    }
}

struct Writer {
    backend: Arc<Backend>,
    http: reqwest::Client,
    writing: ReportWriting,
    /// Nobody else's name.
    holder: String,
}

impl Writer {
    fn new(backend: Arc<Backend>, writing: ReportWriting) -> Self {
        let holder = backend.config.random.id();
        Self { backend, http: reqwest::Client::new(), writing, holder }
    }

    fn now(&self) -> Timestamp {
        self.backend.config.clock.now()
    }

    fn held_until(&self) -> Timestamp {
        Timestamp(self.now().0.saturating_add(HOLD_MS))
    }

    async fn work(self: &Arc<Self>) {
        let mut running = JoinSet::new();
        loop {
            // Before looking: what is queued while we look wakes us at once.
            let queued = self.backend.report_queued.notified();
            let pause = self.begin_due(&mut running).await;
            tokio::select! {
                Some(ended) = running.join_next() => note_end(ended),
                () = queued => {}
                () = sleep(pause) => {}
            }
        }
    }

    async fn work_off(self: &Arc<Self>) {
        let mut running = JoinSet::new();
        loop {
            self.begin_due(&mut running).await;
            match running.join_next().await {
                Some(ended) => note_end(ended),
                None => return,
            }
        }
    }

    /// Begins as much as may run at a time; returns after what time to look again.
    ///
    /// Each attempt is a task of its own: one that has the database's only writer must go on while we wait for it here.
    async fn begin_due(self: &Arc<Self>, running: &mut JoinSet<()>) -> Duration {
        while running.len() < self.writing.at_once.max(1) {
            match report_jobs::take(&self.backend.database, &self.holder, self.now(), self.held_until()).await
            {
                Ok(Some(taken)) => {
                    let writer = Arc::clone(self);
                    running.spawn(async move { writer.attempt(taken).await });
                }
                Ok(None) => return self.until_next().await,
                Err(error) => {
                    tracing::warn!(%error, "no report can be taken");
                    return AFTER_A_FAILURE;
                }
            }
        }
        // One that ends makes room.
        Duration::from_millis(LOOK_AGAIN_MS.unsigned_abs())
    }

    async fn until_next(&self) -> Duration {
        let due = report_jobs::next_due(&self.backend.database).await.ok().flatten();
        let wait_ms =
            due.map_or(LOOK_AGAIN_MS, |due| due.0.saturating_sub(self.now().0).clamp(1, LOOK_AGAIN_MS));
        Duration::from_millis(wait_ms.unsigned_abs())
    }

    /// One call, or the end. What fails here is tried again when the hold is over.
    async fn attempt(&self, mut taken: Taken) {
        if let Err(error) = self.advance(&mut taken).await {
            tracing::warn!(interview_id = taken.interview_id, %error, "a report waits: the database fails");
        }
    }

    async fn advance(&self, taken: &mut Taken) -> Result<(), Error> {
        let database = &self.backend.database;
        let Some(material) = self.material(&taken.interview_id).await? else { return Ok(()) };
        let models: &[String] = if self.writing.endpoint.is_some() { &self.writing.models } else { &[] };
        let next = match taken.job.ask(&material, models) {
            Err(missing) => Next::Without(missing),
            Ok(ask) => {
                if !report_jobs::hold(database, taken, &self.holder, self.held_until()).await? {
                    return Ok(());
                }
                let answer = self.ask_holding(&ask, taken).await;
                let answer = answer
                    .as_ref()
                    .map_or(Answer::None, |(status, body)| Answer::Response { status: *status, body });
                taken.job.on_answer(answer, &material, self.now(), self.backend.config.random.jitter())
            }
        };
        self.carry_out(taken, next).await
    }

    async fn material(&self, interview_id: &str) -> Result<Option<Material>, Error> {
        let database = &self.backend.database;
        let Some(context) = interviews::find_context(database, interview_id).await? else { return Ok(None) };
        Ok(Some(Material {
            role: context.role,
            job_description: context.job_description,
            resume: context.resume,
            persona: context.persona,
            language: context.language,
            transcript: transcript_entries::list(database, interview_id).await?,
        }))
    }

    async fn carry_out(&self, taken: &Taken, next: Next) -> Result<(), Error> {
        let (interview_id, calls) = (&taken.interview_id, taken.job.calls());
        let outcome = match next {
            Next::Again { after_ms } => {
                let after_ms = i64::try_from(after_ms).unwrap_or(i64::MAX);
                tracing::info!(interview_id, calls, after_ms, "the report is asked for again");
                let due = Timestamp(self.now().0.saturating_add(after_ms));
                return report_jobs::put_off(&self.backend.database, taken, &self.holder, due).await;
            }
            Next::Ready(judgement) => Outcome { judgement: Some(*judgement), missing: None },
            Next::Without(missing) => Outcome { judgement: None, missing: Some(missing) },
        };
        let mut transaction = self.backend.database.begin().await?;
        if !report_jobs::remove(&mut transaction, interview_id, &self.holder).await? {
            return Ok(());
        }
        judgements::put(&mut transaction, interview_id, &outcome, calls, self.now()).await?;
        transaction.commit().await?;
        let dropped = outcome.judgement.as_ref().map(|judgement| judgement.dropped);
        tracing::info!(interview_id, calls, missing = ?outcome.missing, dropped, "report written");
        Ok(())
    }

    /// Asks, and goes on holding the job meanwhile. `None` if there was no answer, or the job is no longer ours.
    async fn ask_holding(&self, ask: &Ask, taken: &Taken) -> Option<(u16, Vec<u8>)> {
        let mut answer = std::pin::pin!(timeout(Duration::from_millis(ANSWER_TIMEOUT_MS), self.send(ask)));
        let mut again = interval_at(Instant::now() + HOLD_AGAIN, HOLD_AGAIN);
        loop {
            tokio::select! {
                answer = &mut answer => return answer.ok().flatten(),
                _ = again.tick() => {
                    let held = report_jobs::hold(&self.backend.database, taken, &self.holder, self.held_until()).await;
                    if matches!(held, Ok(false)) {
                        return None;
                    }
                }
            }
        }
    }

    async fn send(&self, ask: &Ask) -> Option<(u16, Vec<u8>)> {
        let endpoint = self.writing.endpoint.as_ref()?;
        let (header, key) = endpoint.api_key_header();
        let request = self.http.post(endpoint.generate_content_url(&ask.model)).header(header, key);
        let request = request.header(CONTENT_TYPE, "application/json").body(ask.body.clone());
        let mut response = request.send().await.map_err(|error| note(&error)).ok()?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| note(&error)).ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER_BYTES {
                tracing::warn!(model = ask.model, "the model's answer is too long");
                return None;
            }
        }
        if status != 200 {
            tracing::warn!(model = ask.model, status, "the model gave no report");
        }
        Some((status, body))
    }
}

/// The address has no key in it.
fn note(error: &reqwest::Error) {
    tracing::warn!(%error, "the model cannot be reached");
}
