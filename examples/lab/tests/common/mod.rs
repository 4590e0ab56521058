//! Runs the command in a directory of its own, with a cache of its own.
#![allow(clippy::unwrap_used, dead_code)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A place for files.
pub struct Lab {
    directory: TempDir,
}

/// What a command did.
pub struct Done {
    pub code: i32,
    pub stdout: String,
    /// Without `estimates`; a message that takes several lines is one.
    pub stderr: String,
    /// What proving is expected to take, said before it starts.
    pub estimates: String,
}

impl Done {
    /// A command that has ended.
    pub fn of(output: Output) -> Self {
        // Sentences are put in lines; what is looked for is said in one.
        let stderr = String::from_utf8(output.stderr)
            .unwrap()
            .replace("\n  ", " ");
        let estimate =
            |line: &&str| line.starts_with("proving ") && line.contains(" cycles: about ");
        let (estimates, said): (Vec<&str>, Vec<&str>) =
            stderr.split_inclusive('\n').partition(estimate);
        Done {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: said.concat(),
            estimates: estimates.concat(),
        }
    }
}

impl Done {
    /// Standard output with its lines joined: what it says, however it is wrapped.
    pub fn sentences(&self) -> String {
        let words: Vec<&str> = self.stdout.split_whitespace().collect();
        words.join(" ")
    }
}

impl Lab {
    pub fn new() -> Self {
        Lab {
            directory: TempDir::new().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), contents).unwrap();
    }

    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != "cache").collect();
        names.sort();
        names
    }

    /// Runs a command line, split at spaces, in the directory: what it printed, as it did.
    pub fn output(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(line.split_whitespace())
            .current_dir(self.directory.path())
            .env("JOLT_LAB_CACHE", self.path("cache"))
            .output()
            .unwrap()
    }

    /// The same, read.
    pub fn run(&self, line: &str) -> Done {
        let done = Done::of(self.output(line));
        for trace in ["panicked at", "RUST_BACKTRACE", "internal error"] {
            assert!(!done.stderr.contains(trace), "{line}: {}", done.stderr);
        }
        done
    }

    /// The JSON of a command that succeeds.
    pub fn json(&self, line: &str) -> Value {
        let done = self.run(line);
        assert_eq!(done.code, 0, "{line}: {}{}", done.stdout, done.stderr);
        assert_eq!(done.stderr, "", "{line}");
        serde_json::from_str(&done.stdout).unwrap()
    }

    /// Asserts that a command fails with a code, and says these words on standard error.
    #[track_caller]
    pub fn fails(&self, line: &str, code: i32, words: &[&str]) -> Done {
        let done = self.run(line);
        assert_eq!(done.code, code, "{line}: {}{}", done.stdout, done.stderr);
        for word in words {
            let said = &done.stderr;
            assert!(said.contains(word), "{line}: no `{word}` in: {said}");
        }
        done
    }

    /// A proof of the 20th Fibonacci number, and its input.
    pub fn fibonacci(&self) {
        self.file("twenty", TWENTY);
        self.file("fibonacci.proof", &*FIBONACCI);
    }
}

const TWENTY: [u8; 8] = 20u64.to_le_bytes();

/// Made once for all tests.
static FIBONACCI: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let lab = Lab::new();
    lab.file("twenty", TWENTY);
    lab.json("prove fibonacci --input twenty -o fibonacci.proof --json");
    std::fs::read(lab.path("fibonacci.proof")).unwrap()
});

/// What `demo` prints, once for all tests.
pub fn demo() -> &'static Output {
    static DEMO: LazyLock<Output> = LazyLock::new(|| Lab::new().output("demo"));
    &DEMO
}

/// Asserts that an object has these keys, none of them null.
#[track_caller]
pub fn has(object: &Value, keys: &[&str]) {
    for key in keys {
        let value = object.get(key);
        assert!(value.is_some_and(|v| !v.is_null()), "{key}: {value:?}");
    }
}

/// A bundled program's file.
pub fn elf(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../guests/elf")
        .join(format!("{name}.elf"))
}
