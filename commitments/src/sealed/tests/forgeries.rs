//! Forgeries that one check alone rejects.

use super::*;
use crate::{Combined, Script};
use sumcheck::Held;

with_every_scheme!(
    a_false_value_at_one_point,
    a_false_value_at_several_points,
    false_evaluations_after_the_reduction,
);

fn forged<P: Tested>(points: Points) -> (Toy, Proof) {
    let toy = Toy::sample(16, points);
    let mut prover = toy.prover::<P>();
    prover.permit_false_claims();
    toy.run_prover(&mut prover, Fr::one());
    let proof = prover.finish().unwrap();
    (toy, proof)
}

fn assert_only<P: Tested>(check: &str, toy: &Toy, proof: &[u8]) {
    let rejected = VerifyError::Check {
        check: check.to_owned(),
    };
    assert_eq!(toy.verify::<P>(proof).unwrap_err(), rejected);
    toy.verify_with::<P>(&statement(), proof, Checks::without(check))
        .unwrap();
}

fn a_false_value_at_one_point<P: Tested>() {
    let (toy, proof) = forged::<P>(Points::One);
    assert_only::<P>("open/proof", &toy, &proof);
}

fn a_false_value_at_several_points<P: Tested>() {
    let (toy, proof) = forged::<P>(Points::PerClaim);
    assert_only::<P>("open/reduction", &toy, &proof);
}

/// How a prover departs from the reduction and the opening.
#[derive(Clone, Default)]
pub(super) struct Lie {
    /// What is added to claimed values, by number.
    pub shifts: Vec<(usize, Fr)>,
    /// A round, by number, after which nothing is wrong any more if its challenge is this.
    pub round: Option<(usize, Fr)>,
    /// Whether the first evaluation at the end makes up for what is wrong.
    pub first: bool,
    /// The first two evaluations make up for it, and for each other if `σ` is this.
    pub two: Option<Fr>,
}

/// What was drawn for the opening.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub rho: Fr,
    pub rounds: Vec<Fr>,
    pub sigma: Fr,
}

/// A proof made step by step, for claims at several points. What is committed may be something else than what the toy's
/// claims are about.
pub(super) fn by_hand<P: Tested>(
    toy: &Toy,
    committed: &[Vec<Arc<Poly<Fr>>>],
    checks: Checks,
    lie: &Lie,
) -> (Proof, Drawn) {
    let mut prover = SealedProver::<P>::new(P::key(8), &statement(), checks);
    let claims = toy.send_all(&mut prover, committed, &lie.shifts);
    let mut drawn = Drawn {
        rho: prover.sample("open/claims"),
        ..Drawn::default()
    };
    let polys = committed.concat().into_iter();
    let polys: Vec<Held<Fr>> = polys.map(Held::Own).collect();
    let groups = opening::group(&claims, drawn.rho);
    let mut error = Fr::zero();
    let mut parts = Vec::new();
    for group in &groups {
        let rows = rows::of_group(group, &polys).rows();
        let values = group.claims.iter();
        let claimed = values.map(|(rho, i)| *rho * claims[*i].value).sum::<Fr>() - group.constant;
        let point = &group.point;
        let truth = Poly::dense(point.vars(), rows.clone()).evaluate(&Weights::One, point);
        error += claimed - truth;
        parts.push((point.clone(), reduction::tests::Listed(rows), truth));
    }
    let vars = 5;
    let mut number = 0;
    // g(1) is implied, so an error in the claim is multiplied by the challenge in every round.
    let (point, mut evaluations) =
        reduction::prove(P::EMBEDDING, parts, (vars, false), |mut message| {
            let round = lie.round.filter(|(round, _)| *round == number);
            let more = round.map_or(Fr::zero(), |(_, r)| -r * error / (Fr::one() - r - r));
            number += 1;
            message[0] += more;
            prover.send(reduction::ROUND, &message);
            let r: Fr = prover.sample(reduction::CHALLENGE);
            error = r * error + (Fr::one() - r - r) * more;
            drawn.rounds.push(r);
            r
        })
        .unwrap();
    let weight = |group: &opening::Group<Fr>| P::EMBEDDING.extend(&group.point, vars).eq(&point);
    let weights = [weight(&groups[0]), weight(&groups[1])];
    if lie.first {
        evaluations[0] += error / weights[0];
    }
    if let Some(sigma) = lie.two {
        let second = error / (weights[1] - sigma * weights[0]);
        evaluations[0] -= sigma * second;
        evaluations[1] += second;
    }
    prover.send(reduction::EVALUATIONS, &evaluations);
    drawn.sigma = prover.sample("open/groups");
    let weights = sumcheck::powers(drawn.sigma, groups.len());
    let combined = rows::combined_rows(P::EMBEDDING, &groups, &polys, (vars, &weights));
    let mut writing = prover.writing;
    let factors = opening::factors(&groups, &weights, polys.len());
    let factors = batches::factors_of_oracles(writing.contents(), factors);
    let open =
        |key: &P::ProverKey, script: &mut Script<'_>, parts: &[Combined<'_, P::Kept, Fr>]| {
            P::open(key, script, combined, parts, &point)
        };
    writing.opening(factors, open).unwrap();
    (writing.bytes, drawn)
}

/// False final evaluations that make the reduction's equation hold.
fn false_evaluations_after_the_reduction<P: Tested>() {
    let toy = Toy::sample(16, Points::PerClaim);
    let lie = Lie {
        shifts: vec![(5, Fr::one())],
        first: true,
        ..Lie::default()
    };
    let (proof, _) = by_hand::<P>(&toy, &toy.batches, Checks::all(), &lie);
    assert_only::<P>("open/proof", &toy, &proof);
}
