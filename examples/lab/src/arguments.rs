//! `jolt-lab arguments`: what the registry has, and how its parts differ.
//!
//! What an argument says of itself ([`Facts`]) stands beside counts from running it: columns that it
//! commits and field elements that it sends, for `2^16` reads of `AND`, and entries that are not zero for each read.

use crate::cli::ListArguments;
use crate::keys;
use crate::registry::registry;
use crate::report::Report;
use ark_bn254::Fr;
use ark_ff::Zero;
use instruction_tables::{WordSize, interleave, tables};
use jolt_core::facts::Facts;
use jolt_core::lookup::dense::{self, DenseShape};
use jolt_core::lookup::standalone::{self, Instance};
use jolt_core::lookup::{Exposed, LookupShape, ProveLookup, Reads};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Map, Value, json};
use sumcheck::channel::counting::CountingVerifier;
use sumcheck::channel::plain::PlainProver;
use sumcheck::{Poly, Rows};

/// `log2` of the reads that proofs are counted for.
const LOG_READS: usize = 16;
/// `log2` of the reads whose entries are counted.
const LOG_SAMPLE: usize = 6;

/// What reads of `AND` cost an argument.
struct Counts {
    word: WordSize,
    columns: usize,
    entries: f64,
    elements: usize,
}

fn nonzero(poly: &Poly<Fr>) -> usize {
    match &poly.rows {
        Rows::Dense(values) => values.iter().filter(|v| !v.is_zero()).count(),
        Rows::Signed(values) => values.iter().filter(|v| **v != 0).count(),
        Rows::Digits { digits, .. } => digits.iter().filter(|d| **d != 0).count(),
    }
}

/// Random reads of `AND`.
fn instance(word: WordSize, log_reads: usize) -> Option<Instance> {
    let (_, table) = tables::by_name(word, "AND")?;
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut operand = || rng.r#gen::<u64>() & word.mask();
    let count = 1 << log_reads;
    let reads = Reads {
        index: (0..count)
            .map(|_| interleave(operand(), operand()))
            .collect(),
        table: vec![0; count],
        operands: vec![Exposed::Pair; count],
    };
    let shape = LookupShape {
        cycle_vars: log_reads,
        index_bits: table.index_bits(),
        tables: vec![table],
    };
    Some(Instance::new(shape, reads))
}

/// For the widest words that the argument serves.
fn counts(argument: &dyn ProveLookup<Fr>) -> Option<Counts> {
    let words = [WordSize::W64, WordSize::W32, WordSize::W8];
    let (word, sample) = words.into_iter().find_map(|word| {
        let sample = instance(word, LOG_SAMPLE)?;
        argument.supports(&sample.shape).ok()?;
        Some((word, sample))
    })?;
    let mut channel = PlainProver::new("count");
    drop(argument.commit(&mut channel, &sample.shape, sample.reads.clone()));
    let committed = channel.finish().0.oracles;
    let of_reads = committed.iter().filter(|poly| poly.vars == LOG_SAMPLE);
    let entries: usize = of_reads.map(|poly| nonzero(poly)).sum();

    let mut shape = sample.shape;
    shape.cycle_vars = LOG_READS;
    let selection = standalone::Selection::One {
        table: 0,
        exposed: Exposed::Pair,
        reads: 1 << LOG_READS,
    };
    argument.supports(&shape).ok()?;
    let mut channel = CountingVerifier::<Fr>::default();
    standalone::verify(&mut channel, argument, &shape, &selection).ok()?;
    let counted = channel.finish();
    Some(Counts {
        word,
        // The output's column and the three claims are the statement's.
        columns: counted.commitments.values().sum::<usize>() - 1,
        elements: counted.elements.values().sum::<usize>() - 3,
        entries: entries as f64 / (1 << LOG_SAMPLE) as f64,
    })
}

/// Index bits of the dense tables that the argument serves: the least, and the most.
fn dense_bits(argument: &dyn ProveLookup<Fr>) -> Option<(usize, usize)> {
    let dense = argument.dense()?;
    let mut served = (1..=dense::MAX_INDEX_BITS).filter(|index_bits| {
        let shape = DenseShape {
            cycle_vars: LOG_SAMPLE,
            index_bits: *index_bits,
        };
        dense.supports(shape).is_ok()
    });
    let least = served.next()?;
    Some((least, served.last().unwrap_or(least)))
}

fn yes(fact: bool) -> &'static str {
    if fact { "yes" } else { "no" }
}

