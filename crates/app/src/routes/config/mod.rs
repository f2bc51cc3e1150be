//! What everybody may know.

pub(super) mod get;
