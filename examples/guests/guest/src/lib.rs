//! Library of guest programs: what a program needs to run on the machine and to be proved.
//!
//! A guest is a `no_std`, `no_main` binary:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//! guest::entry!(main);
//!
//! fn main() {
//!     let input = guest::read();
//!     guest::commit(&input.len().to_le_bytes());
//! }
//! ```
//!
//! With `std` (`jolt-lab build --std`) it is an ordinary program with a `main`: standard input is the public input,
//! standard output is printed by the host, and `use guest as _;` suffices where no function of this library is used.
//!
//! Memory between the program and the stack is the heap's; what is freed is used again.
//!
//! The stack has 768 KiB; below it lies a guard of 256 KiB that no access hits: a stack that is full is a fault, and
//! has no proof. The linker symbol `STACK_RESERVE` is the size of both together (`jolt-lab build --stack 8MiB`).
//!
//! | function | effect in the proof |
//! |---|---|
//! | [`read`] | public input, part of the statement |
//! | [`read_private`] | private input: no part of the statement; hidden, unless a proof is made in the clear |
//! | [`commit`] | appends to the public output, part of the statement |
//! | [`exit`], a panic | the exit status, part of the statement |
//! | [`println!`] | none: the host prints, the proof ignores it |
//! | [`marker`] | none: `jolt-lab run` and `jolt-lab profile` count the cycles until it is dropped |

#![no_std]
#![warn(missing_docs)]

extern crate alloc;

mod heap;
mod io;
mod print;
mod start;
#[cfg(target_os = "zkvm")]
mod system;

pub use guest_marker::{Marker, marker};
pub use io::{Reader, commit, exit, read, read_private};
pub use print::print;
#[doc(hidden)]
pub use print::print_args;
