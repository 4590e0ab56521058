//! A machine of registers and one memory cell, which runs the rows of one instruction.
#![allow(dead_code)]

use instruction_tables::instructions::persistent::{PERSISTENT, Persistent};
use instruction_tables::instructions::{Record, Semantics};
use instruction_tables::{Hint, Inputs, Instruction, Operands, Row, RowFault, WordSize};
use sumcheck::analysis::sample;

/// What is left after an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub registers: [u64; 32],
    pub cell: u64,
    pub next_label: u128,
    pub persistent: Persistent,
    /// The address accessed by the last row that accesses memory.
    pub address: Option<u64>,
}

/// The free index of an advice row.
pub enum Advice {
    /// What the hint says; private input is this word.
    Honest(u64),
    /// This, whatever the hint says.
    Fixed(u128),
}

/// Runs the rows on registers (virtual ones start with garbage) and a memory in which every aligned
/// address holds `cell`.
pub fn run(
    word: WordSize,
    rows: &[Row],
    before: &[u64; 32],
    cell: u64,
    advice: &Advice,
) -> Result<After, RowFault> {
    run_with(word, rows, before, &Persistent::default(), cell, advice)
}

/// The same, with persistent registers.
pub fn run_with(
    word: WordSize,
    rows: &[Row],
    before: &[u64; 32],
    persistent: &Persistent,
    cell: u64,
    advice: &Advice,
) -> Result<After, RowFault> {
    let kept = usize::from(PERSISTENT)..usize::from(PERSISTENT) + persistent.0.len();
    let mut registers = [0x5a5a_5a5a_5a5a_5a5a & word.mask(); 64];
    registers[..32].copy_from_slice(before);
    registers[kept.clone()].copy_from_slice(&persistent.0);
    let mut after = After {
        registers: *before,
        cell,
        next_label: rows[0].label,
        persistent: *persistent,
        address: None,
    };
    for row in rows {
        assert_eq!(row.label, after.next_label, "labels chain");
        let rs1 = registers[usize::from(row.rs1)];
        let mut offset = 0;
        if row.access.is_active() {
            after.address = row.address(rs1);
            offset = (after.address.unwrap_or(0) % word.bytes() as u64) as u8;
        }
        let free = match (row.hint, advice) {
            (Hint::None | Hint::Print, _) => 0,
            (_, Advice::Fixed(free)) => *free,
            (hint, Advice::Honest(input)) => u128::from(
                hint.advice(word, |r| registers[usize::from(r)])
                    .unwrap_or(*input),
            ),
        };
        let inputs = Inputs {
            rs1,
            rs2: registers[usize::from(row.rs2)],
            cell: after.cell,
            offset,
            free,
        };
        let effect = row.execute(word, &inputs)?;
        if let Some(value) = effect.rd_value {
            registers[usize::from(row.rd)] = value;
        }
        after.cell = effect.cell_new;
        after.next_label = effect.next_label;
    }
    after.registers.copy_from_slice(&registers[..32]);
    after.persistent.0.copy_from_slice(&registers[kept]);
    Ok(after)
}

/// Values of a word of eight bits: all, or of a sample the corners and one in seven.
pub fn operands() -> impl Iterator<Item = u64> {
    let corners = corners(WordSize::W8);
    (0..256).filter(move |x| x % sample::one_in(7) as u64 == 0 || corners.contains(x))
}

/// Corner values of a word.
pub fn corners(word: WordSize) -> Vec<u64> {
    let (mask, sign) = (word.mask(), 1u64 << (word.bits() - 1));
    let half = 1u64 << (word.bits() / 2);
    let mut values = vec![
        0,
        1,
        2,
        mask,
        mask - 1,
        sign,
        sign + 1,
        sign - 1,
        half - 1,
        half,
        half >> 1,
        (half >> 1) - 1,
        mask ^ (half - 1),
        mask ^ (half / 2 - 1),
        half | half >> 1,
    ];
    values.sort_unstable();
    values.dedup();
    values
}

/// An instruction of a mnemonic, with no immediate.
pub fn instruction(mnemonic: &str, (rd, rs1, rs2): (u8, u8, u8)) -> Instruction {
    Instruction {
        record: instruction_tables::instructions::by_mnemonic(mnemonic).expect("a record"),
        rd,
        rs1,
        rs2,
        imm: 0,
        length: 4,
    }
}

/// What a prover may choose about an instruction, besides what the program read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Nothing: each row is a function of registers and memory.
    Nothing,
    /// A word of the private input, which is what the instruction is for.
    Input,
    /// A word that rows then check.
    Advice,
    /// Which of two expansions with one label is run.
    Expansion,
}

/// What there is to choose about the instructions of a record.
pub fn choice(word: WordSize, record: &'static Record) -> Choice {
    let mut i = Instruction {
        record,
        rd: 5,
        rs1: 6,
        rs2: 7,
        imm: 0,
        length: 4,
    };
    let two = i.routine(word).is_some();
    if matches!(record.semantics, Semantics::Csr { .. }) {
        i.imm = 0x340;
    }
    let rows = i.expand(word, 0, 1 << 64);
    let free = |row: &Row| row.operands == Operands::Free;
    match (rows.iter().any(free), &record.semantics) {
        (false, _) if two => Choice::Expansion,
        (false, _) => Choice::Nothing,
        (true, Semantics::PrivateInput) => Choice::Input,
        (true, _) => Choice::Advice,
    }
}
