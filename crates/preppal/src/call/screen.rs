//! The transcript as it forms.
//!
//! Deltas are appended to the line of their turn; when the other side speaks, a new line begins. That reads well on a
//! terminal and is a fair log in a file.

use session_client::{Transcript, Turn, TurnId};
use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use wire::Speaker;

/// What the transcript is written to.
pub(super) struct Screen {
    to: Box<dyn Write + Send>,
    colour: Colour,
    /// The turn whose line is open.
    open: Option<TurnId>,
    shown: HashMap<TurnId, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    On,
    Off,
}

impl Screen {
    /// Writes to standard output, or to standard error if that is wanted for something else.
    pub(super) fn new(stdout_is_free: bool) -> Self {
        let is_terminal =
            if stdout_is_free { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = if is_terminal && !unwanted { Colour::On } else { Colour::Off };
        let to: Box<dyn Write + Send> =
            if stdout_is_free { Box::new(io::stdout()) } else { Box::new(io::stderr()) };
        Self::on(to, colour)
    }

    fn on(to: Box<dyn Write + Send>, colour: Colour) -> Self {
        Self { to, colour, open: None, shown: HashMap::new() }
    }

    /// Shows what is new in a turn.
    pub(super) fn show(&mut self, transcript: &Transcript, id: TurnId) -> io::Result<()> {
        let Some(turn) = transcript.turn(id) else { return Ok(()) };
        let text = printable(turn.text());
        let before = self.shown.insert(id, text.clone()).unwrap_or_default();
        match text.strip_prefix(&before) {
            Some("") => {}
            Some(more) if self.open == Some(id) => self.to.write_all(more.as_bytes())?,
            Some(more) => self.begin_line(turn, before.is_empty(), more.trim_start())?,
            None => self.begin_line(turn, true, &text)?,
        }
        self.to.flush()
    }

    /// Ends the line that is open, so that something else can be written.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if self.open.take().is_some() {
            self.to.write_all(b"\n")?;
        }
        self.to.flush()
    }

    fn begin_line(&mut self, turn: &Turn, from_the_start: bool, text: &str) -> io::Result<()> {
        self.end_line()?;
        self.open = Some(turn.id);
        let name = match turn.id.speaker {
            Speaker::Ai => "Interviewer",
            Speaker::User => "You",
        };
        let dots = if from_the_start { "" } else { " …" };
        match self.colour {
            Colour::Off => write!(self.to, "{name}:{dots} {text}"),
            Colour::On => {
                let code = match turn.id.speaker {
                    Speaker::Ai => "1;36",
                    Speaker::User => "1;32",
                };
                write!(self.to, "\u{1b}[{code}m{name}:\u{1b}[0m{dots} {text}")
            }
        }
    }
}

/// Leaves out what would command the terminal instead of being shown.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
