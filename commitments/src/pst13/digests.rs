//! Digests of the setups that there are: SHA-256 of a setup's file without the digest at its end.
//!
//! The test setup follows from a public string, so its points, and the digests of all its sizes, are known
//! once and for all. The table is made by the test below, which makes each setup anew, block by block.

use super::MAX_VARS;
use crate::Provenance;
use crate::hex;

/// Of the test setup, by number of variables.
const TEST_SETUPS: [&str; MAX_VARS + 1] = [
    "c97faf9418cd7cccb8da821191b36f4ceb73287fdbea670848d76957a012db55",
    "4bdbc3dd012f87a0e6c5fd6fe975377c4012fd88c1f7b50cd92e8b1997deea69",
    "50422b72c0a72e394a576df0257ab01d29f84910fd43f8a14ef5333af800b499",
    "1554060edb1e39442c517950d36526ddf08a1749fe927d8d6239cec1ab615e1c",
    "d6300da7eb1bc953b00cd97781add2924d5d20165411a6da9e69af9c11eeec77",
    "d68a020e184882c57d9371787653dffea91c2948d94996fc7ec051ed2cda2164",
    "d2a1f78051b5b1baaac692b66e9f4ac7abbb1fb3623f99a441ef2e75ddfe580c",
    "b48050086766af615410af6aad4ca34ea067b9c5d3a645e222ff6901f6a86952",
    "655fe6c82bead19972ea2309001b71dbd5635bdae19602e5cff63c6f86145ae4",
    "2b58022fc0b7a3ebc825c588b62f8c14582c553eb6b104b3d67c76958c80f043",
    "055477df59ea6e0f6c86f0c7497fdab6373ec13808f1d7a040ea300c09707098",
    "4d6d77d68cdba873ad1d004602d5a9a259e85a9fe63abdedb6eb19fac9c44218",
    "58425029874f514a71156f2a9815e24b7d34923b476fdaad9f7f7286d72f167e",
    "e0a007b38573a31953ee1baf0110b2aa795eb71c636c7e7bea47bb643b480220",
    "b85d10547b87b79b1d883a9067d36d37d44cd4d47941e4acbd3e082612cc4f51",
    "ac68f114ca4ccf1f711f76a6493649b824d438040863218061ea82825ab930e3",
    "19884564bddc9ef83a5d84a1e87c41faed6cf32ecaf2658bb0198f5e368bdef3",
    "944329086456cbc7cf171dda4b7945bdf8097bd86cbfcd91890f3a12d420c66d",
    "8c79c4c17c3cf01b0ab39ecb708633e25b0a7ca4d2cab48872714e7907de81f8",
    "91affb456f271227b3ed1b3d390c12c4f4a4552e64ac4b80b29a958ef01d276b",
    "fa9f9791409420b8c4add552870674c654bf2a569043cbd7345d3f920de8d54d",
    "d04b392089e9e490e97ccc48770892d05edaa183bfed9a89b55ffcfeff2cac2e",
    "37e44fa0a6e977ec1071a6a8ac1885fe732f814c8a8ca33ef56b5a101adaac38",
    "81ed3e2568e02804a4232d1acbd32119b8735bb752f7290317f0a263ccddb634",
    "8847219993ce7bdc0403ca13ca113f8580f14a5b081d5cf67ca25cb205742f53",
    "2eb182a4081d03ce853cc0a9402112ea3484919786bc7ef3156e68de145abb4a",
    "34b66487747a51d69ca6c719075d45e51942f886633283100953ba6f901da94d",
];

/// The digest of a setup of that provenance and number of variables, if there is such a setup.
pub(super) fn digest_of(provenance: Provenance, vars: usize) -> Option<[u8; 32]> {
    if provenance != Provenance::InsecureTest {
        return None;
    }
    hex::parse(TEST_SETUPS.get(vars)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::VerifierKey;
    use super::super::cache::encode;
    use super::super::vk::test_secrets;
    use super::*;
    use crate::curve::FixedBase;
    use ark_bn254::{Fr, G1Affine};
    use ark_ec::AffineRepr;
    use sha2::{Digest, Sha256};
    use sumcheck::Point;

    /// Points made at a time.
    const BLOCK_VARS: usize = 16;

    /// The digest, from the public string alone; a block of points is in memory at a time.
    fn made_anew(table: &FixedBase, vars: usize) -> [u8; 32] {
        let secrets = test_secrets(vars);
        let point: Point<Fr> = Point(secrets.iter().rev().copied().collect());
        let (low, high) = point.split_at(BLOCK_VARS);
        let blocks = (0..1u128 << high.vars()).map(|block| {
            let scalars = low.eq_table_scaled(high.eq_index(block));
            table.multiples(&scalars)
        });
        let key = VerifierKey::insecure_test(vars).unwrap();
        let mut hash = Sha256::new();
        encode(&key, blocks, &mut |bytes| {
            hash.update(bytes);
            Ok(())
        })
        .unwrap();
        hash.finalize().into()
    }

    fn are_digests(sizes: impl Iterator<Item = usize>) {
        let table = FixedBase::new(G1Affine::generator(), 1 << 20);
        for vars in sizes {
            let digest = made_anew(&table, vars);
            let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            println!("{vars:2} {digits}");
            let known = digest_of(Provenance::InsecureTest, vars);
            assert_eq!(known, Some(digest), "{vars}");
        }
        assert_eq!(digest_of(Provenance::InsecureTest, MAX_VARS + 1), None);
    }

    #[test]
    fn digests_of_small_setups_are_those_of_the_setups() {
        are_digests(0..=14);
    }

    /// A quarter of a billion points.
    #[test]
    #[ignore = "takes minutes"]
    fn digests_are_those_of_the_setups() {
        are_digests(15..=MAX_VARS);
    }
}
