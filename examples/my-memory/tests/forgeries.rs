//! Each check of the argument has a forgery: rejected with all checks, accepted without this one.

#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use instruction_tables::Row;
use jolt_core::constraints::Column;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::{ProveLookup, ReadClaim};
use jolt_core::machine::{Machine, Run};
use jolt_core::vm::carry::Keeping;
use jolt_core::vm::{Arguments, commit, constrain, fetch, lookup_shape, verify};
use jolt_core::witness::Witness;
use my_memory::{Plain, prove_reads, prove_values};
use std::collections::BTreeSet;
use std::sync::Arc;
use sumcheck::channel::Which;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Checks, VerifyError};
use tiny::{BYTES, Draft, honest, machine, program, rows, run, simulate};
use tracer::CellSet;

mod tiny;

/// What the prover believes in one phase.
type Story<'a> = (&'a Run<'a>, &'a Witness);

/// A proof whose phases tell different stories.
#[derive(Clone, Copy)]
struct Forgery<'a> {
    /// `commit`, `execute`, `fetch`.
    machine: Story<'a>,
    constrain: Story<'a>,
    reads: Story<'a>,
    values: Story<'a>,
    verifier: &'a Run<'a>,
}

impl<'a> Forgery<'a> {
    fn of(run: &'a Run<'a>, witness: &'a Witness) -> Self {
        let story = (run, witness);
        Forgery {
            machine: story,
            constrain: story,
            reads: story,
            values: story,
            verifier: run,
        }
    }

    fn prove(&self, checks: Checks) -> PlainProof<Fr> {
        let mut below = PlainProver::<Fr>::with_checks("forgery", checks);
        let (run, witness) = self.machine;
        let mut channel = Keeping::over(&mut below, run.cycle_vars);
        let committed = commit::prove(&mut channel, run, witness, None);
        let shape = lookup_shape(run.machine, run.cycle_vars);
        let lookup = Shout.commit(&mut channel, &shape, witness.reads.clone());
        let (run, witness) = self.constrain;
        let oracles = committed.oracles.clone();
        let mut step = constrain::prove(&mut channel, run, &oracles, |relation, weights| {
            Box::new(constrain::kernel(relation, run, witness, weights))
        });
        let claim = ReadClaim {
            point: step.point.clone(),
            out: step.take(Column::Out),
            left: step.take(Column::Left),
            right: step.take(Column::Right),
        };
        let lookups = lookup.reduce_beside(&mut channel, claim, ("", Vec::new()));
        let (run, witness) = self.reads;
        let reads = prove_reads(&mut channel, run, witness, &mut step);
        let (run, witness) = self.values;
        let mut memory = prove_values(&mut channel, run, witness, &oracles, reads);
        // Address points are the verifier's, whatever the prover said at them.
        let blocks = memory.addresses.iter_mut().skip(1);
        for (block, claims) in self.verifier.finals.iter().zip(blocks) {
            let low = claims.point.split_at(block.block_vars).0;
            claims.point = block.point(&low, self.verifier.machine.ram_vars());
        }
        let (channel, kept) = channel.0.into_kept();
        let claims = fetch::Claims {
            step,
            selectors: lookups.selectors,
            memory,
            carried: kept.claims,
        };
        let of = (committed, &kept.polys);
        fetch::prove(channel, self.machine, of, claims, lookups.late);
        below.finish().0
    }

    fn verdict(&self, checks: Checks) -> (Result<(), VerifyError>, BTreeSet<String>) {
        let proof = self.prove(checks.clone());
        let mut channel = PlainVerifier::with_checks("forgery", proof, checks);
        let arguments = Arguments {
            lookup: &Shout,
            memory: &Plain,
            program: None,
        };
        let verdict = verify(&mut channel, &arguments, self.verifier);
        let performed = channel.checks().performed().map(str::to_owned).collect();
        (verdict.and_then(|()| channel.finish()), performed)
    }
}

/// The checks that have a forgery.
#[derive(Default)]
struct Table(BTreeSet<String>);

impl Table {
    fn forged(&mut self, checks: &[&str], forgery: &Forgery<'_>) {
        let (verdict, _) = forgery.verdict(Checks::all());
        let rejected = matches!(verdict, Err(VerifyError::Check { .. }));
        assert!(rejected, "{checks:?}: {verdict:?}");
        for check in checks {
            let (verdict, performed) = forgery.verdict(Checks::without(check));
            assert_eq!(verdict, Ok(()), "without {check}");
            assert!(performed.contains(*check), "{check} is not performed");
            self.0.insert((*check).to_owned());
        }
    }

