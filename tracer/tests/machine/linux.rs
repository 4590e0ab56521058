//! Linux programs: what is loaded, and what traps.

use crate::support::asm::{self, addi, auipc, i, ld, lui, s, sd};
use crate::support::{EXECUTE, ElfWriter, READ, WRITE};
use instruction_tables::instructions::Semantics;
use instruction_tables::instructions::persistent::{MCAUSE, MTVAL};
use instruction_tables::{Row, WordSize, decode};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tracer::testing::Reference;
use tracer::testing::linux::{self, ECALL, USER, call, exit, kernel, load};
use tracer::{
    ExitStatus, Inputs, Machine, Options, Outcome, Process, Program, StandardInput, TraceError,
    is_linux, run,
};

const KERNEL: u64 = 0xf000_0000;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
const A7: u32 = 17;
const SP: u32 = 2;

/// `fld fa0, 8(sp)`, `fadd.d fa0, fa0, fa1`, `csrrs a0, fcsr, x0`, `rdtime a0`, `csrrw x0, mtvec, x0`, `mret`, `wfi`,
/// private input, print, `vsetvli`; and, of two bytes, `c.fld`, `unimp`.
const LONG: [u32; 10] = [
    0x0081_3507,
    0x02b5_7553,
    0x0030_2573,
    0xc010_2573,
    0x3050_1073,
    0x3020_0073,
    0x1050_0073,
    0x0000_050b,
    0x00b5_100b,
    0x0c05_7557,
];
const SHORT: [u16; 2] = [0x2188, 0];

pub fn finished(program: &Program, input: &[u8]) -> Outcome {
    let inputs = Inputs::public(input);
    let outcome = run(program, &inputs, &Options::default()).unwrap();
    // A machine that knows no rows says the same.
    let reference = Reference::new(program, &inputs).run(1 << 16).unwrap();
    assert_eq!(
        (outcome.status, &outcome.output),
        (reference.status, &reference.output)
    );
    outcome
}

/// Copies standard input to standard output and exits with the number of bytes.
pub fn echo() -> Vec<u32> {
    let space = addi(SP, SP, -1024);
    let mut code = vec![
        space,
        addi(A1, SP, 0),
        addi(A2, 0, 100),
        addi(A7, 0, 63),
        ECALL,
    ];
    code.extend([addi(A2, A0, 0), addi(A0, 0, 1), addi(A7, 0, 64), ECALL]);
    code.extend(exit());
    code
}

#[test]
fn a_program_reads_writes_and_exits() {
    let program = linux::program(&echo()).unwrap();
    assert!(program.layout().is_linux() && program.alignment() == 2);
    for input in [&b""[..], b"hello", &[7; 100]] {
        let outcome = finished(&program, input);
        assert_eq!(outcome.status, ExitStatus::Exit(input.len() as u64));
        assert_eq!(outcome.output, input);
    }
}

/// On Linux it goes on for ever, so that there is no run that ends: only the kernel can end one.
#[test]
fn a_jump_to_itself_ends_nothing() {
    // `j .` and `c.j .`, behind something that is not the entry.
    for code in [&[0x6f, 0, 0, 0][..], &[0x01, 0xa0]] {
        let code = [&addi(A0, 0, 1).to_le_bytes()[..], code].concat();
        let file =
            ElfWriter::new(64)
                .entry(USER)
                .segment(USER, &code, code.len() as u64, READ | EXECUTE);
        let program = load(&file.finish()).unwrap();
        let options = Options { max_cycles: 1000 };
        let ended = run(&program, &Inputs::default(), &options);
        assert!(
            matches!(ended, Err(TraceError::CycleLimit { pc, .. }) if pc == USER + 4),
            "{ended:?}"
        );
        assert!(
            Reference::new(&program, &Inputs::default())
                .run(1000)
                .is_none()
        );
        let rows = program.rows().iter().enumerate().skip(1);
        let mut halting = rows.filter(|(_, row)| row.succ == 0 && row.delta == 0);
        assert!(halting.all(|(row, _)| program.address(row as u32) >= KERNEL));
    }
}

