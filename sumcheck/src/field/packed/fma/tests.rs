//! Products of the largest limbs, of limbs at which rounding turns, and of random ones, against integers.

use super::arch::{__m512i, Token, load_u64s, store_u64s, vectors};
use super::kernel::{
    Columns, Lanes, canonical, mul, multiply_add, multiply_add_short, reduce, square,
};
use crate::field::packed::compared;
use crate::field::packed::constants::{Constants, Fp4, MASK};
use crate::field::packed::select::{Backend, Way};
use ark_bn254::{FqConfig, FrConfig};
use ark_ff::{AdditiveGroup, Field, MontConfig};
use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};

/// Limbs of an integer in each lane.
type Limbs = [[u64; 8]; 5];

#[vectors]
fn load(limbs: &Limbs) -> Lanes {
    [
        load_u64s(&limbs[0]),
        load_u64s(&limbs[1]),
        load_u64s(&limbs[2]),
        load_u64s(&limbs[3]),
        load_u64s(&limbs[4]),
    ]
}

#[vectors]
fn stored(lanes: Lanes) -> Limbs {
    let mut out = [[0; 8]; 5];
    for (out, lane) in out.iter_mut().zip(lanes) {
        store_u64s(out, lane);
    }
    out
}

/// A limb around which products are rounded one way or the other, or a random one.
fn limb(rng: &mut StdRng) -> u64 {
    let near = match rng.gen_range(0..8) {
        0 => 0,
        1 => MASK,
        2 => 1 << 51,
        3 => 1 << 26,
        4 => (1 << 26) + (1 << 25),
        5 => 1 << rng.gen_range(0..52),
        _ => return rng.gen_range(0..=MASK),
    };
    (near + rng.gen_range(0..3)).saturating_sub(1).min(MASK)
}

fn limbs(rng: &mut StdRng) -> Limbs {
    let largest = rng.gen_range(0..8) == 0;
    let mut out = [[MASK; 8]; 5];
    if !largest {
        out.as_flattened_mut().fill_with(|| limb(rng));
    }
    out
}

/// The integer of a lane, modulo `p`.
fn value<T: MontConfig<4>>(limbs: &Limbs, lane: usize) -> Fp4<T> {
    let radix = Fp4::<T>::from(1u64 << 52);
    let add = |value: Fp4<T>, limb: &[u64; 8]| value * radix + Fp4::<T>::from(limb[lane]);
    limbs.iter().rev().fold(Fp4::<T>::ZERO, add)
}

/// What the functions of the kernel make of two factors.
struct Made {
    product: Limbs,
    square: Limbs,
    /// Of as many products as are ever added up, in two halves.
    sum: Limbs,
    short: Limbs,
}

const TERMS: usize = 200;

#[vectors]
fn make<T: MontConfig<4>>(a: &Limbs, b: &Limbs) -> Made {
    let (a, b) = (load(a), load(b));
    let zero: Columns = [load_u64s(&[0; 8]); 10];
    let mut columns = zero;
    for _ in 0..TERMS {
        [columns] = multiply_add([columns], [a], [b]);
    }
    let few: [__m512i; 3] = [b[0], b[1], b[2]];
    let [product] = mul::<T, 1>([a], [b]);
    let [square] = square::<T, 1>([a]);
    let [sum] = reduce::<T, 1>([columns]);
    let [short] = reduce::<T, 1>([multiply_add_short(zero, a, few)]);
    Made {
        product: stored(product),
        square: stored(square),
        sum: stored(sum),
        short: stored(short),
    }
}

#[vectors]
fn canonical_limbs<T: MontConfig<4>>(a: &Limbs) -> Limbs {
    stored(canonical::<T>(load(a)))
}

fn token() -> Option<Token> {
    compared().into_iter().find_map(|Backend(way)| match way {
        Way::Fused(token) => Some(token),
        _ => None,
    })
}

fn products_are_those_of_integers<T: MontConfig<4>>(_: Token) {
    let rng = &mut StdRng::seed_from_u64(52);
    let radix = Fp4::<T>::from(2u64).pow([260]);
    for _ in 0..300 {
        let (a, b) = (limbs(rng), limbs(rng));
        // SAFETY: the token proves that the processor has the features.
        let made = unsafe { make::<T>(&a, &b) };
        let mut few = b;
        few[3..].fill([0; 8]);
        for lane in 0..8 {
            let [x, y, z] = [&a, &b, &few].map(|limbs| value::<T>(limbs, lane));
            let terms = Fp4::<T>::from(TERMS as u64);
            let expected = [x * y, x * x, x * y * terms, x * z];
            let found = [&made.product, &made.square, &made.sum, &made.short];
            for (found, expected) in found.into_iter().zip(expected) {
                // The last limb has what is more than the algorithms allow.
                assert!(found[..4].as_flattened().iter().all(|limb| *limb <= MASK));
                assert_eq!(value::<T>(found, lane) * radix, expected);
            }
        }
    }
}

fn representatives_are_canonical<T: MontConfig<4>>(_: Token) {
    // Multiples of p, more and less by one; and the largest that is below 8 p.
    for k in 0..8u64 {
        for (by, expected) in [
            (0, Fp4::<T>::ZERO),
            (1, Fp4::<T>::ONE),
            (-1, -Fp4::<T>::ONE),
        ] {
            let multiple = match by {
                -1 => Constants::<T>::multiple(k + 1),
                _ => Constants::<T>::multiple(k),
            };
            let mut limbs = multiple.map(|limb| [limb; 8]);
            // p is odd and its lowest limb not the largest: no carry.
            limbs[0] = [multiple[0].wrapping_add_signed(by); 8];
            // SAFETY: the token proves that the processor has the features.
            let found = unsafe { canonical_limbs::<T>(&limbs) };
            let words = crate::field::packed::constants::split(match by {
                0 => [0; 4],
                1 => [1, 0, 0, 0],
                _ => {
                    let mut words = T::MODULUS.0;
                    words[0] -= 1;
                    words
                }
            });
            assert_eq!(found, words.map(|limb| [limb; 8]), "{k} p + {by}");
            assert_eq!(value::<T>(&found, 7), expected);
        }
    }
}

#[test]
fn products_are_exact() {
    if let Some(token) = token() {
        products_are_those_of_integers::<FrConfig>(token);
        products_are_those_of_integers::<FqConfig>(token);
    }
}

#[test]
fn multiples_are_taken_away() {
    if let Some(token) = token() {
        representatives_are_canonical::<FrConfig>(token);
        representatives_are_canonical::<FqConfig>(token);
    }
}
