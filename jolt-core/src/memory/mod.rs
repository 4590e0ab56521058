//! Memory arguments: registers and RAM, read and written in every cycle.
//!
//! Statement. In cycle `j`, the registers `rs1(j)`, `rs2(j)`, `rd(j)` and one RAM cell are accessed; each
//! access returns what the last one left at its place, or what was there before the first cycle; `rd` and
//! the cell then change by an increment. After the last cycle, blocks of RAM hold what the statement says.
//!
//! An argument is a reduction, as a lookup argument is. It may commit polynomials before any challenge
//! is drawn. It consumes the claims on the values read (`rs1`, `rs2`, `rd_old`, `cell`), on whether the cell is
//! protected ([`protection`]) and on the next label, all at `r_step`, and leaves claims that [`crate::vm::fetch`] proves: on functions of the bytecode
//! row, and on RAM addresses. It may begin with relations that are proven beside the lookups. It is chosen by name and pinned in the verifying key.
//!
//! | argument | commits | values read |
//! |---|---|---|
//! | [`twist`] | nothing | virtual: sums of increments |
//! | [`spice`] | values, time differences, flags | committed; multisets of accesses agree |

pub mod image;
pub mod labels;
pub mod protection;
#[cfg(feature = "prover")]
pub mod prover;
pub mod spice;
pub mod twist;
pub mod value;

use crate::bytecode::RowColumn;
use crate::facts::Facts;
use crate::machine::{Part, Run};
use crate::step::{Oracles, Step};
use instruction_tables::REGISTERS;
use sumcheck::{Field, Point, Reduced, Relation, Value, VerifierChannel, VerifyError};

/// Register address variables.
pub const REGISTER_VARS: usize = REGISTERS.trailing_zeros() as usize;

/// A claim `Σ_j eq(r, j) · column(row(j)) = value` on a column of the bytecode.
pub struct ColumnClaim<F, V> {
    /// Name of its check in `fetch`.
    pub check: &'static str,
    /// Which of [`Claims::points`] is `r`.
    pub at: usize,
    pub column: RowColumn<F>,
    /// The claimed value, already absorbed.
    pub value: V,
}

/// A cycle point that an argument leaves claims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// `r_step`.
    Step,
    /// One of [`Claims::points`].
    Own(usize),
}

/// Claims on a part of `ra` at one address point: `Σ_j eq(r, j) · Π_i d_i(point_i, j)` over its digits `i`, at cycle points
/// `r`.
pub struct AddressClaims<F, V> {
    pub part: Part,
    /// The address point, of the variables of this part.
    pub point: Point<F>,
    /// Check of `fetch`, which point is `r`, value.
    pub claims: Vec<(&'static str, At, V)>,
}

/// A claim on each half of `ra` at an address point and one cycle point: checks, values.
pub fn halves<F: Field, V>(
    run: &Run<'_>,
    point: &Point<F>,
    at: At,
    [low, high]: [(&'static str, V); 2],
) -> [AddressClaims<F, V>; 2] {
    let [low_point, high_point] = run.machine.halves(point);
    let claims = |part, point, (check, value)| AddressClaims {
        part,
        point,
        claims: vec![(check, at, value)],
    };
    [
        claims(Part::Low, low_point, low),
        claims(Part::High, high_point, high),
    ]
}

/// What a memory argument leaves behind.
#[must_use = "claims must be consumed"]
pub struct Claims<F, V> {
    /// Cycle points, with the names of their equality polynomials.
    pub points: Vec<(&'static str, Point<F>)>,
    /// Claims on columns of the bytecode.
    pub columns: Vec<ColumnClaim<F, V>>,
    /// Claims on RAM addresses, by part and address point.
    pub addresses: Vec<AddressClaims<F, V>>,
}

/// A memory argument, as verifiers know it. Registered by name; whatever takes one takes any. What proves is
/// [`ProveMemory`](prover::ProveMemory).
pub trait MemoryArgument<F: Field>: Send + Sync {
    /// Name on the command line and in keys.
    fn name(&self) -> &'static str;

    /// What it is like, for people to compare.
    fn facts(&self) -> Facts;

    /// Receives what the prover commits, before any challenge is drawn.
    ///
    /// # Errors
    /// A proof that ends early.
    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
    ) -> Result<Box<dyn MemoryVerifier<F>>, VerifyError>;
}

/// A verifier that has received the commitments.
pub trait MemoryVerifier<F: Field> {
    /// Relations that are claimed at `r_step`, over cycles at last, with their claims. They are proven beside the
    /// lookups, for which there may be no rounds to pay. An argument need not have any.
    ///
    /// # Errors
    /// The first check that fails, or a proof that ends early.
    fn begin(
        &mut self,
        _channel: &mut dyn VerifierChannel<F>,
        _run: &Run<'_>,
        _step: &mut Step<F, Value>,
    ) -> Result<Vec<(Relation<F>, Value)>, VerifyError> {
        Ok(Vec::new())
    }

    /// Verifies the accesses, from what these relations leave on.
    ///
    /// # Errors
    /// The first check that fails, or a proof that ends early.
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &Oracles,
        step: &mut Step<F, Value>,
        begun: Vec<Reduced<F, Value>>,
    ) -> Result<Claims<F, Value>, VerifyError>;
}
