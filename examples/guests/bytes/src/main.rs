//! Text processing: many byte and half-word loads and stores.
//!
//! Public input: ASCII text (empty: a default). Public output: the text with its words in reverse order,
//! in upper case and separated by single spaces; a zero byte; the text's run-length code (pairs of
//! count 1–255 and byte); a zero byte; the number of letters of each kind, A–Z, as 26 little-endian
//! 16-bit numbers.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;

const DEFAULT: &[u8] =
    b"The quick brown fox jumps over the lazy dog.   Pack my box with five dozen liquor jugs!!! \
    aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbccccccccccccc  Sphinx of black quartz, judge my vow.\n";

guest::entry!(main);

fn main() {
    let text = match guest::read() {
        [] => DEFAULT,
        text => text,
    };
    let letters = count_letters(text);
    guest::println!("{} bytes, {} letters e", text.len(), letters[4]);

    let mut output = reverse_words(text);
    output.make_ascii_uppercase();
    output.push(0);
    run_lengths(text, &mut output);
    output.push(0);
    for count in letters {
        output.extend_from_slice(&count.to_le_bytes());
    }
    guest::commit(&output);
}

fn reverse_words(text: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    let words = text
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    for word in words.rev() {
        if !output.is_empty() {
            output.push(b' ');
        }
        output.extend_from_slice(word);
    }
    output
}

fn run_lengths(text: &[u8], output: &mut Vec<u8>) {
    let mut rest = text;
    while let [first, ..] = rest {
        let run = rest
            .iter()
            .take(255)
            .take_while(|byte| *byte == first)
            .count();
        output.extend_from_slice(&[run as u8, *first]);
        rest = &rest[run..];
    }
}

fn count_letters(text: &[u8]) -> [u16; 26] {
    let mut counts = [0u16; 26];
    for byte in text {
        if byte.is_ascii_alphabetic() {
            let count = &mut counts[usize::from(byte.to_ascii_lowercase() - b'a')];
            *count = count.wrapping_add(1);
        }
    }
    counts
}
