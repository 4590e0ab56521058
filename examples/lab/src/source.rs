//! Programs and inputs, from names and files; files written whole or not at all.

use crate::cli::ProcessArguments;
use crate::guests::{self, Guest};
use crate::interrupt;
use crate::linux::{self, Start};
use anyhow::{Context, bail};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tracer::{Inputs, Program, TraceError};
use verdict::program::ProgramFile;

/// A program as the user named it.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    /// The ELF file.
    pub elf: Cow<'static, [u8]>,
    /// The bundled program, if it is one.
    pub guest: Option<&'static Guest>,
    /// What it is started with, if it is a Linux program.
    pub start: Option<Start>,
}

impl Source {
    /// Finds a program: a bundled one, else a file. A Linux program is started by its name alone.
    ///
    /// # Errors
    /// Neither exists, or the file cannot be read.
    pub fn open(name: impl AsRef<OsStr>) -> anyhow::Result<Self> {
        Self::started(name, &ProcessArguments::default())
    }

    /// The same, with what a Linux program is started with.
    ///
    /// # Errors
    /// As [`Self::open`], and if it is given to another program.
    pub fn started(name: impl AsRef<OsStr>, arguments: &ProcessArguments) -> anyhow::Result<Self> {
        let path = Path::new(name.as_ref());
        // As it is shown.
        let name = &*path.to_string_lossy();
        if let Some(guest) = path.to_str().and_then(guests::find) {
            linux::check_unused(name, arguments)?;
            if path.is_file() {
                eprintln!("`{name}` is the bundled program; the file of that name is `./{name}`");
            }
            return Ok(Source {
                name: name.to_owned(),
                elf: Cow::Borrowed(guest.elf),
                guest: Some(guest),
                start: None,
            });
        }
        if !path.exists() {
            let meant = match guests::similar(name) {
                Some(similar) => format!("; did you mean `{similar}`? All that are bundled:"),
                None => "; bundled are:".to_owned(),
            };
            bail!(
                "there is no file `{name}` and no bundled program of that name{meant} {}",
                guests::names()
            );
        }
        let elf = read(path)?;
        let start = match tracer::is_linux(&elf) {
            true => Some(linux::started(path, arguments)),
            false => {
                linux::check_unused(name, arguments)?;
                None
            }
        };
        Ok(Source {
            name: name.to_owned(),
            elf: Cow::Owned(elf),
            guest: None,
            start,
        })
    }

    /// Loads it.
    ///
    /// # Errors
    /// The file is no program for this machine; the message says what to do about it.
    pub fn program(&self) -> anyhow::Result<Program> {
        self.file().program()
    }

    /// The same as a verifier takes it.
    pub fn file(&self) -> ProgramFile<'_> {
        ProgramFile {
            name: &self.name,
            elf: &self.elf,
            start: self.start.as_ref(),
        }
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
    if let TraceError::OutsideMemory { address, .. } = error
        && program.layout().is_linux()
    {
        text += match *address < program.layout().io_base {
            true => ": a null pointer was followed (on Linux SIGSEGV)",
            false => " (on Linux SIGSEGV)",
        };
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
            "; a larger stack: jolt-lab build --stack 8MiB, or --defsym=STACK_RESERVE=8M for a linker"
        }
        _ => "",
    }
}

/// A path as a shell reads it back: in quotes if it has anything in it that a shell may take for something else.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Contents of a file.
///
/// # Errors
/// Names the file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// How many symbolic links a path may lead over.
const LINKS: usize = 40;

/// A file that appears under its name only when it is complete. An interrupt leaves nothing of it behind, and what had
/// its name before. A symbolic link stays, and what it leads to is written; so are devices and pipes, which are written as
/// what comes.
#[derive(Debug)]
pub struct NewFile {
    target: PathBuf,
    /// Where it is written until it is complete, unless it is a device or a pipe; then removed, if it never was.
    temporary: Option<PathBuf>,
    /// Open from when there is something to write.
    file: Option<fs::File>,
}

