//! Products of pairings whose second arguments are known beforehand, but for one point of each proof that hides.
//!
//! The Miller loop multiplies lines through points of G2, evaluated at points `(x, y)` of G1. On this curve
//! a line is `a·y + (b·x + c·v)·w`, with `a`, `b`, `c` in `F_q²` that depend on the point of G2 alone, over the tower
//! `F_q⁶ = F_q²[v]`, `F_q¹² = F_q⁶[w]`, `w² = v`. The final exponentiation takes every element of `F_q²` to 1, since
//! `q² − 1` divides its exponent. So the lines may be divided by `a·y`:
//!
//! ```text
//! 1 + ((b/a)·(x/y) + (c/a)·(1/y)·v)·w
//! ```
//!
//! with `b/a` and `c/a` prepared, and one inversion for all `y`. Neither `a` nor `y` is zero: both groups have
//! odd order, and no line through multiples of a generator is vertical before the loop ends.
//!
//! Cost of a line: 10 multiplications in `F_q²` and 4 in `F_q`; one squaring in `F_q¹²` for each bit of the loop,
//! whatever the number of pairs.

use ark_bn254::{Bn254, Config, Fq, Fq2, Fq12, Fq12Config, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::bn::{BnConfig, G2Prepared};
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Fp12Config, One, Zero, batch_inversion};

/// Points of proofs whose lines are held at a time, 12 kB each.
const AT_ONCE: usize = 64;

/// The lines of one point of G2: `b/a` and `c/a`, in the order of the loop. Empty for the identity.
#[derive(Clone)]
pub(crate) struct Lines(Vec<[Fq2; 2]>);

impl From<G2Affine> for Lines {
    fn from(point: G2Affine) -> Self {
        let lines = G2Prepared::<Config>::from(point).ell_coeffs;
        let mut inverses: Vec<Fq2> = lines.iter().map(|(a, _, _)| *a).collect();
        batch_inversion(&mut inverses);
        let scaled = lines.iter().zip(inverses);
        Lines(scaled.map(|((_, b, c), i)| [*b * i, *c * i]).collect())
    }
}

/// One pair: the lines, `x/y` and `1/y`.
struct Prepared<'a> {
    lines: std::slice::Iter<'a, [Fq2; 2]>,
    ratio: Fq,
    inverse: Fq,
}

impl Prepared<'_> {
    /// Multiplies by the next line.
    fn step(&mut self, f: &mut Fq12) {
        let Some([b, c]) = self.lines.next() else {
            return;
        };
        let (mut b, mut c) = (*b, *c);
        b.mul_assign_by_fp(&self.ratio);
        c.mul_assign_by_fp(&self.inverse);
        // (f_0 + f_1·w)(1 + l·w) = f_0 + v·f_1·l + (f_1 + f_0·l)·w
        let (mut low, mut high) = (f.c1, f.c0);
        low.mul_by_01(&b, &c);
        high.mul_by_01(&b, &c);
        Fq12Config::mul_fp6_by_nonresidue_in_place(&mut low);
        f.c0 += low;
        f.c1 += high;
    }
}

/// A weighted sum of equations. Each has points that are paired with the same points of a key, in order, perhaps a pair of
/// its own, and says that the product of the pairings is 1.
#[derive(Debug, Default)]
pub struct Pairings {
    fixed: Vec<G1Projective>,
    /// Pairs that are no other equation's.
    own: Vec<(G1Projective, G2Affine)>,
}

impl Pairings {
    /// Adds a multiple of an equation.
    pub(crate) fn add(&mut self, weight: Fr, points: &[G1Affine]) {
        if self.fixed.len() < points.len() {
            self.fixed.resize(points.len(), G1Projective::zero());
        }
        for (sum, point) in self.fixed.iter_mut().zip(points) {
            *sum += match weight.is_one() {
                true => point.into_group(),
                false => *point * weight,
            };
        }
    }

    /// Adds a pair of an equation that has it by itself. The second point is in the group of prime order.
    pub(crate) fn add_pair(&mut self, first: G1Projective, second: G2Affine) {
        self.own.push((first, second));
    }

    /// Whether the sum holds, over these points of the key.
    pub(crate) fn hold<'a>(&self, fixed: impl Iterator<Item = &'a Lines>) -> bool {
        let points = G1Projective::normalize_batch(&self.fixed);
        let pairs: Vec<_> = points.into_iter().zip(fixed).collect();
        let mut product = unfinished(&pairs);
        for own in self.own.chunks(AT_ONCE) {
            let (first, second): (Vec<_>, Vec<_>) = own.iter().copied().unzip();
            let second: Vec<Lines> = second.into_iter().map(Lines::from).collect();
            let first = G1Projective::normalize_batch(&first);
            let pairs: Vec<_> = first.into_iter().zip(&second).collect();
            product *= unfinished(&pairs);
        }
        finishes_as_one(product)
    }
}

