//! The float kernel on the machine: its assembly gives what the library gives, bit for bit, flags and registers included.

use crate::corners::{Corner, Random};
use guest_kernel::context::Context;
use guest_kernel::emulate::emulate;
use guest_kernel::float::{Double, Single};
use guest_kernel::machine::Memory;
use tracer::testing::asm::{HALT, addi, auipc, b, i, ld, s, sd};
use tracer::testing::{CODE, DATA, EXECUTE, ElfWriter, READ, WRITE};
use tracer::{Inputs, Machine, Options, Program};

const KERNEL: &[u8] = include_bytes!("../../../elf/float-kernel.elf");

/// Instructions of memory are not asked for here.
struct Nothing;

impl Memory for Nothing {
    fn load32(&self, _: u64) -> u32 {
        unreachable!()
    }
    fn load64(&self, _: u64) -> u64 {
        unreachable!()
    }
    fn store32(&mut self, _: u64, _: u32) {
        unreachable!()
    }
    fn store64(&mut self, _: u64, _: u64) {
        unreachable!()
    }
}

fn load(code: &[u32], data: &[u64]) -> Program {
    let code: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
    let data: Vec<u8> = data.iter().flat_map(|word| word.to_le_bytes()).collect();
    let file = ElfWriter::new(64)
        .entry(CODE)
        .segment(CODE, &code, code.len() as u64, READ | EXECUTE)
        .segment(DATA, &data, data.len() as u64 + 8, READ | WRITE)
        .finish();
    Program::with_float_kernel(&file, KERNEL).unwrap()
}

fn finished(program: &Program) -> Machine<'_> {
    let mut machine = Machine::new(program, &Inputs::default()).unwrap();
    let options = Options {
        max_cycles: 1 << 28,
    };
    while !machine.halted() {
        machine.check_limit(&options).unwrap();
        machine.cycle().unwrap();
    }
    machine
}

/// An instruction of the opcode OP-FP: what is written is f3 or x13, operands are f1 and f2, or x13.
#[derive(Clone, Copy)]
struct Op {
    name: &'static str,
    /// The upper seven bits, but for the format.
    function: u32,
    /// The second register, if it is none.
    kind: Option<u32>,
    mode: u32,
    from: bool,
    to: bool,
}

impl Op {
    fn bits(&self, format: u32) -> u32 {
        let (rd, rs1) = (if self.to { 13 } else { 3 }, if self.from { 13 } else { 1 });
        let rs2 = self.kind.unwrap_or(2);
        0x53 | rd << 7 | self.mode << 12 | rs1 << 15 | rs2 << 20 | (self.function | format) << 25
    }
}

const fn op(name: &'static str, function: u32, mode: u32) -> Op {
    Op {
        name,
        function,
        kind: None,
        mode,
        from: false,
        to: false,
    }
}

const fn unary(name: &'static str, function: u32, kind: u32, mode: u32) -> Op {
    Op {
        kind: Some(kind),
        from: function & 0x78 == 0x68 || function & 0x78 == 0x78,
        to: function & 0x78 == 0x60 || function & 0x78 == 0x70,
        ..op(name, function, mode)
    }
}

const fn compare(name: &'static str, mode: u32) -> Op {
    Op {
        to: true,
        ..op(name, 0x50, mode)
    }
}

/// All of them but the conversions between formats, which differ by format.
const OPS: [Op; 36] = [
    op("fadd", 0x00, 7),
    op("fadd rne", 0x00, 0),
    op("fadd rtz", 0x00, 1),
    op("fsub", 0x04, 7),
    op("fmul", 0x08, 7),
    op("fmul rup", 0x08, 3),
    op("fdiv", 0x0c, 7),
    op("fsgnj", 0x10, 0),
    op("fsgnjn", 0x10, 1),
    op("fsgnjx", 0x10, 2),
    op("fmin", 0x14, 0),
    op("fmax", 0x14, 1),
    unary("fsqrt", 0x2c, 0, 7),
    compare("fle", 0),
    compare("flt", 1),
    compare("feq", 2),
    unary("fcvt.w rtz", 0x60, 0, 1),
    unary("fcvt.wu rtz", 0x60, 1, 1),
    unary("fcvt.l rtz", 0x60, 2, 1),
    unary("fcvt.lu rtz", 0x60, 3, 1),
    unary("fcvt.w", 0x60, 0, 7),
    unary("fcvt.wu", 0x60, 1, 7),
    unary("fcvt.l", 0x60, 2, 0),
    unary("fcvt.lu", 0x60, 3, 4),
    unary("fcvt from w", 0x68, 0, 7),
    unary("fcvt from wu", 0x68, 1, 7),
    unary("fcvt from l", 0x68, 2, 7),
    unary("fcvt from lu", 0x68, 3, 7),
    unary("fcvt from w rne", 0x68, 0, 0),
    unary("fcvt from wu rne", 0x68, 1, 0),
    unary("fcvt from l rdn", 0x68, 2, 2),
    unary("fcvt from lu rtz", 0x68, 3, 1),
    unary("fmv to x", 0x70, 0, 0),
    unary("fclass", 0x70, 0, 1),
    unary("fmv from x", 0x78, 0, 0),
    op("fadd rmm", 0x00, 4),
];

