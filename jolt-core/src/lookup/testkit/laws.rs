//! All that the kit knows, in one call.

use super::{
    Case, Forgery, PROTOCOL, Subject, challenges, complete, forgeries, prove, tamper_sweep,
};
use crate::lookup::{LookupArgument, ProveLookup, standalone};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::PlainVerifier;
use sumcheck::{Checks, Field, VerifyError};

/// What [`laws`] tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sets of reads that were proven: index bits, `log T`, reads.
    pub proven: Vec<(usize, usize, usize)>,
    /// Forgeries that were rejected, with the check that stopped each.
    pub rejected: Vec<(&'static str, String)>,
    /// Checks that the verifier performs and no forgery was meant for. Each of them wants a prover that
    /// lies in just this respect: see [`Subject`].
    pub without_forgery: Vec<String>,
    /// Each challenge that the verifier draws, and what passes if it is known beforehand, or why nothing does.
    pub challenges: BTreeMap<String, String>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (bits, vars, reads) in &self.proven {
            writeln!(
                f,
                "proven: {reads} reads in 2^{vars} rows, {bits} index bits"
            )?;
        }
        for (name, check) in &self.rejected {
            writeln!(f, "rejected by {check}: {name}")?;
        }
        for check in &self.without_forgery {
            writeln!(f, "no forgery is meant for {check}")?;
        }
        for (challenge, how) in &self.challenges {
            writeln!(f, "if {challenge} were known: {how}")?;
        }
        Ok(())
    }
}

/// `log T` and reads for so many index bits, the one that is taken apart first.
fn lengths(index_bits: usize) -> &'static [(usize, usize)] {
    match index_bits {
        0..64 => &[(2, 3), (0, 1), (3, 8)],
        64..128 => &[(1, 2), (4, 13)],
        _ => &[(0, 1), (2, 0), (5, 30)],
    }
}

/// Random reads of every size, the smallest indices first.
fn cases<F: Field>(subject: &Subject<F>) -> Vec<Case> {
    let sizes = subject.sizes().into_iter();
    let cases = sizes.flat_map(|bits| lengths(bits).iter().map(move |length| (bits, length)));
    let cases = cases.map(|(bits, (vars, reads))| Case::random(bits, *vars, *reads, 7));
    cases.collect()
}

/// Honest proofs of the sizes that an argument supports are accepted, and others refused.
fn every_size<F: Field>(
    argument: &dyn ProveLookup<F>,
    cases: &[Case],
    summary: &mut Summary,
) -> Result<(), String> {
    for case in cases {
        if argument.supports(&case.shape).is_err() {
            refused(argument, case)?;
            continue;
        }
        let (bits, vars) = (case.shape.index_bits, case.shape.cycle_vars);
        let at = (bits, vars, case.reads.index.len());
        complete(argument, case)
            .map_err(|e| format!("an honest proof of {at:?} was rejected: {e}"))?;
        summary.proven.push(at);
    }
    Ok(())
}

/// Tables of other index bits than the shape says are refused.
fn mixed_sizes<F: Field>(argument: &dyn ProveLookup<F>, case: &Case) -> Result<(), String> {
    let mut mixed = case.clone();
    mixed.shape.index_bits *= 2;
    if argument.supports(&mixed.shape).is_ok() {
        return Err("tables of another number of index bits are supported".to_owned());
    }
    refused(argument, &mixed)
}

