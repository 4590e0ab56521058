//! Laws of single rows. The bytecode of a verifying key must satisfy them.

use crate::instructions::persistent::TEMPORARIES;
use crate::malformed::{Malformed, RowLaw};
use crate::row::{Access, Hint, Left, Operands, REGISTERS, Right, Row, Write};
use crate::tables::{self, Kind, TableId};
use crate::word::WordSize;

impl Row {
    /// Checks the laws that every bytecode row must satisfy for the machine's invariant — registers and
    /// cells hold integers in `[0, 2^W)` — and for its equations to have solutions:
    ///
    /// - `rd ≠ 0` exactly if there is a write source, and the source exists;
    /// - operands, table and RAM access fit each other;
    /// - assertions and branches look up predicates, exact rows look up integers;
    /// - constants are such that operands are words, or integers of `2W` bits, on all inputs (but exact
    ///   rows, that is a difference with `imm = 0` or a sum with any constant, assert that they are not
    ///   negative).
    ///
    /// # Errors
    /// The first law violated.
    pub fn well_formed(&self, word: WordSize) -> Result<(), Malformed> {
        self.broken_law(word).map_err(|law| Malformed::Row {
            name: self.name,
            label: self.label,
            law,
        })
    }

    fn broken_law(&self, word: WordSize) -> Result<(), RowLaw> {
        let registers = [self.rd, self.rs1, self.rs2];
        if registers.iter().any(|r| usize::from(*r) >= REGISTERS) {
            return Err(RowLaw::Register);
        }
        if (self.rd != 0) != (self.write != Write::None) {
            return Err(RowLaw::Destination);
        }
        match self.write {
            Write::Lookup if self.table.is_none() => return Err(RowLaw::NoLookup),
            Write::Cell if self.access != Access::Load => return Err(RowLaw::NoCell),
            Write::Link if self.link > word.mask() => return Err(RowLaw::LinkSize),
            Write::Link | Write::Cell | Write::Lookup | Write::None => {}
        }
        if self.write != Write::Link && self.link != 0 {
            return Err(RowLaw::LinkUnused);
        }
        if self.access.is_store() && self.write != Write::None {
            return Err(RowLaw::StoreWrites);
        }
        let mut predicate = false;
        match (self.operands, self.table) {
            (Operands::None, None) => {}
            (Operands::None, Some(_)) | (_, None) => return Err(RowLaw::OperandsOrTable),
            (operands, Some(id)) => {
                let Some(table) = tables::get(word, id) else {
                    return Err(RowLaw::NoTable);
                };
                predicate = table.is_predicate();
                let pair = matches!(operands, Operands::Pair(..));
                if pair != (table.kind() == Kind::Pair) {
                    return Err(RowLaw::TableKind);
                }
            }
        }
        if self.asserts && !predicate {
            return Err(RowLaw::AssertsNothing);
        }
        if self.exact && (self.table.is_none() || matches!(self.operands, Operands::Pair(..))) {
            return Err(RowLaw::ExactNothing);
        }
        self.access_well_formed(word)?;
        self.operands_well_formed(word)?;
        self.control_well_formed(word, predicate)?;
        self.hint_well_formed()
    }

    fn access_well_formed(&self, word: WordSize) -> Result<(), RowLaw> {
        let window = match self.operands {
            Operands::Pair(Left::Cell, Right::Window { size }) => Some(size),
            Operands::Pair(Left::Cell, _) | Operands::Pair(_, Right::Window { .. }) => {
                return Err(RowLaw::CellOrWindow);
            }
            _ => None,
        };
        let sized = |size: u8| matches!(size, 1 | 2 | 4) && usize::from(size) < word.bytes();
        match (self.access, window) {
            (Access::Idle, None) => Ok(()),
            (Access::Load | Access::Store, None) => match self.operands {
                Operands::None => Ok(()),
                _ => Err(RowLaw::FullWord),
            },
            (Access::LoadNarrow | Access::StoreNarrow, Some(size)) if sized(size) => {
                match (self.access, self.table) {
                    (_, Some(TableId::EXTRACT_ZX)) => Ok(()),
                    (Access::LoadNarrow, Some(TableId::EXTRACT_SX)) => Ok(()),
                    _ => Err(RowLaw::NotExtracted),
                }
            }
            _ => Err(RowLaw::WindowSize),
        }
    }

    fn operands_well_formed(&self, word: WordSize) -> Result<(), RowLaw> {
        let (imm, modulus) = (self.imm, 1i128 << word.bits());
        let is_word = (0..modulus).contains(&imm);
        // One of the two: a register, or a constant word.
        let one = is_word && (self.rs2 == 0 || imm == 0);
        let ok = match self.operands {
            Operands::None | Operands::Pair(_, Right::Window { .. }) => {
                // The constant of an address, minus the base of RAM.
                imm == 0 || self.access.is_active() && imm.abs() < 2 * modulus
            }
            Operands::Pair(_, Right::Value) | Operands::Product => one,
            Operands::Sum => is_word || self.exact && imm.abs() < modulus,
            Operands::Difference => imm == -modulus || imm == 0 && self.exact,
            Operands::Free => imm == 0 && self.rs1 == 0 && self.rs2 == 0,
        };
        if ok { Ok(()) } else { Err(RowLaw::Constant) }
    }

    fn control_well_formed(&self, word: WordSize, predicate: bool) -> Result<(), RowLaw> {
        if self.delta == 0 {
            return Ok(());
        }
        let jump = self.succ == 1 && self.delta == 1 && self.table == Some(TableId::TRUNC_EVEN);
        // Back from a routine, to the inner row whose number is in a virtual register.
        let back = self.succ == 1 << word.bits()
            && self.delta == 1
            && self.table == Some(TableId::TRUNC)
            && self.operands == Operands::Sum
            && self.rs1 >= TEMPORARIES
            && (self.rs2, self.imm) == (0, 0);
        let branch = predicate && self.succ.checked_add_signed(self.delta).is_some();
        if jump || back || branch {
            Ok(())
        } else {
            Err(RowLaw::Control)
        }
    }

    fn hint_well_formed(&self) -> Result<(), RowLaw> {
        let advises = match self.hint {
            Hint::None | Hint::Print => false,
            Hint::PrivateInput => true,
            Hint::Quotient { dividend, divisor } | Hint::SignedQuotient { dividend, divisor } => {
                if usize::from(dividend.max(divisor)) >= REGISTERS {
                    return Err(RowLaw::HintRegister);
                }
                true
            }
        };
        if advises == (self.operands == Operands::Free) {
            Ok(())
        } else {
            Err(RowLaw::Advice)
        }
    }
}
