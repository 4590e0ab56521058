//! The protocols whose verifiers are weakened: how to run one honestly, and which tests are about it.

use crate::Failure;
use crate::catalogue::Kind;
use crate::groups::{
    BASEFOLD, DENSE, HIDDEN, HYPERKZG, LIGERO, LOOKUP, MACHINE, MERCURY, NOTHING, NOTICED, PST13,
    SEALED, SLOW, STATEMENTS, Tests, ZEROMORPH,
};
use ark_bn254::Fr;
use commitments::basefold::{self, BaseFold, Dials};
use commitments::hyperkzg::HyperKzg;
use commitments::kzg::Powers;
use commitments::ligero::{self, Ligero, Positions};
use commitments::mercury::Mercury;
use commitments::pst13::{Pst13, Srs};
use commitments::zeromorph::Zeromorph;
use commitments::{CacheDir, Combined, Embedding, Pcs, PcsProver, Script, Setup};
use instruction_tables::WordSize;
use jolt_core::api::{Config, setup};
use jolt_core::lookup::dense::{DenseTable, protocol};
use jolt_core::lookup::testkit::{Case, DenseCase, PROTOCOL, prove, prove_dense};
use jolt_core::lookup::{ProveLookup, standalone};
use jolt_core::machine::Machine;
use jolt_core::memory::prover::ProveMemory;
use jolt_core::statement::{MIN_CYCLE_VARS, Statement};
use jolt_core::vm::{self, Provers};
use jolt_core::witness::Witness;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::channel::Place;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use sumcheck::{Checks, Expr, Note, Point, Poly, Relation, Source, Transcript};
use tracer::{Inputs, Options, Program};

/// Of a challenge or message: whatever challenge was drawn before.
pub const ANYWHERE: &str = "*";

/// Schemes of which openings by themselves are tried; Hyrax is tried as sealed proofs have it.
const OPENINGS: [(&str, &[Tests]); 6] = [
    (BaseFold::NAME, BASEFOLD),
    (Ligero::NAME, LIGERO),
    (Pst13::NAME, PST13),
    (<Zeromorph as Pcs>::NAME, ZEROMORPH),
    (<Mercury as Pcs>::NAME, MERCURY),
    (<HyperKzg as Pcs>::NAME, HYPERKZG),
];

