//! The read check, address variables first.
//!
//! Relation: `Σ_a γ^a value_a(r) = Σ_{k,j} eq(r, j) · Val(k, j) · Σ_a γ^a ra_a(k, j)` over ports `a` (three
//! for registers: rs1, rs2, rd; one for RAM).
//!
//! Prover: in an address round the summand needs `Val` at the accessed cell and at its sibling, at
//! the time of the access. One pass over the accesses with a running copy of memory, folded to the
//! bits bound so far, gives both. Only touched cells (and their siblings) are held, so cost follows
//! accesses and not address space. A pass only copies cells and adds increments, which are kept
//! folded like the weights; products are taken of whole blocks afterwards: per access and address
//! round 2 delayed multiplications and one to bind its weight, per write one more. Cycles that read
//! cell 0 idly are merged between writes. After the address rounds `Val(r_k, ·)` is one running sum,
//! and the cycle rounds are those of [`CycleProver`].

use rayon::prelude::*;
use std::collections::BTreeSet;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{Expr, Field, Order, Point, Relation, RoundProver, Segment, UniPoly};

/// The relation of `ports.len()` read ports over `2^address_vars` cells.
pub fn relation<F: Field>(
    name: &'static str,
    address_vars: usize,
    point: &Point<F>,
    ports: &[&str],
    gamma: F,
) -> Relation<F> {
    let address = Segment {
        name: "k",
        vars: address_vars,
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new(name, vec![address, Segment::cycle(point.vars())]);
    let eq = relation.eq("eq(r,j)", 1, point.clone());
    let value = relation.claimed("value", &[0, 1]);
    let ports: Vec<Expr<F>> = ports
        .iter()
        .map(|p| relation.claimed(*p, &[0, 1]))
        .collect();
    relation.summand = eq * value * Expr::batch("γ", gamma, ports);
    relation
}

/// One access, in order of time.
#[derive(Clone, Copy, Debug)]
pub struct Access<F> {
    /// Cell.
    pub cell: u32,
    /// `γ^port · eq(r, cycle)`, summed over the cycles that this access stands for.
    pub weight: F,
    /// Added to the cell afterwards.
    pub increment: i128,
}

/// `eq(challenges, low bits of k)` for many `k`: two tables and one multiplication.
pub struct EqLow<F> {
    split: usize,
    low: Vec<F>,
    high: Vec<F>,
}

impl<F: Field> EqLow<F> {
    /// For the first `challenges.len()` bits.
    pub fn new(challenges: &[F]) -> Self {
        let split = challenges.len().div_ceil(2);
        let (low, high) = challenges.split_at(split);
        EqLow {
            split,
            low: Point(low.to_vec()).eq_table(),
            high: Point(high.to_vec()).eq_table(),
        }
    }

    /// `eq(challenges, k mod 2^n)`.
    #[inline]
    pub fn get(&self, k: u32) -> F {
        let k = k as usize;
        let low = self.low[k & (self.low.len() - 1)];
        match self.high.len() {
            1 => low,
            n => low * self.high[(k >> self.split) & (n - 1)],
        }
    }
}

/// Cells at one folding level: prefixes `k >> level`, ascending, always both of a pair of siblings.
struct Level {
    /// For each pair, where its parent is on the next level.
    parents: Vec<u32>,
}

/// All levels, and where each cell is on the lowest.
fn levels(cells: &BTreeSet<u32>, address_vars: usize) -> (Vec<u32>, Vec<Level>) {
    let pairs = |prefixes: &mut dyn Iterator<Item = u32>| -> Vec<u32> {
        let mut halves: Vec<u32> = prefixes.map(|p| p >> 1).collect();
        halves.dedup();
        halves
    };
    let mut current = pairs(&mut cells.iter().copied());
    let ground: Vec<u32> = current.iter().flat_map(|p| [2 * p, 2 * p + 1]).collect();
    let mut levels = Vec::with_capacity(address_vars);
    for level in 0..address_vars {
        let above = pairs(&mut current.iter().copied());
        let parents = match level + 1 == address_vars {
            true => vec![0; current.len()],
            false => current
                .iter()
                .map(|p| {
                    let pair = above
                        .binary_search(&(p >> 1))
                        .expect("every pair has a parent");
                    (2 * pair) as u32 + (p & 1)
                })
                .collect(),
        };
        levels.push(Level { parents });
        current = above;
    }
    (ground, levels)
}

/// Builds what is left after the address rounds, from their challenges.
pub type CycleRounds<'a, F> = Box<dyn FnOnce(&Point<F>) -> CycleProver<F> + Send + Sync + 'a>;

/// Proves the read check.
pub struct ReadProver<'a, F> {
    /// The accesses, for each thread those of one stretch of time.
    chunks: Vec<Chunk<F>>,
    levels: Vec<Level>,
    challenges: Vec<F>,
    address_vars: usize,
    build: Option<CycleRounds<'a, F>>,
    cycle: Option<CycleProver<F>>,
}

