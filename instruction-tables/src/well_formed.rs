//! Laws of single rows. The bytecode of a verifying key must satisfy them.

use crate::instructions::persistent::TEMPORARIES;
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
    /// The law violated, in words.
    pub fn well_formed(&self, word: WordSize) -> Result<(), String> {
        let fail = |reason: &str| Err(format!("{} row {:#x}: {reason}", self.name, self.label));
        let registers = [self.rd, self.rs1, self.rs2];
        if registers.iter().any(|r| usize::from(*r) >= REGISTERS) {
            return fail("register number out of range");
        }
        if (self.rd != 0) != (self.write != Write::None) {
            return fail("rd must be present exactly if a value is written");
        }
        match self.write {
            Write::Lookup if self.table.is_none() => return fail("writes a lookup it lacks"),
            Write::Cell if self.access != Access::Load => return fail("copies no loaded cell"),
            Write::Link if self.link > word.mask() => return fail("link value is not a word"),
            Write::Link | Write::Cell | Write::Lookup | Write::None => {}
        }
        if self.write != Write::Link && self.link != 0 {
            return fail("link value without link");
        }
        if self.access.is_store() && self.write != Write::None {
            return fail("a store writes no register");
        }
        let mut predicate = false;
        match (self.operands, self.table) {
            (Operands::None, None) => {}
            (Operands::None, Some(_)) | (_, None) => return fail("operands and table go together"),
            (operands, Some(id)) => {
                let Some(table) = tables::get(word, id) else {
                    return fail("the word size lacks the table");
                };
                predicate = table.is_predicate();
                let pair = matches!(operands, Operands::Pair(..));
                if pair != (table.kind() == Kind::Pair) {
                    return fail("the table is of the other kind");
                }
            }
        }
        if self.asserts && !predicate {
            return fail("asserts no predicate");
        }
        if self.exact && (self.table.is_none() || matches!(self.operands, Operands::Pair(..))) {
            return fail("exact without an integer looked up");
        }
        self.access_well_formed(word).or_else(fail)?;
        self.operands_well_formed(word).or_else(fail)?;
        self.control_well_formed(word, predicate).or_else(fail)?;
        self.hint_well_formed().or_else(fail)
    }

    fn access_well_formed(&self, word: WordSize) -> Result<(), &'static str> {
        let window = match self.operands {
            Operands::Pair(Left::Cell, Right::Window { size }) => Some(size),
            Operands::Pair(Left::Cell, _) | Operands::Pair(_, Right::Window { .. }) => {
                return Err("cell and window go together");
            }
            _ => None,
        };
        let sized = |size: u8| matches!(size, 1 | 2 | 4) && usize::from(size) < word.bytes();
        match (self.access, window) {
            (Access::Idle, None) => Ok(()),
            (Access::Load | Access::Store, None) => match self.operands {
                Operands::None => Ok(()),
                _ => Err("a full-word access looks nothing up"),
            },
            (Access::LoadNarrow | Access::StoreNarrow, Some(size)) if sized(size) => {
                match (self.access, self.table) {
                    (_, Some(TableId::EXTRACT_ZX)) => Ok(()),
                    (Access::LoadNarrow, Some(TableId::EXTRACT_SX)) => Ok(()),
                    _ => Err("a narrow access extracts its window"),
                }
            }
            _ => Err("a window belongs to a narrow access, of less than a word"),
        }
    }

    fn operands_well_formed(&self, word: WordSize) -> Result<(), &'static str> {
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
        if ok {
            Ok(())
        } else {
            Err("the constant does not fit the operands")
        }
    }

    fn control_well_formed(&self, word: WordSize, predicate: bool) -> Result<(), &'static str> {
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
            Err("control depends on a predicate, or is an indirect jump")
        }
    }

    fn hint_well_formed(&self) -> Result<(), &'static str> {
        let advises = match self.hint {
            Hint::None | Hint::Print => false,
            Hint::PrivateInput => true,
            Hint::Quotient { dividend, divisor } | Hint::SignedQuotient { dividend, divisor } => {
                if usize::from(dividend.max(divisor)) >= REGISTERS {
                    return Err("the hint names no register");
                }
                true
            }
        };
        if advises == (self.operands == Operands::Free) {
            Ok(())
        } else {
            Err("a free index and advice go together")
        }
    }
}
