//! Sums and differences in prime fields of less than 255 bits, without a branch on values: operands are random, and a
//! branch that is mispredicted every other time costs more than the addition.

use ark_ff::{BigInt, Fp, MontBackend, MontConfig};

/// A prime field of four 64-bit limbs in arkworks' Montgomery form (radix `2^256`).
pub type Fp4<T> = Fp<MontBackend<T, 4>, 4>;

/// A 256-bit number as its (low, high) halves: the compiler turns arithmetic on them into carry
/// chains, and keeps masks free of branches.
#[inline(always)]
pub(super) fn halves(x: &[u64; 4]) -> (u128, u128) {
    let join = |low: u64, high: u64| u128::from(low) | u128::from(high) << 64;
    (join(x[0], x[1]), join(x[2], x[3]))
}

#[inline(always)]
fn from_halves<T: MontConfig<4>>(low: u128, high: u128) -> Fp4<T> {
    Fp4::new_unchecked(BigInt([
        low as u64,
        (low >> 64) as u64,
        high as u64,
        (high >> 64) as u64,
    ]))
}

/// `x` if it is below `p`, else `x − p`, for `x < 2p`.
#[inline(always)]
pub(super) fn subtract_once<T: MontConfig<4>>(low: u128, high: u128) -> Fp4<T> {
    let (p_low, p_high) = halves(&T::MODULUS.0);
    let (reduced, borrow) = low.overflowing_sub(p_low);
    let reduced_high = high.wrapping_sub(p_high).wrapping_sub(u128::from(borrow));
    // Everything is below 2^255: the top bit says whether the difference is negative.
    let mask = ((reduced_high as i128) >> 127) as u128;
    from_halves(
        reduced ^ ((reduced ^ low) & mask),
        reduced_high ^ ((reduced_high ^ high) & mask),
    )
}

/// `a + b`, for a modulus below `2^254`.
#[inline(always)]
pub fn plus<T: MontConfig<4>>(a: &Fp4<T>, b: &Fp4<T>) -> Fp4<T> {
    let ((a, a_high), (b, b_high)) = (halves(&a.0.0), halves(&b.0.0));
    let (low, carry) = a.overflowing_add(b);
    subtract_once(low, a_high + b_high + u128::from(carry))
}

/// `a − b`, for a modulus below `2^254`.
#[inline(always)]
pub fn minus<T: MontConfig<4>>(a: &Fp4<T>, b: &Fp4<T>) -> Fp4<T> {
    let ((a, a_high), (b, b_high)) = (halves(&a.0.0), halves(&b.0.0));
    let (low, borrow) = a.overflowing_sub(b);
    let high = a_high.wrapping_sub(b_high).wrapping_sub(u128::from(borrow));
    let mask = ((high as i128) >> 127) as u128;
    let (p_low, p_high) = halves(&T::MODULUS.0);
    let (low, carry) = low.overflowing_add(p_low & mask);
    from_halves(
        low,
        high.wrapping_add(p_high & mask)
            .wrapping_add(u128::from(carry)),
    )
}
