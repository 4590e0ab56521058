//! Cycle rounds of the read relation: `Σ_j eq(r, j) · Π_g P_g(j) · V(j)` at a fixed index point.
//!
//! Kernel for eight partial products, of degree 9 without the common `eq`
//! ([`Field::products_of_eight`]). The value at 1 follows from the claim. `V` is zero beyond the real
//! reads, so padding costs nothing.
//!
//! Partial products are written out late: a partial product is two table entries and one multiplication, so
//! that the first rounds compute the rows of a block, evaluate them and forget them.
//!
//! Cost per read, over all rounds: 33 multiplications and 9 delayed ones to evaluate, 9 to bind. With `n`
//! late rounds 8 multiplications in each of them and when rows are written out, up to half as much to bind
//! again what was not kept, and `288 / 2^n` bytes. Pairs of reads without a lookup are not evaluated where they
//! are many. Other numbers of partial products take the general kernel, and are written out at once.

use super::layout::{GROUP_BITS, Layout};
use super::relation::read;
use crate::digits::Interpolation;
use crate::digits::blocks::{BLOCK, sliced_sums, weighted_sums};
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::field::EIGHT_NODES;
use sumcheck::kernel::{Column, CycleProver, SplitEq, bind_rows_in_place, own_pages};
use sumcheck::{Field, Point, ProverField, Relation, RoundProver, UniPoly};

/// Rounds that hold no rows. Measured at `2^20` reads, packed: as fast as none, and a fourth of the memory.
pub(super) const LATE: usize = 2;

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

impl<F: ProverField> Prover<F> {
    /// A prover whose first `late` rounds hold no rows.
    pub fn new(
        layout: Layout,
        reads: Arc<Reads>,
        cycle: &Point<F>,
        (msb_first, late): (&[F], usize),
        weights: &SelectorWeights<F>,
    ) -> Self {
        let groups: Vec<Group<F>> = msb_first
            .chunks_exact(GROUP_BITS)
            .enumerate()
            .map(|(g, point)| Group::new(layout, g, point))
            .collect();
        match <[Group<F>; GROUPS]>::try_from(groups) {
            Ok(groups) => {
                let rows = Rows::Late(Box::new(Late {
                    groups,
                    values: class_values(weights),
                    reads,
                    bound: Vec::new(),
                    rounds: late,
                }));
                let mut eight = Eight::new(cycle, rows);
                if late == 0 {
                    eight.write_out();
                }
                Prover::Eight(Box::new(eight))
            }
            Err(groups) => {
                let products = groups.iter().map(|group| {
                    let mut values = vec![F::zero(); reads.index.len()];
                    let blocks = values
                        .par_chunks_mut(1 << 8)
                        .zip(reads.index.par_chunks(1 << 8));
                    blocks
                        .with_min_len(8)
                        .for_each(|(out, index)| group.products(index, out));
                    (values, group.product(0))
                });
                let products = products.collect();
                let classes = class_values(weights);
                let values = (0..reads.index.len()).into_par_iter();
                let values = values.map(|j| classes[class(&reads, j)]).collect();
                let bound: Vec<Point<F>> = groups.into_iter().map(|g| g.point).collect();
                let (relation, _) = read(layout, cycle);
                let prover = general(&relation, &bound, products, values);
                Prover::General(Box::new(prover))
            }
        }
    }
}

