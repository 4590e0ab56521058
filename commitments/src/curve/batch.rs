//! Batched-affine additions: many independent sums at once, a tree each.
//!
//! [`Forest`] holds segments of points. One [`Forest::halve`] replaces the points of each segment by
//! the sums of adjacent pairs; all pairs of all segments share one inversion. Equal points, opposite
//! points and the identity are handled: no distribution of inputs gives a wrong sum.
//!
//! Large passes take the packed path where the processor has one, with the same results.
//!
//! Cost of a sum: 5 multiplications and 1 squaring, and 1/B of an inversion for B pairs a pass.

use super::count::count;
use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, One, Zero};
use sumcheck::field::packed::{self, Backend, Exceptions, Pair, PairScratch};
use sumcheck::kernel::own_pages;

/// Below this many pairs the shared inversion dominates, and a caller with more points to come
/// should carry its leftovers over.
pub(super) const WORTHWHILE: usize = 256;

/// Which additions to make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Path {
    /// Packed, where the processor can.
    #[default]
    Fastest,
    /// Always portable.
    Portable,
}

/// Segments of points, one after the other.
#[derive(Default)]
pub(super) struct Forest {
    pub points: Vec<G1Affine>,
    /// Number of points of each segment.
    pub lens: Vec<usize>,
    path: Path,
    prefixes: Vec<Fq>,
    /// The packed path's pairs, the points without partner and where they go, and its memory.
    pairs: Vec<Pair>,
    singles: Vec<(usize, G1Affine)>,
    scratch: PairScratch,
}

/// Fewer pairs than this go the portable way: lanes would stay empty.
const PACKED: usize = 24;

const EXCEPTIONS: Exceptions = Exceptions {
    denominator: |p, q| exceptional_denominator(p, q, q.x - p.x),
    sum: exceptional_sum,
};

/// What is divided by: `x_2 − x_1`, `2 y` for a doubling, 1 where nothing is divided.
#[inline(always)]
fn denominator(p: &G1Affine, q: &G1Affine) -> Fq {
    let difference = q.x - p.x;
    if difference.is_zero() || p.x.is_zero() || q.x.is_zero() {
        return exceptional_denominator(p, q, difference);
    }
    difference
}

#[cold]
fn exceptional_denominator(p: &G1Affine, q: &G1Affine, difference: Fq) -> Fq {
    if p.is_zero() || q.is_zero() {
        Fq::one()
    } else if !difference.is_zero() {
        difference
    } else if p.y == q.y {
        // Never zero: the group has odd order.
        p.y.double()
    } else {
        Fq::one()
    }
}

/// The sum, given the inverse of the denominator.
#[inline(always)]
fn sum(p: &G1Affine, q: &G1Affine, inverse: &Fq) -> G1Affine {
    if p.x == q.x || p.x.is_zero() || q.x.is_zero() {
        return exceptional_sum(p, q, inverse);
    }
    chord(p, q, (q.y - p.y) * inverse)
}

#[cold]
fn exceptional_sum(p: &G1Affine, q: &G1Affine, inverse: &Fq) -> G1Affine {
    if p.is_zero() {
        *q
    } else if q.is_zero() {
        *p
    } else if p.x != q.x {
        chord(p, q, (q.y - p.y) * inverse)
    } else if p.y == q.y {
        let square = p.x.square();
        chord(p, q, (square.double() + square) * inverse)
    } else {
        G1Affine::identity()
    }
}

#[inline(always)]
fn chord(p: &G1Affine, q: &G1Affine, slope: Fq) -> G1Affine {
    let x = slope.square() - p.x - q.x;
    G1Affine::new_unchecked(x, slope * (p.x - x) - p.y)
}

impl Forest {
    /// Segments of these lengths.
    pub fn new(points: Vec<G1Affine>, lens: Vec<usize>) -> Self {
        Forest {
            points,
            lens,
            ..Forest::default()
        }
    }

    /// Empties the forest, whose next additions are to take this path.
    pub fn take(&mut self, path: Path) {
        self.path = path;
        self.points.clear();
        self.lens.clear();
    }

    /// Number of additions that the next pass makes.
    pub fn pairs(&self) -> usize {
        self.lens.iter().map(|len| len / 2).sum()
    }

    /// Halves every segment; a segment of odd length keeps its last point.
    pub fn halve(&mut self) {
        let pairs = self.pairs();
        count(pairs);
        let backend = match self.path {
            Path::Fastest if pairs >= PACKED => packed::selected(),
            _ => Backend::PORTABLE,
        };
        if !self.halve_packed(backend, pairs) {
            self.halve_portable();
        }
    }

