//! Openings of blinded commitments, by themselves.
#![allow(clippy::unwrap_used)]

mod corrections;
mod keys;

use super::*;
use crate::draws::{Class, Draws};
use crate::tests::hiding::{
    Hides, HidesOverPairings, VARS, logarithm, points, with_every_hiding_scheme,
    with_hiding_pairings,
};
use crate::tests::{random, with_script};
use crate::wire::{DecodeError, Reader, put};
use crate::{Combined, Embedding, HidingProver, Pcs, PcsError, PcsKeys};
use ark_bn254::{Fq2, Fr, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, Zero};
use sumcheck::{Checks, Point, Poly, Weights};

with_every_hiding_scheme!(
    openings_prove_values,
    combinations_are_opened,
    malformed_questions_are_errors,
    short_polynomials_are_committed_as_all_others,
    every_draw_is_in_a_place_of_its_own,
    items_are_those_of_their_logarithms,
);

fn draws(seed: u64) -> Draws {
    Draws::repeatable(seed, None)
}

/// With the same draws. Also those that have no tables: longer ones, and others than the first.
fn short_polynomials_are_committed_as_all_others<P: Hides<Kept: PartialEq>>() {
    let key = P::key();
    for (vars, lens) in [
        (4, vec![1, 0, 3, 16]),
        (4, vec![2; 9]),
        (2, vec![3, 4]),
        (6, vec![50]),
    ] {
        let rows: Vec<Vec<Fr>> = (7..)
            .zip(lens)
            .map(|(seed, len)| random(seed, len))
            .collect();
        let polys: Vec<Poly<Fr>> = rows.iter().map(|r| Poly::dense(vars, r.clone())).collect();
        let polys: Vec<&Poly<Fr>> = polys.iter().collect();
        let rows: Vec<&[Fr]> = rows.iter().map(Vec::as_slice).collect();
        let short = P::commit_short(&key, vars, &rows, (&mut draws(5), Class::Row));
        let (short, short_kept) = short.unwrap();
        let (all, kept) = P::commit(&key, &polys, (&mut draws(5), Class::Row)).unwrap();
        assert_eq!(short, all);
        assert!(short_kept == kept);
    }
    let short = P::commit_short(&key, VARS + 1, &[&[Fr::one()]], (&mut draws(5), Class::Row));
    assert!(matches!(short, Err(PcsError::TooManyVars { .. })));
}

/// One polynomial, committed and opened at a point.
struct Case<P: Hides> {
    poly: Poly<Fr>,
    point: Point<Fr>,
    commitment: P::Commitment,
    value: Fr,
    opening: P::Opening,
}

impl<P: Hides> Case<P> {
    fn new(vars: usize, seed: u64) -> Self {
        let (key, draws) = (P::key(), &mut draws(seed));
        let (poly, point) = (
            Poly::dense(vars, random(seed, 1 << vars)),
            Point(random(seed + 1, vars)),
        );
        let (commitment, kept) = P::commit(&key, &[&poly], (draws, Class::Column)).unwrap();
        let part = Combined {
            batch: &kept,
            factors: vec![vec![Fr::one()]],
        };
        let sumcheck::Rows::Dense(rows) = poly.rows.clone() else {
            unreachable!("it is dense")
        };
        let (value, opening) = with_script(&Checks::all(), |script| {
            P::open(&key, script, (rows, &point), &[part], draws).unwrap()
        });
        Case {
            poly,
            point,
            commitment,
            value,
            opening,
        }
    }

    fn verdict(
        &self,
        commitment: &P::Commitment,
        claim: (&Point<Fr>, Fr),
        opening: &P::Opening,
    ) -> Result<(), PcsError> {
        verdict::<P>(P::verifier_key(&P::key()), commitment, claim, opening)
    }
}

fn verdict<P: Pcs<F = Fr>>(
    key: &P::VerifierKey,
    commitment: &P::Commitment,
    claim: (&Point<Fr>, Fr),
    opening: &P::Opening,
) -> Result<(), PcsError> {
    let part = Combined {
        batch: commitment,
        factors: vec![vec![Fr::one()]],
    };
    with_script(&Checks::all(), |script| {
        P::verify(key, script, &[part], claim, opening)
    })
}

