//! The opening held to one made from its equations, and lies about every challenge and message.
#![allow(clippy::unwrap_used)]

use super::equation::{Challenges, Claim, sums};
use super::*;
use crate::kzg::Powers;
use crate::tests::polynomials::{
    Coefficients, add, at, challenges_are, committed, divided, openings_are,
};
use crate::tests::{Tested, polynomials, random, with_script};
use ark_ff::{Field, One, Zero};
use std::sync::Arc;
use sumcheck::Checks;

const VARS: usize = 3;
/// Places in a line.
const LENGTH: usize = 4;
/// Variables of the prover's key: cheaters know more powers than the verifier's key has.
const KNOWN: usize = 6;

fn powers() -> Arc<Powers> {
    Mercury::key(KNOWN)
}

/// What a prover claims and says.
#[derive(Clone)]
struct Said {
    poly: Coefficients,
    value: Fr,
    h: Coefficients,
    /// What is added to `q`, `g`, `r`, `s`, `d`.
    shifts: [Coefficients; 5],
    /// What is added to the values.
    values: [Fr; 6],
}

impl Said {
    fn honest(rows: &[Fr], point: &Point<Fr>) -> Self {
        let claim = Claim::new(point, Fr::zero());
        let place = claim.place.eq_table();
        let mut all = rows.to_vec();
        all.resize(1 << point.vars(), Fr::zero());
        let inner = |a: &[Fr], b: &[Fr]| a.iter().zip(b).map(|(a, b)| *a * b).sum::<Fr>();
        let h: Coefficients = all
            .chunks(place.len())
            .map(|line| inner(line, &place))
            .collect();
        Said {
            poly: rows.to_vec(),
            value: inner(&h, &claim.line.eq_table()),
            h,
            shifts: Default::default(),
            values: [Fr::zero(); 6],
        }
    }
}

/// The coefficient of `X^e` in `a(X)·b(1/X) + a(1/X)·b(X)`.
fn symmetric(a: &[Fr], b: &[Fr], e: usize) -> Fr {
    let shifted = |a: &[Fr], b: &[Fr]| {
        let pairs = a.iter().skip(e).zip(b);
        pairs.map(|(a, b)| *a * b).sum::<Fr>()
    };
    shifted(a, b) + shifted(b, a)
}

/// From the equations: the opening, and its challenges.
fn by_hand(script: &mut Script<'_>, said: &Said, point: &Point<Fr>) -> (Opening, Challenges, Fr) {
    let claim = Claim::new(point, said.value);
    let (place, line) = (claim.place.eq_table(), claim.line.eq_table());
    let b = place.len();
    let lines = committed(&powers(), &said.h);
    script.absorb(LINES, &lines);
    let (modulus, parts): (Fr, Fr) = (script.sample(MODULUS), script.sample(PARTS));
    let (mut q, mut g) = divided(&said.poly, b, modulus);
    let (mut r, folded) = divided(&said.h, 1, modulus);
    let mut d: Coefficients = g.iter().rev().copied().collect();
    let longest = said.h.len().max(b);
    let mut s: Coefficients = (1..longest)
        .map(|e| symmetric(&g, &place, e) + parts * symmetric(&said.h, &line, e))
        .collect();
    let all = [&mut q, &mut g, &mut r, &mut s, &mut d];
    for (poly, shift) in all.into_iter().zip(&said.shifts) {
        add(poly, Fr::one(), shift);
    }
    let polynomials = [&q, &g, &r, &s, &d].map(|poly| committed(&powers(), poly));
    script.absorb(POLYNOMIALS, &polynomials);
    let x: Fr = script.sample(AT);
    let challenges = Challenges {
        modulus,
        parts,
        at: x,
        inverse: x.inverse().unwrap_or_default(),
    };
    let inverse = challenges.inverse;
    let mut values = [
        folded[0],
        at(&g, x),
        at(&g, inverse),
        at(&said.h, x),
        at(&said.h, inverse),
        at(&s, x),
    ];
    values
        .iter_mut()
        .zip(said.values)
        .for_each(|(value, lie)| *value += lie);
    let values = Values::from_array(values);
    script.absorb(VALUES, &values.to_array());
    let delta: Fr = script.sample(VALUES_PARTS);
    let [first, second] = sums(&claim, &challenges, &values, delta);
    let (mut a, mut c) = (said.poly.clone(), Vec::new());
    let polys = [&said.h, &q, &g, &r, &s, &d];
    for (sum, of) in [(&mut a, first), (&mut c, second)] {
        add(sum, of.constant, &[Fr::one()]);
        for (factor, poly) in of.factors.into_iter().zip(polys) {
            add(sum, factor, poly);
        }
    }
    let (mut w, _) = divided(&a, 1, x);
    add(&mut w, Fr::one(), &divided(&c, 1, inverse).0);
    let witness = committed(&powers(), &w);
    script.absorb(WITNESS, &witness);
    let opening = Opening {
        lines,
        polynomials,
        values,
        witness,
    };
    (opening, challenges, delta)
}

