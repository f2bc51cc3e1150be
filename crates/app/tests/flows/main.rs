//! What takes several procedures to show.

#![cfg(test)]

#[path = "../rig/mod.rs"]
mod rig;

mod interview;
mod origin;
mod privacy;
mod restart;
