//! Files of commitments.
//!
//! `magic · version · digest · number · (length · commitment)… · SHA-256 of all that`. Lengths and numbers are little-endian
//! words of 32 bits. The digest pins program, plan and commitment key
//! ([`commitments_digest`](crate::api::commitments_digest)): so a file of another program is called just that, and so is one of
//! another version.

use super::Commitments;
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"joltprog";
/// Of the format.
const VERSION: u16 = 1;
const CHECKSUM: usize = 32;

/// Why bytes are no commitments to a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitmentsFileError {
    /// Another kind of file.
    #[error("not commitments to a program: it does not start with the magic bytes")]
    Magic,
    /// Of another version.
    #[error("commitments of version {found}; this is version {VERSION}")]
    Version {
        /// The file's.
        found: u16,
    },
    /// Not the bytes that were written.
    #[error("damaged: the file ends early, or its checksum does not match")]
    Damaged,
}

/// Takes a word from the front.
fn word(bytes: &mut &[u8]) -> Option<usize> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    usize::try_from(u32::from_le_bytes(*word)).ok()
}

impl Commitments {
    /// The file's contents.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend(self.digest);
        // Of commitments there are some tens, of some megabytes at most.
        let word = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        out.extend(word(self.all.len()));
        for commitment in &self.all {
            out.extend(word(commitment.len()));
            out.extend(commitment);
        }
        let checksum = Sha256::digest(&out);
        out.extend(checksum);
        out
    }

    /// Reads a file's contents. Nothing is allocated beyond the length of `bytes`.
    ///
    /// # Errors
    /// [`CommitmentsFileError`] says what the bytes are instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CommitmentsFileError> {
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or(CommitmentsFileError::Magic)?;
        let damaged = || CommitmentsFileError::Damaged;
        let (version, _) = rest.split_first_chunk().ok_or_else(damaged)?;
        let found = u16::from_le_bytes(*version);
        if found != VERSION {
            return Err(CommitmentsFileError::Version { found });
        }
        let end = bytes.len().checked_sub(CHECKSUM).ok_or_else(damaged)?;
        let (told, checksum) = bytes.split_at_checked(end).ok_or_else(damaged)?;
        if Sha256::digest(told).as_slice() != checksum {
            return Err(damaged());
        }
        let rest = told.get(MAGIC.len() + version.len()..);
        let rest = rest.and_then(|rest| rest.split_first_chunk::<32>());
        let (digest, mut rest) = rest.ok_or_else(damaged)?;
        let count = word(&mut rest).ok_or_else(damaged)?;
        let mut all = Vec::new();
        for _ in 0..count {
            let length = word(&mut rest).ok_or_else(damaged)?;
            let (commitment, after) = rest.split_at_checked(length).ok_or_else(damaged)?;
            rest = after;
            all.push(commitment.to_vec());
        }
        match rest {
            [] => Ok(Commitments {
                digest: *digest,
                all,
            }),
            _ => Err(damaged()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_was_written_or_refused() {
        let commitments = Commitments {
            digest: [7; 32],
            all: vec![vec![1, 2, 3], Vec::new(), vec![9; 40]],
        };
        let file = commitments.to_bytes();
        assert_eq!(Commitments::from_bytes(&file), Ok(commitments.clone()));
        for end in 0..file.len() {
            assert!(Commitments::from_bytes(&file[..end]).is_err(), "{end}");
        }
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(Commitments::from_bytes(&changed).is_err(), "{at}");
        }
        // A checksum that fits, and lengths that do not.
        for (at, word) in [(42, u32::MAX), (42, 2), (42, 4), (46, u32::MAX), (46, 4)] {
            let mut changed = file[..file.len() - CHECKSUM].to_vec();
            changed[at..at + 4].copy_from_slice(&word.to_le_bytes());
            let checksum = Sha256::digest(&changed);
            changed.extend(checksum);
            let read = Commitments::from_bytes(&changed);
            assert_eq!(read, Err(CommitmentsFileError::Damaged), "{at}: {word}");
        }
    }
}
