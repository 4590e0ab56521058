//! Descriptors and what they stand for: the standard ones, pipes, counters of events, sets that `epoll` watches.
//!
//! There are no files. Descriptor 0 is the public or the private input, 1 the public output, 2 is printed, 3 is the
//! private input.

use crate::errno::Errno;
use crate::machine::Machine;

/// Number of descriptors.
pub const DESCRIPTORS: usize = 64;
/// Number of pipes.
const PIPES: usize = 8;
/// Number of counters.
const COUNTERS: usize = 16;
/// Number of sets.
const SETS: usize = 8;
/// Descriptors in a set.
const WATCHED: usize = 32;
/// Bytes in a pipe.
pub const PIPE_SIZE: usize = 65536;

/// What a descriptor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nothing: it is closed.
    Closed,
    /// Standard input.
    Input,
    /// The public output.
    Output,
    /// What is printed.
    Printed,
    /// The private input.
    Private,
    /// The end of a pipe that is read.
    Reader(u8),
    /// The end of a pipe that is written.
    Writer(u8),
    /// A counter of events.
    Counter(u8),
    /// A set of watched descriptors.
    Set(u8),
}

/// A descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// What it stands for.
    pub object: Object,
    /// Whether calls fail that would have to wait.
    pub nonblocking: bool,
    /// A flag that means nothing where there is no `exec`.
    pub closes_on_exec: bool,
}

const CLOSED: Descriptor = Descriptor {
    object: Object::Closed,
    nonblocking: false,
    closes_on_exec: false,
};

/// A pipe.
#[derive(Clone, Debug)]
pub struct Pipe {
    bytes: [u8; PIPE_SIZE],
    /// Where the next byte is read.
    start: usize,
    /// Bytes in it.
    length: usize,
    /// Descriptors of its ends.
    readers: u16,
    writers: u16,
    /// How often bytes came or went.
    changes: u32,
}

/// A counter of events.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// Its value.
    pub value: u64,
    /// Whether a read takes one, and not all.
    pub semaphore: bool,
    descriptors: u16,
    changes: u32,
}

/// A descriptor that a set watches.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// Whether this place is taken.
    pub taken: bool,
    /// The descriptor.
    pub descriptor: u8,
    /// What is watched for, with `EPOLLET` and `EPOLLONESHOT`.
    pub events: u32,
    /// What the program is told.
    pub data: u64,
    /// Changes of the object when it was reported, plus one; 0 before.
    pub seen: u32,
}

/// A set of watched descriptors.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// Its descriptors.
    pub watches: [Watch; WATCHED],
    descriptors: u16,
}

/// Something can be read.
pub const IN: u32 = 1;
/// Something can be written.
pub const OUT: u32 = 4;
/// Nobody reads what would be written.
pub const ERR: u32 = 8;
/// Nobody writes any more.
pub const HUP: u32 = 16;

/// All descriptors and their objects.
#[derive(Clone, Debug)]
pub struct Files {
    descriptors: [Descriptor; DESCRIPTORS],
    pipes: [Pipe; PIPES],
    counters: [Counter; COUNTERS],
    sets: [Set; SETS],
    /// Something changed that a thread may wait for.
    pub changed: bool,
}

impl Default for Files {
    fn default() -> Self {
        Files::new()
    }
}

impl Files {
    /// Nothing open; see [`Files::open_standard`].
    pub const fn new() -> Self {
        const PIPE: Pipe = Pipe {
            bytes: [0; PIPE_SIZE],
            start: 0,
            length: 0,
            readers: 0,
            writers: 0,
            changes: 0,
        };
        const COUNTER: Counter = Counter {
            value: 0,
            semaphore: false,
            descriptors: 0,
            changes: 0,
        };
        const WATCH: Watch = Watch {
            taken: false,
            descriptor: 0,
            events: 0,
            data: 0,
            seen: 0,
        };
        const SET: Set = Set {
            watches: [WATCH; WATCHED],
            descriptors: 0,
        };
        Files {
            descriptors: [CLOSED; DESCRIPTORS],
            pipes: [PIPE; PIPES],
            counters: [COUNTER; COUNTERS],
            sets: [SET; SETS],
            changed: false,
        }
    }

    /// Opens the descriptors that a program starts with.
    pub fn open_standard(&mut self) {
        let standard = [
            Object::Input,
            Object::Output,
            Object::Printed,
            Object::Private,
        ];
        for (descriptor, object) in self.descriptors.iter_mut().zip(standard) {
            descriptor.object = object;
        }
    }

