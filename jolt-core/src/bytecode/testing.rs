//! Rows and columns for tests.

use super::RowColumn;
use ark_bn254::Fr;
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;
use instruction_tables::{Access, Left, Operands, REGISTERS, Right, Row, TableId, Write};

/// A row of any kind, with any numbers and registers.
pub(super) fn row(rng: &mut StdRng) -> Row {
    let operands = [
        Operands::None,
        Operands::Sum,
        Operands::Difference,
        Operands::Product,
        Operands::Pair(Left::Rs1, Right::Value),
        Operands::Pair(Left::Cell, Right::Window { size: 2 }),
    ];
    let shift = rng.gen_range(0..127);
    Row {
        label: rng.r#gen::<u128>() >> shift,
        succ: rng.r#gen::<u128>() >> shift,
        delta: rng.r#gen::<i128>() >> shift,
        imm: (rng.r#gen::<i128>() >> shift) * i128::from(rng.gen_range(0..2)),
        link: rng.r#gen(),
        rd: rng.gen_range(0..REGISTERS as u8),
        rs1: rng.gen_range(0..REGISTERS as u8),
        rs2: rng.gen_range(0..3),
        operands: operands[rng.gen_range(0..operands.len())],
        write: [Write::None, Write::Link, Write::Cell][rng.gen_range(0..3)],
        access: [Access::Idle, Access::Store, Access::Load][rng.gen_range(0..3)],
        table: [None, Some(TableId(rng.gen_range(0..9)))][rng.gen_range(0..2)],
        asserts: rng.r#gen(),
        exact: rng.r#gen(),
        ..Row::HALT
    }
}

/// A function of the kind that differs between any two kinds.
pub(super) fn of_kind(seed: u64) -> RowColumn<Fr> {
    RowColumn::Kind(Box::new(move |kind| {
        let bytes = kind.to_bytes().into_iter();
        bytes.fold(Fr::from(seed), |sum, byte| {
            sum * Fr::from(257) + Fr::from(byte)
        })
    }))
}
