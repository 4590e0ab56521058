//! Cycle rounds of the read relation: `Σ_j eq(r, j) · Π_g P_g(j) · V(j)` at a fixed index point.
//!
//! Kernel for eight partial products, of degree 9 without the common `eq`. Products of two are
//! quadratics (3 multiplications), extended by additions to five points; products of four (5) are
//! extended to nine; the product of eight (9) meets `V · eq` with delayed reduction. The value at 1
//! follows from the claim. `V` is zero beyond the real reads, so padding costs nothing.
//!
//! Cost per read, over all rounds: 8 multiplications to write the partial products out, 31 + 3 and 9
//! delayed ones to evaluate, about 120 additions, 9 to bind; 288 bytes. Pairs of reads without a lookup
//! are not evaluated. Other numbers of partial products take the general kernel.

use super::layout::{GROUP_BITS, Layout};
use super::relation::read;
use crate::digits::Interpolation;
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use sumcheck::kernel::{Column, CycleProver, SplitEq, bind_rows};
use sumcheck::{Field, Point, Products, Relation, RoundProver, UniPoly};

/// Partial products of a 128-bit index.
const GROUPS: usize = 8;

/// Where the inner polynomial is evaluated, besides infinity; 1 by the claim.
const NODES: &[i64] = &[0, -1, 2, -2, 3, -3, 4, -4, 1];

/// Pairs of rows that a task takes at a time.
const PAIRS: usize = 1 << 9;

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
                let values = reads.index.par_iter().map(|k| group.product(*k));
                (values.collect(), group.product(0))
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

    /// Both rows of pair `j`.
    #[inline(always)]
    fn ends((rows, tail): (&[F], F), j: usize) -> [F; 2] {
        let row = |j: usize| rows.get(j).copied().unwrap_or(tail);
        [row(2 * j), row(2 * j + 1)]
    }

    /// `Σ_j eq(rest, j) · body(j, weighted ends of V)` over all pairs with a real row.
    fn sums<const N: usize>(
        &self,
        body: impl Fn(usize, [F; 2], &mut [F::Products; N]) + Sync,
    ) -> [F; N] {
        let (low, high) = self.eq.rest();
        let pairs = self.values.len().div_ceil(2);
        let zero = || [F::Products::default(); N];
        (0..pairs.div_ceil(PAIRS))
            .into_par_iter()
            .fold(zero, |mut sums, block| {
                for j in block * PAIRS..pairs.min((block + 1) * PAIRS) {
                    let ends = Self::ends((&self.values, F::zero()), j);
                    if ends.iter().all(F::is_zero) {
                        continue;
                    }
                    let weight = low[j % low.len()] * high[j / low.len()];
                    body(j, ends.map(|v| weight * v), &mut sums);
                }
                sums
            })
            .reduce(zero, |mut a, b| {
                a.iter_mut().zip(&b).for_each(|(a, b)| a.merge(b));
                a
            })
            .map(|sum| sum.reduce())
    }

    fn round(&mut self, claim: F) -> UniPoly<F> {
        let [leading, values @ ..] = self.sums::<9>(|j, [v0, v1], sums| {
            let column = |g: usize| {
                let (rows, tail) = &self.products[g];
                Self::ends((rows, *tail), j)
            };
            let a = quartic([column(0), column(1), column(2), column(3)]);
            let b = quartic([column(4), column(5), column(6), column(7)]);
            for ((sum, v), (a, b)) in sums.iter_mut().zip(line(v0, v1)).zip(a.iter().zip(&b)) {
                sum.add(&(*a * b), &v);
            }
        });
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
        let [sum] = self.sums::<1>(|j, [_, v1], sums| {
            let ends = self
                .products
                .iter()
                .map(|(rows, tail)| Self::ends((rows, *tail), j)[1]);
            sums[0].add(&v1, &ends.product());
        });
        sum
    }

    fn bind(&mut self, x: F) {
        for (rows, tail) in &mut self.products {
            *rows = bind_rows(rows, *tail, x);
        }
        self.values = bind_rows(&self.values, F::zero(), x);
        self.eq.bind(x);
    }

    fn finish(&self) -> Vec<F> {
        let first = |rows: &[F], tail: F| rows.first().copied().unwrap_or(tail);
        let products = self.products.iter().map(|(rows, tail)| first(rows, *tail));
        products.chain([first(&self.values, F::zero())]).collect()
    }
}

#[inline(always)]
fn twice<F: Field>(x: F) -> F {
    x.plus(&x)
}

/// A linear polynomial at ∞, 0, −1, 2, −2, 3, −3, 4, −4.
#[inline(always)]
fn line<F: Field>(zero: F, one: F) -> [F; 9] {
    let step = one.minus(&zero);
    let minus = zero.minus(&step);
    let two = one.plus(&step);
    let minus2 = minus.minus(&step);
    let three = two.plus(&step);
    let minus3 = minus2.minus(&step);
    let four = three.plus(&step);
    [
        step,
        zero,
        minus,
        two,
        minus2,
        three,
        minus3,
        four,
        minus3.minus(&step),
    ]
}

/// The product of two linear polynomials at ∞, 0, 1, −1, 2.
#[inline(always)]
fn quadratic<F: Field>([a0, a1]: [F; 2], [b0, b1]: [F; 2]) -> [F; 5] {
    let leading = a1.minus(&a0) * b1.minus(&b0);
    let (zero, one) = (a0 * b0, a1 * b1);
    [
        leading,
        zero,
        one,
        twice(zero.plus(&leading)).minus(&one),
        twice(one.plus(&leading)).minus(&zero),
    ]
}

/// The product of four linear polynomials at ∞, 0, −1, 2, −2, 3, −3, 4, −4.
#[inline(always)]
fn quartic<F: Field>([a, b, c, d]: [[F; 2]; 4]) -> [F; 9] {
    let (p, q) = (quadratic(a, b), quadratic(c, d));
    let leading = p[0] * q[0];
    let (zero, minus, two) = (p[1] * q[1], p[3] * q[3], p[4] * q[4]);
    let by_16 = twice(twice(twice(twice(leading))));
    let by_64 = twice(twice(by_16));
    let by_81 = by_64.plus(&by_16).plus(&leading);
    let by_256 = twice(twice(by_64));
    // The cubic that is left without the leading term, by its differences.
    let one = (p[2] * q[2]).minus(&leading);
    let (c_minus, c_two) = (minus.minus(&leading), two.minus(&by_16));
    let (first, second, third) = (zero.minus(&c_minus), one.minus(&zero), c_two.minus(&one));
    let (low, high) = (second.minus(&first), third.minus(&second));
    let cubic = high.minus(&low);
    let up = high.plus(&cubic);
    let step = third.plus(&up);
    let three = c_two.plus(&step);
    let four = three.plus(&step.plus(&up.plus(&cubic)));
    let down = low.minus(&cubic);
    let step = first.minus(&down);
    let minus2 = c_minus.minus(&step);
    let down = down.minus(&cubic);
    let step = step.minus(&down);
    let minus3 = minus2.minus(&step);
    let minus4 = minus3.minus(&step.minus(&down.minus(&cubic)));
    [
        leading,
        zero,
        minus,
        two,
        minus2.plus(&by_16),
        three.plus(&by_81),
        minus3.plus(&by_81),
        four.plus(&by_256),
        minus4.plus(&by_256),
    ]
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
