//! The command as its users meet it: every command, in JSON and in words, and what it refuses.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod artifact;
mod bench;
mod build;
mod built;
mod conformance;
mod debug;
mod ends;
mod figures;
#[cfg(unix)]
mod interrupts;
mod languages;
mod linked;
mod linux;
mod markers;
mod matrix;
mod preprocessed;
mod profile;
mod proofs;
mod refusals;
mod security;
mod setup;
mod together;
mod tracing;
mod views;
mod widths;
