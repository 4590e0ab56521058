//! Programs that compilers made, on the machine under the checked-in kernel and by `qemu-riscv64`: what they write to
//! their output, and what they end with, has to be the same.
//!
//! This needs a compiler for riscv64 Linux (Debian's `gcc-riscv64-linux-gnu`) and `qemu-riscv64` (`qemu-user`). Where
//! they are missing the tests say so, past their harness, and test nothing.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use tracer::{ExitStatus, Inputs, Options, Outcome, Process, StandardInput};

const COMPILER: &str = "riscv64-linux-gnu-gcc";
const EMULATOR: &str = "qemu-riscv64";
/// What programs read.
const INPUT: &[u8] = b"input text";

fn is_there(tool: &str) -> bool {
    let command = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    command.is_ok_and(|status| status.success())
}

/// Whether there is what the tests need.
fn tools() -> bool {
    static TOOLS: OnceLock<bool> = OnceLock::new();
    *TOOLS.get_or_init(|| {
        let missing: Vec<&str> = [COMPILER, EMULATOR]
            .into_iter()
            .filter(|tool| !is_there(tool))
            .collect();
        if !missing.is_empty() {
            let told = format!(
                "!! NOT RUN: Linux programs under the guest kernel. There is no {}.\n",
                missing.join(" and no ")
            );
            std::io::stderr().write_all(told.as_bytes()).unwrap();
        }
        missing.is_empty()
    })
}

/// Compiles a program of this folder.
fn compiled(source: &str, arguments: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = folder.join(format!("{source}.riscv64"));
    let status = Command::new(COMPILER)
        .arg(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/programs")
                .join(source),
        )
        .args(["-static", "-w", "-o"])
        .arg(&program)
        .args(arguments)
        .status()
        .unwrap();
    assert!(status.success(), "{source}");
    program
}

/// Output and exit status by the emulator; a signal is 128 and its number.
fn emulated(program: &Path, arguments: &[&str]) -> (String, i32) {
    let mut child = Command::new(EMULATOR)
        .arg(program)
        .args(arguments)
        .env_clear()
        .env("NAME", "value")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A program that reads nothing may have ended before.
    let given = child.stdin.take().unwrap().write_all(INPUT);
    let closed = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    assert!(given.as_ref().err().is_none_or(closed), "{given:?}");
    let output = child.wait_with_output().unwrap();
    let signal = {
        use std::os::unix::process::ExitStatusExt;
        output.status.signal().map(|signal| 128 + signal)
    };
    let status = output.status.code().or(signal).unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), status)
}

/// The same under the kernel.
fn proven(program: &Path, arguments: &[&str]) -> Outcome {
    let kernel = Path::new(env!("CARGO_MANIFEST_DIR")).join("../elf/linux-kernel.elf");
    let (elf, kernel) = (fs::read(program).unwrap(), fs::read(kernel).unwrap());
    let process = Process {
        elf: &elf,
        kernel: &kernel,
        arguments: [program.to_str().unwrap()]
            .iter()
            .chain(arguments)
            .map(|argument| argument.as_bytes().to_vec())
            .collect(),
        environment: vec![b"NAME=value".to_vec()],
        standard_input: StandardInput::Public,
    };
    let program = process.program().unwrap();
    let options = Options {
        max_cycles: 1 << 26,
    };
    tracer::run(&program, &Inputs::public(INPUT), &options).unwrap()
}

#[track_caller]
fn agree(program: &Path, arguments: &[&str]) -> String {
    let (output, status) = emulated(program, arguments);
    let outcome = proven(program, arguments);
    let found = String::from_utf8_lossy(&outcome.output);
    for (number, (found, expected)) in found.lines().zip(output.lines()).enumerate() {
        assert_eq!(found, expected, "line {number}");
    }
    assert_eq!(found.len(), output.len(), "{}", outcome.printed);
    assert_eq!(
        outcome.status,
        ExitStatus::Exit(status as u64),
        "{}",
        outcome.printed
    );
    output
}

#[test]
fn calls() {
    if !tools() {
        return;
    }
    let program = compiled("calls.c", &["-O2", "-lm", "-lpthread"]);
    let output = agree(
        &program,
        &["memory", "clocks", "floats", "descriptors", "signals"],
    );
    assert_eq!(output.matches("== ").count(), 5, "{output}");
    let output = agree(&program, &["threads"]);
    assert!(output.ends_with("napped 5\n"), "{output}");
    let output = agree(&program, &["one argument", "", "zwei \u{e4}"]);
    assert!(
        output.contains("3 zwei") && output.contains("value 1"),
        "{output}"
    );
}

#[test]
fn null_pointers_that_are_called() {
    if !tools() {
        return;
    }
    let program = compiled("null.c", &["-O1"]);
    let output = agree(&program, &[]);
    assert!(output.matches("signal 11").count() == 2 && output.ends_with("back\n"));
    // Killed by the signal.
    assert_eq!(agree(&program, &["calls"]), "calls\n");
}

#[test]
fn floating_point_registers() {
    if !tools() {
        return;
    }
    let program = compiled("moves.S", &["-nostdlib"]);
    let output = agree(&program, &[]);
    assert!(output.len() > 6_000);
}
