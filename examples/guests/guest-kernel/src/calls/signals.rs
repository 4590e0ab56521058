//! Signals: sending them, masks, waiting for them.

use super::{time, user};
use crate::errno::{Answer, Errno};
use crate::kernel::{Kernel, PROCESS};
use crate::machine::Machine;
use crate::signals::Origin;
use crate::threads::State;

/// The number of a signal; none for the 0 that asks whether one could be sent.
fn signal(number: u64) -> Result<Option<u8>, Errno> {
    match number {
        0 => Ok(None),
        1..=64 => Ok(Some(number as u8)),
        _ => Err(Errno::INVAL),
    }
}

impl Kernel {
    /// `kill`: of this process only.
    pub(super) fn kill(&mut self, process: u64, number: u64) -> Answer {
        let signal = signal(number)?;
        // Itself, its group, all.
        if !matches!(process as i32, 0 | -1)
            && process as i32 as u32 != PROCESS
            && process as i32 != -(PROCESS as i32)
        {
            return Err(Errno::SRCH.into());
        }
        if let Some(signal) = signal {
            self.post(signal, Origin::Process);
        }
        Ok(0)
    }

    /// `tkill`, `tgkill`.
    pub(super) fn kill_thread(&mut self, tid: u64, number: u64) -> Answer {
        let signal = signal(number)?;
        let slot = self
            .threads
            .find(u64::from(tid as u32))
            .ok_or(Errno::SRCH)?;
        if let Some(signal) = signal {
            self.post_to(slot, signal, Origin::Thread);
        }
        Ok(0)
    }

    /// `rt_sigprocmask`.
    pub(super) fn change_mask(
        &mut self,
        machine: &mut impl Machine,
        how: u64,
        set: u64,
        old: u64,
    ) -> Answer {
        let before = self.thread().mask;
        if set != 0 {
            user(set, 8)?;
            let set = machine.load64(set);
            let mask = match how {
                0 => before | set,
                1 => before & !set,
                2 => set,
                _ => return Err(Errno::INVAL.into()),
            };
            self.set_mask(mask);
        }
        if old != 0 {
            user(old, 8)?;
            machine.store64(old, before);
        }
        Ok(0)
    }

    /// `rt_sigpending`.
    pub(super) fn pending_signals(&mut self, machine: &mut impl Machine, at: u64) -> Answer {
        user(at, 8)?;
        let pending = self.pending;
        let thread = self.thread();
        machine.store64(at, (thread.pending | pending) & thread.mask);
        Ok(0)
    }

    /// `sigaltstack`.
    pub(super) fn signal_stack(
        &mut self,
        machine: &mut impl Machine,
        new: u64,
        old: u64,
    ) -> Answer {
        const SMALLEST: u64 = 2048;
        const ON_STACK: u32 = 1;
        const DISABLED: u32 = 2;
        let thread = self.thread();
        let stack = thread.context.get(crate::context::register::SP);
        let on_stack = stack.wrapping_sub(thread.stack) < thread.stack_size;
        let (before, size) = (thread.stack, thread.stack_size);
        if new != 0 {
            user(new, 24)?;
            let (start, length) = (machine.load64(new), machine.load64(new + 16));
            let disabled = machine.load32(new + 8) & DISABLED != 0;
            if on_stack {
                return Err(Errno::PERM.into());
            }
            if !disabled && length < SMALLEST {
                return Err(Errno::NOMEM.into());
            }
            (thread.stack, thread.stack_size) = if disabled { (0, 0) } else { (start, length) };
        }
        if old != 0 {
            user(old, 24)?;
            machine.store64(old, before);
            let state = match (size, on_stack) {
                (0, _) => DISABLED,
                (_, true) => ON_STACK,
                (_, false) => 0,
            };
            machine.store32(old + 8, state);
            machine.store64(old + 16, size);
        }
        Ok(0)
    }

    /// `rt_sigsuspend`.
    pub(super) fn suspend(&mut self, machine: &mut impl Machine, set: u64, size: u64) -> Answer {
        if size != 8 {
            return Err(Errno::INVAL.into());
        }
        user(set, 8)?;
        let mask = machine.load64(set);
        self.mask_for_call(mask);
        if self.is_interrupted() {
            return Err(Errno::INTR.into());
        }
        self.thread().word = 0;
        Err(self.wait(State::Signal, 0))
    }

    /// `rt_sigtimedwait`.
    pub(super) fn wait_for_signal(
        &mut self,
        machine: &mut impl Machine,
        set: u64,
        information: u64,
        wait: u64,
    ) -> Answer {
        user(set, 8)?;
        let set = machine.load64(set);
        let wait = match wait {
            0 => None,
            wait => Some(time::span(machine, wait)?),
        };
        if let Some(signal) = self.take(set) {
            if information != 0 {
                user(information, 128)?;
                machine.clear(information, 128);
                machine.store32(information, signal.into());
                machine.store32(information + 16, PROCESS);
            }
            return Ok(signal.into());
        }
        if core::mem::take(&mut self.thread().late) || wait == Some(0) {
            return Err(Errno::AGAIN.into());
        }
        if self.is_interrupted() {
            return Err(Errno::INTR.into());
        }
        let deadline = self.deadline(wait);
        self.thread().word = set;
        Err(self.wait(State::Signal, deadline))
    }
}
