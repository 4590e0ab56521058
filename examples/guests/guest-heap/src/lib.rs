//! The allocator of guest programs: which addresses are in use, over any memory.
//!
//! The heap is a range of addresses. Below `top` it consists of blocks that are in use and blocks that are free; above, all
//! is free. A block's size is a multiple of a granule, two words, and its address too. Blocks in use have nothing in front
//! of them: who gives one back says how large it is, as Rust does. Free ones are in lists, and hold the list's next block
//! and, if they are large, their size.
//!
//! | size | lists | a request takes |
//! |---|---|---|
//! | up to [`SMALL`] granules | one for each size | the first of its list, else what is at `top` |
//! | larger | one for each power of two | the first that is large enough of a few in its list, else one of a list above, and what is left of it is free again; else what is at `top` |
//!
//! In a proof every instruction costs, and most programs never run out of memory. So neighbours that are free are not
//! joined when they become so, but all at once: the lists become one that is sorted by address, in time `n log n` for `n`
//! free blocks. That is done when nothing else serves a request, and before a large one takes what is at `top`, if more than
//! one part of `PART` of what is below was freed since the last time: so it is paid for by what was freed. The block below `top` is joined with what is above at once, so that what is freed in the opposite order leaves no
//! trace; and a block that grows takes what is behind it, if that is large.

#![no_std]
#![forbid(unsafe_code)]

/// Sizes, in granules, that have a list of their own.
pub const SMALL: usize = 64;
/// Blocks of a list that are looked at for one that is large enough.
const TRIED: usize = 8;
/// Of so many parts of a heap one has to be freed before neighbours are joined without need.
const PART: usize = 16;

/// Words by address, and a way to clear bytes. Every address that a [`Heap`] uses lies in a free block.
pub trait Memory {
    /// The word at an address that is a multiple of its size.
    fn load(&self, address: usize) -> usize;

    /// Changes it.
    fn store(&mut self, address: usize, value: usize);

    /// Makes bytes 0.
    fn clear(&mut self, address: usize, bytes: usize);
}

/// A heap of a machine whose words have `WORD` bytes, a power of two.
#[derive(Clone, Debug)]
pub struct Heap<const WORD: usize> {
    start: usize,
    /// From here on nothing is in use.
    top: usize,
    end: usize,
    /// From here on nothing has ever been in use, and all is 0.
    clean: usize,
    /// Bytes that were freed since free neighbours were joined, at most `usize::MAX`.
    freed: usize,
    /// First blocks of the lists; 0 where one is empty.
    small: [usize; SMALL],
    large: [usize; usize::BITS as usize],
    /// From here on all lists of large blocks are empty.
    classes: usize,
}

impl<const WORD: usize> Default for Heap<WORD> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<const WORD: usize> Heap<WORD> {
    /// What addresses and sizes of blocks are multiples of.
    pub const GRANULE: usize = 2 * WORD;

    /// A heap without any memory.
    pub const fn empty() -> Self {
        Heap {
            start: 0,
            top: 0,
            end: 0,
            clean: 0,
            freed: 0,
            small: [0; SMALL],
            large: [0; usize::BITS as usize],
            classes: 0,
        }
    }

    /// Whether it has no memory yet.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Gives an empty heap its addresses, from above 0 up to `end`. All of it is 0.
    pub fn begin(&mut self, start: usize, end: usize) {
        self.top = start.next_multiple_of(Self::GRANULE);
        self.start = self.top;
        self.clean = self.top;
        self.end = self.top.max(end & !(Self::GRANULE - 1));
    }

    /// The size of the block that a request for so many bytes gets.
    #[inline]
    fn rounded(bytes: usize) -> Option<usize> {
        Some(bytes.max(1).checked_add(Self::GRANULE - 1)? & !(Self::GRANULE - 1))
    }

    /// A block of at least `bytes` bytes, at a multiple of `align`, a power of two, and of a granule. [`None`] if there is
    /// none.
    #[inline]
    pub fn allocate<M: Memory>(
        &mut self,
        memory: &mut M,
        bytes: usize,
        align: usize,
    ) -> Option<usize> {
        let size = Self::rounded(bytes)?;
        match align <= Self::GRANULE {
            true => self.take(memory, size),
            false => self.aligned(memory, size, align),
        }
    }

