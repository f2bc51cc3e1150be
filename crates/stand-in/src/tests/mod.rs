//! The wire's rules on virtual time, by number, without sockets.

mod faults;
mod hour;
mod lifetime;
mod listening;
mod own_client;
mod resumption;
mod rig;
mod set_up;
mod shape;
mod speaking;
mod tape;
mod tools;