/// What is no instruction traps with its bits, and so does what only a kernel may do.
#[test]
fn illegal_instructions_trap_with_their_bits() {
    let report = |bytes: &[u8]| {
        let mut code: Vec<u8> = bytes.to_vec();
        // All of `a0` is put out.
        let rest = [
            addi(SP, SP, -16),
            sd(SP, A0, 0),
            addi(A1, SP, 0),
            addi(A2, 0, 8),
        ];
        let rest = rest.into_iter().chain(call(64, &[1])).chain(call(93, &[3]));
        code.extend(rest.flat_map(u32::to_le_bytes));
        let file =
            ElfWriter::new(64)
                .entry(USER)
                .segment(USER, &code, code.len() as u64, READ | EXECUTE);
        let outcome = finished(&load(&file.finish()).unwrap(), b"");
        assert_eq!(outcome.status, ExitStatus::Exit(3));
        u64::from_le_bytes(outcome.output.try_into().unwrap())
    };
    for bits in LONG {
        assert_eq!(report(&bits.to_le_bytes()), u64::from(bits), "{bits:#010x}");
    }
    for bits in SHORT {
        assert_eq!(report(&bits.to_le_bytes()), u64::from(bits), "{bits:#06x}");
    }
}

/// Instructions of a program are where they follow on each other, whatever they are; those of the kernel are where there are
/// some.
#[test]
fn instructions_are_where_they_follow_on_each_other() {
    let words = [
        LONG[0],
        0,
        addi(1, 1, 1),
        asm::jal(0, -2),
        u32::MAX,
        0x1234_5678,
    ];
    let program = linux::program(&words).unwrap();
    let head = |address| {
        program
            .head(address)
            .map(|row| &program.rows()[row as usize])
    };
    let places = (0..12).map(|k| head(USER + 2 * k).map(|row: &Row| row.name));
    let places: Vec<_> = places.collect();
    let illegal = Some("illegal");
    let expected = [
        illegal,
        None,
        illegal,
        illegal,
        Some("addi"),
        illegal,
        Some("jal"),
        None,
        illegal,
        illegal,
        Some("lw"),
        Some("addi"),
    ];
    assert_eq!(places[..6], expected[..6]);
    assert_eq!(places[6..10], expected[6..10]);
    // Half of an instruction at the end is none.
    let half = linux::load(
        &ElfWriter::new(64)
            .entry(USER)
            .segment(USER, &[0x13, 0, 0, 0, 0x13, 0], 6, READ | EXECUTE)
            .finish(),
    );
    assert_eq!(half.unwrap().head(USER + 4), None);
    let kernel = (0xf000_1000u64..)
        .step_by(2)
        .take_while(|at| program.is_code(*at));
    let kernel: Vec<_> = kernel.map(head).collect();
    assert!(kernel.len() > 100 && kernel.iter().flatten().all(|row| row.name != "illegal"));
    assert!(
        kernel.iter().skip(1).step_by(2).all(Option::is_none),
        "its alignment is 4"
    );
}

/// The kernel is told of it: cause 1, address 0 in `mtval`. By each kind of jump, and with what a return address costs.
#[test]
fn a_null_pointer_that_is_called_traps() {
    let zero = addi(A0, 0, 0);
    for jump in [
        asm::jalr(1, 0, 0),
        // The lowest bit of a target is cleared.
        asm::jalr(0, A0, 1),
        asm::jal(1, -(USER as i32) - 4),
    ] {
        let program = linux::program(&[zero, jump]).unwrap();
        let outcome = finished(&program, b"");
        assert_eq!(outcome.status, ExitStatus::Exit(128 + 1));
        assert_eq!(outcome.output, [0; 8]);
        let head = program.head(0).unwrap();
        let rows = &program.rows()[head as usize..][..4];
        assert!(rows.iter().all(|row| row.name == "no-code"));
        assert_eq!(program.instruction(0).unwrap().to_string(), "no-code");
    }
    // Other addresses without code have no rows, and bare machines have none at all.
    let program = linux::program(&[zero, asm::jalr(1, 0, 2)]).unwrap();
    let error = run(&program, &Inputs::default(), &Options::default()).unwrap_err();
    let (pc, target) = (USER + 4, 2);
    assert_eq!(error, TraceError::JumpOutsideCode { pc, target });
    let bare = Program::from_elf(&kernel_alone()).unwrap();
    assert_eq!(bare.head(0), None);
}

