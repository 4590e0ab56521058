//! A kernel beside a program: what it may do that the program may not.

use instruction_tables::Instruction;
use instruction_tables::instructions::{Semantics, illegal};
use std::ops::Range;

/// Code that is loaded with a program to serve it, and proven with it.
///
/// Nothing keeps the program from jumping into that code: statements are about the program and the kernel together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kernel {
    /// Addresses of its code and data.
    pub range: Range<u64>,
    /// What addresses of its instructions are multiples of.
    pub alignment: u64,
    /// What comes to it.
    pub serves: Serves,
}

/// What of a program comes to its kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    /// All traps. The kernel is privileged: elsewhere, control and status registers and instructions of this machine do not
    /// exist. What is no instruction elsewhere traps as an illegal one, so that it can be emulated, and so do accesses
    /// outside of memory; in the kernel's own code both are faults. Only there a jump to itself halts.
    Traps {
        /// Where the program starts.
        program_entry: u64,
    },
    /// Instructions of F and D, and nothing else: the program has the machine to itself.
    Floats {
        /// Where they go.
        entry: u64,
    },
}

impl Kernel {
    /// Whether code at an address is that of the program and not its own.
    pub fn is_program(&self, address: u64) -> bool {
        !self.range.contains(&address)
    }

    /// What the code of the program that it serves has in place of a decoded instruction, where it starts with `bits`.
    pub fn unprivileged(found: Option<Instruction>, bits: u32) -> Instruction {
        let allowed = |i: &Instruction| match i.record.semantics {
            Semantics::Csr { .. }
            | Semantics::TrapReturn
            | Semantics::PrivateInput
            | Semantics::Print => false,
            Semantics::Nothing => i.record.mnemonic != "wfi",
            _ => true,
        };
        found.filter(allowed).unwrap_or_else(|| illegal(bits))
    }
}
