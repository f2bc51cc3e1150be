//! Whether everything the session host sent has arrived.
//!
//! The host numbers its messages. Within a connection a gap is something it had to drop, since a WebSocket loses nothing
//! itself; between two connections it is what went by while nobody listened.

/// What came and what is missing, messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DownlinkCount {
    /// Arrived.
    pub received: u64,
    /// The host had to drop, for this client read too slowly.
    pub lost: u64,
    /// Went by between two connections.
    pub missed: u64,
    /// Arrived again, and was ignored.
    pub repeated: u64,
    /// Could not be understood, and was ignored.
    pub malformed: u64,
}

/// The last number seen.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    last: u64,
    on_this_connection: bool,
    pub(crate) count: DownlinkCount,
}

impl Sequence {
    /// Returns the last number seen, over all connections.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// The next message is the first of a connection.
    pub(crate) fn begin_connection(&mut self) {
        self.on_this_connection = false;
    }

    /// Takes a message's number, 0 if it has none; returns whether the message is news.
    pub(crate) fn is_news(&mut self, number: u64) -> bool {
        self.count.received += 1;
        if number == 0 {
            return true;
        }
        let gap = number.saturating_sub(self.last).saturating_sub(1);
        if !self.on_this_connection {
            // A smaller number than the last means that the host counts each connection from 1.
            self.on_this_connection = true;
            self.count.missed += gap;
        } else if number <= self.last {
            self.count.repeated += 1;
            return false;
        } else {
            self.count.lost += gap;
        }
        self.last = number;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_of(connections: &[&[u64]]) -> DownlinkCount {
        let mut sequence = Sequence::default();
        for numbers in connections {
            sequence.begin_connection();
            for number in *numbers {
                sequence.is_news(*number);
            }
        }
        sequence.count
    }

    #[test]
    fn gaps_are_lost_within_a_connection_and_missed_between_two() {
        let count = count_of(&[&[1, 2, 3, 6, 7], &[10, 11, 13]]);
        assert_eq!((count.received, count.lost, count.missed, count.repeated), (8, 3, 2, 0));
    }

    #[test]
    fn messages_without_a_number_leave_no_gap() {
        let count = count_of(&[&[0, 0, 1, 0, 2]]);
        assert_eq!((count.received, count.lost, count.missed), (5, 0, 0));
    }

    #[test]
    fn a_host_may_count_each_connection_from_one() {
        let count = count_of(&[&[1, 2, 3], &[1, 2, 3, 4, 5]]);
        assert_eq!((count.lost, count.missed, count.repeated), (0, 0, 0));
    }

    #[test]
    fn what_comes_twice_is_no_news() {
        let mut sequence = Sequence::default();
        assert!([1, 2, 3].into_iter().all(|number| sequence.is_news(number)));
        assert!(!sequence.is_news(3));
        assert!(sequence.is_news(4));
        assert_eq!(sequence.count.repeated, 1);
    }
}