/// What the machine makes of pairs: a result and flags each; and the cycles of the run.
fn on_the_machine(op: &Op, bits: u32, frm: u32, pairs: &[(u64, u64)]) -> (Vec<(u64, u64)>, u64) {
    let mut data = vec![pairs.len() as u64];
    data.extend(pairs.iter().flat_map(|&(a, b)| [a, b, 0, 0]));
    let csr = |funct3, rd, rs1, number| i(0x73, funct3, rd, rs1, number);
    let code = [
        auipc(10, ((DATA - CODE) >> 12) as u32),
        ld(11, 10, 0),
        addi(10, 10, 8),
        csr(5, 0, frm, 2),
        // The loop.
        i(0x07, 3, 1, 10, 0),
        i(0x07, 3, 2, 10, 8),
        ld(13, 10, 0),
        csr(5, 0, 0, 1),
        bits,
        csr(2, 12, 0, 1),
        if op.to {
            sd(10, 13, 16)
        } else {
            s(3, 10, 3, 16) | 4
        },
        sd(10, 12, 24),
        addi(10, 10, 32),
        addi(11, 11, -1),
        b(1, 11, 0, -40),
        HALT,
    ];
    let program = load(&code, &data);
    let machine = finished(&program);
    let word = |at: u64| machine.peek(program.layout().cell(DATA + at).unwrap());
    let places = (0..pairs.len() as u64).map(|k| 8 + 32 * k + 16);
    let found = places.map(|at| (word(at), word(at + 8))).collect();
    (found, machine.checkpoint().cycle)
}

fn agree(op: &Op, bits: u32, frm: u32, pairs: &[(u64, u64)]) {
    let (found, _) = on_the_machine(op, bits, frm, pairs);
    for (&(a, b), found) in pairs.iter().zip(found) {
        let mut context = Context::ZERO;
        (context.f[1], context.f[2]) = (a, b);
        context.set(13, a);
        context.fcsr = u64::from(frm) << 5;
        emulate(&mut Nothing, &mut context, bits).unwrap();
        let result = if op.to { context.get(13) } else { context.f[3] };
        let expected = (result, context.fcsr & 31);
        let Op { name, .. } = op;
        assert_eq!(
            found, expected,
            "{name} {bits:#010x} of {a:#x} and {b:#x}, frm {frm}"
        );
    }
}

fn pairs<F: Corner>(held: impl Fn(u64) -> u64) -> Vec<(u64, u64)> {
    // A development build takes a sample.
    let (share, count) = match cfg!(debug_assertions) {
        true => (23, 60),
        false => (1, 2_000),
    };
    let mut random = Random::new(7);
    let corners = F::corners();
    let mut pairs = Vec::new();
    for (k, &a) in corners.iter().enumerate() {
        for (l, &b) in corners.iter().enumerate() {
            if (k + l) % share == 0 {
                pairs.push((held(a), held(b)));
            }
        }
    }
    for k in 0..count {
        let (a, b) = (random.any::<F>(), random.any::<F>());
        // Exponents that are close, fractions of few digits.
        let near = a ^ (b & ((1 << (F::FRACTION + k % 6)) - 1));
        let short = |x: u64| x & !((1 << (F::FRACTION - k % 20)) - 1);
        pairs.push((held(a), held(near)));
        pairs.push((held(short(a)), held(short(near) ^ F::SIGN)));
        // Of about the size of integers.
        let one = (F::BIAS as u64) << F::FRACTION;
        let size = (one + (u64::from(k % 70) << F::FRACTION))
            | (a & ((1 << F::FRACTION) - 1))
            | (b & F::SIGN);
        pairs.push((held(size), held(one | b & F::SIGN)));
    }
    // Integers; as numbers of 32 bits they are none.
    for k in 0..64 {
        let bits = random.bits() >> k;
        pairs.extend([
            (bits, 1 << k),
            (bits.wrapping_neg(), (1 << k) - 1),
            (1 << k, bits),
        ]);
    }
    pairs
}

