//! The catalogues, one for each part of the app. The session's own are in `session/`.

mod complaint;
mod shell;

pub(crate) use complaint::ComplaintText;
pub(crate) use shell::ShellText;
