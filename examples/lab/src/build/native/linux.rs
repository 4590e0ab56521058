//! Compilers of C and C++ for Linux programs, in the order in which they are tried:
//!
//! 1. gcc with musl, by one of its usual names;
//! 2. `zig cc`, which has musl;
//! 3. gcc with glibc.
//!
//! Programs with musl have a fifth of the code of those with glibc, which is what prover and verifier pay for.

use super::super::target::Libc;
use super::super::{find, output, zig};
use super::{Compiler, run};
use anyhow::bail;
use std::ffi::OsString;

const MUSL: [&str; 3] = [
    "riscv64-linux-musl-",
    "riscv64-unknown-linux-musl-",
    "riscv64-alpine-linux-musl-",
];
const GLIBC: [&str; 2] = ["riscv64-linux-gnu-", "riscv64-unknown-linux-gnu-"];

/// The compiler to use, with one C library or with either.
pub(super) fn compiler(libc: Option<Libc>, cpp: bool) -> anyhow::Result<Compiler> {
    type Choose = fn(bool) -> Result<Compiler, String>;
    let all: [(Libc, Choose); 3] = [
        (Libc::Musl, |cpp| gcc(&MUSL, Libc::Musl, cpp)),
        (Libc::Musl, zig_cc),
        (Libc::Glibc, |cpp| gcc(&GLIBC, Libc::Glibc, cpp)),
    ];
    let mut lacks = Vec::new();
    for (has, choose) in all {
        if libc.is_some_and(|libc| libc != has) {
            continue;
        }
        match choose(cpp) {
            Ok(compiler) => return Ok(compiler),
            Err(lack) => lacks.push(format!("  {lack}")),
        }
    }
    let musl = "  pip install ziglang                      (musl)\n";
    let glibc = match cpp {
        true => "  apt-get install g++-riscv64-linux-gnu    (glibc; Debian, Ubuntu)\n",
        false => "  apt-get install gcc-riscv64-linux-gnu    (glibc; Debian, Ubuntu)\n",
    };
    let (musl, glibc) = match libc {
        None => (musl, glibc),
        Some(Libc::Musl) => (musl, ""),
        Some(Libc::Glibc) => ("", glibc),
    };
    bail!(
        "there is no C compiler for Linux programs; one of these gives one:\n{musl}{glibc}Tried:\n{}",
        lacks.join("\n")
    );
}

/// For linking, and for compiling: what is not called is left out.
fn with(compiler: Compiler, libc: Libc) -> Compiler {
    Compiler {
        target: format!("riscv64-linux-{}", libc.suffix()),
        include: vec!["-g0".into()],
        libraries: vec!["-lm".into()],
        ..compiler
    }
}

fn gcc(prefixes: &[&str], libc: Libc, cpp: bool) -> Result<Compiler, String> {
    let driver = |prefix: &str, name: &str| Some(vec![find(&[&format!("{prefix}{name}")])?.into()]);
    let found = prefixes
        .iter()
        .find_map(|prefix| Some((*prefix, driver(prefix, "gcc")?)));
    let (prefix, c) = found.ok_or(format!("{}gcc: not found", prefixes[0]))?;
    let cpp_driver = driver(prefix, "g++");
    if cpp && cpp_driver.is_none() {
        return Err(format!("{prefix}gcc: without {prefix}g++"));
    }
    let version = output(run(&c).arg("--version")).unwrap_or_default();
    Ok(with(
        Compiler {
            version: version.lines().next().unwrap_or("gcc").to_owned(),
            c,
            cpp: cpp_driver,
            ..Compiler::default()
        },
        libc,
    ))
}

fn zig_cc(_: bool) -> Result<Compiler, String> {
    let (zig, version) = zig::found().ok_or("zig: not found, nor `python3 -m ziglang`")?;
    let driver = |name: &str| -> Vec<OsString> {
        let more = [name, "-target", "riscv64-linux-musl"].map(OsString::from);
        zig.iter().cloned().chain(more).collect()
    };
    Ok(with(
        Compiler {
            version,
            c: driver("cc"),
            cpp: Some(driver("c++")),
            ..Compiler::default()
        },
        Libc::Musl,
    ))
}
