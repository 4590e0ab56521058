//! Shout over dense tables.
//!
//! Commitment: the index in digits of 4 bits, the least significant first; the last has what is left, and so
//! a smaller radix.
//!
//! Protocol, from the claim `out(r)` on what was read:
//!
//! 1. Batch `execute`, relation `read`, over the table alone, with the reads folded into one vector:
//!
//!    ```text
//!    out(r) = Σ_k A(k) · T(k),      A(k) = Σ_j eq(r, j) · [index(j) = k]
//!    ```
//!
//!    It leaves `T(k*)`, the claim on the table, and `A(k*)`.
//! 2. `γ_P, β`. Batch `decompose`, relation `digits`: `A(k*) = Σ_j eq(r, j) · Π_i ra_i(k*_i, j)`, and that the digits
//!    are one-hot ([`digits::products`](crate::digits::products)). It ends with a claim on each digit and one on
//!    all together.
//!
//! Soundness error, for `d = ⌈n/4⌉` digits: `t/p` for `r`; `2n/p` for `read`; `max(d, 2)·t/p` for the second batch,
//! and for one-hotness `8/p` for the addresses and `max(d²/2, 2d)/p` for its challenges; `1/p` for each batch's `α`.
//!
//! Cost: `2^t` additions to fold, about `8 · 2^n` multiplications for `read`; for each row and digit what the
//! digits' relation costs ([`crate::digits`]). Messages: 1, `2n` and 2 elements, `t` rounds of `max(d, 2)`, and
//! `d + 1` evaluations.

use super::{ONE_HOT_AT, PRODUCTS, PRODUCTS_AND_ONE_HOT, Shout, one};
use crate::digits::products::{self, GROUP, Grouped};
use crate::digits::{ADDRESS_VARS, MAX_RADIX, Packed};
use crate::lookup::dense::{
    DenseArgument, DenseProver, DenseShape, DenseVerifier, Outputs, Rows, TableClaim, Term,
};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver, eq_prefix_sum, eq_table};
use sumcheck::{
    Field, Instance, Oracle, Order, Point, Poly, ProverChannel, Reduced, Relation, RoundProver,
    Segment, Shape, Value, VerifierChannel, VerifyError, Weights, batch,
};

/// Bits of the digits of an index.
pub(in crate::lookup) fn widths(shape: DenseShape) -> Vec<usize> {
    let starts = (0..shape.index_bits).step_by(ADDRESS_VARS);
    starts
        .map(|start| ADDRESS_VARS.min(shape.index_bits - start))
        .collect()
}

/// Digit `i` of an index.
pub(in crate::lookup) fn digit(i: usize, index: u128) -> u8 {
    (index >> (ADDRESS_VARS * i)) as u8 & (MAX_RADIX as u8 - 1)
}

impl<F: Field> DenseArgument<F> for Shout {
    fn supports(&self, shape: DenseShape) -> Result<(), String> {
        shape.fits::<F>()
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        commit(channel, shape, &index, |fast| Box::new(fast))
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        Ok(Box::new(Digits::receive(channel, shape)?))
    }
}

/// Commits the digits of indices. What is proven of them is proven by the kernels.
pub(in crate::lookup) fn commit<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    shape: DenseShape,
    index: &Arc<Vec<u32>>,
    kernels: impl FnOnce(Fast) -> Box<dyn Kernels<F>>,
) -> Box<dyn DenseProver<F>> {
    let digits = Digits::commit(channel, shape, index);
    let fast = Fast {
        shape,
        index: index.clone(),
        packed: digits.packed.clone(),
    };
    Box::new(Prover {
        digits,
        kernels: kernels(fast),
    })
}

/// The committed digits; all that the verifier has.
struct Digits {
    shape: DenseShape,
    oracles: Vec<Oracle>,
    /// The prover's.
    packed: Vec<Arc<Packed>>,
}

impl Digits {
    fn commit<F: Field>(
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: &[u32],
    ) -> Self {
        let polys: Vec<Arc<Poly<F>>> = widths(shape)
            .into_par_iter()
            .enumerate()
            .map(|(i, width)| {
                let digits = index.iter().map(|k| digit(i, u128::from(*k)));
                Arc::new(Poly::digits(shape.cycle_vars, 1 << width, digits.collect()))
            })
            .collect();
        Digits {
            shape,
            packed: polys.iter().map(|p| Arc::new(Packed::new(p))).collect(),
            oracles: channel.commit("dense digits", polys),
        }
    }

