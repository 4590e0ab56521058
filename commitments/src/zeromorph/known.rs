//! **Insecure**: the scheme with known logarithms.

use super::equation::{Challenges, weights};
use super::open::{divide_variables, quotients, sum_of_reversals};
use super::{DEGREES, Opening, QUOTIENTS, REVERSED, SUM, WITNESS, Zeromorph};
use crate::hiding::{
    Blinded, BlindedOpening, HidingProverKey, SimulatedPairings, Trapdoor, blinding_logarithm,
    correction, multiples,
};
use crate::kzg::{Powers, VerifierKey, test_secret};
use crate::wire::put;
use crate::{Class, Draws, Pcs, Script, SetupError};
use ark_bn254::Fr;
use ark_ff::Field;
use sumcheck::{Point, powers};

/// A polynomial's value, from its coefficients.
fn at(coefficients: &[Fr], x: Fr) -> Fr {
    let from_top = coefficients.iter().rev();
    from_top.fold(Fr::from(0), |sum, coefficient| sum * x + coefficient)
}

impl Trapdoor for Blinded<Zeromorph> {
    fn knowing(max_vars: usize) -> Result<HidingProverKey<Zeromorph>, SetupError> {
        let key = Powers::insecure_test(max_vars)?;
        Ok(HidingProverKey::knowing(key, blinding_logarithm()))
    }

    fn bases(_key: &HidingProverKey<Zeromorph>, vars: usize) -> Vec<Fr> {
        powers(test_secret(), 1 << vars)
    }

    /// Draws are the mask, and the blindings of quotients, of the mask, of `d`, of `w`. Value and `s` stay what they are.
    fn changes(
        _key: &HidingProverKey<Zeromorph>,
        script: &mut Script<'_>,
        difference: &[Fr],
        point: &Point<Fr>,
        opening: &Self::Opening,
    ) -> Vec<Fr> {
        let opening = &opening.opening;
        script.absorb(QUOTIENTS, &opening.quotients);
        let degrees: Fr = script.sample(DEGREES);
        script.absorb(REVERSED, &opening.reversed);
        let challenges = Challenges::draw(script, degrees);
        let (tau, x, inverse) = (test_secret(), challenges.at, challenges.inverse);

        let mut divided = difference.to_vec();
        divide_variables(&mut divided, point);
        let quotients = quotients(&divided);
        let reversed = sum_of_reversals(&quotients, degrees, None);
        let power = degrees.pow([point.vars() as u64]);
        let mask = -at(&reversed, inverse) / power;
        let mut points: Vec<Fr> = quotients.iter().map(|q| at(q, tau)).collect();
        points.push(mask);
        let nothing = Fr::from(0);
        let claim = (at(difference, tau), nothing);
        let a = summed(point, claim, (&points, nothing), &challenges);
        let d = at(&reversed, tau) + power * mask;
        points.extend([d, a / (tau - x) + d / (tau - inverse)]);
        let blindings = points.iter().map(|point| *point / blinding_logarithm());
        std::iter::once(-mask).chain(blindings).collect()
    }

