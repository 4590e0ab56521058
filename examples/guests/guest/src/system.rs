//! What `std` asks of the system on the target `zkvm`: its names, our conventions.
//!
//! Standard input is the public input, standard output and error are printed by the host, and descriptor 3 is the
//! public output. There are no arguments and no environment. Random numbers are a fixed sequence, since a run
//! must be repeatable: maps hash with known keys.

use crate::{heap::HEAP, io, print};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;

const STDIN: u32 = 0;
const OUTPUT: u32 = 3;

struct State {
    /// Bytes of the public input that were read.
    read: Cell<usize>,
    random: Cell<u64>,
}

// SAFETY: the machine has one hart and no interrupts.
unsafe impl Sync for State {}

static STATE: State = State {
    read: Cell::new(0),
    random: Cell::new(0),
};

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_alloc_aligned(size: usize, align: usize) -> *mut u8 {
    match Layout::from_size_align(size, align) {
        // SAFETY: `std` asks for no empty blocks.
        Ok(layout) => unsafe { HEAP.alloc(layout) },
        Err(_) => core::ptr::null_mut(),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_alloc_words(words: usize) -> *mut u32 {
    // SAFETY: as above.
    unsafe { sys_alloc_aligned(words.saturating_mul(4), 4).cast() }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_read(descriptor: u32, buffer: *mut u8, size: usize) -> usize {
    if descriptor != STDIN {
        return 0;
    }
    let rest = &io::read()[STATE.read.get()..];
    let count = rest.len().min(size);
    // SAFETY: the caller's buffer holds `size` bytes, and no Rust object overlaps the input.
    unsafe { core::ptr::copy_nonoverlapping(rest.as_ptr(), buffer, count) };
    STATE.read.set(STATE.read.get() + count);
    count
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_write(descriptor: u32, bytes: *const u8, size: usize) {
    // SAFETY: the caller's bytes.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, size) };
    match descriptor {
        OUTPUT => io::commit(bytes),
        // SAFETY: the host shows what is no text as well as it can.
        _ => print(unsafe { core::str::from_utf8_unchecked(bytes) }),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn sys_log(bytes: *const u8, size: usize) {
    // SAFETY: the caller's bytes.
    unsafe { sys_write(1, bytes, size) }
}

/// `std` has printed the message.
#[unsafe(no_mangle)]
extern "C" fn sys_panic(_: *const u8, _: usize) -> ! {
    io::set_status(io::PANICKED)
}

#[unsafe(no_mangle)]
extern "C" fn sys_halt() -> ! {
    io::exit(0)
}

/// SplitMix64 from 0.
#[unsafe(no_mangle)]
unsafe extern "C" fn sys_rand(buffer: *mut u32, words: usize) {
    for i in 0..words {
        let state = STATE.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        STATE.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // SAFETY: the caller's buffer holds `words` words.
        unsafe { buffer.add(i).write((mixed ^ (mixed >> 31)) as u32) };
    }
}

#[unsafe(no_mangle)]
extern "C" fn sys_argc() -> usize {
    0
}

#[unsafe(no_mangle)]
extern "C" fn sys_argv(_: *mut u32, _: usize, _: usize) -> usize {
    0
}

/// No variable is set.
#[unsafe(no_mangle)]
extern "C" fn sys_getenv(_: *mut u32, _: usize, _: *const u8, _: usize) -> usize {
    usize::MAX
}

#[unsafe(no_mangle)]
extern "C" fn sys_cycle_count() -> usize {
    0
}
