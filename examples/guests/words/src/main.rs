//! An ordinary program with `std`: which words of a text are the most frequent.
//!
//! Public input, as standard input: a text (empty: a default). It prints the five most frequent words (the
//! alphabet decides between equals) and commits the lines that it printed.

use std::collections::HashMap;
use std::io::Read;

const DEFAULT: &str = "the cat and the dog and the bird saw a fox and a hare";

fn main() -> std::io::Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    if text.is_empty() {
        text.push_str(DEFAULT);
    }
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    for (word, count) in counts.iter().take(5) {
        let line = format!("{count} {word}");
        println!("{line}");
        guest::commit(line.as_bytes());
        guest::commit(b"\n");
    }
    Ok(())
}
