//! Programs are built from their sources, also outside this repository; where there is no compiler, the command
//! says what to install.

use crate::common::{Done, Lab};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../guests");

/// Runs a command line with these environment variables.
pub fn run_with(lab: &Lab, line: &str, variables: &[(&str, &str)]) -> Done {
    let output = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
        .args(line.split_whitespace())
        .current_dir(lab.path("."))
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Done::of(output)
}

/// Whether a program was built. If not, then for want of a compiler, and the user was told what to install.
#[track_caller]
pub fn built(done: &Done, advice: &str) -> bool {
    if done.code == 2 {
        let told = done.stderr.contains(advice) && done.stderr.contains("Tried:");
        assert!(told, "{}", done.stderr);
        println!("no compiler: {}", done.stderr);
        return false;
    }
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    true
}

/// The code blocks of the guide's section, by language.
fn guide(language: &str) -> String {
    let text = include_str!("../../../../papers/guide/guests.md");
    let (_, section) = text.split_once("## A guest of your own").unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// The guide's package, in a folder of its own.
pub fn package(lab: &Lab) {
    std::fs::create_dir_all(lab.path("my-guest/src")).unwrap();
    let manifest = guide("toml");
    let there = "../jolt-lab/examples/guests/guest";
    assert!(manifest.contains(there), "{manifest}");
    lab.file(
        "my-guest/Cargo.toml",
        manifest.replace(there, &format!("{GUESTS}/guest")),
    );
    lab.file("my-guest/src/main.rs", guide("rust"));
}

#[test]
fn the_guest_of_the_guide() {
    let lab = Lab::new();
    package(&lab);
    let done = run_with(&lab, "build my-guest --json", &[]);
    if !built(&done, "rustup target add riscv64imac-unknown-none-elf") {
        return;
    }
    let facts: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(facts["output"], "my-guest.elf");
    assert_eq!(facts["target"], "rv64imac");
    assert!(facts["compiler"].as_str().unwrap().starts_with("rustc"));
    lab.file("text", "two words");
    let ran = lab.json("run my-guest.elf --input text --json");
    assert_eq!(ran["output_hex"], "0200000000000000");
    assert_eq!(ran["printed"], "9 bytes\n");

    // With debug information it is the same program.
    let done = run_with(&lab, "build my-guest --debug -o debug.elf", &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let digest = |name: &str| lab.json(&format!("inspect {name}.elf --json"))["key_digest"].clone();
    assert_eq!(digest("my-guest"), digest("debug"));
    let profile = lab.json("profile debug.elf --input text --json");
    let lines = profile["lines"].as_array().unwrap();
    let main = |line: &&Value| line["file"].as_str().unwrap().ends_with("src/main.rs");
    assert!(lines.iter().filter(main).count() > 0, "{lines:?}");

    // Errors are the compiler's, and no file is left.
    let wrong = guide("rust").replace("guest::commit", "guest::comit");
    lab.file("my-guest/src/main.rs", wrong);
    let done = run_with(&lab, "build my-guest -o wrong.elf", &[]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.contains("E0425") && done.stderr.contains("src/main.rs"));
    assert!(!lab.path("wrong.elf").exists());
}

#[test]
fn what_to_install() {
    let lab = Lab::new();
    package(&lab);
    let nothing = [("RUSTC", "/no/such/rustc")];
    let done = run_with(&lab, "build my-guest", &nothing);
    assert_eq!(done.code, 2, "{}", done.stderr);
    for words in [
        "rustup target add riscv64imac-unknown-none-elf",
        "rustup component add rust-src",
        "apt-get install rustc-web rust-web-src",
        "/no/such/rustc: there is no such compiler",
    ] {
        assert!(done.stderr.contains(words), "{words}: {}", done.stderr);
    }
    // rustup has no library for this one.
    let done = run_with(&lab, "build my-guest --target rv64im", &nothing);
    assert_eq!(done.code, 2);
    assert!(!done.stderr.contains("rustup target add"));
    assert!(done.stderr.contains("--target rv64imac"));

    lab.file("main.c", "int main(void) { return 0; }\n");
    let done = run_with(&lab, "build .", &[("PATH", "/no/such/folder")]);
    assert_eq!(done.code, 2);
    for words in [
        "apt-get install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf",
        "riscv64-unknown-elf-gcc: not found",
        "clang: not found",
    ] {
        assert!(done.stderr.contains(words), "{words}: {}", done.stderr);
    }
    assert!(!lab.path("target").exists());
}

#[test]
fn c_and_cpp_folders() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("mixed")).unwrap();
    lab.file(
        "mixed/sum.cc",
        "struct Sum { int total; Sum(int n) : total(n) {} virtual int of(int n) { return total += n; } };\n\
         static Sum sum(30);\n\
         extern \"C\" int add(int n) { Sum *one = new Sum(n); n = sum.of(one->total); delete one; return n; }\n",
    );
    lab.file(
        "mixed/main.c",
        "#include \"jolt_guest.h\"\nint add(int);\n\
         int main(void) { int sum = add(12); jolt_commit(&sum, sizeof sum); return 0; }\n",
    );
    for target in ["rv64imac", "rv32im"] {
        let done = run_with(&lab, &format!("build mixed --target {target}"), &[]);
        if !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
            return;
        }
        assert_eq!(lab.json("run mixed.elf --json")["output_hex"], "2a000000");
    }
    // With debug information `profile` knows lines, and the program is the same one.
    let line = "build mixed --target rv32im --debug -o debug.elf -- -L . -DNOTHING";
    let done = run_with(&lab, line, &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let facts = ["mixed", "debug"].map(|name| lab.json(&format!("inspect {name}.elf --json")));
    for key in ["instructions", "rows", "key_digest"] {
        assert_eq!(facts[0][key], facts[1][key], "{key}");
    }
    assert!(facts[0]["key_digest"].is_string());
    let profile = lab.json("profile debug.elf --json");
    let lines = profile["lines"].as_array().unwrap();
    for (file, line) in [("mixed/sum.cc", 1), ("mixed/main.c", 3)] {
        let found = lines
            .iter()
            .any(|l| l["file"].as_str().unwrap().ends_with(file) && l["line"] == line);
        assert!(found, "{file}:{line}: {lines:?}");
    }
    // No path of this computer is in it.
    let contents = std::fs::read(lab.path("debug.elf")).unwrap();
    let here = lab.path("").canonicalize().unwrap();
    let here = here.to_str().unwrap().trim_end_matches('/').as_bytes();
    assert!(!contents.windows(here.len()).any(|part| part == here));
    lab.file("mixed/main.c", "int main(void) { return missing; }\n");
    let done = run_with(&lab, "build mixed", &[]);
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("main.c") && done.stderr.contains("missing"));
}