/// A program for the bare machine that ends at once.
fn kernel_alone() -> Vec<u8> {
    let code = asm::HALT.to_le_bytes();
    let file = ElfWriter::new(64).entry(0x8000_0000);
    file.segment(0x8000_0000, &code, 4, READ | EXECUTE).finish()
}

#[test]
fn a_jump_into_an_instruction_has_no_proof() {
    // To the upper half of the second instruction.
    let code = [auipc(A0, 0), asm::jalr(0, A0, 10), addi(1, 1, 1), asm::HALT];
    let program = linux::program(&code).unwrap();
    let error = run(&program, &Inputs::default(), &Options::default()).unwrap_err();
    let (pc, target) = (USER + 4, USER + 10);
    assert_eq!(error, TraceError::JumpInside { pc, target });
}

/// What the ABI says is on the stack.
#[test]
fn the_stack_has_arguments_environment_and_auxiliary_vector() {
    let elf = linux::writer(&echo()).finish();
    let strings = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    for (arguments, environment) in [
        (vec!["a"], vec![]),
        (
            vec!["prog", "", "third one"],
            vec!["A=1", "LONG=0123456789"],
        ),
    ] {
        let program = Process {
            elf: &elf,
            kernel: &kernel(),
            arguments: strings(&arguments),
            environment: strings(&environment),
            standard_input: StandardInput::Public,
        }
        .program()
        .unwrap();
        let word = |address: u64| {
            let halves = [0, 4].map(|k| u64::from(program.word_at(address + k)));
            halves[0] | halves[1] << 32
        };
        let text = |address: u64| {
            let bytes = (address..).map(|at| program.word_at(at) as u8);
            String::from_utf8(bytes.take_while(|byte| *byte != 0).collect()).unwrap()
        };
        let pointer = word(0xf000_0018);
        assert!(pointer.is_multiple_of(16) && pointer < 0xf000_0000);
        assert_eq!(word(pointer), arguments.len() as u64);
        let mut at = pointer + 8;
        for strings in [&arguments, &environment] {
            for string in strings {
                assert_eq!(text(word(at)), *string);
                at += 8;
            }
            assert_eq!(word(at), 0);
            at += 8;
        }
        let auxiliary = (0..).map(|k| (word(at + 16 * k), word(at + 16 * k + 8)));
        let auxiliary: Vec<_> = auxiliary.take_while(|entry| entry.0 != 0).collect();
        let of = |number| auxiliary.iter().find(|entry| entry.0 == number).unwrap().1;
        // Program headers lie outside of this program's segments; others have them.
        assert_eq!([of(3), of(4), of(5), of(6), of(9)], [0, 56, 1, 4096, USER]);
        assert_eq!(of(16), 0x112d);
        assert_eq!(text(of(31)), arguments[0]);
        assert!(of(25) > at && of(25) + 16 <= 0xf000_0000);
    }
}

#[test]
fn the_boot_page_describes_the_program() {
    let elf = linux::writer(&echo())
        .segment(0x12_3450, &[1, 2, 3], 0x10, READ | WRITE)
        .finish();
    for (standard_input, number) in [(StandardInput::Public, 0), (StandardInput::Private, 1)] {
        let program = Process {
            elf: &elf,
            kernel: &kernel(),
            arguments: vec![b"x".to_vec()],
            environment: Vec::new(),
            standard_input,
        }
        .program()
        .unwrap();
        let words = [0, 1, 2, 4, 5, 6, 7, 8].map(|k| {
            let halves = [0, 4].map(|h| u64::from(program.word_at(0xf000_0000 + 8 * k + h)));
            halves[0] | halves[1] << 32
        });
        let expected = [
            0x4b4c_544c_4f4a,
            1,
            USER,
            0x12_4000,
            number,
            USER,
            0x12_3460,
            8 << 20,
        ];
        assert_eq!(words, expected);
    }
}

