//! Tables of one's own: any automaton, of any even number of index bits.

use super::{Kind, Table};
use crate::automaton::Automaton;
use crate::word::WordSize;

/// Index bits up to which every entry is looked at.
const EXHAUSTIVE: usize = 16;

/// Entries looked at beyond that.
const PROBES: u64 = 4096;

/// A bound of weights and of sums over paths: whatever is computed with them is an `i128`.
const MAX_STATE: f64 = (1u128 << 120) as f64;

/// Why an automaton is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AutomatonError {
    /// The index has no bits, or too many.
    #[error("table {table}: {bits} index bits, where 2 to 128 belong")]
    IndexBits {
        table: String,
        /// Of its index.
        bits: usize,
    },
    /// An entry is negative or has more than 64 bits.
    #[error("table {table}: entry {value} at index {index:#x} is no word of 64 bits")]
    Entry {
        table: String,
        index: u128,
        /// The entry.
        value: i128,
    },
    /// An entry of a predicate that is neither 0 nor 1.
    #[error("table {table}: entry {value} at index {index:#x}, so it is no predicate")]
    NoPredicate {
        table: String,
        index: u128,
        /// The entry.
        value: u64,
    },
    /// States may become too large to compute with.
    #[error("table {table}: states may exceed 120 bits")]
    States { table: String },
    /// Another number of index bits than the automaton reads.
    #[error("table {table}: {bits} index bits, and an automaton of {steps} steps of two")]
    Steps {
        table: String,
        /// Of its index, as it says.
        bits: usize,
        /// Of its automaton.
        steps: usize,
    },
    /// No definition, or that of another automaton: keys would not say which table they are for.
    #[error(
        "table {table}: its definition is not the encoding of its automaton, so no key pins it"
    )]
    Definition { table: String },
}

/// Whether a table can be looked up, and names or [definitions](Table::definition) pin it: it is the
/// registry's table of its name, or its definition is the encoding of its automaton.
///
/// # Errors
/// Another number of index bits than the automaton reads, none or more than 128; states that grow too large; a
/// definition that is none.
pub fn pinned(table: &dyn Table) -> Result<(), AutomatonError> {
    let registered = |word| super::by_name(word, table.name());
    let words = [WordSize::W8, WordSize::W32, WordSize::W64];
    let mut same = words.into_iter().filter_map(registered);
    if same.any(|(_, own)| std::ptr::addr_eq(own, table)) {
        return Ok(());
    }
    let name = || table.name().to_owned();
    let (automaton, bits) = (table.automaton(), table.index_bits());
    let steps = automaton.steps();
    if bits != 2 * steps {
        let table = name();
        return Err(AutomatonError::Steps { table, bits, steps });
    }
    fits(automaton, name())?;
    match table.definition() == automaton.encode() {
        true => Ok(()),
        false => Err(AutomatonError::Definition { table: name() }),
    }
}

/// Whether an automaton is of a size that is computed with.
fn fits(automaton: &Automaton, table: String) -> Result<(), AutomatonError> {
    let bits = 2 * automaton.steps();
    if !(2..=128).contains(&bits) {
        return Err(AutomatonError::IndexBits { table, bits });
    }
    match automaton.magnitude() > MAX_STATE {
        true => Err(AutomatonError::States { table }),
        false => Ok(()),
    }
}

/// A table that is what its automaton says.
///
/// ```
/// use instruction_tables::tables::{AutomatonTable, Kind};
/// use instruction_tables::{Automaton, Table};
///
/// // How many of 20 index bits are set: state 0 goes on counting, state 1 holds the sum.
/// let counted = Automaton::emitting(10, |_, a, b| a + b);
/// let table = AutomatonTable::new("ONES", Kind::Single, counted)?;
/// assert_eq!((table.index_bits(), table.entry(0xf0f0f)), (20, 12));
/// let table: &'static dyn Table = table.leak(); // as arguments take it
/// # Ok::<(), instruction_tables::tables::AutomatonError>(())
/// ```
#[derive(Clone, Debug)]
pub struct AutomatonTable {
    name: &'static str,
    kind: Kind,
    predicate: bool,
    automaton: Automaton,
    definition: Vec<u8>,
}

