//! A run that can be stopped anywhere, and go back.
//!
//! A run is deterministic, so that to go back is to go forward again from a copy of the machine that was kept earlier. Copies
//! are 16 at most: if there would be more, every other one is dropped, and from then on they are twice as far apart. So to
//! go back one instruction takes at most the time of an eighth of the run, and memory is that of as many copies.

use std::collections::BTreeSet;
use std::ops::Range;
use tracer::{Inputs, Machine, Options, Outcome, Program, TraceError};

/// Copies of the machine that are kept.
const KEPT: usize = 16;
/// Instructions between copies at first.
const SPACING: u64 = 1 << 14;

/// Why a run stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It has gone as far as was asked for.
    Done,
    /// The next instruction has a breakpoint.
    Breakpoint,
    /// A word that begins here changes its value, or has just done so.
    Watchpoint(u64),
    /// Nothing comes before.
    Begin,
    /// The program has ended: nothing comes after.
    End,
    /// The next instruction cannot be executed.
    Fault,
}

/// A run, somewhere in it.
pub struct Replay<'p> {
    program: &'p Program,
    machine: Machine<'p>,
    options: Options,
    /// Instructions executed so far.
    at: u64,
    /// Address of the instruction that was executed last.
    last: u64,
    /// Why the next one cannot be executed; the machine is as it was in the middle of it.
    fault: Option<TraceError>,
    /// Earlier machines, the first among them, by what they had executed.
    kept: Vec<(u64, Machine<'p>)>,
    spacing: u64,
    breakpoints: BTreeSet<u64>,
    /// Memory whose changes stop the run.
    watched: Vec<Range<u64>>,
}

impl<'p> Replay<'p> {
    /// Before the first instruction.
    ///
    /// # Errors
    /// The inputs do not fit.
    pub fn new(
        program: &'p Program,
        inputs: &Inputs,
        options: Options,
    ) -> Result<Self, TraceError> {
        let machine = Machine::new(program, inputs)?;
        Ok(Replay {
            program,
            kept: vec![(0, machine.clone())],
            machine,
            options,
            at: 0,
            last: program.entry(),
            fault: None,
            spacing: SPACING,
            breakpoints: BTreeSet::new(),
            watched: Vec::new(),
        })
    }

    /// Instructions executed so far.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Cycles so far; of an instruction that cannot be executed some.
    pub fn cycles(&self) -> u64 {
        self.machine.checkpoint().cycle
    }

    /// Address of the next instruction; at the end, of the last one.
    pub fn pc(&self) -> u64 {
        match self.machine.halted() {
            true => self.last,
            false => self.machine.pc(),
        }
    }

    /// A register of the architecture.
    pub fn register(&self, number: usize) -> u64 {
        self.machine.registers().get(number).copied().unwrap_or(0)
    }

    /// The byte at an address; [`None`] outside of memory.
    pub fn byte(&self, address: u64) -> Option<u8> {
        let inside = self.program.layout().cell(address).is_some();
        inside.then(|| self.machine.byte(address))
    }

    /// Why the next instruction cannot be executed, if it was tried.
    pub fn fault(&self) -> Option<&TraceError> {
        self.fault.as_ref()
    }

    /// How the run ended, at its end.
    pub fn outcome(&self) -> Option<Result<Outcome, TraceError>> {
        let ended = self.machine.halted();
        ended.then(|| self.machine.clone().outcome())
    }

    /// Sets a breakpoint; whether an instruction begins there.
    pub fn set_breakpoint(&mut self, address: u64) -> bool {
        let there = self.program.head(address).is_some();
        if there {
            self.breakpoints.insert(address);
        }
        there
    }

    /// Removes one; whether it was there.
    pub fn remove_breakpoint(&mut self, address: u64) -> bool {
        self.breakpoints.remove(&address)
    }

    /// Watches some bytes; whether all are memory.
    pub fn watch(&mut self, bytes: Range<u64>) -> bool {
        let inside = |address: u64| self.program.layout().cell(address).is_some();
        let possible = !bytes.is_empty() && inside(bytes.start) && inside(bytes.end - 1);
        if possible {
            self.watched.push(bytes);
        }
        possible
    }

    /// Watches them no more; whether they were watched.
    pub fn unwatch(&mut self, bytes: &Range<u64>) -> bool {
        let found = self.watched.iter().position(|other| other == bytes);
        found.map(|at| self.watched.swap_remove(at)).is_some()
    }

    /// Executes one instruction, whatever breakpoints there are.
    pub fn step(&mut self) -> Stop {
        if self.machine.halted() {
            return Stop::End;
        }
        if self.fault.is_some() {
            return Stop::Fault;
        }
        if self.at.is_multiple_of(self.spacing)
            && self.kept.last().is_some_and(|(at, _)| *at < self.at)
        {
            self.keep();
        }
        let pc = self.machine.pc();
        let mut changed = None;
        // As `Machine::step`, with an eye on what is stored.
        loop {
            let cycle = self.machine.check_limit(&self.options);
            let cycle = cycle.and_then(|()| self.machine.cycle());
            match cycle {
                Ok(cycle) if cycle.cell_old != cycle.cell_new && !self.watched.is_empty() => {
                    changed = changed.or(self.change(cycle.cell, cycle.cell_old ^ cycle.cell_new));
                }
                Ok(_) => {}
                Err(error) => {
                    self.fault = Some(error);
                    return Stop::Fault;
                }
            }
            let row = self.machine.checkpoint().row;
            if self.machine.halted() || self.program.is_head(row) {
                break;
            }
        }
        (self.at, self.last) = (self.at + 1, pc);
        match changed {
            Some(address) => Stop::Watchpoint(address),
            None if self.machine.halted() => Stop::End,
            None => Stop::Done,
        }
    }

