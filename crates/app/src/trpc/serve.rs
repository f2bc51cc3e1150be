//! A request from its head to the end of its answer.

use super::headers::AnswerHeaders;
use super::procedure::{Admitted, Sent, uncrashed};
use super::router::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method as HttpMethod, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures::future::{BoxFuture, join_all};
use futures::stream::{self, FuturesUnordered, StreamExt};
use futures::{FutureExt, TryFutureExt};
use std::convert::Infallible;
use std::sync::Arc;
use tracing::Instrument;
use trpc::{Answer, Code, Error, Form, Head, Inputs, Item, Kind, Method, Rejected, Request, Unread, answer};

/// How much of a body over the limit is read and thrown away, as a multiple of the limit: a caller that is cut off while it
/// sends does not get to read why.
const DRAINED_LIMITS: usize = 8;

/// A router with all it needs to answer.
pub(super) struct Service<C, M> {
    pub(super) router: Router<C>,
    pub(super) context: M,
    pub(super) base: String,
}

/// Answers every method at the service's base and below.
pub(super) fn mount<C, M, Fut>(service: Service<C, M>) -> axum::Router
where
    C: Clone + Send + Sync + 'static,
    M: Fn(Parts, AnswerHeaders) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<C, Error>> + Send + 'static,
{
    let base = service.base.clone();
    let service = Arc::new(service);
    let handler = any(move |request: axum::extract::Request| {
        let service = Arc::clone(&service);
        async move { service.respond(request).await }
    });
    axum::Router::new()
        .route(&base, handler.clone())
        .route(&format!("{base}/"), handler.clone())
        .route(&format!("{base}/{{*path}}"), handler)
}

/// A call on its way: what it will come to.
type Call = BoxFuture<'static, Item>;

