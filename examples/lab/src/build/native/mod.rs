//! Folders of C, C++ and assembly: every source below the folder, linked to one program.
//!
//! | module | has the compilers |
//! |---|---|
//! | `bare` | for the bare machine, with picolibc |
//! | `linux` | for Linux programs, with musl or glibc |

mod bare;
mod linux;

use super::{Built, Job, support};
use anyhow::Context;
pub use bare::for_others;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A language, told from a file's extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Language {
    Assembly,
    C,
    Cpp,
}

/// A source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    path: PathBuf,
    language: Language,
}

/// A compiler driver for each language, and how it links.
#[derive(Debug, Default)]
struct Compiler {
    /// What is run, and its first arguments.
    c: Vec<OsString>,
    cpp: Option<Vec<OsString>>,
    version: String,
    /// What it compiles for.
    target: String,
    /// Flags for compiling and linking alike.
    common: Vec<OsString>,
    /// Flags for compiling.
    include: Vec<OsString>,
    /// Flags for compiling C++.
    cpp_only: Vec<OsString>,
    /// Flags for linking, after the objects.
    libraries: Vec<OsString>,
    /// Flags for linking, before the objects.
    linker: Vec<OsString>,
}

/// The sources below a folder, in the order of their names; folders named `target` and hidden ones are skipped, and so are
/// links to a folder that has been looked at.
///
/// # Errors
/// A folder cannot be read.
pub fn sources(folder: &Path) -> anyhow::Result<Vec<File>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    let mut seen = HashSet::new();
    while let Some(folder) = folders.pop() {
        let real = fs::canonicalize(&folder);
        if !seen.insert(real.with_context(|| format!("cannot read {}", folder.display()))?) {
            continue;
        }
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if let Some(language) = language(&path) {
                found.push(File { path, language });
            }
        }
    }
    found.sort();
    Ok(found)
}

fn language(path: &Path) -> Option<Language> {
    match path.extension()?.to_str()? {
        "c" => Some(Language::C),
        "cc" | "cpp" | "cxx" => Some(Language::Cpp),
        "S" | "s" => Some(Language::Assembly),
        _ => None,
    }
}

/// Builds a folder; `None` if it does not compile.
///
/// # Errors
/// No compiler; a folder that cannot be written.
pub fn build(job: &Job) -> anyhow::Result<Option<Built>> {
    let mut files = sources(&job.directory)?;
    if let Some(given) = &job.target_dir {
        let given = given.canonicalize().unwrap_or_else(|_| given.clone());
        files.retain(|file| !file.path.starts_with(&given));
    }
    let needs = |language| files.iter().any(|file| file.language == language);
    let cpp = needs(Language::Cpp);
    let libc = cpp || needs(Language::C);
    let mut compiler = match job.linux {
        true => linux::compiler(job.libc, cpp)?,
        false => bare::compiler(job.target, cpp, libc)?,
    };
    if libc && !job.linux {
        compiler.include.push("-DJOLT_C_LIBRARY".into());
    }
    eprintln!(
        "Building {} with {} for {}",
        job.name, compiler.version, compiler.target
    );

    let target = job.target_dir.clone();
    let folder = target.unwrap_or_else(|| job.directory.join("target"));
    let folder = folder.join("jolt-lab").join(&compiler.target);
    support::folder(&folder)?;
    // Builds in one folder take turns, until what was linked has been read.
    let lock = folder.join("lock");
    let locked = fs::File::create(&lock).and_then(|lock| lock.lock().map(|()| lock));
    let _locked = locked.with_context(|| format!("cannot lock {}", lock.display()))?;
    let mut all = Vec::new();
    if !job.linux {
        let script = support::script(&folder, support::SCRIPT)?;
        // Not behind `-Wl`, which is cut at commas.
        compiler.linker.extend(["-T".into(), script.into()]);
        for symbol in job.memory.symbols() {
            compiler
                .linker
                .push(format!("-Wl,--defsym={symbol}").into());
        }
        all = supplied(&folder, libc, cpp)?;
    }
    for file in files {
        // Beside each other as the sources are: no two have one name.
        let name = file.path.strip_prefix(&job.directory).unwrap_or(&file.path);
        let object = Path::new("objects").join(joined("", name, ".o"));
        if let Some(parent) = object.parent().map(|parent| folder.join(parent)) {
            let made = fs::create_dir_all(&parent);
            made.with_context(|| format!("cannot make the folder {}", parent.display()))?;
        }
        all.push((file, object));
    }
    for (file, object) in &all {
        if !compiler.compile(job, &folder, file, object)? {
            if !job.linux {
                eprintln!("{BARE}");
            }
            return Ok(None);
        }
    }
    let objects: Vec<&Path> = all.iter().map(|(_, object)| object.as_path()).collect();
    let program = folder.join("program.elf");
    let (_, own) = parted(&job.arguments);
    compiler.libraries.splice(0..0, own.map(OsString::from));
    let strip = (!job.debug).then_some("-Wl,--strip-debug");
    compiler.linker.extend(strip.map(OsString::from));
    if !compiler.link(cpp, &folder, &objects)? {
        if !job.linux {
            eprintln!("{BARE}");
        }
        return Ok(None);
    }
    Built::of(&job.name, &compiler.version, &compiler.target, &program).map(Some)
}

