//! Clocks, sleeping, timers.

use super::user;
use crate::errno::{Answer, Errno};
use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::threads::State;
use crate::timers::Timer;

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;
/// The date at the start: 2000-01-01, in nanoseconds since 1970.
pub(crate) const EPOCH: u64 = 946_684_800 * SECOND;

/// Whether a clock tells the date, and not the time since the start.
fn tells_date(clock: u64) -> bool {
    matches!(clock, 0 | 5 | 8 | 11)
}

/// The nanoseconds of a `timespec`.
///
/// # Errors
/// [`Errno::FAULT`], [`Errno::INVAL`].
pub(super) fn span(machine: &impl Machine, at: u64) -> Result<u64, Errno> {
    user(at, 16)?;
    let (seconds, rest) = (machine.load64(at), machine.load64(at + 8));
    if seconds as i64 <= -1 || rest >= SECOND {
        return Err(Errno::INVAL);
    }
    Ok(seconds.saturating_mul(SECOND).saturating_add(rest))
}

/// Stores nanoseconds as a `timespec`; nothing at address 0.
fn store_span(machine: &mut impl Machine, at: u64, span: u64) -> Result<(), Errno> {
    if at != 0 {
        user(at, 16)?;
        machine.store64(at, span / SECOND);
        machine.store64(at + 8, span % SECOND);
    }
    Ok(())
}

/// `clock_getres`.
pub(super) fn resolution(machine: &mut impl Machine, clock: u64, at: u64) -> Answer {
    if clock > 11 {
        return Err(Errno::INVAL.into());
    }
    store_span(machine, at, 1)?;
    Ok(0)
}

/// Nanoseconds of a `timeval`.
fn microseconds(machine: &impl Machine, at: u64) -> Result<u64, Errno> {
    user(at, 16)?;
    let (seconds, rest) = (machine.load64(at), machine.load64(at + 8));
    match rest < 1_000_000 {
        true => Ok(seconds.saturating_mul(SECOND).saturating_add(rest * 1000)),
        false => Err(Errno::INVAL),
    }
}

fn store_microseconds(machine: &mut impl Machine, at: u64, span: u64) -> Result<(), Errno> {
    user(at, 16)?;
    machine.store64(at, span / SECOND);
    machine.store64(at + 8, span % SECOND / 1000);
    Ok(())
}

impl Kernel {
    /// A time of a clock, in nanoseconds since the start.
    pub(super) fn since_start(clock: u64, time: u64) -> u64 {
        match tells_date(clock) {
            true => time.saturating_sub(EPOCH),
            false => time,
        }
    }

    /// `clock_gettime`.
    pub(super) fn time(&mut self, machine: &mut impl Machine, clock: u64, at: u64) -> Answer {
        // Clocks of processes and threads have negative numbers.
        let process = clock as i32;
        if process > 11 || process == 10 {
            return Err(Errno::INVAL.into());
        }
        let epoch = if tells_date(clock) { EPOCH } else { 0 };
        user(at, 16)?;
        store_span(machine, at, self.clock + epoch)?;
        Ok(0)
    }

    /// `gettimeofday`.
    pub(super) fn time_of_day(&mut self, machine: &mut impl Machine, at: u64, zone: u64) -> Answer {
        if at != 0 {
            store_microseconds(machine, at, self.clock + EPOCH)?;
        }
        if zone != 0 {
            user(zone, 8)?;
            machine.store64(zone, 0);
        }
        Ok(0)
    }

    /// `nanosleep`, `clock_nanosleep`.
    pub(super) fn sleep(
        &mut self,
        machine: &mut impl Machine,
        clock: u64,
        flags: u64,
        at: u64,
        remaining: u64,
    ) -> Answer {
        const DATE: u64 = 1;
        if clock > 11 {
            return Err(Errno::INVAL.into());
        }
        let time = span(machine, at)?;
        let deadline = match flags & DATE {
            0 => self.clock.saturating_add(time),
            _ => Kernel::since_start(clock, time),
        };
        if deadline <= self.clock {
            return Ok(0);
        }
        if flags & DATE == 0 && remaining != 0 {
            // What is left if a signal comes: all of it, since the time is virtual.
            store_span(machine, remaining, time)?;
        }
        Err(self.wait(State::Sleep, deadline))
    }

    /// When a wait of so many nanoseconds is over, of a call that may be made again; none is never.
    pub(super) fn deadline(&mut self, wait: Option<u64>) -> u64 {
        let clock = self.clock;
        let thread = self.thread();
        match thread.again {
            true => thread.deadline,
            false => wait.map_or(0, |wait| clock.saturating_add(wait)),
        }
    }

