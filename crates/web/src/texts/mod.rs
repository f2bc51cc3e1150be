//! The catalogues, one for each part of the app. The session's own are in `session/`.

mod complaint;
mod interview;
mod interviews;
mod new_interview;
mod settings;
mod shell;
mod sign_in;
mod welcome;

pub(crate) use complaint::ComplaintText;
pub(crate) use interview::InterviewText;
pub(crate) use interviews::InterviewsText;
pub(crate) use new_interview::NewInterviewText;
pub(crate) use settings::SettingsText;
pub(crate) use shell::ShellText;
pub(crate) use sign_in::SignInText;
pub(crate) use welcome::WelcomeText;
