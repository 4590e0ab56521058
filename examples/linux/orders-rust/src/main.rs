//! Sums of orders: lines `NAME QUANTITY PRICE` of standard input become lines `NAME TOTAL`. Three threads take a third
//! of the lines each; what one of them cannot read is a panic, which ends that line alone. The exit status is 1 if there
//! was one.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::panic;
use std::sync::mpsc;
use std::thread;

/// Name and worth of an order. Panics if it is none.
fn order(line: &str) -> (&str, u64) {
    let mut words = line.split_whitespace();
    let name = words.next().expect("no name");
    let mut number = |what: &str| {
        let word = words.next().unwrap_or_else(|| panic!("no {what}"));
        word.parse::<u64>()
            .unwrap_or_else(|error| panic!("{what} {word}: {error}"))
    };
    (name, number("quantity") * number("price"))
}

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut totals: HashMap<String, u64> = HashMap::new();
    let mut failed = false;
    // What is wrong is said below, and not by whoever panics.
    panic::set_hook(Box::new(|_| {}));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for part in lines.chunks(lines.len().div_ceil(3).max(1)) {
            let sender = sender.clone();
            scope.spawn(move || {
                for line in part {
                    let read = panic::catch_unwind(|| order(line)).map_err(|cause| {
                        let said = cause.downcast_ref::<String>().cloned();
                        let said = said.or_else(|| cause.downcast_ref().map(|s: &&str| s.to_string()));
                        said.unwrap_or_default()
                    });
                    let read = read.map(|(name, worth)| (name.to_owned(), worth));
                    sender.send(read).expect("the receiver lives longer");
                }
            });
        }
        drop(sender);
        for read in receiver {
            match read {
                Ok((name, worth)) => *totals.entry(name).or_default() += worth,
                Err(said) => {
                    failed = true;
                    eprintln!("left out: {said}");
                }
            }
        }
    });
    let mut totals: Vec<_> = totals.into_iter().collect();
    totals.sort();
    let mut out = io::stdout().lock();
    for (name, total) in totals {
        writeln!(out, "{name} {total}")?;
    }
    out.flush()?;
    std::process::exit(failed.into())
}
