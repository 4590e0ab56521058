//! What a proof says: this program, on this public input, ended like that with this output.

use crate::machine::{FinalMemory, Machine, Run};
use tracer::{ExitStatus, INPUT_CAPACITY, Inputs, OUTPUT_CAPACITY, Outcome, Program, StatusCell};

/// Fewest padded cycles of a proof, as a power of two.
pub const MIN_CYCLE_VARS: usize = 6;
/// Most padded cycles of a proof, as a power of two.
pub const MAX_CYCLE_VARS: usize = 26;

/// `log2` of the padded length of a run: the fewest cycles that a proof of it can have.
pub fn cycle_vars(cycles: u64) -> usize {
    let ceiling = cycles.max(1).next_power_of_two();
    (ceiling.trailing_zeros() as usize).max(MIN_CYCLE_VARS)
}

/// The public part of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Public input.
    pub input: Vec<u8>,
    /// Public output.
    pub output: Vec<u8>,
    /// How the program ended. A proof of a panic is a proof of a panic, not of success.
    pub status: ExitStatus,
    /// `log2` of the padded number of cycles. A bound on the run time, and all that is said of it.
    pub cycle_vars: usize,
}

/// Why a statement is none that this program could make.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The number of cycles is not supported.
    #[error("2^{cycle_vars} cycles: the key allows 2^{MIN_CYCLE_VARS} to 2^{max}")]
    Cycles {
        /// Asked for.
        cycle_vars: usize,
        /// Allowed by the key.
        max: usize,
    },
    /// The public input does not fit its area.
    #[error("{length} bytes of public input, at most {capacity} fit")]
    Input { length: usize, capacity: u64 },
    /// The public output does not fit its area.
    #[error("{length} bytes of public output, at most {capacity} fit")]
    Output { length: usize, capacity: u64 },
    /// The status is none that the program can report.
    #[error("{status} is not a status that this program can report")]
    Status { status: ExitStatus },
}

/// The value of the report behind a status, if the program can report it.
fn status_value(program: &Program, status: ExitStatus) -> Option<u64> {
    let layout = program.layout();
    let value = match (program.status_cell(), status) {
        (_, ExitStatus::Unknown(value)) => value,
        (StatusCell::Guest(_), ExitStatus::Exit(code)) => code,
        (StatusCell::Guest(_), ExitStatus::Panicked) => layout.panicked(),
        (StatusCell::Guest(_), ExitStatus::StoppedWithoutExit) => layout.stopped(),
        (StatusCell::Htif(_), ExitStatus::Exit(code)) => code.checked_mul(2)?.checked_add(1)?,
        (StatusCell::Htif(_), ExitStatus::StoppedWithoutExit) => 0,
        (StatusCell::Htif(_), ExitStatus::Panicked) => return None,
    };
    (program.exit_status(value) == status).then_some(value)
}

impl Statement {
    /// What a run did with this public input.
    pub fn of(public_input: &[u8], outcome: &Outcome) -> Self {
        Statement {
            input: public_input.to_vec(),
            output: outcome.output.clone(),
            status: outcome.status,
            cycle_vars: cycle_vars(outcome.cycles),
        }
    }

    /// Whether cycles, input and output are of sizes that a key for `2^max_cycle_vars` cycles allows. Takes no time,
    /// whatever the sizes are.
    ///
    /// # Errors
    /// [`StatementError`] names the first that is not.
    pub fn check_sizes(&self, max_cycle_vars: usize) -> Result<(), StatementError> {
        self.fits(max_cycle_vars, (INPUT_CAPACITY, OUTPUT_CAPACITY))
    }

    /// The same, where so many bytes of input and output fit.
    fn fits(
        &self,
        max_cycle_vars: usize,
        (inputs, outputs): (u64, u64),
    ) -> Result<(), StatementError> {
        if !(MIN_CYCLE_VARS..=max_cycle_vars).contains(&self.cycle_vars) {
            let (cycle_vars, max) = (self.cycle_vars, max_cycle_vars);
            return Err(StatementError::Cycles { cycle_vars, max });
        }
        let length = self.input.len();
        if length as u64 > inputs {
            let capacity = inputs;
            return Err(StatementError::Input { length, capacity });
        }
        let length = self.output.len();
        if length as u64 > outputs {
            let capacity = outputs;
            return Err(StatementError::Output { length, capacity });
        }
        Ok(())
    }