/// The start code and the parts of a system that a program for the bare machine needs, written where it is built.
fn supplied(folder: &Path, libc: bool, cpp: bool) -> anyhow::Result<Vec<(File, PathBuf)>> {
    let given = folder.join("support");
    support::write(&given.join("jolt_guest.h"), support::HEADER)?;
    support::write(&given.join("jolt_marker.h"), support::MARKER_HEADER)?;
    let all = [
        (
            "start.S",
            "start.o",
            Language::Assembly,
            support::START,
            true,
        ),
        (
            "runtime.c",
            "runtime.c.o",
            Language::C,
            support::RUNTIME_C,
            libc,
        ),
        (
            "runtime.cc",
            "runtime.cc.o",
            Language::Cpp,
            support::RUNTIME_CPP,
            cpp,
        ),
    ];
    let needed = all.into_iter().filter(|(.., needed)| *needed);
    needed
        .map(|(name, object, language, contents, _)| {
            let path = given.join(name);
            support::write(&path, contents)?;
            Ok((File { path, language }, object.into()))
        })
        .collect()
}

/// What is said of a program that does not compile for the bare machine.
const BARE: &str = "note: this was built for the bare machine, where C has one thread and C++ no exceptions, RTTI or \
                    streams; `--linux` builds it as a Linux program, with all of the library";

