//! The recorded columns.

use crate::support::program;
use instruction_tables::Access;
use std::collections::BTreeMap;
use tracer::{BLOCK, Inputs, Options, run, trace};

/// Replays the columns against registers and memory of its own.
#[test]
fn columns_are_consistent() {
    for name in ["sort", "bytes", "sort-rv32"] {
        let program = program(name);
        let inputs = Inputs::default();
        let trace = trace(&program, &inputs, &Options::default()).unwrap();
        let mut memory: BTreeMap<u32, u64> = program.image().iter().copied().collect();
        memory.extend(inputs.cells(program.layout()).unwrap());
        let mut registers = [0u64; 64];
        let (mut label, mut cycles) = (u128::from(program.entry()) + 1, 0);
        for (number, block) in trace.blocks.iter().enumerate() {
            assert!(block.len() == BLOCK || number + 1 == trace.blocks.len());
            assert!(!block.is_empty());
            assert_eq!(
                (block.start.cycle, block.start.row),
                (cycles, block.rows[0])
            );
            assert_eq!(block.start.registers, registers);
            for at in 0..block.len() {
                let cycle = block.cycle(at);
                let row = &program.rows()[cycle.row as usize];
                assert_eq!(row.label, label);
                assert_eq!(cycle.rs1, registers[usize::from(row.rs1)]);
                assert_eq!(cycle.rs2, registers[usize::from(row.rs2)]);
                assert_eq!(cycle.rd_old, registers[usize::from(row.rd)]);
                registers[usize::from(row.rd)] = cycle.rd_new;
                assert_eq!(registers[0], 0);
                let cell = memory.entry(cycle.cell).or_default();
                assert_eq!(cycle.cell_old, *cell);
                assert!(row.access.is_store() || cycle.cell_new == *cell);
                *cell = cycle.cell_new;
                if row.access == Access::Idle {
                    assert_eq!((cycle.cell, cycle.offset, cycle.cell_old), (0, 0, 0));
                } else {
                    let position = u64::from(cycle.cell) * program.layout().cell_size()
                        + u64::from(cycle.offset);
                    assert_eq!(i128::from(position), i128::from(cycle.rs1) + row.imm);
                }
                label = row
                    .succ
                    .wrapping_add_signed(i128::from(cycle.out) * row.delta);
            }
            cycles += block.len() as u64;
        }
        assert_eq!((label, cycles), (0, trace.outcome.cycles));
        for &(cell, value) in &trace.outcome.touched {
            assert_eq!(memory.get(&cell).copied().unwrap_or(0), value);
        }
        let rows: u64 = trace.outcome.profile.rows.iter().sum();
        assert_eq!(rows, cycles);
        let unrecorded = run(&program, &inputs, &Options::default()).unwrap();
        assert_eq!(unrecorded.touched, trace.outcome.touched);
        assert_eq!(unrecorded.profile, trace.outcome.profile);
    }
}

#[test]
fn long_runs_fill_blocks() {
    let program = program("fibonacci");
    let trace = trace(
        &program,
        &Inputs::public(20_000u64.to_le_bytes()),
        &Options::default(),
    )
    .unwrap();
    let lengths: Vec<usize> = trace.blocks.iter().map(|block| block.len()).collect();
    assert!(lengths.len() >= 3);
    assert!(
        lengths[..lengths.len() - 1]
            .iter()
            .all(|&length| length == BLOCK)
    );
    assert_eq!(lengths.iter().sum::<usize>() as u64, trace.outcome.cycles);
}
