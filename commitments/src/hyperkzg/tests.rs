//! The opening held to one made from its equations, and lies about every challenge and message.
#![allow(clippy::unwrap_used)]

use super::equation::{Challenges, coordinates, sums};
use super::*;
use crate::kzg::Powers;
use crate::tests::polynomials::{
    Coefficients, add, at, challenges_are, committed, openings_are, quotient,
};
use crate::tests::{Tested, polynomials, random, with_script};
use ark_ff::{AdditiveGroup, Field, One, Zero};
use std::sync::Arc;
use sumcheck::Checks;

const VARS: usize = 3;
/// Variables of the prover's key: cheaters know more powers than the verifier's key has.
const KNOWN: usize = 6;

fn powers() -> Arc<Powers> {
    HyperKzg::key(KNOWN)
}

/// What a prover claims and says.
#[derive(Clone)]
struct Said {
    poly: Coefficients,
    value: Fr,
    folds: Vec<Coefficients>,
    /// What is added to `a(x)` and `b(−x)`.
    values: [Fr; 2],
    /// What is added to `w` and `w'`.
    witnesses: [Coefficients; 2],
}

/// The next fold.
fn fold(poly: &[Fr], z: Fr) -> Coefficients {
    let pairs = poly.chunks(2);
    let halves = pairs.map(|pair| (pair[0], pair.get(1).copied().unwrap_or_default()));
    halves.map(|(even, odd)| even + z * (odd - even)).collect()
}

impl Said {
    /// Folds of a polynomial of any length.
    fn honest(rows: &[Fr], point: &Point<Fr>) -> Self {
        let mut folds = vec![rows.to_vec()];
        for z in coordinates(point) {
            folds.push(fold(folds.last().unwrap(), z));
        }
        let last = folds.pop().unwrap();
        Said {
            value: at(&last, Fr::zero()),
            poly: folds.remove(0),
            folds,
            values: [Fr::zero(); 2],
            witnesses: Default::default(),
        }
    }

    /// `a`, `b` and `c`.
    fn sums(&self, point: &Point<Fr>, challenges: &Challenges) -> [Coefficients; 3] {
        let sums = sums(&coordinates(point), challenges);
        [sums.at, sums.at_minus, sums.at_square].map(|factors| {
            let mut sum = Vec::new();
            let polys = std::iter::once(&self.poly).chain(&self.folds);
            for (factor, poly) in factors.into_iter().zip(polys) {
                add(&mut sum, factor, poly);
            }
            sum
        })
    }
}

/// From the equations: the opening, and its challenges.
fn by_hand(script: &mut Script<'_>, said: &Said, point: &Point<Fr>) -> (Opening, Challenges, Fr) {
    let key = powers();
    let folds: Vec<G1Affine> = said
        .folds
        .iter()
        .map(|fold| committed(&key, fold))
        .collect();
    script.absorb(FOLDS, &folds);
    let challenges = Challenges {
        equations: script.sample(EQUATIONS),
        at: script.sample(AT),
    };
    let x = challenges.at;
    let [a, b, c] = said.sums(point, &challenges);
    let values = [at(&a, x) + said.values[0], at(&b, -x) + said.values[1]];
    script.absorb(VALUES, &values);
    let mut w = quotient(&a, x);
    add(&mut w, Fr::one(), &quotient(&b, -x));
    let mut third = quotient(&c, x.square());
    add(&mut w, Fr::one(), &said.witnesses[0]);
    add(&mut third, Fr::one(), &said.witnesses[1]);
    let witnesses = [&w, &third].map(|poly| committed(&key, poly));
    script.absorb(WITNESSES, &witnesses);
    let checks: Fr = script.sample(CHECKS);
    let opening = Opening {
        folds,
        values,
        witnesses,
    };
    (opening, challenges, checks)
}

fn opened(checks: &Checks, said: &Said, point: &Point<Fr>) -> (Opening, Challenges, Fr) {
    with_script(checks, |script| by_hand(script, said, point))
}

/// The verdict on what is said.
fn verdict(checks: &Checks, said: &Said, point: &Point<Fr>) -> Result<(), PcsError> {
    let (opening, ..) = opened(checks, said, point);
    let commitment = committed(&powers(), &said.poly);
    polynomials::verdict::<HyperKzg>(checks, commitment, (point, said.value), &opening)
}

fn point() -> Point<Fr> {
    Point(random(2, VARS))
}

fn honest() -> Said {
    Said::honest(&random(1, 1 << VARS), &point())
}

#[test]
fn openings_are_those_of_the_equations() {
    openings_are::<HyperKzg>(&powers(), KNOWN, |rows, point| {
        let mut rows = rows.to_vec();
        rows.resize(1 << point.vars(), Fr::zero());
        let said = Said::honest(&rows, point);
        let (expected, ..) = opened(&Checks::all(), &said, point);
        assert_eq!(verdict(&Checks::all(), &said, point), Ok(()));
        (said.value, expected)
    });
}

