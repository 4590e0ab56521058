//! How a prover of digits deviates, as data; what it makes of matrices that are written out.

use crate::digits::MAX_RADIX;
use crate::lookup::written_out::Matrices;
use sumcheck::Field;

/// How a prover deviates from the protocol.
#[derive(Clone, Copy, Debug)]
pub enum Cheat<F> {
    /// Up to two digits of one read are not boolean: `1 − share` of the true index's digit, and `share` of the other
    /// index's. Each other index differs from the true one in one digit, the first in another than the second.
    Blend {
        read: usize,
        /// The other indices, and their shares. A share of 0 leaves the digit as it is.
        towards: [(u128, F); 2],
    },
    /// One read is served at an index that is not the committed one.
    OtherIndex {
        read: usize,
        /// The index served.
        other: u128,
    },
}

impl<F: Field> Cheat<F> {
    /// Makes the matrices of honest indices, `own` at the read that this is about, those of a prover that deviates
    /// so. `digit(i, index)` is digit `i` of an index.
    pub fn bend(
        &self,
        matrices: &mut Matrices<F>,
        own: impl Fn(usize) -> u128,
        digit: impl Fn(usize, u128) -> u8,
    ) {
        let (bits, table) = (matrices.index_bits, &mut matrices.indicator);
        match *self {
            Cheat::Blend { read, towards } => {
                let own = own(read);
                table[(read << bits) + own as usize] = F::zero();
                let [(first, share), (second, other)] = towards;
                // Either digit may be the other index's.
                for (index, weight) in [
                    (own, (F::one() - share) * (F::one() - other)),
                    (first, share * (F::one() - other)),
                    (second, (F::one() - share) * other),
                    (own ^ (own ^ first) ^ (own ^ second), share * other),
                ] {
                    table[(read << bits) + index as usize] += weight;
                }
                self.bend_digits(&mut matrices.digits, own, digit);
            }
            Cheat::OtherIndex { read, other } => {
                table[(read << bits) + own(read) as usize] = F::zero();
                table[(read << bits) + other as usize] = F::one();
            }
        }
    }

    /// The same for the digits alone: those of a read that is a blend.
    pub fn bend_digits(&self, digits: &mut [Vec<F>], own: u128, digit: impl Fn(usize, u128) -> u8) {
        let Cheat::Blend { read, towards } = *self else {
            return;
        };
        for (i, matrix) in digits.iter_mut().enumerate() {
            for (other, share) in towards {
                matrix[MAX_RADIX * read + usize::from(digit(i, own))] -= share;
                matrix[MAX_RADIX * read + usize::from(digit(i, other))] += share;
            }
        }
    }
}