    fn receive<F: Field>(
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Self, VerifyError> {
        let shapes: Vec<Shape> = widths(shape)
            .into_iter()
            .map(|width| Shape {
                vars: shape.cycle_vars,
                radix: Some(1 << width),
            })
            .collect();
        Ok(Digits {
            oracles: channel.oracles("dense digits", &shapes)?,
            shape,
            packed: Vec::new(),
        })
    }

    /// Oracles with their radix.
    fn digits(&self) -> Vec<(Oracle, usize)> {
        let widths = widths(self.shape).into_iter();
        let oracles = self.oracles.iter().copied();
        oracles.zip(widths.map(|w| 1 << w)).collect()
    }

    fn terms<F: Field>(&self) -> Vec<Term<F>> {
        let digits = self.digits().into_iter().enumerate();
        let term = |(i, (oracle, radix)): (usize, (Oracle, usize))| {
            let values = (0..radix as u64).map(F::from).collect();
            let weight = F::from(1u64 << (ADDRESS_VARS * i));
            (oracle, Weights::Digit(values), weight)
        };
        digits.map(term).collect()
    }

    /// The address of every digit: four coordinates, those that a short one lacks 0.
    fn addresses<F: Field>(index: &Point<F>) -> Vec<Point<F>> {
        let digits = index.0.chunks(ADDRESS_VARS);
        digits
            .map(|own| {
                let mut address = own.to_vec();
                address.resize(ADDRESS_VARS, F::zero());
                Point(address)
            })
            .collect()
    }

    /// Where the index is reduced to digits: they are one group.
    fn at<F: Field>(
        &self,
        cycle: Point<F>,
        index: &Point<F>,
        challenges: [F; 2],
        one_hot: bool,
    ) -> products::At<F> {
        let group = self.oracles.len();
        products::At::new(cycle, Self::addresses(index), group, challenges, one_hot)
    }
}

/// `Σ_k A(k) · T(k)`.
fn read<F: Field>(index_bits: usize) -> Relation<F> {
    let segment = Segment {
        name: "k",
        vars: index_bits,
        order: Order::LsbFirst,
    };
    let mut relation = Relation::new("read", vec![segment]);
    let folded = relation.claimed("A", &[0]);
    relation.summand = folded * relation.claimed("T", &[0]);
    relation
}

/// What the batch `execute` leaves.
struct Read<F, V> {
    folded: V,
    table: TableClaim<F, V>,
}

impl<F: Field, V: Copy> Read<F, V> {
    fn new(mut reduced: Reduced<F, V>) -> Self {
        let read = Read {
            folded: reduced.take("A"),
            table: TableClaim {
                point: reduced.points[0].clone(),
                factor: F::one(),
                value: reduced.take("T"),
            },
        };
        reduced.done();
        read
    }
}

/// One prover for each relation: the hook for provers other than the fast ones.
pub(in crate::lookup) trait Kernels<F: Field>: Send {
    /// Of the relation `read`, for the rows' weights at `cycle` and the combined table.
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>>;

    /// Of the relation `digits`.
    fn digits(&self, relation: &Relation<F>, at: &products::At<F>) -> Box<dyn RoundProver<F> + '_>;
}

/// The fast ones, by the indices.
pub(in crate::lookup) struct Fast {
    shape: DenseShape,
    index: Arc<Vec<u32>>,
    packed: Vec<Arc<Packed>>,
}

struct Prover<F> {
    digits: Digits,
    kernels: Box<dyn Kernels<F>>,
}

/// `A(k)` for all `k`.
fn fold<F: Field>(index: &[u32], shape: DenseShape, cycle: &Point<F>) -> Vec<F> {
    let eq = eq_table(cycle);
    let entries = 1usize << shape.index_bits;
    let tasks = rayon::current_num_threads().max(1);
    let rows = index.len().div_ceil(tasks).max(entries).max(1);
    let sums = index.par_chunks(rows).zip(eq.par_chunks(rows));
    let sums = sums.map(|(index, eq)| {
        let mut own = vec![F::zero(); entries];
        for (k, e) in index.iter().zip(eq) {
            own[*k as usize] += e;
        }
        own
    });
    let mut sum = sums.reduce(Vec::new, |a, b| match (a.is_empty(), b.is_empty()) {
        (true, _) => b,
        (_, true) => a,
        _ => a.iter().zip(&b).map(|(a, b)| *a + b).collect(),
    });
    sum.resize(entries, F::zero());
    sum[0] += F::one() - eq_prefix_sum(cycle, index.len());
    sum
}

impl<F: Field> Kernels<F> for Fast {
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>> {
        let folded = fold(&self.index, self.shape, cycle);
        let columns = [folded, table.to_vec()].map(|c| Some(Column::field(c)));
        Box::new(CycleProver::new(relation, &[], columns.into()))
    }

