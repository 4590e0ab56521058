//! Cargo packages.
//!
//! The compiler is the first of these that can serve the target:
//!
//! 1. `rustc` (or `$RUSTC`, and then nothing else) with the target's library installed;
//! 2. `rustc` with the sources of its library, which is then compiled along (`-Zbuild-std`);
//! 3. `/usr/bin/rustc`, the distribution's compiler, in the same two ways.
//!
//! A program with `std` needs the sources, since no `std` is distributed for these targets: it is compiled for a
//! description of the target that names the system `zkvm`, whose calls the guest library answers.
//!
//! A Linux program is an ordinary one for [`LINUX`], linked statically by a cross compiler of C.
//!
//! Build scripts that compile C or C++ with the crate `cc` are told of a compiler and its flags by the variables that this
//! crate reads, unless the user has set them.
//!
//! A package that is to lie elsewhere in memory names a linker script of its own, in the section
//! `package.metadata.jolt-lab` of its manifest: `script = "…"`.

use super::{Built, Job, find, native, output, support};
use anyhow::{Context, bail};
use serde_json::Value;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const DISTRIBUTION: &str = "/usr/bin/rustc";

/// The target of Linux programs.
pub const LINUX: &str = "riscv64gc-unknown-linux-gnu";
/// What links Linux programs.
const LINKERS: [&str; 2] = ["riscv64-linux-gnu-gcc", "riscv64-unknown-linux-gnu-gcc"];

/// A compiler that can serve the target.
#[derive(Debug)]
struct Compiler {
    rustc: PathBuf,
    version: String,
    sysroot: PathBuf,
    /// The library is compiled along.
    from_source: bool,
    /// A linker for compilers that come without one.
    linker: Option<PathBuf>,
}

/// A package as cargo describes it.
#[derive(Debug)]
struct Package {
    bin: String,
    workspace: PathBuf,
    target_directory: PathBuf,
    /// The program's own file.
    source: PathBuf,
    /// A linker script of its own.
    script: Option<PathBuf>,
}

/// Builds a package; `None` if it does not compile.
///
/// # Errors
/// No cargo, no compiler, no program in the package.
pub fn build(job: &Job) -> anyhow::Result<Option<Built>> {
    let Some(cargo) = env::var_os("CARGO")
        .map(PathBuf::from)
        .or_else(|| find(&["cargo"]))
    else {
        bail!(
            "{} is a Cargo package, and there is no cargo: install Rust (https://rustup.rs)",
            job.name
        );
    };
    let mut package = package(&cargo, job)?;
    if let Some(folder) = &job.target_dir {
        package.target_directory.clone_from(folder);
    }
    let compiler = compiler(job)?;
    let folder = package.target_directory.join("jolt-lab");
    eprintln!("Building {} with {}", package.bin, compiler.describe(job));

    let mut command = Command::new(&cargo);
    command
        .current_dir(&job.directory)
        .args(["build", "--release", "--bin", &package.bin])
        .args(["--message-format", "json-render-diagnostics"])
        .env("RUSTC", &compiler.rustc)
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            flags(&compiler, &package, &folder, job)?,
        );
    let mut triple = triple(job).to_owned();
    if job.std {
        let description = support::description(&folder, job.target)?;
        let stem = description.file_stem().unwrap_or_default();
        triple = stem.to_string_lossy().into_owned();
        command.arg("--target").arg(description);
        // Some versions of cargo ask for this, others do not know it.
        let known = output(
            Command::new(&cargo)
                .args(["-Z", "help"])
                .env("RUSTC_BOOTSTRAP", "1"),
        );
        if known.is_some_and(|flags| flags.contains("json-target-spec")) {
            command.arg("-Zjson-target-spec");
        }
    } else {
        command.args(["--target", &triple]);
    }
    // For Linux the crate `cc` knows the usual names.
    if !job.linux {
        for (name, value) in compilers_of_c(job, &triple) {
            command.env(name, value);
        }
    }
    for (name, value) in compilers_of_the_host() {
        command.env_remove(&name).env(format!("HOST_{name}"), value);
    }
    if compiler.from_source {
        command.env("RUSTC_BOOTSTRAP", "1");
        match (job.linux, job.std) {
            (true, _) => command.arg("-Zbuild-std=std,panic_unwind,panic_abort"),
            (false, std) => command
                .arg(match std {
                    true => "-Zbuild-std=std,panic_abort",
                    false => "-Zbuild-std=core,alloc",
                })
                .arg("-Zbuild-std-features=compiler-builtins-mem"),
        };
    }
    if let Some(folder) = &job.target_dir {
        command.arg("--target-dir").arg(folder);
    }
    command.args(&job.arguments);
    let Some(file) = executable(&mut command, &package.bin)? else {
        let source = fs::read_to_string(&package.source).unwrap_or_default();
        if !job.std && !job.linux && !source.contains("no_std") {
            eprintln!(
                "note: {} has no `#![no_std]`, so it uses the standard library: `jolt-lab build --linux` makes it a Linux \
                 program, and `jolt-lab build --std` compiles a library for one thread along",
                package.source.display()
            );
        }
        return Ok(None);
    };
    let elf = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Some(Built {
        name: package.bin,
        compiler: compiler.describe(job),
        target: match job.linux {
            true => LINUX.to_owned(),
            false => job.target.name().to_owned(),
        },
        elf,
    }))
}

