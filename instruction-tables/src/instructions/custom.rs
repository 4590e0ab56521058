//! Instructions of this machine, in the custom-0 opcode. Fields that they do not use must be 0.

use super::{Extension, Format, Record, Semantics};
use crate::row::{Hint, Row};

pub(super) const RECORDS: &[Record] = &[
    // `.insn i 0x0b, 0, rd, x0, 0`. With rd = x0 a word of the input is skipped.
    Record::new(
        "private_input",
        Format::I,
        (0x0b, 0xffff_f07f),
        Semantics::PrivateInput,
        |c| vec![c.advice(Hint::PrivateInput).to(c.rd)],
    )
    .of(Extension::Custom),
    // `.insn r 0x0b, 1, 0, x0, rs1, rs2`. For the host only: no memory is accessed by the proof.
    Record::new(
        "print",
        Format::R,
        (0x100b, 0xfe00_7fff),
        Semantics::Print,
        |c| {
            vec![Row {
                rs1: c.rs1,
                rs2: c.rs2,
                hint: Hint::Print,
                ..c.row()
            }]
        },
    )
    .of(Extension::Custom),
];
