//! `E`, of schemes over pairings.

use super::*;
use crate::tests::hiding::opened;

with_hiding_pairings!(
    other_corrections_are_refused,
    corrections_without_blindings_are_the_identity,
    an_error_is_repaired_with_the_logarithm_alone,
    another_witness_has_the_same_proof,
);

/// A point of the curve that is not in the group of prime order.
fn outside() -> G2Affine {
    let mut points = (1u64..).filter_map(|x| {
        G2Affine::get_point_from_x_unchecked(Fq2::from(x), false)
            .filter(|point| !point.is_in_correct_subgroup_assuming_on_curve())
    });
    points.next().unwrap()
}

fn encoded(point: &G2Affine) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(point, &mut bytes);
    bytes
}

fn other_corrections_are_refused<P: HidesOverPairings>() {
    let case = Case::<Blinded<P>>::new(5, 7);
    let other = Case::<Blinded<P>>::new(5, 8);
    let key = Blinded::<P>::key();
    let mut bytes = Vec::new();
    Blinded::<P>::write_opening(&case.opening, &mut bytes);
    let read = |bytes: &[u8]| -> Result<<Blinded<P> as Pcs>::Opening, DecodeError> {
        let mut input = Reader::new(bytes);
        let opening = Blinded::<P>::read_opening(key.verifier_key(), 5, &[], &mut input)?;
        input.end().map(|()| opening)
    };
    assert_eq!(read(&bytes).as_ref(), Ok(&case.opening));
    let (own, end) = bytes.split_at(bytes.len() - 64);
    let with = |correction: &[u8]| read(&[own, correction].concat());

    // Points of the group.
    let correction = case.opening.correction;
    let more = (correction + G2Affine::generator()).into_affine();
    let moved = [
        G2Affine::identity(),
        G2Affine::generator(),
        -correction,
        more,
        other.opening.correction,
    ];
    for point in moved {
        let opening = with(&encoded(&point)).unwrap();
        let verdict = case.verdict(&case.commitment, (&case.point, case.value), &opening);
        assert_eq!(verdict, Err(PcsError::Rejected));
    }
    // Points of the curve, one of an order that has nothing in common with that of the group, and it and the right one.
    let cofactor = (outside().mul_bigint(<Fr as ark_ff::PrimeField>::MODULUS)).into_affine();
    assert!(!cofactor.is_zero() && cofactor.is_on_curve());
    for point in [outside(), cofactor, (correction + cofactor).into_affine()] {
        let error = with(&encoded(&point)).unwrap_err();
        assert!(matches!(error, DecodeError::Invalid { .. }), "{error}");
    }
    // Not below the modulus; no point; the identity with something else, and with a sign.
    let mut negative = encoded(&G2Affine::identity());
    let mut crooked = negative.clone();
    negative[63] |= 0x80;
    crooked[0] = 1;
    for bytes in [vec![0xff; 64], vec![0; 64], negative, crooked] {
        with(&bytes).unwrap_err();
    }
    for length in 0..bytes.len() {
        read(&bytes[..length]).unwrap_err();
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(read(&longer), Err(DecodeError::Trailing { bytes: 1 }));
    assert_eq!(encoded(&correction), end);
}

/// What an honest prover sends if there is nothing to hide, and draws are zeros: the identity is a correction as others.
fn corrections_without_blindings_are_the_identity<P: HidesOverPairings>() {
    let key = Blinded::<P>::key();
    let draws = &mut Draws::repeatable(1, Some(Class::Opening));
    let (rows, point) = (random(1, 16), Point(random(2, 4)));
    let poly = Poly::dense(4, rows.clone());
    let commitment = Blinded::<P>::commit_public(&key, &poly).unwrap();
    let kept = Blinded::<P>::keep(&key, &[&poly]).unwrap();
    let part = Combined {
        batch: &kept,
        factors: vec![vec![Fr::one()]],
    };
    let (value, opening) = with_script(&Checks::all(), |script| {
        Blinded::<P>::open(&key, script, (rows, &point), &[part], draws).unwrap()
    });
    assert!(opening.correction.is_zero());
    let verdict = verdict::<Blinded<P>>(key.verifier_key(), &commitment, (&point, value), &opening);
    assert_eq!(verdict, Ok(()));
}

/// A prover who knows the logarithms of all points, so of the error, too, puts it into `E`. He needs that of `H` for it.
fn an_error_is_repaired_with_the_logarithm_alone<P: HidesOverPairings>() {
    let (known, key) = (P::knowing(), Blinded::<P>::key());
    let (committed, value, point) = (random(1, 1)[0], random(2, 1)[0], Point(random(3, 5)));
    let commitment = vec![points(&[committed])];
    let (own, paired) = with_script(&Checks::all(), |script| {
        P::simulate(script, &point, (committed, value), &mut draws(4))
    });
    let with = P::paired(key.verifier_key().clear());
    let error: G2Projective = with.iter().zip(paired).map(|(r, x)| *r * x).sum();
    let of = |key: &HidingKey<P::VerifierKey>, guess: Fr| {
        let opening = BlindedOpening {
            opening: own.clone(),
            correction: (error * guess.inverse().unwrap()).into_affine(),
        };
        verdict::<Blinded<P>>(key, &commitment, (&point, value), &opening)
    };
    assert_eq!(of(known.verifier_key(), logarithm()), Ok(()));
    for guess in [Fr::one(), -Fr::one(), Fr::from(2), committed, value] {
        assert_eq!(of(known.verifier_key(), guess), Err(PcsError::Rejected));
    }
    for guess in [logarithm(), Fr::one()] {
        assert_eq!(of(key.verifier_key(), guess), Err(PcsError::Rejected));
    }
}

/// Equivocation: with other draws other rows of the same value have the same commitment and the same opening, `E` as well,
/// which nobody computes for that. So none of it tells which rows they are.
fn another_witness_has_the_same_proof<P: HidesOverPairings>() {
    for vars in [1, 4, 6] {
        let point = Point(random(1, vars));
        let value = |rows: &[Fr]| Poly::dense(vars, rows.to_vec()).evaluate(&Weights::One, &point);
        let (rows, mut others) = (random(2, 1 << vars), random(3, 1 << vars));
        let missing = value(&rows) - value(&others);
        others[0] += missing / point.eq_table()[0];
        let (commitment, opening) = opened::<P>(&rows, &point, Vec::new());
        assert_ne!(opened::<P>(&others, &point, Vec::new()).0, commitment);
        let changes = P::equivocation([&rows, &others], &point, &opening.opening);
        let (again, other) = opened::<P>(&others, &point, changes);
        assert_eq!(again, commitment, "{vars}");
        assert_eq!(other, opening, "{vars}");
    }
}
