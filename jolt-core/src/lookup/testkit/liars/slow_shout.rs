//! Shout by the naive prover, which may deviate.

use super::super::Cheat;
use crate::digits::products;
use crate::lookup::dense::{DenseArgument, DenseProver, DenseShape, DenseVerifier, ProveDense};
use crate::lookup::shout::kernels::Kernels;
use crate::lookup::shout::layout::Layout;
use crate::lookup::shout::{self, Shout};
use crate::lookup::written_out::{MAX_INDEX_BITS, Matrices, values};
use crate::lookup::{
    LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads, Unsupported,
};
use std::sync::Arc;
use sumcheck::{
    Field, NaiveProver, Point, ProverChannel, ProverField, Relation, RoundProver, UniPoly,
    VerifierChannel, VerifyError,
};

/// The same argument with the naive prover for every relation, on indices of 16 bits. Its proofs
/// equal those of [`Shout`]; and it can deviate.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlowShout<F> {
    cheat: Option<Cheat<F>>,
    /// What `β` is, where the reads of a dense table make up for digits that are not one-hot.
    one_hot: Option<F>,
}

impl<F: Field> SlowShout<F> {
    /// A prover that deviates.
    pub fn cheating(cheat: Cheat<F>) -> Self {
        SlowShout {
            cheat: Some(cheat),
            one_hot: None,
        }
    }

    /// A prover that knows `β`: the claim on what is read of a dense table is higher by what the blend breaks
    /// one-hotness by. That has degree 2 in the index, so that the table may not depend on it: it has two entries, which
    /// are equal.
    #[must_use]
    pub fn knowing_one_hot(self, beta: F) -> Self {
        SlowShout {
            one_hot: Some(beta),
            ..self
        }
    }

    /// The matrices of indices, cut so.
    fn matrices(
        &self,
        [bits, vars, digits]: [usize; 3],
        index: &[u128],
        digit: &dyn Fn(usize, u128) -> u8,
    ) -> Matrices<F> {
        let mut matrices = Matrices::new(bits, vars, index, (digits, digit));
        if let Some(cheat) = &self.cheat {
            cheat.bend(&mut matrices, |j| index[j], digit);
        }
        matrices
    }
}

impl<F: ProverField> LookupArgument<F> for SlowShout<F> {
    fn name(&self) -> &'static str {
        "shout-slow"
    }

    fn dense(&self) -> Option<&dyn DenseArgument<F>> {
        Some(self)
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        match shape.index_bits {
            0..=MAX_INDEX_BITS => LookupArgument::<F>::supports(&Shout, shape),
            bits => Err(Unsupported::WrittenOut {
                bits,
                most: MAX_INDEX_BITS,
            }),
        }
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::receive(&Shout, channel, shape)
    }
}

impl<F: ProverField> ProveLookup<F> for SlowShout<F> {
    fn dense_prover(&self) -> Option<&dyn ProveDense<F>> {
        Some(self)
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        LookupArgument::<F>::supports(self, shape).expect("a supported shape");
        shout::prover::commit(channel, shape, &reads, |layout: Layout, _| {
            let sizes = [shape.index_bits, shape.cycle_vars, layout.digits()];
            let digit = |i, index| layout.digit(i, index);
            Box::new(Naive {
                matrices: self.matrices(sizes, &reads.index, &digit),
                shape: shape.clone(),
                reads: reads.clone(),
            })
        })
    }
}

struct Naive<F> {
    shape: LookupShape,
    reads: Arc<Reads>,
    matrices: Matrices<F>,
}

impl<F: Field> Kernels<F> for Naive<F> {
    fn read(
        &self,
        relation: &Relation<F>,
        _cycle: &Point<F>,
        gamma: F,
    ) -> Box<dyn RoundProver<F> + '_> {
        // One group: its partial product is the whole indicator.
        let tables = vec![
            Vec::new(),
            self.matrices.indicator.clone(),
            values(&self.shape, &self.reads, gamma),
        ];
        Box::new(NaiveProver::new(relation, tables))
    }

    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        Box::new(NaiveProver::new(relation, at.tables(&self.matrices.digits)))
    }
}