    /// The first address of what is watched and differs in a cell.
    fn change(&self, cell: u32, difference: u64) -> Option<u64> {
        let layout = self.program.layout();
        let first = layout.io_base + u64::from(cell) * layout.cell_size();
        let bytes = (0..layout.cell_size()).filter(|at| (difference >> (8 * at)) as u8 != 0);
        let changed: Vec<u64> = bytes.map(|at| first + at).collect();
        let mut watched = self.watched.iter();
        let found = watched.find(|range| changed.iter().any(|address| range.contains(address)));
        found.map(|range| range.start)
    }

    fn keep(&mut self) {
        if self.kept.len() >= KEPT {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.kept.retain(|(at, _)| at.is_multiple_of(spacing));
            if !self.at.is_multiple_of(spacing) {
                return;
            }
        }
        self.kept.push((self.at, self.machine.clone()));
    }

    /// Goes forward by so many instructions at most; [`None`] if nothing stopped it.
    pub fn forward(&mut self, most: u64) -> Option<Stop> {
        for _ in 0..most {
            match self.step() {
                Stop::Done if self.breakpoints.contains(&self.machine.pc()) => {
                    return Some(Stop::Breakpoint);
                }
                Stop::Done => {}
                stop => return Some(stop),
            }
        }
        None
    }

    /// Goes where so many instructions had been executed; not beyond an end or a fault.
    pub fn go_to(&mut self, position: u64) {
        if position < self.at || self.fault.is_some() {
            let kept = self.kept.iter().rev().find(|(at, _)| *at <= position);
            if let Some((at, machine)) = kept {
                (self.at, self.machine) = (*at, machine.clone());
                self.fault = None;
            }
        }
        while self.at < position && matches!(self.step(), Stop::Done | Stop::Watchpoint(_)) {}
    }

    /// Goes back by one instruction.
    pub fn back(&mut self) -> Stop {
        // What could not be executed has not been.
        let before = match self.fault {
            Some(_) => self.at,
            None if self.at == 0 => return Stop::Begin,
            None => self.at - 1,
        };
        self.go_to(before);
        Stop::Done
    }

    /// Goes back to where the next instruction has a breakpoint or changes what is watched, or else to the start. `interrupted`
    /// is asked now and then; if it is so, the run is somewhere before.
    pub fn backward(&mut self, mut interrupted: impl FnMut() -> bool) -> Stop {
        let mut end = self.at;
        while end > 0 {
            let kept = self.kept.iter().rev().map(|(at, _)| *at);
            let start = kept.filter(|at| *at < end).max().unwrap_or(0);
            self.go_to(start);
            let mut found = None;
            while self.at < end {
                let here = self.at;
                if self.breakpoints.contains(&self.machine.pc()) {
                    found = Some((here, Stop::Breakpoint));
                }
                match self.step() {
                    Stop::Watchpoint(address) => found = Some((here, Stop::Watchpoint(address))),
                    Stop::Done => {}
                    _ => break,
                }
            }
            if let Some((position, stop)) = found {
                self.go_to(position);
                return stop;
            }
            end = start;
            if interrupted() {
                self.go_to(end);
                return Stop::Done;
            }
        }
        self.go_to(0);
        Stop::Begin
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tracer::testing::{CODE, ElfWriter, asm};

    const SP: u32 = 2;
    const A0: u32 = 10;

    /// Counts down from 30,000 in a loop of three instructions, and stores each number: 90,003 instructions.
    fn counting() -> Program {
        let code = [
            asm::auipc(SP, 0x100),
            asm::addi(A0, 0, 30),
            // Times 1000, by shifts that are no part of what is tested: 30 * 1024.
            asm::slli(A0, A0, 10),
            asm::sd(SP, A0, 0),
            asm::addi(A0, A0, -1),
            asm::b(1, A0, 0, -8),
            asm::HALT,
        ];
        Program::from_elf(&ElfWriter::new(64).code(&code).finish()).unwrap()
    }

    const LOOPS: u64 = 30 << 10;
    const ALL: u64 = 3 + 3 * LOOPS + 1;

    fn replay(program: &Program) -> Replay<'_> {
        Replay::new(program, &Inputs::default(), Options::default()).unwrap()
    }

    /// The number of turns that have begun, of those that there will be.
    fn state(replay: &Replay<'_>) -> (u64, u64, u64, u64) {
        let word = (0..8).map(|at| replay.byte(replay.register(2) + at).unwrap());
        let word = word.rev().fold(0, |word, byte| word << 8 | u64::from(byte));
        (replay.position(), replay.pc(), replay.register(10), word)
    }

