//! Cycle rounds of the read relation: `Σ_j eq(r, j) · Π_g P_g(j) · V(j)` at a fixed index point.
//!
//! Kernel for eight partial products, of degree 9 without the common `eq`
//! ([`Field::products_of_eight`]). The value at 1 follows from the claim. `V` is zero beyond the real
//! reads, so padding costs nothing.
//!
//! Cost per read, over all rounds: 8 multiplications to write the partial products out, 33 and 9
//! delayed ones to evaluate, 9 to bind; 288 bytes. Pairs of reads without a lookup are not evaluated.
//! Other numbers of partial products take the general kernel.

use super::layout::{GROUP_BITS, Layout};
use super::relation::read;
use crate::digits::Interpolation;
use crate::digits::blocks::{BLOCK, sliced_sums, weighted_sums};
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use sumcheck::field::EIGHT_NODES;
use sumcheck::kernel::{Column, CycleProver, SplitEq, bind_rows_in_place};
use sumcheck::{Field, Point, Relation, RoundProver, UniPoly};

/// Partial products of a 128-bit index.
const GROUPS: usize = 8;

/// Where the inner polynomial is evaluated, besides infinity; at 1 by the claim.
const NODES: &[i64] = &{
    let mut nodes = [1; EIGHT_NODES.len() + 1];
    let mut i = 0;
    while i < EIGHT_NODES.len() {
        nodes[i] = EIGHT_NODES[i];
        i += 1;
    }
    nodes
};

pub(super) enum Prover<F: Field> {
    General(Box<CycleProver<F>>),
    Eight(Box<Eight<F>>),
}

impl<F: Field> Prover<F> {
    pub fn new(
        layout: Layout,
        reads: &Reads,
        cycle: &Point<F>,
        msb_first: &[F],
        weights: &SelectorWeights<F>,
    ) -> Self {
        let groups: Vec<Group<F>> = msb_first
            .chunks_exact(GROUP_BITS)
            .enumerate()
            .map(|(g, point)| Group::new(layout, g, point))
            .collect();
        let products: Vec<(Vec<F>, F)> = groups
            .iter()
            .map(|group| {
                let mut values = vec![F::zero(); reads.index.len()];
                let blocks = values
                    .par_chunks_mut(1 << 8)
                    .zip(reads.index.par_chunks(1 << 8));
                blocks
                    .with_min_len(8)
                    .for_each(|(out, index)| group.products(index, out));
                (values, group.product(0))
            })
            .collect();
        let values = values(reads, weights);
        match <[(Vec<F>, F); GROUPS]>::try_from(products) {
            Ok(products) => Prover::Eight(Box::new(Eight::new(cycle, products, values))),
            Err(products) => {
                let bound: Vec<Point<F>> = groups.into_iter().map(|g| g.point).collect();
                let relation = read(layout, cycle);
                let prover = general(&relation, &bound, products, values);
                Prover::General(Box::new(prover))
            }
        }
    }
}

/// The kernel for any number of partial products.
fn general<F: Field>(
    relation: &Relation<F>,
    bound: &[Point<F>],
    products: Vec<(Vec<F>, F)>,
    values: Vec<F>,
) -> CycleProver<F> {
    let mut columns = vec![None];
    for (values, tail) in products {
        columns.push(Some(Column::with_tail(values, tail)));
    }
    columns.push(Some(Column::field(values)));
    CycleProver::new(relation, bound, columns)
}

/// A partial product as a function of the index: two tables of 256 entries.
struct Group<F> {
    point: Point<F>,
    shift: usize,
    low: Vec<F>,
    high: Vec<F>,
}

impl<F: Field> Group<F> {
    fn new(layout: Layout, g: usize, msb_first: &[F]) -> Self {
        let mut point = msb_first.to_vec();
        point.reverse();
        let point = Point(point);
        let (low, high) = point.split_at(GROUP_BITS / 2);
        Group {
            shift: layout.index_bits - GROUP_BITS * (g + 1),
            low: low.eq_table(),
            high: high.eq_table(),
            point,
        }
    }

    fn product(&self, index: u128) -> F {
        let bits = (index >> self.shift) as usize;
        self.high[(bits >> 8) & 255] * self.low[bits & 255]
    }

