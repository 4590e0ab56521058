//! Which key belongs to a run.
//!
//! Keys are as small as the run allows ([`Config::fitting`]): the prover takes its cycles from the trace. Verifiers make theirs by [`crate::policy`].

use crate::cli::{HyraxArguments, Protocol, SetupArguments};
use crate::registry::{self, registry};
use anyhow::bail;
use ark_bn254::Fr;
use commitments::hyrax::{Hyrax, Layout};
use commitments::{CacheDir, HyraxLines, Pcs, Scheme, Setup};
use jolt_core::api::{Config, DEFAULT_CYCLE_VARS, KnownProgram};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use std::sync::Arc;

impl From<&Proof> for Protocol {
    /// What the file names.
    fn from(proof: &Proof) -> Self {
        Protocol {
            lookup: proof.lookup.clone(),
            memory: proof.memory.clone(),
            pcs: proof.scheme.clone(),
            setup: SetupArguments::default(),
        }
    }
}

/// The configuration of a protocol for proofs in the clear, for keys of the usual size.
pub fn config(protocol: &Protocol) -> Config {
    Config {
        scheme: protocol.pcs.clone(),
        lookup: protocol.lookup.clone(),
        memory: protocol.memory.clone(),
        setup: setup(&protocol.setup),
        registry: schemes(&protocol.setup.hyrax),
        max_cycle_vars: DEFAULT_CYCLE_VARS,
        zero_knowledge: false,
        program: KnownProgram::Read,
    }
}

/// Where commitment keys come from.
pub fn setup(arguments: &SetupArguments) -> Setup {
    match &arguments.srs {
        Some(path) => Setup::File { path: path.clone() },
        None => own_setup(),
    }
}

/// What a scheme has by itself.
pub fn own_setup() -> Setup {
    Setup::Builtin {
        cache: CacheDir::Default,
    }
}

/// What is registered, with Hyrax as it is asked for.
pub fn schemes(hyrax: &HyraxArguments) -> Registry {
    let registry = registry().clone();
    match hyrax.hyrax_rows {
        Some(_) => registry.with_scheme(lines(hyrax)),
        None => registry,
    }
}

fn lines(hyrax: &HyraxArguments) -> HyraxLines {
    HyraxLines {
        lines_vars: hyrax.hyrax_rows.map(|rows| rows.0),
    }
}

/// The scheme of this name, as it is asked for.
///
/// # Errors
/// There is none, or what is asked for is another scheme's; the message lists them.
pub fn scheme(name: &str, setup: &SetupArguments) -> anyhow::Result<Arc<dyn Scheme<Fr>>> {
    let scheme = registry::scheme(name)?;
    match setup.hyrax.hyrax_rows {
        None => Ok(scheme),
        Some(_) if name == Hyrax::NAME => Ok(Arc::new(lines(&setup.hyrax))),
        Some(_) => bail!("--hyrax-rows: {name} makes no matrix of polynomials; hyrax does"),
    }
}

/// How polynomials of up to `2^vars` rows are cut, if the scheme cuts them.
pub fn layout(pcs: &str, hyrax: &HyraxArguments, vars: usize) -> Option<Layout> {
    let cuts = pcs == Hyrax::NAME;
    cuts.then(|| lines(hyrax).layout(vars).ok()).flatten()
}

/// Of what is given for several schemes that which is for this one.
pub fn suited(scheme: &dyn Scheme<Fr>, arguments: &SetupArguments) -> SetupArguments {
    let SetupArguments { srs, hyrax } = arguments.clone();
    SetupArguments {
        srs: srs.filter(|_| scheme.takes_ceremony()),
        hyrax: match scheme.name() {
            Hyrax::NAME => hyrax,
            _ => HyraxArguments::default(),
        },
    }
}
