//! The forgery table: every check that the verifier performs has a forgery, consistent everywhere
//! else, that is rejected, and accepted when that one check is switched off. For each memory argument.
//!
//! All of them are listed, and in builds with debug assertions a sample is tried, which has one against each check
//! ([`tried`]).
//!
//! Other lookup arguments' own checks are in their own tables (`lookup.rs`, `lookup_lasso.rs`).

mod machine;
mod protection;
mod spice;

use crate::support::forge::{ChangedCoefficient, Forgery, MatrixError, Memory, Story};
use crate::support::tables;
use crate::support::{Draft, Start, honest, machine, one_thread, program, rows, run, simulate};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use commitments::sealed::SealError;
use commitments::{CacheDir, Keys, Setup};
use instruction_tables::{Left, Operands, Right, Row, TableId, WordSize};
use jolt_core::constraints::{Column, monomial_name, monomials};
use jolt_core::lookup::Reads;
use jolt_core::lookup::testkit::Cheat;
use jolt_core::lookup::testkit::liars::LyingShout;
use jolt_core::machine::Run;
use jolt_core::memory::spice::balance::Lie;
use jolt_core::memory::spice::ports::{self, CELL};
use jolt_core::memory::spice::witness::{self as links, Access, Columns, Rules};
use jolt_core::registry::Registry;
use jolt_core::vm::constrain::columns;
use jolt_core::vm::constrain::violations;
use jolt_core::witness::Witness;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use sumcheck::analysis::sample;
use sumcheck::{Checks, VerifyError};

/// Cycle of a row before the branch: row `i` runs as cycle `i − 1`.
fn cycle_of(row: usize) -> usize {
    row - 1
}

fn pair(left: u64, right: u64) -> u128 {
    instruction_tables::interleave(left, right)
}

/// The final block as a witness leaves it.
pub fn contents(witness: &Witness) -> Vec<(u32, u64)> {
    let value = |cell: u32| -> u64 {
        let start = witness
            .memory
            .iter()
            .find(|(k, _)| *k == cell)
            .map_or(0, |(_, v)| *v);
        let touched = witness.address.iter().zip(witness.cell_inc.iter());
        let sum: i128 = touched
            .filter(|(k, _)| **k == cell)
            .map(|(_, inc)| inc)
            .sum();
        (i128::from(start) + sum).try_into().unwrap()
    };
    (0..4)
        .map(|cell| (cell, value(cell)))
        .filter(|(_, v)| *v != 0)
        .collect()
}

/// Of one word size and memory argument, the checks that have a forgery.
struct Table {
    word: WordSize,
    memory: Memory,
    /// What each forgery so far is against.
    checks: Vec<String>,
    telling: Telling,
    /// Forgeries so far that are looked at.
    told: usize,
}

/// What is done with the forgeries of a table.
enum Telling {
    /// They are listed.
    Not,
    /// These are told in proofs in the clear, one after the other.
    Clear(Vec<bool>),
    Hidden(Hidden),
}

/// Forgeries that are told in proofs that tell nothing.
struct Hidden {
    /// Of schemes that hide, in turns.
    keys: Vec<Keys<Fr>>,
    /// One in so many, from this one on.
    every: usize,
    first: usize,
}

/// Where the prover tells another story.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Commit,
    Constrain,
    // Twist
    Remember,
    Recall,
    Carry,
    // Spice
    Balance,
    Range,
    Initial,
    Forbidden,
    Access,
    Leaf,
    First,
    Finals,
    Labels,
}

impl Table {
    /// Rejected with all checks, accepted without this one.
    fn load_bearing(&mut self, check: &str, forgery: &Forgery<'_>) {
        let place = self.checks.len();
        self.checks.push(check.to_owned());
        if !Checks::in_focus(check) {
            return;
        }
        let forgery = Forgery {
            memory: self.memory,
            ..*forgery
        };
        let number = self.told;
        self.told += 1;
        match &self.telling {
            Telling::Clear(tried) if tried[place] => {}
            Telling::Clear(_) | Telling::Not => return,
            Telling::Hidden(Hidden { keys, every, first }) => {
                if number % every == *first {
                    let keys = &keys[(number / every + first) % keys.len()];
                    load_bearing_in_hiding(check, &forgery, keys);
                }
                return;
            }
        }
        let (verdict, _) = forgery.verdict(Checks::all());
        assert!(
            matches!(verdict, Err(VerifyError::Check { .. })),
            "the forgery against {check} is not rejected: {verdict:?}"
        );
        let (verdict, performed) = forgery.verdict(Checks::without(check));
        assert_eq!(
            verdict,
            Ok(()),
            "the forgery against {check} breaks something else"
        );
        assert!(performed.contains(check), "{check} is not performed");
    }

