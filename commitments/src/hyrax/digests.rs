//! Digests of the points that there are: SHA-256 of a file of [`super::cache`] without the digest at its end. They follow
//! from a public string; the table is made by the test below.

use super::layout::MAX_LINE_VARS;
use crate::hex;

/// By variables of a line.
const DIGESTS: [&str; MAX_LINE_VARS + 1] = [
    "bf91693f41d16b142ecb2e56ff84c9a5240bd11eef4f8e4b5ce65cd4abd16970",
    "75eb2073ea7a3de2e83cd270eb36458beb34b4b65a6ea39575a55f7941d831b7",
    "4daecc1192228b88994828d4ce589d87fcfc69eff4008b343a2ee899afa36b00",
    "b6f009bdb472cecd230c661b1e4e436f452fcf269a2a43c1a6781bc54f3a6775",
    "ff1d22418aa9fa6349760424487ce1e00b6f2f0ece02a4a2083d95979b926651",
    "ae5fee34dafa0c53935d8817116423dae2bc00ab74ac7e6235b460da6de0eba5",
    "7efb17a60017b32e7714e696b96132386e7fbd33618039386e51c888dfcabfd2",
    "6f62c379c3d01541ebf9c614ded843553c8e8158f7031cd8ce8562b8319afbbc",
    "46c0d9276cf99d22c721bfd453f584899befa1e253aa707b978a4699c12cbf12",
    "33d9198f94e3335977061d10f4afb3422d281925dadaea9037aad5640431143d",
    "02019421bb5adbf4bfd6027486a1592a287e50a998035e12d731e1abe28f3603",
    "1256c5b839cff89efc4dbc22a54e83e0880b2b285063ad71debe7d8ada8a679d",
    "04408b1cf257432d2a674a4099c30b46b26dcc4796fa1aedd8d243cd04e0147f",
    "0220e85def0245111b6abf4cf2c59be3d9b93d5dfe2e12554867c0977b5d9190",
    "e92b553f7dc5a054a49708f3c639e3e1cc342148348cc08c176a513d73468cdc",
    "758d80bc20588b32606c5110b29775f3c8be0e82d5c860c3dcbcdf41c451af82",
    "67edf0f20cf4422c58f53672e041c3557dcfd503b7838a382ce2e49d62d213b9",
    "e0cdfafed780f3cbe3f41e8b03fca3fe16d8b01b352adc6e7583533c4e0c3f1d",
    "881c90d93adbe7220260f1137420d22c7278492faf8fdcb5ee4aa29aa482d5be",
    "8d0c365f1fc84bc2138005e656151863872f0744680bad354540bb82c3dcadd0",
    "839a597c2156fdac6e441c2d9dd19e3a238eef1ca8797e36665f24612a1c2f70",
    "e379eab186a83869bae2d7b12f2ab9a788da19a4ca6cb6b706f828a67f012cca",
    "be8f9e38ca2e50019aabadeb79fb96ba931ea26ce268a4672b0e287849f9d5cf",
];

/// The digest of the points of lines of `2^vars` rows.
pub(super) fn digest_of(vars: usize) -> Option<[u8; 32]> {
    hex::parse(DIGESTS.get(vars)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::cache::{encode, made};
    use super::*;
    use sha2::{Digest, Sha256};

    fn are_digests(sizes: std::ops::RangeInclusive<usize>) {
        let points = made(*sizes.end());
        let digest = |vars: usize| -> [u8; 32] {
            let mut hash = Sha256::new();
            encode(vars, &points[..1 << vars], &mut |bytes| {
                hash.update(bytes);
                Ok(())
            })
            .unwrap();
            hash.finalize().into()
        };
        let digests: Vec<(usize, [u8; 32])> = sizes.map(|vars| (vars, digest(vars))).collect();
        for (_, digest) in &digests {
            let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            println!("    \"{digits}\",");
        }
        for (vars, digest) in digests {
            assert_eq!(digest_of(vars), Some(digest), "{vars}");
        }
        assert_eq!(digest_of(MAX_LINE_VARS + 1), None);
    }

    #[test]
    fn digests_of_short_lines_are_those_of_the_points() {
        are_digests(0..=12);
    }

    /// Four million points.
    #[test]
    #[ignore = "takes a minute"]
    fn digests_are_those_of_the_points() {
        are_digests(0..=MAX_LINE_VARS);
    }
}
