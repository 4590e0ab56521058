//! What a verifier accepts, from texts such as `pcs=hyrax`.

use anyhow::bail;
use commitments::{Ceremony, CeremonyId};
use jolt_core::policy::{AcceptedSetup, Policy};
use jolt_core::registry::Registry;

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

/// What is accepted in place of the default.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    pub require: Vec<Requirement>,
    /// Most cycles of a run; a power of two is taken that is no larger.
    pub max_cycles: Option<u64>,
    /// Most bytes of a proof file.
    pub max_bytes: Option<u64>,
}

impl Acceptance {
    /// What is accepted by these texts, and no longer runs.
    ///
    /// # Errors
    /// Names the text that is no requirement.
    pub fn of(require: &[String], max_cycles: Option<u64>) -> anyhow::Result<Self> {
        let parsed = |text: &String| {
            requirement(text)
                .map_err(|wanted| anyhow::anyhow!("--require {text}: expected {wanted}"))
        };
        Ok(Acceptance {
            require: require.iter().map(parsed).collect::<anyhow::Result<_>>()?,
            max_cycles,
            max_bytes: None,
        })
    }

    /// The policy that is asked for, of what is registered.
    ///
    /// # Errors
    /// Names of nothing.
    pub fn policy(&self, registry: &Registry) -> anyhow::Result<Policy> {
        let default = Policy::default();
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
            max_cycle_vars: match self.max_cycles.and_then(u64::checked_ilog2) {
                Some(vars) => default.max_cycle_vars.min(vars as usize),
                None if self.max_cycles.is_some() => {
                    bail!("--max-cycles: a run has a cycle at least")
                }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn policy(texts: &[&str]) -> anyhow::Result<Policy> {
        let require = texts.iter().map(|text| requirement(text).unwrap());
        Acceptance {
            require: require.collect(),
            max_cycles: Some(1_000_000),
            max_bytes: None,
        }
        .policy(&Registry::builtin())
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
    fn sizes_replace_the_default() {
        let of = |max_cycles, max_bytes| {
            let asked = Acceptance {
                require: Vec::new(),
                max_cycles,
                max_bytes,
            };
            asked
                .policy(&Registry::builtin())
                .map(|policy| (policy.max_cycle_vars, policy.max_proof_bytes))
                .map_err(|error| error.to_string())
        };
        let default = Policy::default();
        let usual = (default.max_cycle_vars, default.max_proof_bytes);
        assert_eq!(of(None, None), Ok(usual));
        // Both ways: a file may be longer than by default, a run may not.
        for bytes in [0, 1, 1 << 30, u64::MAX] {
            let wanted = usize::try_from(bytes).unwrap_or(usize::MAX);
            assert_eq!(of(None, Some(bytes)), Ok((usual.0, wanted)));
        }
        assert_eq!(of(Some(1000), Some(7)), Ok((9, 7)));
        assert_eq!(of(Some(u64::MAX), None), Ok(usual));
        assert!(of(Some(0), None).unwrap_err().contains("a cycle at least"));
        // What is longer is not looked at, and the option is named.
        let short = Policy {
            max_proof_bytes: 7,
            ..default
        };
        let said = |contents: &[u8]| {
            crate::claim::received(&short, contents, "a.proof")
                .err()
                .unwrap()
                .to_string()
        };
        assert_eq!(said(&[0; 8]), "a.proof has more than 7 bytes (--max-bytes)");
        assert_eq!(said(&[0; 7]), "a.proof cannot be used");
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
