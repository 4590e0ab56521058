//! Reads of dense tables: completeness, tampering, and forgeries that are rejected by one check alone.

use super::bent::{Bend, BentVerifier};
use super::{Cheat, PROTOCOL, next, sweep};
use crate::lookup::dense::protocol::{DenseReads, commit, verify};
use crate::lookup::dense::{DenseArgument, DenseTable, ProveDense, PublicTable};
use crate::lookup::{LookupArgument, ProveLookup, dense};
#[cfg(feature = "testing")]
use commitments::Keys;
use std::sync::Arc;
use sumcheck::channel::layer::Over;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Checks, Field, Oracle, ProverChannel, ProverField, Rows, VerifyError};

/// Reads of a table.
#[derive(Clone)]
pub struct DenseCase<F> {
    /// The table that the verifier has.
    pub table: DenseTable<F>,
    /// `log2` of the rows.
    pub cycle_vars: usize,
    pub reads: DenseReads,
}

impl<F: Field> DenseCase<F> {
    /// `count` reads at random indices.
    ///
    /// # Panics
    /// If they are more than `2^cycle_vars`.
    pub fn random(table: DenseTable<F>, cycle_vars: usize, count: usize, seed: u64) -> Self {
        assert!(count <= 1 << cycle_vars, "a row for every read");
        let (mut seed, entries) = (seed, table.entries() as u64);
        let indices: Vec<u64> = (0..count).map(|_| next(&mut seed) % entries).collect();
        let reads = DenseReads::new(&table, &indices).expect("indices of the table");
        DenseCase {
            table,
            cycle_vars,
            reads,
        }
    }
}

fn serving<F: Field>(argument: &dyn LookupArgument<F>) -> &dyn DenseArgument<F> {
    argument.dense().expect("an argument over dense tables")
}

fn proving<F: Field>(argument: &dyn ProveLookup<F>) -> &dyn ProveDense<F> {
    argument
        .dense_prover()
        .expect("an argument over dense tables")
}

/// An honest proof.
///
/// # Panics
/// If the argument does not serve the case.
pub fn prove_dense<F: ProverField>(
    argument: &dyn ProveLookup<F>,
    case: &DenseCase<F>,
) -> PlainProof<F> {
    let stated = case.reads.index.len();
    let with = (&case.table, None, stated);
    prove_with(argument, case, with, &Checks::all())
}

/// By a prover that takes `table` for the table, may commit something else, and states so many reads.
fn prove_with<F: ProverField>(
    argument: &dyn ProveLookup<F>,
    case: &DenseCase<F>,
    (table, committed, stated): (&DenseTable<F>, Option<&Vec<Vec<u64>>>, usize),
    checks: &Checks,
) -> PlainProof<F> {
    let mut channel = PlainProver::with_checks(PROTOCOL, checks.clone());
    let known = case.table.in_the_clear();
    let with = (table, committed, stated);
    prove_over(&mut channel, argument, (case, &known), with);
    channel.finish().0
}

fn prove_over<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    argument: &dyn ProveLookup<F>,
    (case, known): (&DenseCase<F>, &PublicTable<F>),
    (table, committed, stated): (&DenseTable<F>, Option<&Vec<Vec<u64>>>, usize),
) {
    let (argument, vars) = (proving(argument), case.cycle_vars);
    let reads = case.reads.clone();
    let mut committing = reads.clone();
    if let Some(outputs) = committed {
        committing.outputs.clone_from(outputs);
    }
    let committed = commit(channel, argument, (table, known), vars, committing);
    let committed = committed.claiming(reads.outputs).stating(stated);
    let _ = committed.prove(channel, table);
}

/// The verifier's verdict, which includes that the whole proof was read.
///
/// # Errors
/// Why the proof was rejected.
///
/// # Panics
/// If the argument serves no dense tables.
pub fn verify_dense<F: Field>(
    argument: &dyn LookupArgument<F>,
    case: &DenseCase<F>,
    proof: PlainProof<F>,
) -> Result<Vec<String>, VerifyError> {
    let channel = PlainVerifier::new(PROTOCOL, proof);
    let stated = case.reads.index.len();
    verdict(argument, case, stated, (channel, Vec::new()))
}