/// A program that can be anywhere: its addresses are those of the file and a bias.
#[test]
fn a_position_independent_program_is_moved() {
    let code = [auipc(A0, 0), i(0x13, 5, A0, A0, 12)]
        .into_iter()
        .chain(exit());
    let code: Vec<u8> = code.flat_map(u32::to_le_bytes).collect();
    for (start, alignment, expected) in [
        (4u64, 1u64, 0x1_0004u64),
        (0x1000, 0x1000, 0x1_0000),
        (8, 0x20_0000, 0x20_0008),
        (0x1234, 0x1000, 0x1_0234),
    ] {
        let file = ElfWriter::new(64).entry(start).segment(
            start,
            &code,
            code.len() as u64,
            READ | EXECUTE,
        );
        let mut file = file.finish();
        file[16] = 3;
        file[64 + 48..64 + 56].copy_from_slice(&alignment.to_le_bytes());
        assert!(is_linux(&file));
        let outcome = finished(&load(&file).unwrap(), b"");
        assert_eq!(
            outcome.status,
            ExitStatus::Exit(expected >> 12 & 255),
            "{start:#x}"
        );
    }
}

/// Memory goes up to 4 GiB, of which only what is touched costs anything.
#[test]
fn all_of_the_memory_can_be_used() {
    let mut code = vec![
        // 1 << 32, and 0x7f00 more, is the last page.
        addi(5, 0, 1),
        asm::slli(5, 5, 32),
        lui(6, 8),
        asm::r(0x33, 0, 0, 5, 5, 6),
        addi(A0, 0, 77),
        sd(5, A0, -8),
        ld(A0, 5, -8),
    ];
    code.extend(exit());
    let outcome = finished(&linux::program(&code).unwrap(), b"");
    assert_eq!(outcome.status, ExitStatus::Exit(77));
    assert!(
        outcome
            .touched
            .iter()
            .any(|(cell, value)| (*cell, *value) == ((1 << 29) - 1, 77))
    );
}

/// Accesses outside of memory trap with their address: of every kind, from below and from above, and nowhere else.
#[test]
fn accesses_outside_of_memory_trap() {
    // sc.d, amoadd.d and lr.w of the address in x5, which is `base << shift`.
    let sc = asm::r(0x2f, 3, 0x0c, A0, 5, A0);
    let amoadd = asm::r(0x2f, 3, 0, A0, 5, A0);
    let lr = asm::r(0x2f, 2, 0x08, A0, 5, 0);
    let minus = |back: u64| 0u64.wrapping_sub(back);
    for (access, (base, shift), address, cause) in [
        (ld(A0, 0, 0), (0, 0), 0, 5),
        (sd(0, A0, 8), (0, 0), 8, 7),
        (s(0, 0, A0, 2047), (0, 0), 2047, 7),
        (i(0x03, 4, A0, 0, -1), (0, 0), minus(1), 5),
        (i(0x03, 1, 0, 5, 0), (0x7ff, 4), 0x7ff0, 5),
        (ld(A0, 5, -1), (1, 15), 0x7fff, 5),
        (sd(5, A0, -8), (1, 15), 0x7ff8, 7),
        (ld(A0, 5, 3), (1, 33), (1 << 33) + 3, 5),
        (ld(A0, 5, 16), (-1, 3), 8, 5),
        (sc, (0, 0), 0, 7),
        (amoadd, (1, 40), 1 << 40, 7),
        (lr, (-1, 2), minus(4), 5),
    ] {
        let code = [
            addi(5, 0, base),
            asm::slli(5, 5, shift),
            addi(A0, 0, 1),
            access,
            asm::HALT,
        ];
        let outcome = finished(&linux::program(&code).unwrap(), b"");
        assert_eq!(
            outcome.status,
            ExitStatus::Exit(128 + cause),
            "{address:#x}"
        );
        assert_eq!(outcome.output, address.to_le_bytes());
    }
    // The first and the last byte of memory are inside; the last word is not whole in it.
    let first = [lui(5, 8), ld(A0, 5, 0)];
    let end = [
        addi(5, 0, 1),
        asm::slli(5, 5, 32),
        lui(6, 8),
        asm::r(0x33, 0, 0, 5, 5, 6),
    ];
    let last = [&end[..], &[i(0x03, 4, A0, 5, -1)]].concat();
    for code in [first.to_vec(), last] {
        let code = [code, exit().to_vec()].concat();
        assert_eq!(
            finished(&linux::program(&code).unwrap(), b"").status,
            ExitStatus::Exit(0)
        );
    }
    let beyond = [&end[..], &[ld(A0, 5, -4)], &[asm::HALT]].concat();
    let program = linux::program(&beyond).unwrap();
    let error = run(&program, &Inputs::default(), &Options::default()).unwrap_err();
    assert!(matches!(error, TraceError::OutsideMemory { .. }), "{error}");
}

