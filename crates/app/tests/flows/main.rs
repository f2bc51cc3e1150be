//! What takes several procedures to show.

#![cfg(test)]

#[path = "../rig/mod.rs"]
mod rig;

mod interview;
mod official_client;
mod origin;
mod privacy;
mod restart;
