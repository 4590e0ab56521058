//! Which cases of a table a test tries: a sample in builds with debug assertions, all in others.
//!
//! Tables of forgeries, of sizes and of changed bytes are long, and what they say changes less often than tests run. So
//! where a developer runs them, tests try some of the cases, always the same ones; `.ci/run soundness`, which builds in
//! release mode, tries all. So does any build where [`ALL`] is set. What is claimed of a case is the same either way.
//!
//! A sample misses nothing that has a name: [`spanning`] keeps a case for each check, argument and word size that the
//! table has a case for.

use crate::Checks;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The environment variable that makes tests try all cases, in any build.
pub const ALL: &str = "JOLT_LAB_ALL";

/// Whether all cases are tried: also of one thing that tests are to look at ([`Checks::focused`]).
pub fn all() -> bool {
    static ALL_OF_THEM: LazyLock<bool> = LazyLock::new(|| {
        !cfg!(debug_assertions) || Checks::focused() || std::env::var_os(ALL).is_some()
    });
    *ALL_OF_THEM
}

/// A number of cases: of a sample, or of all.
pub fn count(sampled: usize, all_of_them: usize) -> usize {
    if all() { all_of_them } else { sampled }
}

/// One in `sampled` cases, or each: for [`Iterator::step_by`].
pub fn one_in(sampled: usize) -> usize {
    count(sampled, 1)
}

/// Of a table, which cases are tried: all, or as [`spanned`] says.
pub fn spanning<K: Ord>(cases: &[Vec<K>]) -> Vec<bool> {
    match all() {
        true => vec![true; cases.len()],
        false => spanned(cases),
    }
}

/// The cases that are tried, of those given: all, or as [`spanned`] says.
pub fn of<T, K: Ord>(
    cases: impl IntoIterator<Item = T>,
    about: impl Fn(&T) -> Vec<K>,
) -> impl Iterator<Item = T> {
    let cases: Vec<T> = cases.into_iter().collect();
    let tried = spanning(&cases.iter().map(about).collect::<Vec<_>>());
    let both = cases.into_iter().zip(tried);
    both.filter_map(|(case, tried)| tried.then_some(case))
}

/// Of a table of cases, each with what it is about: cases such that whatever one of the table is about, a chosen one is
/// about. They are looked for all over the table, and so are spread.
pub fn spanned<K: Ord>(cases: &[Vec<K>]) -> Vec<bool> {
    let mut chosen = vec![false; cases.len()];
    let mut covered = BTreeSet::new();
    let stride = stride(cases.len());
    for i in 0..cases.len() {
        let at = i * stride % cases.len();
        let before = covered.len();
        covered.extend(&cases[at]);
        chosen[at] = covered.len() > before;
    }
    chosen
}

/// A step that comes to each of so many places: about 0.62 of their number, so that places follow that are far from each
/// other.
fn stride(count: usize) -> usize {
    let divisor = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let from = (count * 618 / 1000).max(1);
    let coprime = (from..=count).find(|step| divisor(*step, count) == 1);
    coprime.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the table, nothing that it has a case for is missed, and a case that adds nothing is not tried.
    #[test]
    fn a_sample_misses_nothing() {
        for count in 0..60u64 {
            let about = |i: u64| vec![format!("check {}", i * i % 11), format!("word {}", i % 2)];
            let cases: Vec<Vec<String>> = (0..count).map(about).collect();
            let chosen = spanned(&cases);
            let all: BTreeSet<&String> = cases.iter().flatten().collect();
            let some = cases.iter().zip(&chosen).filter(|(_, chosen)| **chosen);
            let some: Vec<&Vec<String>> = some.map(|(case, _)| case).collect();
            assert_eq!(some.iter().copied().flatten().collect::<BTreeSet<_>>(), all);
            assert!(some.len() <= all.len());
        }
    }

    #[test]
    fn a_stride_comes_to_every_place() {
        for count in 1..200 {
            let places: BTreeSet<usize> = (0..count).map(|i| i * stride(count) % count).collect();
            assert_eq!(places.len(), count);
        }
    }

    #[test]
    fn builds_without_debug_assertions_try_all() {
        assert!(all() || cfg!(debug_assertions));
        let cases = [[1], [1], [1]].map(Vec::from);
        let tried = of(cases, Vec::clone).count();
        assert_eq!(tried, if all() { 3 } else { 1 });
        assert_eq!(one_in(7), if all() { 1 } else { 7 });
    }
}
