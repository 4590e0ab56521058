//! The prover of first accesses: touched places.

use super::Initial;
use crate::machine::evaluate_cells;
use crate::memory::spice::witness::{Story, accesses, entry, old};
use std::collections::BTreeMap;
use sumcheck::EqBlocks;
use sumcheck::{Field, Point, ProverField, RoundProver, UniPoly};

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

/// One node of the cells' tree that is not zero: its number, `touched`, `values`, `init`.
type Node<F> = (u32, [F; 3]);

/// The kernel: touched cells and those of the image, folded round by round.
pub struct Prover<F> {
    rho: Point<F>,
    gamma: F,
    /// `eq` of the variables bound so far.
    scale: F,
    nodes: Vec<Node<F>>,
    challenges: Vec<F>,
    opened: Option<Vec<(u32, u64)>>,
}

impl<F: Field> Prover<F> {
    /// For the relation's cells.
    pub fn new(
        rho: &Point<F>,
        gamma: F,
        cells: &BTreeMap<u32, [i128; 2]>,
        initial: Initial<'_>,
    ) -> Self {
        let mut all: BTreeMap<u32, [F; 3]> = cells
            .iter()
            .map(|(k, [touched, values])| {
                let node = [F::from_i128(*touched), F::from_i128(*values), F::zero()];
                (*k, node)
            })
            .collect();
        let evaluated = initial.evaluated.into_iter();
        for (cell, value) in evaluated.chain(initial.opened).flatten() {
            let node = all.entry(*cell).or_insert([F::zero(); 3]);
            node[2] = F::from(*value);
        }
        Prover {
            rho: rho.clone(),
            gamma,
            scale: F::one(),
            nodes: all.into_iter().collect(),
            challenges: Vec::new(),
            opened: initial.opened.map(<[_]>::to_vec),
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

impl<F: ProverField> RoundProver<F> for Prover<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let rest = EqBlocks::new(&Point(self.rho.0[self.challenges.len() + 1..].to_vec()));
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
        let rho = self.rho.0[self.challenges.len()];
        let (zero, one) = (self.scale * (F::one() - rho), self.scale * rho);
        UniPoly::from_evals(&sums).times_linear(zero, one - zero)
    }

    fn bind(&mut self, x: F) {
        let rho = self.rho.0[self.challenges.len()];
        self.scale *= rho * x + (F::one() - rho) * (F::one() - x);
        self.nodes = self
            .pairs()
            .map(|(k, [a, b])| (k, std::array::from_fn(|i| a[i] + x * (b[i] - a[i]))))
            .collect();
        self.challenges.push(x);
    }

    fn finish(&mut self) -> Vec<F> {
        let node = self.nodes.first().map_or([F::zero(); 3], |(_, node)| *node);
        let point = Point(std::mem::take(&mut self.challenges));
        let opened = self.opened.as_ref();
        let image = opened.map(|contents| evaluate_cells(contents, &point));
        [node[0], node[1]].into_iter().chain(image).collect()
    }
}
