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
        let mut walks = self.walks(left);
        let mut factors = vec![F::zero(); self.tables.len()];
        let assignments = 0..1usize << left.len();
        let summands = assignments.map(|x| {
            let tables = self.tables.iter().zip(&mut walks);
            for (value, (table, walk)) in factors.iter_mut().zip(tables) {
                *value = table.values[walk.at];
                walk.leave(x);
            }
            self.relation.summand.eval(&factors)
        });
        summands.sum()
    }

    /// Of each table, how its index goes as assignments of these variables, which are all that are left, are counted up.
    fn walks(&self, left: &[usize]) -> Vec<Walk> {
        let walk = |table: &Table<F>| {
            let mut below = 0usize;
            let steps = left.iter().map(|var| {
                let bit = table.vars.iter().position(|v| v == var);
                let own = bit.map_or(0, |bit| 1usize << bit);
                let step = own.wrapping_sub(below);
                below += own;
                step
            });
            Walk {
                steps: steps.collect(),
                at: 0,
            }
        };
        self.tables.iter().map(walk).collect()
    }
}

/// An index of a table, for an assignment of the variables that are left.
struct Walk {
    /// For each of these variables: by how much the index grows when it becomes 1 and all those before it 0.
    steps: Vec<usize>,
    at: usize,
}

impl Walk {
    /// Goes from an assignment to the next one.
    fn leave(&mut self, assignment: usize) {
        let step = self.steps.get(assignment.trailing_ones() as usize);
        self.at = self.at.wrapping_add(step.copied().unwrap_or_default());
    }
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
        let (var, left) = self.order[self.round..].split_first().expect("a round");
        let mut walks = self.walks(left);
        // How far the value is where the variable is 1 instead of 0.
        let strides = self.tables.iter().map(|table| {
            let bit = table.vars.iter().position(|v| v == var);
            bit.map_or(0, |bit| 1usize << bit)
        });
        let strides: Vec<usize> = strides.collect();
        let mut evals = vec![F::zero(); degree + 1];
        let mut slopes = vec![F::zero(); self.tables.len()];
        let mut factors = vec![F::zero(); self.tables.len()];
        for x in 0..1usize << left.len() {
            let tables = self.tables.iter().zip(&mut walks).zip(&strides);
            let ends = factors.iter_mut().zip(&mut slopes);
            for ((factor, slope), ((table, walk), stride)) in ends.zip(tables) {
                *factor = table.values[walk.at];
                *slope = table.values[walk.at + stride] - *factor;
                walk.leave(x);
            }
            for (at, eval) in evals.iter_mut().enumerate() {
                if at > 0 {
                    let pairs = factors.iter_mut().zip(&slopes);
                    pairs.for_each(|(factor, slope)| *factor += slope);
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
