//! What session hosts ask and report.

pub(super) mod get_context;
pub(super) mod submit_transcript;
pub(super) mod update_status;