impl AutomatonTable {
    /// A table. Names should differ from those of other tables; memory for the name is never freed.
    ///
    /// Up to 16 index bits every entry is looked at, beyond that some thousands. An entry that is no word of 64
    /// bits and was not looked at makes reads of it unprovable, and never a false proof.
    ///
    /// # Errors
    /// No index bits or more than 128; an entry that is no word of 64 bits; states that grow too large.
    pub fn new(
        name: impl Into<String>,
        kind: Kind,
        automaton: Automaton,
    ) -> Result<Self, AutomatonError> {
        let table = name.into();
        fits(&automaton, table.clone())?;
        for index in probes(2 * automaton.steps()) {
            let value = automaton.entry(index);
            if u64::try_from(value).is_err() {
                return Err(AutomatonError::Entry {
                    table,
                    index,
                    value,
                });
            }
        }
        Ok(AutomatonTable {
            name: table.leak(),
            kind,
            predicate: false,
            definition: automaton.encode(),
            automaton,
        })
    }

    /// Says that every entry is 0 or 1; looked at as in [`Self::new`].
    ///
    /// # Errors
    /// An entry that is neither.
    pub fn predicate(self) -> Result<Self, AutomatonError> {
        for index in probes(self.index_bits()) {
            let value = self.entry(index);
            if value > 1 {
                return Err(AutomatonError::NoPredicate {
                    table: self.name.to_owned(),
                    index,
                    value,
                });
            }
        }
        Ok(AutomatonTable {
            predicate: true,
            ..self
        })
    }

    /// The table for as long as the process lives, as arguments take it. Make a table once and keep it: its
    /// memory is never freed.
    pub fn leak(self) -> &'static dyn Table {
        Box::leak(Box::new(self))
    }
}

impl Table for AutomatonTable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    fn is_predicate(&self) -> bool {
        self.predicate
    }

    fn definition(&self) -> &[u8] {
        &self.definition
    }
}

