//! `jolt-lab lookup`: reads, proven by one argument over the sealed channel. They are random ones of one table, which
//! may be a dense one, or come from a file that `jolt-lab trace --lookups` wrote.

use crate::bench::machine;
use crate::cli::{LookupArguments, SetupArguments};
use crate::dense::{DenseSpec, dense_table, evaluation, random_reads};
use crate::inspect::record::{Record, Recorder};
use crate::keys;
use crate::progress::{Phases, Progress};
use crate::registry::argument;
use crate::report::{Report, add_warnings, bytes, seconds, thousands};
use crate::seed::Seed;
use anyhow::{Context, bail};
use ark_bn254::Fr;
use commitments::sealed::Statement;
use commitments::{Keys, Provenance, Scheme, SetupError};
use instruction_tables::tables::{self, Kind, Table};
use instruction_tables::{WordSize, interleave};
use jolt_core::lookup::api::Lookups;
use jolt_core::lookup::recorded::{self, Filter};
use jolt_core::lookup::standalone::{self, Instance, Selection};
use jolt_core::lookup::{LookupShape, ProveLookup, Reads};
use jolt_core::observer::Observer;
use jolt_core::soundness::ErrorBound;
use rand::Rng;
use serde_json::{Map, json};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Instant;
use sumcheck::channel::ProverLayer;
use sumcheck::channel::layer::Over;
use sumcheck::{Checks, Field, Label, ProverChannel, Shape, VerifyError};

const PROTOCOL: &str = "jolt-lab lookup v2";
/// Of a file, no more reads are taken.
pub const MAX_LOG_READS: u8 = 24;
/// Of random reads.
const WORD: WordSize = WordSize::W64;

/// A layer over a prover's channel that reports the end of commitment: the first challenge.
pub struct Observed<'a, F> {
    channel: &'a mut dyn ProverChannel<F>,
    observer: &'a mut dyn Observer,
    committing: bool,
}

impl<'a, F> Observed<'a, F> {
    /// A channel over this one.
    pub fn over(
        channel: &'a mut dyn ProverChannel<F>,
        observer: &'a mut dyn Observer,
    ) -> Over<Self> {
        Over(Observed {
            channel,
            observer,
            committing: true,
        })
    }
}

impl<'a, F: Field> ProverLayer<F> for Observed<'a, F> {
    type Below = dyn ProverChannel<F> + 'a;

    fn below(&mut self) -> &mut Self::Below {
        self.channel
    }

    fn drawing(&mut self, _label: Label) {
        if std::mem::take(&mut self.committing) {
            self.observer.phase("reduce");
        }
    }
}

/// The table of this name: of words of 64 bits, or with `:BITS` behind it of so many index bits.
///
/// # Errors
/// There is none; the message lists them.
pub fn table(name: &str) -> anyhow::Result<&'static dyn Table> {
    let (name, bits) = match name.split_once(':') {
        Some((name, bits)) => (name, bits.parse().ok()),
        None => (name, Some(2 * WORD.bits())),
    };
    let all = bits.and_then(tables::of_index_bits).with_context(|| {
        format!("`{name}:BITS` is a table of BITS index bits, an even number from 2 to 128")
    })?;
    let found = all.iter().find(|t| t.name() == name.to_uppercase());
    found.copied().with_context(|| {
        let names: Vec<&str> = all.iter().map(|t| t.name()).collect();
        format!("unknown table `{name}`; there are: {}", names.join(", "))
    })
}

