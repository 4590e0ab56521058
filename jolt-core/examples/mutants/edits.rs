//! Mutants that no switch makes: edits of the source, each behind a question for the environment variable.
//!
//! In the new text of an edit `{on:NAME}` is true in the mutant `NAME`, and `{mutant}` is the whole variable. All edits
//! are made at once, so every mutant is a run of the same binaries. A text that does not occur exactly once in
//! its file is an error: then the list is out of date.

use crate::Failure;
use crate::catalogue::{Kind, Mutant};
use crate::groups::Tests;
use crate::listed::MUTANTS;
use crate::replaced::EDITS;
use std::collections::BTreeMap;
use std::path::Path;

/// One edit.
pub struct Edit {
    /// File, relative to the repository.
    pub file: &'static str,
    /// What is there.
    pub old: &'static str,
    /// What is there in the copy.
    pub new: &'static str,
}

/// What one edit, or several, make possible.
pub struct Listed {
    /// What is neutralised.
    pub kind: Kind,
    /// `NAME` of `{on:NAME}`.
    pub name: &'static str,
    /// In words.
    pub what: &'static str,
    /// Tests that are about it.
    pub about: About,
}

/// Which tests are about something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Keys, files and statements of the machine.
    Machine,
    /// The sealed channel and the scheme.
    Sealed,
    /// Lookups by themselves.
    Lookups,
    /// What hides proofs.
    Masks,
}

/// The value of the environment variable, in the copy's code.
const VARIABLE: &str = "std::env::var(\"JOLT_LAB_MUTANT\").unwrap_or_default()";

fn filled(text: &str) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{on:") {
        let (name, after) = after.split_once('}').ok_or("a name without its end")?;
        if !MUTANTS.iter().any(|listed| listed.name == name) {
            return Err(format!("an edit asks for `{name}`, which is not listed").into());
        }
        out.push_str(before);
        out.push_str(&format!("({VARIABLE} == \"edit={name}\")"));
        rest = after;
    }
    out.push_str(rest);
    Ok(out.replace("{mutant}", VARIABLE))
}

/// The edited files: name, and contents.
pub fn texts(root: &Path) -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut texts = BTreeMap::new();
    for Edit { file, old, new } in EDITS {
        let text = match texts.remove(file) {
            Some(text) => text,
            None => std::fs::read_to_string(root.join(file))?,
        };
        if text.matches(old).count() != 1 {
            return Err(format!("in {file} there is not exactly one `{old}`").into());
        }
        texts.insert(*file, text.replacen(old, &filled(new)?, 1));
    }
    Ok(texts)
}

/// Tests of keys and files that make few proofs.
const QUICK: [&str; 6] = [
    "sealed::everything_is",
    "sealed::keys_do_not",
    "sealed::proof_files",
    "sealed::sizes_that",
    "sealed::the_verifying_key",
    "sealed::what_cannot",
];

impl About {
    /// Tests that honest proofs pass, and tests that reject.
    const fn tests(self) -> [&'static [Tests]; 2] {
        match self {
            About::Machine => [
                &[("laws", &["fibonacci_over_the_plain_channel"])],
                &[
                    (
                        "jolt_core",
                        &["statement::", "machine::", "policy::", "registry::"],
                    ),
                    ("soundness", &QUICK),
                    ("soundness", &["statements::"]),
                    ("soundness", &["carried::"]),
                    ("soundness", &["forgeries::every_check", "challenges::"]),
                    ("soundness", &["sealed::"]),
                    ("limits", &[]),
                ],
            ],
            About::Sealed => [
                &[("commitments", &["honest_proofs_are_accepted"])],
                &[
                    (
                        "commitments",
                        &[
                            "sealed::",
                            "ceremony::",
                            "ptau::",
                            "pst13::",
                            "hyrax::",
                            "kzg::",
                            "zeromorph::",
                            "mercury::",
                            "hyperkzg::",
                            "hiding::",
                            "basefold::",
                            "ligero::",
                            "tests::",
                            "wire::",
                        ],
                    ),
                    ("soundness", &["sealed::"]),
                ],
            ],
            About::Masks => [
                &[("soundness", &["hidden::policies_make_keys"])],
                &[
                    ("soundness", &["equivocation::"]),
                    ("soundness", &["hidden_lookups::proofs_over"]),
                    ("commitments", &["hiding::", "sealed::hidden::"]),
                ],
            ],
            About::Lookups => [
                &[("soundness", &["random_reads_of_every_table_are_proven"])],
                &[
                    ("soundness", &["dense::", "lookup::", "definitions::"]),
                    ("jolt_core", &["lookup::"]),
                ],
            ],
        }
    }
}

/// The mutants.
pub fn mutants() -> impl Iterator<Item = Mutant> {
    MUTANTS.iter().map(|listed| {
        let [complete, sound] = listed.about.tests();
        Mutant {
            kind: listed.kind,
            name: listed.what.to_owned(),
            switch: format!("edit={}", listed.name),
            focus: None,
            edited: true,
            complete,
            focused: Vec::new(),
            sound: sound.to_vec(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::texts;
    use crate::root;

    #[test]
    fn edits_are_of_this_source() {
        texts(&root().expect("the repository is here")).expect("each text is in its file once");
    }
}
