//! Ends as told by the first byte of the public input:
//! `0` returns, `1` exits with the second byte, `2` panics, `3` indexes out of bounds, `4` overflows the
//! public output, `5` runs out of memory, `6` reads private input that may not be there, `7` loops for ever.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use core::hint::black_box;

guest::entry!(main);

fn main() {
    let input = guest::read();
    guest::commit(b"before");
    match input.first() {
        None | Some(0) => {}
        Some(1) => guest::exit(input[1]),
        Some(2) => panic!("asked to panic"),
        Some(3) => guest::commit(&input[input.len() + usize::from(input[0])..]),
        Some(4) => guest::commit(&Vec::from_iter(core::iter::repeat_n(1, 40_000))),
        Some(5) => drop(black_box(Vec::<u64>::with_capacity(usize::MAX / 16))),
        Some(6) => guest::commit(&guest::read_private()),
        // An empty loop would be a jump to itself, which halts.
        _ => loop {
            black_box(input);
        },
    }
}
