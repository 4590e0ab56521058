//! The allocator: a [`guest_heap`] over the memory between the program and the stack.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{null_mut, with_exposed_provenance_mut};
use guest_heap::{Heap, Memory};

pub(crate) struct Allocator(UnsafeCell<Heap<{ size_of::<usize>() }>>);

// SAFETY: the machine has one hart and no interrupts, and no method calls what could call another one.
unsafe impl Sync for Allocator {}

/// The allocator of the program, with `std`, too.
#[global_allocator]
pub(crate) static HEAP: Allocator = Allocator(UnsafeCell::new(Heap::empty()));

unsafe extern "C" {
    static __heap_start: u8;
    static __heap_end: u8;
}

/// The machine's memory.
struct Ram;

impl Memory for Ram {
    #[inline]
    fn load(&self, address: usize) -> usize {
        // SAFETY: an aligned word of a free block of the heap.
        unsafe { with_exposed_provenance_mut::<usize>(address).read() }
    }

    #[inline]
    fn store(&mut self, address: usize, value: usize) {
        // SAFETY: the same.
        unsafe { with_exposed_provenance_mut::<usize>(address).write(value) }
    }

    fn clear(&mut self, address: usize, bytes: usize) {
        // SAFETY: a block that has just been taken and that nobody has yet.
        unsafe { with_exposed_provenance_mut::<u8>(address).write_bytes(0, bytes) }
    }
}

impl Allocator {
    #[allow(clippy::mut_from_ref)]
    fn heap(&self) -> &mut Heap<{ size_of::<usize>() }> {
        // SAFETY: there is one hart, and every caller is done with it before anything else runs.
        unsafe { &mut *self.0.get() }
    }

    /// What a request gives, which the heap could not serve: the first one finds a heap without memory.
    #[cold]
    fn again(&self, request: impl Fn(&mut Heap<{ size_of::<usize>() }>) -> Option<usize>) -> usize {
        let heap = self.heap();
        if !heap.is_empty() {
            return 0;
        }
        let start = (&raw const __heap_start).expose_provenance();
        heap.begin(start, (&raw const __heap_end).addr());
        request(heap).unwrap_or(0)
    }

    #[inline]
    fn request(
        &self,
        request: impl Fn(&mut Heap<{ size_of::<usize>() }>) -> Option<usize>,
    ) -> *mut u8 {
        let block = request(self.heap()).unwrap_or_else(|| self.again(request));
        match block {
            0 => null_mut(),
            _ => with_exposed_provenance_mut(block),
        }
    }
}

// SAFETY: blocks are disjoint, aligned and inside the heap, or null (`guest-heap/tests`).
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.request(|heap| heap.allocate(&mut Ram, layout.size(), layout.align()))
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.heap().free(&mut Ram, block.addr(), layout.size());
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.request(|heap| heap.allocate_zeroed(&mut Ram, layout.size(), layout.align()))
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.heap().resize(&mut Ram, old.addr(), layout.size(), size) {
            return old;
        }
        // SAFETY: the caller's contract: `size` is not 0 and fits with this alignment.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are at least this long, and `new` is another one; the old one is the caller's.
            unsafe {
                core::ptr::copy_nonoverlapping(old, new, size.min(layout.size()));
                self.dealloc(old, layout);
            }
        }
        new
    }
}
