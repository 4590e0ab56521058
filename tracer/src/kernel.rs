//! A kernel beside a program: what it may do that the program may not.

use instruction_tables::Instruction;
use instruction_tables::instructions::{Semantics, illegal};
use std::ops::Range;

/// What serves a program's traps: code that is loaded with it, and proven with it.
///
/// It is privileged: elsewhere, control and status registers and instructions of this machine do not exist. What is no
/// instruction elsewhere traps as an illegal one, so that it can be emulated, and so do accesses outside of memory; in the
/// kernel's own code both are faults. Only there a jump to itself halts. Nothing keeps the program from jumping into that
/// code: statements are about the program and the kernel together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kernel {
    /// Addresses of its code and data.
    pub range: Range<u64>,
    /// What addresses of its instructions are multiples of.
    pub alignment: u64,
    /// Where the program that it serves starts.
    pub program_entry: u64,
}

impl Kernel {
    /// Whether it serves code at an address, which is that of the program and not its own.
    pub fn serves(&self, address: u64) -> bool {
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
