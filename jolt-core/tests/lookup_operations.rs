//! What lookup arguments cost, counted: field operations over a field that counts them, group additions of the
//! commitments, committed entries by size. The figures are those of the module documentation and of `papers/`.
//!
//! Costs for one lookup are differences between two sizes, so that what does not depend on the number of
//! lookups drops out. Counters are of the whole process, so everything is one test.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use commitments::sealed::Statement;
use commitments::{CacheDir, ProverSession, Registry, Setup, group_additions};
use instruction_tables::{WordSize, interleave, tables};
use jolt_core::lookup::lasso::Lasso;
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::{LookupShape, ProveLookup, Reads, standalone};
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::channel::plain::PlainProver;
use sumcheck::channel::polys;
use sumcheck::field::counted::{Counted, Operations, operations};
use sumcheck::{Checks, EvalClaim, Fixed, Label, Oracle, Poly, ProverChannel, Rows, Shared};

/// Sizes that are compared.
const VARS: usize = 10;
/// `log2` of reads of which Shout takes 8 index bits in a phase, as it does of all longer executions.
const MANY: usize = 13;

/// Random reads of one table, operands exposed as its kind says.
fn reads(table: &str, vars: usize) -> (LookupShape, Arc<Reads>) {
    let (_, table) = tables::by_name(WordSize::W64, table).unwrap();
    let shape = LookupShape {
        cycle_vars: vars,
        index_bits: 128,
        tables: vec![table],
    };
    let count = 1u64 << vars;
    let mix = |j: u64| {
        let x = (j + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (x ^ (x >> 32)).wrapping_mul(0x94d0_49bb_1331_11eb)
    };
    let reads = Reads {
        index: (0..count)
            .map(|j| interleave(mix(j), mix(j + (1 << 40))))
            .collect(),
        table: vec![0; count as usize],
        operands: vec![standalone::exposure(table); count as usize],
    };
    (shape, Arc::new(reads))
}

/// Field operations of the whole protocol, standalone.
fn counted(argument: &dyn ProveLookup<Counted>, table: &str, vars: usize) -> Operations {
    let (shape, reads) = reads(table, vars);
    let mut channel = PlainProver::<Counted>::new("costs");
    let before = operations();
    standalone::prove(&mut channel, argument, &shape, reads);
    operations().since(&before)
}

/// (reduced products, products in sums, products with words) for one more lookup.
fn each(argument: &dyn ProveLookup<Counted>, table: &str, vars: usize) -> [f64; 3] {
    let (few, many) = (
        counted(argument, table, vars),
        counted(argument, table, vars + 1),
    );
    let more = many.since(&few);
    [more.products, more.delayed, more.small].map(|n| n as f64 / f64::from(1u32 << vars))
}

/// Additions, and the polynomials.
type Committed = (u64, Vec<Arc<Poly<Fr>>>);

/// A sealed channel that notes what commitments cost.
struct Noting {
    inner: Box<dyn ProverSession<Fr>>,
    /// By label: additions, and the polynomials.
    committed: BTreeMap<Label, Committed>,
}

impl ProverChannel<Fr> for Noting {
    fn send(&mut self, label: Label, values: &[Fr]) {
        self.inner.send(label, values);
    }
    fn commit(&mut self, label: Label, polys: Vec<Arc<Poly<Fr>>>) -> Vec<Oracle> {
        let before = group_additions();
        let oracles = self.inner.commit(label, polys.clone());
        let entry = self.committed.entry(label).or_default();
        entry.0 += group_additions() - before;
        entry.1.extend(polys);
        oracles
    }
    fn commit_shared(&mut self, label: Label, columns: Vec<Shared>) -> Vec<Oracle> {
        self.commit(label, polys(&columns))
    }
    fn fixed(&mut self, label: Label, poly: Arc<Poly<Fr>>, fixed: &Fixed<Fr>) -> Oracle {
        self.inner.fixed(label, poly, fixed)
    }
    fn sample(&mut self, label: Label) -> Fr {
        self.inner.sample(label)
    }
    fn claim_eval(&mut self, claim: EvalClaim<Fr, Fr>) {
        self.inner.claim_eval(claim);
    }
    fn enforced(&mut self, check: &str) -> bool {
        self.inner.enforced(check)
    }
}

/// What is committed, by label.
fn committed(argument: &dyn ProveLookup<Fr>, table: &str, vars: usize) -> Noting {
    let (shape, reads) = reads(table, vars);
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    let keys = schemes.get("pst13").unwrap().setup(vars, &setup).unwrap();
    let mut inner = keys
        .proving
        .session(&Statement::new("costs"), Checks::all());
    // The key makes its lower levels when the first is asked for; that is not the argument's cost.
    inner.commit("levels", vec![Arc::new(Poly::signed(1, vec![1]))]);
    let mut channel = Noting {
        inner,
        committed: BTreeMap::new(),
    };
    standalone::prove(&mut channel, argument, &shape, reads);
    channel
}

/// Entries that are not zero: digits, and integers of at most 4, 8, 16, and more bits.
fn classes(polys: &[Arc<Poly<Fr>>]) -> [u64; 5] {
    let mut classes = [0; 5];
    for poly in polys {
        match &poly.rows {
            Rows::Digits { digits, .. } => {
                classes[0] += digits.iter().filter(|d| **d != 0).count() as u64;
            }
            Rows::Signed(values) => {
                for value in values.iter().filter(|v| **v != 0) {
                    let bits = 128 - value.unsigned_abs().leading_zeros();
                    let class = [4, 8, 16].iter().position(|most| bits <= *most);
                    classes[1 + class.unwrap_or(3)] += 1;
                }
            }
            Rows::Dense(_) => panic!("no argument commits elements of full width"),
        }
    }
    classes
}

/// What column sums of neighbours in pairs take: sums of as many points as there are rows for each pair of
/// digits but (0, 0), and of the lines of that matrix for each digit.
fn pair_additions(polys: &[Arc<Poly<Fr>>]) -> u64 {
    let digits = |poly: &Arc<Poly<Fr>>| match &poly.rows {
        Rows::Digits { digits, .. } => digits.to_vec(),
        _ => panic!("digits"),
    };
    let mut additions = 0;
    for pair in polys.chunks_exact(2) {
        let mut counts = [[0u64; 16]; 16];
        for (low, high) in digits(&pair[0]).iter().zip(&digits(&pair[1])) {
            counts[usize::from(*low)][usize::from(*high)] += 1;
        }
        counts[0][0] = 0;
        let less = |count: u64| count.saturating_sub(1);
        let full = |count: &u64| u64::from(*count > 0);
        additions += counts.iter().flatten().map(|c| less(*c)).sum::<u64>();
        for line in 1..16 {
            additions += less(counts[line].iter().map(full).sum());
            additions += less(counts.iter().map(|row| full(&row[line])).sum());
        }
    }
    additions
}

fn close(found: f64, stated: f64, part: f64, what: &str) {
    let off = (found - stated).abs();
    assert!(off <= part * stated, "{what}: {found}, stated {stated}");
}

#[test]
fn costs_are_what_the_notes_state() {
    let rows = 1u64 << VARS;

    // Shout: `lookup/shout/mod.rs`, cost.
    for (table, words) in [("AND", 48.0), ("TRUNC", 39.0)] {
        let [products, delayed, small] = each(&Shout, table, MANY);
        println!("shout {table}: {products:.1} M, {delayed:.1} D, {small:.1} U");
        close(delayed, 105.5, 0.001, "Shout's delayed products");
        close(products, 124.3, 0.01, "Shout's products");
        close(small, words, 0.02, "Shout's products with words");
    }
    // An addition for each pair of digits that are not both zero, and those of the lines of a matrix.
    let channel = committed(&Shout, "AND", VARS);
    let (additions, polys) = &channel.committed["lookup digits"];
    let [digits, rest @ ..] = classes(polys);
    assert_eq!(rest, [0; 4]);
    assert_eq!(*additions, pair_additions(polys));
    assert!(*additions < digits - 32 * 15, "fewer than one by one");
    close(digits as f64 / rows as f64, 30.0, 0.01, "30 of 32 digits");
    let more = committed(&Shout, "AND", VARS + 1);
    let (many, polys) = &more.committed["lookup digits"];
    assert_eq!(*many, pair_additions(polys));
    // Sixteen pairs, of which one in 256 is zero.
    let one_more = (many - additions) as f64 / rows as f64;
    close(one_more, 16.0, 0.02, "additions for one more read");

    // Lasso and LogUp-GKR: notes, cost.
    for (table, lasso, logup) in [
        ("AND", [402.7, 221.9], [321.5, 257.1]),
        ("TRUNC", [326.2, 188.9], [298.0, 257.1]),
    ] {
        for (name, argument, [stated, sums]) in [
            (
                "lasso",
                Box::new(Lasso::with_chunks(8)) as Box<dyn ProveLookup<Counted>>,
                lasso,
            ),
            ("logup-gkr", Box::new(LogupGkr::with_chunks(8)), logup),
        ] {
            let [products, delayed, small] = each(&*argument, table, VARS);
            println!("{name} {table}: {products:.1} M, {delayed:.1} D, {small:.1} U");
            close(
                products,
                stated,
                0.03,
                &format!("{name}, {table}: products"),
            );
            close(delayed, sums, 0.03, &format!("{name}, {table}: delayed"));
        }
    }
    // Additions for a lookup's columns, and entries of at most 4 bits, of 5 to 16, of more.
    for (argument, table, additions, entries) in [
        (lasso(), "AND", 57.4, [46.5, 2.0, 8.2]),
        (lasso(), "TRUNC", 46.2, [17.0, 16.9, 6.0]),
        (logup(), "AND", 56.8, [41.7, 15.0, 0.0]),
        (logup(), "TRUNC", 16.0, [1.0, 15.0, 0.0]),
    ] {
        let (few, many) = (
            committed(&*argument, table, VARS),
            committed(&*argument, table, VARS + 1),
        );
        let difference = |label: &str| {
            let ((before, old), (after, new)) = (&few.committed[label], &many.committed[label]);
            let (old, new) = (classes(old), classes(new));
            let more = |i: usize| (new[i] as f64 - old[i] as f64) / rows as f64;
            let added = (*after as f64 - *before as f64) / rows as f64;
            (added, [more(1), more(2) + more(3), more(4)])
        };
        let (added, found) = difference("lookup columns");
        let name = argument.name();
        println!("{name} {table}: {added:.1} additions, entries {found:.2?}");
        close(
            added,
            additions,
            0.02,
            &format!("{name}, {table}: additions"),
        );
        for (found, stated) in found.iter().zip(entries) {
            assert!(
                (found - stated).abs() < 0.2,
                "{name}, {table}: {found}, stated {stated}"
            );
        }
        // The output is a full word, in windows of as many bits as are best for so few rows.
        let (added, _) = difference("lookup out");
        assert!((6.0..8.0).contains(&added), "{name}, {table}: {added}");
        let label = match name {
            "lasso" => "lookup counts",
            _ => "lookup multiplicities",
        };
        let (added, _) = difference(label);
        assert!(added < 0.5, "{name}, {table}: {added} for {label}");
    }
}

fn lasso() -> Box<dyn ProveLookup<Fr>> {
    Box::new(Lasso::with_chunks(8))
}

fn logup() -> Box<dyn ProveLookup<Fr>> {
    Box::new(LogupGkr::with_chunks(8))
}
