//! What multi-scalar multiplications have in common: signed windows, buckets and their weights, over [`Halving`]
//! segments.

#![allow(
    clippy::indexing_slicing,
    reason = "buckets are as many as digits have values"
)]

use super::segments::{Halving, Segments};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ff::{PrimeField, Zero};

/// Points gathered at a time: one megabyte.
pub(super) const CHUNK: usize = 1 << 14;

/// Points asked for before they are read.
const AHEAD: usize = 16;

/// The width that needs the fewest additions: one for each point and two for each bucket, per window.
fn window_bits(bits: usize, terms: usize) -> usize {
    let additions = |width: &usize| (bits + 1).div_ceil(*width) * (terms + (1 << width));
    (3..=16).min_by_key(additions).unwrap_or(8)
}

/// How scalars are cut.
pub(super) struct Windows {
    /// Bits of a window.
    pub width: usize,
    /// Number of windows.
    pub count: usize,
    /// Windows that go through the same passes: several, if there are few points.
    pub together: usize,
}

impl Windows {
    /// For scalars of so many bits, some of them zero.
    pub fn of(bits: usize, points: usize, nonzero: usize) -> Self {
        let width = window_bits(bits, nonzero);
        // One more bit for the carry out of the top.
        let count = (bits + 1).div_ceil(width);
        Windows {
            width,
            count,
            together: (CHUNK / points).clamp(1, count),
        }
    }

    /// The sums of the windows of set number `set`.
    pub fn sums<H: Halving>(
        &self,
        scratch: &mut Scratch<H>,
        set: usize,
        bases: &[G1Affine],
        scalar: impl Fn(usize) -> ([u64; 4], bool),
    ) -> Vec<G1Projective> {
        let from = set * self.together;
        let here = self.together.min(self.count - from);
        let digit = |w: usize, i: usize| {
            let (magnitude, negative) = scalar(i);
            let d = signed_digit(&magnitude, (from + w) * self.width, self.width);
            if negative { -d } else { d }
        };
        scratch.halving.segments().clear();
        sum_set(scratch, bases, here, digit, 1 << (self.width - 1))
    }

    /// Additions and doublings beside those that halve segments: weights of buckets, and the windows' sum.
    #[cfg(feature = "prover")]
    pub fn additions(&self) -> usize {
        let (rows, length, log) = square(1 << (self.width - 1));
        self.count * (3 * rows + 2 * length + log as usize + self.width + 1)
    }

    /// The sum of all windows, the lowest first.
    pub fn total(&self, sums: impl DoubleEndedIterator<Item = G1Projective>) -> G1Projective {
        let mut total = G1Projective::zero();
        for sum in sums.rev() {
            for _ in 0..self.width {
                total.double_in_place();
            }
            total += sum;
        }
        total
    }
}

/// `Σ scalars[i] · bases[i]` by portable additions on one thread, for verifiers; there may be more bases than
/// scalars, and scalars without a base count for nothing.
#[cfg_attr(
    all(feature = "packed-verify", not(test)),
    expect(dead_code, reason = "what packed sums are held to")
)]
pub(crate) fn msm_portable(bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    msm_by(Segments::default(), bases, scalars)
}

/// The same, by segments that are halved in some way.
pub(super) fn msm_by<H: Halving>(halving: H, bases: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    // The identity adds nothing, and a sum with it is an exceptional one: columns of zeros are many.
    let magnitudes = bases
        .iter()
        .zip(scalars)
        .map(|(base, scalar)| match base.is_zero() {
            true => [0; 4],
            false => scalar.into_bigint().0,
        });
    let magnitudes: Vec<[u64; 4]> = magnitudes.collect();
    let count = magnitudes.len();
    let bases = &bases[..count];
    let any = magnitudes.iter().fold([0; 4], |any, m| join(any, *m));
    let bits = bit_length(&any);
    if bits == 0 {
        return G1Projective::zero();
    }
    let nonzero = magnitudes.iter().filter(|m| **m != [0; 4]).count();
    let windows = Windows::of(bits, count, nonzero);
    let mut scratch = Scratch::with(halving);
    let sets = 0..windows.count.div_ceil(windows.together);
    let sums: Vec<G1Projective> = sets
        .flat_map(|set| windows.sums(&mut scratch, set, bases, |i| (magnitudes[i], false)))
        .collect();
    windows.total(sums.into_iter())
}

/// The bits that one of two has.
pub(super) fn join(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    [a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]]
}

pub(super) fn bit_length(limbs: &[u64; 4]) -> usize {
    let top = limbs.iter().rposition(|l| *l != 0);
    top.map_or(0, |i| 64 * (i + 1) - limbs[i].leading_zeros() as usize)
}

