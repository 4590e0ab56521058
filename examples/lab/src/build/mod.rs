//! `jolt-lab build`: a program from its sources to an ELF file that the machine runs.
//!
//! Programs are built for the bare machine, with the guest library, or as static Linux programs. Go and Zig are always
//! the latter; of the others the user says which.
//!
//! | module | is |
//! |---|---|
//! | [`target`] | the instruction sets, as compilers call them; C libraries; memory |
//! | [`rust`] | Cargo packages |
//! | [`native`] | folders of C, C++ and assembly |
//! | [`go`], [`zig`] | programs in these languages |
//! | [`support`] | linker script, start code and headers, written beside what is built |
//! | [`bundled`] | the programs that come with the command, with their digests |
//!
//! The compiler writes to standard error as it likes. Exit codes: 0 built, 1 the compiler found errors,
//! 2 no compiler, no sources, wrong usage.

pub mod bundled;
pub mod go;
pub mod native;
pub mod rust;
pub mod support;
pub mod target;
pub mod zig;

use crate::cli::{BuildArguments, ProcessArguments};
use crate::linux;
use crate::report::{Report, bytes, hex, thousands};
use crate::source::{NewFile, Source, quoted};
use anyhow::{Context, bail};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use target::{Libc, Memory, Target};

/// What to build.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the sources are: an absolute path.
    pub directory: PathBuf,
    /// The name of the program: of the package, or of the folder.
    pub name: String,
    /// The instruction set of the bare machine.
    pub target: Target,
    /// A Cargo package that uses `std` on the bare machine.
    pub std: bool,
    /// Whether it becomes a Linux program.
    pub linux: bool,
    /// The C library of a Linux program, if it matters.
    pub libc: Option<Libc>,
    /// The memory that a program for the bare machine is linked for.
    pub memory: Memory,
    /// The binary, where a package has several.
    pub bin: Option<String>,
    /// Debug information stays in the file.
    pub debug: bool,
    /// Further arguments for cargo or for the C compiler.
    pub arguments: Vec<String>,
    /// Where what compilers make goes, if not where it usually does: an absolute path.
    pub target_dir: Option<PathBuf>,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// The name of the program.
    pub name: String,
    /// The compiler's own words about its version.
    pub compiler: String,
    /// What it was compiled for, in the compiler's words.
    pub target: String,
    /// The ELF file.
    pub elf: Vec<u8>,
}

/// A language family, told from the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Cargo,
    Go,
    Zig,
    Native,
}

impl Job {
    /// A job from what the user typed.
    ///
    /// # Errors
    /// The folder does not exist.
    pub fn new(directory: &Path, target: Target) -> anyhow::Result<Self> {
        let path = directory
            .canonicalize()
            .with_context(|| format!("cannot read {}", directory.display()))?;
        if !path.is_dir() {
            bail!("{} is no folder", directory.display());
        }
        let name = path
            .file_name()
            .map_or("guest".into(), |name| name.to_string_lossy());
        Ok(Job {
            name: name.into_owned(),
            directory: path,
            target,
            std: false,
            linux: false,
            libc: None,
            memory: Memory::default(),
            bin: None,
            debug: false,
            arguments: Vec::new(),
            target_dir: None,
        })
    }

    fn kind(&self) -> anyhow::Result<Kind> {
        if self.directory.join("Cargo.toml").is_file() {
            return Ok(Kind::Cargo);
        }
        if go::is_program(&self.directory) {
            return Ok(Kind::Go);
        }
        if zig::is_program(&self.directory) {
            return Ok(Kind::Zig);
        }
        match native::sources(&self.directory)?.is_empty() {
            false => Ok(Kind::Native),
            true => bail!(
                "{} has neither a Cargo.toml nor sources in Go, Zig, C, C++ or assembly \
                 (.go .zig .c .cc .cpp .cxx .S .s)",
                self.directory.display()
            ),
        }
    }

    /// Builds it. `None` if the compiler found errors, which it has told the user.
    ///
    /// # Errors
    /// No compiler, no sources; a C library that the language does not take.
    pub fn build(&self) -> anyhow::Result<Option<Built>> {
        let kind = self.kind()?;
        match (kind, self.libc) {
            (Kind::Go | Kind::Zig, Some(_)) => {
                bail!("--libc: programs in Go and Zig have no C library")
            }
            (Kind::Cargo, Some(Libc::Musl)) => {
                bail!(
                    "--libc musl: Rust programs are linked with glibc ({})",
                    rust::LINUX
                )
            }
            _ => {}
        }
        match kind {
            Kind::Cargo => rust::build(self),
            Kind::Go => go::build(self),
            Kind::Zig => zig::build(self),
            Kind::Native => native::build(self),
        }
    }
}

