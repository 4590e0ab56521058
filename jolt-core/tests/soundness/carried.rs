//! Claims on oracles that are carried to one point: each counts with a power of `γ` of its own, so that none can be false
//! unnoticed, and no two can make up for each other.

use crate::support::tables;
use ark_bn254::Fr;
use ark_ff::{Field as _, UniformRand, Zero};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use jolt_core::vm::carry::{self, Carry};
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::{EvalClaim, Held, NaiveProver, Oracle, Point, Poly, Weights};

/// Claims at two points in turns, of a dense polynomial and of a digit's, alone and together.
#[test]
fn a_false_claim_is_false_by_its_power_of_gamma() {
    const VARS: usize = 3;
    let rng = &mut StdRng::seed_from_u64(15);
    let dense = (0..1 << VARS).map(|_| Fr::rand(rng)).collect();
    let digits = Poly::digits(VARS, 5, vec![3, 0, 4, 1, 0, 2]);
    let polys = BTreeMap::from([
        (Oracle(4), Held::Own(Arc::new(Poly::dense(VARS, dense)))),
        (Oracle(7), Held::Own(Arc::new(digits))),
    ]);
    let points = [(); 2].map(|()| Point((0..VARS).map(|_| Fr::rand(rng)).collect()));
    let mut claims = Vec::new();
    for (at, of) in [(0, 0..1), (1, 1..2), (0, 0..2), (1, 0..1), (1, 0..2)] {
        let weights = [
            Weights::One,
            Weights::Digit((0..5).map(|_| Fr::rand(rng)).collect()),
        ];
        let terms = polys.keys().zip(weights).enumerate();
        let terms = terms.filter(|(number, _)| of.contains(number));
        let terms: Vec<_> = terms
            .map(|(_, (oracle, weights))| (*oracle, weights, Fr::rand(rng)))
            .collect();
        let values = terms.iter().map(|(oracle, weights, factor)| {
            *factor * polys[oracle].poly().evaluate(weights, &points[at])
        });
        claims.push(EvalClaim {
            value: values.sum::<Fr>(),
            point: points[at].clone(),
            terms,
        });
    }
    let (weight, gamma) = (Fr::rand(rng), Fr::rand(rng));
    // What is claimed less what is so, with these claims false by these numbers.
    let excess = |errors: &[Fr]| -> Fr {
        let claims = claims.iter().zip(errors).map(|(claim, error)| EvalClaim {
            terms: claim.terms.clone(),
            point: claim.point.clone(),
            value: claim.value + error,
        });
        let carried = carry::by_point(claims.collect(), (weight, gamma));
        let carry = Carry::new(&carried, VARS);
        let (constant, values) = carry::sum(&carried);
        let rows = tables::carried(&carry, &carried, &polys);
        let told = constant + values.iter().map(|(c, v)| *c * v).sum::<Fr>();
        told - NaiveProver::new(&carry.relation, rows).sum()
    };
    assert_eq!(excess(&vec![Fr::zero(); claims.len()]), Fr::zero());
    for one in 0..claims.len() {
        let error = Fr::rand(rng);
        let mut errors = vec![Fr::zero(); claims.len()];
        errors[one] = error;
        assert_eq!(excess(&errors), error * weight * gamma.pow([one as u64]));
    }
}