/// A protocol.
pub enum Scope {
    /// A program's proof.
    Machine(Arc<dyn ProveLookup<Fr>>, Arc<dyn ProveMemory<Fr>>),
    /// A lookup argument by itself.
    Lookup(Arc<dyn ProveLookup<Fr>>),
    /// One over a dense table.
    Dense(Arc<dyn ProveLookup<Fr>>),
    /// A sealed proof, for its opening.
    Sealed,
    /// An opening by this scheme, for what is its own.
    Opening(&'static str),
    /// One that hides, by this scheme, for its closing and opening.
    Hidden(&'static str),
}

/// The addends of a relation.
pub struct Addends {
    /// Its batch.
    pub batch: &'static str,
    /// Its name.
    pub relation: &'static str,
    /// Its first claimed factors, which tell it from others that other code makes.
    pub factors: String,
    /// In words.
    pub terms: Vec<String>,
}

/// What a verifier did.
#[derive(Default)]
pub struct Seen {
    /// Names of checks.
    pub checks: Vec<String>,
    /// Challenges, and how many of each.
    pub drawn: Vec<(Place, usize)>,
    /// Messages and commitments, and how many of each.
    pub sent: Vec<(Place, usize)>,
    /// Relations and their batches, with the addends of each.
    pub relations: Vec<Addends>,
}

impl Seen {
    fn of(checks: &Checks, relations: Vec<Addends>) -> Self {
        Seen {
            checks: checks.performed().map(str::to_owned).collect(),
            drawn: checks.drawn().collect(),
            sent: checks.sent().collect(),
            relations,
        }
    }

    /// What is behind the program: closing and opening.
    fn closing(mut self) -> Self {
        let behind = |label: &str| label.starts_with("close/") || label.starts_with("open/");
        self.checks.retain(|check| behind(check));
        self.drawn.retain(|(place, _)| behind(place.label));
        self.sent.retain(|(place, _)| behind(place.label));
        self
    }

    /// Challenges and messages of one label together, whatever was drawn before them.
    fn wherever(mut self) -> Self {
        for all in [&mut self.drawn, &mut self.sent] {
            let mut counts = BTreeMap::<&'static str, usize>::new();
            for (place, count) in all.drain(..) {
                *counts.entry(place.label).or_default() += count;
            }
            let anywhere = |label| Place {
                label,
                after: ANYWHERE,
            };
            all.extend(
                counts
                    .into_iter()
                    .map(|(label, count)| (anywhere(label), count)),
            );
        }
        self
    }

    fn extend(&mut self, other: Self) {
        self.checks.extend(other.checks);
        self.drawn.extend(other.drawn);
        self.sent.extend(other.sent);
        self.relations.extend(other.relations);
    }
}

/// The addends of all sums in an expression, from the outside in: as `Relation::mutated` of the copy counts them.
fn addends(summand: &Expr<Fr>, names: &[&str], all: &mut Vec<String>) {
    match summand {
        Expr::Sum(terms) => {
            if terms.len() > 1 {
                all.extend(
                    terms
                        .iter()
                        .map(|term| term.formula(names, &sumcheck::Notation::TEXT)),
                );
            }
            terms.iter().for_each(|term| addends(term, names, all));
        }
        Expr::Product(factors) => factors.iter().for_each(|f| addends(f, names, all)),
        _ => {}
    }
}

/// A verifier that keeps the relations it hears of.
struct Listening {
    plain: PlainVerifier<Fr>,
    relations: Vec<Addends>,
}

impl Layer<Fr> for Listening {
    type Below = PlainVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.plain
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        let Heard::Note(Note::Batch(batch, relations)) = heard else {
            return;
        };
        let terms = |relation: &&Relation<Fr>| {
            let names: Vec<&str> = relation.factors.iter().map(|f| f.name.as_str()).collect();
            let mut all = Vec::new();
            addends(&relation.summand, &names, &mut all);
            let claimed = relation.factors.iter();
            let claimed = claimed.filter(|f| matches!(f.source, Source::Claimed));
            let claimed: Vec<&str> = claimed.take(2).map(|f| f.name.as_str()).collect();
            Addends {
                batch,
                relation: relation.name,
                factors: claimed.join(" "),
                terms: all,
            }
        };
        self.relations.extend(relations.iter().map(terms));
    }
}

fn listening(plain: PlainVerifier<Fr>) -> Over<Listening> {
    Over(Listening {
        plain,
        relations: Vec::new(),
    })
}

/// A program of the repository.
fn guest(name: &str) -> Result<Program, Failure> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
    let elf = std::fs::read(format!("{path}/{name}.elf"))?;
    Ok(Program::from_elf(&elf)?)
}

const INPUT: u64 = 3;

