//! The sealed channel over every scheme, on a small protocol with oracles of every kind and size.
#![allow(clippy::unwrap_used)]

mod binding;
#[cfg(feature = "testing")]
mod challenges;
mod channel;
mod fixed;
#[cfg(feature = "testing")]
mod forgeries;
mod tampering;
mod together;

use super::*;
use crate::tests::{Tested, with_every_scheme};
use ark_bn254::Fr;
use ark_ff::{One, UniformRand, Zero};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};
use std::sync::Arc;
use sumcheck::{
    Checks, EvalClaim, Oracle, Point, Poly, ProverChannel, Shape, Value, VerifierChannel,
    VerifyError, Weights,
};

with_every_scheme!(honest_proofs_are_accepted,);

/// Which oracles are claimed together, at a point of their own or at the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Points {
    One,
    PerClaim,
}

/// A protocol: two batches of oracles; after each a message; then claims on combinations.
#[derive(Clone)]
struct Toy {
    batches: Vec<Vec<Arc<Poly<Fr>>>>,
    /// Oracles of one claim have the same number of variables.
    claims: Vec<Vec<usize>>,
    points: Points,
}

fn shapes(batch: &[Arc<Poly<Fr>>]) -> Vec<Shape> {
    batch.iter().map(|poly| poly.shape()).collect()
}

