//! Linear systems over a field: few unknowns, many sparse equations.

use super::trace::Form;
use crate::Field;

/// Equations `row · x = value`, in echelon form.
pub(super) struct System<F> {
    unknowns: usize,
    /// Which unknowns are expressed by which: those that come first here by later ones.
    order: Vec<usize>,
    /// Rows with their values; the first entry in the order that is not zero is 1.
    rows: Vec<(Vec<F>, F)>,
    /// Where that entry is.
    pivots: Vec<usize>,
    solvable: bool,
}

impl<F: Field> System<F> {
    /// In one of many orders of the unknowns; the first one is that of their numbers.
    pub fn new(unknowns: usize, order: u64) -> Self {
        let mut all: Vec<usize> = (0..unknowns).collect();
        let mix = |at: usize| {
            (at as u64 + 1).wrapping_mul(order.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 20
        };
        all.sort_by_key(|at| mix(*at));
        System {
            unknowns,
            order: all,
            rows: Vec::new(),
            pivots: Vec::new(),
            solvable: true,
        }
    }

    /// Adds `form · x = value`.
    pub fn add(&mut self, form: &Form<F>, mut value: F) {
        if form.is_empty() && value.is_zero() {
            return;
        }
        let mut row = vec![F::zero(); self.unknowns];
        form.iter().for_each(|(at, c)| row[*at] = *c);
        for ((other, other_value), pivot) in self.rows.iter().zip(&self.pivots) {
            let factor = row[*pivot];
            if !factor.is_zero() {
                subtract(&mut row, other, factor);
                value -= factor * other_value;
            }
        }
        let Some(pivot) = self.order.iter().copied().find(|at| !row[*at].is_zero()) else {
            self.solvable &= value.is_zero();
            return;
        };
        let inverse = row[pivot].inverted().expect("not zero");
        row.iter_mut().for_each(|c| *c *= inverse);
        value *= inverse;
        for (other, other_value) in &mut self.rows {
            let factor = other[pivot];
            if !factor.is_zero() {
                subtract(other, &row, factor);
                *other_value -= factor * value;
            }
        }
        self.rows.push((row, value));
        self.pivots.push(pivot);
    }

    /// How many equations say something of their own.
    pub fn rank(&self) -> usize {
        self.rows.len()
    }

    /// A basis of the solutions with all values zero.
    pub fn kernel(&self) -> Vec<Vec<F>> {
        let free = (0..self.unknowns).filter(|at| !self.pivots.contains(at));
        let vector = |at: usize| {
            let mut vector = vec![F::zero(); self.unknowns];
            vector[at] = F::one();
            for ((row, _), pivot) in self.rows.iter().zip(&self.pivots) {
                vector[*pivot] = -row[at];
            }
            vector
        };
        free.map(vector).collect()
    }

    /// A solution, if there is one.
    pub fn solution(&self) -> Option<Vec<F>> {
        let mut solution = vec![F::zero(); self.unknowns];
        for ((_, value), pivot) in self.rows.iter().zip(&self.pivots) {
            solution[*pivot] = *value;
        }
        self.solvable.then_some(solution)
    }
}

fn subtract<F: Field>(row: &mut [F], other: &[F], factor: F) {
    row.iter_mut()
        .zip(other)
        .for_each(|(c, o)| *c -= factor * o);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::AdditiveGroup;

    fn form(entries: &[(usize, u64)]) -> Form<Fr> {
        entries.iter().map(|(at, c)| (*at, Fr::from(*c))).collect()
    }

    #[test]
    fn kernels_and_solutions() {
        (0..4).for_each(in_order);
    }

    fn in_order(order: u64) {
        let mut system = System::new(4, order);
        system.add(&form(&[(1, 2), (3, 1)]), Fr::from(5u64));
        system.add(&form(&[(0, 1), (1, 1)]), Fr::from(3u64));
        system.add(&form(&[(0, 1), (1, 3), (3, 1)]), Fr::from(8u64));
        let x = system.solution().unwrap();
        assert_eq!(x[1].double() + x[3], Fr::from(5u64));
        assert_eq!(x[0] + x[1], Fr::from(3u64));
        let kernel = system.kernel();
        assert_eq!(kernel.len(), 2);
        for x in &kernel {
            assert_eq!(x[1].double() + x[3], Fr::from(0u64));
            assert_eq!(x[0] + x[1], Fr::from(0u64));
        }
        assert_ne!(kernel[0], kernel[1]);
        system.add(&form(&[(0, 1), (1, 1)]), Fr::from(4u64));
        assert_eq!(system.solution(), None);
    }
}