/// Variables by which the crate `cc` finds a compiler for the target, and flags with which it makes what can be linked to a
/// program at the machine's addresses; the user's own flags come last.
fn compilers_of_c(job: &Job, triple: &str) -> Vec<(String, OsString)> {
    let Some((c, cpp, flags)) = native::for_others(job.target) else {
        return Vec::new();
    };
    let underscored = triple.replace('-', "_");
    let own = |name: &str| {
        let names = [
            format!("{name}_{triple}"),
            format!("{name}_{underscored}"),
            format!("TARGET_{name}"),
        ];
        names.iter().find_map(env::var_os)
    };
    let mut variables = Vec::new();
    for (driver, flags_name, found) in [("CC", "CFLAGS", Some(c)), ("CXX", "CXXFLAGS", cpp)] {
        let Some(found) = found else { continue };
        if own(driver).is_some() {
            continue;
        }
        variables.push((format!("{driver}_{underscored}"), found.into_os_string()));
        let flags = flags.iter().cloned().chain(own(flags_name));
        let flags: Vec<OsString> = flags.collect();
        variables.push((
            format!("{flags_name}_{underscored}"),
            flags.join::<&std::ffi::OsStr>(" ".as_ref()),
        ));
    }
    variables
}

/// The environment's compiler and flags that name no target. They are for this computer, and the crate `cc` would take them
/// for every target that has no variables of its own.
fn compilers_of_the_host() -> Vec<(String, OsString)> {
    let names = ["CC", "CFLAGS", "CXX", "CXXFLAGS", "AR", "ARFLAGS"];
    let plain = names.iter().filter_map(|name| {
        let value = env::var_os(name)?;
        let value = env::var_os(format!("HOST_{name}")).unwrap_or(value);
        Some(((*name).to_owned(), value))
    });
    plain.collect()
}

/// Runs cargo; the file that it says is the program. Diagnostics go to standard error.
fn executable(command: &mut Command, bin: &str) -> anyhow::Result<Option<PathBuf>> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo cannot be started")?;
    let mut found = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.context("cargo's messages cannot be read")?;
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            if message["target"]["name"] == bin
                && let Some(file) = message["executable"].as_str()
            {
                found = Some(PathBuf::from(file));
            }
        }
    }
    let status = child.wait().context("cargo cannot be waited for")?;
    Ok(found.filter(|_| status.success()))
}