fn opened(checks: &Checks, said: &Said, point: &Point<Fr>) -> (Opening, Challenges, Fr) {
    with_script(checks, |script| by_hand(script, said, point))
}

/// The verdict on what is said.
fn verdict(checks: &Checks, said: &Said, point: &Point<Fr>) -> Result<(), PcsError> {
    let (opening, ..) = opened(checks, said, point);
    let commitment = committed(&powers(), &said.poly);
    polynomials::verdict::<Mercury>(checks, commitment, (point, said.value), &opening)
}

fn point() -> Point<Fr> {
    Point(random(2, VARS))
}

fn rows() -> Vec<Fr> {
    random(1, 1 << VARS)
}

fn honest() -> Said {
    Said::honest(&rows(), &point())
}

#[test]
fn openings_are_those_of_the_equations() {
    openings_are::<Mercury>(&powers(), KNOWN, |rows, point| {
        let mut said = Said::honest(rows, point);
        said.poly.resize(1 << point.vars(), Fr::zero());
        let (expected, ..) = opened(&Checks::all(), &said, point);
        assert_eq!(verdict(&Checks::all(), &said, point), Ok(()));
        (said.value, expected)
    });
}

/// A longer polynomial is opened at the value of its first rows, and at no other.
#[test]
fn longer_polynomials_are_worth_their_first_rows() {
    for length in [(1 << VARS) + 1, 1 << KNOWN] {
        let mut said = honest();
        said.poly.extend(random(9, length - said.poly.len()));
        // Lines beyond the claim's are folded, too, but count nowhere.
        let place = point().split_at(2).0.eq_table();
        let lines = said.poly.chunks(LENGTH);
        said.h = lines
            .map(|line| line.iter().zip(&place).map(|(a, b)| *a * b).sum())
            .collect();
        assert_eq!(verdict(&Checks::all(), &said, &point()), Ok(()));
        let mut other = said.clone();
        other.value += Fr::one();
        let rejected = Err(PcsError::Rejected);
        assert_eq!(verdict(&Checks::all(), &other, &point()), rejected);
        // The fold of the first lines alone is not that of the polynomial.
        said.h.truncate(1 << (VARS - 2));
        assert_eq!(verdict(&Checks::all(), &said, &point()), rejected);
    }
}

#[cfg(feature = "testing")]
mod lies {
    use super::*;
    use crate::kzg::VerifierKey;
    use crate::tests::polynomials::witnesses_that_cancel;
    use crate::tests::together::{Claimed, cancel_where_no_weight_hears};
    use ark_ec::CurveGroup;
    use sumcheck::channel::Which;

    const QUOTIENT: usize = 0;
    const REMAINDER: usize = 1;
    const FOLDED: usize = 2;
    const CROSS: usize = 3;
    const REVERSED: usize = 4;

    /// Rejected, and accepted with these checks.
    fn is_false(said: &Said, weakened: &Checks, what: &str) {
        let point = point();
        assert_ne!(said.value, honest().value);
        let rejected = Err(PcsError::Rejected);
        assert_eq!(verdict(&Checks::all(), said, &point), rejected, "{what}");
        assert_eq!(verdict(weakened, said, &point), Ok(()), "{what}");
    }

    fn known(label: Label, value: u64) -> Checks {
        Checks::all().knowing(label, Which::All, value)
    }

