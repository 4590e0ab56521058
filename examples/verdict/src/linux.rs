//! Linux programs: what they are started with, and what a run or a proof of one is about.
//!
//! The file, the guest kernel, arguments, environment and the choice of standard input are in the program's initial
//! memory, hence in the key that proofs are of. So whoever verifies names the same, and both sides print it in full.

use crate::report::{Report, sha256};
use serde_json::json;
use tracer::{LinuxError, Process, Program, StandardInput};

/// The guest kernel's ELF file (`examples/guests/linux`).
pub static KERNEL: &[u8] = include_bytes!("../../guests/elf/linux-kernel.elf");

/// What a Linux program is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The program's own name first.
    pub arguments: Vec<Vec<u8>>,
    /// `NAME=VALUE`, each of them.
    pub environment: Vec<Vec<u8>>,
    pub standard_input: StandardInput,
}

impl Start {
    /// Loads the program of an ELF file.
    ///
    /// # Errors
    /// The file is none that can be started.
    pub fn program(&self, elf: &[u8]) -> Result<Program, LinuxError> {
        let process = Process {
            elf,
            kernel: KERNEL,
            arguments: self.arguments.clone(),
            environment: self.environment.clone(),
            standard_input: self.standard_input,
        };
        process.program()
    }

    /// Adds all of it to a report.
    pub fn add(&self, report: &mut Report, elf: &[u8]) {
        let quoted = |strings: &[Vec<u8>]| -> String {
            let quoted = strings
                .iter()
                .map(|string| format!("\"{}\"", string.escape_ascii()));
            match strings {
                [] => "empty".to_owned(),
                _ => quoted.collect::<Vec<_>>().join(" "),
            }
        };
        // Text as such, and other bytes one by one: no two look alike.
        let exactly = |strings: &[Vec<u8>]| -> Vec<serde_json::Value> {
            let values = strings
                .iter()
                .map(|string| match std::str::from_utf8(string) {
                    Ok(text) => json!(text),
                    Err(_) => json!(string),
                });
            values.collect()
        };
        let (file, kernel) = (sha256(elf), sha256(KERNEL));
        let (input, word) = match self.standard_input {
            StandardInput::Public => ("the public input (--stdin public)", "public"),
            StandardInput::Private => ("the private input (--stdin private)", "private"),
        };
        report.fact("Linux program", format!("SHA-256 {file}"));
        report.fact("under kernel", format!("SHA-256 {kernel}"));
        report.fact("arguments", quoted(&self.arguments));
        report.fact("environment", quoted(&self.environment));
        report.fact("fd 0 reads", input);
        report.fact(
            "not claimed",
            "memory protection, a kernel apart from the program, real time",
        );
        for (key, value) in [
            ("elf_sha256", json!(file)),
            ("kernel_sha256", json!(kernel)),
            ("arguments", json!(exactly(&self.arguments))),
            ("environment", json!(exactly(&self.environment))),
            ("stdin", json!(word)),
        ] {
            report.json.insert(key.to_owned(), value);
        }
    }
}

/// What to do about a file that cannot be started.
pub fn advice(error: &LinuxError) -> &'static str {
    match error {
        LinuxError::Dynamic { .. } => {
            " (link statically: -static; `zig cc -target riscv64-linux-musl` does, and Go with CGO_ENABLED=0)"
        }
        LinuxError::OutOfPlace { .. } => " (link it without an address of your own)",
        LinuxError::Class => " (compile for riscv64)",
        _ => "",
    }
}
