//! Phase `fetch`: every claim on a bytecode column, every claim on a RAM address, and one-hotness.
//!
//! Relations, one batch; all end at the cycle point `r_fetch`:
//! - `bytecode`: `Σ_p γ_p claim_p = Σ_{k,j} Π_i d_i(k_i, j) · Σ_p eq(r_p, j) · column_p(k)`, where `d_i` are the
//!   digits of the row and each cycle point `r_p` comes with the combination of all columns claimed
//!   there; the point 0 carries the label of the first cycle, which must be the entry's;
//! - `ram_address`: both claims on `ra(cell, ·)`, as a product of digits;
//! - one per final block: `ra(block, r_recall)` as a product of digits;
//! - `booleanity` of all digits of the machine (the lookup argument proves that of its own).
//!
//! Each digit ends with one claim per product and one for booleanity, all at `r_fetch`.
//!
//! Prover: row rounds over one histogram per cycle point; then products of digits through tables.
//! Cost per real cycle: one addition per point, then `(digits + 1)²` multiplications per product.

use super::Run;
use super::commit::{Committed, Oracles};
use super::constrain::Step;
use super::recall::Written;
use super::remember::{Read, port_column};
use crate::bytecode::{digit_vars, digits};
use crate::constraints::coefficients;
use crate::digits::booleanity;
use crate::lookup::SelectorClaim;
use crate::witness::Witness;
use instruction_tables::Operands;
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    EvalClaim, Expr, Field, Instance, Oracle, Order, Point, ProverChannel, Reduced, Relation,
    RoundProver, Segment, UniPoly, Value, VerifierChannel, VerifyError, batch,
};

/// All claims that the phase consumes.
#[must_use = "claims must be consumed"]
pub struct Claims<F, V> {
    /// From [constrain](super::constrain).
    pub step: Step<F, V>,
    /// From the lookup argument.
    pub selectors: SelectorClaim<F, V>,
    /// From [remember](super::remember).
    pub read: Read<F, V>,
    /// From [recall](super::recall).
    pub written: Written<F, V>,
}

/// A claim on a bytecode column: `Σ_j eq(point, j) · column(row(j)) = Σ coefficient · value`.
struct ColumnClaim<F, V> {
    /// Index into the list of cycle points.
    point: usize,
    column: Vec<F>,
    value: Option<V>,
    /// Public part of the value.
    constant: F,
}

