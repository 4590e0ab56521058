//! A program's file, loaded.

use crate::floats;
use crate::linux::{self, Start};
use tracer::{ElfError, Program};

/// The file of a program.
#[derive(Clone, Copy, Debug)]
pub struct ProgramFile<'a> {
    /// As the user named it.
    pub name: &'a str,
    pub elf: &'a [u8],
    /// What it is started with, if it is a Linux program.
    pub start: Option<&'a Start>,
}

impl ProgramFile<'_> {
    /// Loads it.
    ///
    /// # Errors
    /// The file is no program for this machine; the message says what to do about it.
    pub fn program(&self) -> anyhow::Result<Program> {
        if let Some(start) = self.start {
            return start.program(self.elf).map_err(|error| {
                let advice = linux::advice(&error);
                anyhow::anyhow!("{} cannot be loaded: {error}{advice}", self.name)
            });
        }
        Program::with_float_kernel(self.elf, floats::KERNEL).map_err(|error| {
            let advice = match error {
                ElfError::Type { .. } | ElfError::Dynamic { .. } => {
                    "link statically at a fixed address: -static -no-pie"
                }
                ElfError::SegmentOutOfRange {
                    address, ref ram, ..
                } if address < ram.start => {
                    "link to where RAM starts: -Wl,-Ttext-segment=0x80000000"
                }
                ElfError::SegmentOutOfRange { .. } => {
                    "there can be 4 GiB of RAM behind 0x80000000, and 1 GiB for RV32"
                }
                ElfError::FloatMemory { .. } => "use less memory, or compile for rv64imac, without F and D",
                _ => "programs are static executables for RV32 or RV64: IMAC, Zba, Zbb, Zbs; for RV64 also F and D",
            };
            anyhow::anyhow!("{} cannot be loaded: {error} ({advice})", self.name)
        })
    }

    /// What a proof of another key is not of: its name, and what else verifiers have to say as provers did.
    pub fn here(&self) -> String {
        let more = match self.start {
            Some(_) => {
                ", a Linux program: its file, --arg0, ARGUMENTS, --env and --stdin have to be the prover's, and so has \
                 the guest kernel"
            }
            None => "",
        };
        format!("{}{more}", self.name)
    }
}
