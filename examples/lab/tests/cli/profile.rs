//! Profiles: that all cycles are somewhere, what is written, and backtraces.

use crate::common::{Lab, elf, has};
use serde_json::Value;
use std::process::Command;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// All cycles are of some function, whatever the program is compiled from and for.
#[test]
fn cycles_of_functions_add_up() {
    let lab = Lab::new();
    for name in [
        "c-mix",
        "sort",
        "fibonacci-rv32",
        "cpp-events",
        "words-rv32",
    ] {
        let ran = lab.json(&format!("run {name} --json"));
        let profile = lab.json(&format!("profile {name} --json"));
        let functions = profile["functions"].as_array().unwrap();
        let sum = |key: &str| functions.iter().map(|f| number(&f[key])).sum::<u64>();
        for (key, total) in [("cycles", "cycles"), ("instructions", "instructions")] {
            assert_eq!(ran[total], profile[total], "{name}");
            assert_eq!(ran[total], sum(key), "{name}");
        }
        let phases = profile["prover"]["ns_by_phase"].as_object().unwrap();
        let all: u64 = phases.values().map(number).sum();
        assert_eq!(all, sum("prover_ns"), "{name}");
        let kinds = profile["kinds"].as_object().unwrap().values();
        assert_eq!(
            ran["cycles"],
            kinds.map(|k| number(&k["cycles"])).sum::<u64>()
        );
        // The start calls all there is.
        let most = functions
            .iter()
            .map(|f| number(&f["cycles_with_calls"]))
            .max();
        assert_eq!(most, ran["cycles"].as_u64(), "{name}");
        let notes = profile["notes"].as_array().unwrap();
        assert!(
            notes
                .iter()
                .any(|n| n.as_str().unwrap().contains("no DWARF"))
        );
    }
}

