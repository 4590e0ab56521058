//! The claims that the phase consumes, sorted by kind and cycle point, and batched.
//!
//! Every claim has a weight, a power of γ, and a check of its own by name: a claim whose check is off
//! (soundness tests) has weight 0.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::bytecode::{Combination, Kind, Number, RowColumn};
use crate::constraints::{add_combination, monomial_name, monomials};
use crate::lookup::SelectorClaim;
use crate::machine::{Part, Run};
use crate::memory::{self, At};
use crate::step::Step;
use crate::vm::carry::{self, Carried};
use instruction_tables::Operands;
use std::sync::Arc;
use sumcheck::{EvalClaim, Field, Point};

/// All claims that the phase consumes.
#[must_use = "claims must be consumed"]
pub struct Claims<F, V> {
    /// From [constrain](crate::vm::constrain).
    pub step: Step<F, V>,
    /// From the lookup argument.
    pub selectors: SelectorClaim<F, V>,
    /// From the memory argument.
    pub memory: memory::Claims<F, V>,
    /// On oracles, from all of them.
    pub carried: Vec<EvalClaim<F, V>>,
}

/// A value: a public part and perhaps a received one.
struct Weighed<F, V> {
    weight: F,
    constant: F,
    value: Option<V>,
}

/// Claims on a part of addresses at one point: `Σ_j eq(r, j) · Π_i d_i(point_i, j)` over its digits.
pub struct AddressClaims<F, V> {
    pub part: Part,
    /// The address point, of the variables of the part.
    pub point: Point<F>,
    claims: Vec<(usize, Weighed<F, V>)>,
}

/// Claims by kind.
pub struct Sorted<F, V> {
    /// Cycle points, with the names of their equality polynomials.
    pub points: Vec<(&'static str, Point<F>)>,
    /// Claims on bytecode columns, `Σ_j eq(r, j) · column(row(j))`.
    columns: Vec<Weighed<F, V>>,
    /// Each cycle point's combination of the columns claimed there.
    combined: Vec<Arc<Combination<F>>>,
    /// Claims on RAM addresses.
    pub addresses: Vec<AddressClaims<F, V>>,
    /// Claims on oracles, and how many they were.
    pub carried: Vec<Carried<F, V>>,
    oracle_claims: usize,
}

/// Hands out powers of γ, 0 for checks that are off.
struct Weights<'a, F> {
    gamma: F,
    next: F,
    enforced: &'a mut dyn FnMut(&str) -> bool,
}

impl<F: Field> Weights<'_, F> {
    fn claim<V>(&mut self, check: &str, constant: F, value: Option<V>) -> Weighed<F, V> {
        let weight = self.next;
        self.next *= self.gamma;
        let on = (self.enforced)(&format!("fetch/{check}"));
        Weighed {
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
        carried,
    } = claims;
    assert!(
        step.is_consumed(),
        "a column claim of the step was not consumed"
    );
    // Where relations of two arguments were proven in one batch, these have one point.
    let mut points = vec![
        ("eq(r_step,j)", step.point),
        ("eq(r_lookup,j)", selectors.point),
    ];
    let mut place = |point: (&'static str, Point<F>)| {
        let at = points.iter().position(|(_, other)| *other == point.1);
        at.unwrap_or_else(|| {
            points.push(point);
            points.len() - 1
        })
    };
    let places: Vec<usize> = memory.points.into_iter().map(&mut place).collect();
    let first = place(("eq(0,j)", Point(vec![F::zero(); run.cycle_vars])));
    let place = |at: usize| {
        let place = places.get(at).copied();
        place.unwrap_or_else(|| panic!("the memory argument has no point {at}"))
    };
    let mut weights = Weights {
        gamma,
        next: F::one(),
        enforced,
    };
    let code = &run.machine.bytecode;
    let mut columns = Vec::new();
    let mut claim = |check: &str, constant, value| {
        let claimed = weights.claim(check, constant, value);
        let weight = claimed.weight;
        columns.push(claimed);
        weight
    };
    let step_weights = step.coefficients.iter().zip(monomials());
    let step_weights: Vec<F> = step_weights
        .map(|(value, monomial)| {
            let check = format!("step {}", monomial_name(monomial));
            claim(&check, F::zero(), Some(*value))
        })
        .collect();
    let mut combined = vec![Combination::new(code); points.len()];
    let mut at = |at: usize, add: &dyn Fn(&mut Combination<F>)| {
        combined.get_mut(at).map(add);
    };
    at(0, &|sum| {
        add_combination(sum, code, &step.weights, &step_weights);
    });
    // A sum of two of few values: these are weighed, and not the rows.
    let weight = claim("selectors", F::zero(), Some(selectors.value));
    let tables: Vec<F> = selectors.tables.iter().map(|t| weight * t).collect();
    let (pair, single) = (weight * selectors.pair, weight * selectors.single);
    let of_selectors = |kind: &Kind| {
        let table = kind
            .table
            .and_then(|table| run.machine.table_position(table))
            .and_then(|at| tables.get(at).copied())
            .unwrap_or_default();
        match kind.operands {
            Operands::None => table,
            Operands::Pair(..) => table + pair,
            _ => table + single,
        }
    };
    at(1, &|sum| sum.add_kinds(code, of_selectors));
    for own in memory.columns {
        let weight = claim(own.check, F::zero(), Some(own.value));
        at(place(own.at), &|sum| sum.add(code, weight, &own.column));
    }
    let weight = claim("entry", F::from(run.machine.entry), None);
    let label = RowColumn::Number(Number::Label);
    at(first, &|sum| sum.add(code, weight, &label));
    let mut addresses = Vec::with_capacity(memory.addresses.len());
    for memory::AddressClaims {
        part,
        point,
        claims,
    } in memory.addresses
    {
        let vars = run.machine.part_vars(part);
        assert_eq!(
            point.vars(),
            vars,
            "an address point has the variables of its part"
        );
        let claims = claims.into_iter().map(|(check, at, value)| {
            let claimed = weights.claim(check, F::zero(), Some(value));
            let at = match at {
                At::Step => 0,
                At::Own(at) => place(at),
            };
            (at, claimed)
        });
        addresses.push(AddressClaims {
            part,
            point,
            claims: claims.collect(),
        });
    }
    Sorted {
        points,
        columns,
        combined: combined.into_iter().map(Arc::new).collect(),
        addresses,
        oracle_claims: carried.len(),
        carried: carry::by_point(carried, (weights.next, gamma)),
    }
}

/// `Σ weight · value`: a public part, and coefficients of received values.
pub type Sum<F, V> = (F, Vec<(F, V)>);

fn sum<'a, F: Field, V: Copy + 'a>(claims: impl Iterator<Item = &'a Weighed<F, V>>) -> Sum<F, V> {
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
    pub fn combined(&self) -> &[Arc<Combination<F>>] {
        &self.combined
    }

    /// Number of claims: the first one's weight is 1, each next one's a power of γ more.
    pub fn count(&self) -> usize {
        let addresses = self.addresses.iter().map(|address| address.claims.len());
        self.columns.len() + addresses.sum::<usize>() + self.oracle_claims
    }

    /// The claim on all columns.
    pub fn column_sum(&self) -> Sum<F, V> {
        sum(self.columns.iter())
    }

    /// The claim on all addresses.
    pub fn address_sum(&self) -> Sum<F, V> {
        sum(self
            .addresses
            .iter()
            .flat_map(|a| a.claims.iter().map(|(_, c)| c)))
    }

    /// The claim on all oracles.
    pub fn carried_sum(&self) -> Sum<F, V> {
        carry::sum(&self.carried)
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
