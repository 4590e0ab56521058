//! AVX-512 IFMA: eight lanes of five 52-bit limbs.
//!
//! Every entry point takes an [`Ifma`], which exists only where the processor has the instructions;
//! that is the whole safety argument of the calls into `#[target_feature]` functions.

mod buckets;
mod chords;
mod eight;
mod entries;
#[expect(
    clippy::needless_range_loop,
    reason = "limbs and ways are indexed alike, and unrolled"
)]
mod lanes;
mod pairs;
mod products;
mod slices;
mod table_rows;

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

pub(super) use buckets::add_by_key;
pub use chords::PairScratch;
pub(super) use chords::add_pairs;
pub(super) use eight::products_of_eight;
pub(super) use entries::{add_entries, add_scaled};
pub(super) use pairs::{bind_integers, pair_sums};
pub(super) use products::{products_of_four, products_of_tables};
pub(super) use slices::{bind, dot, mul_assign, scale, split_by};
pub(super) use table_rows::{bind_table_rows, sums_of_squares};

/// Asks for the lines of a value, which may lie across two.
#[inline(always)]
pub(super) fn prefetch<T>(_: Ifma, value: &T) {
    let first = std::ptr::from_ref(value).cast::<i8>();
    // SAFETY: the instruction reads nothing, it is a hint; both addresses are in the value.
    unsafe {
        _mm_prefetch(first, _MM_HINT_T0);
        _mm_prefetch(first.add(size_of::<T>().saturating_sub(1)), _MM_HINT_T0);
    }
}

/// Proof that the processor has AVX-512 F, DQ, IFMA and VBMI2, and that the system saves their state.
#[derive(Clone, Copy)]
pub(super) struct Ifma(());

impl Ifma {
    /// `None` where an instruction is missing.
    #[inline]
    pub fn detect() -> Option<Self> {
        let all = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512ifma")
            && is_x86_feature_detected!("avx512vbmi2");
        all.then_some(Ifma(()))
    }
}