/// Accesses that are taken together.
const BLOCK: usize = 1 << 7;

/// Accesses one after the other, folded to the bits bound so far.
struct Chunk<F> {
    /// Memory before the first.
    memory: Vec<F>,
    /// Position of each access's cell on the current level, twice, plus whether it writes.
    nodes: Vec<u32>,
    /// `weight · eq(challenges, cell)`.
    weights: Vec<F>,
    /// `increment · eq(challenges, cell)` of the writes.
    increments: Vec<F>,
}

impl<F: Field> Chunk<F> {
    /// The parts of the round polynomial, `Σ weight · value` at 0 and its leading coefficient.
    fn round(&self) -> [F; 2] {
        let mut memory = self.memory.clone();
        let mut increments = self.increments.iter();
        let mut sums = [F::zero(); 2];
        let mut values = [[F::zero(); BLOCK]; 2];
        for (nodes, weights) in self.nodes.chunks(BLOCK).zip(self.weights.chunks(BLOCK)) {
            let [at_zero, slopes] = &mut values;
            for ((node, at_zero), slope) in nodes.iter().zip(at_zero).zip(slopes) {
                let (writes, node) = (node & 1 == 1, (node >> 1) as usize);
                let (even, odd) = (memory[node & !1], memory[node | 1]);
                // (1 − X or X) · (even + X (odd − even))
                (*at_zero, *slope) = match node & 1 {
                    0 => (even, even.minus(&odd)),
                    _ => (F::zero(), odd.minus(&even)),
                };
                if writes && let Some(increment) = increments.next() {
                    memory[node] = memory[node].plus(increment);
                }
            }
            for (sum, values) in sums.iter_mut().zip(&values) {
                *sum += F::dot(weights, values);
            }
        }
        sums
    }

    fn bind(&mut self, x: F, level: &Level, size: usize) {
        let mut above = vec![F::zero(); size];
        for (pair, parent) in self.memory.chunks_exact(2).zip(&level.parents) {
            above[*parent as usize] = pair[0] + x * (pair[1] - pair[0]);
        }
        self.memory = above;
        let by_parity = [F::one() - x, x];
        let mut factors = [[F::zero(); BLOCK]; 2];
        let mut increments = self.increments.as_mut_slice();
        let blocks = self.nodes.chunks_mut(BLOCK);
        for (nodes, weights) in blocks.zip(self.weights.chunks_mut(BLOCK)) {
            let [all, written] = &mut factors;
            let mut writes = 0;
            for (node, factor) in nodes.iter_mut().zip(all.iter_mut()) {
                let (write, position) = (*node & 1, *node >> 1);
                *factor = by_parity[(position & 1) as usize];
                written[writes] = *factor;
                writes += write as usize;
                *node = 2 * level.parents[(position >> 1) as usize] + write;
            }
            F::mul_slices(weights, all);
            let (here, rest) = std::mem::take(&mut increments).split_at_mut(writes);
            F::mul_slices(here, written);
            increments = rest;
        }
    }
}

