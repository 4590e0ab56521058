//! What a configuration names, found; and the digest of a key that is made of it.

use super::{Config, KeyError, KnownProgram};
use crate::machine::Machine;
use crate::preprocessed::{Plan, Preprocessed};
use crate::proof::VERSION;
use crate::registry::{AnyLookup, AnyMemory};
use crate::statement::{MAX_CYCLE_VARS, MIN_CYCLE_VARS};
use crate::vm;
use ark_bn254::Fr;
use commitments::{Setup, SetupError};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tracer::{Program, StatusCell};

/// What proofs are proofs of: the first part of every digest and transcript.
pub(super) const PROTOCOL: &str = "jolt-lab v1";

/// What a configuration names, found and fit for the program.
pub(super) struct Choice {
    pub machine: Machine,
    pub lookup: Arc<dyn AnyLookup<Fr>>,
    pub memory: Arc<dyn AnyMemory<Fr>>,
    scheme: Arc<dyn commitments::Scheme<Fr>>,
    pub max_cycle_vars: usize,
    setup: Setup,
    zero_knowledge: bool,
    program: KnownProgram,
    /// Of the program, if the key commits to it.
    plan: Option<Plan>,
}

impl Choice {
    pub fn of(program: &Program, config: &Config) -> Result<Self, KeyError> {
        let vars = config.max_cycle_vars;
        if !(MIN_CYCLE_VARS..=MAX_CYCLE_VARS).contains(&vars) {
            return Err(KeyError::Cycles { vars });
        }
        let registry = &config.registry;
        let lookup = registry.lookup(&config.lookup);
        let lookup = lookup.ok_or_else(|| KeyError::UnknownLookup {
            name: config.lookup.clone(),
            known: registry.lookup_names().join(", "),
        })?;
        let memory = registry.memory(&config.memory);
        let memory = memory.ok_or_else(|| KeyError::UnknownMemory {
            name: config.memory.clone(),
            known: registry.memory_names().join(", "),
        })?;
        let machine = Machine::of(program);
        machine
            .check()
            .map_err(|cause| KeyError::Program { cause })?;
        lookup
            .supports(&vm::lookup_shape(&machine, vars))
            .map_err(|cause| KeyError::UnsuitableLookup {
                name: config.lookup.clone(),
                cause,
            })?;
        let schemes = registry.schemes();
        let scheme = schemes
            .get(&config.scheme)
            .ok_or_else(|| KeyError::UnknownScheme {
                name: config.scheme.clone(),
                known: schemes.names().collect::<Vec<_>>().join(", "),
            })?;
        let plan = match config.program {
            KnownProgram::Read => None,
            KnownProgram::Committed | KnownProgram::Known(_) => Some(Plan::of(&machine)),
        };
        Ok(Choice {
            plan,
            machine,
            lookup: lookup.clone(),
            memory: memory.clone(),
            scheme: scheme.clone(),
            max_cycle_vars: vars,
            setup: config.setup.clone(),
            zero_knowledge: config.zero_knowledge,
            program: config.program.clone(),
        })
    }

    /// Variables of the largest polynomial that is committed to.
    fn vars(&self) -> usize {
        let program = self.plan.as_ref().map(Plan::max_vars);
        self.max_cycle_vars.max(program.unwrap_or_default())
    }

    /// The commitment scheme's keys.
    #[cfg(feature = "prover")]
    pub fn keys(&self) -> Result<commitments::Keys<Fr>, SetupError> {
        let vars = self.vars();
        // Commitments that a verifier is to believe are made with powers that were checked.
        let setup = match self.program {
            KnownProgram::Committed => self.setup.checked(),
            KnownProgram::Read | KnownProgram::Known(_) => self.setup.clone(),
        };
        match self.zero_knowledge {
            true => self.scheme.hiding_setup(vars, &setup),
            false => self.scheme.setup(vars, &setup),
        }
    }

    /// The program's polynomials, if the key commits to them.
    #[cfg(feature = "prover")]
    pub fn polys(
        &self,
        keys: &commitments::Keys<Fr>,
    ) -> Result<Option<crate::preprocessed::Polys<Fr>>, KeyError> {
        use crate::preprocessed::Polys;
        let Some(plan) = self.plan.clone() else {
            return Ok(None);
        };
        let digest = commitments_digest(&self.machine, &plan, &*keys.verifying);
        let plan = (plan, digest);
        Ok(Some(match &self.program {
            KnownProgram::Known(made) => {
                let decoded = |fixed| keys.verifying.decoded(fixed);
                Polys::known(plan, &self.machine, made, decoded)?
            }
            _ => Polys::commit(plan, &self.machine, |poly| keys.proving.commit(poly))?,
        }))
    }

