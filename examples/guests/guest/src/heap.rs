//! A bump allocator: memory is handed out upwards from the end of the program and never reused, except
//! that the most recent allocation can grow in place. Blocks start at multiples of 8, so that copies move
//! whole words. All arithmetic is checked.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::{null_mut, with_exposed_provenance_mut};

pub(crate) struct Bump {
    /// First free address; 0 before the first allocation.
    next: Cell<usize>,
}

// SAFETY: the machine has one hart and no interrupts.
unsafe impl Sync for Bump {}

/// The allocator of the program; a program with `std` reaches it through `sys_alloc_aligned`.
#[cfg_attr(not(target_os = "zkvm"), global_allocator)]
pub(crate) static HEAP: Bump = Bump { next: Cell::new(0) };

unsafe extern "C" {
    static __heap_start: u8;
    static __heap_end: u8;
}

/// The free range after placing `size` bytes at a multiple of `align` (a power of two) and of 8 from `next`:
/// start of the allocation and first free address. `None` if it does not fit below `end`.
fn place(next: usize, end: usize, size: usize, align: usize) -> Option<(usize, usize)> {
    let align = align.max(8);
    let start = next.checked_add(align - 1)? & !(align - 1);
    let free = start.checked_add(size)?;
    (free <= end).then_some((start, free))
}

impl Bump {
    fn next(&self) -> usize {
        match self.next.get() {
            0 => (&raw const __heap_start).expose_provenance(),
            next => next,
        }
    }

    fn end(&self) -> usize {
        (&raw const __heap_end).addr()
    }
}

// SAFETY: allocations are disjoint, aligned and inside the heap, or null.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match place(self.next(), self.end(), layout.size(), layout.align()) {
            Some((start, free)) => {
                self.next.set(free);
                with_exposed_provenance_mut(start)
            }
            None => null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: forwarded. Heap memory is zero until it is handed out, and is handed out once.
        unsafe { self.alloc(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let last = old.addr().checked_add(layout.size()) == Some(self.next());
        if last {
            // The end of the block only moves up, so `alloc_zeroed` never sees memory handed out before.
            return match place(
                old.addr(),
                self.end(),
                size.max(layout.size()),
                layout.align(),
            ) {
                Some((_, free)) => {
                    self.next.set(free);
                    old
                }
                None => null_mut(),
            };
        }
        // SAFETY: the caller's contract: `size` is not 0 and fits with this alignment.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are at least this long, and `new` is fresh.
            unsafe { core::ptr::copy_nonoverlapping(old, new, size.min(layout.size())) };
        }
        new
    }
}
