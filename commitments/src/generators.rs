//! Points that nobody chose: hashed from a public string by trial. [`hyrax`](crate::hyrax) has its whole key from here, and
//! every scheme that hides has the point `H` of its blindings ([`crate::hiding`]).
//!
//! Point `i` of a kind is the first that there is for the tries `t = 0, 1, …`: `x` is SHA-256 of string, kind, `i`, `t`
//! and 0, then of the same and 1, 512 bits little-endian, modulo the base field's order. If `x^3 + 3` is a square, the
//! point is `x` with the root that the last hash's highest bit names. Half of the tries find one. All points of the curve
//! are in the group. The time depends on public data only.
//!
//! Cost: two square roots a point on average, about 12 µs.

use ark_bn254::{Fq, G1Affine};
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

/// What all points come from.
pub const SEED: &[u8] = b"jolt-lab hyrax generators, version 1";

/// What a point is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `G_i`: a row of a line.
    Row,
    /// `U`: the value.
    Value,
    /// `H`: blindings, of every scheme that hides.
    Blinding,
}

/// A point.
pub fn generator(kind: Kind, index: u64) -> G1Affine {
    let tag = match kind {
        Kind::Row => 0u8,
        Kind::Value => 1,
        Kind::Blinding => 2,
    };
    let mut tries = (0u64..).filter_map(|number| {
        let hash = |part: u8| {
            let mut hash = Sha256::new();
            hash.update(SEED);
            hash.update([tag]);
            hash.update(index.to_le_bytes());
            hash.update(number.to_le_bytes());
            hash.update([part]);
            <[u8; 32]>::from(hash.finalize())
        };
        let halves = [hash(0), hash(1)];
        let x = Fq::from_le_bytes_mod_order(halves.as_flattened());
        let sign = halves
            .as_flattened()
            .last()
            .is_some_and(|byte| byte >> 7 == 1);
        G1Affine::get_point_from_x_unchecked(x, sign)
    });
    // A try fails with probability 1/2: there is no end, and one is found.
    tries.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn points_are_on_the_curve_and_differ() {
        let rows = (0..200).map(|i| generator(Kind::Row, i));
        let values = (0..3).map(|i| generator(Kind::Value, i));
        let blindings = (0..3).map(|i| generator(Kind::Blinding, i));
        let points: Vec<G1Affine> = rows.chain(values).chain(blindings).collect();
        assert!(points.iter().all(|p| p.is_on_curve() && !p.infinity()));
        let distinct: HashSet<_> = points.iter().flat_map(|p| [*p, -*p]).collect();
        assert_eq!(distinct.len(), 2 * points.len());
    }

    trait Infinity {
        fn infinity(&self) -> bool;
    }

    impl Infinity for G1Affine {
        fn infinity(&self) -> bool {
            ark_ec::AffineRepr::is_zero(self)
        }
    }
}
