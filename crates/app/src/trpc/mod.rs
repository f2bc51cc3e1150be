//! tRPC over axum: a router of procedures, and what carries requests to them.
//!
//! The wire itself is the crate `trpc`. Here is what it leaves out: a context per request, guards that refuse a caller
//! before the input is read, bodies with a limit, cookies, and calls that run side by side.
//!
//! ```
//! use app::trpc::{AnswerHeaders, Router};
//! use axum::http::request::Parts;
//! use trpc::schema::{Input, Object};
//! use trpc::{Error, Transformer};
//!
//! #[derive(Clone)]
//! struct Context {
//!     user: Option<String>,
//! }
//!
//! /// What a guard makes of the context: who holds one is signed in.
//! struct SignedIn {
//!     user: String,
//! }
//!
//! async fn signed_in(context: Context) -> Result<SignedIn, Error> {
//!     context.user.map(|user| SignedIn { user }).ok_or_else(Error::unauthorized)
//! }
//!
//! struct Greet {
//!     greeting: String,
//! }
//!
//! impl Input for Greet {
//!     fn read(fields: &Object<'_>) -> Option<Self> {
//!         Some(Self { greeting: fields.string("greeting").min(1).required()? })
//!     }
//! }
//!
//! async fn ping(_: Context, (): ()) -> Result<&'static str, Error> {
//!     Ok("pong")
//! }
//!
//! async fn greet(caller: SignedIn, input: Greet) -> Result<String, Error> {
//!     Ok(format!("{}, {}", input.greeting, caller.user))
//! }
//!
//! async fn context(parts: Parts, _: AnswerHeaders) -> Result<Context, Error> {
//!     let user = parts.headers.get("x-user").and_then(|user| user.to_str().ok());
//!     Ok(Context { user: user.map(str::to_owned) })
//! }
//!
//! let app: axum::Router = Router::new(Transformer::Superjson)
//!     .query("ping", ping)
//!     .guarded(signed_in, |users| users.mutation("greet", greet))
//!     .into_axum("/api/trpc", context);
//! ```

mod headers;
mod procedure;
mod router;
mod serve;

pub use headers::AnswerHeaders;
pub use procedure::Handler;
pub use router::{Guarded, Router};