    /// The same, with bytes that are 0.
    #[inline]
    pub fn allocate_zeroed<M: Memory>(
        &mut self,
        memory: &mut M,
        bytes: usize,
        align: usize,
    ) -> Option<usize> {
        let clean = self.clean;
        let block = self.allocate(memory, bytes, align)?;
        if block < clean {
            memory.clear(block, bytes.min(clean - block));
        }
        Some(block)
    }

    /// Takes a block back, which was allocated for so many bytes.
    #[inline]
    pub fn free<M: Memory>(&mut self, memory: &mut M, block: usize, bytes: usize) {
        if let Some(size) = Self::rounded(bytes) {
            self.give(memory, block, size);
        }
    }

    /// Whether a block for `old` bytes now is one for `new` bytes, at the same address.
    #[inline]
    pub fn resize<M: Memory>(
        &mut self,
        memory: &mut M,
        block: usize,
        old: usize,
        new: usize,
    ) -> bool {
        let (Some(old), Some(new)) = (Self::rounded(old), Self::rounded(new)) else {
            return false;
        };
        if old == new {
            return true;
        }
        if block + old == self.top {
            let end = block.checked_add(new).filter(|&end| end <= self.end);
            if let Some(end) = end {
                self.top = end;
                self.clean = self.clean.max(end);
            }
            return end.is_some();
        }
        if new < old {
            self.give(memory, block + new, old - new);
            return true;
        }
        let more = new - old;
        more > SMALL * Self::GRANULE && self.take_at(memory, block + old, more)
    }

    /// Whether a large block at an address is free and has so many bytes, which are then in use. A few of each list are
    /// looked at.
    fn take_at<M: Memory>(&mut self, memory: &mut M, address: usize, size: usize) -> bool {
        let own = |block| block == address;
        let mut classes = size.ilog2() as usize..self.classes;
        classes.any(|class| self.take_from(memory, (class, size), own).is_some())
    }

    /// The front of a block of a list of large ones, if one of the first few is large enough and right.
    #[inline]
    fn take_from<M: Memory>(
        &mut self,
        memory: &mut M,
        (class, size): (usize, usize),
        right: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut before = 0;
        let mut block = self.large[class];
        for _ in 0..TRIED {
            if block == 0 {
                break;
            }
            let next = memory.load(block);
            if right(block) && memory.load(block + WORD) >= size {
                match before {
                    0 => self.large[class] = next,
                    _ => memory.store(before, next),
                }
                return Some(self.part(memory, block, size));
            }
            (before, block) = (block, next);
        }
        None
    }

    #[inline]
    fn take<M: Memory>(&mut self, memory: &mut M, size: usize) -> Option<usize> {
        if let Some(first) = self.small.get_mut(size / Self::GRANULE - 1) {
            let block = *first;
            if block != 0 {
                *first = memory.load(block);
                return Some(block);
            }
        } else if let Some(block) = self.take_large(memory, size) {
            return Some(block);
        } else if self.freed > (self.top - self.start) / PART {
            self.join(memory);
            if let Some(block) = self.take_large(memory, size) {
                return Some(block);
            }
        }
        self.take_top(size)
            .or_else(|| self.take_anywhere(memory, size))
    }

    #[inline]
    fn take_top(&mut self, size: usize) -> Option<usize> {
        let block = self.top;
        if size > self.end - block {
            return None;
        }
        self.top = block + size;
        self.clean = self.clean.max(self.top);
        Some(block)
    }

    /// A part of a block of the lists of large ones.
    fn take_large<M: Memory>(&mut self, memory: &mut M, size: usize) -> Option<usize> {
        if self.classes == 0 {
            return None;
        }
        let class = size.ilog2() as usize;
        if let Some(block) = self.take_from(memory, (class, size), |_| true) {
            return Some(block);
        }
        let mut above = self.large.iter_mut().take(self.classes).skip(class + 1);
        let first = above.find(|first| **first != 0)?;
        let block = *first;
        *first = memory.load(block);
        Some(self.part(memory, block, size))
    }

    /// The front of a large block, which is in no list any more.
    fn part<M: Memory>(&mut self, memory: &mut M, block: usize, size: usize) -> usize {
        let all = memory.load(block + WORD);
        if all > size {
            self.give(memory, block + size, all - size);
        }
        block
    }

