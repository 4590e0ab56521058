//! Files of recorded reads: refused with a reason, or read to their end.

use fuzz::{fuzz, mutations};
use instruction_tables::{WordSize, tables};
use jolt_core::lookup::recorded::{Filter, Recorder, Recording, load};
use proptest::prelude::*;
use std::io::Cursor;

/// A file of reads of every table.
fn original(word: WordSize) -> Vec<u8> {
    let mut recorder = Recorder::new(Cursor::new(Vec::new()), word).unwrap();
    for (index, (id, _)) in tables::all(word).iter().cycle().take(60).enumerate() {
        recorder.push(*id, index as u128 * 0x0101_0307).unwrap();
    }
    recorder.finish().unwrap().into_inner()
}

#[test]
fn mutated_files_are_refused_or_read_to_their_end() {
    let inputs = (any::<bool>(), mutations(4), 0usize..80);
    fuzz(
        "files of reads",
        1000,
        inputs,
        |(wide, mutations, limit)| {
            let mut file = original(if wide { WordSize::W64 } else { WordSize::W32 });
            let fields: Vec<usize> = (0..file.len()).take(300).collect();
            for mutation in &mutations {
                mutation.apply(&mut file, &fields);
            }
            let filter = Filter { table: None, limit };
            let _ = load(file.as_slice(), filter);
            let Ok(mut recording) = Recording::new(file.as_slice()) else {
                return Ok(());
            };
            let mut reads = 0;
            while let Ok(Some((table, _))) = recording.next_read() {
                prop_assert!(usize::from(table) < recording.tables().len());
                reads += 1;
            }
            prop_assert!(reads <= recording.len());
            prop_assert!(reads <= file.len() as u64);
            Ok(())
        },
    );
}
