//! Operations on slices of BN254's scalar field: packed where the processor can.

use super::bn254::WideSum;
use super::{
    Accumulator, Buckets, KEYS, Kind, PairSums, Points, ProverField, Slice, TableProducts,
    TableRows, packed, slices,
};
use crate::Expr;
use ark_bn254::Fr;

/// Sums by key in limbs of 32 bits, carried at the end: `2^32` terms fit.
#[derive(Clone, Debug)]
pub struct LimbBuckets(Box<[[u64; 8]; KEYS]>);

impl Default for LimbBuckets {
    fn default() -> Self {
        LimbBuckets(Box::new([[0; 8]; KEYS]))
    }
}

impl Buckets<Fr> for LimbBuckets {
    fn add(&mut self, keys: &[u8], values: &[Fr]) {
        packed::selected().add_by_key(&mut self.0, keys, values, false);
    }

    fn add_sparse(&mut self, keys: &[u8], values: &[Fr]) {
        packed::selected().add_by_key(&mut self.0, keys, values, true);
    }

    fn merge(&mut self, other: &Self) {
        for (sum, other) in self
            .0
            .as_flattened_mut()
            .iter_mut()
            .zip(other.0.as_flattened())
        {
            *sum += other;
        }
    }

    fn sums(&self, keys: usize) -> Vec<Fr> {
        let sum = |limbs: &[u64; 8]| {
            let mut wide = [0; 6];
            let mut carry = 0u128;
            for (wide, halves) in wide.iter_mut().zip(limbs.chunks_exact(2)) {
                let t = u128::from(halves[0]) + (u128::from(halves[1]) << 32) + carry;
                *wide = t as u64;
                carry = t >> 64;
            }
            wide[4] = carry as u64;
            WideSum(wide).reduce()
        };
        self.0.iter().take(keys).map(sum).collect()
    }
}

impl ProverField for Fr {
    type Buckets = LimbBuckets;

    fn packed() -> bool {
        packed::selected().is_packed()
    }

    fn bind_pairs(pairs: &[Self], x: &Self, out: &mut [Self]) {
        let backend = packed::selected();
        match backend.is_packed() {
            true => backend.bind(pairs, x, out),
            false => slices::bind_pairs(pairs, x, out),
        }
    }

    fn bind_slice(rows: &Slice<'_, Self>, x: &Self, out: &mut [Self]) {
        packed::selected().bind_slice(rows, x, out);
    }

    fn bind_slice_twice(rows: &Slice<'_, Self>, x: [&Self; 2], out: &mut [Self]) {
        packed::selected().bind_slice_twice(rows, x, out);
    }

    fn pair_sums<'a>(
        summand: &'a Expr<Self>,
        kinds: &[Kind],
        points: Points,
    ) -> Box<dyn PairSums<Self> + 'a> {
        packed::selected().pair_sums(summand, kinds, points)
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        let backend = packed::selected();
        match backend.is_packed() {
            true => backend.dot(a, b),
            false => slices::dot(a, b),
        }
    }

    fn products_of_four(groups: &[[TableRows<'_, Self>; 4]], weights: &[Self]) -> [Self; 4] {
        packed::selected().products_of_four(groups, weights)
    }

    fn products_of_tables(groups: &[[TableProducts<'_, Self>; 2]], weights: &[Self]) -> [Self; 4] {
        packed::selected().products_of_tables(groups, weights)
    }

    fn sums_of_squares(columns: &[TableRows<'_, Self>], weights: &[Self]) -> [Self; 2] {
        packed::selected().sums_of_squares(columns, weights)
    }

    fn bind_table_rows(rows: &TableRows<'_, Self>, x: &Self, out: &mut [Self]) {
        packed::selected().bind_table_rows(rows, x, out);
    }

    fn products_of_eight(rows: &[&[Self]; 8], values: &[Self], weights: &[Self]) -> [Self; 9] {
        packed::selected().products_of_eight(rows, values, weights)
    }

    fn mul_slices(a: &mut [Self], b: &[Self]) {
        packed::selected().mul_assign(a, b);
    }

    fn add_entries(sums: &mut [Self], digits: &[&[u8]], tables: &[[Self; 16]]) {
        packed::selected().add_entries(sums, digits, tables);
    }

    fn add_scaled(sums: &mut [Self], by: &Self, rows: &[Self]) {
        packed::selected().add_scaled(sums, by, rows);
    }

    fn scale_slice(a: &mut [Self], by: &Self) {
        packed::selected().scale(a, by);
    }

    fn split_slices(low: &mut [Self], x: &Self, high: &mut [Self]) {
        packed::selected().split(low, x, high);
    }
}