    fn digits(&self, relation: &Relation<F>, at: &products::At<F>) -> Box<dyn RoundProver<F> + '_> {
        match at.group {
            GROUP => Box::new(products::Prover::new(at, &self.packed)),
            _ => Box::new(CycleProver::new(relation, &[], columns(&self.index, at))),
        }
    }
}

/// The columns of [`Grouped`], for any number of digits.
fn columns<F: Field>(index: &[u32], at: &products::At<F>) -> Vec<Option<Column<F>>> {
    let of = |i: usize| index.iter().map(move |k| digit(i, u128::from(*k)));
    let digits: Vec<Arc<Vec<u8>>> = (0..at.addresses.len())
        .map(|i| Arc::new(of(i).collect()))
        .collect();
    let tables = at.diagonals();
    let mut diagonal = vec![F::zero(); index.len()];
    let bytes: Vec<&[u8]> = digits.iter().map(|digits| digits.as_slice()).collect();
    F::add_entries(&mut diagonal, &bytes, &tables);
    let tail = tables.iter().map(|table| table[0]).sum();
    let opened = digits.iter().zip(&at.addresses);
    let opened =
        opened.map(|(digits, address)| Some(Column::digits(digits.clone(), address.eq_table())));
    std::iter::once(None)
        .chain(opened)
        .chain([Some(Column::with_tail(diagonal, tail))])
        .collect()
}

impl<F: Field> DenseProver<F> for Prover<F> {
    fn index(&self) -> Vec<Term<F>> {
        self.digits.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        outputs: &Outputs<F>,
        rows: Rows<'_, F>,
    ) -> TableClaim<F, F> {
        let shape = self.digits.shape;
        let (cycle, value) = outputs.prove_at_random(channel, shape.cycle_vars, rows.out);
        let relation = read(shape.index_bits);
        let execute = Instance {
            prover: self.kernels.read(&relation, &cycle, rows.table),
            relation,
            claim: value,
        };
        let [reduced] = one(batch::prove_all(channel, "execute", vec![execute]));
        let read = Read::new(reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let one_hot = channel.enforced(products::ONE_HOT);
        let at = self
            .digits
            .at(cycle, &read.table.point, challenges, one_hot);
        let grouped = Grouped::new("digits", &at);
        let weights = at.product_weights();
        let instance = Instance {
            prover: self.kernels.digits(&grouped.relation, &at),
            relation: grouped.relation.clone(),
            claim: read.folded * weights[0],
        };
        let [reduced] = one(batch::prove_all(channel, "decompose", vec![instance]));
        for claim in grouped.claims(reduced, &self.digits.digits(), &at) {
            channel.claim_eval(claim);
        }
        read.table
    }
}

impl<F: Field> DenseVerifier<F> for Digits {
    fn index(&self) -> Vec<Term<F>> {
        self.terms()
    }

    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        outputs: &Outputs<F>,
    ) -> Result<TableClaim<F, Value>, VerifyError> {
        let shape = self.shape;
        let (cycle, value) = outputs.verify_at_random(channel, shape.cycle_vars)?;
        let execute = vec![(read(shape.index_bits), value)];
        let [reduced] = one(batch::verify_all(channel, "execute", execute)?);
        let read = Read::new(reduced);

        let challenges = PRODUCTS.map(|label| channel.sample(label));
        let one_hot = channel.enforced(products::ONE_HOT);
        let at = self.at(cycle, &read.table.point, challenges, one_hot);
        channel.risk(&PRODUCTS, PRODUCTS_AND_ONE_HOT, at.degree());
        channel.risk(&["round", "dense/point"], ONE_HOT_AT, at.one_hot_degree());
        let claim = channel.linear(F::zero(), &[(at.product_weights()[0], read.folded)]);
        let grouped = Grouped::new("digits", &at);
        let relations = vec![(grouped.relation.clone(), claim)];
        let [reduced] = one(batch::verify_all(channel, "decompose", relations)?);
        for claim in grouped.claims(reduced, &self.digits(), &at) {
            channel.claim_eval(claim)?;
        }
        Ok(read.table)
    }
}
