//! `papers/ARTIFACT.md`: its commands are commands, its figures stand in the pages that they are of, and its steps are those
//! of the script and of the Dockerfile.

use clap::Parser;
use jolt_lab::cli::Cli;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A claim: where it stands, the figure there, the command, and how long that takes.
struct Claim {
    page: String,
    figure: String,
    command: String,
    time: String,
    expected: String,
}

fn claims() -> Vec<Claim> {
    let text = page("papers/ARTIFACT.md");
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| claim "));
    let claims = rows.map(|row| {
        // A bar within a cell is written with a backslash.
        let row = row.replace("\\|", "\u{1}");
        let cells = row.trim_matches('|').split(" | ");
        let cells: Vec<String> = cells
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect();
        let [_, page, figure, command, time, expected] = cells.as_slice() else {
            panic!("{row}");
        };
        let bare = |cell: &str| cell.trim_matches('`').to_owned();
        Claim {
            page: page.clone(),
            figure: bare(figure),
            command: bare(command),
            time: time.clone(),
            expected: expected.clone(),
        }
    });
    claims.collect()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_figure_stands_in_its_page() {
    for Claim {
        page: name, figure, ..
    } in claims()
    {
        assert!(!figure.is_empty(), "{name}");
        assert!(
            words(&page(&name)).contains(&words(&figure)),
            "{name}: no `{figure}`"
        );
    }
}

#[test]
fn every_command_is_one() {
    let claims = claims();
    assert!(claims.len() > 15);
    for Claim {
        command,
        time,
        expected,
        ..
    } in &claims
    {
        assert!(
            !expected.is_empty() && time.starts_with(|c: char| c.is_ascii_digit() || c == 'a'),
            "{command}"
        );
        let split: Vec<&str> = command.split(' ').collect();
        match split.as_slice() {
            ["jolt-lab", ..] => {
                let parsed = Cli::try_parse_from(split.iter());
                parsed.unwrap_or_else(|error| panic!("`{command}`: {error}"));
            }
            ["cargo", "test", "--locked", "--workspace"] => {}
            [
                "cargo",
                "test",
                "--locked",
                "-p",
                package,
                "--test",
                target,
                ..,
            ] => {
                let folder = if *package == "jolt-lab" {
                    "examples/lab"
                } else {
                    package
                };
                let tests = root().join(folder).join("tests");
                let there = tests.join(format!("{target}.rs")).is_file()
                    || tests.join(target).join("main.rs").is_file();
                assert!(there, "`{command}`");
            }
            [script] => assert!(root().join(script).is_file(), "`{command}`"),
            _ => panic!("`{command}` is no command that this test knows"),
        }
    }
}

/// What takes seconds is run by `.ci/run`; here, that the script finds as many commands as the page has.
#[test]
fn the_script_runs_what_the_page_says() {
    let text = page("papers/ARTIFACT.md");
    let seconds = text
        .split("## ")
        .find(|part| part.starts_with("Seconds"))
        .unwrap();
    let quick: Vec<String> = claims()
        .into_iter()
        .map(|claim| claim.command)
        .filter(|command| seconds.contains(&format!("`{command}`")))
        .collect();
    let script = page(".ci/artifact");
    let awk = script
        .split("commands_of() {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let output = std::process::Command::new("bash")
        .current_dir(root())
        .args([
            "-c",
            &format!("commands_of() {{{awk}\n}}; commands_of Seconds"),
        ])
        .output()
        .unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    let mut unique = quick.clone();
    unique.dedup();
    assert_eq!(found.lines().collect::<Vec<_>>(), unique);
    let docker = page(".ci/Dockerfile");
    for step in ["RUN .ci/artifact setup", "RUN .ci/artifact quick"] {
        assert!(docker.contains(step), "{step}");
    }
    assert!(page(".ci/run").contains(".ci/artifact quick"));
}

/// Nobody who does not exist is named as an author.
#[test]
fn the_citation_names_the_version_and_no_invented_authors() {
    let citation = page("CITATION.cff");
    assert!(citation.contains(&format!("version: {}", env!("CARGO_PKG_VERSION"))));
    let authors = citation.split("\nauthors:").nth(1).unwrap();
    let authors = authors.split("\nkeywords:").next().unwrap();
    assert_eq!(authors.trim(), "- name: \"The Jolt Lab authors\"");
}

/// Every mark of the comparison is a link, and every link is used: nothing is said of others without a source.
#[test]
fn what_is_said_of_others_has_a_source() {
    let text = page("papers/comparison.md");
    let (mut marks, mut links) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        if let Some((name, address)) = line.strip_prefix('[').and_then(|l| l.split_once("]: ")) {
            assert!(address.starts_with("https://"), "{line}");
            links.insert(name.to_owned());
            continue;
        }
        for part in line.split('[').skip(1) {
            let Some((name, rest)) = part.split_once(']') else {
                continue;
            };
            let names = name.split([';', ',']).map(str::trim);
            if !rest.starts_with('(') {
                marks.extend(names.map(str::to_owned));
            }
        }
    }
    assert_eq!(marks, links);
    // A row says something of each project, or that its pages do not say it.
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 7);
    let rows: Vec<&str> = rows.collect();
    assert!(rows.len() > 12);
    for row in rows {
        assert!(
            row.split(" | ")
                .skip(1)
                .all(|cell| !cell.trim_matches(['|', ' ']).is_empty()),
            "{row}"
        );
    }
}
