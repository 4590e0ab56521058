//! Proof files.
//!
//! `magic · version · mode · key digest · perhaps a ceremony · scheme · lookup argument · memory argument · statement · payload`.
//! The header says what was used; what may be used is in the verifying key. The payload is the sealed
//! channel's byte string: it has no lengths in it, and every byte of it is read.
//!
//! The mode is a sum of 1 where the setup is that of a ceremony, 2 where the proof tells nothing but its statement, and 4 where
//! the key commits to the program.
//! A ceremony's `τ·G_1`, `τ·G_2` and `τ²·G_2` follow the digest, all that a verifier needs of it. Whether that one is
//! accepted is the verifier's policy.
//!
//! The digest of the key is there so that a proof of another program is called just that. Nothing rests on
//! it: the transcript is bound to the verifier's own key, whatever the file says.

use crate::statement::Statement;
use commitments::Ceremony;

const MAGIC: &[u8; 8] = b"joltlab\0";
/// In the mode: the setup is that of a ceremony.
const CEREMONY: u8 = 1;
/// In the mode: the proof tells nothing but its statement.
const HIDING: u8 = 2;
/// In the mode: the key commits to the program.
const PREPROCESSED: u8 = 4;
/// Version of protocol and file format.
pub const VERSION: u16 = 4;

/// A proof with the statement that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Digest of the verifying key that the proof is for.
    pub key: [u8; 32],
    /// The ceremony that the commitment scheme's setup is of, if it is of one.
    pub ceremony: Option<Ceremony>,
    /// Whether the proof tells nothing but its statement.
    pub zero_knowledge: bool,
    /// Whether the key commits to the program.
    pub preprocessed: bool,
    /// Name of the commitment scheme.
    pub scheme: String,
    /// Name of the lookup argument.
    pub lookup: String,
    /// Name of the memory argument.
    pub memory: String,
    /// What is proven.
    pub statement: Statement,
    /// The proof itself.
    pub payload: Vec<u8>,
}

/// Why bytes are no proof file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// Another kind of file.
    #[error("not a proof file: it does not start with the magic bytes")]
    Magic,
    /// A proof of another version.
    #[error("proof of version {found}; this is version {VERSION}")]
    Version {
        /// The file's.
        found: u16,
    },
    /// A proof of another mode.
    #[error("proof of unknown mode {found}; only modes 0 to 7 exist")]
    Mode {
        /// The file's.
        found: u8,
    },
    /// The file ends early, or a field cannot be decoded.
    #[error("damaged proof file: {field} cannot be read")]
    Damaged { field: &'static str },
}

impl Proof {
    /// The file's contents.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        let flags = [
            (self.ceremony.is_some(), CEREMONY),
            (self.zero_knowledge, HIDING),
            (self.preprocessed, PREPROCESSED),
        ];
        let set = flags.into_iter().filter(|(set, _)| *set);
        out.push(set.map(|(_, flag)| flag).sum());
        out.extend(self.key);
        out.extend(self.ceremony.iter().flat_map(Ceremony::to_bytes));
        for name in [&self.scheme, &self.lookup, &self.memory] {
            out.push(name.len() as u8);
            out.extend(name.as_bytes());
        }
        out.extend(self.statement.to_bytes());
        out.extend(&self.payload);
        out
    }

    /// Reads a file's contents. Nothing is allocated beyond the length of `bytes`.
    ///
    /// # Errors
    /// [`ProofFileError`] says what the bytes are instead.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofFileError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ProofFileError::Magic)?;
        let damaged = |field| ProofFileError::Damaged { field };
        let (version, rest) = rest.split_first_chunk().ok_or(damaged("version"))?;
        let found = u16::from_le_bytes(*version);
        if found != VERSION {
            return Err(ProofFileError::Version { found });
        }
        let (&mode, rest) = rest.split_first().ok_or(damaged("mode"))?;
        let (key, mut rest) = rest.split_first_chunk().ok_or(damaged("key digest"))?;
        if mode & !(CEREMONY | HIDING | PREPROCESSED) != 0 {
            return Err(ProofFileError::Mode { found: mode });
        }
        let ceremony = match mode & CEREMONY {
            0 => None,
            _ => {
                let (tau, after) = rest.split_first_chunk().ok_or(damaged("ceremony"))?;
                rest = after;
                Some(Ceremony::from_bytes(tau).map_err(|_| damaged("ceremony"))?)
            }
        };
        let mut name = |field| {
            let (&length, after) = rest.split_first().ok_or(damaged(field))?;
            let (name, after) = after
                .split_at_checked(length.into())
                .ok_or(damaged(field))?;
            rest = after;
            String::from_utf8(name.to_vec()).map_err(|_| damaged(field))
        };
        let scheme = name("scheme")?;
        let lookup = name("lookup argument")?;
        let memory = name("memory argument")?;
        let statement = Statement::read(&mut rest).ok_or(damaged("statement"))?;
        Ok(Proof {
            key: *key,
            ceremony,
            zero_knowledge: mode & HIDING != 0,
            preprocessed: mode & PREPROCESSED != 0,
            scheme,
            lookup,
            memory,
            statement,
            payload: rest.to_vec(),
        })
    }
}
