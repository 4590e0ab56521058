//! Test binaries: those of the repository, and those of an edited copy of it.

use crate::{Failure, edits};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Test targets that are run: folder of the package, target, kind. Of a library it is the tests in its modules.
const TARGETS: [(&str, &str, &str); 5] = [
    ("jolt-core", "jolt_core", "lib"),
    ("commitments", "commitments", "lib"),
    ("jolt-core", "soundness", "test"),
    ("jolt-core", "laws", "test"),
    ("jolt-core", "limits", "test"),
];

/// Which packages are built together, and so with the features that one of them asks for.
pub enum Packages {
    /// All of the workspace, as `cargo test --workspace` has built them.
    All,
    /// Those whose tests are run.
    Tested,
}

/// Executables and the folders that they run in, by name of the target.
pub struct Binaries {
    found: BTreeMap<String, (PathBuf, PathBuf)>,
}

impl Binaries {
    /// Builds the tests of the workspace in `root`, perhaps in a target directory of their own.
    pub fn of(root: &Path, packages: Packages, target: Option<&Path>) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.current_dir(root);
        command.args(["test", "--lib", "--test", "soundness"]);
        command.args(["--test", "laws", "--test", "limits"]);
        command.envs(target.map(|target| ("CARGO_TARGET_DIR", target)));
        command.args(match packages {
            Packages::All => &["--workspace"][..],
            Packages::Tested => &["-p", "jolt-core", "-p", "commitments"],
        });
        command.args(["--no-run", "--message-format", "json"]);
        let output = command
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err("the tests cannot be built".into());
        }
        let mut found = BTreeMap::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let message: serde_json::Value = serde_json::from_str(line)?;
            let Some(executable) = message["executable"].as_str() else {
                continue;
            };
            let name = message["target"]["name"].as_str().unwrap_or_default();
            let kind = message["target"]["kind"][0].as_str().unwrap_or_default();
            let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
            let folder = manifest.parent().ok_or("a manifest in a folder")?;
            let package = folder.file_name().and_then(|name| name.to_str());
            if TARGETS.contains(&(package.unwrap_or_default(), name, kind)) {
                found.insert(name.to_owned(), (executable.into(), folder.to_owned()));
            }
        }
        Ok(Binaries { found })
    }

    /// One of them, and its folder.
    pub fn get(&self, name: &str) -> Result<&(PathBuf, PathBuf), Failure> {
        let found = self.found.get(name);
        found.ok_or_else(|| format!("no test binary `{name}` was built").into())
    }
}

/// The files that git knows or would add, relative to `root`.
fn files(root: &Path) -> Result<Vec<String>, Failure> {
    let mut command = Command::new("git");
    command.current_dir(root);
    command.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let output = command.output()?;
    if !output.status.success() {
        return Err("git does not list the files of the repository".into());
    }
    let names = String::from_utf8(output.stdout)?;
    let names = names.split('\0').filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// Removes the files of a folder that are not known: those that have another name by now.
fn remove_others(folder: &Path, known: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, known)?;
        } else if !known.contains(&path)
            && path.file_name().is_some_and(|name| name != "Cargo.lock")
        {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Copies the repository into its target directory, with all edits, and builds that. Files that are as they should be
/// are left alone, so that only what changed is compiled again.
pub fn edited(root: &Path) -> Result<Binaries, Failure> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = root.join(target.unwrap_or("target".into())).join("mutants");
    let copy = target.join("tree");
    let mut texts = edits::texts(root)?;
    let names = files(root)?;
    let known: BTreeSet<PathBuf> = names.iter().map(|name| copy.join(name)).collect();
    remove_others(&copy, &known)?;
    for name in names {
        let (from, to) = (root.join(&name), copy.join(&name));
        if !from.is_file() {
            continue;
        }
        let contents = match texts.remove(name.as_str()) {
            Some(text) => text.into_bytes(),
            None => std::fs::read(&from)?,
        };
        if std::fs::read(&to).ok().as_deref() != Some(&contents[..]) {
            std::fs::create_dir_all(to.parent().ok_or("a file in a folder")?)?;
            std::fs::write(&to, contents)?;
        }
    }
    // Nothing else of the workspace is needed, and nothing of it is built yet.
    Binaries::of(&copy, Packages::Tested, Some(&target.join("target")))
}