    /// Whether there are lanes; if not, nothing is changed.
    fn halve_packed(&mut self, backend: Backend, pairs: usize) -> bool {
        if !backend.is_packed() || u32::try_from(self.points.len()).is_err() {
            return false;
        }
        self.pairs.clear();
        self.pairs.reserve(pairs);
        self.singles.clear();
        let (mut read, mut write) = (0, 0);
        for len in &self.lens {
            for _ in 0..*len / 2 {
                self.pairs.push(Pair { read, write });
                read += 2;
                write += 1;
            }
            if *len % 2 == 1 {
                self.singles
                    .push((write as usize, self.points[read as usize]));
                read += 1;
                write += 1;
            }
        }
        let Forest {
            points,
            pairs,
            scratch,
            ..
        } = self;
        if !backend.add_pairs(points, pairs, &EXCEPTIONS, scratch) {
            return false;
        }
        for (at, point) in &self.singles {
            self.points[*at] = *point;
        }
        for len in &mut self.lens {
            *len = len.div_ceil(2);
        }
        self.points.truncate(write as usize);
        true
    }

    fn halve_portable(&mut self) {
        // Backward, so that the sums can then be written forward over the points they come from.
        self.prefixes.clear();
        // Two products, alternately, because a multiplication has to wait for the one before.
        let mut products = [Fq::one(); 2];
        let mut end = self.points.len();
        for len in self.lens.iter().rev() {
            let start = end - len;
            for pair in self.points[start..end].chunks_exact(2).rev() {
                let product = &mut products[self.prefixes.len() % 2];
                self.prefixes.push(*product);
                *product *= denominator(&pair[0], &pair[1]);
            }
            end = start;
        }
        let inverse = (products[0] * products[1]).inverse().unwrap_or_default();
        let mut inverses = [inverse * products[1], inverse * products[0]];
        let (mut read, mut write) = (0, 0);
        for len in &mut self.lens {
            for _ in 0..*len / 2 {
                let (p, q) = (self.points[read], self.points[read + 1]);
                let prefix = self.prefixes.pop().unwrap_or_default();
                let inverse = &mut inverses[self.prefixes.len() % 2];
                let this = *inverse * prefix;
                *inverse *= denominator(&p, &q);
                self.points[write] = sum(&p, &q, &this);
                read += 2;
                write += 1;
            }
            if *len % 2 == 1 {
                self.points[write] = self.points[read];
                read += 1;
                write += 1;
            }
            *len = len.div_ceil(2);
        }
        self.points.truncate(write);
    }

    /// Halves while a pass has at least `least` additions (at least one).
    pub fn reduce(&mut self, least: usize) {
        while self.pairs() >= least.max(1) {
            self.halve();
        }
    }
}

/// The sum of points.
pub fn sum_points(points: &[G1Affine]) -> G1Affine {
    let mut forest = Forest::default();
    for block in points.chunks(1 << 13) {
        forest.points.extend_from_slice(block);
        forest.lens = vec![forest.points.len()];
        forest.reduce(WORTHWHILE);
    }
    forest.reduce(1);
    forest
        .points
        .first()
        .copied()
        .unwrap_or_else(G1Affine::zero)
}

/// `points[2i] + points[2i + 1]`; a last point without partner stays.
pub(crate) fn pair_sums(points: &[G1Affine]) -> Vec<G1Affine> {
    use rayon::prelude::*;
    const BLOCK: usize = 1 << 13;
    let mut sums = own_pages(G1Affine::identity(), points.len().div_ceil(2));
    sums.par_chunks_mut(BLOCK / 2)
        .zip(points.par_chunks(BLOCK))
        .for_each_init(Forest::default, |forest, (sums, points)| {
            forest.points.clear();
            forest.points.extend_from_slice(points);
            forest.lens.clear();
            forest.lens.push(points.len());
            forest.halve();
            sums.copy_from_slice(&forest.points);
        });
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ec::CurveGroup;
    use ark_ff::UniformRand;
    use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
    use proptest::prelude::*;

    /// Mostly few distinct points, among them the identity, opposites and doubles; else random ones.
    fn points(rng: &mut StdRng, count: usize) -> Vec<G1Affine> {
        let g = G1Affine::generator();
        let distinct = [
            G1Affine::identity(),
            g,
            -g,
            (g * Fr::from(2)).into_affine(),
            (g * -Fr::from(2)).into_affine(),
        ];
        let random: Vec<G1Affine> = (0..8).map(|_| G1Affine::rand(rng)).collect();
        let exceptional = rng.gen_range(0..=10);
        (0..count)
            .map(|_| match rng.gen_range(0..10) < exceptional {
                true => distinct[rng.gen_range(0..distinct.len())],
                false => random[rng.gen_range(0..random.len())],
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn packed_and_portable_passes_agree(seed: u64, segments in 1usize..60) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let lens: Vec<usize> = (0..segments).map(|_| rng.gen_range(0..9)).collect();
            let points = points(rng, lens.iter().sum());
            for backend in packed::compared() {
                let mut portable = Forest::new(points.clone(), lens.clone());
                let mut packed = Forest::new(points.clone(), lens.clone());
                while portable.pairs() > 0 {
                    portable.halve_portable();
                    prop_assert!(packed.halve_packed(backend, packed.pairs()), "there are lanes");
                    prop_assert_eq!(&packed.points, &portable.points);
                    prop_assert_eq!(&packed.lens, &portable.lens);
                }
            }
        }
    }
}
