//! Loads, stores and atomics outside of memory, as traps to a program's kernel.
//!
//! Where memory ends is no matter of instructions: an access outside has no row that could do it, and no proof. In a
//! program with a kernel such accesses have one more expansion, at the same label, which traps: cause 5 for loads and
//! `lr`, 7 for what stores, and the address in `mtval`. The prover picks among expansions, so each says when it applies.
//! This one asserts that the access starts outside: its distance from the start of memory, modulo `2^W`, is not below the
//! size of memory. The others need a cell of memory for the first byte, whose distance is below that size as an integer.
//! So at most one applies, and one does unless the access is misaligned, crosses memory's end or is forbidden.
//!
//! An instruction has a *call* of two rows of its own, for the distance and for its own address; the rest is an
//! [`AccessFault`] that all loads or all stores share.

use super::context::temporary;
use super::csr::{LOAD_FAULT, STORE_FAULT};
use super::persistent::{MCAUSE, MEPC, MTVAL, MTVEC};
use super::system::jump;
use super::{Context, Instruction, Outcome, Reads, Semantics, label};
use crate::row::Row;
use crate::tables::TableId;
use crate::word::WordSize;
use std::ops::Range;

/// Distance of the access from the start of memory, modulo `2^W`.
const DISTANCE: u8 = temporary(0);
const LAST: u8 = temporary(1);

/// Accesses that trap when they are outside of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessFault {
    Load,
    /// Stores, and atomics that store.
    Store,
}

impl AccessFault {
    /// The trap's cause.
    pub const fn cause(self) -> u64 {
        match self {
            AccessFault::Load => LOAD_FAULT,
            AccessFault::Store => STORE_FAULT,
        }
    }

    /// The rows that all calls share. The first one has the label given, the others count up; the last one goes to the
    /// handler. `memory` is not empty.
    pub fn rows(self, word: WordSize, memory: &Range<u64>, first_label: u128) -> Vec<Row> {
        let c = Context::nameless(word, "access fault");
        let mut rows = vec![
            c.link(LAST, memory.end - memory.start - 1),
            c.assertion(TableId::LTU, LAST, DISTANCE),
            c.sum_constant(TableId::TRUNC, DISTANCE, memory.start)
                .to(MTVAL),
            c.link(MCAUSE, self.cause()),
            jump(&c, MTVEC),
        ];
        let last = rows.len() - 1;
        let leaves = rows[last].succ;
        label(&mut rows, first_label, first_label + 1);
        rows[last].succ = leaves;
        rows
    }
}

impl Instruction {
    /// The trap of this instruction outside of memory; [`None`] if it accesses none.
    pub fn access_fault(&self) -> Option<AccessFault> {
        match self.record.semantics {
            Semantics::Load { .. } | Semantics::LoadReserved { .. } => Some(AccessFault::Load),
            Semantics::Store { .. }
            | Semantics::StoreConditional { .. }
            | Semantics::Atomic { .. } => Some(AccessFault::Store),
            _ => None,
        }
    }

    /// The rows of the call of [`Instruction::access_fault`], whose first row has the label `shared`, for memory that
    /// starts at an address. The call's first row has the label `address + 1`, the other one `inner_label`, which must be
    /// between `2^W` and `2^(W+1)`. Empty if there is no such trap.
    pub fn expand_fault(
        &self,
        word: WordSize,
        address: u64,
        memory_start: u64,
        (inner_label, shared): (u128, u128),
    ) -> Vec<Row> {
        if self.access_fault().is_none() {
            return Vec::new();
        }
        let c = Context::new(self, word, address);
        // The immediate of an atomic is no offset.
        let offset = self.effective_address(word, 0);
        let from_start = offset.wrapping_sub(memory_start) & word.mask();
        let mut rows = vec![
            c.sum_constant(TableId::TRUNC, c.rs1, from_start)
                .to(DISTANCE),
            c.link(MEPC, c.address),
        ];
        label(&mut rows, u128::from(c.address) + 1, inner_label);
        rows[1].succ = shared;
        rows
    }

    /// What [`Instruction::interpret`] is for an access outside of memory; [`None`] if it accesses none.
    pub fn interpret_fault(&self, word: WordSize, reads: &Reads) -> Option<Outcome> {
        let fault = self.access_fault()?;
        let mut persistent = reads.persistent;
        persistent.set(MEPC, reads.address);
        persistent.set(MCAUSE, fault.cause());
        persistent.set(MTVAL, self.effective_address(word, reads.rs1));
        Some(Outcome {
            rd: None,
            store: None,
            next: persistent.get(MTVEC) & !1,
            persistent,
        })
    }
}
