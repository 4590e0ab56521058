//! Lies about every challenge and message, in openings with a mask and without.

use super::*;
use crate::tests::hiding::Hides;
use crate::tests::polynomials::{solve, witnesses_that_cancel};
use crate::tests::together::{Claimed, cancel_where_no_weight_hears};
use crate::{Class, Draws, HidingProver};
use ark_ec::CurveGroup;
use std::collections::BTreeSet;
use sumcheck::channel::Which;
use sumcheck::{Poly, Transcript};

/// None, as in the clear, and one as in openings that hide.
fn masks() -> [Option<Coefficients>; 2] {
    [None, Some(random(77, 1))]
}

/// Rejected, and accepted with these checks.
fn is_false(said: &Said, weakened: &Checks, what: &str) {
    let point = point();
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

/// Coefficients of a quotient that is too long.
const LONG: usize = 16;

/// `δ_k` of up to [`LONG`] coefficients with `Σ_k C_k·δ_k` as wanted. If `y` is given, what is beyond the quotients'
/// ends cancels in the sum of reversals.
fn long_quotients(wanted: &[Fr], y: Option<Fr>) -> Option<Vec<Coefficients>> {
    let point = point();
    // Row e of the matrix is coefficient e.
    let length = LONG + (1 << VARS);
    let mut matrix = vec![vec![Fr::zero(); VARS * LONG]; length];
    for k in 0..VARS {
        for i in 0..LONG {
            for (j, c) in factor(&point, k).into_iter().enumerate() {
                matrix[i + j][k * LONG + i] = c;
            }
        }
    }
    let mut right = wanted.to_vec();
    right.resize(length, Fr::zero());
    for beyond in y.map_or(0..0, |_| 0..LONG) {
        let mut row = vec![Fr::zero(); VARS * LONG];
        for k in 0..VARS {
            let i = (1 << k) + beyond;
            if i < LONG {
                row[k * LONG + i] = y.unwrap_or_default().pow([k as u64]);
            }
        }
        matrix.push(row);
        right.push(Fr::zero());
    }
    let solution = solve(matrix, right)?;
    Some(solution.chunks(LONG).map(<[Fr]>::to_vec).collect())
}

/// The equation of values holds, as one of polynomials, because quotients are too long.
fn is_long(said: &Said) {
    let too_long = |(k, q): (usize, &Coefficients)| q[1 << k..].iter().any(|a| !a.is_zero());
    assert!(said.quotients.iter().enumerate().any(too_long));
    assert_eq!(value_at(said, &point(), Fr::from(99)), Fr::zero());
}

/// A value that is off by one.
fn false_value(y: Option<Fr>) -> Said {
    let mut said = honest(&rows(), &point());
    said.value += Fr::one();
    let wanted: Coefficients = phi(VARS, 0).iter().map(|a| -*a).collect();
    let long = long_quotients(&wanted, y).unwrap();
    for (quotient, own) in said.quotients.iter_mut().zip(long) {
        add(quotient, Fr::one(), &own);
    }
    is_long(&said);
    said
}

/// What `y` is if the transcript does not hear the quotients.
fn drawn(checks: &Checks, said: &Said) -> Challenges {
    opened(checks, said, &point()).1
}

/// With longer quotients any value fits: it is degrees that are proven.
#[test]
fn long_quotients_cancel_where_the_challenge_of_degrees_is_known() {
    for mask in masks() {
        for value in [1, 3] {
            let said = false_value(Some(Fr::from(value))).with(mask.clone());
            is_false(&said, &known(DEGREES, value), &format!("y = {value}"));
        }
        let checks = unheard(QUOTIENTS);
        let y = drawn(&checks, &honest(&rows(), &point())).degrees;
        is_false(&false_value(Some(y)).with(mask), &checks, QUOTIENTS);
    }
}

/// The mask makes up for all that is beyond the ends of quotients.
fn with_long_mask(said: &Said, y: Fr) -> Said {
    let mut mask = vec![Fr::from(5)];
    for (k, (quotient, power)) in said.terms().enumerate() {
        let beyond: Coefficients = quotient.iter().skip(power).copied().collect();
        let weight = -y.pow([k as u64]) / y.pow([VARS as u64]);
        let rest = [&[Fr::zero()], beyond.get(1..).unwrap_or_default()].concat();
        add(&mut mask, weight, &rest);
    }
    said.with(Some(mask))
}

/// A mask is one more summand under the challenge of degrees: it is short, too, or what is beyond its end cancels where
/// that challenge is known.
#[test]
fn a_long_mask_makes_up_for_long_quotients_where_the_challenge_of_degrees_is_known() {
    for value in [1, 3] {
        let said = with_long_mask(&false_value(None), Fr::from(value));
        is_false(&said, &known(DEGREES, value), &format!("y = {value}"));
    }
    let checks = unheard(QUOTIENTS);
    let y = drawn(&checks, &honest(&rows(), &point())).degrees;
    is_false(&with_long_mask(&false_value(None), y), &checks, QUOTIENTS);
    let long = honest(&rows(), &point()).with(Some(random(78, 2)));
    is_false(&long, &known(PARTS, 0), "a long mask alone");
    for mask in masks() {
        let honest = honest(&rows(), &point()).with(mask);
        assert_eq!(verdict(&Checks::all(), &honest, &point()), Ok(()));
    }
}

/// Nobody looks at degrees.
#[test]
fn long_quotients_prove_any_value_where_degrees_do_not_count() {
    for mask in masks() {
        is_false(&false_value(None).with(mask), &known(PARTS, 0), "γ = 0");
    }
    // A longer polynomial, and the value of its first rows.
    let mut longer = honest(&rows(), &point());
    longer.poly.extend(random(9, LONG - longer.poly.len()));
    let mut excess = longer.poly.clone();
    excess[..1 << VARS].fill(Fr::zero());
    let long = long_quotients(&excess, None).unwrap();
    for (quotient, own) in longer.quotients.iter_mut().zip(long) {
        add(quotient, Fr::one(), &own);
    }
    is_long(&longer);
    for mask in masks() {
        let longer = longer.with(mask);
        is_false(&longer, &known(PARTS, 0), "a longer polynomial");
    }
}

/// `d` says what is wanted at the one point where it is looked at.
#[test]
fn long_quotients_have_a_sum_of_reversals_at_a_known_point() {
    let fitting = |checks: &Checks, mask: &Option<Coefficients>| {
        let mut said = false_value(None).with(mask.clone());
        let challenges = drawn(checks, &said);
        let d = at(&reversed(&said, challenges.degrees), challenges.inverse);
        said.shift = sum_at(&said, &challenges) - d;
        assert!(!said.shift.is_zero());
        said
    };
    for mask in masks() {
        for value in [2, 3] {
            let checks = known(AT, value);
            is_false(&fitting(&checks, &mask), &checks, &format!("x = {value}"));
        }
        let checks = unheard(REVERSED);
        is_false(&fitting(&checks, &mask), &checks, REVERSED);
    }
}

/// The first equation holds at one point.
#[test]
fn a_value_is_made_up_for_at_a_known_point() {
    for value in [2, 3] {
        let x = Fr::from(value);
        let mut said = honest(&rows(), &point());
        said.value += Fr::one();
        let left = value_at(&said, &point(), x);
        said.quotients[0][0] += left / at(&factor(&point(), 0), x);
        for mask in masks() {
            let what = format!("x = {value}");
            is_false(&said.with(mask), &known(AT, value), &what);
        }
    }
}

/// The quotients of another polynomial, which is more by a constant. The value's equation is off by as much, and the
/// degrees' makes up for it.
#[test]
fn two_equations_cancel_where_the_challenge_between_them_is_known() {
    let other = |gamma: Fr, mask: &Option<Coefficients>| {
        let mut shifted = rows();
        shifted[0] += Fr::one();
        let mut said = honest(&shifted, &point());
        said.poly = rows();
        said.mask = mask.clone();
        said.shift = -gamma.inverse().unwrap();
        said
    };
    for mask in masks() {
        for value in [1, 3] {
            let said = other(Fr::from(value), &mask);
            is_false(&said, &known(PARTS, value), &format!("γ = {value}"));
        }
        let checks = unheard(REVERSED);
        let gamma = drawn(&checks, &other(Fr::one(), &mask)).parts;
        is_false(&other(gamma, &mask), &checks, REVERSED);
    }
}

/// What is opened by one of several: rows and a point.
fn of_several(number: usize) -> (Vec<Fr>, Point<Fr>) {
    let seed = 2 * number as u64;
    (random(seed, 1 << VARS), Point(random(seed + 1, VARS)))
}

/// The opening of one of several, and its challenges.
fn numbered(number: usize, script: &mut Script<'_>) -> (Claimed<Zeromorph>, Challenges) {
    let (rows, point) = of_several(number);
    let said = honest(&rows, &point);
    let (opening, challenges) = by_hand(&powers(), script, &said, &point);
    let claimed = Claimed {
        commitment: vec![vec![committed(&powers(), &said.poly)]],
        point,
        value: said.value,
        opening,
    };
    (claimed, challenges)
}

/// The same of one that hides, as its prover makes it: with blindings, the mask, and `E`.
fn numbered_that_hides(
    number: usize,
    script: &mut Script<'_>,
) -> (Claimed<Blinded<Zeromorph>>, Challenges) {
    type P = Blinded<Zeromorph>;
    let (rows, point) = of_several(number);
    let (key, draws) = (P::key(), &mut Draws::repeatable(number as u64, None));
    let poly = Poly::dense(VARS, rows.clone());
    let (commitment, kept) = P::commit(&key, &[&poly], (draws, Class::Column)).unwrap();
    let part = Combined {
        batch: &kept,
        factors: vec![vec![Fr::one()]],
    };
    let opened = script.fork(|script| P::open(&key, script, (rows, &point), &[part], draws));
    let (value, opening) = opened.unwrap();
    script.absorb(QUOTIENTS, &opening.opening.quotients);
    let degrees = script.sample(DEGREES);
    script.absorb(REVERSED, &opening.opening.reversed);
    let challenges = Challenges::draw(script, degrees);
    let claimed = Claimed {
        commitment,
        point,
        value,
        opening,
    };
    (claimed, challenges)
}

/// What `a(x)` is where the value is off by one.
fn off<P: Pcs>(claimed: &Claimed<P>, challenges: &Challenges) -> Fr {
    -weights(&claimed.point, challenges).value
}

/// The scheme's own messages of an opening.
fn own(opening: &mut BlindedOpening<Opening>) -> &mut Opening {
    &mut opening.opening
}

/// The last messages of two openings, in one equation of two points each. With `t` added to `s`, `a(x)` and `b(x')` are
/// less by `γ·t` and `t`, so that `a·(X − x') + b·(X − x)` has two coefficients that are to cancel. What is of `H` in it
/// stays what `E` says.
fn with_other_sums<P: Pcs<F = Fr>>(
    all: &mut [Claimed<P>],
    own: impl Fn(&mut P::Opening) -> &mut Opening,
    (drawn, weights): (&[Challenges], &[Fr]),
) {
    let coefficients = |number: usize, a: Fr, b: Fr| {
        let (drawn, weight) = (&drawn[number], weights[number]);
        [a + b, a * drawn.inverse + b * drawn.at].map(|of| weight * of)
    };
    let off = coefficients(0, off(&all[0], &drawn[0]), Fr::zero());
    let [first, other] = [0, 1].map(|n| coefficients(n, drawn[n].parts, Fr::one()));
    let matrix = vec![vec![first[0], other[0]], vec![first[1], other[1]]];
    // Where a mutant knows the points there may be none.
    let added = solve(matrix, off.to_vec()).unwrap_or_default();
    for (claimed, added) in all.iter_mut().zip(added) {
        own(&mut claimed.opening).sum += added;
    }
}

/// The same with an addition to each `w`.
fn with_other_witnesses<P: Pcs<F = Fr>>(
    all: &mut [Claimed<P>],
    own: impl Fn(&mut P::Opening) -> &mut Opening,
    (drawn, weights): (&[Challenges], &[Fr]),
) {
    let points = [&drawn[0], &drawn[1]].map(|drawn| [drawn.at, drawn.inverse]);
    let off = [off(&all[0], &drawn[0]), Fr::zero()];
    let added = witnesses_that_cancel(points, off, weights);
    for (claimed, added) in all.iter_mut().zip(added) {
        let witness = &mut own(&mut claimed.opening).witness;
        *witness = (*witness + committed(&powers(), &added)).into_affine();
    }
}

/// The verifier's key of openings that hide.
fn hiding_key() -> HidingKey<VerifierKey> {
    Blinded::<Zeromorph>::key().verifier_key().clone()
}

#[test]
fn sums_that_no_weight_hears_make_up_for_a_false_value() {
    let key = VerifierKey::insecure_test(VARS).unwrap();
    cancel_where_no_weight_hears::<Zeromorph, _>(key, (SUM, 2), numbered, |all, drawn, weights| {
        with_other_sums(all, |opening| opening, (drawn, weights));
    });
}

#[test]
fn witnesses_that_no_weight_hears_make_up_for_a_false_value() {
    let key = VerifierKey::insecure_test(VARS).unwrap();
    let about = (WITNESS, 2);
    cancel_where_no_weight_hears::<Zeromorph, _>(key, about, numbered, |all, drawn, weights| {
        with_other_witnesses(all, |opening| opening, (drawn, weights));
    });
}

#[test]
fn sums_of_openings_that_hide_make_up_for_a_false_value_where_no_weight_hears() {
    let (key, about) = (hiding_key(), (SUM, 2));
    cancel_where_no_weight_hears(key, about, numbered_that_hides, |all, drawn, weights| {
        with_other_sums(all, own, (drawn, weights));
    });
}

#[test]
fn witnesses_of_openings_that_hide_make_up_for_a_false_value_where_no_weight_hears() {
    let (key, about) = (hiding_key(), (WITNESS, 2));
    cancel_where_no_weight_hears(key, about, numbered_that_hides, |all, drawn, weights| {
        with_other_witnesses(all, own, (drawn, weights));
    });
}

/// A point that is drawn where there are no two points.
#[test]
fn known_points_that_are_no_two_points_are_refused() {
    for value in [0, 1] {
        for mask in masks() {
            let said = honest(&rows(), &point()).with(mask);
            let verdict = verdict(&known(AT, value), &said, &point());
            assert_eq!(verdict, Err(PcsError::Rejected));
        }
    }
}

/// The tests above speak of all challenges that there are.
#[test]
fn every_challenge_has_a_lie() {
    challenges_are::<Zeromorph>(&[DEGREES, AT, PARTS], VARS);
}

/// What is absorbed of an opening that is accepted.
fn heard<P: Pcs<F = Fr>>(key: &P::VerifierKey, claimed: &Claimed<P>) -> BTreeSet<Label> {
    let (mut transcript, mut checks) = (Transcript::new("test"), Checks::all());
    let part = Combined {
        batch: &claimed.commitment,
        factors: vec![vec![Fr::one()]],
    };
    let script = &mut Script::new(&mut transcript, &mut checks);
    let claim = (&claimed.point, claimed.value);
    P::verify(key, script, &[part], claim, &claimed.opening).unwrap();
    checks.sent().map(|(place, _)| place.label).collect()
}

/// And of all messages, in the clear and of openings that hide. `E` is heard by weights alone, and its lie is told of whole
/// proofs (`weights_hear_the_last_item`).
#[test]
fn every_message_has_a_lie() {
    let own = [QUOTIENTS, REVERSED, SUM, WITNESS];
    let hides = [
        QUOTIENTS,
        REVERSED,
        SUM,
        WITNESS,
        Blinded::<Zeromorph>::LABEL,
    ];
    let (clear, _) = with_script(&Checks::all(), |script| numbered(0, script));
    let (hiding, _) = with_script(&Checks::all(), |script| numbered_that_hides(0, script));
    let clear = heard(&VerifierKey::insecure_test(VARS).unwrap(), &clear);
    assert_eq!(clear, BTreeSet::from(own));
    assert_eq!(heard(&hiding_key(), &hiding), BTreeSet::from(hides));
}
