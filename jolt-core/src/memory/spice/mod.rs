//! Offline memory checking [BEGKN94; SAGL18], its multisets compared by sums of fractions [Hab22; PH23].
//!
//! Statement: as in [`memory`](super). Values read are committed. Every access is a row read, what its place
//! held and since when, and a row written, what it holds now and the time; the rows read are the rows
//! written, but for those of first and last accesses; rows read are older than the access; first
//! accesses find initial contents, and no place has two.
//!
//! Commitment: for each of the four ports (`rs1`, `rs2`, `rd`, the RAM cell) the value read, the time since
//! the last access, and whether an access is the first or the last at its place; for registers a carry
//! of that time; and how often each time difference occurs ([`witness`]).
//!
//! Protocol, for claims at `r_step`:
//!
//! 1. The claims on values read are claims on oracles.
//! 2. `β`, `σ`. Sums of fractions over accesses, differences and the range ([`balance`]), by one
//!    [`fraction`](crate::gkr::fraction) proof (batch `balance`). Checks `memory/accesses`: what is read and
//!    written cancels; `memory/range`: differences are those of the range; `memory/table`: the range is
//!    `0 … 2^t − 1`.
//! 3. `γ`, `ρ`. Batch `initial`: first accesses ([`initial`]), and what must not be accessed (relation `forbidden`,
//!    `protected + γ·0` for `R + γ·G`, see [`protection`](super::protection); without the check
//!    `initial/protected` or `initial/guard` the weight is 0).
//! 4. `ζ`, `θ`, `δ`, the points of final blocks. Batch `access` ([`access`]): every claim left, at one cycle
//!    point. Check `access/leaf`.
//!
//! Transcript: commitments `memory` after the machine's own; then as above.
//!
//! Soundness error, for `t` cycle variables and `a` RAM address variables: the sums are polynomials of
//! degree at most `2^(t+4)` in `β` and `σ`, so that false ones agree with probability `2^(t+6)/p`; `balance`
//! has `Σ_l (2l + 5)/p` for `l < t + 3`; `initial` `(4a + 2)/p`; `access` at most `(5t + 22)/p`, and `t/p` for
//! what it shows at the leaves' cycle only.
//!
//! Cost per real cycle: 12 leaves, and one of the range for each padded one, 15 multiplications each
//! ([`crate::gkr::fraction`]); about 150 in the batch `access`; up to 4 group additions for each value
//! read and one for each difference that is not zero. A place costs two more flags; one that is not touched
//! costs nothing, nor does memory that is declared.

pub mod access;
pub mod balance;
pub mod initial;
pub mod ports;
#[cfg(feature = "prover")]
mod prover;
#[cfg(feature = "prover")]
mod stories;
mod verifier;
#[cfg(feature = "prover")]
pub mod witness;

#[cfg(feature = "prover")]
pub use prover::{commit, prove};
#[cfg(feature = "prover")]
pub use stories::Stories;

use super::{MemoryArgument, MemoryVerifier};
use crate::constraints::Column;
use crate::facts::{Access, Facts, Structure};
use crate::machine::Run;
use crate::step::{Oracles as MachineOracles, Step};
use access::{Oracles, Public};
use balance::{Challenges, Opened};
use ports::PORTS;
use sumcheck::{EvalClaim, Field, Point, VerifierChannel, VerifyError, Weights};

/// The argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spice;

const VALUES: [Column; PORTS] = [Column::Rs1, Column::Rs2, Column::RdOld, Column::Cell];

/// The claims on the next label and on `protected`, and those on values read.
fn step_claims<F: Field, V: Copy>(
    step: &mut Step<F, V>,
    own: &Oracles,
) -> ([V; 2], Vec<EvalClaim<F, V>>) {
    let point = step.point.clone();
    let claims = VALUES.iter().zip(own.old).map(|(column, oracle)| {
        let value = step.take(*column);
        MachineOracles::dense(oracle, &point, value)
    });
    let claims = claims.collect();
    let others = [Column::Next, Column::Protected].map(|column| step.take(column));
    (others, claims)
}

/// The claim on how often differences occur.
fn counts<F: Field, V>(own: &Oracles, opened: &Opened<F>, value: V) -> EvalClaim<F, V> {
    EvalClaim {
        terms: vec![(own.counts, Weights::One, opened.in_range)],
        point: opened.range.clone(),
        value,
    }
}

/// What is drawn for the batch `access`. `sample` and `enforced` are the channel's.
fn public<F: Field, C: ?Sized>(
    channel: &mut C,
    sample: impl Fn(&mut C, &'static str) -> F,
    enforced: impl Fn(&mut C, &str) -> bool,
    (run, opened, challenges): (&Run<'_>, Opened<F>, Challenges<F>),
    (cells, step): ([Point<F>; 2], Point<F>),
) -> Public<F> {
    let zeta: F = sample(channel, "memory/leaves");
    let theta = sample(channel, "memory/flags");
    let delta = sample(channel, "memory/first");
    let blocks = run.finals.iter().map(|f| {
        let low = (0..f.block_vars).map(|_| sample(channel, "block"));
        f.point(&Point(low.collect()), run.machine.ram_vars())
    });
    let blocks = blocks.collect();
    let zero = match enforced(channel, "access/zero") {
        true => [zeta.square(), zeta.square() * zeta],
        false => [F::zero(); 2],
    };
    Public {
        opened,
        challenges,
        zeta,
        zero,
        theta,
        delta,
        cells,
        blocks,
        step,
    }
}

impl<F: Field> MemoryArgument<F> for Spice {
    fn name(&self) -> &'static str {
        "spice"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "offline checking of accesses, by sums of fractions",
            vector: false,
            access: Access::ReadWrite,
            structure: Structure::WrittenOut,
            papers: &["BEGKN94", "SAGL18", "Hab22"],
            note: Some("spice.md"),
            ..Facts::LOOKUP
        }
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
    ) -> Result<Box<dyn MemoryVerifier<F>>, VerifyError> {
        Ok(Box::new(verifier::receive(channel, run)?))
    }
}
