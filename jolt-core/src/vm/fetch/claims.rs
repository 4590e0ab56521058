//! The claims that the phase consumes, sorted by kind and cycle point, and batched.
//!
//! Every claim has a weight, a power of γ, and a check of its own by name: a claim whose check is off
//! (soundness tests) has weight 0.

use crate::constraints::{coefficients, monomial_name, monomials};
use crate::lookup::SelectorClaim;
use crate::memory;
use crate::vm::Run;
use crate::vm::constrain::Step;
use instruction_tables::Operands;
use sumcheck::{Field, Point};

/// All claims that the phase consumes.
#[must_use = "claims must be consumed"]
pub struct Claims<F, V> {
    /// From [constrain](crate::vm::constrain).
    pub step: Step<F, V>,
    /// From the lookup argument.
    pub selectors: SelectorClaim<F, V>,
    /// From the memory argument.
    pub memory: memory::Claims<F, V>,
}

/// A value: a public part and perhaps a received one.
struct Claimed<F, V> {
    weight: F,
    constant: F,
    value: Option<V>,
}

/// A claim on a bytecode column, `Σ_j eq(r, j) · column(row(j))`.
struct ColumnClaim<F, V> {
    at: usize,
    column: Vec<F>,
    claimed: Claimed<F, V>,
}

/// Claims on an address at one address point: `Σ_j eq(r, j) · Π_i d_i(point_i, j)`.
pub struct AddressClaims<F, V> {
    /// The address point.
    pub point: Point<F>,
    claims: Vec<(usize, Claimed<F, V>)>,
}

/// Claims by kind.
pub struct Sorted<F, V> {
    /// Cycle points, with the names of their equality polynomials.
    pub points: Vec<(&'static str, Point<F>)>,
    columns: Vec<ColumnClaim<F, V>>,
    /// Claims on RAM addresses.
    pub addresses: Vec<AddressClaims<F, V>>,
}

const STEP: usize = 0;
const LOOKUP: usize = 1;
const MEMORY: usize = 2;

/// Hands out powers of γ, 0 for checks that are off.
struct Weights<'a, F> {
    gamma: F,
    next: F,
    enforced: &'a mut dyn FnMut(&str) -> bool,
}

impl<F: Field> Weights<'_, F> {
    fn claim<V>(&mut self, check: &str, constant: F, value: Option<V>) -> Claimed<F, V> {
        let weight = self.next;
        self.next *= self.gamma;
        let on = (self.enforced)(&format!("fetch/{check}"));
        Claimed {
            weight: if on { weight } else { F::zero() },
            constant,
            value,
        }
    }
}

/// Sorts and weighs the claims.
pub fn sort<F: Field, V: Copy>(
    run: &Run<'_>,
    claims: Claims<F, V>,
    gamma: F,
    enforced: &mut dyn FnMut(&str) -> bool,
) -> Sorted<F, V> {
    let Claims {
        step,
        selectors,
        memory,
    } = claims;
    assert!(
        step.is_consumed(),
        "a column claim of the step was not consumed"
    );
    let first = MEMORY + memory.points.len();
    let mut weights = Weights {
        gamma,
        next: F::one(),
        enforced,
    };
    let code = &run.machine.bytecode;
    let mut columns = Vec::new();
    let mut claim = |check: &str, at, column, value| {
        let claimed = weights.claim(check, F::zero(), Some(value));
        columns.push(ColumnClaim {
            at,
            column,
            claimed,
        });
    };
    let h = coefficients(code.word, &code.rows, &step.weights);
    for ((column, value), monomial) in h.into_iter().zip(&step.coefficients).zip(monomials()) {
        let check = format!("step {}", monomial_name(monomial));
        claim(&check, STEP, column, *value);
    }
    let selected = code.column(|row| {
        let table = row
            .table
            .and_then(|table| run.machine.table_position(table))
            .and_then(|at| selectors.tables.get(at).copied())
            .unwrap_or_default();
        match row.operands {
            Operands::None => table,
            Operands::Pair(..) => table + selectors.pair,
            _ => table + selectors.single,
        }
    });
    claim("selectors", LOOKUP, selected, selectors.value);
    for own in memory.columns {
        claim(
            own.check,
            MEMORY + own.at,
            code.column(own.column),
            own.value,
        );
    }
    columns.push(ColumnClaim {
        at: first,
        column: code.column(|r| F::from(r.label)),
        claimed: weights.claim("entry", F::from(run.machine.entry), None),
    });
    let mut addresses = Vec::with_capacity(memory.addresses.len());
    for (point, claims) in memory.addresses {
        let claims = claims.into_iter().map(|(check, at, value)| {
            let claimed = weights.claim(check, F::zero(), Some(value));
            (MEMORY + at, claimed)
        });
        addresses.push(AddressClaims {
            point,
            claims: claims.collect(),
        });
    }
    let mut points = vec![
        ("eq(r_step,j)", step.point),
        ("eq(r_lookup,j)", selectors.point),
    ];
    points.extend(memory.points);
    points.push(("eq(0,j)", Point(vec![F::zero(); run.cycle_vars])));
    Sorted {
        points,
        columns,
        addresses,
    }
}

/// `Σ weight · value`: a public part, and coefficients of received values.
pub type Sum<F, V> = (F, Vec<(F, V)>);

fn sum<'a, F: Field, V: Copy + 'a>(claims: impl Iterator<Item = &'a Claimed<F, V>>) -> Sum<F, V> {
    let mut constant = F::zero();
    let mut terms = Vec::new();
    for claim in claims {
        constant += claim.weight * claim.constant;
        terms.extend(claim.value.map(|value| (claim.weight, value)));
    }
    (constant, terms)
}

impl<F: Field, V: Copy> Sorted<F, V> {
    /// Each cycle point's combination of columns.
    pub fn combined(&self) -> Vec<Vec<F>> {
        let rows = self.columns.first().map_or(0, |c| c.column.len());
        let mut combined = vec![vec![F::zero(); rows]; self.points.len()];
        for claim in &self.columns {
            for (sum, value) in combined[claim.at].iter_mut().zip(&claim.column) {
                *sum += claim.claimed.weight * value;
            }
        }
        combined
    }

    /// The claim on all columns.
    pub fn column_sum(&self) -> Sum<F, V> {
        sum(self.columns.iter().map(|c| &c.claimed))
    }

    /// The claim on all addresses.
    pub fn address_sum(&self) -> Sum<F, V> {
        sum(self
            .addresses
            .iter()
            .flat_map(|a| a.claims.iter().map(|(_, c)| c)))
    }

    /// The weights of the cycle points in the claims at one address point.
    pub fn address_weights(&self, address: &AddressClaims<F, V>) -> Vec<(usize, F)> {
        address
            .claims
            .iter()
            .map(|(at, claimed)| (*at, claimed.weight))
            .collect()
    }
}
