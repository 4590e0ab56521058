//! Prover and verifier are beside each other, and neither is in the other's way: in the modules of the machine and of
//! lookups, what proves is in files called `prover`, and verifiers cannot panic at an index, a conversion or an `unwrap`.
//! What verifiers are made of shares nothing between two of them: no threads, no locks, no environment, no clock.

use std::path::{Path, PathBuf};

/// Modules that are cut like this.
const MODULES: [&str; 6] = ["api", "digits", "gkr", "lookup", "memory", "vm"];

/// What only provers name.
const OF_PROVERS: [&str; 4] = ["rayon::", "kernel::", "RoundProver", "ProverChannel"];

/// What belongs to the process, or to no verification.
const OF_THE_PROCESS: [&str; 9] = [
    "Mutex",
    "RwLock",
    "OnceLock",
    "LazyLock",
    "thread_local",
    "sync::atomic",
    "std::env",
    "std::thread",
    "std::time",
];

/// Kernels of provers beside their modules, and what else is there with the feature `prover` alone.
const KERNELS: [&str; 8] = [
    "lookup/logup_gkr/collate.rs",
    "lookup/logup_gkr/kernels.rs",
    "lookup/decomposition/made.rs",
    "lookup/logup_gkr/witness.rs",
    "lookup/shout/address.rs",
    "lookup/shout/cycle.rs",
    "lookup/shout/kernels.rs",
    "lookup/shout/read.rs",
];

/// Crates below that verifiers use, and have no provers in them.
const BELOW: [&str; 2] = ["instruction-tables", "tracer"];

/// Files that name something of the process, and why.
const ALLOWED: [(&str, &str, &str); 1] = [(
    "tables/mod.rs",
    "OnceLock",
    "the tables are constants, made when they are first asked for",
)];

/// What a verifier's file must deny.
const DENIED: [&str; 4] = [
    "clippy::indexing_slicing",
    "clippy::as_conversions",
    "clippy::unwrap_used",
    "clippy::expect_used",
];

fn source(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join(name).join("src")
}

/// All files below a directory: their paths from the crate's sources, and what is in them.
fn files(source: &Path, directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(source, &path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(source).unwrap();
        found.push((name.to_str().unwrap().to_owned(), text));
    }
}

fn all() -> Vec<(String, String)> {
    let (mut found, source) = (Vec::new(), source("jolt-core"));
    for module in MODULES {
        files(&source, &source.join(module), &mut found);
    }
    found
}

/// Whether a file is there for provers or tests alone.
fn is_of_provers(name: &str) -> bool {
    let of_tests = name.ends_with("tests.rs") || name.contains("testkit");
    name.contains("prover") || KERNELS.contains(&name) || of_tests
}

/// Whether this stands in the code, outside of comments.
fn names(text: &str, word: &str) -> bool {
    let mut code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.any(|line| line.contains(word))
}

#[test]
fn what_proves_is_in_files_of_provers() {
    let words = || OF_PROVERS.into_iter().chain(OF_THE_PROCESS);
    for (name, text) in all().iter().filter(|(name, _)| !is_of_provers(name)) {
        for word in words() {
            assert!(!names(text, word), "{name} names {word}");
        }
    }
    for file in KERNELS {
        let of_prover = |(_, text): &(String, String)| words().any(|word| names(text, word));
        assert!(
            all().iter().filter(|(name, _)| name == file).any(of_prover),
            "{file} is none of a prover"
        );
    }
}

#[test]
fn crates_below_share_nothing() {
    let mut unused: Vec<_> = ALLOWED.iter().collect();
    for name in BELOW {
        let (mut found, source) = (Vec::new(), source(name));
        files(&source, &source, &mut found);
        for (name, text) in found.iter().filter(|(name, _)| !name.contains("testing")) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in OF_THE_PROCESS.into_iter().filter(|word| names(code, word)) {
                let known = |(file, of, _): &(&str, &str, &str)| (*file, *of) == (name, word);
                assert!(ALLOWED.iter().any(known), "{name} names {word}");
                unused.retain(|allowed| !known(allowed));
            }
        }
    }
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}

#[test]
fn verifiers_do_not_panic() {
    let verifiers = all();
    let verifiers = verifiers
        .iter()
        .filter(|(name, _)| name.ends_with("verifier.rs"));
    let mut count = 0;
    for (name, text) in verifiers {
        count += 1;
        let (_, denied) = text
            .split_once("#![deny(")
            .unwrap_or_else(|| panic!("{name}"));
        let (denied, _) = denied.split_once(")]").unwrap();
        for lint in DENIED {
            assert!(denied.contains(lint), "{name} does not deny {lint}");
        }
    }
    assert!(count > 0);
}
