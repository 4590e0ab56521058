//! Phase `fetch`: every claim on a bytecode column, every claim on a RAM address, and one-hotness.
//!
//! Relations, one batch; all end at the cycle point `r_fetch`:
//! - `bytecode`: `Σ_i γ_i claim_i = Σ_{k,j} Π_i d_i(k_i, j) · Σ_p eq(r_p, j) · column_p(k)`, where `d_i` are the
//!   digits of the row, and each cycle point `r_p` comes with the combination of all columns claimed
//!   there; the point 0 carries the label of the first cycle, which must be the entry's;
//! - `addresses`: all claims on `ra(address, ·)`, as products of digits;
//! - `booleanity` of all digits of the machine (the lookup argument proves that of its own).
//!
//! Each digit ends with one claim per product and one for booleanity, all at `r_fetch`.
//!
//! Transcript: γ, the booleanity challenges; the batch.
//! Cost per real cycle: one addition per cycle point in the row rounds; `n + 1` evaluation points times
//! `n` multiplications per product of `n` digits.

mod claims;
mod prover;
mod relations;

pub use claims::{AddressClaims, Claims, Sorted, Sum, sort};
pub use relations::split_address;

use super::commit::Committed;
use crate::digits::{Packed, booleanity};
use crate::machine::Run;
use crate::step::Oracles;
use crate::witness::Witness;
use std::sync::Arc;
use sumcheck::{
    Field, Instance, ProverChannel, Reduced, Relation, RoundProver, Value, VerifierChannel,
    VerifyError, batch,
};

fn three<F, V>(reduced: Vec<Reduced<F, V>>) -> [Reduced<F, V>; 3] {
    match reduced.try_into() {
        Ok(three) => three,
        Err(_) => unreachable!("three relations in, three out"),
    }
}

/// The relations `bytecode`, `addresses` and `booleanity`.
pub fn relations<F: Field, V: Copy>(
    run: &Run<'_>,
    sorted: &Sorted<F, V>,
    at: &booleanity::At<F>,
) -> [Relation<F>; 3] {
    [
        relations::bytecode(run, &sorted.points, sorted.combined()),
        relations::addresses(sorted, run.machine.ram_radices().len(), run.cycle_vars),
        booleanity::relation("booleanity", at, run.machine.digit_radices().len()),
    ]
}

/// The kernels of [`relations`].
pub fn kernels<F: Field>(
    run: &Run<'_>,
    witness: &Witness,
    digits: Vec<Arc<Packed>>,
    sorted: &Sorted<F, F>,
    at: &booleanity::At<F>,
) -> [Box<dyn RoundProver<F>>; 3] {
    [
        Box::new(prover::FetchProver::new(
            run,
            witness,
            &sorted.points,
            sorted.combined(),
        )),
        prover::addresses(run, witness, sorted),
        Box::new(booleanity::Prover::new(at, digits)),
    ]
}

/// The prover's side.
pub fn prove<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    committed: Committed,
    claims: Claims<F, F>,
) {
    let Committed { oracles, digits } = committed;
    prove_with(channel, run, &oracles, claims, |_, sorted, at| {
        kernels(run, witness, digits, sorted, at)
    });
}

/// The prover's side, with other provers than the [`kernels`].
pub fn prove_with<'a, F: Field>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    claims: Claims<F, F>,
    provers: impl FnOnce(
        &[Relation<F>; 3],
        &Sorted<F, F>,
        &booleanity::At<F>,
    ) -> [Box<dyn RoundProver<F> + 'a>; 3],
) {
    let gamma = channel.sample("gamma");
    let sorted = sort(run, claims, gamma, &mut |check| channel.enforced(check));
    let at = booleanity::At::sample(run.cycle_vars, || channel.sample("booleanity"));
    let relations = relations(run, &sorted, &at);
    let provers = provers(&relations, &sorted, &at);
    let total =
        |(constant, terms): Sum<F, F>| constant + terms.iter().map(|(c, v)| *c * v).sum::<F>();
    let claims = [
        total(sorted.column_sum()),
        total(sorted.address_sum()),
        F::zero(),
    ];
    let instances = relations
        .into_iter()
        .zip(claims)
        .zip(provers)
        .map(|((relation, claim), prover)| Instance {
            relation,
            claim,
            prover,
        })
        .collect();
    let reduced = three(batch::prove_all(channel, "fetch", instances));
    for claim in relations::digit_claims(run, &sorted, reduced, oracles) {
        channel.claim_eval(claim);
    }
}

/// The verifier's side.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    claims: Claims<F, Value>,
) -> Result<(), VerifyError> {
    let gamma = channel.sample("gamma");
    let sorted = sort(run, claims, gamma, &mut |check| channel.enforced(check));
    channel.risk(
        &["gamma"],
        "claims on columns and addresses",
        sorted.count() - 1,
    );
    let at = booleanity::At::sample(run.cycle_vars, || channel.sample("booleanity"));
    let degree = at.degree(run.machine.digit_radices().len());
    channel.risk(&["booleanity"], "all entries of the digits", degree);
    let [bytecode, addresses, one_hot] = relations(run, &sorted, &at);
    let (constant, terms) = sorted.column_sum();
    let columns = channel.linear(constant, &terms);
    let (constant, terms) = sorted.address_sum();
    let cells = channel.linear(constant, &terms);
    let zero = channel.constant(F::zero());
    let batch = vec![(bytecode, columns), (addresses, cells), (one_hot, zero)];
    let reduced = three(batch::verify_all(channel, "fetch", batch)?);
    for claim in relations::digit_claims(run, &sorted, reduced, oracles) {
        channel.claim_eval(claim)?;
    }
    Ok(())
}
