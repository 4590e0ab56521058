//! Descriptors: reading, writing, and what else can be asked of them.

use super::user;
use crate::errno::{Answer, Errno, Stop};
use crate::files::{DESCRIPTORS, Descriptor, Object};
use crate::kernel::Kernel;
use crate::machine::{Machine, say_number};
use crate::map::{INPUT, INPUT_LENGTH, OUTPUT, OUTPUT_CAPACITY, OUTPUT_LENGTH};
use crate::signals::{self, Origin};
use crate::threads::State;

/// Flags of descriptors, as `open` has them.
const NONBLOCKING: u64 = 0o4000;
const CLOSES_ON_EXEC: u64 = 0o200_0000;

impl Kernel {
    /// `read`.
    pub(super) fn read(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        to: u64,
        length: u64,
    ) -> Answer {
        self.read_part(machine, descriptor, (to, length), true)
    }

    /// Reads once; a call that is not `patient` has something to tell and does not wait.
    #[inline]
    fn read_part(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        (to, length): (u64, u64),
        patient: bool,
    ) -> Answer {
        let Descriptor {
            object,
            nonblocking,
            ..
        } = *self.files.get(descriptor)?;
        user(to, length)?;
        let read = match object {
            Object::Input if !self.boot.private_stdin => {
                let left = machine.load64(INPUT_LENGTH) - self.input_read;
                let count = length.min(left);
                machine.copy(to, INPUT + self.input_read, count);
                self.input_read += count;
                Some(count)
            }
            Object::Input | Object::Private => Some(self.private.read(machine, to, length)),
            Object::Reader(pipe) => self.files.read_pipe(machine, pipe, to, length),
            Object::Counter(counter) => {
                if length < 8 {
                    return Err(Errno::INVAL.into());
                }
                let found = self.files.counter(counter);
                match (found.value, found.semaphore) {
                    (0, _) => None,
                    (value, semaphore) => {
                        found.value = if semaphore { value - 1 } else { 0 };
                        machine.store64(to, if semaphore { 1 } else { value });
                        self.files.counted(counter);
                        Some(8)
                    }
                }
            }
            Object::Set(_) => return Err(Errno::INVAL.into()),
            _ => return Err(Errno::BADF.into()),
        };
        read.map_or_else(|| Err(self.not_now(nonblocking || !patient)), Ok)
    }

    /// `write`.
    pub(super) fn write(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        from: u64,
        length: u64,
    ) -> Answer {
        self.write_part(machine, descriptor, (from, length), true)
    }

    /// Writes once; see [`Kernel::read_part`].
    #[inline]
    fn write_part(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        (from, length): (u64, u64),
        patient: bool,
    ) -> Answer {
        let Descriptor {
            object,
            nonblocking,
            ..
        } = *self.files.get(descriptor)?;
        user(from, length)?;
        let written = match object {
            Object::Output => return self.publish(machine, from, length),
            Object::Printed => {
                machine.print(from, length);
                Some(length)
            }
            Object::Writer(pipe) => match self.files.write_pipe(machine, pipe, from, length) {
                Err(error) => {
                    let slot = self.threads.current();
                    self.post_to(slot, signals::PIPE, Origin::Process);
                    return Err(error.into());
                }
                Ok(written) => written,
            },
            Object::Counter(counter) => {
                let more = if length < 8 {
                    u64::MAX
                } else {
                    machine.load64(from)
                };
                if more == u64::MAX {
                    return Err(Errno::INVAL.into());
                }
                let found = self.files.counter(counter);
                match found.value.checked_add(more).filter(|&sum| sum < u64::MAX) {
                    None => None,
                    Some(sum) => {
                        found.value = sum;
                        self.files.counted(counter);
                        Some(8)
                    }
                }
            }
            Object::Set(_) => return Err(Errno::INVAL.into()),
            _ => return Err(Errno::BADF.into()),
        };
        written.map_or_else(|| Err(self.not_now(nonblocking || !patient)), Ok)
    }

