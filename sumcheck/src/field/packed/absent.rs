//! Lanes that are not there: the type that would select them has no value.

// Some functions are for one of the instances only.
#![allow(dead_code)]

use super::constants::Fp4;
use super::plan::Plan;
use super::{Exceptions, Pair};
use crate::field::pairs::Slice;
use crate::field::{TableProducts, TableRows};
use ark_bn254::G1Affine;
use ark_ff::MontConfig;

#[derive(Clone, Copy, Debug)]
pub(super) enum Token {}

impl Token {
    pub fn detect() -> Option<Self> {
        None
    }

    pub fn missing() -> Vec<&'static str> {
        vec!["x86-64"]
    }
}

/// Memory that batches share.
#[derive(Default)]
pub(super) struct Prefixes(());

pub(super) fn prefetch<T>(_: &T) {}

pub(super) fn mul_assign<T: MontConfig<4>>(token: Token, _: &mut [Fp4<T>], _: &[Fp4<T>]) {
    match token {}
}

pub(super) fn scale<T: MontConfig<4>>(token: Token, _: &mut [Fp4<T>], _: &Fp4<T>) {
    match token {}
}

pub(super) fn bind<T: MontConfig<4>>(token: Token, _: &[Fp4<T>], _: &Fp4<T>, _: &mut [Fp4<T>]) {
    match token {}
}

pub(super) fn dot<T: MontConfig<4>>(token: Token, _: &[Fp4<T>], _: &[Fp4<T>]) -> Fp4<T> {
    match token {}
}

pub(super) fn products_of_four<T: MontConfig<4>>(
    token: Token,
    _: &[[TableRows<'_, Fp4<T>>; 4]],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    match token {}
}

pub(super) fn add_pairs(
    token: Token,
    _: &mut [G1Affine],
    _: &[Pair],
    _: &Exceptions,
    _: &mut Prefixes,
) {
    match token {}
}

pub(super) fn double_points(token: Token, _: &mut [G1Affine], _: &mut Prefixes) {
    match token {}
}

pub(super) fn pair_sums<T: MontConfig<4>>(
    token: Token,
    _: &Plan,
    _: &[Slice<'_, Fp4<T>>],
    _: &[Fp4<T>],
    _: &mut [Fp4<T>],
) -> usize {
    match token {}
}

pub(super) fn bind_integers<T: MontConfig<4>, const N: usize>(
    token: Token,
    _: &Slice<'_, Fp4<T>>,
    _: &[Fp4<T>; N],
    _: &mut [Fp4<T>],
) -> usize {
    match token {}
}

pub(super) fn products_of_eight<T: MontConfig<4>>(
    token: Token,
    _: &[&[Fp4<T>]; 8],
    _: &[Fp4<T>],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 9]) {
    match token {}
}

pub(super) fn add_entries<T: MontConfig<4>>(
    token: Token,
    _: &mut [Fp4<T>],
    _: &[&[u8]],
    _: &[[Fp4<T>; 16]],
) -> usize {
    match token {}
}

pub(super) fn add_scaled<T: MontConfig<4>>(
    token: Token,
    _: &mut [Fp4<T>],
    _: &Fp4<T>,
    _: &[Fp4<T>],
) {
    match token {}
}

pub(super) fn split_by<T: MontConfig<4>>(
    token: Token,
    _: &mut [Fp4<T>],
    _: &Fp4<T>,
    _: &mut [Fp4<T>],
) {
    match token {}
}

pub(super) fn products_of_tables<T: MontConfig<4>>(
    token: Token,
    _: &[[TableProducts<'_, Fp4<T>>; 2]],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 4]) {
    match token {}
}

pub(super) fn sums_of_squares<T: MontConfig<4>>(
    token: Token,
    _: &[TableRows<'_, Fp4<T>>],
    _: &[Fp4<T>],
) -> (usize, [Fp4<T>; 2]) {
    match token {}
}

pub(super) fn bind_table_rows<T: MontConfig<4>>(
    token: Token,
    _: &TableRows<'_, Fp4<T>>,
    _: &Fp4<T>,
    _: &mut [Fp4<T>],
) -> usize {
    match token {}
}

pub(super) fn add_by_key<T: MontConfig<4>>(
    token: Token,
    _: &mut [[u64; 8]; 256],
    _: &[u8],
    _: &[Fp4<T>],
    _: bool,
) {
    match token {}
}
