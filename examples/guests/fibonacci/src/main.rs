//! Fibonacci numbers modulo 2^128.
//!
//! Public input: `n` as 8 bytes, little-endian (empty: 1000). Public output: F(n) mod 2^128, 16 bytes.

#![no_std]
#![no_main]

guest::entry!(main);

fn main() {
    let n = guest::Reader::new(guest::read()).u64().unwrap_or(1000);
    let (mut a, mut b) = (0u128, 1u128);
    for _ in 0..n {
        (a, b) = (b, a.wrapping_add(b));
    }
    guest::commit(&a.to_le_bytes());
}
