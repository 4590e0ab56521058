//! The crates of the workspace depend on each other as `ARCHITECTURE.md` draws it, and on nothing that
//! their layer should not know. And the tutorials' code is that of their examples.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Library crates from the bottom up, with the crates of the workspace that they depend on.
const LIBRARIES: [(&str, &[&str]); 6] = [
    ("lane-features", &[]),
    ("sumcheck", &["lane-features"]),
    ("commitments", &["sumcheck"]),
    ("instruction-tables", &["sumcheck"]),
    ("tracer", &["instruction-tables"]),
    (
        "jolt-core",
        &["commitments", "instruction-tables", "sumcheck", "tracer"],
    ),
];

/// Dependencies that only some crates may have, by prefix of their name.
const RESERVED: [(&str, &[&str]); 4] = [
    (
        "ark-",
        &[
            "sumcheck",
            "commitments",
            "instruction-tables",
            "jolt-core",
            "jolt-lab",
        ],
    ),
    ("elf", &["tracer"]),
    ("merlin", &["sumcheck"]),
    ("clap", &["jolt-lab"]),
];

/// Crates that are built for verifiers alone, and how.
const WITHOUT_PROVERS: [(&str, &[&str]); 3] = [
    ("sumcheck", &["--no-default-features"]),
    ("commitments", &["--no-default-features"]),
    (
        "jolt-core",
        &["--no-default-features", "--features", "verifier"],
    ),
];
/// What must not be there then: threads, processor features, folders of users, logs, the system's randomness.
const OF_PROVERS: [&str; 6] = [
    "rayon",
    "lane-features",
    "dirs",
    "tracing",
    "getrandom",
    "libc",
];

/// Programs that verify and prove nothing.
const PROGRAMS_WITHOUT_PROVERS: [&str; 2] = ["verify-only", "web-verifier"];

