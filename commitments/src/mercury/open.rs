//! The prover's side of an opening.
//!
//! The rows are divided by `X^b − α` in place: `g` is then in front, and `q` behind it. What `f − (x^b − α)·q` is follows from
//! the two: line `i` of it is line `i` of these less `x^b` times the next line.

use super::equation::{Challenges, Claim, Values, power_of_line, sums};
use super::{AT, LINES, MODULUS, Opening, PARTS, POLYNOMIALS, VALUES, VALUES_PARTS, WITNESS};
use crate::Script;
use crate::curve::msm;
use crate::kzg::{add_scaled, divide, quotient_at_two_points};
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, Zero};
use rayon::prelude::*;
use sumcheck::{Point, ProverField};

/// Value and proof.
pub(super) fn open(
    powers: &[G1Affine],
    script: &mut Script<'_>,
    mut rows: Vec<Fr>,
    point: &Point<Fr>,
) -> (Fr, Opening) {
    let mut claim = Claim::new(point, Fr::zero());
    let (place, line) = (claim.place.eq_table(), claim.line.eq_table());
    let length = place.len();
    let h: Vec<Fr> = rows
        .par_chunks(length)
        .map(|row| Fr::dot(row, &place))
        .collect();
    claim.value = Fr::dot(&h, &line);
    let lines = msm(powers, &h).into_affine();
    script.absorb(LINES, &lines);
    let (modulus, parts): (Fr, Fr) = (script.sample(MODULUS), script.sample(PARTS));

    each_line(&mut rows, length, &modulus, true);
    let g = rows[..length].to_vec();
    let mut r = h.clone();
    let folded = divide(&mut r, modulus);
    let r = r.split_off(1);
    let s = cross([(&g, &place), (&h, &line)], parts);
    let d: Vec<Fr> = g.iter().rev().copied().collect();
    let polynomials = [&rows[length..], &g, &r, &s, &d].map(|poly| msm(powers, poly));
    let polynomials = G1Projective::normalize_batch(&polynomials);
    let polynomials = std::array::from_fn(|i| polynomials[i]);
    script.absorb(POLYNOMIALS, &polynomials);
    let at: Fr = script.sample(AT);
    let challenges = Challenges {
        modulus,
        parts,
        at,
        // If `x` is zero, there is no proof.
        inverse: at.inverse().unwrap_or_default(),
    };
    let inverse = challenges.inverse;
    let values = Values {
        folded,
        remainder: [value(&g, at), value(&g, inverse)],
        lines: [value(&h, at), value(&h, inverse)],
        cross: value(&s, at),
    };
    script.absorb(VALUES, &values.to_array());
    let delta: Fr = script.sample(VALUES_PARTS);

    let [first, second] = sums(&claim, &challenges, &values, delta);
    each_line(&mut rows, length, &-power_of_line(&claim, at), false);
    // Constants leave no trace in quotients.
    let mut c = vec![Fr::zero(); length];
    for (sum, factors) in [(&mut rows, first.factors), (&mut c, second.factors)] {
        let [of_h, _, of_g, of_r, of_s, of_d] = factors;
        for (poly, factor) in [(&h, of_h), (&g, of_g), (&r, of_r), (&s, of_s), (&d, of_d)] {
            add_scaled(sum, &factor, poly);
        }
    }
    let w = quotient_at_two_points((rows, at), (c, inverse));
    let witness = msm(powers, &w).into_affine();
    script.absorb(WITNESS, &witness);
    let opening = Opening {
        lines,
        polynomials,
        values,
        witness,
    };
    (claim.value, opening)
}

/// Adds to each line `by` times the next one, from the last or from the first.
fn each_line(rows: &mut [Fr], length: usize, by: &Fr, from_last: bool) {
    let pairs = (rows.len() / length).saturating_sub(1);
    for step in 0..pairs {
        let at = match from_last {
            true => pairs - 1 - step,
            false => step,
        };
        let (line, next) = rows[length * at..].split_at_mut(length);
        add_scaled(line, by, &next[..length]);
    }
}

/// `s`: coefficient `k` of the sum of all `Σ_j (a_{j+k+1}·b_j + a_j·b_{j+k+1})`, the second times `γ`.
fn cross([(g, place), (h, line)]: [(&[Fr], &[Fr]); 2], gamma: Fr) -> Vec<Fr> {
    let shifted = |a: &[Fr], b: &[Fr], by: usize| {
        let one = |a: &[Fr], b: &[Fr]| {
            let a = a.get(by..).unwrap_or_default();
            Fr::dot(a, &b[..a.len()])
        };
        one(a, b) + one(b, a)
    };
    (1..g.len())
        .into_par_iter()
        .map(|by| shifted(g, place, by) + gamma * shifted(h, line, by))
        .collect()
}

/// A short polynomial's value.
fn value(poly: &[Fr], x: Fr) -> Fr {
    poly.iter().rfold(Fr::zero(), |sum, a| sum * x + a)
}
