//! What relations notice: where one entry of one column is not what it should be, the sum is another one. Columns are
//! zero otherwise, so that no other addend makes up for one that is not there; forgeries of whole proofs
//! (`tests/soundness/forgeries`) show the same for one column of each kind.

use crate::support::{GUARD, READ_ONLY, machine, program, tables};
use ark_bn254::Fr;
use ark_ff::{UniformRand, Zero};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use instruction_tables::WordSize;
use jolt_core::digits::booleanity::{At, Boolean};
use jolt_core::digits::{self, ADDRESS_VARS, products};
use jolt_core::machine::{Machine, Part, Run};
use jolt_core::memory::spice::access::{AtPort, Public, Relations};
use jolt_core::memory::spice::balance::{Challenges, Opened, SLOT_VARS};
use jolt_core::memory::spice::initial::{Initial, Places};
use jolt_core::memory::twist::read_checking;
use sumcheck::{Claimed, NaiveProver, Point, Relation, RoundProver};

fn point(rng: &mut StdRng, vars: usize) -> Point<Fr> {
    Point((0..vars).map(|_| Fr::rand(rng)).collect())
}

/// An entry of a column.
type Entry = (Claimed<Fr>, usize, i64);

/// What a relation adds up to where claimed columns have these entries and are 0 otherwise, as its prover shows it in the
/// first round.
fn sum(relation: &Relation<Fr>, entries: &[Entry]) -> Fr {
    let column = |position: usize| {
        let vars = relation.factors[position].segments.iter();
        let vars: usize = vars.map(|s| relation.segments[*s].vars).sum();
        let mut column = vec![Fr::zero(); 1 << vars];
        for (claimed, row, value) in entries.iter().filter(|e| e.0.factor() == position) {
            assert_eq!(claimed.relation(), relation.name);
            column[*row] = Fr::from(*value);
        }
        column
    };
    let public = tables::public(relation).into_iter().enumerate();
    let all = public.map(|(position, table)| table.unwrap_or_else(|| column(position)));
    first_round(NaiveProver::new(relation, all.collect()))
}

fn first_round(mut prover: NaiveProver<Fr>) -> Fr {
    // No claim is this number.
    let first = prover.round(Fr::from(0x6e6f_7469_6365u64));
    first.eval(Fr::from(0u64)) + first.eval(Fr::from(1u64))
}

/// That entries, beside others, make a difference.
fn noticed(relation: &Relation<Fr>, beside: &[Entry], (claimed, row, value): Entry) {
    let all = [beside, &[(claimed, row, value)]].concat();
    let name = &relation.factors[claimed.factor()].name;
    assert_ne!(
        sum(relation, &all),
        sum(relation, beside),
        "a false claim passes: {value} in row {row} of {name}, in {}",
        relation.name
    );
}

/// That one makes none.
fn allowed(relation: &Relation<Fr>, others: &[Entry], (claimed, row, value): Entry) {
    let all: Vec<Entry> = others
        .iter()
        .copied()
        .chain([(claimed, row, value)])
        .collect();
    let name = &relation.factors[claimed.factor()].name;
    assert_eq!(
        sum(relation, &all),
        sum(relation, others),
        "a true claim is rejected: {value} in row {row} of {name}, in {}",
        relation.name
    );
}

#[test]
fn entries_that_are_not_boolean() {
    let mut rng = StdRng::seed_from_u64(1);
    // Of the machine, of the bits of the naive argument, of a dense table's.
    for digits in [4, 9, 16] {
        let at = At {
            address: point(&mut rng, ADDRESS_VARS),
            cycle: point(&mut rng, 2),
            gamma: Fr::rand(&mut rng),
        };
        let boolean = Boolean::new("booleanity", &at, digits);
        for digit in &boolean.digits {
            allowed(&boolean.relation, &[], (*digit, 21, 1));
            for value in [2, -1] {
                noticed(&boolean.relation, &[], (*digit, 21, value));
            }
        }
    }
}

/// What `β` weighs, of one digit and of a group: with it the sum is another one if a row of some digit is not one-hot, and
/// only then.
#[test]
fn rows_that_are_not_one_hot() {
    let mut rng = StdRng::seed_from_u64(5);
    for count in [1, products::GROUP] {
        let cycle = point(&mut rng, 2);
        let addresses: Vec<_> = (0..count).map(|_| point(&mut rng, ADDRESS_VARS)).collect();
        let challenges = [Fr::rand(&mut rng), Fr::rand(&mut rng)];
        let honest: Vec<Vec<Fr>> = (0..count)
            .map(|digit| digits::one_hot(2, (0..4).map(|row| (3 * row + digit) as u8)))
            .collect();
        let weighed = |matrices: &[Vec<Fr>]| {
            let [with, without] = [true, false].map(|one_hot| {
                let (cycle, addresses) = (cycle.clone(), addresses.clone());
                let at = products::At::new(cycle, addresses, count, challenges, one_hot);
                let relation = products::Grouped::new("digits", &at).relation;
                first_round(NaiveProver::new(&relation, at.tables(matrices)))
            });
            with - without
        };
        assert_eq!(weighed(&honest), Fr::zero());
        for digit in 0..count {
            let mut other = honest.clone();
            other[digit][16 + 1] += Fr::from(2);
            other[digit][16 + 2] -= Fr::from(2);
            let more = weighed(&other);
            assert_ne!(more, Fr::zero(), "a false claim passes: digit {digit}");
        }
    }
}

