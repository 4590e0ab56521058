//! What programs work on.

use rand::Rng;
use rand::rngs::StdRng;

/// A constant from the corners of arithmetic.
pub(super) fn corner(rng: &mut StdRng, bits: usize) -> u64 {
    let sign = 1u64 << (bits - 1);
    [0, 1, 2, u64::MAX, sign, sign - 1, sign + 1, u64::MAX - 1][rng.gen_range(0..8)]
}

/// Words, many of them extreme.
pub(super) fn data(rng: &mut StdRng, bits: usize, size: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(size);
    while data.len() < size {
        let value: u64 = match rng.gen_range(0..8) {
            0 => corner(rng, bits),
            1 => [
                1 << 31,
                (1 << 31) - 1,
                (1 << 32) - 1,
                1 << 32,
                !0 << 31,
                !0 << 32,
                1 << 63,
            ][rng.gen_range(0..7)],
            2 => 1 << rng.gen_range(0..bits),
            3 => rng.gen_range(0..100),
            4 => (rng.gen_range(1..100u64)).wrapping_neg(),
            5 => rng.r#gen::<u64>() >> rng.gen_range(0..bits),
            _ => rng.r#gen(),
        };
        data.extend_from_slice(&value.to_le_bytes()[..bits / 8]);
    }
    data
}
