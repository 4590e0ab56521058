//! The verifier of the argument.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::access::{self, COMMITTED, FLAGS, Oracles};
use super::balance::{Challenges, Opened, SLOT_VARS, TREES};
use super::initial::{self, First};
use super::{counts, public, step_claims};
use crate::gkr::fraction;
use crate::machine::Run;
use crate::memory::protection::GUARD_AT;
use crate::memory::{Claims, MemoryVerifier};
use crate::step::{Oracles as MachineOracles, Step};
use sumcheck::{Field, Note, Reduced, Shape, Value, VerifierChannel, VerifyError, batch};

/// A verifier that has received the commitments.
pub(super) struct Verifier(Oracles);

fn missing(what: &str) -> VerifyError {
    VerifyError::Malformed {
        label: "memory".to_owned(),
        cause: format!("{what} is missing"),
    }
}

/// Receives the commitments.
pub(super) fn receive<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
) -> Result<Verifier, VerifyError> {
    let shape = Shape {
        vars: run.cycle_vars,
        radix: None,
    };
    let all = channel.oracles("memory", &[shape; COMMITTED])?;
    let oracles = Oracles::of(&all).ok_or_else(|| missing("a commitment"))?;
    Ok(Verifier(oracles))
}

/// What the challenges of [`public`](super::public) may hide, and what the leaves' point does: that it is no flag of a cycle,
/// or no zero that a port read of x0, shows at a random cycle only.
fn public_risks<F: Field>(channel: &mut dyn VerifierChannel<F>, run: &Run<'_>) {
    channel.risk(
        &["memory/leaves"],
        "numerator and denominator of leaves, reads of x0",
        3,
    );
    channel.risk(&["memory/flags"], "flags and carries", FLAGS - 1);
    channel.risk(&["memory/first"], "places touched and values found", 1);
    channel.risk(&["block"], "final contents", run.block_vars());
    let leaves = ["round", "fraction/child"];
    channel.risk(
        &leaves,
        "flags and reads of x0, at the leaves' cycle",
        run.cycle_vars,
    );
}

/// The verifier's side, after the commitment.
fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    (own, machine): (&Oracles, &MachineOracles),
    step: &mut Step<F, Value>,
) -> Result<Claims<F, Value>, VerifyError> {
    let ([next, protected], claims) = step_claims(step, own);
    for claim in claims {
        channel.claim_eval(claim)?;
    }

    channel.note(Note::Phase("balance"));
    let [beta, sigma] = ["memory/beta", "memory/sigma"].map(|label| channel.sample(label));
    let challenges = Challenges { beta, sigma };
    let depth = run.cycle_vars + SLOT_VARS;
    // A row is of degree 2 in both challenges, a difference of degree 1, and two trees have those.
    let degree = (2usize << depth) + (2 << depth);
    let about = "rows that are read and written, and differences of times";
    channel.risk(&["memory/beta", "memory/sigma"], about, degree);
    let (roots, summed) = fraction::verify(channel, "balance", &TREES, depth)?;
    let ([accesses, differences, range], [of_accesses, of_differences, of_range]) =
        (roots.as_slice(), summed.leaves.as_slice())
    else {
        return Err(missing("a sum"));
    };
    channel.assert_zero("memory/accesses", accesses.numerator)?;
    fraction::verify_equal(channel, "memory/range", *differences, *range)?;
    let opened = Opened::new(run.cycle_vars, &summed.point, &challenges);
    let found = [(F::one(), of_range.denominator)];
    let difference = channel.linear(-opened.denominator, &found);
    channel.assert_zero("memory/table", difference)?;
    channel.claim_eval(counts(own, &opened, of_range.numerator))?;

    channel.note(Note::Phase("initial"));
    let first = First::sample(
        run,
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
    );
    channel.risk(
        &["memory/initial"],
        "first accesses, at random places, and what is forbidden",
        first.degree(),
    );
    channel.risk(&["round"], GUARD_AT, run.cycle_vars);
    let zero = channel.constant(F::zero());
    let [weight, _] = first.forbidden;
    let protected = channel.linear(F::zero(), &[(weight, protected)]);
    let relations = initial::Relations::new(run, &first, machine);
    let [registers, ram, cells] = relations.batch();
    let batch = [(registers, zero), (ram, zero), (cells, protected)];
    let reduced = batch::verify(channel, "initial", batch)?;
    let initial::Left {
        cells,
        found,
        accessed,
        image,
    } = relations.leave(reduced, machine);
    if let Some(claim) = image {
        channel.claim_eval(claim)?;
    }

    channel.note(Note::Phase("access"));
    let public = public(
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
        (run, opened, challenges),
        (cells, step.point.clone()),
    );
    public_risks(channel, run);
    let zeta = public.zeta;
    let mut claims = Vec::new();
    for leaves in [of_accesses, of_differences] {
        let terms = [(F::one(), leaves.numerator), (zeta, leaves.denominator)];
        claims.push(channel.linear(-zeta * beta, &terms));
    }
    claims.push(zero);
    for [touched, values] in found {
        let terms = [(F::one(), touched), (public.delta, values)];
        claims.push(channel.linear(F::zero(), &terms));
    }
    for value in run.changes(&public.blocks) {
        claims.push(channel.constant(value));
    }
    claims.push(next);
    let relations = access::Relations::new(run, &public);
    let batch = relations.batch().into_iter().zip(claims).collect();
    let reduced = batch::verify_all(channel, "access", batch)?;
    let left = access::leave(
        run,
        &public,
        &relations,
        (reduced, accessed),
        (own, machine),
    );
    for claim in left.openings {
        channel.claim_eval(claim)?;
    }
    let difference = channel.linear(F::zero(), &left.leaf);
    channel.assert_zero("access/leaf", difference)?;
    Ok(left.claims)
}

impl<F: Field> MemoryVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &MachineOracles,
        step: &mut Step<F, Value>,
        _begun: Vec<Reduced<F, Value>>,
    ) -> Result<Claims<F, Value>, VerifyError> {
        verify(channel, run, (&self.0, oracles), step)
    }
}
