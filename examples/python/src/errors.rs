//! Python's exceptions, which carry what the library says.

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::PyErr;

create_exception!(
    jolt_lab,
    JoltLabError,
    PyException,
    "What Jolt Lab could not do; the message names the cause."
);
create_exception!(
    jolt_lab,
    Unusable,
    JoltLabError,
    "A file or an argument that nothing can be done with."
);
create_exception!(
    jolt_lab,
    Unprovable,
    JoltLabError,
    "A run that faults, takes too long, or cannot be proven."
);
create_exception!(
    jolt_lab,
    Rejected,
    JoltLabError,
    "A proof that does not hold, is of something else, or is not accepted."
);

/// An argument or a file that is of no use.
pub fn unusable(error: impl Into<anyhow::Error>) -> PyErr {
    Unusable::new_err(format!("{:#}", error.into()))
}

/// A run that there is no proof of.
pub fn unprovable(error: impl std::fmt::Display) -> PyErr {
    Unprovable::new_err(error.to_string())
}
