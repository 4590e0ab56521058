//! A guest kernel: what unmodified static riscv64 Linux programs need of a machine that has neither system calls nor
//! floating point.
//!
//! A kernel is ordinary code that is loaded beside a program and proven with it. The machine's traps lead to it: it
//! serves system calls, emulates the instructions of F and D, and turns faults into signals. This library is all of it
//! that does not touch the machine; `examples/guests/linux` is the rest, a trap's entry and a few instructions, and
//! `papers/linux.md` says what a proof of such a run states and where this is not Linux.
//!
//! | module | is |
//! |---|---|
//! | [`kernel`] | from a trap to the return from it |
//! | `calls` | system calls, by what they are about |
//! | [`threads`], [`space`], [`files`], [`timers`], [`signals`] | what they work on |
//! | [`emulate`], [`float`] | instructions, and the arithmetic behind them |
//! | [`machine`], [`map`], [`context`] | the machine, its memory map, a thread's registers |

#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod calls;
pub mod context;
pub mod emulate;
pub mod errno;
pub mod files;
pub mod float;
pub mod input;
pub mod kernel;
pub mod machine;
pub mod map;
pub mod signals;
pub mod space;
pub mod threads;
pub mod timers;
