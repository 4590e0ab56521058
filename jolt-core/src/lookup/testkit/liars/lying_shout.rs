//! Shout with a prover that deviates, for words of any size.

use super::super::Cheat;
use crate::digits::products::{self, GROUP};
use crate::digits::{fold_rows, one_hot};
use crate::lookup::selectors::SelectorWeights;
use crate::lookup::shout::Shout;
use crate::lookup::shout::kernels::{Fast, Kernels};
use crate::lookup::shout::layout::{GROUP_BITS, Layout};
use crate::lookup::shout::prover::commit;
use crate::lookup::{
    Exposed, LookupArgument, LookupProver, LookupShape, LookupVerifier, ProveLookup, Reads,
    Unsupported,
};
use std::sync::Arc;
use sumcheck::{
    Field, NaiveProver, Point, ProverChannel, ProverField, Relation, RoundProver, Segment, UniPoly,
    VerifierChannel, VerifyError,
};

/// Shout with other digits at one read, which must be of no table and expose nothing: it returns nothing at any index,
/// so that everything but the batch `decompose` holds.
#[derive(Clone, Copy, Debug)]
pub struct LyingShout<F> {
    /// [`Cheat::OtherIndex`]: what is committed is the other index. [`Cheat::Blend`]: the digits are blended.
    pub cheat: Cheat<F>,
    /// What `β` is, if the prover counts on it. It blends digit [`MADE_UP`] alone, and makes up for it: in that row the
    /// first partial product is said to be `β·S` more, where `S` is what the digit, squared, has too much. Both have
    /// the same power of `γ`.
    pub one_hot: Option<F>,
}

/// See [`LyingShout::one_hot`]: `γ^2i` is the weight of digit `i`, `γ^(0 + 1 + 2 + 3)` that of the first product.
pub const MADE_UP: usize = 3;

impl<F: ProverField> LookupArgument<F> for LyingShout<F> {
    fn name(&self) -> &'static str {
        "shout-lying"
    }

    fn supports(&self, shape: &LookupShape) -> Result<(), Unsupported> {
        LookupArgument::<F>::supports(&Shout, shape)
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        shape: &LookupShape,
    ) -> Result<Box<dyn LookupVerifier<F>>, VerifyError> {
        LookupArgument::<F>::receive(&Shout, channel, shape)
    }
}

impl<F: ProverField> ProveLookup<F> for LyingShout<F> {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        shape: &LookupShape,
        reads: Arc<Reads>,
    ) -> Box<dyn LookupProver<F>> {
        let cheat = self.cheat;
        let mut committed = Reads::clone(&reads);
        if let Cheat::OtherIndex { read, other } = cheat {
            committed.index[read] = other;
        }
        commit(channel, shape, &committed, |layout, packed| {
            let honest = Fast {
                shape: shape.clone(),
                layout,
                reads: reads.clone(),
                packed,
            };
            match cheat {
                Cheat::OtherIndex { .. } => Box::new(honest),
                Cheat::Blend { read, .. } => Box::new(Blended {
                    cheat,
                    honest,
                    made_up: self.one_hot.map(|beta| (read, beta)),
                }),
            }
        })
    }
}

struct Blended<F> {
    honest: Fast,
    cheat: Cheat<F>,
    /// The row, and `β`.
    made_up: Option<(usize, F)>,
}

impl<F: Field> Blended<F> {
    fn matrices(&self) -> Vec<Vec<F>> {
        let Fast {
            shape,
            layout,
            reads,
            ..
        } = &self.honest;
        let row = |j: usize| reads.index.get(j).copied().unwrap_or(0);
        let matrix = |i: usize| {
            let digits = (0..1usize << shape.cycle_vars).map(|j| layout.digit(i, row(j)));
            one_hot(shape.cycle_vars, digits)
        };
        let mut matrices: Vec<Vec<F>> = (0..layout.digits()).map(matrix).collect();
        if let Cheat::Blend { read, .. } = self.cheat {
            let digit = |i, index| layout.digit(i, index);
            self.cheat.bend_digits(&mut matrices, row(read), digit);
        }
        matrices
    }
}

