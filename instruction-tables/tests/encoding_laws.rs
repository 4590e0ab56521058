//! Laws of encodings: decoding inverts encoding, is total, and no encoding is ambiguous.
#![allow(clippy::unwrap_used)]

use instruction_tables::instructions::{decode, records, unsupported};
use instruction_tables::{Instruction, WordSize};
use proptest::prelude::*;

const WORDS: [WordSize; 2] = [WordSize::W32, WordSize::W64];

fn round_trips(word: WordSize, instr: u32) {
    if let Some(i) = decode(word, instr) {
        assert!(i.record.exists(word));
        assert_eq!(i.encode(), Some(instr), "{i}");
        assert!(!i.to_string().is_empty());
        assert_eq!(unsupported(instr), None, "{i}");
        assert!(!i.expand(word, 0x1000, 1 << 65).is_empty());
    }
}

#[test]
fn decoding_is_total_and_undone_for_every_opcode_and_function() {
    for opcode in 0..128 {
        for function in 0..1u32 << 10 {
            let instr = opcode | (function & 7) << 12 | (function >> 3) << 25;
            for fields in [0, 0x01_f8_f8_00 & 0x01ff_8f80, 0x0073_0280] {
                for word in WORDS {
                    round_trips(word, instr | fields);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn decoding_is_total_and_undone_for_any_word(instr: u32) {
        for word in WORDS {
            round_trips(word, instr);
            for record in records() {
                round_trips(word, instr & !record.mask | record.matches);
            }
        }
    }

    #[test]
    fn decoding_inverts_encoding(rd in 0u8..34, rs1 in 0u8..34, rs2 in 0u8..34, imm in -5000i64..5000, scale in 0u32..20) {
        for record in records() {
            let i = Instruction { record, rd, rs1, rs2, imm: imm << scale, length: 4 };
            if let Some(instr) = i.encode() {
                prop_assert_eq!(decode(WordSize::W64, instr), Some(i));
            }
        }
    }
}

#[test]
fn no_encoding_matches_two_records() {
    let all: Vec<_> = records().collect();
    for (k, a) in all.iter().enumerate() {
        assert_eq!(a.matches & !a.mask, 0, "{}", a.mnemonic);
        for b in &all[k + 1..] {
            let common = a.mask & b.mask;
            assert_ne!(
                a.matches & common,
                b.matches & common,
                "{} {}",
                a.mnemonic,
                b.mnemonic
            );
            assert_ne!(a.mnemonic, b.mnemonic);
        }
    }
}

#[test]
fn known_encodings() {
    for (instr, text) in [
        (0xfff5_0513, "addi a0, a0, -1"),
        (0x00a5_8533, "add a0, a1, a0"),
        (0x40b5_0533, "sub a0, a0, a1"),
        (0x1234_5537, "lui a0, 0x12345"),
        (0x0000_0517, "auipc a0, 0x0"),
        (0x0080_00ef, "jal ra, +8"),
        (0xfeb5_0ee3, "beq a0, a1, -4"),
        (0x0081_3423, "sd s0, 8(sp)"),
        (0xfec4_2783, "lw a5, -20(s0)"),
        (0x43f5_5513, "srai a0, a0, 63"),
        (0x4015_551b, "sraiw a0, a0, 1"),
        (0x02c5_b533, "mulhu a0, a1, a2"),
        (0x02c5_e53b, "remw a0, a1, a2"),
        (0x0000_8067, "jalr zero, 0(ra)"),
        (0x0000_006f, "jal zero, +0"),
        (0x0ff0_000f, "fence"),
        (0x0000_050b, "private_input a0"),
        (0x00b5_100b, "print a0, a1"),
    ] {
        assert_eq!(decode(WordSize::W64, instr).unwrap().to_string(), text);
    }
}

#[test]
fn what_a_machine_lacks_is_not_decoded() {
    // Shift amounts above the word, 64-bit instructions, and what has no record.
    assert!(decode(WordSize::W32, 0x43f5_5513).is_none());
    assert!(decode(WordSize::W32, 0x0081_3423).is_none());
    assert!(decode(WordSize::W32, 0x02c5_e53b).is_none());
    for (instr, name) in [
        (0x0000_0073, "ecall"),
        (0x0010_0073, "ebreak"),
        (0xc000_2573, "csr access"),
        (0x0000_100f, "fence.i"),
        (0x1005_25af, "atomic access"),
    ] {
        for word in WORDS {
            assert!(decode(word, instr).is_none());
        }
        assert_eq!(unsupported(instr), Some(name));
    }
    assert!(decode(WordSize::W64, 0).is_none() && decode(WordSize::W64, u32::MAX).is_none());
    assert_eq!(unsupported(0), None);
}
