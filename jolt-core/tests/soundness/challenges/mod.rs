//! The challenge table: for every challenge that the verifier of the machine draws, lies that cancel where it is known
//! beforehand, first as 1, which is what a forgotten challenge amounts to, then as another number. They are rejected
//! where it is random.
//!
//! A challenge that weighs received values, or binds a sumcheck's variable, is cheated with messages alone:
//! `sumcheck::analysis` finds such messages ([`MESSAGES`]). What is here are lies about what was *committed*, which the
//! prover must have told before it knew the other challenges.
//!
//! All of them are listed, and in builds with debug assertions a sample is tried ([`tried`]).

mod dense;
mod late;
mod lookups;
mod machine;
mod spice;

use crate::support::forge::{Forgery, Memory};
use crate::support::{Start, honest, machine, one_thread, program, run, simulate};
use ark_bn254::Fr;
use instruction_tables::WordSize;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::lasso::Lasso;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use sumcheck::analysis::sample;
use sumcheck::channel::Which;
use sumcheck::{Checks, Label, VerifyError};

/// Challenges that weigh received values or bind variables: `sumcheck::analysis` has a change of messages for each, but
/// for those [here](BY_HAND).
pub const MESSAGES: [Label; 7] = [
    "round",
    "gamma",
    "lookup/products",
    "memory/first",
    "fraction/lambda",
    "fraction/child",
    "batch/alpha",
];

/// Challenges with the labels of [`MESSAGES`], as the analysis names them, that have lies here.
pub const BY_HAND: [&str; 4] = [
    "execute: gamma",
    "execute/alpha",
    "fetch/alpha",
    "balance/alpha",
];

/// The challenge that has no lies, and needs none: see [`spice::batch_of_initial`].
pub const REDUNDANT: &str = "initial/alpha";

/// Challenges of one word size and memory argument that have lies, by label and number.
struct Table {
    word: WordSize,
    memory: Memory,
    /// The lookup argument, if it is not Shout.
    lookup: Option<&'static Lasso>,
    lied: BTreeSet<(Label, usize)>,
    /// What each lie so far is about.
    about: Vec<[String; 3]>,
    /// Which lies are tried; none if they are only listed, all where there is no list.
    tried: Option<&'static [bool]>,
}

impl Table {
    fn new(word: WordSize, memory: Memory, tried: Option<&'static [bool]>) -> Self {
        Table {
            word,
            memory,
            lookup: None,
            lied: BTreeSet::new(),
            about: Vec::new(),
            tried,
        }
    }

    /// Rejected, and accepted where both sides know that this challenge is that number.
    fn cancels(&mut self, (label, number): (Label, usize), value: u64, forgery: &Forgery<'_>) {
        self.lied.insert((label, number));
        let place = self.about.len();
        self.about.push([
            format!("{label} {number}"),
            format!("{label} = {value}"),
            format!("{label}, {:?}, {:?}", self.word, self.memory),
        ]);
        let listed = |tried: &[bool]| !tried.get(place).is_some_and(|tried| *tried);
        if self.tried.is_some_and(listed) || !Checks::in_focus(label) {
            return;
        }
        let what = format!("{label} {number} = {value}");
        let both = |lookup: &'static Lasso| [lookup as &dyn ProveLookup<Fr>; 2];
        let forgery = Forgery {
            memory: self.memory,
            other: forgery.other.or(self.lookup.map(both)),
            ..*forgery
        };
        let (verdict, _) = forgery.verdict(Checks::all());
        let rejected = matches!(verdict, Err(VerifyError::Check { .. }));
        assert!(rejected, "{what}: {verdict:?} though it is random");
        let known = Checks::all().knowing(label, Which::Number(number), value);
        assert_eq!(forgery.verdict(known).0, Ok(()), "{what}");
    }

