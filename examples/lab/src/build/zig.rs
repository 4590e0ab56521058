//! Zig programs: a `build.zig`, or a single root file. They are Linux programs, which need no C library.

use super::{Built, Job, find, output, support};
use anyhow::{Context, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target in Zig's words: without C code nothing of musl is in a program.
const TARGET: &str = "riscv64-linux-musl";

/// How Zig is started, and its version: `zig`, or what its package in the registry of Python installs.
pub fn found() -> Option<(Vec<OsString>, String)> {
    let module = ["-m", "ziglang"].map(OsString::from);
    let alone = find(&["zig", "python-zig"]).map(|zig| vec![zig.into()]);
    let python = find(&["python3", "python"])
        .map(|python| std::iter::once(python.into()).chain(module).collect());
    [alone, python]
        .into_iter()
        .flatten()
        .find_map(|zig: Vec<OsString>| {
            let version = output(command(&zig).arg("version"))?;
            Some((zig, format!("zig {version}")))
        })
}

fn command(zig: &[OsString]) -> Command {
    let (program, arguments) = zig.split_first().expect("a program");
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Whether a folder is a Zig program.
pub fn is_program(folder: &Path) -> bool {
    folder.join("build.zig").is_file() || root(folder).is_ok_and(|root| root.is_some())
}

/// The root file of a folder without a `build.zig`: `main.zig`, `src/main.zig`, or the only one.
fn root(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    for name in ["main.zig", "src/main.zig"] {
        if folder.join(name).is_file() {
            return Ok(Some(name.into()));
        }
    }
    let entries = fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read {}", folder.display()))?;
    let names = entries
        .flatten()
        .map(|entry| PathBuf::from(entry.file_name()));
    let mut files = names.filter(|name| name.extension().is_some_and(|end| end == "zig"));
    match (files.next(), files.next()) {
        (Some(_), Some(_)) => bail!(
            "{} has several Zig files, and none is main.zig",
            folder.display()
        ),
        (one, _) => Ok(one),
    }
}

/// Builds a program; `None` if it does not compile.
///
/// # Errors
/// No compiler; no root file; a folder that cannot be written.
pub fn build(job: &Job) -> anyhow::Result<Option<Built>> {
    let Some((zig, version)) = found() else {
        bail!(
            "there is no Zig compiler; one of these gives one:\n  pip install ziglang\n  \
             an archive of https://ziglang.org/download, its folder on the PATH\n\
             Tried:\n  zig, python-zig, python3 -m ziglang: not found"
        );
    };
    eprintln!("Building {} with {version} for {TARGET}", job.name);
    let target = job.target_dir.clone();
    let folder = target.unwrap_or_else(|| job.directory.join("target"));
    let folder = folder.join("jolt-lab/zig");
    support::folder(&folder)?;
    let cache = folder.join("cache");
    let mut command = command(&zig);
    command.current_dir(&job.directory);
    let program = if job.directory.join("build.zig").is_file() {
        let out = folder.join("out");
        // What an earlier build left is none of this one's programs.
        let _ = fs::remove_dir_all(&out);
        command
            .args([
                "build",
                &format!("-Dtarget={TARGET}"),
                "-Doptimize=ReleaseSafe",
            ])
            .arg("--prefix")
            .arg(&out)
            .arg("--cache-dir")
            .arg(&cache)
            .args(&job.arguments);
        if !succeeds(&mut command)? {
            return Ok(None);
        }
        installed(&out.join("bin"), job)?
    } else {
        let root = root(&job.directory)?.context("there is no Zig file")?;
        let program = folder.join("program.elf");
        let mut emit = OsString::from("-femit-bin=");
        emit.push(&program);
        command
            .arg("build-exe")
            .arg(root)
            .args(["-target", TARGET, "-O", "ReleaseSafe", "-fstrip"])
            .arg(emit)
            .arg("--cache-dir")
            .arg(&cache)
            .args(&job.arguments);
        if !succeeds(&mut command)? {
            return Ok(None);
        }
        program
    };
    let name = job.bin.as_ref().unwrap_or(&job.name);
    Built::of(name, &version, TARGET, &program).map(Some)
}

/// What `build.zig` has installed.
fn installed(folder: &Path, job: &Job) -> anyhow::Result<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>());
    let entries = entries.unwrap_or_default();
    let mut names: Vec<String> = entries
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    super::choose(
        &job.name,
        job.bin.as_deref(),
        &names,
        "build.zig installs no program",
    )
    .map(|name| folder.join(name))
}

fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    let status = command.status().context("zig cannot be started")?;
    Ok(status.success())
}
