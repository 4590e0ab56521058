//! One mutant against the tests.

use crate::Failure;
use crate::build::Binaries;
use crate::catalogue::{Kind, Mutant};
use crate::equivalent;
use crate::groups::Tests;
use std::collections::BTreeSet;
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use sumcheck::analysis::sample;

/// Environment variable with the mutant of a process: see `sumcheck::channel`.
const VARIABLE: &str = "JOLT_LAB_MUTANT";

/// Environment variable with what laws are to look at: see the same.
const FOCUS: &str = "JOLT_LAB_FOCUS";

/// How much is tried.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Only tests that look at what is weakened, where there is such a thing.
    pub focused: bool,
    /// Tests that run longer are stopped.
    pub limit: Duration,
}

impl Default for Effort {
    fn default() -> Self {
        Effort {
            focused: false,
            limit: Duration::from_secs(900),
        }
    }
}

/// Not run: they prove all guests, and say nothing that others do not; or write what they found into the sources.
const SKIPPED: [&str; 3] = ["every_guest_is", "guests_are_proven", "random_bytes"];

/// Failures that say nothing about what is accepted.
const BESIDE_THE_POINT: [&str; 1] = ["a kernel differs from the naive prover"];

/// What the copy's naive provers say of an addend that is missed.
const TRUE_CLAIM: &str = "a true claim is rejected";

/// Of failures, what says that a true proof was rejected, or a lie that should pass: that nothing true is proven any
/// more is no forgery.
const REJECTED: [&str; 7] = [
    TRUE_CLAIM,
    "the lie is accepted",
    "  left: Err(",
    "  left: Some(Check",
    "on an `Err` value: Rejected(Check",
    "an honest proof of",
    "on an `Err` value: Check",
];

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A test that should reject failed.
    Killed,
    /// A true proof is rejected, and nothing else failed before.
    Incomplete,
    /// Nothing failed.
    Survived,
    /// Nothing failed that looks at what is weakened; other tests were not tried.
    Open,
}

impl Outcome {
    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Killed => "killed",
            Outcome::Incomplete => "incomplete",
            Outcome::Survived => "survived",
            Outcome::Open => "open",
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
    /// What they said.
    pub said: String,
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
    effort: Effort,
    innocent: BTreeSet<(String, String)>,
}