    /// Cycles of one simulation that are bent.
    fn bent(&mut self, checks: &[&str], cycles: usize, bend: &dyn Fn(&mut Draft)) {
        let machine = machine(program());
        let run = run(&machine);
        let witness = simulate(&run, cycles, bend);
        self.forged(checks, &Forgery::of(&run, &witness));
    }

    /// Another program than the verifier's, in the phases that `tell` chooses.
    fn another_program(
        &mut self,
        check: &str,
        change: impl Fn(&mut [Row]),
        tell: impl for<'a> Fn(&mut Forgery<'a>, Story<'a>),
    ) {
        let mut rows = program();
        change(&mut rows);
        let (truth, lie) = (machine(program()), machine(rows));
        let (truth, lie) = (run(&truth), run(&lie));
        let witness = honest(&truth);
        let mut forgery = Forgery::of(&truth, &witness);
        tell(&mut forgery, (&lie, &witness));
        self.forged(&[check], &forgery);
    }

    /// Another witness than the committed one, in the phases that `tell` chooses.
    fn another_witness(
        &mut self,
        checks: &[&str],
        change: impl Fn(&mut Witness),
        tell: impl for<'a> Fn(&mut Forgery<'a>, Story<'a>),
    ) {
        let machine = machine(program());
        let run = run(&machine);
        let witness = honest(&run);
        let mut other = witness.clone();
        change(&mut other);
        let mut forgery = Forgery::of(&run, &witness);
        tell(&mut forgery, (&run, &other));
        self.forged(checks, &forgery);
    }
}

fn at(row: usize) -> usize {
    row - 1
}

fn only(row: usize, bend: fn(&mut Draft)) -> impl Fn(&mut Draft) {
    move |draft| {
        if draft.cycle.row as usize == row {
            bend(draft);
        }
    }
}

fn reads(table: &mut Table) {
    // A register or a cell returns what it does not hold.
    let registers = ["registers/registers", "registers: registers"];
    let bend = only(rows::SUM, |d| (d.cycle.rs1, d.again) = (8, true));
    table.bent(&registers, 60, &bend);
    let bend = only(rows::LOAD, |d| (d.cycle.cell_old, d.again) = (8, true));
    table.bent(&["ram/ram", "ram: ram"], 60, &bend);
    // The run stops before it halts.
    table.bent(&["shift/shift", "shift: shift"], 9, &|_| ());
}

/// Programs that access what they must not.
fn forbidden(table: &mut Table) {
    let storing_to = |cell: i128| {
        let mut rows = program();
        rows[rows::KEEP].imm = cell * BYTES;
        machine(rows)
    };
    // The prover believes that nothing is read-only.
    let truth = storing_to(10);
    let mut lie: Machine = truth.clone();
    lie.read_only = CellSet::default();
    let (truth, lie) = (run(&truth), run(&lie));
    let witness = honest(&truth);
    let mut forgery = Forgery::of(&truth, &witness);
    forgery.constrain = (&lie, &witness);
    table.forged(&["ram/protected"], &forgery);
    // The guard needs no lie: no constraint knows it.
    let machine = storing_to(41);
    let run = run(&machine);
    table.forged(&["ram/guard"], &Forgery::of(&run, &honest(&run)));
}

fn values(table: &mut Table) {
    // A value that nobody reads is said to be another one.
    table.another_witness(
        &[
            "register_values/register_values",
            "register_values: register_values",
        ],
        |w| Arc::make_mut(&mut w.rd_inc)[at(rows::UNUSED)] -= 1,
        |forgery, story| forgery.reads = story,
    );
    table.another_witness(
        &["ram_values/ram_values", "ram_values: ram_values"],
        |w| Arc::make_mut(&mut w.cell_inc)[at(rows::KEEP)] -= 1,
        |forgery, story| forgery.reads = story,
    );
    // Memory is said to end otherwise.
    let machine = machine(program());
    let truth = run(&machine);
    let witness = honest(&truth);
    for (block, checks, lie) in [
        (0, ["output/output", "output: output"], (1, 8)),
        (1, ["tohost/tohost", "tohost: tohost"], (8, 1)),
    ] {
        let mut claimed = truth.clone();
        claimed.finals[block].contents = vec![lie];
        table.forged(&checks, &Forgery::of(&claimed, &witness));
    }
}

