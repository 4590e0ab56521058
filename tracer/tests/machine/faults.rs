//! Runs that cannot be proved, and what they say.

use crate::support::asm::{self, addi, advice, jalr, ld, lui, print, s, sd, slli};
use crate::support::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE, assemble, program};
use tracer::{ExitStatus, Inputs, Options, Outcome, Program, TraceError, run};

/// `x5` = start of the I/O block.
const IO: u32 = 0x7fff_02b7;

fn execute(program: &Program) -> Result<Outcome, TraceError> {
    run(program, &Inputs::default(), &Options::default())
}

/// Runs instructions and then halts.
fn fault(words: &[u32]) -> TraceError {
    execute(&assemble(&[words, &[asm::HALT]].concat())).unwrap_err()
}

fn finish(words: &[u32]) -> Outcome {
    execute(&assemble(&[words, &[asm::HALT]].concat())).unwrap()
}

#[test]
fn illegal_instructions_are_named() {
    for (word, name) in [
        (0x1020_0073, "sret is not supported"),
        (0xc000_2573, "control and status register is not supported"),
        (0x1015_252f, "atomic access is not supported"),
        (0x0000_4501, "compressed"),
        (0x0005_2507, "floating point"),
        (0, "data"),
        (0x0000_700b, "unknown"),
    ] {
        let error = fault(&[addi(1, 0, 1), word]);
        assert!(
            matches!(error, TraceError::IllegalInstruction { pc, word: w, .. } if pc == CODE + 4 && w == word),
            "{error}"
        );
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn jumps() {
    // x1 = CODE, by auipc.
    let base = asm::auipc(1, 0);
    let outside = fault(&[base, jalr(2, 1, -4)]);
    assert_eq!(
        outside,
        TraceError::JumpOutsideCode {
            pc: CODE + 4,
            target: CODE - 4
        }
    );
    assert_eq!(
        fault(&[jalr(2, 0, 0)]),
        TraceError::JumpOutsideCode {
            pc: CODE,
            target: 0
        }
    );
    let misaligned = fault(&[base, jalr(2, 1, 6)]);
    assert_eq!(
        misaligned,
        TraceError::JumpMisaligned {
            pc: CODE + 4,
            target: CODE + 6,
            alignment: 4
        }
    );
    assert!(matches!(
        fault(&[base, jalr(2, 1, 8), 0]),
        TraceError::IllegalInstruction { word: 0, .. }
    ));
    // Falling off the end.
    let error = execute(&assemble(&[addi(1, 0, 1)])).unwrap_err();
    assert_eq!(
        error,
        TraceError::JumpOutsideCode {
            pc: CODE,
            target: CODE + 4
        }
    );
}

#[test]
fn accesses_outside_memory() {
    let end = crate::support::program("fibonacci").layout().ram().end;
    assert_eq!(
        fault(&[ld(1, 0, 0)]),
        TraceError::OutsideMemory {
            pc: CODE,
            address: 0
        }
    );
    assert_eq!(
        fault(&[ld(1, 0, -8)]),
        TraceError::OutsideMemory {
            pc: CODE,
            address: u64::MAX - 7
        }
    );
    assert_eq!(
        fault(&[IO, ld(1, 5, -8)]),
        TraceError::OutsideMemory {
            pc: CODE + 4,
            address: 0x7ffe_fff8
        }
    );
    // The upper half of a register is not the sign.
    let top = [
        lui(1, (end >> 12) as u32),
        slli(1, 1, 32),
        asm::i(0x13, 5, 1, 1, 32),
    ];
    let error = fault(&[&top[..], &[sd(1, 0, 0)]].concat());
    assert_eq!(
        error,
        TraceError::OutsideMemory {
            pc: CODE + 12,
            address: end
        }
    );
    finish(&[&top[..], &[sd(1, 0, -8)]].concat());
    // A load to x0 faults like any other.
    assert!(matches!(
        fault(&[ld(0, 0, 0)]),
        TraceError::OutsideMemory { .. }
    ));
}

/// Loads and stores of every size at every offset, two cells apart from the end of memory and at it.
#[test]
fn accesses_across_cells() {
    for bits in [32, 64] {
        let cell = bits as i32 / 8;
        let end = ElfWriter::new(bits).code(&[asm::HALT]).program().unwrap();
        let end = end.layout().ram().end;
        let top = [lui(5, (end >> 12) as u32), asm::i(0x13, 5, 5, 5, 0)];
        // The upper half of a 64-bit register is not the sign.
        let clear = [slli(5, 5, 32), asm::i(0x13, 5, 5, 5, 32)];
        let start = match bits {
            64 => [top[0], clear[0], clear[1]],
            _ => [top[0], addi(0, 0, 0), addi(0, 0, 0)],
        };
        for size in [1, 2, 4, 8].into_iter().filter(|&size| size <= cell) {
            for offset in -3 * cell..0 {
                let funct3 = (size as u32).ilog2();
                for word in [
                    asm::i(0x03, funct3, 1, 5, offset),
                    asm::i(0x03, funct3, 0, 5, offset),
                    s(funct3, 5, 5, offset),
                    s(funct3, 5, 0, offset),
                ] {
                    let words = [&start[..], &[word, asm::HALT]].concat();
                    let result = execute(&ElfWriter::new(bits).code(&words).program().unwrap());
                    let inside = offset + size <= 0;
                    match result {
                        Ok(outcome) => {
                            assert!(inside);
                            let crosses = offset.rem_euclid(cell) + size > cell;
                            assert_eq!(outcome.cycles > 7, crosses, "{size} at {offset}");
                            assert_eq!(outcome.retired, 5);
                        }
                        Err(TraceError::OutsideMemory { pc, .. }) => {
                            assert!(!inside);
                            assert_eq!(pc, CODE + 12);
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }
    }
}

#[test]
fn addresses_do_not_wrap_around() {
    for (rs1, imm) in [(-1, 0), (-1, 1), (-8, 7), (-8, 8), (0, -1), (0, -3)] {
        for word in [ld(1, 5, imm), sd(5, 0, imm), asm::i(0x03, 1, 1, 5, imm)] {
            assert!(matches!(
                fault(&[addi(5, 0, rs1), word]),
                TraceError::OutsideMemory { .. }
            ));
        }
    }
}

#[test]
fn crossing_stores_into_what_must_not_be_written() {
    // The public input's length, and code.
    assert!(matches!(
        fault(&[IO, sd(5, 0, 18)]),
        TraceError::StoreToReadOnly { pc, address: 0x7fff_0018 } if pc == CODE + 4
    ));
    assert!(matches!(
        fault(&[asm::auipc(1, 0), sd(1, 0, 5)]),
        TraceError::StoreToCode { pc, address } if pc == CODE + 4 && address == CODE + 5
    ));
}

/// `csrw`.
fn write_csr(number: u32, rs1: u32) -> u32 {
    asm::i(0x73, 1, 0, rs1, number as i32)
}

/// `csrr`.
fn read_csr(rd: u32, number: u32) -> u32 {
    asm::i(0x73, 2, rd, 0, number as i32)
}

#[test]
fn calls_and_breakpoints_go_to_the_handler() {
    const ECALL: u32 = 0x73;
    const EBREAK: u32 = 0x0010_0073;
    const MRET: u32 = 0x3020_0073;
    assert_eq!(
        fault(&[addi(1, 0, 1), ECALL]).to_string(),
        "trap at pc 0x80000004: an environment call, and mtvec is 0"
    );
    assert!(matches!(
        fault(&[EBREAK]),
        TraceError::UnhandledTrap { pc: CODE, .. }
    ));
    // The handler adds the cause to x10, and the instruction's address less `mtval`, which an `ebreak` sets
    // to the same, to x12; and returns behind the instruction.
    let program = [
        asm::auipc(1, 0),
        addi(1, 1, 4 * 12 + 3),
        write_csr(0x305, 1),
        ECALL,
        EBREAK,
        read_csr(11, 0x342),
        asm::r(0x33, 0, 0x20, 12, 12, 1),
        addi(12, 12, 4 * 12 + 3),
        asm::r(0x33, 0, 0, 10, 10, 12),
        IO,
        sd(5, 10, 8),
        asm::HALT,
        // Handler.
        read_csr(2, 0x342),
        asm::r(0x33, 0, 0, 10, 10, 2),
        read_csr(2, 0x341),
        read_csr(3, 0x343),
        asm::r(0x33, 0, 0, 12, 12, 2),
        asm::r(0x33, 0, 0x20, 12, 12, 3),
        addi(2, 2, 4),
        write_csr(0x341, 2),
        MRET,
    ];
    let outcome = execute(&assemble(&program)).unwrap();
    // 11 and 3, and 12 for the address of the `ecall`, whose `mtval` is 0.
    assert_eq!(outcome.status, ExitStatus::Exit(14 + 12));
}

/// Registers of other modes are not there, and start code for any machine goes on behind the access.
#[test]
fn registers_of_other_modes_trap() {
    let run = |bits: usize, number: u32, words: [u32; 2]| {
        // The next instruction but one is the handler: the cause, or what x10 was.
        let start = [
            asm::auipc(1, 0),
            addi(1, 1, 20),
            write_csr(0x305, 1),
            words[0],
            words[1],
            read_csr(11, 0x342),
            IO,
            s(bits.ilog2() - 3, 5, 11, 8),
            asm::HALT,
        ];
        let elf = ElfWriter::new(bits).code(&start);
        (number, execute(&elf.program().unwrap()).unwrap().status)
    };
    let nop = addi(0, 0, 0);
    for (number, on) in [
        (0x180, [true, true]),
        (0x302, [true, true]),
        (0x303, [true, true]),
        (0x306, [true, true]),
        (0x30a, [true, true]),
        (0x744, [true, true]),
        (0x310, [false, true]),
        (0x3a1, [false, true]),
        (0x3af, [false, true]),
        (0x3a0, [false, false]),
        (0x3a2, [false, false]),
        (0x304, [false, false]),
    ] {
        for (bits, traps) in [32, 64].into_iter().zip(on) {
            let cause = if traps { 2 } else { 0 };
            for access in [read_csr(10, number), write_csr(number, 1)] {
                let (_, status) = run(bits, number, [access, nop]);
                assert_eq!(status, ExitStatus::Exit(cause), "{number:#x}, {bits} bits");
            }
        }
    }
    assert_eq!(
        fault(&[read_csr(1, 0x180)]).to_string(),
        "trap at pc 0x80000000: an access to a control and status register that this machine does not have, and \
         mtvec is 0"
    );
    // What `misa` says of extensions.
    let misa = [read_csr(10, 0x301), asm::i(0x13, 7, 11, 10, 0x107)];
    let letters = [&misa[..], &[IO, sd(5, 11, 8)]].concat();
    assert_eq!(finish(&letters).status, ExitStatus::Unknown(0x107));
    let upper = [
        read_csr(10, 0x301),
        asm::i(0x13, 5, 11, 10, 12),
        IO,
        sd(5, 11, 8),
    ];
    let expected = (2u64 << 50) + 1;
    assert_eq!(finish(&upper).status, ExitStatus::Unknown(expected));
}

#[test]
fn atomics_must_be_aligned() {
    for (word, size, by) in [
        (0x1002_a52f, 4, 2),
        (0x1802_a52f, 4, 1),
        (0x0002_a52f, 4, 3),
        (0x0002_b52f, 8, 4),
        (0x1002_b52f, 8, 1),
    ] {
        let error = fault(&[IO, addi(5, 5, 8 + by), word]);
        let address = (0x7fff_0008 + by) as u64;
        let pc = CODE + 8;
        assert_eq!(error, TraceError::Misaligned { pc, address, size });
    }
    assert!(matches!(
        fault(&[IO, addi(5, 5, 15), 0x1002_a52f]),
        TraceError::Misaligned { size: 4, .. }
    ));
}

#[test]
fn read_only_memory() {
    for offset in [0, 24, 32, 56, 64, 72, 2040] {
        let error = fault(&[IO, sd(5, 0, offset)]);
        assert_eq!(
            error,
            TraceError::StoreToReadOnly {
                pc: CODE + 4,
                address: 0x7fff_0000 + offset as u64
            }
        );
    }
    for narrow in [s(0, 5, 0, 7), s(1, 5, 0, 26), s(2, 5, 0, 68)] {
        assert!(matches!(
            fault(&[IO, narrow]),
            TraceError::StoreToReadOnly { .. }
        ));
    }
    finish(&[IO, sd(5, 0, 8), sd(5, 0, 16)]);
}

/// A program in a segment that is writable, too, and nothing tells its code from its data.
fn writable(words: &[u32]) -> Program {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let elf = ElfWriter::new(64).segment(CODE, &bytes, bytes.len() as u64, READ | WRITE | EXECUTE);
    elf.program().unwrap()
}

#[test]
fn stores_into_code_are_faults() {
    const NOP: u32 = 0x13;
    let base = asm::auipc(1, 0);
    // Of every size; over cells; what is there already; what was executed before; what never is.
    for (store, address) in [
        (s(2, 1, 0, 8), CODE + 8),
        (s(1, 1, 0, 8), CODE + 8),
        (s(0, 1, 0, 15), CODE + 15),
        (s(2, 1, 0, 6), CODE + 6),
        (s(2, 1, 2, 12), CODE + 12),
        (sd(1, 0, 0), CODE),
        (sd(1, 0, 24), CODE + 24),
    ] {
        let words = [base, asm::i(3, 2, 2, 1, 12), store, NOP, asm::HALT, 0, 0, 0];
        let error = execute(&assemble(&words)).unwrap_err();
        let pc = CODE + 8;
        assert_eq!(error, TraceError::StoreToCode { pc, address }, "{store:#x}");
    }
    // The cell behind.
    let outcome = execute(&assemble(&[base, sd(1, 0, 16), asm::HALT, 0]));
    outcome.unwrap();
    // Loads.
    finish(&[base, ld(2, 1, 0)]);
}

#[test]
fn the_guard_below_the_stack() {
    // The space is 4 KiB at x1, of which 1 KiB is the guard.
    let space = DATA..DATA + 0x1000;
    let base = asm::auipc(1, 0x100);
    for bits in [32, 64] {
        let run = |word: u32| {
            let elf = ElfWriter::new(bits).code(&[base, word, asm::HALT]);
            execute(&elf.stack(space.clone()).program().unwrap())
        };
        for (word, offset) in [
            (asm::i(3, 2, 2, 1, 0), 0),
            (asm::i(3, 0, 2, 1, 1023), 1023),
            (asm::i(3, 2, 0, 1, 512), 512),
            (s(2, 1, 0, 1020), 1020),
            (s(0, 1, 0, 0), 0),
            (s(2, 1, 2, 1022), 1022),
            // Into it from below.
            (asm::i(3, 2, 2, 1, -2), 0),
        ] {
            let (pc, address) = (CODE + 4, DATA + offset);
            let expected = TraceError::StackGuard { pc, address };
            assert_eq!(run(word).unwrap_err(), expected, "{word:#x}");
        }
        for word in [
            asm::i(3, 2, 2, 1, 1024),
            s(0, 1, 0, 1024),
            s(2, 1, 0, -4),
            asm::i(3, 1, 2, 1, -2),
        ] {
            run(word).unwrap();
        }
    }
}

/// Safe Rust (`examples/guests/brackets`, built as `jolt-lab build brackets --target rv64im` with Debian's rustc 1.96
/// does): a recursive parser, whose depth the private input chooses.
#[test]
fn a_stack_that_is_full_is_a_fault() {
    for file in ["brackets.elf", "brackets-rv32.elf"] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
        let program = Program::from_elf(&std::fs::read(format!("{folder}/{file}")).unwrap());
        let program = program.unwrap();
        let run = |depth: usize| {
            let text = ["[".repeat(depth), "]".repeat(depth)].concat();
            run(&program, &Inputs::private(text), &Options::default())
        };
        let outcome = run(500).unwrap();
        assert_eq!(outcome.status, ExitStatus::Exit(0));
        assert_eq!(outcome.output, 500u64.to_le_bytes());
        for depth in [800, 1500] {
            let error = run(depth).unwrap_err();
            assert!(matches!(error, TraceError::StackGuard { .. }), "{error}");
            let (function, _) = program.symbol(error.pc().unwrap()).unwrap();
            // Which clears its buffer by itself, or has it cleared.
            assert!(
                ["brackets::parse", "memset"].contains(&&*function),
                "{function}"
            );
        }
        // Nothing else stops it.
        let text = ["[".repeat(800), "]".repeat(800)].concat();
        let free = program.unprotected();
        let outcome = tracer::run(&free, &Inputs::private(text), &Options::default()).unwrap();
        assert_eq!(outcome.output, 800u64.to_le_bytes());
    }
}

#[test]
fn changed_code_is_not_executed() {
    const NOP: u32 = 0x13;
    let base = asm::auipc(1, 0);
    let run = |words: &[u32]| execute(&writable(words));
    let exposed = std::iter::once(CODE..CODE + 8).collect::<Vec<_>>();
    let program = writable(&[base, asm::HALT]);
    assert_eq!(program.protection().exposed(), exposed);
    // The next instruction, with what it is already, and with something else; half of it.
    let same = [base, asm::i(3, 2, 2, 1, 12), s(2, 1, 2, 12), NOP, asm::HALT];
    run(&same).unwrap();
    for store in [s(2, 1, 0, 8), s(1, 1, 0, 8), s(2, 1, 0, 7), sd(1, 0, 8)] {
        let error = run(&[base, store, NOP, asm::HALT]).unwrap_err();
        assert_eq!(
            error,
            TraceError::ChangedCode { pc: CODE + 8 },
            "{store:#x}"
        );
    }
    // What was executed before, data that is jumped over, and changes that were undone.
    let before = [base, sd(1, 0, 0), asm::HALT];
    let over = [base, sd(1, 1, 16), ld(2, 1, 16), asm::HALT, 0, 0];
    let undone = [
        base,
        ld(2, 1, 16),
        sd(1, 0, 16),
        sd(1, 2, 16),
        NOP,
        asm::HALT,
    ];
    for words in [&before[..], &over, &undone] {
        run(words).unwrap();
    }
    assert_eq!(
        run(&[
            base,
            asm::i(3, 2, 2, 1, 12),
            s(2, 1, 2, 0),
            asm::i(0x67, 0, 0, 1, 0)
        ])
        .unwrap_err(),
        TraceError::ChangedCode { pc: CODE }
    );
}

#[test]
fn private_input() {
    let words = [advice(1), advice(2), IO, sd(5, 1, 8), asm::HALT];
    let program = assemble(&words);
    let error = execute(&program).unwrap_err();
    assert_eq!(
        error,
        TraceError::PrivateInputExhausted {
            pc: CODE + 4,
            word: 1,
            words: 1
        }
    );
    let with = run(&program, &Inputs::private([9]), &Options::default()).unwrap();
    assert_eq!(with.status, ExitStatus::Exit(1));
}

#[test]
fn printing() {
    let data =
        ElfWriter::new(64).code(&[asm::auipc(1, 0x100), addi(2, 0, 5), print(1, 2), asm::HALT]);
    let shown = execute(
        &data
            .segment(DATA, b"hello, world", 12, READ)
            .program()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(
        (shown.printed.as_str(), shown.status),
        ("hello", ExitStatus::StoppedWithoutExit)
    );
    // Printing is no access.
    assert_eq!(shown.touched, [(0, 0)]);
    let error = fault(&[asm::auipc(1, 0), addi(2, 0, -1), print(1, 2)]);
    assert_eq!(
        error,
        TraceError::PrintOutsideMemory {
            pc: CODE + 8,
            address: CODE,
            length: u64::MAX
        }
    );
}

#[test]
fn outputs() {
    // x6 = 32768, x7 = start of the output.
    let start = [IO, lui(6, 8), asm::r(0x33, 0, 0, 7, 5, 6), addi(8, 0, 0x41)];
    let with = |rest: &[u32]| assemble(&[&start[..], rest, &[asm::HALT]].concat());
    let good = execute(&with(&[
        sd(7, 8, 0),
        addi(9, 0, 3),
        sd(5, 9, 16),
        sd(5, 0, 8),
    ]))
    .unwrap();
    assert_eq!(
        (good.output.as_slice(), good.status),
        (&[0x41, 0, 0][..], ExitStatus::Exit(0))
    );
    assert_eq!(good.io.len(), 8192);
    assert_eq!((good.io[1], good.io[2], good.io[4096]), (0, 3, 0x41));
    assert_eq!(
        execute(&with(&[sd(7, 8, 8), addi(9, 0, 3), sd(5, 9, 16)])).unwrap_err(),
        TraceError::StrayOutput {
            length: 3,
            position: 8
        }
    );
    execute(&with(&[sd(5, 6, 16)])).unwrap();
    assert_eq!(
        execute(&with(&[addi(6, 6, 1), sd(5, 6, 16)])).unwrap_err(),
        TraceError::OutputTooLong {
            length: 32769,
            capacity: 32768
        }
    );
}

#[test]
fn statuses() {
    let status = |value: &[u32]| finish(&[&[IO][..], value, &[sd(5, 6, 8)]].concat()).status;
    assert_eq!(status(&[addi(6, 0, 255)]), ExitStatus::Exit(255));
    assert_eq!(status(&[addi(6, 0, 256)]), ExitStatus::Unknown(256));
    assert_eq!(status(&[addi(6, 0, -1)]), ExitStatus::StoppedWithoutExit);
    assert_eq!(
        status(&[addi(6, 0, 1), slli(6, 6, 32)]),
        ExitStatus::Panicked
    );
    assert_eq!(finish(&[]).status, ExitStatus::StoppedWithoutExit);
}

#[test]
fn input_length() {
    let program = program("fibonacci");
    let error = run(
        &program,
        &Inputs::public(vec![0; 32705]),
        &Options::default(),
    )
    .unwrap_err();
    assert_eq!(
        error,
        TraceError::InputTooLong {
            length: 32705,
            capacity: 32704
        }
    );
}

#[test]
fn cycle_limit() {
    let program = program("fibonacci");
    let cycles = execute(&program).unwrap().cycles;
    let limited = |max_cycles| run(&program, &Inputs::default(), &Options { max_cycles });
    assert_eq!(limited(cycles).unwrap().cycles, cycles);
    let error = limited(cycles - 1).unwrap_err();
    assert!(matches!(error, TraceError::CycleLimit { cycles: at, .. } if at == cycles - 1));
    let endless = run(
        &crate::support::program("panic"),
        &Inputs::public([7]),
        &Options { max_cycles: 5000 },
    );
    assert!(matches!(
        endless,
        Err(TraceError::CycleLimit { cycles: 5000, .. })
    ));
}