/// A command of a driver.
fn run(driver: &[OsString]) -> Command {
    let (program, arguments) = driver.split_first().expect("a driver has a program");
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

impl Compiler {
    /// Whether it assembles by itself.
    fn is_clang(&self) -> bool {
        self.version.contains("clang")
    }

    fn compile(
        &self,
        job: &Job,
        folder: &Path,
        file: &File,
        object: &Path,
    ) -> anyhow::Result<bool> {
        let driver = match file.language {
            Language::Cpp => self.cpp.as_ref().unwrap_or(&self.c),
            Language::C | Language::Assembly => &self.c,
        };
        let mut command = run(driver);
        command
            .current_dir(folder)
            .args(&self.common)
            .args(&self.include);
        command.args([
            "-O2",
            "-ffunction-sections",
            "-fdata-sections",
            "-Wall",
            "-Wextra",
        ]);
        if file.language == Language::Cpp {
            command.arg("-std=c++20").args(&self.cpp_only);
        }
        for (from, to) in [(folder, "jolt-lab"), (&job.directory, job.name.as_str())] {
            command.arg(joined("-ffile-prefix-map=", from, &format!("={to}")));
            // Of sources in assembly, gcc leaves lines to the assembler, which has to be told by itself.
            if job.debug && file.language == Language::Assembly && !self.is_clang() {
                let map = joined("--debug-prefix-map=", from, &format!("={to}"));
                command.args(["-Xassembler".into(), map]);
            }
        }
        command
            .arg("-I")
            .arg(&job.directory)
            .arg("-Isupport")
            .args(job.debug.then_some("-g"))
            .args(parted(&job.arguments).0);
        // A name relative to where the compiler runs: it may become a symbol.
        let source = file.path.strip_prefix(folder).unwrap_or(&file.path);
        succeeds(command.arg("-c").arg("-o").arg(object).arg(source))
    }

    fn link(&self, cpp: bool, folder: &Path, objects: &[&Path]) -> anyhow::Result<bool> {
        let driver = match &self.cpp {
            Some(driver) if cpp => driver,
            _ => &self.c,
        };
        let mut command = run(driver);
        command
            .current_dir(folder)
            .args(&self.common)
            .args(&self.linker)
            .args([
                "-static",
                "-Wl,--gc-sections",
                "-Wl,--build-id=none",
                "-Wl,-z,noexecstack",
                "-Wl,--discard-locals",
            ])
            .args(objects);
        succeeds(command.args(&self.libraries).args(["-o", "program.elf"]))
    }
}

/// The user's arguments for compiling, and those for linking. What an option for the linker is about may be an argument of its
/// own: `-L DIR` is `-LDIR`.
fn parted(arguments: &[String]) -> (impl Iterator<Item = &String>, impl Iterator<Item = &String>) {
    let (mut compiling, mut linking) = (Vec::new(), Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if ["-L", "-l", "-u", "-z", "-Xlinker"].contains(&argument.as_str()) {
            linking.push(argument);
            linking.extend(arguments.next());
        } else if ["-Wl,", "-L", "-l"]
            .iter()
            .any(|start| argument.starts_with(start))
        {
            linking.push(argument);
        } else {
            compiling.push(argument);
        }
    }
    (compiling.into_iter(), linking.into_iter())
}

fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    let status = command
        .status()
        .with_context(|| format!("{command:?} cannot be started"))?;
    Ok(status.success())
}

fn joined(before: &str, path: &Path, after: &str) -> OsString {
    let mut joined = OsString::from(before);
    joined.push(path);
    joined.push(after);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What links lead to is taken once, and a link to a folder above leads to nothing new.
    #[cfg(unix)]
    #[test]
    fn loops_of_links_end() {
        let folder = std::env::temp_dir().join(format!("jolt-lab-links-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).expect("a folder");
        fs::write(folder.join("inner/one.c"), "").expect("a file");
        std::os::unix::fs::symlink(".", folder.join("loop")).expect("a link");
        std::os::unix::fs::symlink("..", folder.join("inner/up")).expect("a link");
        let found = sources(&folder);
        fs::remove_dir_all(&folder).expect("removed");
        let found: Vec<PathBuf> = found
            .expect("sources")
            .into_iter()
            .map(|f| f.path)
            .collect();
        assert_eq!(found, [folder.join("inner/one.c")]);
    }

    #[test]
    fn what_is_for_the_linker_goes_there() {
        let of = |line: &str| {
            let given: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let (compiling, linking) = parted(&given);
            let compiling: Vec<String> = compiling.cloned().collect();
            let linking: Vec<String> = linking.cloned().collect();
            [compiling.join(" "), linking.join(" ")]
        };
        for (line, compiling, linking) in [
            ("-L lib -I inc -lm -O3", "-I inc -O3", "-L lib -lm"),
            (
                "-Llib -l m -Wl,--defsym=A=1 -DB",
                "-DB",
                "-Llib -l m -Wl,--defsym=A=1",
            ),
            ("-Xlinker -z -z now -g", "-g", "-Xlinker -z -z now"),
            ("-L", "", "-L"),
        ] {
            assert_eq!(of(line), [compiling, linking], "{line}");
        }
    }

    #[test]
    fn languages_are_told_by_extension() {
        let of = |name: &str| language(Path::new(name));
        assert_eq!(of("a/b.c"), Some(Language::C));
        assert_eq!(of("b.cc"), Some(Language::Cpp));
        assert_eq!(of("b.S"), Some(Language::Assembly));
        for other in ["b.h", "c", "b.rs", "b.o"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