fn openings_prove_values<P: Hides>() {
    for vars in 0..=VARS {
        let case = Case::<P>::new(vars, 5);
        let claim = (&case.point, case.value);
        assert_eq!(case.value, case.poly.evaluate(&Weights::One, &case.point));
        assert_eq!(case.verdict(&case.commitment, claim, &case.opening), Ok(()));
        let rejected = Err(PcsError::Rejected);
        let more = (&case.point, case.value + Fr::one());
        assert_eq!(
            case.verdict(&case.commitment, more, &case.opening),
            rejected
        );
        for at in 0..vars {
            let mut other = case.point.clone();
            other.0[at] += Fr::one();
            let moved = (&other, case.value);
            assert_eq!(
                case.verdict(&case.commitment, moved, &case.opening),
                rejected
            );
        }
        // The same polynomial with other blindings, and another opening of the same.
        let (key, draws) = (P::key(), &mut draws(6));
        let again = P::commit(&key, &[&case.poly], (draws, Class::Column))
            .unwrap()
            .0;
        assert_ne!(again, case.commitment);
        assert_eq!(case.verdict(&again, claim, &case.opening), rejected);
        let public = P::commit_public(&key, &case.poly).unwrap();
        assert_eq!(case.verdict(&public, claim, &case.opening), rejected);
        assert_eq!(public, P::commit_public(&key, &case.poly).unwrap());
    }
}

/// Of polynomials of every kind, one of which belongs to a key, and of one with few rows.
fn combinations_are_opened<P: Hides>() {
    let (key, draws) = (P::key(), &mut draws(3));
    let vars = 6;
    let public = Poly::dense(5, random(1, 27));
    let polys = [
        Poly::digits(4, 3, vec![1, 2, 0, 1, 2, 2, 1]),
        Poly::signed(6, (0..50).map(|x| x * x - 700).collect()),
        Poly::dense(0, random(2, 1)),
    ];
    let sparse = [(0, Fr::from(5)), (1, Fr::from(6)), (32, Fr::from(7))];
    let committed = P::commit(&key, &polys.each_ref(), (draws, Class::Column)).unwrap();
    let (commitments, kept) = [
        (
            P::commit_public(&key, &public).unwrap(),
            P::keep(&key, &[&public]).unwrap(),
        ),
        committed,
        P::commit_sparse(&key, vars, &sparse, (draws, Class::Mask)).unwrap(),
    ]
    .into_iter()
    .unzip::<_, _, Vec<_>, Vec<_>>();
    let drawn = random(4, 6);
    let factors = vec![
        vec![vec![drawn[0]]],
        vec![vec![drawn[1], drawn[2]], vec![drawn[3]], vec![drawn[4]]],
        vec![vec![drawn[5]]],
    ];
    let embedded = |poly: &Poly<Fr>, weights: &Weights<Fr>, row: usize| {
        let own = match P::EMBEDDING {
            Embedding::Repeat => row >> (vars - poly.vars),
            Embedding::Pad if row >> poly.vars > 0 => return Fr::zero(),
            Embedding::Pad => row,
        };
        let corner = (0..poly.vars).map(|k| Fr::from(own >> k & 1 == 1));
        poly.evaluate(weights, &Point(corner.collect()))
    };
    let digits = Weights::Digit(vec![Fr::zero(), drawn[1], drawn[2]]);
    let rows = (0..1 << vars).map(|row| {
        let at = sparse.iter().find(|(of, _)| *of == row);
        drawn[0] * embedded(&public, &Weights::One, row)
            + embedded(&polys[0], &digits, row)
            + drawn[3] * embedded(&polys[1], &Weights::One, row)
            + drawn[4] * embedded(&polys[2], &Weights::One, row)
            + drawn[5] * at.map_or(Fr::zero(), |(_, value)| *value)
    });
    let (rows, point): (Vec<Fr>, _) = (rows.collect(), Point(random(5, vars)));
    let parts = |factors: &Vec<Vec<Vec<Fr>>>| {
        let parts = kept.iter().zip(factors.clone());
        parts
            .map(|(batch, factors)| Combined { batch, factors })
            .collect::<Vec<_>>()
    };
    let (value, opening) = with_script(&Checks::all(), |script| {
        let parts = parts(&factors);
        P::open(&key, script, (rows.clone(), &point), &parts, draws).unwrap()
    });
    assert_eq!(
        value,
        Poly::dense(vars, rows).evaluate(&Weights::One, &point)
    );
    let verdict = |factors: &Vec<Vec<Vec<Fr>>>| {
        let parts = commitments.iter().zip(factors.clone());
        let parts: Vec<_> = parts
            .map(|(batch, factors)| Combined { batch, factors })
            .collect();
        with_script(&Checks::all(), |script| {
            P::verify(
                P::verifier_key(&key),
                script,
                &parts,
                (&point, value),
                &opening,
            )
        })
    };
    assert_eq!(verdict(&factors), Ok(()));
    for batch in 0..factors.len() {
        for poly in 0..factors[batch].len() {
            let mut other = factors.clone();
            other[batch][poly][0] += Fr::one();
            assert_eq!(verdict(&other), Err(PcsError::Rejected), "{batch} {poly}");
        }
    }
}

/// Commitment and opening of one polynomial, and how many draws both had.
fn drawn<P: Hides>(vars: usize, draws: Draws) -> ([Vec<u8>; 2], [usize; 2]) {
    let (rows, point) = (random(1, 1 << vars), Point(random(2, vars)));
    drawn_with::<P>(&P::key(), (&rows, &point), draws)
}

