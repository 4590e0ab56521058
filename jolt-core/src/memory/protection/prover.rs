//! The prover of what accesses must not hit: sums over cells.

use super::Forbidden;
use crate::machine::Run;
use crate::memory::prover::{Cells, stretches};
use crate::witness::Witness;
use rayon::prelude::*;
use std::ops::Range;
use sumcheck::EqBlocks;
use sumcheck::{Field, Point, ProverField, RoundProver, UniPoly};

/// `Σ_j eq(point, j)` over the cycles that access a cell, for cells that are accessed, ascending.
pub fn by_cell<F: ProverField>(
    run: &Run<'_>,
    witness: &Witness,
    point: &Point<F>,
) -> Vec<(u32, F)> {
    const BLOCK: usize = 1 << 8;
    let cells = Cells::of(witness, run.machine.ram_vars());
    let eq = EqBlocks::new(point);
    let count = cells.values.len();
    let sums = |cycles: Range<usize>| {
        let mut sums = vec![F::zero(); count];
        let mut weights = [F::zero(); BLOCK];
        for start in cycles.clone().step_by(BLOCK) {
            let weights = &mut weights[..BLOCK.min(cycles.end - start)];
            eq.write(start, F::one(), weights);
            for (cell, weight) in cells.of_cycle[start..].iter().zip(weights) {
                let sum = &mut sums[*cell as usize];
                *sum = sum.plus(weight);
            }
        }
        sums
    };
    let stretches = stretches(witness.cycles()).into_par_iter();
    let mut all: Vec<Vec<F>> = stretches.map(sums).collect();
    // Padding reads cell 0, the first.
    let mut padding = vec![F::zero(); count];
    padding[0] = F::one() - point.prefix_sum(witness.cycles());
    all.push(padding);
    let sums: Vec<&[F]> = all.iter().map(Vec::as_slice).collect();
    cells.sums(&sums)
}

/// The address rounds of `Σ_k F(k) · forbidden(k)`.
pub struct Rounds<F> {
    forbidden: Forbidden<F>,
    challenges: Point<F>,
    /// Cells, bound so far, at which `F` is not zero.
    nodes: Vec<(u32, F)>,
}

impl<F: Field> Rounds<F> {
    /// For `F` as it is on cells, ascending, 0 on all others.
    pub fn new(forbidden: Forbidden<F>, nodes: Vec<(u32, F)>) -> Self {
        Rounds {
            forbidden,
            challenges: Point(Vec::new()),
            nodes,
        }
    }

    /// `F` on both children of every node above.
    fn pairs(&self) -> impl Iterator<Item = (u32, [F; 2])> {
        let siblings = self.nodes.chunk_by(|a, b| a.0 >> 1 == b.0 >> 1);
        siblings.map(|children| {
            let mut both = [F::zero(); 2];
            for (k, value) in children {
                both[(k & 1) as usize] = *value;
            }
            (children[0].0 >> 1, both)
        })
    }

    /// The round polynomial's value at 0 and its quadratic coefficient.
    pub fn coefficients(&self) -> [F; 2] {
        let (mut at_zero, mut quadratic) = (F::zero(), F::zero());
        for (k, [a, b]) in self.pairs() {
            let zero = self.forbidden.folded(&self.challenges, 2 * k);
            let one = self.forbidden.folded(&self.challenges, 2 * k + 1);
            at_zero += a * zero;
            quadratic += (b - a) * (one - zero);
        }
        [at_zero, quadratic]
    }
}

/// The polynomial whose value at 0 and quadratic coefficient are given, of which the claim determines the middle.
pub fn quadratic<F: Field>(claim: F, [at_zero, quadratic]: [F; 2]) -> UniPoly<F> {
    UniPoly(vec![
        at_zero,
        claim - at_zero.double() - quadratic,
        quadratic,
    ])
}

impl<F: Field> RoundProver<F> for Rounds<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        quadratic(claim, self.coefficients())
    }

    fn bind(&mut self, x: F) {
        self.nodes = self
            .pairs()
            .map(|(k, [a, b])| (k, a + x * (b - a)))
            .collect();
        self.challenges.0.push(x);
    }

    fn finish(&mut self) -> Vec<F> {
        vec![self.nodes.first().map_or(F::zero(), |(_, value)| *value)]
    }
}
