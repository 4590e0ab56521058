//! What arguments of this kind share: `γ` joins output and operands, and what is left is linear in
//! the caller's selectors.
//!
//! ```text
//! out + γ·left + γ²·right = Σ_{k,j} eq(r, j) · [index_j = k] · V(k, j)
//! V(k, j) = Σ_t selects_t(j)·T_t(k) + pair(j)·(γ·left(k) + γ²·right(k)) + single(j)·γ²·k
//! ```

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

use super::{LookupShape, ReadClaim, SelectorClaim, Unsupported};
pub use sumcheck::powers;
use sumcheck::{Field, Point, Value, VerifierChannel};

/// `out + γ·left + γ²·right`.
pub fn read_value<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    gamma: F,
    claim: &ReadClaim<F, Value>,
) -> Value {
    let terms = [
        (F::one(), claim.out),
        (gamma, claim.left),
        (gamma.square(), claim.right),
    ];
    channel.linear(F::zero(), &terms)
}

/// Whether an index, and `spare` further bits, are one element of the field.
///
/// # Errors
/// [`Unsupported::Field`].
pub fn fits_field<F: Field>(index_bits: usize, spare: usize) -> Result<(), Unsupported> {
    match F::MODULUS_BIT_SIZE as usize <= index_bits + spare {
        true => Err(Unsupported::Field { index_bits }),
        false => Ok(()),
    }
}

/// The public coefficients of `V` at an index point: what each selector of a read counts for.
#[derive(Clone, Debug)]
pub struct SelectorWeights<F> {
    /// The extension of each table of the shape.
    pub tables: Vec<F>,
    /// `γ · left + γ² · right`.
    pub pair: F,
    /// `γ² · index`.
    pub single: F,
}

impl<F: Field> SelectorWeights<F> {
    /// The weights `1, base, base², …` of all tables, `pair` and `single`, in this order.
    pub fn powers(base: F, tables: usize) -> Self {
        let mut tables = powers(base, tables + 2);
        let single = tables.pop().unwrap_or_default();
        let pair = tables.pop().unwrap_or_default();
        SelectorWeights {
            tables,
            pair,
            single,
        }
    }

    /// `Σ factor · weights`, for the same tables.
    pub fn combine(of: &[Self], factors: &[F]) -> Self {
        let sum = |part: &dyn Fn(&Self) -> F| -> F {
            let terms = of.iter().zip(factors);
            terms.map(|(weights, factor)| *factor * part(weights)).sum()
        };
        let tables = 0..of.first().map_or(0, |weights| weights.tables.len());
        SelectorWeights {
            tables: tables.map(|t| sum(&|weights| weights.tables[t])).collect(),
            pair: sum(&|weights| weights.pair),
            single: sum(&|weights| weights.single),
        }
    }

    /// At an index point, most significant bit first.
    pub fn new(shape: &LookupShape, gamma: F, msb_first: &[F]) -> Self {
        let operands = Operands::at(msb_first);
        SelectorWeights {
            tables: shape
                .tables
                .iter()
                .map(|table| table.automaton().evaluate(msb_first))
                .collect(),
            pair: gamma * (operands.left + gamma * operands.right),
            single: gamma.square() * operands.whole,
        }
    }

    /// The claim that the selectors, so weighted, sum to `value` at `point`.
    pub fn claim<V>(self, point: Point<F>, value: V) -> SelectorClaim<F, V> {
        SelectorClaim {
            point,
            tables: self.tables,
            pair: self.pair,
            single: self.single,
            value,
        }
    }
}

/// The operands as polynomials of the index bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operands<F> {
    /// The left operand of a pair.
    pub left: F,
    /// The right operand of a pair.
    pub right: F,
    /// The index itself.
    pub whole: F,
}

impl<F: Field> Operands<F> {
    /// Of a whole index.
    pub fn at(msb_first: &[F]) -> Self {
        let mut operands = Operands {
            left: F::zero(),
            right: F::zero(),
            whole: F::zero(),
        };
        for pair in msb_first.chunks_exact(2) {
            operands = operands.advance(pair[0], pair[1]);
        }
        operands
    }

    /// Appends the next two lower bits.
    pub fn advance(self, a: F, b: F) -> Self {
        Operands {
            left: self.left.double() + a,
            right: self.right.double() + b,
            whole: (self.whole.double() + a).double() + b,
        }
    }
}
