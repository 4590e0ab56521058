//! Proofs of the machine by nobody who has a run of it: from key and statement alone, of true statements and of false ones.
//! The verifier is that of the library, and accepts them all; where nobody knows the logarithm of `H`, and the hash is what
//! it is, it rejects them.
//!
//! What is combined: every guest with one pair of arguments and one scheme, which take turns, at the size of its run; every
//! pair with every scheme and both words, of the guest about something private, at sizes around those that matter. Of each a
//! statement that is true, and those of [`Lie`].

use crate::hidden::{self, PAIRS, SCHEMES, differ, program};
use ark_bn254::Fr;
use commitments::simulation::{Drawn, Simulator};
use commitments::{Scheme, Setup, SetupError};
use jolt_core::api::{self, Config, VerifyingKey, verifying_key};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use jolt_core::statement::{MIN_CYCLE_VARS, Statement};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::{Event, VerifyError};
use tracer::testing::{ElfWriter, asm};
use tracer::{ExitStatus, Inputs, Options, Program};

/// What is wrong with a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lie {
    /// One byte of the output, or one that there is not.
    Output,
    /// The exit status.
    Status,
    /// The public input, where the outcome depends on it.
    Input,
    /// Fewer cycles than the run takes.
    Cycles,
}

const LIES: [Lie; 4] = [Lie::Output, Lie::Status, Lie::Input, Lie::Cycles];

/// A scheme whose key is one that was made before.
struct Of(&'static str, Arc<dyn commitments::VerifyingKey<Fr>>);

impl Scheme<Fr> for Of {
    fn name(&self) -> &'static str {
        self.0
    }
    fn setup(&self, _: usize, _: &Setup) -> Result<commitments::Keys<Fr>, SetupError> {
        unreachable!("nothing is proven")
    }
    fn verifying_key(
        &self,
        _: usize,
        _: &Setup,
    ) -> Result<Arc<dyn commitments::VerifyingKey<Fr>>, SetupError> {
        unreachable!("nothing is in the clear")
    }
    fn read_verifying_key(
        &self,
        _: &[u8],
    ) -> Result<Arc<dyn commitments::VerifyingKey<Fr>>, SetupError> {
        unreachable!("no key is read")
    }
    fn hides(&self) -> bool {
        true
    }
    fn hiding_verifying_key(
        &self,
        _: usize,
        _: &Setup,
    ) -> Result<Arc<dyn commitments::VerifyingKey<Fr>>, SetupError> {
        Ok(self.1.clone())
    }
}

/// A program's key, and who proves under it without running the program.
struct Simulated {
    simulator: Simulator,
    key: VerifyingKey,
    inventing: VerifyingKey,
    scheme: &'static str,
    pair: (&'static str, &'static str),
}

fn config(scheme: &str, pair: (&str, &str), max_cycle_vars: usize) -> Config {
    Config {
        max_cycle_vars,
        ..hidden::config(scheme, pair)
    }
}

impl Simulated {
    fn new(
        program: &Program,
        (scheme, pair): (&'static str, (&'static str, &'static str)),
        max_cycle_vars: usize,
    ) -> Self {
        let simulator = Simulator::new(scheme, max_cycle_vars).unwrap();
        let with = |key| {
            let config = Config {
                registry: Registry::builtin().with_scheme(Of(scheme, key)),
                ..config(scheme, pair, max_cycle_vars)
            };
            verifying_key(program.clone(), &config).unwrap()
        };
        let (key, inventing) = (with(simulator.key()), with(simulator.inventing()));
        assert_eq!(key.digest(), inventing.digest());
        Simulated {
            simulator,
            key,
            inventing,
            scheme,
            pair,
        }
    }

    fn with_payload(&self, statement: &Statement, payload: &[u8]) -> Proof {
        Proof {
            key: *self.key.digest(),
            ceremony: None,
            zero_knowledge: true,
            preprocessed: false,
            scheme: self.scheme.to_owned(),
            lookup: self.pair.0.to_owned(),
            memory: self.pair.1.to_owned(),
            statement: statement.clone(),
            payload: payload.to_vec(),
        }
    }

    /// A proof of this statement, which the key accepts.
    fn proof(&self, statement: &Statement, name: &str) -> Proof {
        let drawn = Drawn {
            size: statement.cycle_vars,
            seed: 1 + statement.output.len() as u64,
            named: 0,
        };
        let mut verify = |payload: &[u8], checks| {
            let proof = self.with_payload(statement, payload);
            self.inventing.verify_with(&proof, checks)
        };
        let payload = self.simulator.simulate(drawn, &mut verify);
        let proof = self.with_payload(statement, &payload.unwrap());
        let verdict = self.key.verify_with(&proof, self.simulator.programmed());
        let performed = verdict.map(|checks| checks.performed().count());
        assert!(performed.is_ok_and(|count| count > 50), "{name}: rejected");
        proof
    }
}

/// A statement that is true, with its run, and those that are not.
struct Statements {
    truth: Statement,
    lies: Vec<(Lie, Statement)>,
}

impl Statements {
    /// Those that are told: of a sample one, which take turns.
    fn told(&self, turn: usize) -> impl Iterator<Item = &(Lie, Statement)> {
        let first = turn % self.lies.len().max(1);
        let count = sample::count(1, self.lies.len());
        self.lies.iter().cycle().skip(first).take(count)
    }

