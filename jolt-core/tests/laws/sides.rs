//! Prover and verifier are beside each other, and neither is in the other's way: in the modules of the machine and of
//! lookups, what proves is in files called `prover`, and verifiers cannot panic at an index, a conversion or an `unwrap`.

use std::path::{Path, PathBuf};

/// Modules that are cut like this.
const MODULES: [&str; 5] = ["digits", "gkr", "lookup", "memory", "vm"];

/// What only provers name.
const OF_PROVERS: [&str; 4] = ["rayon::", "kernel::", "RoundProver", "ProverChannel"];

/// Kernels of provers beside their modules.
const KERNELS: [&str; 7] = [
    "lookup/logup_gkr/collate.rs",
    "lookup/logup_gkr/kernels.rs",
    "lookup/logup_gkr/witness.rs",
    "lookup/shout/address.rs",
    "lookup/shout/cycle.rs",
    "lookup/shout/kernels.rs",
    "lookup/shout/read.rs",
];

/// Files that name some of it, and why.
const ALLOWED: [(&str, &str, &str); 14] = [
    ("lookup/mod.rs", "ProverChannel", "a trait with both sides"),
    ("lookup/dense/mod.rs", "ProverChannel", "another"),
    ("lookup/lasso/mod.rs", "ProverChannel", "it has that trait"),
    (
        "lookup/lasso/dense/mod.rs",
        "ProverChannel",
        "it has that trait",
    ),
    (
        "lookup/logup_gkr/mod.rs",
        "ProverChannel",
        "it has that trait",
    ),
    (
        "lookup/logup_gkr/dense/mod.rs",
        "ProverChannel",
        "it has that trait",
    ),
    ("lookup/naive/mod.rs", "ProverChannel", "it has that trait"),
    (
        "lookup/naive/dense/mod.rs",
        "ProverChannel",
        "it has that trait",
    ),
    ("lookup/shout/mod.rs", "ProverChannel", "it has that trait"),
    (
        "lookup/shout/dense/mod.rs",
        "ProverChannel",
        "it has that trait",
    ),
    (
        "lookup/decomposition/mod.rs",
        "rayon::",
        "subtables are made by all threads, for verifiers, too",
    ),
    ("memory/mod.rs", "ProverChannel", "a trait with both sides"),
    ("memory/twist/mod.rs", "ProverChannel", "it has that trait"),
    ("memory/spice/mod.rs", "ProverChannel", "it has that trait"),
];

/// What a verifier's file must deny.
const DENIED: [&str; 4] = [
    "clippy::indexing_slicing",
    "clippy::as_conversions",
    "clippy::unwrap_used",
    "clippy::expect_used",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files below a directory: their paths from the crate's sources, and what is in them.
fn files(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(source()).unwrap();
        found.push((name.to_str().unwrap().to_owned(), text));
    }
}

fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for module in MODULES {
        files(&source().join(module), &mut found);
    }
    found
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
    let mut allowed: Vec<_> = ALLOWED.iter().collect();
    for (name, text) in all() {
        let of_provers = name.contains("prover") || KERNELS.contains(&&*name);
        if of_provers || name.ends_with("tests.rs") || name.contains("testkit") {
            continue;
        }
        for word in OF_PROVERS.into_iter().filter(|word| names(&text, word)) {
            let known = allowed
                .iter()
                .position(|(file, of, _)| (*file, *of) == (&*name, word));
            let known = known.unwrap_or_else(|| panic!("{name} names {word}"));
            allowed.remove(known);
        }
    }
    assert!(allowed.is_empty(), "no longer there: {allowed:?}");
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
