//! Real programs over the plain channel.
#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use jolt_core::constraints::violations;
use jolt_core::lookup::shout::Shout;
use jolt_core::memory;
use jolt_core::statement::Statement;
use jolt_core::vm::{self, Arguments, Machine};
use jolt_core::witness::Witness;
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
        machine.bytecode.rows.len()
    );
    let cycle_vars = trace.outcome.cycles.next_power_of_two().trailing_zeros() as usize;
    let statement = Statement {
        input: inputs.public.clone(),
        output: trace.outcome.output.clone(),
        status: trace.outcome.status,
        cycle_vars,
    };
    let run = statement.run(&program, &machine, 20).unwrap();
    let witness = Witness::of(&run, trace.clone());
    assert_eq!(violations(&run, &witness), vec![]);
    for memory in memory::registry::<Fr>() {
        let arguments = Arguments {
            lookup: &Shout,
            memory: &*memory,
        };
        let mut prover = PlainProver::<Fr>::new("test");
        let t = std::time::Instant::now();
        vm::prove(&mut prover, &arguments, &run, &witness, &mut ());
        println!("{}: proved in {:?}", memory.name(), t.elapsed());
        let (proof, _) = prover.finish();
        let mut verifier = PlainVerifier::new("test", proof);
        let t = std::time::Instant::now();
        vm::verify(&mut verifier, &arguments, &run).unwrap();
        println!("verified in {:?}", t.elapsed());
        verifier.finish().unwrap();
    }
}
