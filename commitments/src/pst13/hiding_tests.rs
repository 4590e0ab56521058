//! How openings are simulated.

use super::*;
use crate::hiding::HidingProverKey;
use crate::tests::hiding::{HidesOverPairings, points};
use crate::tests::random;
use std::sync::{Arc, OnceLock};

impl HidesOverPairings for Pst13 {
    fn made() -> &'static OnceLock<Arc<HidingProverKey<Self>>> {
        static KEY: OnceLock<Arc<HidingProverKey<Pst13>>> = OnceLock::new();
        &KEY
    }

    fn items(vars: usize) -> usize {
        vars
    }

    fn simulate(
        script: &mut Script<'_>,
        point: &Point<Fr>,
        (committed, value): (Fr, Fr),
    ) -> (Opening, Vec<Fr>) {
        let quotients = random(31, point.vars());
        let opening = Opening(points(&quotients));
        script.absorb(QUOTIENTS, &opening.0);
        let terms = point.0.iter().zip(&quotients);
        let first = committed - value + terms.map(|(z, q)| *z * q).sum::<Fr>();
        let others = quotients.iter().rev().map(|q| -*q);
        (opening, std::iter::once(first).chain(others).collect())
    }
}
