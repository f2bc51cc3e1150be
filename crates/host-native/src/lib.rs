//! The session host on tokio: sockets, timers, clock.
