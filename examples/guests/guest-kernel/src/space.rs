//! The address space that `mmap` gives out: which pages are mapped, and which have to be cleared before they are.
//!
//! A sorted table of ranges of pages, of three kinds; pages in no range are free and have never been written.
//! Neighbours of one kind are one range. Memory is not protected: a reservation, which nobody may access, is only
//! remembered to be clean, so that Go's reservation of a gigabyte, and taking a part of it, cost nothing.

use crate::errno::Errno;
use crate::map::{MAP_END, MAP_START, PAGE};

/// What the pages of a range are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Mapped, and never accessible: all zero.
    Reserved,
    /// Mapped.
    Used,
    /// Free, and perhaps not zero.
    Dirty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    start: u32,
    end: u32,
    kind: Kind,
}

/// Most ranges.
const CAPACITY: usize = 2048;
/// Large requests begin at multiples of as much, since Go trims what it gets to such.
const LARGE: u64 = 64 << 20;

/// The address space of `mmap`.
#[derive(Clone, Debug)]
pub struct Space {
    ranges: [Range; CAPACITY],
    count: usize,
    /// Where the last mapping ended: the next one is tried there first. 0 before the first.
    cursor: u32,
}

const NOTHING: Range = Range {
    start: 0,
    end: 0,
    kind: Kind::Reserved,
};

const FIRST: u32 = (MAP_START / PAGE) as u32;
const LAST: u32 = (MAP_END / PAGE) as u32;

/// A list of address ranges that are to be cleared: at most one call of this for each.
pub trait Clear {
    /// Makes the bytes at an address zero.
    fn clear(&mut self, address: u64, length: u64);
}

impl<F: FnMut(u64, u64)> Clear for F {
    fn clear(&mut self, address: u64, length: u64) {
        self(address, length);
    }
}

impl Default for Space {
    fn default() -> Self {
        Space::new()
    }
}

impl Space {
    /// Everything free.
    pub const fn new() -> Self {
        Space {
            ranges: [NOTHING; CAPACITY],
            count: 0,
            cursor: 0,
        }
    }

    /// Whether a range lies inside this space. Addresses are multiples of a page.
    pub fn contains(address: u64, length: u64) -> bool {
        (MAP_START..=MAP_END).contains(&address) && length <= MAP_END - address
    }

    /// The first range that ends behind a page.
    fn find(&self, page: u32) -> usize {
        self.ranges[..self.count].partition_point(|range| range.end <= page)
    }

    /// Maps pages anywhere; their address.
    ///
    /// # Errors
    /// [`Errno::NOMEM`].
    pub fn map(&mut self, length: u64, kind: Kind, clear: &mut impl Clear) -> Result<u64, Errno> {
        if length == 0 || length > MAP_END - MAP_START {
            return Err(Errno::NOMEM);
        }
        let pages = (length / PAGE) as u32;
        let start = self.place(pages).ok_or(Errno::NOMEM)?;
        self.set(start, start + pages, Some(kind), clear)?;
        self.cursor = start + pages;
        Ok(u64::from(start) * PAGE)
    }

    /// Where so many pages are free: clean ones behind the last mapping or from the start, or any.
    fn place(&self, pages: u32) -> Option<u32> {
        let align = match u64::from(pages) * PAGE >= LARGE {
            true => (LARGE / PAGE) as u32,
            false => 1,
        };
        self.gap(self.cursor.max(FIRST), pages, align, true)
            .or_else(|| self.gap(FIRST, pages, align, true))
            .or_else(|| self.gap(FIRST, pages, align, false))
            .or_else(|| self.gap(FIRST, pages, 1, false))
    }

    /// The first gap of so many pages at or behind `from`, without dirty pages if it is to be clean.
    fn gap(&self, from: u32, pages: u32, align: u32, clean: bool) -> Option<u32> {
        let mut start = from.next_multiple_of(align);
        for range in &self.ranges[self.find(from)..self.count] {
            if range.start >= start && range.start - start >= pages {
                break;
            }
            if clean || range.kind != Kind::Dirty {
                start = start.max(range.end.next_multiple_of(align));
            }
        }
        (start <= LAST && LAST - start >= pages).then_some(start)
    }

    /// Maps these pages, whatever they were; what they held is cleared.
    ///
    /// # Errors
    /// [`Errno::NOMEM`]: the table is full.
    pub fn map_at(
        &mut self,
        address: u64,
        length: u64,
        kind: Kind,
        clear: &mut impl Clear,
    ) -> Result<(), Errno> {
        self.set(page(address), page(address + length), Some(kind), clear)
    }

