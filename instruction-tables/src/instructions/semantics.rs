//! What instructions do, in plain Rust: the oracle for their rows.

use super::Instruction;
use super::csr::{Csr, CsrOperation, ILLEGAL, csr, number, writes};
use super::persistent::{MCAUSE, MEPC, MTVAL, MTVEC, Persistent, RESERVATION};
use crate::bits::{ones, signed};
use crate::word::WordSize;

/// What an instruction does. Functions get words and may return anything: results are reduced modulo
/// `2^W`.
#[derive(Clone, Copy, Debug)]
pub enum Semantics {
    /// `rd := f(rs1, rs2 or immediate)`.
    Compute(fn(WordSize, u64, u64) -> u64),
    /// `rd := f(address, immediate)`.
    Constant(fn(u64, i64) -> u64),
    /// Jumps by the immediate if `f(rs1, rs2)`.
    Branch(fn(WordSize, u64, u64) -> bool),
    /// Links and jumps by the immediate.
    Jump,
    /// Links and jumps to `rs1 +` immediate, made even.
    JumpRegister,
    /// Loads `size` bytes at `rs1 +` immediate.
    Load {
        /// Bytes.
        size: u8,
        /// Whether they are sign-extended.
        signed: bool,
    },
    /// Stores the low `size` bytes of `rs2` at `rs1 +` immediate.
    Store {
        /// Bytes.
        size: u8,
    },
    /// `rd :=` the `size` bytes at `rs1`, sign-extended; reserves the address.
    LoadReserved {
        /// Bytes.
        size: u8,
    },
    /// Stores `size` bytes of `rs2` at `rs1` and sets `rd` to 0 if the address is reserved, else sets
    /// `rd` to 1; ends the reservation.
    StoreConditional {
        /// Bytes.
        size: u8,
    },
    /// `rd :=` the `size` bytes at `rs1`, sign-extended; stores `f(bits, they, rs2)` there, where only
    /// the low `bits` of arguments and result count.
    Atomic {
        /// Bytes.
        size: u8,
        /// `(bits, old value, rs2)` to new value.
        f: fn(usize, u64, u64) -> u64,
    },
    /// `rd :=` a control and status register, which is changed.
    Csr {
        operation: CsrOperation,
        /// Whether the operand is the number in the place of `rs1`.
        immediate: bool,
    },
    /// Goes to the trap handler.
    Trap {
        cause: u64,
        /// What `mtval` gets.
        value: TrapValue,
    },
    /// Calls the program's float kernel ([`Instruction::interpret_float`]).
    Float,
    /// Returns from the trap handler.
    TrapReturn,
    /// Nothing.
    Nothing,
    /// `rd :=` the next word of the private input.
    PrivateInput,
    /// Shows the bytes at address `rs1`, length `rs2`, to whoever runs the machine.
    Print,
}

/// What a trap leaves in `mtval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapValue {
    /// 0.
    Zero,
    /// The instruction's address.
    Address,
    /// The instruction's bits.
    Encoding,
}

impl Semantics {
    /// Whether the instruction does nothing if `rd` is x0. (A load still accesses memory, and private
    /// input is still consumed.)
    pub fn only_writes_rd(&self) -> bool {
        matches!(self, Semantics::Compute(_) | Semantics::Constant(_))
    }
}

/// What an instruction reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    pub address: u64,
    /// Value of `rs1`.
    pub rs1: u64,
    /// Value of `rs2`.
    pub rs2: u64,
    /// The bytes at the effective address of a load, little-endian, zero-extended.
    pub memory: u64,
    /// The next word of the private input.
    pub input: u64,
    /// The reservation, and control and status registers.
    pub persistent: Persistent,
}

/// What an instruction does to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// New value of `rd`, unless that is x0 or nothing is written.
    pub rd: Option<u64>,
    /// Address, bytes and value of a store.
    pub store: Option<(u64, u8, u64)>,
    /// Address of the next instruction.
    pub next: u64,
    /// The reservation, and control and status registers, afterwards.
    pub persistent: Persistent,
}

impl Instruction {
    /// The address of a load or store, `rs1 +` immediate modulo `2^W`; `rs1`, if it is atomic.
    pub fn effective_address(&self, word: WordSize, rs1: u64) -> u64 {
        if self.record.format == super::Format::Atomic {
            return rs1;
        }
        rs1.wrapping_add_signed(self.imm) & word.mask()
    }