fn claims(table: &mut Table) {
    // Other registers with the same values.
    table.another_program(
        "fetch/rs1",
        |rows| rows[rows::SUM].rs1 = 10,
        |forgery, story| forgery.reads = story,
    );
    table.another_program(
        "fetch/rs2",
        |rows| rows[rows::SUM].rs2 = 11,
        |forgery, story| forgery.reads = story,
    );
    // What is written is what was there, so that it does not matter where.
    table.another_program(
        "fetch/rd",
        |rows| rows[rows::AGAIN].rd = 10,
        |forgery, story| forgery.reads = story,
    );
    table.another_program(
        "fetch/rd_value",
        |rows| rows[rows::AGAIN].rd = 10,
        |forgery, story| forgery.values = story,
    );
    // Cells with the same value, elsewhere in the one half of the address or in the other.
    for (check, cell) in [("fetch/address_low", 13), ("fetch/address_high", 17)] {
        let elsewhere = |w: &mut Witness| Arc::make_mut(&mut w.address)[at(rows::LOAD)] = cell;
        table.another_witness(&[check], elsewhere, |forgery, story| forgery.reads = story);
    }
    // A cell outside of all blocks for another one, where nothing is written.
    let machine = machine({
        let mut rows = program();
        rows[rows::LOAD].imm = 20 * BYTES;
        rows
    });
    let truth = run(&machine);
    let witness = honest(&truth);
    let mut other = witness.clone();
    Arc::make_mut(&mut other.address)[at(rows::LOAD)] = 21;
    let mut forgery = Forgery::of(&truth, &witness);
    forgery.values = (&truth, &other);
    table.forged(&["fetch/address_value"], &forgery);
}

/// The jump reaches the row that it skips, by a label that the row does not have.
fn label(table: &mut Table) {
    let mut rows = program();
    rows[rows::SKIPPED].label = 13;
    let (truth, lie) = (machine(program()), machine(rows));
    let (truth, lie) = (run(&truth), run(&lie));
    let leave = only(rows::SKIPPED, |draft| draft.next += 1);
    let witness = simulate(&lie, 60, &leave);
    let mut forgery = Forgery::of(&truth, &witness);
    forgery.constrain = (&lie, &witness);
    forgery.reads = (&lie, &witness);
    table.forged(&["fetch/label"], &forgery);
}

/// The output is said to be what cells 4 to 7 hold at the end.
fn block_elsewhere(table: &mut Table) {
    let machine = machine(program());
    let truth = run(&machine);
    let witness = honest(&truth);
    let mut lie = truth.clone();
    (lie.finals[0].first, lie.finals[0].contents) = (4, vec![(6, 3)]);
    let mut claimed = truth.clone();
    claimed.finals[0].contents = vec![(2, 3)];
    let mut forgery = Forgery::of(&claimed, &witness);
    forgery.values = (&lie, &witness);
    table.forged(&["fetch/address_final"], &forgery);
}

/// Checks that are the machine's own, and have forgeries in `jolt-core/tests/soundness`.
const OF_THE_MACHINE: [&str; 12] = [
    "constrain",
    "execute",
    "digits",
    "open",
    "fetch:",
    "fetch/step",
    "fetch/selectors",
    "fetch/entry",
    "fetch/bytecode",
    "fetch/booleanity",
    "fetch/carry",
    "fetch/digits",
];

#[test]
fn every_check_has_a_forgery() {
    let mut table = Table::default();
    reads(&mut table);
    forbidden(&mut table);
    values(&mut table);
    claims(&mut table);
    label(&mut table);
    block_elsewhere(&mut table);

    let machine = machine(program());
    let run = run(&machine);
    let witness = honest(&run);
    let (verdict, performed) = Forgery::of(&run, &witness).verdict(Checks::all());
    assert_eq!(verdict, Ok(()));
    let own = performed.iter().filter(|check| {
        let of_the_machine = OF_THE_MACHINE.iter().any(|name| check.starts_with(name));
        !of_the_machine && *check != "fetch/addresses"
    });
    let missing: Vec<&String> = own.filter(|check| !table.0.contains(*check)).collect();
    assert!(missing.is_empty(), "checks without a forgery: {missing:?}");
}

/// A lie that cancels if one challenge is known beforehand, and is rejected if it is not.
fn cancels(label: &'static str, value: u64, forgery: &Forgery<'_>) {
    let (verdict, _) = forgery.verdict(Checks::all());
    assert!(verdict.is_err(), "{label}");
    let (verdict, _) = forgery.verdict(Checks::all().knowing(label, Which::Number(0), value));
    assert_eq!(verdict, Ok(()), "if {label} is known");
}

#[test]
fn every_challenge_is_needed() {
    let machine = machine(program());
    let run = run(&machine);
    // One register reads 1 more, the other 1 less.
    let bend = only(rows::SUM, |d| {
        (d.cycle.rs1, d.cycle.rs2, d.again) = (8, 2, true)
    });
    let witness = simulate(&run, 60, &bend);
    cancels("plain/gamma", 1, &Forgery::of(&run, &witness));
    // Only cells with an odd number are said to end otherwise.
    let mut claimed = run.clone();
    claimed.finals[0].contents = vec![(1, 8)];
    cancels("plain/block", 0, &Forgery::of(&claimed, &honest(&run)));
}
