//! Column sums: the commitments of one-hot digits.
//!
//! Column `k` of digits `d` is the sum of `bases[j]` over the rows with `d(j) = k`, `k ≥ 1`. A zero
//! digit costs nothing. Rows are taken in blocks small enough for the cache; each block is sorted by
//! digit, and the columns are summed as one [`Forest`], whose leftovers join the next block.
//!
//! Two polynomials over the same points are summed as one whose digit is the pair of theirs: its columns
//! are a matrix, of which the columns of the two are the sums of lines. So two digits of a row take one
//! addition and not two.
//!
//! Cost: one affine addition per row and pair of digits that are not both zero; `2 · radix²` for each pair of
//! polynomials.

use super::batch::{Forest, WORTHWHILE};
use super::segments::Halving;
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;
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

/// One polynomial, or two that are summed together.
#[derive(Clone, Copy)]
struct Joint<'a> {
    low: DigitColumns<'a>,
    /// Over the same points, with as many digits.
    high: Option<DigitColumns<'a>>,
}

impl<'a> Joint<'a> {
    /// Pairs neighbours that fit.
    fn pairs(polys: &[DigitColumns<'a>]) -> Vec<Self> {
        let mut joint: Vec<Self> = Vec::new();
        for poly in polys {
            match joint.last_mut() {
                Some(last) if last.takes(poly) => last.high = Some(*poly),
                _ => joint.push(Joint {
                    low: *poly,
                    high: None,
                }),
            }
        }
        joint
    }

    fn takes(&self, other: &DigitColumns<'_>) -> bool {
        self.high.is_none()
            && std::ptr::eq(self.low.bases, other.bases)
            && self.low.digits.len() == other.digits.len()
            && self.low.radix * other.radix <= 256
    }

    fn radix(&self) -> usize {
        self.low.radix * self.high.map_or(1, |high| high.radix)
    }

    /// The rows of a task.
    fn range(&self, task: usize) -> Self {
        let part = |poly: DigitColumns<'a>| {
            let rows = poly.digits.len().min(poly.bases.len());
            let (start, end) = (TASK * task, rows.min(TASK * (task + 1)));
            DigitColumns {
                bases: &poly.bases[start..end],
                digits: &poly.digits[start..end],
                radix: poly.radix,
            }
        };
        Joint {
            low: part(self.low),
            high: self.high.map(part),
        }
    }

    /// The digits of a block: of a pair, `low + radix · high`, where a digit not below its radix is 0.
    fn block<'b>(&'b self, at: usize, buffer: &'b mut [u8; BLOCK]) -> &'b [u8] {
        let rows = at..self.low.digits.len().min(at + BLOCK);
        let low = &self.low.digits[rows.clone()];
        let Some(high) = &self.high else {
            return low;
        };
        let below = |digit: u8, radix: usize| match usize::from(digit) < radix {
            true => digit,
            false => 0,
        };
        let digits = low.iter().zip(&high.digits[rows]);
        for (out, (l, h)) in buffer.iter_mut().zip(digits) {
            // At most radix² − 1.
            *out = below(*l, self.low.radix) + self.low.radix as u8 * below(*h, high.radix);
        }
        &buffer[..low.len()]
    }

    /// The columns of the polynomials, from those of the pair.
    fn separate(&self, columns: Vec<G1Affine>) -> Vec<Vec<G1Affine>> {
        let Some(high) = &self.high else {
            return vec![columns];
        };
        // Entry (0, 0) is left out.
        let low = self.low.radix;
        let entry = |l: usize, h: usize| (l + low * h).checked_sub(1).map(|at| columns[at]);
        let sum = |line: &dyn Fn(usize) -> Vec<Option<G1Affine>>, lines: usize| {
            let mut forest = Forest::default();
            for at in 1..lines {
                forest.push(line(at).into_iter().flatten().filter(|p| !p.is_zero()));
            }
            forest.reduce(1);
            sums_of(forest)
        };
        vec![
            sum(&|l| (0..high.radix).map(|h| entry(l, h)).collect(), low),
            sum(&|h| (0..low).map(|l| entry(l, h)).collect(), high.radix),
        ]
    }
}

