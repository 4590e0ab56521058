//! `bits`: a lookup argument that looks nothing up. Indices are committed bit by bit, and tables are
//! evaluated as polynomials in the bits: what a circuit would do, and what lookups are to be compared with.
//!
//! Commitment: bit `i` of every index, as a one-hot digit of radix 2.
//!
//! Protocol, for the claims `out`, `left`, `right` at the cycle point `r`: `γ`, `r'`, `δ`; batch `bits`:
//!
//! ```text
//! read:        out + γ·left + γ²·right = Σ_j eq(r, j) · (Σ_m selects_m(j)·T_m(b(j))
//!                  + pair(j)·(γ·left(b(j)) + γ²·right(b(j))) + single(j)·γ²·whole(b(j)))
//! booleanity:  0 = Σ_j eq(r', j) · Σ_i δ^i · (b_i(j)² − b_i(j))
//! ```
//!
//! The bits are opened at the last point; there, `ζ` joins the values of all selectors into one claim.
//!
//! Soundness: the bits are 0 or 1, so they are one index, and tables and operands are multilinear in them.
//! With `n` index bits and `t = log T`, the error is at most `(t·(n + 2) + 3n + t + s)/p` for `s` selectors.
//!
//! Cost: `n` commitments to bits. With `d` the highest degree of a table in its bits (2 for `AND`, `n` for
//! `LTU`): for each pair of rows, `d + 1` evaluations of the tables that they select; for each of the `t`
//! rounds, `d + 2` elements.

use jolt_core::facts::Facts;
use jolt_core::lookup::selectors::{SelectorWeights, fits_field, powers, read_value};
use jolt_core::lookup::{
    Exposed, LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, ReadClaim,
    Reads, SelectorClaim, Unsupported,
};
use std::sync::Arc;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    Claimed, EvalClaim, Expr, Field, Instance, Oracle, Point, Poly, ProverChannel, ProverField,
    Reduced, Relation, Segment, Shape, Value, VerifierChannel, VerifyError, Weights, batch,
};

/// The argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits;

fn bit(index: u128, i: usize) -> u8 {
    (index >> i) as u8 & 1
}

impl<F: ProverField> LookupArgument<F> for Bits {
    fn name(&self) -> &'static str {
        "bits"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "tables as polynomials in committed bits",
            ..Facts::LOOKUP
        }
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        // An index has to be one field element.
        fits_field::<F>(shape.index_bits, 1)?;
        Ok(shape.fits_tables()?)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::supports(self, shape)?;
        let bit = Shape {
            vars: shape.cycle_vars,
            radix: Some(2),
        };
        let oracles = channel.oracles("lookup bits", &vec![bit; shape.index_bits])?;
        let (shape, reads, bits) = (shape.clone(), Arc::default(), Vec::<Vec<F>>::new());
        Ok(Box::new(Committed {
            oracles,
            shape,
            reads,
            bits,
        }))
    }
}

impl<F: ProverField> ProveLookup<F> for Bits {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let bits = columns(shape, &reads);
        commit(channel, shape, reads, bits)
    }
}

/// The bits of reads, one column for each bit of an index.
pub fn columns<F: Field>(shape: &LookupShape, reads: &Reads) -> Vec<Vec<F>> {
    let value = |i| move |k: &u128| F::from(u64::from(bit(*k, i)));
    let bits = 0..shape.index_bits;
    bits.map(|i| reads.index.iter().map(value(i)).collect())
        .collect()
}

/// Commits reads, and proves from these columns: those of the reads, or a test's.
pub fn commit<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    shape: &LookupShape,
    reads: Arc<Reads>,
    bits: Vec<Vec<F>>,
) -> Box<dyn LookupProver<F>> {
    let column = |i| reads.index.iter().map(|k| bit(*k, i)).collect();
    let polys = (0..shape.index_bits)
        .map(|i| Arc::new(Poly::digits(shape.cycle_vars, 2, column(i))))
        .collect();
    let oracles = channel.commit("lookup bits", polys);
    let shape = shape.clone();
    Box::new(Committed {
        oracles,
        shape,
        reads,
        bits,
    })
}

