//! An ordered map under a mixed load (`alloc::collections::BTreeMap`).
//!
//! Public input: a count `n` as 4 bytes and a seed as 8 bytes, little-endian (empty: 24, 1). The program inserts
//! `n` pseudo-random keys (xorshift64, reduced modulo `8n + 1`, so that some come twice) with their turn as the
//! value, removes `n / 4` times the first key at or after a pseudo-random one, inserts `n / 2` more, and scans
//! the keys from `2n` to `6n`.
//!
//! Public output, 8 bytes each: the sum of the values that were replaced or removed, the number of keys left,
//! the number of keys scanned, and the sum over them, from 1, of position · (key xor value) mod 2^64.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::collections::BTreeMap;

guest::entry!(main);

fn main() {
    let mut input = guest::Reader::new(guest::read());
    let n = u64::from(input.u32().unwrap_or(24));
    // xorshift maps 0 to 0 for ever.
    let mut state = input.u64().unwrap_or(1).max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % (8 * n + 1)
    };
    let mut map = BTreeMap::new();
    let mut gone = 0u64;
    for turn in 0..n {
        gone += map.insert(next(), turn).unwrap_or(0);
    }
    for _ in 0..n / 4 {
        let first = map.range(next()..).next().map(|(key, _)| *key);
        gone += first.and_then(|key| map.remove(&key)).unwrap_or(0);
    }
    for turn in n..n + n / 2 {
        gone += map.insert(next(), turn).unwrap_or(0);
    }
    let (mut scanned, mut sum) = (0u64, 0u64);
    for (key, value) in map.range(2 * n..=6 * n) {
        scanned += 1;
        sum = sum.wrapping_add(scanned.wrapping_mul(key ^ value));
    }
    for number in [gone, map.len() as u64, scanned, sum] {
        guest::commit(&number.to_le_bytes());
    }
}
