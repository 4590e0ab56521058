//! The channel's interface: refusals, bounds, erased schemes.

use super::*;
use crate::{CacheDir, Registry, Setup};

with_every_scheme!(
    the_prover_refuses_false_claims,
    the_prover_reports_what_it_cannot_do,
    the_verifier_bounds_what_it_is_asked_for,
    a_proof_without_claims_is_what_was_sent,
    #[cfg(feature = "testing")]
    a_value_that_nobody_looks_at_is_an_error,
    schemes_are_found_by_name_and_erased,
);

fn the_prover_refuses_false_claims<P: Tested>() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(13, points);
        let mut prover = toy.prover::<P>();
        toy.run_prover(&mut prover, Fr::one());
        let claim = toy.claims.len() - 1;
        assert_eq!(prover.finish(), Err(SealError::FalseClaim { claim }));
    }
}

fn the_prover_reports_what_it_cannot_do<P: Tested>() {
    let mut prover = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
    prover.commit("huge", vec![Arc::new(Poly::dense(9, vec![Fr::one()]))]);
    let error = prover.finish().unwrap_err().to_string();
    assert_eq!(
        error,
        "commit `huge`: 9 variables asked for, but the key allows 8"
    );

    for (terms, vars) in [
        (vec![(Oracle(1), Weights::One, Fr::one())], 2),
        (vec![(Oracle(0), Weights::One, Fr::one())], 3),
        (
            vec![(Oracle(0), Weights::Digit(vec![Fr::one(); 2]), Fr::one())],
            2,
        ),
    ] {
        let mut prover = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
        prover.commit("p", vec![Arc::new(Poly::dense(2, vec![Fr::one()]))]);
        let claim = EvalClaim {
            terms: terms.clone(),
            point: Point(vec![Fr::one(); vars]),
            value: Fr::zero(),
        };
        prover.claim_eval(claim);
        assert!(matches!(
            prover.finish(),
            Err(SealError::Claim { claim: 0, .. })
        ));

        let proof = encode(&point(1));
        let key = Arc::new(P::verifier_key(&P::key(8)).clone());
        let mut verifier = SealedVerifier::<P>::new(key, &statement(), &proof, Checks::all());
        let dense = Shape {
            vars: 2,
            radix: None,
        };
        verifier.oracles("p", &[dense]).unwrap();
        let value = verifier.constant(Fr::zero());
        let claim = EvalClaim {
            terms,
            point: Point(vec![Fr::one(); vars]),
            value,
        };
        let answer = verifier.claim_eval(claim);
        assert!(matches!(answer, Err(VerifyError::NotAllowed { .. })));
    }
}

fn the_verifier_bounds_what_it_is_asked_for<P: Tested>() {
    let key = Arc::new(P::verifier_key(&P::key(8)).clone());
    let new = || SealedVerifier::<P>::new(key.clone(), &statement(), &[0; 64], Checks::all());
    for shape in [
        Shape {
            vars: 9,
            radix: None,
        },
        Shape {
            vars: usize::MAX,
            radix: None,
        },
        Shape {
            vars: 2,
            radix: Some(0),
        },
        Shape {
            vars: 2,
            radix: Some(1),
        },
        Shape {
            vars: 2,
            radix: Some(257),
        },
        Shape {
            vars: 2,
            radix: Some(usize::MAX),
        },
    ] {
        let answer = new().oracles("p", &[shape]);
        assert!(
            matches!(answer, Err(VerifyError::NotAllowed { .. })),
            "{shape:?}"
        );
    }
    let answer = new().recv("many", usize::MAX);
    assert!(matches!(answer, Err(VerifyError::Malformed { .. })));
    // A claim of no terms at a point that is longer than the key allows.
    let mut verifier = new();
    let value = verifier.constant(Fr::zero());
    let claim = EvalClaim {
        terms: vec![],
        point: Point(vec![Fr::one(); 9]),
        value,
    };
    verifier.claim_eval(claim).unwrap();
    assert!(verifier.finish().is_err());
}

