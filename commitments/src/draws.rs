//! Randomness of a prover that hides.
//!
//! A session's draws come from the operating system's entropy and from the statement, expanded by ChaCha20, and are made
//! in sequence: no thread takes part. There is no way to give them in other builds than those for tests.

#[cfg(feature = "testing")]
use ark_ff::BigInteger;
use ark_ff::PrimeField;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// What a draw hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The commitment of a column.
    Column,
    /// The commitment of a row of messages.
    Row,
    /// The values of the gates at a point: the factors of the dummy gates.
    Gate,
    /// The round polynomials of the last sumcheck: coefficients of its masks.
    Mask,
    /// The commitments of the masks.
    MaskColumn,
    /// Messages of the opening, and its end.
    Opening,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 6] = [
        Class::Column,
        Class::Row,
        Class::Gate,
        Class::Mask,
        Class::MaskColumn,
        Class::Opening,
    ];
}

/// A generator that is wiped: overwritten, in a way that compilers keep.
struct Generator(ChaCha20Rng);

impl Generator {
    fn new(mut seed: [u8; 32]) -> Self {
        let generator = Generator(ChaCha20Rng::from_seed(seed));
        seed.zeroize();
        generator
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.0 = ChaCha20Rng::from_seed([0; 32]);
        std::hint::black_box(&mut self.0);
    }
}

/// A session's draws. Its generator is wiped when it is dropped, and so are the bytes of every draw.
pub struct Draws {
    generator: Result<Generator, NoEntropy>,
    made: usize,
    /// A class whose draws are zero: none but in tests.
    without: Option<Class>,
    /// What is added to draws, by number, in 32 bytes, little-endian: nothing but in tests.
    altered: Vec<(usize, [u8; 32])>,
}

/// The operating system gave no randomness.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no randomness, and nothing can be hidden: {0}")]
pub struct NoEntropy(String);

impl Draws {
    /// For a proof of a statement, of which this is any digest.
    pub fn new(statement: &[u8]) -> Self {
        let mut entropy = [0u8; 32];
        let filled = getrandom::fill(&mut entropy);
        let seed = Sha256::new()
            .chain_update(b"jolt-lab draws")
            .chain_update(entropy)
            .chain_update(statement);
        entropy.zeroize();
        let generator = Generator::new(seed.finalize().into());
        Draws {
            generator: match filled {
                Ok(()) => Ok(generator),
                Err(error) => Err(NoEntropy(error.to_string())),
            },
            made: 0,
            without: None,
            altered: Vec::new(),
        }
    }

    /// Those that follow from a secret.
    pub(crate) fn expanding(secret: [u8; 32]) -> Self {
        Draws {
            generator: Ok(Generator::new(secret)),
            made: 0,
            without: None,
            altered: Vec::new(),
        }
    }

    /// A secret for draws that are to be made again.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        if let Ok(generator) = &mut self.generator {
            generator.0.fill_bytes(&mut bytes);
        }
        bytes
    }

    /// Draws that anybody can repeat, all zero of one class.
    #[cfg(feature = "testing")]
    pub fn repeatable(seed: u64, without: Option<Class>) -> Self {
        Draws {
            generator: Ok(Generator(ChaCha20Rng::seed_from_u64(seed))),
            made: 0,
            without,
            altered: Vec::new(),
        }
    }

    /// The same draws, and to some of them, by number, something is added: 32 bytes, little-endian.
    #[cfg(feature = "testing")]
    pub fn altered(seed: u64, altered: Vec<(usize, [u8; 32])>) -> Self {
        Draws {
            altered,
            ..Draws::repeatable(seed, None)
        }
    }

    /// Adds something to the draws that come next.
    #[cfg(feature = "testing")]
    pub fn alter_next<F: PrimeField>(&mut self, more: &[F]) {
        let more = more.iter().map(|by| {
            let mut bytes = [0; 32];
            let own = by.into_bigint().to_bytes_le();
            bytes.iter_mut().zip(own).for_each(|(to, from)| *to = from);
            bytes
        });
        self.altered.extend((self.made..).zip(more));
    }

    /// How many were made.
    #[cfg(feature = "testing")]
    pub fn made(&self) -> usize {
        self.made
    }

    /// No draws: what a system without randomness has.
    #[cfg(feature = "testing")]
    pub fn none() -> Self {
        Draws {
            generator: Err(NoEntropy("none was asked for".to_owned())),
            made: 0,
            without: None,
            altered: Vec::new(),
        }
    }

    /// Whether there are any. Without, all draws are zero, and nothing that they were to hide may leave the session.
    ///
    /// # Errors
    /// The operating system gave no randomness.
    pub fn ready(&self) -> Result<(), NoEntropy> {
        self.generator.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// An element: 384 bits reduced, the bias is below `2^-128`.
    pub fn next<F: PrimeField>(&mut self, class: Class) -> F {
        let Ok(generator) = &mut self.generator else {
            return F::zero();
        };
        let mut bytes = [0u8; 48];
        generator.0.fill_bytes(&mut bytes);
        let number = self.made;
        self.made += 1;
        if self.without == Some(class) {
            return F::zero();
        }
        let altered = self.altered.iter().filter(|(of, _)| *of == number);
        let more = altered.map(|(_, by)| F::from_le_bytes_mod_order(by));
        // In two parts that need no reduction: byte by byte it takes longer than all else.
        let (low, high) = bytes.split_at(31);
        let high = F::from_le_bytes_mod_order(high) * F::from(1u128 << 124).square();
        let drawn = F::from_le_bytes_mod_order(low) + high + more.sum::<F>();
        bytes.zeroize();
        drawn
    }
}
