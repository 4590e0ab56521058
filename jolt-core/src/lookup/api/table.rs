//! Tables as callers describe them, and what a verifier has of them.

use super::LookupError;
use crate::lookup::dense::{DenseShape, DenseTable, PublicTable};
use crate::lookup::standalone::{Selection, exposure};
use crate::lookup::{LookupArgument, LookupShape, Unsupported};
#[cfg(feature = "prover")]
use crate::lookup::{dense::protocol, standalone};
use instruction_tables::tables::Table;
use sumcheck::Field;
#[cfg(feature = "prover")]
use sumcheck::Label;

/// A table that reads are of.
#[derive(Clone)]
pub enum LookupTable<F> {
    /// A bit automaton: one of the machine's, or
    /// [one's own](instruction_tables::tables::AutomatonTable). It may have any number of entries.
    Automaton(&'static dyn Table),
    /// Entries that are listed, have a formula, or are committed in the key: at most `2^22`.
    Dense(DenseTable<F>),
}

impl<F> From<&'static dyn Table> for LookupTable<F> {
    fn from(table: &'static dyn Table) -> Self {
        LookupTable::Automaton(table)
    }
}

impl<F> From<DenseTable<F>> for LookupTable<F> {
    fn from(table: DenseTable<F>) -> Self {
        LookupTable::Dense(table)
    }
}

impl<F: Field> LookupTable<F> {
    pub fn name(&self) -> &str {
        match self {
            LookupTable::Automaton(table) => table.name(),
            LookupTable::Dense(table) => table.name(),
        }
    }

    /// Whether an argument serves reads of it in `2^cycle_vars` rows.
    ///
    /// # Errors
    /// [`LookupError::NotSupported`], and why.
    pub(super) fn supported_by(
        &self,
        argument: &dyn LookupArgument<F>,
        cycle_vars: usize,
    ) -> Result<(), LookupError> {
        let supported = match self {
            LookupTable::Automaton(table) => argument.supports(&shape(*table, cycle_vars)),
            LookupTable::Dense(table) => {
                let dense = argument.dense().ok_or(Unsupported::Dense);
                dense.and_then(|dense| {
                    dense.supports(DenseShape {
                        cycle_vars,
                        index_bits: table.index_bits(),
                    })
                })
            }
        };
        supported.map_err(|cause| LookupError::NotSupported {
            argument: argument.name(),
            table: self.name().to_owned(),
            cause,
        })
    }

    /// The setup, with what commitments that verifiers believe are made with checked, if the key has some.
    #[cfg(feature = "prover")]
    pub(super) fn source(&self, setup: &commitments::Setup) -> commitments::Setup {
        match self {
            LookupTable::Dense(table)
                if matches!(
                    table.evaluation(),
                    crate::lookup::dense::Evaluation::Committed
                ) =>
            {
                setup.checked()
            }
            _ => setup.clone(),
        }
    }

    /// Variables of the largest polynomial that is committed.
    pub(super) fn setup_vars(&self, cycle_vars: usize) -> usize {
        match self {
            LookupTable::Automaton(_) => cycle_vars,
            LookupTable::Dense(table) => cycle_vars.max(table.index_bits()),
        }
    }
}

/// What a verifier has of a table.
#[derive(Clone)]
pub(super) enum KnownTable<F> {
    Automaton(&'static dyn Table),
    Dense(PublicTable<F>),
}

impl<F: Field> KnownTable<F> {
    pub fn name(&self) -> &str {
        match self {
            KnownTable::Automaton(table) => table.name(),
            KnownTable::Dense(table) => table.name(),
        }
    }

    /// The protocol's name, and that of the part of the statement that says what is read.
    pub fn labels(&self) -> (&'static str, &'static str) {
        match self {
            KnownTable::Automaton(_) => ("jolt-lab reads v1", "lookups"),
            KnownTable::Dense(_) => ("jolt-lab dense reads v1", "table"),
        }
    }

    /// Under which the outputs are committed, and how many they are.
    #[cfg(feature = "prover")]
    pub fn committed(&self) -> (Label, usize) {
        match self {
            KnownTable::Automaton(_) => (standalone::OUT, 1),
            KnownTable::Dense(table) => (protocol::OUT, table.first().len()),
        }
    }

    /// The check that commitments are those of the statement.
    pub fn outputs(&self) -> &'static str {
        match self {
            KnownTable::Automaton(_) => "lookup/outputs",
            KnownTable::Dense(_) => "dense/outputs",
        }
    }
}

/// Reads of one automaton in `2^cycle_vars` rows.
pub(super) fn shape(table: &'static dyn Table, cycle_vars: usize) -> LookupShape {
    LookupShape {
        cycle_vars,
        index_bits: table.index_bits(),
        tables: vec![table],
    }
}

/// What so many reads of an automaton select: all of them the table, with its operands.
pub(super) fn selection(table: &dyn Table, reads: usize) -> Selection {
    Selection::One {
        table: 0,
        exposed: exposure(table),
        reads,
    }
}
