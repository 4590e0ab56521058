//! Canonical encodings, without lengths.
//!
//! Every value has one encoding of a size known in advance, so a proof is a plain concatenation.
//! Reading re-encodes what it decoded and compares: whatever leniency a decoder has, two byte
//! strings never stand for one value.

use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};

/// Why bytes could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The input ends early.
    #[error("{needed} bytes needed, {left} left")]
    Truncated {
        /// Bytes that the value takes.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// The bytes stand for no value: a number not below the modulus, a point not on the curve.
    #[error("not an encoding of a {what}: {cause}")]
    Invalid {
        /// What was expected.
        what: &'static str,
        /// What was wrong.
        cause: String,
    },
    /// The bytes are not the canonical encoding of what they stand for.
    #[error("not the canonical encoding of a {what}")]
    NotCanonical {
        /// What was expected.
        what: &'static str,
    },
    /// Bytes are left over.
    #[error("{bytes} trailing bytes")]
    Trailing {
        /// How many.
        bytes: usize,
    },
}

/// Reads a byte string from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the front.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// Bytes not read yet.
    pub fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(DecodeError::Truncated {
                needed: count,
                left: self.rest.len(),
            });
        };
        self.rest = rest;
        Ok(taken)
    }

    /// The next bytes, as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// A value of fixed encoded size, validated and canonical. `what` names it in errors.
    pub fn canonical<T>(&mut self, what: &'static str) -> Result<T, DecodeError>
    where
        T: CanonicalSerialize + CanonicalDeserialize + Default,
    {
        let bytes = self.take(T::default().compressed_size())?;
        let value = T::deserialize_compressed(bytes).map_err(|e| DecodeError::Invalid {
            what,
            cause: e.to_string(),
        })?;
        let mut again = Vec::with_capacity(bytes.len());
        put(&value, &mut again);
        if again == bytes {
            Ok(value)
        } else {
            Err(DecodeError::NotCanonical { what })
        }
    }

    /// Fails if bytes are left.
    pub fn end(&self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            bytes => Err(DecodeError::Trailing { bytes }),
        }
    }
}

/// Appends the canonical encoding of `value`.
pub fn put<T: CanonicalSerialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    value
        .serialize_compressed(out)
        .expect("writing to memory does not fail");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::{Fr, G1Affine};
    use ark_ec::AffineRepr;
    use ark_ff::{BigInteger, PrimeField, Zero};

    #[test]
    fn scalars_must_be_below_the_modulus() {
        let mut bytes = Fr::MODULUS.to_bytes_le();
        assert!(Reader::new(&bytes).canonical::<Fr>("scalar").is_err());
        bytes[0] -= 1;
        let minus_one = Reader::new(&bytes).canonical::<Fr>("scalar").unwrap();
        assert_eq!(minus_one, -Fr::from(1));
        for flag in [0x40, 0x80, 0xc0] {
            let mut bytes = [0u8; 32];
            bytes[31] = flag;
            assert!(Reader::new(&bytes).canonical::<Fr>("scalar").is_err());
        }
    }

    /// The second group is a small part of its curve.
    #[test]
    fn points_outside_of_the_group_are_no_points() {
        use ark_bn254::{Fq2, G2Affine};
        let outside = (1u64..).find_map(|x| {
            let point = G2Affine::get_point_from_x_unchecked(Fq2::from(x), false)?;
            (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
        });
        let mut bytes = Vec::new();
        put(&outside.unwrap(), &mut bytes);
        assert!(
            Reader::new(&bytes)
                .canonical::<G2Affine>("G2 point")
                .is_err()
        );
        let mut bytes = Vec::new();
        put(&G2Affine::generator(), &mut bytes);
        assert!(
            Reader::new(&bytes)
                .canonical::<G2Affine>("G2 point")
                .is_ok()
        );
    }

    #[test]
    fn points_have_one_encoding() {
        let mut identity = [0u8; 32];
        identity[31] = 0x40;
        let read = |b: &[u8]| Reader::new(b).canonical::<G1Affine>("point");
        assert!(read(&identity).unwrap().is_zero());
        // The identity with a non-zero abscissa or a sign.
        for (at, bits) in [(0, 1), (31, 0xc0), (31, 0x41)] {
            let mut other = identity;
            other[at] |= bits;
            assert!(read(&other).is_err(), "byte {at} or {bits:#x}");
        }
        let mut generator = Vec::new();
        put(&G1Affine::generator(), &mut generator);
        assert_eq!(read(&generator).unwrap(), G1Affine::generator());
        // The same abscissa plus the modulus, where it fits, and one without a point.
        let modulus = ark_bn254::Fq::MODULUS.to_bytes_le();
        let mut shifted = generator.clone();
        let mut carry = 0u16;
        for (s, m) in shifted.iter_mut().zip(&modulus) {
            let sum = u16::from(*s) + u16::from(*m) + carry;
            *s = sum as u8;
            carry = sum >> 8;
        }
        assert!(read(&shifted).is_err());
        let mut no_point = [0u8; 32];
        no_point[0] = 4;
        assert!(read(&no_point).is_err());
    }

    #[test]
    fn reading_past_the_end_is_an_error() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.array::<2>().unwrap(), [1, 2]);
        assert_eq!(
            reader.take(2),
            Err(DecodeError::Truncated { needed: 2, left: 1 })
        );
        assert_eq!(reader.end(), Err(DecodeError::Trailing { bytes: 1 }));
        reader.take(1).unwrap();
        assert_eq!(reader.end(), Ok(()));
        assert!(Fr::zero().is_zero());
    }
}
