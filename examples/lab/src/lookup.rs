//! `jolt-lab lookup`: reads, proven by one argument over the sealed channel. They are random ones of one table, or
//! come from a file that `jolt-lab trace --lookups` wrote.

use crate::cli::LookupArguments;
use crate::inspect::record::{Record, Recorder};
use crate::keys;
use crate::progress::{Phases, Progress};
use crate::registry::{argument, scheme};
use crate::report::{Report, add_warnings, bytes, peak_rss_bytes, seconds, thousands};
use anyhow::{Context, bail};
use ark_bn254::Fr;
use commitments::Scheme;
use commitments::sealed::Statement;
use instruction_tables::tables::{self, Kind, Table};
use instruction_tables::{WordSize, interleave};
use jolt_core::lookup::recorded::{self, Filter};
use jolt_core::lookup::standalone::{self, Instance};
use jolt_core::lookup::{LookupArgument, LookupShape, Reads};
use jolt_core::vm::Observer;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use sumcheck::{Checks, EvalClaim, Label, Oracle, Poly, ProverChannel, VerifyError};

const PROTOCOL: &str = "jolt-lab lookup v2";
/// Of a file, no more reads are taken.
const MAX_LOG_READS: u8 = 24;
/// Of random reads.
const WORD: WordSize = WordSize::W64;

/// A prover's channel that reports the end of commitment: the first challenge.
struct Observed<'a> {
    channel: &'a mut dyn ProverChannel<Fr>,
    progress: &'a mut Progress,
    committing: bool,
}

impl ProverChannel<Fr> for Observed<'_> {
    fn send(&mut self, label: Label, values: &[Fr]) {
        self.channel.send(label, values);
    }

    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<Fr>>>) -> Vec<Oracle> {
        self.channel.commit(label, polys)
    }

    fn sample(&mut self, label: Label) -> Fr {
        if std::mem::take(&mut self.committing) {
            self.progress.phase("reduce");
        }
        self.channel.sample(label)
    }

    fn claim_eval(&mut self, claim: EvalClaim<Fr, Fr>) {
        self.channel.claim_eval(claim);
    }

    fn enforced(&mut self, check: &str) -> bool {
        self.channel.enforced(check)
    }
}

/// The table of this name.
///
/// # Errors
/// There is none; the message lists them.
pub fn table(word: WordSize, name: &str) -> anyhow::Result<&'static dyn Table> {
    let found = tables::by_name(word, &name.to_uppercase());
    found.map(|(_, table)| table).with_context(|| {
        let names: Vec<&str> = tables::all(word).iter().map(|(_, t)| t.name()).collect();
        format!("unknown table `{name}`; there are: {}", names.join(", "))
    })
}

