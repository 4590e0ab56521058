//! The machine against others, against hand-written files and against the guests that are checked in.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod differential;
mod elf;
mod faults;
mod floats;
mod guests;
mod linux;
mod linux_files;
mod symbols;
mod trace;
mod workloads;
