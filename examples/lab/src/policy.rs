//! What `jolt-lab verify` accepts, and reading proofs within that.

use crate::cli::{AcceptArguments, HyraxArguments};
use crate::registry::registry;
use crate::{guests, keys};
use anyhow::{Context, bail};
use commitments::{Ceremony, CeremonyId};
use jolt_core::api::VerifyingKey;
use jolt_core::policy::{AcceptedSetup, Policy, PolicyError};
use jolt_core::proof::Proof;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tracer::Program;

/// What a requirement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The lookup argument.
    Lookup,
    /// The memory argument.
    Memory,
    /// The commitment scheme.
    Pcs,
    /// Where the setup comes from.
    Setup,
    /// Whether proofs tell nothing.
    Mode,
}

/// `WHAT=NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    kind: Kind,
    name: String,
}

/// Stands for every name.
const ANY: &str = "any";
/// What stands before a ceremony's name or identifier.
const CEREMONY: &str = "ceremony:";

/// Parses `WHAT=NAME`.
///
/// # Errors
/// What is expected in its place.
pub fn requirement(text: &str) -> Result<Requirement, String> {
    let (what, name) = text.split_once('=').unwrap_or((text, ""));
    let kind = match what {
        "lookup" => Kind::Lookup,
        "memory" => Kind::Memory,
        "pcs" => Kind::Pcs,
        "setup" => Kind::Setup,
        "mode" => Kind::Mode,
        _ => {
            let expected = "lookup=NAME, memory=NAME, pcs=NAME, setup=secure, setup=ceremony:ID or mode=zero-knowledge";
            return Err(expected.to_owned());
        }
    };
    let name = name.to_owned();
    Ok(Requirement { kind, name })
}

/// The names that are required of a kind, of those that are known; the default's if none are.
fn names(
    of: &[Requirement],
    kind: Kind,
    (known, default): (Vec<&str>, Vec<String>),
) -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for requirement in of.iter().filter(|requirement| requirement.kind == kind) {
        let wanted = requirement.name.as_str();
        if wanted != ANY && !known.contains(&wanted) {
            let known = known.join(", ");
            bail!("--require: there is no `{wanted}`; there are: {known}, or {ANY} for all");
        }
        let all = known.iter().filter(|name| [ANY, **name].contains(&wanted));
        for name in all {
            if !names.iter().any(|other| other == name) {
                names.push((*name).to_owned());
            }
        }
    }
    Ok(if names.is_empty() { default } else { names })
}

/// The setup of this name.
fn setup(name: &str) -> anyhow::Result<AcceptedSetup> {
    let ceremony = name.strip_prefix(CEREMONY).map(CeremonyId::parse);
    Ok(match (name, ceremony) {
        (ANY, _) => AcceptedSetup::Any,
        ("secure", _) => AcceptedSetup::Secure,
        (_, Some(Some(id))) => AcceptedSetup::Ceremony(id),
        (_, Some(None)) => {
            let known: Vec<&str> = Ceremony::names().collect();
            let known = known.join(", ");
            bail!(
                "--require: `{name}` names no ceremony; known are: {known}; others have identifiers of 64 hexadecimal \
                 digits, which `jolt-lab setup verify FILE` shows"
            )
        }
        _ => bail!(
            "--require: there is no setup `{name}`; there are: secure, {CEREMONY}ID, or {ANY} for all"
        ),
    })
}

/// What the modes of these names have in common; `None` if any is accepted.
fn mode(of: &[Requirement]) -> anyhow::Result<Option<bool>> {
    let names = of
        .iter()
        .filter(|requirement| requirement.kind == Kind::Mode);
    let modes = names.map(|requirement| match requirement.name.as_str() {
        "zero-knowledge" => Ok(Some(true)),
        "clear" => Ok(Some(false)),
        ANY => Ok(None),
        name => bail!(
            "--require: there is no mode `{name}`; there are: zero-knowledge, clear, or {ANY} for both"
        ),
    });
    let modes: Vec<Option<bool>> = modes.collect::<anyhow::Result<_>>()?;
    let first = modes.first().copied().flatten();
    Ok(first.filter(|_| modes.iter().all(|mode| *mode == first)))
}

impl AcceptArguments {
    /// The policy that the options ask for.
    ///
    /// # Errors
    /// Names of nothing.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        let (registry, default) = (registry(), Policy::default());
        let schemes = registry.schemes().names().collect();
        let setups = self.require.iter().filter(|r| r.kind == Kind::Setup);
        let setups: Vec<AcceptedSetup> = setups
            .map(|requirement| setup(&requirement.name))
            .collect::<anyhow::Result<_>>()?;
        Ok(Policy {
            lookups: names(
                &self.require,
                Kind::Lookup,
                (registry.lookup_names(), default.lookups),
            )?,
            memories: names(
                &self.require,
                Kind::Memory,
                (registry.memory_names(), default.memories),
            )?,
            schemes: names(&self.require, Kind::Pcs, (schemes, default.schemes))?,
            max_cycle_vars: match self.max_cycles {
                Some(cycles) => default.max_cycle_vars.min(cycles.0.ilog2() as usize),
                None => default.max_cycle_vars,
            },
            max_proof_bytes: match self.max_bytes {
                Some(bytes) => usize::try_from(bytes).unwrap_or(usize::MAX),
                None => default.max_proof_bytes,
            },
            setups: match setups.is_empty() {
                true => default.setups,
                false => setups,
            },
            zero_knowledge: mode(&self.require)?,
        })
    }
}

