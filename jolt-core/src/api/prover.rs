//! The prover's key.

use super::choice::Choice;
use super::{Config, KeyError, VerifyingKey};
use crate::lookup::ProveLookup;
use crate::machine::Run;
use crate::memory::prover::ProveMemory;
use crate::observer::Observer;
use crate::preprocessed::Polys;
use crate::proof::Proof;
use crate::statement::{Statement, StatementError};
use crate::vm;
use crate::witness::Witness;
use ark_bn254::Fr;
use std::sync::Arc;
use sumcheck::{Checks, VerifierChannel, VerifyError};
use tracer::{Inputs, Options, Outcome, Program, Trace, TraceError};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The program did not run to its end.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The run is not one that a statement can describe.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The I/O block does not end as output and status say.
    #[error(
        "cell {cell} of the I/O block ends as {actual:#x}, but output and status explain {expected:#x}: \
         bytes were written beyond the output's length, or to a reserved cell"
    )]
    Output {
        cell: u32,
        /// Its final value.
        actual: u64,
        /// What the statement explains.
        expected: u64,
    },
    /// The trace breaks a constraint: a bug in tracer or tables, reported and not proven.
    #[error("cycle {cycle} (pc {pc:#x}) breaks `{constraint}`")]
    Unsatisfied {
        /// The first such cycle.
        cycle: usize,
        pc: u64,
        constraint: &'static str,
    },
    /// The prover's own proof does not verify. If every step is right, a bug in the prover.
    #[error("the proof does not verify, and is withheld: {0}")]
    Rejected(VerifyError),
    /// The opening failed.
    #[error(transparent)]
    Seal(#[from] commitments::sealed::SealError),
}

/// A program with everything that proving needs.
#[derive(Clone)]
pub struct ProvingKey {
    verifying: VerifyingKey,
    /// For the check of the prover's own proofs.
    checking: VerifyingKey,
    lookup: Arc<dyn ProveLookup<Fr>>,
    memory: Arc<dyn ProveMemory<Fr>>,
    commitment: Arc<dyn commitments::ProvingKey<Fr>>,
    /// Of the program, if the key commits to it.
    polys: Option<Arc<Polys<Fr>>>,
}

/// Makes the keys of a program.
///
/// # Errors
/// [`KeyError`] names what is unknown, unsupported or unreadable.
pub fn setup(program: Program, config: &Config) -> Result<ProvingKey, KeyError> {
    let choice = Choice::of(&program, config)?;
    let keys = choice.keys()?;
    let (lookup, memory) = (choice.lookup.clone(), choice.memory.clone());
    let polys = choice.polys(&keys)?;
    let known = polys.as_ref().map(|polys| polys.preprocessed().clone());
    let verifying = VerifyingKey::of(program, choice, keys.verifying, known);
    Ok(ProvingKey {
        polys: polys.map(Arc::new),
        lookup,
        memory,
        checking: VerifyingKey {
            commitment: keys.proving.checking(),
            ..verifying.clone()
        },
        verifying,
        commitment: keys.proving,
    })
}