    fn unheard(label: Label) -> Checks {
        Checks::all().not_hearing(label, Which::All)
    }

    /// Challenges that are drawn if the transcript does not hear a message, whatever it says.
    fn drawn(checks: &Checks) -> (Challenges, Fr) {
        let (_, challenges, delta) = opened(checks, &honest(), &point());
        (challenges, delta)
    }

    /// `eq` of the first place, and of the first two lines.
    fn weights() -> (Fr, [Fr; 2]) {
        let (place, line) = point().split_at(2);
        let line = line.eq_table();
        (place.eq_table()[0], [line[0], line[1]])
    }

    /// Lines are folded wrongly, by a multiple of `X − α`.
    fn folded_wrongly(alpha: Fr) -> Said {
        let (_, line) = weights();
        let mut said = honest();
        said.value += Fr::one();
        let t = (line[1] - alpha * line[0]).inverse().unwrap();
        add(&mut said.h, t, &[-alpha, Fr::one()]);
        said
    }

    /// Both inner products are wrong: `h` is more by a constant.
    fn two_wrong_products(gamma: Fr) -> Said {
        let (_, line) = weights();
        let mut said = honest();
        said.value += Fr::one();
        // −c + γ·(c·eq_0 − 1) = 0
        let c = -gamma / (Fr::one() - gamma * line[0]);
        add(&mut said.h, c, &[Fr::one()]);
        said
    }

    /// The polynomials are made for one `x`.
    fn at_one_point(challenges: &Challenges, which: usize) -> Said {
        let (alpha, gamma) = (challenges.modulus, challenges.parts);
        let (x, inverse) = (challenges.at, challenges.inverse);
        let (place, _) = weights();
        let mut said = honest();
        let line = x.pow([LENGTH as u64]);
        // How much more g's inner product becomes by that; h(α) and the value make up for it.
        let more = match which {
            QUOTIENT => {
                said.shifts[REMAINDER] = vec![Fr::one()];
                said.shifts[QUOTIENT] = vec![-(line - alpha).inverse().unwrap()];
                said.shifts[REVERSED] = vec![Fr::zero(), Fr::zero(), Fr::zero(), Fr::one()];
                place
            }
            // A remainder that is too long by one.
            REVERSED => {
                let mut long = vec![Fr::zero(); LENGTH + 1];
                (long[0], long[LENGTH]) = (-alpha, Fr::one());
                said.shifts[QUOTIENT] = vec![-Fr::one()];
                let reversal = line * inverse * at(&long, inverse);
                said.shifts[REMAINDER] = long;
                said.shifts[REVERSED] = vec![reversal];
                -alpha * place
            }
            FOLDED => {
                said.values[0] = Fr::one();
                said.shifts[FOLDED] = vec![-(x - alpha).inverse().unwrap()];
                -Fr::one()
            }
            CROSS => {
                // x·s(x) + s(x')/x
                said.value += Fr::one();
                said.shifts[CROSS] = vec![-gamma.double() / (x + inverse)];
                return said;
            }
            _ => unreachable!("no such polynomial"),
        };
        said.value += more / gamma;
        // Coefficients of the product that are not constant: those of what was added to g.
        let table = point().split_at(2).0.eq_table();
        let shift = said.shifts[REMAINDER].clone();
        said.shifts[CROSS] = (1..=LENGTH).map(|e| symmetric(&shift, &table, e)).collect();
        said
    }
    use ark_ff::AdditiveGroup;

    /// `h` and `s` have wrong values at `1/x`.
    fn two_wrong_values(challenges: &Challenges, delta: Fr) -> Said {
        let (x, gamma) = (challenges.at, challenges.parts);
        let mut said = honest();
        said.value += Fr::one();
        let line = point().split_at(2).1.0[0];
        // The sum at x' has δ·(s(x') − …) + δ²·(h(x') − …): s(x') must be off by −δ times what h(x') is.
        let of_h = Fr::one() - line + line * x;
        said.values[4] = gamma.double() / (gamma * of_h + challenges.inverse * delta);
        said
    }

