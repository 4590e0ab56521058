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

/// Environment variable with what laws are to look at: see the same.
const FOCUS: &str = "JOLT_LAB_FOCUS";

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

/// Tries mutants, and remembers of tests in focus that they pass without any.
pub struct Trials<'a> {
    binaries: &'a Binaries,
    innocent: BTreeSet<(String, String)>,
}

impl<'a> Trials<'a> {
    /// None yet.
    pub fn new(binaries: &'a Binaries) -> Self {
        Trials {
            binaries,
            innocent: BTreeSet::new(),
        }
    }

    /// Tries one.
    pub fn of(&mut self, mutant: Mutant) -> Result<Trial, Failure> {
        let start = Instant::now();
        let alone = Weakening {
            switch: Some(&mutant.switch),
            focus: None,
        };
        let mut by = failing(self.binaries, mutant.complete, alone)?;
        let outcome = if !by.is_empty() {
            Outcome::Incomplete
        } else {
            by = self.in_focus(&mutant)?;
            if by.is_empty() {
                by = failing(self.binaries, mutant.sound, alone)?;
            }
            match by.is_empty() {
                true => Outcome::Survived,
                false => Outcome::Killed,
            }
        };
        Ok(Trial {
            mutant,
            outcome,
            by,
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    /// The tests that fail where they only look at what is weakened, and pass so without the mutant.
    fn in_focus(&mut self, mutant: &Mutant) -> Result<Vec<String>, Failure> {
        let Some(focus) = &mutant.focus else {
            return Ok(Vec::new());
        };
        let weakening = Weakening {
            switch: Some(&mutant.switch),
            focus: Some(focus),
        };
        let by = failing(self.binaries, mutant.sound, weakening)?;
        for test in &by {
            if self.innocent.contains(&(focus.clone(), test.clone())) {
                continue;
            }
            let honest = Weakening {
                switch: None,
                focus: Some(focus),
            };
            let binaries = mutant.sound.iter().map(|(binary, _)| *binary);
            for binary in binaries.collect::<BTreeSet<_>>() {
                let (failed, _) = run(self.binaries, binary, &[test, "--exact"], honest)?;
                if !failed.is_empty() {
                    return Ok(Vec::new());
                }
            }
            self.innocent.insert((focus.clone(), test.clone()));
        }
        Ok(by)
    }
}

/// Values of the environment variables of a run.
#[derive(Clone, Copy)]
struct Weakening<'a> {
    switch: Option<&'a str>,
    focus: Option<&'a str>,
}

impl Trial {
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
        let nothing = Weakening {
            switch: None,
            focus: None,
        };
        let failed = failing(binaries, &[*tests], nothing)?;
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
    weakening: Weakening<'_>,
) -> Result<Vec<String>, Failure> {
    for (binary, filters) in groups {
        let (failed, output) = run(binaries, binary, filters, weakening)?;
        let beside = BESIDE_THE_POINT.iter().any(|text| output.contains(text));
        if !failed.is_empty() && !beside {
            return Ok(failed);
        }
    }
    Ok(Vec::new())
}

/// Runs tests until one fails; those that did, and what was printed.
fn run(
    binaries: &Binaries,
    binary: &str,
    filters: &[&str],
    Weakening { switch, focus }: Weakening<'_>,
) -> Result<(Vec<String>, String), Failure> {
    let (program, folder) = binaries.get(binary)?;
    let mut command = Command::new(program);
    command.current_dir(folder).args(filters).arg("--nocapture");
    SKIPPED.iter().for_each(|name| {
        command.args(["--skip", *name]);
    });
    command.envs(switch.map(|switch| (VARIABLE, switch)));
    command.envs(focus.map(|focus| (FOCUS, focus)));
    let (success, output) = finished(command)?;
    let mut failed = failures(&output);
    if !success && failed.is_empty() {
        // Ended by a signal, or stopped.
        failed.push(format!("{binary} did not end"));
    }
    Ok((failed, output))
}

/// Runs a command until a test fails; whether it succeeded within the limit, and what it printed.
fn finished(mut command: Command) -> Result<(bool, String), Failure> {
    let output = tempfile()?;
    command.stdin(Stdio::null());
    command.stdout(output.file.try_clone()?);
    command.stderr(output.file.try_clone()?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let printed = || -> Result<String, Failure> {
        Ok(String::from_utf8_lossy(&std::fs::read(&output.path)?).into_owned())
    };
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        let beside = |printed: &str| BESIDE_THE_POINT.iter().any(|text| printed.contains(text));
        let so_far = printed()?;
        let decided = !failures(&so_far).is_empty() && !beside(&so_far);
        if decided || start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let printed = printed()?;
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

/// The names of tests that the harness says have failed.
fn failures(output: &str) -> Vec<String> {
    let lines = output.lines().filter_map(|line| {
        let (before, _) = line.split_once(" ... FAILED")?;
        let (_, name) = before.rsplit_once("test ")?;
        Some(name.to_owned())
    });
    lines.collect()
}