#[test]
fn profiles_are_readable() {
    let lab = Lab::new();
    let shown = lab.run("profile sort --top 4").stdout;
    for words in [
        "function\n",
        "core::slice::sort::unstable::quicksort::quicksort::<…>\n",
        "  call tree\n",
        "   __guest_start\n",
        "prover's ms by function\n",
        "  … and 4 more\n",
        "  branch\n",
        "no files, lines and inlined functions",
        "`jolt-lab build --debug`",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let json = lab.json("profile sort --json --by prover");
    let functions = json["functions"].as_array().unwrap();
    has(
        &functions[0],
        &["name", "symbol", "calls", "prover_ns_by_phase"],
    );
    let weights: Vec<u64> = functions.iter().map(|f| number(&f["prover_ns"])).collect();
    assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
    // What is multiplied and stored takes the prover longer than what jumps.
    let per_cycle = |name: &str| {
        let found = functions.iter().find(|f| f["name"] == name).unwrap();
        number(&found["prover_ns"]) as f64 / number(&found["cycles"]) as f64
    };
    assert!(per_cycle("__guest_main") > per_cycle("memcpy"));
}

#[test]
fn files_are_in_their_formats() {
    let lab = Lab::new();
    let all = "profile c-mix -o c.svg -o c.folded -o c.pb.gz -o c.json --json";
    let cycles = lab.json(all)["cycles"].clone();
    assert_eq!(lab.files(), ["c.folded", "c.json", "c.pb.gz", "c.svg"]);
    let read = |name: &str| std::fs::read(lab.path(name)).unwrap();
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    let folded = text("c.folded");
    let counts = folded.lines().map(|line| line.rsplit_once(' ').unwrap().1);
    assert_eq!(
        cycles,
        counts.map(|n| n.parse::<u64>().unwrap()).sum::<u64>()
    );
    assert!(folded.contains(";main;"), "{folded}");
    let picture = text("c.svg");
    assert!(picture.starts_with("<?xml") && picture.trim_end().ends_with("</svg>"));
    assert!(picture.contains("cycles of c-mix") && picture.contains("main ("));
    let trace: Value = serde_json::from_str(&text("c.json")).unwrap();
    assert!(trace["traceEvents"].as_array().unwrap().len() > 10);
    assert_eq!(read("c.pb.gz")[..2], [0x1f, 0x8b]);
    // By the prover's work, the same stacks.
    lab.json("profile c-mix -o p --format folded --by prover --json");
    assert_eq!(text("p").lines().count(), folded.lines().count());
    assert_ne!(text("p"), folded);
    // Another program reads what is meant for it, where it is there.
    let path = lab.path("c.pb.gz");
    let mut pprof = Command::new("go");
    pprof
        .args(["tool", "pprof", "-top", "-sample_index=instructions"])
        .arg(path);
    match pprof.output() {
        Ok(output) if output.status.success() => {
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(shown.contains("Type: instructions"), "{shown}");
            assert!(shown.lines().any(|line| line.ends_with(" main")), "{shown}");
        }
        _ => println!("no pprof here"),
    }
}

/// What was measured elsewhere, in a file: times are sums of what it says, whatever the phases are.
#[test]
fn weights_of_a_file() {
    let lab = Lab::new();
    let phase = |name: &str, ns: [u64; 6], run: u64| serde_json::json!({ "name": name, "ns": ns, "run_ns": run });
    let weights = serde_json::json!({
        "kind": "profile weights",
        "source": "made by hand",
        "word": 64,
        "phases": [
            phase("a rather long phase", [3, 0, 0, 0, 0, 0], 7),
            phase("other", [0, 1, 0, 0, 0, 1000], 0),
        ],
    });
    lab.file("weights.json", weights.to_string());
    let line = "profile c-mix --by prover --weights weights.json";
    let profile = lab.json(&format!("{line} --json"));
    let prover = &profile["prover"];
    assert_eq!(prover["of"], "made by hand");
    let phases = &prover["ns_by_phase"];
    let cycles = number(&profile["cycles"]);
    assert_eq!(number(&phases["a rather long phase"]), 3 * cycles);
    let other = number(&prover["group_additions"]) + 1000 * number(&prover["stores"]);
    assert_eq!(number(&phases["other"]), other);
    let text = lab.run(line);
    let said = text.sentences();
    for words in [
        "a rath. other prover's ms by function",
        "estimated: made by hand.",
        "a rather long phase ns: 3 for each cycle, 7 for a run",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let narrow = "profile c-mix-rv32 --weights weights.json";
    lab.fails(narrow, 2, &["weights of 64-bit words", "32 bits"]);
    lab.fails("profile c-mix --weights none", 2, &["cannot read none"]);
    lab.file("text", "{}");
    lab.fails(
        "profile c-mix --weights text",
        2,
        &["no file of weights", "--calibrate"],
    );
    lab.fails("profile c-mix --lookup lasso", 2, &["--calibrate"]);
    let both = "profile c-mix --weights weights.json --calibrate other.json";
    lab.fails(both, 2, &["cannot be used with"]);
    lab.fails(
        "profile c-mix --calibrate other.json --lookup none",
        2,
        &["none"],
    );
    assert_eq!(lab.files(), ["text", "weights.json"]);
}

#[test]
fn what_cannot_be_written_is_refused() {
    let lab = Lab::new();
    lab.fails(
        "profile sort -o profile",
        2,
        &["says no format", ".svg", "--format"],
    );
    lab.fails("profile sort --format svg", 2, &["give one with -o"]);
    let two = "profile sort -o a.svg -o b.svg --format svg";
    lab.fails(two, 2, &["there are several"]);
    lab.fails(
        "profile sort -o none/a.svg",
        2,
        &["cannot write none/a.svg"],
    );
    lab.fails("profile sort -o a.svg --format png", 2, &["png"]);
    assert_eq!(lab.files(), Vec::<String>::new());
    // Before there was this command it was an option.
    lab.fails("run sort --profile", 2, &["--profile"]);
}

/// A run that ends badly has a profile up to there, and both commands say by which calls.
#[test]
fn faults_have_backtraces() {
    let lab = Lab::new();
    lab.file("forever", [7]);
    for command in ["run", "profile"] {
        let line = format!("{command} panic --input forever --max-cycles 1000");
        let done = lab.fails(&line, 1, &["no end after 1000 cycles"]);
        let shown = done.stdout;
        for words in [
            "backtrace, the innermost call first:\n    0  __guest_main\n",
            "  __guest_start\n",
            "  _start\n",
            "no DWARF",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
    lab.file("asked", [2]);
    let done = lab.fails("run panic --input asked --json", 1, &["panicked"]);
    let said: Value = serde_json::from_str(&done.stdout).unwrap();
    let calls = said["backtrace"].as_array().unwrap();
    let calls: Vec<&str> = calls
        .iter()
        .map(|c| c["function"].as_str().unwrap())
        .collect();
    let last = [
        "core::panicking::panic_fmt",
        "__guest_main",
        "__guest_start",
        "_start",
    ];
    assert_eq!(calls[1..], last);
}

/// Files without names, of programs that have some: the calls are the same.
#[test]
fn without_symbols_there_is_advice() {
    let lab = Lab::new();
    let mut file = std::fs::read(elf("sort")).unwrap();
    // No section headers.
    file[40..48].fill(0);
    file[58..64].fill(0);
    lab.file("stripped", &file);
    let said = lab.run("profile ./stripped");
    let shown = said.sentences();
    for words in [
        "(no symbol)",
        "neither DWARF nor symbols",
        "without stripping",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let cycles = |line: &str| lab.json(line)["cycles"].clone();
    lab.file("empty", []);
    let [own, other] =
        ["./stripped", "sort"].map(|p| cycles(&format!("profile {p} --input empty --json")));
    assert_eq!(own, other);
}

const SOURCE: &str = r"
#include <setjmp.h>
#include <stdlib.h>
static jmp_buf again;
static inline __attribute__((always_inline)) long square(long x) { return x * x + (x >> 3); }
__attribute__((noinline)) long leaf(long n) {
  long s = 0;
  for (long i = 0; i < n; i++) s += square(i);
  return s;
}
__attribute__((noinline)) long deep(long n) {
  if (n == 0) longjmp(again, 1);
  return deep(n - 1) + n;
}
int main(int argc, char **argv) {
  long s = 0;
  for (int i = 0; i < 5; i++)
    if (!setjmp(again)) s += deep(20);
  s += leaf(200);
  if (argc > 1) abort();
  return s == 0;
}
";

/// What a compiler makes for Linux, with DWARF of its own.
#[test]
fn compiled_programs_have_lines() {
    let lab = Lab::new();
    lab.file("source.c", SOURCE);
    let compilers: [&[&str]; 2] = [
        &["riscv64-linux-gnu-gcc", "-static"],
        &["zig", "cc", "-target", "riscv64-linux-musl", "-static"],
    ];
    for compiler in compilers {
        let mut command = Command::new(compiler[0]);
        command.args(&compiler[1..]);
        command.args(["-O1", "-g", "-o", "compiled", "source.c"]);
        command.current_dir(lab.path(""));
        if !command.output().is_ok_and(|output| output.status.success()) {
            println!("no {} here", compiler[0]);
            continue;
        }
        let profile = lab.json("profile ./compiled -o stacks.folded --json");
        let functions = profile["functions"].as_array().unwrap();
        let of = |name: &str| functions.iter().find(|f| f["name"] == name);
        // 200 turns, of which some instructions are of what is inlined.
        assert!(number(&of("square").unwrap()["cycles"]) >= 600);
        assert!(of("leaf").is_some());
        let lines = profile["lines"].as_array().unwrap();
        let of_source = |line: &&Value| line["file"].as_str().unwrap().ends_with("source.c");
        assert!(
            lines.iter().filter(of_source).any(|l| l["line"] == 5),
            "{lines:?}"
        );
        // longjmp has ended what it skipped: leaf is called by main.
        let stacks = std::fs::read_to_string(lab.path("stacks.folded")).unwrap();
        assert!(stacks.contains(";main;leaf;square "), "{stacks}");
        assert!(stacks.contains(&";deep".repeat(21)), "{stacks}");
        assert!(!stacks.contains(&";deep".repeat(22)), "{stacks}");
        let aborted = lab.run("run ./compiled -- more");
        assert_eq!(aborted.code, 134, "{}", aborted.stderr);
        let shown = &aborted.stdout;
        let main = shown
            .lines()
            .find(|line| line.contains("  main  "))
            .unwrap();
        assert!(main.ends_with("source.c:20"), "{shown}");
        assert!(shown.contains("trap of\n"), "{shown}");
        std::fs::remove_file(lab.path("compiled")).unwrap();
    }
}
