//! Batched-affine additions for provers: many independent sums at once, a tree each.
//!
//! A [`Forest`] holds [`Segments`]. Large passes take the packed path where the processor has one, with the same
//! results.

use super::count::count;
use super::segments::{Halving, Segments, double_all, exceptional_denominator, exceptional_sum};
use ark_bn254::G1Affine;
use ark_ec::AffineRepr;
use std::ops::{Deref, DerefMut};
use sumcheck::field::packed::{self, Backend, Exceptions, Pair, PairScratch, Prefetch};
use sumcheck::kernel::own_pages;

/// Below this many pairs the shared inversion dominates, and a caller with more points to come
/// should carry its leftovers over.
pub(super) const WORTHWHILE: usize = 256;

/// [`Segments`] that are halved in packed passes, where the processor can.
#[derive(Default)]
pub(crate) struct Forest {
    segments: Segments,
    /// The packed path's pairs, the points without partner and where they go, and its memory.
    pairs: Vec<Pair>,
    singles: Vec<(usize, G1Affine)>,
    scratch: PairScratch,
    prefetch: Prefetch,
}

impl Deref for Forest {
    type Target = Segments;

    fn deref(&self) -> &Segments {
        &self.segments
    }
}

impl DerefMut for Forest {
    fn deref_mut(&mut self) -> &mut Segments {
        &mut self.segments
    }
}

/// Fewer pairs than this, or points to double, go the portable way: lanes would stay empty.
const PACKED: usize = 24;

const EXCEPTIONS: Exceptions = Exceptions {
    denominator: |p, q| exceptional_denominator(p, q, q.x - p.x),
    sum: exceptional_sum,
};

impl Halving for Forest {
    fn segments(&mut self) -> &mut Segments {
        &mut self.segments
    }

    fn halve(&mut self) {
        count(self.pairs());
        self.halve_by(packed::selected());
    }

    fn ask(&self, point: &G1Affine) {
        self.prefetch.ask(point);
    }
}

impl Forest {
    /// Segments of these lengths.
    pub fn new(points: Vec<G1Affine>, lens: Vec<usize>) -> Self {
        Forest {
            segments: Segments::new(points, lens),
            ..Forest::default()
        }
    }

    /// One that asks for points before they are read.
    pub fn asking() -> Self {
        Forest {
            prefetch: Prefetch::detect(),
            ..Forest::default()
        }
    }

    /// Doubles points in place, with one inversion for all.
    pub fn double_all(&mut self, points: &mut [G1Affine]) {
        if points.len() < PACKED || !packed::selected().double_points(points, &mut self.scratch) {
            double_all(points);
        }
    }

    /// Halves every segment by a backend, or portably where lanes would stay empty.
    pub fn halve_by(&mut self, backend: Backend) {
        let pairs = self.pairs();
        let backend = match pairs {
            PACKED.. => backend,
            _ => Backend::PORTABLE,
        };
        if !self.halve_packed(backend, pairs) {
            self.segments.halve();
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
        let Segments { points, lens, .. } = &self.segments;
        for len in lens {
            for _ in 0..*len / 2 {
                self.pairs.push(Pair { read, write });
                read += 2;
                write += 1;
            }
            if *len % 2 == 1 {
                self.singles.push((write as usize, points[read as usize]));
                read += 1;
                write += 1;
            }
        }
        let Forest { pairs, scratch, .. } = self;
        let points = &mut self.segments.points;
        if !backend.add_pairs(points, pairs, &EXCEPTIONS, scratch) {
            return false;
        }
        let Segments { points, lens, .. } = &mut self.segments;
        for (at, point) in &self.singles {
            points[*at] = *point;
        }
        for len in lens {
            *len = len.div_ceil(2);
        }
        points.truncate(write as usize);
        true
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
                    portable.segments.halve();
                    prop_assert!(packed.halve_packed(backend, packed.pairs()), "there are lanes");
                    prop_assert_eq!(&packed.points, &portable.points);
                    prop_assert_eq!(&packed.lens, &portable.lens);
                }
            }
        }
    }
}