/// `2^vars` random reads, the same ones each time.
pub fn random(table: &'static dyn Table, vars: usize) -> Instance {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let count = 1 << vars;
    let index = (0..count).map(|_| match table.kind() {
        Kind::Pair => interleave(rng.r#gen(), rng.r#gen()),
        Kind::Single => rng.r#gen(),
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

fn instance(arguments: &LookupArguments) -> anyhow::Result<Instance> {
    match (&arguments.reads, &arguments.table, arguments.log_reads) {
        (Some(path), name, _) => {
            if let Some(name) = name {
                // A name that no table has is a mistake, whatever the file has.
                table(WORD, name)?;
            }
            recorded(arguments, path)
        }
        (None, Some(name), Some(vars)) => Ok(random(table(WORD, name)?, vars.into())),
        (None, ..) => bail!("without --reads, --table and --log-reads are needed"),
    }
}

/// A proof of reads, with what is known about its making.
pub struct Proven {
    /// Seconds by phase: `setup`, `commit`, `reduce`, `open`.
    pub phases: Phases,
    /// Group additions by phase.
    pub group_additions: Vec<(String, u64)>,
    /// The proof.
    pub proof: Vec<u8>,
    /// Seconds of a verification.
    pub verify_s: f64,
    /// What came of it.
    pub verdict: Result<(), VerifyError>,
    /// Most memory used, the verification left out.
    pub peak_rss_bytes: Option<u64>,
    /// Whether the setup is a secure one.
    pub is_secure: bool,
    /// The verifier's view of the proof.
    pub record: Record,
}

/// Proves reads by an argument that serves them, and verifies the proof.
///
/// # Errors
/// There is no setup of this size, or the prover fails.
pub fn prove_instance(
    argument: &dyn LookupArgument<Fr>,
    scheme: &dyn Scheme<Fr>,
    instance: &Instance,
    title: &str,
) -> anyhow::Result<Proven> {
    let Instance {
        shape,
        reads,
        selection,
    } = instance;
    let vars = shape.cycle_vars;
    let mut progress = Progress::new(title);
    progress.phase("setup");
    let keys = scheme.setup(vars, &keys::setup())?;
    let bound = standalone::statement(shape, selection);
    let statement = Statement::new(PROTOCOL)
        .with("argument", argument.name().as_bytes())
        .with("lookups", &bound);
    let mut channel = keys.proving.session(&statement, Checks::all());
    progress.phase("commit");
    let mut observed = Observed {
        channel: &mut *channel,
        progress: &mut progress,
        committing: true,
    };
    standalone::prove(&mut observed, argument, shape, reads.clone());
    progress.phase("open");
    let proof = channel.finish()?;
    let (phases, group_additions) = progress.finish_with_additions();
    let peak_rss_bytes = peak_rss_bytes();

    let start = Instant::now();
    let mut verifier = keys.verifying.session(&statement, &proof, Checks::all());
    let verdict = standalone::verify(&mut *verifier, argument, shape, selection)
        .and_then(|()| verifier.finish().map(|_| ()));
    let verify_s = start.elapsed().as_secs_f64();

    let size = |vars| keys.verifying.commitment_bytes(vars);
    let mut recorder = Recorder::new(&size);
    standalone::verify(&mut recorder, argument, shape, selection)?;
    Ok(Proven {
        phases,
        group_additions,
        proof,
        verify_s,
        verdict,
        peak_rss_bytes,
        is_secure: keys.verifying.provenance().is_secure(),
        record: Record::from_recorder(&recorder),
    })
}

/// Proves and verifies them.
///
/// # Errors
/// Unknown names, unusable files, or an argument that cannot serve these tables. A proof of its own that
/// does not verify is a negative verdict.
pub fn lookup(arguments: &LookupArguments) -> anyhow::Result<Report> {
    let argument = argument(&arguments.argument)?;
    let scheme = scheme(&arguments.pcs)?;
    let start = Instant::now();
    let Instance {
        shape,
        reads,
        selection,
    } = instance(arguments)?;
    let reads_s = start.elapsed().as_secs_f64();
    let (vars, count) = (shape.cycle_vars, selection.reads());
    let names: Vec<&str> = shape.tables.iter().map(|table| table.name()).collect();
    let tables = match names.as_slice() {
        [name] => (*name).to_owned(),
        names => format!("{} tables", names.len()),
    };
    argument
        .supports(&shape)
        .map_err(|cause| anyhow::anyhow!("{} cannot serve {tables}: {cause}", argument.name()))?;

    let title = format!(
        "{} reads of {} by {}",
        thousands(count as u64),
        tables,
        argument.name()
    );
    let instance = Instance {
        shape,
        reads,
        selection,
    };
    let proven = prove_instance(&*argument, &*scheme, &instance, &title)?;
    let Proven {
        phases,
        proof,
        verify_s,
        verdict,
        ..
    } = proven;
    let names: Vec<&str> = (instance.shape.tables.iter())
        .map(|table| table.name())
        .collect();

    let [commit_s, reduce_s, open_s] = ["commit", "reduce", "open"].map(|name| phases.get(name));
    let prove_s = commit_s + reduce_s + open_s;
    let each = prove_s * 1e9 / count as f64;
    let peak = proven.peak_rss_bytes;
    let mut report = Report::new(json!({
        "table": names.first().filter(|_| names.len() == 1),
        "tables": names,
        "source": arguments.reads.as_ref().map(|path| path.display().to_string()),
        "argument": argument.name(),
        "pcs": scheme.name(),
        "word_bits": instance.shape.index_bits / 2,
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
    }));
    report.line(title);
    if let Some(path) = &arguments.reads {
        report.fact("reads of", path.display());
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
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
    add_warnings(&mut report, proven.is_secure);
    match verdict {
        Ok(()) => Ok(report),
        Err(error) => Ok(report.rejected(error.to_string())),
    }
}