    /// A forgery by tampering with the cycles of one simulation; the constraints broken.
    fn tampered(
        &mut self,
        checks: &[&str],
        start: impl Fn(&mut Start),
        tamper: &dyn Fn(usize, &mut Draft),
    ) -> Vec<(usize, &'static str)> {
        let machine = machine(self.word, program(self.word));
        let first = run(&machine, Vec::new());
        let mut begin = Start::honest(&first);
        start(&mut begin);
        let witness = simulate(&first, &begin, tamper);
        let run = run(&machine, contents(&witness));
        for check in checks {
            self.load_bearing(check, &Forgery::of(&run, &witness));
        }
        violations(&run, &witness)
    }

    /// Tampering with one cycle; the constraint named must be the only one broken.
    fn breaks(&mut self, name: &str, row: usize, tamper: impl Fn(&mut Draft)) {
        let at = cycle_of(row);
        let check = format!("constrain/{name}");
        let broken = self.tampered(&[&check], |_| (), &|cycle, draft| {
            if cycle == at {
                tamper(draft);
            }
        });
        assert_eq!(broken, [(at, name)]);
    }

    /// A program that cannot run as it is; the constraint named must be the only one broken.
    fn forced(&mut self, name: &str, change: impl Fn(&mut [Row])) {
        let mut rows = program(self.word);
        change(&mut rows);
        let machine = machine(self.word, rows);
        let first = run(&machine, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), &honest);
        let run = run(&machine, contents(&witness));
        self.load_bearing(&format!("constrain/{name}"), &Forgery::of(&run, &witness));
        let broken: Vec<&str> = violations(&run, &witness).iter().map(|(_, n)| *n).collect();
        assert_eq!(broken, [name]);
    }

    /// The prover believes in another program, in some phases; the cycles are of that program, or of
    /// the true one.
    fn another_program(
        &mut self,
        check: &str,
        change: impl Fn(&mut [Row]),
        phases: &[Phase],
        true_cycles: bool,
        tamper: &dyn Fn(usize, &mut Draft),
    ) {
        let mut rows = program(self.word);
        change(&mut rows);
        let (truth, lie) = (
            machine(self.word, program(self.word)),
            machine(self.word, rows),
        );
        let first = run(if true_cycles { &truth } else { &lie }, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), tamper);
        let truth = run(&truth, contents(&witness));
        let lie = run(&lie, contents(&witness));
        let story = Story {
            run: &lie,
            witness: &witness,
        };
        let columns = Columns::of(if true_cycles { &truth } else { &lie }, &witness);
        let mut forgery = Forgery::of(&truth, &witness);
        for told in forgery.spice.all() {
            told.columns = Some(&columns);
        }
        tell(&mut forgery, story, phases);
        self.load_bearing(check, &forgery);
    }

    /// Another witness in some phases.
    fn another_witness(
        &mut self,
        checks: &[&str],
        tamper: &dyn Fn(usize, &mut Draft),
        change: impl Fn(&mut Witness),
        phases: &[Phase],
    ) {
        let machine = machine(self.word, program(self.word));
        let first = run(&machine, Vec::new());
        let witness = simulate(&first, &Start::honest(&first), tamper);
        let run = run(&machine, contents(&witness));
        let mut other = witness.clone();
        change(&mut other);
        let columns = Columns::of(&run, &witness);
        let mut forgery = Forgery::of(&run, &witness);
        for told in forgery.spice.all() {
            told.columns = Some(&columns);
        }
        forgery.carry = Some(forgery.fetch);
        tell(
            &mut forgery,
            Story {
                run: &run,
                witness: &other,
            },
            phases,
        );
        for check in checks {
            self.load_bearing(check, &forgery);
        }
    }
}

