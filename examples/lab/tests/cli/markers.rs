//! Parts that a program marks: their cycles, in every kind of program.

use crate::build::{built, package, run_with};
use crate::common::Lab;
use serde_json::{Value, json};
use std::process::Command;

const HEADERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../guests/guest/c");

/// Parts within each other, one of them in a function that is inlined, and one that is left by its scope's end.
const C: &str = r#"
#include "jolt_marker.h"
volatile unsigned data[64];
static unsigned sum(unsigned n) {
  jolt_marker_begin("sum");
  unsigned s = 0;
  for (unsigned i = 0; i < n; i++) s += data[i];
  jolt_marker_end();
  return s;
}
int main(void) {
  jolt_marker_begin("all");
  jolt_marker_begin("fill");
  for (unsigned i = 0; i < 64; i++) data[i] = i;
  jolt_marker_end();
  unsigned s = sum(10) + sum(64);
  jolt_marker_end();
  s += sum(10);
  return s == 2 * 45 + 2016 ? 0 : 1;
}
"#;

/// Names with their depths and counts.
fn parts(facts: &Value) -> Vec<(&str, u64, u64)> {
    let parts = facts["markers"]["parts"].as_array().unwrap();
    let of = |part: &Value, key: &str| part[key].as_u64().unwrap();
    parts
        .iter()
        .map(|part| {
            let name = part["name"].as_str().unwrap();
            (name, of(part, "depth"), of(part, "count"))
        })
        .collect()
}

fn cycles(facts: &Value, at: usize) -> u64 {
    facts["markers"]["parts"][at]["cycles"].as_u64().unwrap()
}

const OF_C: [(&str, u64, u64); 4] = [("all", 0, 1), ("fill", 1, 1), ("sum", 1, 2), ("sum", 0, 1)];

/// The numbers of [`C`], whatever it is compiled for.
#[track_caller]
fn are_those_of_c(facts: &Value) {
    assert_eq!(parts(facts), OF_C);
    let [all, fill, two, one] = [0, 1, 2, 3].map(|at| cycles(facts, at));
    let own = facts["markers"]["parts"][0]["cycles_without_parts"]
        .as_u64()
        .unwrap();
    assert_eq!(all, own + fill + two);
    // 64 stores at least, and loads of 10 and of 74 words: additions may be elsewhere. And an instruction at each end.
    assert!((65..2000).contains(&fill), "{fill}");
    assert!((11..200).contains(&one), "{one}");
    assert!((76..1000).contains(&two) && two > 3 * one, "{two} {one}");
    assert!(own < 100, "{own}");
    assert_eq!(facts["markers"]["notes"], json!([]));
}

#[test]
fn parts_of_programs_in_c() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("marked")).unwrap();
    lab.file("marked/main.c", C);
    for target in ["rv32im", "rv64imac"] {
        for level in ["-O0", "-O3"] {
            let line = format!("build marked --target {target} -- {level}");
            let done = run_with(&lab, &line, &[]);
            if !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
                return;
            }
            let profile = lab.json("profile marked.elf --json");
            assert_eq!(
                lab.json("run marked.elf --json")["markers"],
                profile["markers"]
            );
            match level {
                "-O0" => assert_eq!(parts(&profile), OF_C),
                _ => are_those_of_c(&profile),
            }
        }
    }
    // What is marked costs three cycles each time, and what it takes to have the name in registers.
    let with = lab.json("run marked.elf --json")["cycles"]
        .as_u64()
        .unwrap();
    lab.file(
        "marked/main.c",
        C.replace("jolt_marker_begin(", "(void)(")
            .replace("jolt_marker_end()", "0"),
    );
    assert_eq!(run_with(&lab, "build marked -- -O3", &[]).code, 0);
    let without = lab.json("run marked.elf --json");
    assert!(without.get("markers").is_none());
    let without = without["cycles"].as_u64().unwrap();
    assert!(
        with > without && with - without <= 5 * 7 + 10,
        "{with} {without}"
    );
    let text = lab.run("profile marked.elf").stdout;
    assert!(!text.contains("  marker\n"), "{text}");
}

