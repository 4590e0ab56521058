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

/// An address, with the function that it belongs to and the offset from its start.
pub fn location(program: &Program, address: u64) -> String {
    match place(program, address) {
        Some(place) => format!("{address:#x}, {place}"),
        None => format!("{address:#x}"),
    }
}

/// A function and an offset, such as `main+0x12`; [`None`] where no symbol says.
pub fn place(program: &Program, address: u64) -> Option<String> {
    let (name, offset) = program.symbol(address)?;
    Some(match offset {
        0 => name.into_owned(),
        _ => format!("{name}+{offset:#x}"),
    })
}

/// Why a run cannot be proven, where that is in the program, and what to do about it.
pub fn fault(program: &Program, error: &TraceError) -> String {
    let mut text = error.to_string();
    if let Some(pc) = error.pc()
        && let Some(place) = place(program, pc)
    {
        let pc = format!("pc {pc:#x}");
        text = text.replacen(&pc, &format!("{pc} ({place})"), 1);
    }
    text + advice(error)
}

/// What to do about a run that cannot be proven.
pub fn advice(error: &TraceError) -> &'static str {
    match error {
        TraceError::CycleLimit { .. } => " (--max-cycles)",
        TraceError::PrivateInputExhausted { .. } => "; give a longer file with --private-input",
        TraceError::InputTooLong { .. } => "; large data can be private input",
        TraceError::StackGuard { .. } => {
            "; a larger stack: -Clink-arg=--defsym=STACK_RESERVE=8M, or -Wl,--defsym=STACK_RESERVE=8M"
        }
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

    /// The file, to be written piece by piece before [`Self::complete`].
    pub fn file(&self) -> &fs::File {
        &self.file
    }

    /// Writes the contents and gives the file its name.
    ///
    /// # Errors
    /// Names the file.
    pub fn finish(mut self, contents: &[u8]) -> anyhow::Result<()> {
        let written = self.file.write_all(contents);
        written.with_context(|| self.cannot())?;
        self.complete()
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// Names the file.
    pub fn complete(mut self) -> anyhow::Result<()> {
        let written = self.file.sync_all();
        let written = written.and_then(|()| fs::rename(&self.temporary, &self.target));
        self.done = written.is_ok();
        written.with_context(|| self.cannot())
    }

    /// What there is to say if it cannot be written.
    pub fn cannot(&self) -> String {
        format!("cannot write {}", self.target.display())
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