impl<C, M, Fut> Service<C, M>
where
    C: Clone + Send + Sync + 'static,
    M: Fn(Parts, AnswerHeaders) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<C, Error>> + Send + 'static,
{
    async fn respond(&self, request: axum::extract::Request) -> Response {
        if request.method() == HttpMethod::HEAD {
            return StatusCode::NO_CONTENT.into_response();
        }
        let headers = AnswerHeaders::new();
        let mut response = match self.answer(request, &headers).await {
            Ok(response) => response,
            Err(rejected) => self.reject(&rejected),
        };
        let head = response.headers_mut();
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        head.insert(VARY, HeaderValue::from_static("trpc-accept, accept"));
        head.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &headers.take() {
            head.append(name, value.clone());
        }
        response
    }

    async fn answer(
        &self,
        request: axum::extract::Request,
        headers: &AnswerHeaders,
    ) -> Result<Response, Rejected> {
        let (parts, body) = request.into_parts();
        let request = Request::parse(self.head(&parts), self.router.max_batch)?;
        let procedures = request.paths.iter().map(|path| self.router.procedures.get(path.as_str()));
        request.check_kinds(procedures.flatten().map(|procedure| procedure.kind))?;
        let context = uncrashed((self.context)(parts, headers.clone())).await;
        let context = context.map_err(|error| {
            log(&error, "context");
            request.reject(error)
        })?;
        let admissions =
            join_all(request.paths.iter().map(|path| self.admit(&request, path, &context))).await;
        let wanted = admissions.iter().any(Result::is_ok);
        let mut inputs = self.inputs(&request, wanted, body).await;
        let calls = admissions.into_iter().zip(&request.paths).enumerate();
        let calls: Vec<Call> = calls
            .map(|(index, (admission, path))| self.call(path, admission, || inputs.take(index)))
            .collect();
        Ok(self.collect(&request, calls).await)
    }

    fn head<'a>(&self, parts: &'a Parts) -> Head<'a> {
        let header =
            |name: HeaderName| parts.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let path = parts.uri.path();
        let path = path.strip_prefix(self.base.as_str()).unwrap_or(path);
        Head {
            method: parts.method.as_str(),
            path: path.strip_prefix('/').unwrap_or(path),
            query: parts.uri.query().unwrap_or_default(),
            content_type: header(CONTENT_TYPE),
            trpc_accept: header(HeaderName::from_static("trpc-accept")),
            accept: header(axum::http::header::ACCEPT),
        }
    }

    async fn admit(&self, request: &Request, path: &str, context: &C) -> Result<(Kind, Admitted), Error> {
        let procedure = self.router.procedures.get(path);
        let procedure =
            procedure.ok_or_else(|| Error::not_found(format!("No procedure found on path \"{path}\"")))?;
        procedure.kind.check(request.method, path)?;
        Ok((procedure.kind, procedure.admit(context.clone()).await?))
    }

    /// Reads the inputs; the body only if some caller was let in.
    async fn inputs(&self, request: &Request, wanted: bool, body: Body) -> Inputs {
        let text = match (request.method, wanted) {
            (Method::Get, _) => Ok(Bytes::from(request.input.clone().unwrap_or_default())),
            (_, true) => read(body, self.router.max_body_bytes).await,
            (_, false) => Ok(Bytes::new()),
        };
        Inputs::new(text.as_deref().map_err(|unread| *unread), request.form, self.router.transformer)
    }

    /// Starts a mutation, or makes a query ready to be polled.
    fn call(
        &self,
        path: &str,
        admission: Result<(Kind, Admitted), Error>,
        input: impl FnOnce() -> Sent,
    ) -> Call {
        let path = path.to_owned();
        let (kind, admitted) = match admission {
            Ok(admitted) => admitted,
            Err(error) => return futures::future::ready(failed(&error, &path)).boxed(),
        };
        let running = uncrashed(admitted(input()));
        let outcome = match kind {
            Kind::Query => running.boxed(),
            Kind::Mutation => {
                let task = self.router.mutations.spawn(running.in_current_span());
                task.unwrap_or_else(|cancelled| Err(Error::internal(cancelled))).boxed()
            }
        };
        outcome.map(move |outcome| outcome.unwrap_or_else(|error| failed(&error, &path))).boxed()
    }

    /// Puts the answer together. Only queries are streamed: a mutation may still want to set a cookie.
    async fn collect(&self, request: &Request, mut calls: Vec<Call>) -> Response {
        let transformer = self.router.transformer;
        match (request.form, request.method) {
            (Form::Single, _) => {
                let Some(call) = calls.pop() else { unreachable!("a request has at least one path") };
                self.single(request, call.await)
            }
            (Form::Array, _) => into_response(Answer::batch(join_all(calls).await, transformer)),
            (Form::Lines, Method::Get) => {
                let head = answer::head_line(calls.len(), transformer);
                let calls = calls.into_iter().enumerate();
                let calls: FuturesUnordered<_> =
                    calls.map(|(index, call)| call.map(move |item| (index, item))).collect();
                let lines = calls.map(move |(index, item)| answer::item_line(index, item, transformer));
                let lines = stream::iter([head]).chain(lines).map(Ok::<_, Infallible>);
                Body::from_stream(lines).into_response()
            }
            (Form::Lines, Method::Post | Method::Other) => self.lines(join_all(calls).await),
        }
    }

    fn single(&self, request: &Request, item: Item) -> Response {
        let not_allowed = matches!(item, Item::Failed { code: Code::MethodNotSupported, .. });
        let mut response = into_response(Answer::single(item, self.router.transformer));
        let procedure = request.paths.first().and_then(|path| self.router.procedures.get(path.as_str()));
        if let (true, Some(procedure)) = (not_allowed, procedure) {
            let allowed = HeaderValue::from_static(procedure.kind.allowed_method());
            response.headers_mut().insert(ALLOW, allowed);
        }
        response
    }

    fn lines(&self, items: Vec<Item>) -> Response {
        let mut body = answer::head_line(items.len(), self.router.transformer);
        for (index, item) in items.into_iter().enumerate() {
            body.extend(answer::item_line(index, item, self.router.transformer));
        }
        Body::from(body).into_response()
    }

    fn reject(&self, rejected: &Rejected) -> Response {
        let item = Item::failed(&rejected.error, None);
        match rejected.lines {
            Some(calls) => self.lines(vec![item; calls]),
            None => into_response(Answer::single(item, self.router.transformer)),
        }
    }
}

fn into_response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, answer.body).into_response()
}

fn failed(error: &Error, path: &str) -> Item {
    log(error, path);
    Item::failed(error, Some(path))
}

/// Writes what is our own fault to the log, with the causes that the caller does not get.
fn log(error: &Error, path: &str) {
    if !error.code().is_server_fault() {
        return;
    }
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    tracing::error!(path, %error, causes = causes.join(": "), "call failed");
}

async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Unread> {
    let mut stream = body.into_data_stream();
    let mut text = Vec::new();
    let mut received = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Unread::Interrupted)?;
        received += chunk.len();
        if received <= max_bytes {
            text.extend_from_slice(&chunk);
        } else if received > max_bytes.saturating_mul(DRAINED_LIMITS) {
            break;
        }
    }
    if received > max_bytes { Err(Unread::TooLarge) } else { Ok(text.into()) }
}
