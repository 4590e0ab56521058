//! The step constraints: what ties the columns of one cycle to its bytecode row.
//!
//! Every constraint says `Σ_i b_i(row) · m_i(cycle) = 0`, where `b_i` is a constant of the bytecode
//! row (a flag, often times an immediate) and `m_i` a monomial of degree at most two in the cycle's
//! columns. Batched with powers of a challenge ρ, all constraints together are one sum over
//! monomials, `Σ_m H_m(j) · m(j) = 0`, where `H_m` is a column derived from the bytecode alone: so the
//! prover folds one column per monomial instead of one per flag, and the verifier gets each `H_m` from
//! the bytecode check. This is Spartan's row check [Setty 2019/550] with the constraint index folded
//! by powers of ρ instead of being a sumcheck variable; the error is (constraints − 1)/p.

#![allow(
    clippy::indexing_slicing,
    reason = "tables, ports and columns are numbered by the code; no proof has a say"
)]

use crate::bytecode::{Bytecode, Combination, Kind, Number};
use instruction_tables::{Access, Left, Operands, Right, Row, WordSize, Write};
use sumcheck::Field;

/// A column of the execution, one value per cycle. None is committed as such; the protocol says
/// where each comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// Value of register `rs1`.
    Rs1,
    /// Value of register `rs2`.
    Rs2,
    /// Value of register `rd` before the cycle; 0 if nothing is written.
    RdOld,
    /// What the cycle adds to register `rd`.
    RdInc,
    /// Value of the accessed RAM cell before the cycle.
    Cell,
    /// What the cycle adds to the cell.
    CellInc,
    /// Index of the accessed cell.
    Address,
    /// Byte offset in the cell.
    Offset,
    /// `2^(8 · offset)`.
    Power,
    /// Left lookup operand.
    Left,
    /// Right lookup operand, or the whole index.
    Right,
    /// Lookup output.
    Out,
    /// Label of the next row.
    Next,
    /// Whether the accessed cell is read-only.
    Protected,
}

impl Column {
    /// All columns, in the order in which their claims are sent.
    pub const ALL: [Column; 14] = [
        Column::Rs1,
        Column::Rs2,
        Column::RdOld,
        Column::RdInc,
        Column::Cell,
        Column::CellInc,
        Column::Address,
        Column::Offset,
        Column::Power,
        Column::Left,
        Column::Right,
        Column::Out,
        Column::Next,
        Column::Protected,
    ];

    /// Name in formulas.
    pub const fn name(self) -> &'static str {
        match self {
            Column::Rs1 => "rs1",
            Column::Rs2 => "rs2",
            Column::RdOld => "rd_old",
            Column::RdInc => "rd_inc",
            Column::Cell => "cell",
            Column::CellInc => "cell_inc",
            Column::Address => "address",
            Column::Offset => "offset",
            Column::Power => "power",
            Column::Left => "left",
            Column::Right => "right",
            Column::Out => "out",
            Column::Next => "next",
            Column::Protected => "protected",
        }
    }
}

/// A product of at most two columns; the empty product is 1.
pub type Monomial = &'static [Column];

/// One term: a bytecode constant times a monomial. The constant is a function of the row's kind, perhaps times one of
/// the row's numbers.
#[derive(Clone, Copy)]
pub struct Term {
    /// What the kind of the row determines.
    pub kind: fn(WordSize, &Kind) -> i128,
    /// The number of the row that this is a factor of, if it is of one.
    pub number: Option<Number>,
    /// The columns multiplied.
    pub monomial: Monomial,
}

impl Term {
    /// The constant of a row.
    pub fn constant<F: Field>(&self, word: WordSize, row: &Row) -> F {
        let of_kind = F::from_i128((self.kind)(word, &Kind::of(row)));
        match self.number {
            Some(number) => of_kind * number.element::<F>(row),
            None => of_kind,
        }
    }
}

/// One named constraint.
#[derive(Clone, Copy)]
pub struct Constraint {
    /// Name, as in the check `constrain/NAME`.
    pub name: &'static str,
    /// The terms that sum to zero in every cycle.
    pub terms: &'static [Term],
}

macro_rules! constraint {
    ($name:literal: $(($kind:expr) $({$number:ident})? $([$($column:ident),+])?),+ $(,)?) => {
        Constraint {
            name: $name,
            terms: &[$(Term {
                kind: $kind,
                number: number!($($number)?),
                monomial: &[$($(Column::$column),+)?],
            }),+],
        }
    };
}

macro_rules! number {
    () => {
        None
    };
    ($number:ident) => {
        Some(Number::$number)
    };
}

const fn flag(b: bool) -> i128 {
    b as i128
}

