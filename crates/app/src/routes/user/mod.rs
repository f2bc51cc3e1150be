//! Who is signed in.

pub(super) mod me;
