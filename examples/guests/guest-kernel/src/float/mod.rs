//! Floating point in integers: the operations of RISC-V's F and D extensions, as IEEE 754 defines them.
//!
//! An operation gets bit patterns and an [`Environment`] and gives a bit pattern; what it signals is added to the
//! environment's flags. Both formats share one code: a finite number is taken apart to a sign, an exponent and a
//! significand whose leading one is bit 63 (`Parts`), the operation works on these, and `Environment::round`
//! puts the result together, rounded once. Digits that an operation drops are remembered in the lowest bit, which
//! lies below all that rounding looks at.
//!
//! | module | operations |
//! |---|---|
//! | [`sum`] | addition, subtraction, multiplication with addition |
//! | [`product`] | multiplication, division, square root |
//! | [`order`] | comparison, minimum, maximum, class |
//! | [`convert`] | integers, and between the formats |
//!
//! What IEEE 754 leaves open is RISC-V's choice: every NaN that an operation makes is the canonical one; a result
//! is tiny if it is after rounding; an infinity times zero is invalid whatever is added to it.

pub mod convert;
pub mod order;
pub mod product;
pub mod sum;

/// A binary format: bits are in the low end of a word.
pub trait Format: Copy {
    /// Bits of the fraction.
    const FRACTION: u32;
    /// Bits of the exponent.
    const EXPONENT: u32;

    /// The sign's bit.
    const SIGN: u64 = 1 << (Self::FRACTION + Self::EXPONENT);
    /// Infinity.
    const INFINITY: u64 = ((1 << Self::EXPONENT) - 1) << Self::FRACTION;
    /// What every operation makes of a NaN.
    const NAN: u64 = Self::INFINITY | 1 << (Self::FRACTION - 1);
    /// The exponent's field, for a number in `[1, 2)`.
    const BIAS: i32 = (1 << (Self::EXPONENT - 1)) - 1;
    /// The exponent's field of infinities and NaN.
    const TOP: i32 = (1 << Self::EXPONENT) - 1;
    /// Bits of a significand with its leading one at bit 63 that the format drops.
    const EXTRA: u32 = 63 - Self::FRACTION;
}

/// The format of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Single;
/// The format of 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Double;

impl Format for Single {
    const FRACTION: u32 = 23;
    const EXPONENT: u32 = 8;
}

impl Format for Double {
    const FRACTION: u32 = 52;
    const EXPONENT: u32 = 11;
}

/// How results are rounded; the numbers are those of the instructions' field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, ties to even.
    NearestEven = 0,
    /// Towards zero.
    Zero = 1,
    /// Down.
    Down = 2,
    /// Up.
    Up = 3,
    /// To the nearest, ties away from zero.
    NearestAway = 4,
}

impl Rounding {
    /// The mode of a field; none for 5 to 7.
    pub const fn of(field: u32) -> Option<Self> {
        match field {
            0 => Some(Rounding::NearestEven),
            1 => Some(Rounding::Zero),
            2 => Some(Rounding::Down),
            3 => Some(Rounding::Up),
            4 => Some(Rounding::NearestAway),
            _ => None,
        }
    }

    /// Whether a magnitude grows by one unit: `rest` is what is dropped of it and not 0, `half` half a unit.
    #[inline]
    fn grows(self, negative: bool, odd: bool, rest: u64, half: u64) -> bool {
        match self {
            Rounding::NearestEven => rest > half || (rest == half && odd),
            Rounding::Zero => false,
            Rounding::Down => negative,
            Rounding::Up => !negative,
            Rounding::NearestAway => rest >= half,
        }
    }
}

/// Flag of inexact results.
pub const INEXACT: u32 = 1;
/// Flag of results that are tiny and inexact.
pub const UNDERFLOW: u32 = 2;
/// Flag of results that are too large.
pub const OVERFLOW: u32 = 4;
/// Flag of divisions of a finite number by zero.
pub const DIVISION_BY_ZERO: u32 = 8;
/// Flag of operations that mean nothing.
pub const INVALID: u32 = 16;

/// The rounding mode, and the flags that were raised.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// How results are rounded.
    pub rounding: Rounding,
    /// What operations signalled.
    pub flags: u32,
}

/// A finite number: `± significand · 2^(exponent − 63)`. The leading one of the significand is bit 63; zero has the
/// significand 0 and an exponent below all others.
#[derive(Clone, Copy, Debug)]
struct Parts {
    negative: bool,
    exponent: i32,
    significand: u64,
}

/// The exponent of zero.
const NOTHING: i32 = -0x4000;

/// Whether it is an infinity or a NaN.
#[inline]
fn is_special<F: Format>(bits: u64) -> bool {
    bits & F::INFINITY == F::INFINITY
}

#[inline]
fn is_nan<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN > F::INFINITY
}

#[inline]
fn is_signaling<F: Format>(bits: u64) -> bool {
    is_nan::<F>(bits) && bits & (1 << (F::FRACTION - 1)) == 0
}

