//! Sums: addition, subtraction, and multiplication with addition, rounded once.

use super::{
    Environment, Format, Parts, is_nan, is_negative, is_special, is_zero, shift_sticky, sign,
};

impl Environment {
    /// `a + b`.
    #[inline(never)]
    pub fn add<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        if is_special::<F>(a) || is_special::<F>(b) {
            return self.add_special::<F>(a, b);
        }
        let (mut x, mut y) = (Parts::of::<F>(a), Parts::of::<F>(b));
        if x.exponent < y.exponent {
            (x, y) = (y, x);
        }
        // One bit of room for the carry. At least nine bits stay below the last digit.
        let distance = (x.exponent - y.exponent) as u32;
        let (large, small) = (
            x.significand >> 1,
            shift_sticky(y.significand >> 1, distance),
        );
        let (negative, total) = if x.negative == y.negative {
            (x.negative, large + small)
        } else if large >= small {
            (x.negative, large - small)
        } else {
            (y.negative, small - large)
        };
        if total == 0 {
            return match x.negative == y.negative {
                true => sign::<F>(x.negative),
                false => self.cancelled::<F>(),
            };
        }
        let zeros = total.leading_zeros();
        self.round::<F>(negative, x.exponent + 1 - zeros as i32, total << zeros)
    }

    /// `a − b`.
    pub fn subtract<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        // The sign of a NaN does not matter.
        self.add::<F>(a, b ^ F::SIGN)
    }

    #[cold]
    fn add_special<F: Format>(&mut self, a: u64, b: u64) -> u64 {
        if is_nan::<F>(a) || is_nan::<F>(b) {
            return self.propagate::<F>(&[a, b]);
        }
        match (is_special::<F>(a), is_special::<F>(b)) {
            (true, true) if a != b => self.invalid::<F>(),
            (true, _) => a,
            _ => b,
        }
    }

    /// `a · b + c`, rounded once.
    #[inline(never)]
    pub fn multiply_add<F: Format>(&mut self, a: u64, b: u64, c: u64) -> u64 {
        if is_special::<F>(a) || is_special::<F>(b) || is_special::<F>(c) {
            return self.multiply_add_special::<F>(a, b, c);
        }
        let (x, y, z) = (Parts::of::<F>(a), Parts::of::<F>(b), Parts::of::<F>(c));
        let negative = x.negative != y.negative;
        if x.significand == 0 || y.significand == 0 {
            return match (z.significand == 0, negative == z.negative) {
                (false, _) => c,
                (true, true) => sign::<F>(negative),
                (true, false) => self.cancelled::<F>(),
            };
        }
        // Both with the leading one at bit 126 (the product perhaps a bit lower), which leaves room for the carry.
        // The lowest bits of both are 0: nothing is lost here, and where there is much to cancel nothing is below.
        let product = (u128::from(x.significand) * u128::from(y.significand)) >> 1;
        let product_exponent = x.exponent + y.exponent + 1;
        let addend = u128::from(z.significand) << 63;
        let distance = product_exponent - z.exponent;
        let (exponent, product, addend) = match distance >= 0 {
            true => (
                product_exponent,
                product,
                shift_sticky_wide(addend, distance as u32),
            ),
            false => (
                z.exponent,
                shift_sticky_wide(product, distance.unsigned_abs()),
                addend,
            ),
        };
        let (negative, total) = if negative == z.negative {
            (negative, product + addend)
        } else if product >= addend {
            (negative, product - addend)
        } else {
            (z.negative, addend - product)
        };
        if total == 0 {
            // The product is not 0, so something was cancelled.
            return self.cancelled::<F>();
        }
        let zeros = total.leading_zeros();
        let total = total << zeros;
        let significand = (total >> 64) as u64 | u64::from(total as u64 != 0);
        self.round::<F>(negative, exponent + 1 - zeros as i32, significand)
    }

    #[cold]
    fn multiply_add_special<F: Format>(&mut self, a: u64, b: u64, c: u64) -> u64 {
        let infinite = |bits| is_special::<F>(bits) && !is_nan::<F>(bits);
        if (infinite(a) && is_zero::<F>(b)) || (is_zero::<F>(a) && infinite(b)) {
            return self.invalid::<F>();
        }
        if is_nan::<F>(a) || is_nan::<F>(b) || is_nan::<F>(c) {
            return self.propagate::<F>(&[a, b, c]);
        }
        let product = F::INFINITY | sign::<F>(is_negative::<F>(a ^ b));
        match (infinite(a) || infinite(b), infinite(c)) {
            (true, true) if product != c => self.invalid::<F>(),
            (true, _) => product,
            _ => c,
        }
    }
}

/// Shifts right; what falls out is remembered in the lowest bit.
#[inline]
fn shift_sticky_wide(value: u128, by: u32) -> u128 {
    match by {
        0 => value,
        1..128 => value >> by | u128::from(value << (128 - by) != 0),
        _ => u128::from(value != 0),
    }
}