/// For commands that look at proofs and trust none: whatever is registered.
pub fn any() -> Policy {
    Policy::any(registry())
}

/// A proof file as far as it was read.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Received {
    /// A proof of names and sizes that are accepted, and the length of its file.
    Accepted(Proof, usize),
    /// One that is not, and why.
    Refused(PolicyError),
}

/// Reads a proof file; of one that is too long, no more than that.
///
/// # Errors
/// The file cannot be read, or is no proof file.
pub fn read_proof(policy: &Policy, path: &Path) -> anyhow::Result<Received> {
    // A program in the place of a proof: the two were given the other way round.
    let advice = |program: bool| match program {
        true => "; the program comes first, then its proofs",
        false => "",
    };
    let cannot = || {
        let bundled = path.to_str().and_then(guests::find).is_some();
        format!("cannot read {}{}", path.display(), advice(bundled))
    };
    let file = File::open(path).with_context(cannot)?;
    let mut contents = Vec::new();
    let most = (policy.max_proof_bytes as u64).saturating_add(1);
    let mut file = file.take(most);
    file.read_to_end(&mut contents).with_context(cannot)?;
    match policy.read(&contents) {
        Ok(proof) => Ok(Received::Accepted(proof, contents.len())),
        Err(PolicyError::File(error)) => {
            let advice = advice(contents.starts_with(b"\x7fELF"));
            Err(error).with_context(|| format!("{} cannot be used{advice}", path.display()))
        }
        Err(PolicyError::Length { max, .. }) => {
            bail!("{} has more than {max} bytes (--max-bytes)", path.display())
        }
        Err(other) => Ok(Received::Refused(other)),
    }
}

/// The same, where a proof that is not accepted is as good as none.
///
/// # Errors
/// As [`read_proof`], and what is not accepted.
pub fn accepted_proof(policy: &Policy, path: &Path) -> anyhow::Result<(Proof, usize)> {
    match read_proof(policy, path)? {
        Received::Accepted(proof, length) => Ok((proof, length)),
        Received::Refused(cause) => {
            Err(cause).with_context(|| format!("{} cannot be used", path.display()))
        }
    }
}

/// The key of an accepted proof, with the setup that the proof names. How Hyrax cuts polynomials it does not name.
///
/// # Errors
/// As [`Policy::verifying_key`].
pub fn key(
    policy: &Policy,
    hyrax: &HyraxArguments,
    (program, proof): (Program, &Proof),
) -> Result<VerifyingKey, PolicyError> {
    let registry = keys::schemes(hyrax);
    policy.verifying_key(program, proof, (&keys::own_setup(), &registry))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::cli::Cycles;

    fn policy(texts: &[&str]) -> anyhow::Result<Policy> {
        let require = texts.iter().map(|text| requirement(text).unwrap());
        AcceptArguments {
            require: require.collect(),
            max_cycles: Some(Cycles(1_000_000)),
            max_bytes: None,
        }
        .policy()
    }

    #[test]
    fn requirements_replace_the_default_of_their_kind() {
        let of = |texts: &[&str]| policy(texts).unwrap().to_string();
        assert_eq!(of(&[]), "lookup=shout, memory=twist, pcs=hyrax");
        assert_eq!(
            of(&["memory=spice"]),
            "lookup=shout, memory=spice, pcs=hyrax"
        );
        assert_eq!(
            of(&[
                "lookup=lasso",
                "lookup=shout",
                "lookup=lasso",
                "setup=secure"
            ]),
            "lookup=lasso, lookup=shout, memory=twist, pcs=hyrax"
        );
        assert_eq!(of(&["setup=any"]), of(&[]) + ", setup=any");
        for (modes, shown) in [
            (&["mode=zero-knowledge"][..], ", mode=zero-knowledge"),
            (&["mode=clear", "mode=clear"], ", mode=clear"),
            (&["mode=clear", "mode=zero-knowledge"], ""),
            (&["mode=clear", "mode=any"], ""),
        ] {
            assert_eq!(of(modes), of(&[]) + shown);
        }
        assert!(policy(&["mode=open"]).is_err());
        let id = CeremonyId::parse("hez_final").unwrap();
        let pinned = of(&["setup=ceremony:hez_final", "setup=secure"]);
        assert_eq!(
            pinned,
            of(&[]) + &format!(", setup=ceremony:{id}, setup=secure")
        );
        assert_eq!(
            of(&[&format!("setup=ceremony:{id}"), "setup=secure"]),
            pinned
        );
        let all = of(&["lookup=any", "memory=any"]);
        assert!(all.contains("logup-gkr") && all.contains("spice"), "{all}");
        assert_eq!(policy(&[]).unwrap().max_cycle_vars, 19);
    }

    #[test]
    fn requirements_name_what_there_is() {
        for wrong in ["", "lookup", "lookups=shout", "=shout"] {
            let parsed = requirement(wrong);
            assert!(parsed.is_err() || wrong == "lookup", "{wrong}");
        }
        let error = policy(&["setup=ceremony:12"]).unwrap_err().to_string();
        assert!(error.contains("64 hexadecimal digits"), "{error}");
        for wrong in ["lookup=none", "lookup", "memory=shout", "setup=trusted"] {
            let error = policy(&[wrong]).unwrap_err().to_string();
            assert!(error.contains("there are:"), "{error}");
        }
    }
}