/// `2^vars` random reads, the same ones each time.
pub fn random(table: &'static dyn Table, vars: usize, seed: Seed) -> Instance {
    let mut rng = seed.numbers(1);
    let count = 1 << vars;
    let mask = u128::MAX >> (128 - table.index_bits());
    let index = (0..count).map(|_| match table.kind() {
        Kind::Pair => interleave(rng.r#gen(), rng.r#gen()) & mask,
        Kind::Single => rng.r#gen::<u128>() & mask,
    });
    let reads = Reads {
        index: index.collect(),
        table: vec![0; count],
        operands: vec![standalone::exposure(table); count],
    };
    let shape = LookupShape {
        cycle_vars: vars,
        index_bits: table.index_bits(),
        tables: vec![table],
    };
    Instance::new(shape, reads)
}

/// The reads of a file.
fn recorded(arguments: &LookupArguments, path: &Path) -> anyhow::Result<Instance> {
    let cannot = || format!("cannot use the reads of {}", path.display());
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = arguments.table.as_ref().map(|name| name.to_uppercase());
    let limit = arguments.log_reads.unwrap_or(MAX_LOG_READS);
    let filter = Filter {
        table: name.as_deref(),
        limit: 1 << limit,
    };
    recorded::load(BufReader::new(file), filter).with_context(cannot)
}

fn subject(arguments: &LookupArguments) -> anyhow::Result<Lookups<Fr>> {
    let spec = match (
        arguments.range,
        arguments.unstructured,
        &arguments.table_file,
    ) {
        (Some(bits), ..) => Some(DenseSpec::Range(bits)),
        (_, Some(bits), _) => Some(DenseSpec::Unstructured(bits)),
        (.., Some(path)) => Some(DenseSpec::File(path.clone())),
        _ => None,
    };
    match (&arguments.reads, &arguments.table, arguments.log_reads) {
        (None, _, Some(vars)) if spec.is_some() => {
            dense(&spec.context("a dense table")?, vars.into(), arguments.seed)
        }
        (Some(path), name, _) => {
            if let Some(name) = name {
                // A name that no table has is a mistake, whatever the file has.
                table(name)?;
            }
            recorded(arguments, path).map(Lookups::Tables)
        }
        (None, Some(name), Some(vars)) => Ok(Lookups::Tables(random(
            table(name)?,
            vars.into(),
            arguments.seed,
        ))),
        (None, ..) => bail!(
            "without --reads, --log-reads and one of --table, --range, --unstructured and --table-file are needed"
        ),
    }
}

/// `2^vars` random reads of a dense table, the same ones each time.
///
/// # Errors
/// There is no such table.
pub fn dense<F: Field>(spec: &DenseSpec, vars: usize, seed: Seed) -> anyhow::Result<Lookups<F>> {
    let table = dense_table(spec, seed)?;
    Ok(Lookups::Dense {
        reads: random_reads(&table, 1 << vars, seed)?,
        table,
        public: None,
        vars,
    })
}

/// Facts about the tables, for all reports.
pub fn facts<F: Field>(lookups: &Lookups<F>) -> Map<String, serde_json::Value> {
    let mut facts = Map::new();
    facts.insert("reads".to_owned(), json!(lookups.size().1));
    facts.insert("index_bits".to_owned(), json!(lookups.index_bits()));
    facts.insert("tables".to_owned(), json!(lookups.names().len()));
    facts
}

/// Facts about tables of their kind.
fn of_kind<F: Field>(lookups: &Lookups<F>) -> serde_json::Value {
    match lookups {
        Lookups::Tables(instance) => json!({ "word_bits": instance.shape.index_bits / 2 }),
        Lookups::Dense { table, .. } => json!({
            "entries": table.entries(),
            "columns": table.columns().len(),
            "known_by": evaluation(table),
        }),
    }
}

/// What a proof that hides shows all the same.
fn public<F: Field>(lookups: &Lookups<F>) -> &'static str {
    match lookups {
        Lookups::Tables(Instance {
            selection: Selection::Each { .. },
            ..
        }) => "how many reads, which table each selects, and whether operands are exposed",
        Lookups::Tables(_) | Lookups::Dense { .. } => "the table, and how many reads",
    }
}

/// A proof of reads, with what is known about its making.
pub struct Proven {
    /// Seconds by phase: `setup`, `commit`, `reduce`, `open`.
    pub phases: Phases,
    /// Group additions by phase.
    pub group_additions: Vec<(String, u64)>,
    pub proof: Vec<u8>,
    /// Seconds of a verification.
    pub verify_s: f64,
    /// What came of it.
    pub verdict: Result<(), VerifyError>,
    /// Most memory used, the verification left out.
    pub peak_rss_bytes: Option<u64>,
    /// Whether the setup is a secure one.
    pub setup: Provenance,
    /// The verifier's view of the proof.
    pub record: Record,
    /// The error of the protocol.
    pub error: ErrorBound,
}

/// How reads are proven: scheme, its setup, and whether the proof is to tell nothing but its statement.
pub struct Sealing<'a> {
    pub scheme: &'a dyn Scheme<Fr>,
    pub setup: &'a SetupArguments,
    pub hiding: bool,
}

impl Sealing<'_> {
    fn keys(&self, vars: usize) -> Result<Keys<Fr>, SetupError> {
        let setup = keys::setup(self.setup);
        match self.hiding {
            true => self.scheme.hiding_setup(vars, &setup),
            false => self.scheme.setup(vars, &setup),
        }
    }
}