impl<F: ProverField> DenseArgument<F> for SlowShout<F> {
    fn supports(&self, shape: DenseShape) -> Result<(), Unsupported> {
        match shape.index_bits + shape.cycle_vars {
            0..=MAX_INDEX_BITS => shape.fits::<F>(),
            bits => Err(Unsupported::WrittenOut {
                bits,
                most: MAX_INDEX_BITS,
            }),
        }
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: DenseShape,
    ) -> Result<Box<dyn DenseVerifier<F>>, VerifyError> {
        DenseArgument::<F>::receive(&Shout, channel, shape)
    }
}

impl<F: ProverField> ProveDense<F> for SlowShout<F> {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: DenseShape,
        index: Arc<Vec<u32>>,
    ) -> Box<dyn DenseProver<F>> {
        let wide: Vec<u128> = index.iter().map(|k| u128::from(*k)).collect();
        let digits = shout::dense::widths(shape).len();
        let sizes = [shape.index_bits, shape.cycle_vars, digits];
        let matrices = self.matrices(sizes, &wide, &shout::dense::prover::digit);
        let naive = NaiveDense(matrices);
        shout::dense::prover::commit(channel, shape, &index, |_| {
            match (self.one_hot, self.cheat) {
                (Some(beta), Some(Cheat::Blend { read, towards })) => {
                    let [(_, share), _] = towards;
                    let more = beta * (share.square() - share);
                    Box::new(MadeUp { naive, read, more })
                }
                _ => Box::new(naive),
            }
        })
    }
}

struct NaiveDense<F>(Matrices<F>);

impl<F: Field> NaiveDense<F> {
    /// The reads folded into one vector.
    fn folded(&self, cycle: &Point<F>) -> Vec<F> {
        let keys = 1 << self.0.index_bits;
        let mut folded = vec![F::zero(); keys];
        for (row, eq) in self.0.indicator.chunks_exact(keys).zip(cycle.eq_table()) {
            for (sum, x) in folded.iter_mut().zip(row) {
                *sum += eq * x;
            }
        }
        folded
    }
}

impl<F: Field> shout::dense::prover::Kernels<F> for NaiveDense<F> {
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>> {
        Box::new(NaiveProver::new(
            relation,
            vec![self.folded(cycle), table.to_vec()],
        ))
    }

    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        Box::new(NaiveProver::new(relation, at.tables(&self.0.digits)))
    }
}

/// See [`SlowShout::knowing_one_hot`].
struct MadeUp<F> {
    naive: NaiveDense<F>,
    read: usize,
    /// `β·(x² − x)` for the shares `x` and `1 − x` of a blend.
    more: F,
}

impl<F: Field> shout::dense::prover::Kernels<F> for MadeUp<F> {
    fn read(
        &self,
        _relation: &Relation<F>,
        cycle: &Point<F>,
        table: &[F],
    ) -> Box<dyn RoundProver<F>> {
        let [first, second] = self.naive.folded(cycle)[..] else {
            panic!("a table of two entries");
        };
        // Where shares are `x` and `1 − x`, one-hotness is broken by `(x² − x)·(1 − 2k)²`.
        let more = self.more * cycle.eq_index(self.read as u128);
        let four = F::from(4u64) * more;
        let folded = vec![first + more, second - first - four, four];
        Box::new(Quadratic {
            folded: UniPoly(folded),
            entry: table[0],
            at: F::zero(),
        })
    }

    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        Box::new(self.naive).digits(relation, at)
    }
}

/// `Σ_k A(k)·T(k)` over one variable, for `A` of degree 2 and a constant `T`.
struct Quadratic<F> {
    folded: UniPoly<F>,
    entry: F,
    at: F,
}

impl<F: Field> RoundProver<F> for Quadratic<F> {
    fn round(&mut self, _claim: F) -> UniPoly<F> {
        let folded = self.folded.0.iter();
        UniPoly(folded.map(|c| self.entry * c).collect())
    }

    fn bind(&mut self, challenge: F) {
        self.at = challenge;
    }

    fn finish(&mut self) -> Vec<F> {
        vec![self.folded.eval(self.at), self.entry]
    }
}
