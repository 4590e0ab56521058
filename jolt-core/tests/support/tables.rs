//! Full tables of every factor, for the naive prover.

use ark_bn254::Fr;
use ark_ff::{Field as _, One, Zero};
use instruction_tables::{REGISTERS, Row};
use jolt_core::bytecode::digit_vars;
use jolt_core::machine::Run;
use jolt_core::vm::carry::{Carried, Carry};
use jolt_core::witness::Witness;
use std::collections::BTreeMap;
use sumcheck::{Claimed, Held, Oracle, Point, Relation, Source};

/// A claimed factor, with its table.
pub type Of = (Claimed<Fr>, Vec<Fr>);

/// Tables of the public factors, and of the claimed ones as given.
pub fn of(relation: &Relation<Fr>, claimed: Vec<Of>) -> Vec<Vec<Fr>> {
    let claimed: BTreeMap<usize, Vec<Fr>> = claimed
        .into_iter()
        .map(|(claimed, table)| {
            assert_eq!(claimed.relation(), relation.name);
            (claimed.factor(), table)
        })
        .collect();
    let all = public(relation).into_iter().enumerate();
    all.map(|(i, table)| table.unwrap_or_else(|| claimed[&i].clone()))
        .collect()
}

/// Tables of the public factors; none of the claimed ones.
pub fn public(relation: &Relation<Fr>) -> Vec<Option<Vec<Fr>>> {
    let all = relation.factors.iter().enumerate();
    all.map(|(number, factor)| match &factor.source {
        Source::Claimed => None,
        Source::Eq(_, point) => Some(point.eq_table()),
        Source::Public(_) | Source::PublicOf(..) => {
            let vars = factor.segments.iter();
            let vars: Vec<usize> = vars.map(|s| relation.segments[*s].vars).collect();
            let entry = |index: u128| {
                let segments = relation.segments.iter();
                let mut points: Vec<Point<Fr>> =
                    segments.map(|s| Point(vec![Fr::zero(); s.vars])).collect();
                let mut rest = index;
                for (s, n) in factor.segments.iter().zip(&vars) {
                    points[*s] = Point::boolean(rest & ((1 << n) - 1), *n);
                    rest >>= n;
                }
                relation
                    .publics(&points)
                    .value(number)
                    .expect("a public one")
            };
            Some(
                (0..1u128 << vars.iter().sum::<usize>())
                    .map(entry)
                    .collect(),
            )
        }
    })
    .collect()
}

/// A column over all `2^n` cycles, from its real rows.
pub fn pad(run: &Run<'_>, mut real: Vec<Fr>, tail: Fr) -> Vec<Fr> {
    real.resize(1 << run.cycle_vars, tail);
    real
}

/// A function of the bytecode row, over cycles.
pub fn by_row(run: &Run<'_>, w: &Witness, value: impl Fn(&Row) -> Fr) -> Vec<Fr> {
    let rows = &run.machine.bytecode.rows();
    pad(
        run,
        w.row.iter().map(|r| value(&rows[*r as usize])).collect(),
        value(&rows[0]),
    )
}

/// A `K × T` matrix of indicators, `K` on the low bits of the index.
pub fn one_hot(run: &Run<'_>, vars: usize, at: impl Fn(usize) -> Option<usize>) -> Vec<Fr> {
    let mut table = vec![Fr::zero(); 1 << (vars + run.cycle_vars)];
    for j in 0..1usize << run.cycle_vars {
        if let Some(k) = at(j) {
            table[k + (j << vars)] = Fr::one();
        }
    }
    table
}

/// `Val`, the contents before each cycle, `K × T`.
pub fn values(
    run: &Run<'_>,
    vars: usize,
    start: &[(u32, u64)],
    write: impl Fn(usize) -> Option<(usize, i128)>,
) -> Vec<Fr> {
    let mut now = vec![0i128; 1 << vars];
    for (k, value) in start {
        now[*k as usize] = i128::from(*value);
    }
    let mut table = Vec::new();
    for j in 0..1usize << run.cycle_vars {
        table.extend(now.iter().map(|v| Fr::from(*v)));
        if let Some((k, increment)) = write(j) {
            now[k] += increment;
        }
    }
    table
}

/// Number of a register port's register in a cycle, if it has one.
pub fn port(
    run: &Run<'_>,
    w: &Witness,
    number: impl Fn(&Row) -> u8,
) -> impl Fn(usize) -> Option<usize> {
    let numbers: Vec<usize> = w
        .row
        .iter()
        .map(|row| usize::from(number(&run.machine.bytecode.rows()[*row as usize])))
        .collect();
    assert!(numbers.iter().all(|n| *n < REGISTERS));
    move |j| numbers.get(j).copied().filter(|n| *n != 0)
}

/// Digit matrices of indices, least significant digit first.
pub fn digit_matrices(run: &Run<'_>, indices: &[u32], radices: &[usize]) -> Vec<Vec<Fr>> {
    digits(indices, radices)
        .iter()
        .zip(radices)
        .map(|(column, radix)| {
            one_hot(run, digit_vars(*radix), |j| {
                Some(column.get(j).copied().map_or(0, usize::from))
            })
        })
        .collect()
}

/// Splits indices into digits, one column per radix, least significant first.
fn digits(indices: &[u32], radices: &[usize]) -> Vec<Vec<u8>> {
    let digit = |i: usize| move |k: &u32| ((k >> (4 * i)) & 15) as u8;
    let columns = (0..radices.len()).map(|i| indices.iter().map(digit(i)).collect());
    columns.collect()
}

/// The rows of each sum that is carried, from the polynomials in full.
pub fn carried(
    carry: &Carry<Fr>,
    carried: &[Carried<Fr, Fr>],
    polys: &BTreeMap<Oracle, Held<Fr>>,
) -> Vec<Vec<Fr>> {
    let sums = carry.sums.iter().zip(carried).map(|(claimed, of)| {
        let mut rows = vec![Fr::zero(); 1 << carry.relation.segments[0].vars];
        for (oracle, weights, factor) in of.terms() {
            polys[&oracle]
                .poly()
                .accumulate(factor, &weights, &mut rows);
        }
        (*claimed, rows)
    });
    of(&carry.relation, sums.collect())
}

/// Numbers, not all zero, that solve equations: one more than there are of these.
pub fn vanishing(mut equations: Vec<Vec<Fr>>) -> Vec<Fr> {
    let mut done = 0;
    // Variables before `done` follow from those behind.
    while let Some(at) = (done..equations.len()).find(|at| !equations[*at][done].is_zero()) {
        equations.swap(done, at);
        let inverse = equations[done][done].inverse().unwrap();
        equations[done].iter_mut().for_each(|c| *c *= inverse);
        let own = equations[done].clone();
        for (at, equation) in equations.iter_mut().enumerate() {
            let factor = equation[done];
            if at != done {
                equation
                    .iter_mut()
                    .zip(&own)
                    .for_each(|(c, o)| *c -= factor * o);
            }
        }
        done += 1;
    }
    let mut solution: Vec<Fr> = equations[..done].iter().map(|e| -e[done]).collect();
    solution.push(Fr::one());
    solution
}
