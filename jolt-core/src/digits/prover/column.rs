//! A digit at a fixed address, as a column over cycles that stays bytes for the first rounds.

use crate::digits::{MAX_RADIX, Packed};
use std::sync::Arc;
use sumcheck::ProverField;
use sumcheck::field::TableRows;

/// Tables per column before its values are written out: `2^(LAZY_ROUNDS - 1)`.
const LAZY_ROUNDS: usize = 3;

/// `Σ_k weights[k] · [digit(j) = k]`, partly bound, least significant cycle variable first.
///
/// With `m ≤ 3` variables bound a value is a sum of `2^(m-1)` entries of tables over pairs of
/// digits: no multiplication, and a byte per two original rows. The fourth binding writes values.
#[derive(Clone, Debug)]
pub struct DigitColumn<F> {
    packed: Arc<Packed>,
    state: State<F>,
    tail: F,
}

#[derive(Clone, Debug)]
enum State<F> {
    /// Nothing bound: `weights[digit]`.
    Rows(Box<[F; MAX_RADIX]>),
    /// Row `j` is `Σ_s tables[s][pairs[j · tables.len() + s]]`.
    Tables(Vec<[F; MAX_RADIX * MAX_RADIX]>),
    Values(Vec<F>),
}

impl<F: ProverField> DigitColumn<F> {
    /// The column of the digit's `weights`, at most 16; missing ones are zero.
    pub fn new(packed: Arc<Packed>, weights: &[F]) -> Self {
        let mut table = Box::new([F::zero(); MAX_RADIX]);
        table[..weights.len()].copy_from_slice(weights);
        DigitColumn {
            packed,
            tail: table[0],
            state: State::Rows(table),
        }
    }

    /// Rows that may differ from [`Self::tail`].
    pub fn len(&self) -> usize {
        let pairs = self.packed.pairs.len();
        match &self.state {
            State::Rows(_) => 2 * pairs,
            State::Tables(tables) => pairs.div_ceil(tables.len()),
            State::Values(values) => values.len(),
        }
    }

    /// Whether every row is [`Self::tail`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of rows beyond the real ones: that of digit 0.
    pub fn tail(&self) -> F {
        self.tail
    }

    /// If nothing is bound: the pair bytes and the 16 weights.
    pub(in crate::digits) fn unbound(&self) -> Option<(&[u8], &[F])> {
        match &self.state {
            State::Rows(weights) => Some((&self.packed.pairs, &weights[..])),
            _ => None,
        }
    }

    /// The rows `start …` that are real and as they are kept, from an even one on.
    fn real(&self, start: usize) -> TableRows<'_, F> {
        let pairs = self.packed.pairs.as_slice();
        let from = |byte: usize| &pairs[byte.min(pairs.len())..];
        match &self.state {
            State::Rows(table) => TableRows::Halves(from(start / 2), table),
            State::Tables(tables) => TableRows::Sums(from(start * tables.len()), tables),
            State::Values(values) => TableRows::Values(&values[start.min(values.len())..]),
        }
    }

    /// The rows from an even `start` on, as many as `scratch` has: as they are kept if they are all
    /// real, else written to `scratch`.
    pub fn rows<'a>(&'a self, start: usize, scratch: &'a mut [F]) -> TableRows<'a, F> {
        let real = self.real(start);
        if real.len() >= scratch.len() {
            return real;
        }
        self.fill(start, scratch);
        TableRows::Values(scratch)
    }

    /// Writes the rows from an even `start` on to `out`.
    pub fn fill(&self, start: usize, out: &mut [F]) {
        let real = self.real(start);
        let whole = real.len().min(out.len());
        let (first, beyond) = out.split_at_mut(whole);
        real.write(first);
        beyond.fill(self.tail);
        // A row of which not all digits are real.
        if let (State::Tables(tables), [out, ..]) = (&self.state, beyond) {
            let bytes =
                &self.packed.pairs[((start + whole) * tables.len()).min(self.packed.pairs.len())..];
            if !bytes.is_empty() {
                let mut padded = [0u8; 1 << (LAZY_ROUNDS - 1)];
                padded[..bytes.len()].copy_from_slice(bytes);
                TableRows::Sums(&padded[..tables.len()], tables).write(std::slice::from_mut(out));
            }
        }
    }

    /// Row `j`.
    pub fn get(&self, j: usize) -> F {
        let mut out = [F::zero(); 2];
        self.fill(j & !1, &mut out);
        out[j & 1]
    }

    /// Binds the least significant variable.
    pub fn bind(&mut self, x: F) {
        self.state = match &mut self.state {
            State::Rows(weights) => {
                let entry = |pair: usize| {
                    let (a, b) = (weights[pair >> 4], weights[pair & 15]);
                    a + x * (b - a)
                };
                State::Tables(vec![std::array::from_fn(entry)])
            }
            State::Tables(tables) if tables.len() < 1 << (LAZY_ROUNDS - 1) => {
                let (mut low, mut high) = (tables.clone(), std::mem::take(tables));
                for entry in high.as_flattened_mut() {
                    *entry *= x;
                }
                for (low, high) in low.as_flattened_mut().iter_mut().zip(high.as_flattened()) {
                    *low -= high;
                }
                low.append(&mut high);
                State::Tables(low)
            }
            State::Tables(_) => {
                let half = self.len().div_ceil(2);
                let mut values = vec![F::zero(); half];
                let whole = self.real(0).len() / 2;
                let (first, beyond) = values.split_at_mut(whole);
                F::bind_table_rows(&self.real(0), &x, first);
                if let [out] = beyond {
                    let mut last = [F::zero(); 2];
                    self.fill(2 * whole, &mut last);
                    F::bind_pairs(&last, &x, std::slice::from_mut(out));
                }
                State::Values(values)
            }
            State::Values(values) => {
                let half = values.len().div_ceil(2);
                let mut values = std::mem::take(values);
                values.resize(2 * half, self.tail);
                let mut bound = [F::zero(); 128];
                for start in (0..half).step_by(bound.len()) {
                    let bound = &mut bound[..(half - start).min(128)];
                    F::bind_pairs(&values[2 * start..], &x, bound);
                    values[start..start + bound.len()].copy_from_slice(bound);
                }
                values.truncate(half);
                if half > 1 << 12 {
                    values.shrink_to_fit();
                }
                State::Values(values)
            }
        };
    }
}
