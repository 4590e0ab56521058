//! **Insecure**: the scheme with known logarithms.

use super::vk::test_secrets;
use super::{Opening, Pst13, QUOTIENTS, Srs, VerifierKey};
use crate::hiding::{
    Blinded, BlindedOpening, HidingProverKey, SimulatedPairings, Trapdoor, blinding_logarithm,
    correction, multiples,
};
use crate::wire::put;
use crate::{Class, Draws, Key, Pcs, Script, SetupError};
use ark_bn254::Fr;
use sumcheck::Point;

fn bases(max_vars: usize, vars: usize) -> Vec<Fr> {
    let secrets = test_secrets(max_vars);
    Point(secrets[..vars].iter().rev().copied().collect()).eq_table()
}

impl Trapdoor for Blinded<Pst13> {
    fn knowing(max_vars: usize) -> Result<HidingProverKey<Pst13>, SetupError> {
        let key = Srs::insecure_test(max_vars)?;
        Ok(HidingProverKey::knowing(key, blinding_logarithm()))
    }

    fn bases(key: &HidingProverKey<Pst13>, vars: usize) -> Vec<Fr> {
        bases(key.max_vars(), vars)
    }

    /// Draws are the blindings of quotients.
    fn changes(
        key: &HidingProverKey<Pst13>,
        _script: &mut Script<'_>,
        difference: &[Fr],
        point: &Point<Fr>,
        _opening: &Self::Opening,
    ) -> Vec<Fr> {
        let (_, quotients) = divided(key.max_vars(), difference, point);
        let changes = quotients.iter().map(|q| *q / blinding_logarithm());
        changes.collect()
    }

    /// Draws are the commitment's, and the blindings of quotients.
    fn twin(
        key: &HidingProverKey<Pst13>,
        script: &mut Script<'_>,
        (rows, point): (&[Fr], &Point<Fr>),
        draws: &[Fr],
    ) -> [Vec<u8>; 2] {
        let bases = bases(key.max_vars(), point.vars());
        let committed = rows.iter().zip(&bases).map(|(row, base)| *row * base);
        let committed = committed.sum::<Fr>() + blinding_logarithm() * draws[0];
        let (value, quotients) = divided(key.max_vars(), rows, point);
        let blinded = quotients.iter().zip(&draws[1..]);
        let quotients: Vec<Fr> = blinded
            .map(|(q, draw)| *q + blinding_logarithm() * draw)
            .collect();
        let opening = Opening(multiples(&quotients));
        script.absorb(QUOTIENTS, &opening.0);
        let paired = paired(point, (committed, value), &quotients);
        let opening = BlindedOpening {
            opening,
            correction: correction::<Pst13>(key.verifier_key().clear(), &paired),
        };
        let mut written = [Vec::new(), Vec::new()];
        put(&multiples(&[committed])[0], &mut written[0]);
        Self::write_opening(&opening, &mut written[1]);
        written
    }
}

/// The value of rows at a point, and the logarithms of their quotients.
fn divided(max_vars: usize, rows: &[Fr], point: &Point<Fr>) -> (Fr, Vec<Fr>) {
    let mut rest = rows.to_vec();
    let each = point.0.iter().enumerate();
    let quotients = each.map(|(k, z)| {
        let pairs = rest.chunks_exact(2);
        let quotient: Vec<Fr> = pairs.map(|pair| pair[1] - pair[0]).collect();
        let low = rest.iter().step_by(2).zip(&quotient);
        rest = low.map(|(low, q)| *low + *z * q).collect();
        let bases = bases(max_vars, point.vars() - 1 - k);
        let terms = quotient.iter().zip(&bases);
        terms.map(|(q, base)| *q * base).sum::<Fr>()
    });
    let quotients: Vec<Fr> = quotients.collect();
    (rest[0], quotients)
}

/// Of the points that are paired, where commitment and quotients have these logarithms.
fn paired(point: &Point<Fr>, (committed, value): (Fr, Fr), quotients: &[Fr]) -> Vec<Fr> {
    let terms = point.0.iter().zip(quotients);
    let first = committed - value + terms.map(|(z, q)| *z * q).sum::<Fr>();
    let others = quotients.iter().rev().map(|q| -*q);
    std::iter::once(first).chain(others).collect()
}

impl SimulatedPairings for Pst13 {
    fn own_key(max_vars: usize) -> Result<VerifierKey, SetupError> {
        VerifierKey::insecure_test(max_vars)
    }

    fn simulate(
        script: &mut Script<'_>,
        point: &Point<Fr>,
        (committed, value): (Fr, Fr),
        draws: &mut Draws,
    ) -> (Opening, Vec<Fr>) {
        let drawn = point.0.iter().map(|_| draws.next(Class::Opening));
        let quotients: Vec<Fr> = drawn.collect();
        let opening = Opening(multiples(&quotients));
        script.absorb(QUOTIENTS, &opening.0);
        let paired = paired(point, (committed, value), &quotients);
        (opening, paired)
    }
}
