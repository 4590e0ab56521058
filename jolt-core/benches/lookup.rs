//! Nanoseconds per cycle of the parts of a lookup argument, on random reads.
//!
//! `cargo bench -p jolt-core --bench lookup -- [log2 cycles]`. Processor time of all threads where
//! the system tells it (Linux), else wall-clock time: other work on the machine then counts less.
//! With `JOLT_LAB_PORTABLE` set, packed operations are switched off.

use ark_bn254::Fr;
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use instruction_tables::tables::{self, Kind};
use instruction_tables::{WordSize, interleave};
use jolt_core::digits::{Packed, booleanity, products};
use jolt_core::lookup::{Exposed, LookupShape, ProveLookup, ReadClaim, Reads};
use jolt_core::lookup::{shout::Shout, standalone::Columns};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use sumcheck::channel::ProverLayer;
use sumcheck::channel::layer::Over;
use sumcheck::channel::plain::PlainProver;
use sumcheck::{Accumulator, Field, Instance, Label, Point, Poly, Products, batch};

/// About as many digits as the machine has beside the lookup's.
const MACHINE_DIGITS: usize = 10;

/// Time of all threads on a processor, from an arbitrary origin.
fn now() -> Duration {
    let on_cpu = |task: std::fs::DirEntry| -> Option<u64> {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse().ok()
    };
    match std::fs::read_dir("/proc/self/task") {
        Ok(tasks) => Duration::from_nanos(tasks.flatten().filter_map(on_cpu).sum()),
        Err(_) => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    }
}

/// A plain prover that notes when each round ended.
struct Timed {
    inner: PlainProver<Fr>,
    rounds: Vec<Duration>,
}

impl ProverLayer<Fr> for Timed {
    type Below = PlainProver<Fr>;

    fn below(&mut self) -> &mut Self::Below {
        &mut self.inner
    }

    fn drawing(&mut self, label: Label) {
        if label == "round" {
            self.rounds.push(now());
        }
    }
}

