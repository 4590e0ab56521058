//! Read-checking, phase `remember`: registers and RAM return what they hold, and the next label is the next row's.
//!
//! Relations, one batch; all end at the same cycle point `r_read`:
//! - `registers`: the three reads of a cycle, see [`Read`];
//! - `ram`: the one read of a cycle, and what it must not hit (see [`protection`](crate::memory::protection)):
//!   `cell + γ·protected + γ²·0`, for values `Val + γ·R + γ²·G`;
//! - `shift`: see [`labels`](crate::memory::labels).
//!
//! Transcript: γ; the batch. Without the check `remember/protected` or `remember/guard`, the weight is 0. Phase, batch
//! and checks are called `remember`: these names are in proofs.

#[cfg(feature = "prover")]
mod prover;
mod relation;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{kernels, prove};
pub use relation::{Left, Read};
pub use verifier::verify;

use crate::machine::Run;
use crate::memory::REGISTER_VARS;
use crate::memory::labels::Shift;
use crate::memory::protection::Forbidden;
use sumcheck::{Field, Point, Reduced, Relation};

/// The claims that the phase leaves for `fetch`, at the cycle point `r_read`.
#[must_use = "claims must be consumed"]
pub struct Checked<F, V> {
    /// `r_read`.
    pub point: Point<F>,
    /// Register address point.
    pub register: Point<F>,
    /// Claims on the register columns of the bytecode: `eq(register, rs1)` and so on.
    pub ports: [V; 3],
    /// RAM address point.
    pub cell: Point<F>,
    /// `ra(cell, r_read)`.
    pub address: V,
    /// `label(r_read)`.
    pub label: V,
}

/// The claims that the phase leaves for [value evaluation](super::value_evaluation).
#[must_use = "claims must be consumed"]
pub struct Values<V> {
    /// `Val(register, r_read)`.
    pub register: V,
    /// `Val(cell, r_read)`.
    pub cell: V,
}

/// The relations of the batch, in order.
pub struct Relations<F> {
    /// Reads of registers.
    pub registers: Read<F, 3>,
    /// Reads of RAM.
    pub ram: Read<F, 1>,
    /// The next label.
    pub shift: Shift<F>,
}

/// What the phase draws.
#[derive(Clone, Copy)]
pub struct Challenges<F> {
    /// `γ`.
    pub gamma: F,
    /// The weights of what is forbidden, 0 where a check is off.
    pub forbidden: [F; 2],
}

impl<F: Field> Challenges<F> {
    fn new(gamma: F, mut enforced: impl FnMut(&str) -> bool) -> Self {
        let checks = [
            ("remember/protected", gamma),
            ("remember/guard", gamma.square()),
        ];
        let forbidden = checks.map(|(check, weight)| match enforced(check) {
            true => weight,
            false => F::zero(),
        });
        Challenges { gamma, forbidden }
    }
}

impl<F: Field> Relations<F> {
    /// For claims at the cycle point `step`.
    pub fn new(run: &Run<'_>, step: &Point<F>, challenges: &Challenges<F>) -> Self {
        let Challenges { gamma, forbidden } = *challenges;
        let forbidden = Forbidden::new(run, forbidden);
        let ports = ["rs1", "rs2", "rd"];
        Relations {
            registers: Read::new("registers", REGISTER_VARS, step, ports, gamma),
            ram: Read::guarded("ram", run.machine.ram_vars(), step, &forbidden),
            shift: Shift::new(run, step),
        }
    }

    /// The relations alone.
    pub fn batch(&self) -> [Relation<F>; 3] {
        let all = [
            &self.registers.relation,
            &self.ram.relation,
            &self.shift.relation,
        ];
        all.map(Relation::clone)
    }

    fn leave<V: Copy>(
        &self,
        [registers, ram, shift]: [Reduced<F, V>; 3],
    ) -> (Checked<F, V>, Values<V>) {
        let registers = self.registers.leave(registers);
        let ram = self.ram.leave(ram);
        let [address] = ram.ports;
        let checked = Checked {
            point: registers.cycle,
            register: registers.address,
            ports: registers.ports,
            cell: ram.address,
            address,
            label: self.shift.leave(shift),
        };
        let values = Values {
            register: registers.value,
            cell: ram.value,
        };
        (checked, values)
    }
}
