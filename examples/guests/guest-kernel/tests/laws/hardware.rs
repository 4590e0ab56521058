//! The same operations by this machine's own arithmetic, with its flags: every mode that it has.

#![expect(
    unsafe_code,
    reason = "the rounding mode and the flags are in a control register"
)]

use crate::corners::Corner;
use crate::{Operation, Outcome};
use guest_kernel::float::{Format, Rounding};
use std::arch::asm;

/// The control word of a mode, with all exceptions masked; it has no ties away from zero.
fn control(mode: Rounding) -> Option<u32> {
    let field = match mode {
        Rounding::NearestEven => 0,
        Rounding::Down => 1,
        Rounding::Up => 2,
        Rounding::Zero => 3,
        Rounding::NearestAway => return None,
    };
    Some(0x1f80 | field << 13)
}

/// The flags, in RISC-V's places.
fn flags(control: u32) -> u32 {
    let place = |from: u32, to: u32| (control >> from & 1) << to;
    place(0, 4) | place(2, 3) | place(3, 2) | place(4, 1) | place(5, 0)
}

/// Sets the control word, executes one instruction, and gives the word back.
macro_rules! execute {
    ($instruction:literal, $type:ty, $mode:expr, $a:expr, $b:expr $(, $c:expr)?) => {{
        let control: u32 = $mode;
        let (mut after, normal) = (0u32, 0x1f80u32);
        let mut result: $type = $a;
        // SAFETY: the control word is what compiled code expects once the block ends.
        unsafe {
            asm!(
                "ldmxcsr [{control}]",
                $instruction,
                "stmxcsr [{after}]",
                "ldmxcsr [{normal}]",
                control = in(reg) &control,
                after = in(reg) &mut after,
                normal = in(reg) &normal,
                a = inout(xmm_reg) result,
                b = in(xmm_reg) $b,
                $(c = in(xmm_reg) $c,)?
                options(nostack)
            );
        }
        (result, flags(after))
    }};
}

fn canonical<F: Format>((bits, flags): (u64, u32)) -> Outcome {
    let is_nan = bits & !F::SIGN > F::INFINITY;
    (if is_nan { F::NAN } else { bits }, flags)
}

pub fn operate<F: Corner>(
    operation: Operation,
    mode: Rounding,
    [a, b, c]: [u64; 3],
) -> Option<Outcome> {
    let control = control(mode)?;
    let fused = operation == Operation::MultiplyAdd;
    if fused && !std::arch::is_x86_feature_detected!("fma") {
        return None;
    }
    let mut outcome = if F::FRACTION == 23 {
        let [a, b, c] = [a, b, c].map(|bits| f32::from_bits(bits as u32));
        let (result, flags) = match operation {
            Operation::Add => execute!("addss {a}, {b}", f32, control, a, b),
            Operation::Subtract => execute!("subss {a}, {b}", f32, control, a, b),
            Operation::Multiply => execute!("mulss {a}, {b}", f32, control, a, b),
            Operation::Divide => execute!("divss {a}, {b}", f32, control, a, b),
            Operation::Root => execute!("sqrtss {a}, {b}", f32, control, a, a),
            Operation::MultiplyAdd => execute!("vfmadd213ss {a}, {b}, {c}", f32, control, a, b, c),
        };
        (u64::from(result.to_bits()), flags)
    } else {
        let [a, b, c] = [a, b, c].map(f64::from_bits);
        let (result, flags) = match operation {
            Operation::Add => execute!("addsd {a}, {b}", f64, control, a, b),
            Operation::Subtract => execute!("subsd {a}, {b}", f64, control, a, b),
            Operation::Multiply => execute!("mulsd {a}, {b}", f64, control, a, b),
            Operation::Divide => execute!("divsd {a}, {b}", f64, control, a, b),
            Operation::Root => execute!("sqrtsd {a}, {b}", f64, control, a, a),
            Operation::MultiplyAdd => execute!("vfmadd213sd {a}, {b}, {c}", f64, control, a, b, c),
        };
        (result.to_bits(), flags)
    };
    let zero = |bits: u64| bits & !F::SIGN == 0;
    let infinite = |bits: u64| bits & !F::SIGN == F::INFINITY;
    // RISC-V: an infinity times zero is invalid, whatever is added.
    if fused && ((zero(a) && infinite(b)) || (infinite(a) && zero(b))) {
        outcome.1 |= 16;
    }
    Some(canonical::<F>(outcome))
}

pub fn narrow(mode: Rounding, a: u64) -> Option<Outcome> {
    let control = control(mode)?;
    let (bits, flags) = execute!("cvtsd2ss {a}, {b}", f32, control, 0f32, f64::from_bits(a));
    Some(canonical::<guest_kernel::float::Single>((
        bits.to_bits().into(),
        flags,
    )))
}
