//! Multiplication, division, square root.

use super::{
    DIVISION_BY_ZERO, Environment, Format, Parts, is_nan, is_negative, is_special, is_zero, sign,
};

impl Environment {
    /// `a · b`.
    #[inline(never)]
    pub fn multiply<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        if is_special::<F>(a) || is_special::<F>(b) {
            return self.multiply_special::<F>(a, b);
        }
        let (x, y) = (Parts::of::<F>(a), Parts::of::<F>(b));
        let negative = x.negative != y.negative;
        let product = u128::from(x.significand) * u128::from(y.significand);
        let (high, low) = ((product >> 64) as u64, product as u64);
        if high == 0 {
            return sign::<F>(negative);
        }
        let exponent = x.exponent + y.exponent;
        match high >> 63 {
            0 => {
                let significand = high << 1 | low >> 63 | u64::from(low << 1 != 0);
                self.round::<F>(negative, exponent, significand)
            }
            _ => self.round::<F>(negative, exponent + 1, high | u64::from(low != 0)),
        }
    }

    #[cold]
    fn multiply_special<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        if is_nan::<F>(a) || is_nan::<F>(b) {
            return self.propagate::<F>(&[a, b]);
        }
        if is_zero::<F>(a) || is_zero::<F>(b) {
            return self.invalid::<F>();
        }
        F::INFINITY | sign::<F>(is_negative::<F>(a ^ b))
    }

    /// `a / b`.
    #[inline(never)]
    pub fn divide<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        let negative = is_negative::<F>(a ^ b);
        if is_special::<F>(a) || is_special::<F>(b) || is_zero::<F>(b) {
            return self.divide_special::<F>(a, b);
        }
        let (x, y) = (Parts::of::<F>(a), Parts::of::<F>(b));
        if x.significand == 0 {
            return sign::<F>(negative);
        }
        // A quotient of exactly 64 bits: the upper half of the dividend is below the divisor and at least half of it.
        let less = x.significand < y.significand;
        let (high, low) = match less {
            true => (x.significand, 0),
            false => (x.significand >> 1, x.significand << 63),
        };
        let (quotient, inexact) = divide_wide(high, low, y.significand);
        let exponent = x.exponent - y.exponent - i32::from(less);
        self.round::<F>(negative, exponent, quotient | u64::from(inexact))
    }

    #[cold]
    fn divide_special<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        if is_nan::<F>(a) || is_nan::<F>(b) {
            return self.propagate::<F>(&[a, b]);
        }
        let negative = sign::<F>(is_negative::<F>(a ^ b));
        match (is_special::<F>(a), is_special::<F>(b)) {
            (true, true) => self.invalid::<F>(),
            (true, false) => F::INFINITY | negative,
            (false, true) => negative,
            (false, false) if is_zero::<F>(a) => self.invalid::<F>(),
            (false, false) => {
                self.flags |= DIVISION_BY_ZERO;
                F::INFINITY | negative
            }
        }
    }

    /// `√a`.
    #[inline(never)]
    pub fn root<F: Format>(&mut self, a: u64) -> u64 {
        if is_nan::<F>(a) {
            return self.propagate::<F>(&[a]);
        }
        if is_zero::<F>(a) {
            return a;
        }
        if is_negative::<F>(a) {
            return self.invalid::<F>();
        }
        if is_special::<F>(a) {
            return a;
        }
        let x = Parts::of::<F>(a);
        let (high, low) = match x.exponent & 1 {
            0 => (x.significand >> 1, x.significand << 63),
            _ => (x.significand, 0),
        };
        let (root, inexact) = root_wide(high, low);
        self.round::<F>(false, x.exponent >> 1, root | u64::from(inexact))
    }
}

/// The quotient of `2^64 · high + low` by `divisor`, which has its top bit and is more than `high`; and whether there
/// is a remainder. Two digits of 32 bits, each from a division of 64 bits that is at most two too large.
fn divide_wide(high: u64, low: u64, divisor: u64) -> (u64, bool) {
    let (upper, lower) = (divisor >> 32, divisor & 0xffff_ffff);
    let digit = |rest: u64, next: u64| {
        let mut digit = rest / upper;
        let mut over = rest - digit * upper;
        while digit >> 32 != 0 || digit * lower > (over << 32 | next) {
            digit -= 1;
            over += upper;
            if over >> 32 != 0 {
                break;
            }
        }
        let rest = (rest << 32 | next).wrapping_sub(digit.wrapping_mul(divisor));
        (digit, rest)
    };
    let (first, rest) = digit(high, low >> 32);
    let (second, rest) = digit(rest, low & 0xffff_ffff);
    (first << 32 | second, rest != 0)
}

/// The root of `2^64 · high + low`, rounded down, where `high` has one of its two top bits; and whether there is a
/// remainder. The root's upper half is that of `high`, the lower one a quotient of what is left by twice the upper
/// half, which is at most one too large.
fn root_wide(high: u64, low: u64) -> (u64, bool) {
    let upper = root_of_word(high);
    let left = high - upper * upper;
    // What is left is at most twice the root: with 31 bits more it is still a word.
    let dividend = left << 31 | low >> 33;
    let mut lower = dividend / upper;
    let over = dividend - lower * upper;
    let mut rest = u128::from(over) << 33 | u128::from(low & ((1 << 33) - 1));
    if lower >> 32 != 0 {
        // The quotient is 2^32 at most.
        lower -= 1;
        rest += u128::from(upper) << 33;
    }
    let mut root = upper << 32 | lower;
    let square = u128::from(lower * lower);
    match rest >= square {
        true => (root, rest != square),
        false => {
            root -= 1;
            // What is missing is less than twice the root.
            (root, rest + 2 * u128::from(root) + 1 != square)
        }
    }
}

/// The root of a word, rounded down, which has one of its two top bits.
fn root_of_word(word: u64) -> u64 {
    word.isqrt()
}