impl<F: ProverField> Kernels<F> for Blended<F> {
    fn read(
        &self,
        relation: &Relation<F>,
        cycle: &Point<F>,
        gamma: F,
    ) -> Box<dyn RoundProver<F> + '_> {
        Box::new(Read {
            of: self,
            address: self.honest.read(relation, cycle, gamma),
            cycle: cycle.clone(),
            gamma,
            challenges: Vec::new(),
            cycles: None,
        })
    }

    fn digits(
        self: Box<Self>,
        relation: &Relation<F>,
        at: &products::At<F>,
    ) -> Box<dyn RoundProver<F>> {
        Box::new(NaiveProver::new(relation, at.tables(&self.matrices())))
    }
}

/// The read relation: address rounds do not see reads that return nothing; cycle rounds are the naive prover's.
struct Read<'a, F: Field> {
    of: &'a Blended<F>,
    address: Box<dyn RoundProver<F> + 'a>,
    cycle: Point<F>,
    gamma: F,
    challenges: Vec<F>,
    cycles: Option<NaiveProver<F>>,
}

impl<F: Field> Read<'_, F> {
    fn layout(&self) -> Layout {
        self.of.honest.layout
    }

    /// The relation that is left when the index is bound.
    fn cycles(&self) -> NaiveProver<F> {
        let (shape, reads) = (&self.of.honest.shape, &self.of.honest.reads);
        let mut relation = Relation::new("read", vec![Segment::cycle(self.cycle.vars())]);
        let mut summand = relation.eq("eq(r,j)", 0, self.cycle.clone());
        let mut tables = vec![Vec::new()];
        let groups = self.challenges.chunks(GROUP_BITS);
        let groups: Vec<Point<F>> = groups
            .map(|bits| Point(bits.iter().rev().copied().collect()))
            .collect();
        let addresses = self.layout().addresses(&groups);
        let matrices = self.of.matrices();
        let digits = matrices.iter().zip(&addresses);
        let digits = digits.map(|(matrix, address)| fold_rows(matrix, &address.eq_table()));
        let digits: Vec<Vec<F>> = digits.collect();
        for (g, group) in digits.chunks(GROUP).enumerate() {
            summand = summand * relation.claimed(format!("P{g}"), &[0]);
            let rows = 0..1usize << self.cycle.vars();
            let product = |j: usize| group.iter().map(|digit| digit[j]).product();
            tables.push(rows.map(product).collect());
        }
        if let Some((row, beta)) = self.of.made_up {
            let eq = addresses[MADE_UP].eq_table();
            let squares: Vec<F> = eq.iter().map(F::square).collect();
            let diagonal = fold_rows(&matrices[MADE_UP], &squares)[row];
            tables[1][row] += beta * (digits[MADE_UP][row].square() - diagonal);
        }
        let weights = SelectorWeights::new(shape, self.gamma, &self.challenges);
        let selectors = reads.table.iter().zip(&reads.operands);
        let values = selectors.map(|(table, exposed)| {
            let table = weights.tables.get(usize::from(*table)).copied();
            let exposed = match exposed {
                Exposed::Nothing => F::zero(),
                Exposed::Pair => weights.pair,
                Exposed::Single => weights.single,
            };
            table.unwrap_or_default() + exposed
        });
        let mut values: Vec<F> = values.collect();
        values.resize(1 << self.cycle.vars(), F::zero());
        tables.push(values);
        relation.summand = summand * relation.claimed("V", &[0]);
        NaiveProver::new(&relation, tables)
    }
}

impl<F: Field> RoundProver<F> for Read<'_, F> {
    fn round(&mut self, claim: F) -> UniPoly<F> {
        match &mut self.cycles {
            None => self.address.round(claim),
            Some(cycles) => cycles.round(claim),
        }
    }

    fn bind(&mut self, challenge: F) {
        if let Some(cycles) = &mut self.cycles {
            return cycles.bind(challenge);
        }
        self.challenges.push(challenge);
        match self.challenges.len() == self.layout().index_bits {
            true => self.cycles = Some(self.cycles()),
            false => self.address.bind(challenge),
        }
    }

    fn finish(&mut self) -> Vec<F> {
        let cycles = self.cycles.as_mut();
        cycles.map(NaiveProver::finish).unwrap_or_default()
    }
}
