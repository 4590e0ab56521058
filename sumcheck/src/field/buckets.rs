//! Sums of field elements by a key of one byte: histograms.

use super::Field;

/// Number of keys.
pub const KEYS: usize = 256;

/// Sums of elements, one for each key.
pub trait Buckets<F>: Clone + Default + Send + Sync {
    /// Adds `values[j]` to the sum of `keys[j]`, up to the shorter of both.
    fn add(&mut self, keys: &[u8], values: &[F]);
    /// [`add`](Self::add) where keys are 0 more often than not, and the caller knows what all values are
    /// together: some of key 0 may be left out.
    fn add_sparse(&mut self, keys: &[u8], values: &[F]) {
        self.add(keys, values);
    }
    /// Adds what others hold.
    fn merge(&mut self, other: &Self);
    /// The sums of the first keys, as many as are asked for, [`KEYS`] at most.
    fn sums(&self, keys: usize) -> Vec<F>;
}

/// Sums that are reduced at every addition.
#[derive(Clone, Debug)]
pub struct Reduced<F>(Vec<F>);

impl<F: Field> Default for Reduced<F> {
    fn default() -> Self {
        Reduced(vec![F::zero(); KEYS])
    }
}

impl<F: Field> Buckets<F> for Reduced<F> {
    fn add(&mut self, keys: &[u8], values: &[F]) {
        for (key, value) in keys.iter().zip(values) {
            let sum = &mut self.0[usize::from(*key)];
            *sum = sum.plus(value);
        }
    }

    fn merge(&mut self, other: &Self) {
        for (sum, other) in self.0.iter_mut().zip(&other.0) {
            *sum += other;
        }
    }

    fn sums(&self, keys: usize) -> Vec<F> {
        self.0.iter().take(keys).copied().collect()
    }
}
