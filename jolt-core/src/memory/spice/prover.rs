//! The prover of the argument.

use super::access::{self, Oracles};
use super::balance::{self, Challenges, Opened, TREES};
use super::initial::{self, First, Initial};
use super::ports::PORTS;
use super::stories::Stories;
use super::witness::{Columns, Rules, Story, old};
use super::{Spice, counts, public, step_claims};
use crate::gkr::fraction::{self, Fraction};
use crate::machine::Run;
use crate::memory::Claims;
use crate::memory::protection::{self, Forbidden, Rounds};
use crate::memory::prover::{Execution, MemoryProver, ProveMemory};
use crate::observer::Observer;
use crate::step::{Oracles as MachineOracles, Step};
use crate::witness::Witness;
use std::sync::Arc;
use sumcheck::{
    Field, Instance, Poly, ProverChannel, ProverField, Reduced, Relation, RoundProver, batch,
};

impl<F: ProverField> ProveMemory<F> for Spice {
    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        run: &Run<'_>,
        witness: &Witness,
    ) -> Box<dyn MemoryProver<F>> {
        Box::new(start(channel, run, witness))
    }
}

/// Commits what the argument needs.
pub fn commit<F: Field>(channel: &mut dyn ProverChannel<F>, story: &Story<'_>) -> Oracles {
    let vars = story.run.cycle_vars;
    let poly = |values: Vec<i128>| Arc::new(Poly::signed(vars, values));
    let values = (0..PORTS).map(|port| {
        let values = old(story.witness, port).iter();
        poly(values.map(|v| i128::from(*v)).collect())
    });
    let columns = story.columns.all().map(|column| poly(column.to_vec()));
    let all = channel.commit("memory", values.chain(columns).collect());
    Oracles::of(&all).expect("one oracle per polynomial")
}

/// The prover's side, after the commitment.
pub fn prove<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    stories: &Stories<'_>,
    (own, machine): (&Oracles, &MachineOracles),
    step: &mut Step<F, F>,
    observer: &mut dyn Observer,
) -> Claims<F, F> {
    let ([next, protected], claims) = step_claims(step, own);
    for claim in claims {
        channel.claim_eval(claim);
    }

    observer.phase("balance");
    let [beta, sigma] = ["memory/beta", "memory/sigma"].map(|label| channel.sample(label));
    let challenges = Challenges { beta, sigma };
    let run = stories.access.run;
    let accesses = balance::access_leaves(&stories.balance, &challenges);
    let [differences, range] = balance::range_leaves(&stories.range, &challenges);
    let leaves = [accesses, differences, range];
    let trees = balance::trees(run.cycle_vars, leaves, &challenges, stories.lie);
    let trees = TREES.into_iter().zip(trees).collect();
    let summed = fraction::prove(channel, "balance", trees, fraction::fast);
    let opened = Opened::new(run.cycle_vars, &summed.point, &challenges);
    channel.claim_eval(counts(own, &opened, summed.leaves[2].numerator));

    observer.phase("initial");
    let first = First::sample(
        run,
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
    );
    let story = &stories.initial;
    let run = story.run;
    let relations = initial::Relations::new(run, &first, machine);
    let contents = [Initial::default(), Initial::of(run, machine)];
    let places = |at: usize| {
        let cells = initial::cells(story, &initial::PLACES[at]);
        initial::Prover::new(&first.points[at], first.gamma, &cells, contents[at])
    };
    let Story { run, witness, .. } = stories.forbidden;
    let forbidden = Forbidden::new(run, first.forbidden);
    let by_cell = protection::by_cell(run, witness, &step.point);
    let [registers, ram, cells] = relations.batch();
    let instances = [
        instance(registers, F::zero(), Box::new(places(0))),
        instance(ram, F::zero(), Box::new(places(1))),
        instance(
            cells,
            first.forbidden[0] * protected,
            Box::new(Rounds::new(forbidden, by_cell)),
        ),
    ];
    let reduced = batch::prove(channel, "initial", instances);
    let initial::Left {
        cells,
        found,
        accessed,
        image,
    } = relations.leave(reduced, machine);
    if let Some(claim) = image {
        channel.claim_eval(claim);
    }

    observer.phase("access");
    let run = stories.access.run;
    let public = public(
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
        (stories.finals.run, opened, challenges),
        (cells, step.point.clone()),
    );
    let combined = |f: Fraction<F>| f.numerator + public.zeta * (f.denominator - beta);
    let mut claims = vec![
        combined(summed.leaves[0]),
        combined(summed.leaves[1]),
        F::zero(),
    ];
    claims.extend(
        found
            .iter()
            .map(|[touched, values]| *touched + public.delta * values),
    );
    claims.extend(stories.finals.run.changes(&public.blocks));
    claims.push(next);
    let relations = access::Relations::new(run, &public);
    let provers = access::kernels(&relations, stories, &public);
    let each = relations.batch().into_iter().zip(claims).zip(provers);
    let instances = each.map(|((relation, claim), prover)| instance(relation, claim, prover));
    let reduced = batch::prove_all(channel, "access", instances.collect());
    let left = access::leave(
        run,
        &public,
        &relations,
        (reduced, accessed),
        (own, machine),
    );
    for claim in left.openings {
        channel.claim_eval(claim);
    }
    left.claims
}

fn instance<F>(
    relation: Relation<F>,
    claim: F,
    prover: Box<dyn RoundProver<F>>,
) -> Instance<'static, F> {
    Instance {
        relation,
        claim,
        prover,
    }
}

/// A prover that has committed.
struct Prover {
    columns: Columns,
    oracles: Oracles,
}

/// Commits, as an honest prover does.
fn start<F: Field>(channel: &mut dyn ProverChannel<F>, run: &Run<'_>, witness: &Witness) -> Prover {
    let columns = Columns::of(run, witness);
    let story = Story {
        run,
        witness,
        columns: &columns,
        rules: Rules::TRUE,
    };
    let oracles = commit(channel, &story);
    Prover { columns, oracles }
}

impl<F: ProverField> MemoryProver<F> for Prover {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
        _begun: Vec<Reduced<F, F>>,
        observer: &mut dyn Observer,
    ) -> Claims<F, F> {
        let stories = Stories::of(Story {
            run: execution.run,
            witness: execution.witness,
            columns: &self.columns,
            rules: Rules::TRUE,
        });
        let oracles = (&self.oracles, execution.oracles);
        prove(channel, &stories, oracles, step, observer)
    }
}
