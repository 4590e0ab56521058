//! Twist [ST25, Twist]: memory checking by increments.
//!
//! Statement: cell `k` holds `Val(k, j) = init(k) + Σ_{i<j} wa(k, i) · inc(i)` before cycle `j`, and a read
//! at the one-hot address `ra(·, j)` returns `Σ_k ra(k, j) · Val(k, j)`. `Val` is virtual. Nothing is
//! committed beyond the machine's own columns.
//!
//! - [`read_checking`], beside the lookups: `value(r) = Σ_{k,j} eq(r, j) · ra(k, j) · Val(k, j)`, for registers and RAM,
//!   which leaves claims on `ra` and `Val` at random points;
//! - [`value_evaluation`], phase `recall`, along with the next label: `Val(r_k, r_j) − init(r_k) = Σ_j LT(j, r_j) · wa(r_k, j) · inc(j)`, and the
//!   same without `LT` for the final contents (see [`value`](super::value)).
//!
//! A write needs no check of its own: the step constraints pin the increment to what the
//! instruction writes, and `wa` to the read address.

#[cfg(feature = "prover")]
mod prover;
pub mod read_checking;
pub mod value_evaluation;
mod verifier;

use super::{At, Claims, ColumnClaim, MemoryArgument, MemoryVerifier, halves};
use crate::bytecode::{Number, Port, RowColumn};
use crate::facts::{Access, Facts, Structure};
use crate::machine::Run;
use read_checking::Checked;
use sumcheck::{Field, VerifierChannel, VerifyError};
use value_evaluation::Evaluated;

/// The Twist argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Twist;

const READ: usize = 0;
const RECALL: usize = 1;

/// The claims that both leave.
pub fn claims<F: Field, V: Copy>(
    run: &Run<'_>,
    read: Checked<F, V>,
    written: Evaluated<F, V>,
) -> Claims<F, V> {
    let port = |port| RowColumn::of_register(port, &read.register);
    let [rs1, rs2, rd] = read.ports;
    let label = RowColumn::Number(Number::Label);
    let columns = [
        ("rs1", READ, port(Port::Rs1), rs1),
        ("rs2", READ, port(Port::Rs2), rs2),
        ("rd", READ, port(Port::Rd), rd),
        ("label", RECALL, label, written.label),
        ("rd_recall", RECALL, port(Port::Rd), written.rd),
    ];
    let [low, high] = read.address;
    let here = [("address_low_read", low), ("address_high_read", high)];
    let mut addresses = Vec::from(halves(run, &read.cell, At::Own(READ), here));
    // At the same place, another time.
    let checks = ["address_low_recall", "address_high_recall"];
    let later = checks.into_iter().zip(written.address);
    for (half, (check, value)) in addresses.iter_mut().zip(later) {
        half.claims.push((check, At::Own(RECALL), value));
    }
    for (block, [low, high]) in written.finals {
        let here = [("address_low_final", low), ("address_high_final", high)];
        addresses.extend(halves(run, &block, At::Own(RECALL), here));
    }
    Claims {
        points: vec![
            ("eq(r_read,j)", read.point),
            ("eq(r_recall,j)", written.point),
        ],
        columns: columns
            .into_iter()
            .map(|(check, at, column, value)| ColumnClaim {
                check,
                at,
                column,
                value,
            })
            .collect(),
        addresses,
    }
}

impl<F: Field> MemoryArgument<F> for Twist {
    fn name(&self) -> &'static str {
        "twist"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "one-hot addresses and increments of values",
            vector: false,
            access: Access::ReadWrite,
            structure: Structure::WrittenOut,
            papers: &["ST25"],
            note: Some("twist.md"),
            ..Facts::LOOKUP
        }
    }

    fn receive(
        &self,
        _channel: &mut dyn VerifierChannel<F>,
        _run: &Run<'_>,
    ) -> Result<Box<dyn MemoryVerifier<F>>, VerifyError> {
        Ok(Box::new(verifier::Verifier { relations: None }))
    }
}
