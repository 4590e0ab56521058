//! Tables of any even number of index bits: the simplest of the machine's, for arguments that serve small indices, and
//! to be compared at sizes that no word has.

use super::{AutomatonError, AutomatonTable, Kind};
use crate::automaton::Automaton;

/// `AND`, `OR`, `XOR`, `EQ`, `LTU` and `TRUNC` over `index_bits` bits, which is even: operands have half as many.
///
/// ```
/// use instruction_tables::Table;
///
/// let tables = instruction_tables::tables::narrow(8)?;
/// let ltu = tables.iter().find(|t| t.name() == "LTU").expect("a table");
/// assert_eq!(ltu.entry_pair(3, 9), 1); // operands of four bits
/// # Ok::<(), instruction_tables::tables::AutomatonError>(())
/// ```
///
/// # Errors
/// No index bits, or more than 128.
pub fn narrow(index_bits: usize) -> Result<Vec<AutomatonTable>, AutomatonError> {
    let steps = index_bits / 2;
    let emitting = |name: &'static str, bit: fn(i128, i128) -> i128| {
        let automaton = Automaton::emitting(steps, |i, a, b| bit(a, b) * (1i128 << i));
        AutomatonTable::new(name, Kind::Pair, automaton)
    };
    let equal = Automaton::new(steps, &[1], &[1], |_, a, b| {
        vec![(0, 0, i128::from(a == b))]
    });
    // State 0: equal so far; state 1: less already.
    let less = Automaton::new(steps, &[1, 0], &[0, 1], |_, a, b| {
        let (equal, less) = (i128::from(a == b), i128::from(a < b));
        vec![(0, 0, equal), (0, 1, less), (1, 1, 1)]
    });
    let low = Automaton::emitting(steps, |i, a, b| {
        let kept = |bit: i128, k: usize| if k < steps { bit << k } else { 0 };
        kept(a, 2 * i + 1) + kept(b, 2 * i)
    });
    Ok(vec![
        emitting("AND", |a, b| a & b)?,
        emitting("OR", |a, b| a | b)?,
        emitting("XOR", |a, b| a ^ b)?,
        AutomatonTable::new("EQ", Kind::Pair, equal)?.predicate()?,
        AutomatonTable::new("LTU", Kind::Pair, less)?.predicate()?,
        AutomatonTable::new("TRUNC", Kind::Single, low)?,
    ])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::row::WordSize;
    use crate::tables::{Table, by_name};

    #[test]
    fn they_are_those_of_the_machine() {
        for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
            for table in narrow(2 * word.bits()).unwrap() {
                let (_, own) = by_name(word, table.name()).unwrap();
                assert_eq!(own.kind(), table.kind());
                assert_eq!(own.is_predicate(), table.is_predicate());
                for k in 0..200u128 {
                    let index = k.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
                    assert_eq!(own.entry(index), table.entry(index), "{}", table.name());
                }
            }
        }
        assert!(narrow(0).is_err());
        assert!(narrow(130).is_err());
    }
}
