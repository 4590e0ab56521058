//! Bit order of a two-operand index: bit `2i + 1` is bit `i` of the left operand, bit `2i` of the right.

/// Spreads the bits of a 32-bit number to the even positions of a 64-bit one.
#[inline(always)]
const fn spread(x: u32) -> u64 {
    let mut v = x as u64;
    v = (v | (v << 16)) & 0x0000_ffff_0000_ffff;
    v = (v | (v << 8)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v << 2)) & 0x3333_3333_3333_3333;
    (v | (v << 1)) & 0x5555_5555_5555_5555
}

/// Collects the even positions of a 64-bit number.
#[inline(always)]
const fn gather(x: u64) -> u32 {
    let mut v = x & 0x5555_5555_5555_5555;
    v = (v | (v >> 1)) & 0x3333_3333_3333_3333;
    v = (v | (v >> 2)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v >> 4)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v >> 8)) & 0x0000_ffff_0000_ffff;
    (v | (v >> 16)) as u32
}

/// The index of two operands.
#[inline]
pub const fn interleave(left: u64, right: u64) -> u128 {
    let low = (spread(left as u32) << 1) | spread(right as u32);
    let high = (spread((left >> 32) as u32) << 1) | spread((right >> 32) as u32);
    ((high as u128) << 64) | low as u128
}

/// The two operands `(left, right)` of an index.
#[inline]
pub const fn deinterleave(index: u128) -> (u64, u64) {
    let (low, high) = (index as u64, (index >> 64) as u64);
    let left = gather(low >> 1) as u64 | ((gather(high >> 1) as u64) << 32);
    let right = gather(low) as u64 | ((gather(high) as u64) << 32);
    (left, right)
}

/// `2^bits - 1` for `bits` up to 64.
#[inline(always)]
pub(crate) const fn ones(bits: usize) -> u64 {
    if bits >= 64 {
        u64::MAX
    } else {
        (1 << bits) - 1
    }
}

/// The low `bits` bits of `x`, read as a signed number.
#[inline(always)]
pub(crate) const fn signed(x: u64, bits: usize) -> i64 {
    let up = 64 - bits;
    ((x << up) as i64) >> up
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn interleaving_places_bits_and_is_undone(left: u64, right: u64) {
            let index = interleave(left, right);
            for i in 0..64 {
                prop_assert_eq!((index >> (2 * i + 1)) as u64 & 1, (left >> i) & 1);
                prop_assert_eq!((index >> (2 * i)) as u64 & 1, (right >> i) & 1);
            }
            prop_assert_eq!(deinterleave(index), (left, right));
        }
    }
}