    /// Initial and final memory as the statement has them.
    ///
    /// # Errors
    /// [`StatementError`] names what the program's machine does not allow.
    pub fn run<'a>(
        &self,
        program: &Program,
        machine: &'a Machine,
        max_cycle_vars: usize,
    ) -> Result<Run<'a>, StatementError> {
        let layout = program.layout();
        let capacities = (layout.input_capacity(), layout.output_capacity());
        self.fits(max_cycle_vars, capacities)?;
        let length = self.output.len();
        let value = status_value(program, self.status).ok_or(StatementError::Status {
            status: self.status,
        })?;
        let input = Inputs::public(self.input.clone())
            .cells(layout)
            .map_err(|_| StatementError::Input {
                length: self.input.len(),
                capacity: capacities.0,
            })?;

        let mut contents = input.clone();
        contents.push((layout.output_length_cell(), length as u64));
        contents.extend(layout.pack(layout.output_cells().start, &self.output));
        let mut finals = Vec::with_capacity(2);
        let stopped = (layout.status_cell(), layout.stopped());
        match program.status_cell() {
            StatusCell::Guest(cell) => contents.push((cell, value)),
            StatusCell::Htif(first) => {
                contents.push(stopped);
                let cells = program.report_cells();
                let halves = cells.clone().zip([value & layout.word.mask(), value >> 32]);
                finals.push(FinalMemory {
                    name: "tohost",
                    block_vars: cells.len().trailing_zeros() as usize,
                    first,
                    contents: halves.collect(),
                });
            }
        }
        contents.sort_unstable();
        finals.insert(
            0,
            FinalMemory {
                name: "output",
                block_vars: layout.io_cells().trailing_zeros() as usize,
                first: 0,
                contents,
            },
        );
        Ok(Run {
            machine,
            cycle_vars: self.cycle_vars,
            input,
            finals,
        })
    }

    /// Canonical encoding: absorbed first, and stored in proof files.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![self.cycle_vars as u8];
        let (tag, value) = match self.status {
            ExitStatus::Exit(code) => (0, code),
            ExitStatus::Panicked => (1, 0),
            ExitStatus::StoppedWithoutExit => (2, 0),
            ExitStatus::Unknown(value) => (3, value),
        };
        out.push(tag);
        out.extend(value.to_le_bytes());
        for bytes in [&self.input, &self.output] {
            out.extend((bytes.len() as u32).to_le_bytes());
            out.extend(bytes);
        }
        out
    }

    /// Decodes a statement from the front of `bytes`; the rest is left there. `None` if it is none.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
            let (front, rest) = bytes.split_at_checked(n)?;
            *bytes = rest;
            Some(front)
        }
        let cycle_vars = usize::from(*take(bytes, 1)?.first()?);
        let tag = *take(bytes, 1)?.first()?;
        let value = u64::from_le_bytes(take(bytes, 8)?.try_into().ok()?);
        let status = match (tag, value) {
            (0, code) => ExitStatus::Exit(code),
            (1, 0) => ExitStatus::Panicked,
            (2, 0) => ExitStatus::StoppedWithoutExit,
            (3, value) => ExitStatus::Unknown(value),
            _ => return None,
        };
        let mut part = || {
            let length = u32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
            // The length is bounded by what is there before anything is allocated.
            Some(take(bytes, usize::try_from(length).ok()?)?.to_vec())
        };
        let (input, output) = (part()?, part()?);
        Some(Statement {
            input,
            output,
            status,
            cycle_vars,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_are_padded_to_powers_of_two() {
        let padded = [0, 1, 64, 65, 1 << 20, (1 << 20) + 1].map(cycle_vars);
        assert_eq!(padded, [6, 6, 6, 7, 20, 21]);
    }

    fn program(name: &str) -> Program {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guests/elf");
        let elf = std::fs::read(format!("{folder}/{name}.elf")).expect("a guest");
        Program::from_elf(&elf).expect("a program")
    }

    /// One value of the status cell, one status: another name for it is no statement.
    #[test]
    fn a_status_has_one_name() {
        for name in ["fibonacci", "htif"] {
            let program = program(name);
            let machine = Machine::of(&program);
            let verdict = |status| {
                let statement = Statement {
                    input: Vec::new(),
                    output: Vec::new(),
                    status,
                    cycle_vars: 8,
                };
                statement.run(&program, &machine, 8).map(|_| ())
            };
            assert_eq!(verdict(ExitStatus::Exit(3)), Ok(()), "{name}");
            let value = status_value(&program, ExitStatus::Exit(3)).expect("it exits");
            for status in [
                ExitStatus::Unknown(value),
                ExitStatus::Unknown(
                    status_value(&program, ExitStatus::StoppedWithoutExit).expect("it stops"),
                ),
            ] {
                assert_eq!(
                    verdict(status),
                    Err(StatementError::Status { status }),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn a_status_has_one_encoding() {
        for (tag, status) in [
            (1, ExitStatus::Panicked),
            (2, ExitStatus::StoppedWithoutExit),
        ] {
            let statement = Statement {
                input: Vec::new(),
                output: Vec::new(),
                status,
                cycle_vars: 8,
            };
            let mut bytes = statement.to_bytes();
            assert_eq!(bytes[1], tag);
            assert_eq!(Statement::read(&mut &bytes[..]), Some(statement));
            for at in 2..10 {
                bytes[at] = 1;
                assert_eq!(Statement::read(&mut &bytes[..]), None);
                bytes[at] = 0;
            }
        }
    }

    proptest! {
        #[test]
        fn statements_survive_their_encoding(
            input: Vec<u8>, output: Vec<u8>, code: u64, tag in 0u8..4, cycle_vars in 0usize..64,
        ) {
            let status = match tag {
                0 => ExitStatus::Exit(code),
                1 => ExitStatus::Panicked,
                2 => ExitStatus::StoppedWithoutExit,
                _ => ExitStatus::Unknown(code),
            };
            let statement = Statement { input, output, status, cycle_vars };
            let mut bytes = statement.to_bytes();
            for cut in 0..bytes.len() {
                prop_assert_eq!(Statement::read(&mut &bytes[..cut]), None);
            }
            bytes.push(9);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(Statement::read(&mut rest), Some(statement));
            prop_assert_eq!(rest, &[9]);
        }

        #[test]
        fn arbitrary_bytes_are_no_statement_or_one(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            if let Some(statement) = Statement::read(&mut rest) {
                let read = bytes.len() - rest.len();
                prop_assert_eq!(&statement.to_bytes(), &bytes[..read]);
            }
        }
    }
}
