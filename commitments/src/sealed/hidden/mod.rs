//! The sealed channel that tells nothing: zero knowledge.
//!
//! **Messages are oracles.** What is sent is cut into rows of [`ROW`] elements, and a row is committed like any polynomial,
//! with a blinding. The verifier's program runs over [`Wires`](sumcheck::channel::wires::Wires): it receives handles, and
//! what it asks of them is left to be shown: gates, checks, and claims on oracles. The same program runs in the clear.
//!
//! **Closing**, in two steps.
//! 1. *Gates.* A message has all products, and three random elements `α`, `β`, `u`. With `(a_k, b_k, w_k)` the factors and
//!    products of all gates, of three more, `(α, 0, 0)`, `(0, β, 0)`, `(u, 1, u)`, and zeros up to `2^ν`: `τ` is drawn, and a
//!    sumcheck shows `0 = Σ_k eq(τ, k)·(a_k·b_k − w_k)`; its rounds are messages as all others. It ends at `κ`; then
//!    `a(κ)`, `b(κ)`, `w(κ)` are sent *in the clear*. That the claim left is `a·b − w`, and that each is the sum
//!    `Σ_k eq(κ, k)·a_k`, are four more checks, linear in what is hidden.
//! 2. *One equation.* `ρ` is drawn. All claims, and all checks, weighed by its powers, are one equation
//!    `Σ_q f_q(q) + Σ_i ⟨M_i, row_i⟩ = K`: columns at points, rows with public weights, and a public constant. A sumcheck in
//!    the clear over `l` variables shows
//!
//!    ```text
//!    K + ω·μ = Σ_x [ Σ_q eq(q, x)·f_q(x) + Σ_i M_i(x)·row_i(x) + ω·(eq(0, x)·A(x) + B(x)) ]
//!    ```
//!
//!    where `A` and `B` are masks of `l + 1` random rows each, committed before `ρ` is drawn, `μ` is their sum, and `ω` the
//!    next power of `ρ`. It ends at `r`, and its last claim is opened: a sum of commitments, whose value is public.
//!
//! **Why it tells nothing.** Every commitment is uniform by its blinding. `a(κ)`, `b(κ)`, `w(κ)` are uniform by `α`, `β`, `u`.
//! The rows of the masks are those of number 0 and `2^k`: after `k` rounds the round polynomial's value at 1 has `ω·E·B_k`
//! in it and its coefficient of `X²` has `−ω·E·A_k`, with `E = Π_{m<k}(1 − r_m)` and with `A_k`, `B_k` in nothing before; and
//! `μ` has `B_0`. So all scalars in the clear are uniform and independent, unless some `r_m` is 1 or a dummy gate's `eq` is 0.
//! The opening is the scheme's.
//!
//! **Shorter polynomials** take part as the scheme says ([`Embedding`](crate::Embedding)). A row has [`ROW_VARS`] variables.
//! Where its rows are repeated, its weights are multiplied by `eq(0, ·)` in the variables below.
//!
//! **Transcript.** As that of the sealed channel, with commitments of rows in place of elements; then `close/wires`; `close/gates`
//! (`τ`); for each round `close/round`, `close/bind`; `close/gate` in the clear; `close/masks`, `close/mask` (`μ`);
//! `open/claims` (`ρ`); for each variable `open/round`, `open/bind`; the opening.
//!
//! **Cost** for `N` elements in `R` rows and `g` gates: prover `16·R` multiples of fixed points, two for each commitment; proof
//! a point for each row in place of up to 16 elements; verifier a multi-scalar multiplication with `R` more points.

mod close;
#[cfg(feature = "prover")]
mod gates;
#[cfg(feature = "prover")]
mod masks;
#[cfg(feature = "prover")]
mod prover;
#[cfg(feature = "prover")]
mod replay;
mod verifier;

#[cfg(all(test, feature = "testing"))]
mod tests;

#[cfg(all(feature = "testing", feature = "prover"))]
pub use prover::Closed;
#[cfg(feature = "prover")]
pub use prover::HiddenProver;
pub use verifier::HiddenVerifier;