/// The kernel for any number of partial products.
fn general<F: ProverField>(
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

impl<F: ProverField> Group<F> {
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

    /// Of at most [`CHUNK`] indexes.
    fn products(&self, indexes: &[u128], out: &mut [F]) {
        let mut low = [F::zero(); CHUNK];
        for ((low, out), index) in low.iter_mut().zip(out.iter_mut()).zip(indexes) {
            let bits = (index >> self.shift) as usize;
            (*out, *low) = (self.high[(bits >> 8) & 255], self.low[bits & 255]);
        }
        F::mul_slices(out, &low[..indexes.len()]);
    }
}

/// Indexes that partial products are computed of at a time.
const CHUNK: usize = 1 << 8;

/// What a read's `V` depends on: its table, and the operands exposed.
fn class(reads: &Reads, j: usize) -> usize {
    let exposed = match reads.operands[j] {
        Exposed::Nothing => 0,
        Exposed::Pair => 1,
        Exposed::Single => 2,
    };
    3 * usize::from(reads.table[j]) + exposed
}

/// `V` of every class.
fn class_values<F: Field>(weights: &SelectorWeights<F>) -> Vec<F> {
    (0..=u8::MAX)
        .flat_map(|table| {
            let table = weights.tables.get(usize::from(table)).copied();
            let table = table.unwrap_or_default();
            let exposed = [F::zero(), weights.pair, weights.single];
            exposed.map(|exposed| table.plus(&exposed))
        })
        .collect()
}

/// Partial products and `V` as functions of the reads, bound to the first challenges.
struct Late<F> {
    groups: [Group<F>; GROUPS],
    /// `V` by class.
    values: Vec<F>,
    reads: Arc<Reads>,
    /// The challenges.
    bound: Vec<F>,
    /// How many there will be when the rows are written out.
    rounds: usize,
}

/// Buffers for the reads of a block, which are halved with each challenge.
struct Halved<F> {
    indexes: Vec<u128>,
    rows: [Vec<F>; 2],
}

impl<F: ProverField> Halved<F> {
    fn new() -> Self {
        Halved {
            indexes: Vec::new(),
            rows: [Vec::new(), Vec::new()],
        }
    }

    /// Binds the first rows, as many as `out` has entries for, to challenges.
    fn bind(&mut self, challenges: &[F], out: &mut [F]) {
        let [rows, other] = &mut self.rows;
        let mut len = out.len() << challenges.len();
        other.resize(len.max(other.len()), F::zero());
        for x in challenges {
            F::bind_pairs(&rows[..len], x, &mut other[..len / 2]);
            std::mem::swap(rows, other);
            len /= 2;
        }
        out.copy_from_slice(&rows[..len]);
    }
}

impl<F: ProverField> Late<F> {
    /// Rows after `challenges`.
    fn len(&self, challenges: usize) -> usize {
        self.reads.index.len().div_ceil(1 << challenges)
    }

    /// The rows `start …` of `V` after `challenges`.
    fn values(&self, challenges: &[F], halved: &mut Halved<F>, start: usize, out: &mut [F]) {
        let reads = (start << challenges.len())..((start + out.len()) << challenges.len());
        let rows = &mut halved.rows[0];
        rows.clear();
        rows.extend(reads.map(|j| match j < self.reads.index.len() {
            true => self.values[class(&self.reads, j)],
            false => F::zero(),
        }));
        halved.bind(challenges, out);
    }

    /// The rows of partial product `group` after `challenges`, of the reads whose indexes `halved` has.
    fn products(&self, challenges: &[F], halved: &mut Halved<F>, group: usize, out: &mut [F]) {
        let (indexes, rows) = (&halved.indexes, &mut halved.rows[0]);
        rows.resize(indexes.len().max(rows.len()), F::zero());
        let chunks = indexes.chunks(CHUNK).zip(rows.chunks_mut(CHUNK));
        for (indexes, rows) in chunks {
            self.groups[group].products(indexes, &mut rows[..indexes.len()]);
        }
        halved.bind(challenges, out);
    }

    /// Takes the indexes of the reads below row `j` after so many challenges; 0 where there is no read, whose
    /// partial product is that of padding.
    fn take(&self, challenges: usize, indexes: &mut Vec<u128>, j: usize) {
        let all = &self.reads.index;
        let end = ((j + 1) << challenges).min(all.len());
        let real = all.get(j << challenges..end).unwrap_or_default();
        indexes.extend_from_slice(real);
        indexes.extend(std::iter::repeat_n(0, (1 << challenges) - real.len()));
    }

    /// All rows after `challenges`.
    fn write(&self, challenges: &[F]) -> Written<F> {
        let len = self.len(challenges.len());
        let each = CHUNK >> challenges.len().min(6);
        type Fill<'a, F> = &'a (dyn Fn(&mut Halved<F>, usize, &mut [F]) + Sync);
        let write = |out: &mut Vec<F>, fill: Fill<'_, F>| {
            let blocks = out.par_chunks_mut(each).enumerate();
            blocks
                .with_min_len(8)
                .for_each_init(Halved::new, |halved, (block, out)| {
                    fill(halved, block * each, out);
                });
        };
        let products = std::array::from_fn(|group| {
            let mut rows = own_pages(F::zero(), len);
            write(&mut rows, &|halved, start, out| {
                halved.indexes.clear();
                for j in start..start + out.len() {
                    self.take(challenges.len(), &mut halved.indexes, j);
                }
                self.products(challenges, halved, group, out);
            });
            (rows, self.groups[group].product(0))
        });
        let mut values = own_pages(F::zero(), len);
        write(&mut values, &|halved, start, out| {
            self.values(challenges, halved, start, out);
        });
        Written { products, values }
    }
}

