//! Forgeries that one check alone rejects.

use super::*;
use crate::PcsProver;

fn forged(points: Points) -> (Toy, Proof) {
    let toy = Toy::sample(16, points);
    let mut prover = toy.prover();
    prover.permit_false_claims();
    toy.run_prover(&mut prover, Fr::one());
    let proof = prover.finish().unwrap();
    (toy, proof)
}

fn assert_only(check: &str, toy: &Toy, proof: &[u8]) {
    let rejected = VerifyError::Check {
        check: check.to_owned(),
    };
    assert_eq!(toy.verify(proof).unwrap_err(), rejected);
    toy.verify_with(&statement(), proof, Checks::without(check))
        .unwrap();
}

#[test]
fn a_false_value_at_one_point() {
    let (toy, proof) = forged(Points::One);
    assert_only("open/pairing", &toy, &proof);
}

#[test]
fn a_false_value_at_several_points() {
    let (toy, proof) = forged(Points::PerClaim);
    assert_only("open/reduction", &toy, &proof);
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
pub(super) fn by_hand(
    toy: &Toy,
    committed: &[Vec<Arc<Poly<Fr>>>],
    checks: Checks,
    lie: &Lie,
) -> (Proof, Drawn) {
    let mut prover = SealedProver::<Pst13>::new(srs(), &statement(), checks);
    let claims = toy.send_all(&mut prover, committed, &lie.shifts);
    let mut drawn = Drawn {
        rho: prover.sample("open/claims"),
        ..Drawn::default()
    };
    let polys = committed.concat().into_iter();
    let polys: Vec<rows::Held<Fr>> = polys.map(rows::Held::Own).collect();
    let groups = opening::group(&claims, drawn.rho);
    let mut error = Fr::zero();
    let mut parts = Vec::new();
    for group in &groups {
        let rows = rows::Sum::of(group, &polys).rows();
        let values = group.claims.iter();
        let claimed = values.map(|(rho, i)| *rho * claims[*i].value).sum::<Fr>() - group.constant;
        let point = &group.point;
        let truth = Poly::dense(point.vars(), rows.clone()).evaluate(&Weights::One, point);
        error += claimed - truth;
        parts.push((point.clone(), rows, truth));
    }
    let vars = 5;
    let mut number = 0;
    // g(1) is implied, so an error in the claim is multiplied by the challenge in every round.
    let (point, mut evaluations) = reduction::prove(parts, vars, false, |mut message| {
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
    let weight = |group: &opening::Group<Fr>| {
        let zeros = vec![Fr::zero(); vars - group.point.vars()];
        Point([zeros, group.point.0.clone()].concat()).eq(&point)
    };
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
    let combined = rows::combined_rows(&groups, &polys, vars, drawn.sigma);
    let mut proof = prover.finish().unwrap();
    let mut unused = Transcript::new("nothing is drawn after the opening");
    let (_, quotients) = Pst13::open(&srs(), &mut unused, combined, &(), &point).unwrap();
    Pst13::write_opening(&quotients, &mut proof);
    (proof, drawn)
}

/// False final evaluations that make the reduction's equation hold.
#[test]
fn false_evaluations_after_the_reduction() {
    let toy = Toy::sample(16, Points::PerClaim);
    let lie = Lie {
        shifts: vec![(5, Fr::one())],
        first: true,
        ..Lie::default()
    };
    let (proof, _) = by_hand(&toy, &toy.batches, Checks::all(), &lie);
    assert_only("open/pairing", &toy, &proof);
}