impl<'a, F: Field> ReadProver<'a, F> {
    /// A prover from all accesses, the non-zero initial cells, and the cycle rounds to follow.
    pub fn new(
        address_vars: usize,
        accesses: Vec<Access<F>>,
        initial: &[(u32, u64)],
        build: CycleRounds<'a, F>,
    ) -> Self {
        let cells: BTreeSet<u32> = accesses
            .iter()
            .map(|a| a.cell)
            .chain(initial.iter().map(|(cell, _)| *cell))
            .chain([0])
            .collect();
        let (ground, levels) = levels(&cells, address_vars);
        let position = |cell: u32| ground.binary_search(&cell).expect("touched") as u32;
        let mut memory = vec![0i128; ground.len()];
        for (cell, value) in initial {
            memory[position(*cell) as usize] = i128::from(*value);
        }
        let node = |a: &Access<F>| 2 * position(a.cell) + u32::from(a.increment != 0);
        let nodes: Vec<u32> = accesses.par_iter().map(node).collect();
        let size = accesses.len().div_ceil(rayon::current_num_threads());
        let stretches: Vec<_> = accesses
            .chunks(size.max(1))
            .zip(nodes.chunks(size.max(1)))
            .map(|(accesses, nodes)| {
                let before = memory.clone();
                for (access, node) in accesses.iter().zip(nodes) {
                    memory[(node >> 1) as usize] += access.increment;
                }
                (before, accesses, nodes)
            })
            .collect();
        let chunks = stretches
            .into_par_iter()
            .map(|(before, accesses, nodes)| {
                let written = accesses.iter().filter(|a| a.increment != 0);
                Chunk {
                    memory: before.into_iter().map(F::from_i128).collect(),
                    nodes: nodes.to_vec(),
                    weights: accesses.iter().map(|a| a.weight).collect(),
                    increments: written.map(|a| F::from_i128(a.increment)).collect(),
                }
            })
            .collect();
        let mut prover = ReadProver {
            chunks,
            levels,
            challenges: Vec::new(),
            address_vars,
            build: Some(build),
            cycle: None,
        };
        prover.maybe_enter_cycles();
        prover
    }

    fn maybe_enter_cycles(&mut self) {
        if self.challenges.len() == self.address_vars
            && let Some(build) = self.build.take()
        {
            self.chunks = Vec::new();
            self.cycle = Some(build(&Point(self.challenges.clone())));
        }
    }

    fn address_round(&self, claim: F) -> UniPoly<F> {
        let zero = || [F::zero(); 2];
        let sums = self.chunks.par_iter().map(Chunk::round);
        let [at_zero, quadratic] = sums.reduce(zero, |a, b| [a[0] + b[0], a[1] + b[1]]);
        UniPoly(vec![
            at_zero,
            claim - at_zero.double() - quadratic,
            quadratic,
        ])
    }

    fn bind_address(&mut self, x: F) {
        let level = &self.levels[self.challenges.len()];
        let last = level.parents.iter().max();
        let size = last.map_or(1, |last| (*last as usize | 1) + 1);
        let chunks = self.chunks.par_iter_mut();
        chunks.for_each(|chunk| chunk.bind(x, level, size));
        self.challenges.push(x);
        self.maybe_enter_cycles();
    }
}

impl<F: Field> RoundProver<F> for ReadProver<'_, F> {
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
pub fn values_at<F: Field>(
    initial: F,
    weights: impl Iterator<Item = (F, i128)>,
    cycles: usize,
) -> Column<F> {
    let mut rows = Vec::with_capacity(cycles);
    let mut value = initial;
    for (weight, increment) in weights {
        rows.push(value);
        if increment != 0 {
            value += weight.mul_i128(increment);
        }
    }
    Column::with_tail(rows, value)
}