/// A longer polynomial is opened if what is beyond folds to zero, at the value of its first rows, and otherwise not.
#[test]
fn longer_polynomials_are_worth_their_first_rows_or_have_no_opening() {
    let rejected = Err(PcsError::Rejected);
    for length in [(1 << VARS) + 1, 1 << KNOWN] {
        let mut rows = honest().poly;
        rows.extend(random(9, length - rows.len()));
        let longer = Said::honest(&rows, &point());
        assert_eq!(longer.value, honest().value);
        assert_eq!(verdict(&Checks::all(), &longer, &point()), rejected);
        // Of the last fold, what is beyond its first coefficient.
        let mut rest = rows.clone();
        point().0.iter().for_each(|z| rest = fold(&rest, *z));
        let weight = point().eq_table()[0];
        for (block, excess) in rest.iter().enumerate().skip(1) {
            rows[block << VARS] -= *excess / weight;
        }
        let longer = Said::honest(&rows, &point());
        assert_eq!(verdict(&Checks::all(), &longer, &point()), Ok(()));
        let mut other = longer;
        other.value += Fr::one();
        assert_eq!(verdict(&Checks::all(), &other, &point()), rejected);
    }
}

#[cfg(feature = "testing")]
mod lies {
    use super::*;
    use sumcheck::channel::Which;

    /// Rejected, and accepted with these checks. The value is off by one.
    fn is_false(said: &Said, weakened: &Checks, what: &str) {
        let point = point();
        assert_eq!(said.value, honest().value + Fr::one());
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
        let (_, challenges, epsilon) = opened(checks, &honest(), &point());
        (challenges, epsilon)
    }

    fn off_by_one() -> Said {
        let mut said = honest();
        said.value += Fr::one();
        said
    }

    /// The last two equations are wrong: the last fold is more by a constant.
    fn two_wrong_equations(y: Fr) -> Said {
        let mut said = off_by_one();
        let even = Fr::one() - point().0[VARS - 1];
        let more = -y / (Fr::one() - y * even);
        add(&mut said.folds[VARS - 2], Fr::one(), &[more]);
        said
    }

    /// The last equation holds at one point: the last fold is more by a multiple of `X − x²`.
    fn at_one_point(x: Fr) -> Said {
        let mut said = off_by_one();
        let z = point().0[VARS - 1];
        let more = (z - x.square() * (Fr::one() - z)).inverse().unwrap();
        add(&mut said.folds[VARS - 2], more, &[-x.square(), Fr::one()]);
        said
    }

    /// How much `c(x²)` is off if the value is, by one.
    fn off(challenges: &Challenges) -> Fr {
        challenges.at.double() * challenges.equations.pow([VARS as u64 - 1])
    }

    /// Values at `x` and `−x` are wrong, and make up for that.
    fn two_wrong_values(challenges: &Challenges, epsilon: Fr) -> Said {
        let mut said = off_by_one();
        let more = epsilon * off(challenges) / challenges.at.double();
        said.values = [-more, more];
        said
    }

    /// The witnesses make up for it.
    fn two_wrong_witnesses(challenges: &Challenges, epsilon: Fr) -> Said {
        let mut said = off_by_one();
        let square = challenges.at.square();
        // off = w'-shift·(X − x²) − t/ε·(X² − x²), which at X = x² gives t.
        let t = -epsilon * off(challenges) / (square.square() - square);
        let shift = t / epsilon;
        said.witnesses[0] = vec![t];
        said.witnesses[1] = quotient(
            &[off(challenges) - shift * square, Fr::zero(), shift],
            square,
        );
        said
    }

    #[test]
    fn every_challenge_has_a_lie_where_it_is_known() {
        for value in [1, 3] {
            let lie = two_wrong_equations(Fr::from(value));
            is_false(&lie, &known(EQUATIONS, value), EQUATIONS);
            is_false(&at_one_point(Fr::from(value)), &known(AT, value), AT);
            let checks = known(CHECKS, value);
            // The checks come after the others, which they do not change.
            let (challenges, epsilon) = drawn(&checks);
            assert_eq!(epsilon, Fr::from(value));
            is_false(&two_wrong_values(&challenges, epsilon), &checks, CHECKS);
            is_false(&two_wrong_witnesses(&challenges, epsilon), &checks, CHECKS);
        }
    }

    #[test]
    fn every_message_has_a_lie_where_it_is_not_heard() {
        let checks = unheard(FOLDS);
        let (challenges, _) = drawn(&checks);
        is_false(&two_wrong_equations(challenges.equations), &checks, FOLDS);
        is_false(&at_one_point(challenges.at), &checks, FOLDS);
        let checks = unheard(VALUES);
        let (challenges, epsilon) = drawn(&checks);
        is_false(&two_wrong_values(&challenges, epsilon), &checks, VALUES);
        let checks = unheard(WITNESSES);
        let (challenges, epsilon) = drawn(&checks);
        is_false(
            &two_wrong_witnesses(&challenges, epsilon),
            &checks,
            WITNESSES,
        );
    }

    /// At zero there are no two points.
    #[test]
    fn zero_is_refused() {
        let verdict = verdict(&known(AT, 0), &honest(), &point());
        assert_eq!(verdict, Err(PcsError::Rejected));
    }

    /// The tests above speak of all challenges that there are.
    #[test]
    fn every_challenge_is_known() {
        challenges_are::<HyperKzg>(&[EQUATIONS, AT, CHECKS], VARS);
    }
}