/// Runs every law on an argument:
///
/// 1. honest proofs of random reads of every table are accepted, at every size that it supports;
/// 2. what it does not support is refused by prover and verifier alike, without a panic;
/// 3. every change of an element, a message or an oracle of a small proof is rejected;
/// 4. every forgery is rejected by a named check; with the feature `testing`, it is accepted when just
///    that check is off;
/// 5. no change of what is sent between two challenges passes: what is received reaches a claim, what is batched is
///    sent before the challenge that batches it, and no challenge is drawn in vain ([`sumcheck::analysis`]);
/// 6. with the feature `testing`: against each challenge there is a lie that passes if the challenge is known
///    beforehand, or [a reason](Subject::arguing) why there is none.
///
/// # Errors
/// The first law that is broken, in words.
pub fn laws<F: Field>(subject: &Subject<F>) -> Result<Summary, String> {
    let argument = subject.honest.as_ref();
    let mut summary = Summary::default();
    let all = cases(subject);
    let smallest = all
        .iter()
        .find(|case| argument.supports(&case.shape).is_ok());
    let Some(case) = smallest.cloned() else {
        return Err("the argument supports none of the kit's sizes".to_owned());
    };
    // Whoever looks at one thing has seen these, which are about everything.
    if !Checks::focused() {
        every_size(argument, &all, &mut summary)?;
        mixed_sizes(argument, &case)?;
        tamper_sweep(argument, &case)?;
    }
    let performed = performed(argument, &case).map_err(|e| e.to_string())?;
    let mut meant = BTreeSet::new();
    for forgery in forgeries(subject) {
        if !Checks::in_focus(forgery.check) {
            continue;
        }
        let name = forgery.name;
        let stopped = match forgery.run(&Checks::all()) {
            Ok(()) => return Err(format!("accepted: {name}")),
            Err(VerifyError::Check { check }) => check,
            Err(other) => return Err(format!("{name}: not stopped by a check, but: {other}")),
        };
        let stopping = stopping(&forgery, &stopped)?;
        summary.rejected.push((name, stopping.join(" or ")));
        meant.insert(stopped);
        meant.extend(stopping);
    }
    let left = performed.difference(&meant).cloned();
    if !Checks::focused() {
        summary.without_forgery = left.collect();
    }
    challenges::law(subject, &case, &mut summary.challenges)?;
    Ok(summary)
}

/// The names of a check: its own, and if it is the final equation of a batch, those of the relations.
fn names(check: &str) -> Vec<String> {
    let relations = check.split_once(": ").map(|(batch, relations)| {
        let each = relations.split(", ");
        each.map(move |relation| format!("{batch}/{relation}"))
    });
    relations
        .into_iter()
        .flatten()
        .chain([check.to_owned()])
        .collect()
}

/// The checks that stop a forgery: it is accepted when one of them is off. So it is a real one.
#[cfg(feature = "testing")]
fn stopping<F: Field>(forgery: &Forgery<F>, stopped: &str) -> Result<Vec<String>, String> {
    let name = forgery.name;
    if forgery.declared && forgery.run(&Checks::without(forgery.check)).is_ok() {
        return Ok(vec![forgery.check.to_owned()]);
    }
    forgery
        .run(&Checks::without(stopped))
        .map_err(|e| format!("{name}: also rejected without `{stopped}`, since {e}"))?;
    let mut stopping = names(stopped);
    stopping.pop();
    if stopping.is_empty() {
        stopping.push(stopped.to_owned());
    }
    stopping.retain(|check| forgery.run(&Checks::without(check)).is_ok());
    match stopping.iter().any(|check| check == forgery.check) {
        _ if stopping.is_empty() => Err(format!("{name}: no single relation stops it")),
        false if forgery.declared => Err(format!(
            "{name}: meant for `{}`, but stopped by {stopping:?}",
            forgery.check
        )),
        _ => Ok(stopping),
    }
}

/// Without the feature: what the author says, or what the error says.
#[cfg(not(feature = "testing"))]
fn stopping<F: Field>(forgery: &Forgery<F>, stopped: &str) -> Result<Vec<String>, String> {
    let names = names(stopped);
    match names.as_slice() {
        [relation, _] => Ok(vec![relation.clone()]),
        _ if forgery.declared => Ok(vec![forgery.check.to_owned()]),
        _ => Ok(vec![stopped.to_owned()]),
    }
}

/// A verifier refuses what is not supported, before it reads anything.
fn refused<F: Field>(argument: &dyn LookupArgument<F>, case: &Case) -> Result<(), String> {
    let mut channel = CountingVerifier::<F>::default();
    match standalone::verify(&mut channel, argument, &case.shape, &case.selection()) {
        Err(VerifyError::NotAllowed { .. }) => Ok(()),
        other => Err(format!(
            "{} index bits are not supported, but the verifier answers {other:?}",
            case.shape.index_bits
        )),
    }
}

/// Names of the checks in the verification of an honest proof.
fn performed<F: Field>(
    argument: &dyn ProveLookup<F>,
    case: &Case,
) -> Result<BTreeSet<String>, VerifyError> {
    let mut channel = PlainVerifier::new(PROTOCOL, prove(argument, case));
    standalone::verify(&mut channel, argument, &case.shape, &case.selection())?;
    Ok(channel.checks().performed().map(str::to_owned).collect())
}
