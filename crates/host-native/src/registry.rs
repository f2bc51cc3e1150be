//! Which task has which interview.

use crate::news::News;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// Interviews that run, each with the way to its task. Looked at when somebody comes or an interview ends, never for sound.
#[derive(Debug)]
pub(crate) struct Registry {
    max_interviews: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    interviews: HashMap<String, mpsc::Sender<News>>,
    draining: bool,
}

/// Why nobody new is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TurnedAway {
    Draining,
    Full,
}

impl Registry {
    pub(crate) fn new(max_interviews: usize) -> Self {
        Self { max_interviews, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the way to an interview's task. If it has none, `start` makes one: called under the lock, so that two who
    /// come at once do not start two.
    pub(crate) fn enter(
        &self,
        interview_id: &str,
        start: impl FnOnce() -> mpsc::Sender<News>,
    ) -> Result<mpsc::Sender<News>, TurnedAway> {
        let mut state = self.state();
        if state.draining {
            return Err(TurnedAway::Draining);
        }
        match state.interviews.get(interview_id) {
            Some(task) if !task.is_closed() => return Ok(task.clone()),
            // Its task is ending, or is dead: the next takes its place.
            Some(_) => {}
            None if state.interviews.len() >= self.max_interviews => return Err(TurnedAway::Full),
            None => {}
        }
        let task = start();
        state.interviews.insert(interview_id.to_owned(), task.clone());
        Ok(task)
    }

    /// Takes an interview that an earlier process left. It was let in then.
    pub(crate) fn put_back(&self, interview_id: &str, task: mpsc::Sender<News>) {
        self.state().interviews.insert(interview_id.to_owned(), task);
    }

    /// Forgets an interview, unless another task has it by now.
    pub(crate) fn leave(&self, interview_id: &str, task: &mpsc::Sender<News>) {
        let mut state = self.state();
        if state.interviews.get(interview_id).is_some_and(|current| current.same_channel(task)) {
            state.interviews.remove(interview_id);
        }
    }

    /// Lets nobody in from now on, and returns the way to every interview that runs.
    pub(crate) fn close(&self) -> Vec<mpsc::Sender<News>> {
        let mut state = self.state();
        state.draining = true;
        state.interviews.values().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.state().interviews.len()
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.state().draining
    }
}

#[cfg(test)]
mod tests {
    use super::{Registry, TurnedAway};
    use crate::news::News;
    use tokio::sync::mpsc;

    fn task() -> (mpsc::Sender<News>, mpsc::Receiver<News>) {
        mpsc::channel(1)
    }

    #[test]
    fn a_second_connection_goes_to_the_same_task() {
        let registry = Registry::new(9);
        let (task, _alive) = task();
        let first = registry.enter("a", || task).unwrap();
        let second = registry.enter("a", || panic!("it has a task")).unwrap();
        assert!(first.same_channel(&second));
        assert_eq!(registry.len(), 1);
    }

    #[test]
    fn a_newcomer_to_a_task_that_ends_starts_another_and_the_old_one_does_not_remove_it() {
        let registry = Registry::new(1);
        let (old, mut ending) = task();
        let old = registry.enter("a", || old).unwrap();
        ending.close();
        let (new, _alive) = task();
        let entered = registry.enter("a", || new.clone()).unwrap();
        assert!(entered.same_channel(&new));
        registry.leave("a", &old);
        assert_eq!(registry.len(), 1);
        registry.leave("a", &new);
        assert_eq!(registry.len(), 0);
    }

    #[test]
    fn a_full_host_still_takes_those_who_come_back() {
        let registry = Registry::new(1);
        let (task, _alive) = task();
        registry.enter("a", || task).unwrap();
        let refused = registry.enter("b", || panic!("it is full"));
        assert_eq!(refused.err(), Some(TurnedAway::Full));
        assert!(registry.enter("a", || panic!("it has a task")).is_ok());
    }

    #[test]
    fn a_draining_host_takes_nobody() {
        let registry = Registry::new(9);
        let (task, _alive) = task();
        registry.enter("a", || task).unwrap();
        assert_eq!(registry.close().len(), 1);
        assert!(registry.is_draining());
        for interview_id in ["a", "b"] {
            let refused = registry.enter(interview_id, || panic!("nobody new"));
            assert_eq!(refused.err(), Some(TurnedAway::Draining));
        }
    }
}