    /// Of a program and its input, which reads nothing private, or says nothing of it (it ends with status 1). Declared are
    /// `2^declared` cycles, or as many as the run has, padded.
    fn new(program: &Program, inputs: &Inputs, declared: Option<usize>) -> Self {
        let options = Options::default();
        let of = |inputs: &Inputs| {
            let outcome = tracer::run(program, inputs, &options).unwrap();
            Statement::of(&inputs.public, &outcome)
        };
        let run = of(inputs);
        let truth = Statement {
            cycle_vars: declared.unwrap_or(run.cycle_vars),
            ..run.clone()
        };
        assert!(run.cycle_vars <= truth.cycle_vars);
        let lie = |lie| {
            let mut told = truth.clone();
            match lie {
                Lie::Output => match told.output.first_mut() {
                    Some(byte) => *byte ^= 1,
                    None => told.output.push(1),
                },
                Lie::Status => {
                    told.status = ExitStatus::Exit(77);
                    assert_ne!(truth.status, told.status);
                }
                Lie::Input => {
                    match told.input.first_mut() {
                        Some(byte) => *byte ^= 1,
                        None => told.input.push(1),
                    }
                    let public = told.input.clone();
                    let other = Inputs {
                        public,
                        private: inputs.private.clone(),
                    };
                    // What a program does not read changes nothing; what it takes too long for, nobody waits for.
                    let limits = Options {
                        max_cycles: 1 << truth.cycle_vars,
                    };
                    let outcome = tracer::run(program, &other, &limits).ok()?;
                    let other = Statement::of(&told.input, &outcome);
                    if (&other.output, other.status) == (&told.output, told.status) {
                        return None;
                    }
                }
                Lie::Cycles => {
                    told.cycle_vars = run.cycle_vars.checked_sub(1)?;
                    if told.cycle_vars < MIN_CYCLE_VARS {
                        return None;
                    }
                }
            }
            Some((lie, told))
        };
        Statements {
            lies: LIES.into_iter().filter_map(lie).collect(),
            truth,
        }
    }
}

/// Programs that come with the library, and an input of each that takes few cycles.
fn guests() -> Vec<(String, Inputs)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".elf").map(str::to_owned))
        // These are no programs by themselves.
        .filter(|name| !name.ends_with("-kernel"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 32);
    let with_inputs = names.into_iter().map(|name| {
        let base = name.split("-rv").next().unwrap();
        let inputs = match base {
            "private-sum" => Inputs::private([5; 3]),
            "fibonacci" => Inputs::public(3u64.to_le_bytes()),
            "btree" | "sort" | "keccak-chain" | "sha256-chain" => {
                Inputs::public(1u32.to_le_bytes())
            }
            "c-kernels" | "cpp-events" => {
                Inputs::public([1u32.to_le_bytes(), 1u32.to_le_bytes()].concat())
            }
            "bytes" | "c-mix" | "words" => Inputs::public(*b"to be or not to be"),
            "json" => Inputs::public(*b"[1, {}]"),
            "panic" => Inputs::public([1]),
            _ => Inputs::default(),
        };
        (name, inputs)
    });
    with_inputs.collect()
}

/// Every pair of arguments with every scheme.
fn arguments() -> Vec<(&'static str, (&'static str, &'static str))> {
    let with = |pair| SCHEMES.map(|(scheme, _)| (scheme, pair));
    PAIRS.into_iter().flat_map(with).collect()
}

/// Points of Hyrax's keys are hashed, one by one; of longer runs proofs are simulated over pairings.
fn long() -> usize {
    sample::count(12, 15)
}

