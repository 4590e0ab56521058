//! Relations, from verifiers that run over a channel that answers zeros.

use crate::cli::Protocol;
use crate::guests;
use crate::keys;
use crate::registry::registry;
use anyhow::Context;
use ark_bn254::Fr;
use commitments::Pcs;
use commitments::hyrax::Hyrax;
use instruction_tables::{WordSize, tables};
use jolt_core::api::{self, Config};
use jolt_core::lookup::dense::{self, DenseShape, DenseTable};
use jolt_core::lookup::{LookupArgument, LookupShape, standalone};
use jolt_core::statement::Statement;
use jolt_core::vm::{self, Arguments};
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::{Label, Note, Point, Relation};
use tracer::{ExitStatus, Program, StatusCell};

/// `log2` of the cycles.
pub const CYCLE_VARS: usize = 16;
/// `log2` of the entries of a dense table.
const DENSE_BITS: usize = 8;
/// Programs that between them have every relation of the machine.
const PROGRAMS: [&str; 2] = ["fibonacci", "htif"];

/// A relation that some verifier checks.
#[derive(Clone)]
pub struct Found {
    /// The lookup or memory argument that it belongs to, or `machine`, or `opening`.
    pub of: String,
    /// The phase in which it is checked.
    pub phase: &'static str,
    /// The batch that it is checked in.
    pub batch: &'static str,
    /// Other relations of that batch.
    pub with: Vec<&'static str>,
    /// The relation, with the most rounds that it occurs with.
    pub relation: Relation<Fr>,
    /// How often it occurs in a verification.
    pub times: usize,
    /// File in `papers/`.
    pub note: Option<String>,
}

impl Found {
    /// `batch/relation`: the name of its check.
    pub fn name(&self) -> String {
        format!("{}/{}", self.batch, self.relation.name)
    }

    /// Whether it answers to this name.
    pub fn is_called(&self, name: &str) -> bool {
        self.relation.name == name || self.name() == name
    }

    /// The highest degree of a round.
    pub fn degree(&self) -> usize {
        let segments = 0..self.relation.segments.len();
        let degrees = segments.filter(|i| self.relation.segments[*i].vars > 0);
        degrees.map(|i| self.relation.degree(i)).max().unwrap_or(0)
    }
}

/// A batch that a verifier came to.
struct Batch {
    phase: Label,
    name: Label,
    /// Of all its relations, whoever they belong to.
    names: Vec<&'static str>,
    relations: Vec<Relation<Fr>>,
}

impl Batch {
    /// The relations that belong to somebody, if there are any.
    fn of(&self, own: impl Fn(&Relation<Fr>) -> bool) -> Option<Batch> {
        let relations = self.relations.iter().filter(|relation| own(relation));
        let relations: Vec<_> = relations.cloned().collect();
        (!relations.is_empty()).then(|| Batch {
            phase: self.phase,
            name: self.name,
            names: self.names.clone(),
            relations,
        })
    }
}

/// Relations of the batch `fetch` that are the machine's; others were left by the lookup argument.
const OF_FETCH: [&str; 4] = ["bytecode", "addresses", "booleanity", "carry"];

/// A channel that keeps batches.
#[derive(Default)]
struct Listener {
    inner: CountingVerifier<Fr>,
    phase: Option<Label>,
    batches: Vec<Batch>,
    points: Vec<Point<Fr>>,
}

impl Layer<Fr> for Listener {
    type Below = CountingVerifier<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.inner
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        match heard {
            Heard::Claim(claim) if !self.points.contains(&claim.point) => {
                self.points.push(claim.point.clone());
            }
            Heard::Note(Note::Phase(name)) => self.phase = Some(name),
            Heard::Note(Note::Batch(name, relations)) => self.batches.push(Batch {
                phase: self.phase.unwrap_or("commit"),
                name,
                names: relations.iter().map(|relation| relation.name).collect(),
                relations: relations.iter().copied().cloned().collect(),
            }),
            _ => {}
        }
    }
}

/// The note on a relation of the machine.
fn machine_note(batch: &str, relation: &str) -> &'static str {
    match (batch, relation) {
        (_, "booleanity") => "one-hot-columns.md",
        ("constrain", _) => "spartan.md",
        _ => "jolt.md",
    }
}

/// The relations so far.
#[derive(Default)]
struct Collection(Vec<Found>);