impl Scope {
    /// All protocols.
    pub fn all() -> Vec<Self> {
        let memories = jolt_core::registry::memories::<Fr>();
        let lookups = jolt_core::registry::lookups::<Fr>();
        let machine = Case::empty(WordSize::W64, MIN_CYCLE_VARS).shape;
        let mut all = Vec::new();
        for lookup in &lookups {
            if lookup.supports(&machine).is_ok() {
                let machines = memories.iter().cloned();
                all.extend(machines.map(|memory| Scope::Machine(lookup.clone(), memory)));
            }
        }
        all.extend(lookups.iter().cloned().map(Scope::Lookup));
        let dense = lookups.iter().filter(|lookup| lookup.dense().is_some());
        all.extend(dense.cloned().map(Scope::Dense));
        all.push(Scope::Sealed);
        all.extend(OPENINGS.map(|(scheme, _)| Scope::Opening(scheme)));
        all.extend(["hyrax", "pst13", "zeromorph"].map(Scope::Hidden));
        all
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Scope::Machine(lookup, memory) => format!("{}+{}", memory.name(), lookup.name()),
            Scope::Lookup(argument) => argument.name().to_owned(),
            Scope::Dense(argument) => format!("dense {}", argument.name()),
            Scope::Sealed => "sealed".to_owned(),
            Scope::Opening(scheme) => (*scheme).to_owned(),
            Scope::Hidden(scheme) => format!("hidden {scheme}"),
        }
    }

    /// Whether its relations are tried: of machines it is those with Shout, since lookup arguments are tried by
    /// themselves.
    pub fn has_terms(&self) -> bool {
        !matches!(self, Scope::Machine(lookup, _) if lookup.name() != "shout")
    }

    /// Tests that honest proofs pass; of addends, those in which naive provers prove. Who knows a challenge, or does not
    /// hear a message, proves as before.
    pub fn complete(&self, kind: Kind) -> &'static [Tests] {
        match self {
            _ if matches!(kind, Kind::Challenge | Kind::Message) => &[],
            Scope::Machine(..) if kind == Kind::Term => &[
                ("laws", &["kernels::", "lookup_digits::", "noticed::"]),
                ("soundness", &["forgeries::every_check_of_rv64"]),
                SLOW,
            ],
            Scope::Lookup(argument) if kind == Kind::Term && argument.name() == "naive" => {
                &[("soundness", &["random_reads_of_every_table_are_proven"])]
            }
            // Stopped by the first test that fails, whatever it says: so by itself.
            Scope::Lookup(argument) if kind == Kind::Term && argument.name() == "logup-gkr" => {
                &[("soundness", &["the_slow_prover_of_logup"])]
            }
            _ if kind == Kind::Term => &[SLOW, ("jolt_core", &["gkr::"])],
            Scope::Machine(..) => &[("laws", &["fibonacci_over_the_plain_channel"])],
            Scope::Lookup(_) => &[("soundness", &["random_reads_of_every_table_are_proven"])],
            Scope::Dense(_) => &[("soundness", &["every_argument_serves_every_kind_of_table"])],
            Scope::Sealed | Scope::Opening(_) | Scope::Hidden(_) => {
                &[("commitments", &["honest_proofs_are_accepted"])]
            }
        }
    }

    /// Tests that other proofs do not, in groups.
    pub fn sound(&self) -> Vec<Tests> {
        let all = match self {
            Scope::Machine(..) => MACHINE,
            Scope::Lookup(_) => LOOKUP,
            Scope::Dense(_) => DENSE,
            Scope::Sealed => SEALED,
            Scope::Opening(scheme) => {
                let own = OPENINGS.iter().find(|(name, _)| name == scheme);
                own.map_or(SEALED, |(_, tests)| tests)
            }
            Scope::Hidden(_) => HIDDEN,
        };
        all.to_vec()
    }

    /// Those that are about this kind, and look only at what is weakened where that is asked for.
    pub fn focused(&self, kind: Kind) -> Vec<Tests> {
        let all = match (self, kind) {
            (Scope::Sealed | Scope::Opening(_) | Scope::Hidden(_), _) => self.sound(),
            (_, Kind::Challenge | Kind::Message) => vec![self.lies(kind), self.messages()],
            (_, Kind::Term) => vec![NOTICED, self.forgeries()],
            (Scope::Machine(..), _) => vec![self.forgeries(), STATEMENTS],
            _ => vec![self.forgeries()],
        };
        all.into_iter().filter(|tests| *tests != NOTHING).collect()
    }

    /// Lies that are told for a challenge or a message.
    fn lies(&self, kind: Kind) -> Tests {
        match self {
            Scope::Sealed | Scope::Opening(_) | Scope::Hidden(_) => NOTHING,
            _ if kind == Kind::Message => ("soundness", &["challenges::late"]),
            Scope::Machine(..) => ("soundness", &["challenges::every_challenge_of_rv64"]),
            Scope::Lookup(_) => ("soundness", &["challenges::lookups"]),
            Scope::Dense(_) => ("soundness", &["challenges::dense"]),
        }
    }

    /// The analysis of this protocol's messages.
    fn messages(&self) -> Tests {
        let named: &'static [&'static str] = match self {
            Scope::Machine(_, memory) => match memory.name() {
                "twist" => &["messages::messages_of_a_proof_with_twist"],
                "spice" => &["messages::messages_of_a_proof_with_offline_memory"],
                _ => &["messages::messages_of_a_proof"],
            },
            Scope::Lookup(argument) => match argument.name() {
                "shout" => &["the_laws_hold_for_shout"],
                "naive" => &["the_laws_hold_for_naive"],
                "logup-gkr" => &["the_laws_hold_for_logup"],
                "lasso" => &["the_laws_hold_for_lasso"],
                _ => &["the_laws_hold"],
            },
            Scope::Dense(argument) => match argument.name() {
                "shout" => &["messages_of_dense_reads_with_shout"],
                "naive" => &["messages_of_dense_reads_with_naive"],
                "logup-gkr" => &["messages_of_dense_reads_with_logup"],
                "lasso" => &["messages_of_dense_reads_with_lasso"],
                _ => &["messages_of_dense_reads"],
            },
            Scope::Sealed | Scope::Opening(_) | Scope::Hidden(_) => return NOTHING,
        };
        ("soundness", named)
    }

    /// Forgeries against checks.
    fn forgeries(&self) -> Tests {
        let named: &'static [&'static str] = match self {
            Scope::Machine(_, memory) if memory.name() == "spice" => {
                &["forgeries::every_check_of_rv64_with_offline_memory"]
            }
            Scope::Machine(..) => &["forgeries::every_check_of_rv64_has_a_forgery"],
            Scope::Lookup(argument) if argument.name() == "lasso" => &["lookup_lasso::every_check"],
            Scope::Lookup(_) => &["lookup::forgeries"],
            Scope::Dense(_) => &["dense::forgeries"],
            _ => return NOTHING,
        };
        ("soundness", named)
    }

    /// What its verifier does in an honest run.
    pub fn seen(&self) -> Result<Seen, Failure> {
        match self {
            Scope::Machine(lookup, memory) => {
                let input = Inputs::public(INPUT.to_le_bytes());
                let mut seen = machine((&**lookup, &**memory), "fibonacci", &input)?;
                // The status of a program from elsewhere is a cell of its own, with a check of its own.
                let elsewhere = machine((&**lookup, &**memory), "htif", &Inputs::default())?;
                seen.checks.extend(elsewhere.checks);
                Ok(seen)
            }
            Scope::Lookup(argument) => {
                let word = [WordSize::W64, WordSize::W8].into_iter();
                let mut cases = word.map(|word| Case::random(word, 3, 7, 7));
                let case = cases.find(|case| argument.supports(&case.shape).is_ok());
                let case = case.ok_or("an argument that serves no size")?;
                let proof = prove(&**argument, &case);
                let mut channel = listening(PlainVerifier::new(PROTOCOL, proof));
                standalone::verify(&mut channel, &**argument, &case.shape, &case.selection())?;
                Ok(Seen::of(channel.0.plain.checks(), channel.0.relations))
            }
            Scope::Dense(argument) => {
                let entries = || vec![(0..16).map(|i| i * i).collect()];
                let mut seen = Seen::default();
                for table in [
                    DenseTable::explicit("evaluated", entries())?,
                    DenseTable::unstructured("committed", entries())?,
                ] {
                    seen.extend(dense(&**argument, table)?);
                }
                Ok(seen)
            }
            Scope::Sealed => sealed("hyrax", false),
            Scope::Opening("basefold") => {
                let dials = Dials {
                    last_vars: 1,
                    ..Dials::default()
                };
                opening::<BaseFold>(&basefold::VerifierKey::new(7, dials)?)
            }
            Scope::Opening("ligero") => {
                let key = ligero::VerifierKey::new(7, 3, Positions::default())?;
                opening::<Ligero>(&key)
            }
            Scope::Opening("pst13") => opening::<Pst13>(&Srs::insecure_test(7)?),
            Scope::Opening("zeromorph") => opening::<Zeromorph>(&Powers::insecure_test(7)?),
            Scope::Opening("mercury") => opening::<Mercury>(&Powers::insecure_test(7)?),
            Scope::Opening("hyperkzg") => opening::<HyperKzg>(&Powers::insecure_test(7)?),
            Scope::Opening(other) => Err(format!("no opening by {other}").into()),
            Scope::Hidden(scheme) => Ok(sealed(scheme, true)?.closing()),
        }
    }
}

