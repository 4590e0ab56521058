//! The prover's column of value evaluation.

use rayon::prelude::*;
use sumcheck::kernel::{Column, EqSum, own_pages};
use sumcheck::{Field, Point, ProverField};

/// `LT(j, r) = Σ_{i>j} eq(r, i)`, of which the first `real` cycles are written out. Where the high half of the
/// variables is equal, the low half decides: one multiplication a cycle.
///
/// By the highest bit in which `j` and `i` differ it is a sum of equality polynomials, with coordinates 1/2
/// below that bit: `Σ_k 2^k r_k · eq((1/2, …, 0, r_{k+1}, …), j)`.
pub fn less_than_column<F: ProverField>(r: &Point<F>, real: usize) -> Column<F> {
    /// The sum of all later entries, for every entry.
    fn above<F: ProverField>(table: &[F]) -> Vec<F> {
        let mut above = F::one();
        let below = table.iter().map(|e| {
            above -= e;
            above
        });
        below.collect()
    }
    let (low, high) = r.split_at(r.vars() / 2);
    let (low, high) = (low.eq_table(), high.eq_table());
    let (above_low, above_high) = (above(&low), above(&high));
    let written = real.next_multiple_of(2).min(1 << r.vars());
    let mut rows = own_pages(F::zero(), written);
    let blocks = rows.par_chunks_mut(low.len());
    let blocks = blocks.zip(high.par_iter().zip(&above_high));
    blocks.for_each(|(rows, (equal, above))| {
        rows.copy_from_slice(&above_low[..rows.len()]);
        F::scale_slice(rows, equal);
        rows.iter_mut().for_each(|row| *row = row.plus(above));
    });
    Column::eq_sum_of_rows(EqSum(less_than_terms(r)), rows)
}

fn less_than_terms<F: Field>(r: &Point<F>) -> Vec<(F, Point<F>)> {
    let half = F::from(2u64).inverted().expect("odd characteristic");
    let mut power = F::one();
    let terms = r.0.iter().enumerate().map(|(k, r_k)| {
        let mut point = r.clone();
        point.0[..k].fill(half);
        point.0[k] = F::zero();
        let scale = power * r_k;
        power.double_in_place();
        (scale, point)
    });
    terms.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    #[test]
    fn columns_are_the_polynomial() {
        let mut rng = test_rng();
        for vars in 0..6 {
            let r = Point((0..vars).map(|_| Fr::rand(&mut rng)).collect());
            for real in 0..=1usize << vars {
                let column = less_than_column(&r, real);
                assert!(column.len() <= real.next_multiple_of(2));
                for j in 0..1usize << vars {
                    let at = Point::boolean(j as u128, vars);
                    assert_eq!(column.get(j), at.less_than(&r), "{j} of 2^{vars}");
                }
                let at = Point((0..vars).map(|_| Fr::rand(&mut rng)).collect());
                assert_eq!(column.evaluate(&at), at.less_than(&r));
            }
        }
    }
}
