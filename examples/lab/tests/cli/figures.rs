//! Figures of soundness that the notes and the README quote are those that the code computes.

use jolt_core::soundness::ErrorBound;
use jolt_lab::cli::Protocol;
use jolt_lab::security::{Runs, SIZES, table};
use std::path::PathBuf;
use tracer::Program;
use verdict::soundness::shown;

/// The program that the note's figures are for, in the clear, and the cycles of README's proof.
const PROGRAM: &str = "sha256-chain";
const VARS: usize = 16;
/// Arguments whose terms the note lists: each argument once.
const LISTED: [(&str, &str); 3] = [
    ("shout", "twist"),
    ("lasso", "spice"),
    ("logup-gkr", "twist"),
];
const LISTED_VARS: usize = 20;

fn program() -> Program {
    let guest = jolt_lab::guests::find(PROGRAM).unwrap();
    Program::from_elf(guest.elf).unwrap()
}

fn file(name: &str) -> (PathBuf, String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Runs of a program, in the clear.
fn runs(program: &Program, cycle_vars: usize) -> Runs<'_> {
    Runs {
        program,
        cycle_vars,
        hides: false,
    }
}

/// All terms of a bound, as a table.
fn terms(bound: &ErrorBound) -> Vec<String> {
    let mut lines = vec![
        "| part | challenges | may hide | degree | bits |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    for term in &bound.terms {
        let drawn: usize = term.challenges.iter().map(|(_, count)| count).sum();
        let labels: Vec<String> = term
            .challenges
            .iter()
            .map(|(l, _)| format!("`{l}`"))
            .collect();
        let labels = labels.join(", ");
        let drawn = match drawn {
            0 => format!("{labels} again"),
            1 => labels,
            n => format!("{labels} ({n})"),
        };
        let (part, about, degree) = (term.part, &term.about, term.degree);
        let bits = term.bits().map_or("–".to_owned(), shown);
        lines.push(format!(
            "| {part} | {drawn} | {about} | {degree} | {bits} |"
        ));
    }
    let bits = shown(bound.bits().unwrap());
    lines.push(format!("| **sum** | | | {} | **{bits}** |", bound.degree()));
    lines
}

/// What stands between the marks of `papers/soundness.md`.
fn figures() -> String {
    let program = program();
    let mut lines = vec![
        String::new(),
        format!(
            "**Bits of the interactive protocol**, `{PROGRAM}`, rounded down, by padded cycles:"
        ),
        String::new(),
    ];
    lines.extend(table(runs(&program, VARS), &Protocol::default()).unwrap().0);
    for (lookup, memory) in LISTED {
        lines.extend([
            String::new(),
            format!(
                "**All terms**, lookups by {lookup}, memory by {memory}, 2^{LISTED_VARS} cycles:"
            ),
            String::new(),
        ]);
        let protocol = Protocol {
            lookup: lookup.to_owned(),
            memory: memory.to_owned(),
            ..Protocol::default()
        };
        lines.extend(terms(
            &runs(&program, LISTED_VARS).bound(&protocol).unwrap(),
        ));
    }
    lines.push("\n".to_owned());
    lines.join("\n")
}

const BEGIN: &str =
    "<!-- figures: UPDATE_FIGURES=1 cargo test -p jolt-lab --test cli figures -->\n";
const END: &str = "<!-- end of figures -->";

#[test]
fn the_note_has_the_figures_that_the_code_computes() {
    let (path, text) = file("papers/soundness.md");
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let figures = figures();
    if std::env::var_os("UPDATE_FIGURES").is_some() {
        std::fs::write(path, [before, BEGIN, &figures, END, after].concat()).unwrap();
        return;
    }
    assert_eq!(
        found, figures,
        "the marked part of papers/soundness.md is out of date"
    );
}

#[test]
fn the_readme_quotes_what_inspect_prints() {
    let program = program();
    // Of the demo's proof, which hides.
    let lab = crate::common::Lab::new();
    lab.file("list", 7u64.to_le_bytes());
    lab.json("prove private-sum --private-input list --max-cycles 2^16 -o demo.proof --json");
    let inspected = lab.json("inspect demo.proof --program private-sum --json");
    assert_eq!(inspected["padded_cycles"], 1 << VARS);
    let own = inspected["soundness_bits"].as_f64().unwrap();
    let (_, rows) = table(runs(&program, VARS), &Protocol::default()).unwrap();
    let bits = rows.iter().map(|row| row["bits"].as_f64().unwrap());
    let least = bits.fold(f64::INFINITY, f64::min);
    let largest = SIZES[SIZES.len() - 1];
    let sentence = format!(
        "the interactive protocol's error is at most 2^−{} for the proof above, and at most 2^−{} with any of these \
         arguments and up to 2^{largest} cycles",
        shown(own),
        shown(least)
    );
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, readme) = file("README.md");
    assert!(
        words(&readme).contains(&words(&sentence)),
        "README does not say: {sentence}"
    );
    // And what the note has is what the command prints for a proof.
    let clear = runs(&program, VARS).bound(&Protocol::default()).unwrap();
    lab.json(&format!("prove {PROGRAM} --clear -o chain.proof --json"));
    let inspected = lab.json(&format!("inspect chain.proof --program {PROGRAM} --json"));
    assert_eq!(inspected["padded_cycles"], 1 << VARS);
    // The parser of JSON may miss a float by the last bit.
    let printed = inspected["soundness_bits"].as_f64().unwrap();
    let computed = clear.bits().unwrap();
    assert!((printed - computed).abs() < 1e-9, "{printed} {computed}");
}
