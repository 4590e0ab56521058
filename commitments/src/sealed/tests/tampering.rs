//! Changed, cut, extended, reordered and random proofs.

use super::*;

#[test]
fn every_changed_byte_is_rejected() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(7, points);
        let proof = toy.prove();
        for at in 0..proof.len() {
            let mut changed = proof.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(
                toy.verify(&changed).is_err(),
                "byte {at} of {}",
                proof.len()
            );
        }
    }
}

/// Every element is replaced by a *valid* one, so that no decoder can be what rejects it.
#[test]
fn every_changed_element_is_rejected() {
    let toy = Toy::sample(8, Points::PerClaim);
    let proof = toy.prove();
    assert_eq!(proof.len() % 32, 0);
    let (mut scalars, mut points) = (0, 0);
    for at in (0..proof.len()).step_by(32) {
        let original: [u8; 32] = proof[at..at + 32].try_into().unwrap();
        for replacement in [encode(&Fr::from(5)), encode(&point(5)), encode(&point(0))] {
            if replacement == original {
                continue;
            }
            let mut changed = proof.clone();
            changed[at..at + 32].copy_from_slice(&replacement);
            match toy.verify(&changed) {
                Err(VerifyError::Malformed { .. }) => {}
                Err(VerifyError::Check { check }) if check == "open/pairing" => points += 1,
                Err(VerifyError::Check { .. }) => scalars += 1,
                other => panic!("element {}: {other:?}", at / 32),
            }
        }
    }
    assert!(scalars > 10 && points > 10, "{scalars} {points}");
}

#[test]
fn truncated_and_extended_proofs_are_rejected() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(9, points);
        let proof = toy.prove();
        for length in 0..proof.len() {
            assert!(matches!(
                toy.verify(&proof[..length]),
                Err(VerifyError::Malformed { .. })
            ));
        }
        for byte in [0, 1, 0x40, 0xff] {
            let long = [proof.as_slice(), &[byte]].concat();
            let error = toy.verify(&long).unwrap_err();
            assert_eq!(error, VerifyError::Trailing { bytes: 1 });
        }
    }
}

#[test]
fn swapped_commitments_are_rejected() {
    let toy = Toy::sample(10, Points::PerClaim);
    let proof = toy.prove();
    // 15 columns, a dense, a signed, 3 columns.
    for (a, b) in [(0, 1), (3, 14), (15, 16), (0, 15), (16, 17)] {
        let mut changed = proof.clone();
        let (left, right) = changed.split_at_mut(32 * b);
        left[32 * a..32 * (a + 1)].swap_with_slice(&mut right[..32]);
        assert_ne!(changed, proof);
        assert!(toy.verify(&changed).is_err());
    }
}

mod random_bytes {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn are_rejected_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000), at in any::<prop::sample::Index>()) {
            let toy = Toy::sample(15, Points::PerClaim);
            prop_assert!(toy.verify(&bytes).is_err());
            // Spliced into an honest proof.
            static PROOF: OnceLock<Proof> = OnceLock::new();
            let mut proof = PROOF.get_or_init(|| toy.prove()).clone();
            let at = at.index(proof.len());
            let end = proof.len().min(at + bytes.len() % 64 + 1);
            let original = proof[at..end].to_vec();
            proof[at..end].iter_mut().zip(&bytes).for_each(|(p, b)| *p = *b);
            prop_assert!(proof[at..end] == original || toy.verify(&proof).is_err());
        }
    }
}
