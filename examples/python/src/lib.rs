//! Jolt Lab for Python. What users see is the package `jolt_lab` (`python/jolt_lab`): this module has what needs Rust.
//!
//! | module | is |
//! |---|---|
//! | [`program`] | programs: run, traced, proven; proofs, verified |
//! | [`columns`] | traces |
//! | [`lookups`] | proofs of lookups in one table |
//! | [`errors`] | Python's exceptions |
//!
//! Whatever takes time lets other Python threads run.

mod columns;
mod errors;
mod lookups;
mod program;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::errors::{JoltLabError, Rejected, Unprovable, Unusable};
    #[pymodule_export]
    use crate::lookups::{LookupStatement, prove_lookups};
    #[pymodule_export]
    use crate::program::{Program, Proof, Run, Verdict};
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