impl Built {
    /// The program in a file, by a compiler for a target.
    ///
    /// # Errors
    /// The file cannot be read.
    fn of(name: &str, compiler: &str, target: &str, program: &Path) -> anyhow::Result<Self> {
        let elf = std::fs::read(program);
        Ok(Built {
            name: name.to_owned(),
            compiler: format!("{compiler} for {target}"),
            target: target.to_owned(),
            elf: elf.with_context(|| format!("cannot read {}", program.display()))?,
        })
    }
}

/// One of several programs: the one that is asked for, or the only one. `none` is what there is to say if there is none.
fn choose(job: &str, bin: Option<&str>, names: &[String], none: &str) -> anyhow::Result<String> {
    match (bin, names) {
        (Some(name), _) if names.iter().any(|known| known == name) => Ok(name.to_owned()),
        (None, [one]) => Ok(one.clone()),
        (_, []) => bail!("{job} has no program: {none}"),
        (_, several) => bail!(
            "{job} has the programs {}: choose with --bin",
            several.join(", ")
        ),
    }
}

/// Builds a program, or all bundled ones.
///
/// # Errors
/// No compiler, no sources, an output that cannot be written. Errors in the program are a negative verdict.
pub fn build(arguments: &BuildArguments) -> anyhow::Result<Report> {
    if arguments.bundled {
        return bundled::build(&arguments.directory, arguments.bin.as_deref());
    }
    let mut job = Job::new(&arguments.directory, arguments.target.unwrap_or_default())?;
    job.std = arguments.std;
    job.linux = arguments.linux;
    job.libc = arguments.libc;
    job.memory = Memory {
        ram: arguments.ram,
        stack: arguments.stack,
    };
    let language = match job.kind()? {
        Kind::Go => Some("Go"),
        Kind::Zig => Some("Zig"),
        Kind::Cargo | Kind::Native => None,
    };
    if let Some(language) = language {
        let bare = [
            ("--target", arguments.target.is_some()),
            ("--std", arguments.std),
            ("--ram", arguments.ram.is_some()),
            ("--stack", arguments.stack.is_some()),
        ];
        if let Some((option, _)) = bare.iter().find(|(_, given)| *given) {
            bail!("{option} is for the bare machine, and {language} programs are Linux programs");
        }
        job.linux = true;
    }
    job.debug = arguments.debug;
    job.bin.clone_from(&arguments.bin);
    job.arguments.clone_from(&arguments.arguments);
    if let Some(folder) = &arguments.target_dir {
        let absolute = std::path::absolute(folder);
        let absolute = absolute.with_context(|| format!("cannot use {}", folder.display()))?;
        job.target_dir = Some(absolute);
    }
    // A place that cannot be written is found out before the work.
    let chosen = arguments
        .output
        .as_deref()
        .map(NewFile::create)
        .transpose()?;
    let Some(built) = job.build()? else {
        let report = Report::new(json!({ "directory": job.directory }));
        return Ok(report.failed(format!("{} was not built", job.name)));
    };
    let output = arguments
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}.elf", built.name)));
    let source = Source {
        name: output.display().to_string(),
        elf: Cow::Owned(built.elf.clone()),
        guest: None,
        start: tracer::is_linux(&built.elf)
            .then(|| linux::started(&output, &ProcessArguments::default())),
    };
    let program = source.program()?;
    let heads = (1u32..).take(program.rows().len().saturating_sub(1));
    let instructions = heads.filter(|row| program.is_head(*row)).count();
    match chosen {
        Some(file) => file.finish(&built.elf)?,
        None => NewFile::create(&output)?.finish(&built.elf)?,
    }
    if job.linux {
        executable(&output)?;
    }

    let digest = hex(&Sha256::digest(&built.elf));
    let size = built.elf.len();
    let mut report = Report::new(json!({
        "program": built.name,
        "output": output,
        "compiler": built.compiler,
        "target": built.target,
        "linux": job.linux,
        "elf_bytes": size,
        "sha256": digest,
        "instructions": instructions,
    }));
    report.line(format!("Built {}", output.display()));
    report.fact("compiler", &built.compiler);
    report.fact("target", &built.target);
    report.fact(
        "program",
        format!("{} instructions", thousands(instructions as u64)),
    );
    report.fact("size", bytes(size as u64));
    report.fact("SHA-256", digest);
    report.line(format!("Run it: jolt-lab run {}", quoted(&output)));
    Ok(report)
}

/// Lets a file be run, by an emulator or where it is native.
#[cfg(unix)]
fn executable(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(path);
    let set = meta.and_then(|meta| {
        let mut permissions = meta.permissions();
        // Whoever may read it may run it.
        let mode = permissions.mode();
        permissions.set_mode(mode | (mode & 0o444) >> 2);
        match meta.is_file() {
            true => std::fs::set_permissions(path, permissions),
            false => Ok(()),
        }
    });
    set.with_context(|| format!("cannot make {} executable", path.display()))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// The first executable file of one of these names on the search path.
fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|file| file.is_file())
}

/// What a command prints, without the spaces around it; `None` if it fails.
fn output(command: &mut Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned())
}
