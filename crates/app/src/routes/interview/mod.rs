//! A candidate's interviews.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod generate_worker_token;
pub(super) mod get;
pub(super) mod list;
