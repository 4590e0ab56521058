//! Encoding columns, and committing batches of them.

use super::groups::{Group, Roots, Shapes, groups};
use super::merkle::Leaves;
use super::tree::Tree;
use crate::{PcsError, check_polys};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;
use sumcheck::{Field, Point, Poly, ProverField, Rows, Shape};

/// Values that a task adds.
const BLOCK: usize = 1 << 10;

/// What a prover keeps of a batch: codewords, and their trees.
pub struct Codewords {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) groups: Vec<KeptGroup>,
}

/// Codewords of one length, and their tree.
pub(crate) struct KeptGroup {
    pub columns: Vec<Vec<Fr>>,
    pub tree: Tree,
}

impl KeptGroup {
    /// The codewords of columns; there is one.
    pub fn of(columns: Vec<Vec<Fr>>) -> Self {
        let depth = columns[0].len().ilog2() as usize;
        let tree = Tree::new(depth, |at, leaf| append(&columns, at, leaf));
        KeptGroup { columns, tree }
    }

    /// The leaves of these numbers.
    pub fn open(&self, numbers: &[usize]) -> Leaves {
        let leaf = |at: usize, values: &mut Vec<Fr>| append(&self.columns, at, values);
        self.tree.open(numbers, leaf, self.columns.len())
    }
}

impl Shapes for Codewords {
    fn shapes(&self) -> &[Shape] {
        &self.shapes
    }
}

fn append(columns: &[Vec<Fr>], at: usize, leaf: &mut Vec<Fr>) {
    leaf.extend(columns.iter().map(|column| column[at]));
}

fn domain(length: usize) -> Radix2EvaluationDomain<Fr> {
    Radix2EvaluationDomain::new(length).expect("codewords are no longer than the field allows")
}

/// The codeword of rows, of which there is a power of two, at the rate `2^-rate_vars`.
pub(crate) fn encode(mut rows: Vec<Fr>, rate_vars: usize) -> Vec<Fr> {
    domain(rows.len() << rate_vars).fft_in_place(&mut rows);
    rows
}

/// The first `2^vars` coefficients of the polynomial that has these values: the rows, if they are a codeword.
pub(crate) fn interpolate(mut codeword: Vec<Fr>, vars: usize) -> Vec<Fr> {
    domain(codeword.len()).ifft_in_place(&mut codeword);
    codeword.truncate(1 << vars);
    codeword
}

/// The rows of all columns of a polynomial, as `fill` completes them.
pub(crate) fn columns_of(
    poly: &Poly<Fr>,
    fill: impl Fn(&mut dyn Iterator<Item = Fr>) -> Vec<Fr>,
) -> Vec<Vec<Fr>> {
    match &poly.rows {
        Rows::Dense(values) => vec![fill(&mut values.iter().copied())],
        Rows::Signed(values) => vec![fill(&mut values.iter().map(|v| Fr::from_i128(*v)))],
        Rows::Digits { radix, digits } => {
            let bit = |is: bool| if is { Fr::one() } else { Fr::zero() };
            let column = |k| fill(&mut digits.iter().map(|d| bit(usize::from(*d) == k)));
            (1..*radix).map(column).collect()
        }
    }
}

/// How the columns of polynomials become words that are encoded.
pub(crate) struct Made<W> {
    /// Variables of the largest polynomials.
    pub max_vars: usize,
    /// The least that a group has.
    pub least: usize,
    pub rate_vars: usize,
    /// The words of a polynomial in a group of so many variables.
    pub words: W,
}

/// Commits a batch of polynomials.
///
/// # Errors
/// Polynomials that are not well-formed, or too large.
pub(crate) fn commit<W>(made: &Made<W>, polys: &[&Poly<Fr>]) -> Result<(Roots, Codewords), PcsError>
where
    W: Fn(&Poly<Fr>, usize) -> Vec<Vec<Fr>> + Sync,
{
    check_polys(made.max_vars, polys)?;
    let shapes: Vec<Shape> = polys.iter().map(|poly| poly.shape()).collect();
    let groups = groups(&shapes, made.least).into_iter().map(|group: Group| {
        let polys = group.polys.par_iter().map(|(number, _)| polys[*number]);
        let words = polys.flat_map(|poly| (made.words)(poly, group.vars));
        let encoded = words.map(|rows| encode(rows, made.rate_vars));
        KeptGroup::of(encoded.collect())
    });
    let groups: Vec<KeptGroup> = groups.collect();
    let roots = groups.iter().map(|group| group.tree.root()).collect();
    let committed = Roots {
        shapes: shapes.clone(),
        roots,
    };
    Ok((committed, Codewords { shapes, groups }))
}

/// Adds a word times a factor.
pub(crate) fn add(sum: &mut [Fr], by: Fr, word: &[Fr]) {
    let blocks = sum.par_chunks_mut(BLOCK).zip(word.par_chunks(BLOCK));
    blocks.for_each(|(sum, word)| Fr::add_scaled(sum, &by, word));
}

/// That there are no more rows than a point of so many coordinates has.
///
/// # Errors
/// [`PcsError::WrongCount`].
pub(crate) fn fits_rows(max_vars: usize, found: usize, point: &Point<Fr>) -> Result<(), PcsError> {
    let expected = 1 << point.vars().min(max_vars);
    match found > expected {
        true => Err(PcsError::WrongCount {
            what: "rows",
            found,
            expected,
        }),
        false => Ok(()),
    }
}