/// Either side after the commitments; the verifier has no reads, and no bits.
struct Committed<F> {
    oracles: Vec<Oracle>,
    shape: LookupShape,
    reads: Arc<Reads>,
    bits: Vec<Vec<F>>,
}

/// `scale · Σ_i 2^i · bits_i`.
fn word<'a, F: Field>(name: &str, scale: F, bits: impl Iterator<Item = &'a Expr<F>>) -> Expr<F> {
    let weight = |i| Expr::constant(format!("{name}·2^{i}"), scale * F::from(1u128 << i));
    let terms = bits.enumerate().map(|(i, bit)| weight(i) * bit.clone());
    Expr::Sum(terms.collect())
}

/// The claimed factors of both relations.
struct Factors<F> {
    /// The bits in `read`, and those in `booleanity`.
    bits: [Vec<Claimed<F>>; 2],
    /// The selectors in `read`: of each table, `pair` and `single`.
    selectors: Vec<Claimed<F>>,
}

impl<F: ProverField> Committed<F> {
    /// The two relations, for the claim at `cycle`, and their factors.
    fn relations(
        &self,
        cycle: &Point<F>,
        gamma: F,
        sample: &mut dyn FnMut() -> F,
    ) -> ([Relation<F>; 2], Factors<F>) {
        let (vars, square) = (self.shape.cycle_vars, gamma.square());
        let claimed_bits = |relation: &mut Relation<F>| -> Vec<Claimed<F>> {
            let mut bit = |i| relation.claimed(format!("b{i}"), &[0]);
            (0..self.shape.index_bits).map(&mut bit).collect()
        };
        let mut read = Relation::new("read", vec![Segment::cycle(vars)]);
        let eq = read.eq("eq(r,j)", 0, cycle.clone());
        let read_bits = claimed_bits(&mut read);
        let bits: Vec<Expr<F>> = read_bits.iter().map(|bit| (*bit).into()).collect();
        let (mut terms, mut selectors) = (Vec::new(), Vec::new());
        for table in &self.shape.tables {
            let selects = read.claimed(format!("selects {}", table.name()), &[0]);
            terms.push(table.automaton().expression(selects.into(), &bits));
            selectors.push(selects);
        }
        let exposed = ["selects pair", "selects single"];
        let [pair, single] = exposed.map(|name| read.claimed(name, &[0]));
        selectors.extend([pair, single]);
        let left = word("γ", gamma, bits.iter().skip(1).step_by(2));
        let right = word("γ²", square, bits.iter().step_by(2));
        terms.push(pair * (left + right));
        terms.push(single * word("γ²", square, bits.iter()));
        read.summand = eq * Expr::Sum(terms);

        let mut booleanity = Relation::new("booleanity", vec![Segment::cycle(vars)]);
        let point = Point((0..vars).map(|_| sample()).collect());
        let eq = booleanity.eq("eq(r',j)", 0, point);
        let bits = claimed_bits(&mut booleanity);
        let terms = bits.iter().map(|b| *b * *b - *b);
        booleanity.summand = eq * Expr::batch("δ", sample(), terms);
        let bits = [read_bits, bits];
        ([read, booleanity], Factors { bits, selectors })
    }

    /// The columns of all factors of [`Self::relations`], `None` for equality factors.
    fn columns(&self) -> [Vec<Option<Column<F>>>; 2] {
        let bits = self.bits.iter();
        let bits = bits.map(|column| Some(Column::field(column.clone())));
        let selector = |selected: &dyn Fn(usize) -> bool| {
            let rows = (0..self.reads.index.len()).map(|j| u64::from(selected(j)));
            Some(Column::words(Arc::new(rows.collect())))
        };
        let booleanity: Vec<_> = std::iter::once(None).chain(bits).collect();
        let mut read = booleanity.clone();
        for t in 0..self.shape.tables.len() {
            read.push(selector(&|j| usize::from(self.reads.table[j]) == t));
        }
        for exposed in [Exposed::Pair, Exposed::Single] {
            read.push(selector(&|j| self.reads.operands[j] == exposed));
        }
        [read, booleanity]
    }

