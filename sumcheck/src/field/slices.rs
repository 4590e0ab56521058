//! Operations on slices, one element after the other.

use super::{Field, Products};

pub fn bind_pairs<F: Field>(pairs: &[F], x: &F, out: &mut [F]) {
    let (pairs, _) = pairs.as_chunks::<2>();
    assert!(out.len() <= pairs.len(), "a pair for every element");
    for (out, [a, b]) in out.iter_mut().zip(pairs) {
        *out = a.plus(&(*x * b.minus(a)));
    }
}

pub fn add_entries<F: Field>(sums: &mut [F], digits: &[&[u8]], tables: &[[F; 16]]) {
    assert_eq!(digits.len(), tables.len(), "a table for all digits");
    for (digits, table) in digits.iter().zip(tables) {
        let digits = &digits[..sums.len()];
        for (sum, digit) in sums.iter_mut().zip(digits) {
            *sum = sum.plus(&table[usize::from(digit & 15)]);
        }
    }
}

pub fn dot<F: Field>(a: &[F], b: &[F]) -> F {
    let mut sum = F::Products::default();
    for (a, b) in a.iter().zip(b) {
        sum.add(a, b);
    }
    sum.reduce()
}