fn facts_json(name: &str, facts: &Facts) -> Map<String, Value> {
    let value = json!({
        "name": name,
        "about": facts.about,
        "indexed": facts.indexed,
        "vector": facts.vector,
        "access": facts.access.to_string(),
        "structure": facts.structure.to_string(),
        "index_bits": [facts.index_bits.start(), facts.index_bits.end()],
        "field": facts.field,
        "papers": facts.papers,
        "note": facts.note,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn facts_line(name: &str, facts: &Facts, counts: &str) -> String {
    let bits = format!("{}–{}", facts.index_bits.start(), facts.index_bits.end());
    format!(
        "  {name:<9} {:<5} {:<6} {:<9} {:<12} {bits:<6} {counts}",
        yes(facts.indexed),
        yes(facts.vector),
        facts.access.to_string(),
        facts.structure.to_string(),
    )
}

/// Lists arguments and schemes.
///
/// # Errors
/// A scheme has no test setup.
pub fn arguments(arguments: &ListArguments) -> anyhow::Result<Report> {
    let _ = arguments;
    let mut report = Report::default();
    report.line("Lookup arguments (--lookup, --argument)");
    report.line("  name      index vector access    table        bits   columns entries elements");
    let mut rows = Vec::new();
    for argument in registry().lookups() {
        let (name, facts) = (argument.name(), argument.facts());
        let counts = counts(&**argument);
        let shown = match &counts {
            Some(c) => format!("{:>7} {:>7.1} {:>8}", c.columns, c.entries, c.elements),
            None => format!("{:>7} {:>7} {:>8}", "-", "-", "-"),
        };
        report.line(facts_line(name, &facts, &shown));
        let mut row = facts_json(name, &facts);
        let counts = counts.map(|c| {
            json!({
                "table": "AND",
                "word_bits": c.word.bits(),
                "log_reads": LOG_READS,
                "commitments": c.columns,
                "entries_per_read": c.entries,
                "elements": c.elements,
            })
        });
        row.insert("counted".to_owned(), json!(counts));
        let dense = dense_bits(&**argument).map(|(least, most)| [least, most]);
        row.insert("dense_index_bits".to_owned(), json!(dense));
        rows.push(Value::Object(row));
    }
    for argument in registry().lookups() {
        let facts = argument.facts();
        let note = facts.note.map(|note| format!(", papers/{note}"));
        let note = note.unwrap_or_default();
        let dense = match dense_bits(&**argument) {
            Some((least, most)) => format!("; any table of {least}–{most} index bits"),
            None => String::new(),
        };
        let papers = facts.papers.join("; ");
        let head = format!("  {:<9} ", argument.name());
        let text = format!("{}{dense}{note} [{papers}]", facts.about);
        report.beside(&head, &text);
    }
    report.beside(
        "  ",
        "index: a value is bound to its index. vector: a read returns an output and its operands. \
         table: what a table must be: an automaton over the bits of its index, one that is cut into \
         chunks (decomposable), or anything small (none). bits: of the index, two words. All work over \
         prime fields of more bits than that. Counted for 2^16 reads of AND on the widest words served: \
         columns committed, field elements sent; and entries that are not zero, for each read. \
         Any table: entry by entry, of integers in one or more columns, structured or not.",
    );

    let memories = registry().memories();
    let memories_json: Vec<Value> = memories
        .iter()
        .map(|argument| {
            let mut row = facts_json(argument.name(), &argument.facts());
            for key in ["structure", "index_bits"] {
                row.remove(key);
            }
            Value::Object(row)
        })
        .collect();
    report.line("Memory arguments (--memory)");
    for argument in memories {
        let (name, facts) = (argument.name(), argument.facts());
        let papers = facts.papers.join("; ");
        let text = format!("{}, {} [{papers}]", facts.about, facts.access);
        report.beside(&format!("  {name:<9} "), &text);
    }

    let mut schemes = Vec::new();
    report.line("Commitment schemes (--pcs)");
    for name in registry().schemes().names() {
        let Some(scheme) = registry().schemes().get(name) else {
            continue;
        };
        let facts = scheme.facts();
        let shape = sumcheck::Shape {
            vars: LOG_READS,
            radix: None,
        };
        let key = scheme.verifying_key(LOG_READS, &keys::own_setup())?;
        let bytes = key.commitment_bytes(&[shape]);
        let papers = facts.papers.join("; ");
        let text = format!(
            "{}; setup: {}; {bytes} bytes a commitment [{papers}]",
            facts.about, facts.setup,
        );
        report.beside(&format!("  {name:<9} "), &text);
        schemes.push(json!({
            "name": name,
            "about": facts.about,
            "setup": facts.setup,
            "transparent": facts.transparent,
            "field": facts.field,
            "commitment_bytes": bytes,
            "papers": facts.papers,
        }));
    }
    for (key, value) in [
        ("lookup", Value::Array(rows)),
        ("memory", Value::Array(memories_json)),
        ("pcs", Value::Array(schemes)),
    ] {
        report.json.insert(key.to_owned(), value);
    }
    Ok(report)
}
