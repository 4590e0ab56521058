//! What lookup arguments cost, against the papers' own numbers and an independent implementation's, on small
//! instances. Lasso's are in `lookup_lasso.rs`.
//!
//! The independent implementation is a16z/jolt, August 2026: its parameters of one-hot columns (`OneHotConfig`,
//! below 2^25 cycles) are digits of 4 bits, committed, and virtual products over 16 bits, for an index of 128.

use crate::support::reads::reads;
use ark_bn254::Fr;
use instruction_tables::{WordSize, tables};
use jolt_core::lookup::logup_gkr::LogupGkr;
use jolt_core::lookup::naive::Naive;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::standalone::{self, Selection};
use jolt_core::lookup::testkit::{self, Case};
use jolt_core::lookup::{Exposed, ProveLookup};
use sumcheck::channel::counting::{CountingVerifier, Counts};
use sumcheck::{Poly, Rows};

/// Reads of one table, with its operands exposed.
fn one(table: &str, cycle_vars: usize) -> Case {
    let (_, found) = tables::by_name(WordSize::W64, table).unwrap();
    reads(&[table], cycle_vars, standalone::exposure(found))
}

/// What the verifier of one read of a table receives and draws.
fn count(argument: &dyn ProveLookup<Fr>, case: &Case) -> Counts {
    let selection = Selection::One {
        table: 0,
        exposed: Exposed::Pair,
        reads: 1,
    };
    let mut channel = CountingVerifier::<Fr>::default();
    standalone::verify(&mut channel, argument, &case.shape, &selection).unwrap();
    channel.finish()
}

fn nonzero(poly: &Poly<Fr>) -> usize {
    match &poly.rows {
        Rows::Digits { digits, .. } => digits.iter().filter(|d| **d != 0).count(),
        Rows::Signed(values) => values.iter().filter(|v| **v != 0).count(),
        Rows::Dense(_) => unreachable!("nothing is committed as field elements"),
    }
}

/// Shout commits `d` one-hot vectors of `K^{1/d}` entries for each read, all 0 but one, which is 1: `d` group
/// additions for each read [ST25, §1]. Here the entry of digit 0 is defined and not committed.
#[test]
fn shout_commits_what_the_paper_says() {
    let (log_k, cycle_vars) = (128, 8);
    // The independent implementation's digits and virtual products.
    let (digit_bits, product_bits) = (4, 16);
    let d = log_k / digit_bits;
    let case = one("AND", cycle_vars);
    let proof = testkit::prove::<Fr>(&Shout, &case);
    let (_, own) = proof.oracles.split_last().unwrap();
    assert_eq!(own.len(), d);
    assert!(own.iter().all(|p| p.shape().radix == Some(1 << digit_bits)));
    let ones: usize = own.iter().map(|p| nonzero(p)).sum();
    let each = ones as f64 / (1 << cycle_vars) as f64;
    assert!(each <= d as f64 && each > 0.9 * d as f64, "{each}");
    let counts = count(&Shout, &case);
    assert_eq!(
        counts.commitments["lookup digits"],
        d * ((1 << digit_bits) - 1)
    );
    println!("{d} digits, {each:.2} of them not zero for each read");

    // Rounds: `log K + log T` for the read check; products and one-hotness over cycles. Equality factors over
    // cycles are not sent.
    for t in [1, 8, 16, 20] {
        let mut case = case.clone();
        case.shape.cycle_vars = t;
        let counts = count(&Shout, &case);
        let products = log_k / product_bits;
        let read = 2 * log_k + (products + 1) * t;
        let decompose = product_bits / digit_bits * t;
        assert_eq!(counts.elements["round"], read + decompose);
        // Products and the selectors' value; then a value of every digit, and one of all together.
        assert_eq!(counts.elements["evaluations"], products + 1 + d + 1);
        // The read's point and γ; a sumcheck; γ_P, β; a sumcheck. Each is of one relation, and has no α.
        let rounds = (log_k + t) + t;
        let others = (t + 1) + 2;
        assert_eq!(counts.challenges, rounds + others);
        println!("2^{t}: {rounds} rounds, {} elements", read + decompose);
    }
}