fn drawn_with<P: Hides>(
    key: &P::ProverKey,
    (rows, point): (&[Fr], &Point<Fr>),
    mut draws: Draws,
) -> ([Vec<u8>; 2], [usize; 2]) {
    let poly = Poly::dense(point.vars(), rows.to_vec());
    let committed = P::commit(key, &[&poly], (&mut draws, Class::Column));
    let ((commitment, kept), first) = (committed.unwrap(), draws.made());
    let part = Combined {
        batch: &kept,
        factors: vec![vec![Fr::one()]],
    };
    let (_, opening) = with_script(&Checks::all(), |script| {
        P::open(key, script, (rows.to_vec(), point), &[part], &mut draws).unwrap()
    });
    let mut bytes = [Vec::new(), Vec::new()];
    P::write_commitment(&commitment, &mut bytes[0]);
    P::write_opening(&opening, &mut bytes[1]);
    (bytes, [first, draws.made() - first])
}

/// The first item of two that are different.
fn differ(a: &[u8], b: &[u8]) -> Option<usize> {
    let mut items = a.chunks(32).zip(b.chunks(32));
    items.position(|(a, b)| a != b)
}

/// A draw that is another one changes its point, whatever was before; all points have one.
fn every_draw_is_in_a_place_of_its_own<P: Hides>() {
    let mut one = [0; 32];
    one[0] = 1;
    for vars in [0, 3, 7] {
        let ([commitment, opening], made) = drawn::<P>(vars, draws(5));
        let places = P::places(vars);
        assert_eq!(made, [commitment.len() / 32, places.len()], "{vars}");
        for number in 0..made[0] + made[1] {
            let ([other, bytes], _) = drawn::<P>(vars, Draws::altered(5, vec![(number, one)]));
            match number.checked_sub(made[0]) {
                None => assert_eq!(differ(&commitment, &other), Some(number)),
                Some(own) => {
                    assert_eq!(commitment, other);
                    assert_eq!(differ(&opening, &bytes), Some(places[own]), "{vars}");
                }
            }
        }
    }
}

/// A prover that adds no points, and a prover that does, under one key with the same draws: one commitment and one opening,
/// item by item, of rows of every number of lines.
fn items_are_those_of_their_logarithms<P: Hides + Trapdoor>() {
    let key = P::known_key();
    for vars in 0..=VARS {
        let (rows, point) = (random(3, 1 << vars), Point(random(4, vars)));
        let ([commitment, opening], made) = drawn_with::<P>(&key, (&rows, &point), draws(5));
        let (mut again, mut all) = (draws(5), Vec::new());
        all.resize_with(made.iter().sum(), || again.next(Class::Row));
        let twin = with_script(&Checks::all(), |script| {
            P::twin(&key, script, (&rows, &point), &all)
        });
        assert_eq!(differ(&commitment, &twin[0]), None, "{vars}");
        assert_eq!(differ(&opening, &twin[1]), None, "{vars}");
        assert_eq!([commitment, opening], twin);
    }
}

/// Sizes that make no sense.
fn malformed_questions_are_errors<P: Hides>() {
    let (key, draws) = (P::key(), &mut draws(8));
    let long = Poly::dense(VARS + 1, Vec::new());
    let (vars, max) = (VARS + 1, VARS);
    let too_many = Some(PcsError::TooManyVars { vars, max });
    assert_eq!(P::commit_public(&key, &long).err(), too_many);
    assert_eq!(
        P::commit(&key, &[&long], (draws, Class::Row)).err(),
        too_many
    );
    let sparse = |vars, row, draws: &mut Draws| {
        P::commit_sparse(&key, vars, &[(row, Fr::one())], (draws, Class::Mask)).err()
    };
    assert_eq!(sparse(vars, 0, draws), too_many);
    let beyond = sparse(3, 8, draws);
    assert!(
        matches!(beyond, Some(PcsError::WrongCount { found: 9, .. })),
        "{beyond:?}"
    );
    for (rows, vars) in [(3, 1), (1, VARS + 1)] {
        let (rows, point) = (vec![Fr::one(); rows], Point(vec![Fr::one(); vars]));
        let opened = with_script(&Checks::all(), |script| {
            P::open(&key, script, (rows, &point), &[], draws)
        });
        assert!(opened.is_err());
    }
    let case = Case::<P>::new(VARS, 9);
    let beyond = Point(random(1, VARS + 1));
    let answer = case.verdict(&case.commitment, (&beyond, case.value), &case.opening);
    assert_eq!(answer.err(), too_many);
    // An opening with another number of points.
    let shorter = Point(case.point.0[1..].to_vec());
    let answer = case.verdict(&case.commitment, (&shorter, case.value), &case.opening);
    assert!(answer.is_err());
}
