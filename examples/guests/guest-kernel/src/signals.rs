//! Signals: which came, what they do, and the frame on a program's stack from which a handler returns.
//!
//! Whatever a signal interrupts is in the frame, as Linux lays it out on this architecture: a `siginfo` of 128 bytes,
//! then a `ucontext` with the registers. A handler returns to two instructions of the kernel's that make the call
//! `rt_sigreturn`. What stops or continues a process is ignored.

use crate::context::{Context, register};
use crate::errno::{Answer, Errno, Stop};
use crate::kernel::{Kernel, PROCESS};
use crate::machine::{Machine, is_user, say_address, say_number};
use crate::threads::{Slot, State};

/// Numbers of signals, from 1 on.
pub const COUNT: usize = 65;

/// An instruction that there is not.
pub const ILL: u8 = 4;
/// A breakpoint.
pub const TRAP: u8 = 5;
/// Memory that there is not.
pub const SEGV: u8 = 11;
/// Nobody reads a pipe.
pub const PIPE: u8 = 13;
/// The process's timer of real time.
pub const ALRM: u8 = 14;
/// Its timer of its own time.
pub const VTALRM: u8 = 26;
/// Its timer of both.
pub const PROF: u8 = 27;

/// The signals that nothing can be done about: KILL and STOP.
const UNMASKABLE: u64 = bit(9) | bit(19);
/// Those that do nothing by themselves: CHLD, CONT, URG, WINCH, and those that stop a process.
const HARMLESS: u64 = bit(17) | bit(18) | bit(23) | bit(28) | bit(19) | bit(20) | bit(21) | bit(22);

/// The handler of a signal that has none.
const DEFAULT: u64 = 0;
/// The handler of a signal that is ignored.
const IGNORE: u64 = 1;

const ON_STACK: u64 = 0x0800_0000;
const RESTART: u64 = 0x1000_0000;
const NO_DEFER: u64 = 0x4000_0000;
const ONCE: u64 = 0x8000_0000;

/// What a signal does, as `rt_sigaction` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The handler's address, or [`DEFAULT`], or [`IGNORE`].
    handler: u64,
    flags: u64,
    mask: u64,
}

impl Action {
    /// Nothing of the program's.
    pub const DEFAULT: Action = Action {
        handler: DEFAULT,
        flags: 0,
        mask: 0,
    };
}

/// Where a signal came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Origin {
    /// `kill`, or the kernel.
    Process,
    /// `tgkill` and `tkill`.
    Thread,
    /// A timer.
    Timer,
}

/// What a handler is told.
struct Information {
    signal: u8,
    code: i32,
    /// The address of a fault, or the number of the process.
    word: u64,
}

/// The bit of a signal.
pub const fn bit(signal: u8) -> u64 {
    1 << (signal - 1)
}

/// The signals of a set.
pub fn each(mut set: u64) -> impl Iterator<Item = u8> {
    core::iter::from_fn(move || {
        let signal = (set != 0).then(|| set.trailing_zeros() as u8 + 1);
        set &= set.wrapping_sub(1);
        signal
    })
}

/// Bytes of the frame, and offsets in it.
const FRAME: u64 = 1088;
const CONTEXT: u64 = 128;
const STACK: u64 = CONTEXT + 16;
const MASK: u64 = CONTEXT + 40;
const REGISTERS: u64 = CONTEXT + 176;
const FLOATS: u64 = REGISTERS + 256;

impl Kernel {
    fn ignores(&self, signal: u8) -> bool {
        match self.actions[usize::from(signal)].handler {
            IGNORE => true,
            DEFAULT => HARMLESS & bit(signal) != 0,
            _ => false,
        }
    }

    /// A signal comes for the process.
    pub(crate) fn post(&mut self, signal: u8, origin: Origin) {
        let masked = |slot: Slot| self.threads[slot].mask & bit(signal) != 0;
        if self.ignores(signal) && !self.threads.alive().any(masked) {
            return;
        }
        self.pending |= bit(signal);
        self.origins[usize::from(signal)] = origin;
        self.signalled = true;
    }

    /// A signal comes for a thread.
    pub(crate) fn post_to(&mut self, slot: Slot, signal: u8, origin: Origin) {
        if self.ignores(signal) && self.threads[slot].mask & bit(signal) == 0 {
            return;
        }
        self.threads[slot].pending |= bit(signal);
        self.origins[usize::from(signal)] = origin;
        self.signalled = true;
    }

    /// The signals that a thread could take now.
    fn deliverable(&self, slot: Slot) -> u64 {
        let thread = &self.threads[slot];
        (thread.pending | self.pending) & !thread.mask
    }

