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
        let mut factors = vec![F::zero(); self.tables.len()];
        (0..1usize << left.len())
            .map(|x| {
                for (value, table) in factors.iter_mut().zip(&self.tables) {
                    *value = table.values[table.index(left, x)];
                }
                self.relation.summand.eval(&factors)
            })
            .sum()
    }
}

impl<F: Field> Table<F> {
    /// Where the assignment `x` of the variables `left` falls in this table.
    fn index(&self, left: &[usize], x: usize) -> usize {
        self.vars
            .iter()
            .enumerate()
            .map(|(bit, var)| {
                let at = left
                    .iter()
                    .position(|v| v == var)
                    .expect("an unbound variable");
                ((x >> at) & 1) << bit
            })
            .sum()
    }

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
        let mut evals = vec![F::zero(); degree + 1];
        // Bit 0 of the assignment is the variable being bound: it comes first in `left`.
        for x in 0..1usize << (left.len() - 1) {
            let ends: Vec<(F, F)> = self
                .tables
                .iter()
                .map(|t| {
                    let low = t.values[t.index(left, 2 * x)];
                    (low, t.values[t.index(left, 2 * x + 1)] - low)
                })
                .collect();
            for (at, eval) in evals.iter_mut().enumerate() {
                let factors: Vec<F> = ends
                    .iter()
                    .map(|(low, slope)| *low + slope.mul_u64(at as u64))
                    .collect();
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