/// The relations of the batch `access`, in which the argument is offline checking.
fn access(run: &Run<'_>) -> Relations<Fr> {
    let rng = &mut StdRng::seed_from_u64(2);
    let challenges = Challenges {
        beta: Fr::rand(rng),
        sigma: Fr::rand(rng),
    };
    let leaves = point(rng, run.cycle_vars + SLOT_VARS);
    let ram_vars = run.machine.ram_vars();
    let public = Public {
        opened: Opened::new(run.cycle_vars, &leaves, &challenges),
        challenges,
        zeta: Fr::rand(rng),
        zero: [Fr::rand(rng), Fr::rand(rng)],
        theta: Fr::rand(rng),
        delta: Fr::rand(rng),
        cells: [point(rng, 6), point(rng, ram_vars)],
        blocks: run.finals.iter().map(|_| point(rng, ram_vars)).collect(),
        step: point(rng, run.cycle_vars),
    };
    Relations::new(run, &public)
}

fn tested() -> Machine {
    machine(WordSize::W64, program(WordSize::W64))
}

const ROW: usize = 5;

#[test]
fn flags_and_carries_that_are_none() {
    let machine = tested();
    let run = crate::support::run(&machine, vec![(1, 7)]);
    let flags = access(&run).flags;
    for flag in flags.first.iter().chain(&flags.last) {
        allowed(&flags.relation, &[], (*flag, ROW, 1));
        for value in [2, -1] {
            noticed(&flags.relation, &[], (*flag, ROW, value));
        }
    }
    for carry in flags.carry {
        for value in [1, 2] {
            allowed(&flags.relation, &[], (carry, ROW, value));
        }
        for value in [3, -1] {
            noticed(&flags.relation, &[], (carry, ROW, value));
        }
    }
}

/// Every column of an access, where there is one; its place, and that a port without one reads 0, where there is none.
#[test]
fn columns_of_accesses() {
    let machine = tested();
    let run = crate::support::run(&machine, vec![(1, 7)]);
    let accesses = access(&run).accesses;
    for (port, at) in accesses.ports.iter().enumerate() {
        let AtPort {
            active,
            old,
            first,
            last,
            difference,
            carry,
            increment,
            place,
        } = *at;
        let on = (active, ROW, 1);
        noticed(&accesses.relation, &[], on);
        let always = [old, first, last, difference].into_iter();
        for column in always.chain(carry).chain(increment) {
            noticed(&accesses.relation, &[on], (column, ROW, 1));
        }
        noticed(&accesses.relation, &[], (place, ROW, 1));
        // Ports that only read.
        if port < 2 {
            noticed(&accesses.relation, &[], (old, ROW, 1));
        }
    }
}

/// A first access counts its place, and the value that it finds.
#[test]
fn first_accesses_and_what_they_find() {
    let machine = tested();
    let run = crate::support::run(&machine, vec![(1, 7)]);
    let Relations { registers, ram, .. } = access(&run);
    let of_registers = registers.ports.iter();
    let of_registers = of_registers.map(|at| (&registers.relation, at));
    let all = of_registers.chain(ram.ports.iter().map(|at| (&ram.relation, at)));
    for (relation, at) in all {
        let (here, first) = ((at.address, ROW, 1), (at.first, ROW, 1));
        noticed(relation, &[here], first);
        noticed(relation, &[here, first], (at.old, ROW, 1));
    }
    let rng = &mut StdRng::seed_from_u64(3);
    for contents in [[].as_slice(), &[(5, 70)]] {
        let initial = Initial {
            evaluated: [contents, &[]],
            opened: None,
        };
        let places = Places::new("cells", &point(rng, 6), Fr::rand(rng), initial);
        let relation = &places.relation;
        noticed(relation, &[], (places.touched, ROW, 2));
        noticed(relation, &[], (places.values, ROW, 1));
        let touched = (places.touched, ROW, 1);
        match contents {
            // What a cell holds first is found, and nothing else.
            [(_, value)] => {
                noticed(relation, &[], touched);
                let found = (places.values, ROW, *value as i64);
                assert_eq!(sum(relation, &[touched, found]), Fr::zero());
            }
            _ => allowed(relation, &[], touched),
        }
    }
}

#[test]
fn accesses_of_what_is_forbidden() {
    let machine = tested();
    let run = crate::support::run(&machine, vec![(1, 7)]);
    let rng = &mut StdRng::seed_from_u64(4);
    let challenges = read_checking::Challenges {
        gamma: Fr::rand(rng),
        forbidden: [Fr::rand(rng), Fr::rand(rng)],
    };
    let step = point(rng, run.cycle_vars);
    let ram = read_checking::Relations::new(&run, &step, &challenges).ram;
    let [in_low, in_high] = ram.addresses;
    let bits = machine.part_vars(Part::Low);
    let high = |cell: u32| {
        let row = ROW << machine.part_vars(Part::High);
        (in_high, (cell >> bits) as usize + row, 1)
    };
    let low = |cell: u32| {
        let cell = cell as usize & ((1 << bits) - 1);
        (in_low, cell + (ROW << bits), 1)
    };
    for cell in [READ_ONLY[0].start, GUARD.start] {
        noticed(&ram.relation, &[low(cell)], high(cell));
        noticed(&ram.relation, &[high(cell)], low(cell));
    }
    let value = (ram.value, 5 + (ROW << machine.ram_vars()), 1);
    noticed(&ram.relation, &[low(5), high(5)], value);
    allowed(&ram.relation, &[low(5)], high(5));
}
