//! Points of verifiers over lanes: the same results as by portable code, in less time. On one thread.
//!
//! **Multi-scalar multiplication** is that of [`super::windows`], whose pairs of points are added in packed passes. Pairs
//! that the chord rule does not cover (equal and opposite points, the identity) go the portable way, as with provers.
//!
//! **Decoding** takes a square root for each point: `(x³ + 3)^((p+1)/4)`, for many points at a time. It is a proposal:
//! a point counts if portable code finds that it is on the curve and that its encoding is the one that was read. Whatever
//! is not found right by that (the identity, a number that is not canonical, wrong flags, no square) is decoded
//! portably, and refused in the same words. So no lane decides what is a point. A prover decodes its own proof on all
//! threads.
//!
//! Cost of a point decoded: 330 packed multiplications, and few portable ones.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::batch::Forest;
use super::decode;
use super::segments::{Halving, Segments};
use super::windows::msm_by;
use crate::wire::{DecodeError, Reader, put};
use ark_bn254::{Fq, Fr, G1Affine, G1Projective};
use ark_ff::{BigInt, BigInteger, Field, One, PrimeField, Zero};
use rayon::prelude::*;
use sumcheck::field::packed::{self, Backend};

/// Points decoded at a time: their powers stay in the cache.
const BLOCK: usize = 64;
/// Points that a thread decodes at a time, where several do.
const PIECE: usize = 4 * BLOCK;
/// Bytes of a point.
const BYTES: usize = 32;
/// Bits of a digit of the exponent.
const DIGIT: usize = 4;

/// The bits of a point's last byte that are none of its abscissa: the ordinate is the larger one; the identity.
const LARGER: u8 = 0x80;
const IDENTITY: u8 = 0x40;

/// `Σ scalars[i] · bases[i]`; there may be more bases than scalars, and scalars without a base count for nothing.
#[cfg_attr(
    not(any(feature = "packed-verify", test)),
    expect(
        dead_code,
        reason = "verifiers add portably, unless the build asks for lanes"
    )
)]
pub(crate) fn msm(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    msm_by(Packed::default(), bases, scalars)
}

/// The next `count` points, up to the first one that is none.
///
/// # Errors
/// Why that is none.
#[cfg_attr(
    not(any(feature = "packed-verify", test)),
    expect(
        dead_code,
        reason = "verifiers decode portably, unless the build asks for lanes"
    )
)]
pub(crate) fn points(count: usize, input: &mut Reader<'_>) -> Result<Vec<G1Affine>, DecodeError> {
    points_by(packed::selected(), count, input)
}

/// The same on all threads, for a prover that checks what it has just written: where there is an error, all is decoded
/// again to find it.
pub(crate) fn points_on_all_threads(
    count: usize,
    input: &mut Reader<'_>,
) -> Result<Vec<G1Affine>, DecodeError> {
    let backend = packed::selected();
    let piece = |encoded: &[u8]| {
        let (count, mut input) = (encoded.len() / BYTES, Reader::new(encoded));
        let decoded = match backend.is_packed() {
            true => points_by(backend, count, &mut input),
            false => decode::points(count, &mut input),
        };
        decoded.ok()
    };
    let length = count.saturating_mul(BYTES);
    let encoded = input.remaining().get(..length).unwrap_or_default();
    let pieces = encoded.par_chunks(BYTES * PIECE).map(piece);
    match pieces.collect::<Option<Vec<_>>>() {
        Some(pieces) if encoded.len() == length => {
            input.take(length)?;
            Ok(pieces.concat())
        }
        _ => decode::points(count, input),
    }
}

/// Segments that are halved by a backend.
struct Packed {
    forest: Forest,
    backend: Backend,
}

impl Default for Packed {
    fn default() -> Self {
        Packed {
            forest: Forest::asking(),
            backend: packed::selected(),
        }
    }
}

impl Halving for Packed {
    fn segments(&mut self) -> &mut Segments {
        self.forest.segments()
    }

    fn halve(&mut self) {
        self.forest.halve_by(self.backend);
    }

    fn ask(&self, point: &G1Affine) {
        self.forest.ask(point);
    }
}

fn points_by(
    backend: Backend,
    count: usize,
    input: &mut Reader<'_>,
) -> Result<Vec<G1Affine>, DecodeError> {
    proposed_points(|encoded| proposals(backend, encoded), count, input)
}

