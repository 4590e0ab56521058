//! Knowledge of a secret list of numbers with a given sum and hash.
//!
//! Private input: 8-byte little-endian numbers. Public output: their sum mod 2^64 (8 bytes) and the
//! SHA-256 digest of the list (32 bytes). A list whose length is no multiple of 8 bytes ends the
//! program with status 1.

#![no_std]
#![no_main]

use sha2::{Digest, Sha256};

guest::entry!(main);

fn main() {
    let secret = guest::read_private();
    let (numbers, rest) = secret.as_chunks::<8>();
    if !rest.is_empty() {
        guest::println!("{} bytes are no list of 8-byte numbers", secret.len());
        guest::exit(1);
    }
    let sum = numbers.iter().fold(0u64, |sum, number| {
        sum.wrapping_add(u64::from_le_bytes(*number))
    });
    guest::commit(&sum.to_le_bytes());
    guest::commit(&Sha256::digest(&secret));
}