use crate::{Embedding, OpeningRisk};
use sumcheck::{Field, Label, Point, Shape};

/// Variables of a row.
const ROW_VARS: usize = 4;
/// Elements of a row.
const ROW: usize = 1 << ROW_VARS;
/// What a row is as a polynomial.
const ROW_SHAPE: Shape = Shape {
    vars: ROW_VARS,
    radix: None,
};

const WIRES: Label = "close/wires";
const GATES: Label = "close/gates";
const GATE_ROUND: Label = "close/round";
const GATE_BIND: Label = "close/bind";
const GATE: Label = "close/gate";
const MASKS: Label = "close/masks";
const MASK: Label = "close/mask";
const CLAIMS: Label = "open/claims";
const ROUND: Label = "open/round";
const BIND: Label = "open/bind";

/// What a message of closing carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// Elements that are hidden in rows.
    Rows,
    /// Elements in the clear, and what makes them uniform.
    Masked(&'static str),
    /// Commitments of masks, of so many variables.
    Masks(usize),
}

/// Messages of closing that have one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingMessages {
    pub label: Label,
    /// How many messages.
    pub messages: usize,
    /// Elements or commitments in each.
    pub each: usize,
    pub carried: Carried,
}

/// What is sent to close a program that leaves so many gates, and claims at points of up to `vars` coordinates, in order.
/// The scheme's opening comes after.
pub fn closing_messages(gates: usize, vars: usize) -> Vec<ClosingMessages> {
    let vars = closing_vars(vars);
    let of = |label, messages: usize, each: usize, carried| ClosingMessages {
        label,
        messages,
        each,
        carried,
    };
    let random = "uniform by three random gates";
    vec![
        of(WIRES, 1, gates + close::DUMMIES, Carried::Rows),
        of(GATE_ROUND, close::gate_vars(gates), 2, Carried::Rows),
        of(GATE, 1, 3, Carried::Masked(random)),
        of(MASKS, 2, 1, Carried::Masks(vars)),
        of(MASK, 1, 1, Carried::Masked("uniform by row 0 of a mask")),
        of(
            ROUND,
            vars,
            2,
            Carried::Masked("uniform by rows 2^k of masks"),
        ),
    ]
}

/// Rows of a message of so many elements; each is committed as a polynomial of this shape.
pub fn message_rows(elements: usize) -> (usize, Shape) {
    (elements.div_ceil(ROW), ROW_SHAPE)
}

/// Variables of the last sumcheck, where claims have points of up to `vars` coordinates.
pub fn closing_vars(vars: usize) -> usize {
    vars.max(ROW_VARS)
}

/// The challenges of closing a program that leaves so many gates, so many claims and checks, and claims at points of up to
/// `vars` coordinates. Those of the scheme's opening come after.
pub fn closing_risks(gates: usize, claims_and_checks: usize, vars: usize) -> Vec<OpeningRisk> {
    let (rounds, vars) = (close::gate_vars(gates), closing_vars(vars));
    let risk = |challenge, count: usize, about, degree: usize| OpeningRisk {
        challenge,
        count,
        about,
        degree: degree as u128,
        bits: None,
    };
    vec![
        risk(GATES, rounds, "products of hidden values", rounds),
        risk(GATE_BIND, rounds, "products of hidden values", 2 * rounds),
        // Four checks are those of the gates.
        risk(CLAIMS, 1, "claims, checks and masks", claims_and_checks + 4),
        risk(BIND, vars, "columns, rows and masks at one point", 2 * vars),
    ]
}

/// Cuts a point of the last sumcheck: the coordinates of a row's elements, and the factor of all rows' weights.
fn of_rows<F: Field>(embedding: Embedding, point: &Point<F>) -> (Point<F>, F) {
    match embedding {
        Embedding::Pad => (point.split_at(ROW_VARS).0, F::one()),
        Embedding::Repeat => {
            let (below, own) = point.split_at(point.vars().saturating_sub(ROW_VARS));
            let zero = below.0.iter().fold(F::one(), |e, r| e * (F::one() - r));
            (own, zero)
        }
    }
}
