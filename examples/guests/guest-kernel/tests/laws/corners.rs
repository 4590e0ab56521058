//! Operands: numbers at the corners of a format, and random ones.

use crate::Operation;
use guest_kernel::float::{Double, Format, Single};

/// A format with its corners.
pub trait Corner: Format {
    /// Numbers where something changes, with both signs.
    fn corners() -> Vec<u64> {
        let unit = 1u64 << Self::FRACTION;
        let top = Self::INFINITY;
        let one = (Self::BIAS as u64) << Self::FRACTION;
        let half = one - unit;
        let positive = [
            0,
            1,
            2,
            3,
            unit / 2,
            unit - 2,
            unit - 1,
            unit,
            unit + 1,
            2 * unit - 1,
            2 * unit,
            2 * unit + 1,
            (u64::from(Self::FRACTION) + 1) * unit + 1,
            half - 1,
            half,
            half + 1,
            one - 1,
            one,
            one + 1,
            one + unit / 2,
            one + unit - 1,
            one + unit,
            one + unit + unit / 2 + 1,
            one + u64::from(Self::FRACTION) * unit,
            one + u64::from(Self::FRACTION) * unit + 1,
            one + u64::from(Self::FRACTION + 1) * unit + 3,
            one - u64::from(Self::FRACTION) * unit,
            top - unit,
            top - 2,
            top - 1,
            top,
            // NaN: signaling, quiet, with digits.
            top + 1,
            top + unit / 2,
            top + unit - 1,
        ];
        positive
            .into_iter()
            .flat_map(|bits| [bits, bits | Self::SIGN])
            .collect()
    }
}

impl Corner for Single {}
impl Corner for Double {}

/// Random numbers that are the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Any bits.
    pub fn any<F: Format>(&mut self) -> u64 {
        self.bits() & (F::SIGN << 1).wrapping_sub(1)
    }

    /// An exponent within `spread` of the middle, and perhaps few digits.
    fn close<F: Format>(&mut self, middle: u64, spread: u64) -> u64 {
        let field = (middle + self.bits() % (2 * spread + 1)).saturating_sub(spread);
        let field = field.min(F::TOP as u64 - 1);
        let fraction = self.bits() & ((1 << F::FRACTION) - 1);
        let fraction = match self.bits() % 3 {
            0 => fraction,
            1 => fraction & u64::MAX << (self.bits() % u64::from(F::FRACTION)),
            _ => fraction >> (self.bits() % u64::from(F::FRACTION)),
        };
        let sign = if self.bits() & 1 == 0 { 0 } else { F::SIGN };
        sign | field << F::FRACTION | fraction
    }

    /// Numbers that are about as large as integers are.
    pub fn near_integers<F: Format>(&mut self) -> u64 {
        self.close::<F>(F::BIAS as u64 + 31, 36)
    }

    fn operands<F: Format>(&mut self, at: usize) -> [u64; 3] {
        match at % 4 {
            0 => [self.any::<F>(), self.any::<F>(), self.any::<F>()],
            1 => {
                let bias = F::BIAS as u64;
                let (a, b) = (self.close::<F>(bias, 4), self.close::<F>(bias, 4));
                [a, b, self.close::<F>(bias, u64::from(F::FRACTION) + 4)]
            }
            // Products and quotients at the lower end.
            2 => {
                let low = F::BIAS as u64 / 2;
                let (a, b) = (self.close::<F>(low, 14), self.close::<F>(low, 14));
                [a, b, self.close::<F>(3, 8)]
            }
            _ => {
                let high = F::BIAS as u64 * 3 / 2;
                let (a, b) = (self.close::<F>(high, 3), self.close::<F>(high, 3));
                [a, b, self.close::<F>(F::TOP as u64 - 4, 4)]
            }
        }
    }
}

/// Operands for an operation.
pub fn cases<F: Corner>(operation: Operation) -> Vec<[u64; 3]> {
    let corners = F::corners();
    let mut cases = Vec::new();
    let (whole, random) = match cfg!(debug_assertions) {
        true => (31, 4_000),
        false => (1, 200_000),
    };
    for (i, &a) in corners.iter().enumerate() {
        if operation == Operation::Root {
            cases.push([a, 0, 0]);
            continue;
        }
        for (j, &b) in corners.iter().enumerate() {
            if operation != Operation::MultiplyAdd {
                cases.push([a, b, 0]);
                continue;
            }
            let third = corners.iter().enumerate();
            cases.extend(
                third
                    .filter(|(k, _)| (i + 7 * j + 11 * k) % whole == 0)
                    .map(|(_, &c)| [a, b, c]),
            );
        }
    }
    let mut source = Random::new(operation as u64 + 10);
    cases.extend((0..random).map(|at| source.operands::<F>(at)));
    cases
}
