//! What a program may not access: part of its verifying key, and enforced by the proof.
//!
//! | cells | forbidden | which they are |
//! |---|---|---|
//! | read-only | stores | the public input, its length and reserved cells of the I/O block; code |
//! | guard | loads and stores | the lowest quarter of the stack's space |
//!
//! Code is protected cell by cell. A cell that holds code and also what the program may write, such as data of a
//! segment that is writable and executable, stays writable; [`Protection::exposed`] lists its code.
//!
//! The stack's space is what lies between the symbols `__heap_end` and `__stack_top`, if a file defines both: a
//! heap ends where the space begins, so that neither a heap nor anything else of the program has a use for the
//! guard. A stack that grows into it faults. A frame larger than the guard can step over it, if the function
//! touches none of it.

use crate::layout::Layout;
use std::ops::Range;

/// Symbol at the lowest address of the stack's space.
pub(crate) const STACK_END: &str = "__heap_end";
/// Symbol behind the highest address of the stack's space.
pub(crate) const STACK_TOP: &str = "__stack_top";
/// The guard is this part of the stack's space.
const GUARD_PART: u64 = 4;

/// A set of cells, as ranges that are ascending, disjoint, apart and not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CellSet(Vec<Range<u32>>);

impl CellSet {
    /// The union of ranges in any order.
    pub fn new(ranges: impl IntoIterator<Item = Range<u32>>) -> Self {
        let mut sorted: Vec<Range<u32>> = ranges.into_iter().filter(|r| !r.is_empty()).collect();
        sorted.sort_unstable_by_key(|range| range.start);
        let mut set: Vec<Range<u32>> = Vec::new();
        for range in sorted {
            match set.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => set.push(range),
            }
        }
        CellSet(set)
    }

    /// The ranges, ascending.
    pub fn ranges(&self) -> &[Range<u32>] {
        &self.0
    }

    /// Whether there is no cell in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a cell is in it.
    #[inline]
    pub fn contains(&self, cell: u32) -> bool {
        let at = self.0.partition_point(|range| range.end <= cell);
        self.0.get(at).is_some_and(|range| range.start <= cell)
    }

    /// Number of cells.
    pub fn cells(&self) -> u64 {
        self.0.iter().map(|range| range.len() as u64).sum()
    }

    /// The cells that are in none of `others`.
    fn without(&self, others: &CellSet) -> CellSet {
        let mut left = Vec::with_capacity(self.0.len());
        let mut others = others.0.iter().peekable();
        for range in &self.0 {
            let mut start = range.start;
            while let Some(other) = others.next_if(|other| other.end <= range.end) {
                left.push(start..other.start.max(start));
                start = start.max(other.end);
            }
            let next = others.peek().map_or(range.end, |other| other.start);
            left.push(start..next.clamp(start, range.end));
        }
        CellSet::new(left)
    }
}

/// Addresses of what a program consists of.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    pub code: &'a [Range<u64>],
    /// What the program may write.
    pub writable: &'a [Range<u64>],
    /// All that is loaded.
    pub loaded: &'a [Range<u64>],
    /// The stack's space, if the file names it.
    pub stack: Option<Range<u64>>,
}

/// Cells that a program may not store to, or not access at all. See the module documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Protection {
    /// Cells that no store hits.
    pub read_only: CellSet,
    /// Cells that no access hits.
    pub guard: CellSet,
    /// Addresses of code that is not protected.
    exposed: Vec<Range<u64>>,
}

impl Protection {
    pub(crate) fn new(layout: &Layout, parts: &Parts<'_>) -> Self {
        let cells = |range: &Range<u64>| -> Range<u32> {
            let first = layout.cell(range.start);
            let last = range.end.checked_sub(1).and_then(|end| layout.cell(end));
            match (first, last) {
                (Some(first), Some(last)) if range.start < range.end => first..last + 1,
                _ => 0..0,
            }
        };
        let code = CellSet::new(parts.code.iter().map(cells));
        let writable = CellSet::new(parts.writable.iter().map(cells));
        let covered = code.without(&writable);
        let block = (0..layout.io_cells()).filter(|&cell| !layout.is_writable(cell));
        let read_only = block.map(|cell| cell..cell + 1);
        Protection {
            exposed: addresses(layout, &code.without(&covered), parts.code),
            read_only: CellSet::new(read_only.chain(covered.0)),
            guard: CellSet::new(guard(layout, parts)),
        }
    }

    /// Addresses of code that stores can change in a proof, because it shares cells with what the program may
    /// write: ascending. Proofs are about the code as it was loaded, changed or not.
    pub fn exposed(&self) -> &[Range<u64>] {
        &self.exposed
    }
}

/// What of some ranges of addresses lies in some cells.
fn addresses(layout: &Layout, cells: &CellSet, ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut found = Vec::new();
    let mut cells = cells.0.iter().peekable();
    for range in ranges {
        while let Some(part) = cells.peek() {
            let part = layout.address(part.start)..layout.address(part.end);
            let common = part.start.max(range.start)..part.end.min(range.end);
            if !common.is_empty() {
                found.push(common);
            }
            if part.end > range.end {
                break;
            }
            cells.next();
        }
    }
    found
}