/// The program that the folder's package holds.
fn package(cargo: &Path, job: &Job) -> anyhow::Result<Package> {
    let manifest = job.directory.join("Cargo.toml");
    let described = Command::new(cargo)
        .current_dir(&job.directory)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    let facts: Value = match described.status.success() {
        true => serde_json::from_slice(&described.stdout)
            .context("cargo's description cannot be read")?,
        false => bail!("cargo cannot read {}", manifest.display()),
    };
    let of = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = of(&facts["packages"]);
    let here = packages
        .iter()
        .find(|package| package["manifest_path"].as_str().map(Path::new) == Some(&manifest));
    let Some(package) = here else {
        bail!(
            "{} is a workspace: name the folder of one of its packages",
            job.name
        );
    };
    let bins: Vec<String> = of(&package["targets"])
        .iter()
        .filter(|target| of(&target["kind"]).iter().any(|kind| kind == "bin"))
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    let none = "a guest has a src/main.rs";
    let bin = super::choose(&job.name, job.bin.as_deref(), &bins, none)?;
    let path = |value: &Value| {
        value
            .as_str()
            .map(PathBuf::from)
            .context("cargo names no folder")
    };
    Ok(Package {
        workspace: path(&facts["workspace_root"])?,
        target_directory: path(&facts["target_directory"])?,
        source: of(&package["targets"])
            .iter()
            .find(|target| target["name"] == bin.as_str())
            .map_or_else(PathBuf::new, |target| {
                PathBuf::from(target["src_path"].as_str().unwrap_or_default())
            }),
        bin,
        script: package["metadata"]["jolt-lab"]["script"]
            .as_str()
            .map(|script| job.directory.join(script)),
    })
}

/// The target's name in rustc.
fn triple(job: &Job) -> &'static str {
    match job.linux {
        true => LINUX,
        false => job.target.triple(),
    }
}

/// The compiler to use.
fn compiler(job: &Job) -> anyhow::Result<Compiler> {
    let candidates = match env::var_os("RUSTC") {
        Some(chosen) => vec![PathBuf::from(chosen)],
        None => vec![PathBuf::from("rustc"), PathBuf::from(DISTRIBUTION)],
    };
    let mut tried = Vec::new();
    for rustc in candidates {
        match examine(&rustc, job) {
            Ok(compiler) => return Ok(compiler),
            Err(lack) => tried.push(format!("  {}: {lack}", rustc.display())),
        }
    }
    bail!("{}\nTried:\n{}", advice(job), tried.join("\n"));
}

/// A compiler that can serve the target, or what it lacks.
fn examine(rustc: &Path, job: &Job) -> Result<Compiler, String> {
    let ask = |arguments: &[&str]| {
        output(
            Command::new(rustc)
                .current_dir(&job.directory)
                .args(arguments),
        )
    };
    let version = ask(&["--version"]).ok_or("there is no such compiler")?;
    let sysroot = PathBuf::from(ask(&["--print", "sysroot"]).ok_or("it has no sysroot")?);
    let rustlib = sysroot.join("lib/rustlib");
    let library = rustlib.join(triple(job)).join("lib");
    let installed = fs::read_dir(library).is_ok_and(|files| {
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
    });
    let sources = rustlib.join("src/rust/library/Cargo.lock").is_file();
    let installed = installed && !job.std;
    if !installed && !sources {
        return Err(format!(
            "{version}, with neither a library for {} nor the sources of one",
            triple(job),
        ));
    }
    let linker = match linker_in(&rustlib) {
        _ if job.linux => {
            let lack = || format!("{version}, without {} to link", LINKERS[0]);
            Some(find(&LINKERS).ok_or_else(lack)?)
        }
        Some(_) => None,
        None => {
            Some(linker(job).ok_or_else(|| format!("{version}, without a linker (install lld)"))?)
        }
    };
    Ok(Compiler {
        rustc: rustc.to_owned(),
        version,
        sysroot,
        from_source: !installed,
        linker,
    })
}

fn linker_in(rustlib: &Path) -> Option<PathBuf> {
    let hosts = fs::read_dir(rustlib).ok()?;
    let files = hosts.flatten().map(|host| host.path().join("bin/rust-lld"));
    files.into_iter().find(|file| file.is_file())
}

/// A linker for a compiler that has none: of another compiler, or installed by itself.
fn linker(job: &Job) -> Option<PathBuf> {
    let other = output(
        Command::new("rustc")
            .current_dir(&job.directory)
            .args(["--print", "sysroot"]),
    );
    other
        .and_then(|sysroot| linker_in(&Path::new(&sysroot).join("lib/rustlib")))
        .or_else(|| find(&["rust-lld", "ld.lld", "lld"]))
}

