//! Traces as columns.

use tracer::{Inputs, Machine, Options};

/// Cycles of a run, by column.
pub struct Columns {
    /// As many columns as [`Self::WORDS`], of equal lengths.
    pub words: Vec<Vec<u64>>,
}

impl Columns {
    /// In the order of [`Self::words`]; the second one is `row`.
    pub const WORDS: [&'static str; 15] = [
        "cycle",
        "row",
        "pc",
        "rs1",
        "rs2",
        "rd",
        "rd_old",
        "rd_new",
        "address",
        "offset",
        "cell_old",
        "cell_new",
        "index_low",
        "index_high",
        "out",
    ];

    /// Of the cycles of a range. Those before are run and forgotten.
    ///
    /// # Errors
    /// The run faults or takes too long before the range ends.
    pub fn of(
        program: &tracer::Program,
        inputs: &Inputs,
        options: &Options,
        (first, before): (u64, u64),
    ) -> Result<Self, tracer::TraceError> {
        let mut machine = Machine::new(program, inputs)?;
        let mut words: Vec<Vec<u64>> = vec![Vec::new(); Self::WORDS.len()];
        for number in 0..before {
            if machine.halted() {
                break;
            }
            machine.check_limit(options)?;
            let pc = machine.pc();
            let cycle = machine.cycle()?;
            if number < first {
                continue;
            }
            let rd = program
                .rows()
                .get(cycle.row as usize)
                .map_or(0, |row| row.rd);
            let values = [
                number,
                cycle.row.into(),
                pc,
                cycle.rs1,
                cycle.rs2,
                rd.into(),
                cycle.rd_old,
                cycle.rd_new,
                program.layout().address(cycle.cell),
                cycle.offset.into(),
                cycle.cell_old,
                cycle.cell_new,
                cycle.index as u64,
                (cycle.index >> 64) as u64,
                cycle.out,
            ];
            for (column, value) in words.iter_mut().zip(values) {
                column.push(value);
            }
        }
        Ok(Columns { words })
    }
}
