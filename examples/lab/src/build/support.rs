//! What a program needs beside its own sources: it travels inside the command and is written where programs
//! are built, so that a package or a folder anywhere can be built.

use super::target::Target;
use crate::report::hex;
use crate::source::NewFile;
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The linker script of programs.
pub const SCRIPT: &str = include_str!("../../../guests/guest/jolt.ld");
/// Start code of C and C++ programs.
pub const START: &str = include_str!("../../../guests/guest/c/start.S");
/// What the C library asks of a system.
pub const RUNTIME_C: &str = include_str!("../../../guests/guest/c/runtime.c");
/// What C++ code calls without naming it.
pub const RUNTIME_CPP: &str = include_str!("../../../guests/guest/c/runtime.cc");
/// Input, output and exit for C and C++ programs.
pub const HEADER: &str = include_str!("../../../guests/guest/c/jolt_guest.h");

/// Markers, for any program in C or C++.
pub const MARKER_HEADER: &str = include_str!("../../../guests/guest/c/jolt_marker.h");

/// Writes a file unless it is there already with these contents. Whoever reads it meanwhile has all of it.
///
/// # Errors
/// Names the file, and what to do.
pub fn write(path: &Path, contents: &str) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|found| found == contents.as_bytes()) {
        return Ok(());
    }
    folder(path.parent().unwrap_or(Path::new(".")))?;
    NewFile::create(path)
        .and_then(|file| file.finish(contents.as_bytes()))
        .context(NO_PLACE)
}

const NO_PLACE: &str = "there is no place for what compilers make; --target-dir names another one";

/// Makes a folder for what compilers make.
///
/// # Errors
/// Names the folder, and what to do.
pub fn folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path)
        .with_context(|| format!("cannot make the folder {}", path.display()))
        .context(NO_PLACE)
}

/// Writes the description, for rustc, of a target whose system is `zkvm` and which has no threads.
///
/// # Errors
/// Names the file.
pub fn description(folder: &Path, target: Target) -> anyhow::Result<PathBuf> {
    let (bits, layout) = match target.bits() {
        64 => (64, "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"),
        _ => (32, "e-m:e-p:32:32-i64:64-n32-S128"),
    };
    let features = match target {
        Target::Rv64imac | Target::Rv32imac => "+m,+a,+c",
        Target::Rv64imafdc => "+m,+a,+f,+d,+c",
        Target::Rv64im | Target::Rv32im => "+m",
    };
    let description = serde_json::json!({
        "arch": format!("riscv{bits}"),
        "code-model": "medium",
        "cpu": format!("generic-rv{bits}"),
        "data-layout": layout,
        "eh-frame-header": false,
        "emit-debug-gdb-scripts": false,
        "features": features,
        "linker": "rust-lld",
        "linker-flavor": "gnu-lld",
        "llvm-abiname": target.abi(),
        "llvm-target": format!("riscv{bits}"),
        "max-atomic-width": 64,
        "os": "zkvm",
        "panic-strategy": "abort",
        "relocation-model": "static",
        "singlethread": true,
        "target-pointer-width": bits,
    });
    let name = target.triple().replace("unknown-none", "jolt-zkvm");
    let path = folder.join(format!("{name}.json"));
    write(&path, &format!("{description:#}\n"))?;
    Ok(path)
}

/// Writes a linker script under a name that changes with its contents, since cargo links again when its flags
/// change, not when a file does.
///
/// # Errors
/// Names the file.
pub fn script(folder: &Path, contents: &str) -> anyhow::Result<PathBuf> {
    let digest = hex(&Sha256::digest(contents)[..4]);
    let path = folder.join(format!("jolt-{digest}.ld"));
    write(&path, contents)?;
    Ok(path)
}
