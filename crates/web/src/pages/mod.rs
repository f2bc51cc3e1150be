//! A page a file.

mod lost;

pub(crate) use lost::{NotFound, OutOfReach};
