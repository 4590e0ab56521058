//! What this build was made from, as its build script found it: so that results say so wherever the program lies.

use serde_json::{Value, json};

/// The commit, in twelve digits; `unknown` if it was not built from a checkout.
pub const COMMIT: &str = env!("JOLT_LAB_COMMIT");

/// Version and commit, in one line.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("JOLT_LAB_SUFFIX"));

/// Whether the sources had changes that are not in the commit; nothing where there is no commit.
pub fn dirty() -> Option<bool> {
    match env!("JOLT_LAB_DIRTY") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// How it was built: features, optimisation, compiler, target and the compiler's flags.
pub fn facts() -> Value {
    let features = env!("JOLT_LAB_FEATURES").split_whitespace();
    json!({
        "features": features.collect::<Vec<_>>(),
        "opt_level": env!("JOLT_LAB_OPT_LEVEL"),
        "compiler": env!("JOLT_LAB_COMPILER"),
        "target": env!("JOLT_LAB_TARGET"),
        "flags": env!("JOLT_LAB_FLAGS"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;
    use std::process::Command;

    /// In a checkout there is a commit, one that it has; elsewhere it is unknown, and so is whether it has changes.
    #[test]
    fn the_commit_is_one_of_the_checkout() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        if !root.join(".git").exists() {
            assert_eq!((COMMIT, dirty()), ("unknown", None));
            return;
        }
        let mut git = Command::new("git");
        let kind = git
            .arg("-C")
            .arg(root)
            .args(["cat-file", "-t", COMMIT])
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(kind.stdout).unwrap().trim(),
            "commit",
            "{COMMIT}"
        );
        assert!(dirty().is_some());
        assert!(VERSION.contains(COMMIT) && VERSION.contains("changes") == dirty().unwrap());
    }

    #[test]
    fn the_build_is_known() {
        let facts = facts();
        assert!(
            facts["compiler"].as_str().unwrap().starts_with("rustc "),
            "{facts}"
        );
        let features = facts["features"].as_array().unwrap();
        assert_eq!(
            features.contains(&json!("packed-verify")),
            cfg!(feature = "packed-verify")
        );
        assert!(
            facts["target"]
                .as_str()
                .unwrap()
                .contains(std::env::consts::ARCH)
        );
    }
}
