//! Laws of whole expansions: what rows must satisfy together.

use crate::row::{Access, Hint, Operands, Right, Row, WordSize, Write};
use crate::tables::TableId;

/// Checks the rows of one instruction:
///
/// - every row is well-formed ([`Row::well_formed`]);
/// - the first label is a head's (`address + 1`), the others are above `2^W`, and every row but the
///   last leads to the next one, whatever its lookup gives;
/// - a virtual register is written before it is read, by rows and by hints;
/// - a narrow store stores x0 or a value truncated to its size, so that the cell stays a word.
///
/// # Errors
/// The law violated, in words.
pub fn check_sequence(word: WordSize, rows: &[Row]) -> Result<(), String> {
    let modulus = 1u128 << word.bits();
    // The row that wrote each virtual register last.
    let mut writers: [Option<&Row>; crate::row::REGISTERS] = [None; crate::row::REGISTERS];
    for (i, row) in rows.iter().enumerate() {
        row.well_formed(word)?;
        let fail = |reason: &str| Err(format!("{} row {i}: {reason}", row.name));
        if (i == 0) != (1..=modulus).contains(&row.label) {
            return fail(
                "the first row has the address's label, and no other row has such a label",
            );
        }
        match rows.get(i + 1) {
            Some(next) if row.succ != next.label => return fail("does not lead to the next row"),
            Some(_) if row.delta != 0 => return fail("leaves the sequence"),
            _ => {}
        }
        let hinted = match row.hint {
            Hint::Quotient { dividend, divisor } | Hint::SignedQuotient { dividend, divisor } => {
                [dividend, divisor]
            }
            Hint::None | Hint::PrivateInput | Hint::Print => [0, 0],
        };
        for register in [row.rs1, row.rs2].into_iter().chain(hinted) {
            if register >= 32 && writers[usize::from(register)].is_none() {
                return fail("reads a virtual register that the sequence has not written");
            }
        }
        if row.access == Access::StoreNarrow && row.rs2 != 0 {
            let truncation = match row.operands {
                Operands::Pair(_, Right::Window { size: 1 }) => TableId::TRUNC8,
                Operands::Pair(_, Right::Window { size: 2 }) => TableId::TRUNC16,
                _ => TableId::TRUNC32,
            };
            let truncated = writers[usize::from(row.rs2)]
                .is_some_and(|w| w.write == Write::Lookup && w.table == Some(truncation));
            if !truncated {
                return fail("stores what is not truncated to its size");
            }
        }
        if row.write != Write::None {
            writers[usize::from(row.rd)] = Some(row);
        }
    }
    Ok(())
}