/// The verdict, and the checks performed.
fn verdict<F: Field>(
    argument: &dyn LookupArgument<F>,
    case: &DenseCase<F>,
    stated: usize,
    (inner, bends): (PlainVerifier<F>, Vec<Bend<F>>),
) -> Result<Vec<String>, VerifyError> {
    let mut channel = Over(BentVerifier { inner, bends });
    let table = case.table.in_the_clear();
    let _ = verify(
        &mut channel,
        serving(argument),
        &table,
        case.cycle_vars,
        stated,
    )?;
    let performed = channel.0.inner.checks().performed().map(str::to_owned);
    let performed = performed.collect();
    channel.0.inner.finish()?;
    Ok(performed)
}

/// That an honest proof is accepted.
///
/// # Errors
/// Why it was rejected.
pub fn complete_dense<F: ProverField>(
    argument: &dyn ProveLookup<F>,
    case: &DenseCase<F>,
) -> Result<(), VerifyError> {
    verify_dense(argument, case, prove_dense(argument, case)).map(|_| ())
}

/// That every change of one element of an honest proof is rejected, and every message or oracle removed or
/// doubled.
///
/// # Errors
/// The change that was accepted.
pub fn tamper_sweep_dense<F: ProverField>(
    argument: &dyn ProveLookup<F>,
    case: &DenseCase<F>,
) -> Result<(), String> {
    let proof = prove_dense(argument, case);
    sweep(&proof, |other| {
        verify_dense(argument, case, other).map(|_| ())
    })
}

/// How a prover deviates: what was read at row 0 is wrong, and all but one thing is made consistent with that. What it
/// adjusts:
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenseLie {
    /// Nothing is wrong with what was read, but one count of the table is 1 too high.
    Count,
    /// What the reads add up to, or their product.
    Reads,
    /// What the table adds up to, or its product.
    Table,
    /// The read does not count.
    Skip,
    /// The index is one that the table does not have: `2^n` too high.
    Beyond,
    /// The products of reads and of writes, whose claims cancel if the first `λ` is this number.
    Trees {
        /// `λ`.
        lambda: u64,
    },
}

