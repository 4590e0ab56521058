//! Other processors: the type that would select the packed path has no value.

use super::constants::Fp4;
use super::plan::Plan;
use super::{Exceptions, Pair};
use crate::field::pairs::Slice;
use crate::field::{TableProducts, TableRows};
use ark_bn254::G1Affine;
use ark_ff::MontConfig;

#[derive(Clone, Copy)]
pub(super) enum Ifma {}

impl Ifma {
    pub fn detect() -> Option<Self> {
        None
    }
}

/// Memory that batches share.
#[derive(Default)]
pub struct PairScratch(());

pub(super) fn prefetch<T>(ifma: Ifma, _: &T) {
    match ifma {}
}

pub(super) fn mul_assign<T: MontConfig<4>>(ifma: Ifma, _: &mut [Fp4<T>], _: &[Fp4<T>]) {
    match ifma {}
}

pub(super) fn scale<T: MontConfig<4>>(ifma: Ifma, _: &mut [Fp4<T>], _: &Fp4<T>) {
    match ifma {}
}

pub(super) fn bind<T: MontConfig<4>>(ifma: Ifma, _: &[Fp4<T>], _: &Fp4<T>, _: &mut [Fp4<T>]) {
    match ifma {}
}

pub(super) fn dot<T: MontConfig<4>>(ifma: Ifma, _: &[Fp4<T>], _: &[Fp4<T>]) -> Fp4<T> {
    match ifma {}
}

pub(super) fn products_of_four<T: MontConfig<4>>(
    ifma: Ifma,
    _: &[[TableRows<'_, Fp4<T>>; 4]],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    match ifma {}
}

pub(super) fn add_pairs(
    ifma: Ifma,
    _: &mut [G1Affine],
    _: &[Pair],
    _: &Exceptions,
    _: &mut PairScratch,
) {
    match ifma {}
}

pub(super) fn pair_sums<T: MontConfig<4>>(
    ifma: Ifma,
    _: &Plan,
    _: &[Slice<'_, Fp4<T>>],
    _: &[Fp4<T>],
    _: &mut [Fp4<T>],
) -> usize {
    match ifma {}
}

pub(super) fn bind_integers<T: MontConfig<4>, const N: usize>(
    ifma: Ifma,
    _: &Slice<'_, Fp4<T>>,
    _: &[Fp4<T>; N],
    _: &mut [Fp4<T>],
) -> usize {
    match ifma {}
}

pub(super) fn products_of_eight<T: MontConfig<4>>(
    ifma: Ifma,
    _: &[&[Fp4<T>]; 8],
    _: &[Fp4<T>],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 9]) {
    match ifma {}
}

pub(super) fn add_entries<T: MontConfig<4>>(
    ifma: Ifma,
    _: &mut [Fp4<T>],
    _: &[&[u8]],
    _: &[[Fp4<T>; 16]],
) -> usize {
    match ifma {}
}

pub(super) fn add_scaled<T: MontConfig<4>>(ifma: Ifma, _: &mut [Fp4<T>], _: &Fp4<T>, _: &[Fp4<T>]) {
    match ifma {}
}

pub(super) fn split_by<T: MontConfig<4>>(
    ifma: Ifma,
    _: &mut [Fp4<T>],
    _: &Fp4<T>,
    _: &mut [Fp4<T>],
) {
    match ifma {}
}

pub(super) fn products_of_tables<T: MontConfig<4>>(
    ifma: Ifma,
    _: &[[TableProducts<'_, Fp4<T>>; 2]],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    match ifma {}
}

pub(super) fn sums_of_squares<T: MontConfig<4>>(
    ifma: Ifma,
    _: &[TableRows<'_, Fp4<T>>],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 2]) {
    match ifma {}
}

pub(super) fn bind_table_rows<T: MontConfig<4>>(
    ifma: Ifma,
    _: &TableRows<'_, Fp4<T>>,
    _: &Fp4<T>,
    _: &mut [Fp4<T>],
) -> usize {
    match ifma {}
}

pub(super) fn add_by_key<T: MontConfig<4>>(
    ifma: Ifma,
    _: &mut [[u64; 8]; 256],
    _: &[u8],
    _: &[Fp4<T>],
    _: bool,
) {
    match ifma {}
}
