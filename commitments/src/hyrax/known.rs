//! **Insecure**: the scheme with known logarithms, of points that nobody hashed.

use super::hiding::{ANSWER, HidingHyrax, HidingOpening, KNOWLEDGE};
use super::{BASE, CROSS, FOLD, Hyrax, Layout, Lines, Sum, VerifierKey};
use crate::hiding::{
    Asked, HidingKey, HidingProverKey, Simulated, Trapdoor, blinding_logarithm, multiples,
};
use crate::wire::put;
use crate::{CacheDir, Class, Draws, Pcs, PcsError, Script, SetupError};
use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ff::{Field, One, Zero};
use sumcheck::channel::Which;
use sumcheck::{Checks, Point};

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

/// A vector and what stands for its entries, as an opening folds them.
struct Folding {
    vector: Vec<Fr>,
    /// The logarithms of `G_0 …`, of `ξ·U`.
    bases: Vec<Fr>,
    base: Fr,
    /// What is left of `b`.
    weight: Fr,
}

impl Folding {
    /// Of the sum of a polynomial's lines.
    fn new(layout: &Layout, script: &mut Script<'_>, rows: &[Fr], point: &Point<Fr>) -> Self {
        let (low, high) = point.split_at(layout.low(point.vars()));
        let mut vector = vec![Fr::zero(); 1 << low.vars()];
        let lines = rows.chunks(1 << low.vars());
        for (weight, line) in high.eq_table().iter().zip(lines) {
            vector = folded((&vector, line), *weight);
        }
        Folding {
            bases: of_rows(vector.len()),
            vector,
            base: script.sample::<Fr>(BASE) * of_value(),
            weight: Fr::one(),
        }
    }

    /// All rounds: of each the logarithms of `L` and `R`, which become points; `fold` is told its challenge.
    fn fold(
        &mut self,
        script: &mut Script<'_>,
        low: &Point<Fr>,
        mut cross: impl FnMut([Fr; 2]) -> [G1Affine; 2],
        mut fold: impl FnMut(Fr, Fr),
    ) {
        for round in (0..low.vars()).rev() {
            let (first, second) = self.vector.split_at(self.vector.len() / 2);
            let (g, h) = self.bases.split_at(self.vector.len() / 2);
            let (rest, z) = (Point(low.0[..round].to_vec()).eq_table(), low.0[round]);
            let of_value = self.base * self.weight;
            let left = inner(first, h) + of_value * z * inner(first, &rest);
            let right = inner(second, g) + of_value * (Fr::one() - z) * inner(second, &rest);
            script.absorb(CROSS, &cross([left, right]));
            let y: Fr = script.sample(FOLD);
            let inverse = y.inverse().unwrap_or_default();
            fold(y, inverse);
            self.bases = folded((g, h), y);
            self.vector = folded((first, second), inverse);
            self.weight *= Fr::one() - z + y * z;
        }
    }
}

/// A key with points of known logarithms.
pub(crate) fn knowing(layout: Layout) -> HidingProverKey<Hyrax> {
    let rows = of_rows(1 << layout.line_vars());
    let key = VerifierKey::knowing(layout, &rows, of_value());
    HidingProverKey::knowing(key, blinding_logarithm())
}

impl Trapdoor for HidingHyrax {
    fn knowing(max_vars: usize) -> Result<HidingProverKey<Hyrax>, SetupError> {
        Ok(knowing(Layout::suited(max_vars)?))
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
        let layout = key.clear().layout();
        let mut folding = Folding::new(layout, script, difference, point);
        // How much more of `H` there is in the sum of all commitments.
        let mut blinding = inner(&folding.vector, &folding.bases) / blinding_logarithm();
        let changes = std::cell::RefCell::new(Vec::new());
        let mut seen = opening.cross.iter().copied();
        folding.fold(
            script,
            &point.split_at(layout.low(point.vars())).0,
            |cross| {
                let own = cross.map(|point| point / blinding_logarithm());
                changes.borrow_mut().extend(own);
                seen.next().unwrap_or_default()
            },
            |y, inverse| {
                if let Some([left, right]) = changes.borrow().last_chunk() {
                    blinding += y * left + inverse * right;
                }
            },
        );
        script.absorb(KNOWLEDGE, &opening.knowledge);
        let challenge: Fr = script.sample(ANSWER);
        let mut changes = changes.into_inner();
        changes.extend([challenge * folding.vector[0], -challenge * blinding]);
        changes
    }