    /// Draws are the commitment's, the mask, and the blindings of quotients, of the mask, of `d`, of `w`.
    fn twin(
        key: &HidingProverKey<Zeromorph>,
        script: &mut Script<'_>,
        (rows, point): (&[Fr], &Point<Fr>),
        draws: &[Fr],
    ) -> [Vec<u8>; 2] {
        let [of_commitment, mask] = [draws[0], draws[1]];
        let mut blindings = draws[2..].iter().map(|draw| *draw * blinding_logarithm());
        let tau = test_secret();
        let own = at(rows, tau);
        let committed = own + of_commitment * blinding_logarithm();

        let mut divided = rows.to_vec();
        divide_variables(&mut divided, point);
        let (value, quotients) = (divided[0], quotients(&divided));
        let bare = quotients.iter().map(|q| at(q, tau));
        let bare: Vec<Fr> = bare.chain([mask]).collect();
        let mut points: Vec<Fr> = bare
            .iter()
            .zip(&mut blindings)
            .map(|(q, b)| *q + b)
            .collect();
        let written = multiples(&points);
        script.absorb(QUOTIENTS, &written);
        let degrees: Fr = script.sample(DEGREES);
        let reversed = sum_of_reversals(&quotients, degrees, Some(mask));
        let d = at(&reversed, tau);
        points.push(d + blindings.next().unwrap_or_default());
        let written_d = multiples(&points[points.len() - 1..])[0];
        script.absorb(REVERSED, &written_d);
        let challenges = Challenges::draw(script, degrees);
        let (x, inverse) = (challenges.at, challenges.inverse);
        let sum = at(&reversed, inverse);
        let a = summed(point, (own, value), (&bare, sum), &challenges);
        let w = a / (tau - x) + (d - sum) / (tau - inverse);
        points.push(w + blindings.next().unwrap_or_default());
        let opening = Opening {
            quotients: written,
            reversed: written_d,
            sum,
            witness: multiples(&points[points.len() - 1..])[0],
        };
        let paired = paired(point, (committed, value), (&points, sum), &challenges);
        let opening = BlindedOpening {
            opening,
            correction: correction::<Zeromorph>(key.verifier_key().clear(), &paired),
        };
        let mut written = [Vec::new(), Vec::new()];
        put(&multiples(&[committed])[0], &mut written[0]);
        Self::write_opening(&opening, &mut written[1]);
        written
    }
}

impl SimulatedPairings for Zeromorph {
    fn own_key(max_vars: usize) -> Result<VerifierKey, SetupError> {
        VerifierKey::insecure_test(max_vars)
    }

    fn simulate(
        script: &mut Script<'_>,
        point: &Point<Fr>,
        (committed, value): (Fr, Fr),
        draws: &mut Draws,
    ) -> (Opening, Vec<Fr>) {
        // Of the quotients, of the mask, of `d`, of `w`; and `s`.
        let drawn = (0..point.vars() + 3).map(|_| draws.next(Class::Opening));
        let drawn: Vec<Fr> = drawn.collect();
        let sum: Fr = draws.next(Class::Opening);
        let (quotients, rest) = drawn.split_at(point.vars() + 1);
        let (reversed, witness) = (rest[0], rest[1]);
        let points = multiples(&drawn);
        let (of_quotients, rest) = points.split_at(quotients.len());
        let opening = Opening {
            quotients: of_quotients.to_vec(),
            reversed: rest[0],
            sum,
            witness: rest[1],
        };
        script.absorb(QUOTIENTS, &opening.quotients);
        let degrees: Fr = script.sample(DEGREES);
        script.absorb(REVERSED, &opening.reversed);
        let challenges = Challenges::draw(script, degrees);
        script.absorb(SUM, &sum);
        script.absorb(WITNESS, &opening.witness);
        let logarithms = [quotients, &[reversed, witness]].concat();
        let claim = (committed, value);
        let paired = paired(point, claim, (&logarithms, sum), &challenges);
        (opening, paired)
    }
}

/// `a` at a number where `f` and the quotients, with the mask, are these, and the value and `s` as well.
fn summed(
    point: &Point<Fr>,
    (committed, value): (Fr, Fr),
    (quotients, sum): (&[Fr], Fr),
    challenges: &Challenges,
) -> Fr {
    let weights = weights(point, challenges);
    let terms = weights.quotients.iter().zip(quotients);
    committed + terms.map(|(w, q)| *w * q).sum::<Fr>() - weights.value * value - weights.sum * sum
}

/// Of the points that are paired, where the commitment has this logarithm, and the opening's points, in order, these.
fn paired(
    point: &Point<Fr>,
    claim: (Fr, Fr),
    (points, sum): (&[Fr], Fr),
    challenges: &Challenges,
) -> Vec<Fr> {
    let (quotients, rest) = points.split_at(point.vars() + 1);
    let a = summed(point, claim, (quotients, sum), challenges);
    let (b, w) = (rest[0] - sum, rest[1]);
    let (x, inverse) = (challenges.at, challenges.inverse);
    // a·(X − x') + b·(X − x) − w·(X − x)(X − x'), by powers of X, and signs as they are paired.
    vec![a * inverse + b * x + w, -a - b - w * (x + inverse), w]
}
