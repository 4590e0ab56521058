//! Laws of every instruction record: its rows do what its semantics say.

use crate::common::{Advice, After, corners, operands, run_with};
use instruction_tables::instructions::persistent::{
    PERSISTENT, Persistent, RESERVATION, TEMPORARIES, is_persistent,
};
use instruction_tables::instructions::{
    Csr, CsrOperation, Extension, Format, Instruction, MADE, Reads, Record, Semantics,
    check_sequence, csr, illegal, records,
};
use instruction_tables::{Operands, RowFault, WordSize};
use proptest::prelude::*;
use std::sync::OnceLock;

const WORDS: [WordSize; 2] = [WordSize::W32, WordSize::W64];
const FIRST_INNER: u128 = (1 << 64) + 1000;

/// An instruction with these registers and an immediate made from any number, less the fields that the
/// format lacks.
fn fitted(
    record: &'static Record,
    word: WordSize,
    (rd, rs1, rs2): (u8, u8, u8),
    seed: i64,
) -> Instruction {
    let narrow = |bits: u32| (seed << (64 - bits)) >> (64 - bits);
    let shifted = if record.only_64 {
        32
    } else {
        word.bits() as i64
    };
    let (registers, imm) = match (record.format, &record.semantics) {
        (_, Semantics::PrivateInput) => ((rd, 0, 0), 0),
        (_, Semantics::Print) => ((0, rs1, rs2), 0),
        (_, Semantics::LoadReserved { .. }) => ((rd, rs1, 0), seed & 3),
        (_, Semantics::Csr { operation, .. }) => {
            let writes = *operation == CsrOperation::Write || rs1 != 0;
            let numbers: Vec<u16> = (0..4096)
                .filter(|&n| csr(n).is_some() && !(writes && n >> 10 == 3))
                .filter(|&n| matches!(csr(n), Some(Csr::Kept { .. })) || n % 8 == 0 || n == 0x301)
                .collect();
            let number = numbers[seed.rem_euclid(numbers.len() as i64) as usize];
            ((rd, rs1, 0), i64::from(number) << 52 >> 52)
        }
        (Format::Atomic, _) => ((rd, rs1, rs2), seed & 3),
        (Format::Unary, _) => ((rd, rs1, 0), 0),
        (Format::Fixed, _) => ((0, 0, 0), 0),
        (Format::R, _) => ((rd, rs1, rs2), 0),
        (Format::I, _) => ((rd, rs1, 0), narrow(12)),
        (Format::Shift, _) => ((rd, rs1, 0), seed.rem_euclid(shifted)),
        (Format::S, _) => ((0, rs1, rs2), narrow(12)),
        (Format::B, _) => ((0, rs1, rs2), narrow(13) & !1),
        (Format::U, _) => ((rd, 0, 0), narrow(32) & !0xfff),
        (Format::J, _) => ((rd, 0, 0), narrow(21) & !1),
        (Format::Whole, _) => ((0, 0, 0), i64::from(seed as u32)),
    };
    let i = Instruction {
        record,
        rd: registers.0,
        rs1: registers.1,
        rs2: registers.2,
        imm,
        length: 4,
    };
    assert!(i.encode().is_some(), "{i}");
    i
}

/// Persistent registers behind control and status registers, and their bits that are never set.
fn kept_registers() -> &'static [(u8, u64)] {
    static KEPT: OnceLock<Vec<(u8, u64)>> = OnceLock::new();
    KEPT.get_or_init(|| {
        let kept = |csr| match csr {
            Csr::Kept { register, cleared } => Some((register, cleared)),
            Csr::Constant(_) => None,
        };
        (0..4096).filter_map(csr).filter_map(kept).collect()
    })
}

fn low_bytes(value: u64, size: u8) -> u64 {
    value & (u64::MAX >> (64 - 8 * u32::from(size)))
}

