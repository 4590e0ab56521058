//! What the packed arithmetic needs to know of a modulus, computed at compile time.

use ark_ff::{BigInt, MontConfig};
use std::marker::PhantomData;

pub use crate::field::limbs::Fp4;

/// Bits of a limb.
pub(super) const LIMB: u32 = 52;
/// The low 52 bits.
pub(super) const MASK: u64 = (1 << LIMB) - 1;

/// Constants of the modulus `p` of `T`, in five 52-bit limbs.
pub(super) struct Constants<T>(PhantomData<T>);

impl<T: MontConfig<4>> Constants<T> {
    /// `p`.
    pub const P: [u64; 5] = {
        // The bounds of `lanes` are stated in multiples of p and need 2^253 < p < 2^254.
        assert!(T::MODULUS.0[3] >> 61 == 1, "the modulus must have 254 bits");
        // Limbs are read and written through the layout of `Fp`.
        assert!(size_of::<Fp4<T>>() == 32 && align_of::<Fp4<T>>() == 8);
        split(T::MODULUS.0)
    };

    /// `−p^-1 mod 2^52`.
    pub const INVERSE: u64 = {
        // Newton's iteration doubles the number of correct bits, from one.
        let mut x = 1u64;
        let mut bits = 1;
        while bits < 64 {
            x = x.wrapping_mul(2u64.wrapping_sub(T::MODULUS.0[0].wrapping_mul(x)));
            bits *= 2;
        }
        x.wrapping_neg() & MASK
    };

    /// `(p · INVERSE + 1) / 2^52`, which is below `p` and congruent to `2^-52`.
    pub const SHIFTED: [u64; 5] = Self::shift([1, 0, 0, 0, 0]);

    /// Numbers below `p` that are congruent to `2^-52`, `2^-104` and `2^-156`.
    pub const SHIFTS: [[u64; 5]; 3] = {
        let twice = Self::shift(Self::SHIFTED);
        [Self::SHIFTED, twice, Self::shift(twice)]
    };

    /// `x / 2^52` modulo `p`, below `p` for `x` below `p`.
    const fn shift(x: [u64; 5]) -> [u64; 5] {
        // What clears the low limb, times p, is below 2^52 p.
        let quotient = x[0].wrapping_mul(Self::INVERSE) & MASK;
        let mut out = [0; 5];
        let mut carry = 0u128;
        let mut i = 0;
        while i < 5 {
            let t = (Self::P[i] as u128) * (quotient as u128) + carry + x[i] as u128;
            carry = t >> LIMB;
            if i > 0 {
                out[i - 1] = (t as u64) & MASK;
            } else {
                assert!((t as u64) & MASK == 0);
            }
            i += 1;
        }
        out[4] = carry as u64;
        out
    }

    /// `floor(2^260 / p)`: 64 to 127 for the moduli admitted.
    pub const RECIPROCAL: u64 = {
        // 2^260 / p by long division, subtracting p from the remainder of each doubling.
        let mut quotient = 0u64;
        let mut remainder = [1u64, 0, 0, 0];
        let mut i = 0;
        while i < 260 {
            remainder = double(remainder);
            quotient <<= 1;
            if !less(remainder, T::MODULUS.0) {
                remainder = subtract(remainder, T::MODULUS.0);
                quotient |= 1;
            }
            i += 1;
        }
        quotient
    };

    /// `2^e` as an element in memory form, which is `2^(256 + e) mod p`.
    pub const fn power(e: u32) -> Fp4<T> {
        let mut power = [1, 0, 0, 0];
        let mut i = 0;
        while i < 256 + e {
            power = double(power);
            if !less(power, T::MODULUS.0) {
                power = subtract(power, T::MODULUS.0);
            }
            i += 1;
        }
        Fp4::<T>::new_unchecked(BigInt(power))
    }

    /// Limb `i` of `k · p` at `[i][k]`.
    pub const MULTIPLES: [[u64; 8]; 5] = {
        let mut out = [[0; 8]; 5];
        let mut k = 0;
        while k < 8 {
            let multiple = Self::multiple(k as u64);
            let mut i = 0;
            while i < 5 {
                out[i][k] = multiple[i];
                i += 1;
            }
            k += 1;
        }
        out
    };

    /// `k · p` for a small `k`.
    pub const fn multiple(k: u64) -> [u64; 5] {
        let mut out = [0; 5];
        let mut carry = 0;
        let mut i = 0;
        while i < 5 {
            let t = Self::P[i] * k + carry;
            out[i] = t & MASK;
            carry = t >> LIMB;
            i += 1;
        }
        out[4] += carry << LIMB;
        out
    }
}

/// Five 52-bit limbs of a 256-bit integer.
pub(super) const fn split(w: [u64; 4]) -> [u64; 5] {
    [
        w[0] & MASK,
        (w[0] >> 52 | w[1] << 12) & MASK,
        (w[1] >> 40 | w[2] << 24) & MASK,
        (w[2] >> 28 | w[3] << 36) & MASK,
        w[3] >> 16,
    ]
}

const fn double(a: [u64; 4]) -> [u64; 4] {
    [
        a[0] << 1,
        a[1] << 1 | a[0] >> 63,
        a[2] << 1 | a[1] >> 63,
        a[3] << 1 | a[2] >> 63,
    ]
}

const fn less(a: [u64; 4], b: [u64; 4]) -> bool {
    let mut i = 4;
    while i > 0 {
        i -= 1;
        if a[i] != b[i] {
            return a[i] < b[i];
        }
    }
    false
}

const fn subtract(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut out = [0; 4];
    let mut borrow = false;
    let mut i = 0;
    while i < 4 {
        let (t, first) = a[i].overflowing_sub(b[i]);
        let (t, second) = t.overflowing_sub(borrow as u64);
        out[i] = t;
        borrow = first || second;
        i += 1;
    }
    out
}
