//! What a program needs beside its own sources: it travels inside the command and is written where programs
//! are built, so that a package or a folder anywhere can be built.

use crate::report::hex;
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The linker script.
pub const SCRIPT: &str = include_str!("../../../guests/guest/jolt.ld");
/// Start code of C and C++ programs.
pub const START: &str = include_str!("../../../guests/guest/c/start.S");
/// What C++ code calls without naming it.
pub const RUNTIME: &str = include_str!("../../../guests/guest/c/runtime.cc");
/// Input, output and exit for C and C++ programs.
pub const HEADER: &str = include_str!("../../../guests/guest/c/jolt_guest.h");

/// Writes a file unless it is there already with these contents.
///
/// # Errors
/// Names the file.
pub fn write(path: &Path, contents: &str) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|found| found == contents.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, contents))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the linker script under a name that changes with its contents, since cargo links again when its
/// flags change, not when a file does.
///
/// # Errors
/// Names the file.
pub fn script(folder: &Path) -> anyhow::Result<PathBuf> {
    let digest = hex(&Sha256::digest(SCRIPT)[..4]);
    let path = folder.join(format!("jolt-{digest}.ld"));
    write(&path, SCRIPT)?;
    Ok(path)
}
