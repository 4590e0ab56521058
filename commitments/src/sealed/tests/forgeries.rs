//! Forgeries that one check alone rejects.

use super::*;

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

/// False final evaluations that make the reduction's equation hold.
#[test]
fn false_evaluations_after_the_reduction() {
    let toy = Toy::sample(16, Points::PerClaim);
    let mut prover = toy.prover();
    let claims = toy.send_all(&mut prover, Fr::one());
    let polys = toy.batches.concat().into_iter();
    let polys: Vec<opening::Held<Fr>> = polys.map(opening::Held::Own).collect();
    let groups = opening::group(&claims, prover.sample("open/claims"));
    let rows: Vec<(usize, Vec<Fr>)> = groups
        .iter()
        .map(|g| (g.point.vars(), opening::Sum::of(g, &polys).rows()))
        .collect();
    let claimed = |g: &opening::Group<Fr>| {
        let values = g.claims.iter();
        values.map(|(rho, i)| *rho * claims[*i].value).sum::<Fr>() - g.constant
    };
    let parts: Vec<_> = groups
        .iter()
        .zip(&rows)
        .map(|(g, (_, rows))| (g.point.clone(), rows.clone(), claimed(g)))
        .collect();
    let mut error = Fr::zero();
    for (part, (_, rows)) in parts.iter().zip(&rows) {
        error += part.2 - Poly::dense(part.0.vars(), rows.clone()).evaluate(&Weights::One, &part.0);
    }
    assert!(!error.is_zero());
    let vars = 5;
    // g(1) is implied, so an error in the claim is multiplied by the challenge in every round.
    let (point, mut evaluations) = reduction::prove(parts, vars, false, |message| {
        prover.send(reduction::ROUND, &message);
        prover.sample(reduction::CHALLENGE)
    })
    .unwrap();
    let error = point.0.iter().fold(error, |e, r| e * r);
    let padded = |own: &Point<Fr>| {
        let zeros = vec![Fr::zero(); vars - own.vars()];
        Point([zeros, own.0.clone()].concat())
    };
    evaluations[0] += error / padded(&groups[0].point).eq(&point);
    prover.send(reduction::EVALUATIONS, &evaluations);
    let sigma = prover.sample("open/groups");
    let combined = opening::combined_rows(&groups, &polys, vars, sigma);
    let mut proof = prover.finish().unwrap();
    let mut unused = Transcript::new("nothing is drawn after the opening");
    let (_, quotients) = Pst13::open(&srs(), &mut unused, combined, &(), &point).unwrap();
    Pst13::write_opening(&quotients, &mut proof);
    assert_only("open/pairing", &toy, &proof);
}
