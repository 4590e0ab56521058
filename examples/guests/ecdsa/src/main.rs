//! Verifies an ECDSA signature over secp256k1 with SHA-256 (crate `k256`).
//!
//! Public input: the public key (33 bytes, compressed), the signature (`r` and `s`, 32 bytes each, big-endian,
//! `s` at most half of the group's order), the message (empty: a default of all three). Public output: one
//! byte, 1 if the signature is the key's for the message, else 0. An input of less than 97 bytes ends the
//! program with status 1.

#![no_std]
#![no_main]

use k256::ecdsa::{Signature, VerifyingKey, signature::Verifier};

const KEY: [u8; 33] = [
    0x02, 0xbb, 0x50, 0xe2, 0xd8, 0x9a, 0x4e, 0xd7, 0x06, 0x63, 0xd0, 0x80, 0x65, 0x9f, 0xe0, 0xad,
    0x4b, 0x9b, 0xc3, 0xe0, 0x6c, 0x17, 0xa2, 0x27, 0x43, 0x39, 0x66, 0xcb, 0x59, 0xce, 0xee, 0x02,
    0x0d,
];
const SIGNATURE: [u8; 64] = [
    0x1a, 0xba, 0x18, 0x5d, 0xaf, 0xce, 0x35, 0x16, 0x6c, 0x3b, 0x5a, 0x7e, 0x8b, 0x90, 0xd3, 0x3c,
    0x6d, 0x7b, 0x34, 0xc9, 0x80, 0x4a, 0x3d, 0x16, 0x95, 0x7c, 0x17, 0x3e, 0x67, 0xbd, 0x0f, 0x4b,
    0x6b, 0xb0, 0x6e, 0x36, 0xfa, 0x64, 0x5c, 0x66, 0x97, 0xac, 0xaa, 0xd1, 0x43, 0x5f, 0x60, 0xb1,
    0x36, 0x2f, 0xbe, 0x42, 0x9e, 0x4a, 0xf8, 0x1a, 0x19, 0x0f, 0x71, 0x88, 0xb4, 0x49, 0x7e, 0x0c,
];
const MESSAGE: &[u8] = b"a signed message";

guest::entry!(main);

fn main() {
    let input = guest::read();
    let mut reader = guest::Reader::new(input);
    let (key, signature, message) = match input {
        [] => (KEY, SIGNATURE, MESSAGE),
        _ => match (reader.array(), reader.array()) {
            (Some(key), Some(signature)) => (key, signature, reader.rest()),
            _ => guest::exit(1),
        },
    };
    guest::commit(&[u8::from(verify(&key, &signature, message).is_some())]);
}

fn verify(key: &[u8; 33], signature: &[u8; 64], message: &[u8]) -> Option<()> {
    let key = VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    key.verify(message, &signature).ok()
}