    /// Ends the waits of threads that have a signal to take.
    pub(crate) fn interrupt(&mut self) {
        let able = |slot: &Slot| self.threads[*slot].state == State::Ready;
        // A signal for the process is taken by a thread that can run, if one lets it through.
        let taken = self.threads.alive().filter(able);
        let mut left = taken.fold(self.pending, |left, slot| left & self.threads[slot].mask);
        let mut waiting = self.threads.waiting();
        while let Some(slot) = waiting.next(&self.threads) {
            let thread = &self.threads[slot];
            let set = (thread.pending | left) & !thread.mask;
            let (state, restarts) = (thread.state, thread.restarts);
            if state == State::Signal {
                // Its call finds out what came.
                if set != 0 || (thread.pending | left) & thread.word != 0 {
                    self.threads.wake(slot);
                    self.threads[slot].again = true;
                    left &= self.threads[slot].mask;
                }
            } else if let Some(signal) = each(set).find(|&signal| !self.ignores(signal)) {
                self.threads.wake(slot);
                let action = self.actions[usize::from(signal)];
                let context = &mut self.threads[slot].context;
                match restarts && action.flags & RESTART != 0 {
                    true => context.set_pc(context.pc() - 4),
                    false => {
                        let result = u64::from(Errno::INTR.0).wrapping_neg();
                        context.set(register::A0, result);
                    }
                }
                left &= self.threads[slot].mask;
            }
        }
    }

    /// Delivers what came for the thread that runs; whether a handler is to run. An error is the exit status.
    pub(crate) fn deliver(&mut self, machine: &mut impl Machine) -> Result<bool, u64> {
        let slot = self.threads.current();
        let mut delivered = false;
        if !self.signalled && !self.threads[slot].masks {
            return Ok(false);
        }
        loop {
            while let Some(signal) = self.take(!self.threads[slot].mask) {
                if self.ignores(signal) {
                    continue;
                }
                let origin = self.origins[usize::from(signal)];
                let information = Information {
                    signal,
                    code: match origin {
                        Origin::Process => 0,
                        Origin::Thread => -6,
                        Origin::Timer => -2,
                    },
                    word: match origin {
                        Origin::Timer => 0,
                        _ => PROCESS.into(),
                    },
                };
                if self.actions[usize::from(signal)].handler == DEFAULT {
                    return Err(self.killed(machine, &information));
                }
                self.handle(machine, &information)?;
                delivered = true;
            }
            let thread = &mut self.threads[slot];
            if !thread.masks {
                break;
            }
            // The call is over; its mask goes, and lets others through perhaps.
            thread.masks = false;
            thread.mask = thread.old_mask;
        }
        let waiting = self.threads.alive().any(|slot| self.deliverable(slot) != 0);
        self.signalled = waiting;
        Ok(delivered)
    }

    /// The thread that runs did something that becomes a signal; an error is the exit status.
    pub(crate) fn fault(
        &mut self,
        machine: &mut impl Machine,
        signal: u8,
        code: i32,
        address: u64,
    ) -> Result<(), u64> {
        let information = Information {
            signal,
            code,
            word: address,
        };
        let masked = self.thread().mask & bit(signal) != 0;
        match self.actions[usize::from(signal)].handler {
            DEFAULT | IGNORE => Err(self.killed(machine, &information)),
            _ if masked => Err(self.killed(machine, &information)),
            _ => self.handle(machine, &information),
        }
    }

    /// Says what killed the program; its exit status.
    #[cold]
    fn killed(&mut self, machine: &mut impl Machine, information: &Information) -> u64 {
        machine.say("linux-kernel: killed by signal ");
        say_number(machine, information.signal.into());
        machine.say(" at pc ");
        say_address(machine, self.context().pc());
        if information.signal == SEGV && information.code > 0 {
            machine.say(", which accesses ");
            say_address(machine, information.word);
        }
        machine.say("\n");
        128 + u64::from(information.signal)
    }

    /// Lets a handler run: puts a frame on the stack. An error is the exit status.
    fn handle(&mut self, machine: &mut impl Machine, information: &Information) -> Result<(), u64> {
        let action = self.actions[usize::from(information.signal)];
        if action.flags & ONCE != 0 {
            self.actions[usize::from(information.signal)].handler = DEFAULT;
        }
        let thread = self.threads.running();
        let old_mask = match core::mem::take(&mut thread.masks) {
            true => thread.old_mask,
            false => thread.mask,
        };
        let stack = thread.context.get(register::SP);
        let on_stack = stack.wrapping_sub(thread.stack) < thread.stack_size;
        let switches = action.flags & ON_STACK != 0 && thread.stack_size != 0 && !on_stack;
        let top = if switches {
            thread.stack + thread.stack_size
        } else {
            stack
        };
        let frame = top.wrapping_sub(FRAME) & !15;
        if !is_user(frame, FRAME) {
            let overflow = Information {
                signal: SEGV,
                code: 1,
                word: frame,
            };
            return Err(self.killed(machine, &overflow));
        }
        machine.clear(frame, REGISTERS);
        machine.store32(frame, information.signal.into());
        machine.store32(frame + 8, information.code as u32);
        machine.store64(frame + 16, information.word);
        machine.store64(frame + STACK, thread.stack);
        let state = if thread.stack_size == 0 {
            2
        } else {
            u32::from(on_stack)
        };
        machine.store32(frame + STACK + 8, state);
        machine.store64(frame + STACK + 16, thread.stack_size);
        machine.store64(frame + MASK, old_mask);
        save(machine, frame, &thread.context);
        thread.mask = old_mask | action.mask & !UNMASKABLE;
        if action.flags & NO_DEFER == 0 {
            thread.mask |= bit(information.signal);
        }
        let context = &mut thread.context;
        context.set_pc(action.handler);
        context.set(register::SP, frame);
        context.set(register::RA, machine.signal_return());
        context.set(register::A0, information.signal.into());
        context.set(register::A1, frame);
        context.set(register::A2, frame + CONTEXT);
        Ok(())
    }

