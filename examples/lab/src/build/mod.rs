//! `jolt-lab build`: a guest program from its sources to an ELF file that the machine runs.
//!
//! | module | is |
//! |---|---|
//! | [`target`] | the instruction sets, as compilers call them |
//! | [`rust`] | Cargo packages |
//! | [`native`] | folders of C, C++ and assembly |
//! | [`support`] | linker script, start code and headers, written beside what is built |
//! | [`bundled`] | the programs that come with the command, with their digests |
//!
//! The compiler writes to standard error as it likes. Exit codes: 0 built, 1 the compiler found errors,
//! 2 no compiler, no sources, wrong usage.

pub mod bundled;
pub mod native;
pub mod rust;
pub mod support;
pub mod target;

use crate::cli::BuildArguments;
use crate::report::{Report, bytes, hex, thousands};
use crate::source::{NewFile, Source, quoted};
use anyhow::{Context, bail};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use target::Target;

/// What to build.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the sources are: an absolute path.
    pub directory: PathBuf,
    /// The name of the program: of the package, or of the folder.
    pub name: String,
    /// The instruction set.
    pub target: Target,
    /// A Cargo package that uses `std`.
    pub std: bool,
    /// The binary, where a package has several.
    pub bin: Option<String>,
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
    /// The ELF file.
    pub elf: Vec<u8>,
}

/// A language family, told from the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Cargo,
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
            bin: None,
            arguments: Vec::new(),
            target_dir: None,
        })
    }

    fn kind(&self) -> anyhow::Result<Kind> {
        if self.directory.join("Cargo.toml").is_file() {
            return Ok(Kind::Cargo);
        }
        match native::sources(&self.directory)?.is_empty() {
            false => Ok(Kind::Native),
            true => bail!(
                "{} has neither a Cargo.toml nor sources in C, C++ or assembly (.c .cc .cpp .cxx .S .s)",
                self.directory.display()
            ),
        }
    }

    /// Builds it. `None` if the compiler found errors, which it has told the user.
    ///
    /// # Errors
    /// No compiler, no sources.
    pub fn build(&self) -> anyhow::Result<Option<Built>> {
        match self.kind()? {
            Kind::Cargo => rust::build(self),
            Kind::Native => native::build(self),
        }
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
    let mut job = Job::new(&arguments.directory, arguments.target)?;
    job.std = arguments.std;
    job.bin.clone_from(&arguments.bin);
    job.arguments.clone_from(&arguments.arguments);
    if let Some(folder) = &arguments.target_dir {
        let absolute = std::path::absolute(folder);
        let absolute = absolute.with_context(|| format!("cannot use {}", folder.display()))?;
        job.target_dir = Some(absolute);
    }
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
        start: None,
    };
    let program = source.program()?;
    let heads = (1u32..).take(program.rows().len().saturating_sub(1));
    let instructions = heads.filter(|row| program.is_head(*row)).count();
    NewFile::create(&output)?.finish(&built.elf)?;

    let digest = hex(&Sha256::digest(&built.elf));
    let size = built.elf.len();
    let mut report = Report::new(json!({
        "program": built.name,
        "output": output,
        "compiler": built.compiler,
        "target": job.target.name(),
        "elf_bytes": size,
        "sha256": digest,
        "instructions": instructions,
    }));
    report.line(format!("Built {}", output.display()));
    report.fact("compiler", &built.compiler);
    report.fact("target", job.target.name());
    report.fact(
        "program",
        format!("{} instructions", thousands(instructions as u64)),
    );
    report.fact("size", bytes(size as u64));
    report.fact("SHA-256", digest);
    report.line(format!("Run it: jolt-lab run {}", quoted(&output)));
    Ok(report)
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