/// The textbook sumcheck [LFKN92]: a round for each variable, with a polynomial of the degree that the
/// variable has, one coefficient of which follows from the claim; shared equality factors are left out.
#[test]
fn the_naive_argument_is_the_textbook_sumcheck() {
    let (n, t) = (16, 3);
    let case = Case::random(WordSize::W8, t, 1 << t, 1);
    let naive = Naive;
    let proof = testkit::prove(&naive, &case);
    let (_, own) = proof.oracles.split_last().unwrap();
    assert_eq!(own.len(), n);
    let ones: usize = own.iter().map(|p| nonzero(p)).sum();
    let set: u32 = case
        .reads
        .index
        .iter()
        .map(|index| index.count_ones())
        .sum();
    assert_eq!(ones, set as usize);
    let counts = count(&naive, &case);
    assert_eq!(counts.commitments["lookup bits"], n);
    // eq·I·V has degree 2 in the index's variables and 3 in the cycle's, of which eq is not sent; eq·Π b_i has degree
    // n + 1, and booleanity, which has another point, degree 3 over one bit's address.
    let read = 2 * n + 2 * t;
    let decompose = 3 * 4 + (n + 1) * t;
    assert_eq!(counts.elements["round"], read + decompose);
    assert_eq!(counts.elements["evaluations"], 2 + 2 * n);
}

/// Columns and non-zero entries that reads commit, by table: `papers/logup-gkr.md`, *Cost*.
#[test]
fn committed_entries_of_a_lookup() {
    // Chunks of 16 bits: 8 positions; chunk and operands 24; AND has one output at each position, LTU two
    // but one at the last, TRUNC none, of which the operands are not exposed.
    for (table, columns, entries) in [("AND", 32, 32.0), ("LTU", 39, 36.0), ("TRUNC", 24, 8.0)] {
        let case = one(table, 10);
        let argument = LogupGkr::with_chunks(16);
        let proof = testkit::prove::<Fr>(&argument, &case);
        let of_reads = proof.oracles.iter().filter(|p| p.vars == 10);
        let of_reads: Vec<usize> = of_reads.map(|p| nonzero(p)).collect();
        // The last column is the standalone output.
        assert_eq!(of_reads.len() - 1, columns, "{table}");
        let all: usize = of_reads[..columns].iter().sum();
        let each = all as f64 / 1024.0;
        println!("{table}: {each} non-zero entries in {columns} columns per lookup");
        assert!(each <= entries && each > 0.8 * entries, "{table}: {each}");
        // An entry of a group for each different tuple: at most one for each lookup.
        let counts = proof.oracles.iter().filter(|p| p.vars == 16);
        let counts: usize = counts.map(|p| nonzero(p)).sum();
        let lookups = if table == "TRUNC" { 8 } else { 16 };
        assert!(counts <= lookups << 10 && counts > (lookups << 10) * 9 / 10);
        assert_eq!(testkit::complete::<Fr>(&argument, &case), Ok(()));
    }
}

/// Elements of a proof: formulas of the note, over sizes.
#[test]
fn elements_of_a_proof() {
    for (cycle_vars, chunk_bits, groups, used, degree) in [
        // AND alone: groups RANGE, OPERANDS and its own; it reads 128/b columns, and is linear.
        (4usize, 4usize, 3usize, 32usize, 1usize),
        (9, 8, 3, 16, 1),
        (16, 16, 3, 8, 1),
    ] {
        let case = one("AND", cycle_vars);
        let counts = count(&LogupGkr::with_chunks(chunk_bits), &case);
        let positions = 128 / chunk_bits;
        let depth = (cycle_vars + (2 * positions).ilog2() as usize).max(chunk_bits + 2);
        assert_eq!(counts.commitments["lookup columns"], 4 * positions);
        assert_eq!(counts.commitments["lookup multiplicities"], groups);
        assert_eq!(counts.elements["fraction/roots"], 4);
        let rounds = depth * (depth - 1) + (degree + 2) * cycle_vars;
        assert_eq!(counts.elements["round"], rounds);
        let evaluations = 8 * depth + (1 + 5 + used) + 1;
        assert_eq!(counts.elements["evaluations"], evaluations);
        println!(
            "2^{cycle_vars} reads: {} elements",
            rounds + evaluations + 4
        );
    }
}