    /// Every challenge of an honest run has lies here, or is one for messages.
    fn is_complete(&self) {
        let machine = machine(self.word, program(self.word));
        let run = run(&machine, vec![(1, 7)]);
        let witness = simulate(&run, &Start::honest(&run), &honest);
        let truth = Forgery {
            memory: self.memory,
            ..Forgery::of(&run, &witness)
        };
        let mut numbers = std::collections::BTreeMap::<Label, usize>::new();
        let mut missing = Vec::new();
        for label in truth.challenges() {
            let next = numbers.entry(label).or_default();
            if !MESSAGES.contains(&label) && !self.lied.contains(&(label, *next)) {
                missing.push((label, *next));
            }
            *next += 1;
        }
        assert!(numbers.len() > 5, "{numbers:?}");
        assert!(missing.is_empty(), "challenges without lies: {missing:?}");
    }
}

/// What lies are about, and which ones are tried.
type Tried = (Vec<[String; 3]>, Vec<bool>);

/// Of each word size.
const WORDS: [WordSize; 2] = [WordSize::W64, WordSize::W32];

/// What the lies of each word size are about, and which ones are tried: a sample has a lie about each challenge that either
/// has, in one of the two; and about each label with each value, word size and memory argument.
fn tried() -> &'static [Tried; 2] {
    static TRIED: LazyLock<[Tried; 2]> = LazyLock::new(|| {
        let about = WORDS.map(|word| told(word, Some(&[])).about);
        let all = about.iter().flatten().map(|about| about.to_vec());
        let mut tried = sample::spanning(&all.collect::<Vec<_>>()).into_iter();
        about.map(|about| {
            let tried = tried.by_ref().take(about.len()).collect();
            (about, tried)
        })
    });
    &TRIED
}

/// A sample that has no lie about some challenge says nothing about it.
#[test]
fn every_challenge_has_lies_that_are_tried() {
    let (mut all, mut chosen) = (BTreeSet::new(), BTreeSet::new());
    for (about, tried) in tried() {
        let of_word = about.iter().zip(tried).filter(|(_, tried)| **tried);
        let of_word: Vec<_> = of_word.map(|(about, _)| about).collect();
        println!("{} of {} lies", of_word.len(), about.len());
        all.extend(about.iter().flatten());
        chosen.extend(of_word.into_iter().flatten());
    }
    let missing: Vec<_> = all.difference(&chosen).collect();
    assert!(all.len() > 50 && missing.is_empty(), "{missing:?}");
}

fn every_challenge_has_lies(word: WordSize) {
    let number = WORDS.iter().position(|of| *of == word).unwrap();
    let (about, tried) = &tried()[number];
    assert_eq!(told(word, Some(tried)).about, *about);
}

/// All lies of a word size.
fn told(word: WordSize, tried: Option<&'static [bool]>) -> Table {
    one_thread();
    let mut table = Table::new(word, Memory::Twist, tried);
    machine::zero_check(&mut table);
    machine::constraints(&mut table);
    machine::booleanity(&mut table);
    machine::blocks(&mut table);
    machine::one_hot(&mut table);
    machine::reads(&mut table);
    machine::lookups(&mut table);
    machine::carried(&mut table);
    machine::fetch(&mut table, 2);
    table.is_complete();
    // The phases before and after are the same with the other argument.
    table.memory = Memory::Spice;
    machine::blocks(&mut table);
    spice::fingerprints(&mut table);
    spice::initial(&mut table);
    spice::flags(&mut table);
    spice::leaves(&mut table);
    spice::roots(&mut table);
    spice::batch_of_initial(&mut table);
    table.is_complete();
    table
}

/// Challenges that are first of all after those of the lookup argument, where that is not Shout; and those of Lasso in
/// a machine.
#[test]
fn every_challenge_of_rv64_has_lies_beside_another_lookup_argument() {
    let mut table = Table::new(WordSize::W64, Memory::Twist, None);
    machine::values_of_lasso(&mut table);
    table.lookup = Some(&Lasso { chunk_bits: None });
    machine::registers(&mut table);
    table.memory = Memory::Spice;
    spice::fingerprints(&mut table);
}

#[test]
fn every_challenge_of_rv64_has_lies() {
    every_challenge_has_lies(WordSize::W64);
}

#[test]
fn every_challenge_of_rv32_has_lies() {
    every_challenge_has_lies(WordSize::W32);
}
