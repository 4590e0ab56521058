//! Compilers for the bare machine.
//!
//! The compiler is `riscv64-unknown-elf-gcc` where there is one (`riscv64-elf-gcc` and `riscv-none-elf-gcc` are
//! other names of it), else `clang` with `lld`. The C library is picolibc, else what gcc has.

use super::super::target::Target;
use super::super::{find, output};
use super::{Compiler, joined, run};
use anyhow::bail;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PREFIXES: [&str; 3] = ["riscv64-unknown-elf-", "riscv64-elf-", "riscv-none-elf-"];
const PICOLIBC: &str = "/usr/lib/picolibc/riscv64-unknown-elf";
const LIBGCC: &str = "/usr/lib/gcc/riscv64-unknown-elf";

/// The compilers of C and of C++, if there is one, and their flags, for code that is linked to a program in another language.
pub fn for_others(target: Target) -> Option<(PathBuf, Option<PathBuf>, Vec<OsString>)> {
    // Without a C library there are the headers that the compiler itself has.
    let with = |libc| compiler(target, true, libc).or_else(|_| compiler(target, false, libc));
    let (found, freestanding) = match with(true) {
        Ok(found) => (found, None),
        Err(_) => (with(false).ok()?, Some("-ffreestanding".into())),
    };
    let Compiler {
        c,
        cpp,
        mut common,
        include,
        ..
    } = found;
    common.extend(include.into_iter().chain(freestanding));
    let program = |driver: Vec<OsString>| driver.into_iter().next().map(PathBuf::from);
    Some((program(c)?, cpp.and_then(program), common))
}

/// The compiler to use, for a program with or without C++ and with or without a C library.
pub(super) fn compiler(target: Target, cpp: bool, libc: bool) -> anyhow::Result<Compiler> {
    let mut lacks = Vec::new();
    for choose in [gcc, clang] {
        match choose(target, cpp, libc) {
            Ok(compiler) => return Ok(compiler),
            Err(lack) => lacks.push(format!("  {lack}")),
        }
    }
    bail!(
        "there is no C compiler for {}; one of these gives one (Debian, Ubuntu):\n  \
         apt-get install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf\n  \
         apt-get install clang lld picolibc-riscv64-unknown-elf\nTried:\n{}",
        target.name(),
        lacks.join("\n")
    );
}

/// There is no system, and labels of assembly are of no use to anybody.
const LINKER: [&str; 2] = ["-nostdlib", "-Wl,--discard-locals"];

/// What C++ has not on the bare machine.
const CPP_ONLY: [&str; 3] = ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"];

fn machine(target: Target) -> Vec<OsString> {
    vec![
        format!("-march={}", target.name()).into(),
        format!("-mabi={}", target.abi()).into(),
        "-mcmodel=medany".into(),
    ]
}

/// The library of mathematical functions, for programs that calculate.
fn mathematics(target: Target) -> Option<OsString> {
    (target == Target::Rv64imafdc).then(|| "-lm".into())
}

/// Headers and libraries of picolibc for a target.
fn picolibc(target: Target) -> Option<(OsString, OsString)> {
    let library = Path::new(PICOLIBC)
        .join("lib")
        .join(target.name())
        .join(target.abi());
    let found = library.join("libc.a").is_file();
    found.then(|| {
        (
            joined("", Path::new(PICOLIBC), "/include"),
            joined("-L", &library, ""),
        )
    })
}

fn gcc(target: Target, cpp: bool, libc: bool) -> Result<Compiler, String> {
    let found = PREFIXES
        .iter()
        .find_map(|prefix| Some((*prefix, find(&[&format!("{prefix}gcc")])?)));
    let (prefix, c) = found.ok_or("riscv64-unknown-elf-gcc: not found")?;
    let driver = find(&[&format!("{prefix}g++")]);
    if cpp && driver.is_none() {
        return Err(format!("{prefix}gcc: without {prefix}g++"));
    }
    let version = output(Command::new(&c).arg("--version")).unwrap_or_default();
    let mut compiler = Compiler {
        c: vec![c.into()],
        cpp: driver.map(|driver| vec![driver.into()]),
        version: version.lines().next().unwrap_or("gcc").to_owned(),
        target: target.name().to_owned(),
        common: machine(target),
        cpp_only: CPP_ONLY.map(OsString::from).to_vec(),
        linker: LINKER.map(OsString::from).to_vec(),
        ..Compiler::default()
    };
    if let Some((headers, library)) = picolibc(target) {
        compiler.include.extend(["-isystem".into(), headers]);
        compiler.linker.push(library);
    } else if libc
        && output(run(&compiler.c).args(["-print-file-name=libc.a"]))
            .is_none_or(|name| name == "libc.a")
    {
        return Err(format!("{prefix}gcc: without a C library (picolibc)"));
    }
    if libc {
        compiler.libraries.extend(mathematics(target));
        compiler.libraries.extend(["-lc".into(), "-lgcc".into()]);
    }
    Ok(compiler)
}

fn clang(target: Target, cpp: bool, libc: bool) -> Result<Compiler, String> {
    let c = find(&["clang", "clang-22", "clang-19", "clang-16", "clang-14"])
        .ok_or("clang: not found")?;
    // Linux's clang takes a linker by its path.
    let lld = find(&["ld.lld", "ld.lld-22", "ld.lld-19", "ld.lld-16", "ld.lld-14"])
        .ok_or("clang: without lld")?;
    let version = output(Command::new(&c).arg("--version")).unwrap_or_default();
    let bits = target.bits();
    let mut compiler = Compiler {
        c: vec![c.clone().into()],
        cpp: cpp.then(|| vec![c.into()]),
        version: version.lines().next().unwrap_or("clang").to_owned(),
        target: target.name().to_owned(),
        common: machine(target),
        cpp_only: CPP_ONLY.map(OsString::from).to_vec(),
        linker: LINKER.map(OsString::from).to_vec(),
        ..Compiler::default()
    };
    compiler.linker.push(joined("-fuse-ld=", &lld, ""));
    compiler
        .common
        .push(format!("--target=riscv{bits}-unknown-elf").into());
    match picolibc(target) {
        Some((headers, library)) => {
            compiler.include.extend(["-isystem".into(), headers]);
            compiler.linker.push(library);
        }
        None if libc => return Err("clang: without a C library (picolibc)".to_owned()),
        None => {}
    }
    if libc {
        compiler.libraries.extend(mathematics(target));
        compiler.libraries.push("-lc".into());
        // Division of 64-bit numbers on 32 bits, soft floating point: gcc's library has them.
        let versions = fs::read_dir(LIBGCC).map(|entries| entries.flatten().collect::<Vec<_>>());
        let multilib = match target {
            // The compiler's own choice, which has no folder of its own.
            Target::Rv64imafdc => PathBuf::new(),
            _ => Path::new(target.name()).join(target.abi()),
        };
        let folders = versions
            .unwrap_or_default()
            .into_iter()
            .map(|entry| entry.path().join(&multilib));
        if let Some(folder) = folders
            .into_iter()
            .find(|folder| folder.join("libgcc.a").is_file())
        {
            compiler.linker.push(joined("-L", &folder, ""));
            compiler.libraries.push("-lgcc".into());
        }
    }
    Ok(compiler)
}