    /// Unmaps these pages.
    ///
    /// # Errors
    /// [`Errno::NOMEM`]: the table is full.
    pub fn unmap(&mut self, address: u64, length: u64) -> Result<(), Errno> {
        self.set(page(address), page(address + length), None, &mut |_, _| {})
    }

    /// Whether all these pages are free.
    pub fn is_free(&self, address: u64, length: u64) -> bool {
        let end = page(address + length);
        let behind = self.ranges[self.find(page(address))..self.count].iter();
        behind
            .take_while(|range| range.start < end)
            .all(|range| range.kind == Kind::Dirty)
    }

    /// Makes what is reserved of these pages accessible.
    ///
    /// # Errors
    /// [`Errno::NOMEM`]: the table is full.
    pub fn allow(&mut self, address: u64, length: u64) -> Result<(), Errno> {
        let (mut at, end) = (page(address), page(address + length));
        while at < end {
            let Some(range) = self.ranges[..self.count].get(self.find(at)).copied() else {
                break;
            };
            let (from, to) = (range.start.max(at), range.end.min(end));
            if from < to && range.kind == Kind::Reserved {
                // A reservation is clean: nothing has to be cleared.
                self.set(from, to, Some(Kind::Used), &mut |_, _| {})?;
            }
            at = range.end;
        }
        Ok(())
    }

    /// Clears what is not known to be clean of these pages, which stay what they are.
    pub fn discard(&self, address: u64, length: u64, clear: &mut impl Clear) {
        let (start, end) = (page(address), page(address + length));
        for range in &self.ranges[self.find(start)..self.count] {
            if range.start >= end {
                break;
            }
            if range.kind == Kind::Used {
                clear_pages(clear, range.start.max(start), range.end.min(end));
            }
        }
    }

    /// Makes pages mapped, of a kind, or free. What may not be zero is cleared where pages are mapped, and is
    /// remembered as dirty where they become free.
    fn set(
        &mut self,
        start: u32,
        end: u32,
        kind: Option<Kind>,
        clear: &mut impl Clear,
    ) -> Result<(), Errno> {
        if start >= end {
            return Ok(());
        }
        // One range may be split in two, and one added.
        if self.count + 2 > CAPACITY {
            return Err(Errno::NOMEM);
        }
        let mut at = self.split(start);
        let behind = self.split(end);
        if let Some(kind) = kind {
            for range in &self.ranges[at..behind] {
                if range.kind != Kind::Reserved {
                    clear_pages(clear, range.start, range.end);
                }
            }
            self.remove(at, behind);
            self.insert(at, Range { start, end, kind });
        } else {
            let mut kept = at;
            for place in at..behind {
                let range = self.ranges[place];
                if range.kind != Kind::Reserved {
                    self.ranges[kept] = Range {
                        kind: Kind::Dirty,
                        ..range
                    };
                    kept += 1;
                }
            }
            self.remove(kept, behind);
        }
        at = at.saturating_sub(1);
        while at + 1 < self.count && self.ranges[at].start <= end {
            let (range, next) = (self.ranges[at], self.ranges[at + 1]);
            if range.end == next.start && range.kind == next.kind {
                self.ranges[at].end = next.end;
                self.remove(at + 1, at + 2);
            } else {
                at += 1;
            }
        }
        Ok(())
    }

    /// Splits the range that a page is inside of; the place of the first range from that page on.
    fn split(&mut self, page: u32) -> usize {
        let at = self.find(page);
        let range = self.ranges[at];
        if at == self.count || range.start >= page {
            return at;
        }
        self.ranges[at].end = page;
        self.insert(
            at + 1,
            Range {
                start: page,
                ..range
            },
        );
        at + 1
    }

    fn insert(&mut self, at: usize, range: Range) {
        self.ranges.copy_within(at..self.count, at + 1);
        self.ranges[at] = range;
        self.count += 1;
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.ranges.copy_within(to..self.count, from);
        self.count -= to - from;
    }
}

fn page(address: u64) -> u32 {
    (address / PAGE) as u32
}

fn clear_pages(clear: &mut impl Clear, start: u32, end: u32) {
    clear.clear(u64::from(start) * PAGE, u64::from(end - start) * PAGE);
}
