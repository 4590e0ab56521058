//! One mutant against the tests.

use crate::Failure;
use crate::build::Binaries;
use crate::catalogue::Mutant;
use crate::equivalent;
use crate::scope::Tests;
use std::collections::BTreeSet;
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Environment variable with the mutant of a process: see `sumcheck::channel`.
const VARIABLE: &str = "JOLT_LAB_MUTANT";

/// Tests that run longer are stopped.
const LIMIT: Duration = Duration::from_secs(900);

/// Not run: they prove all guests, and say nothing that others do not; or write what they found into the sources.
const SKIPPED: [&str; 3] = ["every_guest_is", "guests_are_proven", "random_bytes"];

/// Failures that say nothing about what is accepted.
const BESIDE_THE_POINT: [&str; 1] = ["a kernel differs from the naive prover"];

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A test that should reject failed.
    Killed,
    /// No honest proof is accepted.
    Incomplete,
    /// Nothing failed.
    Survived,
}

impl Outcome {
    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Killed => "killed",
            Outcome::Incomplete => "incomplete",
            Outcome::Survived => "survived",
        }
    }
}

/// A mutant, and what became of it.
pub struct Trial {
    /// The mutant.
    pub mutant: Mutant,
    /// What became of it.
    pub outcome: Outcome,
    /// The tests that failed first.
    pub by: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.mutant.kind.name();
        let (outcome, name) = (self.outcome.name(), &self.mutant.name);
        write!(f, "{outcome:10} {kind:10} {name}")?;
        if let Some(test) = self.by.first() {
            write!(f, " [{test}]")?;
        }
        write!(f, " {:.1} s", self.seconds)
    }
}

impl Trial {
    /// Tries one.
    pub fn of(binaries: &Binaries, mutant: Mutant) -> Result<Self, Failure> {
        let start = Instant::now();
        let switch = Some(mutant.switch.as_str());
        let mut outcome = Outcome::Incomplete;
        let mut by = failing(binaries, mutant.complete, switch)?;
        if by.is_empty() {
            by = failing(binaries, mutant.sound, switch)?;
            outcome = match by.is_empty() {
                true => Outcome::Survived,
                false => Outcome::Killed,
            };
        }
        Ok(Trial {
            mutant,
            outcome,
            by,
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    /// Whether it survived without being equivalent.
    pub fn counts_as_survivor(&self) -> bool {
        self.outcome == Outcome::Survived && equivalent::reason(&self.mutant.name).is_none()
    }
}

/// That all these tests pass as they are.
pub fn nothing_fails_without_a_mutant(
    binaries: &Binaries,
    mutants: &[Mutant],
) -> Result<(), Failure> {
    let tests = mutants.iter();
    let tests = tests.flat_map(|mutant| mutant.complete.iter().chain(mutant.sound));
    for tests in tests.collect::<BTreeSet<_>>() {
        let failed = failing(binaries, &[*tests], None)?;
        if !failed.is_empty() {
            return Err(format!("these fail without any mutant: {}", failed.join(", ")).into());
        }
    }
    Ok(())
}

/// The tests that fail, of the first group in which some do.
fn failing(
    binaries: &Binaries,
    groups: &[Tests],
    switch: Option<&str>,
) -> Result<Vec<String>, Failure> {
    for (binary, filters) in groups {
        let (program, folder) = binaries.get(binary)?;
        let mut command = Command::new(program);
        command.current_dir(folder).args(*filters);
        SKIPPED.iter().for_each(|name| {
            command.args(["--skip", *name]);
        });
        if let Some(switch) = switch {
            command.env(VARIABLE, switch);
        }
        let (success, output) = finished(command)?;
        if success {
            continue;
        }
        let failed = failures(&output);
        match failed.is_empty() {
            // Ended by a signal, or stopped.
            true => return Ok(vec![format!("{binary} did not end")]),
            false if BESIDE_THE_POINT.iter().all(|text| !output.contains(text)) => {
                return Ok(failed);
            }
            false => {}
        }
    }
    Ok(Vec::new())
}

/// Runs a command; whether it succeeded within the limit, and what it printed.
fn finished(mut command: Command) -> Result<(bool, String), Failure> {
    let output = tempfile()?;
    command.stdin(Stdio::null());
    command.stdout(output.file.try_clone()?);
    command.stderr(output.file.try_clone()?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let printed = String::from_utf8_lossy(&std::fs::read(&output.path)?).into_owned();
    std::fs::remove_file(&output.path)?;
    Ok((status.is_some_and(|status| status.success()), printed))
}

/// A file for what a command prints: more than a pipe holds.
struct Printed {
    file: std::fs::File,
    path: std::path::PathBuf,
}

fn tempfile() -> Result<Printed, Failure> {
    let path = std::env::temp_dir().join(format!("jolt-lab-mutants-{}", std::process::id()));
    let file = std::fs::File::create(&path)?;
    Ok(Printed { file, path })
}

/// The names that the test harness lists at its end.
fn failures(output: &str) -> Vec<String> {
    let lines = output
        .lines()
        .rev()
        .skip_while(|line| !line.starts_with("test result"));
    let names = lines.skip(1).take_while(|line| *line != "failures:");
    let names = names.map(str::trim).filter(|line| !line.is_empty());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.reverse();
    names
}