    #[test]
    fn every_challenge_has_a_lie_where_it_is_known() {
        for value in [1, 3] {
            let known_value = Fr::from(value);
            is_false(
                &folded_wrongly(known_value),
                &known(MODULUS, value),
                MODULUS,
            );
            is_false(
                &two_wrong_products(known_value),
                &known(PARTS, value),
                PARTS,
            );
            let checks = known(VALUES_PARTS, value);
            // The values come after x, which they do not change.
            let (challenges, delta) = drawn(&checks);
            assert_eq!(delta, known_value);
            is_false(&two_wrong_values(&challenges, delta), &checks, VALUES_PARTS);
        }
        for value in [2, 3] {
            let checks = known(AT, value);
            let (challenges, _) = drawn(&checks);
            for which in [QUOTIENT, FOLDED, CROSS, REVERSED] {
                let said = at_one_point(&challenges, which);
                is_false(&said, &checks, &format!("x = {value}: {which}"));
            }
        }
    }

    #[test]
    fn every_message_has_a_lie_where_it_is_not_heard() {
        let checks = unheard(LINES);
        let (challenges, _) = drawn(&checks);
        is_false(&folded_wrongly(challenges.modulus), &checks, LINES);
        is_false(&two_wrong_products(challenges.parts), &checks, LINES);
        let checks = unheard(POLYNOMIALS);
        let (challenges, _) = drawn(&checks);
        for which in [QUOTIENT, FOLDED, CROSS, REVERSED] {
            is_false(&at_one_point(&challenges, which), &checks, POLYNOMIALS);
        }
        let checks = unheard(VALUES);
        let (challenges, delta) = drawn(&checks);
        is_false(&two_wrong_values(&challenges, delta), &checks, VALUES);
    }

    /// The opening of one of several, and its challenges.
    fn numbered(number: usize, script: &mut Script<'_>) -> (Claimed<Mercury>, (Challenges, Fr)) {
        let seed = 2 * number as u64;
        let point = Point(random(seed + 1, VARS));
        let said = Said::honest(&random(seed, 1 << VARS), &point);
        let (opening, challenges, delta) = by_hand(script, &said, &point);
        let claimed = Claimed {
            commitment: vec![vec![committed(&powers(), &said.poly)]],
            point,
            value: said.value,
            opening,
        };
        (claimed, (challenges, delta))
    }

    /// The last messages of two openings, in one equation of two points each.
    #[test]
    fn witnesses_that_no_weight_hears_make_up_for_a_false_value() {
        type Drawn = (Challenges, Fr);
        let change = |all: &mut [Claimed<Mercury>], drawn: &[Drawn], weights: &[Fr]| {
            let points = [&drawn[0], &drawn[1]].map(|(drawn, _)| [drawn.at, drawn.inverse]);
            // What the sums are, which were zero for the true value.
            let Claimed { point, value, .. } = &all[0];
            let sums_for = |value: Fr| {
                let (challenges, delta) = &drawn[0];
                let claim = Claim::new(point, value);
                let sums = sums(&claim, challenges, &all[0].opening.values, *delta);
                sums.map(|sum| sum.constant)
            };
            let ([a, b], [true_a, true_b]) = (sums_for(*value), sums_for(*value - Fr::one()));
            let added = witnesses_that_cancel(points, [a - true_a, b - true_b], weights);
            for (claimed, added) in all.iter_mut().zip(added) {
                let witness = &mut claimed.opening.witness;
                *witness = (*witness + committed(&powers(), &added)).into_affine();
            }
        };
        let key = VerifierKey::insecure_test(VARS).unwrap();
        cancel_where_no_weight_hears(key, (WITNESS, 2), numbered, change);
    }

    /// A point that is drawn where there are no two points.
    #[test]
    fn known_points_that_are_no_two_points_are_refused() {
        for value in [0, 1] {
            let verdict = verdict(&known(AT, value), &honest(), &point());
            assert_eq!(verdict, Err(PcsError::Rejected));
        }
    }

    /// The tests above speak of all challenges that there are.
    #[test]
    fn every_challenge_is_known() {
        challenges_are::<Mercury>(&[MODULUS, PARTS, AT, VALUES_PARTS], VARS);
    }
}
