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

use super::batch::{Forest, Path};
use super::count::count;
use super::fixed_base::window;
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::{PrimeField, Zero};
use rayon::prelude::*;
use sumcheck::field::packed::Prefetch;

/// Points gathered at a time: one megabyte.
const CHUNK: usize = 1 << 14;

/// Points asked for before they are read.
const AHEAD: usize = 16;

/// `Σ scalars[i] · bases[i]`; there may be more bases than scalars.
///
/// # Panics
/// If there are more scalars than bases.
pub fn msm(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    let magnitudes: Vec<[u64; 4]> = scalars.par_iter().map(|s| s.into_bigint().0).collect();
    sum_windows(Path::Fastest, bases, &magnitudes, |_| false)
}

/// [`msm`] by portable additions only, for verifiers.
pub(crate) fn msm_portable(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    let magnitudes: Vec<[u64; 4]> = scalars.iter().map(|s| s.into_bigint().0).collect();
    sum_windows(Path::Portable, bases, &magnitudes, |_| false)
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
    sum_windows(Path::Fastest, bases, &magnitudes, |i| scalars[i] < 0)
}

/// The width that needs the fewest additions: one for each point and two for each bucket, per window.
fn window_bits(bits: usize, terms: usize) -> usize {
    let additions = |width: &usize| (bits + 1).div_ceil(*width) * (terms + (1 << width));
    (3..=16).min_by_key(additions).unwrap_or(8)
}

fn sum_windows(
    path: Path,
    bases: &[G1Affine],
    magnitudes: &[[u64; 4]],
    negative: impl Fn(usize) -> bool + Sync,
) -> G1Projective {
    assert!(magnitudes.len() <= bases.len(), "a scalar has no base");
    let bases = &bases[..magnitudes.len()];
    let any = magnitudes.par_iter().copied().reduce(
        || [0; 4],
        |a, b| [a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]],
    );
    let bits = bit_length(&any);
    if bits == 0 {
        return G1Projective::zero();
    }
    let nonzero = magnitudes.par_iter().filter(|m| **m != [0; 4]).count();
    let width = window_bits(bits, nonzero);
    // One more bit for the carry out of the top.
    let windows = (bits + 1).div_ceil(width);
    let prefetch = match path {
        Path::Fastest => Prefetch::detect(),
        Path::Portable => Prefetch::default(),
    };
    // Few points: several windows share their inversions.
    let together = (CHUNK / bases.len()).clamp(1, windows);
    let sums: Vec<Vec<G1Projective>> = (0..windows.div_ceil(together))
        .into_par_iter()
        .map_init(Scratch::default, |scratch, set| {
            let from = set * together;
            let here = together.min(windows - from);
            let digit = |w: usize, i: usize| {
                let d = signed_digit(&magnitudes[i], (from + w) * width, width);
                if negative(i) { -d } else { d }
            };
            scratch.forest.take(path);
            scratch.prefetch = prefetch;
            sum_set(scratch, bases, here, digit, 1 << (width - 1))
        })
        .collect();
    count(windows * (width + 1));
    let mut total = G1Projective::zero();
    for sum in sums.into_iter().flatten().rev() {
        for _ in 0..width {
            total.double_in_place();
        }
        total += sum;
    }
    total
}

fn bit_length(limbs: &[u64; 4]) -> usize {
    let top = limbs.iter().rposition(|l| *l != 0);
    top.map_or(0, |i| 64 * (i + 1) - limbs[i].leading_zeros() as usize)
}

/// The digit of weight `2^at`, in `−2^(width−1) … 2^(width−1)` (Booth's recoding): the window as a
/// two's complement number, plus the bit below it, which the window below has counted as negative.
#[inline(always)]
fn signed_digit(limbs: &[u64; 4], at: usize, width: usize) -> i32 {
    let bits = window(limbs, at, width) as i32;
    let below = if at == 0 {
        0
    } else {
        window(limbs, at - 1, 1) as i32
    };
    let top = bits >> (width - 1);
    bits - (top << width) + below
}

/// Memory that sets of windows share, one after the other: fresh pages cost as much as what is done with
/// them.
#[derive(Default)]
struct Scratch {
    digits: Vec<i32>,
    starts: Vec<u32>,
    cursors: Vec<u32>,
    order: Vec<u32>,
    sums: Vec<G1Affine>,
    forest: Forest,
    members: Vec<usize>,
    prefetch: Prefetch,
}

/// Empties a vector and fills it.
fn refill<T: Clone>(vector: &mut Vec<T>, value: T, length: usize) {
    vector.clear();
    vector.resize(length, value);
}