/// A whole proof.
fn sealed(scheme: &str, zero_knowledge: bool) -> Result<Seen, Failure> {
    let config = Config {
        scheme: scheme.to_owned(),
        max_cycle_vars: 9,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        zero_knowledge,
        ..Config::default()
    };
    let key = setup(guest("fibonacci")?, &config)?;
    let proof = key.prove(&Inputs::public(INPUT.to_le_bytes()))?;
    let checks = key.verifying_key().verify(&proof)?;
    Ok(Seen::of(&checks, Vec::new()))
}

/// An opening by itself, of polynomials of several sizes.
fn opening<P: PcsProver<F = Fr>>(key: &P::ProverKey) -> Result<Seen, Failure> {
    const VARS: [usize; 4] = [7, 7, 4, 2];
    let polys = VARS.map(|vars| Poly::dense(vars, (1..=1u64 << vars).map(Fr::from).collect()));
    let polys: Vec<&Poly<Fr>> = polys.iter().collect();
    let factors: Vec<Vec<Fr>> = (2..)
        .map(|factor: u64| vec![factor.into()])
        .take(4)
        .collect();
    let point = Point((7..14u64).map(Fr::from).collect());
    // Rows of the sum, as shorter polynomials take part in it.
    let rows = (0..1u64 << point.vars()).map(|at| {
        let of = |(vars, factor): (usize, &Vec<Fr>)| match P::EMBEDDING {
            Embedding::Repeat => factor[0] * Fr::from(1 + (at >> (point.vars() - vars))),
            Embedding::Pad if at < 1 << vars => factor[0] * Fr::from(1 + at),
            Embedding::Pad => Fr::from(0),
        };
        VARS.into_iter().zip(&factors).map(of).sum()
    });
    let (commitment, kept) = P::commit(key, &polys)?;
    let mut transcript = Transcript::new("mutants");
    let (mut checks, part) = (
        Checks::all(),
        Combined {
            batch: &kept,
            factors: factors.clone(),
        },
    );
    let script = &mut Script::new(&mut transcript, &mut checks);
    let (value, opening) = P::open(key, script, rows.collect(), &[part], &point)?;
    let mut transcript = Transcript::new("mutants");
    let (mut checks, part) = (
        Checks::all(),
        Combined {
            batch: &commitment,
            factors,
        },
    );
    let script = &mut Script::new(&mut transcript, &mut checks);
    let key = P::verifier_key(key);
    P::verify(key, script, &[part], (&point, value), &opening)?;
    Ok(Seen::of(&checks, Vec::new()).wherever())
}