/// As text, with a proof: what is marked is proven like anything else.
#[test]
fn parts_of_programs_in_cpp_and_rust() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("scopes")).unwrap();
    lab.file(
        "scopes/main.cc",
        "#include \"jolt_guest.h\"\nvolatile int n;\nint main() {\n JoltMarker all(\"all\");\n\
         for (int i = 0; i < 3; i++) { JoltMarker one(\"a rather long name, of more than sixty-four bytes, in which nothing else is\"); n += i; }\n\
         jolt_marker_end();\n jolt_marker_begin(\"open\");\n return n == 3 ? 0 : 1;\n}\n",
    );
    let done = run_with(&lab, "build scopes", &[]);
    if built(&done, "apt-get install gcc-riscv64-unknown-elf") {
        let facts = lab.json("run scopes.elf --json");
        let name = "a rather long name, of more than sixty-four bytes, in which noth";
        assert_eq!(parts(&facts), [("all", 0, 1), (name, 1, 3), ("open", 0, 1)]);
        let text = lab.run("run scopes.elf").stdout;
        assert!(text.contains("  count  marker\n"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        lab.json("prove scopes.elf --clear -o p --json");
        assert_eq!(lab.json("verify scopes.elf p --json")["accepted"], true);
    }
    package(&lab);
    let main = "#![no_std]\n#![no_main]\nguest::entry!(main);\nfn part(n: u64) -> u64 {\n\
                let _marker = guest::marker(\"part\");\n (0..n).fold(1, |a, i| core::hint::black_box(a * 3 + i))\n}\n\
                fn main() {\n let text = guest::read();\n let marker = guest::marker(\"hash\");\n\
                let mut sum = 0u64;\n for byte in text { sum = sum.wrapping_add(part(u64::from(*byte))); }\n drop(marker);\n\
                guest::commit(&sum.to_le_bytes());\n}\n";
    lab.file("my-guest/src/main.rs", main);
    lab.file("text", [5, 50, 5]);
    let done = run_with(&lab, "build my-guest", &[]);
    if built(&done, "rustup target add riscv64imac-unknown-none-elf") {
        let facts = lab.json("profile my-guest.elf --input text --json");
        assert_eq!(parts(&facts), [("hash", 0, 1), ("part", 1, 3)]);
        let part = cycles(&facts, 1);
        assert!((60 * 3..60 * 12).contains(&part), "{part}");
    }
}

/// A Linux program: parts of threads are their own, with the system calls that they make.
#[test]
fn parts_of_linux_programs() {
    let lab = Lab::new();
    lab.file("plain.c", C);
    lab.file(
        "threads.c",
        "#include <pthread.h>\n#include <sched.h>\n#include \"jolt_marker.h\"\n\
         static void *work(void *name) {\n jolt_marker_begin(name);\n\
         for (int i = 0; i < 5; i++) sched_yield();\n jolt_marker_end();\n jolt_marker_end();\n return 0;\n}\n\
         int main(void) {\n pthread_t one;\n jolt_marker_begin(\"main\");\n\
         pthread_create(&one, 0, work, \"other\");\n work(\"mine\");\n jolt_marker_begin(\"rest\");\n\
         pthread_join(one, 0);\n return 0;\n}\n",
    );
    for source in ["plain", "threads"] {
        let made = Command::new("riscv64-linux-gnu-gcc")
            .args(["-static", "-O2", "-pthread", "-I", HEADERS, "-o", source])
            .arg(format!("{source}.c"))
            .current_dir(lab.path("."))
            .output();
        match made {
            Ok(done) => assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            ),
            Err(error) => {
                println!("riscv64-linux-gnu-gcc: {error}");
                return;
            }
        }
    }
    are_those_of_c(&lab.json("run ./plain --json"));
    let facts = lab.json("run ./threads --json");
    let mut names = parts(&facts);
    names.sort_unstable();
    let expected = [
        ("main", 0, 1),
        ("mine", 1, 1),
        ("other", 0, 1),
        ("rest", 0, 1),
    ];
    assert_eq!(names, expected);
    // The second end of each: that of `main`, and one of nothing. What had not ended is said.
    let markers = &facts["markers"];
    assert_eq!(
        (&markers["strays"], &markers["open_at_end"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(markers["notes"].as_array().unwrap().len(), 2);
}