    /// `rt_sigreturn`: goes on with what the frame says.
    pub(crate) fn signal_returns(&mut self, machine: &mut impl Machine) -> Answer {
        let frame = self.context().get(register::SP);
        if !is_user(frame, FRAME) {
            return self.bad_frame(machine, frame);
        }
        let pc = machine.load64(frame + REGISTERS) & !1;
        if !is_user(pc, 2) {
            return self.bad_frame(machine, pc);
        }
        let mask = machine.load64(frame + MASK) & !UNMASKABLE;
        let thread = self.threads.running();
        thread.mask = mask;
        let context = &mut thread.context;
        context.set_pc(pc);
        for number in 1..32 {
            context.set(
                number,
                machine.load64(frame + REGISTERS + 8 * u64::from(number)),
            );
        }
        for number in 0..32 {
            context.set_float(
                number,
                machine.load64(frame + FLOATS + 8 * u64::from(number)),
            );
        }
        context.fcsr = u64::from(machine.load32(frame + FLOATS + 256)) & 0xff;
        self.signalled = true;
        Err(Stop::Changed)
    }

    /// The end of `rt_sigreturn` with a frame, or with an address in it, that a program cannot have.
    fn bad_frame(&mut self, machine: &mut impl Machine, address: u64) -> Answer {
        match self.fault(machine, SEGV, 1, address) {
            Ok(()) => Err(Stop::Changed),
            Err(status) => Err(Stop::Halt(status)),
        }
    }

    /// `rt_sigaction`.
    pub(crate) fn set_action(
        &mut self,
        machine: &mut impl Machine,
        signal: u64,
        new: u64,
        old: u64,
    ) -> Answer {
        let number = usize::try_from(signal).unwrap_or(COUNT);
        if number == 0 || number >= COUNT || (new != 0 && UNMASKABLE & bit(signal as u8) != 0) {
            return Err(Errno::INVAL.into());
        }
        if (new != 0 && !is_user(new, 24)) || (old != 0 && !is_user(old, 24)) {
            return Err(Errno::FAULT.into());
        }
        let before = self.actions[number];
        if new != 0 {
            self.actions[number] = Action {
                handler: machine.load64(new),
                flags: machine.load64(new + 8),
                mask: machine.load64(new + 16) & !UNMASKABLE,
            };
        }
        if old != 0 {
            machine.store64(old, before.handler);
            machine.store64(old + 8, before.flags);
            machine.store64(old + 16, before.mask);
        }
        Ok(0)
    }

    /// Sets the mask of the thread that runs.
    pub(crate) fn set_mask(&mut self, mask: u64) {
        let thread = self.threads.running();
        thread.mask = mask & !UNMASKABLE;
        let came = thread.pending;
        self.signalled |= (came | self.pending) != 0;
    }

    /// Masks signals until the call is over; nothing if it is made again.
    pub(crate) fn mask_for_call(&mut self, mask: u64) {
        let thread = self.threads.running();
        if !thread.masks {
            thread.masks = true;
            thread.old_mask = thread.mask;
            self.set_mask(mask);
        }
        self.signalled = true;
    }

    /// Whether a signal interrupts the thread that runs.
    pub(crate) fn is_interrupted(&self) -> bool {
        let mut set = each(self.deliverable(self.threads.current()));
        set.any(|signal| !self.ignores(signal))
    }

    /// The first signal of a set that came for the thread that runs, else for the process; it is over then.
    pub(crate) fn take(&mut self, set: u64) -> Option<u8> {
        let pending = &mut self.threads.running().pending;
        if let Some(signal) = each(*pending & set).next() {
            *pending &= !bit(signal);
            return Some(signal);
        }
        let signal = each(self.pending & set).next()?;
        self.pending &= !bit(signal);
        Some(signal)
    }
}

/// Puts registers into a frame.
fn save(machine: &mut impl Machine, frame: u64, context: &Context) {
    machine.store64(frame + REGISTERS, context.pc());
    for number in 1..32 {
        machine.store64(
            frame + REGISTERS + 8 * u64::from(number),
            context.get(number),
        );
    }
    for number in 0..32 {
        machine.store64(
            frame + FLOATS + 8 * u64::from(number),
            context.float(number),
        );
    }
    machine.clear(frame + FLOATS + 256, FRAME - FLOATS - 256);
    machine.store32(frame + FLOATS + 256, context.fcsr as u32);
}