    /// An open descriptor.
    ///
    /// # Errors
    /// [`Errno::BADF`].
    #[inline]
    pub fn get(&mut self, descriptor: u64) -> Result<&mut Descriptor, Errno> {
        let number = usize::try_from(descriptor as u32).unwrap_or(DESCRIPTORS);
        let found = self.descriptors.get_mut(number).ok_or(Errno::BADF)?;
        match found.object {
            Object::Closed => Err(Errno::BADF),
            _ => Ok(found),
        }
    }

    /// Opens the lowest free descriptor that is at least `from`.
    ///
    /// # Errors
    /// [`Errno::MFILE`].
    pub fn open(&mut self, descriptor: Descriptor, from: u64) -> Result<u64, Errno> {
        let from = from.min(DESCRIPTORS as u64) as usize;
        let mut places = self.descriptors[from..].iter();
        let free = places.position(|found| found.object == Object::Closed);
        let number = from + free.ok_or(Errno::MFILE)?;
        self.descriptors[number] = descriptor;
        if let Some(count) = self.count(descriptor.object) {
            *count += 1;
        }
        Ok(number as u64)
    }

    /// Closes a descriptor: pipes may end, and sets forget it.
    ///
    /// # Errors
    /// [`Errno::BADF`].
    pub fn close(&mut self, number: u64) -> Result<(), Errno> {
        let descriptor = self.get(number)?;
        let object = descriptor.object;
        *descriptor = CLOSED;
        if let Some(count) = self.count(object) {
            *count -= 1;
        }
        if let Object::Reader(pipe) | Object::Writer(pipe) = object {
            let pipe = &mut self.pipes[usize::from(pipe)];
            pipe.changes += 1;
            if pipe.readers == 0 {
                pipe.length = 0;
            }
        }
        for set in self.sets.iter_mut().filter(|set| set.descriptors != 0) {
            for watch in &mut set.watches {
                watch.taken &= u64::from(watch.descriptor) != number;
            }
        }
        self.changed = true;
        Ok(())
    }

    /// How many descriptors an object has, if that matters.
    fn count(&mut self, object: Object) -> Option<&mut u16> {
        Some(match object {
            Object::Reader(pipe) => &mut self.pipes[usize::from(pipe)].readers,
            Object::Writer(pipe) => &mut self.pipes[usize::from(pipe)].writers,
            Object::Counter(counter) => &mut self.counters[usize::from(counter)].descriptors,
            Object::Set(set) => &mut self.sets[usize::from(set)].descriptors,
            _ => return None,
        })
    }

    /// A pipe that nobody has; both its ends are to be opened.
    ///
    /// # Errors
    /// [`Errno::MFILE`].
    pub fn new_pipe(&mut self) -> Result<u8, Errno> {
        let free = |pipe: &Pipe| pipe.readers == 0 && pipe.writers == 0;
        let place = self.pipes.iter().position(free).ok_or(Errno::MFILE)?;
        (self.pipes[place].start, self.pipes[place].length) = (0, 0);
        Ok(place as u8)
    }

    /// A counter that nobody has.
    ///
    /// # Errors
    /// [`Errno::MFILE`].
    pub fn new_counter(&mut self, value: u64, semaphore: bool) -> Result<u8, Errno> {
        let free = |counter: &Counter| counter.descriptors == 0;
        let place = self.counters.iter().position(free).ok_or(Errno::MFILE)?;
        let counter = &mut self.counters[place];
        (counter.value, counter.semaphore) = (value, semaphore);
        Ok(place as u8)
    }

    /// A set that nobody has.
    ///
    /// # Errors
    /// [`Errno::MFILE`].
    pub fn new_set(&mut self) -> Result<u8, Errno> {
        let free = |set: &Set| set.descriptors == 0;
        let place = self.sets.iter().position(free).ok_or(Errno::MFILE)?;
        for watch in &mut self.sets[place].watches {
            watch.taken = false;
        }
        Ok(place as u8)
    }

    /// A counter.
    pub fn counter(&mut self, counter: u8) -> &mut Counter {
        &mut self.counters[usize::from(counter)]
    }

    /// A counter was read or written.
    pub fn counted(&mut self, counter: u8) {
        self.counters[usize::from(counter)].changes += 1;
        self.changed = true;
    }

    /// A set.
    pub fn set(&mut self, set: u8) -> &mut Set {
        &mut self.sets[usize::from(set)]
    }