const fn lookup(kind: &Kind) -> i128 {
    flag(matches!(kind.write, Write::Lookup))
}
const fn link(kind: &Kind) -> i128 {
    flag(matches!(kind.write, Write::Link))
}
const fn copy(kind: &Kind) -> i128 {
    flag(matches!(kind.write, Write::Cell))
}
const fn left_rs1(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Pair(Left::Rs1, _)))
}
const fn left_cell(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Pair(Left::Cell, _)))
}
const fn right_value(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Pair(_, Right::Value)))
}
/// The markers of a window at offset 0, or 0 if the row has no window.
const fn window(kind: &Kind) -> i128 {
    match kind.operands {
        Operands::Pair(_, Right::Window { size }) => 1 + (1 << (8 * size as u32 - 1)),
        _ => 0,
    }
}
const fn sum(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Sum))
}
const fn difference(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Difference))
}
const fn product(kind: &Kind) -> i128 {
    flag(matches!(kind.operands, Operands::Product))
}
const fn active(kind: &Kind) -> i128 {
    flag(kind.access.is_active())
}
const fn cell_bytes(word: WordSize) -> i128 {
    word.bytes() as i128
}
const fn store(kind: &Kind) -> i128 {
    flag(matches!(kind.access, Access::Store))
}
const fn store_narrow(kind: &Kind) -> i128 {
    flag(matches!(kind.access, Access::StoreNarrow))
}

/// All step constraints.
pub static CONSTRAINTS: [Constraint; 20] = [
    // next = succ + out · delta
    constraint!("next": (|_, _| 1)[Next], (|_, _| -1){Succ}, (|_, _| -1){Delta}[Out]),
    // rd_old + rd_inc is what the row writes
    constraint!("write_lookup":
        (|_, r| lookup(r))[RdOld], (|_, r| lookup(r))[RdInc], (|_, r| -lookup(r))[Out]),
    constraint!("write_link":
        (|_, r| link(r))[RdOld], (|_, r| link(r))[RdInc], (|_, r| -link(r)){Link}),
    constraint!("write_cell":
        (|_, r| copy(r))[RdOld], (|_, r| copy(r))[RdInc], (|_, r| -copy(r))[Cell]),
    // operands of two-operand lookups
    constraint!("left_rs1": (|_, r| left_rs1(r))[Left], (|_, r| -left_rs1(r))[Rs1]),
    constraint!("left_cell": (|_, r| left_cell(r))[Left], (|_, r| -left_cell(r))[Cell]),
    constraint!("right_value":
        (|_, r| right_value(r))[Right], (|_, r| -right_value(r))[Rs2],
        (|_, r| -right_value(r)){Imm}),
    constraint!("right_window":
        (|_, r| flag(window(r) != 0))[Right], (|_, r| -window(r))[Power]),
    // the operand of one-operand lookups
    constraint!("sum":
        (|_, r| sum(r))[Right], (|_, r| -sum(r))[Rs1], (|_, r| -sum(r))[Rs2],
        (|_, r| -sum(r)){Imm}),
    constraint!("difference":
        (|_, r| difference(r))[Right], (|_, r| -difference(r))[Rs1], (|_, r| difference(r))[Rs2],
        (|_, r| difference(r)){Imm}),
    constraint!("product":
        (|_, r| product(r))[Right], (|_, r| -product(r))[Rs1, Rs2],
        (|_, r| -product(r)){Imm}[Rs1]),
    // RAM: rs1 + imm = (W/8) · address + offset, both zero if there is no access
    constraint!("address":
        (|_, r| active(r))[Rs1], (|_, r| active(r)){Imm},
        (|w, r| -active(r) * cell_bytes(w))[Address], (|_, r| -active(r))[Offset]),
    constraint!("idle":
        (|w, r| (1 - active(r)) * cell_bytes(w))[Address], (|_, r| 1 - active(r))[Offset]),
    constraint!("full": (|_, r| flag(r.access.is_full()))[Offset]),
    constraint!("keep": (|_, r| flag(!r.access.is_store()))[CellInc]),
    constraint!("store":
        (|_, r| store(r))[CellInc], (|_, r| -store(r))[Rs2], (|_, r| store(r))[Cell]),
    constraint!("store_narrow":
        (|_, r| store_narrow(r))[CellInc], (|_, r| -store_narrow(r))[Rs2, Power],
        (|_, r| store_narrow(r))[Out, Power]),
    // assertions about the lookup
    constraint!("asserts": (|_, r| flag(r.asserts))[Out], (|_, r| -flag(r.asserts))),
    constraint!("exact": (|_, r| flag(r.exact))[Right], (|_, r| -flag(r.exact))[Out]),
    // no store into a cell that is read-only
    constraint!("protected": (|_, r| flag(r.access.is_store()))[Protected]),
];