/// Indices to look at.
fn probes(bits: usize) -> Box<dyn Iterator<Item = u128>> {
    if bits <= EXHAUSTIVE {
        return Box::new(0..1u128 << bits);
    }
    let mask = super::mask128(bits);
    let extreme = [0, mask, mask / 3, mask / 3 * 2];
    let single = (0..bits).flat_map(move |k| [1 << k, mask ^ (1 << k), mask >> k]);
    let random = (1..PROBES).map(move |x| {
        let mixed = u128::from(x).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        (mixed ^ (mixed >> 61)).wrapping_mul(0xbf58_476d_1ce4_e5b9_94d0_49bb_1331_11eb) & mask
    });
    Box::new(extreme.into_iter().chain(single).chain(random))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn counting(steps: usize, weight: i128) -> Automaton {
        Automaton::emitting(steps, move |_, a, b| weight * (a + b))
    }

    #[test]
    fn automata_of_any_even_length_are_tables() {
        for steps in [1, 5, 10, 32, 64] {
            let table = AutomatonTable::new("ONES", Kind::Single, counting(steps, 1)).unwrap();
            assert_eq!(table.index_bits(), 2 * steps);
            assert_eq!(table.entry(u128::MAX), 2 * steps as u64);
            assert!(!table.is_predicate());
            assert!(!table.definition().is_empty());
            assert_eq!(table.leak().name(), "ONES");
        }
        let equal = Automaton::new(3, &[1], &[1], |_, a, b| match a == b {
            true => vec![(0, 0, 1)],
            false => vec![],
        });
        let table = AutomatonTable::new("SAME", Kind::Pair, equal).unwrap();
        assert!(table.predicate().unwrap().is_predicate());
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused = |automaton| {
            let table = AutomatonTable::new("T", Kind::Single, automaton);
            table.map(|_| ()).unwrap_err()
        };
        assert!(matches!(
            refused(counting(0, 1)),
            AutomatonError::IndexBits { bits: 0, .. }
        ));
        assert!(matches!(
            refused(counting(65, 1)),
            AutomatonError::IndexBits { bits: 130, .. }
        ));
        assert!(matches!(
            refused(counting(3, -1)),
            AutomatonError::Entry { value: -1, .. }
        ));
        assert!(matches!(
            refused(counting(20, 1 << 60)),
            AutomatonError::Entry { .. }
        ));
        let doubling = Automaton::new(64, &[1], &[0], |_, _, _| vec![(0, 0, 8)]);
        assert!(matches!(refused(doubling), AutomatonError::States { .. }));
        // 2^128, which is 0 in as many bits; weights that no integer has room for, also where no path is.
        let wrapping = Automaton::new(4, &[1], &[1 << 28], |_, _, _| vec![(0, 0, 1 << 25)]);
        assert!(matches!(refused(wrapping), AutomatonError::States { .. }));
        for weight in [i128::MAX, i128::MIN, 1 << 121] {
            let large = Automaton::new(2, &[1, 0], &[1, 0], |_, a, _| {
                vec![(0, 0, 1), (1, 1, weight), (1, 1, a * weight)]
            });
            assert!(matches!(refused(large), AutomatonError::States { .. }));
        }
        let table = AutomatonTable::new("T", Kind::Single, counting(3, 1)).unwrap();
        assert!(matches!(
            table.predicate(),
            Err(AutomatonError::NoPredicate { value: 2, .. })
        ));
    }

    /// A table that says what it likes.
    struct Careless {
        automaton: Automaton,
        bits: usize,
        definition: Vec<u8>,
        name: &'static str,
    }

    impl Table for Careless {
        fn name(&self) -> &'static str {
            self.name
        }

        fn kind(&self) -> Kind {
            Kind::Single
        }

        fn automaton(&self) -> &Automaton {
            &self.automaton
        }

        fn index_bits(&self) -> usize {
            self.bits
        }

        fn definition(&self) -> &[u8] {
            &self.definition
        }
    }

    #[test]
    fn tables_that_no_key_would_pin_are_refused() {
        for word in [WordSize::W8, WordSize::W32, WordSize::W64] {
            for (_, table) in crate::tables::all(word) {
                assert_eq!(pinned(*table), Ok(()));
            }
        }
        let own = AutomatonTable::new("T", Kind::Single, counting(3, 1)).unwrap();
        assert_eq!(pinned(&own), Ok(()));
        let careless = |definition: Vec<u8>, bits, name| {
            let automaton = counting(3, 1);
            pinned(&Careless {
                automaton,
                bits,
                definition,
                name,
            })
        };
        let encoded = counting(3, 1).encode();
        assert_eq!(careless(encoded.clone(), 6, "T"), Ok(()));
        let unpinned = |verdict| matches!(verdict, Err(AutomatonError::Definition { .. }));
        assert!(unpinned(careless(Vec::new(), 6, "T")));
        assert!(unpinned(careless(counting(3, 2).encode(), 6, "T")));
        // A name of the registry's does not make a table one of the registry's.
        assert!(unpinned(careless(Vec::new(), 6, "AND")));
        let verdict = careless(encoded, 8, "T");
        assert!(matches!(
            verdict,
            Err(AutomatonError::Steps {
                bits: 8,
                steps: 3,
                ..
            })
        ));
    }

    #[test]
    fn definitions_tell_tables_apart() {
        let of = |weight| {
            let table = AutomatonTable::new("T", Kind::Single, counting(3, weight));
            table.unwrap().definition().to_vec()
        };
        assert_ne!(of(1), of(2));
    }
}
