//! Instructions: code of random programs, mutated, on the machine of rows and on one that knows no rows, step by
//! step. So every word that decodes means the same to both.

use fuzz::{fuzz, mutations};
use proptest::prelude::*;
use tracer::testing::random::{Features, Plan};
use tracer::testing::{CODE, DATA, EXECUTE, ElfWriter, READ, Reference, WRITE};
use tracer::{Inputs, Machine};

/// Instructions that are executed at most.
const STEPS: usize = 400;

#[test]
fn mutated_code_does_the_same_on_two_machines() {
    let inputs = (any::<u64>(), any::<bool>(), mutations(12));
    fuzz("instructions", 300, inputs, |(seed, wide, mutations)| {
        let bits = if wide { 64 } else { 32 };
        let features = Features {
            compressed: seed % 2 == 0,
            misaligned: true,
            atomic: true,
            bits: true,
            only_32: bits == 32,
            system: true,
            io: false,
        };
        let generated = Plan::short(bits, features).program(seed);
        let mut code = generated.code.clone();
        let parcels: Vec<usize> = (0..code.len()).step_by(2).collect();
        for mutation in &mutations {
            mutation.apply(&mut code, &parcels);
        }
        let elf = ElfWriter::new(bits)
            .compressed(features.compressed)
            .segment(CODE, &code, code.len() as u64, READ | EXECUTE)
            .segment(
                DATA,
                &generated.data,
                generated.data.len() as u64,
                READ | WRITE,
            );
        let Ok(program) = elf.program() else {
            return Ok(());
        };
        let inputs = Inputs::private([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let mut machine = Machine::new(&program, &inputs).unwrap();
        let mut reference = Reference::new(&program, &inputs);
        for step in 0..STEPS {
            prop_assert_eq!(machine.pc(), reference.pc, "step {}", step);
            prop_assert_eq!(
                &machine.registers()[..32],
                &reference.registers,
                "step {}",
                step
            );
            // The other one has memory everywhere, and may execute what it wrote.
            if machine.halted() || machine.step().is_err() {
                break;
            }
            if !reference.step() {
                prop_assert!(machine.halted(), "step {} at {:#x}", step, reference.pc);
                break;
            }
        }
        Ok(())
    });
}