    /// Appends to the public output: as much as there is room for.
    fn publish(&mut self, machine: &mut impl Machine, from: u64, length: u64) -> Answer {
        let before = machine.load64(OUTPUT_LENGTH);
        // A program can write the length, too, and then nothing can be appended.
        let room = OUTPUT_CAPACITY.checked_sub(before).ok_or(Errno::IO)?;
        let count = length.min(room);
        if count < length && !self.full_said {
            self.full_said = true;
            machine.say("linux-kernel: the public output is full: it holds ");
            say_number(machine, OUTPUT_CAPACITY);
            machine.say(" bytes\n");
        }
        if count == 0 && length != 0 {
            return Err(Errno::NOSPC.into());
        }
        machine.copy(OUTPUT + before, from, count);
        machine.store64(OUTPUT_LENGTH, before + count);
        Ok(count)
    }

    /// What a call does that has to wait: it is made again when a descriptor has changed.
    pub(super) fn not_now(&mut self, nonblocking: bool) -> Stop {
        if nonblocking {
            return Errno::AGAIN.into();
        }
        let slot = self.threads.current();
        let stop = self.wait(State::Files, 0);
        self.threads[slot].restarts = true;
        stop
    }

    /// `readv`.
    pub(super) fn read_vector(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        vector: u64,
        count: u64,
    ) -> Answer {
        self.each_part(machine, vector, count, |kernel, machine, part, first| {
            kernel.read_part(machine, descriptor, part, first)
        })
    }

    /// `writev`.
    pub(super) fn write_vector(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        vector: u64,
        count: u64,
    ) -> Answer {
        self.files.get(descriptor)?;
        self.each_part(machine, vector, count, |kernel, machine, part, first| {
            kernel.write_part(machine, descriptor, part, first)
        })
    }

    /// Reads or writes part for part, until one is not done completely.
    fn each_part<M: Machine>(
        &mut self,
        machine: &mut M,
        vector: u64,
        count: u64,
        mut part: impl FnMut(&mut Self, &mut M, (u64, u64), bool) -> Answer,
    ) -> Answer {
        if count > 1024 {
            return Err(Errno::INVAL.into());
        }
        user(vector, 16 * count)?;
        let mut total = 0;
        for place in 0..count {
            let at = machine.load64(vector + 16 * place);
            let length = machine.load64(vector + 16 * place + 8);
            if length == 0 {
                continue;
            }
            match part(self, machine, (at, length), total == 0) {
                Ok(done) => {
                    total += done;
                    if done < length {
                        break;
                    }
                }
                Err(Stop::Error(_)) if total != 0 => break,
                Err(stop) => return Err(stop),
            }
        }
        Ok(total)
    }

    /// What fails because descriptors here have no position.
    pub(super) fn no_position(&mut self, descriptor: u64, error: Errno) -> Answer {
        self.files.get(descriptor)?;
        Err(error.into())
    }

    fn opened(&mut self, object: Object, flags: u64) -> Result<u64, Errno> {
        let descriptor = Descriptor {
            object,
            nonblocking: flags & NONBLOCKING != 0,
            closes_on_exec: flags & CLOSES_ON_EXEC != 0,
        };
        self.files.open(descriptor, 0)
    }

    /// `eventfd2`.
    pub(super) fn new_counter(&mut self, value: u64, flags: u64) -> Answer {
        const SEMAPHORE: u64 = 1;
        let value = u64::from(value as u32);
        let counter = self.files.new_counter(value, flags & SEMAPHORE != 0)?;
        Ok(self.opened(Object::Counter(counter), flags)?)
    }

    /// `epoll_create1`.
    pub(super) fn new_set(&mut self, flags: u64) -> Answer {
        let set = self.files.new_set()?;
        Ok(self.opened(Object::Set(set), flags)?)
    }

    /// `pipe2`.
    pub(super) fn new_pipe(&mut self, machine: &mut impl Machine, at: u64, flags: u64) -> Answer {
        user(at, 8)?;
        let pipe = self.files.new_pipe()?;
        let reader = self.opened(Object::Reader(pipe), flags)?;
        let writer = self.opened(Object::Writer(pipe), flags).or_else(|error| {
            self.files.close(reader)?;
            Err(error)
        })?;
        machine.store32(at, reader as u32);
        machine.store32(at + 4, writer as u32);
        Ok(0)
    }

    /// `dup`, and what `fcntl` has like it: the lowest one from a number on.
    pub(super) fn duplicate(&mut self, descriptor: u64, from: u64, flags: u64) -> Answer {
        let copy = Descriptor {
            closes_on_exec: flags & CLOSES_ON_EXEC != 0,
            ..*self.files.get(descriptor)?
        };
        Ok(self.files.open(copy, from)?)
    }