#[test]
fn single_precision_is_the_library_s() {
    let pairs = pairs::<Single>(|bits| 0xffff_ffff << 32 | bits);
    for op in OPS {
        agree(&op, op.bits(0), 0, &pairs);
    }
    for (frm, op) in [(1, OPS[0]), (2, OPS[4]), (3, OPS[26]), (4, OPS[20])] {
        agree(&op, op.bits(0), frm, &pairs[..200]);
    }
    let narrow = unary("fcvt.s.d", 0x20, 1, 7);
    agree(
        &narrow,
        narrow.bits(0),
        0,
        &self::pairs::<Double>(|bits| bits),
    );
    let from_single = self::pairs::<Single>(|bits| bits << 29 | 0x3800_0000_0000_0000);
    agree(&narrow, narrow.bits(0), 0, &from_single);
}

#[test]
fn double_precision_is_the_library_s() {
    let pairs = pairs::<Double>(|bits| bits);
    for op in OPS {
        agree(&op, op.bits(1), 0, &pairs);
    }
    for (frm, op) in [(1, OPS[0]), (2, OPS[4]), (3, OPS[26]), (4, OPS[20])] {
        agree(&op, op.bits(1), frm, &pairs[..200]);
    }
    let widen = unary("fcvt.d.s", 0x20, 0, 0);
    let singles = self::pairs::<Single>(|bits| 0xffff_ffff << 32 | bits);
    agree(&widen, widen.bits(1), 0, &singles);
}

/// Every integer register is written and read, and no other one changes; nor do floating-point registers.
#[test]
fn registers_are_those_that_instructions_name() {
    let number = |n: u32| 0x53 | (0x79 << 25) | n << 7 | n << 15;
    let integer = |n: u32| 0x53 | (0x71 << 25) | n << 7 | n << 15;
    let mut code: Vec<u32> = (1..32).map(|n| addi(n, 0, 100 + n as i32)).collect();
    code.extend((0..32).map(number));
    code.extend((1..32).map(|n| addi(n, 0, 0)));
    code.extend((1..32).rev().map(integer));
    code.push(HALT);
    let program = load(&code, &[]);
    let machine = finished(&program);
    for n in 1..32 {
        assert_eq!(machine.registers()[n], 100 + n as u64);
    }
}

/// What the notes say of costs.
#[test]
fn usual_operations_take_about_a_hundred_cycles() {
    let (a, b) = (3.75f64.to_bits(), (1.0f64 / 3.0).to_bits());
    let single = |x: f32| 0xffff_ffff << 32 | u64::from(x.to_bits());
    let singles = (single(3.75), single(1.0 / 3.0));
    let cycles = |op: &Op, bits, pair: (u64, u64)| {
        let of = |count: usize| on_the_machine(op, bits, 0, &vec![pair; count]).1;
        // A loop without the operation takes as long as with one that is `addi x0, x0, 0`, less one.
        let nothing = |count: usize| on_the_machine(op, addi(0, 0, 0), 0, &vec![pair; count]).1;
        (of(11) - of(10)) - (nothing(11) - nothing(10)) + 1
    };
    let recorded = [
        (0, (113, 118)),
        (3, (119, 124)),
        (4, (107, 114)),
        (6, (293, 303)),
        (7, (61, 70)),
        (10, (214, 241)),
        (12, (454, 476)),
        (14, (80, 87)),
        (15, (79, 86)),
        (16, (85, 89)),
        (18, (85, 89)),
        (24, (103, 107)),
        (26, (101, 105)),
        (32, (51, 52)),
        (34, (62, 67)),
    ];
    for (index, expected) in recorded {
        let op = OPS[index];
        let (double, single) = match op.from {
            true => ((12345, 0), (12345, 0)),
            false => ((a, b), singles),
        };
        let found = (
            cycles(&op, op.bits(1), double),
            cycles(&op, op.bits(0), single),
        );
        assert_eq!(found, expected, "{}", op.name);
    }
}