/// `Σ_i digit(w, i) · bases[i]` for each of some windows `w`, with `|digit| ≤ buckets`. The windows share
/// their passes.
fn sum_set(
    scratch: &mut Scratch,
    bases: &[G1Affine],
    windows: usize,
    digit: impl Fn(usize, usize) -> i32,
    buckets: usize,
) -> Vec<G1Projective> {
    // Counting sort by window and bucket; the sign rides on the low bit.
    let Scratch {
        digits,
        starts,
        cursors,
        order,
        sums,
        forest,
        members,
        prefetch,
    } = scratch;
    digits.clear();
    refill(starts, 0, windows * buckets + 1);
    for w in 0..windows {
        for i in 0..bases.len() {
            let d = digit(w, i);
            digits.push(d);
            if d != 0 {
                starts[w * buckets + d.unsigned_abs() as usize] += 1;
            }
        }
    }
    for b in 1..starts.len() {
        starts[b] += starts[b - 1];
    }
    cursors.clone_from(starts);
    // Every entry is written below.
    order.resize(starts[windows * buckets] as usize, 0);
    for (w, digits) in digits.chunks(bases.len()).enumerate() {
        for (i, d) in digits.iter().enumerate() {
            if *d != 0 {
                let cursor = &mut cursors[w * buckets + d.unsigned_abs() as usize - 1];
                order[*cursor as usize] = (i as u32) << 1 | u32::from(*d < 0);
                *cursor += 1;
            }
        }
    }
    refill(sums, G1Affine::zero(), windows * buckets);
    let mut flush = |forest: &mut Forest, members: &mut Vec<usize>| {
        forest.reduce(1);
        for (bucket, point) in members.iter().zip(&forest.points) {
            let sum = &mut sums[*bucket];
            // A bucket comes twice only if it outgrew a chunk.
            *sum = match sum.is_zero() {
                true => *point,
                false => (*sum + point).into_affine(),
            };
        }
        forest.points.clear();
        forest.lens.clear();
        members.clear();
    };
    let mut at = 0;
    for bucket in 0..windows * buckets {
        let end = starts[bucket + 1] as usize;
        while at < end {
            let now = (end - at).min(CHUNK - forest.points.len());
            // Two loops without branches: reads of one point do not wait for those of another, and are asked for
            // beforehand.
            let first = forest.points.len();
            forest.points.extend((at..at + now).map(|at| {
                if let Some(later) = order.get(at + AHEAD) {
                    prefetch.ask(&bases[(later >> 1) as usize]);
                }
                bases[(order[at] >> 1) as usize]
            }));
            let own = forest.points[first..].iter_mut();
            for (point, entry) in own.zip(&order[at..]) {
                point.y = [point.y, -point.y][(entry & 1) as usize];
            }
            forest.lens.push(now);
            members.push(bucket);
            at += now;
            if forest.points.len() == CHUNK {
                flush(forest, members);
            }
        }
    }
    flush(forest, members);
    weigh(forest, sums, buckets)
}

/// Adds the points of a line of a window's buckets to others.
type Line<'a> = dyn Fn(&[G1Affine], usize, &mut Vec<G1Affine>) + 'a;

/// `Σ_i (i + 1) · sums[buckets · w + i]` for every window `w`. The forest lends its memory.
fn weigh(forest: &mut Forest, sums: &[G1Affine], buckets: usize) -> Vec<G1Projective> {
    // With i = L · row + column: L · Σ row · R_row + Σ column · C_column + Σ R_row.
    let log = buckets.ilog2().div_ceil(2);
    let length = 1usize << log;
    let rows = buckets.div_ceil(length);
    let mut sum_lines = |lines: usize, line: &Line<'_>| {
        forest.points.clear();
        forest.lens.clear();
        for own in sums.chunks(buckets) {
            for at in 0..lines {
                let before = forest.points.len();
                line(own, at, &mut forest.points);
                forest.lens.push(forest.points.len() - before);
            }
        }
        forest.reduce(1);
        let mut rest = forest.points.iter();
        let sum = |len: &usize| match len {
            0 => G1Affine::zero(),
            _ => rest.next().copied().unwrap_or_default(),
        };
        forest.lens.iter().map(sum).collect::<Vec<_>>()
    };
    // Empty buckets stay out: a sum with the identity is an exceptional one.
    let full = |sum: &&G1Affine| !sum.is_zero();
    let row_sums = sum_lines(rows, &|own, row, out| {
        let end = own.len().min((row + 1) * length);
        out.extend(own[row * length..end].iter().filter(full));
    });
    let column_sums = sum_lines(length, &|own, column, out| {
        out.extend(own.iter().skip(column).step_by(length).filter(full));
    });
    let windows = row_sums.chunks(rows).zip(column_sums.chunks(length));
    let weighted = windows.map(|(row_sums, column_sums)| {
        count(3 * row_sums.len() + 2 * column_sums.len() + log as usize);
        let mut total = running_sum(row_sums.get(1..).unwrap_or_default());
        for _ in 0..log {
            total.double_in_place();
        }
        total += running_sum(column_sums.get(1..).unwrap_or_default());
        row_sums.iter().fold(total, |total, row| total + row)
    });
    weighted.collect()
}

/// `Σ_i (i + 1) · points[i]`.
fn running_sum(points: &[G1Affine]) -> G1Projective {
    let mut running = G1Projective::zero();
    let mut total = G1Projective::zero();
    for point in points.iter().rev() {
        running += point;
        total += running;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
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