    #[test]
    fn every_position_is_reached_again() {
        let program = counting();
        let mut replay = replay(&program);
        assert_eq!(replay.forward(u64::MAX), Some(Stop::End));
        assert_eq!(replay.position(), ALL);
        assert_eq!(replay.pc(), CODE + 4 * 6);
        assert!(replay.kept.len() <= KEPT && replay.kept.len() > 2);
        assert!(replay.outcome().unwrap().is_ok());
        assert_eq!(replay.step(), Stop::End);
        // Wherever one goes, it is as on the way there: before the store of the turn.
        for turn in [LOOPS - 1, 7, 0, 20_000, 20_001, 5] {
            replay.go_to(3 + 3 * turn);
            let left = LOOPS - turn;
            let stored = if turn == 0 { 0 } else { left + 1 };
            assert_eq!(state(&replay), (3 + 3 * turn, CODE + 12, left, stored));
            assert!(replay.outcome().is_none());
        }
        assert_eq!(replay.back(), Stop::Done);
        assert_eq!(state(&replay), (17, CODE + 20, LOOPS - 5, LOOPS - 4));
        replay.go_to(0);
        assert_eq!(replay.back(), Stop::Begin);
    }

    #[test]
    fn breakpoints_stop_both_ways() {
        let program = counting();
        let mut replay = replay(&program);
        assert!(!replay.set_breakpoint(CODE + 2));
        assert!(replay.set_breakpoint(CODE + 16));
        for turn in 0..3 {
            assert_eq!(replay.forward(100), Some(Stop::Breakpoint));
            assert_eq!(replay.position(), 4 + 3 * turn);
        }
        assert_eq!(replay.forward(2), None);
        assert_eq!(replay.backward(|| false), Stop::Breakpoint);
        assert_eq!(replay.position(), 10);
        assert_eq!(replay.backward(|| false), Stop::Breakpoint);
        assert_eq!(replay.position(), 7);
        assert!(replay.remove_breakpoint(CODE + 16) && !replay.remove_breakpoint(CODE + 16));
        assert_eq!(replay.backward(|| false), Stop::Begin);
        // From the end, over several copies, to what was only at the start.
        assert!(replay.set_breakpoint(CODE + 8));
        replay.go_to(ALL);
        let mut asked = 0;
        let stop = replay.backward(|| {
            asked += 1;
            false
        });
        assert_eq!((stop, replay.position()), (Stop::Breakpoint, 2));
        assert!(asked > 2);
        replay.go_to(ALL);
        assert_eq!(replay.backward(|| true), Stop::Done);
        assert!(replay.position() < ALL && replay.position() > 2);
    }

    #[test]
    fn watchpoints_stop_at_changes() {
        let program = counting();
        let mut replay = replay(&program);
        replay.go_to(3);
        let address = replay.register(2);
        replay.go_to(0);
        // The second byte changes when the first one has gone through all its values.
        assert!(replay.watch(address + 1..address + 2));
        assert!(!replay.watch(0..8) && !replay.watch(address..address));
        // 30,720 is 0x7800, and 0x77ff comes next.
        for turn in [0, 1, 257] {
            assert_eq!(
                replay.forward(u64::MAX),
                Some(Stop::Watchpoint(address + 1))
            );
            assert_eq!(replay.position(), 3 + 3 * turn + 1);
        }
        // Back to before the change that was just made, and the one before.
        for turn in [257, 1, 0] {
            assert_eq!(replay.backward(|| false), Stop::Watchpoint(address + 1));
            assert_eq!(replay.position(), 3 + 3 * turn);
        }
        assert!(replay.unwatch(&(address + 1..address + 2)));
        assert_eq!(replay.forward(u64::MAX), Some(Stop::End));
    }

    #[test]
    fn what_cannot_be_executed_is_where_it_is() {
        let code = [asm::addi(A0, 0, 5), asm::ld(A0, 0, 0), asm::HALT];
        let program = Program::from_elf(&ElfWriter::new(64).code(&code).finish()).unwrap();
        let mut replay = replay(&program);
        assert_eq!(replay.forward(9), Some(Stop::Fault));
        assert_eq!((replay.position(), replay.pc()), (1, CODE + 4));
        assert!(matches!(
            replay.fault(),
            Some(TraceError::OutsideMemory { .. })
        ));
        assert_eq!(replay.step(), Stop::Fault);
        // Back to before it, then to before what came before.
        assert_eq!(replay.back(), Stop::Done);
        assert_eq!((replay.position(), replay.fault()), (1, None));
        assert_eq!(replay.back(), Stop::Done);
        assert_eq!((replay.position(), replay.register(10)), (0, 0));
        // A run that takes too long ends in the same way.
        let program = counting();
        let options = Options { max_cycles: 10 };
        let mut replay = Replay::new(&program, &Inputs::default(), options).unwrap();
        assert_eq!(replay.forward(99), Some(Stop::Fault));
        assert!(matches!(
            replay.fault(),
            Some(TraceError::CycleLimit { .. })
        ));
    }
}
