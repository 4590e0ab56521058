//! The kernel: what happens between a trap and the return from it.
//!
//! A trap is a system call, an instruction that the machine lacks, a breakpoint, or an access of memory that there is
//! not. All but calls go on at once or become a signal. After every call the kernel looks at what may have changed:
//! time that is over, descriptors that are ready, signals that came, threads that are to have their turn. Mostly that
//! is nothing, and three comparisons find it out.
//!
//! **Time** is virtual: it starts at a fixed date, every system call takes a microsecond, every look at the counter of
//! time a tenth of one, and when all threads wait it jumps to where the first one's wait ends.

use crate::context::{Context, register};
use crate::emulate::{self, Fault, emulate};
use crate::errno::{Answer, Errno, Stop};
use crate::files::Files;
use crate::machine::{Machine, say_address, say_number};
use crate::map::{Boot, PANICKED, USER_END};
use crate::signals::{self, Action, Origin};
use crate::space::Space;
use crate::threads::{NOBODY, State, Thread, Threads};
use crate::timers::Timers;

/// Nanoseconds of a system call.
const CALL: u64 = 1_000;
/// Nanoseconds of a look at a counter.
const LOOK: u64 = 100;
/// System calls that a thread makes before others have their turn.
const SHARE: u32 = 64;
/// The number of the process, and of its first thread.
pub const PROCESS: u32 = 1000;

/// How a thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The same one, whose registers are as they were but for the program counter and those that calls may change.
    Same,
    /// The current one, with all of its registers. Whatever address was reserved for a conditional store is no more.
    All,
    /// Nobody: the program has ended with this status.
    Halt(u64),
}

/// All that the kernel knows.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// What the loader told.
    pub(crate) boot: Boot,
    /// The threads.
    pub(crate) threads: Threads,
    /// Nanoseconds since the start.
    pub(crate) clock: u64,
    /// No wait and no timer ends before this time.
    pub(crate) next_deadline: u64,
    /// System calls until others have their turn.
    share: u32,
    /// The number of the next thread.
    pub(crate) next_tid: u32,
    /// What the first thread ended with.
    pub(crate) exit_code: u64,
    /// The end of the break, and the highest that it has been.
    pub(crate) program_break: u64,
    pub(crate) highest_break: u64,
    pub(crate) space: Space,
    pub(crate) files: Files,
    pub(crate) timers: Timers,
    /// What signals do.
    pub(crate) actions: [Action; signals::COUNT],
    /// Where they came from.
    pub(crate) origins: [Origin; signals::COUNT],
    /// Signals that came for the process.
    pub(crate) pending: u64,
    /// Some signal may have to be delivered.
    pub(crate) signalled: bool,
    /// Bytes of the public input that were read.
    pub(crate) input_read: u64,
    pub(crate) private: crate::input::Private,
    /// State of the random numbers.
    pub(crate) random: u64,
    /// The registers of the thread that goes on are not those that trapped.
    changed: bool,
    /// It has been said that the public output is full.
    pub(crate) full_said: bool,
}

impl Default for Kernel {
    fn default() -> Self {
        Kernel::new()
    }
}

impl Kernel {
    /// A kernel before [`Kernel::boot`]: all of it is zero, so that it takes no place in a file.
    pub const fn new() -> Self {
        Kernel {
            boot: Boot::NOTHING,
            threads: Threads::new(),
            clock: 0,
            next_deadline: 0,
            share: 0,
            next_tid: 0,
            exit_code: 0,
            program_break: 0,
            highest_break: 0,
            space: Space::new(),
            files: Files::new(),
            timers: Timers::new(),
            actions: [Action::DEFAULT; signals::COUNT],
            origins: [Origin::Process; signals::COUNT],
            pending: 0,
            signalled: false,
            input_read: 0,
            private: crate::input::Private::new(),
            random: 0,
            changed: false,
            full_said: false,
        }
    }

    /// Makes the first thread, which is to run now.
    pub fn boot(&mut self, boot: Boot) {
        self.boot = boot;
        self.program_break = boot.program_break;
        self.highest_break = boot.program_break;
        // A millisecond after the start: a clock that says 0 looks like one that is not there.
        self.clock = 1_000_000;
        self.next_deadline = u64::MAX;
        self.share = SHARE;
        self.files.open_standard();
        let mut thread = NOBODY;
        thread.tid = PROCESS;
        thread.context.set_pc(boot.entry);
        thread.context.set(register::SP, boot.stack);
        self.next_tid = PROCESS + 1;
        self.threads.add(thread);
    }