fn a_proof_without_claims_is_what_was_sent<P: Tested>() {
    let mut prover = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
    prover.send("x", &[Fr::from(3)]);
    let proof = prover.finish().unwrap();
    assert_eq!(proof, encode(&Fr::from(3)));
    let key = Arc::new(P::verifier_key(&P::key(8)).clone());
    let mut verifier = SealedVerifier::<P>::new(key, &statement(), &proof, Checks::all());
    let values = verifier.recv("x", 1).unwrap();
    assert_eq!(verifier.reveal(values[0]), Fr::from(3));
    let difference = verifier.linear(-Fr::from(3), &[(Fr::from(1), values[0])]);
    verifier.assert_zero("x", difference).unwrap();
    verifier.finish().unwrap();
}

/// In builds for tests.
#[cfg(feature = "testing")]
fn a_value_that_nobody_looks_at_is_an_error<P: Tested>() {
    let mut prover = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
    prover.send("x", &[Fr::from(3), Fr::from(4)]);
    let proof = prover.finish().unwrap();
    let key = Arc::new(P::verifier_key(&P::key(8)).clone());
    let mut verifier = SealedVerifier::<P>::new(key, &statement(), &proof, Checks::all());
    let values = verifier.recv("x", 2).unwrap();
    let difference = verifier.linear(-Fr::from(3), &[(Fr::from(1), values[0])]);
    verifier.assert_zero("x", difference).unwrap();
    let error = verifier.finish().unwrap_err().to_string();
    assert!(
        error.contains("element 1 reaches no check and no claim"),
        "{error}"
    );
}

/// Where one hash is over several columns it names none of them, on both sides.
#[test]
fn commitments_that_stand_for_several_are_nobodys() {
    let registry = Registry::<Fr>::builtin();
    let source = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let polys = [3, 4].map(|first| {
        let rows = (0..64).map(|j| Fr::from(first + j * j));
        Arc::new(Poly::dense(6, rows.collect()))
    });
    for name in registry.names() {
        let keys = registry.get(name).unwrap().setup(6, &source).unwrap();
        let mut prover = keys.proving.session(&statement(), Checks::all());
        let mut oracles = prover.commit("two", polys.to_vec());
        oracles.extend(prover.commit("one", vec![polys[0].clone()]));
        let made: Vec<_> = oracles
            .iter()
            .map(|oracle| prover.commitment(*oracle).map(<[u8]>::to_vec))
            .collect();
        let proof = prover.finish().unwrap();
        let mut verifier = keys.verifying.session(&statement(), &proof, Checks::all());
        let shape = polys[0].shape();
        let mut oracles = verifier.oracles("two", &[shape; 2]).unwrap();
        oracles.extend(verifier.oracles("one", &[shape]).unwrap());
        let heard: Vec<_> = oracles.iter().map(|o| verifier.commitment(*o)).collect();
        assert_eq!(made, heard, "{name}");
        assert!(heard[2].as_ref().is_some_and(|bytes| bytes.len() >= 32));
        match name {
            "basefold" | "ligero" => assert_eq!(heard[..2], [None, None], "{name}"),
            _ => {
                assert_eq!(heard[0], heard[2], "{name}");
                assert!(heard[1].is_some() && heard[1] != heard[0], "{name}");
            }
        }
    }
}

fn schemes_are_found_by_name_and_erased<P: Tested>() {
    let registry = Registry::builtin();
    let names = registry.names().collect::<Vec<_>>();
    assert_eq!(
        names,
        [
            "hyrax",
            "pst13",
            "zeromorph",
            "mercury",
            "hyperkzg",
            "basefold",
            "ligero"
        ]
    );
    assert!(registry.get("none").is_none());
    let scheme = registry.get(P::NAME).unwrap();
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let keys = scheme.setup(6, &setup).unwrap();
    assert_eq!(keys.proving.digest(), keys.verifying.digest());
    let transparent = scheme.facts().transparent;
    assert_eq!(keys.verifying.provenance().is_secure(), transparent);
    let verifying = scheme
        .read_verifying_key(&keys.verifying.to_bytes())
        .unwrap();
    assert_eq!(verifying.digest(), keys.proving.digest());
    let alone = scheme.verifying_key(6, &setup).unwrap();
    assert_eq!(alone.digest(), keys.proving.digest());

    let toy = Toy::sample(14, Points::PerClaim);
    let mut prover = keys.proving.session(&statement(), Checks::all());
    toy.run_prover(&mut *prover, Fr::zero());
    let proof = prover.finish().unwrap();
    for key in [verifying, alone] {
        let mut verifier = key.session(&statement(), &proof, Checks::all());
        toy.run_verifier(&mut *verifier).unwrap();
        verifier.finish().unwrap();
    }
}
