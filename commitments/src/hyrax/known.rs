//! **Insecure**: the scheme with known logarithms, of points that nobody hashed.

use super::hiding::{ANSWER, HidingHyrax, HidingOpening, KNOWLEDGE};
use super::{BASE, CROSS, FOLD, Hyrax, Layout, VerifierKey};
use crate::hiding::{HidingProverKey, Trapdoor, blinding_logarithm};
use crate::{Script, SetupError};
use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use sumcheck::Point;

/// The logarithm of `U`.
fn of_value() -> Fr {
    Fr::from(0xfeed_u64).pow([7])
}

/// Logarithms of so many points: nothing follows from one to the next that a linear relation could be made of.
fn of_rows(count: usize) -> Vec<Fr> {
    let first = Fr::from(0xfade_u64);
    (0..count as u64)
        .map(|row| (first + Fr::from(row)).pow([5]))
        .collect()
}

fn inner(a: &[Fr], b: &[Fr]) -> Fr {
    a.iter().zip(b).map(|(a, b)| *a * b).sum()
}

/// `first + factor · second`.
fn folded((first, second): (&[Fr], &[Fr]), factor: Fr) -> Vec<Fr> {
    let each = first.iter().zip(second);
    each.map(|(a, b)| *a + factor * b).collect()
}

impl Trapdoor for HidingHyrax {
    fn knowing(max_vars: usize) -> Result<HidingProverKey<Hyrax>, SetupError> {
        let layout = Layout::suited(max_vars)?;
        let rows = of_rows(1 << layout.line_vars());
        let key = VerifierKey::knowing(layout, &rows, of_value());
        Ok(HidingProverKey::knowing(key, blinding_logarithm()))
    }

    fn bases(key: &HidingProverKey<Hyrax>, vars: usize) -> Vec<Fr> {
        of_rows(1 << key.clear().layout().low(vars))
    }

    /// Draws are the blindings of `L` and `R` of each round, `d` and `δ`.
    fn changes(
        key: &HidingProverKey<Hyrax>,
        script: &mut Script<'_>,
        difference: &[Fr],
        point: &Point<Fr>,
        opening: &HidingOpening,
    ) -> Vec<Fr> {
        let (low, high) = point.split_at(key.clear().layout().low(point.vars()));
        let mut vector = vec![Fr::zero(); 1 << low.vars()];
        for (weight, line) in high
            .eq_table()
            .iter()
            .zip(difference.chunks(1 << low.vars()))
        {
            vector = folded((&vector, line), *weight);
        }
        let base = script.sample::<Fr>(BASE) * of_value();
        let mut bases = of_rows(vector.len());
        let mut weight = Fr::one();
        // How much more of `H` there is in the sum of all commitments.
        let mut blinding = inner(&vector, &bases) / blinding_logarithm();
        let mut changes = Vec::new();
        for (round, cross) in (0..low.vars()).rev().zip(&opening.cross) {
            let (first, second) = vector.split_at(vector.len() / 2);
            let (g, h) = bases.split_at(vector.len() / 2);
            let (rest, z) = (Point(low.0[..round].to_vec()).eq_table(), low.0[round]);
            let left = inner(first, h) + base * weight * z * inner(first, &rest);
            let right = inner(second, g) + base * weight * (Fr::one() - z) * inner(second, &rest);
            let [left, right] = [left, right].map(|point| point / blinding_logarithm());
            changes.extend([left, right]);
            script.absorb(CROSS, cross);
            let y: Fr = script.sample(FOLD);
            let inverse = y.inverse().unwrap_or_default();
            blinding += y * left + inverse * right;
            bases = folded((g, h), y);
            vector = folded((first, second), inverse);
            weight *= Fr::one() - z + y * z;
        }
        script.absorb(KNOWLEDGE, &opening.knowledge);
        let challenge: Fr = script.sample(ANSWER);
        changes.extend([challenge * vector[0], -challenge * blinding]);
        changes
    }
}