/// Of a proof that tells nothing: an honest channel refuses to seal it, and names the check that the clear verifier names;
/// sealed all the same, the opening alone rejects it, and nothing does where this check is off.
fn load_bearing_in_hiding(check: &str, forgery: &Forgery<'_>, keys: &Keys<Fr>) {
    let scheme = keys.proving.scheme();
    let rejected = |check: &str| {
        let check = check.to_owned();
        Err(VerifyError::Check { check })
    };
    let (clear, _) = forgery.verdict(Checks::all());
    let refusal = forgery.hidden_refusal(keys);
    match refusal {
        // Which claims hold is found out when they are sealed.
        Some(SealError::FalseClaim { .. }) => assert_eq!(clear, rejected("open/evaluation")),
        Some(SealError::Replay(error)) => assert_eq!(Err(error), clear, "{scheme}: {check}"),
        other => panic!("{scheme}: the forgery against {check}: {other:?}"),
    }
    let verdict = forgery.hidden_verdict(keys, &Checks::all());
    assert_eq!(verdict, rejected("open/proof"), "{scheme}: {check}");
    let off = match check {
        "open/evaluation" => "open/proof",
        check => check,
    };
    let verdict = forgery.hidden_verdict(keys, &Checks::without(off));
    assert_eq!(verdict, Ok(()), "{scheme}: without {check}");
}

fn tell<'a>(forgery: &mut Forgery<'a>, story: Story<'a>, phases: &[Phase]) {
    for phase in phases {
        match phase {
            Phase::Commit => {
                forgery.commit = story;
                forgery.spice.commit.story = story;
            }
            Phase::Constrain => forgery.constrain = story,
            Phase::Remember => forgery.remember = story,
            Phase::Recall => forgery.recall = story,
            Phase::Carry => forgery.carry = Some(story),
            Phase::Balance => forgery.spice.balance.story = story,
            Phase::Range => forgery.spice.range.story = story,
            Phase::Initial => forgery.spice.initial.story = story,
            Phase::Forbidden => forgery.spice.forbidden.story = story,
            Phase::Access => forgery.spice.access.story = story,
            Phase::Leaf => forgery.spice.leaf.story = story,
            Phase::First => forgery.spice.first.story = story,
            Phase::Finals => forgery.spice.finals.story = story,
            Phase::Labels => forgery.spice.labels.story = story,
        }
    }
}

fn only(row: usize, change: impl Fn(&mut Draft)) -> impl Fn(usize, &mut Draft) {
    move |cycle, draft| {
        if cycle == cycle_of(row) {
            change(draft);
        }
    }
}

/// All forgeries of the table.
fn told((word, memory): (WordSize, Memory), telling: Telling) -> Table {
    one_thread();
    let mut table = Table {
        word,
        memory,
        checks: Vec::new(),
        telling,
        told: 0,
    };
    machine::step_constraints(&mut table);
    machine::relations(&mut table);
    machine::final_contents(&mut table);
    machine::bytecode_claims(&mut table);
    machine::digits(&mut table);
    machine::coefficients(&mut table);
    machine::output_elsewhere(&mut table);
    machine::lookup_digits(&mut table);
    protection::step(&mut table);
    protection::claims(&mut table);
    if memory == Memory::Spice {
        spice::order_of_time(&mut table);
        spice::first_and_last(&mut table);
        spice::inactive(&mut table);
    }
    table
}

/// Of each table.
const TABLES: [(WordSize, Memory); 4] = [
    (WordSize::W64, Memory::Twist),
    (WordSize::W64, Memory::Spice),
    (WordSize::W32, Memory::Twist),
    (WordSize::W32, Memory::Spice),
];

/// The forgeries of a table: what they are against, and which ones are tried.
struct Tried {
    checks: Vec<String>,
    tried: Vec<bool>,
}

