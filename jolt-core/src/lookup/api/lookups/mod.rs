//! Reads of tables, of one kind or the other, over any channel: what a program needs that proves either.

#[cfg(feature = "prover")]
mod prover;
mod verifier;

use super::LookupError;
use crate::lookup::dense::protocol::{self, DenseReads};
use crate::lookup::dense::{DenseArgument, DenseShape, DenseTable, PublicTable};
use crate::lookup::standalone::{self, Instance};
use crate::lookup::{LookupArgument, Unsupported};
use sumcheck::Field;

/// Reads, with what both sides know of them.
pub enum Lookups<F> {
    /// Reads of automata.
    Tables(Instance),
    /// Reads of a dense table.
    Dense {
        table: DenseTable<F>,
        /// What the verifier has of it, once there are keys.
        public: Option<PublicTable<F>>,
        reads: DenseReads,
        /// `log2` of the rows.
        vars: usize,
    },
}

impl<F: Field> Lookups<F> {
    /// Names of the tables.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Lookups::Tables(instance) => {
                let tables = instance.shape.tables.iter();
                tables.map(|table| table.name()).collect()
            }
            Lookups::Dense { table, .. } => vec![table.name()],
        }
    }

    /// Bits of an index.
    pub fn index_bits(&self) -> usize {
        match self {
            Lookups::Tables(instance) => instance.shape.index_bits,
            Lookups::Dense { table, .. } => table.index_bits(),
        }
    }

    /// `log2` of the rows, and the reads.
    pub fn size(&self) -> (usize, usize) {
        match self {
            Lookups::Tables(instance) => (instance.shape.cycle_vars, instance.selection.reads()),
            Lookups::Dense { vars, reads, .. } => (*vars, reads.index.len()),
        }
    }

    /// Variables of the largest polynomial that is committed.
    pub fn setup_vars(&self) -> usize {
        match self {
            Lookups::Tables(instance) => instance.shape.cycle_vars,
            Lookups::Dense { table, vars, .. } => table.index_bits().max(*vars),
        }
    }

    /// Whether an argument serves them.
    ///
    /// # Errors
    /// [`LookupError::NotSupported`], and why.
    pub fn supported_by(&self, argument: &dyn LookupArgument<F>) -> Result<(), LookupError> {
        let supported = match self {
            Lookups::Tables(instance) => argument.supports(&instance.shape),
            Lookups::Dense { table, vars, .. } => self.dense(argument)?.supports(DenseShape {
                cycle_vars: *vars,
                index_bits: table.index_bits(),
            }),
        };
        supported.map_err(|cause| self.not_supported(argument, cause))
    }

    fn not_supported(&self, argument: &dyn LookupArgument<F>, cause: Unsupported) -> LookupError {
        LookupError::NotSupported {
            argument: argument.name(),
            table: match self.names().as_slice() {
                [name] => (*name).to_owned(),
                names => format!("{} tables", names.len()),
            },
            cause,
        }
    }

    fn no_dense_path(&self, argument: &dyn LookupArgument<F>) -> LookupError {
        self.not_supported(argument, Unsupported::Dense)
    }

    fn dense<'a>(
        &self,
        argument: &'a dyn LookupArgument<F>,
    ) -> Result<&'a dyn DenseArgument<F>, LookupError> {
        let dense = argument.dense();
        dense.ok_or_else(|| self.no_dense_path(argument))
    }

    /// For channels without a commitment scheme: the table as it is.
    pub fn in_the_clear(&mut self) {
        if let Lookups::Dense { table, public, .. } = self {
            *public = Some(table.in_the_clear());
        }
    }

    /// What the channel has to be bound to before anything else; nothing of a dense table without keys.
    pub fn statement(&self) -> Vec<u8> {
        match self {
            Lookups::Tables(instance) => {
                standalone::statement(&instance.shape, &instance.selection)
            }
            Lookups::Dense {
                public,
                vars,
                reads,
                ..
            } => {
                let public = public.as_ref();
                let reads = reads.index.len();
                public.map_or_else(Vec::new, |t| protocol::statement(t, *vars, reads))
            }
        }
    }
}
