//! Read-checking: registers and RAM return what they hold.
//!
//! Relations, at `r_step`, which are proven beside the lookups (batch `execute`), and end at the same cycle point
//! `r_read`:
//! - `registers`: the three reads of a cycle, see [`Read`];
//! - `ram`: the one read of a cycle, and what it must not hit (see [`protection`](crate::memory::protection)):
//!   `cell + γ·protected + γ²·0`, for values `Val + γ·R + γ²·G`.
//!
//! Both have the factor `eq(r_step, j)` of the lookups' relation, so that it is sent with none of them; and their address
//! variables are the last of as many of its index.
//!
//! Transcript: γ, before the lookups' challenges; the batch. Without the check `ram/protected` or `ram/guard`, the weight
//! is 0. With a lookup argument that has no such batch the relations are one of their own, `remember`.

#[cfg(feature = "prover")]
mod prover;
mod relation;
mod verifier;

#[cfg(feature = "prover")]
pub use prover::{begin, kernels};
pub use relation::{Left, Read};
pub use verifier::begin as begin_verifying;

use crate::machine::Run;
use crate::memory::REGISTER_VARS;
use crate::memory::protection::Forbidden;
use sumcheck::{Field, Point, Reduced, Relation, batch};

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
    /// `ra_low` and `ra_high` at the cell and `r_read`.
    pub address: [V; 2],
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
    pub ram: Read<F, 2>,
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
        let checks = [("ram/protected", gamma), ("ram/guard", gamma.square())];
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
            ram: Read::guarded("ram", run.machine, step, &forbidden),
        }
    }

    /// The relations alone.
    pub fn batch(&self) -> [Relation<F>; 2] {
        [self.registers.relation.clone(), self.ram.relation.clone()]
    }

    /// What is left of them.
    ///
    /// # Panics
    /// If there are not two: an error in the protocol's code, whatever the proof says.
    pub fn leave<V: Copy>(&self, mut reduced: Vec<Reduced<F, V>>) -> (Checked<F, V>, Values<V>) {
        let [registers, ram] = batch::first(&mut reduced);
        let registers = self.registers.leave(registers);
        let ram = self.ram.leave(ram);
        let checked = Checked {
            point: registers.cycle,
            register: registers.address,
            ports: registers.addresses,
            cell: ram.address,
            address: ram.addresses,
        };
        let values = Values {
            register: registers.value,
            cell: ram.value,
        };
        (checked, values)
    }
}