/// Whether the product of the pairings is 1.
pub(crate) fn product_is_one(pairs: &[(G1Affine, &Lines)]) -> bool {
    finishes_as_one(unfinished(pairs))
}

fn finishes_as_one(product: Fq12) -> bool {
    let product = Bn254::final_exponentiation(MillerLoopOutput(product));
    product.is_some_and(|product| product.0.is_one())
}

/// The product of the pairings before the final exponentiation.
fn unfinished(pairs: &[(G1Affine, &Lines)]) -> Fq12 {
    let pairs: Vec<&(G1Affine, &Lines)> = pairs
        .iter()
        .filter(|(point, lines)| !point.is_zero() && !lines.0.is_empty())
        .collect();
    let mut inverses: Vec<Fq> = pairs.iter().map(|(point, _)| point.y).collect();
    batch_inversion(&mut inverses);
    let mut prepared: Vec<Prepared<'_>> = pairs
        .iter()
        .zip(inverses)
        .map(|((point, lines), inverse)| Prepared {
            lines: lines.0.iter(),
            ratio: point.x * inverse,
            inverse,
        })
        .collect();
    let mut f = Fq12::one();
    let mut steps = |f: &mut Fq12| prepared.iter_mut().for_each(|pair| pair.step(f));
    for bit in Config::ATE_LOOP_COUNT.iter().rev().skip(1) {
        ark_ff::Field::square_in_place(&mut f);
        steps(&mut f);
        if *bit != 0 {
            steps(&mut f);
        }
    }
    // The two Frobenius steps.
    steps(&mut f);
    steps(&mut f);
    f
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_ff::UniformRand;

    /// More pairs than are held at a time, beside those of a key.
    #[test]
    fn sums_have_pairs_of_their_own() {
        let mut rng = ark_std::test_rng();
        let (g, h) = (G1Affine::generator(), G2Affine::generator());
        let fixed = [Lines::from(h), Lines::from((h * Fr::from(3)).into_affine())];
        for count in [0, 1, AT_ONCE, 2 * AT_ONCE + 5] {
            let mut sum = Pairings::default();
            let mut product = Fr::zero();
            for _ in 0..count {
                let [a, b] = [(); 2].map(|()| Fr::rand(&mut rng));
                sum.add_pair(g * a, (h * b).into_affine());
                product += a * b;
            }
            sum.add_pair(G1Projective::zero(), h);
            sum.add_pair(g.into(), G2Affine::zero());
            let scalars = [-product - Fr::from(15), Fr::from(5)];
            let points = scalars.map(|x| (g * x).into_affine());
            sum.add(Fr::one(), &points);
            assert!(sum.hold(fixed.iter()), "{count}");
            sum.add_pair(g.into(), h);
            assert!(!sum.hold(fixed.iter()), "{count}");
        }
    }

    /// Products that are 1, and such that are not, as arkworks sees them.
    #[test]
    fn products_are_those_of_arkworks() {
        let mut rng = ark_std::test_rng();
        let (g, h) = (G1Affine::generator(), G2Affine::generator());
        for pairs in 0..5 {
            let scalars: Vec<(Fr, Fr)> = (0..pairs)
                .map(|_| (Fr::rand(&mut rng), Fr::rand(&mut rng)))
                .collect();
            let sum: Fr = scalars.iter().map(|(a, b)| *a * b).sum();
            for last in [-sum, -sum + Fr::one(), Fr::zero()] {
                let mut first: Vec<G1Affine> =
                    scalars.iter().map(|(a, _)| (g * a).into_affine()).collect();
                let mut second: Vec<G2Affine> =
                    scalars.iter().map(|(_, b)| (h * b).into_affine()).collect();
                first.extend([(g * last).into_affine(), G1Affine::zero(), g]);
                second.extend([h, h, G2Affine::zero()]);
                let expected = Bn254::multi_pairing(&first, &second).0.is_one();
                assert_eq!(expected, sum + last == Fr::zero());
                let lines: Vec<Lines> = second.iter().map(|q| Lines::from(*q)).collect();
                let pairs: Vec<(G1Affine, &Lines)> = first.into_iter().zip(&lines).collect();
                assert_eq!(product_is_one(&pairs), expected);
            }
        }
    }
}
