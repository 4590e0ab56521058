//! The tests of this module are run over emulated lanes of which one errs, in an addition, a subtraction or
//! a shift, that is in a carry more often than not. They must fail: so they do run over these lanes, and
//! they see what such an error leads to.

use super::super::emulated::fault::counted;
use super::*;
use std::panic::catch_unwind;

type Test = fn(Backend);

const TESTS: [(&str, Test); 10] = [
    ("slices of Fr", |b| operations_agree::<FrConfig>(b, 1, 64)),
    ("slices of Fq", |b| operations_agree::<FqConfig>(b, 1, 64)),
    ("products", |b| products_agree(b, 3, 16, 3)),
    ("squares and bound rows", |b| {
        squares_and_bound_rows_agree(b, 3, 16, 5)
    }),
    ("sums over pairs", |b| {
        assert!(pair_sums_agree(b, 8, 32), "a summand with a plan")
    }),
    ("sums of entries", |b| entries_agree(b, 1, 64, 9)),
    ("products of eight", |b| eights_agree(b, 1, 16)),
    ("additions of points", |b| points::additions_agree(b, 1, 40)),
    ("doublings of points", |b| points::doublings_agree(b, 1, 40)),
    ("sums by key", |b| limbs_by_key_agree(b, 1, 64, 8)),
];

/// Errors that are tried for each test.
const TRIED: u64 = 30;

#[test]
fn a_lane_that_errs_fails_the_tests() {
    let emulated = Backend::emulated().unwrap();
    for (name, test) in TESTS {
        let ((), count) = counted(None, || test(emulated));
        assert!(count >= TRIED, "{name}: {count} instructions");
        let found = (0..TRIED)
            .filter(|i| {
                let fault = Some(i * count / TRIED + i % (count / TRIED));
                counted(fault, || catch_unwind(|| test(emulated)).is_err()).0
            })
            .count();
        // Of two results that a comparison chooses from, one counts: an error in the other is none.
        println!("{name}: {found} of {TRIED} errors are found");
        assert!(found * 2 >= TRIED as usize, "{name}: {found} of {TRIED}");
    }
}
