//! What the phases hand each other: the machine's oracles, and the claims on one step.
//!
//! Phase `commit` leaves [`Oracles`] and phase `constrain` leaves [`Step`]; the memory argument and
//! phase `fetch` take from both.

use crate::constraints::Column;
use crate::preprocessed::ProgramOracles;
use std::collections::BTreeMap;
use sumcheck::{EvalClaim, Field, Oracle, Point, Weights};

/// The claims that phase `constrain` leaves, at one cycle point.
#[must_use = "claims must be consumed"]
pub struct Step<F, V> {
    /// `r_step`.
    pub point: Point<F>,
    pub(crate) columns: BTreeMap<Column, V>,
    /// Claims on the `H_m`, in the order of [`monomials`](crate::constraints::monomials).
    pub coefficients: Vec<V>,
    /// Batching weight of each constraint.
    pub weights: Vec<F>,
}

impl<F: Field, V: Copy> Step<F, V> {
    /// Takes the claim on a column.
    ///
    /// # Panics
    /// If it was taken before: an error in the protocol's code.
    pub fn take(&mut self, column: Column) -> V {
        self.columns
            .remove(&column)
            .unwrap_or_else(|| panic!("the claim on {} was consumed", column.name()))
    }

    /// Whether all column claims were consumed.
    pub fn is_consumed(&self) -> bool {
        self.columns.is_empty()
    }
}

/// The machine's oracles.
#[derive(Clone, Debug)]
pub struct Oracles {
    /// Digits of the bytecode row, least significant first.
    pub row: Vec<Oracle>,
    /// Digits of the RAM cell, least significant first.
    pub address: Vec<Oracle>,
    /// Byte offset in the cell.
    pub offset: Oracle,
    /// Register increments.
    pub rd_inc: Oracle,
    /// RAM increments.
    pub cell_inc: Oracle,
    /// Of the program, if the key commits to it.
    pub program: Option<ProgramOracles>,
}

impl Oracles {
    /// From all of them in order of commitment, of which the first `rows` are digits of the bytecode row; and those of
    /// the program.
    pub(crate) fn from_committed(
        all: &[Oracle],
        rows: usize,
        program: Option<ProgramOracles>,
    ) -> Option<Self> {
        let (row, rest) = all.split_at_checked(rows)?;
        let [address @ .., offset, rd_inc, cell_inc] = rest else {
            return None;
        };
        Some(Oracles {
            row: row.to_vec(),
            address: address.to_vec(),
            offset: *offset,
            rd_inc: *rd_inc,
            cell_inc: *cell_inc,
            program,
        })
    }

    /// Those of the program, if initial memory beside public input is opened against them.
    pub fn image(&self) -> Option<&ProgramOracles> {
        let program = self.program.as_ref();
        program.filter(|program| program.has_image())
    }

    /// A claim on a dense oracle.
    pub fn dense<F: Field, V>(oracle: Oracle, point: &Point<F>, value: V) -> EvalClaim<F, V> {
        EvalClaim {
            terms: vec![(oracle, Weights::One, F::one())],
            point: point.clone(),
            value,
        }
    }

    /// A claim on a digit with weights per digit value.
    pub fn digit<F: Field, V>(
        oracle: Oracle,
        weights: Vec<F>,
        point: &Point<F>,
        value: V,
    ) -> EvalClaim<F, V> {
        EvalClaim {
            terms: vec![(oracle, Weights::Digit(weights), F::one())],
            point: point.clone(),
            value,
        }
    }

    /// A claim on the cell index `Σ_i 16^i · digit_i`.
    pub fn cell_index<F: Field, V>(
        &self,
        radices: &[usize],
        point: &Point<F>,
        value: V,
    ) -> EvalClaim<F, V> {
        let terms = self
            .address
            .iter()
            .zip(radices)
            .enumerate()
            .map(|(i, (oracle, radix))| {
                let values = (0..*radix as u64).map(F::from).collect();
                (*oracle, Weights::Digit(values), F::from(1u128 << (4 * i)))
            })
            .collect();
        EvalClaim {
            terms,
            point: point.clone(),
            value,
        }
    }
}