/// Floating point is carried out by a kernel that the statement names; the numbers are what they are elsewhere.
#[test]
fn floating_point_in_a_c_folder() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("sums")).unwrap();
    lab.file(
        "sums/main.c",
        "#include \"jolt_guest.h\"\n#include <math.h>\n\
         int main(void) { volatile double x = 0.1f, y = 3; double sum = 0;\n\
         for (int i = 1; i < 4; i++) sum = x / i + sqrt(y) * sum;\n\
         jolt_commit(&sum, sizeof sum); return 0; }\n",
    );
    let done = run_with(
        &lab,
        "build sums --target rv64imafdc -- -ffp-contract=off",
        &[],
    );
    if !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
        return;
    }
    let (x, y) = (f64::from(0.1f32), 3f64);
    let sum = (1..4).fold(0.0, |sum, i| x / f64::from(i) + y.sqrt() * sum);
    let bytes: String = f64::to_le_bytes(sum)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let digest = verdict::report::sha256(include_bytes!("../../../guests/elf/float-kernel.elf"));
    for command in ["run", "inspect", "profile"] {
        let facts = lab.json(&format!("{command} sums.elf --json"));
        assert_eq!(facts["float_kernel_sha256"], digest, "{command}");
    }
    assert_eq!(lab.json("run sums.elf --json")["output_hex"], bytes);
    let proven = lab.json("prove sums.elf -o sums.proof --json");
    let verified = lab.json("verify sums.elf sums.proof --json");
    for facts in [proven, verified] {
        assert_eq!(facts["float_kernel_sha256"], digest);
    }
    // Nothing is said of it where there is none.
    let facts = lab.json("run fibonacci --json");
    assert!(facts["float_kernel_sha256"].is_null());
}

