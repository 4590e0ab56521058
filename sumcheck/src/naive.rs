//! The naive prover: interprets any relation over full tables. Slow, and always right.
//!
//! Cost: for each round, `degree · 2^(variables left)` evaluations of the summand.

use crate::{Field, Order, Relation, RoundProver, Source, UniPoly};

/// A table over an ascending list of variables; the first is bit 0 of the table's index.
struct Table<F> {
    vars: Vec<usize>,
    values: Vec<F>,
}

/// Proves a relation from the tables of all its factors.
pub struct NaiveProver<F> {
    relation: Relation<F>,
    tables: Vec<Table<F>>,
    /// Variables in binding order. Variable numbers ascend by segment and by bit within a segment.
    order: Vec<usize>,
    round: usize,
}

impl<F: Field> NaiveProver<F> {
    /// `tables[i]` holds factor `i` over its segments, the first segment on the low bits of the
    /// index. Tables of `Eq` factors may be left empty.
    ///
    /// # Panics
    /// If a table has the wrong length.
    pub fn new(relation: &Relation<F>, tables: Vec<Vec<F>>) -> Self {
        let starts: Vec<usize> = relation
            .segments
            .iter()
            .scan(0, |start, s| {
                *start += s.vars;
                Some(*start - s.vars)
            })
            .collect();
        let order = relation
            .segments
            .iter()
            .zip(&starts)
            .flat_map(|(s, start)| {
                let bits = *start..*start + s.vars;
                match s.order {
                    Order::LsbFirst => bits.collect::<Vec<_>>(),
                    Order::MsbFirst => bits.rev().collect(),
                }
            })
            .collect();
        let tables = relation
            .factors
            .iter()
            .zip(tables)
            .map(|(factor, values)| {
                let vars: Vec<usize> = factor
                    .segments
                    .iter()
                    .flat_map(|s| starts[*s]..starts[*s] + relation.segments[*s].vars)
                    .collect();
                let values = match &factor.source {
                    Source::Eq(_, point) if values.is_empty() => point.eq_table(),
                    _ => values,
                };
                assert_eq!(values.len(), 1 << vars.len(), "table of {}", factor.name);
                Table { vars, values }
            })
            .collect();
        NaiveProver {
            relation: relation.clone(),
            tables,
            order,
            round: 0,
        }
    }

    /// The sum over the whole hypercube.
    pub fn sum(&self) -> F {
        let left = &self.order[self.round..];
        let places = self.places(left);
        let mut factors = vec![F::zero(); self.tables.len()];
        (0..1usize << left.len())
            .map(|x| {
                let tables = self.tables.iter().zip(&places);
                for (value, (table, places)) in factors.iter_mut().zip(tables) {
                    *value = table.values[index(places, x)];
                }
                self.relation.summand.eval(&factors)
            })
            .sum()
    }

    /// Of each table, where its variables stand among those that are left.
    fn places(&self, left: &[usize]) -> Vec<Vec<usize>> {
        let place = |var: &usize| {
            let mut left = left.iter();
            left.position(|v| v == var).expect("an unbound variable")
        };
        let tables = self.tables.iter();
        tables.map(|t| t.vars.iter().map(place).collect()).collect()
    }
}

/// Where the assignment `x` of the variables that are left falls in a table whose variables stand at `places`.
fn index(places: &[usize], x: usize) -> usize {
    let bits = places.iter().enumerate();
    bits.map(|(bit, place)| ((x >> place) & 1) << bit).sum()
}

impl<F: Field> Table<F> {
    /// Fixes one variable.
    fn bind(&mut self, var: usize, x: F) {
        let Some(bit) = self.vars.iter().position(|v| *v == var) else {
            return;
        };
        self.vars.remove(bit);
        let stride = 1 << bit;
        self.values = (0..self.values.len() / 2)
            .map(|i| {
                let low = ((i >> bit) << (bit + 1)) | (i & (stride - 1));
                self.values[low] + x * (self.values[low + stride] - self.values[low])
            })
            .collect();
    }
}

impl<F: Field> RoundProver<F> for NaiveProver<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let degree = self
            .relation
            .degree(self.relation.segment_of_round(self.round));
        let left = &self.order[self.round..];
        let places = self.places(left);
        let mut evals = vec![F::zero(); degree + 1];
        let mut ends = vec![(F::zero(), F::zero()); self.tables.len()];
        let mut factors = vec![F::zero(); self.tables.len()];
        // Bit 0 of the assignment is the variable being bound: it comes first in `left`.
        for x in 0..1usize << (left.len() - 1) {
            let tables = self.tables.iter().zip(&places);
            for (end, (table, places)) in ends.iter_mut().zip(tables) {
                let low = table.values[index(places, 2 * x)];
                *end = (low, table.values[index(places, 2 * x + 1)] - low);
            }
            for (at, eval) in evals.iter_mut().enumerate() {
                for (factor, (low, slope)) in factors.iter_mut().zip(&ends) {
                    *factor = *low + slope.mul_u64(at as u64);
                }
                *eval += self.relation.summand.eval(&factors);
            }
        }
        UniPoly::from_evals(&evals)
    }

    fn bind(&mut self, challenge: F) {
        let var = self.order[self.round];
        for table in &mut self.tables {
            table.bind(var, challenge);
        }
        self.round += 1;
    }

    fn finish(&mut self) -> Vec<F> {
        self.relation
            .factors
            .iter()
            .zip(&self.tables)
            .filter(|(f, _)| matches!(f.source, Source::Claimed))
            .map(|(_, t)| t.values[0])
            .collect()
    }
}