impl ProvingKey {
    /// The key for verification.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The arguments that the key pins.
    pub fn provers(&self) -> vm::Provers<'_, Fr> {
        vm::Provers {
            lookup: &*self.lookup,
            memory: &*self.memory,
            program: self.polys.as_deref(),
        }
    }

    /// Runs the program and proves the run.
    ///
    /// # Errors
    /// [`ProveError`]: the program faults, or runs too long for the key, or ends in a way that no
    /// statement describes.
    pub fn prove(&self, inputs: &Inputs) -> Result<Proof, ProveError> {
        self.prove_observed(inputs, &mut ()).map(|(proof, _)| proof)
    }

    /// The same, reporting progress; also returns what came of the run.
    ///
    /// # Errors
    /// As [`Self::prove`].
    pub fn prove_observed(
        &self,
        inputs: &Inputs,
        observer: &mut dyn Observer,
    ) -> Result<(Proof, Outcome), ProveError> {
        observer.phase("trace");
        let max_cycles = 1 << self.verifying.max_cycle_vars;
        let options = Options { max_cycles };
        let trace = tracer::trace(&self.verifying.program, inputs, &options)?;
        let outcome = trace.outcome.clone();
        let proof = self.prove_trace(&inputs.public, trace, observer);
        let proof = proof.map_err(|error| self.explain(inputs, error))?;
        Ok((proof, outcome))
    }

    /// Why a proof does not verify: runs the program again and looks for the first cycle that breaks a
    /// constraint. Other errors explain themselves.
    pub fn explain(&self, inputs: &Inputs, error: ProveError) -> ProveError {
        let ProveError::Rejected(rejected) = error else {
            return error;
        };
        self.violation(inputs)
            .unwrap_or(ProveError::Rejected(rejected))
    }

    fn violation(&self, inputs: &Inputs) -> Option<ProveError> {
        let key = &self.verifying;
        let max_cycles = 1 << key.max_cycle_vars;
        let trace = tracer::trace(&key.program, inputs, &Options { max_cycles }).ok()?;
        let statement = Statement::of(&inputs.public, &trace.outcome);
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars);
        let run = run.ok()?;
        let witness = Witness::of(&run, trace);
        let (cycle, constraint) = *vm::constrain::violations(&run, &witness).first()?;
        Some(ProveError::Unsatisfied {
            cycle,
            pc: key.program.address(*witness.row.get(cycle)?),
            constraint,
        })
    }

    /// Proves a run that was traced before. The trace is used up, so that memory holds it once.
    ///
    /// # Errors
    /// As [`Self::prove`], except that the program has run; and a proof that does not verify is not
    /// [explained](Self::explain).
    pub fn prove_trace(
        &self,
        public_input: &[u8],
        trace: Trace,
        observer: &mut dyn Observer,
    ) -> Result<Proof, ProveError> {
        let key = &self.verifying;
        let mut statement = Statement::of(public_input, &trace.outcome);
        // How long the run is would tell something of what is private.
        if key.zero_knowledge() {
            statement.cycle_vars = key.max_cycle_vars;
        }
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars)?;
        explained(&run, &trace.outcome)?;
        let witness = Witness::of(&run, trace);
        let parts = key.statement_parts(&statement);
        let channel = self.commitment.session(&parts.sealed(), Checks::all());
        let payload = self.seal(channel, &run, witness, observer)?;
        let proof = self.proof(statement, payload);
        observer.phase("check");
        let verdict = self.checking.verify(&proof);
        verdict.map_err(ProveError::Rejected)?;
        observer.phase("done");
        Ok(proof)
    }

    /// Proves a run over a channel that has absorbed its statement; the payload.
    fn seal(
        &self,
        mut channel: Box<dyn commitments::ProverSession<Fr> + '_>,
        run: &Run<'_>,
        witness: Witness,
        observer: &mut dyn Observer,
    ) -> Result<Vec<u8>, ProveError> {
        vm::prove(&mut *channel, &self.provers(), run, witness, observer);
        observer.phase("open");
        let arguments = self.verifying.arguments();
        let mut program =
            |channel: &mut dyn VerifierChannel<Fr>| vm::verify(channel, &arguments, run);
        Ok(channel.finish_replaying(&mut program)?)
    }

    fn proof(&self, statement: Statement, payload: Vec<u8>) -> Proof {
        let key = &self.verifying;
        Proof {
            key: key.digest,
            ceremony: key.commitment.provenance().ceremony(),
            zero_knowledge: key.zero_knowledge(),
            preprocessed: key.preprocessed.is_some(),
            scheme: key.commitment.scheme().to_owned(),
            lookup: key.lookup.name().to_owned(),
            memory: key.memory.name().to_owned(),
            statement,
            payload,
        }
    }
}

/// What soundness tests need.
#[cfg(feature = "testing")]
impl ProvingKey {
    /// A proof of a statement by a prover that believes it, whatever the trace says. It is bound to the statement, and
    /// not verified.
    ///
    /// # Errors
    /// [`ProveError::Statement`] if the program could make no such statement; [`ProveError::Seal`].
    pub fn prove_anything(
        &self,
        statement: &Statement,
        trace: Trace,
        checks: Checks,
    ) -> Result<Proof, ProveError> {
        let key = &self.verifying;
        let run = statement.run(&key.program, &key.machine, key.max_cycle_vars)?;
        let witness = Witness::of(&run, trace);
        let parts = key.statement_parts(statement);
        let mut channel = self.commitment.session(&parts.sealed(), checks);
        channel.permit_false_claims();
        let payload = self.seal(channel, &run, witness, &mut ())?;
        Ok(self.proof(statement.clone(), payload))
    }
}

/// Checks that the statement explains the whole I/O block.
fn explained(run: &Run<'_>, outcome: &Outcome) -> Result<(), ProveError> {
    let Some(block) = run.finals.first() else {
        return Ok(());
    };
    let mut expected = vec![0; outcome.io.len()];
    for (cell, value) in &block.contents {
        if let Some(place) = expected.get_mut(*cell as usize) {
            *place = *value;
        }
    }
    let differs = (0u32..)
        .zip(outcome.io.iter().zip(&expected))
        .find(|(_, (a, e))| a != e);
    match differs {
        Some((cell, (&actual, &expected))) => Err(ProveError::Output {
            cell,
            actual,
            expected,
        }),
        None => Ok(()),
    }
}
