//! Linux programs on the command line: a few instructions under the bundled kernel, and what compilers make where there
//! are some.

use crate::common::{Lab, has};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tracer::testing::asm;
use tracer::testing::linux::{ECALL, writer};

const SP: u32 = 2;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
const A7: u32 = 17;

/// Writes its first argument of four bytes, what it reads from standard input (up to 64 bytes), and exits with 7.
pub fn program() -> Vec<u8> {
    let read = |fd: i32| {
        [
            asm::addi(A0, 0, fd),
            asm::addi(A1, SP, 0),
            asm::addi(A2, 0, 64),
        ]
    };
    let call = |number: i32| [asm::addi(A7, 0, number), ECALL];
    let mut code = vec![
        // The pointer to argv[1] is behind argc and that to argv[0].
        asm::ld(A1, SP, 16),
        asm::addi(A2, 0, 4),
        asm::addi(A0, 0, 1),
    ];
    code.extend(call(64));
    code.push(asm::addi(SP, SP, -256));
    code.extend(read(0));
    code.extend(call(63));
    code.extend([
        asm::addi(A2, A0, 0),
        asm::addi(A0, 0, 1),
        asm::addi(A1, SP, 0),
    ]);
    code.extend(call(64));
    code.push(asm::addi(A0, 0, 7));
    code.extend(call(94));
    writer(&code).finish()
}

fn lab() -> Lab {
    let lab = Lab::new();
    lab.file("program", program());
    lab.file("in", b"standard input");
    lab
}

#[test]
fn run() {
    let lab = lab();
    let done = lab.run("run program --input in -- arg1");
    assert_eq!(done.code, 7, "{}{}", done.stdout, done.stderr);
    for words in [
        "arguments \"program\" \"arg1\"",
        "environment empty",
        "wrote arg1standard input",
        "exit(7)",
        "under kernel SHA-256",
    ] {
        assert!(done.sentences().contains(words), "{words}: {}", done.stdout);
    }
    assert!(done.stderr.contains("the program's status is exit(7)"));
    let private =
        "run program --stdin private --private-input in --env A=1 --arg0 other --json -- arg2";
    let done = lab.run(private);
    let ran: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    has(&ran, &["elf_sha256", "kernel_sha256", "cycles"]);
    for (key, value) in [
        ("output_text", json!("arg2standard input")),
        ("arguments", json!(["other", "arg2"])),
        ("environment", json!(["A=1"])),
        ("stdin", json!("private")),
        ("exit_code", json!(7)),
    ] {
        assert_eq!(ran[key], value, "{key}");
    }
    // The trace shows traps and the kernel.
    let trace = lab.run("trace program --to 2000 -- arg1").stdout;
    assert!(trace.contains("ecall") && trace.contains("mret"));
}

/// Whoever verifies says what the prover said, and what is said is what is proven.
#[test]
fn prove_and_verify() {
    let lab = lab();
    let done = lab.run("prove program --input in -o p -- arg1");
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("the program ended with exit(7)"));
    let output = "6172673173 74616e6461726420696e707574".replace(' ', "");
    let line = format!(
        "verify program p --input in --expect-output {output} --expect-exit 7 --json -- arg1"
    );
    let verified = lab.json(&line);
    assert_eq!(verified["accepted"], true);
    assert_eq!(verified["arguments"], json!(["program", "arg1"]));
    let text = lab.run("verify program p -- arg1");
    assert_eq!(text.code, 0);
    for words in [
        "Linux program SHA-256",
        "under kernel SHA-256",
        "fd 0 reads the public input (--stdin public)",
        "not claimed memory protection, a kernel apart from the program, real time",
        "ACCEPTED",
    ] {
        assert!(text.sentences().contains(words), "{words}: {}", text.stdout);
    }
    for other in [
        "verify program p",
        "verify program p -- arg2",
        "verify program p -- arg1 more",
        "verify program p --env A=1 -- arg1",
        "verify program p --stdin private -- arg1",
        "verify program p --arg0 prog -- arg1",
    ] {
        let words = ["another program or key", "--stdin have to be the prover's"];
        lab.fails(other, 1, &words);
    }
    // The same file under another name has that name for its first argument.
    lab.file("renamed", program());
    lab.fails("verify renamed p -- arg1", 1, &["another program or key"]);
    let renamed = lab.run("verify renamed p --arg0 program -- arg1");
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    // Inspected, too.
    let inspected = lab.json("inspect program --json -- arg1");
    assert_eq!(inspected["key_digest"].as_str().map(str::len), Some(64));
    assert!(lab.run("inspect p --program program -- arg1").code == 0);
    assert!(
        lab.run("transcript --dump p --program program -- arg1")
            .code
            == 0
    );
}

