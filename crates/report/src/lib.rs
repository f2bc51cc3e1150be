//! The report of an interview: what is asked of a model, what is believed of its answer, and how it is told.
//!
//! It sends nothing and stores nothing. A [`Job`] says what to ask and, given the answer, what comes next; whoever owns a
//! socket, a clock and a table carries that out. What a model says is believed only as far as the transcript supports it
//! (`evidence.rs`); what people said is data in the request, never instructions (`prompt.rs`).
//!
//! Open `job.rs` for the life of a judgement, `rubric.rs` for what is judged, [`compose`] for the report as a whole,
//! [`markdown`] for how it is told.

mod answer;
mod compose;
mod evidence;
mod job;
mod markdown;
mod material;
mod prompt;
mod request;
pub mod rubric;
mod schema;

pub use answer::{Answer, Failure};
pub use compose::{Judged, compose, progress_point};
pub use job::{Job, MAX_CALLS, Next};
pub use markdown::markdown;
pub use material::Material;
pub use prompt::PROMPT_VERSION;
pub use request::{ANSWER_TIMEOUT_MS, Ask, MAX_ANSWER_BYTES};
pub use schema::SCHEMA_VERSION;
