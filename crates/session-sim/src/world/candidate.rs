//! The candidate: pages with our client in them, a microphone, a speaker, and habits.

mod microphone;
mod page;

use super::{Actor, World};
use crate::agenda::Wake;
use crate::oracle;
use crate::plan::{self, Finale};
use crate::socket::{Item, SocketId, Towards};
use crate::world::seed_page::SeedPage;
use microphone::Voice;
pub(crate) use microphone::{WORD_BYTES, Word};
use session_client::{Client, Config, ConnId as AttemptId, Input, Timestamp};
use std::collections::BTreeMap;

/// A page in the candidate's browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TabId(pub(crate) usize);

/// In everything that is typed.
pub(crate) const TYPED: &str = " by hand ";
/// Between two things a candidate may do.
const HABIT_MS: u64 = 1_500;
/// A candidate opens the page again so often.
const MAX_PAGES: usize = 8;

pub(crate) enum Page {
    Ours(Box<Client>),
    Seed(SeedPage),
}

pub(crate) struct Tab {
    pub(crate) page: Page,
    pub(crate) sockets: BTreeMap<AttemptId, SocketId>,
    /// How far its clock is ahead.
    pub(crate) skew_ms: i64,
    pub(crate) frozen: bool,
    /// Closed or finished.
    pub(crate) done: bool,
    armed: Option<u64>,
    words: u64,
}

#[derive(Default)]
pub(crate) struct Candidate {
    pub(crate) tabs: Vec<Tab>,
    /// Gone for good.
    pub(crate) left: bool,
    pub(crate) deadline_passed: bool,
    /// Wants to end the interview from then on.
    pub(crate) ends_at: Option<u64>,
    /// How far the clock of the next page is ahead.
    pub(crate) skew_ms: i64,
    opening: bool,
    voice: Voice,
    typed: u32,
    resumes_at: Option<u64>,
    sound: Vec<u8>,
}

impl Candidate {
    pub(crate) fn is_gone(&self) -> bool {
        !self.opening && !self.tabs.is_empty() && self.tabs.iter().all(|tab| tab.done)
    }

    /// The page in front.
    pub(crate) fn front(&self) -> Option<TabId> {
        self.tabs.iter().rposition(|tab| !tab.done).map(TabId)
    }
}

impl World {
    pub(super) fn open_page(&mut self) {
        self.candidate.opening = false;
        if self.stopped || self.candidate.left || self.candidate.tabs.len() >= MAX_PAGES {
            return;
        }
        let id = TabId(self.candidate.tabs.len());
        self.trace(Actor::Client, || format!("opens page {}", id.0));
        let page = match self.plan.browser {
            plan::Browser::Ours => {
                let now = Timestamp(self.now.saturating_add_signed(self.candidate.skew_ms));
                let client = Client::new(Config::new("sim/1"), self.dice.draw(), now);
                Page::Ours(Box::new(client))
            }
            plan::Browser::Seed => Page::Seed(SeedPage::default()),
        };
        let sockets = BTreeMap::new();
        self.candidate.tabs.push(Tab {
            page,
            sockets,
            skew_ms: self.candidate.skew_ms,
            frozen: false,
            done: false,
            armed: None,
            words: 0,
        });
        if self.plan.browser == plan::Browser::Seed {
            self.fetch_token(id, AttemptId(1));
        }
        self.agenda.note(self.now + self.plan.frame_ms, Wake::Microphone(id));
        self.drain_tab(id);
    }

    /// Closes the page; its connections close with it.
    pub(super) fn close_page(&mut self, id: TabId) {
        let tab = &mut self.candidate.tabs[id.0];
        tab.done = true;
        for socket in tab.sockets.clone().into_values() {
            self.hang_up(socket, 1001);
        }
    }

    pub(super) fn reload(&mut self, id: TabId) {
        self.close_page(id);
        self.candidate.opening = true;
        let opens_at = self.now + self.dice.range(50..=1_500);
        self.agenda.note(opens_at, Wake::OpenPage);
    }

    fn hang_up(&mut self, id: SocketId, code: u16) {
        if self.sockets[id.0].peer_open {
            self.put(id, Towards::Host, Item::Closed(Some((code, String::new()))));
            self.sockets[id.0].peer_open = false;
        }
    }

    fn tab_now(&self, id: TabId) -> Timestamp {
        Timestamp(self.now.saturating_add_signed(self.candidate.tabs[id.0].skew_ms))
    }

    pub(super) fn on_habit(&mut self) {
        if self.stopped {
            return;
        }
        self.agenda.note(self.now + HABIT_MS, Wake::Habit);
        let since_ms = self.now - super::BEGIN_MS;
        if matches!(self.plan.finale, Finale::Candidate(after_ms) if since_ms >= after_ms)
            || self.candidate.ends_at.is_some_and(|at| at <= self.now)
        {
            return self.end_interview();
        }
        let Some(id) = self.candidate.front() else { return };
        if let Some(at) = self.candidate.resumes_at {
            if at <= self.now {
                self.candidate.resumes_at = None;
                self.with_client(id, Client::resume);
            }
        } else if self.plan.pauses && self.dice.percent(6) {
            let long = self.dice.percent(10);
            let pause_ms = if long { 70_000 } else { self.dice.range(1_000..=9_000) };
            self.candidate.resumes_at = Some(self.now + pause_ms);
            self.with_client(id, Client::pause);
        }
        if self.plan.types && self.dice.percent(10) {
            self.candidate.typed += 1;
            let text = format!("{}{TYPED}{}", oracle::SPEECH, self.candidate.typed);
            // A page that is ending takes none.
            self.with_client(id, |client, now| client.type_answer(now, &text).unwrap_or_default());
        }
    }

    pub(super) fn end_interview(&mut self) {
        for id in (0..self.candidate.tabs.len()).map(TabId) {
            self.with_client(id, Client::end);
            self.seed_ends(id);
        }
    }

    /// The faults have stopped: the candidate ends the interview, or leaves.
    pub(super) fn candidate_wants_to_end(&mut self) {
        self.candidate.opening = false;
        let leaves = self.dice.percent(25);
        if leaves {
            for id in (0..self.candidate.tabs.len()).map(TabId) {
                self.close_page(id);
            }
            self.candidate.left = true;
        } else {
            self.end_interview();
        }
    }

    pub(super) fn thaw(&mut self, id: TabId) {
        if !std::mem::replace(&mut self.candidate.tabs[id.0].frozen, false) {
            return;
        }
        for socket in self.candidate.tabs[id.0].sockets.clone().into_values() {
            self.unstall(socket, Towards::Peer);
        }
        self.agenda.note(self.now, Wake::Microphone(id));
        self.with_client(id, |client, now| client.handle_input(now, Input::Timeout));
    }

    pub(super) fn thaw_all(&mut self) {
        for id in (0..self.candidate.tabs.len()).map(TabId) {
            self.thaw(id);
        }
    }
}
