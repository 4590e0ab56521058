//! Threads: their registers and what they wait for, and the ring of those that can run.
//!
//! There is one processor. The current thread runs until it waits, or until it has used up its share of system calls
//! while others can run; then the next one in the ring goes on. Slot 0 is nobody: it ends lists.

use crate::context::Context;

/// The slot of a thread; 0 is none.
pub type Slot = u8;

/// Number of slots, with the one that is nobody's.
pub const SLOTS: usize = 256;

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// There is no thread in this slot.
    Free,
    /// It can run.
    Ready,
    /// It waits for a word to be woken at ([`Thread::word`]).
    Futex,
    /// It sleeps.
    Sleep,
    /// It waits for a descriptor; its call is made again.
    Files,
    /// It waits for a signal.
    Signal,
}

/// A thread.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Thread {
    /// Its registers: first, where the trap's entry finds them.
    pub context: Context,
    /// What it does.
    pub state: State,
    /// The slots before and behind it, in the ring of those that can run or in the line of those that wait.
    next: Slot,
    previous: Slot,
    /// The call that it waits in was begun before: deadlines stand.
    pub again: bool,
    /// It was woken because its time is over.
    pub late: bool,
    /// A handler's end lets it make the call again, if the handler is of that kind.
    pub restarts: bool,
    /// Its mask is to become `old_mask` when the call is over.
    pub masks: bool,
    /// Its number.
    pub tid: u32,
    /// Bits of the wakers that it waits for.
    pub bits: u32,
    /// The word that it waits at.
    pub word: u64,
    /// When it stops to wait; 0 is never.
    pub deadline: u64,
    /// A word that is cleared and woken when it ends; 0 is none.
    pub clear_tid: u64,
    /// Signals that are not delivered, a bit each, the first one's lowest.
    pub mask: u64,
    /// See `masks`.
    pub old_mask: u64,
    /// Signals that came.
    pub pending: u64,
    /// The stack for handlers, and its size; 0 if there is none.
    pub stack: u64,
    /// Its size in bytes.
    pub stack_size: u64,
}

/// Nobody.
pub const NOBODY: Thread = Thread {
    context: Context::ZERO,
    state: State::Free,
    next: 0,
    previous: 0,
    again: false,
    late: false,
    restarts: false,
    masks: false,
    tid: 0,
    bits: 0,
    word: 0,
    deadline: 0,
    clear_tid: 0,
    mask: 0,
    old_mask: 0,
    pending: 0,
    stack: 0,
    stack_size: 0,
};

/// All threads.
#[derive(Clone, Debug)]
pub struct Threads {
    slots: [Thread; SLOTS],
    /// The thread that runs; 0 if none can.
    current: Slot,
    /// The first and the last one of those that wait, in the order in which they came.
    first: Slot,
    last: Slot,
    /// Slots from this one on have never been used.
    end: u16,
}

impl Default for Threads {
    fn default() -> Self {
        Threads::new()
    }
}

impl core::ops::Index<Slot> for Threads {
    type Output = Thread;
    #[inline]
    fn index(&self, slot: Slot) -> &Thread {
        &self.slots[usize::from(slot)]
    }
}

impl core::ops::IndexMut<Slot> for Threads {
    #[inline]
    fn index_mut(&mut self, slot: Slot) -> &mut Thread {
        &mut self.slots[usize::from(slot)]
    }
}

/// A place in the line of those that wait.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// 0 at its end.
    next: Slot,
}

impl Waiting {
    /// The next thread in the line, which may be woken before the one behind it is asked for.
    pub fn next(&mut self, threads: &Threads) -> Option<Slot> {
        let slot = self.next;
        if slot == 0 {
            return None;
        }
        self.next = threads[slot].next;
        Some(slot)
    }
}

impl Threads {
    /// No thread.
    pub const fn new() -> Self {
        Threads {
            slots: [NOBODY; SLOTS],
            current: 0,
            first: 0,
            last: 0,
            end: 0,
        }
    }

    /// The thread that runs; 0 if none can.
    #[inline]
    pub fn current(&self) -> Slot {
        self.current
    }

    /// The thread that runs.
    #[inline]
    pub fn running(&mut self) -> &mut Thread {
        &mut self.slots[usize::from(self.current)]
    }

    /// Slots that threads have ever had.
    pub fn used(&self) -> impl Iterator<Item = Slot> + use<> {
        (1..self.end.max(1)).map(|slot| slot as Slot)
    }

    /// Threads that there are.
    pub fn alive(&self) -> impl Iterator<Item = Slot> {
        self.used().filter(|&slot| self[slot].state != State::Free)
    }

    /// The thread with a number.
    pub fn find(&self, tid: u64) -> Option<Slot> {
        self.alive().find(|&slot| u64::from(self[slot].tid) == tid)
    }

    /// Adds a thread, which can run, behind all others; its slot.
    pub fn add(&mut self, thread: Thread) -> Option<Slot> {
        let free = self.used().find(|&slot| self[slot].state == State::Free);
        let slot = free.or_else(|| Slot::try_from(self.end.max(1)).ok())?;
        self.end = self.end.max(u16::from(slot) + 1);
        self[slot] = thread;
        self.enter(slot);
        Some(slot)
    }

    /// Puts a thread into the ring, behind all others.
    fn enter(&mut self, slot: Slot) {
        self[slot].state = State::Ready;
        if self.current == 0 {
            self.current = slot;
            (self[slot].next, self[slot].previous) = (slot, slot);
            return;
        }
        let (next, previous) = (self.current, self[self.current].previous);
        (self[slot].next, self[slot].previous) = (next, previous);
        self[previous].next = slot;
        self[next].previous = slot;
    }

    /// Takes the current thread out of the ring.
    fn leave(&mut self) -> Slot {
        let slot = self.current;
        let (next, previous) = (self[slot].next, self[slot].previous);
        if next == slot {
            self.current = 0;
        } else {
            self[previous].next = next;
            self[next].previous = previous;
            self.current = next;
        }
        slot
    }

    /// The current thread waits, behind all others that do.
    pub fn wait(&mut self, state: State) {
        let slot = self.leave();
        let last = self.last;
        let thread = &mut self[slot];
        (thread.state, thread.next, thread.previous) = (state, 0, last);
        thread.late = false;
        match last {
            0 => self.first = slot,
            last => self[last].next = slot,
        }
        self.last = slot;
    }

    /// A thread that waits can run again.
    pub fn wake(&mut self, slot: Slot) {
        let (next, previous) = (self[slot].next, self[slot].previous);
        match previous {
            0 => self.first = next,
            previous => self[previous].next = next,
        }
        match next {
            0 => self.last = previous,
            next => self[next].previous = previous,
        }
        self.enter(slot);
    }

    /// Those that wait, the first one first.
    pub fn waiting(&self) -> Waiting {
        Waiting { next: self.first }
    }

    /// The current thread ends.
    pub fn end(&mut self) {
        let slot = self.leave();
        self[slot].state = State::Free;
    }

    /// Whether another thread than the current one can run.
    pub fn is_contended(&self) -> bool {
        self[self.current].next != self.current
    }

    /// A thread that can run does.
    pub fn run(&mut self, slot: Slot) {
        self.current = slot;
    }

    /// The next thread in the ring runs.
    pub fn turn(&mut self) {
        self.current = self[self.current].next;
    }
}
