//! Tables of any even number of index bits: the simplest of the machine's, for arguments that serve small indices, and
//! to be compared at sizes that no word has.

use super::{AutomatonError, AutomatonTable, Kind, Table, all};
use crate::automaton::Automaton;
use crate::word::WordSize;

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

/// The tables of so many index bits: those of the machine where a word has half as many, else [`narrow`] ones, which
/// stay in memory for as long as the process lives. None for an odd number, none, or more than 128.
pub fn of_index_bits(index_bits: usize) -> Option<Vec<&'static dyn Table>> {
    let words = [WordSize::W8, WordSize::W32, WordSize::W64];
    if let Some(word) = words.into_iter().find(|w| 2 * w.bits() == index_bits) {
        return Some(all(word).iter().map(|(_, table)| *table).collect());
    }
    let narrow = narrow(index_bits)
        .ok()
        .filter(|_| index_bits.is_multiple_of(2))?;
    Some(narrow.into_iter().map(AutomatonTable::leak).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tables::by_name;

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
        assert_eq!(of_index_bits(8).unwrap().len(), 6);
        assert_eq!(of_index_bits(16).unwrap().len(), all(WordSize::W8).len());
        assert!(
            [0, 7, 130]
                .into_iter()
                .all(|bits| of_index_bits(bits).is_none())
        );
        assert!(narrow(0).is_err());
        assert!(narrow(130).is_err());
    }
}