fn reads(shape: &LookupShape, count: usize) -> Reads {
    let rng = &mut StdRng::seed_from_u64(1);
    let mut reads = Reads::default();
    for _ in 0..count {
        let table = rng.gen_range(0..shape.tables.len());
        let pair = shape.tables[table].kind() == Kind::Pair;
        reads.index.push(match pair {
            true => interleave(rng.r#gen(), rng.r#gen()),
            false => rng.r#gen(),
        });
        reads.table.push(table as u8);
        reads.operands.push(match pair {
            true => Exposed::Pair,
            false => Exposed::Single,
        });
    }
    reads
}

fn random_point(rng: &mut StdRng, vars: usize) -> Point<Fr> {
    Point((0..vars).map(|_| rng.r#gen::<u128>().into()).collect())
}

/// Unit costs, to compare sittings by.
fn units() {
    let rng = &mut StdRng::seed_from_u64(3);
    let x: Vec<Fr> = random_point(rng, 1 << 10).0;
    let time = |name: &str, body: &mut dyn FnMut()| {
        let batch = |_| {
            let start = std::time::Instant::now();
            (0..50).for_each(|_| body());
            start.elapsed().as_nanos()
        };
        let least = (0..40).map(batch).min().unwrap_or_default();
        let each = least as f64 / (50.0 * 1024.0);
        println!("{name:<22} {each:8.2} ns");
    };
    let mut out = x.clone();
    time("multiplication", &mut || {
        out.iter_mut().zip(&x).for_each(|(o, x)| *o *= x)
    });
    time("addition", &mut || {
        out.iter_mut().zip(&x).for_each(|(o, x)| *o += x)
    });
    time("addition, no branch", &mut || {
        out.iter_mut().zip(&x).for_each(|(o, x)| *o = o.plus(x))
    });
    time("subtraction, no branch", &mut || {
        out.iter_mut().zip(&x).for_each(|(o, x)| *o = o.minus(x))
    });
    let mut sum = <Fr as Field>::Products::default();
    time("delayed product", &mut || {
        out.iter().zip(&x).for_each(|(o, x)| sum.add(o, x))
    });
    let mut sums = vec![<Fr as Field>::Products::default(); 256];
    let mut small = sums.clone();
    time("delayed products", &mut || {
        for (out, x) in out.chunks(256).zip(x.chunks(256)) {
            sums.iter_mut()
                .zip(out)
                .zip(x)
                .for_each(|((s, o), x)| s.add(o, x));
        }
    });
    small.iter_mut().for_each(|s| s.add(&x[0], &x[1]));
    time("reduction", &mut || {
        for out in out.chunks_mut(256) {
            out.iter_mut()
                .zip(&small)
                .for_each(|(o, s)| *o = s.reduce());
        }
    });
    let mut wide = vec![<Fr as Field>::Accumulator::default(); 256];
    time("delayed u64 products", &mut || {
        for out in out.chunks(256) {
            wide.iter_mut()
                .zip(out)
                .for_each(|(s, o)| s.add_u64(o, 0x1234_5678_9abc_def1));
        }
    });
    assert_ne!(sum.reduce() + sums[0].reduce() + wide[0].reduce(), out[0]);
}

fn main() {
    units();
    let arguments: Vec<String> = std::env::args().collect();
    let vars = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(14);
    let shape = LookupShape {
        cycle_vars: vars,
        index_bits: 128,
        tables: tables::all(WordSize::W64).iter().map(|(_, t)| *t).collect(),
    };
    let reads = Arc::new(reads(&shape, 1 << vars));
    let rng = &mut StdRng::seed_from_u64(2);
    let cycles = (1u64 << vars) as f64;
    let report = |part: &str, time: Duration| {
        println!(
            "{part:<22} {:8.1} ns/cycle",
            time.as_nanos() as f64 / cycles
        );
    };

    let mut channel = Over(Timed {
        inner: PlainProver::new("bench"),
        rounds: Vec::new(),
    });
    let prover = Shout.commit(&mut channel, &shape, reads.clone());
    let point = random_point(rng, vars);
    let [out, left, right] = Columns::of(&shape, &reads).evaluate(&point);
    let claim = ReadClaim {
        point,
        out,
        left,
        right,
    };
    let start = now();
    let selectors = prover.reduce(&mut channel, claim);
    report("reduce", now() - start);
    let rounds = &channel.0.rounds;
    report("  read: addresses", rounds[shape.index_bits - 1] - start);
    let end = rounds[shape.index_bits + vars - 1];
    report("  read: cycles", end - rounds[shape.index_bits - 1]);
    report(
        "    first round",
        rounds[shape.index_bits] - rounds[shape.index_bits - 1],
    );
    report("  decompose", rounds[rounds.len() - 1] - end);
    drop(selectors);

    let digits: Vec<Arc<Packed>> = (0..32)
        .map(|i| {
            let digits = reads
                .index
                .iter()
                .map(|k| (k >> (4 * i)) as u8 & 15)
                .collect();
            Arc::new(Packed::new(&Poly::<Fr>::digits(vars, 16, digits)))
        })
        .collect();
    let run = |name: &str, instance: Instance<'_, Fr>, start: Duration| {
        let mut channel = Over(Timed {
            inner: PlainProver::new("bench"),
            rounds: Vec::new(),
        });
        let reduced = batch::prove(&mut channel, "bench", [instance]);
        report(name, now() - start);
        let mut last = start;
        for (i, round) in channel.0.rounds.iter().enumerate().take(10) {
            report(&format!("    round {i}"), *round - last);
            last = *round;
        }
        drop(reduced);
    };
    let at = booleanity::At::sample(vars, || rng.r#gen::<u128>().into());
    let start = now();
    let booleanity = Instance {
        relation: booleanity::Boolean::new("booleanity", &at, MACHINE_DIGITS).relation,
        claim: Fr::from(0u64),
        prover: Box::new(booleanity::Prover::new(
            &at,
            digits[..MACHINE_DIGITS].to_vec(),
        )),
    };
    run("booleanity of the machine's digits", booleanity, start);
    let addresses: Vec<Point<Fr>> = digits.iter().map(|_| random_point(rng, 4)).collect();
    let challenges = [7u64, 9].map(Fr::from);
    let at = products::At::new(
        random_point(rng, vars),
        addresses,
        products::GROUP,
        challenges,
        true,
    );
    let start = now();
    let products = Instance {
        relation: products::Grouped::new("digits", &at).relation,
        // The kernel trusts its claim; timing does not depend on it.
        claim: Fr::from(1u64),
        prover: Box::new(products::Prover::new(&at, &digits)),
    };
    run("products and one-hotness", products, start);
}