/// What a crate is built of.
fn tree(name: &str, more: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            name,
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn verifiers_need_no_threads() {
    for (name, _) in WITHOUT_PROVERS {
        assert!(tree(name, &[]).contains("rayon"), "{name}");
    }
    let programs = PROGRAMS_WITHOUT_PROVERS.map(|name| (name, &[][..]));
    for (name, alone) in WITHOUT_PROVERS.into_iter().chain(programs) {
        let verifier = tree(name, alone);
        assert!(verifier.contains("merlin"), "{name}: {verifier:?}");
        for of_prover in OF_PROVERS {
            assert!(!verifier.contains(of_prover), "{name}: {of_prover}");
        }
    }
}

struct Package {
    /// Directory relative to the workspace.
    directory: String,
    /// Names of ordinary dependencies.
    normal: BTreeSet<String>,
    /// Names of those for tests and build scripts.
    other: BTreeSet<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let root = metadata["workspace_root"].as_str().unwrap();
    let package = |package: &Value| {
        let names = |normal: bool| {
            let all = package["dependencies"].as_array().unwrap().iter();
            all.filter(|d| d["kind"].is_null() == normal)
                .map(|d| d["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let manifest = package["manifest_path"].as_str().unwrap();
        let directory = manifest.strip_prefix(root).unwrap();
        let directory = directory.trim_end_matches("Cargo.toml");
        let package_ = Package {
            directory: directory.trim_matches(['/', '\\']).replace('\\', "/"),
            normal: names(true),
            other: names(false),
        };
        (package["name"].as_str().unwrap().to_owned(), package_)
    };
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(package).collect()
}

#[test]
fn libraries_depend_on_each_other_as_drawn() {
    let packages = packages();
    let members: BTreeSet<&String> = packages.keys().collect();
    for (name, expected) in LIBRARIES {
        let package = packages
            .get(name)
            .unwrap_or_else(|| panic!("no crate {name}"));
        // At the top, or in the folder of another library.
        let folders: Vec<&str> = package.directory.split('/').collect();
        let is_library = LIBRARIES.iter().any(|(library, _)| *library == folders[0]);
        assert!(is_library && folders.last() == Some(&name), "{folders:?}");
        let found: BTreeSet<&str> = package
            .normal
            .iter()
            .filter(|d| members.contains(d))
            .map(String::as_str)
            .collect();
        assert_eq!(
            found,
            expected.iter().copied().collect(),
            "dependencies of {name}"
        );
    }
}

#[test]
fn tests_depend_on_lower_layers_only() {
    let packages = packages();
    for (layer, (name, _)) in LIBRARIES.iter().enumerate() {
        let above: BTreeSet<&str> = LIBRARIES[layer + 1..].iter().map(|(n, _)| *n).collect();
        let found: Vec<&String> = packages[*name]
            .other
            .iter()
            .filter(|d| above.contains(d.as_str()))
            .collect();
        assert!(found.is_empty(), "tests of {name} depend on {found:?}");
    }
}

#[test]
fn everything_else_is_an_example() {
    let packages = packages();
    let libraries: BTreeSet<&str> = LIBRARIES.iter().map(|(name, _)| *name).collect();
    for (name, package) in packages
        .iter()
        .filter(|(n, _)| !libraries.contains(n.as_str()))
    {
        assert!(
            package.directory.starts_with("examples/"),
            "{name} is in {}",
            package.directory
        );
        // A host of the machine, or code that runs on it, which knows nothing of this side.
        if package.directory.starts_with("examples/guests/") {
            let known = |d: &&String| libraries.contains(d.as_str());
            let found = package.normal.iter().find(known);
            assert_eq!(found, None, "the guest {name} depends on it");
        } else {
            assert!(
                package.normal.contains("jolt-core"),
                "{name} is no host of the machine"
            );
        }
        for (other, package) in &packages {
            let names = package.normal.union(&package.other);
            assert!(
                !libraries.contains(other.as_str()) || !names.into_iter().any(|d| d == name),
                "the library {other} depends on the example {name}"
            );
        }
    }
    assert_eq!(packages["jolt-lab"].directory, "examples/lab");
}

#[test]
fn layers_do_not_know_what_is_not_theirs() {
    for (name, package) in packages() {
        for dependency in &package.normal {
            for (prefix, allowed) in RESERVED {
                let reserved = match prefix.ends_with('-') {
                    true => dependency.starts_with(prefix),
                    false => dependency == prefix,
                };
                let example = package.directory.starts_with("examples/");
                assert!(
                    !reserved || example || allowed.contains(&name.as_str()),
                    "{name} depends on {dependency}"
                );
            }
        }
    }
}

/// The code blocks of a page, by the file that they name; those that continue a file are joined.
fn blocks(page: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some((_, file)) = line.strip_prefix("```").and_then(|l| l.split_once(' ')) else {
            continue;
        };
        let block = lines.by_ref().take_while(|line| *line != "```");
        let block: String = block.map(|line| format!("{line}\n")).collect();
        files.entry(file.to_owned()).or_default().push_str(&block);
    }
    files
}

/// Files of a page are those of a folder.
fn are_in(files: &BTreeMap<String, String>, folder: &Path) {
    for (name, text) in files {
        let path = folder.join(name);
        let example = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, &example, "{} is not the tutorial's", path.display());
    }
}

#[test]
fn the_tutorial_is_its_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("papers/WRITING-AN-ARGUMENT.md")).unwrap();
    let mut files = blocks(&page);
    assert!(files.remove("run").is_some(), "no commands");
    // Paths are those of a folder beside the checkout, which has profiles of its own.
    let manifest = files.get_mut("Cargo.toml").unwrap();
    let (own, _) = manifest.split_once("\n[profile").unwrap();
    let own = own.replace("../jolt-lab/examples/lab", "../lab");
    *manifest = own.replace("../jolt-lab/", "../../");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Cargo.toml",
            "src/lib.rs",
            "src/main.rs",
            "tests/laws.rs",
            "tests/lying/mod.rs"
        ]
    );
    are_in(&files, &root.join("examples/my-argument"));
}

#[test]
fn the_tutorial_on_memory_is_its_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("papers/WRITING-A-MEMORY-ARGUMENT.md")).unwrap();
    let files = blocks(&page);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Cargo.toml",
            "src/lib.rs",
            "src/main.rs",
            "tests/machine.rs"
        ]
    );
    are_in(&files, &root.join("examples/my-memory"));
}