impl Collection {
    fn add(&mut self, of: &str, batches: Vec<Batch>, note: impl Fn(&str, &str) -> Option<String>) {
        // What one verification has several times is counted; what several have is not.
        let mut seen: Vec<(String, usize)> = Vec::new();
        for batch in batches {
            let names = &batch.names;
            for relation in batch.relations {
                let with = names.iter().copied().filter(|name| *name != relation.name);
                let found = Found {
                    of: of.to_owned(),
                    phase: batch.phase,
                    batch: batch.name,
                    with: with.collect(),
                    note: note(batch.name, relation.name),
                    relation,
                    times: 1,
                };
                let name = found.name();
                let times = match seen.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, times)) => {
                        *times += 1;
                        *times
                    }
                    None => {
                        seen.push((name.clone(), 1));
                        1
                    }
                };
                let known = self
                    .0
                    .iter_mut()
                    .find(|other| other.of == of && other.name() == name);
                match known {
                    Some(known) => {
                        known.times = known.times.max(times);
                        if found.relation.rounds() > known.relation.rounds() {
                            known.relation = found.relation;
                        }
                    }
                    None => self.0.push(found),
                }
            }
        }
    }

    /// What the verification of a run has: in phase `execute` the lookup argument's and what the memory argument begins
    /// with, in `constrain` the machine's, in `fetch` the machine's and what the lookup argument left, else the memory
    /// argument's.
    fn run(&mut self, name: &str, arguments: &Arguments<'_, Fr>) -> anyhow::Result<()> {
        let guest = guests::find(name).context("a bundled program")?;
        let program = Program::from_elf(guest.elf)?;
        let protocol = Protocol {
            lookup: arguments.lookup.name().to_owned(),
            memory: arguments.memory.name().to_owned(),
            ..Protocol::default()
        };
        let config = Config {
            max_cycle_vars: CYCLE_VARS,
            ..keys::config(&protocol)
        };
        let key = api::verifying_key(program, &config)?;
        let statement = Statement {
            input: Vec::new(),
            output: Vec::new(),
            status: match key.program().status_cell() {
                StatusCell::Guest(_) => ExitStatus::Exit(0),
                StatusCell::Htif(_) => ExitStatus::StoppedWithoutExit,
            },
            cycle_vars: CYCLE_VARS,
        };
        let run = statement.run(key.program(), key.machine(), CYCLE_VARS)?;
        let mut channel = Over(Listener::default());
        vm::verify(&mut channel, arguments, &run)?;
        let batches = std::mem::take(&mut channel.0.batches);
        let alone = alone(
            arguments.lookup,
            &vm::lookup_shape_of(WordSize::W64, CYCLE_VARS),
        )?;
        let of_lookup = |batch: &Batch, relation: &Relation<Fr>| match batch.phase {
            "execute" => alone.has(relation.name),
            "fetch" => !OF_FETCH.contains(&relation.name),
            _ => false,
        };
        let of_machine = |batch: &Batch, relation: &Relation<Fr>| {
            matches!(batch.phase, "constrain" | "fetch") && !of_lookup(batch, relation)
        };
        let (mut lookup, mut machine, mut memory) = (Vec::new(), Vec::new(), Vec::new());
        for batch in &batches {
            lookup.extend(batch.of(|relation| of_lookup(batch, relation)));
            machine.extend(batch.of(|relation| of_machine(batch, relation)));
            memory.extend(
                batch.of(|relation| !of_lookup(batch, relation) && !of_machine(batch, relation)),
            );
        }
        self.add("machine", machine, |batch, relation| {
            Some(machine_note(batch, relation).to_owned())
        });
        let note = arguments.memory.facts().note;
        self.add(arguments.memory.name(), memory, |_, _| {
            note.map(str::to_owned)
        });
        self.lookup(arguments.lookup, lookup);
        Ok(())
    }

    fn lookup(&mut self, argument: &dyn LookupArgument<Fr>, batches: Vec<Batch>) {
        let note = argument.facts().note;
        self.add(argument.name(), batches, |_, _| note.map(str::to_owned));
    }

    /// What an argument has over dense tables, if it serves those.
    fn dense(&mut self, argument: &dyn LookupArgument<Fr>) -> anyhow::Result<()> {
        let Some(dense) = argument.dense() else {
            return Ok(());
        };
        // The naive argument serves small products of reads and entries only.
        let shape = |cycle_vars| DenseShape {
            cycle_vars,
            index_bits: DENSE_BITS,
        };
        let mut sizes = (1..=CYCLE_VARS).rev();
        let Some(cycle_vars) = sizes.find(|vars| dense.supports(shape(*vars)).is_ok()) else {
            return Ok(());
        };
        let table = DenseTable::range(DENSE_BITS)?;
        let table = table.public(|_| anyhow::bail!("a range is not committed"))?;
        let mut channel = Over(Listener::default());
        dense::protocol::verify(&mut channel, dense, &table, cycle_vars, 1)?;
        let note = argument.facts().note;
        let name = dense_name(argument.name());
        self.add(&name, channel.0.batches, |_, _| note.map(str::to_owned));
        Ok(())
    }

    /// What an argument has that cannot serve the machine.
    fn small(&mut self, argument: &dyn LookupArgument<Fr>) -> anyhow::Result<()> {
        let word = WordSize::W8;
        let shape = LookupShape {
            cycle_vars: CYCLE_VARS,
            index_bits: 2 * word.bits(),
            tables: tables::all(word).iter().map(|(_, t)| *t).collect(),
        };
        if argument.supports(&shape).is_err() {
            return Ok(());
        }
        self.lookup(argument, alone(argument, &shape)?.batches);
        Ok(())
    }
}

