//! The backend: tRPC over axum, sign-in, interviews, transcripts.
//!
//! It reads no environment: whoever starts it builds a [`Config`], opens an [`App`], serves [`App::router`] with
//! `into_make_service_with_connect_info::<SocketAddr>()`, and calls [`App::close`] once the server has stopped.
//!
//! `routes/<area>/<procedure>.rs` holds a procedure with its errors and its tests, `db/<table>.rs` a table's SQL. There is
//! nothing between them. Open `backend.rs` for what is mounted where.
//!
//! No e-mail address, no transcript, no document, no secret and no token is ever logged. The one exception: a developer
//! without a mail server finds the sign-in code in the log.

#[cfg(test)]
extern crate self as app;

mod backend;
mod caller;
mod clock;
mod config;
mod db;
mod mail;
mod random;
mod rate_limit;
mod reports;
#[cfg(test)]
#[path = "../tests/rig/mod.rs"]
mod rig;
mod routes;
mod session;
pub mod trpc;

pub use backend::{App, OpenError, try_database};
pub use clock::Clock;
pub use config::{
    ClientAddress, Config, Environment, Guests, Interviewer, LocalSignIn, Mail, RateLimits, Secret, Unfit,
    is_database_url, is_origin,
};
pub use random::Random;
pub use reports::ReportWriting;
