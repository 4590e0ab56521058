#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    EvalClaim, Expr, Instance, NaiveProver, Oracle, Point, Poly, Reduced, Relation, Segment, Shape,
    Value, Weights, batch,
};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use std::sync::Arc;

/// What is wrong with a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// γ is drawn before what it weighs.
    Early,
    /// γ is 1.
    One,
    /// A value is received and dropped.
    Dropped,
    /// A challenge is drawn and not used.
    Idle,
    /// The two values are weighed by γ and −γ.
    Multiples,
}

/// `f(r) + γ·g(r)² = v + γ·w` for two committed polynomials: the claims `v` and `w` are sent, then γ is drawn, and
/// a sumcheck proves the sum.
struct Toy(Fault);

const VARS: usize = 3;

fn rows(seed: u64) -> Vec<Fr> {
    (0..1 << VARS).map(|j| Fr::from(seed + j * j + 3)).collect()
}

impl Toy {
    fn relation(&self, r: &Point<Fr>, gamma: Fr) -> Relation<Fr> {
        let mut relation = Relation::new("sum", vec![Segment::cycle(VARS)]);
        let eq = relation.eq("eq(r,j)", 0, r.clone());
        let (f, g) = (relation.claimed("f", &[0]), relation.claimed("g", &[0]));
        let [one, two] = self.weights(gamma);
        let [one, two] = [Expr::constant("one", one), Expr::constant("two", two)];
        relation.summand = eq * (one * f + two * g * g);
        relation
    }

    fn weights(&self, gamma: Fr) -> [Fr; 2] {
        match self.0 {
            Fault::One => [Fr::one(), Fr::one()],
            Fault::Multiples => [gamma, -gamma],
            _ => [Fr::one(), gamma],
        }
    }

    fn claims<V: Copy>(&self, mut reduced: Vec<Reduced<Fr, V>>) -> Vec<EvalClaim<Fr, V>> {
        let mut relation = reduced.remove(0);
        let mut claims = Vec::new();
        for (oracle, value) in relation.take_rest().into_iter().enumerate() {
            if self.0 == Fault::Dropped && oracle == 1 {
                continue;
            }
            claims.push(EvalClaim {
                terms: vec![(Oracle(oracle), Weights::One, Fr::one())],
                point: relation.points()[0].clone(),
                value,
            });
        }
        relation.done();
        claims
    }

    /// r, and γ if it is drawn too early.
    fn point(&self, mut sample: impl FnMut(Label) -> Fr) -> (Point<Fr>, Option<Fr>) {
        let early = (self.0 == Fault::Early).then(|| sample("γ"));
        let point = (0..VARS).map(|_| sample("r"));
        (Point(point.collect()), early)
    }
}

use crate::Label;

impl Protocol<Fr> for Toy {
    fn prove(&self, channel: &mut dyn ProverChannel<Fr>) {
        let polys = [1, 20].map(|seed| Arc::new(Poly::dense(VARS, rows(seed))));
        channel.commit("polynomials", polys.to_vec());
        let (r, early) = self.point(|label| channel.sample(label));
        let eq = r.eq_table();
        let (f, g) = (rows(1), rows(20));
        let v: Fr = eq.iter().zip(&f).map(|(e, x)| *e * x).sum();
        let w: Fr = eq.iter().zip(&g).map(|(e, x)| *e * x * x).sum();
        channel.send("claims", &[v, w]);
        let gamma = early.unwrap_or_else(|| channel.sample("γ"));
        if self.0 == Fault::Idle {
            let _: Fr = channel.sample("δ");
        }
        let relation = self.relation(&r, gamma);
        let [one, two] = self.weights(gamma);
        let instance = Instance {
            claim: one * v + two * w,
            prover: Box::new(NaiveProver::new(&relation, vec![Vec::new(), f, g])),
            relation,
        };
        for claim in self.claims(batch::prove_all(channel, "toy", vec![instance])) {
            channel.claim_eval(claim);
        }
    }