/// Runs one instruction by rows and by semantics, and compares everything.
fn check(word: WordSize, i: &Instruction, address: u64, values: (u64, u64), cell: u64) {
    let address = address & word.mask() & !1;
    let mut registers = [0; 32];
    for (k, register) in registers.iter_mut().enumerate().skip(1) {
        *register = (0x0123_4567_89ab_cdef_u64.rotate_left(3 * k as u32)) & word.mask();
    }
    registers[usize::from(i.rs1)] = values.0;
    registers[usize::from(i.rs2)] = values.1;
    registers[0] = 0;
    let (rs1, rs2) = (registers[usize::from(i.rs1)], registers[usize::from(i.rs2)]);

    let rows = i.expand(word, address, FIRST_INNER);
    check_sequence(word, &rows).unwrap();
    assert_eq!(rows[0].label, u128::from(address) + 1);
    assert!(rows.iter().all(|r| r.name == i.record.mnemonic));

    let effective = i.effective_address(word, rs1);
    let bytes = word.bytes() as u64;
    let offset = effective % bytes;
    let (size, atomic) = match i.record.semantics {
        Semantics::Load { size, .. } | Semantics::Store { size } => (Some(size), false),
        Semantics::LoadReserved { size }
        | Semantics::StoreConditional { size }
        | Semantics::Atomic { size, .. } => (Some(size), true),
        _ => (None, false),
    };
    let input = values.1 ^ 1;
    let mut persistent = Persistent::default();
    for (k, register) in persistent.0.iter_mut().enumerate() {
        *register = 0xfedc_ba98_7654_3210_u64.rotate_left(5 * k as u32) & word.mask();
    }
    // Bits that are never set in what control and status registers keep.
    for (register, cleared) in kept_registers() {
        persistent.set(*register, persistent.get(*register) & !cleared);
    }
    // Reserved or not, as the case may be.
    if values.1 & 2 == 0 {
        persistent.set(RESERVATION, rs1);
    }
    let after = run_with(
        word,
        &rows,
        &registers,
        &persistent,
        cell,
        &Advice::Honest(input),
    );
    if let Some(size) = size.filter(|_| atomic) {
        if !effective.is_multiple_of(bytes.min(size.into())) {
            assert!(after.is_err(), "{i}");
            return;
        }
    } else if let Some(size) = size {
        if i128::from(rs1) + i128::from(i.imm) != i128::from(effective) {
            return; // The address wraps around: it is none.
        }
        if offset + u64::from(size) > bytes {
            // The access crosses its cell: no row can do that.
            let fault = if u64::from(size) == bytes {
                RowFault::Misaligned {
                    offset: offset as u8,
                }
            } else {
                RowFault::Unrepresentable { operand: "window" }
            };
            assert_eq!(after, Err(fault), "{i}");
            return;
        }
    }
    let after = after.unwrap_or_else(|fault| panic!("{i} on {rs1:#x}, {rs2:#x}: {fault}"));

    let outcome = i.interpret(
        word,
        &Reads {
            address,
            rs1,
            rs2,
            memory: low_bytes(cell >> (8 * offset), size.unwrap_or(8)),
            input,
            persistent,
        },
    );
    let mut expected = After {
        registers,
        cell,
        next_label: u128::from(outcome.next) + 1,
        persistent: outcome.persistent,
        address: size.map(|_| effective),
    };
    if let Some(value) = outcome.rd {
        expected.registers[usize::from(i.rd)] = value;
    }
    if let Some((at, size, value)) = outcome.store {
        assert_eq!(at, effective);
        let mut cell = cell.to_le_bytes();
        let from = offset as usize;
        cell[from..from + usize::from(size)]
            .copy_from_slice(&value.to_le_bytes()[..usize::from(size)]);
        expected.cell = u64::from_le_bytes(cell);
    }
    if matches!(i.record.semantics, Semantics::Jump) && i.rd == 0 && i.imm == 0 {
        expected.next_label = 0;
    }
    assert_eq!(after, expected, "{i} on {rs1:#x}, {rs2:#x} at {address:#x}");
}

/// All ways in which rd, rs1 and rs2 can be equal to each other and to x0.
const REGISTERS: [u8; 4] = [0, 5, 6, 31];

