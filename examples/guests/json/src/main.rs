//! A JSON document: that it is one, and what it holds (crate `serde_json`).
//!
//! Public input: the document (empty: a default). Public output: the SHA-256 digest of the document written
//! without spaces and with the keys of every object in order (32 bytes); the numbers of objects, arrays,
//! strings that are no keys, numbers, booleans and nulls, and the depth of the nesting, 4 bytes each,
//! little-endian. What is no JSON ends the program with status 1 after a message.

#![no_std]
#![no_main]

extern crate alloc;

use serde_json::Value;
use sha2::{Digest, Sha256};

const DEFAULT: &[u8] = br#"{"name": "order", "id": 48213, "paid": true, "note": null,
 "lines": [{"sku": "A-1", "count": 3, "price": 12.5}, {"sku": "B-7", "count": 1, "price": -0.25}],
 "ship": {"city": "K\u00f6ln", "zip": "50667"}}"#;

/// Numbers of values by kind, and the depth.
#[derive(Default)]
struct Summary {
    counts: [u32; 6],
    depth: u32,
}

impl Summary {
    fn add(&mut self, value: &Value, depth: u32) {
        self.depth = self.depth.max(depth);
        let kind = match value {
            Value::Object(members) => {
                members
                    .values()
                    .for_each(|value| self.add(value, depth + 1));
                0
            }
            Value::Array(items) => {
                items.iter().for_each(|value| self.add(value, depth + 1));
                1
            }
            Value::String(_) => 2,
            Value::Number(_) => 3,
            Value::Bool(_) => 4,
            Value::Null => 5,
        };
        self.counts[kind] += 1;
    }
}

guest::entry!(main);

fn main() {
    let text = match guest::read() {
        [] => DEFAULT,
        text => text,
    };
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => {
            guest::println!("no JSON: {error}");
            guest::exit(1)
        }
    };
    let mut summary = Summary::default();
    summary.add(&value, 1);
    let written = serde_json::to_vec(&value).expect("a value can be written");
    guest::commit(&Sha256::digest(&written));
    for count in summary.counts {
        guest::commit(&count.to_le_bytes());
    }
    guest::commit(&summary.depth.to_le_bytes());
}