    /// Pins what commitments to the program are of.
    pub fn commitments_digest(
        &self,
        key: &dyn commitments::VerifyingKey<Fr>,
    ) -> Result<[u8; 32], KeyError> {
        let plan = self.plan.as_ref().ok_or(KeyError::NoCommitments)?;
        Ok(commitments_digest(&self.machine, plan, key))
    }

    /// What a verifier has of a program that the key commits to.
    pub fn preprocessed(
        &self,
        key: &dyn commitments::VerifyingKey<Fr>,
    ) -> Result<Option<Preprocessed<Fr>>, KeyError> {
        match (&self.plan, &self.program) {
            (None, _) => Ok(None),
            (Some(plan), KnownProgram::Known(made)) => {
                let digest = commitments_digest(&self.machine, plan, key);
                let decoded = |fixed| key.decoded(fixed);
                Ok(Some(Preprocessed::new(
                    plan.clone(),
                    digest,
                    made,
                    decoded,
                )?))
            }
            (Some(_), _) => Err(KeyError::CommitmentsNeeded),
        }
    }

    /// The commitment scheme's verifying key.
    pub fn verifying_key(&self) -> Result<Arc<dyn commitments::VerifyingKey<Fr>>, SetupError> {
        let vars = self.vars();
        match self.zero_knowledge {
            true => self.scheme.hiding_verifying_key(vars, &self.setup),
            false => self.scheme.verifying_key(vars, &self.setup),
        }
    }
}

/// Pins what commitments to a program are of: program, plan and commitment key.
pub(super) fn commitments_digest(
    machine: &Machine,
    plan: &Plan,
    commitment: &dyn commitments::VerifyingKey<Fr>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update("jolt-lab program v1");
    hash.update(VERSION.to_le_bytes());
    hash.update([machine.bytecode.word().bytes() as u8]);
    let plan = plan.to_bytes();
    hash.update((plan.len() as u64).to_le_bytes());
    hash.update(plan);
    hash.update(commitment.digest());
    hash.update((machine.bytecode.rows().len() as u64).to_le_bytes());
    for row in machine.bytecode.rows().iter() {
        // Of one length each.
        hash.update(crate::bytecode::row_bytes(row));
    }
    for (cell, value) in &machine.image {
        hash.update(cell.to_le_bytes());
        hash.update(value.to_le_bytes());
    }
    hash.finalize().into()
}

/// Everything that the verifier takes for granted, hashed: what differs in any of it is another key.
pub(super) fn digest(
    (program, machine): (&Program, &Machine),
    arguments: [&str; 2],
    max_cycle_vars: usize,
    commitment: &dyn commitments::VerifyingKey<Fr>,
    preprocessed: Option<&Preprocessed<Fr>>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(PROTOCOL.as_bytes());
    part(&VERSION.to_le_bytes());
    for argument in arguments {
        part(argument.as_bytes());
    }
    part(commitment.scheme().as_bytes());
    part(&commitment.digest());
    // Layout, limits and conventions.
    let layout = program.layout();
    let (convention, cell) = match program.status_cell() {
        StatusCell::Guest(cell) => (0, cell),
        StatusCell::Htif(cell) => (1, cell),
    };
    for fact in [
        layout.word.bits() as u64,
        layout.io_base,
        layout.io_size,
        layout.ram_base,
        layout.ram_size,
        convention,
        cell.into(),
        max_cycle_vars as u64,
        machine.cells as u64,
    ] {
        part(&fact.to_le_bytes());
    }
    part(&machine.entry.to_le_bytes());
    for set in [&machine.read_only, &machine.guard] {
        let ranges = set.ranges().iter();
        let ends = ranges.flat_map(|range| [range.start, range.end]);
        part(&ends.flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    }
    for (id, table) in instruction_tables::tables::all(program.word()) {
        part(&[id.0]);
        part(table.name().as_bytes());
    }
    for row in machine.bytecode.rows().iter() {
        part(&crate::bytecode::row_bytes(row));
    }
    for (cell, value) in &machine.image {
        part(&[cell.to_le_bytes().as_slice(), &value.to_le_bytes()].concat());
    }
    if let Some(program) = preprocessed {
        for commitment in program.commitments().all {
            part(&commitment);
        }
    }
    hash.finalize().into()
}