    /// Draws are the commitment's, of each line; the blindings of `L` and `R` of each round, `d` and `δ`.
    fn twin(
        key: &HidingProverKey<Hyrax>,
        script: &mut Script<'_>,
        (rows, point): (&[Fr], &Point<Fr>),
        draws: &[Fr],
    ) -> [Vec<u8>; 2] {
        let (layout, eta) = (key.clear().layout(), blinding_logarithm());
        let (low, high) = point.split_at(layout.low(point.vars()));
        let (of_lines, draws) = draws.split_at(layout.lines(point.vars()));
        let bases = of_rows(1 << low.vars());
        let lines = rows.chunks(bases.len()).zip(of_lines);
        let lines = lines.map(|(line, draw)| inner(line, &bases) + eta * draw);
        let committed = multiples(&lines.collect::<Vec<Fr>>());
        let mut blinding = inner(&high.eq_table(), of_lines);

        let mut folding = Folding::new(layout, script, rows, point);
        let mut pairs = draws.chunks_exact(2);
        let (crosses, own) = (
            std::cell::RefCell::new(Vec::new()),
            std::cell::Cell::new([Fr::zero(); 2]),
        );
        folding.fold(
            script,
            &low,
            |[left, right]| {
                let pair = pairs.next().unwrap_or_default();
                own.set([pair[0], pair[1]]);
                let points = multiples(&[left + eta * pair[0], right + eta * pair[1]]);
                crosses.borrow_mut().push([points[0], points[1]]);
                [points[0], points[1]]
            },
            |y, inverse| {
                let [left, right] = own.get();
                blinding += y * left + inverse * right;
            },
        );
        let last = pairs.next().unwrap_or_default();
        let (d, delta) = (last[0], last[1]);
        let base = folding.bases[0] + folding.base * folding.weight;
        let knowledge = multiples(&[d * base + delta * eta])[0];
        script.absorb(KNOWLEDGE, &knowledge);
        let challenge: Fr = script.sample(ANSWER);
        let opening = HidingOpening {
            cross: crosses.into_inner(),
            knowledge,
            answers: [
                d + challenge * folding.vector[0],
                delta + challenge * blinding,
            ],
        };
        let mut written = [Vec::new(), Vec::new()];
        committed
            .iter()
            .for_each(|point| put(point, &mut written[0]));
        Self::write_opening(&opening, &mut written[1]);
        written
    }
}

/// Every point is hashed, and no logarithm is known: the hash answers `open/answer` as the simulator likes, who solves the
/// last equation for the point before that challenge.
impl Simulated for HidingHyrax {
    fn simulators(max_vars: usize) -> Result<HidingKey<VerifierKey>, SetupError> {
        let layout = Layout::suited(max_vars)?;
        Ok(HidingKey::new(VerifierKey::new(layout, CacheDir::Off)))
    }

    fn programmed(answer: u64) -> Checks {
        Checks::all().knowing(ANSWER, Which::All, answer)
    }

    fn solved(
        key: &HidingKey<VerifierKey>,
        script: &mut Script<'_>,
        (parts, claim): Asked<'_, '_, Lines>,
        _logarithm: &dyn Fn(&G1Affine) -> Fr,
        draws: &mut Draws,
    ) -> Result<HidingOpening, PcsError> {
        let mut draw = || draws.next::<Fr>(Class::Opening);
        let rounds = key.clear().layout().low(claim.0.vars());
        let cross: Vec<Fr> = (0..2 * rounds).map(|_| draw()).collect();
        let pairs = multiples(&cross);
        let mut opening = HidingOpening {
            cross: pairs
                .chunks_exact(2)
                .map(|pair| [pair[0], pair[1]])
                .collect(),
            knowledge: G1Affine::identity(),
            answers: [draw(), draw()],
        };
        let equation = Self::reduce(key, script, parts, claim, &opening)?;
        let mut sum = Sum::default();
        Self::add(key, &mut sum, Fr::one(), equation);
        opening.knowledge = (-sum.point(key.clear())).into_affine();
        Ok(opening)
    }
}
