//! Mutation score of the verifiers: neutralises one thing that a verifier relies on, and looks whether a test
//! notices.
//!
//! ```text
//! cargo run -p jolt-core --example mutants -- [OPTIONS]
//!
//!   --list           say what would be tried, and try nothing
//!   --kind NAMES     only mutants of these kinds, separated by commas
//!   --only TEXT      only mutants whose name contains this
//!   --sample N       only so many, spread evenly over all; that tests pass by themselves is taken as given
//!   --alone          build the tests as `cargo test -p` does, without the rest of the workspace
//!   --built          only mutants of binaries that are built already: none of an edited copy
//!   --focused        only tests that look at what is weakened: what none of them rejects is open
//!   --limit N        stop a test after so many seconds instead of 900
//!   --json FILE      write what was found there, one mutant after the other
//! ```
//!
//! **Mutants.** Of kind
//! - `constraint`: a step constraint has weight zero;
//! - `check`: another named check is not enforced;
//! - `challenge`: a challenge is 1, or 3, and so known beforehand;
//! - `message`: a message, a commitment or a part of the statement is not absorbed;
//! - `term`: an addend of a relation's summand is left out;
//! - `bound`: a bound on a size or on an encoding is not there;
//! - `statement`: a cell of the final memory that the statement names is not compared, a field of a statement is not;
//! - `mask`: a blinding or a mask of a proof that hides is not there, or is that of something else, too.
//!
//! The first four are switches of `sumcheck::Checks` that tests have anyway (feature `testing`), set for a whole
//! process by an environment variable. They need no compilation: test binaries are run as they are. What there is
//! to switch is read off runs of the verifiers, with every lookup argument, every memory argument, the opening, and
//! openings by each scheme, so no list of them can be incomplete. The other kinds are edits of the source
//! ([`edits`]), all applied at once to a copy in the target directory, each behind a question for the same variable: one
//! more compilation for all.
//!
//! **Verdict.** Prover and verifier are the same mutant. So first honest proofs are verified: if they are rejected, nobody
//! could keep the mutant, but nothing false was accepted either. Otherwise the tests that should reject are run until one
//! fails: the mutant is *killed* if something false was accepted, and *incomplete* if that test found something true
//! rejected. Tests that go through tables of lies look first at those that
//! are about what is weakened (`Checks::in_focus`), and only if nothing fails then at all. A test whose failure says
//! nothing about soundness (a kernel that differs from the naive prover) kills nothing. Of an addend, naive provers say
//! whether what is left still adds up to a true claim; kernels, which have the addend, say nothing.
//!
//! The exit code is 1 if a mutant survives that [`equivalent`] does not list with a reason, or if one that is
//! listed there was killed. See `papers/soundness.md`.

mod build;
mod catalogue;
mod edits;
mod equivalent;
mod groups;
mod listed;
mod replaced;
mod scope;
mod table;
mod trial;

use build::{Binaries, Packages};
use catalogue::{Kind, Mutant};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use trial::{Effort, Trial, Trials};

/// Whatever went wrong, in words.
type Failure = Box<dyn std::error::Error>;

#[derive(Default)]
struct Options {
    list: bool,
    kinds: Vec<Kind>,
    only: String,
    sample: Option<usize>,
    alone: bool,
    built: bool,
    effort: Effort,
    json: Option<PathBuf>,
}

fn options() -> Result<Options, Failure> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--list" => options.list = true,
            "--alone" => options.alone = true,
            "--built" => options.built = true,
            "--focused" => options.effort.focused = true,
            "--limit" => options.effort.limit = Duration::from_secs(value()?.parse()?),
            "--only" => options.only = value()?,
            "--sample" => options.sample = Some(value()?.parse()?),
            "--json" => options.json = Some(value()?.into()),
            "--kind" => {
                let kind = |name: &str| {
                    let named = Kind::ALL.into_iter().find(|kind| kind.name() == name);
                    named.ok_or(format!("no kind {name}"))
                };
                options.kinds = value()?.split(',').map(kind).collect::<Result<_, _>>()?;
            }
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    Ok(options)
}

/// So many of all, spread evenly, the same ones each time.
fn spread(all: Vec<Mutant>, sample: Option<usize>) -> Vec<Mutant> {
    let count = all.len();
    let sample = sample.unwrap_or(count).min(count);
    let chosen = |at: usize| at * sample / count.max(1) != (at + 1) * sample / count.max(1);
    let all = all.into_iter().enumerate();
    all.filter(|(at, _)| chosen(*at)).map(|(_, m)| m).collect()
}

fn chosen(options: &Options) -> Result<Vec<Mutant>, Failure> {
    let mut all = catalogue::all()?;
    equivalent::known(&all)?;
    all.retain(|mutant| {
        let of_kind = options.kinds.is_empty() || options.kinds.contains(&mutant.kind);
        of_kind && mutant.name.contains(&options.only) && !(options.built && mutant.edited)
    });
    if all.is_empty() {
        return Err("no mutant is of these kinds and this name".into());
    }
    Ok(spread(all, options.sample))
}

/// The repository.
fn root() -> Result<PathBuf, Failure> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?)
}

fn run(options: &Options) -> Result<bool, Failure> {
    let root = root()?;
    // Whatever is asked for, the list of edits is to be of this source.
    edits::texts(&root)?;
    let mutants = chosen(options)?;
    if options.list {
        for Mutant { kind, name, .. } in &mutants {
            println!("{:10} {name}", kind.name());
        }
        println!("{} mutants", mutants.len());
        return Ok(true);
    }
    let start = Instant::now();
    // The copy's tests serve for all mutants.
    let binaries = match mutants.iter().any(|mutant| mutant.edited) {
        true => build::edited(&root)?,
        false if options.alone => Binaries::of(&root, Packages::Tested, None)?,
        false => Binaries::of(&root, Packages::All, None)?,
    };
    println!("tests are built: {} s", start.elapsed().as_secs());
    let mut tried = Trials::new(&binaries, options.effort);
    // A sample is for where the tests have just been run, and tests in focus are tried without the mutant once they fail.
    if options.sample.is_none() && !options.effort.focused {
        tried.nothing_fails_without_a_mutant(&mutants)?;
    }
    let mut trials = Vec::with_capacity(mutants.len());
    let count = mutants.len();
    for (number, mutant) in mutants.into_iter().enumerate() {
        let trial = tried.of(mutant)?;
        println!("{}/{count} {trial}", number + 1);
        trials.push(trial);
        if let Some(path) = &options.json {
            std::fs::write(path, table::json(&trials))?;
        }
    }
    print!("{}", table::table(&trials));
    let stale = trials
        .iter()
        .filter(|trial| !trial.survived() && equivalent::reason(&trial.mutant.name).is_some());
    let stale: Vec<&str> = stale.map(|trial| trial.mutant.name.as_str()).collect();
    if !stale.is_empty() {
        println!("listed as equivalent, and killed: {}", stale.join(", "));
    }
    Ok(stale.is_empty() && !trials.iter().any(Trial::counts_as_survivor))
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
