//! The verifier's key.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::choice::{Choice, PROTOCOL, digest};
use super::{Config, KeyError};
use crate::lookup::LookupArgument;
use crate::machine::{Machine, Run};
use crate::memory::MemoryArgument;
use crate::preprocessed::{Commitments, Preprocessed};
use crate::proof::Proof;
use crate::statement::Statement;
use crate::vm;
use ark_bn254::Fr;
use commitments::VerifierSession;
use commitments::sealed::Together;
use std::cell::Cell;
use std::sync::Arc;
use sumcheck::{Checks, Event, Recording, VerifierChannel, VerifyError};
use tracer::Program;

/// A program with everything that verification needs.
#[derive(Clone)]
pub struct VerifyingKey {
    pub(super) program: Arc<Program>,
    pub(super) machine: Arc<Machine>,
    pub(super) lookup: Arc<dyn LookupArgument<Fr>>,
    pub(super) memory: Arc<dyn MemoryArgument<Fr>>,
    pub(super) commitment: Arc<dyn commitments::VerifyingKey<Fr>>,
    pub(super) max_cycle_vars: usize,
    pub(super) digest: [u8; 32],
    pub(super) preprocessed: Option<Arc<Preprocessed<Fr>>>,
}

/// Why several proofs were not accepted together.
#[derive(Debug, thiserror::Error)]
#[error("proof {number}: {cause}")]
pub struct OneOf {
    /// Which of them, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub cause: VerifyError,
}

/// Makes the verifying key alone: the same one as a prover's setup makes, without the cost of a proving key. All of
/// `config` must be what the prover's was, `max_cycle_vars` too.
///
/// The work depends on the arguments that `config` names, so that these are the caller's to choose and not a
/// file's: [`Policy`](crate::policy::Policy) makes keys for what is accepted of a file's names.
///
/// # Errors
/// [`KeyError`] names what is unknown, unsupported or unreadable.
pub fn verifying_key(program: Program, config: &Config) -> Result<VerifyingKey, KeyError> {
    let choice = Choice::of(&program, config)?;
    let commitment = choice.verifying_key()?;
    let preprocessed = choice.preprocessed(&*commitment)?;
    Ok(VerifyingKey::of(program, choice, commitment, preprocessed))
}

/// Pins what commitments to a program are of: the program, its polynomials, and the commitment key of a configuration that
/// commits to programs. [`Commitments::digest`] is this.
///
/// # Errors
/// As [`verifying_key`]; the configuration is for a key that reads the program.
pub fn commitments_digest(program: &Program, config: &Config) -> Result<[u8; 32], KeyError> {
    let choice = Choice::of(program, config)?;
    let commitment = choice.verifying_key()?;
    choice.commitments_digest(&*commitment)
}

/// Owned parts of the sealed statement.
pub(super) struct Parts {
    mode: &'static [u8],
    digest: [u8; 32],
    statement: Vec<u8>,
}

impl Parts {
    pub(super) fn sealed(&self) -> commitments::sealed::Statement<'_> {
        commitments::sealed::Statement::new(PROTOCOL)
            .with("mode", self.mode)
            .with("key", &self.digest)
            .with("statement", &self.statement)
    }
}

/// The verifier's program for one proof, to be run over a channel.
pub type Protocol<'a> = &'a dyn Fn(&mut dyn VerifierChannel<Fr>) -> Result<(), VerifyError>;

impl VerifyingKey {
    pub(super) fn of(
        program: Program,
        choice: Choice,
        commitment: Arc<dyn commitments::VerifyingKey<Fr>>,
        preprocessed: Option<Preprocessed<Fr>>,
    ) -> Self {
        let Choice {
            machine,
            lookup,
            memory,
            max_cycle_vars,
            ..
        } = choice;
        let names = [lookup.name(), memory.name()];
        let digest = digest(
            (&program, &machine),
            names,
            max_cycle_vars,
            &*commitment,
            preprocessed.as_ref(),
        );
        VerifyingKey {
            program: Arc::new(program),
            machine: Arc::new(machine),
            lookup,
            memory,
            commitment,
            max_cycle_vars,
            digest,
            preprocessed: preprocessed.map(Arc::new),
        }
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program as the protocol sees it.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The arguments that the key pins.
    pub fn arguments(&self) -> vm::Arguments<'_, Fr> {
        vm::Arguments {
            lookup: &*self.lookup,
            memory: &*self.memory,
            program: self.preprocessed.as_deref(),
        }
    }