    /// A block when there is none of its size, and too little at the top.
    #[cold]
    fn take_anywhere<M: Memory>(&mut self, memory: &mut M, size: usize) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let found = self.take_larger(memory, size);
        if found.is_some() || self.freed == 0 {
            return found;
        }
        self.join(memory);
        self.take_larger(memory, size)
            .or_else(|| self.take_top(size))
    }

    /// A block of its size, or a part of a larger one.
    fn take_larger<M: Memory>(&mut self, memory: &mut M, size: usize) -> Option<usize> {
        let class = size / Self::GRANULE - 1;
        for number in class..SMALL {
            let block = self.small[number];
            if block != 0 {
                self.small[number] = memory.load(block);
                let all = (number + 1) * Self::GRANULE;
                if all > size {
                    self.give(memory, block + size, all - size);
                }
                return Some(block);
            }
        }
        self.take_large(memory, size)
    }

    /// A block at a multiple of more than a granule: cut out of a longer one.
    fn aligned<M: Memory>(&mut self, memory: &mut M, size: usize, align: usize) -> Option<usize> {
        let all = size.checked_add(align - Self::GRANULE)?;
        let start = self.take(memory, all)?;
        let block = start.next_multiple_of(align);
        let (end, all_end) = (block + size, start + all);
        if end < all_end {
            self.give(memory, end, all_end - end);
        }
        if start < block {
            self.give(memory, start, block - start);
        }
        Some(block)
    }

    #[inline]
    fn give<M: Memory>(&mut self, memory: &mut M, block: usize, size: usize) {
        self.freed = self.freed.saturating_add(size);
        if block + size == self.top {
            self.top = block;
            return;
        }
        self.list(memory, block, size);
    }

    #[inline]
    fn list<M: Memory>(&mut self, memory: &mut M, block: usize, size: usize) {
        let first = match self.small.get_mut(size / Self::GRANULE - 1) {
            Some(first) => first,
            None => {
                memory.store(block + WORD, size);
                let class = size.ilog2() as usize;
                self.classes = self.classes.max(class + 1);
                &mut self.large[class]
            }
        };
        memory.store(block, *first);
        *first = block;
    }

    /// Joins all free neighbours.
    fn join<M: Memory>(&mut self, memory: &mut M) {
        self.freed = 0;
        let mut block = self.sorted(memory);
        while block != 0 {
            let mut next = memory.load(block);
            let mut end = block + memory.load(block + WORD);
            while next == end {
                end += memory.load(next + WORD);
                next = memory.load(next);
            }
            match end == self.top {
                true => self.top = block,
                false => self.list(memory, block, end - block),
            }
            block = next;
        }
    }

    /// Empties all lists into one that is sorted by address; every block holds its size.
    fn sorted<M: Memory>(&mut self, memory: &mut M) -> usize {
        // Number k is empty or has 2^k blocks.
        let mut lists = [0; usize::BITS as usize];
        let mut add = |memory: &mut M, block: usize| {
            memory.store(block, 0);
            let mut carried = block;
            for list in &mut lists {
                if *list == 0 {
                    *list = carried;
                    break;
                }
                carried = Self::merge(memory, core::mem::take(list), carried);
            }
        };
        for (number, first) in self.small.iter_mut().enumerate() {
            let mut block = core::mem::take(first);
            while block != 0 {
                let next = memory.load(block);
                memory.store(block + WORD, (number + 1) * Self::GRANULE);
                add(memory, block);
                block = next;
            }
        }
        for first in self
            .large
            .iter_mut()
            .take(core::mem::take(&mut self.classes))
        {
            let mut block = core::mem::take(first);
            while block != 0 {
                let next = memory.load(block);
                add(memory, block);
                block = next;
            }
        }
        let mut all = 0;
        for list in lists {
            all = Self::merge(memory, all, list);
        }
        all
    }

    /// One sorted list of two.
    fn merge<M: Memory>(memory: &mut M, mut a: usize, mut b: usize) -> usize {
        let (mut first, mut last) = (0, 0);
        while a != 0 || b != 0 {
            let from_a = b == 0 || a != 0 && a < b;
            let block = if from_a { a } else { b };
            let next = memory.load(block);
            match from_a {
                true => a = next,
                false => b = next,
            }
            match last {
                0 => first = block,
                _ => memory.store(last, block),
            }
            last = block;
        }
        first
    }
}
