//! The relations of the phase, the claims on digits that they leave, and what they leave on the digit oracles.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are those of a layout that the key fixes; no proof has a say"
)]

use super::claims::Sorted;
use crate::bytecode::{Combination, Sums, digit_vars};
use crate::digits::{self, booleanity};
use crate::machine::Run;
use crate::step::Oracles;
use crate::vm::carry::Carry;
use std::sync::Arc;
use sumcheck::{Claimed, EvalClaim, Expr, Field, Oracle, Order, Point, Reduced, Relation, Segment};

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

/// `Σ_{k,j} Π_i d_i(k_i, j) · Σ_p eq(r_p, j) · column_p(k)`.
pub struct Bytecode<F> {
    pub relation: Relation<F>,
    /// On the digits of the row.
    pub digits: Vec<Claimed<F>>,
    /// On the columns, if the key commits to the program.
    pub columns: Vec<Claimed<F>>,
}

impl<F: Field> Bytecode<F> {
    fn new(
        run: &Run<'_>,
        points: &[(&'static str, Point<F>)],
        combined: &[Arc<Combination<F>>],
        committed: bool,
    ) -> Self {
        let radices = run.machine.bytecode_radices();
        let n = radices.len();
        let mut relation = Relation::new("bytecode", digit_segments(&radices, run.cycle_vars));
        let names = points.iter().map(|(name, _)| format!("column[{name}]"));
        let eqs = points
            .iter()
            .map(|(name, point)| relation.eq(*name, n, point.clone()));
        let eqs: Vec<Expr<F>> = eqs.collect();
        let digits: Vec<Claimed<F>> = (0..n)
            .map(|i| relation.claimed(format!("d_{i}"), &[i, n]))
            .collect();
        let mut claimed = Vec::new();
        let columns: Vec<Expr<F>> = if committed {
            let rows: Vec<usize> = (0..n).collect();
            claimed.extend(names.map(|name| relation.claimed(name, &rows)));
            claimed.iter().map(|column| (*column).into()).collect()
        } else {
            // All at one address: the sums over rows are made once.
            let (code, combined) = (run.machine.bytecode.clone(), combined.to_vec());
            relation.publics_over_first(names, n, move |address| {
                let sums = Sums::new(&code, &Point::join(address));
                combined.iter().map(|column| sums.of(column)).collect()
            })
        };
        let sum = eqs.into_iter().zip(columns).map(|(eq, column)| eq * column);
        let sum: Vec<Expr<F>> = sum.collect();
        let product = Expr::Product(digits.iter().map(|digit| (*digit).into()).collect());
        relation.summand = product * Expr::Sum(sum);
        Bytecode {
            relation,
            digits,
            columns: claimed,
        }
    }
}

/// `Σ_j Σ_a (Σ_p w_{a,p} eq(r_p, j)) · Π_i d_i(a_i, j)` over address points `a`: addresses that were bound to a
/// point, or halves of them, as digits.
pub struct Addresses<F> {
    pub relation: Relation<F>,
    /// On the digits, for each address point.
    pub digits: Vec<Vec<Claimed<F>>>,
}

impl<F: Field> Addresses<F> {
    fn new<V: Copy>(run: &Run<'_>, sorted: &Sorted<F, V>) -> Self {
        let mut relation = Relation::new("addresses", vec![Segment::cycle(run.cycle_vars)]);
        let mut sum = Vec::new();
        let mut digits = Vec::new();
        for (a, address) in sorted.addresses.iter().enumerate() {
            let mut weight = Vec::new();
            for (at, w) in sorted.address_weights(address) {
                let (name, point) = &sorted.points[at];
                let eq = relation.eq(*name, 0, point.clone());
                weight.push(Expr::constant(format!("w_{a}{at}"), w) * eq);
            }
            let mut product = Expr::Product(vec![Expr::Sum(weight)]);
            let own = run.machine.part_digits(address.part);
            let own = own.map(|i| relation.claimed(format!("d_{a}_{i}"), &[0]));
            let own: Vec<Claimed<F>> = own.collect();
            for digit in &own {
                product = product * *digit;
            }
            digits.push(own);
            sum.push(product);
        }
        relation.summand = Expr::Sum(sum);
        Addresses { relation, digits }
    }
}

/// The relations of the batch, in order.
pub struct Relations<F> {
    /// Claims on columns of the bytecode.
    pub bytecode: Bytecode<F>,
    /// Claims on RAM addresses.
    pub addresses: Addresses<F>,
    /// All digits of the machine.
    pub booleanity: booleanity::Boolean<F>,
    /// Claims on oracles.
    pub carry: Carry<F>,
}

impl<F: Field> Relations<F> {
    /// For the claims, and the challenges of booleanity.
    pub fn new<V: Copy>(
        run: &Run<'_>,
        sorted: &Sorted<F, V>,
        at: &booleanity::At<F>,
        oracles: &Oracles,
    ) -> Self {
        let machine = run.machine;
        let committed = oracles.program.is_some();
        Relations {
            bytecode: Bytecode::new(run, &sorted.points, sorted.combined(), committed),
            addresses: Addresses::new(run, sorted),
            booleanity: booleanity::Boolean::new("booleanity", at, machine.digit_radices().len()),
            carry: Carry::new(&sorted.carried, run.cycle_vars),
        }
    }

    /// The relations alone.
    pub(super) fn batch(&self) -> [Relation<F>; 4] {
        let all = [
            &self.bytecode.relation,
            &self.addresses.relation,
            &self.booleanity.relation,
            &self.carry.relation,
        ];
        all.map(Relation::clone)
    }

    /// Turns what the batch leaves into claims on oracles.
    pub(super) fn leave<V: Copy>(
        self,
        run: &Run<'_>,
        sorted: &Sorted<F, V>,
        [mut bytecode, mut addresses, one_hot, carried]: [Reduced<F, V>; 4],
        oracles: &Oracles,
    ) -> Vec<EvalClaim<F, V>> {
        let rows = run.machine.bytecode_radices();
        let cells = run.machine.ram_radices();
        let (places, cycle) = bytecode.at_last();
        let mut claims = Vec::new();
        let own = self.bytecode.digits.iter().zip(&oracles.row).zip(&rows);
        for (((digit, oracle), radix), at) in own.zip(&places) {
            claims.push(digits::claim(
                *oracle,
                *radix,
                at,
                &cycle,
                bytecode.take(*digit),
            ));
        }
        if let Some(program) = &oracles.program {
            let row = Point::join(&places);
            let columns = self.bytecode.columns.iter().zip(sorted.combined());
            claims.extend(columns.map(|(column, combined)| {
                program.rows_claim(combined, row.clone(), bytecode.take(*column))
            }));
        }
        bytecode.done();
        for (address, own) in sorted.addresses.iter().zip(&self.addresses.digits) {
            let digits = run.machine.part_digits(address.part);
            let (oracles, cells) = (&oracles.address[digits.clone()], &cells[digits]);
            let at = split_address(&address.point, cells);
            let own = own.iter().zip(oracles).zip(cells).zip(at);
            for (((digit, oracle), radix), at) in own {
                claims.push(digits::claim(
                    *oracle,
                    *radix,
                    &at,
                    &cycle,
                    addresses.take(*digit),
                ));
            }
        }
        addresses.done();
        let all = oracles.row.iter().chain(&oracles.address);
        let all = all.chain([&oracles.offset]).copied();
        let all: Vec<(Oracle, usize)> = all.zip(run.machine.digit_radices()).collect();
        claims.extend(self.booleanity.claims(one_hot, &all));
        claims.extend(self.carry.leave(&sorted.carried, carried));
        claims
    }
}

/// The digit points of an address point, least significant digit first.
pub fn split_address<F: Field>(address: &Point<F>, radices: &[usize]) -> Vec<Point<F>> {
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