    /// The commitments to the program, if the key has them in place of it.
    pub fn commitments(&self) -> Option<Commitments> {
        let program = self.preprocessed.as_ref();
        program.map(|program| program.commitments())
    }

    /// Hash of everything that the verifier takes for granted.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Why a proof is for another key than this one, if its file says so. That it does not say so means
    /// nothing: [`Self::verify`] finds out.
    pub fn mismatch(&self, proof: &Proof) -> Option<String> {
        let hex = |digest: &[u8; 32]| digest.map(|byte| format!("{byte:02x}")).concat();
        (proof.key != self.digest).then(|| {
            format!(
                "the proof is for another program or key (digest {}; that of this key is {}). Both sides must \
                 have the same program, size of RAM, lookup and memory argument, commitment scheme, setup, commitments to \
                 the program if it has some, and max_cycle_vars: this key is for {}, {}, {} and max_cycle_vars = {}",
                hex(&proof.key),
                hex(&self.digest),
                self.lookup.name(),
                self.memory.name(),
                self.commitment.scheme(),
                self.max_cycle_vars
            )
        })
    }

    /// Whether proofs tell nothing but their statement.
    pub fn zero_knowledge(&self) -> bool {
        self.commitment.hides()
    }

    /// The commitment scheme's key.
    pub fn commitment(&self) -> &dyn commitments::VerifyingKey<Fr> {
        &*self.commitment
    }

    /// Whether the commitment key's trapdoor is unknown. Keys from the test setup are insecure:
    /// anybody can forge proofs for them.
    pub fn is_secure(&self) -> bool {
        self.commitment.provenance().is_secure()
    }

    pub(super) fn statement_parts(&self, statement: &Statement) -> Parts {
        Parts {
            mode: match self.commitment.hides() {
                true => b"zero-knowledge",
                false => b"clear",
            },
            digest: self.digest,
            statement: statement.to_bytes(),
        }
    }

    /// Verifies that the proof's own statement holds. The caller reads the statement: a proof of
    /// another input, or of a panic, verifies as what it is.
    ///
    /// # Errors
    /// [`VerifyError`] names what the key does not allow, or the check that failed.
    pub fn verify(&self, proof: &Proof) -> Result<Checks, VerifyError> {
        self.verify_with(proof, Checks::all())
    }

