//! What is malformed, altered, or of another size.

use super::*;
use crate::Key;
use crate::wire::Reader;
use ark_ff::{One, Zero};
use sumcheck::{Rows, Weights};

with_every_scheme!(
    malformed_polynomials_are_errors,
    altered_openings_and_commitments_are_refused,
    longer_polynomials_are_not_opened_as_shorter_ones,
);

fn malformed_polynomials_are_errors<P: Tested>() {
    let key = P::key(6);
    let bad = |vars, rows| P::commit(&key, &[&Poly { vars, rows }]).err();
    let digits = |radix, digits| Rows::Digits { radix, digits };
    let too_large = |vars| Some(PcsError::TooManyVars { vars, max: 6 });
    assert_eq!(bad(7, Rows::Dense(vec![])), too_large(7));
    assert_eq!(bad(usize::MAX, Rows::Dense(vec![])), too_large(usize::MAX));
    for (vars, rows) in [
        (1, Rows::Dense(vec![Fr::one(); 3])),
        (0, Rows::Signed(vec![1; 2])),
        (1, digits(4, vec![0; 3])),
    ] {
        let error = bad(vars, rows);
        assert!(
            matches!(error, Some(PcsError::WrongCount { .. })),
            "{error:?}"
        );
    }
    for rows in [
        digits(4, vec![4]),
        digits(1, vec![0]),
        digits(0, vec![]),
        digits(300, vec![1]),
    ] {
        let error = bad(1, rows);
        assert!(
            matches!(error, Some(PcsError::BadDigits { .. })),
            "{error:?}"
        );
    }
    let (mut transcript, mut checks) = (Transcript::new("test"), Checks::all());
    for (rows, vars) in [(3, 1), (1, 7)] {
        let script = &mut Script::new(&mut transcript, &mut checks);
        let point = Point(vec![Fr::one(); vars]);
        assert!(P::open(&key, script, vec![Fr::one(); rows], &[], &point).is_err());
    }
}

/// Every element of 32 bytes is replaced: by bytes that are no encoding, by the identity, by another point, and by its
/// neighbour.
fn altered_openings_and_commitments_are_refused<P: Tested>() {
    let key = P::key(5);
    let verifier = P::verifier_key(&key);
    let poly = Poly::dense(5, random(1, 32));
    let shapes = [poly.shape()];
    let point = Point(random(2, 5));
    let Rows::Dense(rows) = &poly.rows else {
        unreachable!("it is dense");
    };
    let (value, opening) = open::<P>(&key, rows, &point);
    let committed = commit::<P>(&key, &poly);
    let mut bytes = Vec::new();
    P::write_opening(&opening, &mut bytes);
    let verdict = |committed: &[u8], opening: &[u8]| -> Result<(), String> {
        let mut input = Reader::new(committed);
        let commitment = P::read_commitment(verifier, &shapes, &mut input);
        let commitment = commitment.map_err(|e| e.to_string())?;
        input.end().map_err(|e| e.to_string())?;
        let mut input = Reader::new(opening);
        let part = Combined {
            batch: &commitment,
            factors: vec![vec![Fr::one()]],
        };
        let opening = P::read_opening(verifier, 5, &[part], &mut input);
        let opening = opening.map_err(|e| e.to_string())?;
        input.end().map_err(|e| e.to_string())?;
        let terms = (&commitment, &[vec![Fr::one()]][..]);
        verify::<P>(&key, terms, (&point, value), &opening).map_err(|e| e.to_string())
    };
    assert_eq!(verdict(&committed, &bytes), Ok(()));
    let element = |value: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        value(&mut bytes);
        bytes
    };
    let identity = element(&|out| crate::wire::put(&ark_bn254::G1Affine::identity(), out));
    let other = element(&|out| {
        crate::wire::put(
            &crate::generators::generator(crate::generators::Kind::Row, 77),
            out,
        );
    });
    // `x = 0` is on no point of the curve: 3 is no square. An `x` that is not below the modulus. And a negative identity.
    let off_curve = vec![0; 32];
    let not_canonical = [vec![0xff; 31], vec![0x3f]].concat();
    let negative = [vec![0; 31], vec![0xc0]].concat();
    let altered = |of: &[u8]| {
        let mut all = Vec::new();
        for at in (0..of.len()).step_by(32) {
            let next = of.get(at + 32..at + 64).unwrap_or(&of[..32]).to_vec();
            for new in [
                &identity,
                &other,
                &off_curve,
                &not_canonical,
                &negative,
                &next,
            ] {
                if of[at..at + 32] != new[..] {
                    let mut bytes = of.to_vec();
                    bytes[at..at + 32].copy_from_slice(new);
                    all.push(bytes);
                }
            }
            // Two elements that change their places.
            if let Some(two) = of.get(at..at + 64) {
                let mut bytes = of.to_vec();
                bytes[at..at + 64].rotate_left(32);
                if bytes[at..at + 64] != *two {
                    all.push(bytes);
                }
            }
        }
        all.extend((0..of.len()).map(|length| of[..length].to_vec()));
        all.push([of, &[0]].concat());
        all
    };
    for other in altered(&committed) {
        assert!(verdict(&other, &bytes).is_err());
    }
    for other in altered(&bytes) {
        assert!(verdict(&committed, &other).is_err());
    }
}

/// A cheater commits to more rows than the polynomial that is claimed has. What he opens in its place is refused: the
/// polynomial that is left of it, whichever variables he leaves out, and the whole one at a longer point.
fn longer_polynomials_are_not_opened_as_shorter_ones<P: Tested>() {
    let key = P::key(6);
    let long = random(5, 64);
    let (committed, _) = P::commit(&key, &[&Poly::dense(6, long.clone())]).unwrap();
    let terms = (&committed, &[vec![Fr::one()]][..]);
    let point = Point(random(6, 4));
    for part in 0..4 {
        let low: Vec<Fr> = long.iter().skip(part).step_by(4).copied().collect();
        let high = long[16 * part..16 * (part + 1)].to_vec();
        for restricted in [low, high] {
            let (value, opening) = open::<P>(&key, &restricted, &point);
            let claim = (&point, value);
            assert!(verify::<P>(&key, terms, claim, &opening).is_err(), "{part}");
            let (_, longer) = open::<P>(&key, &long, &Point(random(7, 6)));
            assert!(verify::<P>(&key, terms, claim, &longer).is_err(), "{part}");
        }
        let corner = [Fr::from(part & 1 == 1), Fr::from(part >> 1 == 1)];
        for whole in [
            [corner.to_vec(), point.0.clone()].concat(),
            [point.0.clone(), corner.to_vec()].concat(),
        ] {
            let (value, opening) = open::<P>(&key, &long, &Point(whole.clone()));
            assert_eq!(
                value,
                Poly::dense(6, long.clone()).evaluate(&Weights::One, &Point(whole))
            );
            assert!(verify::<P>(&key, terms, (&point, value), &opening).is_err());
        }
    }
    let beyond = Point(vec![Fr::one(); 7]);
    let (_, opening) = open::<P>(&key, &long, &Point(random(7, 6)));
    let answer = verify::<P>(&key, terms, (&beyond, Fr::zero()), &opening);
    assert!(
        matches!(answer, Err(PcsError::TooManyVars { vars: 7, max: 6 })),
        "{answer:?}"
    );
    assert_eq!(P::verifier_key(&key).max_vars(), 6);
}