/// Proves reads by an argument that serves them, and verifies the proof.
///
/// # Errors
/// There is no setup of this size, or the prover fails.
pub fn prove_subject(
    argument: &dyn ProveLookup<Fr>,
    sealing: &Sealing<'_>,
    subject: &mut Lookups<Fr>,
    title: &str,
) -> anyhow::Result<Proven> {
    let mut progress = Progress::new(title);
    progress.phase("setup");
    let keys = sealing.keys(subject.setup_vars())?;
    subject.commit_table(&*keys.proving)?;
    let bound = subject.statement();
    let statement = Statement::new(PROTOCOL)
        .with("argument", argument.name().as_bytes())
        .with("lookups", &bound);
    let mut channel = keys.proving.session(&statement, Checks::all());
    progress.phase("commit");
    let mut observed = Observed::over(&mut *channel, &mut progress);
    subject.prove(&mut observed, argument)?;
    progress.phase("open");
    let proof = channel.finish_replaying(&mut |channel| subject.verify(channel, argument))?;
    let (phases, group_additions) = progress.finish_with_additions();
    let peak_rss_bytes = machine::peak_rss_bytes("self");

    let start = Instant::now();
    let mut verifier = keys.verifying.session(&statement, &proof, Checks::all());
    let verdict = subject
        .verify(&mut *verifier, argument)
        .and_then(|()| verifier.finish().map(|_| ()));
    let verify_s = start.elapsed().as_secs_f64();

    let size = |shapes: &[Shape]| keys.verifying.commitment_bytes(shapes);
    let mut recorder = Over(Recorder::new(&size));
    subject.verify(&mut recorder, argument)?;
    let error = ErrorBound::of_verifier(&*keys.verifying, |channel| {
        subject.verify(channel, argument)
    })?;
    Ok(Proven {
        phases,
        group_additions,
        proof,
        verify_s,
        verdict,
        peak_rss_bytes,
        setup: keys.verifying.provenance(),
        record: Record::from_recorder(&recorder.0),
        error,
    })
}

/// Proves and verifies them.
///
/// # Errors
/// Unknown names, unusable files, or an argument that cannot serve these tables. A proof of its own that
/// does not verify is a negative verdict.
pub fn lookup(arguments: &LookupArguments) -> anyhow::Result<Report> {
    let argument = argument(&arguments.argument)?;
    let scheme = keys::scheme(&arguments.pcs, &arguments.setup)?;
    let start = Instant::now();
    let mut subject = subject(arguments)?;
    let reads_s = start.elapsed().as_secs_f64();
    let (vars, count) = subject.size();
    let names: Vec<String> = subject.names().into_iter().map(str::to_owned).collect();
    let tables = match names.as_slice() {
        [name] => name.clone(),
        names => format!("{} tables", names.len()),
    };
    subject.supported_by(&*argument)?;

    let title = format!(
        "{} reads of {} by {}",
        thousands(count as u64),
        tables,
        argument.name()
    );
    let proven = prove_subject(
        &*argument,
        &Sealing {
            scheme: &*scheme,
            setup: &arguments.setup,
            hiding: !arguments.clear,
        },
        &mut subject,
        &title,
    )?;
    let Proven {
        phases,
        proof,
        verify_s,
        verdict,
        ..
    } = proven;

    let [commit_s, reduce_s, open_s] = ["commit", "reduce", "open"].map(|name| phases.get(name));
    let prove_s = commit_s + reduce_s + open_s;
    let each = prove_s * 1e9 / count as f64;
    let peak = proven.peak_rss_bytes;
    let mut facts = json!({
        "table": names.first().filter(|_| names.len() == 1),
        "tables": names,
        "source": arguments.reads.as_ref().map(|path| path.display().to_string()),
        "argument": argument.name(),
        "pcs": scheme.name(),
        "log_reads": vars,
        "reads": count,
        "accepted": verdict.is_ok(),
        "setup_s": phases.get("setup"),
        "reads_s": reads_s,
        "commit_s": commit_s,
        "reduce_s": reduce_s,
        "open_s": open_s,
        "prove_s": prove_s,
        "phases": phases.without(&["setup"]).json(),
        "ns_per_lookup": each,
        "verify_ms": verify_s * 1e3,
        "proof_bytes": proof.len(),
        "peak_rss_bytes": peak,
        "threads": rayon::current_num_threads(),
    });
    if let (Some(facts), serde_json::Value::Object(own)) =
        (facts.as_object_mut(), of_kind(&subject))
    {
        facts.extend(own);
    }
    let mut report = Report::new(facts);
    report.line(title);
    if let Lookups::Dense { table, .. } = &subject {
        let columns = match table.columns().len() {
            1 => "one column".to_owned(),
            columns => format!("{columns} columns"),
        };
        report.fact(
            "table",
            format!(
                "{} entries, {columns}; the verifier has its {}",
                thousands(table.entries() as u64),
                evaluation(table)
            ),
        );
    }
    if let Some(path) = &arguments.reads {
        report.fact("reads of", path.display());
        report.wrapped("tables", &names);
    }
    report.fact(
        "proving took",
        format!("{} ({each:.0} ns per lookup)", seconds(prove_s)),
    );
    report.fact(
        "",
        format!(
            "commit {} · reduce {} · open {}",
            seconds(commit_s),
            seconds(reduce_s),
            seconds(open_s)
        ),
    );
    report.fact("setup", seconds(phases.get("setup")));
    report.fact("verification", seconds(verify_s));
    report.fact("proof", bytes(proof.len() as u64));
    if let Some(peak) = peak {
        report.fact("memory", format!("{} at most", bytes(peak)));
    }
    add_warnings(&mut report, proven.setup, !arguments.clear);
    if !arguments.clear {
        report.fact("public", public(&subject));
    }
    match verdict {
        Ok(()) => Ok(report),
        Err(error) => Ok(report.rejected(error.to_string())),
    }
}