fn advice(job: &Job) -> String {
    let triple = triple(job);
    if job.linux {
        return format!(
            "there is no Rust compiler for {triple}, or nothing that links for it; this gives both (Debian, Ubuntu):\n  \
             apt-get install gcc-riscv64-linux-gnu\nand one of these:\n  rustup target add {triple}\n  \
             apt-get install rustc-web rust-web-src"
        );
    }
    let mut lines = vec![format!(
        "there is no Rust compiler for {triple}; one of these gives one:"
    )];
    let in_rustup = job.target.in_rustup() && !job.std;
    if in_rustup {
        lines.push(format!("  rustup target add {triple}"));
    }
    lines.push("  rustup component add rust-src".to_owned());
    lines.push("  apt-get install rustc-web rust-web-src lld   (Debian: compiler, library sources, linker)".to_owned());
    if !in_rustup && !job.std {
        lines.push("or build for --target rv64imac, whose library rustup has".to_owned());
    }
    lines.join("\n")
}

impl Compiler {
    fn describe(&self, job: &Job) -> String {
        let how = match self.from_source {
            true if job.std || job.linux => "std compiled along",
            true => "library compiled along",
            false => "library installed",
        };
        format!("{} for {}, {how}", self.version, triple(job))
    }
}

/// The flags that make it a program for this machine, and the same one wherever it is built.
fn flags(
    compiler: &Compiler,
    package: &Package,
    folder: &Path,
    job: &Job,
) -> anyhow::Result<OsString> {
    let mut flags: Vec<OsString> = Vec::new();
    if let Some(linker) = &compiler.linker {
        flags.push(joined("-Clinker=", linker));
    }
    match job.debug {
        true => flags.extend(["-Cdebuginfo=2".into(), "-Cstrip=none".into()]),
        false => flags.push("-Cstrip=debuginfo".into()),
    }
    if job.linux {
        flags.extend(
            [
                "-Ctarget-feature=+crt-static",
                "-Crelocation-model=static",
                "-Clink-arg=-Wl,--build-id=none",
            ]
            .map(OsString::from),
        );
    } else {
        if compiler.linker.is_some() {
            flags.push("-Clinker-flavor=ld.lld".into());
        }
        flags.push(joined("-Clink-arg=-T", &script(package, folder)?));
        for symbol in job.memory.symbols() {
            flags.push(format!("-Clink-arg=--defsym={symbol}").into());
        }
        flags.push("-Clink-arg=--build-id=none".into());
        // The labels of libraries that come with debug information, thousands of them.
        flags.push("-Clink-arg=--discard-locals".into());
    }
    if job.std {
        // The target is described as one without threads.
        flags.push("-Cpasses=lower-atomic".into());
    }
    let name = package.workspace.file_name().unwrap_or_default();
    let mut places = vec![(package.workspace.clone(), name.to_owned())];
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    places.extend(home.map(|home| (home, "cargo".into())));
    places.push((compiler.sysroot.join("lib/rustlib/src/rust"), "rust".into()));
    places.push(("/usr/src".into(), "rust".into()));
    for (from, to) in places {
        let mut flag = joined("--remap-path-prefix=", &from);
        flag.push("=");
        flag.push(to);
        flags.push(flag);
    }
    // The user's own come last.
    if let Some(own) = env::var_os("RUSTFLAGS") {
        flags.extend(own.to_string_lossy().split_whitespace().map(OsString::from));
    }
    Ok(flags.join::<&std::ffi::OsStr>("\u{1f}".as_ref()))
}

/// The linker script of the package, or of all, where the linker finds it.
fn script(package: &Package, folder: &Path) -> anyhow::Result<PathBuf> {
    let Some(own) = &package.script else {
        return support::script(folder, support::SCRIPT);
    };
    let contents = fs::read_to_string(own)
        .with_context(|| format!("cannot read the linker script {}", own.display()))?;
    support::script(folder, &contents)
}

fn joined(flag: &str, path: &Path) -> OsString {
    let mut joined = OsString::from(flag);
    joined.push(path);
    joined
}