/// Claims by kind, and the points that they are at.
struct Sorted<F, V> {
    points: Vec<(&'static str, Point<F>)>,
    columns: Vec<ColumnClaim<F, V>>,
    /// `ra(cell, r_read)` and `ra(cell, r_recall)`.
    cell: Point<F>,
    cell_claims: [V; 2],
    finals: Vec<(Point<F>, V)>,
}

const STEP: usize = 0;
const LOOKUP: usize = 1;
const READ: usize = 2;
const RECALL: usize = 3;
const FIRST: usize = 4;

fn sort<F: Field, V: Copy>(run: &Run<'_>, claims: Claims<F, V>) -> Sorted<F, V> {
    let Claims {
        step,
        selectors,
        read,
        written,
    } = claims;
    assert!(
        step.is_consumed(),
        "a column claim of the step was not consumed"
    );
    assert!(
        read.register_value.is_none() && read.cell_value.is_none(),
        "recall must come first"
    );
    let code = &run.machine.bytecode;
    let mut columns = Vec::new();
    let mut claim = |point, column, value| {
        columns.push(ColumnClaim {
            point,
            column,
            value: Some(value),
            constant: F::zero(),
        });
    };
    let h = coefficients(code.word, &code.rows, &step.weights);
    for (column, value) in h.into_iter().zip(&step.coefficients) {
        claim(STEP, column, *value);
    }
    let selected = code.column(|row| {
        let table = row
            .table
            .and_then(|table| run.machine.table_position(table))
            .map(|at| selectors.tables[at])
            .unwrap_or_default();
        table
            + match row.operands {
                Operands::None => F::zero(),
                Operands::Pair(..) => selectors.pair,
                _ => selectors.single,
            }
    });
    claim(LOOKUP, selected, selectors.value);
    let register = &read.register;
    claim(
        READ,
        code.column(port_column(register, |r| r.rs1)),
        read.ports[0],
    );
    claim(
        READ,
        code.column(port_column(register, |r| r.rs2)),
        read.ports[1],
    );
    claim(
        READ,
        code.column(port_column(register, |r| r.rd)),
        read.ports[2],
    );
    claim(READ, code.column(|r| F::from(r.label)), read.label);
    claim(
        RECALL,
        code.column(port_column(register, |r| r.rd)),
        written.rd,
    );
    columns.push(ColumnClaim {
        point: FIRST,
        column: code.column(|r| F::from(r.label)),
        value: None,
        constant: F::from(run.machine.entry),
    });
    Sorted {
        points: vec![
            ("eq(r_step,j)", step.point),
            ("eq(r_lookup,j)", selectors.point),
            ("eq(r_read,j)", read.point),
            ("eq(r_recall,j)", written.point),
            ("eq(0,j)", Point(vec![F::zero(); run.cycle_vars])),
        ],
        columns,
        cell: read.cell,
        cell_claims: [read.address, written.address],
        finals: written.finals,
    }
}

impl<F: Field, V: Copy> Sorted<F, V> {
    /// Each point's combination of columns, `Σ γ^i column_i`.
    fn combined(&self, gamma: F) -> Vec<Vec<F>> {
        let rows = self.columns.first().map_or(0, |c| c.column.len());
        let mut combined = vec![vec![F::zero(); rows]; self.points.len()];
        let mut power = F::one();
        for claim in &self.columns {
            for (sum, value) in combined[claim.point].iter_mut().zip(&claim.column) {
                *sum += power * value;
            }
            power *= gamma;
        }
        combined
    }

