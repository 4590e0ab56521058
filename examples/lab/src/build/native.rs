//! Folders of C, C++ and assembly: every source below the folder, linked to one program.
//!
//! The compiler is `riscv64-unknown-elf-gcc` where there is one (`riscv64-elf-gcc` and `riscv-none-elf-gcc` are
//! other names of it), else `clang` with `lld`. The C library is picolibc, else what gcc has.

use super::target::Target;
use super::{Built, Job, find, output, support};
use anyhow::{Context, bail};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PREFIXES: [&str; 3] = ["riscv64-unknown-elf-", "riscv64-elf-", "riscv-none-elf-"];
const PICOLIBC: &str = "/usr/lib/picolibc/riscv64-unknown-elf";
const LIBGCC: &str = "/usr/lib/gcc/riscv64-unknown-elf";

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
#[derive(Debug)]
struct Compiler {
    c: PathBuf,
    cpp: Option<PathBuf>,
    version: String,
    /// Flags for compiling and linking alike.
    common: Vec<OsString>,
    /// Flags for compiling.
    include: Vec<OsString>,
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
    let mut compiler = compiler(job.target, cpp, libc)?;
    if libc {
        compiler.include.push("-DJOLT_C_LIBRARY".into());
    }
    eprintln!(
        "Building {} with {} for {}",
        job.name,
        compiler.version,
        job.target.name()
    );

    let target = job.target_dir.clone();
    let folder = target.unwrap_or_else(|| job.directory.join("target"));
    let folder = folder.join("jolt-lab").join(job.target.name());
    let given = folder.join("support");
    let script = support::script(&folder, support::SCRIPT)?;
    // Builds in one folder take turns, until what was linked has been read.
    let lock = folder.join("lock");
    let locked = fs::File::create(&lock).and_then(|lock| lock.lock().map(|()| lock));
    let _locked = locked.with_context(|| format!("cannot lock {}", lock.display()))?;
    support::write(&given.join("start.S"), support::START)?;
    support::write(&given.join("jolt_guest.h"), support::HEADER)?;
    let file = |name: &str, language| File {
        path: given.join(name),
        language,
    };
    let mut all = vec![(
        file("start.S", Language::Assembly),
        PathBuf::from("start.o"),
    )];
    let c = ("runtime.c", Language::C, support::RUNTIME_C, libc);
    let cpp_runtime = ("runtime.cc", Language::Cpp, support::RUNTIME_CPP, cpp);
    for (name, language, contents, needed) in [c, cpp_runtime] {
        if needed {
            support::write(&given.join(name), contents)?;
            all.push((file(name, language), PathBuf::from(format!("{name}.o"))));
        }
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
            return Ok(None);
        }
    }
    let objects: Vec<&Path> = all.iter().map(|(_, object)| object.as_path()).collect();
    let program = folder.join("program.elf");
    let own = job.arguments.iter().filter(|given| links(given));
    compiler.libraries.splice(0..0, own.map(OsString::from));
    if !compiler.link(cpp, &folder, &script, &objects)? {
        return Ok(None);
    }
    Ok(Some(Built {
        name: job.name.clone(),
        compiler: format!("{} for {}", compiler.version, job.target.name()),
        elf: fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?,
    }))
}

impl Compiler {
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
        let mut command = Command::new(driver);
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
            command.args([
                "-std=c++20",
                "-fno-exceptions",
                "-fno-rtti",
                "-fno-threadsafe-statics",
            ]);
        }
        for (from, to) in [(folder, "jolt-lab"), (&job.directory, job.name.as_str())] {
            command.arg(joined("-ffile-prefix-map=", from, &format!("={to}")));
        }
        command
            .arg("-I")
            .arg(&job.directory)
            .arg("-Isupport")
            .args(job.arguments.iter().filter(|given| !links(given)));
        // A name relative to where the compiler runs: it may become a symbol.
        let source = file.path.strip_prefix(folder).unwrap_or(&file.path);
        succeeds(command.arg("-c").arg("-o").arg(object).arg(source))
    }

    fn link(
        &self,
        cpp: bool,
        folder: &Path,
        script: &Path,
        objects: &[&Path],
    ) -> anyhow::Result<bool> {
        let driver = match &self.cpp {
            Some(driver) if cpp => driver,
            _ => &self.c,
        };
        let mut command = Command::new(driver);
        command
            .current_dir(folder)
            .args(&self.common)
            .args(&self.linker);
        command.args([
            "-static",
            "-nostdlib",
            "-Wl,--gc-sections",
            "-Wl,--build-id=none",
        ]);
        command.args([
            "-Wl,-z,noexecstack",
            "-Wl,--strip-debug",
            "-Wl,--discard-locals",
        ]);
        // Not behind `-Wl`, which is cut at commas.
        command.arg("-T").arg(script).args(objects);
        succeeds(command.args(&self.libraries).args(["-o", "program.elf"]))
    }
}

/// Whether an argument of the user's is for linking, and not for compiling.
fn links(argument: &str) -> bool {
    ["-Wl,", "-L", "-l"]
        .iter()
        .any(|start| argument.starts_with(start))
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
    Some((c, cpp, common))
}

/// The compiler to use, for a program with or without C++ and with or without a C library.
fn compiler(target: Target, cpp: bool, libc: bool) -> anyhow::Result<Compiler> {
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
        cpp: driver,
        version: version.lines().next().unwrap_or("gcc").to_owned(),
        common: machine(target),
        include: Vec::new(),
        libraries: Vec::new(),
        linker: Vec::new(),
        c,
    };
    if let Some((headers, library)) = picolibc(target) {
        compiler.include.extend(["-isystem".into(), headers]);
        compiler.linker.push(library);
    } else if libc
        && output(Command::new(&compiler.c).args(["-print-file-name=libc.a"]))
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
        cpp: cpp.then(|| c.clone()),
        version: version.lines().next().unwrap_or("clang").to_owned(),
        common: machine(target),
        include: Vec::new(),
        libraries: Vec::new(),
        linker: vec![joined("-fuse-ld=", &lld, "")],
        c,
    };
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
