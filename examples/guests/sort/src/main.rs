//! Sorts pseudo-random numbers (xorshift64).
//!
//! Public input: the count as 4 bytes and the seed as 8 bytes, little-endian (empty: 500, 1).
//! Public output: the sum over `i` of `(i + 1) · sorted[i]` mod 2^64, the least and the greatest number,
//! 8 bytes each.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;

guest::entry!(main);

fn main() {
    let mut input = guest::Reader::new(guest::read());
    let count = input.u32().unwrap_or(500);
    // xorshift maps 0 to 0 for ever.
    let mut state = input.u64().unwrap_or(1).max(1);
    let mut numbers: Vec<u64> = (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
        .collect();
    numbers.sort_unstable();
    let mut sum = 0u64;
    for (i, &number) in numbers.iter().enumerate() {
        sum = sum.wrapping_add((i as u64 + 1).wrapping_mul(number));
    }
    for value in [
        sum,
        numbers.first().copied().unwrap_or(0),
        numbers.last().copied().unwrap_or(0),
    ] {
        guest::commit(&value.to_le_bytes());
    }
}
