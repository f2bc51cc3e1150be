//! Signing in and out.

pub(super) mod request_code;
pub(super) mod sign_in_guest;
pub(super) mod sign_in_local;
pub(super) mod sign_out;
pub(super) mod verify_code;