    /// Of at most 256 indexes.
    fn products(&self, indexes: &[u128], out: &mut [F]) {
        let mut low = [F::zero(); 1 << 8];
        for ((low, out), index) in low.iter_mut().zip(out.iter_mut()).zip(indexes) {
            let bits = (index >> self.shift) as usize;
            (*out, *low) = (self.high[(bits >> 8) & 255], self.low[bits & 255]);
        }
        F::mul_slices(out, &low);
    }
}

/// `V` of the real reads.
fn values<F: Field>(reads: &Reads, weights: &SelectorWeights<F>) -> Vec<F> {
    let value = |table: &u8, exposed: &Exposed| {
        let table = weights.tables.get(usize::from(*table)).copied();
        let table = table.unwrap_or_default();
        match exposed {
            Exposed::Nothing => table,
            Exposed::Pair => table.plus(&weights.pair),
            Exposed::Single => table.plus(&weights.single),
        }
    };
    let selectors = reads.table.par_iter().zip(&reads.operands);
    selectors.map(|(t, o)| value(t, o)).collect()
}

impl<F: Field> RoundProver<F> for Prover<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        match self {
            Prover::General(prover) => prover.round(claim),
            Prover::Eight(prover) => prover.round(claim),
        }
    }

    fn bind(&mut self, challenge: F) {
        match self {
            Prover::General(prover) => prover.bind(challenge),
            Prover::Eight(prover) => prover.bind(challenge),
        }
    }

    fn finish(&mut self) -> Vec<F> {
        match self {
            Prover::General(prover) => prover.finish(),
            Prover::Eight(prover) => prover.finish(),
        }
    }
}

/// The pairs of a block that count.
struct Buffers<F> {
    rows: [Vec<F>; GROUPS],
    values: Vec<F>,
    weights: Vec<F>,
}

impl<F: Field> Buffers<F> {
    fn new() -> Self {
        Buffers {
            rows: std::array::from_fn(|_| vec![F::zero(); 2 * BLOCK]),
            values: vec![F::zero(); 2 * BLOCK],
            weights: vec![F::zero(); BLOCK],
        }
    }
}

pub(super) struct Eight<F> {
    eq: SplitEq<F>,
    /// Real rows of each partial product, and the value of padding rows.
    products: [(Vec<F>, F); GROUPS],
    values: Vec<F>,
    interpolation: Interpolation<F>,
}

impl<F: Field> Eight<F> {
    fn new(cycle: &Point<F>, products: [(Vec<F>, F); GROUPS], values: Vec<F>) -> Self {
        Eight {
            eq: SplitEq::new(cycle),
            products,
            values,
            interpolation: Interpolation::new(NODES),
        }
    }

    fn pairs(&self) -> usize {
        self.values.len().div_ceil(2)
    }

    /// The rows `start … start + out.len()`, beyond the real ones `tail`.
    fn fill((rows, tail): (&[F], F), start: usize, out: &mut [F]) {
        let real = rows.get(start..).unwrap_or_default();
        let real = &real[..real.len().min(out.len())];
        let (first, rest) = out.split_at_mut(real.len());
        first.copy_from_slice(real);
        rest.fill(tail);
    }

    /// The sums of one block: pairs without a read that has a value are left out.
    fn block(&self, buffers: &mut Buffers<F>, start: usize, weights: &[F]) -> [F; 9] {
        let len = weights.len();
        let (rows, values) = (&mut buffers.rows, &mut buffers.values);
        Self::fill((&self.values, F::zero()), 2 * start, &mut values[..2 * len]);
        let mut kept = 0;
        for j in 0..len {
            if values[2 * j].is_zero() && values[2 * j + 1].is_zero() {
                continue;
            }
            values.copy_within(2 * j..2 * j + 2, 2 * kept);
            buffers.weights[kept] = weights[j];
            for (rows, (column, tail)) in rows.iter_mut().zip(&self.products) {
                let out = &mut rows[2 * kept..2 * kept + 2];
                Self::fill((column, *tail), 2 * (start + j), out);
            }
            kept += 1;
        }
        let rows = std::array::from_fn(|i| &rows[i][..2 * kept]);
        F::products_of_eight(&rows, &values[..2 * kept], &buffers.weights[..kept])
    }

