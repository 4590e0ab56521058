//! A parser that recurses once for each bracket, in safe Rust, with frames of about 1 kB and most of the heap in
//! use: what happens when the stack is full?
//!
//! Private input: brackets, `[` and `]`. Public output: how deeply they nest, as 8 bytes. Text that is not balanced
//! ends the program with status 1.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use core::hint::black_box;

guest::entry!(main);

/// Reads what one pair of brackets encloses, from `at` on: where it ends, and how deeply it nests.
fn parse(text: &[u8], mut at: usize) -> (usize, u64) {
    let mut opened = [0u8; 1000];
    let mut deepest = 0;
    while text.get(at) == Some(&b'[') {
        opened[at % 1000] = b'[';
        let (end, depth) = parse(text, at + 1);
        if text.get(end) != Some(&b']') {
            guest::exit(1);
        }
        deepest = deepest.max(depth + 1);
        at = end + 1;
    }
    black_box(&opened);
    (at, deepest)
}

fn main() {
    let text = guest::read_private();
    let mut used: Vec<u64> = Vec::with_capacity(62 << 17);
    used.extend([1, 2, 3]);
    let (end, depth) = parse(black_box(&text), 0);
    if end != text.len() || black_box(&used)[..] != [1, 2, 3] {
        guest::exit(1);
    }
    guest::commit(&depth.to_le_bytes());
}
