//! The prover of a read check, address variables first.
//!
//! The address rounds come from a few passes over the accesses (see [`pass`](super::pass)): one for all bits
//! of a register, and one for the lowest 2 to 5 bits of a cell and for every 4 further ones. Cost follows accesses
//! and touched cells, not address space. Cycles that read cell 0 idly are merged between writes. After
//! the address rounds `Val(r_k, ·)` is one running sum, and the cycle rounds are those of [`CycleProver`].
//!
//! What is forbidden (see [`protection`]) is an addend in each address round, and a constant in the cycle rounds.

use super::pass::{History, Matrix};
use crate::memory::protection::{self, Rounds};
use rayon::prelude::*;
use sumcheck::kernel::{Column, CycleProver, own_pages};
use sumcheck::{Point, ProverField, RoundProver, UniPoly};

/// Builds what is left after the address rounds, from their challenges.
pub type CycleRounds<'a, F> = Box<dyn FnOnce(&Point<F>) -> CycleProver<F> + Send + Sync + 'a>;

/// Proves the read check.
pub struct ReadProver<'a, F> {
    /// Of the current pass.
    matrix: Matrix<F>,
    /// For the passes to come.
    history: Option<History<F>>,
    /// What is forbidden, in the address rounds.
    forbidden: Option<Rounds<F>>,
    challenges: Vec<F>,
    /// Challenges before the current pass.
    passed: usize,
    address_vars: usize,
    build: Option<CycleRounds<'a, F>>,
    cycle: Option<CycleProver<F>>,
}

impl<'a, F: ProverField> ReadProver<'a, F> {
    /// A prover from the matrix of the first pass, the accesses if there are further ones, and the cycle
    /// rounds to follow.
    pub fn new(
        address_vars: usize,
        matrix: Matrix<F>,
        history: Option<History<F>>,
        build: CycleRounds<'a, F>,
    ) -> Self {
        let mut prover = ReadProver {
            matrix,
            history,
            forbidden: None,
            challenges: Vec::new(),
            passed: 0,
            address_vars,
            build: Some(build),
            cycle: None,
        };
        prover.maybe_enter_cycles();
        prover
    }

    /// The same for a relation whose values have another addend.
    pub fn guarded(mut self, forbidden: Rounds<F>) -> Self {
        self.forbidden = Some(forbidden);
        self
    }

    fn address_round(&self, claim: F) -> UniPoly<F> {
        let mut coefficients = self.matrix.coefficients();
        if let Some(forbidden) = &self.forbidden {
            let more = forbidden.coefficients();
            coefficients = std::array::from_fn(|i| coefficients[i] + more[i]);
        }
        protection::quadratic(claim, coefficients)
    }

    fn maybe_enter_cycles(&mut self) {
        if self.challenges.len() == self.address_vars
            && let Some(build) = self.build.take()
        {
            self.history = None;
            self.cycle = Some(build(&Point(self.challenges.clone())));
        }
    }

    fn bind_address(&mut self, x: F) {
        self.matrix.bind(x);
        if let Some(forbidden) = &mut self.forbidden {
            forbidden.bind(x);
        }
        self.challenges.push(x);
        self.maybe_enter_cycles();
        if self.matrix.is_bound()
            && let Some(history) = &mut self.history
        {
            let bound = Point(self.challenges[self.passed..].to_vec());
            self.matrix = history.next(&bound.eq_table());
            self.passed = self.challenges.len();
        }
    }
}

impl<F: ProverField> RoundProver<F> for ReadProver<'_, F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        match &mut self.cycle {
            Some(cycle) => cycle.round(claim),
            None => self.address_round(claim),
        }
    }

    fn bind(&mut self, challenge: F) {
        match &mut self.cycle {
            Some(cycle) => cycle.bind(challenge),
            None => self.bind_address(challenge),
        }
    }

    fn finish(&mut self) -> Vec<F> {
        self.cycle
            .as_mut()
            .map(CycleProver::finish)
            .unwrap_or_default()
    }
}

/// `Val(r_k, j)` before every cycle: a running sum of the increments at their addresses' weights.
pub fn values_at<F: ProverField>(
    initial: F,
    cycles: usize,
    written: impl Fn(usize) -> (F, i128) + Sync,
) -> Column<F> {
    let mut rows = own_pages(F::zero(), cycles);
    let size = cycles.div_ceil(rayon::current_num_threads()).max(1);
    let stretches = rows.par_chunks_mut(size).enumerate();
    let totals: Vec<F> = stretches
        .map(|(at, rows)| {
            let mut value = F::zero();
            for (j, row) in (at * size..).zip(rows) {
                *row = value;
                let (weight, increment) = written(j);
                if increment != 0 {
                    value = value.plus(&weight.mul_i128(increment));
                }
            }
            value
        })
        .collect();
    let mut value = initial;
    for (rows, total) in rows.chunks_mut(size).zip(totals) {
        let blocks = rows.par_chunks_mut(1 << 12);
        blocks.for_each(|rows| rows.iter_mut().for_each(|row| *row = row.plus(&value)));
        value += total;
    }
    Column::with_tail(rows, value)
}
