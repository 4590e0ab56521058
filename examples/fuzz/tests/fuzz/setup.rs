//! Setups on disk: a mutated file is refused. If its digest is made anew, it is refused, or it is the file of the
//! setup that is read: written again, that is the same.

use commitments::pst13::Srs;
use fuzz::{fuzz, mutations};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const VARS: usize = 3;
const DIGEST: usize = 32;

#[test]
fn mutated_setups_are_refused_or_read_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("setup");
    let again = folder.path().join("again");
    Srs::insecure_test(VARS).unwrap().save(&path).unwrap();
    let original = std::fs::read(&path).unwrap();
    // The header's bytes; points and their coordinates.
    let fields: Vec<usize> = (0..16).chain((16..original.len()).step_by(32)).collect();
    let inputs = (mutations(3), any::<bool>());
    fuzz("setups", 300, inputs, |(mutations, signed)| {
        let mut file = original.clone();
        for mutation in &mutations {
            mutation.apply(&mut file, &fields);
        }
        if let Some((body, digest)) = file.split_last_chunk_mut::<DIGEST>().filter(|_| signed) {
            digest.copy_from_slice(&Sha256::digest(body));
        }
        std::fs::write(&path, &file).unwrap();
        if let Ok(setup) = Srs::load(&path) {
            prop_assert!(signed || file == original, "the digest does not match");
            setup.save(&again).unwrap();
            prop_assert!(std::fs::read(&again).unwrap() == file);
        }
        Ok(())
    });
}