impl<F: ProverField> RoundProver<F> for Prover<F> {
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
    halved: Halved<F>,
}

impl<F: ProverField> Buffers<F> {
    fn new() -> Self {
        Buffers {
            rows: std::array::from_fn(|_| vec![F::zero(); 2 * BLOCK]),
            values: vec![F::zero(); 2 * BLOCK],
            weights: vec![F::zero(); BLOCK],
            halved: Halved::new(),
        }
    }
}

/// Rows as field elements.
struct Written<F> {
    /// Real rows of each partial product, and the value of padding rows.
    products: [(Vec<F>, F); GROUPS],
    values: Vec<F>,
}

enum Rows<F> {
    Late(Box<Late<F>>),
    Written(Written<F>),
}

pub(super) struct Eight<F> {
    eq: SplitEq<F>,
    rows: Rows<F>,
    interpolation: Interpolation<F>,
}

impl<F: ProverField> Eight<F> {
    fn new(cycle: &Point<F>, rows: Rows<F>) -> Self {
        Eight {
            eq: SplitEq::new(cycle),
            rows,
            interpolation: Interpolation::new(NODES),
        }
    }

    fn pairs(&self) -> usize {
        let rows = match &self.rows {
            Rows::Late(late) => late.len(late.bound.len()),
            Rows::Written(written) => written.values.len(),
        };
        rows.div_ceil(2)
    }

    /// Ends lateness.
    fn write_out(&mut self) -> &mut Written<F> {
        if let Rows::Late(late) = &self.rows {
            self.rows = Rows::Written(late.write(&late.bound));
        }
        match &mut self.rows {
            Rows::Written(written) => written,
            Rows::Late(_) => unreachable!("rows were written out"),
        }
    }

    /// The rows `start … start + out.len()`, beyond the real ones `tail`.
    fn fill((rows, tail): (&[F], F), start: usize, out: &mut [F]) {
        let real = rows.get(start..).unwrap_or_default();
        let real = &real[..real.len().min(out.len())];
        let (first, rest) = out.split_at_mut(real.len());
        first.copy_from_slice(real);
        rest.fill(tail);
    }

    /// The sums of one block from the rows where they are, unless many pairs have no value or some are beyond the
    /// real ones.
    fn whole_block(&self, start: usize, weights: &[F]) -> Option<[F; 9]> {
        let Rows::Written(Written { products, values }) = &self.rows else {
            return None;
        };
        let range = 2 * start..2 * (start + weights.len());
        let values = values.get(range.clone())?;
        let (pairs, _) = values.as_chunks::<2>();
        let empty = pairs.iter().filter(|[a, b]| a.is_zero() && b.is_zero());
        if 4 * empty.count() > weights.len() {
            return None;
        }
        let rows = std::array::from_fn(|i| &products[i].0[range.clone()]);
        Some(F::products_of_eight(&rows, values, weights))
    }

