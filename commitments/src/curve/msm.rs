//! Multi-scalar multiplication: `Σ scalar · point`.
//!
//! Signed windows. For each window the points are sorted by bucket (counting sort), and the buckets
//! are summed as [`Forest`]s of a bounded number of points: buckets never conflict, however skewed
//! the digits. A zero digit costs nothing, so small scalars are cheap by themselves. The buckets then
//! are a matrix with weights `L · row + column + 1`: its row sums and column sums are [`Forest`]s
//! again, and only those few are weighted, by running sums.
//!
//! If there are few points, as in verification, several windows go through the same passes, so that an
//! inversion is shared by thousands of additions rather than by a few hundred.

use super::batch::Forest;
use super::count::count;
use super::windows::{Scratch, Windows, bit_length, join};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ff::{PrimeField, Zero};
use rayon::prelude::*;

/// `Σ scalars[i] · bases[i]`; there may be more bases than scalars.
///
/// # Panics
/// If there are more scalars than bases.
pub fn msm(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    let magnitudes: Vec<[u64; 4]> = scalars.par_iter().map(|s| s.into_bigint().0).collect();
    sum_windows(bases, &magnitudes, |_| false)
}

/// `Σ scalars[i] · bases[i]` for signed integers.
///
/// # Panics
/// If there are more scalars than bases.
pub fn msm_signed(bases: &[G1Affine], scalars: &[i128]) -> G1Projective {
    let magnitudes: Vec<[u64; 4]> = scalars
        .par_iter()
        .map(|s| {
            let m = s.unsigned_abs();
            [m as u64, (m >> 64) as u64, 0, 0]
        })
        .collect();
    sum_windows(bases, &magnitudes, |i| scalars[i] < 0)
}

/// Additions and doublings of [`msm`] with so many scalars of full width, all buckets taken to be in use.
pub(crate) fn msm_additions(points: usize) -> usize {
    let windows = Windows::of(Fr::MODULUS_BIT_SIZE as usize, points.max(1), points);
    let buckets = 1 << (windows.width - 1);
    windows.count * (points + buckets) + windows.additions()
}

fn sum_windows(
    bases: &[G1Affine],
    magnitudes: &[[u64; 4]],
    negative: impl Fn(usize) -> bool + Sync,
) -> G1Projective {
    assert!(magnitudes.len() <= bases.len(), "a scalar has no base");
    let bases = &bases[..magnitudes.len()];
    let any = magnitudes.par_iter().copied().reduce(|| [0; 4], join);
    let bits = bit_length(&any);
    if bits == 0 {
        return G1Projective::zero();
    }
    let nonzero = magnitudes.par_iter().filter(|m| **m != [0; 4]).count();
    let windows = Windows::of(bits, bases.len(), nonzero);
    let sums: Vec<Vec<G1Projective>> = (0..windows.count.div_ceil(windows.together))
        .into_par_iter()
        .map_init(
            || Scratch::with(Forest::asking()),
            |scratch, set| windows.sums(scratch, set, bases, |i| (magnitudes[i], negative(i))),
        )
        .collect();
    count(windows.additions());
    windows.total(sums.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::super::windows::{CHUNK, msm_portable};
    use super::*;
    use ark_ec::AffineRepr;
    use ark_ec::VariableBaseMSM;
    use ark_ff::{One, UniformRand};
    use proptest::prelude::*;

    fn points(count: usize) -> Vec<G1Affine> {
        let mut rng = ark_std::test_rng();
        let mut points: Vec<G1Affine> = (0..count).map(|_| G1Affine::rand(&mut rng)).collect();
        // Collisions inside of buckets.
        for i in (0..count).step_by(5) {
            points[i] = [points[0], -points[0], G1Affine::zero()][(i / 5) % 3];
        }
        points
    }

    fn scalar(seed: u64) -> Fr {
        match seed % 7 {
            0 => Fr::zero(),
            1 => Fr::one(),
            2 => -Fr::one(),
            3 => Fr::from(seed),
            4 => -Fr::from(seed),
            5 => Fr::from(2).pow([seed % 254]),
            _ => Fr::from(seed).inverse().unwrap_or_default(),
        }
    }
    use ark_ff::Field;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn sums_agree_with_arkworks(seeds in prop::collection::vec(any::<u64>(), 0..300), signed in prop::collection::vec(any::<i128>(), 0..100), shift in 0u32..127) {
            let points = points(seeds.len().max(signed.len()));
            let scalars: Vec<Fr> = seeds.iter().map(|s| scalar(*s)).collect();
            let expected = G1Projective::msm_unchecked(&points[..scalars.len()], &scalars);
            prop_assert_eq!(msm(&points, &scalars), expected);
            prop_assert_eq!(msm_portable(&points, &scalars), expected);
            let mut signed: Vec<i128> = signed.iter().map(|s| s >> shift).collect();
            signed.extend([i128::MIN, i128::MAX, -1, 1 << 64, -(1 << 64)].iter().take(points.len().saturating_sub(signed.len())));
            let scalars: Vec<Fr> = signed.iter().map(|s| Fr::from(*s)).collect();
            let expected = G1Projective::msm_unchecked(&points[..scalars.len()], &scalars);
            prop_assert_eq!(msm_signed(&points, &signed), expected);
        }
    }

    #[test]
    fn skewed_and_large_buckets() {
        let mut points = points(1000);
        while points.len() < 3 * CHUNK {
            points.extend_from_within(..);
        }
        for scalar in [Fr::one(), -Fr::from(3), Fr::from(u64::MAX)] {
            let scalars = vec![scalar; points.len()];
            let expected = points.iter().sum::<G1Projective>() * scalar;
            assert_eq!(msm(&points, &scalars), expected);
            assert_eq!(msm_portable(&points, &scalars), expected);
        }
    }
}