    fn round(&mut self, claim: F) -> UniPoly<F> {
        let sums = sliced_sums(&self.eq, self.pairs(), Buffers::new, |buffers, start, w| {
            self.block(buffers, start, w)
        });
        let [leading, values @ ..] = sums;
        let (zero, one) = self.eq.linear();
        let at_one = match one.inverse() {
            Some(inverse) => (claim - zero * values[0]) * inverse,
            None => self.at_one(),
        };
        let values: Vec<F> = values.into_iter().chain([at_one]).collect();
        let t = self.interpolation.polynomial(&values, leading);
        t.times_linear(zero, one - zero)
    }

    /// The inner polynomial at 1, for when the claim does not determine it.
    fn at_one(&self) -> F {
        let [sum] = weighted_sums(
            &self.eq,
            self.pairs(),
            || (),
            |_, start, out| {
                let row = |rows: &[F], tail: F, j: usize| rows.get(j).copied().unwrap_or(tail);
                for (j, out) in (start..).zip(out) {
                    let products = self.products.iter();
                    let products = products.map(|(rows, tail)| row(rows, *tail, 2 * j + 1));
                    *out = [row(&self.values, F::zero(), 2 * j + 1) * products.product::<F>()];
                }
            },
        );
        sum
    }

    fn bind(&mut self, x: F) {
        for (rows, tail) in &mut self.products {
            bind_rows_in_place(rows, *tail, x);
        }
        bind_rows_in_place(&mut self.values, F::zero(), x);
        self.eq.bind(x);
    }

    fn finish(&self) -> Vec<F> {
        let first = |rows: &[F], tail: F| rows.first().copied().unwrap_or(tail);
        let products = self.products.iter().map(|(rows, tail)| first(rows, *tail));
        products.chain([first(&self.values, F::zero())]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::rand::rngs::StdRng;
    use ark_std::rand::{Rng, SeedableRng};
    use proptest::prelude::*;
    use sumcheck::{NaiveProver, Segment};

    /// The read relation after its address rounds: over cycles only.
    fn over_cycles(cycle: &Point<Fr>) -> Relation<Fr> {
        let mut relation = Relation::new("read", vec![Segment::cycle(cycle.vars())]);
        let mut summand = relation.eq("eq(r,j)", 0, cycle.clone());
        for g in 0..GROUPS {
            summand = summand * relation.claimed(format!("P{g}"), &[0]);
        }
        relation.summand = summand * relation.claimed("V", &[0]);
        relation
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn the_kernel_for_eight_equals_the_naive_and_the_general_prover(
            seed: u64, vars in 0usize..7, boolean: bool,
        ) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let full = 1usize << vars;
            let real = rng.gen_range(0..=full);
            let cycle = match boolean {
                true => Point::boolean(seed.into(), vars),
                false => Point((0..vars).map(|_| Fr::rand(rng)).collect()),
            };
            let mut rows = |n: usize| (0..n).map(|_| Fr::rand(rng)).collect::<Vec<_>>();
            let products: Vec<(Vec<Fr>, Fr)> = (0..GROUPS).map(|_| (rows(real), rows(1)[0])).collect();
            let values = rows(real);
            let relation = over_cycles(&cycle);
            let mut tables = vec![Vec::new()];
            for (rows, tail) in products.iter().chain([&(values.clone(), Fr::from(0u64))]) {
                let mut rows = rows.clone();
                rows.resize(full, *tail);
                tables.push(rows);
            }
            let mut naive = NaiveProver::new(&relation, tables);
            let mut general = general(&relation, &[], products.clone(), values.clone());
            let products = products.try_into().expect("eight partial products");
            let mut eight = Eight::new(&cycle, products, values);
            let mut claim = naive.sum();
            for round in 0..vars {
                let message = naive.round(claim);
                prop_assert_eq!(&message, &general.round(claim), "round {}", round);
                prop_assert_eq!(&message, &eight.round(claim), "round {}", round);
                let x = Fr::rand(rng);
                claim = message.eval(x);
                naive.bind(x);
                general.bind(x);
                eight.bind(x);
            }
            prop_assert_eq!(naive.finish(), eight.finish());
        }
    }
}
