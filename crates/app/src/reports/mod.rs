//! Reports: put together when they are read, judged in the background.

mod reading;
#[cfg(test)]
mod tests;
mod writing;

pub(crate) use reading::{Found, find};
pub use writing::ReportWriting;
