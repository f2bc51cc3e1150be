//! Which procedures there are, and who may call them.

use super::headers::AnswerHeaders;
use super::procedure::{Guard, Handler, Procedure};
use super::serve::{self, Service};
use axum::http::request::Parts;
use futures::FutureExt;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::task::TaskTracker;
use trpc::schema::Parse;
use trpc::{Error, Kind, Transformer};

/// Calls of one batch: a page that asks for more than this at once is not ours.
const MAX_BATCH: usize = 64;

/// Body of a request, bytes: the transcript of the longest interview fits several times.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The procedures of one mount. `C` is made anew for each request and cloned for each of its calls.
pub struct Router<C> {
    pub(super) procedures: BTreeMap<&'static str, Procedure<C>>,
    pub(super) transformer: Transformer,
    pub(super) max_batch: usize,
    pub(super) max_body_bytes: usize,
    pub(super) mutations: TaskTracker,
}

impl<C: Clone + Send + Sync + 'static> Router<C> {
    /// Makes a router without procedures that dresses its answers as `transformer` says.
    ///
    /// Inputs are taken in an envelope or bare, whatever the transformer.
    pub fn new(transformer: Transformer) -> Self {
        Self {
            procedures: BTreeMap::new(),
            transformer,
            max_batch: MAX_BATCH,
            max_body_bytes: MAX_BODY_BYTES,
            mutations: TaskTracker::new(),
        }
    }

    /// Adds a query: called with `GET`, changes nothing, dropped when the caller hangs up.
    ///
    /// # Panics
    ///
    /// If the path is taken.
    #[must_use]
    pub fn query<I, O>(self, path: &'static str, handler: impl Handler<C, I, O>) -> Self
    where
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        self.guarded(unguarded, |open| open.query(path, handler))
    }

    /// Adds a mutation: called with `POST`, runs to its end even if the caller hangs up.
    ///
    /// # Panics
    ///
    /// If the path is taken.
    #[must_use]
    pub fn mutation<I, O>(self, path: &'static str, handler: impl Handler<C, I, O>) -> Self
    where
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        self.guarded(unguarded, |open| open.mutation(path, handler))
    }

    /// Adds procedures behind a guard, which turns the context into theirs or refuses the caller. It runs before the
    /// input is read: who may not call learns nothing about what the input should be.
    #[must_use]
    pub fn guarded<D, Fut>(
        mut self,
        guard: impl Fn(C) -> Fut + Send + Sync + 'static,
        add: impl FnOnce(Guarded<'_, C, D>) -> Guarded<'_, C, D>,
    ) -> Self
    where
        D: Send + 'static,
        Fut: Future<Output = Result<D, Error>> + Send + 'static,
    {
        let guard: Guard<C, D> = Arc::new(move |context| guard(context).boxed());
        add(Guarded { guard, procedures: &mut self.procedures });
        self
    }

    /// Refuses batches of more calls.
    #[must_use]
    pub fn max_batch(self, calls: usize) -> Self {
        Self { max_batch: calls, ..self }
    }

    /// Refuses larger bodies.
    #[must_use]
    pub fn max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }

    /// Runs mutations on `tracker`, so that a server that shuts down can wait for them.
    #[must_use]
    pub fn tracked_by(self, tracker: TaskTracker) -> Self {
        Self { mutations: tracker, ..self }
    }

    /// Returns the paths of all procedures with their kinds, sorted.
    pub fn paths(&self) -> impl Iterator<Item = (&'static str, Kind)> + '_ {
        self.procedures.iter().map(|(path, procedure)| (*path, procedure.kind))
    }

    /// Answers everything at `base` and below, for any method. `context` is called once per request, before any call; what
    /// it adds to the answer's headers is always in time.
    pub fn into_axum<M, Fut>(self, base: &str, context: M) -> axum::Router
    where
        M: Fn(Parts, AnswerHeaders) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<C, Error>> + Send + 'static,
    {
        serve::mount(Service { router: self, context, base: base.to_owned() })
    }
}

async fn unguarded<C>(context: C) -> Result<C, Error> {
    Ok(context)
}

/// Adds procedures to a [`Router`] behind a guard that makes a `D` of its context.
pub struct Guarded<'a, C, D> {
    guard: Guard<C, D>,
    procedures: &'a mut BTreeMap<&'static str, Procedure<C>>,
}

impl<C: Send + 'static, D: Send + 'static> Guarded<'_, C, D> {
    /// Adds a query, as [`Router::query`] does.
    #[must_use]
    pub fn query<I, O>(self, path: &'static str, handler: impl Handler<D, I, O>) -> Self
    where
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        self.add(Kind::Query, path, handler)
    }

    /// Adds a mutation, as [`Router::mutation`] does.
    #[must_use]
    pub fn mutation<I, O>(self, path: &'static str, handler: impl Handler<D, I, O>) -> Self
    where
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        self.add(Kind::Mutation, path, handler)
    }

    fn add<I, O>(self, kind: Kind, path: &'static str, handler: impl Handler<D, I, O>) -> Self
    where
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        let procedure = Procedure::new(kind, Arc::clone(&self.guard), handler);
        let taken = self.procedures.insert(path, procedure);
        assert!(taken.is_none(), "two procedures at {path}");
        self
    }
}
