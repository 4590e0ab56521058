//! Column sums: the commitments of one-hot digits.
//!
//! Column `k` of digits `d` is the sum of `bases[j]` over the rows with `d(j) = k`, `k ≥ 1`. A zero
//! digit costs nothing. Rows are taken in blocks small enough for the cache; each block is sorted by
//! digit, and the columns are summed as one [`Forest`], whose leftovers join the next block.
//!
//! Cost: one affine addition per non-zero digit.

use super::batch::{Forest, WORTHWHILE};
use ark_bn254::G1Affine;
use rayon::prelude::*;

/// Rows sorted at a time: half a megabyte of points.
const BLOCK: usize = 1 << 13;
/// Rows that one task sums; blocks of one task share leftovers.
const TASK: usize = 1 << 16;

/// One polynomial of digits, and the points that stand for its rows.
#[derive(Clone, Copy)]
pub(crate) struct DigitColumns<'a> {
    pub bases: &'a [G1Affine],
    pub digits: &'a [u8],
    pub radix: usize,
}

/// The `radix − 1` column sums. Digits not below the radix, and rows without a point, count nowhere.
pub fn column_sums(bases: &[G1Affine], digits: &[u8], radix: usize) -> Vec<G1Affine> {
    let all = many_column_sums(&[DigitColumns {
        bases,
        digits,
        radix,
    }]);
    all.into_iter().next().unwrap_or_default()
}

