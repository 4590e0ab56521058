//! Proofs of lookups in one table.

use crate::errors::{Rejected, unprovable, unusable};
use crate::program::own_setup;
use anyhow::Context;
use ark_bn254::Fr;
use instruction_tables::tables::{self, Table};
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::api::{self, Statement};
use jolt_core::registry::{DEFAULT_LOOKUP, DEFAULT_SCHEME, Registry};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::Arc;

/// What a proof of lookups says: the table, how many reads, and commitments to what they return.
#[pyclass(frozen, module = "jolt_lab")]
pub struct LookupStatement {
    statement: Statement,
    how: How,
    #[pyo3(get)]
    reads: usize,
}

/// How lookups are proven.
struct How {
    table: &'static dyn Table,
    argument: Arc<dyn ProveLookup<Fr>>,
    scheme: Arc<dyn commitments::Scheme<Fr>>,
    zero_knowledge: bool,
}

impl How {
    fn named(table: &str, argument: &str, pcs: &str, zero_knowledge: bool) -> anyhow::Result<Self> {
        let registry = Registry::builtin();
        let lookups = || format!("there are: {}", registry.lookup_names().join(", "));
        let schemes = || registry.schemes().names().collect::<Vec<_>>().join(", ");
        Ok(How {
            table: named(table)?,
            argument: registry
                .lookup(argument)
                .cloned()
                .with_context(|| format!("unknown lookup argument `{argument}`; {}", lookups()))?,
            scheme: registry.schemes().get(pcs).cloned().with_context(|| {
                format!(
                    "unknown commitment scheme `{pcs}`; there are: {}",
                    schemes()
                )
            })?,
            zero_knowledge,
        })
    }
}

/// A table of the machine for 64-bit words, or `NAME:BITS` for another number of index bits.
fn named(name: &str) -> anyhow::Result<&'static dyn Table> {
    let (name, bits) = match name.split_once(':') {
        Some((name, bits)) => (name, bits.parse().ok()),
        None => (name, Some(128)),
    };
    let all = bits.and_then(tables::of_index_bits).with_context(|| {
        format!("`{name}:BITS` is a table of BITS index bits, an even number from 2 to 128")
    })?;
    let found = all.iter().find(|table| table.name() == name.to_uppercase());
    found.copied().with_context(|| {
        let names: Vec<&str> = all.iter().map(|table| table.name()).collect();
        format!("unknown table `{name}`; there are: {}", names.join(", "))
    })
}

/// Proves reads of a table; the statement, and the proof's bytes.
#[pyfunction]
#[pyo3(signature = (table, indices, *, argument=DEFAULT_LOOKUP, pcs=DEFAULT_SCHEME, zero_knowledge=true))]
pub fn prove_lookups<'py>(
    py: Python<'py>,
    table: &str,
    indices: Vec<u128>,
    argument: &str,
    pcs: &str,
    zero_knowledge: bool,
) -> PyResult<(LookupStatement, Bound<'py, PyBytes>)> {
    let how = How::named(table, argument, pcs, zero_knowledge).map_err(unusable)?;
    if indices.is_empty() {
        return Err(unusable(anyhow::anyhow!("there are no indices to read at")));
    }
    let reads = indices.len();
    let (statement, proof) = py.detach(|| {
        let (source, scheme) = (own_setup(), &*how.scheme);
        let key = match how.zero_knowledge {
            true => api::hiding_setup(scheme, &source, how.argument.clone(), how.table, reads),
            false => api::setup(scheme, &source, how.argument.clone(), how.table, reads),
        };
        let key = key.map_err(unusable)?;
        key.prove(&indices).map_err(unprovable)
    })?;
    let statement = LookupStatement {
        statement,
        how,
        reads,
    };
    Ok((statement, PyBytes::new(py, &proof)))
}

#[pymethods]
impl LookupStatement {
    #[getter]
    fn table(&self) -> &str {
        self.how.table.name()
    }

    #[getter]
    fn argument(&self) -> &str {
        self.how.argument.name()
    }

    #[getter]
    fn pcs(&self) -> &str {
        self.how.scheme.name()
    }

    #[getter]
    fn zero_knowledge(&self) -> bool {
        self.how.zero_knowledge
    }

    /// Verifies a proof of it under a key that is made here. Setups whose secrets are public are refused, unless they
    /// are allowed.
    #[pyo3(signature = (proof, *, allow_insecure=false))]
    fn verify(&self, py: Python<'_>, proof: &[u8], allow_insecure: bool) -> PyResult<()> {
        py.detach(|| {
            let (how, source, scheme) = (&self.how, own_setup(), &*self.how.scheme);
            let argument = how.argument.clone();
            let key = match how.zero_knowledge {
                true => api::hiding_verifying_key(scheme, &source, argument, how.table, self.reads),
                false => api::verifying_key(scheme, &source, argument, how.table, self.reads),
            };
            let key = key.map_err(unusable)?;
            let setup = key.scheme().provenance();
            if !setup.is_secure() && !allow_insecure {
                return Err(Rejected::new_err(format!(
                    "setup: {setup}; `allow_insecure=True` accepts it all the same"
                )));
            }
            let verdict = key.verify(&self.statement, proof);
            verdict.map_err(|error| Rejected::new_err(error.to_string()))
        })
    }

    fn __repr__(&self) -> String {
        format!(
            "LookupStatement(table={:?}, reads={}, argument={:?}, pcs={:?})",
            self.table(),
            self.reads,
            self.argument(),
            self.pcs()
        )
    }
}