    /// What a descriptor is ready for; 0 if it is closed.
    pub fn ready(&mut self, number: u64) -> u32 {
        let Ok(descriptor) = self.get(number) else {
            return 0;
        };
        match descriptor.object {
            Object::Closed => 0,
            Object::Input | Object::Private => IN,
            Object::Output | Object::Printed => OUT,
            Object::Reader(pipe) => {
                let pipe = &self.pipes[usize::from(pipe)];
                let hang_up = if pipe.writers == 0 { HUP } else { 0 };
                hang_up | if pipe.length > 0 { IN } else { 0 }
            }
            Object::Writer(pipe) => {
                let pipe = &self.pipes[usize::from(pipe)];
                let error = if pipe.readers == 0 { ERR } else { 0 };
                error | if pipe.length < PIPE_SIZE { OUT } else { 0 }
            }
            Object::Counter(counter) => {
                let value = self.counters[usize::from(counter)].value;
                let readable = if value > 0 { IN } else { 0 };
                readable | if value < u64::MAX - 1 { OUT } else { 0 }
            }
            Object::Set(set) => match self.next_ready(set, 0) {
                Some(_) => IN,
                None => 0,
            },
        }
    }

    /// How often a descriptor's object has changed.
    fn changes(&mut self, number: u64) -> u32 {
        match self.get(number).map(|found| found.object) {
            Ok(Object::Reader(pipe) | Object::Writer(pipe)) => {
                self.pipes[usize::from(pipe)].changes
            }
            Ok(Object::Counter(counter)) => self.counters[usize::from(counter)].changes,
            _ => 0,
        }
    }

    /// The first watch of a set, from a place on, that has something to report: its place and what it is.
    pub fn next_ready(&mut self, set: u8, from: usize) -> Option<(usize, u32)> {
        const EDGES: u32 = 1 << 31;
        for place in from..WATCHED {
            let watch = self.sets[usize::from(set)].watches[place];
            let number = u64::from(watch.descriptor);
            let is_set = matches!(
                self.get(number).map(|found| found.object),
                Ok(Object::Set(_))
            );
            // A set inside of a set is reported as often as it is asked for, unless it holds itself.
            if !watch.taken || watch.events == 0 || is_set {
                continue;
            }
            let events = self.ready(number) & (watch.events | ERR | HUP);
            let new = watch.events & EDGES == 0 || watch.seen != self.changes(number) + 1;
            if events != 0 && new {
                return Some((place, events));
            }
        }
        None
    }

    /// A watch has been reported.
    pub fn reported(&mut self, set: u8, place: usize) {
        const ONCE: u32 = 1 << 30;
        let number = self.sets[usize::from(set)].watches[place].descriptor;
        let changes = self.changes(number.into());
        let watch = &mut self.sets[usize::from(set)].watches[place];
        watch.seen = changes + 1;
        if watch.events & ONCE != 0 {
            watch.events = 0;
        }
    }

    /// Reads from a pipe to an address: how many bytes; none if it has to be waited for.
    pub fn read_pipe(
        &mut self,
        machine: &mut impl Machine,
        pipe: u8,
        to: u64,
        length: u64,
    ) -> Option<u64> {
        let pipe = &mut self.pipes[usize::from(pipe)];
        let count = length.min(pipe.length as u64) as usize;
        if count == 0 {
            return (pipe.writers == 0 || length == 0).then_some(0);
        }
        let first = count.min(PIPE_SIZE - pipe.start);
        machine.put(to, &pipe.bytes[pipe.start..pipe.start + first]);
        machine.put(to + first as u64, &pipe.bytes[..count - first]);
        pipe.start = (pipe.start + count) % PIPE_SIZE;
        pipe.length -= count;
        pipe.changes += 1;
        self.changed = true;
        Some(count as u64)
    }

    /// Writes to a pipe what lies at an address: how many bytes; none if it has to be waited for.
    ///
    /// # Errors
    /// [`Errno::PIPE`]: nobody reads.
    pub fn write_pipe(
        &mut self,
        machine: &impl Machine,
        pipe: u8,
        from: u64,
        length: u64,
    ) -> Result<Option<u64>, Errno> {
        /// So many bytes are written together or not at all.
        const TOGETHER: u64 = 4096;
        let pipe = &mut self.pipes[usize::from(pipe)];
        if pipe.readers == 0 {
            return Err(Errno::PIPE);
        }
        let room = (PIPE_SIZE - pipe.length) as u64;
        if length > 0 && (room == 0 || (length <= TOGETHER && length > room)) {
            return Ok(None);
        }
        let count = length.min(room) as usize;
        let start = (pipe.start + pipe.length) % PIPE_SIZE;
        let first = count.min(PIPE_SIZE - start);
        machine.get(from, &mut pipe.bytes[start..start + first]);
        machine.get(from + first as u64, &mut pipe.bytes[..count - first]);
        pipe.length += count;
        pipe.changes += 1;
        self.changed = true;
        Ok(Some(count as u64))
    }
}
