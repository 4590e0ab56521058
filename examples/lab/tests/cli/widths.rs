//! What is printed has lines of at most 80 columns, of every command, and of what is refused.
//!
//! Exceptions are tables and values that are as wide as what they show, [`WIDE`]; files (CSV, HTML, JSON) are none of this.

use crate::common::{Lab, demo};
use clap::CommandFactory;
use jolt_lab::cli::Cli;
use std::path::Path;
use std::process::Output;

const WIDTH: usize = 80;

/// Command lines that may print more, and why.
const WIDE: [(&str, &str); 3] = [
    (
        "trace bytes --from 550 --to 570",
        "a cycle is a line, with all that it does",
    ),
    (
        "transcript --full --dump p --program fibonacci",
        "values however long they are",
    ),
    (
        "explain constrain/step --latex",
        "a formula is a line, for files",
    ),
];

/// The smallest form of every command. These are about programs, proofs and arguments.
const LINES: [&str; 36] = [
    "demo --explain",
    "man pages",
    "run c-mix",
    "profile json --by prover -o json.svg",
    "profile linux --top 40 --input twenty -- arg1",
    "trace sort --to 2000 --lookups sort.reads",
    "prove fibonacci --input twenty -o p",
    "prove fibonacci --input twenty --clear -o clear",
    "verify fibonacci p",
    "verify fibonacci p clear",
    "verify fibonacci p --require lookup=any,memory=any,pcs=any,setup=any",
    "inspect",
    "inspect fibonacci",
    "inspect json --memory spice",
    "inspect htif --pcs pst13",
    "inspect p",
    "inspect p --program fibonacci",
    "inspect clear --program fibonacci",
    "inspect --instructions",
    "security fibonacci --all",
    "security --word 32 --cycles 2^16 --lookup lasso --memory spice --clear",
    "lookup --table and --argument shout --log-reads 4",
    "lookup --range 9 --argument logup-gkr --log-reads 4",
    "lookup --unstructured 8 --argument lasso --log-reads 4",
    "lookup --reads sort.reads",
    "arguments",
    "explain",
    "explain --hidden",
    "explain constrain/step",
    "explain read --of shout --full",
    "explain registers",
    "transcript --dump p --program fibonacci",
    "run linux --input twenty --env A=1 -- arg1 another",
    "prove linux -o pl -- arg1",
    "verify linux pl -- arg1",
    "inspect linux -- arg1",
];

/// These take setups, measure or build.
const MEASURING: [&str; 21] = [
    "ablate memory --log-cycles 8 --repeat 1 --output ablate.json",
    "setup generate --pcs hyrax --vars 10",
    "setup show",
    "setup verify powers.ptau",
    "setup import powers.ptau -o powers.srs",
    "setup show powers.srs",
    "setup export --pcs zeromorph --vars 7 --srs powers.srs -o key",
    "setup program fibonacci --pcs zeromorph --cycles 2^8 --srs powers.srs -o commitments",
    "bench vm --program fibonacci --log-cycles 8 --repeat 2 --json vm.json",
    "bench vm --program fibonacci --log-cycles 8 --lookup naive --repeat 1",
    "bench lookup --table and,range6 --log-reads 4 --repeat 1",
    "bench kernels --log-size 4 --repeat 1",
    "bench pcs --pcs zeromorph,pst13 --log-size 4 --repeat 1",
    "bench pcs --kind digits --log-size 4 --repeat 1",
    "bench report vm.json --csv vm.csv --figures paper",
    "compare vm.json vm.json",
    "compare vm.json vm.json --figure prove_s,phases.commit --all",
    "reproduce",
    "reproduce one-hot-columns --size smoke",
    "conformance suite --prove",
    "build guest",
];

/// What [`demo`] has printed once for all tests.
const DEMO: &str = "demo";
/// What a shell reads has the width that it has.
const SCRIPT: &str = "completions bash";

/// What answers somebody else; its lines are looked at where somebody does (`debug.rs`).
const SESSION: &str = "debug";

/// What is refused, in more words than a line has.
const REFUSED: [&str; 13] = [
    "run panic --max-cycles 20",
    "profile sort --max-cycles 2000",
    "verify sort p",
    "verify sort p clear",
    "verify fibonacci p --require pcs=none",
    "verify fibonacci trapdoor --require pcs=pst13",
    "run missing.elf",
    "prove sort --memory-limit 40MB -o q",
    "explain nothing",
    "conformance broken",
    "bench pcs --pcs pst13 --log-size 4 --hyrax-rows 4",
    "verify linux pl -- arg2",
    "run fibonacci --env A=1",
];

