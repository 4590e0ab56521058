//! Threads, and the futexes that they wait at.

use super::user;
use crate::context::register;
use crate::errno::{Answer, Errno, Stop};
use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::threads::{State, Thread};

/// Flags of `clone`.
mod share {
    pub const MEMORY: u64 = 0x100;
    pub const THREAD: u64 = 0x1_0000;
    pub const SET_TLS: u64 = 0x8_0000;
    pub const TELL_PARENT: u64 = 0x10_0000;
    pub const CLEAR_TID: u64 = 0x20_0000;
    pub const TELL_CHILD: u64 = 0x100_0000;
}

impl Kernel {
    /// `clone`, of threads only: another process cannot be had.
    pub(super) fn clone_thread(
        &mut self,
        machine: &mut impl Machine,
        [flags, stack, parent_tid, tls, child_tid]: [u64; 5],
    ) -> Answer {
        if flags & share::MEMORY == 0 || flags & share::THREAD == 0 {
            return Err(Errno::NOSYS.into());
        }
        if flags & share::TELL_PARENT != 0 {
            user(parent_tid, 4)?;
        }
        if flags & (share::TELL_CHILD | share::CLEAR_TID) != 0 {
            user(child_tid, 4)?;
        }
        let tid = self.next_tid;
        let mut thread: Thread = *self.thread();
        thread.tid = tid;
        thread.pending = 0;
        thread.clear_tid = if flags & share::CLEAR_TID != 0 {
            child_tid
        } else {
            0
        };
        (thread.stack, thread.stack_size) = (0, 0);
        thread.context.set(register::A0, 0);
        if stack != 0 {
            thread.context.set(register::SP, stack);
        }
        if flags & share::SET_TLS != 0 {
            thread.context.set(register::TP, tls);
        }
        self.threads.add(thread).ok_or(Errno::AGAIN)?;
        self.next_tid += 1;
        if flags & share::TELL_PARENT != 0 {
            machine.store32(parent_tid, tid);
        }
        if flags & share::TELL_CHILD != 0 {
            machine.store32(child_tid, tid);
        }
        Ok(tid.into())
    }

    /// `set_tid_address`: the thread's number.
    pub(super) fn set_clear_tid(&mut self, address: u64) -> u64 {
        let thread = self.thread();
        thread.clear_tid = address;
        thread.tid.into()
    }

    /// `exit`: the program ends with its last thread, and with what the first one ended with.
    pub(super) fn exit_thread(&mut self, machine: &mut impl Machine, code: u64) -> Answer {
        let thread = self.thread();
        let (tid, word) = (thread.tid, thread.clear_tid);
        if tid == crate::kernel::PROCESS {
            self.exit_code = code & 0xff;
        }
        self.threads.end();
        if self.threads.alive().next().is_none() {
            return Err(Stop::Halt(self.exit_code));
        }
        if word != 0 && user(word, 4).is_ok() {
            machine.store32(word, 0);
            self.wake_at(word, 1, u32::MAX);
        }
        Err(Stop::Changed)
    }

    /// `sched_yield`.
    pub(super) fn give_way(&mut self) -> u64 {
        self.end_share();
        0
    }

    /// `futex`.
    pub(super) fn futex(
        &mut self,
        machine: &mut impl Machine,
        [word, operation, value, timeout, other, third]: [u64; 6],
    ) -> Answer {
        let command = operation & 0x7f;
        if !word.is_multiple_of(4) {
            return Err(Errno::INVAL.into());
        }
        user(word, 4)?;
        let value = value as u32;
        match command {
            // WAIT, and WAIT_BITSET, whose time is a date.
            0 | 9 => {
                let bits = if command == 9 { third as u32 } else { u32::MAX };
                if bits == 0 {
                    return Err(Errno::INVAL.into());
                }
                if machine.load32(word) != value {
                    return Err(Errno::AGAIN.into());
                }
                let deadline = match (timeout, command) {
                    (0, _) => 0,
                    (at, 0) => self.clock.saturating_add(super::time::span(machine, at)?),
                    (at, _) => {
                        let clock = if operation & 0x100 != 0 { 0 } else { 1 };
                        let date = super::time::span(machine, at)?;
                        Kernel::since_start(clock, date).max(1)
                    }
                };
                let thread = self.thread();
                (thread.word, thread.bits) = (word, bits);
                // A wake is a result of 0.
                let stop = self.wait_at(word, deadline);
                Err(stop)
            }
            1 => Ok(self.wake_at(word, value, u32::MAX)),
            10 if third as u32 == 0 => Err(Errno::INVAL.into()),
            10 => Ok(self.wake_at(word, value, third as u32)),
            // REQUEUE, CMP_REQUEUE: the fourth argument is a number here.
            3 | 4 => {
                user(other, 4)?;
                if command == 4 && machine.load32(word) != third as u32 {
                    return Err(Errno::AGAIN.into());
                }
                let woken = self.wake_at(word, value, u32::MAX);
                let moved = self.move_waiters(word, other, timeout as u32);
                Ok(woken + if command == 4 { moved } else { 0 })
            }
            5 => {
                user(other, 4)?;
                let old = machine.load32(other);
                let third = third as u32;
                let operand = (third << 8) as i32 >> 20;
                let operand = match third >> 31 {
                    0 => operand as u32,
                    _ => 1u32.wrapping_shl(operand as u32),
                };
                let new = match third >> 28 & 7 {
                    0 => operand,
                    1 => old.wrapping_add(operand),
                    2 => old | operand,
                    3 => old & !operand,
                    4 => old ^ operand,
                    _ => return Err(Errno::NOSYS.into()),
                };
                let (old, against) = (old as i32, (third << 20) as i32 >> 20);
                let also = match third >> 24 & 15 {
                    0 => old == against,
                    1 => old != against,
                    2 => old < against,
                    3 => old <= against,
                    4 => old > against,
                    5 => old >= against,
                    _ => return Err(Errno::NOSYS.into()),
                };
                machine.store32(other, new);
                let woken = self.wake_at(word, value, u32::MAX);
                let more = if also {
                    self.wake_at(other, timeout as u32, u32::MAX)
                } else {
                    0
                };
                Ok(woken + more)
            }
            _ => Err(Errno::NOSYS.into()),
        }
    }

    fn wait_at(&mut self, word: u64, deadline: u64) -> Stop {
        let slot = self.threads.current();
        let stop = self.wait(State::Futex, deadline);
        let thread = &mut self.threads[slot];
        thread.word = word;
        thread.restarts = deadline == 0;
        stop
    }

    /// Wakes up to so many of those that wait at a word for one of these bits, the first ones first; how many.
    fn wake_at(&mut self, word: u64, most: u32, bits: u32) -> u64 {
        let mut woken = 0;
        let mut waiting = self.threads.waiting();
        while woken < most
            && let Some(slot) = waiting.next(&self.threads)
        {
            let thread = &mut self.threads[slot];
            if thread.state == State::Futex && thread.word == word && thread.bits & bits != 0 {
                thread.context.set(register::A0, 0);
                self.threads.wake(slot);
                woken += 1;
            }
        }
        woken.into()
    }

    /// Has up to so many of those that wait at a word wait at another one; how many.
    fn move_waiters(&mut self, from: u64, to: u64, most: u32) -> u64 {
        let mut moved = 0;
        let mut waiting = self.threads.waiting();
        while moved < most
            && let Some(slot) = waiting.next(&self.threads)
        {
            let thread = &mut self.threads[slot];
            if thread.state == State::Futex && thread.word == from {
                thread.word = to;
                moved += 1;
            }
        }
        moved.into()
    }
}
