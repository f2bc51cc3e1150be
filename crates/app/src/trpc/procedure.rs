//! One procedure with its types erased.

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use trpc::schema::{self, Parse};
use trpc::{Error, Item, Kind, superjson};

/// An `async fn(C, I) -> Result<O, trpc::Error>`: what answers a call.
///
/// `O` may be `()`, which the caller gets as `undefined`.
pub trait Handler<C, I, O>: Send + Sync + 'static {
    /// Answers a call.
    fn call(&self, context: C, input: I) -> impl Future<Output = Result<O, Error>> + Send + 'static;
}

impl<F, C, I, O, Fut> Handler<C, I, O> for F
where
    F: Fn(C, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O, Error>> + Send + 'static,
{
    fn call(&self, context: C, input: I) -> impl Future<Output = Result<O, Error>> + Send + 'static {
        self(context, input)
    }
}

/// What a call's input turned out to be; looked at only by procedures that take one.
pub(super) type Sent = Result<Option<Value>, Error>;

/// A call whose caller was let in.
pub(super) type Admitted = Box<dyn FnOnce(Sent) -> BoxFuture<'static, Result<Item, Error>> + Send>;

/// What stands between a request's context and a procedure's.
pub(super) type Guard<C, D> = Arc<dyn Fn(C) -> BoxFuture<'static, Result<D, Error>> + Send + Sync>;

/// A procedure of a router whose context is `C`.
pub(super) struct Procedure<C> {
    pub(super) kind: Kind,
    /// Lets a caller in, or refuses it: before its input is read.
    admit: Box<dyn Fn(C) -> BoxFuture<'static, Result<Admitted, Error>> + Send + Sync>,
}

impl<C: Send + 'static> Procedure<C> {
    pub(super) fn new<D, I, O>(kind: Kind, guard: Guard<C, D>, handler: impl Handler<D, I, O>) -> Self
    where
        D: Send + 'static,
        I: Parse + Send + 'static,
        O: Serialize + Send + 'static,
    {
        let handler = Arc::new(handler);
        let admit = move |context: C| {
            let handler = Arc::clone(&handler);
            let admission = guard(context);
            async move {
                let context = admission.await?;
                let admitted: Admitted = Box::new(move |sent| answer(handler, context, sent).boxed());
                Ok(admitted)
            }
            .boxed()
        };
        Self { kind, admit: Box::new(admit) }
    }

    pub(super) fn admit(&self, context: C) -> BoxFuture<'static, Result<Admitted, Error>> {
        uncrashed((self.admit)(context)).boxed()
    }
}

async fn answer<D, I, O, H>(handler: Arc<H>, context: D, sent: Sent) -> Result<Item, Error>
where
    D: Send + 'static,
    I: Parse + Send + 'static,
    O: Serialize + Send + 'static,
    H: Handler<D, I, O>,
{
    let input = if I::READS_INPUT { sent? } else { None };
    let input = schema::parse::<I>(input.as_ref())?;
    let output = handler.call(context, input).await?;
    let data = superjson::encode(&output).map_err(Error::internal)?;
    Ok(if (&output as &dyn Any).is::<()>() { Item::Undefined } else { Item::Data(data) })
}

/// Makes a panic an error of the call it happened in.
pub(super) async fn uncrashed<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    AssertUnwindSafe(call)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Error::internal("the procedure panicked")))
}