fn dense(argument: &dyn ProveLookup<Fr>, table: DenseTable<Fr>) -> Result<Seen, Failure> {
    let case = DenseCase::random(table, 3, 7, 7);
    let proof = prove_dense(argument, &case);
    let mut channel = listening(PlainVerifier::new(PROTOCOL, proof));
    let table = case.table.in_the_clear();
    let serving = argument.dense().ok_or("an argument over dense tables")?;
    let _ = protocol::verify(&mut channel, serving, &table, 3, 7)?;
    Ok(Seen::of(channel.0.plain.checks(), channel.0.relations))
}

fn machine(
    (lookup, memory): (&dyn ProveLookup<Fr>, &dyn ProveMemory<Fr>),
    name: &str,
    inputs: &Inputs,
) -> Result<Seen, Failure> {
    let program = guest(name)?;
    let machine = Machine::of(&program);
    let trace = tracer::trace(&program, inputs, &Options::default())?;
    let statement = Statement::of(&inputs.public, &trace.outcome);
    let run = statement.run(&program, &machine, 20)?;
    let witness = Witness::of(&run, trace);
    let provers = Provers {
        lookup,
        memory,
        program: None,
    };
    let mut prover = PlainProver::<Fr>::new("mutants");
    vm::prove(&mut prover, &provers, &run, witness, &mut ());
    let mut channel = listening(PlainVerifier::new("mutants", prover.finish().0));
    vm::verify(&mut channel, &provers.arguments(), &run)?;
    Ok(Seen::of(channel.0.plain.checks(), channel.0.relations))
}