    /// The registers of the thread that runs.
    pub fn context(&mut self) -> &mut Context {
        &mut self.threads.running().context
    }

    /// Serves the system call of the thread that runs.
    #[inline]
    pub fn system_call(&mut self, machine: &mut impl Machine) -> Resume {
        let context = self.context();
        context.set_pc(context.pc() + 4);
        self.clock += CALL;
        let answer = self.call(machine);
        if let Err(stop) = self.answered(answer) {
            return Resume::Halt(stop);
        }
        self.share = self.share.saturating_sub(1);
        let calm = self.clock < self.next_deadline && !self.files.changed && !self.signalled;
        if calm && !self.changed && self.share != 0 {
            return Resume::Same;
        }
        self.settle(machine)
    }

    /// Carries out an instruction of the thread that runs, which the machine lacks.
    #[inline]
    pub fn illegal(&mut self, machine: &mut impl Machine, bits: u32) -> Resume {
        match emulate(machine, &mut self.threads.running().context, bits) {
            Ok(written) => resume(written),
            Err(fault) => self.not_emulated(machine, bits, fault),
        }
    }

    /// A counter, or what becomes a signal.
    #[cold]
    fn not_emulated(&mut self, machine: &mut impl Machine, bits: u32, fault: Fault) -> Resume {
        if let Some(resume) = self.counter(bits) {
            return resume;
        }
        match fault {
            Fault::Illegal => {
                let pc = self.context().pc();
                self.signal(machine, signals::ILL, pc)
            }
            Fault::Access => {
                let address = emulate::address(self.context(), bits);
                self.access(machine, address)
            }
        }
    }

    /// The thread that runs has come to a breakpoint.
    pub fn breakpoint(&mut self, machine: &mut impl Machine) -> Resume {
        let pc = self.context().pc();
        self.signal(machine, signals::TRAP, pc)
    }

    /// The thread that runs accesses memory that there is not.
    pub fn access(&mut self, machine: &mut impl Machine, address: u64) -> Resume {
        self.signal(machine, signals::SEGV, address)
    }

    fn signal(&mut self, machine: &mut impl Machine, signal: u8, address: u64) -> Resume {
        let pc = self.context().pc();
        if pc >= USER_END {
            machine.say("linux-kernel: signal ");
            say_number(machine, signal.into());
            machine.say(" in the kernel, at pc ");
            say_address(machine, pc);
            machine.say("\n");
            return Resume::Halt(PANICKED);
        }
        match self.fault(machine, signal, 1, address) {
            Ok(()) => Resume::All,
            Err(status) => Resume::Halt(status),
        }
    }

    /// Reads a counter, if that is what bits are: all three count tenths of a microsecond.
    fn counter(&mut self, bits: u32) -> Option<Resume> {
        const SYSTEM: u32 = 0x73;
        let reads = matches!(bits >> 12 & 7, 2 | 3 | 6 | 7) && bits >> 15 & 31 == 0;
        let known = bits & 0x7f == SYSTEM && (0xc00..=0xc02).contains(&(bits >> 20));
        if !known || !reads {
            return None;
        }
        self.clock += LOOK;
        let value = self.clock / LOOK;
        let context = self.context();
        context.set(bits >> 7, value);
        context.set_pc(context.pc() + 4);
        // A loop that waits by looking at the time gives others their turn, too.
        self.share = self.share.saturating_sub(1);
        if self.share == 0 && self.threads.is_contended() {
            self.share = SHARE;
            self.threads.turn();
            return Some(Resume::All);
        }
        Some(resume(bits >> 7 & 31))
    }

    /// Puts a call's result into the thread's registers.
    fn answered(&mut self, answer: Answer) -> Result<(), u64> {
        match answer {
            Ok(value) => self.context().set(register::A0, value),
            Err(Stop::Error(Errno(number))) => {
                let value = u64::from(number).wrapping_neg();
                self.context().set(register::A0, value);
            }
            Err(Stop::Wait | Stop::Changed) => self.changed = true,
            Err(Stop::Halt(status)) => return Err(status),
        }
        Ok(())
    }

