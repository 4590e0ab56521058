//! What opening a proof's commitments takes, and the prover's own verification of the proof.
//!
//! Hyrax's operations are counted from the key's layout ([`Operations`]); the longer the lines, the more of them. Other
//! schemes are taken to sum as many points as there are rows once, and to verify for nothing.
//!
//! An operation takes so many multiplications, as long as this machine takes for one, and a part that no multiplication
//! makes shorter: points are gathered from all over a key.

use crate::bench::floor;
use commitments::hyrax::{Layout, Operations};

/// What an operation takes.
struct Unit {
    multiplications: f64,
    /// Seconds beside those.
    rest_s: f64,
}

/// Of provers, in packed passes.
const ADDITION: Unit = Unit {
    multiplications: 6.0,
    rest_s: 42e-9,
};
/// Of provers, where points are folded, without packed arithmetic.
const DOUBLING: Unit = Unit {
    multiplications: 9.0,
    rest_s: 10e-9,
};
/// A square root.
const DECODING: Unit = Unit {
    multiplications: 560.0,
    rest_s: 0.0,
};
/// The same over lanes.
const DECODING_OVER_LANES: Unit = Unit {
    multiplications: 330.0,
    rest_s: 300e-9,
};
/// Multiplications for a row in a multi-scalar multiplication as long as all rows, which [`super::Model`] has in it.
pub(super) const ROW: f64 = 245.0;

impl Unit {
    fn seconds(&self, count: usize, multiplication_s: f64) -> f64 {
        count as f64 * (self.multiplications * multiplication_s + self.rest_s)
    }
}

/// Seconds of a multiplication.
#[derive(Clone, Copy, Debug)]
pub(super) struct Multiplication {
    /// Over lanes, where there are some.
    pub packed: f64,
    pub portable: f64,
}

impl Multiplication {
    /// Measured on this machine, now.
    pub fn here() -> Self {
        Multiplication {
            packed: floor::multiplication() / 1e9,
            portable: floor::portable_multiplication() / 1e9,
        }
    }
}

/// Seconds of an opening with Hyrax in `2^vars` rows, and of the prover's verification of a proof with so many columns, on
/// so many threads.
pub(super) fn seconds(
    layout: &Layout,
    (vars, columns): (usize, usize),
    multiplication: Multiplication,
    threads: f64,
) -> f64 {
    let Multiplication { packed, portable } = multiplication;
    let opening = Operations::of_opening(layout, vars);
    let check = Operations::of_verification(layout, vars, columns);
    let open_s =
        ADDITION.seconds(opening.additions, packed) + DOUBLING.seconds(opening.doublings, portable);
    let decoding = if packed < portable {
        DECODING_OVER_LANES
    } else {
        DECODING
    };
    let check_s =
        ADDITION.seconds(check.additions, packed) + decoding.seconds(check.decoded, packed);
    (open_s + check_s) / threads
}
