//! Oracles that belong to the key.

use super::*;
use crate::{CacheDir, Keys, Registry, Setup};
use sumcheck::{Encoded, Fixed, Known};

with_every_scheme!(
    the_proof_is_about_the_polynomial_of_the_key,
    what_is_no_commitment_is_refused,
);

fn keys<P: Tested>() -> Keys<Fr> {
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::builtin();
    schemes.get(P::NAME).unwrap().setup(6, &setup).unwrap()
}

fn poly(seed: u64, vars: usize) -> Arc<Poly<Fr>> {
    let values = (0..1i128 << vars).map(|x| x * 77 + i128::from(seed));
    Arc::new(Poly::signed(vars, values.collect()))
}

/// A claim on an oracle of the key and one that is sent, at points of different lengths.
fn prove(keys: &Keys<Fr>, of: &Arc<Poly<Fr>>, known: &Fixed<Fr>) -> Result<Proof, SealError> {
    let statement = statement();
    let mut channel = keys.proving.session(&statement, Checks::all());
    let own = channel.commit("own", vec![poly(3, 4)])[0];
    let fixed = channel.fixed("fixed", of.clone(), known);
    for (oracle, poly) in [(own, poly(3, 4)), (fixed, of.clone())] {
        let point = Point((0..poly.vars).map(|_| channel.sample("point")).collect());
        let value = poly.evaluate(&Weights::One, &point);
        channel.send("value", &[value]);
        channel.claim_eval(EvalClaim {
            terms: vec![(oracle, Weights::One, Fr::one())],
            point,
            value,
        });
    }
    assert!(channel.commitment(own).is_some());
    assert_eq!(channel.commitment(fixed), None);
    channel.finish()
}

fn verify(keys: &Keys<Fr>, known: &Fixed<Fr>, proof: &[u8]) -> Result<(), VerifyError> {
    let statement = statement();
    let mut channel = keys.verifying.session(&statement, proof, Checks::all());
    let four = Shape {
        vars: 4,
        radix: None,
    };
    let own = channel.oracles("own", &[four])?[0];
    let fixed = channel.fixed("fixed", known)?;
    for (oracle, vars) in [(own, 4), (fixed, known.shape.vars)] {
        let point = Point((0..vars).map(|_| channel.sample("point")).collect());
        let value = channel.recv("value", 1)?[0];
        channel.claim_eval(EvalClaim {
            terms: vec![(oracle, Weights::One, Fr::one())],
            point,
            value,
        })?;
    }
    channel.finish().map(|_| ())
}

fn the_proof_is_about_the_polynomial_of_the_key<P: Tested>() {
    let keys = keys::<P>();
    for vars in [3, 4, 6] {
        let known = keys.proving.commit(&poly(1, vars)).unwrap();
        let proof = prove(&keys, &poly(1, vars), &known).unwrap();
        assert_eq!(verify(&keys, &known, &proof), Ok(()));
        // From its bytes, decoded when it is needed and before.
        let Known::Commitment(encoded) = &known.known else {
            unreachable!()
        };
        let read = Fixed {
            known: Known::Commitment(Encoded::new(encoded.bytes().to_vec())),
            ..known.clone()
        };
        assert_eq!(verify(&keys, &read, &proof), Ok(()));
        let decoded = keys.verifying.decoded(read).unwrap();
        assert_eq!(decoded, known);
        assert_eq!(verify(&keys, &decoded, &proof), Ok(()));
        // It is not in the proof.
        let sent = keys.verifying.commitment_bytes(&[poly(3, 4).shape()]) + 2 * 32;
        assert!(proof.len() > sent);
        let other = keys.proving.commit(&poly(2, vars)).unwrap();
        assert_ne!(other, known);
        assert!(verify(&keys, &other, &proof).is_err());
        // A prover with another polynomial than the key's, true to it or not.
        let lie = prove(&keys, &poly(2, vars), &known).unwrap();
        assert!(verify(&keys, &known, &lie).is_err());
        let lie = prove(&keys, &poly(2, vars), &other).unwrap();
        assert!(verify(&keys, &known, &lie).is_err());
    }
}

fn what_is_no_commitment_is_refused<P: Tested>() {
    let keys = keys::<P>();
    let known = keys.proving.commit(&poly(1, 3)).unwrap();
    let proof = prove(&keys, &poly(1, 3), &known).unwrap();
    let Known::Commitment(encoded) = &known.known else {
        unreachable!()
    };
    let bytes = encoded.bytes();
    let clear = Fixed::clear(poly(1, 3));
    assert!(matches!(
        prove(&keys, &poly(1, 3), &clear),
        Err(SealError::Fixed { label: "fixed" })
    ));
    let with = |bytes: &[u8]| Fixed {
        shape: known.shape,
        known: Known::Commitment(Encoded::new(bytes.to_vec())),
    };
    let mut large = known.clone();
    large.shape.vars = 7;
    // Any bytes are a hash, but not the right one.
    let no_commitment = with(&vec![0xff; bytes.len()]);
    assert!(verify(&keys, &no_commitment, &proof).is_err());
    let mut others = vec![
        clear,
        with(&bytes[1..]),
        with(&[bytes, &[0]].concat()),
        large,
    ];
    if !P::HASHED {
        others.push(no_commitment);
    }
    for other in others {
        let verdict = verify(&keys, &other, &proof);
        assert!(
            matches!(verdict, Err(VerifyError::NotAllowed { .. })),
            "{verdict:?}"
        );
    }
    assert!(keys.proving.commit(&poly(1, 7)).is_err());
}
