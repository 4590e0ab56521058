//! Floating point against two others: `rustc_apfloat`, in all rounding modes, and this machine's own arithmetic with
//! its flags, where it is an x86-64.
//!
//! Operands are all pairs, and for multiplication with addition all triples, of numbers at the corners of a format,
//! and random ones of three kinds: any bits, exponents close to each other, few significant digits. A development
//! build tries a sample of the triples; a release build tries all.
#![allow(clippy::unwrap_used)]

mod calls;
mod corners;
#[cfg(target_arch = "x86_64")]
mod hardware;
mod machine;
mod reference;
mod simulated;
mod space;
mod threads;

use corners::{Corner, Random, cases};
use guest_kernel::float::convert::Integer;
use guest_kernel::float::{Double, Environment, Rounding, Single, order};

pub const MODES: [Rounding; 5] = [
    Rounding::NearestEven,
    Rounding::Zero,
    Rounding::Down,
    Rounding::Up,
    Rounding::NearestAway,
];

/// A result and the flags that were raised.
pub type Outcome = (u64, u32);

/// An operation of two numbers or three, of which each side makes what it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Root,
    MultiplyAdd,
}

pub const OPERATIONS: [Operation; 6] = [
    Operation::Add,
    Operation::Subtract,
    Operation::Multiply,
    Operation::Divide,
    Operation::Root,
    Operation::MultiplyAdd,
];

/// What the kernel makes of it.
fn ours<F: guest_kernel::float::Format>(
    operation: Operation,
    mode: Rounding,
    [a, b, c]: [u64; 3],
) -> Outcome {
    let mut environment = Environment::new(mode);
    let result = match operation {
        Operation::Add => environment.add::<F>(a, b),
        Operation::Subtract => environment.subtract::<F>(a, b),
        Operation::Multiply => environment.multiply::<F>(a, b),
        Operation::Divide => environment.divide::<F>(a, b),
        Operation::Root => environment.root::<F>(a),
        Operation::MultiplyAdd => environment.multiply_add::<F>(a, b, c),
    };
    (result, environment.flags)
}

fn operations<F: Corner>() {
    let mut tried = 0u64;
    for operation in OPERATIONS {
        for operands in cases::<F>(operation) {
            for mode in MODES {
                let found = ours::<F>(operation, mode, operands);
                let told = || format!("{operation:?} {mode:?} {operands:x?}");
                let expected = reference::operate::<F>(operation, mode, operands);
                if let Some(expected) = expected {
                    assert!(
                        reference::agrees::<F>(found, expected),
                        "{} {found:x?} {expected:x?}",
                        told()
                    );
                    tried += 1;
                }
                #[cfg(target_arch = "x86_64")]
                if let Some(expected) = hardware::operate::<F>(operation, mode, operands) {
                    assert_eq!(found, expected, "hardware: {}", told());
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100_000, "{tried}");
}

#[test]
fn operations_of_single_precision() {
    operations::<Single>();
}

#[test]
fn operations_of_double_precision() {
    operations::<Double>();
}

fn to_integers<F: Corner>() {
    let mut random = Random::new(3);
    let mut numbers = F::corners();
    numbers.extend((0..2_000).map(|_| random.near_integers::<F>()));
    for a in numbers {
        for mode in MODES {
            for field in 0..4 {
                let kind = Integer::of(field);
                let mut environment = Environment::new(mode);
                let found = environment.to_integer::<F>(a, kind);
                let expected = reference::to_integer::<F>(mode, a, kind);
                assert_eq!(
                    (found, environment.flags),
                    expected,
                    "{mode:?} {kind:?} {a:x}"
                );
            }
        }
    }
}

#[test]
fn integers_from_numbers() {
    to_integers::<Single>();
    to_integers::<Double>();
}

fn from_integers<F: Corner>() {
    let mut random = Random::new(4);
    let mut integers: Vec<u64> = (0..64)
        .flat_map(|at| [1 << at, (1 << at) - 1, u64::MAX << at])
        .collect();
    integers.extend((0..2_000).map(|_| random.bits() >> (random.bits() % 64)));
    for value in integers {
        for mode in MODES {
            for field in 0..4 {
                let kind = Integer::of(field);
                let mut environment = Environment::new(mode);
                let found = environment.from_integer::<F>(value, kind);
                let expected = reference::from_integer::<F>(mode, value, kind);
                assert_eq!(
                    (found, environment.flags),
                    expected,
                    "{mode:?} {kind:?} {value:x}"
                );
            }
        }
    }
}

#[test]
fn numbers_from_integers() {
    from_integers::<Single>();
    from_integers::<Double>();
}

#[test]
fn between_the_formats() {
    let mut random = Random::new(5);
    let mut singles = Single::corners();
    singles.extend((0..5_000).map(|_| random.any::<Single>()));
    for a in singles {
        let mut environment = Environment::new(Rounding::Zero);
        let found = environment.widen(a);
        assert_eq!((found, environment.flags), reference::widen(a), "{a:x}");
    }
    let mut doubles = Double::corners();
    // The corners of the narrow format, and what is just beside them.
    doubles.extend(Single::corners().into_iter().flat_map(|a| {
        let exact = reference::widen(a).0;
        [
            exact,
            exact.wrapping_add(1),
            exact.wrapping_sub(1),
            exact + (1 << 28),
            exact + (1 << 28) + 1,
        ]
    }));
    doubles.extend((0..5_000).map(|_| random.any::<Double>()));
    for a in doubles {
        for mode in MODES {
            let mut environment = Environment::new(mode);
            let found = {
                let result = environment.narrow(a);
                (result, environment.flags)
            };
            let expected = reference::narrow(mode, a);
            assert!(
                reference::agrees::<Single>(found, expected),
                "{mode:?} {a:x} {found:x?} {expected:x?}"
            );
            #[cfg(target_arch = "x86_64")]
            if let Some(expected) = hardware::narrow(mode, a) {
                assert_eq!(found, expected, "hardware: {mode:?} {a:x}");
            }
        }
    }
}

fn comparisons<F: Corner>() {
    let corners = F::corners();
    for &a in &corners {
        assert_eq!(order::class::<F>(a), reference::class::<F>(a), "{a:x}");
        for &b in &corners {
            for which in 0..5 {
                let mut environment = Environment::new(Rounding::Down);
                let found = match which {
                    0 => environment.less_equal::<F>(a, b).into(),
                    1 => environment.less::<F>(a, b).into(),
                    2 => environment.equal::<F>(a, b).into(),
                    which => environment.extremum::<F>(a, b, which == 4),
                };
                let expected = reference::compare::<F>(which, a, b);
                assert_eq!((found, environment.flags), expected, "{which} {a:x} {b:x}");
            }
        }
    }
}

#[test]
fn comparisons_and_classes() {
    comparisons::<Single>();
    comparisons::<Double>();
}