#[inline]
fn is_zero<F: Format>(bits: u64) -> bool {
    bits & !F::SIGN == 0
}

#[inline]
fn is_negative<F: Format>(bits: u64) -> bool {
    bits & F::SIGN != 0
}

#[inline]
const fn sign<F: Format>(negative: bool) -> u64 {
    if negative { F::SIGN } else { 0 }
}

impl Parts {
    /// Takes a finite number apart.
    #[inline]
    fn of<F: Format>(bits: u64) -> Self {
        let fraction = bits & ((1 << F::FRACTION) - 1);
        let field = (bits >> F::FRACTION) as i32 & F::TOP;
        let negative = is_negative::<F>(bits);
        if field != 0 {
            return Parts {
                negative,
                exponent: field - F::BIAS,
                significand: (fraction | 1 << F::FRACTION) << F::EXTRA,
            };
        }
        if fraction == 0 {
            return Parts {
                negative,
                exponent: NOTHING,
                significand: 0,
            };
        }
        let zeros = (fraction << F::EXTRA).leading_zeros();
        Parts {
            negative,
            exponent: 1 - F::BIAS - zeros as i32,
            significand: fraction << F::EXTRA << zeros,
        }
    }
}

/// Shifts right; what falls out is remembered in the lowest bit.
#[inline]
fn shift_sticky(value: u64, by: u32) -> u64 {
    match by {
        0 => value,
        1..64 => value >> by | u64::from(value << (64 - by) != 0),
        _ => u64::from(value != 0),
    }
}

impl Environment {
    /// An environment without flags.
    pub const fn new(rounding: Rounding) -> Self {
        Environment { rounding, flags: 0 }
    }

    /// The canonical NaN of an invalid operation.
    #[cold]
    fn invalid<F: Format>(&mut self) -> u64 {
        self.flags |= INVALID;
        F::NAN
    }

    /// The canonical NaN of operands of which one is a NaN.
    #[cold]
    fn propagate<F: Format>(&mut self, operands: &[u64]) -> u64 {
        if operands.iter().any(|&bits| is_signaling::<F>(bits)) {
            self.flags |= INVALID;
        }
        F::NAN
    }

    /// Zero, of a sum of numbers that cancel.
    #[inline]
    fn cancelled<F: Format>(&self) -> u64 {
        sign::<F>(self.rounding == Rounding::Down)
    }

    /// Rounds `± significand · 2^(exponent − 63)`; the leading one is bit 63.
    #[inline]
    fn round<F: Format>(&mut self, negative: bool, exponent: i32, significand: u64) -> u64 {
        let field = exponent + F::BIAS;
        if field <= 0 || field >= F::TOP {
            return self.round_far::<F>(negative, field, significand);
        }
        let (units, inexact) = self.units::<F>(negative, significand);
        // The leading one adds one to the field, and so does a carry.
        let magnitude = ((field as u64 - 1) << F::FRACTION) + units;
        if magnitude >= F::INFINITY {
            return self.overflow::<F>(negative);
        }
        if inexact {
            self.flags |= INEXACT;
        }
        sign::<F>(negative) | magnitude
    }

    /// A significand in units of the format's last digit, rounded, and whether that is inexact.
    #[inline]
    fn units<F: Format>(&self, negative: bool, significand: u64) -> (u64, bool) {
        let rest = significand & ((1 << F::EXTRA) - 1);
        let units = significand >> F::EXTRA;
        if rest == 0 {
            return (units, false);
        }
        let half = 1 << (F::EXTRA - 1);
        let more = self.rounding.grows(negative, units & 1 != 0, rest, half);
        (units + u64::from(more), true)
    }

    /// Rounds a number that has too large an exponent, or one of a subnormal number.
    #[cold]
    fn round_far<F: Format>(&mut self, negative: bool, field: i32, significand: u64) -> u64 {
        if field > 0 {
            return self.overflow::<F>(negative);
        }
        // Tiny, unless it rounds up to the least normal number with as many digits as a normal one has.
        let carries = self.units::<F>(negative, significand).0 >> (F::FRACTION + 1) != 0;
        let tiny = field < 0 || !carries;
        let shifted = shift_sticky(significand, (1 - field) as u32);
        let (units, inexact) = self.units::<F>(negative, shifted);
        if inexact {
            self.flags |= if tiny { INEXACT | UNDERFLOW } else { INEXACT };
        }
        sign::<F>(negative) | units
    }

    #[cold]
    fn overflow<F: Format>(&mut self, negative: bool) -> u64 {
        self.flags |= OVERFLOW | INEXACT;
        let infinite = match self.rounding {
            Rounding::NearestEven | Rounding::NearestAway => true,
            Rounding::Zero => false,
            Rounding::Down => negative,
            Rounding::Up => !negative,
        };
        sign::<F>(negative) | (F::INFINITY - u64::from(!infinite))
    }
}