/// An argument over dense tables, with provers for its verifier that deviate.
pub struct DenseSubject<F: Field> {
    /// The argument.
    pub honest: Arc<dyn ProveLookup<F>>,
    /// The check that notices a wrong output, if nothing else is wrong.
    pub read: &'static str,
    /// The check that notices an output in a row beyond the reads.
    pub beyond: &'static str,
    /// Provers that return what they like at row 0, or if not that have something else wrong; with the
    /// check that is meant for it.
    pub lying: Vec<(&'static str, DenseLie, Arc<dyn ProveLookup<F>>)>,
    /// For arguments that commit digits: a prover whose digits need not be boolean, or that serves a read at
    /// another index; and the checks that are meant for the latter and the former.
    pub cheating: Option<(super::Cheating<F>, [&'static str; 2])>,
}

/// One forged proof, made anew for each set of checks.
pub struct DenseForgery<F: Field> {
    /// What is false.
    pub name: String,
    /// The check that is meant for it.
    pub check: &'static str,
    case: DenseCase<F>,
    prover: Arc<dyn ProveLookup<F>>,
    verifier: Arc<dyn ProveLookup<F>>,
    /// What is committed, if it is not what is claimed.
    committed: Option<Vec<Vec<u64>>>,
    /// What the prover takes for the table.
    table: DenseTable<F>,
    /// How many reads the verifier believes that there are.
    stated: usize,
    bends: Vec<Bend<F>>,
}

impl<F: ProverField> DenseForgery<F> {
    /// The verdict, where prover and verifier both know that some checks do not count.
    ///
    /// # Errors
    /// Why the forgery was rejected.
    pub fn run(&self, checks: &Checks) -> Result<(), VerifyError> {
        let with = (&self.table, self.committed.as_ref(), self.stated);
        let proof = prove_with(self.prover.as_ref(), &self.case, with, checks);
        let channel = PlainVerifier::with_checks(PROTOCOL, proof, checks.clone());
        let channel = (channel, self.bends.clone());
        verdict(self.verifier.as_ref(), &self.case, self.stated, channel).map(|_| ())
    }

    /// The same over sessions of keys (feature `testing`). Nothing where a verifier would have to be bent as well.
    ///
    /// # Panics
    /// If the keys are too small, or there is no proof.
    #[cfg(feature = "testing")]
    pub fn run_sealed(&self, keys: &Keys<F>, checks: &Checks) -> Option<Result<(), VerifyError>> {
        if !self.bends.is_empty() {
            return None;
        }
        let known = self.case.table.public(|poly| keys.proving.commit(poly));
        let known = known.expect("a table that fits the key");
        let with = (&self.table, self.committed.as_ref(), self.stated);
        let (honest, vars) = (self.verifier.as_ref(), self.case.cycle_vars);
        Some(super::sealed::verdict(
            keys,
            checks,
            |channel| prove_over(channel, self.prover.as_ref(), (&self.case, &known), with),
            |channel| verify(channel, serving(honest), &known, vars, self.stated).map(|_| ()),
        ))
    }
}

/// A table like another one, with what is added to the entry of the last column at an index.
fn changed<F: Field>(table: &DenseTable<F>, index: usize) -> DenseTable<F> {
    let mut columns: Vec<Vec<u64>> = table.columns().iter().map(|c| c.to_vec()).collect();
    if let Some(column) = columns.last_mut() {
        column[index] += 1;
    }
    // How a prover's table is evaluated is nobody's business; only keys of commitments are oracles.
    DenseTable::unstructured(table.name(), columns).expect("columns of a table")
}

/// The forgeries that every argument must reject, of reads of one table. It has at least four entries, of
/// which the last column's differ.
pub fn dense_forgeries<F: Field>(
    subject: &DenseSubject<F>,
    table: &DenseTable<F>,
) -> Vec<DenseForgery<F>> {
    let settled = match table.in_the_clear().commitments() {
        Some(_) => "open/evaluation",
        None => "dense/table",
    };
    let of = |name: &str, check, indices: &[u64]| {
        let reads = DenseReads::new(table, indices).expect("indices of the table");
        DenseForgery {
            name: name.to_owned(),
            check,
            case: DenseCase {
                table: table.clone(),
                cycle_vars: 2,
                reads,
            },
            prover: subject.honest.clone(),
            verifier: subject.honest.clone(),
            committed: None,
            table: table.clone(),
            stated: indices.len(),
            bends: Vec::new(),
        }
    };
    let honest = |name: &str, check| of(name, check, &[1, 0, 3]);
    fn wrong(outputs: &mut [Vec<u64>]) {
        if let Some(column) = outputs.last_mut() {
            column[0] += 1;
        }
    }
    let mut all = Vec::new();

    let mut f = honest("a wrong output", subject.read);
    wrong(&mut f.case.reads.outputs);
    all.push(f);

    let mut f = honest("a row beyond the reads returns something", subject.beyond);
    let outputs = &mut f.case.reads.outputs;
    outputs.iter_mut().for_each(|column| column.push(1));
    all.push(f);

    all.push(reading(honest(
        "a row beyond the reads reads something",
        "padding/index",
    )));

    let mut f = honest(
        "a committed output that is not the claimed one",
        "open/evaluation",
    );
    let mut committed = f.case.reads.outputs.clone();
    wrong(&mut committed);
    f.committed = Some(committed);
    all.push(f);

    let mut f = honest("an entry that the table does not have", settled);
    f.table = changed(table, 1);
    wrong(&mut f.case.reads.outputs);
    all.push(f);

    for (check, lie, prover) in &subject.lying {
        // As many reads as rows, so that the index column is proven by the argument alone.
        let mut f = of(&format!("a lie: {lie:?}"), check, &[1, 0, 3, 2]);
        if !matches!(lie, DenseLie::Count | DenseLie::Beyond) {
            wrong(&mut f.case.reads.outputs);
        }
        f.prover = prover.clone();
        all.push(f);
    }
    if let Some((cheating, [check, one_hot])) = &subject.cheating {
        let mut f = honest("a read served at another index", check);
        f.prover = cheating(Cheat::OtherIndex { read: 0, other: 2 });
        for (column, of) in f.case.reads.outputs.iter_mut().zip(table.columns()) {
            column[0] = of[2];
        }
        all.push(f);
        // As many reads as rows: what a mixture is of no index has no place in the padding.
        let f = of("an index that is a mixture of two", one_hot, &[1, 0, 3, 2]);
        all.push(blend(subject, cheating, f));
    }
    all
}

/// A row beyond the reads is a read of index 2, of a table with one column and 0 at index 0.
fn reading<F: Field>(mut f: DenseForgery<F>) -> DenseForgery<F> {
    let columns = f.case.table.columns();
    let mut column = columns.last().expect("a column").to_vec();
    if columns.len() > 1 || column[0] != 0 {
        f.name += " (of one column)";
        column[0] = 0;
        let committed = f.case.table.in_the_clear().commitments().is_some();
        let table = match committed {
            true => DenseTable::unstructured("ONE", vec![column]),
            false => DenseTable::explicit("ONE", vec![column]),
        };
        f.table = table.expect("a column");
        f.case.table = f.table.clone();
    }
    f.case.reads = DenseReads::new(&f.table, &[1, 0, 3, 2]).expect("indices of the table");
    f
}

/// Read 0 is a combination of indices 1 and 3 such that its last output is off by one.
fn blend<F: Field>(
    subject: &DenseSubject<F>,
    cheating: &super::Cheating<F>,
    mut f: DenseForgery<F>,
) -> DenseForgery<F> {
    let of = f.table.columns().last().expect("a column").clone();
    let step = F::from(of[3]) - F::from(of[1]);
    let share = step.inverse().expect("entries that differ");
    if f.table.columns().len() > 1 {
        // Only the last column's output is in the verifier's hands: a mixture changes all of them.
        f.name += " (of one column)";
        f.table = DenseTable::explicit("ONE", vec![of.to_vec()]).expect("a column");
        f.case.table = f.table.clone();
        let last = f
            .case
            .reads
            .outputs
            .split_off(f.case.reads.outputs.len() - 1);
        f.case.reads.outputs = last;
    }
    f.case.reads.outputs[0][0] += 1;
    f.prover = cheating(Cheat::Blend {
        read: 0,
        towards: [(3, share), (1, F::zero())],
    });
    let oracles = |first: u32| {
        let mut index = f.case.reads.index.to_vec();
        index[0] = first;
        let mut channel = PlainProver::<F>::new(PROTOCOL);
        let shape = dense::DenseShape {
            cycle_vars: f.case.cycle_vars,
            index_bits: f.table.index_bits(),
        };
        let _ = proving(subject.honest.as_ref()).commit(&mut channel, shape, Arc::new(index));
        channel.finish().0.oracles
    };
    // The columns of a table that is committed come first.
    let before = match f.table.in_the_clear().commitments() {
        Some(columns) => columns.len(),
        None => 0,
    };
    let both = oracles(1).into_iter().zip(oracles(3));
    f.bends = both
        .enumerate()
        .filter_map(|(i, (a, b))| match (&a.rows, &b.rows) {
            (Rows::Digits { digits: a, .. }, Rows::Digits { digits: b, .. }) if a != b => {
                Some(Bend {
                    oracle: Oracle(before + i),
                    row: 0,
                    own: a[0],
                    other: b[0],
                    share,
                })
            }
            _ => None,
        })
        .collect();
    f
}