impl Toy {
    fn sample(seed: u64, points: Points) -> Self {
        let rng = &mut StdRng::seed_from_u64(seed);
        let digits = |rng: &mut StdRng, vars: usize, radix: usize, real: usize| {
            let digits = (0..real).map(|_| rng.gen_range(0..radix) as u8).collect();
            Arc::new(Poly::digits(vars, radix, digits))
        };
        let dense = |rng: &mut StdRng, vars: usize, real: usize| {
            Arc::new(Poly::dense(
                vars,
                (0..real).map(|_| Fr::rand(rng)).collect(),
            ))
        };
        let signed = |rng: &mut StdRng, vars: usize, real: usize| {
            let mut values: Vec<i128> = (0..real)
                .map(|_| i128::from(rng.r#gen::<i64>()) << rng.gen_range(0..2))
                .collect();
            values[0] = -(1 << 64);
            Arc::new(Poly::signed(vars, values))
        };
        Toy {
            batches: vec![
                vec![
                    digits(rng, 5, 16, 32),
                    dense(rng, 5, 27),
                    signed(rng, 5, 32),
                    digits(rng, 3, 4, 7),
                ],
                vec![
                    dense(rng, 3, 8),
                    Arc::new(Poly::digits(5, 3, vec![0; 9])),
                    dense(rng, 0, 1),
                    digits(rng, 0, 7, 1),
                    Arc::new(Poly::dense(1, vec![])),
                ],
            ],
            claims: match points {
                Points::One => vec![vec![0], vec![1, 2, 0], vec![5, 5]],
                Points::PerClaim => vec![
                    vec![0, 1],
                    vec![3, 4],
                    vec![0, 2, 5],
                    vec![6, 7],
                    vec![8],
                    vec![1],
                ],
            },
            points,
        }
    }

    fn poly(&self, oracle: usize) -> &Poly<Fr> {
        self.batches.iter().flatten().nth(oracle).unwrap()
    }

    /// Draws weights and points; both sides run this.
    fn claims<V>(
        &self,
        mut sample: impl FnMut() -> Fr,
        mut value: impl FnMut(&EvalClaim<Fr, ()>) -> V,
    ) -> Vec<EvalClaim<Fr, V>> {
        let mut point: Option<Point<Fr>> = None;
        let claims = self.claims.iter().map(|oracles| {
            let vars = self.poly(oracles[0]).vars;
            if point.is_none() || self.points == Points::PerClaim {
                point = Some(Point((0..vars).map(|_| sample()).collect()));
            }
            let terms = oracles
                .iter()
                .map(|o| {
                    let weights = match self.poly(*o).shape().radix {
                        None => Weights::One,
                        Some(radix) => Weights::Digit((0..radix).map(|_| sample()).collect()),
                    };
                    (Oracle(*o), weights, sample())
                })
                .collect();
            let claim = EvalClaim {
                terms,
                point: point.clone().unwrap(),
                value: (),
            };
            let value = value(&claim);
            EvalClaim {
                terms: claim.terms,
                point: claim.point,
                value,
            }
        });
        claims.collect()
    }

    /// `shift` is added to the last claimed value.
    fn run_prover(&self, channel: &mut dyn ProverChannel<Fr>, shift: Fr) {
        let last = self.claims.len() - 1;
        for claim in self.send_all(channel, &self.batches, &[(last, shift)]) {
            channel.claim_eval(claim);
        }
    }

    /// Everything but the claims themselves: polynomials, and what they are claimed to be, with something added to some
    /// values.
    fn send_all(
        &self,
        channel: &mut dyn ProverChannel<Fr>,
        committed: &[Vec<Arc<Poly<Fr>>>],
        shifts: &[(usize, Fr)],
    ) -> Vec<EvalClaim<Fr, Fr>> {
        for (i, batch) in committed.iter().enumerate() {
            channel.commit("oracles", batch.clone());
            channel.send("hello", &[Fr::from(i as u64)]);
        }
        let challenge = channel.sample("seed");
        let mut state = challenge;
        let next = || {
            state = state * state + Fr::one();
            state
        };
        let mut numbers = 0..;
        let claims = self.claims(next, |claim| {
            let terms = claim.terms.iter();
            let value: Fr = terms
                .map(|(o, w, factor)| *factor * self.poly(o.0).evaluate(w, &claim.point))
                .sum();
            let number = numbers.next();
            let shift = shifts.iter().find(|(of, _)| Some(*of) == number);
            value + shift.map_or(Fr::zero(), |(_, shift)| *shift)
        });
        for claim in &claims {
            channel.send("value", &[claim.value]);
        }
        claims
    }

    fn run_verifier(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        for (i, batch) in self.batches.iter().enumerate() {
            channel.oracles("oracles", &shapes(batch))?;
            let hello = channel.recv("hello", 1)?;
            let zero = channel.linear(-Fr::from(i as u64), &[(Fr::one(), hello[0])]);
            channel.assert_zero("toy/hello", zero)?;
        }
        let mut state: Fr = channel.sample("seed");
        let next = || {
            state = state * state + Fr::one();
            state
        };
        let claims = self.claims(next, |_| ());
        let mut values: Vec<Value> = Vec::new();
        for _ in &claims {
            values.extend(channel.recv("value", 1)?);
        }
        for (claim, value) in claims.into_iter().zip(values) {
            channel.claim_eval(EvalClaim {
                terms: claim.terms,
                point: claim.point,
                value,
            })?;
        }
        Ok(())
    }

    fn prover<P: Tested>(&self) -> SealedProver<P> {
        SealedProver::new(P::key(8), &statement(), Checks::all())
    }

    fn prove<P: Tested>(&self) -> Proof {
        let mut prover = self.prover::<P>();
        self.run_prover(&mut prover, Fr::zero());
        prover.finish().unwrap()
    }

    fn verify_with<P: Tested>(
        &self,
        statement: &Statement<'_>,
        proof: &[u8],
        checks: Checks,
    ) -> Result<Checks, VerifyError> {
        let key = Arc::new(P::verifier_key(&P::key(8)).clone());
        let mut verifier = SealedVerifier::<P>::new(key, statement, proof, checks);
        self.run_verifier(&mut verifier)?;
        verifier.finish()
    }

    fn verify<P: Tested>(&self, proof: &[u8]) -> Result<Checks, VerifyError> {
        self.verify_with::<P>(&statement(), proof, Checks::all())
    }
}

fn statement() -> Statement<'static> {
    Statement::new("sealed-test-1").with("input", b"some input")
}

fn encode<T: ark_serialize::CanonicalSerialize>(value: &T) -> [u8; 32] {
    let mut bytes = Vec::new();
    crate::wire::put(value, &mut bytes);
    bytes.try_into().unwrap()
}

fn point(multiple: u64) -> ark_bn254::G1Affine {
    use ark_ec::{AffineRepr, CurveGroup};
    (ark_bn254::G1Affine::generator() * Fr::from(multiple)).into_affine()
}

fn honest_proofs_are_accepted<P: Tested>() {
    for points in [Points::One, Points::PerClaim] {
        for seed in 0..3 {
            let toy = Toy::sample(seed, points);
            let proof = toy.prove::<P>();
            let checks = toy.verify::<P>(&proof).unwrap();
            let performed: Vec<&str> = checks.performed().collect();
            assert!(performed.contains(&"open/proof"));
            let reduced = performed.contains(&"open/reduction");
            assert_eq!(reduced, points == Points::PerClaim);
        }
    }
}
