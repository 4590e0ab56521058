//! Runs of checked-in guests.

use super::program;
use tracer::{ExitStatus, Inputs, Options, Outcome, run};

/// Runs a guest.
pub fn outcome(name: &str, inputs: &Inputs) -> Outcome {
    run(&program(name), inputs, &Options::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a guest that must succeed; its output in hexadecimal.
pub fn output(name: &str, inputs: &Inputs) -> String {
    let outcome = outcome(name, inputs);
    assert_eq!(
        outcome.status,
        ExitStatus::Exit(0),
        "{name} printed {}",
        outcome.printed
    );
    assert!(outcome.status.is_success());
    let total = outcome.profile.total();
    assert_eq!(
        (total.cycles, total.retired),
        (outcome.cycles, outcome.retired)
    );
    println!(
        "{name}: {} instructions, {:.3} cycles each",
        outcome.retired,
        total.ratio()
    );
    hex(&outcome.output)
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A public input of several parts.
pub fn public(parts: &[&[u8]]) -> Inputs {
    Inputs::public(parts.concat())
}
