//! Laws of encodings: decoding inverts encoding, is total, and no encoding is ambiguous.

use instruction_tables::instructions::{decode, records, unsupported};
use instruction_tables::{Instruction, WordSize, decode_compressed};
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
        for record in records().filter(|r| r.exists(WordSize::W64)) {
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
        (0x1005_252f, "lr.w a0, (a0)"),
        (0x18b5_362f, "sc.d a2, a1, (a0)"),
        (0x06b5_362f, "amoadd.d a2, a1, (a0)"),
        (0x0000_0073, "ecall"),
        (0x0010_0073, "ebreak"),
        (0x3020_0073, "mret"),
        (0x0000_100f, "fence.i"),
        (0xf140_2573, "csrrs a0, 0xf14, zero"),
        (0x3420_2f73, "csrrs t5, 0x342, zero"),
        (0x3002_d073, "csrrwi zero, 0x300, 5"),
        (0x20b5_2533, "sh1add a0, a0, a1"),
        (0x6005_1513, "clz a0, a0"),
        (0x6b85_5513, "rev8 a0, a0"),
        (0x0805_453b, "zext.h a0, a0"),
        (0x4855_1513, "bclri a0, a0, 5"),
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
    // Doubles on RV32; RV32's encodings on RV64.
    assert!(decode(WordSize::W32, 0x1005_352f).is_none());
    assert!(decode(WordSize::W64, 0x0805_4533).is_none());
    assert!(decode(WordSize::W32, 0x0805_4533).is_some());
    for (instr, name) in [
        (0x1020_0073, "sret"),
        // cycle, stvec; writes to mhartid.
        (0xc000_2573, "an access to this control and status register"),
        (0x1050_1073, "an access to this control and status register"),
        (0xf145_2573, "an access to this control and status register"),
        (0x1015_25af, "this atomic access"),
        (0x0005_2507, "floating point"),
    ] {
        for word in WORDS {
            assert!(decode(word, instr).is_none());
        }
        assert_eq!(unsupported(instr), Some(name));
    }
    assert!(decode(WordSize::W64, 0).is_none() && decode(WordSize::W64, u32::MAX).is_none());
    assert_eq!(unsupported(0), None);
}

/// The 32-bit equivalent has the same record and fields, and nothing makes decoding panic.
#[test]
fn compressed_encodings_are_short_forms_of_others() {
    for word in WORDS {
        let mut legal = 0;
        for half in 0..=u16::MAX {
            let Some(i) = decode_compressed(word, half) else {
                continue;
            };
            assert_ne!(half & 3, 3);
            assert_eq!(i.length, 2);
            legal += 1;
            let long = Instruction { length: 4, ..i };
            assert_eq!(decode(word, i.encode().unwrap()), Some(long), "{half:#06x}");
            // Successors and links follow the length.
            let rows = i.expand(word, 0x1000, 1 << 65);
            let falls_through = rows.last().unwrap();
            if falls_through.delta == 0 && i.record.mnemonic != "jal" {
                assert_eq!(falls_through.succ, 0x1003, "{i}");
            }
            if matches!(i.record.mnemonic, "jal" | "jalr") && i.rd != 0 {
                assert_eq!(rows[0].link, 0x1002);
            }
        }
        println!("{word:?}: {legal} legal encodings");
    }
}

#[test]
fn known_compressed_encodings() {
    for (half, text) in [
        (0x1101, "addi sp, sp, -32"),
        (0x4501, "addi a0, zero, 0"),
        (0x0800, "addi s0, sp, 16"),
        (0x6105, "addi sp, sp, 32"),
        (0x6505, "lui a0, 0x1"),
        (0x757d, "lui a0, 0xfffff"),
        (0x60e2, "ld ra, 24(sp)"),
        (0xec06, "sd ra, 24(sp)"),
        (0x8082, "jalr zero, 0(ra)"),
        (0x9002, "ebreak"),
        (0x8d89, "sub a1, a1, a0"),
        (0x9d89, "subw a1, a1, a0"),
        (0xa001, "jal zero, +0"),
        (0x0001, "addi zero, zero, 0"),
    ] {
        let i = decode_compressed(WordSize::W64, half).unwrap();
        assert_eq!(i.to_string(), text);
    }
    // All zeros, c.addi4spn of 0, c.addiw to x0, c.lui of 0, c.jr of x0, c.lwsp to x0, the neighbours of
    // c.subw and c.addw, c.fld.
    for half in [
        0,
        0x0008,
        0x2001,
        0x6501,
        0x8002,
        0x4002,
        0x9dc9,
        0x9dc1 | 0x60,
        0x2000,
    ] {
        assert!(
            decode_compressed(WordSize::W64, half).is_none(),
            "{half:#06x}"
        );
    }
    // On RV32: long shifts, c.subw, c.ld; c.jal takes the place of c.addiw.
    for half in [0x1502, 0x9105, 0x9d89, 0x6000] {
        assert!(
            decode_compressed(WordSize::W32, half).is_none(),
            "{half:#06x}"
        );
    }
    let jump = decode_compressed(WordSize::W32, 0x2001).unwrap();
    assert_eq!((jump.record.mnemonic, jump.rd, jump.imm), ("jal", 1, 0));
}
