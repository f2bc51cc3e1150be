//! The tRPC wire as bytes: what no official client sends, and what every answer must look like.
//!
//! The names begin with the rows of the conformance list that each test covers.

#![cfg(test)]

#[path = "../trpc_fixture/mod.rs"]
mod trpc_fixture;

mod abort;
mod hardening;
mod inputs;
mod lines;
mod requests;
mod rig;