    fn verify(&self, channel: &mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError> {
        let shape = Shape {
            vars: VARS,
            radix: None,
        };
        channel.oracles("polynomials", &[shape, shape])?;
        let (r, early) = self.point(|label| channel.sample(label));
        let received: Vec<Value> = channel.recv("claims", 2)?;
        let gamma = early.unwrap_or_else(|| channel.sample("γ"));
        if self.0 == Fault::Idle {
            let _: Fr = channel.sample("δ");
        }
        let [one, two] = self.weights(gamma);
        let claim = channel.linear(Fr::zero(), &[(one, received[0]), (two, received[1])]);
        let relation = self.relation(&r, gamma);
        let reduced = batch::verify_all(channel, "toy", vec![(relation, claim)])?;
        for claim in self.claims(reduced) {
            channel.claim_eval(claim)?;
        }
        Ok(())
    }
}

/// A candidate is judged by steps that were written down; it is what the verifier would say.
#[test]
fn replayed_verifications_are_those_of_changed_proofs() {
    for opening in [trace::Opening::Each, trace::Opening::Weighed] {
        for number in 0..5 {
            let mut play = play::Play::<Fr> {
                opening,
                ..play::Play::default()
            };
            let honest = play.trace(&Toy(Fault::None), number..number + 1).unwrap();
            let count = honest.unknowns();
            assert!(count > 0, "message {number}");
            let changes: Vec<Fr> = (0..count).map(|at| Fr::from(at as u64 * 5 + 2)).collect();
            play.changes.insert(number, changes.clone());
            play.challenges.replayed = Some((0, honest.given.clone()));
            let changed = play.trace(&Toy(Fault::None), number..number + 1).unwrap();
            let expected: Vec<Fr> = changed.asserted.iter().map(|a| a.value).collect();
            assert!(expected.iter().any(|value| !value.is_zero()));
            assert_eq!(honest.replay.asserted(&changes), expected);
            let same = honest.replay.asserted(&vec![Fr::zero(); count]);
            assert!(same.iter().all(Zero::is_zero));
        }
    }
}

#[test]
fn what_is_found_out_once_changes_no_report() {
    use Fault::*;
    for fault in [None, Early, One, Dropped, Idle, Multiples] {
        let [once, anew] = [true, false].map(|once| {
            let effort = Effort::default();
            laws::search(&Toy(fault), effort, once).unwrap()
        });
        assert_eq!(once, anew, "{fault:?}");
    }
}

fn report(fault: Fault) -> Report {
    analyze(&Toy(fault), Effort::default()).unwrap()
}

#[test]
fn a_sound_protocol_is_cleared() {
    let report = report(Fault::None);
    report.sound().unwrap();
    let cancelled: Vec<&str> = report.cancelled.keys().map(String::as_str).collect();
    assert_eq!(cancelled, ["toy/round", "γ"]);
    assert_eq!(
        report.cancelled["γ"],
        "elements 0, 1 of message 0, `claims`"
    );
    // r is a point of committed polynomials.
    let beyond: Vec<_> = report.beyond.clone().into_iter().collect();
    assert_eq!(beyond, [("r".to_owned(), ("r", vec![0, 1, 2]))]);
    let late: Vec<&str> = report.late.iter().map(String::as_str).collect();
    let expected = [
        "claims before γ",
        // An opening weighs claims by a challenge of its own.
        "evaluations before open/claims",
        "round before toy/round",
    ];
    assert_eq!(late, expected);
}

#[test]
fn unsound_protocols_are_found_out() {
    let claims = ["free: elements 0, 1 of message 0, `claims`".to_owned()];
    for fault in [Fault::Early, Fault::One, Fault::Multiples] {
        let found = report(fault).sound().unwrap_err().found;
        assert_eq!(found[..1], claims, "{fault:?}");
    }
    let found = report(Fault::Dropped).sound().unwrap_err().found;
    let unopened =
        "free: element 1 of message 4, `evaluations`, reaches toy: sum and no further claim";
    // g enters the last equation as a square.
    let negated = "free: element 1 of message 4, `evaluations`";
    assert_eq!(found, [unopened, negated]);
    let found = report(Fault::Idle).sound().unwrap_err().found;
    assert_eq!(found, ["nothing depends on the challenge δ"]);
}
