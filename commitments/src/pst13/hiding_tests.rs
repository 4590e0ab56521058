//! How openings equivocate.

use super::vk::test_secrets;
use super::*;
use crate::hiding::HidingProverKey;
use crate::tests::hiding::{HidesOverPairings, logarithm};
use std::sync::{Arc, OnceLock};
use sumcheck::Weights;

/// Of what is committed with some rows, and of the quotients, without blindings.
fn logarithms(rows: &[Fr], point: &Point<Fr>) -> Vec<Fr> {
    let secrets = test_secrets(point.vars());
    let at_secrets = |rows: Vec<Fr>| {
        let vars = rows.len().ilog2() as usize;
        let low_first = secrets[..vars].iter().rev().copied().collect();
        Poly::dense(vars, rows).evaluate(&Weights::One, &Point(low_first))
    };
    let (mut logarithms, mut rest) = (vec![at_secrets(rows.to_vec())], rows.to_vec());
    for z in &point.0 {
        let pairs = rest.chunks(2);
        let quotient: Vec<Fr> = pairs.map(|pair| pair[1] - pair[0]).collect();
        let low = rest.iter().step_by(2).zip(&quotient);
        rest = low.map(|(low, q)| *low + *z * q).collect();
        logarithms.push(at_secrets(quotient));
    }
    logarithms
}

impl HidesOverPairings for Pst13 {
    fn made() -> &'static OnceLock<Arc<HidingProverKey<Self>>> {
        static KEY: OnceLock<Arc<HidingProverKey<Pst13>>> = OnceLock::new();
        &KEY
    }

    fn own_places(vars: usize) -> Vec<usize> {
        (0..vars).collect()
    }

    /// Draws are the commitment's, and the blindings of quotients.
    fn equivocation(rows: [&[Fr]; 2], point: &Point<Fr>, _opening: &Opening) -> Vec<(usize, Fr)> {
        let [own, others] = rows.map(|rows| logarithms(rows, point));
        let changes = own.iter().zip(&others).map(|(a, b)| (*a - b) / logarithm());
        changes.enumerate().collect()
    }
}
