//! The prover of the phase, and its kernels.

use super::claims::{Claims, Sorted, Sum, sort};
use super::relations::{Relations, split_address};
use crate::digits::{Packed, booleanity};
use crate::machine::Run;
use crate::step::Oracles;
use crate::vm::carry;
use crate::vm::commit::Committed;
use crate::witness::Witness;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::batch::{self, LateProof};
use sumcheck::kernel::{EqSum, Falls, Numbers, Repeats, RepeatsFactor, RepeatsProver};
use sumcheck::{
    Expr, Held, Instance, Oracle, Point, ProverChannel, ProverField, Relation, RoundProver,
    Segment, UniPoly,
};

/// The kernels of the batch, in order.
pub fn kernels<'a, F: ProverField>(
    (run, oracles): (&Run<'_>, &Oracles),
    witness: &Witness,
    digits: Vec<Arc<Packed>>,
    polys: &'a BTreeMap<Oracle, Held<F>>,
    sorted: &Sorted<F, F>,
    at: &booleanity::At<F>,
) -> [Box<dyn RoundProver<F> + 'a>; 4] {
    let code = &run.machine.bytecode;
    let columns = sorted.combined().iter().map(|sum| sum.column(code));
    let columns: Vec<Vec<F>> = columns.collect();
    let committed = oracles.program.is_some();
    [
        Box::new(FetchProver::new(
            run,
            witness,
            &sorted.points,
            (columns, committed),
        )),
        addresses(run, witness, sorted),
        Box::new(booleanity::Prover::new(at, digits)),
        carry::kernel(&sorted.carried, polys),
    ]
}

/// Proves the phase, and relations that were left for it, of polynomials that are held.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    (run, witness): (&Run<'_>, &Witness),
    (committed, polys): (Committed, &BTreeMap<Oracle, Held<F>>),
    claims: Claims<F, F>,
    late: Vec<LateProof<F>>,
) {
    let Committed { oracles, digits } = committed;
    prove_with(channel, (run, &oracles), claims, late, |_, sorted, at| {
        kernels((run, &oracles), witness, digits, polys, sorted, at)
    });
}

/// Proves the phase with other provers than the [`kernels`].
pub fn prove_with<'a, F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    (run, oracles): (&Run<'_>, &Oracles),
    claims: Claims<F, F>,
    late: Vec<LateProof<F>>,
    provers: impl FnOnce(
        &Relations<F>,
        &Sorted<F, F>,
        &booleanity::At<F>,
    ) -> [Box<dyn RoundProver<F> + 'a>; 4],
) {
    let gamma = channel.sample("gamma");
    let sorted = sort(run, claims, gamma, &mut |check| channel.enforced(check));
    let at = booleanity::At::sample(run.cycle_vars, || channel.sample("booleanity"));
    let relations = Relations::new(run, &sorted, &at, oracles);
    let provers = provers(&relations, &sorted, &at);
    let total =
        |(constant, terms): Sum<F, F>| constant + terms.iter().map(|(c, v)| *c * v).sum::<F>();
    let claims = [
        total(sorted.column_sum()),
        total(sorted.address_sum()),
        F::zero(),
        total(sorted.carried_sum()),
    ];
    let own = relations.batch().into_iter().zip(claims).zip(provers);
    let own = own.map(|((relation, claim), prover)| Instance {
        relation,
        claim,
        prover,
    });
    let mut instances: Vec<Instance<'a, F>> = own.collect();
    let (others, leaves): (Vec<_>, Vec<_>) = late.into_iter().map(LateProof::instance).unzip();
    instances.extend(others);
    let mut reduced = batch::prove_all(channel, "fetch", instances);
    let own = batch::first(&mut reduced);
    let mut claims = relations.leave(run, &sorted, own, oracles);
    claims.extend(batch::left(leaves, reduced));
    for claim in claims {
        channel.claim_eval(claim);
    }
}

/// The kernel of `bytecode`: row rounds over one histogram per cycle point, then cycle rounds over
/// one weight column `Σ_p column_p · eq(r_p, j)` times the digits.
struct FetchProver<F> {
    /// For each cycle point: how much of it falls on each row, and its combination of columns.
    sides: Vec<(Vec<F>, Vec<F>)>,
    points: Vec<Point<F>>,
    radices: Vec<usize>,
    rows: Repeated<F>,
    challenges: Vec<F>,
    cycle: Option<Box<dyn RoundProver<F>>>,
    /// Whether the columns are claimed.
    committed: bool,
}

/// An index over cycles, what each entry stands for, and how much of each cycle point falls where if the index
/// repeats itself.
struct Repeated<F> {
    repeats: Arc<Repeats>,
    entries: Vec<u32>,
    falls: Vec<Arc<Falls<F>>>,
}

