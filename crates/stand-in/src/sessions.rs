//! The sessions that outlive their connections, by handle.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Moment;
use crate::dice::Dice;
use crate::session::Session;

/// Ended sessions kept for a resume; the oldest go first.
const KEPT: usize = 1024;

/// Every session of one stand-in, shared by its connections.
#[derive(Clone)]
pub(crate) struct Sessions(Arc<Mutex<Registry>>);

struct Registry {
    handles: BTreeMap<String, u64>,
    sessions: BTreeMap<u64, Place>,
    next_id: u64,
    setups: u32,
    resumes: u32,
    dice: Dice,
}

enum Place {
    /// A connection has it.
    Taken,
    Free {
        session: Box<Session>,
        since: Moment,
        /// Whether the connection ended while the model was speaking.
        speaking: bool,
    },
}

/// Why a handle cannot be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The old connection is open, or has only just ended.
    Busy,
    /// No such session, or it is too old.
    Gone,
}

impl Sessions {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Registry {
            handles: BTreeMap::new(),
            sessions: BTreeMap::new(),
            next_id: 0,
            setups: 0,
            resumes: 0,
            dice: Dice::new(seed),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        // No code that holds the lock leaves the registry half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a setup; returns how many there were, and how many of them with a handle.
    pub(crate) fn count_setup(&self, resuming: bool) -> (u32, u32) {
        let mut registry = self.lock();
        registry.setups += 1;
        registry.resumes += u32::from(resuming);
        (registry.setups, registry.resumes)
    }

    /// Returns the id of a new session, taken, and a seed for it.
    pub(crate) fn create(&self) -> (u64, u64) {
        let mut registry = self.lock();
        registry.next_id += 1;
        let id = registry.next_id;
        registry.sessions.insert(id, Place::Taken);
        (id, registry.dice.roll())
    }

    /// Returns a new handle of a session; the earlier ones stay good.
    pub(crate) fn issue_handle(&self, id: u64) -> String {
        let mut registry = self.lock();
        let handle = registry.dice.uuid();
        registry.handles.insert(handle.clone(), id);
        handle
    }

    /// Takes a session by one of its handles.
    pub(crate) fn resume(
        &self,
        handle: &str,
        now: Moment,
        unlock: Duration,
        lifetime: Duration,
    ) -> Result<Box<Session>, Refusal> {
        let mut registry = self.lock();
        registry.forget_older(now, lifetime);
        let id = *registry.handles.get(handle).ok_or(Refusal::Gone)?;
        let place = registry.sessions.get_mut(&id).ok_or(Refusal::Gone)?;
        match std::mem::replace(place, Place::Taken) {
            Place::Free { session, since, speaking } if speaking || now >= since + unlock => Ok(session),
            other => {
                *place = other;
                Err(Refusal::Busy)
            }
        }
    }

    /// Gives a session back when its connection has ended.
    pub(crate) fn give_back(&self, session: Box<Session>, now: Moment, speaking: bool) {
        let mut registry = self.lock();
        let free = registry.sessions.iter().filter(|(_, place)| matches!(place, Place::Free { .. }));
        if let Some(oldest) = free.clone().next().map(|(id, _)| *id).filter(|_| free.count() >= KEPT) {
            registry.forget(oldest);
        }
        registry.sessions.insert(session.id, Place::Free { session, since: now, speaking });
    }

    /// Forgets a session and its handles.
    pub(crate) fn forget(&self, id: u64) {
        self.lock().forget(id);
    }
}

impl Registry {
    fn forget(&mut self, id: u64) {
        self.sessions.remove(&id);
        self.handles.retain(|_, session| *session != id);
    }

    fn forget_older(&mut self, now: Moment, lifetime: Duration) {
        self.sessions.retain(|_, place| match place {
            Place::Taken => true,
            Place::Free { since, .. } => now < *since + lifetime,
        });
        let sessions = &self.sessions;
        self.handles.retain(|_, session| sessions.contains_key(session));
    }
}
