//! First accesses find initial contents, and every place has at most one.
//!
//! With `touched(k) = Σ_j Σ_a ra_a(k, j)·first_a(j)` and `values(k)` the same sum with `old_a(j)` as a factor,
//!
//! ```text
//! 0 = Σ_k eq(ρ, k) · (touched(k)² − touched(k) + γ·(values(k) − touched(k)·init(k)))
//! ```
//!
//! for registers (where `init` is 0) and for RAM. `first` is Boolean and sums of at most `3T` Booleans do
//! not overflow, so `touched(k)` is 0 or 1; and then `values(k)` is the value found first, if there is one.
//! `init` is sparse and public: the verifier evaluates it. Nothing is committed for cells, and the prover
//! holds touched ones and those of the image only.

use super::witness::{RAM, Story, accesses, entry, old};
use crate::machine::evaluate_cells;
use std::collections::BTreeMap;
use sumcheck::kernel::EqBlocks;
use sumcheck::{Expr, Field, Order, Point, Relation, RoundProver, Segment, UniPoly};

/// The relation over cells, for random `ρ` and `γ`; `initial` is empty for registers.
pub fn relation<F: Field>(
    name: &'static str,
    rho: &Point<F>,
    gamma: F,
    initial: &[(u32, u64)],
) -> Relation<F> {
    let cells = Segment {
        name: "k",
        vars: rho.vars(),
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new(name, vec![cells]);
    let eq = relation.eq("eq(ρ,k)", 0, rho.clone());
    let touched = relation.claimed("touched", &[0]);
    let values = relation.claimed("values", &[0]);
    let contents = initial.to_vec();
    let init = relation.public("init", &[0], move |points| {
        evaluate_cells(&contents, &points[0])
    });
    let boolean = touched.clone() * touched.clone() - touched.clone();
    let gamma = Expr::constant("γ", gamma);
    relation.summand = eq * (boolean + gamma * (values - touched * init));
    relation
}

/// `touched` and `values` of the places from `base` on, where they are not both zero.
pub fn cells(story: &Story<'_>, places: &std::ops::Range<u64>) -> BTreeMap<u32, [i128; 2]> {
    let Story {
        run,
        witness,
        columns,
        rules,
    } = *story;
    let mut cells = BTreeMap::new();
    let all = accesses(run, witness, rules).into_iter();
    for access in all.filter(|a| places.contains(&a.place)) {
        let first = entry(&columns.first[access.port], access.cycle);
        if first != 0 {
            let cell = (access.place - places.start) as u32;
            let [touched, values] = cells.entry(cell).or_insert([0, 0]);
            *touched += first;
            *values += first * i128::from(old(witness, access.port)[access.cycle]);
        }
    }
    cells
}

/// The places of registers, and those of RAM.
pub const PLACES: [std::ops::Range<u64>; 2] = [0..RAM, RAM..u64::MAX];

/// One node of the cells' tree that is not zero: its number, `touched`, `values`, `init`.
type Node<F> = (u32, [F; 3]);

/// The kernel: touched cells and those of the image, folded round by round.
pub struct Prover<F> {
    rho: Point<F>,
    gamma: F,
    bound: usize,
    /// `eq` of the variables bound so far.
    scale: F,
    nodes: Vec<Node<F>>,
}

impl<F: Field> Prover<F> {
    /// For the relation's cells.
    pub fn new(
        rho: &Point<F>,
        gamma: F,
        cells: &BTreeMap<u32, [i128; 2]>,
        initial: &[(u32, u64)],
    ) -> Self {
        let mut all: BTreeMap<u32, [F; 3]> = cells
            .iter()
            .map(|(k, [touched, values])| {
                let node = [F::from_i128(*touched), F::from_i128(*values), F::zero()];
                (*k, node)
            })
            .collect();
        for (cell, value) in initial {
            let node = all.entry(*cell).or_insert([F::zero(); 3]);
            node[2] = F::from(*value);
        }
        Prover {
            rho: rho.clone(),
            gamma,
            bound: 0,
            scale: F::one(),
            nodes: all.into_iter().collect(),
        }
    }

    /// Both children of every node above, 0 where there is none.
    fn pairs(&self) -> impl Iterator<Item = (u32, [[F; 3]; 2])> {
        self.nodes
            .chunk_by(|a, b| a.0 >> 1 == b.0 >> 1)
            .map(|children| {
                let mut both = [[F::zero(); 3]; 2];
                for (k, node) in children {
                    both[(k & 1) as usize] = *node;
                }
                (children[0].0 >> 1, both)
            })
    }

    fn summand(&self, [touched, values, init]: [F; 3]) -> F {
        touched * (touched - F::one()) + self.gamma * (values - touched * init)
    }
}

impl<F: Field> RoundProver<F> for Prover<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let rest = EqBlocks::new(&Point(self.rho.0[self.bound + 1..].to_vec()));
        let mut sums = [F::zero(); 3];
        for (k, [a, b]) in self.pairs() {
            let silent = |n: &[F; 3]| n[0].is_zero() && n[1].is_zero();
            if silent(&a) && silent(&b) {
                continue;
            }
            let weight = rest.get(k);
            let two: [F; 3] = std::array::from_fn(|i| b[i].double() - a[i]);
            for (sum, at) in sums.iter_mut().zip([a, b, two]) {
                *sum += weight * self.summand(at);
            }
        }
        let rho = self.rho.0[self.bound];
        let (zero, one) = (self.scale * (F::one() - rho), self.scale * rho);
        UniPoly::from_evals(&sums).times_linear(zero, one - zero)
    }

    fn bind(&mut self, x: F) {
        let rho = self.rho.0[self.bound];
        self.scale *= rho * x + (F::one() - rho) * (F::one() - x);
        self.nodes = self
            .pairs()
            .map(|(k, [a, b])| (k, std::array::from_fn(|i| a[i] + x * (b[i] - a[i]))))
            .collect();
        self.bound += 1;
    }

    fn finish(&mut self) -> Vec<F> {
        let node = self.nodes.first().map_or([F::zero(); 3], |(_, node)| *node);
        vec![node[0], node[1]]
    }
}