/// Of each of the [`TABLES`]. The sample has a forgery against each check that any of them has, and a dozen at least of each
/// table.
fn tried() -> &'static [Tried; 4] {
    static TRIED: LazyLock<[Tried; 4]> = LazyLock::new(|| {
        let checks = TABLES.map(|table| told(table, Telling::Not).checks);
        let of_table = |table| {
            move |(place, check): (usize, &String)| {
                vec![check.clone(), format!("{table}, {}", place % 12)]
            }
        };
        let all = checks.iter().enumerate();
        let all = all.flat_map(|(table, checks)| checks.iter().enumerate().map(of_table(table)));
        let mut tried = sample::spanning(&all.collect::<Vec<_>>()).into_iter();
        checks.map(|checks| Tried {
            tried: tried.by_ref().take(checks.len()).collect(),
            checks,
        })
    });
    &TRIED
}

/// A sample that has no forgery against some check says nothing about it.
#[test]
fn every_check_has_a_forgery_that_is_tried() {
    let (mut all, mut chosen) = (BTreeSet::new(), BTreeSet::new());
    for Tried { checks, tried } in tried() {
        assert!(checks.len() > 80 && tried.len() == checks.len());
        let of_table = checks.iter().zip(tried).filter(|(_, tried)| **tried);
        let of_table: Vec<&String> = of_table.map(|(check, _)| check).collect();
        assert!(of_table.len() > 10, "{of_table:?}");
        println!("{} of {} forgeries", of_table.len(), checks.len());
        all.extend(checks);
        chosen.extend(of_table);
    }
    let missing: Vec<_> = all.difference(&chosen).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn every_check_has_a_forgery(word: WordSize, memory: Memory) {
    let number = TABLES.iter().position(|of| *of == (word, memory)).unwrap();
    let Tried { checks, tried } = &tried()[number];
    let table = told((word, memory), Telling::Clear(tried.clone()));
    assert_eq!(table.checks, *checks);
    let machine = machine(word, program(word));
    let run = run(&machine, vec![(1, 7)]);
    let witness = simulate(&run, &Start::honest(&run), &honest);
    let truth = Forgery {
        memory,
        ..Forgery::of(&run, &witness)
    };
    let (verdict, performed) = truth.verdict(Checks::all());
    assert_eq!(verdict, Ok(()));
    let forged = table.checks.into_iter().collect();
    let missing: Vec<&String> = performed.difference(&forged).collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

#[test]
fn every_check_of_rv64_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W64, Memory::Twist);
}

/// Other radices of digits, other limits of operands, other offsets.
#[test]
fn every_check_of_rv32_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W32, Memory::Twist);
}

#[test]
fn every_check_of_rv64_with_offline_memory_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W64, Memory::Spice);
}

#[test]
fn every_check_of_rv32_with_offline_memory_has_a_forgery() {
    every_check_has_a_forgery(WordSize::W32, Memory::Spice);
}

/// The same forgeries in proofs that tell nothing, one in so many; each scheme that hides has its turn.
fn forgeries_are_told_in_hiding(every: usize) {
    let schemes = ["hyrax", "pst13", "zeromorph"].map(|name| {
        let setup = Setup::Builtin {
            cache: CacheDir::Off,
        };
        let registry = Registry::builtin();
        let scheme = registry.schemes().get(name).unwrap();
        scheme.hiding_setup(HIDDEN_VARS, &setup).unwrap()
    });
    for (number, table) in TABLES.into_iter().enumerate() {
        // Of each table others.
        let first = 17 * number % every;
        let hidden = Hidden {
            keys: schemes.to_vec(),
            every,
            first,
        };
        let table = told(table, Telling::Hidden(hidden));
        assert!(table.checks.len() > 80);
    }
}

/// Variables of the largest column of the machines here.
const HIDDEN_VARS: usize = 8;

#[test]
fn forgeries_are_rejected_in_proofs_that_tell_nothing() {
    forgeries_are_told_in_hiding(SAMPLE * sample::one_in(2));
}

/// One forgery in so many is told in hiding by the tests that always run; of a sample one in twice as many.
const SAMPLE: usize = 50;

#[test]
#[ignore = "all forgeries, three proofs of each"]
fn all_forgeries_are_rejected_in_proofs_that_tell_nothing() {
    forgeries_are_told_in_hiding(1);
}