/// The kernel's own accesses do not trap: there would be nobody to go to.
#[test]
fn a_kernel_must_stay_inside_memory() {
    let code = [call(64, &[1, 100, 8]), vec![asm::HALT]].concat();
    let program = linux::program(&code).unwrap();
    let error = run(&program, &Inputs::default(), &Options::default()).unwrap_err();
    let TraceError::OutsideMemory { pc, address } = error else {
        panic!("{error}");
    };
    assert!(pc >= 0xf000_0000 && address == 100);
}

/// Code is what sections say where there are some, and is not to be changed.
#[test]
fn code_cannot_be_changed() {
    let code = [auipc(A0, 0), sd(A0, 0, 0), asm::HALT];
    let program = linux::program(&code).unwrap();
    let error = run(&program, &Inputs::default(), &Options::default()).unwrap_err();
    let (pc, address) = (USER + 4, USER);
    assert_eq!(error, TraceError::StoreToCode { pc, address });
}

/// A segment that is writable and executable, as some linkers make one for everything: stores are stores, and what was
/// changed is not executed.
#[test]
fn one_segment_for_code_and_data_is_both() {
    let with = |offset: i32| {
        let mut code = vec![auipc(5, 0), addi(A0, 0, 9), sd(5, 0, offset)];
        code.extend(exit());
        let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        let all = READ | WRITE | EXECUTE;
        let elf =
            ElfWriter::new(64)
                .entry(USER)
                .segment(USER, &bytes, bytes.len() as u64 + 64, all);
        load(&elf.finish()).unwrap()
    };
    assert_eq!(finished(&with(32), b"").status, ExitStatus::Exit(9));
    let error = run(&with(16), &Inputs::default(), &Options::default()).unwrap_err();
    assert_eq!(error, TraceError::ChangedCode { pc: USER + 16 });
}

/// The symbols that decide how other programs report are names like others here.
#[test]
fn names_mean_nothing_to_linux_programs() {
    let mut code = call(93, &[5]);
    code.push(asm::HALT);
    let elf = linux::writer(&code)
        .segment(0x2_0000, &[0; 64], 64, READ | WRITE)
        .symbol("tohost", 0x2_0000)
        .stack(0x2_0000..0x2_0040)
        .finish();
    let program = load(&elf).unwrap();
    assert!(program.protection().guard.is_empty());
    assert_eq!(finished(&program, b"").status, ExitStatus::Exit(5));
}

