//! Waiting for descriptors: `poll`, `select`, `epoll`.

use super::{time, user};
use crate::errno::{Answer, Errno};
use crate::files::{DESCRIPTORS, ERR, HUP, IN, OUT, Object};
use crate::kernel::Kernel;
use crate::machine::Machine;
use crate::threads::State;

/// Nanoseconds of a time in milliseconds; none if it is negative.
fn milliseconds(time: u64) -> Option<u64> {
    u64::try_from(time as i32).ok().map(|time| time * 1_000_000)
}

impl Kernel {
    /// The set of a descriptor.
    fn set_of(&mut self, descriptor: u64) -> Result<u8, Errno> {
        match self.files.get(descriptor)?.object {
            Object::Set(set) => Ok(set),
            _ => Err(Errno::INVAL),
        }
    }

    /// `epoll_ctl`.
    pub(super) fn watch(
        &mut self,
        machine: &mut impl Machine,
        set: u64,
        operation: u64,
        descriptor: u64,
        event: u64,
    ) -> Answer {
        const ADD: u64 = 1;
        const DELETE: u64 = 2;
        const MODIFY: u64 = 3;
        let number = set;
        let set = self.set_of(set)?;
        self.files.get(descriptor)?;
        if number == descriptor || !(ADD..=MODIFY).contains(&operation) {
            return Err(Errno::INVAL.into());
        }
        if operation != DELETE {
            user(event, 16)?;
        }
        let watches = &mut self.files.set(set).watches;
        let known = watches
            .iter()
            .position(|watch| watch.taken && u64::from(watch.descriptor) == descriptor);
        let place = match (operation, known) {
            (ADD, Some(_)) => return Err(Errno::EXIST.into()),
            (ADD, None) => {
                let free = watches.iter().position(|watch| !watch.taken);
                // As when the system's limit on watches is reached.
                free.ok_or(Errno::NOSPC)?
            }
            (_, known) => known.ok_or(Errno::NOENT)?,
        };
        let watch = &mut watches[place];
        watch.taken = operation != DELETE;
        if operation != DELETE {
            // The event is packed on some architectures; on this one its data is aligned.
            watch.descriptor = descriptor as u8;
            watch.events = machine.load32(event);
            watch.data = machine.load64(event + 8);
            watch.seen = 0;
            self.files.changed = true;
        }
        Ok(0)
    }

    /// `epoll_pwait`.
    pub(super) fn wait_for_set(
        &mut self,
        machine: &mut impl Machine,
        [set, events, most, wait, mask, _]: [u64; 6],
    ) -> Answer {
        let set = self.set_of(set)?;
        let most = u64::try_from(most as i32).unwrap_or(0).min(1024);
        if most == 0 {
            return Err(Errno::INVAL.into());
        }
        user(events, 16 * most)?;
        let (mut count, mut from) = (0, 0);
        while count < most
            && let Some((place, ready)) = self.files.next_ready(set, from)
        {
            machine.store32(events + 16 * count, ready);
            let data = self.files.set(set).watches[place].data;
            machine.store64(events + 16 * count + 8, data);
            self.files.reported(set, place);
            (count, from) = (count + 1, place + 1);
        }
        self.ready_or_wait(machine, count, milliseconds(wait), mask)
    }

    /// Ends a call with what is ready, or has it wait, with another mask for signals if there is one.
    fn ready_or_wait(
        &mut self,
        machine: &mut impl Machine,
        count: u64,
        wait: Option<u64>,
        mask: u64,
    ) -> Answer {
        if count != 0 || wait == Some(0) || self.thread().late {
            self.thread().late = false;
            return Ok(count);
        }
        if mask != 0 {
            user(mask, 8)?;
            let mask = machine.load64(mask);
            self.mask_for_call(mask);
            if self.is_interrupted() {
                return Err(Errno::INTR.into());
            }
        }
        let deadline = self.deadline(wait);
        Err(self.wait(State::Files, deadline))
    }

    /// `ppoll`.
    pub(super) fn poll(
        &mut self,
        machine: &mut impl Machine,
        list: u64,
        length: u64,
        wait: u64,
        mask: u64,
    ) -> Answer {
        const NOT_OPEN: u32 = 0x20;
        if length > 1024 {
            return Err(Errno::INVAL.into());
        }
        user(list, 8 * length)?;
        let wait = match wait {
            0 => None,
            wait => Some(time::span(machine, wait)?),
        };
        let mut count = 0;
        for at in (0..length).map(|place| list + 8 * place) {
            let descriptor = machine.load32(at);
            let events = machine.load32(at + 4) & 0xffff;
            let ready = match descriptor as i32 {
                ..0 => 0,
                _ if self.files.get(descriptor.into()).is_err() => NOT_OPEN,
                _ => self.files.ready(descriptor.into()) & (normal(events) | ERR | HUP),
            };
            // What is normal is told by both names.
            let told = ready | (ready & (IN | OUT)) << 6 & events;
            machine.store32(at + 4, events | told << 16);
            count += u64::from(told != 0);
        }
        self.ready_or_wait(machine, count, wait, mask)
    }

    /// `pselect6`.
    pub(super) fn select(
        &mut self,
        machine: &mut impl Machine,
        [count, readable, writable, exceptional, wait, mask]: [u64; 6],
    ) -> Answer {
        let sets = [readable, writable, exceptional];
        if count as i32 as i64 != count as i64 || count > 1024 {
            return Err(Errno::INVAL.into());
        }
        let words = count.div_ceil(64);
        let mut asked = [0; 3];
        for (set, asked) in sets.iter().zip(&mut asked) {
            if *set != 0 {
                user(*set, 8 * words)?;
                // There are no more descriptors than a word has bits.
                const { assert!(DESCRIPTORS <= 64) };
                let beyond = (1..words).any(|word| machine.load64(set + 8 * word) != 0);
                let first = match words {
                    0 => 0,
                    _ => machine.load64(*set) & u64::MAX >> (64 - count.min(64)),
                };
                if beyond {
                    return Err(Errno::BADF.into());
                }
                *asked = first;
            }
        }
        let wait = match wait {
            0 => None,
            wait => Some(time::span(machine, wait)?),
        };
        let mask = match mask {
            0 => 0,
            mask => {
                user(mask, 16)?;
                machine.load64(mask)
            }
        };
        let mut found = [0u64; 3];
        for descriptor in 0..count.min(64) {
            let bit = 1 << descriptor;
            if asked.iter().all(|set| set & bit == 0) {
                continue;
            }
            self.files.get(descriptor)?;
            let ready = self.files.ready(descriptor);
            let kinds = [IN | HUP | ERR, OUT | ERR, 0];
            for ((found, asked), kind) in found.iter_mut().zip(asked).zip(kinds) {
                if ready & kind != 0 {
                    *found |= asked & bit;
                }
            }
        }
        let total = found.iter().map(|set| u64::from(set.count_ones())).sum();
        let answer = self.ready_or_wait(machine, total, wait, mask);
        // What is asked for has to be there still if the call is made again.
        if answer.is_ok() {
            for (set, found) in sets.iter().zip(found) {
                if *set != 0 && words != 0 {
                    machine.store64(*set, found);
                }
            }
        }
        answer
    }
}

/// What is meant by names for normal data, too.
fn normal(events: u32) -> u32 {
    events | events >> 6 & (IN | OUT)
}