/// Column sums of several polynomials, in parallel over polynomials and ranges of rows.
pub(crate) fn many_column_sums(polys: &[DigitColumns<'_>]) -> Vec<Vec<G1Affine>> {
    let tasks: Vec<(usize, &[G1Affine], &[u8])> = polys
        .iter()
        .enumerate()
        .flat_map(|(i, poly)| {
            let ranges = poly.bases.chunks(TASK).zip(poly.digits.chunks(TASK));
            ranges.map(move |(bases, digits)| (i, bases, digits))
        })
        .collect();
    let partial: Vec<(usize, Sums)> = tasks
        .par_iter()
        .map(|(i, bases, digits)| (*i, sum_range(bases, digits, polys[*i].radix)))
        .collect();
    // Few points are left: join the parts of each column.
    let mut parts: Vec<Vec<Vec<G1Affine>>> = polys
        .iter()
        .map(|poly| vec![Vec::new(); poly.radix])
        .collect();
    for (i, (points, lens)) in partial {
        let mut rest = &points[..];
        for (column, len) in parts[i].iter_mut().zip(&lens) {
            let (own, others) = rest.split_at(*len);
            column.extend_from_slice(own);
            rest = others;
        }
    }
    parts.into_par_iter().map(join).collect()
}

fn join(columns: Vec<Vec<G1Affine>>) -> Vec<G1Affine> {
    let lens = columns.iter().map(Vec::len).collect();
    let mut forest = Forest::new(columns.concat(), lens);
    forest.reduce(1);
    let mut rest = forest.points.into_iter();
    let mut sums = forest.lens.iter().map(|len| match len {
        0 => G1Affine::identity(),
        _ => rest.next().unwrap_or_default(),
    });
    sums.next();
    sums.collect()
}

/// What is left of every column, one after the other, and how many points each has.
type Sums = (Vec<G1Affine>, Vec<usize>);

/// Sums one range of rows.
fn sum_range(bases: &[G1Affine], digits: &[u8], radix: usize) -> Sums {
    let mut forest = Forest::new(Vec::new(), vec![0; radix]);
    let mut next = Forest::default();
    for (bases, digits) in bases.chunks(BLOCK).zip(digits.chunks(BLOCK)) {
        let mut counts = [0usize; 256];
        for digit in digits {
            counts[usize::from(*digit)] += 1;
        }
        counts[0] = 0;
        // Leftovers first, then the points of this block.
        let mut total = 0;
        next.lens.clear();
        next.points.clear();
        let fresh: usize = counts.iter().take(radix).sum();
        // And a place for rows that count nowhere: whether one does is not worth a branch.
        let nowhere = forest.points.len() + fresh;
        next.points.resize(nowhere + 1, G1Affine::identity());
        let (mut cursors, mut steps) = ([nowhere; 256], [0; 256]);
        let mut rest = &forest.points[..];
        for (k, len) in forest.lens.iter().enumerate() {
            let (own, others) = rest.split_at(*len);
            next.points[total..total + len].copy_from_slice(own);
            rest = others;
            if k > 0 {
                (cursors[k], steps[k]) = (total + len, 1);
            }
            total += len + counts[k];
            next.lens.push(len + counts[k]);
        }
        for (base, digit) in bases.iter().zip(digits) {
            let k = usize::from(*digit);
            next.points[cursors[k]] = *base;
            cursors[k] += steps[k];
        }
        next.points.truncate(nowhere);
        std::mem::swap(&mut forest, &mut next);
        forest.reduce(WORTHWHILE);
    }
    // Without the buffers, of which there would be one for each task.
    (forest.points.as_slice().to_vec(), forest.lens)
}

#[cfg(test)]
mod tests {
    use super::super::batch::{pair_sums, sum_points};
    use super::*;
    use ark_bn254::{Fr, G1Projective};
    use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
    use proptest::prelude::*;

    /// Few distinct points, among them the identity and opposites: collisions are the rule.
    fn nasty_points(choices: &[u8]) -> Vec<G1Affine> {
        let g = G1Affine::generator();
        choices
            .iter()
            .map(|c| match c % 8 {
                0 => G1Affine::identity(),
                1 | 2 => g,
                3 => -g,
                4 => (g * Fr::from(2)).into_affine(),
                5 => (g * -Fr::from(2)).into_affine(),
                _ => (g * Fr::from(u64::from(*c))).into_affine(),
            })
            .collect()
    }

    fn naive(bases: &[G1Affine], digits: &[u8], radix: usize) -> Vec<G1Affine> {
        (1..radix)
            .map(|k| {
                let rows = bases.iter().zip(digits);
                let column = rows.filter(|(_, d)| usize::from(**d) == k);
                column.map(|(b, _)| *b).sum::<G1Projective>().into_affine()
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn sums_of_colliding_points(choices in prop::collection::vec(any::<u8>(), 0..700), radix in 2usize..20) {
            let bases = nasty_points(&choices);
            let digits: Vec<u8> = choices.iter().map(|c| ((usize::from(*c) / 3) % radix) as u8).collect();
            prop_assert_eq!(column_sums(&bases, &digits, radix), naive(&bases, &digits, radix));
            let total = bases.iter().sum::<G1Projective>().into_affine();
            prop_assert_eq!(sum_points(&bases), total);
            let pairs: Vec<G1Affine> = bases
                .chunks(2)
                .map(|pair| pair.iter().sum::<G1Projective>().into_affine())
                .collect();
            prop_assert_eq!(pair_sums(&bases), pairs);
        }
    }

    #[test]
    fn long_columns_cross_blocks_and_tasks() {
        let rows = TASK + 3 * BLOCK + 17;
        let mut point = G1Projective::generator();
        let projective: Vec<G1Projective> = (0..rows)
            .map(|_| {
                point += G1Affine::generator();
                point
            })
            .collect();
        let bases = G1Projective::normalize_batch(&projective);
        let digits: Vec<u8> = (0..rows).map(|j| ((j * j + j / 7) % 16) as u8).collect();
        assert_eq!(column_sums(&bases, &digits, 16), naive(&bases, &digits, 16));
        let bytes: Vec<u8> = (0..rows).map(|j| (j * 31 % 256) as u8).collect();
        assert_eq!(column_sums(&bases, &bytes, 256), naive(&bases, &bytes, 256));
        // Digits shorter than the points, and none at all.
        assert_eq!(
            column_sums(&bases, &digits[..5], 16),
            naive(&bases, &digits[..5], 16)
        );
        assert!(column_sums(&bases, &[], 4).iter().all(G1Affine::is_zero));
        // One and the same point a hundred thousand times.
        let same = vec![G1Affine::generator(); rows];
        let ones = vec![1u8; rows];
        let expected = (G1Affine::generator() * Fr::from(rows as u64)).into_affine();
        assert_eq!(column_sums(&same, &ones, 2), vec![expected]);
    }
}