impl Listener {
    /// Whether there is a relation of this name.
    fn has(&self, name: &str) -> bool {
        let mut names = self.batches.iter().flat_map(|batch| &batch.names);
        names.any(|own| *own == name)
    }
}

/// What the verification of lookups on their own has.
fn alone(argument: &dyn LookupArgument<Fr>, shape: &LookupShape) -> anyhow::Result<Listener> {
    let selection = standalone::Selection::Each {
        table: Vec::new(),
        operands: Vec::new(),
    };
    let mut channel = Over(Listener::default());
    standalone::verify(&mut channel, argument, shape, &selection)?;
    Ok(channel.0)
}

/// What an argument has over dense tables stands under a name of its own: its relations may be called as
/// those over automata are.
fn dense_name(argument: &str) -> String {
    format!("{argument}/dense")
}

/// All relations: of the machine, of every lookup and memory argument that is registered, and of the opening.
///
/// # Errors
/// A bundled program is unusable.
pub fn collect() -> anyhow::Result<Vec<Found>> {
    let mut collection = Collection::default();
    let mut opening = None;
    let registry = registry();
    let memory = registry.memories().first().context("a memory argument")?;
    for argument in registry.lookups() {
        let argument = argument.as_ref();
        collection.dense(argument)?;
        let arguments = Arguments {
            lookup: argument,
            memory: memory.as_ref(),
            program: None,
        };
        for program in PROGRAMS {
            let machine = vm::lookup_shape_of(WordSize::W64, CYCLE_VARS);
            if argument.supports(&machine).is_err() {
                collection.small(argument)?;
                break;
            }
            collection.run(program, &arguments)?;
            // The machine's claims are at one point; those of lookups on their own are not.
            if opening.is_none() {
                opening = Some(alone(argument, &machine)?.points);
            }
        }
    }
    let lookup = registry.lookups().first().context("a lookup argument")?;
    for memory in registry.memories() {
        let arguments = Arguments {
            lookup: lookup.as_ref(),
            memory: memory.as_ref(),
            program: None,
        };
        for program in PROGRAMS {
            collection.run(program, &arguments)?;
        }
    }
    let mut found = collection.0;
    if let Some(points) = opening {
        // Of the default scheme; another pads points at the other end.
        let embedding = <Hyrax as Pcs>::EMBEDDING;
        let vars = points.iter().map(Point::vars).max().unwrap_or(0);
        found.push(Found {
            of: "opening".to_owned(),
            phase: "open",
            batch: "open",
            with: Vec::new(),
            relation: commitments::sealed::relation(embedding, &points, vars),
            times: 1,
            note: Some("hyrax.md".to_owned()),
        });
    }
    // By owner, in the order of the protocol.
    let mut owners: Vec<String> = vec!["machine".to_owned()];
    for name in registry.lookup_names() {
        owners.extend([name.to_owned(), dense_name(name)]);
    }
    owners.extend(registry.memory_names().into_iter().map(str::to_owned));
    owners.push("opening".to_owned());
    found.sort_by_key(|found| owners.iter().position(|owner| *owner == found.of));
    Ok(found)
}