/// Whole cells at the lower end of the stack's space, if nothing is loaded there.
fn guard(layout: &Layout, parts: &Parts<'_>) -> Option<Range<u32>> {
    let space = parts.stack.clone()?;
    let ram = layout.ram();
    if space.is_empty() || space.start < ram.start || space.end > ram.end {
        return None;
    }
    let guard = space.start..space.start + (space.end - space.start) / GUARD_PART;
    let overlaps = |other: &Range<u64>| other.start < guard.end && guard.start < other.end;
    if parts.loaded.iter().any(overlaps) {
        return None;
    }
    let cell = layout.cell_size();
    let first = (guard.start - layout.io_base).div_ceil(cell);
    let end = (guard.end - layout.io_base) / cell;
    Some(first as u32..end as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use instruction_tables::WordSize;
    use proptest::prelude::*;

    fn set(members: &[bool]) -> CellSet {
        let numbered = (0u32..).zip(members).filter(|(_, member)| **member);
        CellSet::new(numbered.map(|(cell, _)| cell..cell + 1))
    }

    proptest! {
        #[test]
        fn sets_hold_what_they_are_made_of(
            a in proptest::collection::vec(any::<bool>(), 0..40),
            b in proptest::collection::vec(any::<bool>(), 0..40),
        ) {
            let at = |members: &[bool], cell: usize| members.get(cell) == Some(&true);
            let (left, right) = (set(&a), set(&b));
            let without = left.without(&right);
            for cell in 0..45 {
                prop_assert_eq!(left.contains(cell), at(&a, cell as usize));
                let expected = at(&a, cell as usize) && !at(&b, cell as usize);
                prop_assert_eq!(without.contains(cell), expected);
            }
            prop_assert_eq!(left.cells(), a.iter().filter(|member| **member).count() as u64);
            let apart = without.ranges().windows(2).all(|pair| pair[0].end < pair[1].start);
            prop_assert!(apart);
        }
    }

    #[test]
    fn a_cell_of_code_and_data_is_exposed() {
        let layout = Layout::new(WordSize::W64, 1 << 20);
        let base = layout.ram_base;
        let data = vec![base + 20..base + 32, base + 32..base + 48];
        let parts = Parts {
            // Ends in the middle of a cell, where data begins.
            code: &[base..base + 20, base + 64..base + 72],
            writable: &data,
            loaded: &[],
            stack: None,
        };
        let protection = Protection::new(&layout, &parts);
        let first = layout.io_cells();
        let cells = [first, first + 1, first + 2, first + 3, first + 8, first + 9];
        let protected = cells.map(|cell| protection.read_only.contains(cell));
        assert_eq!(protected, [true, true, false, false, true, false]);
        assert_eq!(
            protection.exposed(),
            std::slice::from_ref(&(base + 16..base + 20))
        );
        assert!(protection.guard.is_empty());
    }

    #[test]
    fn the_block_is_protected_where_it_is_not_writable() {
        for word in [WordSize::W32, WordSize::W64] {
            let layout = Layout::new(word, 1 << 20);
            let parts = Parts {
                code: &[],
                writable: &[],
                loaded: &[],
                stack: None,
            };
            let protection = Protection::new(&layout, &parts);
            for cell in 0..layout.io_cells() + 1 {
                assert_eq!(
                    protection.read_only.contains(cell),
                    !layout.is_writable(cell)
                );
            }
        }
    }

    #[test]
    fn the_guard_is_the_lowest_quarter_of_the_space() {
        for word in [WordSize::W32, WordSize::W64] {
            let layout = Layout::new(word, 1 << 20);
            let base = layout.ram_base;
            let of = |stack: Range<u64>, loaded: &[Range<u64>]| {
                let parts = Parts {
                    code: &[],
                    writable: &[],
                    loaded,
                    stack: Some(stack),
                };
                let guard = Protection::new(&layout, &parts).guard;
                guard
                    .ranges()
                    .first()
                    .map(|cells| layout.address(cells.start)..layout.address(cells.end))
            };
            let space = base + 0x1000..base + 0x2000;
            let quarter = base + 0x1000..base + 0x1400;
            assert_eq!(of(space.clone(), &[]), Some(quarter));
            // Whole cells only.
            let odd = base + 0x1003..base + 0x2000;
            let whole = base + 0x1003u64.next_multiple_of(layout.cell_size())..base + 0x1400;
            assert_eq!(of(odd, &[]), Some(whole));
            // Something lies there, or it is no space in RAM.
            assert_eq!(
                of(space.clone(), std::slice::from_ref(&(base..base + 0x1001))),
                None
            );
            assert_eq!(of(base + 0x2000..base + 0x1000, &[]), None);
            assert_eq!(of(base - 0x1000..base + 0x1000, &[]), None);
            assert_eq!(of(base..layout.ram().end + 0x1000, &[]), None);
        }
    }
}
