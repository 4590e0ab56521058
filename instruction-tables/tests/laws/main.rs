//! Laws of instructions and tables: fast paths against definitions, rows against semantics.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod costs;
mod crossing_laws;
mod encoding_laws;
mod fault_laws;
mod instruction_laws;
mod malformed_rows;
mod table_laws;
mod uniqueness;
