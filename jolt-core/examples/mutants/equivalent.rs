//! Mutants that no test can kill, since they verify exactly what the verifier does, or that are another bound for
//! the same thing. With each the reason.

use crate::Failure;
use crate::catalogue::Mutant;

/// Name of the mutant, reason.
const EQUIVALENT: &[(&str, &str)] = &[(
    "inputs longer than their area",
    "the statement's sizes are checked before its input is laid out; the tracer's own test is about runs",
)];

/// Why a mutant is equivalent, if it is listed.
pub fn reason(name: &str) -> Option<&'static str> {
    let listed = EQUIVALENT.iter().find(|(of, _)| *of == name);
    listed.map(|(_, reason)| *reason)
}

/// That all that are listed exist.
pub fn known(all: &[Mutant]) -> Result<(), Failure> {
    for (name, _) in EQUIVALENT {
        if !all.iter().any(|mutant| mutant.name == *name) {
            return Err(format!("listed as equivalent, but there is no mutant `{name}`").into());
        }
    }
    Ok(())
}
