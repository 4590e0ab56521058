//! Subtables: their entries, their extensions, and how often one goes into a function of a chunk.

#![allow(
    clippy::indexing_slicing,
    reason = "states and chunks are those of an automaton that the key fixes; no proof has a say"
)]

use super::function::Function;
use sumcheck::Field;

/// A function of one chunk that is looked up.
pub struct Subtable {
    name: String,
    function: Function,
    /// The function is `zero + scale · subtable`.
    zero: i128,
    scale: i128,
    /// The first chunk at which the subtable is not 0; 0 for a subtable that is 0.
    pub(super) pivot: usize,
    largest: u128,
}

impl Subtable {
    /// Where it first occurs: table, position, states.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values at all chunks; the first is 0. They are written out at each call.
    pub fn entries(&self) -> Vec<i128> {
        let mut entries = Vec::with_capacity(1 << (2 * self.function.steps));
        let mut push = |value| entries.push((value - self.zero) / self.scale);
        self.function.each(&mut push);
        entries
    }

    /// The largest absolute value.
    pub fn largest(&self) -> u128 {
        self.largest
    }

    /// The multilinear extension, the most significant bit of the chunk first: one small product of a
    /// vector and a matrix for every two bits.
    ///
    /// # Panics
    /// If the point has another number of coordinates than a chunk has bits.
    pub fn evaluate<F: Field>(&self, msb_first: &[F]) -> F {
        assert_eq!(
            msb_first.len(),
            2 * self.function.steps,
            "coordinates of a chunk's point"
        );
        let scale = F::from_i128(self.scale).inverse();
        let value = self.function.evaluate(msb_first) - F::from_i128(self.zero);
        value * scale.expect("scales are small and not zero")
    }

    pub(super) fn new(name: String, function: Function) -> Self {
        let zero = function.value(0);
        let (mut divisor, mut largest, mut chunk) = (0u128, 0u128, 0usize);
        let mut first = None;
        function.each(&mut |value| {
            let entry = value - zero;
            if entry != 0 {
                first.get_or_insert((chunk, entry.signum()));
                divisor = gcd(divisor, entry.unsigned_abs());
                largest = largest.max(entry.unsigned_abs());
            }
            chunk += 1;
        });
        let (pivot, sign) = first.unwrap_or((0, 1));
        let divisor = divisor.max(1);
        Subtable {
            name,
            function,
            zero,
            scale: sign * i128::try_from(divisor).expect("values are at most 2^120"),
            pivot,
            largest: largest / divisor,
        }
    }

    /// The constant and scale of a function that is a multiple of this one's, up to a constant.
    pub(super) fn occurrence(&self, function: &Function) -> (i128, i128) {
        let constant = function.value(0);
        let entry = (self.function.value(self.pivot) - self.zero) / self.scale;
        let change = function.value(self.pivot) - constant;
        // Subtables have no common divisor, so that only integers make integers of them.
        (constant, change.checked_div(entry).unwrap_or(0))
    }
}

pub(super) fn gcd(a: u128, b: u128) -> u128 {
    match (a, u64::try_from(a), u64::try_from(b)) {
        (0, ..) => b,
        // Division of words is faster.
        (_, Ok(a), Ok(b)) => gcd64(b % a, a).into(),
        _ => gcd(b % a, a),
    }
}

fn gcd64(a: u64, b: u64) -> u64 {
    match a {
        0 => b,
        _ => gcd64(b % a, a),
    }
}
