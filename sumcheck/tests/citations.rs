//! Every citation in comments and notes has its entry in `papers/references.bib`, and every link of a page leads to
//! a file.
//!
//! Citations look like `[ST25, §6.2]` or `[KST22; BCHO22]`: keys are letters, two digits and perhaps one
//! letter. ePrint numbers in comments, such as `2024/108`, must belong to an entry as well.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// All files below `directory` with this extension, build output and hidden files left out.
fn files(directory: &Path, extension: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if path.is_dir() {
            files(&path, extension, into);
        } else if path.extension().is_some_and(|e| e == extension) {
            into.push(path);
        }
    }
}

fn all(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root(), extension, &mut found);
    found.sort();
    found
}

/// Whether this is the form of a key: `ST25`, `CCHLRRW19`.
fn is_key(text: &str) -> bool {
    let bytes = text.strip_suffix(char::is_lowercase).unwrap_or(text);
    let digits = bytes.chars().rev().take_while(char::is_ascii_digit).count();
    let letters = &bytes[..bytes.len() - digits];
    digits == 2
        && letters.len() >= 2
        && letters.starts_with(|c: char| c.is_ascii_uppercase())
        && letters.chars().all(|c| c.is_ascii_alphabetic())
}

/// The keys cited in a line.
fn citations(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in line.split('[').skip(1) {
        let Some((inside, _)) = part.split_once(']') else {
            continue;
        };
        let keys: Vec<&str> = inside
            .split(';')
            .map(|item| item.trim().split([',', ':', ' ']).next().unwrap_or(""))
            .collect();
        if keys.first().is_some_and(|key| is_key(key)) {
            found.extend(keys.iter().map(|key| (*key).to_owned()));
        }
    }
    found
}

/// ePrint numbers in a line: a year from 1996 on, a slash, two to four digits.
fn eprint_numbers(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (slash, _) in line.match_indices('/') {
        let (before, after) = (&line[..slash], &line[slash + 1..]);
        let year: String = before
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect();
        let year: String = year.chars().rev().collect();
        let number: String = after.chars().take_while(char::is_ascii_digit).collect();
        let ends = !after[number.len()..].starts_with(['/', '-']);
        if year.len() == 4
            && ("1996".."2100").contains(&year.as_str())
            && (2..=4).contains(&number.len())
            && ends
        {
            found.push(format!("{year}/{number}"));
        }
    }
    found
}

/// Entries by key, with their fields.
fn bibliography() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = fs::read_to_string(root().join("papers/references.bib")).unwrap();
    let mut entries: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix('@') {
            let (_, key) = rest.split_once('{').unwrap();
            current = key.trim_end_matches(',').to_owned();
            let old = entries.insert(current.clone(), BTreeMap::new());
            assert!(old.is_none(), "two entries {current}");
        } else if let Some((field, value)) = line.split_once('=') {
            let value = value.trim().trim_end_matches(',');
            let value = value.strip_prefix('{').and_then(|v| v.strip_suffix('}'));
            let value = value.unwrap_or_else(|| panic!("{current}: {line} is not in braces"));
            let fields = entries.get_mut(&current).unwrap();
            fields.insert(field.trim().to_owned(), value.to_owned());
        }
    }
    entries
}

/// The comment of a line of Rust, if there is one.
fn comment(line: &str) -> Option<&str> {
    line.find("//").map(|at| &line[at..])
}

#[test]
fn entries_are_complete() {
    let entries = bibliography();
    assert!(entries.len() > 20, "the bibliography was not read");
    for (key, fields) in entries {
        assert!(is_key(&key), "{key} does not look like a key");
        for field in ["title", "author", "year", "url"] {
            assert!(fields.contains_key(field), "{key} has no {field}");
        }
        if let Some(eprint) = fields.get("eprint") {
            let url = format!("https://eprint.iacr.org/{eprint}");
            assert_eq!(fields.get("url"), Some(&url), "{key}");
        }
    }
}

#[test]
fn every_citation_has_its_entry() {
    let entries = bibliography();
    let eprints: BTreeSet<&String> = entries.values().filter_map(|f| f.get("eprint")).collect();
    let mut cited = BTreeSet::new();
    let mut missing = Vec::new();
    let this = Path::new(file!()).file_name();
    for path in all("rs").iter().filter(|path| path.file_name() != this) {
        for (number, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
            let Some(comment) = comment(line) else {
                continue;
            };
            let at = || format!("{}:{}", path.display(), number + 1);
            for key in citations(comment) {
                if !entries.contains_key(&key) {
                    missing.push(format!("{}: [{key}]", at()));
                }
                cited.insert(key);
            }
            for eprint in eprint_numbers(comment) {
                if !eprints.contains(&eprint) {
                    missing.push(format!("{}: {eprint}", at()));
                }
            }
        }
    }
    assert!(cited.contains("ST25"), "citations were not found at all");
    assert!(missing.is_empty(), "without an entry: {missing:#?}");
}

#[test]
fn every_citation_in_the_notes_has_its_entry() {
    let entries = bibliography();
    let mut cited = BTreeSet::new();
    for path in all("md") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            for key in citations(line) {
                assert!(entries.contains_key(&key), "{}: [{key}]", path.display());
                cited.insert(key);
            }
        }
    }
    let unused: Vec<&String> = entries.keys().filter(|key| !cited.contains(*key)).collect();
    assert!(unused.is_empty(), "entries that no note cites: {unused:?}");
}

/// The files and folders that a page links to. One letter in brackets is a formula.
fn links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split([')', '#']).next());
    targets
        .filter(|target| target.len() > 1 && !target.contains([':', ' ', '\n']))
        .collect()
}

#[test]
fn links_of_pages_lead_somewhere() {
    let (mut seen, mut broken) = (0, Vec::new());
    for path in all("md") {
        let page = fs::read_to_string(&path).unwrap();
        for link in links(&page) {
            seen += 1;
            if !path.parent().unwrap().join(link).exists() {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(seen > 100, "links were not found");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn links_are_recognised() {
    let page = "[a](guide/a.md), [b](../b#c), [c](#d), [d](https://e.f/g), f[i](j), [`k`](k l)";
    assert_eq!(links(page), ["guide/a.md", "../b"]);
}

#[test]
fn citations_are_recognised() {
    assert_eq!(
        citations("see [ST25, §6.2] and [KST22; BCHO22]"),
        ["ST25", "KST22", "BCHO22"]
    );
    assert_eq!(
        citations("[PST13: Papamanthou, Shi, Tamassia 2013]"),
        ["PST13"]
    );
    for none in [
        "[`TRUNC32`]",
        "[k_0, k_1]",
        "[0, 16)",
        "values[i + 10]",
        "[T]",
        "[W64]",
    ] {
        assert_eq!(citations(none), [""; 0], "{none}");
    }
    assert_eq!(
        eprint_numbers("[Gruen 2024/108; Dao–Thaler 2024/1210]"),
        ["2024/108", "2024/1210"]
    );
    assert_eq!(
        eprint_numbers("on 2026/11/22, in 1/2 of 3000/10 cases"),
        [""; 0]
    );
}