/// The digit of weight `2^at`, in `−2^(width−1) … 2^(width−1)` (Booth's recoding): the window as a
/// two's complement number, plus the bit below it, which the window below has counted as negative.
#[inline(always)]
pub(super) fn signed_digit(limbs: &[u64; 4], at: usize, width: usize) -> i32 {
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
pub(super) struct Scratch<H> {
    digits: Vec<i32>,
    starts: Vec<u32>,
    cursors: Vec<u32>,
    order: Vec<u32>,
    sums: Vec<G1Affine>,
    halving: H,
    members: Vec<usize>,
}

impl<H: Halving> Scratch<H> {
    /// No windows yet.
    pub fn with(halving: H) -> Self {
        Scratch {
            halving,
            digits: Vec::new(),
            starts: Vec::new(),
            cursors: Vec::new(),
            order: Vec::new(),
            sums: Vec::new(),
            members: Vec::new(),
        }
    }
}

/// Empties a vector and fills it.
fn refill<T: Clone>(vector: &mut Vec<T>, value: T, length: usize) {
    vector.clear();
    vector.resize(length, value);
}

/// `Σ_i digit(w, i) · bases[i]` for each of some windows `w`, with `|digit| ≤ buckets`. The windows share
/// their passes.
fn sum_set<H: Halving>(
    scratch: &mut Scratch<H>,
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
        halving,
        members,
    } = scratch;
    // What memory is taken depends on the number of points, and neither on their scalars nor on how a vector grows.
    let entries = windows * bases.len();
    digits.clear();
    digits.reserve_exact(entries);
    order.clear();
    order.reserve_exact(entries);
    let gathered = entries.min(CHUNK);
    let filled = gathered.min(windows * buckets);
    halving.segments().reserve(gathered, filled);
    members.reserve_exact(filled);
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
    let mut flush = |halving: &mut H, members: &mut Vec<usize>| {
        halving.reduce(1);
        for (bucket, point) in members.iter().zip(&halving.segments().points) {
            let sum = &mut sums[*bucket];
            // A bucket comes twice only if it outgrew a chunk.
            *sum = match sum.is_zero() {
                true => *point,
                false => (*sum + point).into_affine(),
            };
        }
        halving.segments().clear();
        members.clear();
    };
    let mut at = 0;
    for bucket in 0..windows * buckets {
        let end = starts[bucket + 1] as usize;
        while at < end {
            let now = (end - at).min(CHUNK - halving.segments().points.len());
            // Two loops without branches: reads of one point do not wait for those of another, and are asked for
            // beforehand.
            let mut points = std::mem::take(&mut halving.segments().points);
            let first = points.len();
            points.extend((at..at + now).map(|at| {
                if let Some(later) = order.get(at + AHEAD) {
                    halving.ask(&bases[(later >> 1) as usize]);
                }
                bases[(order[at] >> 1) as usize]
            }));
            let own = points[first..].iter_mut();
            for (point, entry) in own.zip(&order[at..]) {
                point.y = [point.y, -point.y][(entry & 1) as usize];
            }
            let segments = halving.segments();
            segments.points = points;
            segments.lens.push(now);
            members.push(bucket);
            at += now;
            if segments.points.len() == CHUNK {
                flush(halving, members);
            }
        }
    }
    flush(halving, members);
    weigh(halving, sums, buckets)
}

/// Rows, and columns and their logarithm, of the matrix that the buckets of a window are.
fn square(buckets: usize) -> (usize, usize, u32) {
    let log = buckets.ilog2().div_ceil(2);
    (buckets.div_ceil(1 << log), 1 << log, log)
}

/// Adds the points of a line of a window's buckets to others.
type Line<'a> = dyn Fn(&[G1Affine], usize, &mut Vec<G1Affine>) + 'a;

/// `Σ_i (i + 1) · sums[buckets · w + i]` for every window `w`. The segments lend their memory.
fn weigh<H: Halving>(halving: &mut H, sums: &[G1Affine], buckets: usize) -> Vec<G1Projective> {
    // With i = L · row + column: L · Σ row · R_row + Σ column · C_column + Σ R_row.
    let (rows, length, log) = square(buckets);
    let mut sum_lines = |lines: usize, line: &Line<'_>| {
        let segments = halving.segments();
        segments.clear();
        for own in sums.chunks(buckets) {
            for at in 0..lines {
                let before = segments.points.len();
                line(own, at, &mut segments.points);
                segments.lens.push(segments.points.len() - before);
            }
        }
        halving.reduce(1);
        let segments = halving.segments();
        let mut rest = segments.points.iter();
        let sum = |len: &usize| match len {
            0 => G1Affine::zero(),
            _ => rest.next().copied().unwrap_or_default(),
        };
        segments.lens.iter().map(sum).collect::<Vec<_>>()
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

/// Bits `at .. at + width` of a little-endian integer.
#[inline(always)]
pub(super) fn window(limbs: &[u64; 4], at: usize, width: usize) -> usize {
    let (limb, shift) = (at / 64, at % 64);
    let Some(low) = limbs.get(limb) else { return 0 };
    let mut bits = low >> shift;
    if shift + width > 64
        && let Some(high) = limbs.get(limb + 1)
    {
        bits |= high << (64 - shift);
    }
    (bits & ((1 << width) - 1)) as usize
}
