//! Who is signed in.

pub(super) mod me;
pub(super) mod set_name;
