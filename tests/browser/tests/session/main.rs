//! An interview in a browser, from the device check to the stored transcript.

mod browser;