/// Points, by proposals for the encodings of some of them. Nothing rests on these.
fn proposed_points(
    propose: impl Fn(&[u8]) -> Vec<Option<G1Affine>>,
    count: usize,
    input: &mut Reader<'_>,
) -> Result<Vec<G1Affine>, DecodeError> {
    let mut points = Vec::new();
    let mut left = count;
    while left > 0 {
        let now = left.min(BLOCK);
        // Where the input ends early, points before its end may be none.
        let proposed = input.remaining().get(..BYTES * now).map(&propose);
        let mut proposed = proposed.into_iter().flatten();
        for _ in 0..now {
            let encoded = input.remaining().get(..BYTES).unwrap_or_default();
            let proposed = proposed.next().flatten();
            match proposed.filter(|point| is_encoded(point, encoded)) {
                Some(point) => {
                    input.take(BYTES)?;
                    points.push(point);
                }
                None => points.push(input.canonical(decode::POINT)?),
            }
        }
        left -= now;
    }
    Ok(points)
}

/// Whether it is a point, and these bytes are its encoding.
fn is_encoded(point: &G1Affine, bytes: &[u8]) -> bool {
    let mut encoded = Vec::with_capacity(BYTES);
    put(point, &mut encoded);
    point.is_on_curve() && encoded == bytes
}

/// What the encodings may be of; nothing where the abscissa is no number below the modulus, or it is no point's.
fn proposals(backend: Backend, encoded: &[u8]) -> Vec<Option<G1Affine>> {
    let encoded = encoded.chunks_exact(BYTES);
    let abscissas: Vec<Option<(Fq, bool)>> = encoded.map(abscissa).collect();
    let x = |of: &Option<(Fq, bool)>| of.map_or(Fq::zero(), |(x, _)| x);
    let squares: Vec<Fq> = abscissas
        .iter()
        .map(|of| x(of).square() * x(of) + Fq::from(3u64))
        .collect();
    let roots = roots(backend, &squares);
    let found = abscissas.into_iter().zip(roots);
    found
        .map(|(of, root)| {
            let (x, larger) = of?;
            let y = if (root > -root) == larger {
                root
            } else {
                -root
            };
            Some(G1Affine::new_unchecked(x, y))
        })
        .collect()
}

/// The abscissa, and whether the ordinate is the larger one of two.
fn abscissa(bytes: &[u8]) -> Option<(Fq, bool)> {
    let (last, rest) = bytes.split_last()?;
    let mut limbs = [0u64; 4];
    let number = rest.iter().copied().chain([last & !(LARGER | IDENTITY)]);
    for (at, byte) in number.enumerate() {
        *limbs.get_mut(at / 8)? |= u64::from(byte) << (8 * (at % 8));
    }
    let x = Fq::from_bigint(BigInt::new(limbs))?;
    (last & IDENTITY == 0).then_some((x, last & LARGER != 0))
}

/// `values[i]^((p+1)/4)`: the square root of a value that has one.
fn roots(backend: Backend, values: &[Fq]) -> Vec<Fq> {
    let mut powers = vec![vec![Fq::one(); values.len()], values.to_vec()];
    let mut next = values.to_vec();
    for _ in 2..1 << DIGIT {
        backend.mul_assign(&mut next, values);
        powers.push(next.clone());
    }
    let mut roots = vec![Fq::one(); values.len()];
    let mut copy = roots.clone();
    for (number, digit) in digits().enumerate() {
        for _ in 0..if number == 0 { 0 } else { DIGIT } {
            copy.copy_from_slice(&roots);
            backend.mul_assign(&mut roots, &copy);
        }
        if let Some(power) = powers.get(digit).filter(|_| digit != 0) {
            backend.mul_assign(&mut roots, power);
        }
    }
    roots
}

/// The digits of `(p+1)/4`, the highest first.
fn digits() -> impl Iterator<Item = usize> {
    let mut exponent = Fq::MODULUS;
    exponent.add_with_carry(&BigInt::from(1u64));
    exponent.div2();
    exponent.div2();
    let bit = move |at: usize| usize::from(exponent.get_bit(at));
    let windows = (0..64 * exponent.0.len() / DIGIT).rev();
    windows
        .map(move |window| (0..DIGIT).map(|i| bit(DIGIT * window + i) << i).sum())
        .skip_while(|digit| *digit == 0)
}

#[cfg(test)]
mod tests;
