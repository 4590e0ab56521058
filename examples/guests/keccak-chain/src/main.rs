//! A chain of Keccak-256 hashes: the digest of the digest, and so on.
//!
//! Public input: the number of iterations as 4 bytes, little-endian, then the 32 bytes to start from
//! (empty: 10 iterations from 32 bytes of 5). Public output: the last digest.

#![no_std]
#![no_main]

use sha3::{Digest, Keccak256};

guest::entry!(main);

fn main() {
    let mut input = guest::Reader::new(guest::read());
    let iterations = input.u32().unwrap_or(10);
    let mut state: [u8; 32] = input.array().unwrap_or([5; 32]);
    for _ in 0..iterations {
        state = Keccak256::digest(state).into();
    }
    guest::commit(&state);
}
