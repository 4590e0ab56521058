//! `jolt-lab lookup`: random reads of one table, proven by one argument over the sealed channel.

use crate::cli::LookupArguments;
use crate::inspect::record::argument;
use crate::keys;
use crate::progress::Progress;
use crate::report::{Report, add_warnings, bytes, peak_rss_bytes, seconds, thousands};
use anyhow::Context;
use ark_bn254::Fr;
use commitments::Registry;
use commitments::sealed::Statement;
use instruction_tables::tables::{self, Kind, Table};
use instruction_tables::{WordSize, interleave};
use jolt_core::lookup::standalone::{self, Selection};
use jolt_core::lookup::{Exposed, LookupShape, Reads};
use jolt_core::vm::Observer;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use sumcheck::{Checks, EvalClaim, Label, Oracle, Poly, ProverChannel};

const PROTOCOL: &str = "jolt-lab lookup v1";
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

fn table(name: &str) -> anyhow::Result<&'static dyn Table> {
    let found = tables::by_name(WORD, &name.to_uppercase());
    found.map(|(_, table)| table).with_context(|| {
        let names: Vec<&str> = tables::all(WORD).iter().map(|(_, t)| t.name()).collect();
        format!("unknown table `{name}`; there are: {}", names.join(", "))
    })
}

fn random_reads(table: &dyn Table, count: usize) -> (Reads, Exposed) {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let (exposed, index): (_, Vec<u128>) = match table.kind() {
        Kind::Pair => {
            let pairs = (0..count).map(|_| interleave(rng.r#gen(), rng.r#gen()));
            (Exposed::Pair, pairs.collect())
        }
        Kind::Single => (Exposed::Single, (0..count).map(|_| rng.r#gen()).collect()),
    };
    let reads = Reads {
        index,
        table: vec![0; count],
        operands: vec![exposed; count],
    };
    (reads, exposed)
}

/// Proves and verifies them.
///
/// # Errors
/// Unknown names, or an argument that cannot serve this table. A proof of its own that does not verify
/// is a negative verdict.
pub fn lookup(arguments: &LookupArguments) -> anyhow::Result<Report> {
    let table = table(&arguments.table)?;
    let argument = argument(&arguments.argument)?;
    let vars = usize::from(arguments.log_reads);
    let count = 1usize << vars;
    let shape = LookupShape {
        cycle_vars: vars,
        index_bits: table.index_bits(),
        tables: vec![table],
    };
    argument.supports(&shape).map_err(|cause| {
        anyhow::anyhow!("{} cannot serve {}: {cause}", argument.name(), table.name())
    })?;
    let schemes = Registry::builtin();
    let scheme = schemes.get(&arguments.pcs).with_context(|| {
        let names: Vec<&str> = schemes.names().collect();
        let (name, names) = (&arguments.pcs, names.join(", "));
        format!("unknown commitment scheme `{name}`; there are: {names}")
    })?;

    let title = format!(
        "{} reads of {} by {}",
        thousands(count as u64),
        table.name(),
        argument.name()
    );
    let mut progress = Progress::new(title.as_str());
    progress.phase("setup");
    let keys = scheme.setup(
        vars,
        &keys::config(&arguments.pcs, argument.name(), vars).setup,
    )?;
    progress.phase("reads");
    let (reads, exposed) = random_reads(table, count);
    let selection = Selection::One {
        table: 0,
        exposed,
        reads: count,
    };
    let size = (vars as u64).to_le_bytes();
    let statement = Statement::new(PROTOCOL)
        .with("argument", argument.name().as_bytes())
        .with("table", table.name().as_bytes())
        .with("log reads", &size);
    let mut channel = keys.proving.session(&statement, Checks::all());
    progress.phase("commit");
    let mut observed = Observed {
        channel: &mut *channel,
        progress: &mut progress,
        committing: true,
    };
    standalone::prove(&mut observed, &*argument, &shape, Arc::new(reads));
    progress.phase("open");
    let proof = channel.finish()?;
    let phases = progress.finish();

    let start = Instant::now();
    let mut verifier = keys.verifying.session(&statement, &proof, Checks::all());
    let verdict = standalone::verify(&mut *verifier, &*argument, &shape, &selection)
        .and_then(|()| verifier.finish().map(|_| ()));
    let verify_s = start.elapsed().as_secs_f64();

    let [commit_s, reduce_s, open_s] = ["commit", "reduce", "open"].map(|name| phases.get(name));
    let prove_s = commit_s + reduce_s + open_s;
    let each = prove_s * 1e9 / count as f64;
    let peak = peak_rss_bytes();
    let mut report = Report::new(json!({
        "table": table.name(),
        "argument": argument.name(),
        "pcs": scheme.name(),
        "log_reads": vars,
        "reads": count,
        "accepted": verdict.is_ok(),
        "setup_s": phases.get("setup"),
        "commit_s": commit_s,
        "reduce_s": reduce_s,
        "open_s": open_s,
        "prove_s": prove_s,
        "phases": phases.without(&["setup", "reads"]).json(),
        "ns_per_lookup": each,
        "verify_ms": verify_s * 1e3,
        "proof_bytes": proof.len(),
        "peak_rss_bytes": peak,
        "threads": rayon::current_num_threads(),
    }));
    report.line(title);
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
    add_warnings(&mut report, keys.verifying.provenance().is_secure());
    match verdict {
        Ok(()) => Ok(report),
        Err(error) => Ok(report.rejected(error.to_string())),
    }
}