#[test]
fn statements_of_every_guest_are_proven_by_nobody() {
    let turns = arguments().into_iter().cycle();
    let all = guests().into_iter().zip(turns);
    let all = all.map(|((name, inputs), arguments)| (name, inputs, arguments));
    // Of a sample each pair, scheme and word.
    let some = sample::of(all, |(name, _, (scheme, pair))| {
        let word = if name.contains("rv32") { "32" } else { "64" };
        vec![*scheme, pair.0, pair.1, word]
    });
    let some: Vec<_> = some.enumerate().collect();
    let told = some
        .into_par_iter()
        .map(|(turn, (name, inputs, (scheme, pair)))| {
            let program = program(&name);
            let statements = Statements::new(&program, &inputs, None);
            let vars = statements.truth.cycle_vars;
            let scheme = match vars > long() && scheme == "hyrax" {
                true => "zeromorph",
                false => scheme,
            };
            let simulated = Simulated::new(&program, (scheme, pair), vars);
            let name = format!("{name}, {scheme}, {pair:?}, 2^{vars}");
            simulated.proof(&statements.truth, &name);
            let lies = statements.told(turn).map(|(lie, told)| {
                simulated.proof(told, &format!("{name}, {lie:?}"));
                *lie
            });
            lies.collect::<BTreeSet<_>>()
        })
        .reduce(BTreeSet::new, |a, b| &a | &b);
    // Some guests have no input, and some runs are too short for fewer cycles to be declared.
    let count = sample::count(2, LIES.len());
    assert!(told.len() >= count, "{told:?}");
}

/// So many cycles: the last one jumps to itself.
fn of_length(bits: usize, cycles: usize) -> Program {
    let mut code = vec![asm::addi(5, 5, 1); cycles - 1];
    code.push(asm::HALT);
    ElfWriter::new(bits).code(&code).program().unwrap()
}

/// Where a statement's size is one around which something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Size {
    /// One cycle, of the fewest that can be declared.
    One,
    /// As many as are declared, to the last one.
    Full,
    /// One more than a power of two.
    More,
    /// Far more are declared than there are.
    Far,
}

const SIZES: [Size; 4] = [Size::One, Size::Full, Size::More, Size::Far];

/// Far more than a run takes, at which arguments have chunks of other widths.
const FAR: usize = 18;

#[test]
fn statements_of_every_size_are_proven_by_nobody() {
    let all = SIZES.into_iter().enumerate().flat_map(|(first, size)| {
        // Words take turns: everything meets both.
        let each = arguments().into_iter().zip(first..);
        each.map(move |(own, turn)| ((size, [64, 32][turn % 2]), own))
    });
    let some = sample::of(all, |((size, bits), (scheme, pair))| {
        let size = format!("{size:?}");
        vec![
            size,
            bits.to_string(),
            (*scheme).to_owned(),
            pair.0.to_owned(),
            pair.1.to_owned(),
        ]
    });
    let some: Vec<_> = some.enumerate().collect();
    some.into_par_iter()
        .for_each(|(turn, ((size, bits), (scheme, pair)))| {
            let (cycles, declared) = match size {
                Size::One => (1, MIN_CYCLE_VARS),
                Size::Full => (1 << 7, 7),
                Size::More => ((1 << 7) + 1, 8),
                Size::Far if scheme == "hyrax" => (1, long()),
                Size::Far => (1, FAR),
            };
            let program = of_length(bits, cycles);
            let name = format!("{size:?}, {bits} bits, {scheme}, {pair:?}");
            let inputs = Inputs::private([1, 2, 3]);
            let run = tracer::run(&program, &inputs, &Options::default()).unwrap();
            assert_eq!(run.cycles, cycles as u64);
            let statements = Statements::new(&program, &inputs, Some(declared));
            let simulated = Simulated::new(&program, (scheme, pair), declared);
            let proof = simulated.proof(&statements.truth, &name);
            for (lie, told) in statements.told(turn) {
                // One cycle too many for what is declared.
                assert!(*lie != Lie::Cycles || size == Size::Full || size == Size::More);
                simulated.proof(told, &format!("{name}, {lie:?}"));
            }
            if sample::all() || turn % 2 == 0 {
                looks_like_an_honest_one(&simulated, &program, &proof, &name);
            }
        });
}

/// A simulated proof has the items of one by the machine's prover, and is no proof under the ordinary key.
fn looks_like_an_honest_one(simulated: &Simulated, program: &Program, proof: &Proof, name: &str) {
    let declared = proof.statement.cycle_vars;
    let config = config(simulated.scheme, simulated.pair, declared);
    let events = |recording: sumcheck::Recording| -> Vec<Event> {
        recording.entries.into_iter().map(|(e, _)| e).collect()
    };
    let ordinary = verifying_key(program.clone(), &config).unwrap();
    let renamed = Proof {
        key: *ordinary.digest(),
        ..proof.clone()
    };
    let (recording, verdict) = ordinary.recording(&renamed);
    let check = "open/proof".to_owned();
    assert_eq!(verdict.err(), Some(VerifyError::Check { check }), "{name}");
    if declared > 8 {
        return;
    }
    let key = api::setup(program.clone(), &config).unwrap();
    let honest = key.prove(&Inputs::private([7])).unwrap();
    assert_eq!(honest.statement, proof.statement);
    assert_eq!(honest.payload.len(), proof.payload.len(), "{name}");
    let (honest, verdict) = ordinary.recording(&honest);
    assert!(verdict.is_ok());
    assert_eq!(differ(&events(recording), &events(honest)), None, "{name}");
}
