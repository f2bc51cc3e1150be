//! The app's pages: how they look, whom they shut out, what they load, what they remember.

mod browser;