/// The monomial in formulas and names of checks.
pub fn monomial_name(monomial: Monomial) -> String {
    match monomial {
        [] => "1".to_owned(),
        _ => monomial
            .iter()
            .map(|c| c.name())
            .collect::<Vec<_>>()
            .join("·"),
    }
}

/// All monomials that occur, in order of first use.
pub fn monomials() -> Vec<Monomial> {
    let mut all: Vec<Monomial> = Vec::new();
    for term in CONSTRAINTS.iter().flat_map(|c| c.terms) {
        if !all.contains(&term.monomial) {
            all.push(term.monomial);
        }
    }
    all
}

/// `H_m` of every row, for every monomial: `Σ_c weights[c] · b_{c,m}(row)`. `result[m][row]`.
pub fn coefficients<F: Field>(code: &Bytecode, weights: &[F]) -> Vec<Vec<F>> {
    let monomials = monomials().into_iter();
    let of = |monomial: Monomial| {
        let mut sum = Combination::new(code);
        add_terms(&mut sum, code, weights, |other| {
            F::from(u64::from(other == monomial))
        });
        sum.column(code)
    };
    monomials.map(of).collect()
}

/// What multiplies a number of a row of this kind, in all terms that are of this number.
pub fn factors(word: WordSize, number: Number, kind: &Kind) -> Vec<i128> {
    let terms = CONSTRAINTS.iter().flat_map(|constraint| constraint.terms);
    let mine = terms.filter(|term| term.number == Some(number));
    mine.map(|term| (term.kind)(word, kind)).collect()
}

/// Adds `Σ_m factors[m] · H_m`, without the columns `H_m` ([`coefficients`]).
pub fn add_combination<F: Field>(
    sum: &mut Combination<F>,
    code: &Bytecode,
    weights: &[F],
    factors: &[F],
) {
    let monomials = monomials();
    add_terms(sum, code, weights, |monomial| {
        let m = monomials.iter().position(|m| *m == monomial);
        let factor = m.and_then(|m| factors.get(m));
        factor.copied().unwrap_or_default()
    });
}

fn add_terms<F: Field>(
    sum: &mut Combination<F>,
    code: &Bytecode,
    weights: &[F],
    factor: impl Fn(Monomial) -> F,
) {
    for (constraint, weight) in CONSTRAINTS.iter().zip(weights) {
        for term in constraint.terms {
            let weight = *weight * factor(term.monomial);
            if weight.is_zero() {
                continue;
            }
            let of = |kind: &Kind| match (term.kind)(code.word(), kind) {
                0 => F::zero(),
                1 => weight,
                -1 => -weight,
                c => weight.mul_i128(c),
            };
            match term.number {
                Some(number) => sum.add_number(code, number, of),
                None => sum.add_kinds(code, of),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::Fr;

    #[test]
    fn a_combination_is_that_of_the_columns() {
        let halt = Row::HALT;
        let sum = Row {
            label: 5,
            succ: 9,
            delta: -3,
            imm: -(1 << 70),
            rd: 3,
            rs1: 4,
            rs2: 5,
            operands: Operands::Sum,
            write: Write::Lookup,
            ..halt
        };
        let window = Row {
            imm: 12,
            link: 77,
            operands: Operands::Pair(Left::Cell, Right::Window { size: 2 }),
            write: Write::Link,
            access: Access::StoreNarrow,
            ..sum
        };
        let rows = [halt, sum, window];
        let challenge = |seed: u64| Fr::from(seed * seed + 17);
        let weights: Vec<Fr> = (0..CONSTRAINTS.len() as u64).map(challenge).collect();
        let factors: Vec<Fr> = (100..).map(challenge).take(monomials().len()).collect();
        for word in [WordSize::W32, WordSize::W64] {
            let code = Bytecode::new(word, rows.to_vec());
            let columns = coefficients(&code, &weights);
            let mut combined = Combination::new(&code);
            add_combination(&mut combined, &code, &weights, &factors);
            for (at, value) in combined.column(&code).iter().enumerate() {
                let terms = columns.iter().zip(&factors).map(|(h, f)| h[at] * f);
                assert_eq!(*value, terms.sum::<Fr>());
            }
            // Term by term, as the constraints say it.
            for (monomial, column) in monomials().iter().zip(&columns) {
                for (row, value) in rows.iter().zip(column) {
                    let constraints = CONSTRAINTS.iter().zip(&weights);
                    let terms = constraints.flat_map(|(c, w)| c.terms.iter().map(move |t| (t, w)));
                    let mine = terms.filter(|(term, _)| term.monomial == *monomial);
                    let sum: Fr = mine
                        .map(|(term, w)| term.constant::<Fr>(word, row) * w)
                        .sum();
                    assert_eq!(sum, *value, "{}", monomial_name(monomial));
                }
            }
        }
    }
}
