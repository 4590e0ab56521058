//! The pairs of consecutive entries of an index, each different one once.

use crate::ProverField;
use std::sync::Arc;

/// The different pairs of consecutive entries of an index.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    /// Each once, (0, 0) first.
    pub pairs: Vec<[u32; 2]>,
    /// Which pair comes when.
    pub index: Arc<Vec<u32>>,
}

impl Pairs {
    /// `None` if more than half of the pairs are different. Entry 0 follows the last.
    pub fn of(index: &[u32]) -> Option<Self> {
        let len = index.len().div_ceil(2);
        let most = len / 2;
        let bits = (2 * most + 2).next_power_of_two().trailing_zeros();
        let mut slots = vec![0u32; 1 << bits];
        let mut pairs = Vec::new();
        let mut number = |pair: [u32; 2]| {
            let key = u64::from(pair[0]) << 32 | u64::from(pair[1]);
            // Multiplicative hashing by the golden ratio, next slots if need be.
            let mut at = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize;
            loop {
                match slots[at] {
                    0 => {
                        pairs.push(pair);
                        slots[at] = pairs.len() as u32;
                        return (pairs.len() <= most).then_some(slots[at] - 1);
                    }
                    n if pairs[n as usize - 1] == pair => return Some(n - 1),
                    _ => at = (at + 1) & (slots.len() - 1),
                }
            }
        };
        number([0, 0])?;
        let mut numbers = Vec::with_capacity(len);
        for pair in index.chunks(2) {
            numbers.push(number([pair[0], pair.get(1).copied().unwrap_or(0)])?);
        }
        Some(Pairs {
            pairs,
            index: Arc::new(numbers),
        })
    }

    /// Both entries of the pairs `start …`, as many as `out` has room for.
    pub fn ends<F: ProverField>(&self, table: &[F], start: usize, out: &mut [F]) {
        let (out, _) = out.as_chunks_mut::<2>();
        for (out, [a, b]) in out.iter_mut().zip(&self.pairs[start..]) {
            *out = [table[*a as usize], table[*b as usize]];
        }
    }

    /// The table over pairs, bound to `x`.
    pub fn bind<F: ProverField>(&self, table: &[F], x: F) -> Vec<F> {
        const BLOCK: usize = 1 << 7;
        let mut out = vec![F::zero(); self.pairs.len()];
        let mut ends = [F::zero(); 2 * BLOCK];
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let ends = &mut ends[..2 * out.len()];
            self.ends(table, BLOCK * block, ends);
            F::bind_pairs(ends, &x, out);
        }
        out
    }
}