    /// `getitimer`.
    pub(super) fn interval(&mut self, machine: &mut impl Machine, which: u64, at: u64) -> Answer {
        let timer = *self.timers.of_process(which)?;
        self.store_interval(machine, at, &timer)?;
        Ok(0)
    }

    fn store_interval(
        &self,
        machine: &mut impl Machine,
        at: u64,
        timer: &Timer,
    ) -> Result<(), Errno> {
        store_microseconds(machine, at, timer.interval)?;
        store_microseconds(machine, at + 16, timer.remaining(self.clock))
    }

    /// `setitimer`.
    pub(super) fn set_interval(
        &mut self,
        machine: &mut impl Machine,
        which: u64,
        new: u64,
        old: u64,
    ) -> Answer {
        let before = *self.timers.of_process(which)?;
        let (interval, after) = match new {
            0 => (0, 0),
            new => (
                microseconds(machine, new)?,
                microseconds(machine, new + 16)?,
            ),
        };
        if old != 0 {
            self.store_interval(machine, old, &before)?;
        }
        let clock = self.clock;
        self.timers.of_process(which)?.set(clock, after, interval);
        self.timer_set(after);
        Ok(0)
    }

    /// A timer was set to fire in so many nanoseconds, or never.
    fn timer_set(&mut self, after: u64) {
        if after != 0 {
            self.next_deadline = self.next_deadline.min(self.clock.saturating_add(after));
        }
    }

    /// `timer_create`.
    pub(super) fn make_timer(
        &mut self,
        machine: &mut impl Machine,
        clock: u64,
        event: u64,
        number: u64,
    ) -> Answer {
        const SIGNAL: u32 = 0;
        const NOTHING: u32 = 1;
        const THREAD: u32 = 4;
        if clock as i32 > 11 {
            return Err(Errno::INVAL.into());
        }
        user(number, 4)?;
        let (signal, tid) = match event {
            0 => (crate::signals::ALRM, 0),
            event => {
                user(event, 64)?;
                let signal = machine.load32(event + 8);
                let signal = u8::try_from(signal)
                    .ok()
                    .filter(|signal| (1..=64).contains(signal));
                match machine.load32(event + 12) {
                    NOTHING => (0, 0),
                    SIGNAL => (signal.ok_or(Errno::INVAL)?, 0),
                    THREAD => (signal.ok_or(Errno::INVAL)?, machine.load32(event + 16)),
                    _ => return Err(Errno::INVAL.into()),
                }
            }
        };
        let made = self.timers.make(signal, tid)?;
        machine.store32(number, made as u32);
        Ok(0)
    }

    /// `timer_gettime`.
    pub(super) fn timer_left(
        &mut self,
        machine: &mut impl Machine,
        number: u64,
        at: u64,
    ) -> Answer {
        let timer = *self.timers.made(number)?;
        user(at, 32)?;
        store_span(machine, at, timer.interval)?;
        store_span(machine, at + 16, timer.remaining(self.clock))?;
        Ok(0)
    }

    /// `timer_settime`.
    pub(super) fn set_timer(
        &mut self,
        machine: &mut impl Machine,
        [number, flags, new, old]: [u64; 4],
    ) -> Answer {
        if old != 0 {
            self.timer_left(machine, number, old)?;
        }
        user(new, 32)?;
        let (interval, after) = (span(machine, new)?, span(machine, new + 16)?);
        let clock = self.clock;
        let after = match (flags & 1, after) {
            (0, _) | (_, 0) => after,
            // A date, of whatever clock: those that tell the date are far beyond all others.
            (_, date) => {
                let date = if date >= EPOCH { date - EPOCH } else { date };
                date.saturating_sub(clock).max(1)
            }
        };
        self.timers.made(number)?.set(clock, after, interval);
        self.timer_set(after);
        Ok(0)
    }

    /// `times`: all of it is the program's own.
    pub(super) fn times(&mut self, machine: &mut impl Machine, at: u64) -> Answer {
        let ticks = self.clock / (SECOND / 100);
        if at != 0 {
            user(at, 32)?;
            machine.store64(at, ticks);
            machine.clear(at + 8, 24);
        }
        Ok(ticks)
    }

    /// `getrusage`: time, and nothing else.
    pub(super) fn usage(&mut self, machine: &mut impl Machine, at: u64) -> Answer {
        user(at, 144)?;
        machine.clear(at, 144);
        store_microseconds(machine, at, self.clock)?;
        Ok(0)
    }
}