/// Column sums of several polynomials, in parallel over pairs of polynomials and ranges of rows.
pub(crate) fn many_column_sums(polys: &[DigitColumns<'_>]) -> Vec<Vec<G1Affine>> {
    let joint = Joint::pairs(polys);
    let tasks: Vec<(usize, usize)> = joint
        .iter()
        .enumerate()
        .flat_map(|(i, joint)| {
            let rows = joint.low.digits.len().min(joint.low.bases.len());
            (0..rows.div_ceil(TASK)).map(move |task| (i, task))
        })
        .collect();
    let partial: Vec<(usize, Sums)> = tasks
        .par_iter()
        .map(|(i, task)| (*i, sum_range(&joint[*i].range(*task))))
        .collect();
    // Few points are left: join the parts of each column.
    let mut parts: Vec<Vec<Vec<G1Affine>>> = joint
        .iter()
        .map(|joint| vec![Vec::new(); joint.radix()])
        .collect();
    for (i, (points, lens)) in partial {
        let mut rest = &points[..];
        for (column, len) in parts[i].iter_mut().zip(&lens) {
            let (own, others) = rest.split_at(*len);
            column.extend_from_slice(own);
            rest = others;
        }
    }
    joint
        .into_par_iter()
        .zip(parts)
        .flat_map_iter(|(joint, columns)| joint.separate(join(columns)))
        .collect()
}

fn join(columns: Vec<Vec<G1Affine>>) -> Vec<G1Affine> {
    let lens = columns.iter().map(Vec::len).collect();
    let mut forest = Forest::new(columns.concat(), lens);
    forest.reduce(1);
    sums_of(forest).into_iter().skip(1).collect()
}

/// The sum of each segment that is reduced to a point, or empty.
fn sums_of(forest: Forest) -> Vec<G1Affine> {
    let mut points = forest.points.iter().copied();
    let sum = |len: &usize| match len {
        0 => G1Affine::identity(),
        _ => points.next().unwrap_or_default(),
    };
    forest.lens.iter().map(sum).collect()
}

/// What is left of every column, one after the other, and how many points each has.
type Sums = (Vec<G1Affine>, Vec<usize>);

/// Sums one range of rows.
fn sum_range(joint: &Joint<'_>) -> Sums {
    let radix = joint.radix();
    let mut forest = Forest::new(Vec::new(), vec![0; radix]);
    let mut next = Forest::default();
    let mut buffer = [0; BLOCK];
    for (block, bases) in joint.low.bases.chunks(BLOCK).enumerate() {
        let digits = joint.block(BLOCK * block, &mut buffer);
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
    forest.reduce(1);
    // Without the buffers, of which there would be one for each task.
    (forest.points.as_slice().to_vec(), forest.lens.clone())
}

#[cfg(test)]
mod tests {
    use super::super::batch::{pair_sums, sum_points};
    use super::*;
    use ark_bn254::{Fr, G1Projective};
    use ark_ec::{CurveGroup, PrimeGroup};
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Whatever is summed with whatever: each polynomial has its own columns.
        #[test]
        fn polynomials_are_summed_in_pairs(choices in prop::collection::vec(any::<u8>(), 1..500), radices in prop::collection::vec(2usize..30, 0..7), cut in 0usize..500) {
            let bases = nasty_points(&choices);
            let (short, digits): (Vec<G1Affine>, Vec<Vec<u8>>) = (
                bases[..cut.min(bases.len())].to_vec(),
                (0..radices.len())
                    .map(|i| choices.iter().map(|c| c.rotate_left(i as u32) % 31).collect())
                    .collect(),
            );
            let polys: Vec<DigitColumns<'_>> = radices
                .iter()
                .zip(&digits)
                .enumerate()
                .map(|(i, (radix, digits))| DigitColumns {
                    bases: if i % 4 == 3 { &short } else { &bases },
                    digits: if i % 5 == 4 { &digits[..cut.min(digits.len())] } else { digits },
                    radix: *radix,
                })
                .collect();
            let sums = many_column_sums(&polys);
            prop_assert_eq!(sums.len(), polys.len());
            for (sums, poly) in sums.iter().zip(&polys) {
                prop_assert_eq!(sums, &naive(poly.bases, poly.digits, poly.radix));
            }
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