/// Instructions that go on behind themselves, of which many trap: for what the kernel then does, see there.
fn random_code(rng: &mut StdRng) -> Vec<u32> {
    // x5 to x7 point to the end of memory, to its start, and into the stack; x8 anywhere.
    let mut code = vec![
        addi(5, 0, 1),
        asm::slli(5, 5, 32),
        lui(6, 8),
        asm::r(0x33, 0, 0, 5, 5, 6),
        addi(5, 5, rng.gen_range(-40..40)),
        addi(6, 6, rng.gen_range(-40..0)),
        addi(7, SP, -1024),
        addi(8, 0, rng.gen_range(-2048..2048)),
        asm::slli(8, 8, rng.gen_range(0..64)),
    ];
    while code.len() < 60 {
        let bits: u32 = match rng.gen_range(0..8) {
            // Floating point, and what is nothing.
            0 => rng.r#gen::<u32>() & !0x7f | [0x07, 0x27, 0x43, 0x53][rng.gen_range(0..4)],
            1 => rng.r#gen::<u32>() | 3,
            // Loads, stores, atomics.
            2..7 => {
                let opcode = [0x03, 0x23, 0x2f][rng.gen_range(0..3)];
                let base = match rng.gen_bool(0.8) {
                    true => 7,
                    false => [5, 6, 8][rng.gen_range(0..3)],
                };
                rng.r#gen::<u32>() & !(0x7f | 31 << 15) | opcode | base << 15
            }
            _ => addi(
                rng.gen_range(9..32),
                rng.gen_range(0..32),
                rng.gen_range(-99..99),
            ),
        };
        // Destinations are registers that nothing points by, and what has a jump in it is left out.
        let bits = match bits & 0x7f {
            0x03 | 0x2f => bits & !(31 << 7) | rng.gen_range(9..32) << 7,
            _ => bits,
        };
        let harmless = match decode(WordSize::W64, bits).map(|i| (i.record.semantics, i.rd)) {
            Some((Semantics::Store { .. }, _)) | None => true,
            Some((Semantics::Compute(_) | Semantics::Load { .. }, rd)) => rd > 8,
            Some((Semantics::Atomic { .. } | Semantics::LoadReserved { .. }, rd)) => rd > 8,
            Some((Semantics::StoreConditional { .. }, rd)) => rd > 8,
            _ => false,
        };
        if harmless && bits & 3 == 3 {
            code.push(bits);
        }
    }
    code.push(asm::HALT);
    code
}

/// Step by step, a machine that knows no rows does the same: traps among random instructions, and accesses around both
/// ends of memory.
#[test]
fn traps_agree_with_their_semantics() {
    let (mut illegal, mut outside) = (0, 0);
    for seed in 0..600 {
        let code = random_code(&mut StdRng::seed_from_u64(seed));
        let program = linux::program(&code).unwrap();
        let mut machine = Machine::new(&program, &Inputs::default()).unwrap();
        let mut reference = Reference::new(&program, &Inputs::default());
        while !machine.halted() {
            let at = machine.pc();
            match machine.step() {
                Ok(()) => {}
                // Atomics that are not aligned, what crosses the end of memory, and stores where programs may only read
                // have no proof.
                Err(
                    TraceError::Misaligned { .. }
                    | TraceError::OutsideMemory { .. }
                    | TraceError::StoreToReadOnly { .. }
                    | TraceError::StoreToCode { .. },
                ) => break,
                Err(error) => panic!("{seed}: {error}"),
            }
            let more = reference.step();
            assert_eq!(more, !machine.halted(), "{seed}, at {at:#x}");
            assert_eq!(
                machine.registers()[..32],
                reference.registers,
                "{seed}, at {at:#x}"
            );
            if more {
                assert_eq!(machine.pc(), reference.pc, "{seed}, at {at:#x}");
                let [cause, value] = [MCAUSE, MTVAL].map(|csr| reference.persistent.get(csr));
                assert_eq!(machine.registers()[usize::from(MCAUSE)], cause);
                assert_eq!(machine.registers()[usize::from(MTVAL)], value);
                if at < KERNEL && reference.pc >= KERNEL {
                    illegal += u64::from(cause == 2);
                    outside += u64::from(cause == 5 || cause == 7);
                }
            }
        }
    }
    assert!(illegal > 1000 && outside > 300, "{illegal}, {outside}");
}
