//! A digit at a fixed address, as a column over cycles that stays bytes for the first rounds.

use super::{MAX_RADIX, Packed};
use std::sync::Arc;
use sumcheck::Field;

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
    Rows(Vec<F>),
    /// Row `j` is `Σ_s tables[s][pairs[j · tables.len() + s]]`.
    Tables(Vec<Vec<F>>),
    Values(Vec<F>),
}

impl<F: Field> DigitColumn<F> {
    /// The column of the digit's `weights`, at most 16; missing ones are zero.
    pub fn new(packed: Arc<Packed>, mut weights: Vec<F>) -> Self {
        weights.resize(MAX_RADIX, F::zero());
        DigitColumn {
            packed,
            tail: weights[0],
            state: State::Rows(weights),
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
    pub(super) fn unbound(&self) -> Option<(&[u8], &[F])> {
        match &self.state {
            State::Rows(weights) => Some((&self.packed.pairs, weights)),
            _ => None,
        }
    }

    /// Writes rows `start …` to `out`.
    pub fn fill(&self, start: usize, out: &mut [F]) {
        let pairs = self.packed.pairs.as_slice();
        match &self.state {
            State::Rows(weights) => {
                for (k, out) in out.iter_mut().enumerate() {
                    let row = start + k;
                    let pair = pairs.get(row / 2).copied().unwrap_or(0);
                    let digit = if row & 1 == 0 { pair >> 4 } else { pair & 15 };
                    *out = weights[usize::from(digit)];
                }
            }
            State::Tables(tables) => {
                let each = tables.len();
                let real = pairs.len().div_ceil(each).saturating_sub(start);
                let (real, beyond) = out.split_at_mut(real.min(out.len()));
                beyond.fill(self.tail);
                let bytes = &pairs[(start * each).min(pairs.len())..];
                let whole = (bytes.len() / each).min(real.len());
                let (whole, rest) = real.split_at_mut(whole);
                match tables.as_slice() {
                    [t] => {
                        for (out, b) in whole.iter_mut().zip(bytes) {
                            *out = t[usize::from(*b)];
                        }
                    }
                    [t, u] => {
                        for (out, b) in whole.iter_mut().zip(bytes.chunks_exact(2)) {
                            *out = t[usize::from(b[0])].plus(&u[usize::from(b[1])]);
                        }
                    }
                    _ => {
                        for (out, b) in whole.iter_mut().zip(bytes.chunks_exact(each)) {
                            *out = sum(tables, b);
                        }
                    }
                }
                let last = bytes.chunks_exact(each).remainder();
                if let [out] = rest {
                    let mut padded = [0u8; 1 << (LAZY_ROUNDS - 1)];
                    padded[..last.len()].copy_from_slice(last);
                    *out = sum(tables, &padded[..each]);
                }
            }
            State::Values(values) => {
                let values = &values[start.min(values.len())..];
                let real = values.len().min(out.len());
                out[..real].copy_from_slice(&values[..real]);
                out[real..].fill(self.tail);
            }
        }
    }

    /// Row `j`.
    pub fn get(&self, j: usize) -> F {
        let mut out = [F::zero()];
        self.fill(j, &mut out);
        out[0]
    }

    /// Binds the least significant variable.
    pub fn bind(&mut self, x: F) {
        self.state = match &mut self.state {
            State::Rows(weights) => State::Tables(vec![
                weights
                    .iter()
                    .flat_map(|a| weights.iter().map(move |b| *a + x * (*b - a)))
                    .collect(),
            ]),
            State::Tables(tables) if tables.len() < 1 << (LAZY_ROUNDS - 1) => {
                let (mut low, mut high) = (tables.clone(), std::mem::take(tables));
                for entry in high.iter_mut().flatten() {
                    *entry *= x;
                }
                for (low, high) in low.iter_mut().flatten().zip(high.iter().flatten()) {
                    *low -= high;
                }
                low.append(&mut high);
                State::Tables(low)
            }
            State::Tables(_) => {
                let half = self.len().div_ceil(2);
                let mut values = vec![F::zero(); half];
                let mut rows = [F::zero(); 256];
                for (block, values) in values.chunks_mut(128).enumerate() {
                    let rows = &mut rows[..2 * values.len()];
                    self.fill(256 * block, rows);
                    F::bind_pairs(rows, &x, values);
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

#[inline(always)]
fn sum<F: Field>(tables: &[Vec<F>], bytes: &[u8]) -> F {
    let mut entries = tables.iter().zip(bytes).map(|(t, b)| t[usize::from(*b)]);
    let first = entries.next().unwrap_or_default();
    entries.fold(first, |sum, entry| sum.plus(&entry))
}
