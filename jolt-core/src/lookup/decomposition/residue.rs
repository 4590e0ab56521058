//! Arithmetic modulo `2^61 − 1`.

/// The Mersenne prime `2^61 − 1`.
pub(super) const P: u64 = (1 << 61) - 1;

/// `x mod P`.
pub(super) fn reduce(x: u128) -> u64 {
    let p = u128::from(P);
    // 2^61 = 1; twice, since what remains of 128 bits has 67.
    let x = (x & p) + (x >> 61);
    let x = ((x & p) + (x >> 61)) as u64;
    if x >= P { x - P } else { x }
}

pub(super) fn mul(a: u64, b: u64) -> u64 {
    reduce(u128::from(a) * u128::from(b))
}

pub(super) fn sub(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + P - b }
}

pub(super) fn residue(x: i128) -> u64 {
    let magnitude = reduce(x.unsigned_abs());
    if x < 0 { sub(0, magnitude) } else { magnitude }
}

pub(super) fn inverse(x: u64) -> u64 {
    let (mut power, mut e, mut base) = (1, P - 2, x);
    while e > 0 {
        if e & 1 == 1 {
            power = mul(power, base);
        }
        base = mul(base, base);
        e >>= 1;
    }
    power
}
