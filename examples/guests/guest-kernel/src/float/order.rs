//! Comparison, minimum, maximum, class.

use super::{Environment, Format, INVALID, is_nan, is_negative, is_signaling, is_special, is_zero};

/// Whether `a < b`; neither is a NaN.
#[inline]
fn below<F: Format>(a: u64, b: u64) -> bool {
    match (is_negative::<F>(a), is_negative::<F>(b)) {
        (false, false) => a < b,
        (true, true) => a > b,
        (true, false) => !(is_zero::<F>(a) && is_zero::<F>(b)),
        (false, true) => false,
    }
}

impl Environment {
    /// `a = b`; only signaling NaNs are invalid.
    pub fn equal<F: Format>(&mut self, a: u64, b: u64) -> bool {
        if is_nan::<F>(a) || is_nan::<F>(b) {
            self.propagate::<F>(&[a, b]);
            return false;
        }
        a == b || (is_zero::<F>(a) && is_zero::<F>(b))
    }

    /// `a < b`; every NaN is invalid.
    pub fn less<F: Format>(&mut self, a: u64, b: u64) -> bool {
        self.ordered::<F>(a, b) && below::<F>(a, b)
    }

    /// `a ≤ b`; every NaN is invalid.
    pub fn less_equal<F: Format>(&mut self, a: u64, b: u64) -> bool {
        self.ordered::<F>(a, b) && !below::<F>(b, a)
    }

    fn ordered<F: Format>(&mut self, a: u64, b: u64) -> bool {
        let ordered = !is_nan::<F>(a) && !is_nan::<F>(b);
        if !ordered {
            self.flags |= INVALID;
        }
        ordered
    }

    /// The smaller one (or the `larger` one), where −0 is below 0. A NaN counts only if both are.
    pub fn extremum<F: Format>(&mut self, a: u64, b: u64, larger: bool) -> u64 {
        if is_signaling::<F>(a) || is_signaling::<F>(b) {
            self.flags |= INVALID;
        }
        match (is_nan::<F>(a), is_nan::<F>(b)) {
            (true, true) => F::NAN,
            (true, false) => b,
            (false, true) => a,
            (false, false) => {
                let first = match is_zero::<F>(a) && is_zero::<F>(b) {
                    true => is_negative::<F>(a),
                    false => below::<F>(a, b),
                };
                if first != larger { a } else { b }
            }
        }
    }
}

/// The class of a number, as the bit that `fclass` sets.
pub fn class<F: Format>(bits: u64) -> u64 {
    let negative = is_negative::<F>(bits);
    if is_nan::<F>(bits) {
        return if is_signaling::<F>(bits) {
            1 << 8
        } else {
            1 << 9
        };
    }
    // Of a negative number; positive ones are counted from the other end.
    let place = if is_special::<F>(bits) {
        0
    } else if is_zero::<F>(bits) {
        3
    } else if bits & F::INFINITY == 0 {
        2
    } else {
        1
    };
    1 << if negative { place } else { 7 - place }
}