fn aliasings() -> impl Iterator<Item = (u8, u8, u8)> {
    REGISTERS.into_iter().flat_map(|rd| {
        REGISTERS
            .into_iter()
            .flat_map(move |rs1| REGISTERS.into_iter().map(move |rs2| (rd, rs1, rs2)))
    })
}

fn available(word: WordSize) -> impl Iterator<Item = &'static Record> {
    records().chain(MADE).filter(move |r| r.exists(word))
}

#[test]
fn rows_agree_with_semantics_on_corners_and_all_aliasings() {
    for word in WORDS {
        let values = corners(word);
        let cell = 0xf0e1_d2c3_8496_a5b4 & word.mask();
        for record in available(word) {
            for registers in aliasings() {
                let i = fitted(record, word, registers, 0x7ff);
                for x in &values {
                    for y in &values {
                        check(word, &i, 0x8000_0000, (*x, *y), cell);
                    }
                }
            }
            for seed in [
                0,
                1,
                -1,
                2,
                31,
                32,
                63,
                -2048,
                2047,
                4,
                -4,
                0x7fff_f000,
                0xfffff,
            ] {
                let i = fitted(record, word, (5, 6, 31), seed);
                for x in &values {
                    for address in [0, 4, word.mask() - 3, 1 << (word.bits() - 1)] {
                        check(word, &i, address, (*x, values[3]), cell);
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn rows_agree_with_semantics_on_any_operands(
        x: u64, y: u64, cell: u64, address: u64, seed: i64, shifts in (0u32..64, 0u32..64),
        registers in (0u8..32, 0u8..32, 0u8..32), compressed: bool,
    ) {
        for word in WORDS {
            let mask = word.mask();
            for record in available(word) {
                let mut i = fitted(record, word, registers, seed);
                if compressed {
                    i.length = 2;
                }
                check(word, &i, address, (x & mask, y & mask), cell & mask);
                check(word, &i, address, ((x & mask) >> shifts.0, (y & mask) >> shifts.1), cell & mask);
            }
        }
    }
}

#[test]
fn loads_and_stores_of_every_size_and_offset() {
    for word in WORDS {
        for record in available(word) {
            let memory = matches!(
                record.semantics,
                Semantics::Load { .. }
                    | Semantics::Store { .. }
                    | Semantics::LoadReserved { .. }
                    | Semantics::StoreConditional { .. }
                    | Semantics::Atomic { .. }
            );
            for offset in (0..word.bytes() as u64).filter(|_| memory) {
                for cell in [0, word.mask(), 0x8081_8283_8485_8687 & word.mask()] {
                    for (imm, registers) in [(0, (5, 6, 7)), (-17, (0, 6, 0)), (2047, (6, 6, 6))] {
                        let i = fitted(record, word, registers, imm);
                        let shift = if record.extension == Extension::A {
                            0
                        } else {
                            imm
                        };
                        let base = (0x1000u64 + offset).wrapping_add_signed(-shift);
                        let value = 0xfedc_ba98_7654_3210 & word.mask();
                        // Where both registers are one, it holds the address.
                        let value = if registers.1 == registers.2 {
                            base
                        } else {
                            value
                        };
                        check(word, &i, 0x100, (base, value), cell);
                    }
                }
            }
        }
    }
}

#[test]
fn instructions_agree_at_eight_bits() {
    // What does not scale down to a word of one byte: 16 bits, and accesses of several bytes.
    let scaled = |r: &&Record| {
        let access = matches!(
            r.semantics,
            Semantics::Load { size, .. } | Semantics::Store { size } if size > 1
        );
        !r.mnemonic.starts_with("sext") && !r.mnemonic.starts_with("zext") && !access
    };
    let word = WordSize::W8;
    for record in records().chain(MADE).filter(scaled) {
        for registers in [(5, 6, 7), (6, 6, 7), (7, 6, 7), (5, 6, 6)] {
            // An amount that a half-word of four bits has, too.
            let i = fitted(record, word, registers, 3);
            let first: Vec<u64> = match registers {
                (5, 6, 7) => operands().collect(),
                _ => (3..256).step_by(16).collect(),
            };
            for x in first {
                for y in 0..256 {
                    check(word, &i, 0x40, (x, y), ((x * 91) ^ (y >> 1)) & 0xff);
                }
            }
        }
    }
}

/// Sequences without advice are functions of what they read: at most one outcome each.
#[test]
fn only_divisions_and_private_input_take_advice() {
    for word in WORDS {
        for record in available(word) {
            let i = fitted(record, word, (5, 6, 7), 5);
            let rows = i.expand(word, 64, FIRST_INNER);
            let advised = rows.iter().any(|row| row.operands == Operands::Free);
            let division = record.mnemonic.starts_with("div") || record.mnemonic.starts_with("rem");
            let input = matches!(record.semantics, Semantics::PrivateInput);
            assert_eq!(advised, division || input, "{}", record.mnemonic);
        }
    }
}

#[test]
fn shifts_agree_for_every_amount() {
    for word in WORDS {
        for name in [
            "sll", "srl", "sra", "sllw", "srlw", "sraw", "slli", "srli", "srai", "slliw", "srliw",
            "sraiw",
        ] {
            let Some(record) = available(word).find(|r| r.mnemonic == name) else {
                continue;
            };
            for amount in 0..130 {
                for x in corners(word) {
                    let i = fitted(record, word, (5, 6, 7), amount);
                    check(word, &i, 0x40, (x, amount as u64), 0);
                }
            }
        }
    }
}

#[test]
fn a_register_instruction_to_x0_is_one_idle_row() {
    for word in WORDS {
        for record in available(word).filter(|r| r.semantics.only_writes_rd()) {
            let rows = fitted(record, word, (0, 6, 7), 5).expand(word, 64, FIRST_INNER);
            assert_eq!(rows.len(), 1);
            assert!(rows[0].table.is_none() && rows[0].succ == 69);
        }
    }
}

#[test]
fn a_load_to_x0_still_accesses_memory() {
    for word in WORDS {
        for record in available(word).filter(|r| matches!(r.semantics, Semantics::Load { .. })) {
            let rows = fitted(record, word, (0, 6, 0), 8).expand(word, 64, FIRST_INNER);
            assert!(rows[0].access.is_active());
            assert_eq!(rows[0].address(0x1000), Some(0x1008));
        }
    }
}

#[test]
fn rows_per_instruction() {
    let rows = |name: &str, registers| {
        let word = WordSize::W64;
        crate::common::instruction(name, registers)
            .expand(word, 0, FIRST_INNER)
            .len()
    };
    let several = [
        ("sb", 2),
        ("sh", 2),
        ("sw", 2),
        ("sll", 2),
        ("srl", 2),
        ("sra", 2),
        ("sllw", 2),
        ("srlw", 2),
        ("sraw", 2),
        ("mulh", 3),
        ("mulhsu", 3),
        ("divu", 5),
        ("remu", 4),
        ("div", 9),
        ("rem", 7),
        ("divuw", 8),
        ("remuw", 7),
        ("divw", 12),
        ("remw", 9),
        // Atomics, where rd is no other register.
        ("lr.w", 3),
        ("lr.d", 2),
        ("sc.w", 9),
        ("sc.d", 8),
        ("amoswap.w", 4),
        ("amoswap.d", 2),
        ("amoadd.w", 4),
        ("amoadd.d", 3),
        ("amoxor.w", 5),
        ("amoxor.d", 3),
        ("amoor.w", 5),
        ("amoor.d", 3),
        ("amoand.w", 5),
        ("amoand.d", 3),
        ("amomin.w", 6),
        ("amomin.d", 3),
        ("amomax.w", 6),
        ("amomax.d", 3),
        ("amominu.w", 6),
        ("amominu.d", 3),
        ("amomaxu.w", 6),
        ("amomaxu.d", 3),
        ("sh1add", 2),
        ("sh2add", 2),
        ("sh3add", 2),
        ("add.uw", 2),
        ("sh1add.uw", 3),
        ("sh2add.uw", 3),
        ("sh3add.uw", 3),
        ("slli.uw", 2),
        ("clzw", 2),
        ("ctzw", 2),
        ("cpopw", 2),
        ("orc.b", 6),
        ("rol", 4),
        ("ror", 4),
        ("rori", 3),
        ("rolw", 5),
        ("rorw", 5),
        ("roriw", 3),
        ("bset", 2),
        ("bclr", 2),
        ("binv", 2),
        ("bext", 3),
        ("bexti", 2),
        ("ecall", 4),
        ("ebreak", 4),
        ("illegal", 4),
        ("no-code", 4),
    ];
    for record in available(WordSize::W64).filter(|r| !matches!(r.semantics, Semantics::Csr { .. }))
    {
        let name = record.mnemonic;
        let expected = several
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(1, |(_, k)| *k);
        assert_eq!(rows(name, (5, 6, 7)), expected, "{name}");
    }
    assert_eq!(rows("remu", (7, 6, 7)), 5);
    assert_eq!(rows("sb", (0, 6, 0)), 1);
}

#[test]
fn atomics_write_rd_last_if_it_is_a_source() {
    let rows = |name: &str, registers| {
        crate::common::instruction(name, registers)
            .expand(WordSize::W64, 0, FIRST_INNER)
            .len()
    };
    assert_eq!(rows("amoadd.d", (6, 6, 7)), 4);
    assert_eq!(rows("amoadd.d", (7, 6, 7)), 4);
    assert_eq!(rows("amoadd.w", (0, 6, 7)), 4);
    assert_eq!(rows("sc.d", (0, 6, 7)), 7);
}

/// What is no instruction traps by its length, and with no more bits than are its own.
#[test]
fn an_illegal_instruction_has_its_own_bits() {
    for (bits, length, value) in [
        (0, 2, 0),
        (0x1234_2001, 2, 0x2001),
        (0x0005_2507, 4, 0x0005_2507),
        (u32::MAX, 4, u64::from(u32::MAX)),
    ] {
        let i = illegal(bits);
        assert_eq!(i.length, length);
        let rows = i.expand(WordSize::W64, 0x1000, FIRST_INNER);
        let links: Vec<u64> = rows.iter().map(|row| row.link).collect();
        assert_eq!(links, [0x1000, 2, value, 0]);
    }
}

/// Rows per access to a control and status register.
#[test]
fn csr_rows() {
    let rows = |name: &str, number: i64, (rd, rs1)| {
        let mut i = crate::common::instruction(name, (rd, rs1, 0));
        i.imm = number;
        i.expand(WordSize::W64, 0, FIRST_INNER).len()
    };
    assert_eq!(rows("csrrw", 0x305, (0, 5)), 1);
    assert_eq!(rows("csrrs", 0x342, (5, 0)), 1);
    assert_eq!(rows("csrrw", 0x340, (5, 6)), 3);
    assert_eq!(rows("csrrs", 0x340, (5, 6)), 4);
    assert_eq!(rows("csrrc", 0x340, (5, 6)), 3);
    assert_eq!(rows("csrrwi", 0x340, (0, 3)), 1);
    assert_eq!(rows("csrrsi", 0x300, (5, 3)), 1);
}

/// Only atomics touch the reservation, only system instructions the other persistent registers, and no
/// instruction uses a register that is neither architectural, nor a temporary, nor persistent.
#[test]
fn persistent_registers_belong_to_few() {
    for word in WORDS {
        for record in available(word) {
            for seed in 0..40 {
                let rows = fitted(record, word, (5, 6, 7), seed).expand(word, 64, FIRST_INNER);
                for register in rows.iter().flat_map(|row| [row.rd, row.rs1, row.rs2]) {
                    let allowed = match register {
                        0..TEMPORARIES => true,
                        TEMPORARIES..PERSISTENT => true,
                        RESERVATION => record.extension == Extension::A,
                        _ => is_persistent(register) && record.extension == Extension::System,
                    };
                    assert!(allowed, "{} uses register {register}", record.mnemonic);
                }
            }
        }
    }
}