impl<'a> Trials<'a> {
    /// None yet.
    pub fn new(binaries: &'a Binaries, effort: Effort) -> Self {
        Trials {
            binaries,
            effort,
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
        let focus = mutant.focus.as_deref();
        let term = mutant.kind == Kind::Term;
        let mut failed = match term {
            true => self.rejecting(mutant.complete, Weakening { focus, ..alone })?,
            false => self.failing(mutant.complete, alone)?,
        };
        let outcome = if !failed.tests.is_empty() {
            Outcome::Incomplete
        } else {
            failed = self.in_focus(&mutant)?;
            let left = self.effort.focused && mutant.focus.is_some();
            if !failed.accepts() && !left {
                let beyond = self.failing(&mutant.sound, alone)?;
                if !beyond.tests.is_empty() {
                    failed = beyond;
                }
            }
            match failed.tests.is_empty() {
                false if failed.accepts() => Outcome::Killed,
                // That a kernel has the addend says nothing, nor that a test did not end.
                false if !term && !failed.said.is_empty() => Outcome::Incomplete,
                _ if left => Outcome::Open,
                _ => Outcome::Survived,
            }
        };
        Ok(Trial {
            mutant,
            outcome,
            by: failed.tests,
            said: failed.said,
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    /// The tests that fail where they only look at what is weakened, and pass so without the mutant.
    fn in_focus(&mut self, mutant: &Mutant) -> Result<Failed, Failure> {
        let Some(focus) = &mutant.focus else {
            return Ok(Failed::default());
        };
        let weakening = Weakening {
            switch: Some(&mutant.switch),
            focus: Some(focus),
        };
        let failed = self.failing(&mutant.focused, weakening)?;
        for test in &failed.tests {
            if self.innocent.contains(&(focus.clone(), test.clone())) {
                continue;
            }
            let honest = Weakening {
                switch: None,
                focus: Some(focus),
            };
            let binaries = mutant.focused.iter().map(|(binary, _)| *binary);
            for binary in binaries.collect::<BTreeSet<_>>() {
                let alone = self.run(binary, &[test, "--exact"], honest)?;
                if !alone.tests.is_empty() {
                    return Ok(Failed::default());
                }
            }
            self.innocent.insert((focus.clone(), test.clone()));
        }
        Ok(failed)
    }

    /// That all these tests pass as they are.
    pub fn nothing_fails_without_a_mutant(&self, mutants: &[Mutant]) -> Result<(), Failure> {
        let tests = mutants.iter();
        let tests = tests.flat_map(|mutant| mutant.complete.iter().chain(&mutant.sound));
        for tests in tests.collect::<BTreeSet<_>>() {
            let nothing = Weakening {
                switch: None,
                focus: None,
            };
            let failed = self.failing(&[*tests], nothing)?.tests;
            if !failed.is_empty() {
                let failed = failed.join(", ");
                return Err(format!("these fail without any mutant: {failed}").into());
            }
        }
        Ok(())
    }

    /// The tests that fail, of the first group in which something false is accepted, or else of the first in which
    /// some fail.
    fn failing(&self, groups: &[Tests], weakening: Weakening<'_>) -> Result<Failed, Failure> {
        let mut first = Failed::default();
        for (binary, filters) in groups {
            let failed = self.run(binary, filters, weakening)?;
            if failed.accepts() {
                return Ok(failed);
            }
            if first.tests.is_empty() && !beside_the_point(&failed.said) {
                first = failed;
            }
        }
        Ok(first)
    }

    /// The tests in which a naive prover says that a true claim is rejected: it lacks what the verifier lacks.
    fn rejecting(&self, groups: &[Tests], weakening: Weakening<'_>) -> Result<Failed, Failure> {
        for (binary, filters) in groups {
            let failed = self.run(binary, filters, weakening)?;
            if failed.said.contains(TRUE_CLAIM) {
                return Ok(failed);
            }
        }
        Ok(Failed::default())
    }

    /// Runs tests until one fails.
    fn run(
        &self,
        binary: &str,
        filters: &[&str],
        Weakening { switch, focus }: Weakening<'_>,
    ) -> Result<Failed, Failure> {
        let (program, folder) = self.binaries.get(binary)?;
        let mut command = Command::new(program);
        command.current_dir(folder).args(filters).arg("--nocapture");
        SKIPPED.iter().for_each(|name| {
            command.args(["--skip", *name]);
        });
        // What fails is not to be made smaller, nor kept, nor traced.
        command.env("RUST_BACKTRACE", "0");
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0");
        command.env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true");
        // A sample may miss what a mutant does.
        command.env(sample::ALL, "1");
        command.envs(switch.map(|switch| (VARIABLE, switch)));
        command.envs(focus.map(|focus| (FOCUS, focus)));
        let (success, output) = finished(command, self.effort.limit)?;
        let mut tests = failures(&output);
        if !success && tests.is_empty() {
            // Ended by a signal, or stopped.
            tests.push(format!("{binary} did not end"));
        }
        let said = panics(&output);
        Ok(Failed { tests, said })
    }
}

/// Tests that failed, and what they said.
#[derive(Default)]
struct Failed {
    tests: Vec<String>,
    said: String,
}

impl Failed {
    /// Whether something false was accepted, as far as the tests' words tell.
    fn accepts(&self) -> bool {
        let rejected = REJECTED.iter().any(|text| self.said.contains(text));
        !self.said.is_empty() && !rejected && !beside_the_point(&self.said)
    }
}

fn beside_the_point(said: &str) -> bool {
    BESIDE_THE_POINT.iter().any(|text| said.contains(text))
}

/// Values of the environment variables of a run.
#[derive(Clone, Copy)]
struct Weakening<'a> {
    switch: Option<&'a str>,
    focus: Option<&'a str>,
}

impl Trial {
    /// Whether nothing that was tried failed.
    pub fn survived(&self) -> bool {
        matches!(self.outcome, Outcome::Survived | Outcome::Open)
    }

    /// Whether it survived without being equivalent.
    pub fn counts_as_survivor(&self) -> bool {
        self.survived() && equivalent::reason(&self.mutant.name).is_none()
    }
}

/// Runs a command until a test fails; whether it succeeded within the limit, and what it printed.
fn finished(mut command: Command, limit: Duration) -> Result<(bool, String), Failure> {
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
        let so_far = printed()?;
        let decided = !failures(&so_far).is_empty() && !beside_the_point(&so_far);
        if decided || start.elapsed() > limit {
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

/// Where threads panicked, and what they said.
fn panics(output: &str) -> String {
    let panics = output.split("\nthread '").skip(1);
    let panics = panics.filter(|text| text.contains("panicked at"));
    let said = panics.map(|text| {
        let end = ["\nnote: ", "\ntest "].map(|end| text.find(end).unwrap_or(text.len()));
        &text[..end[0].min(end[1])]
    });
    said.collect::<Vec<_>>().join("\n")
}