impl NewFile {
    /// Starts a file, so that an unusable place is found out before the work and not after it.
    ///
    /// # Errors
    /// Names the place that cannot be written.
    pub fn create(target: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", target.display());
        let special = match fs::metadata(target) {
            Ok(there) if there.is_dir() => bail!("{}: it is a directory", cannot()),
            Ok(there) => !there.is_file(),
            Err(_) => false,
        };
        if special {
            let file = fs::OpenOptions::new().write(true).open(target);
            return Ok(NewFile {
                target: target.to_owned(),
                temporary: None,
                file: Some(file.with_context(cannot)?),
            });
        }
        let target = followed(target).with_context(cannot)?;
        let Some(name) = target.file_name() else {
            bail!("{}: not a file name", cannot());
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let temporary = target.with_file_name(hidden);
        let _held = interrupt::hold();
        fs::File::create(&temporary)
            .and_then(|_| fs::remove_file(&temporary))
            .with_context(cannot)?;
        Ok(NewFile {
            target,
            temporary: Some(temporary),
            file: None,
        })
    }

    /// The file, to be written piece by piece before [`Self::complete`].
    ///
    /// # Errors
    /// Names the file.
    pub fn file(&mut self) -> anyhow::Result<&mut fs::File> {
        self.start(&mut interrupt::hold())?;
        let cannot = self.cannot();
        self.file.as_mut().with_context(|| cannot)
    }

    /// Makes the file that is written, and lists it among those that an interrupt removes.
    fn start(&mut self, unfinished: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
        if let (None, Some(temporary)) = (&self.file, &self.temporary) {
            let file = fs::File::create(temporary);
            self.file = Some(file.with_context(|| self.cannot())?);
            unfinished.insert(temporary.clone());
        }
        Ok(())
    }

    /// Writes the contents and gives the file its name. An interrupt waits until that is done, unless it is a pipe or a
    /// device.
    ///
    /// # Errors
    /// Names the file.
    pub fn finish(mut self, contents: &[u8]) -> anyhow::Result<()> {
        if self.temporary.is_none() {
            let written = self.file()?.write_all(contents);
            return written.with_context(|| self.cannot());
        }
        let mut unfinished = interrupt::hold();
        self.start(&mut unfinished)?;
        let written = self.file.as_mut().map(|file| file.write_all(contents));
        let renamed = written
            .unwrap_or(Ok(()))
            .with_context(|| self.cannot())
            .and_then(|()| self.rename(&mut unfinished));
        // Dropping takes the lock again.
        drop(unfinished);
        renamed
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// Names the file.
    pub fn complete(mut self) -> anyhow::Result<()> {
        let mut unfinished = interrupt::hold();
        let renamed = self
            .start(&mut unfinished)
            .and_then(|()| self.rename(&mut unfinished));
        drop(unfinished);
        renamed
    }

    fn rename(&mut self, unfinished: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
        if let (Some(file), Some(temporary)) = (&self.file, &self.temporary) {
            let written = file.sync_all();
            let written = written.and_then(|()| fs::rename(temporary, &self.target));
            written.with_context(|| self.cannot())?;
            unfinished.remove(temporary);
            self.temporary = None;
        }
        Ok(())
    }

    /// What there is to say if it cannot be written.
    pub fn cannot(&self) -> String {
        format!("cannot write {}", self.target.display())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let (Some(_), Some(temporary)) = (&self.file, &self.temporary) {
            let mut unfinished = interrupt::hold();
            unfinished.remove(temporary);
            // Nothing to do if it cannot be removed.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// What a path leads to over symbolic links, whether that is there or not.
fn followed(path: &Path) -> std::io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_symlink() => {
                let to = fs::read_link(&path)?;
                path = path.parent().unwrap_or(Path::new("")).join(to);
            }
            _ => return Ok(path),
        }
    }
    Err(std::io::Error::other("too many symbolic links"))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::process::Command;

    fn folder(name: &str) -> PathBuf {
        let name = format!("jolt-lab-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_a_link_leads_to_is_written() {
        let folder = folder("links");
        let (link, file) = (folder.join("link"), folder.join("file"));
        symlink("file", &link).unwrap();
        // One that leads nowhere yet, and one that leads to a file.
        for contents in ["new", "again"] {
            NewFile::create(&link)
                .unwrap()
                .finish(contents.as_bytes())
                .unwrap();
            assert!(link.is_symlink() && !file.is_symlink());
            assert_eq!(fs::read_to_string(&file).unwrap(), contents);
        }
        symlink("loop", folder.join("loop")).unwrap();
        let error = NewFile::create(&folder.join("loop")).unwrap_err();
        assert!(format!("{error:#}").contains("too many"), "{error:#}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_pipe_stays_a_pipe() {
        let folder = folder("pipe");
        let pipe = folder.join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe)
        });
        NewFile::create(&pipe)
            .unwrap()
            .finish(b"through it")
            .unwrap();
        assert_eq!(reader.join().unwrap().unwrap(), b"through it");
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        fs::remove_dir_all(folder).unwrap();
    }

    /// Whatever ends the process before there is something to write.
    #[test]
    fn nothing_is_left_behind() {
        let folder = folder("nothing");
        let names = || fs::read_dir(&folder).unwrap().count();
        let mut started = NewFile::create(&folder.join("file")).unwrap();
        assert_eq!(names(), 0);
        started.file().unwrap().write_all(b"half").unwrap();
        assert_eq!(names(), 1);
        drop(started);
        assert_eq!(names(), 0);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn printed_paths_are_read_back() {
        for path in ["plain.elf", "with,comma/a b.elf", "it's", "$HOME", ""] {
            let printed = format!("printf %s {}", quoted(Path::new(path)));
            let read = Command::new("sh").args(["-c", &printed]).output().unwrap();
            assert_eq!(read.stdout, path.as_bytes());
        }
        assert_eq!(quoted(Path::new("a/b-1.elf")), "a/b-1.elf");
    }
}
