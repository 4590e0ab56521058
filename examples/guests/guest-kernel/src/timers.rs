//! Timers: of the process (`setitimer`), and those that `timer_create` makes. All of them follow the one clock.

use crate::errno::Errno;
use crate::signals;

/// Number of timers: three of the process, the others made.
const TIMERS: usize = 3 + MADE;
/// Timers that can be made.
const MADE: usize = 16;

/// A timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Whether it was made.
    taken: bool,
    /// When it fires; 0 is never.
    pub deadline: u64,
    /// Nanoseconds until it fires again; 0 is not.
    pub interval: u64,
    /// The signal that it sends; 0 is none.
    signal: u8,
    /// The thread that it sends it to; 0 is any.
    tid: u32,
    /// It has fired for its thread.
    fired: bool,
}

const UNUSED: Timer = Timer {
    taken: false,
    deadline: 0,
    interval: 0,
    signal: 0,
    tid: 0,
    fired: false,
};

/// All timers.
#[derive(Clone, Debug)]
pub struct Timers {
    timers: [Timer; TIMERS],
}

impl Default for Timers {
    fn default() -> Self {
        Timers::new()
    }
}

impl Timers {
    /// None is set.
    pub const fn new() -> Self {
        Timers {
            timers: [UNUSED; TIMERS],
        }
    }

    /// A timer of the process: of real time, of its own time, of both.
    ///
    /// # Errors
    /// [`Errno::INVAL`].
    pub fn of_process(&mut self, which: u64) -> Result<&mut Timer, Errno> {
        let signal = match which {
            0 => signals::ALRM,
            1 => signals::VTALRM,
            2 => signals::PROF,
            _ => return Err(Errno::INVAL),
        };
        let timer = &mut self.timers[which as usize];
        timer.signal = signal;
        Ok(timer)
    }

    /// Makes a timer that sends a signal, to one thread or any; its number.
    ///
    /// # Errors
    /// [`Errno::AGAIN`]: there are too many.
    pub fn make(&mut self, signal: u8, tid: u32) -> Result<u64, Errno> {
        let made = &mut self.timers[3..];
        let place = made.iter().position(|timer| !timer.taken);
        let place = place.ok_or(Errno::AGAIN)?;
        made[place] = Timer {
            taken: true,
            signal,
            tid,
            ..UNUSED
        };
        Ok(place as u64)
    }

    /// A timer that was made.
    ///
    /// # Errors
    /// [`Errno::INVAL`].
    pub fn made(&mut self, number: u64) -> Result<&mut Timer, Errno> {
        let place = usize::try_from(number).unwrap_or(MADE);
        let timer = self.timers[3..].get_mut(place).ok_or(Errno::INVAL)?;
        if timer.taken {
            Ok(timer)
        } else {
            Err(Errno::INVAL)
        }
    }

    /// Deletes a timer that was made.
    ///
    /// # Errors
    /// [`Errno::INVAL`].
    pub fn delete(&mut self, number: u64) -> Result<(), Errno> {
        *self.made(number)? = UNUSED;
        Ok(())
    }

    /// Fires what is over: the next deadline, and the signals for any thread, a bit each.
    pub fn expire(&mut self, clock: u64) -> (u64, u64) {
        let (mut next, mut signals) = (u64::MAX, 0);
        for timer in &mut self.timers {
            if timer.deadline == 0 {
                continue;
            }
            if timer.deadline <= clock {
                match (timer.signal, timer.tid) {
                    (0, _) => {}
                    (signal, 0) => signals |= 1 << (signal - 1),
                    _ => timer.fired = true,
                }
                // Missed ones are not made up for.
                timer.deadline = match timer.interval {
                    0 => 0,
                    interval => clock + interval - (clock - timer.deadline) % interval,
                };
            }
            if timer.deadline != 0 {
                next = next.min(timer.deadline);
            }
        }
        (next, signals)
    }

    /// The threads and signals of those that fired for one thread; they are told once.
    pub fn of_threads(&mut self) -> impl Iterator<Item = (u32, u8)> + use<> {
        let mut fired = [(0, 0); TIMERS];
        for (timer, place) in self.timers.iter_mut().zip(&mut fired) {
            if core::mem::take(&mut timer.fired) {
                *place = (timer.tid, timer.signal);
            }
        }
        fired.into_iter().filter(|(tid, _)| *tid != 0)
    }
}

impl Timer {
    /// Sets it to fire in `after` nanoseconds, or never, and then every `interval`; the earliest deadline.
    pub fn set(&mut self, clock: u64, after: u64, interval: u64) {
        self.deadline = if after == 0 {
            0
        } else {
            clock.saturating_add(after)
        };
        self.interval = interval;
    }

    /// Nanoseconds until it fires; 0 if it does not.
    pub fn remaining(&self, clock: u64) -> u64 {
        match self.deadline {
            0 => 0,
            deadline => deadline.saturating_sub(clock).max(1),
        }
    }
}
