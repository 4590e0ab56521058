//! What the command is built from, for the files of results that it writes: `src/built.rs` has it as constants.
//!
//! The sources of all crates of the workspace are watched, so that what is said of changes is true; they are what
//! the command is compiled anew for in any case. A commit alone changes no source. In builds of the development profile it
//! compiles nothing anew, and the commit is the one that the sources were compiled at; other builds, which measurements
//! are made with, follow it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Crates that go into the command, from the root of the repository.
const CRATES: [&str; 6] = [
    "sumcheck",
    "commitments",
    "instruction-tables",
    "tracer",
    "jolt-core",
    "examples/lab",
];
/// What else goes into it.
const FILES: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "sumcheck/lane-features",
    "examples/lab/build.rs",
    "examples/guests/BUILD.toml",
    "examples/guests/elf",
    "examples/guests/guest",
];
/// Where manifests are, beside results.
const MANIFESTS: &str = "papers/reproduce";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let root = Path::new(&variable("CARGO_MANIFEST_DIR")).join("../..");
    let git = Git::of(&root);
    let commit = git
        .as_ref()
        .and_then(|git| git.say(&["rev-parse", "--short=12", "HEAD"]));
    let dirty = match (&git, &commit) {
        (Some(git), Some(_)) => git.dirty(),
        _ => None,
    };
    let (dirty, changes) = match dirty {
        Some(true) => ("yes", ", with changes"),
        Some(false) => ("no", ""),
        None => ("unknown", ""),
    };
    let commit = commit.unwrap_or_else(|| "unknown".to_owned());
    let suffix = match commit.as_str() {
        "unknown" => String::new(),
        commit => format!(" ({commit}{changes})"),
    };
    let watched = git.map(|git| git.watched(variable("PROFILE") != "debug"));
    for path in watched.into_iter().flatten() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").replace('\u{1f}', " ");
    for (name, value) in [
        ("COMMIT", commit),
        ("DIRTY", dirty.to_owned()),
        ("SUFFIX", suffix),
        ("FEATURES", features()),
        ("OPT_LEVEL", variable("OPT_LEVEL")),
        ("COMPILER", compiler(&variable("RUSTC"))),
        ("TARGET", variable("TARGET")),
        ("FLAGS", flags),
    ] {
        println!(
            "cargo::rustc-env=JOLT_LAB_{name}={}",
            value.replace('\n', " ")
        );
    }
}

/// Names of the features that are on.
fn features() -> String {
    let on = env::vars().filter_map(|(name, _)| {
        let name = name
            .strip_prefix("CARGO_FEATURE_")?
            .to_lowercase()
            .replace('_', "-");
        (name != "default").then_some(name)
    });
    let mut on: Vec<String> = on.collect();
    on.sort();
    on.join(" ")
}

fn compiler(rustc: &str) -> String {
    let output = Command::new(rustc).arg("--version").output().ok();
    let said = output.filter(|output| output.status.success());
    let said = said.and_then(|output| String::from_utf8(output.stdout).ok());
    said.map_or("unknown".to_owned(), |said| said.trim().to_owned())
}

/// The repository that this is a checkout of.
pub struct Git {
    root: PathBuf,
}

impl Git {
    /// None if these are not the sources as the repository has them, but a copy within another one, or without any.
    pub fn of(root: &Path) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        let git = Git { root };
        let top = PathBuf::from(git.say(&["rev-parse", "--show-toplevel"])?);
        (top.canonicalize().ok()? == git.root).then_some(git)
    }

    /// What git says, without the line end.
    fn say(&self, arguments: &[&str]) -> Option<String> {
        let mut git = Command::new("git");
        // Set where a hook of another repository builds.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        git.arg("--no-optional-locks")
            .arg("-C")
            .arg(&self.root)
            .args(arguments);
        let output = git.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
    }

    /// Whether sources differ from the commit; files that git does not know count.
    pub fn dirty(&self) -> Option<bool> {
        let sources = sources(&self.root);
        let status = ["status", "--porcelain", "--untracked-files=all", "--"].into_iter();
        let arguments: Vec<&str> = status.chain(sources.iter().map(String::as_str)).collect();
        Some(!self.say(&arguments)?.is_empty())
    }

    /// The commit, in twelve digits.
    pub fn commit(&self) -> Option<String> {
        self.say(&["rev-parse", "--verify", "--quiet", "--short=12", "HEAD"])
    }

    /// What this has to run again for: sources and, if wanted, another commit.
    pub fn watched(&self, commits: bool) -> Vec<PathBuf> {
        let sources = sources(&self.root).into_iter();
        let mut paths: Vec<PathBuf> = sources.map(|path| self.root.join(path)).collect();
        if commits {
            // The branch that is checked out, its commit, and the list of all that was, wherever a worktree has them.
            let branch = self.say(&["symbolic-ref", "--quiet", "HEAD"]);
            let names = ["HEAD", "logs/HEAD", "packed-refs"].map(str::to_owned);
            let found = names.into_iter().chain(branch);
            let found = found.filter_map(|name| self.say(&["rev-parse", "--git-path", &name]));
            paths.extend(found.map(|path| self.root.join(path)));
        }
        // Cargo takes a file that is not there for one that has changed.
        paths.retain(|path| path.exists());
        paths
    }
}

/// Paths of all sources, from the root of the repository.
fn sources(root: &Path) -> Vec<String> {
    let of = |part: &'static str| CRATES.iter().map(move |name| format!("{name}/{part}"));
    let files = FILES.iter().map(|path| (*path).to_owned());
    let manifests = fs::read_dir(root.join(MANIFESTS))
        .into_iter()
        .flatten()
        .flatten();
    let manifests = manifests.filter_map(|entry| entry.file_name().into_string().ok());
    let manifests = manifests.filter(|name| name.ends_with(".toml"));
    of("src")
        .chain(of("Cargo.toml"))
        .chain(files)
        .chain(manifests.map(|name| format!("{MANIFESTS}/{name}")))
        .collect()
}
