//! A lookup-centric zkVM: lookup and memory arguments, and the machine built from them.

pub mod api;
pub mod bytecode;
pub mod constraints;
pub mod digits;
pub mod lookup;
pub mod memory;
pub mod proof;
pub mod statement;
pub mod vm;
pub mod witness;
