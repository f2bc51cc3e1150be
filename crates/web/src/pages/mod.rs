//! A page a file.

mod ended;
mod home;
mod interview;
mod interviews;
mod lost;
mod new_interview;
mod quick;
mod settings;
mod sign_in;
mod state;
mod welcome;

pub(crate) use ended::Ended;
pub(crate) use home::Home;
pub(crate) use interview::Interview;
pub(crate) use lost::{NotFound, OutOfReach};
pub(crate) use new_interview::NewInterview;
pub(crate) use settings::Settings;
pub(crate) use sign_in::SignIn;