    /// Executes the instruction by its plain semantics.
    pub fn interpret(&self, word: WordSize, reads: &Reads) -> Outcome {
        let mask = word.mask();
        let (x, y) = (reads.rs1, reads.rs2);
        let link = reads.address.wrapping_add(u64::from(self.length)) & mask;
        let target = reads.address.wrapping_add_signed(self.imm) & mask;
        let mut outcome = Outcome {
            rd: None,
            store: None,
            next: link,
            persistent: reads.persistent,
        };
        let state = &mut outcome.persistent;
        match self.record.semantics {
            Semantics::Compute(f) => {
                let y = match self.record.format {
                    super::Format::R | super::Format::Unary => y,
                    _ => self.imm as u64 & mask,
                };
                outcome.rd = Some(f(word, x, y));
            }
            Semantics::Constant(f) => outcome.rd = Some(f(reads.address, self.imm)),
            Semantics::Branch(f) => {
                if f(word, x, y) {
                    outcome.next = target;
                }
            }
            Semantics::Jump => {
                outcome.rd = Some(link);
                outcome.next = target;
            }
            Semantics::JumpRegister => {
                outcome.rd = Some(link);
                outcome.next = self.effective_address(word, x) & !1;
            }
            Semantics::Load { size, signed: sx } => {
                let bits = 8 * usize::from(size);
                let value = reads.memory & ones(bits);
                outcome.rd = Some(if sx {
                    signed(value, bits) as u64
                } else {
                    value
                });
            }
            Semantics::Store { size } => {
                let value = y & ones(8 * usize::from(size));
                outcome.store = Some((self.effective_address(word, x), size, value));
            }
            Semantics::LoadReserved { size } => {
                state.set(RESERVATION, x);
                outcome.rd = Some(extended(word, size, reads.memory));
            }
            Semantics::StoreConditional { size } => {
                let success = state.get(RESERVATION) == x;
                state.set(RESERVATION, 0);
                let stored = if success { y } else { reads.memory };
                outcome.store = Some((x, size, stored & ones(8 * usize::from(size))));
                outcome.rd = Some(u64::from(!success));
            }
            Semantics::Atomic { size, f } => {
                let operand = |v| operand(word, size, v);
                let bits = word.bits().min(8 * usize::from(size));
                let new = f(bits, operand(reads.memory), operand(y));
                outcome.store = Some((x, size, operand(new)));
                outcome.rd = Some(extended(word, size, reads.memory));
            }
            Semantics::Csr {
                operation,
                immediate,
            } => {
                let operand = if immediate { u64::from(self.rs1) } else { x };
                outcome.rd = match csr(number(self.imm)) {
                    Some(Csr::Constant(value)) => {
                        let value = value(word);
                        if value.is_none() {
                            state.set(MEPC, reads.address);
                            state.set(MCAUSE, ILLEGAL);
                            state.set(MTVAL, 0);
                            outcome.next = state.get(MTVEC) & !1;
                        }
                        value
                    }
                    Some(Csr::Kept { register, cleared }) => {
                        let old = state.get(register);
                        if writes(operation, self.rs1) {
                            state.set(register, operation.apply(old, operand) & !cleared & mask);
                        }
                        Some(old)
                    }
                    None => None,
                };
            }
            Semantics::Trap { cause, value } => {
                let value = match value {
                    TrapValue::Zero => 0,
                    TrapValue::Address => reads.address,
                    TrapValue::Encoding => self.imm as u64,
                };
                state.set(MEPC, reads.address);
                state.set(MCAUSE, cause);
                state.set(MTVAL, value & mask);
                outcome.next = state.get(MTVEC) & !1;
            }
            Semantics::TrapReturn => outcome.next = state.get(MEPC) & !1,
            Semantics::PrivateInput => outcome.rd = Some(reads.input),
            Semantics::Nothing | Semantics::Print | Semantics::Float => {}
        }
        outcome.rd = outcome.rd.filter(|_| self.rd != 0).map(|v| v & mask);
        outcome
    }
}

/// The low `size` bytes, sign-extended to a word or more.
fn extended(word: WordSize, size: u8, value: u64) -> u64 {
    signed(value, word.bits().min(8 * usize::from(size))) as u64
}

/// The operand of an atomic operation on `size` bytes: what `rs2` holds of them.
fn operand(word: WordSize, size: u8, value: u64) -> u64 {
    value & ones(word.bits().min(8 * usize::from(size)))
}