impl<F: ProverField> Repeated<F> {
    fn new(index: Arc<Vec<u32>>, entries: Vec<u32>, points: &[(&'static str, Point<F>)]) -> Self {
        let mut repeated = Repeated {
            repeats: Arc::new(Repeats::of(index, entries.len())),
            entries,
            falls: vec![Arc::default(); points.len()],
        };
        if repeated.repeats.any() {
            repeated.let_fall(points);
        }
        repeated
    }

    fn let_fall(&mut self, points: &[(&'static str, Point<F>)]) {
        let falls = points.par_iter();
        let falls = falls.map(|(_, point)| Arc::new(self.repeats.falls(point)));
        self.falls = falls.collect();
    }
}

impl<F: ProverField> FetchProver<F> {
    pub fn new(
        run: &Run<'_>,
        witness: &Witness,
        points: &[(&'static str, Point<F>)],
        (combined, committed): (Vec<Vec<F>>, bool),
    ) -> Self {
        let size = 1u32 << run.machine.bytecode.vars();
        let mut rows = Repeated::new(witness.row.clone(), (0..size).collect(), points);
        if !rows.repeats.any() {
            rows.let_fall(points);
        }
        let falls = rows.falls.iter();
        let sides = falls.zip(combined).map(|(falls, mut column)| {
            let padding = column[0];
            column.resize(size as usize, padding);
            (falls[0].clone(), column)
        });
        FetchProver {
            sides: sides.collect(),
            points: points.iter().map(|(_, p)| p.clone()).collect(),
            radices: run.machine.bytecode_radices(),
            rows,
            challenges: Vec::new(),
            cycle: None,
            committed,
        }
    }

    fn enter_cycles(&mut self) {
        let sides = self.sides.iter().zip(&self.points).enumerate();
        let weights = sides.map(|(at, ((_, c), point))| (at, c[0], point.clone()));
        let address = split_address(&Point(self.challenges.clone()), &self.radices);
        self.cycle = Some(weighted_products(
            vec![(weights.collect(), address.into_iter().enumerate().collect())],
            &self.rows,
        ));
    }
}

impl<F: ProverField> RoundProver<F> for FetchProver<F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        if let Some(cycle) = &mut self.cycle {
            return cycle.round(claim);
        }
        let (mut at_zero, mut quadratic) = (F::zero(), F::zero());
        for (falls, column) in &self.sides {
            for (f, c) in falls.chunks_exact(2).zip(column.chunks_exact(2)) {
                at_zero += f[0] * c[0];
                quadratic += (f[1] - f[0]) * (c[1] - c[0]);
            }
        }
        UniPoly(vec![
            at_zero,
            claim - at_zero.double() - quadratic,
            quadratic,
        ])
    }

    fn bind(&mut self, challenge: F) {
        if let Some(cycle) = &mut self.cycle {
            return cycle.bind(challenge);
        }
        let fold = |values: &Vec<F>| -> Vec<F> {
            values
                .chunks_exact(2)
                .map(|v| v[0] + challenge * (v[1] - v[0]))
                .collect()
        };
        for (falls, column) in &mut self.sides {
            *falls = fold(falls);
            *column = fold(column);
        }
        self.challenges.push(challenge);
        if self.sides[0].0.len() == 1 {
            self.enter_cycles();
        }
    }

    fn finish(&mut self) -> Vec<F> {
        let cycle = self.cycle.as_mut();
        let mut values = cycle.map(|cycle| cycle.finish()).unwrap_or_default();
        if self.committed {
            values.extend(self.sides.iter().map(|(_, column)| column[0]));
        }
        values
    }
}

/// The kernel of `addresses`.
fn addresses<F: ProverField>(
    run: &Run<'_>,
    witness: &Witness,
    sorted: &Sorted<F, F>,
) -> Box<dyn RoundProver<F>> {
    let radices = run.machine.ram_radices();
    let mut cells = Numbers::new(run.machine.ram_vars());
    cells.number(0);
    let index = witness.address.iter().map(|cell| cells.number(*cell));
    let index = Arc::new(index.collect());
    let cells = Repeated::new(index, cells.values, &sorted.points);
    let products: Vec<_> = sorted
        .addresses
        .iter()
        .map(|address| {
            let weights = sorted.address_weights(address).into_iter();
            let weights = weights.map(|(at, w)| (at, w, sorted.points[at].1.clone()));
            let digits = run.machine.part_digits(address.part);
            let points = split_address(&address.point, &radices[digits.clone()]);
            (weights.collect(), digits.zip(points).collect())
        })
        .collect();
    weighted_products(products, &cells)
}

/// Weights of cycle points, which are given by number and as such, and the points of some digits of one address.
type Product<F> = (Vec<(usize, F, Point<F>)>, Vec<(usize, Point<F>)>);

/// Proves `Σ_j Σ_a (Σ_p w_{a,p} eq(r_p, j)) · Π_i d_i(a_i, j)`: one weight column per product, and digits through
/// tables.
fn weighted_products<F: ProverField>(
    products: Vec<Product<F>>,
    of: &Repeated<F>,
) -> Box<dyn RoundProver<F>> {
    let vars = products[0].0[0].2.vars();
    let mut relation = Relation::new("weighted", vec![Segment::cycle(vars)]);
    let mut factors = Vec::new();
    let mut sum = Vec::new();
    for (weights, address) in products {
        let mut product = relation.public("w", [0], |_| F::zero());
        let falls = weights.iter().map(|(at, ..)| of.falls[*at].clone());
        let falls = falls.collect();
        let weights = weights.into_iter().map(|(_, w, point)| (w, point));
        factors.push(RepeatsFactor::Weights(EqSum(weights.collect()), falls));
        for (i, point) in &address {
            product = product * relation.claimed("d", &[0]);
            let eq = point.eq_table();
            let digit = |entry: &u32| eq[((entry >> (4 * i)) & 15) as usize];
            let table = of.entries.iter().map(digit).collect();
            factors.push(RepeatsFactor::Table(Arc::new(table)));
        }
        sum.push(product);
    }
    relation.summand = match <[Expr<F>; 1]>::try_from(sum) {
        Ok([product]) => product,
        Err(sum) => Expr::Sum(sum),
    };
    Box::new(RepeatsProver::new(relation, of.repeats.clone(), factors))
}
