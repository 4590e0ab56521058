//! Segments of points, halved pass by pass with shared inversions: portable, on one thread, and what verifiers use.
//!
//! One [`Segments::halve`] replaces the points of each segment by the sums of adjacent pairs; all pairs of all
//! segments share one inversion. Equal points, opposite points and the identity are handled: no distribution of
//! inputs gives a wrong sum.
//!
//! Cost of a sum: 5 multiplications and 1 squaring, and 1/B of an inversion for B pairs a pass.

#![allow(
    clippy::indexing_slicing,
    reason = "segments are cut where the points are"
)]

use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field, One, Zero};
use sumcheck::field::inversion::invert_all;
use sumcheck::field::limbs::minus;

/// Products that are made in turn.
const CHAINS: usize = 4;

/// Segments of points, one after the other.
#[derive(Default)]
pub(crate) struct Segments {
    pub points: Vec<G1Affine>,
    /// Number of points of each segment.
    pub lens: Vec<usize>,
    /// Of one pass: products before each denominator, and denominators, whose inverses take their place.
    prefixes: Vec<Fq>,
    inverses: Vec<Fq>,
}

/// Segments that are halved in some way.
pub(crate) trait Halving: Default {
    fn segments(&mut self) -> &mut Segments;
    /// Halves every segment; a segment of odd length keeps its last point.
    fn halve(&mut self);
    /// Hears which point will be read soon.
    fn ask(&self, _point: &G1Affine) {}

    /// Halves while a pass has at least `least` additions (at least one).
    fn reduce(&mut self, least: usize) {
        while self.segments().pairs() >= least.max(1) {
            self.halve();
        }
    }
}

impl Halving for Segments {
    fn segments(&mut self) -> &mut Segments {
        self
    }

    fn halve(&mut self) {
        Segments::halve(self);
    }
}

#[cfg(feature = "prover")]
impl Segments {
    /// Segments of these lengths.
    pub fn new(points: Vec<G1Affine>, lens: Vec<usize>) -> Self {
        Segments {
            points,
            lens,
            ..Segments::default()
        }
    }

    /// Adds a segment.
    pub fn push(&mut self, points: impl IntoIterator<Item = G1Affine>) {
        let before = self.points.len();
        self.points.extend(points);
        self.lens.push(self.points.len() - before);
    }
}

impl Segments {
    /// Takes all points out.
    pub fn clear(&mut self) {
        self.points.clear();
        self.lens.clear();
    }

    /// Takes the memory that so many points in so many segments need, down to their sums: what is taken does not grow
    /// with chance, as points come to be fewer or more.
    pub fn reserve(&mut self, points: usize, segments: usize) {
        self.points.reserve_exact(points);
        self.lens.reserve_exact(segments);
        self.prefixes.clear();
        self.prefixes.reserve_exact(points / 2);
        self.inverses.clear();
        self.inverses.reserve_exact(points / 2);
    }

    /// Number of additions that the next pass makes.
    pub fn pairs(&self) -> usize {
        self.lens.iter().map(|len| len / 2).sum()
    }

    /// Halves every segment; a segment of odd length keeps its last point.
    pub fn halve(&mut self) {
        // As many as there may be: memory does not grow with chance.
        let pairs = self.points.len() / 2;
        self.prefixes.clear();
        self.prefixes.reserve_exact(pairs);
        self.inverses.clear();
        self.inverses.reserve_exact(pairs);
        // Several products in turn, because a multiplication has to wait for the one before.
        let mut products = [Fq::one(); CHAINS];
        let mut rest = &self.points[..];
        for len in &self.lens {
            let (own, others) = rest.split_at(*len);
            for pair in own.chunks_exact(2) {
                let product = &mut products[self.prefixes.len() % CHAINS];
                let denominator = denominator(&pair[0], &pair[1]);
                self.prefixes.push(*product);
                self.inverses.push(denominator);
                *product *= denominator;
            }
            rest = others;
        }
        // Backward: what is left of a product's inverse is that of the product so far.
        invert_all(&mut products, &Fq::one());
        let all = self.prefixes.iter().zip(&mut self.inverses).enumerate();
        for (at, (prefix, denominator)) in all.rev() {
            let product = &mut products[at % CHAINS];
            let inverse = *product * prefix;
            *product *= *denominator;
            *denominator = inverse;
        }
        // Sums are written over the points that they come from.
        let mut inverses = self.inverses.iter();
        let (mut read, mut write) = (0, 0);
        for len in &mut self.lens {
            for inverse in inverses.by_ref().take(*len / 2) {
                self.points[write] = sum(&self.points[read], &self.points[read + 1], inverse);
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
}

/// Doubles points in place, with one inversion for all.
#[cfg(feature = "prover")]
pub(super) fn double_all(points: &mut [G1Affine]) {
    let heights = points
        .iter()
        .map(|p| if p.is_zero() { Fq::one() } else { p.y.double() });
    let mut inverses: Vec<Fq> = heights.collect();
    invert_all(&mut inverses, &Fq::one());
    for (point, inverse) in points.iter_mut().zip(inverses) {
        if !point.is_zero() {
            let square = point.x.square();
            *point = chord(point, point, (square.double() + square) * inverse);
        }
    }
}

/// What is divided by: `x_2 − x_1`, `2 y` for a doubling, 1 where nothing is divided.
#[inline(always)]
fn denominator(p: &G1Affine, q: &G1Affine) -> Fq {
    let difference = minus(&q.x, &p.x);
    if difference.is_zero() || p.x.is_zero() || q.x.is_zero() {
        return exceptional_denominator(p, q, difference);
    }
    difference
}

#[cold]
pub(super) fn exceptional_denominator(p: &G1Affine, q: &G1Affine, difference: Fq) -> Fq {
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
    chord(p, q, minus(&q.y, &p.y) * inverse)
}

#[cold]
pub(super) fn exceptional_sum(p: &G1Affine, q: &G1Affine, inverse: &Fq) -> G1Affine {
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
    let x = minus(&minus(&slope.square(), &p.x), &q.x);
    G1Affine::new_unchecked(x, minus(&(slope * minus(&p.x, &x)), &p.y))
}