    /// The claim of `bytecode`: a constant and coefficients of received values.
    fn bytecode_claim(&self, gamma: F) -> (F, Vec<(F, V)>) {
        let mut power = F::one();
        let mut constant = F::zero();
        let mut terms = Vec::with_capacity(self.columns.len());
        for claim in &self.columns {
            match claim.value {
                Some(value) => terms.push((power, value)),
                None => constant += power * claim.constant,
            }
            power *= gamma;
        }
        (constant, terms)
    }
}

/// Segments of the digits of an index, least significant digit first, then the cycle.
fn digit_segments(radices: &[usize], cycle_vars: usize) -> Vec<Segment> {
    let mut segments: Vec<Segment> = radices
        .iter()
        .map(|radix| Segment {
            name: "k",
            vars: digit_vars(*radix),
            order: Order::LsbFirst,
        })
        .collect();
    segments.push(Segment::cycle(cycle_vars));
    segments
}

fn join<F: Field>(points: &[Point<F>]) -> Point<F> {
    Point(points.iter().flat_map(|p| p.0.iter().copied()).collect())
}

fn bytecode_relation<F: Field>(
    run: &Run<'_>,
    points: &[(&'static str, Point<F>)],
    combined: &[Vec<F>],
) -> Relation<F> {
    let radices = run.machine.bytecode_radices();
    let n = radices.len();
    let mut relation = Relation::new("bytecode", digit_segments(&radices, run.cycle_vars));
    let address: Vec<usize> = (0..n).collect();
    let sum = points
        .iter()
        .zip(combined)
        .map(|((name, point), column)| {
            let eq = relation.eq(*name, n, point.clone());
            let code = run.machine.bytecode.clone();
            let column = column.clone();
            let public = relation.public(format!("column[{name}]"), &address, move |points| {
                code.evaluate(&column, &join(&points[..n]))
            });
            eq * public
        })
        .collect();
    let digits: Vec<Expr<F>> = (0..n)
        .map(|i| relation.claimed(format!("d_{i}"), &[i, n]))
        .collect();
    let product = digits
        .into_iter()
        .fold(Expr::Product(Vec::new()), |p, d| p * d);
    relation.summand = product * Expr::Sum(sum);
    relation
}

/// `Σ_j (Σ_p γ^p eq(r_p, j)) · Π_i d_i(j)`: an address that was bound to a point, as digits.
fn address_relation<F: Field>(
    name: &'static str,
    digits: usize,
    points: &[&Point<F>],
    gamma: F,
) -> Relation<F> {
    let vars = points.first().map_or(0, |p| p.vars());
    let mut relation = Relation::new(name, vec![Segment::cycle(vars)]);
    let eqs: Vec<Expr<F>> = points
        .iter()
        .enumerate()
        .map(|(i, point)| relation.eq(format!("eq(r_{i},j)"), 0, (*point).clone()))
        .collect();
    let mut product = Expr::Product(Vec::new());
    match <[Expr<F>; 1]>::try_from(eqs) {
        Ok([eq]) => product = product * eq,
        Err(eqs) => product = product * Expr::batch("γ", gamma, eqs),
    }
    for i in 0..digits {
        product = product * relation.claimed(format!("d_{i}"), &[0]);
    }
    relation.summand = product;
    relation
}

/// The digit points of an address point, least significant digit first.
fn split_address<F: Field>(address: &Point<F>, radices: &[usize]) -> Vec<Point<F>> {
    let mut rest = address.clone();
    radices
        .iter()
        .map(|radix| {
            let (digit, others) = rest.split_at(digit_vars(*radix));
            rest = others;
            digit
        })
        .collect()
}

/// `eq(point, ·)` over a digit's values.
fn digit_weights<F: Field>(point: &Point<F>, radix: usize) -> Vec<F> {
    let mut table = point.eq_table();
    table.truncate(radix);
    table
}

struct Relations<F> {
    gamma: F,
    booleanity: Relation<F>,
    booleanity_at: booleanity::At<F>,
    bytecode: Relation<F>,
    ram: Relation<F>,
    finals: Vec<Relation<F>>,
}

fn machine_radices(run: &Run<'_>) -> Vec<usize> {
    let mut all = run.machine.bytecode_radices();
    all.extend(run.machine.ram_radices());
    all.push(run.machine.bytecode.word.bytes());
    all
}

fn relations<F: Field, V: Copy>(
    run: &Run<'_>,
    sorted: &Sorted<F, V>,
    mut sample: impl FnMut(&'static str) -> F,
) -> (Relations<F>, Vec<Vec<F>>) {
    let gamma = sample("gamma");
    let combined = sorted.combined(gamma);
    let at = booleanity::At::sample(run.cycle_vars, || sample("booleanity"));
    let cells = run.machine.ram_radices().len();
    let relations = Relations {
        gamma,
        booleanity: booleanity::relation("booleanity", &at, machine_radices(run).len()),
        booleanity_at: at,
        bytecode: bytecode_relation(run, &sorted.points, &combined),
        ram: address_relation(
            "ram_address",
            cells,
            &[&sorted.points[READ].1, &sorted.points[RECALL].1],
            gamma,
        ),
        finals: run
            .finals
            .iter()
            .map(|f| address_relation(f.address_name, cells, &[&sorted.points[RECALL].1], gamma))
            .collect(),
    };
    (relations, combined)
}

/// Turns what the batch leaves into claims on the digit oracles.
fn digit_claims<F: Field, V: Copy>(
    run: &Run<'_>,
    sorted: &Sorted<F, V>,
    reduced: Vec<Reduced<F, V>>,
    oracles: &Oracles,
) -> Vec<EvalClaim<F, V>> {
    let rows = run.machine.bytecode_radices();
    let cells = run.machine.ram_radices();
    let mut claims = Vec::new();
    let mut product =
        |one: &mut Reduced<F, V>, addresses: &[Point<F>], radices: &[usize], oracles: &[Oracle]| {
            let cycle = one.points[one.points.len() - 1].clone();
            let values = one.take_all("d_");
            for (((oracle, radix), at), value) in
                oracles.iter().zip(radices).zip(addresses).zip(values)
            {
                claims.push(Oracles::digit(
                    *oracle,
                    digit_weights(at, *radix),
                    &cycle,
                    value,
                ));
            }
        };
    let mut reduced = reduced.into_iter();
    let mut next = || reduced.next().expect("one result per relation");
    let mut bytecode = next();
    let row_points = bytecode.points[..rows.len()].to_vec();
    product(&mut bytecode, &row_points, &rows, &oracles.row);
    bytecode.done();
    let mut ram = next();
    product(
        &mut ram,
        &split_address(&sorted.cell, &cells),
        &cells,
        &oracles.address,
    );
    ram.done();
    for (block, _) in &sorted.finals {
        let mut one = next();
        product(
            &mut one,
            &split_address(block, &cells),
            &cells,
            &oracles.address,
        );
        one.done();
    }
    let all: Vec<(Oracle, usize)> = oracles
        .row
        .iter()
        .chain(&oracles.address)
        .chain([&oracles.offset])
        .copied()
        .zip(machine_radices(run))
        .collect();
    claims.extend(booleanity::claims(next(), &all));
    claims
}

/// The prover's side.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    committed: Committed,
    claims: Claims<F, F>,
) {
    let sorted = sort(run, claims);
    let (relations, combined) = relations(run, &sorted, |label| channel.sample(label));
    let Relations {
        gamma,
        booleanity,
        booleanity_at,
        bytecode,
        ram,
        finals,
    } = relations;
    let (constant, terms) = sorted.bytecode_claim(gamma);
    let bytecode_claim = constant + terms.iter().map(|(c, v)| *c * v).sum::<F>();
    let rows = run.machine.bytecode_radices();
    let cells = run.machine.ram_radices();
    let row_digits = digits(&witness.row, &rows);
    let cell_digits = digits(&witness.address, &cells);
    let at = |address: &Point<F>| -> Vec<Column<F>> {
        split_address(address, &cells)
            .iter()
            .zip(&cell_digits)
            .map(|(point, column)| Column::digits(column.clone(), point.eq_table()))
            .collect()
    };
    let product = |relation: &Relation<F>, eqs: usize, address: &Point<F>| {
        let columns = vec![None; eqs]
            .into_iter()
            .chain(at(address).into_iter().map(Some));
        Box::new(CycleProver::new(relation, &[], columns.collect())) as Box<dyn RoundProver<F>>
    };
    let mut instances = vec![
        Instance {
            prover: Box::new(FetchProver::new(
                run,
                witness,
                &sorted.points,
                combined,
                &row_digits,
            )),
            relation: bytecode,
            claim: bytecode_claim,
        },
        Instance {
            prover: product(&ram, 2, &sorted.cell),
            relation: ram,
            claim: sorted.cell_claims[0] + gamma * sorted.cell_claims[1],
        },
    ];
    for (relation, (block, claim)) in finals.into_iter().zip(&sorted.finals) {
        let prover = product(&relation, 1, block);
        instances.push(Instance {
            prover,
            relation,
            claim: *claim,
        });
    }
    instances.push(Instance {
        prover: Box::new(booleanity::Prover::new(&booleanity_at, committed.digits)),
        relation: booleanity,
        claim: F::zero(),
    });
    let reduced = batch::prove(channel, "fetch", instances);
    for claim in digit_claims(run, &sorted, reduced, &committed.oracles) {
        channel.claim_eval(claim);
    }
}

/// The verifier's side.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    claims: Claims<F, Value>,
) -> Result<(), VerifyError> {
    let sorted = sort(run, claims);
    let (relations, _) = relations(run, &sorted, |label| channel.sample(label));
    let Relations {
        gamma,
        booleanity,
        booleanity_at: _,
        bytecode,
        ram,
        finals,
    } = relations;
    let (constant, terms) = sorted.bytecode_claim(gamma);
    let mut batch = vec![(bytecode, channel.linear(constant, &terms))];
    let [read, recalled] = sorted.cell_claims;
    batch.push((
        ram,
        channel.linear(F::zero(), &[(F::one(), read), (gamma, recalled)]),
    ));
    for (relation, (_, claim)) in finals.into_iter().zip(&sorted.finals) {
        batch.push((relation, *claim));
    }
    batch.push((booleanity, channel.constant(F::zero())));
    let reduced = batch::verify(channel, "fetch", batch)?;
    for claim in digit_claims(run, &sorted, reduced, oracles) {
        channel.claim_eval(claim)?;
    }
    Ok(())
}

/// The kernel of `bytecode`.
struct FetchProver<F> {
    /// For each cycle point: how much of it falls on each row, and its combination of columns.
    sides: Vec<(Vec<F>, Vec<F>)>,
    points: Vec<Point<F>>,
    radices: Vec<usize>,
    row_digits: Vec<Arc<Vec<u8>>>,
    challenges: Vec<F>,
    cycle: Option<CycleProver<F>>,
}

impl<F: Field> FetchProver<F> {
    fn new(
        run: &Run<'_>,
        witness: &Witness,
        points: &[(&'static str, Point<F>)],
        combined: Vec<Vec<F>>,
        row_digits: &[Arc<Vec<u8>>],
    ) -> Self {
        let size = 1usize << run.machine.bytecode.vars;
        let sides = points
            .par_iter()
            .zip(combined)
            .map(|((_, point), mut column)| {
                let mut falls = vec![F::zero(); size];
                for (row, eq) in witness.row.iter().zip(point.eq_table()) {
                    falls[*row as usize] += eq;
                }
                falls[0] += F::one() - sumcheck::kernel::eq_prefix_sum(point, witness.cycles());
                let padding = column[0];
                column.resize(size, padding);
                (falls, column)
            })
            .collect();
        FetchProver {
            sides,
            points: points.iter().map(|(_, p)| p.clone()).collect(),
            radices: run.machine.bytecode_radices(),
            row_digits: row_digits.to_vec(),
            challenges: Vec::new(),
            cycle: None,
        }
    }

    /// The cycle rounds: one weight column `Σ_p column_p · eq(r_p, j)` times the digits.
    fn enter_cycles(&mut self) {
        let vars = self.points[0].vars();
        let mut weight = vec![F::zero(); 1 << vars];
        for (point, (_, column)) in self.points.iter().zip(&self.sides) {
            weight
                .par_iter_mut()
                .zip(point.eq_table_scaled(column[0]))
                .for_each(|(w, e)| *w += e);
        }
        let mut relation = Relation::new("weighted", vec![Segment::cycle(vars)]);
        let mut product = relation.public("w", &[0], |_| F::zero());
        let mut columns = vec![Some(Column::field(weight))];
        let address = Point(self.challenges.clone());
        for (i, (point, digits)) in split_address(&address, &self.radices)
            .iter()
            .zip(&self.row_digits)
            .enumerate()
        {
            product = product * relation.claimed(format!("d_{i}"), &[0]);
            columns.push(Some(Column::digits(digits.clone(), point.eq_table())));
        }
        relation.summand = product;
        self.cycle = Some(CycleProver::new(&relation, &[], columns));
    }
}

impl<F: Field> RoundProver<F> for FetchProver<F> {
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
        self.cycle
            .as_mut()
            .map(CycleProver::finish)
            .unwrap_or_default()
    }
}