fn lab() -> Lab {
    let lab = Lab::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    lab.file("twenty", 20u64.to_le_bytes());
    lab.file("linux", crate::linux::program());
    let powers = "commitments/tests/data/powersOfTau28_hez_final_08.ptau";
    lab.file("powers.ptau", std::fs::read(root.join(powers)).unwrap());
    std::fs::create_dir(lab.path("guest")).unwrap();
    for (folder, from, most) in [("suite", "elf/rv64", 3), ("broken", "broken", 100)] {
        std::fs::create_dir(lab.path(folder)).unwrap();
        let files = root.join("examples/conformance").join(from);
        for file in std::fs::read_dir(files).unwrap().take(most) {
            let file = file.unwrap();
            let to = lab.path(folder).join(file.file_name());
            std::fs::copy(file.path(), to).unwrap();
        }
    }
    lab
}

/// The lines that are too long, of what a command line printed.
fn wide(line: &str, output: &Output) -> Vec<String> {
    let mut found = Vec::new();
    for printed in [&output.stdout, &output.stderr] {
        let printed = str::from_utf8(printed).unwrap();
        let long = printed.lines().filter(|l| l.chars().count() > WIDTH);
        found.extend(long.map(|printed| format!("{line}: {printed}")));
    }
    found
}

/// The same of several command lines, and whether each of them failed.
fn all_wide<'a>(
    lab: &Lab,
    lines: impl IntoIterator<Item = &'a str>,
) -> (Vec<String>, Vec<(&'a str, bool)>) {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for line in lines {
        let output = lab.output(line);
        found.extend(wide(line, &output));
        failed.push((line, !output.status.success()));
    }
    (found, failed)
}

/// The commands that do something, as they are called.
fn leaves(command: &clap::Command, called: &str) -> Vec<String> {
    let own = command.get_subcommands().filter(|c| !c.is_hide_set());
    let below = own.flat_map(|c| leaves(c, format!("{called} {}", c.get_name()).trim()));
    let below: Vec<String> = below.collect();
    match below.is_empty() {
        true => vec![called.to_owned()],
        false => below,
    }
}

#[test]
fn every_command_is_among_the_lines() {
    let commands = leaves(&Cli::command(), "");
    assert!(commands.len() > 20, "{commands:?}");
    for command in &commands {
        let lines = LINES.iter().chain(&MEASURING);
        let mut lines = lines.chain([&DEMO, &SCRIPT, &SESSION]);
        assert!(
            lines.any(|line| line.starts_with(command.as_str())),
            "{command}"
        );
    }
}

#[test]
fn lines_about_setups_and_measurements_have_eighty_columns() {
    let (wide, _) = all_wide(&lab(), MEASURING);
    assert_eq!(wide, Vec::<String>::new());
}

#[test]
fn lines_about_proofs_and_what_is_refused_have_eighty_columns() {
    assert_eq!(wide(DEMO, demo()), Vec::<String>::new());
    let lab = lab();
    lab.json("prove fibonacci --input twenty --pcs pst13 -o trapdoor --json");
    let (wide, _) = all_wide(&lab, LINES);
    assert_eq!(wide, Vec::<String>::new());
    let (wide, refused) = all_wide(&lab, REFUSED);
    assert_eq!(wide, Vec::<String>::new());
    for (line, failed) in refused {
        assert!(failed, "{line}");
    }
    // All that is left out is wide.
    for (line, why) in WIDE {
        let wide = lab.run(line).stdout;
        assert!(
            wide.lines().any(|line| line.chars().count() > WIDTH),
            "{line}: {why}"
        );
    }
}

#[test]
fn help_has_eighty_columns() {
    let lab = Lab::new();
    let commands = leaves(&Cli::command(), "").into_iter();
    let all = commands.chain(["", "bench", "setup"].map(str::to_owned));
    let lines: Vec<String> = all.map(|command| format!("{command} --help")).collect();
    let (wide, _) = all_wide(&lab, lines.iter().map(String::as_str));
    assert_eq!(wide, Vec::<String>::new());
}