/// What is checked in is what these compilers make of the sources, wherever these lie.
#[test]
fn bundled_programs_are_reproducible() {
    let lab = Lab::new();
    for folder in ["c-kernels", "htif"] {
        copy(&Path::new(GUESTS).join(folder), &lab.path(folder));
    }
    let record = include_str!("../../../guests/BUILD.toml");
    let (head, lines) = record.split_once("[guests]\n").unwrap();
    let kept = |line: &&str| line.starts_with("c-kernels") || line.starts_with("htif");
    let kept: Vec<&str> = lines.lines().filter(kept).collect();
    lab.file(
        "BUILD.toml",
        format!("{head}[guests]\n{}\n", kept.join("\n")),
    );
    let done = run_with(&lab, "build . --bundled", &[]);
    if !built(&done, "apt-get install gcc-riscv64-unknown-elf") {
        return;
    }
    let after = std::fs::read_to_string(lab.path("BUILD.toml")).unwrap();
    let compiler = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("c = "))
            .unwrap()
            .to_owned()
    };
    if compiler(record) == compiler(&after) {
        for line in kept {
            assert!(after.contains(line), "{line} is not in {after}");
        }
        assert!(!done.stdout.contains("changed"), "{}", done.stdout);
    }
    assert!(lab.path("elf/htif.elf").exists());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn what_cannot_be_built() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("empty")).unwrap();
    lab.fails("build empty", 2, &["neither a Cargo.toml nor sources"]);
    lab.fails("build nowhere", 2, &["cannot read nowhere"]);
    lab.fails(
        "build empty --bundled",
        2,
        &["cannot read empty/BUILD.toml"],
    );
    lab.fails(
        "build empty --target rv128",
        2,
        &["rv64imac, rv64imafdc, rv64im, rv32imac, rv32im"],
    );
    lab.file("BUILD.toml", "[guests]\n");
    lab.fails("build . --bundled --bin none", 2, &["does not list none"]);
    lab.file("Cargo.toml", "[workspace]\nmembers = []\n");
    lab.fails("build .", 2, &["is a workspace"]);
}

/// Sources of one name but for a dash, a folder with a comma and a space, a link to the folder above, and a place for what
/// compilers make that is not beside the sources: several builds at once.
#[cfg(unix)]
#[test]
fn awkward_folders_are_built() {
    let lab = Lab::new();
    let source = "with, comma";
    std::fs::create_dir_all(lab.path("with, comma/net")).unwrap();
    let give = |value| format!(".global give{value}\ngive{value}: li a1, {value}\n ret\n");
    lab.file("with, comma/net/util.S", give(1));
    lab.file("with, comma/net-util.S", give(2));
    let main = ".global main\nmain: mv s0, ra\n call give1\n mv s1, a1\n call give2\n add a0, s1, a1\n mv ra, s0\n ret\n";
    lab.file("with, comma/main.S", main);
    std::os::unix::fs::symlink("..", lab.path("with, comma/net/up")).unwrap();
    let start = |output: &str| {
        Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(["build", source, "--target-dir", "made here", "-o", output])
            .current_dir(lab.path("."))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let names = ["a b.elf", "b.elf", "c.elf", "d.elf"];
    let all = names.map(start);
    for (child, name) in all.into_iter().zip(names) {
        let done = Done::of(child.wait_with_output().unwrap());
        if !built(&done, "apt-get install") {
            return;
        }
        let quoted = name.replace("a b.elf", "'a b.elf'");
        let line = format!("Run it: jolt-lab run {quoted}\n");
        assert!(done.stdout.ends_with(&line), "{}", done.stdout);
        let ran = Command::new(env!("CARGO_BIN_EXE_jolt-lab"))
            .args(["run", name])
            .current_dir(lab.path("."))
            .output();
        assert_eq!(Done::of(ran.unwrap()).code, 1, "status 3");
    }
    assert!(!lab.path("with, comma/target").exists());
    assert!(lab.path("made here/jolt-lab").is_dir());
}
