//! Why rows are not well-formed.

/// Rows break a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A row breaks a law of single rows.
    #[error("{name} row {label:#x}: {law}")]
    Row {
        /// The row's name.
        name: &'static str,
        label: u128,
        law: RowLaw,
    },
    /// A row does not fit the others of its sequence.
    #[error("{name} row {position}: {law}")]
    Sequence {
        /// The row's name.
        name: &'static str,
        /// Its position in the sequence.
        position: usize,
        law: SequenceLaw,
    },
    /// A call and its routine do not fit.
    #[error(transparent)]
    Call(#[from] CallLaw),
}

/// How a single row breaks a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowLaw {
    /// There is no register of a number that the row names.
    #[error("register number out of range")]
    Register,
    /// A value is written and there is no `rd`, or the other way round.
    #[error("rd must be present exactly if a value is written")]
    Destination,
    /// The lookup's output is written, and nothing is looked up.
    #[error("writes a lookup it lacks")]
    NoLookup,
    /// The loaded cell is written, and no word is loaded.
    #[error("copies no loaded cell")]
    NoCell,
    /// The constant that is written is larger than a word.
    #[error("link value is not a word")]
    LinkSize,
    /// There is a constant to write, and it is not written.
    #[error("link value without link")]
    LinkUnused,
    /// A store writes a register as well.
    #[error("a store writes no register")]
    StoreWrites,
    /// There are operands without a table, or the other way round.
    #[error("operands and table go together")]
    OperandsOrTable,
    /// Machines of this word size do not have the table.
    #[error("the word size lacks the table")]
    NoTable,
    /// The table takes one operand where the row has two, or the other way round.
    #[error("the table is of the other kind")]
    TableKind,
    /// The row asserts the output of a table that is no predicate.
    #[error("asserts no predicate")]
    AssertsNothing,
    /// Only integers that are looked up can be exact.
    #[error("exact without an integer looked up")]
    ExactNothing,
    /// An operand is the cell and the other no window, or the other way round.
    #[error("cell and window go together")]
    CellOrWindow,
    /// An access of a whole word has operands.
    #[error("a full-word access looks nothing up")]
    FullWord,
    /// A narrow access looks up another table than an extraction.
    #[error("a narrow access extracts its window")]
    NotExtracted,
    /// The window and the access are not of the same kind, or the window is as large as a word.
    #[error("a window belongs to a narrow access, of less than a word")]
    WindowSize,
    /// With this constant an operand might be no integer of its size.
    #[error("the constant does not fit the operands")]
    Constant,
    /// The next label depends on what is neither a predicate nor a jump's target.
    #[error("control depends on a predicate, or is an indirect jump")]
    Control,
    /// There is no register of a number that the hint names.
    #[error("the hint names no register")]
    HintRegister,
    /// The host chooses an index that is not free, or nobody chooses a free one.
    #[error("a free index and advice go together")]
    Advice,
}

/// How a row breaks a law of sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequenceLaw {
    /// The first label is not a head's, or a later one is.
    #[error("the first row has the address's label, and no other row has such a label")]
    Label,
    /// The row leads to another one than the next.
    #[error("does not lead to the next row")]
    Next,
    /// Where the row leads depends on its lookup.
    #[error("leaves the sequence")]
    Leaves,
    /// A virtual register is read before it is written.
    #[error("reads a virtual register that the sequence has not written")]
    Unwritten,
    /// A narrow store has no window.
    #[error("stores no window")]
    NoWindow,
    /// A narrow store stores a value that may be larger than its window.
    #[error("stores what is not truncated to its size")]
    NotTruncated,
}

/// How a call and its routine break a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallLaw {
    /// The routine has no rows.
    #[error("an empty routine")]
    Empty,
    /// No row of the call leads to the routine.
    #[error("the call does not lead to the routine")]
    Unreached,
    /// The row that leads to the routine does not write the register that the routine reads at its end.
    #[error("the call's last row does not say where to go back")]
    NoReturn,
    /// The last row of the routine is no jump to what the call wrote.
    #[error("the routine does not go back")]
    Lost,
    /// What the call wrote is not where it goes on.
    #[error("the call goes back to another place")]
    Elsewhere,
    /// The call ends elsewhere than before the next instruction.
    #[error("the call does not lead to the next instruction")]
    NotNext,
    /// The routine writes the register that says where to go back.
    #[error("the routine overwrites where to go back")]
    Overwritten,
}