    /// Finds out who goes on and how: until the thread that runs has nothing left to do in here.
    #[cold]
    fn settle(&mut self, machine: &mut impl Machine) -> Resume {
        let before = self.threads.current();
        loop {
            if self.clock >= self.next_deadline {
                self.expire();
            }
            if self.files.changed {
                self.files.changed = false;
                self.wake_files();
            }
            if self.signalled {
                self.interrupt();
            }
            if self.share == 0 && self.threads.current() != 0 {
                self.share = SHARE;
                self.threads.turn();
            }
            let current = self.threads.current();
            if current == 0 {
                if self.next_deadline == u64::MAX {
                    return self.deadlock(machine);
                }
                self.clock = self.clock.max(self.next_deadline);
                continue;
            }
            if self.threads[current].again {
                let answer = self.call(machine);
                if let Err(status) = self.answered(answer) {
                    return Resume::Halt(status);
                }
                if self.threads.current() == current {
                    self.threads[current].again = false;
                }
                continue;
            }
            match self.deliver(machine) {
                Ok(delivered) => self.changed |= delivered,
                Err(status) => return Resume::Halt(status),
            }
            break;
        }
        let same = before == self.threads.current() && !self.changed;
        self.changed = false;
        if same { Resume::Same } else { Resume::All }
    }

    /// Wakes those whose time is over, and fires timers; finds the next deadline.
    fn expire(&mut self) {
        let mut next = u64::MAX;
        for slot in self.threads.used() {
            let (state, deadline) = (self.threads[slot].state, self.threads[slot].deadline);
            if matches!(state, State::Free | State::Ready) || deadline == 0 {
                continue;
            }
            if deadline > self.clock {
                next = next.min(deadline);
                continue;
            }
            self.threads.wake(slot);
            // Who has slept goes on at once, as elsewhere: others would not see that time has passed.
            self.threads.run(slot);
            self.share = SHARE;
            let thread = &mut self.threads[slot];
            match state {
                State::Futex => {
                    let result = u64::from(Errno::TIMEDOUT.0).wrapping_neg();
                    thread.context.set(register::A0, result);
                }
                State::Sleep => thread.context.set(register::A0, 0),
                // The call is made again, and finds that its time is over.
                _ => (thread.late, thread.again) = (true, true),
            }
        }
        let (timer, expired) = self.timers.expire(self.clock);
        for signal in crate::signals::each(expired) {
            self.post(signal, Origin::Timer);
        }
        for (tid, signal) in self.timers.of_threads() {
            if let Some(slot) = self.threads.find(tid.into()) {
                self.post_to(slot, signal, Origin::Timer);
            }
        }
        self.next_deadline = next.min(timer);
    }

    /// Has those that wait for a descriptor look again.
    fn wake_files(&mut self) {
        let mut waiting = self.threads.waiting();
        while let Some(slot) = waiting.next(&self.threads) {
            if self.threads[slot].state == State::Files {
                self.threads.wake(slot);
                self.threads[slot].again = true;
            }
        }
    }

    /// The current thread waits; with a deadline, or 0.
    pub(crate) fn wait(&mut self, state: State, deadline: u64) -> Stop {
        if deadline != 0 {
            self.next_deadline = self.next_deadline.min(deadline);
        }
        let thread = self.threads.running();
        thread.deadline = deadline;
        thread.again = false;
        thread.restarts = false;
        self.threads.wait(state);
        Stop::Wait
    }

    /// The thread that runs.
    pub(crate) fn thread(&mut self) -> &mut Thread {
        self.threads.running()
    }

    /// The thread that runs gives others their turn.
    pub(crate) fn end_share(&mut self) {
        self.share = 0;
    }

    #[cold]
    fn deadlock(&mut self, machine: &mut impl Machine) -> Resume {
        machine.say("linux-kernel: deadlock: every thread waits, and nothing will end that\n");
        let mut waiting = self.threads.waiting();
        while let Some(slot) = waiting.next(&self.threads) {
            let thread = self.threads[slot];
            machine.say("  thread ");
            say_number(machine, thread.tid.into());
            match thread.state {
                State::Futex => {
                    machine.say(" waits for a futex at ");
                    say_address(machine, thread.word);
                }
                State::Files => machine.say(" waits for a descriptor"),
                State::Signal => machine.say(" waits for a signal"),
                _ => machine.say(" sleeps"),
            }
            machine.say(", pc ");
            say_address(machine, thread.context.pc());
            machine.say("\n");
        }
        Resume::Halt(PANICKED)
    }
}

/// How a thread goes on whose only changed register, but for the program counter, is this one. Calls keep s0 to s11
/// and the pointers in their places: those are not loaded again.
fn resume(written: u32) -> Resume {
    match written {
        2..=4 | 8 | 9 | 18..=27 => Resume::All,
        _ => Resume::Same,
    }
}
