//! Digests of the test setups: SHA-256 of a file of [`super::cache`] without the digest at its end. They follow from a
//! public string; the table is made by the test below, which makes each point anew.

use super::MAX_VARS;
use crate::hex;

/// By number of variables.
const TEST_SETUPS: [&str; MAX_VARS + 1] = [
    "5fa980783958fc9ab9e70293eef0d8c9f2f422356d6b6c057456d1cf165f2d90",
    "5d1dc76ffe495698a8aea753d6475c9b8dc615282e453014cedabad2f60065df",
    "859bbe1db6ddaae7c6afe595011fe789ae9bd302a7035fabb304379fe21c0bea",
    "84b62e973ed39990ab0c38718a07f5994b6348a25ef7cd528c79905575ef6d76",
    "d3863fb2e1a337f929a40dbbd25bcc52fd959cda75d63b92dc14e3c47fcb3c82",
    "c7a7b0e4c750b28d977b29ed03b9943b137458be518d4d8d6fa65263b8ef56a5",
    "2f6f706e7c0ea6222c57b366a41311b0932f6dcf6ff403038c7d3337a8b827e6",
    "0037efe72ae7c917d4e476dd53056cf302a9fbe64192bf6cf9bfe0d320021680",
    "bcb2d924c00642c8ab6f61e7a449d329d58336a1c4d8fc27e55afd68efa512dd",
    "aeb41653cd7cd5497b2a14fc3ba24ed99f1ea5a88437258be3468507e6901111",
    "77ba3486899121a9cc2c70ee22252dcaa715a330a695a8346e3694f9a241f34c",
    "36e04135e4d1aab98f63c73a1673856f1f8ba5009287d872c98d69fc8628bd06",
    "4c243573d7a511723f4d3e0566801e85fbd9b99e51fb73c12ad13ac698446b08",
    "f89fbf61d8edb7cf5c8e965886534fd36e828c3f430e1d18bd7ad5fbb723ac6e",
    "a1e1b3a658665becc89ebc093a5add8f7c0ed6e8b994a920c7485822c64947d4",
    "34fb6c0b683b69ca8feb055a517fb6504c22f2c850cb7b81f4a60f3458a42b40",
    "c40d65603821022936b953cb25128961f60cc58dfe3117aed8ba87cdb6a3c974",
    "85e82367fa05df65405abff7e051e04aade98e0bfcfe60695883bb3b9e573bb9",
    "292eb6d7ce4d16ef928ed9d3b0617e406ba49ae3b1942e065ac746fd98c0ce28",
    "4411f6581b677c2ca2201581332d40187dffef4eda2e97e7b73612a88b48d95d",
    "167653bfab79c4a2026e252146122ee33529c6fd8591d33b808ea48b86055241",
    "378f2de329224572a3a2f52e4554de912793fa24cd3dfc9437182b11c2b5e00d",
    "ff04112c61c0411ddf96f084bda1ecc009e7d61ab487b3bd313c2ba52f908a8f",
    "842dc0dc14bda50a26212f0a3a96e6e0d4b4653fa90812fe0b4f2b8d4df71839",
    "3d871d4a963988385d2c156221b2b44fc33671b5c2c4cbbcd28a93967f117204",
    "d22618c91648e93fb5ed4d48bd8d138b43c41c24eae08e246b2eb84e1709a27a",
    "3b5dde30b8c694839086b8ec37cd0d0d29e717d0ef6dad80cd9e877431299aed",
];

/// The digest of the test setup of a number of variables.
pub(super) fn digest_of(vars: usize) -> Option<[u8; 32]> {
    hex::parse(TEST_SETUPS.get(vars)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::cache::header;
    use super::super::key::test_secret;
    use super::super::powers::powers_of;
    use super::*;
    use crate::curve::FixedBase;
    use crate::points::write_points;
    use ark_bn254::G1Affine;
    use ark_ec::AffineRepr;
    use sha2::{Digest, Sha256};
    use std::ops::RangeInclusive;

    /// Points made at a time.
    const BLOCK_VARS: usize = 16;

    /// The digests of these sizes, from the public string alone.
    fn made_anew(sizes: RangeInclusive<usize>) -> Vec<[u8; 32]> {
        let table = FixedBase::new(G1Affine::generator(), 1 << 20);
        let largest = *sizes.end();
        let block = 1usize << largest.min(BLOCK_VARS);
        let mut hashes: Vec<(usize, Sha256)> = sizes
            .map(|vars| (vars, Sha256::new().chain_update(header(vars))))
            .collect();
        for start in (0..1usize << largest).step_by(block) {
            let scalars = powers_of(test_secret(), start as u64, block);
            let points = table.multiples(&scalars);
            for (vars, hash) in &mut hashes {
                let own = (1usize << *vars).saturating_sub(start).min(block);
                let mut write = |bytes: &[u8]| {
                    hash.update(bytes);
                    Ok(())
                };
                write_points(&points[..own], &mut write).unwrap();
            }
        }
        let digests = hashes.into_iter().map(|(_, hash)| hash.finalize().into());
        digests.collect()
    }

    fn are_digests(sizes: RangeInclusive<usize>) {
        let digests = made_anew(sizes.clone());
        for digest in &digests {
            let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            println!("    \"{digits}\",");
        }
        for (vars, digest) in sizes.zip(digests) {
            assert_eq!(digest_of(vars), Some(digest), "{vars}");
        }
        assert_eq!(digest_of(MAX_VARS + 1), None);
    }

    #[test]
    fn digests_of_small_setups_are_those_of_the_points() {
        are_digests(0..=12);
    }

    /// Sixty million points.
    #[test]
    #[ignore = "takes minutes"]
    fn digests_are_those_of_the_points() {
        are_digests(0..=MAX_VARS);
    }
}
