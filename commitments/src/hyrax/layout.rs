//! How the rows of polynomials are cut into lines.

use crate::SetupError;

/// Variables of the largest polynomials.
pub const MAX_VARS: usize = 26;
/// Most variables of a line: four million points.
pub const MAX_LINE_VARS: usize = 22;
/// Most lines of a column, `log2`.
pub const MAX_LINES_VARS: usize = 8;

/// How the rows of a polynomial are cut into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    max_vars: usize,
    line_vars: usize,
}

impl Layout {
    /// For polynomials of up to `2^max_vars` rows, in lines of `2^line_vars`.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`] or [`MAX_LINE_VARS`], or more lines than [`MAX_LINES_VARS`] allows.
    pub fn new(max_vars: usize, line_vars: usize) -> Result<Self, SetupError> {
        let bounds = [
            (max_vars, MAX_VARS),
            (line_vars, MAX_LINE_VARS.min(max_vars)),
            (max_vars.saturating_sub(line_vars), MAX_LINES_VARS),
        ];
        match bounds.into_iter().find(|(vars, max)| vars > max) {
            Some((vars, max)) => Err(SetupError::TooLarge { vars, max }),
            None => Ok(Layout {
                max_vars,
                line_vars,
            }),
        }
    }

    /// What suits polynomials of up to `2^max_vars` rows: one line up to `2^13`, twice the lines for each fourfold of
    /// rows, and 32 at most, so that openings stay cheap beside the rest and proofs below a megabyte.
    ///
    /// # Errors
    /// More variables than [`MAX_VARS`].
    pub fn suited(max_vars: usize) -> Result<Self, SetupError> {
        let lines = (max_vars.saturating_sub(12) / 2).min(5);
        Layout::new(max_vars, max_vars - lines)
    }

    /// `log2` of the fewest and the most lines that polynomials of `2^max_vars` rows may be cut into.
    pub fn lines_vars(max_vars: usize) -> (usize, usize) {
        (max_vars.saturating_sub(MAX_LINE_VARS), MAX_LINES_VARS)
    }

    /// Variables of the largest polynomial.
    pub fn max_vars(&self) -> usize {
        self.max_vars
    }

    /// Variables of a line.
    pub fn line_vars(&self) -> usize {
        self.line_vars
    }

    /// Of so many variables those that are inside of a line.
    pub fn low(&self, vars: usize) -> usize {
        vars.min(self.line_vars)
    }

    /// Lines of a polynomial in so many variables, at most `2^8`.
    pub fn lines(&self, vars: usize) -> usize {
        1 << vars.saturating_sub(self.line_vars).min(MAX_LINES_VARS)
    }
}
