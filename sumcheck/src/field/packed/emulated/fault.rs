//! A lane that errs, on purpose: whether tests would notice.
//!
//! Additions, subtractions and arithmetic shifts, of which carries consist, are counted in each thread.
//! One of them can be made to err by one in one lane.

use super::arch::__m512i;
use std::cell::Cell;

thread_local! {
    static COUNTED: Cell<u64> = const { Cell::new(0) };
    static FAULT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Runs something in which the counted instruction of this number errs; returns how many were counted.
#[cfg(test)]
pub fn counted<R>(fault: Option<u64>, run: impl FnOnce() -> R) -> (R, u64) {
    COUNTED.set(0);
    FAULT.set(fault);
    let result = run();
    FAULT.set(None);
    (result, COUNTED.get())
}

/// What a counted instruction returns.
#[inline]
pub(super) fn pass(mut lanes: [u64; 8]) -> __m512i {
    let number = COUNTED.get();
    COUNTED.set(number + 1);
    if FAULT.get() == Some(number) {
        let lane = &mut lanes[(number % 8) as usize];
        *lane = lane.wrapping_add(1);
    }
    __m512i(lanes)
}
