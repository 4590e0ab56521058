//! **Insecure**: the scheme with known logarithms.

use super::equation::{Challenges, weights};
use super::open::{divide_variables, quotients, sum_of_reversals};
use super::{DEGREES, QUOTIENTS, REVERSED, Zeromorph};
use crate::hiding::{Blinded, HidingProverKey, Trapdoor, blinding_logarithm};
use crate::kzg::{Powers, test_secret};
use crate::{Script, SetupError};
use ark_bn254::Fr;
use ark_ff::{Field, One};
use sumcheck::Point;

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
        let powers = std::iter::successors(Some(Fr::one()), |power| Some(*power * test_secret()));
        powers.take(1 << vars).collect()
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
        let weights = weights(point, &challenges);
        let terms = weights.quotients.iter().zip(&points);
        let a = at(difference, tau) + terms.map(|(w, q)| *w * q).sum::<Fr>();
        let d = at(&reversed, tau) + power * mask;
        points.extend([d, a / (tau - x) + d / (tau - inverse)]);
        let blindings = points.iter().map(|point| *point / blinding_logarithm());
        std::iter::once(-mask).chain(blindings).collect()
    }
}
