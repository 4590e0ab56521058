//! Elements that are wiped: overwritten when they are dropped, and when they move to where there is more room.

use crate::Field;
use zeroize::Zeroize;

/// Room to begin with.
const ROOM: usize = 1 << 6;

/// Elements in order.
#[derive(Clone, Default)]
pub struct Wiped<F: Field>(Vec<F>);

impl<F: Field> Wiped<F> {
    /// None yet.
    pub fn new() -> Self {
        Wiped(Vec::new())
    }

    /// One more.
    pub fn push(&mut self, element: F) {
        if self.0.len() == self.0.capacity() {
            // A vector that grows by itself leaves what it had where it was.
            let mut roomier = Vec::with_capacity(ROOM.max(self.0.len().saturating_mul(2)));
            roomier.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = roomier;
        }
        self.0.push(element);
    }

    /// Makes of pairs of neighbours one element each, in place.
    pub fn fold_pairs(&mut self, fold: impl Fn(F, F) -> F) {
        let half = self.0.len() / 2;
        for at in 0..half {
            let pair = (self.0.get(2 * at).copied(), self.0.get(2 * at + 1).copied());
            if let ((Some(first), Some(second)), Some(place)) = (pair, self.0.get_mut(at)) {
                *place = fold(first, second);
            }
        }
        let rest = self.0.get_mut(half..).unwrap_or_default();
        rest.iter_mut().for_each(Zeroize::zeroize);
        self.0.truncate(half);
    }
}

impl<F: Field> std::ops::Deref for Wiped<F> {
    type Target = [F];

    fn deref(&self) -> &[F] {
        &self.0
    }
}

impl<F: Field> std::ops::DerefMut for Wiped<F> {
    fn deref_mut(&mut self) -> &mut [F] {
        &mut self.0
    }
}

impl<F: Field> Extend<F> for Wiped<F> {
    fn extend<I: IntoIterator<Item = F>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<F: Field> FromIterator<F> for Wiped<F> {
    fn from_iter<I: IntoIterator<Item = F>>(elements: I) -> Self {
        let mut all = Wiped::new();
        all.extend(elements);
        all
    }
}

impl<F: Field> Drop for Wiped<F> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    #[test]
    fn it_holds_what_it_is_given() {
        let all = |count: u64| (0..count).map(Fr::from);
        for count in [0, 1, 63, 64, 65, 1000] {
            let mut wiped: Wiped<Fr> = all(count).collect();
            assert_eq!(*wiped, *all(count).collect::<Vec<_>>());
            wiped.fold_pairs(|a, b| a + b);
            let sums: Vec<Fr> = (0..count / 2).map(|k| Fr::from(4 * k + 1)).collect();
            assert_eq!(*wiped, *sums);
        }
    }
}
