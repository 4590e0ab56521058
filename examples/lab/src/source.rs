//! Programs and inputs, from names and files; files written whole or not at all.

use crate::guests::{self, Guest};
use anyhow::{Context, bail};
use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tracer::{ElfError, Inputs, Program, TraceError};

/// A program as the user named it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name.
    pub name: String,
    /// The ELF file.
    pub elf: Cow<'static, [u8]>,
    /// The bundled program, if it is one.
    pub guest: Option<&'static Guest>,
}

impl Source {
    /// Finds a program: a bundled one, else a file.
    ///
    /// # Errors
    /// Neither exists, or the file cannot be read.
    pub fn open(name: &str) -> anyhow::Result<Self> {
        if let Some(guest) = guests::find(name) {
            return Ok(Source {
                name: name.to_owned(),
                elf: Cow::Borrowed(guest.elf),
                guest: Some(guest),
            });
        }
        let path = Path::new(name);
        if !path.exists() {
            bail!(
                "there is no file `{name}` and no bundled program of that name; bundled are: {}",
                guests::names()
            );
        }
        Ok(Source {
            name: name.to_owned(),
            elf: Cow::Owned(read(path)?),
            guest: None,
        })
    }

    /// Loads it.
    ///
    /// # Errors
    /// The file is no program for this machine; the message says what to do about it.
    pub fn program(&self) -> anyhow::Result<Program> {
        Program::from_elf(&self.elf).map_err(|error| {
            let advice = match error {
                ElfError::Type { .. } | ElfError::Dynamic { .. } => {
                    "link statically at a fixed address: -static -no-pie"
                }
                _ => "programs are static executables for RV32 or RV64: IMAC, Zba, Zbb, Zbs",
            };
            anyhow::anyhow!("{} cannot be loaded: {error} ({advice})", self.name)
        })
    }

    /// The inputs from files. A bundled program that is given neither file gets its default.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn inputs(&self, public: Option<&Path>, private: Option<&Path>) -> anyhow::Result<Inputs> {
        let of = |path: Option<&Path>| path.map_or(Ok(Vec::new()), read);
        match (public, private, self.guest) {
            (None, None, Some(guest)) => Ok(guest.default_inputs()),
            _ => Ok(Inputs {
                public: of(public)?,
                private: of(private)?,
            }),
        }
    }
}

/// What to do about a run that cannot be proven.
pub fn advice(error: &TraceError) -> &'static str {
    match error {
        TraceError::CycleLimit { .. } => " (--max-cycles)",
        TraceError::PrivateInputExhausted { .. } => "; give a longer file with --private-input",
        TraceError::InputTooLong { .. } => "; large data can be private input",
        _ => "",
    }
}

/// Contents of a file.
///
/// # Errors
/// Names the file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// A file that appears under its name only when it is complete.
#[derive(Debug)]
pub struct NewFile {
    target: PathBuf,
    temporary: PathBuf,
    file: fs::File,
    done: bool,
}

impl NewFile {
    /// Starts a file, so that an unusable place is found out before the work and not after it.
    ///
    /// # Errors
    /// Names the place that cannot be written.
    pub fn create(target: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", target.display());
        let Some(name) = target.file_name() else {
            bail!("{}: not a file name", cannot());
        };
        if target.is_dir() {
            bail!("{}: it is a directory", cannot());
        }
        let name = format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id());
        let temporary = target.with_file_name(name);
        Ok(NewFile {
            file: fs::File::create(&temporary).with_context(cannot)?,
            target: target.to_owned(),
            temporary,
            done: false,
        })
    }

    /// Writes the contents and gives the file its name.
    ///
    /// # Errors
    /// Names the file.
    pub fn finish(mut self, contents: &[u8]) -> anyhow::Result<()> {
        let written = self
            .file
            .write_all(contents)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| fs::rename(&self.temporary, &self.target));
        self.done = written.is_ok();
        written.with_context(|| format!("cannot write {}", self.target.display()))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.done {
            // Nothing to do if it cannot be removed.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}