    /// `dup3`.
    pub(super) fn duplicate_to(&mut self, old: u64, new: u64, flags: u64) -> Answer {
        self.files.get(old)?;
        if old == new {
            return Err(Errno::INVAL.into());
        }
        if new >= DESCRIPTORS as u64 {
            return Err(Errno::BADF.into());
        }
        // Nothing is there, or it is closed: either is right.
        let _ = self.files.close(new);
        self.duplicate(old, new, flags)
    }

    /// `fcntl`.
    pub(super) fn control(&mut self, descriptor: u64, command: u64, argument: u64) -> Answer {
        let found = self.files.get(descriptor)?;
        match command {
            0 | 1030 if argument >= DESCRIPTORS as u64 => Err(Errno::INVAL.into()),
            0 => self.duplicate(descriptor, argument, 0),
            1030 => self.duplicate(descriptor, argument, CLOSES_ON_EXEC),
            1 => Ok(found.closes_on_exec.into()),
            2 => {
                found.closes_on_exec = argument & 1 != 0;
                Ok(0)
            }
            3 => {
                let access = match found.object {
                    Object::Input | Object::Private | Object::Reader(_) => 0,
                    Object::Output | Object::Printed | Object::Writer(_) => 1,
                    _ => 2,
                };
                Ok(access | if found.nonblocking { NONBLOCKING } else { 0 })
            }
            4 => {
                found.nonblocking = argument & NONBLOCKING != 0;
                Ok(0)
            }
            _ => Err(Errno::INVAL.into()),
        }
    }

    /// `ioctl`: nothing is a terminal.
    pub(super) fn device_control(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        request: u64,
        at: u64,
    ) -> Answer {
        const SET_NONBLOCKING: u64 = 0x5421;
        const CLOSE_ON_EXEC: u64 = 0x5451;
        const KEEP_ON_EXEC: u64 = 0x5450;
        let found = self.files.get(descriptor)?;
        match request {
            SET_NONBLOCKING => {
                user(at, 4)?;
                found.nonblocking = machine.load32(at) != 0;
            }
            CLOSE_ON_EXEC => found.closes_on_exec = true,
            KEEP_ON_EXEC => found.closes_on_exec = false,
            _ => return Err(Errno::NOTTY.into()),
        }
        Ok(0)
    }

    /// `fstat`: everything looks like a pipe.
    pub(super) fn status(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        at: u64,
    ) -> Answer {
        self.files.get(descriptor)?;
        user(at, 128)?;
        machine.clear(at, 128);
        machine.store64(at, 1);
        machine.store64(at + 8, descriptor + 1);
        machine.store32(at + 16, PIPE_MODE);
        machine.store32(at + 20, 1);
        machine.store32(at + 56, 4096);
        Ok(0)
    }

    /// `newfstatat`: of descriptors only.
    pub(super) fn status_of(
        &mut self,
        machine: &mut impl Machine,
        descriptor: u64,
        path: u64,
        at: u64,
        flags: u64,
    ) -> Answer {
        names_descriptor(machine, path, flags)?;
        self.status(machine, descriptor, at)
    }

    /// `statx`: of descriptors only.
    pub(super) fn extended_status(
        &mut self,
        machine: &mut impl Machine,
        [descriptor, path, flags, _, at]: [u64; 5],
    ) -> Answer {
        names_descriptor(machine, path, flags)?;
        self.files.get(descriptor)?;
        user(at, 256)?;
        machine.clear(at, 256);
        // The fields that are told: all but the times.
        machine.store32(at, 0x71f);
        machine.store32(at + 4, 4096);
        machine.store32(at + 16, 1);
        machine.store32(at + 28, PIPE_MODE);
        machine.store64(at + 32, descriptor + 1);
        Ok(0)
    }
}

/// A pipe that its owner may read and write.
const PIPE_MODE: u32 = 0o10_600;

/// Checks that a path is empty, so that a descriptor is meant.
fn names_descriptor(machine: &impl Machine, path: u64, flags: u64) -> Result<(), Errno> {
    const EMPTY_PATH: u64 = 0x1000;
    if path == 0 && flags & EMPTY_PATH != 0 {
        return Ok(());
    }
    user(path, 1)?;
    match machine.load8(path) == 0 && flags & EMPTY_PATH != 0 {
        true => Ok(()),
        false => Err(Errno::NOENT),
    }
}
