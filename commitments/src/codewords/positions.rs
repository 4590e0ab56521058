//! The rate of a code, and how many positions are drawn.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use crate::SetupError;

/// Most positions that are drawn.
pub const MAX_QUERIES: usize = 1 << 10;

/// A rate, and a number of positions. Within the unique decoding radius a position misses a cheater with probability
/// `(1 + rate)/2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Positions {
    /// The rate of the code is `2^-rate_vars`: one half to one sixteenth.
    pub rate_vars: usize,
    /// Positions that are drawn.
    pub queries: usize,
}

impl Default for Positions {
    /// A rate of one fourth, and 100 bits.
    fn default() -> Self {
        Positions::for_bits(2, 100)
    }
}

impl Positions {
    /// As many as so many bits take; [`MAX_QUERIES`] if that is not enough for them.
    pub fn for_bits(rate_vars: usize, bits: u32) -> Self {
        let of = |queries| Positions { rate_vars, queries };
        let enough = |queries: &usize| of(*queries).exact_bits() >= f64::from(bits);
        of((1..=MAX_QUERIES).find(enough).unwrap_or(MAX_QUERIES))
    }

    /// `−log2` of the chance that no position gives a cheater away, rounded down.
    pub fn bits(self) -> u32 {
        let below = |whole: &u32| f64::from(*whole) <= self.exact_bits();
        (0..=u32::from(u16::MAX))
            .take_while(below)
            .last()
            .unwrap_or(0)
    }

    fn exact_bits(self) -> f64 {
        let exponent = u32::try_from(self.rate_vars).unwrap_or(u32::MAX);
        let queries = u32::try_from(self.queries).unwrap_or(u32::MAX);
        let agree = (1.0 + 0.5f64.powf(exponent.into())) / 2.0;
        -agree.log2() * f64::from(queries)
    }

    /// That there are some, and not too many, of a rate that is one of those named.
    ///
    /// # Errors
    /// [`SetupError::TooLarge`].
    pub fn check(self) -> Result<(), SetupError> {
        let bounds = [
            (self.rate_vars, 4),
            (self.queries, MAX_QUERIES),
            (1, self.rate_vars.min(self.queries)),
        ];
        match bounds.into_iter().find(|(vars, max)| vars > max) {
            Some((vars, max)) => Err(SetupError::TooLarge { vars, max }),
            None => Ok(()),
        }
    }
}
