//! The same operations by `rustc_apfloat`.

use crate::corners::Corner;
use crate::{Operation, Outcome};
use guest_kernel::float::convert::Integer;
use guest_kernel::float::{Format, Rounding};
use rustc_apfloat::ieee::{Double, Single};
use rustc_apfloat::{Float, FloatConvert, Round, Status, StatusAnd};
use std::cmp::Ordering;

fn round(mode: Rounding) -> Round {
    match mode {
        Rounding::NearestEven => Round::NearestTiesToEven,
        Rounding::Zero => Round::TowardZero,
        Rounding::Down => Round::TowardNegative,
        Rounding::Up => Round::TowardPositive,
        Rounding::NearestAway => Round::NearestTiesToAway,
    }
}

fn flags(status: Status) -> u32 {
    [
        (Status::INEXACT, 1),
        (Status::UNDERFLOW, 2),
        (Status::OVERFLOW, 4),
        (Status::DIV_BY_ZERO, 8),
        (Status::INVALID_OP, 16),
    ]
    .into_iter()
    .filter(|&(flag, _)| status.contains(flag))
    .map(|(_, bit)| bit)
    .sum()
}

/// Whether an outcome is the same as this library's. It departs from IEEE 754 in two flags, which the machine's own
/// arithmetic is there to check: it finds no result tiny that is rounded up to the least normal number, and none too
/// large that is rounded down to the largest one.
pub fn agrees<F: Format>(found: Outcome, theirs: Outcome) -> bool {
    let forgiven = match found.0 & !F::SIGN {
        least if least == 1 << F::FRACTION => 2,
        most if most == F::INFINITY - 1 => 4,
        _ => 0,
    };
    found.0 == theirs.0 && (found.1 ^ theirs.1) & !forgiven == 0
}

/// Bits with the canonical NaN; signaling operands are invalid, whether the other library says so or not.
fn outcome<F: Format, T: Float>(result: StatusAnd<T>, operands: &[u64]) -> Outcome {
    let mut raised = flags(result.status);
    if operands.iter().any(|&bits| is_signaling::<F>(bits)) {
        raised |= 16;
    }
    let bits = result.value.to_bits() as u64;
    (if result.value.is_nan() { F::NAN } else { bits }, raised)
}

fn is_signaling<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN > F::INFINITY && bits & (1 << (F::FRACTION - 1)) == 0
}

fn is_nan<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN > F::INFINITY
}

pub fn operate<F: Corner>(
    operation: Operation,
    mode: Rounding,
    operands: [u64; 3],
) -> Option<Outcome> {
    match F::FRACTION {
        23 => with::<F, Single>(operation, mode, operands),
        _ => with::<F, Double>(operation, mode, operands),
    }
}

fn with<F: Corner, T: Float>(
    operation: Operation,
    mode: Rounding,
    operands: [u64; 3],
) -> Option<Outcome> {
    let [a, b, c] = operands.map(|bits| T::from_bits(bits.into()));
    let mode = round(mode);
    let (result, used) = match operation {
        Operation::Add => (a.add_r(b, mode), 2),
        Operation::Subtract => (a.sub_r(b, mode), 2),
        Operation::Multiply => (a.mul_r(b, mode), 2),
        Operation::Divide => (a.div_r(b, mode), 2),
        Operation::MultiplyAdd => (a.mul_add_r(b, c, mode), 3),
        // It has no root.
        Operation::Root => return None,
    };
    let mut outcome = outcome::<F, T>(result, &operands[..used]);
    // RISC-V: an infinity times zero is invalid, whatever is added.
    if operation == Operation::MultiplyAdd
        && ((a.is_infinite() && b.is_zero()) || (a.is_zero() && b.is_infinite()))
    {
        outcome.1 |= 16;
    }
    Some(outcome)
}

pub fn to_integer<F: Format>(mode: Rounding, a: u64, kind: Integer) -> Outcome {
    match F::FRACTION {
        23 => integer::<Single>(mode, a, kind),
        _ => integer::<Double>(mode, a, kind),
    }
}

fn integer<T: Float>(mode: Rounding, a: u64, kind: Integer) -> Outcome {
    let number = T::from_bits(a.into());
    let width = kind.bits as usize;
    let mut exact = false;
    let (value, status) = match kind.signed {
        true => {
            let result = number.to_i128_r(width, round(mode), &mut exact);
            (result.value as u64, result.status)
        }
        false => {
            let result = number.to_u128_r(width, round(mode), &mut exact);
            (result.value as u64, result.status)
        }
    };
    let value = match number.is_nan() {
        true => u64::MAX >> (64 - kind.bits + u32::from(kind.signed)),
        false => value,
    };
    let value = match kind.bits {
        32 => value as i32 as u64,
        _ => value,
    };
    (value, flags(status))
}

