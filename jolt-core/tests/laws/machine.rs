//! Real programs over the plain channel.

use ark_bn254::Fr;
use jolt_core::lookup::shout::Shout;
use jolt_core::machine::Machine;
use jolt_core::memory::MemoryArgument;
use jolt_core::memory::spice::ports::{PORTS, REGISTER_PORTS};
use jolt_core::memory::spice::witness::{self as offline, Rules};
use jolt_core::memory::spice::{self, Spice};
use jolt_core::memory::twist::Twist;
use jolt_core::registry::memories;
use jolt_core::statement::Statement;
use jolt_core::vm::constrain::violations;
use jolt_core::vm::{self, Arguments, Provers};
use jolt_core::witness::Witness;
use std::collections::BTreeSet;
use sumcheck::Rows;
use sumcheck::channel::counting::{CountingVerifier, Counts};
use sumcheck::channel::plain::{PlainProver, PlainVerifier};
use tracer::{Inputs, Options, Program};

fn elf(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/../examples/guests/elf/{name}.elf",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

#[test]
fn fibonacci_over_the_plain_channel() {
    let program = Program::from_elf(&elf("fibonacci")).unwrap();
    let machine = Machine::of(&program);
    let inputs = Inputs::public(20u64.to_le_bytes());
    let trace = tracer::trace(&program, &inputs, &Options::default()).unwrap();
    println!(
        "{} cycles, {} rows",
        trace.outcome.cycles,
        machine.bytecode.rows().len()
    );
    let statement = Statement::of(&inputs.public, &trace.outcome);
    let run = statement.run(&program, &machine, 20).unwrap();
    let witness = Witness::of(&run, trace.clone());
    assert_eq!(violations(&run, &witness), vec![]);
    for memory in memories::<Fr>() {
        let provers = Provers {
            lookup: &Shout,
            memory: &*memory,
            program: None,
        };
        let mut prover = PlainProver::<Fr>::new("test");
        let t = std::time::Instant::now();
        vm::prove(&mut prover, &provers, &run, witness.clone(), &mut ());
        println!("{}: proved in {:?}", memory.name(), t.elapsed());
        let (proof, _) = prover.finish();
        let mut verifier = PlainVerifier::new("test", proof);
        let t = std::time::Instant::now();
        vm::verify(&mut verifier, &provers.arguments(), &run).unwrap();
        println!("verified in {:?}", t.elapsed());
        verifier.finish().unwrap();
    }
}

/// What is committed for accesses, against the accesses themselves; the reference implementation's
/// columns (a16z/jolt at v0.1.0, `read_write_memory.rs` and `timestamp_range_check.rs`) beside them.
#[test]
fn offline_memory_commits_what_the_note_says() {
    let program = Program::from_elf(&elf("sort")).unwrap();
    let machine = Machine::of(&program);
    let inputs = Inputs::public(40u64.to_le_bytes());
    let trace = tracer::trace(&program, &inputs, &Options::default()).unwrap();
    let statement = Statement::of(&inputs.public, &trace.outcome);
    let run = statement.run(&program, &machine, 20).unwrap();
    let witness = Witness::of(&run, trace);
    let columns = offline::Columns::of(&run, &witness);
    let story = offline::Story {
        run: &run,
        witness: &witness,
        columns: &columns,
        rules: Rules::TRUE,
    };
    let mut channel = PlainProver::<Fr>::new("counts");
    let _ = spice::commit(&mut channel, &story);
    let polys = channel.finish().0.oracles;
    let entries: Vec<Vec<i128>> = polys
        .iter()
        .map(|poly| match &poly.rows {
            Rows::Signed(values) => values.clone(),
            _ => panic!("all is committed as integers"),
        })
        .collect();
    let [values, differences, carries, first, last] = [PORTS, PORTS, REGISTER_PORTS, PORTS, PORTS]
        .iter()
        .fold((Vec::new(), 0), |(mut parts, start), count| {
            parts.push(entries[start..start + count].concat());
            (parts, start + count)
        })
        .0
        .try_into()
        .unwrap();
    let counts = entries.last().unwrap();
    let nonzero = |column: &[i128]| column.iter().filter(|x| **x != 0).count();

    let accesses = offline::accesses(&run, &witness, Rules::TRUE);
    let places: BTreeSet<u64> = accesses.iter().map(|a| a.place).collect();
    let cycles = witness.cycles();
    // A read and a write for each access [BEGKN94]; a start and an end for each place touched, and for no other.
    assert_eq!(first.iter().sum::<i128>(), places.len() as i128);
    assert_eq!(nonzero(&first), places.len());
    assert_eq!(nonzero(&last), places.len());
    assert_eq!(counts.iter().sum::<i128>(), accesses.len() as i128);
    assert!(nonzero(&values) <= accesses.len() + cycles);
    assert!(nonzero(&differences) <= accesses.len());
    assert!(nonzero(counts) <= 1 << run.cycle_vars);
    assert!(nonzero(&carries) <= differences.len());
    // The reference: over cycles one address, four values read, two written and four times; four counts
    // for each of four range checks; two columns over all cells. Here the address is digits, and writes are
    // increments, both of them the machine's; a range check is one column for all ports.
    let (reference_values, reference_times, reference_range, reference_cells) = (4, 4, 16, 2);
    assert_eq!(polys.len(), 4 + 4 + 3 + 8 + 1);
    assert_eq!([PORTS, PORTS], [reference_values, reference_times]);
    assert!(REGISTER_PORTS + 1 < reference_range);
    assert!(nonzero(&first) + nonzero(&last) < reference_cells * machine.cells);
    println!(
        "{cycles} cycles, {} accesses, {} places of {}: not zero are {} values, {} differences, {} carries, \
         {} flags, {} counts",
        accesses.len(),
        places.len(),
        machine.cells,
        nonzero(&values),
        nonzero(&differences),
        nonzero(&carries),
        nonzero(&first) + nonzero(&last),
        nonzero(counts),
    );
}

/// Elements and commitments of both memory arguments, against the formulas of the notes.
#[test]
fn memory_arguments_send_what_the_notes_say() {
    let program = Program::from_elf(&elf("fibonacci")).unwrap();
    let machine = Machine::of(&program);
    for t in [8, 16, 20] {
        let statement = Statement {
            input: Vec::new(),
            output: Vec::new(),
            status: tracer::ExitStatus::Exit(0),
            cycle_vars: t,
        };
        let run = statement.run(&program, &machine, 20).unwrap();
        let counts = |memory: &dyn MemoryArgument<Fr>| -> Counts {
            let mut channel = CountingVerifier::default();
            let arguments = Arguments {
                lookup: &Shout,
                memory,
                program: None,
            };
            vm::verify(&mut channel, &arguments, &run).unwrap();
            channel.finish()
        };
        let (twist, spice) = (counts(&Twist), counts(&Spice));
        let (a, f) = (machine.ram_vars(), run.finals.len());
        let rounds = |counts: &Counts| counts.elements["round"];
        let values = |counts: &Counts| counts.elements["evaluations"];
        // One more for each of the points that claims on oracles are carried from.
        let (twist_rounds, twist_values) = (4 * t, 4 + 3 + 1 + 2 + 3 * (1 + f) + 2);
        // Halves of addresses in `fetch`, or whole ones; with the digits of lookups.
        let (rows, cells) = (
            machine.bytecode_radices().len(),
            machine.ram_radices().len(),
        );
        let fetch = |address: usize| (rows + 1).max(address + 1).max(5) * t;
        let balance = ((t + 3) * (t + 2), 12 * (t + 3));
        let (initial, access) = ((3 * a, 4 + 1), (4 * t, 29 + 1 + 11 + 9 + 3 + 2 * f + 1));
        assert_eq!(
            rounds(&spice) - (balance.0 + initial.0 + access.0 + fetch(cells)),
            rounds(&twist) - (twist_rounds + fetch(cells.div_ceil(2)))
        );
        assert_eq!(
            values(&spice) - (balance.1 + initial.1 + access.1 + 3),
            values(&twist) - twist_values
        );
        assert_eq!(spice.elements["fraction/roots"], 6);
        assert_eq!(spice.commitments["memory"], 20);
        assert!(!twist.commitments.contains_key("memory"));
        println!(
            "2^{t}: twist {} elements, spice {}",
            twist_rounds + twist_values,
            6 + balance.0 + balance.1 + initial.0 + initial.1 + access.0 + access.1 + 3
        );
    }
}
