//! Laws of whole expansions: what rows must satisfy together.

use super::Routine;
use super::persistent::{TEMPORARIES, is_persistent};
use crate::malformed::{CallLaw, Malformed, SequenceLaw};
use crate::row::{Access, Hint, Operands, Right, Row, Write};
use crate::tables::TableId;
use crate::word::WordSize;

/// Checks the rows of one instruction:
///
/// - every row is well-formed ([`Row::well_formed`]);
/// - the first label is a head's (`address + 1`), the others are above `2^W`, and every row but the
///   last leads to the next one, whatever its lookup gives;
/// - a virtual register is written before it is read, by rows and by hints;
/// - a narrow store stores x0 or a value truncated to its size, so that the cell stays a word.
///
/// # Errors
/// The first law violated.
pub fn check_sequence(word: WordSize, rows: &[Row]) -> Result<(), Malformed> {
    let modulus = 1u128 << word.bits();
    // The row that wrote each virtual register last.
    let mut writers: [Option<&Row>; crate::row::REGISTERS] = [None; crate::row::REGISTERS];
    for (i, row) in rows.iter().enumerate() {
        row.well_formed(word)?;
        let fail = |law| {
            Err(Malformed::Sequence {
                name: row.name,
                position: i,
                law,
            })
        };
        if (i == 0) != (1..=modulus).contains(&row.label) {
            return fail(SequenceLaw::Label);
        }
        match rows.get(i + 1) {
            Some(next) if row.succ != next.label => return fail(SequenceLaw::Next),
            Some(_) if row.delta != 0 => return fail(SequenceLaw::Leaves),
            _ => {}
        }
        let hinted = match row.hint {
            Hint::Quotient { dividend, divisor } | Hint::SignedQuotient { dividend, divisor } => {
                [dividend, divisor]
            }
            Hint::None | Hint::PrivateInput | Hint::Print => [0, 0],
        };
        for register in [row.rs1, row.rs2].into_iter().chain(hinted) {
            let temporary = register >= TEMPORARIES && !is_persistent(register);
            if temporary && writers[usize::from(register)].is_none() {
                return fail(SequenceLaw::Unwritten);
            }
        }
        if row.access == Access::StoreNarrow && row.rs2 != 0 {
            let size = match row.operands {
                Operands::Pair(_, Right::Window { size }) => size,
                _ => return fail(SequenceLaw::NoWindow),
            };
            let writer = writers[usize::from(row.rs2)];
            if !writer.is_some_and(|writer| is_truncated(writer, size)) {
                return fail(SequenceLaw::NotTruncated);
            }
        }
        if row.write != Write::None {
            writers[usize::from(row.rd)] = Some(row);
        }
    }
    Ok(())
}

/// Whether a row writes a value of at most `size` bytes, for a narrow store.
fn is_truncated(writer: &Row, size: u8) -> bool {
    let bits = 8 * u32::from(size);
    let window = match writer.operands {
        // A window in a word, at a place that does not matter.
        Operands::Pair(_, Right::Value) if writer.rs2 == 0 && writer.imm > 0 => {
            writer.imm >> writer.imm.trailing_zeros() == 1 | 1 << (bits - 1)
        }
        _ => false,
    };
    let table = match size {
        1 => TableId::TRUNC8,
        2 => TableId::TRUNC16,
        _ => TableId::TRUNC32,
    };
    writer.write == Write::Lookup
        && (writer.table == Some(table) || window && writer.table == Some(TableId::EXTRACT_ZX))
}

/// Checks the rows of a call ([`crate::Instruction::expand_crossing`]) together with those of its routine: put
/// together, in order of execution, they must be a sequence ([`check_sequence`]), the routine must go
/// where the call says, and that must be the call's next row or, for stores, the label `next`.
///
/// # Errors
/// The first law violated.
pub fn check_call(
    word: WordSize,
    call: &[Row],
    (routine, rows): (Routine, &[Row]),
    next: u128,
) -> Result<(), Malformed> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Err(CallLaw::Empty.into());
    };
    let at = call.iter().position(|row| row.succ == first.label);
    let at = at.ok_or(CallLaw::Unreached)?;
    let (before, after) = call.split_at(at + 1);
    let token = &call[at];
    if token.write != Write::Link || token.rd != last.rs1 {
        return Err(CallLaw::NoReturn.into());
    }
    let (base, table) = if routine.store {
        (1, TableId::TRUNC_EVEN)
    } else {
        (1 << word.bits(), TableId::TRUNC)
    };
    if (last.succ, last.delta, last.table) != (base, 1, Some(table)) {
        return Err(CallLaw::Lost.into());
    }
    let back = base + u128::from(token.link);
    if back != after.first().map_or(next, |row| row.label) {
        return Err(CallLaw::Elsewhere.into());
    }
    if after.last().is_some_and(|row| row.succ != next) {
        return Err(CallLaw::NotNext.into());
    }
    if rows[..rows.len() - 1].iter().any(|row| row.rd == last.rs1) {
        return Err(CallLaw::Overwritten.into());
    }
    for row in rows {
        row.well_formed(word)?;
    }
    let mut all = [before, rows, after].concat();
    let returning = before.len() + rows.len() - 1;
    (all[returning].succ, all[returning].delta) = (back, 0);
    check_sequence(word, &all)
}