pub fn from_integer<F: Format>(mode: Rounding, value: u64, kind: Integer) -> Outcome {
    let wide = match (kind.bits, kind.signed) {
        (32, true) => i128::from(value as i32),
        (32, false) => i128::from(value as u32),
        (_, true) => i128::from(value as i64),
        _ => i128::from(value),
    };
    let from = |bits: u128, status| (bits as u64, flags(status));
    match F::FRACTION {
        23 => {
            let result = Single::from_i128_r(wide, round(mode));
            from(result.value.to_bits(), result.status)
        }
        _ => {
            let result = Double::from_i128_r(wide, round(mode));
            from(result.value.to_bits(), result.status)
        }
    }
}

pub fn widen(a: u64) -> Outcome {
    let mut loses = false;
    let result: StatusAnd<Double> = Single::from_bits(a.into()).convert(&mut loses);
    outcome::<guest_kernel::float::Double, _>(quiet(result), &[])
        .with_signaling::<guest_kernel::float::Single>(a)
}

pub fn narrow(mode: Rounding, a: u64) -> Outcome {
    let mut loses = false;
    let result: StatusAnd<Single> = Double::from_bits(a.into()).convert_r(round(mode), &mut loses);
    outcome::<guest_kernel::float::Single, _>(quiet(result), &[])
        .with_signaling::<guest_kernel::float::Double>(a)
}

/// Digits that a NaN loses are nothing to signal.
fn quiet<T: Float>(result: StatusAnd<T>) -> StatusAnd<T> {
    match result.value.is_nan() {
        true => StatusAnd {
            status: Status::OK,
            value: result.value,
        },
        false => result,
    }
}

trait Signaling {
    fn with_signaling<F: Format>(self, a: u64) -> Self;
}

impl Signaling for Outcome {
    fn with_signaling<F: Format>(self, a: u64) -> Self {
        (self.0, self.1 | if is_signaling::<F>(a) { 16 } else { 0 })
    }
}

/// Less or equal, less, equal, minimum, maximum.
pub fn compare<F: Format>(which: u32, a: u64, b: u64) -> Outcome {
    let order = match F::FRACTION {
        23 => Single::from_bits(a.into()).partial_cmp(&Single::from_bits(b.into())),
        _ => Double::from_bits(a.into()).partial_cmp(&Double::from_bits(b.into())),
    };
    let signaling = is_signaling::<F>(a) || is_signaling::<F>(b);
    let invalid = |yes| if yes { 16 } else { 0 };
    match which {
        0 => (
            matches!(order, Some(Ordering::Less | Ordering::Equal)).into(),
            invalid(order.is_none()),
        ),
        1 => (
            (order == Some(Ordering::Less)).into(),
            invalid(order.is_none()),
        ),
        2 => ((order == Some(Ordering::Equal)).into(), invalid(signaling)),
        _ => {
            let larger = which == 4;
            let value = match (is_nan::<F>(a), is_nan::<F>(b), order) {
                (true, true, _) => F::NAN,
                (true, ..) => b,
                (_, true, _) => a,
                (_, _, Some(Ordering::Less)) => {
                    if larger {
                        b
                    } else {
                        a
                    }
                }
                (_, _, Some(Ordering::Greater)) => {
                    if larger {
                        a
                    } else {
                        b
                    }
                }
                // Equal numbers have the same bits, but for zeros.
                _ if a == b => a,
                _ => {
                    if larger {
                        0
                    } else {
                        F::SIGN
                    }
                }
            };
            (value, invalid(signaling))
        }
    }
}

pub fn class<F: Format>(a: u64) -> u64 {
    match F::FRACTION {
        23 => classify(Single::from_bits(a.into())),
        _ => classify(Double::from_bits(a.into())),
    }
}

fn classify<T: Float>(a: T) -> u64 {
    let place = match (a.is_negative(), a) {
        (_, a) if a.is_signaling() => 8,
        (_, a) if a.is_nan() => 9,
        (true, a) if a.is_infinite() => 0,
        (true, a) if a.is_zero() => 3,
        (true, a) if a.is_denormal() => 2,
        (true, _) => 1,
        (false, a) if a.is_infinite() => 7,
        (false, a) if a.is_zero() => 4,
        (false, a) if a.is_denormal() => 5,
        (false, _) => 6,
    };
    1 << place
}