    /// What the batch leaves: claims on the bits, and the values of all selectors at the same point.
    fn left<V: Copy>(
        &self,
        factors: Factors<F>,
        [mut read, booleanity]: [Reduced<F, V>; 2],
    ) -> (Vec<EvalClaim<F, V>>, Vec<V>) {
        let selectors = factors.selectors.into_iter();
        let selectors: Vec<V> = selectors.map(|factor| read.take(factor)).collect();
        let mut claims = Vec::new();
        for (mut relation, bits) in [read, booleanity].into_iter().zip(factors.bits) {
            let [point] = relation.at();
            for (oracle, factor) in self.oracles.iter().zip(bits) {
                let bit = Weights::Digit(vec![F::zero(), F::one()]);
                claims.push(EvalClaim {
                    terms: vec![(*oracle, bit, F::one())],
                    point: point.clone(),
                    value: relation.take(factor),
                });
            }
            relation.done();
        }
        (claims, selectors)
    }
}

impl<F: ProverField> LookupProver<F> for Committed<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        claim: ReadClaim<F, F>,
    ) -> SelectorClaim<F, F> {
        let gamma: F = channel.sample("lookup/read");
        let sum = claim.out + gamma * (claim.left + gamma * claim.right);
        let mut sample = || channel.sample("lookup/boolean");
        let (relations, factors) = self.relations(&claim.point, gamma, &mut sample);
        let instance = |relation, columns, claim| Instance {
            prover: Box::new(CycleProver::new(&relation, &[], columns)),
            relation,
            claim,
        };
        let ([read, booleanity], [read_columns, bit_columns]) = (relations, self.columns());
        let instances = [
            instance(read, read_columns, sum),
            instance(booleanity, bit_columns, F::zero()),
        ];
        let reduced = batch::prove(channel, "bits", instances);
        let [point] = reduced[0].at();
        let (claims, selectors) = self.left(factors, reduced);
        for claim in claims {
            channel.claim_eval(claim);
        }
        let zeta: F = channel.sample("lookup/selectors");
        let terms = powers(zeta, selectors.len()).into_iter().zip(selectors);
        let value = terms.map(|(power, value)| power * value).sum();
        SelectorWeights::powers(zeta, self.shape.tables.len()).claim(point, value)
    }
}

impl<F: ProverField> LookupVerifier<F> for Committed<F> {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        claim: ReadClaim<F, Value>,
    ) -> Result<SelectorClaim<F, Value>, VerifyError> {
        let gamma: F = channel.sample("lookup/read");
        channel.risk(&["lookup/read"], "output and both operands", 2);
        let sum = read_value(channel, gamma, &claim);
        let zero = channel.constant(F::zero());
        let mut sample = || channel.sample("lookup/boolean");
        let (relations, factors) = self.relations(&claim.point, gamma, &mut sample);
        let degree = self.shape.cycle_vars + self.shape.index_bits - 1;
        channel.risk(&["lookup/boolean"], "all entries of the bits", degree);
        let [read, booleanity] = relations;
        let reduced = batch::verify(channel, "bits", [(read, sum), (booleanity, zero)])?;
        let [point] = reduced[0].at();
        let (claims, selectors) = self.left(factors, reduced);
        for claim in claims {
            channel.claim_eval(claim)?;
        }
        let zeta: F = channel.sample("lookup/selectors");
        channel.risk(&["lookup/selectors"], "selectors", selectors.len() - 1);
        let terms = powers(zeta, selectors.len()).into_iter().zip(selectors);
        let value = channel.linear(F::zero(), &terms.collect::<Vec<_>>());
        Ok(SelectorWeights::powers(zeta, self.shape.tables.len()).claim(point, value))
    }
}