    /// What verification absorbs and draws before the opening, for a proof that is accepted so far.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn transcript_log(&self, proof: &Proof) -> Result<Vec<Event>, VerifyError> {
        let (mut channel, run) = self.session(proof, Checks::all(), false)?;
        vm::verify(&mut *channel, &self.arguments(), &run)?;
        Ok(channel.transcript().log().to_vec())
    }

    /// The transcript of a verification with all its contents, up to where a proof that does not hold
    /// fails, and the verdict.
    pub fn recording(&self, proof: &Proof) -> (Recording, Result<Checks, VerifyError>) {
        let (mut channel, run) = match self.session(proof, Checks::all(), true) {
            Ok(begun) => begun,
            Err(error) => return (Recording::default(), Err(error)),
        };
        let (verdict, transcript) = match vm::verify(&mut *channel, &self.arguments(), &run) {
            Ok(()) => channel.conclude(),
            Err(error) => (Err(error), channel.abandon()),
        };
        (transcript.into_recording().unwrap_or_default(), verdict)
    }

    /// The same as [`Self::verify`], through a channel that a caller puts over the proof's, to hear what is said: `through` gets the
    /// proof's channel and the verifier's program, and has to run it once, over that channel or one that passes on everything.
    ///
    /// # Errors
    /// As [`Self::verify`]; and whatever `through` says, if the program did not run exactly once to its end.
    pub fn verify_through(
        &self,
        proof: &Proof,
        through: impl FnOnce(&mut dyn VerifierChannel<Fr>, Protocol<'_>) -> Result<(), VerifyError>,
    ) -> Result<Checks, VerifyError> {
        let (mut channel, run) = self.session(proof, Checks::all(), false)?;
        let (begun, ended) = (Cell::new(0), Cell::new(0));
        through(&mut *channel, &|channel| {
            begun.set(begun.get() + 1);
            vm::verify(channel, &self.arguments(), &run)?;
            ended.set(ended.get() + 1);
            Ok(())
        })?;
        if (begun.get(), ended.get()) != (1, 1) {
            let cause = "the verifier's program did not run once to its end";
            return Err(VerifyError::Malformed {
                label: "program".to_owned(),
                cause: cause.to_owned(),
            });
        }
        channel.finish()
    }

    /// The same as [`Self::verify`], with some checks possibly switched off (feature `testing`).
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_with(&self, proof: &Proof, checks: Checks) -> Result<Checks, VerifyError> {
        let (mut channel, run) = self.session(proof, checks, false)?;
        vm::verify(&mut *channel, &self.arguments(), &run)?;
        channel.finish()
    }

    /// Verifies several proofs for this key, as [`Self::verify`] does, in less time than one after the other: what
    /// openings have in common is computed once ([`Together`]).
    ///
    /// # Errors
    /// [`OneOf`]: a proof that does not hold, and why. It takes up to twice as long to find out which.
    pub fn verify_together(&self, proofs: &[Proof]) -> Result<Vec<Checks>, OneOf> {
        let mut all = self.commitment.together(Checks::all());
        let mut performed = Vec::new();
        for (number, proof) in proofs.iter().enumerate() {
            let checks = self.verify_with_others(proof, &mut *all);
            performed.push(checks.map_err(|cause| OneOf { number, cause })?);
        }
        let Err(cause) = all.decide() else {
            return Ok(performed);
        };
        for (number, proof) in proofs.iter().enumerate() {
            let alone = self.verify(proof);
            alone.map_err(|cause| OneOf { number, cause })?;
        }
        // Each holds by itself, so that the sum was off by no more than what the weights allow for.
        Err(OneOf { number: 0, cause })
    }

    /// Verifies all of a proof but what can be decided for several at once, which is added to `others`: proofs of this
    /// key, or of other programs' with the same commitment key ([`Self::commitment`] makes an empty one). Nothing is
    /// accepted before [`Together::decide`] says so.
    ///
    /// # Errors
    /// As [`Self::verify`]; [`VerifyError::NotAllowed`] if the others are of another commitment key.
    pub fn verify_with_others(
        &self,
        proof: &Proof,
        others: &mut dyn Together<Fr>,
    ) -> Result<Checks, VerifyError> {
        let (mut channel, run) = self.session(proof, Checks::all(), false)?;
        vm::verify(&mut *channel, &self.arguments(), &run)?;
        channel.finish_with(others)
    }

    /// A channel that has absorbed the statement, and the run that is claimed.
    fn session<'a>(
        &'a self,
        proof: &'a Proof,
        checks: Checks,
        recorded: bool,
    ) -> Result<(Box<dyn VerifierSession<Fr> + 'a>, Run<'a>), VerifyError> {
        let not_allowed = |cause: String| VerifyError::NotAllowed { cause };
        if proof.preprocessed != self.preprocessed.is_some() {
            let [read, committed] = ["reads the program", "commits to the program"];
            let (is, wanted) = match proof.preprocessed {
                true => (committed, read),
                false => (read, committed),
            };
            return Err(not_allowed(format!(
                "the proof is for a key that {is}, and this one {wanted}"
            )));
        }
        if let Some(cause) = self.mismatch(proof) {
            return Err(not_allowed(cause));
        }
        if proof.zero_knowledge != self.zero_knowledge() {
            let [clear, hidden] = ["in the clear", "in zero knowledge"];
            let (is, wanted) = match self.zero_knowledge() {
                true => (clear, hidden),
                false => (hidden, clear),
            };
            return Err(not_allowed(format!(
                "the proof is {is}, and the key pins proofs {wanted}"
            )));
        }
        if proof.ceremony != self.commitment.provenance().ceremony() {
            let cause = "the proof names another ceremony than that of the key";
            return Err(not_allowed(cause.to_owned()));
        }
        for (what, found, pinned) in [
            (
                "commitment scheme",
                proof.scheme.as_str(),
                self.commitment.scheme(),
            ),
            ("lookup argument", proof.lookup.as_str(), self.lookup.name()),
            ("memory argument", proof.memory.as_str(), self.memory.name()),
        ] {
            if found != pinned {
                return Err(not_allowed(format!(
                    "{what} `{found}`, the key pins `{pinned}`"
                )));
            }
        }
        let run = proof
            .statement
            .run(&self.program, &self.machine, self.max_cycle_vars)
            .map_err(|e| not_allowed(e.to_string()))?;
        let parts = self.statement_parts(&proof.statement);
        let mut sealed = parts.sealed();
        if recorded {
            sealed = sealed.recorded();
        }
        let channel = self.commitment.session(&sealed, &proof.payload, checks);
        Ok((channel, run))
    }
}