    /// The sums of one block: pairs without a read that has a value are left out, or most of them.
    fn block(&self, buffers: &mut Buffers<F>, start: usize, weights: &[F]) -> [F; 9] {
        if let Some(sums) = self.whole_block(start, weights) {
            return sums;
        }
        let len = weights.len();
        let (rows, values) = (&mut buffers.rows, &mut buffers.values);
        let halved = &mut buffers.halved;
        let out = &mut values[..2 * len];
        match &self.rows {
            Rows::Late(late) => late.values(&late.bound, halved, 2 * start, out),
            Rows::Written(written) => Self::fill((&written.values, F::zero()), 2 * start, out),
        }
        halved.indexes.clear();
        let mut kept = 0;
        for j in 0..len {
            if values[2 * j].is_zero() && values[2 * j + 1].is_zero() {
                continue;
            }
            values.copy_within(2 * j..2 * j + 2, 2 * kept);
            buffers.weights[kept] = weights[j];
            match &self.rows {
                Rows::Late(late) => {
                    late.take(late.bound.len() + 1, &mut halved.indexes, start + j);
                }
                Rows::Written(written) => {
                    for (rows, (column, tail)) in rows.iter_mut().zip(&written.products) {
                        let out = &mut rows[2 * kept..2 * kept + 2];
                        Self::fill((column, *tail), 2 * (start + j), out);
                    }
                }
            }
            kept += 1;
        }
        if let Rows::Late(late) = &self.rows {
            for (group, rows) in rows.iter_mut().enumerate() {
                late.products(&late.bound, halved, group, &mut rows[..2 * kept]);
            }
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
    fn at_one(&mut self) -> F {
        let pairs = self.pairs();
        self.write_out();
        let Rows::Written(Written { products, values }) = &self.rows else {
            unreachable!("rows were written out");
        };
        let [sum] = weighted_sums(
            &self.eq,
            pairs,
            || (),
            |_, start, out| {
                let row = |rows: &[F], tail: F, j: usize| rows.get(j).copied().unwrap_or(tail);
                for (j, out) in (start..).zip(out) {
                    let products = products.iter();
                    let products = products.map(|(rows, tail)| row(rows, *tail, 2 * j + 1));
                    *out = [row(values, F::zero(), 2 * j + 1) * products.product::<F>()];
                }
            },
        );
        sum
    }

    fn bind(&mut self, x: F) {
        match &mut self.rows {
            Rows::Late(late) => {
                late.bound.push(x);
                if late.bound.len() >= late.rounds {
                    self.write_out();
                }
            }
            Rows::Written(Written { products, values }) => {
                for (rows, tail) in products {
                    bind_rows_in_place(rows, *tail, x);
                }
                bind_rows_in_place(values, F::zero(), x);
            }
        }
        self.eq.bind(x);
    }

    fn finish(&mut self) -> Vec<F> {
        let Written { products, values } = self.write_out();
        let first = |rows: &[F], tail: F| rows.first().copied().unwrap_or(tail);
        let products = products.iter().map(|(rows, tail)| first(rows, *tail));
        products.chain([first(values, F::zero())]).collect()
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
            let rows = Rows::Written(Written { products, values });
            let mut eight = Eight::new(&cycle, rows);
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

    /// Late or not, the messages are the same.
    #[test]
    fn late_rounds_send_what_written_rows_send() {
        let rng = &mut StdRng::seed_from_u64(7);
        let layout = Layout { index_bits: 128 };
        for (vars, real) in [(0, 1), (1, 1), (3, 5), (5, 32), (9, 391)] {
            let mut reads = Reads::default();
            for _ in 0..real {
                reads.index.push(rng.r#gen());
                reads
                    .table
                    .push([0, 1, Reads::NO_TABLE][rng.gen_range(0..3usize)]);
                let exposed = [Exposed::Nothing, Exposed::Pair, Exposed::Single];
                reads.operands.push(exposed[rng.gen_range(0..3usize)]);
            }
            let reads = Arc::new(reads);
            let mut random = |n: usize| (0..n).map(|_| Fr::rand(rng)).collect::<Vec<_>>();
            let weights = SelectorWeights {
                tables: random(2),
                pair: random(1)[0],
                single: random(1)[0],
            };
            let (cycle, address) = (Point(random(vars)), random(128));
            let challenges = random(vars);
            let mut messages = (0..=4).map(|late| {
                let at = (address.as_slice(), late);
                let mut prover = Prover::new(layout, reads.clone(), &cycle, at, &weights);
                let mut claim = Fr::from(5);
                let mut sent = Vec::new();
                for x in &challenges {
                    let message = prover.round(claim);
                    claim = message.eval(*x);
                    sent.push(message.0);
                    prover.bind(*x);
                }
                sent.push(prover.finish());
                sent
            });
            let written = messages.next().expect("no late rounds");
            for (late, sent) in messages.enumerate() {
                assert_eq!(written, sent, "{} late rounds, {real} reads", late + 1);
            }
        }
    }
}