/// A hidden standard input: the statement does not have it.
#[test]
fn standard_input_can_be_private() {
    let lab = lab();
    let words = "--stdin private --private-input in --max-cycles 2^14";
    let done = lab.run(&format!("prove program {words} -o p -- arg1"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let verified = lab.json("verify program p --stdin private --json -- arg1");
    assert_eq!(verified["zero_knowledge"], true);
    assert_eq!(verified["input_bytes"], 0);
}

#[test]
fn what_is_no_linux_program_is_refused() {
    let lab = lab();
    for line in [
        "run fibonacci -- arg",
        "run fibonacci --env A=1",
        "run fibonacci --stdin public",
        "run fibonacci --arg0 name",
    ] {
        lab.fails(
            line,
            2,
            &["only Linux programs take these, and fibonacci is none"],
        );
    }
    lab.fails("run program --env A", 2, &["a name, `=`, and a value"]);
    // The second program header of a program with two becomes that of an interpreter.
    let mut dynamic = writer(&[ECALL]).segment(0x2_0000, &[1], 1, 6).finish();
    dynamic[64 + 56] = 3;
    lab.file("dynamic", &dynamic);
    lab.fails("run dynamic", 2, &["linked dynamically", "-static"]);
    lab.file(
        "outside",
        writer(&[ECALL]).segment(0x2000_0000, &[1], 1, 6).finish(),
    );
    lab.fails(
        "run outside",
        2,
        &["0x20000000", "outside of where Linux programs are loaded"],
    );
}

/// A compiler, if it is there: its name, and what makes it link statically for Linux.
const COMPILERS: [(&str, &[&str]); 2] = [
    ("riscv64-linux-gnu-gcc", &["-static"]),
    ("zig", &["cc", "-target", "riscv64-linux-musl", "-static"]),
];

const SOURCE: &str = r#"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  const char *value = getenv("WHERE");
  volatile double x = argc;
  printf("%s %d %s %.6f\n", argv[argc - 1], argc, value ? value : "nowhere", sqrt(x) / 3);
  return argc;
}
"#;

#[test]
fn what_compilers_make_is_proven() {
    let lab = Lab::new();
    lab.file("source.c", SOURCE);
    let mut found = 0;
    for (compiler, options) in COMPILERS {
        let mut command = Command::new(compiler);
        command
            .args(options)
            .args(["-O2", "-o", "compiled", "source.c", "-lm"]);
        command.current_dir(lab.path(""));
        if !command.output().is_ok_and(|output| output.status.success()) {
            println!("no {compiler} here");
            continue;
        }
        found += 1;
        assert!(Path::new(&lab.path("compiled")).exists());
        let words = "--env WHERE=here -- one two";
        let ran = lab.run(&format!("run compiled --json {words}"));
        assert_eq!(ran.code, 3, "{compiler}: {}{}", ran.stdout, ran.stderr);
        let ran: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(ran["output_text"], "two 3 here 0.577350\n", "{compiler}");
        let done = lab.run(&format!("prove compiled -o p {words}"));
        assert_eq!(done.code, 0, "{compiler}: {}", done.stderr);
        let verified = lab.json(&format!("verify compiled p --expect-exit 3 --json {words}"));
        assert_eq!(verified["output_hex"], ran["output_hex"]);
        std::fs::remove_file(lab.path("compiled")).unwrap();
    }
    println!("{found} of {} compilers were there", COMPILERS.len());
}
