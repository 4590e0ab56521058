//! Changed, cut, extended, reordered and random proofs. Of bytes and lengths samples have some, from all parts of a proof,
//! for each scheme.

use super::*;
use sumcheck::analysis::sample;

with_every_scheme!(
    every_changed_byte_is_rejected,
    every_changed_element_is_rejected,
    truncated_and_extended_proofs_are_rejected,
    swapped_commitments_are_rejected,
    random_bytes_are_rejected_without_panic,
    provers_hear_the_verdict_of_verifiers,
);

fn every_changed_byte_is_rejected<P: Tested>() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(7, points);
        let proof = toy.prove::<P>();
        // Of long proofs a part, at all places in elements: steps are odd.
        let step = (1 + 2 * (proof.len() / 8000)) * sample::one_in(21);
        for at in (0..proof.len()).step_by(step) {
            let mut changed = proof.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(
                toy.verify::<P>(&changed).is_err(),
                "byte {at} of {}",
                proof.len()
            );
        }
    }
}

/// Every element is replaced by a *valid* one, so that no decoder can be what rejects it.
fn every_changed_element_is_rejected<P: Tested>() {
    let toy = Toy::sample(8, Points::PerClaim);
    let proof = toy.prove::<P>();
    assert_eq!(proof.len() % 32, 0);
    let (mut scalars, mut points) = (0, 0);
    // Of long proofs a sample has some three hundred elements.
    let some = sample::one_in((proof.len() / 32 / 300).max(1));
    for at in (0..proof.len()).step_by(32 * some) {
        let original: [u8; 32] = proof[at..at + 32].try_into().unwrap();
        for replacement in [encode(&Fr::from(5)), encode(&point(5)), encode(&point(0))] {
            if replacement == original {
                continue;
            }
            let mut changed = proof.clone();
            changed[at..at + 32].copy_from_slice(&replacement);
            match toy.verify::<P>(&changed) {
                Err(VerifyError::Malformed { .. }) => {}
                Err(VerifyError::Check { check }) if check == "open/proof" => points += 1,
                Err(VerifyError::Check { .. }) => scalars += 1,
                other => panic!("element {}: {other:?}", at / 32),
            }
        }
    }
    assert!(scalars > 10 && points > 10, "{scalars} {points}");
}

fn truncated_and_extended_proofs_are_rejected<P: Tested>() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(9, points);
        let proof = toy.prove::<P>();
        for length in (0..proof.len()).step_by(sample::one_in(41)) {
            assert!(matches!(
                toy.verify::<P>(&proof[..length]),
                Err(VerifyError::Malformed { .. })
            ));
        }
        for byte in [0, 1, 0x40, 0xff] {
            let long = [proof.as_slice(), &[byte]].concat();
            let error = toy.verify::<P>(&long).unwrap_err();
            assert_eq!(error, VerifyError::Trailing { bytes: 1 });
        }
    }
}

fn swapped_commitments_are_rejected<P: Tested>() {
    let toy = Toy::sample(10, Points::PerClaim);
    let proof = toy.prove::<P>();
    let key = P::key(8);
    let shape = Shape {
        vars: 5,
        radix: None,
    };
    let column = P::commitment_bytes(P::verifier_key(&key), &[shape])[0];
    // 15 columns, a dense, a signed.
    for (a, b) in [(0, 1), (3, 14), (15, 16), (0, 15)] {
        let mut changed = proof.clone();
        let (left, right) = changed.split_at_mut(column * b);
        left[column * a..column * (a + 1)].swap_with_slice(&mut right[..column]);
        assert_ne!(changed, proof);
        assert!(toy.verify::<P>(&changed).is_err());
    }
}

/// The key for a prover's check of its own proofs has the same verdicts, in the same words.
fn provers_hear_the_verdict_of_verifiers<P: Tested>() {
    let toy = Toy::sample(11, Points::PerClaim);
    let proof = toy.prove::<P>();
    let checked = |proof: &[u8]| {
        let key = Arc::new(P::checking_key(&P::key(8)));
        let mut verifier = SealedVerifier::<P>::new(key, &statement(), proof, Checks::all());
        toy.run_verifier(&mut verifier)?;
        verifier.finish().map(|_| ())
    };
    let verified = |proof: &[u8]| toy.verify::<P>(proof).map(|_| ());
    assert!(checked(&proof).is_ok());
    assert_eq!(checked(&proof), verified(&proof));
    for at in (0..proof.len()).step_by(proof.len() / 40) {
        let mut changed = proof.clone();
        changed[at] ^= 1;
        assert!(checked(&changed).is_err());
        assert_eq!(checked(&changed), verified(&changed));
        assert_eq!(checked(&proof[..at]), verified(&proof[..at]));
    }
}

/// Random bytes, and random bytes in the middle of an honest proof.
fn random_bytes_are_rejected_without_panic<P: Tested>() {
    let toy = Toy::sample(15, Points::PerClaim);
    let proof = toy.prove::<P>();
    let rng = &mut StdRng::seed_from_u64(15);
    for _ in 0..sample::count(50, 200) {
        let length = rng.gen_range(0..4000);
        let bytes: Vec<u8> = (0..length).map(|_| rng.r#gen()).collect();
        assert!(toy.verify::<P>(&bytes).is_err());
        let mut changed = proof.clone();
        let at = rng.gen_range(0..proof.len());
        let end = proof.len().min(at + 1 + length % 64);
        changed[at..end]
            .iter_mut()
            .zip(&bytes)
            .for_each(|(p, b)| *p = *b);
        assert!(changed == proof || toy.verify::<P>(&changed).is_err());
    }
}
