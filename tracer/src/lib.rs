//! RISC-V programs and their executions: ELF loader, machine, trace, cycle profile.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tracer::{Inputs, Options, Program, trace};
//!
//! let program = Program::from_elf(&std::fs::read("fibonacci.elf")?)?;
//! let trace = trace(&program, &Inputs::public(1000u64.to_le_bytes()), &Options::default())?;
//! println!("{}: {} cycles", trace.outcome.status, trace.outcome.cycles);
//! # Ok(())
//! # }
//! ```
//!
//! | module | is |
//! |---|---|
//! | `layout` | the memory map: cells, the I/O block |
//! | `elf` | a file, checked |
//! | `kernel` | what a kernel beside a program may do |
//! | `floats` | a program with floating point, and what carries that out, as one program |
//! | `linux` | a Linux program, its kernel and its first stack, as one program |
//! | `protection` | what a program may not access |
//! | `symbols` | names of addresses |
//! | `sweep` | where the instructions of a program with a kernel are |
//! | `program` | bytecode rows, initial memory |
//! | `inputs` | public input as cells, private input as a tape |
//! | `machine` | executes one row per cycle |
//! | `trace` | what a run leaves behind: columns, outcome, errors |
//! | `profile` | cycles by instruction and by row |
//! | `testing` | with the feature of that name: random programs and what runs them |

mod decode;
mod elf;
mod floats;
mod inputs;
mod kernel;
mod layout;
mod linux;
mod machine;
mod memory;
mod profile;
mod program;
mod protection;
mod status;
mod sweep;
mod symbols;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;

pub use elf::ElfError;
pub use floats::FLOAT_KERNEL;
pub use inputs::Inputs;
pub use layout::{
    DEFAULT_RAM_SIZE, INPUT_CAPACITY, IO_BASE, IO_SIZE, Layout, OUTPUT_CAPACITY, RAM_BASE,
};
pub use linux::{LinuxError, Process, StandardInput, is_linux, load_bias};
pub use machine::{Machine, Options, run, trace};
pub use profile::{Count, Profile};
pub use program::{Program, StatusCell};
pub use protection::{CellSet, Protection};
pub use status::ExitStatus;
pub use symbols::{Function, Functions, readable};
pub use trace::{BLOCK, Block, Checkpoint, Cycle, Outcome, Trace, TraceError};
