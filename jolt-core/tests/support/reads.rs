//! Random reads of chosen tables.
#![allow(clippy::unwrap_used)]

use instruction_tables::{WordSize, interleave, tables};
use jolt_core::lookup::testkit::Case;
use jolt_core::lookup::{Exposed, LookupShape, Reads};
use std::sync::Arc;

/// `2^cycle_vars` reads of the tables of these names, in turn, 64 bits wide.
pub fn reads(names: &[&str], cycle_vars: usize, exposed: Exposed) -> Case {
    let table = |name: &&str| tables::by_name(WordSize::W64, name).unwrap().1;
    let shape = LookupShape {
        cycle_vars,
        index_bits: 128,
        tables: names.iter().map(table).collect(),
    };
    let count = 1u64 << cycle_vars;
    let mix = |j: u64| {
        let x = (j + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    let reads = Reads {
        index: (0..count)
            .map(|j| interleave(mix(j), mix(j + count)))
            .collect(),
        table: (0..count as usize)
            .map(|j| (j % names.len()) as u8)
            .collect(),
        operands: vec![exposed; count as usize],
    };
    Case {
        shape,
        reads: Arc::new(reads),
    }
}
