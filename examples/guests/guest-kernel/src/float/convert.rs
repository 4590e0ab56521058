//! Conversions: from and to integers, and between the formats.

use super::{
    Double, Environment, Format, INEXACT, INVALID, Parts, Single, is_nan, is_negative, is_special,
    is_zero, shift_sticky, sign,
};

/// A kind of integer in a register of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    /// 32 or 64.
    pub bits: u32,
    /// Whether it has a sign.
    pub signed: bool,
}

impl Integer {
    /// The kind that the instructions' field names: W, WU, L, LU.
    pub const fn of(field: u32) -> Self {
        Integer {
            bits: if field & 2 == 0 { 32 } else { 64 },
            signed: field & 1 == 0,
        }
    }

    /// The largest magnitude of a number with this sign.
    fn most(self, negative: bool) -> u64 {
        let all = u64::MAX >> (64 - self.bits);
        match (self.signed, negative) {
            (true, false) => all >> 1,
            (true, true) => (all >> 1) + 1,
            (false, false) => all,
            (false, true) => 0,
        }
    }

    /// A number in a register: 32 bits are extended by their sign, whether they have one or not.
    fn register(self, value: u64) -> u64 {
        match self.bits {
            32 => value as i32 as u64,
            _ => value,
        }
    }
}

impl Environment {
    /// The integer that a number is, rounded; one that is too large becomes the nearest there is, and a NaN the
    /// largest.
    #[inline(never)]
    pub fn to_integer<F: Format>(&mut self, a: u64, kind: Integer) -> u64 {
        let negative = is_negative::<F>(a) && !is_nan::<F>(a);
        let most = kind.most(negative);
        let signed = |magnitude: u64| match negative {
            true => magnitude.wrapping_neg(),
            false => magnitude,
        };
        let parts = match is_special::<F>(a) {
            true => None,
            false => Some(Parts::of::<F>(a)).filter(|parts| parts.exponent < 64),
        };
        let Some(parts) = parts else {
            self.flags |= INVALID;
            return kind.register(signed(most));
        };
        if is_zero::<F>(a) {
            return 0;
        }
        // The number in halves, and whether there is more: two bits below the integer's last.
        let (whole, rest) = match parts.exponent {
            63 => (parts.significand, 0),
            0..63 => {
                let below = 63 - parts.exponent as u32;
                let dropped = parts.significand << (64 - below);
                (parts.significand >> below, dropped)
            }
            _ => (
                0,
                shift_sticky(parts.significand, (-1 - parts.exponent) as u32),
            ),
        };
        let more = rest != 0 && self.rounding.grows(negative, whole & 1 != 0, rest, 1 << 63);
        // At most 2^63 − 1 where anything is dropped.
        let magnitude = whole + u64::from(more);
        if magnitude > most {
            self.flags |= INVALID;
            return kind.register(signed(most));
        }
        if rest != 0 {
            self.flags |= INEXACT;
        }
        kind.register(signed(magnitude))
    }

    /// The number that an integer in a register is, rounded.
    #[inline(never)]
    pub fn from_integer<F: Format>(&mut self, value: u64, kind: Integer) -> u64 {
        let value = match (kind.bits, kind.signed) {
            (32, true) => value as i32 as u64,
            (32, false) => value & 0xffff_ffff,
            _ => value,
        };
        let negative = kind.signed && value >> 63 != 0;
        let magnitude = if negative {
            value.wrapping_neg()
        } else {
            value
        };
        if magnitude == 0 {
            return 0;
        }
        let zeros = magnitude.leading_zeros();
        self.round::<F>(negative, 63 - zeros as i32, magnitude << zeros)
    }

    /// A number in another format.
    fn convert<From: Format, To: Format>(&mut self, a: u64) -> u64 {
        if is_nan::<From>(a) {
            self.propagate::<From>(&[a]);
            return To::NAN;
        }
        let negative = is_negative::<From>(a);
        if is_special::<From>(a) {
            return To::INFINITY | sign::<To>(negative);
        }
        let parts = Parts::of::<From>(a);
        if parts.significand == 0 {
            return sign::<To>(negative);
        }
        self.round::<To>(negative, parts.exponent, parts.significand)
    }

    /// A number of 32 bits in 64.
    pub fn widen(&mut self, a: u64) -> u64 {
        self.convert::<Single, Double>(a)
    }

    /// A number of 64 bits in 32, rounded.
    pub fn narrow(&mut self, a: u64) -> u64 {
        self.convert::<Double, Single>(a)
    }
}
