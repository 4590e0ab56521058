//! Offline memory checking [BEGKN94; SAGL18], its multisets compared by sums of fractions [Hab22; PH23].
//!
//! Statement: as in [`memory`](super). Values read are committed. Every access is a row read, what its place
//! held and since when, and a row written, what it holds now and the time; the rows read are the rows
//! written, but for those of first and last accesses; rows read are older than the access; first
//! accesses find initial contents, and no place has two.
//!
//! Commitment: for each of the four ports (`rs1`, `rs2`, `rd`, the RAM cell) the value read, the time since
//! the last access, and whether an access is the first or the last at its place; for registers a carry
//! of that time; and how often each time difference occurs ([`witness`]).
//!
//! Protocol, for claims at `r_step`:
//!
//! 1. The claims on values read are claims on oracles.
//! 2. `β`, `σ`. Sums of fractions over accesses, differences and the range ([`balance`]), by one
//!    [`fraction`] proof (batch `balance`). Checks `memory/accesses`: what is read and written cancels;
//!    `memory/range`: differences are those of the range; `memory/table`: the range is `0 … 2^t − 1`.
//! 3. `γ`, `ρ`. Batch `initial`: first accesses ([`initial`]), and what must not be accessed (relation `forbidden`,
//!    `protected + γ·0` for `R + γ·G`, see [`protection`]; without the check `initial/protected` or `initial/guard`
//!    the weight is 0).
//! 4. `ζ`, `θ`, `δ`, the points of final blocks. Batch `access` ([`access`]): every claim left, at one cycle
//!    point. Check `access/leaf`.
//!
//! Transcript: commitments `memory` after the machine's own; then as above.
//!
//! Soundness error, for `t` cycle variables and `a` RAM address variables: the sums are polynomials of
//! degree at most `2^(t+4)` in `β` and `σ`, so that false ones agree with probability `2^(t+6)/p`; `balance`
//! has `Σ_l (2l + 5)/p` for `l < t + 3`; `initial` `(4a + 2)/p`; `access` at most `(5t + 22)/p`, and `t/p` for
//! what it shows at the leaves' cycle only.
//!
//! Cost per real cycle: 12 leaves, and one of the range for each padded one, 15 multiplications each
//! ([`crate::gkr::fraction`]); about 150 in the batch `access`; up to 4 group additions for each value
//! read and one for each difference that is not zero. A place costs two more flags; one that is not touched
//! costs nothing, nor does memory that is declared.

pub mod access;
pub mod balance;
pub mod initial;
pub mod witness;

use super::protection::{self, Forbidden, GUARD_AT, Rounds};
use super::{Claims, Execution, MemoryArgument, MemoryProver, MemoryVerifier, REGISTER_VARS, Step};
use crate::constraints::Column;
use crate::facts::{Access, Facts, Structure};
use crate::gkr::fraction::{self, Fraction};
use crate::machine::Run;
use crate::observer::Observer;
use crate::step::Oracles as MachineOracles;
use crate::witness::Witness;
use access::{COMMITTED, Oracles, Public};
use balance::{Challenges, Lie, Opened, SLOT_VARS, TREES};
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Field, Instance, Note, Point, Poly, ProverChannel, Relation, RoundProver, Shape,
    Value, VerifierChannel, VerifyError, Weights, batch,
};
use witness::{Columns, PORTS, Rules, Story, old};

/// The argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spice;

const VALUES: [Column; PORTS] = [Column::Rs1, Column::Rs2, Column::RdOld, Column::Cell];

/// What the prover says, phase by phase. Only a soundness test can want different stories, or a lie.
#[derive(Clone, Copy)]
pub struct Stories<'a> {
    /// What is committed.
    pub commit: Story<'a>,
    /// What accesses are summed.
    pub balance: Story<'a>,
    /// What differences are summed, and how often each is counted.
    pub range: Story<'a>,
    /// What is found first.
    pub initial: Story<'a>,
    /// Which cells are accessed.
    pub forbidden: Story<'a>,
    /// The columns in `accesses` and `flags`.
    pub access: Story<'a>,
    /// The column in `differences`.
    pub leaf: Story<'a>,
    /// The columns in `registers_first` and `ram_first`.
    pub first: Story<'a>,
    /// The columns in what is said of final contents.
    pub finals: Story<'a>,
    /// The columns in `shift`.
    pub labels: Story<'a>,
    /// A false sum.
    pub lie: Option<Lie>,
}

impl<'a> Stories<'a> {
    /// One story.
    pub fn of(story: Story<'a>) -> Self {
        Stories {
            commit: story,
            balance: story,
            range: story,
            initial: story,
            forbidden: story,
            access: story,
            leaf: story,
            first: story,
            finals: story,
            labels: story,
            lie: None,
        }
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

/// The claims on the next label and on `protected`, and those on values read.
fn step_claims<F: Field, V: Copy>(
    step: &mut Step<F, V>,
    own: &Oracles,
) -> ([V; 2], Vec<EvalClaim<F, V>>) {
    let point = step.point.clone();
    let claims = VALUES.iter().zip(own.old).map(|(column, oracle)| {
        let value = step.take(*column);
        MachineOracles::dense(oracle, &point, value)
    });
    let claims = claims.collect();
    let others = [Column::Next, Column::Protected].map(|column| step.take(column));
    (others, claims)
}

/// The claim on how often differences occur.
fn counts<F: Field, V>(own: &Oracles, opened: &Opened<F>, value: V) -> EvalClaim<F, V> {
    EvalClaim {
        terms: vec![(own.counts, Weights::One, opened.in_range)],
        point: opened.range.clone(),
        value,
    }
}

/// What is drawn for the batch `initial`.
struct First<F> {
    gamma: F,
    points: [Point<F>; 2],
    /// Weights of what is forbidden.
    forbidden: [F; 2],
}

impl<F: Field> First<F> {
    fn sample<C: ?Sized>(
        run: &Run<'_>,
        channel: &mut C,
        sample: impl Fn(&mut C, &'static str) -> F,
        enforced: impl Fn(&mut C, &str) -> bool,
    ) -> Self {
        let mut draw = || sample(channel, "memory/initial");
        let gamma = draw();
        let vars = [REGISTER_VARS, run.machine.ram_vars()];
        let points = vars.map(|vars| Point((0..vars).map(|_| draw()).collect()));
        let checks = [("initial/protected", F::one()), ("initial/guard", gamma)];
        First {
            gamma,
            points,
            forbidden: checks.map(|(check, weight)| match enforced(channel, check) {
                true => weight,
                false => F::zero(),
            }),
        }
    }

    /// Sum of the degrees of all relations' sums in their challenges.
    fn degree(&self) -> usize {
        let places: usize = self.points.iter().map(|point| 1 + point.vars()).sum();
        places + 1
    }

    fn relations(&self, run: &Run<'_>) -> [Relation<F>; 3] {
        let [registers, ram] = &self.points;
        let forbidden = Forbidden::new(run, self.forbidden);
        [
            initial::relation("registers", registers, self.gamma, &[]),
            initial::relation("ram", ram, self.gamma, &run.initial),
            protection::Accessed::new(ram.vars(), &forbidden).relation,
        ]
    }
}

/// What is drawn for the batch `access`. `sample` and `enforced` are the channel's.
fn public<F: Field, C: ?Sized>(
    channel: &mut C,
    sample: impl Fn(&mut C, &'static str) -> F,
    enforced: impl Fn(&mut C, &str) -> bool,
    (run, opened, challenges): (&Run<'_>, Opened<F>, Challenges<F>),
    (cells, step): ([Point<F>; 2], Point<F>),
) -> Public<F> {
    let zeta: F = sample(channel, "memory/leaves");
    let theta = sample(channel, "memory/flags");
    let delta = sample(channel, "memory/first");
    let blocks = run.finals.iter().map(|f| {
        let low = (0..f.block_vars).map(|_| sample(channel, "block"));
        f.point(&Point(low.collect()), run.machine.ram_vars())
    });
    let blocks = blocks.collect();
    let zero = match enforced(channel, "access/zero") {
        true => [zeta.square(), zeta.square() * zeta],
        false => [F::zero(); 2],
    };
    Public {
        opened,
        challenges,
        zeta,
        zero,
        theta,
        delta,
        cells,
        blocks,
        step,
    }
}

/// What the challenges of [`public`] may hide, and what the leaves' point does: that it is no flag of a cycle,
/// or no zero that a port read of x0, shows at a random cycle only.
fn public_risks<F: Field>(channel: &mut dyn VerifierChannel<F>, run: &Run<'_>) {
    channel.risk(
        &["memory/leaves"],
        "numerator and denominator of leaves, reads of x0",
        3,
    );
    channel.risk(&["memory/flags"], "flags and carries", access::FLAGS - 1);
    channel.risk(&["memory/first"], "places touched and values found", 1);
    channel.risk(&["block"], "final contents", run.block_vars());
    let leaves = ["round", "fraction/child"];
    channel.risk(
        &leaves,
        "flags and reads of x0, at the leaves' cycle",
        run.cycle_vars,
    );
}

fn instances<'a, F: Field>(
    relations: Vec<Relation<F>>,
    claims: Vec<F>,
    provers: Vec<Box<dyn RoundProver<F> + 'a>>,
) -> Vec<Instance<'a, F>> {
    let all = relations.into_iter().zip(claims).zip(provers);
    all.map(|((relation, claim), prover)| Instance {
        relation,
        claim,
        prover,
    })
    .collect()
}

/// The prover's side, after the commitment.
pub fn prove<F: Field>(
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
    let relations = first.relations(run);
    let initial: [&[(u32, u64)]; 2] = [&[], &run.initial];
    let provers = initial.into_iter().zip(&first.points).zip(initial::PLACES);
    let provers = provers.map(|((initial, point), places)| {
        let cells = initial::cells(story, &places);
        let prover = initial::Prover::new(point, first.gamma, &cells, initial);
        Box::new(prover) as Box<dyn RoundProver<F>>
    });
    let mut provers: Vec<_> = provers.collect();
    let Story { run, witness, .. } = stories.forbidden;
    let forbidden = Forbidden::new(run, first.forbidden);
    let accessed = protection::by_cell(run, witness, &step.point);
    provers.push(Box::new(Rounds::new(forbidden, accessed)));
    let claims = vec![F::zero(), F::zero(), first.forbidden[0] * protected];
    let mut reduced = batch::prove_all(
        channel,
        "initial",
        instances(relations.into(), claims, provers),
    );
    let accessed = accessed_at(reduced.pop());
    let (cells, found): (Vec<_>, Vec<_>) = reduced.into_iter().map(touched).unzip();

    observer.phase("access");
    let cells = <[Point<F>; 2]>::try_from(cells).expect("two relations in, two out");
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
    claims.extend(access::finals(stories.finals.run, &public.blocks));
    claims.push(next);
    let relations = access::relations(run, &public);
    let provers = access::kernels(&relations, stories, &public);
    let reduced = batch::prove_all(channel, "access", instances(relations, claims, provers));
    let (_, claims) = access::leave(run, &public, (reduced, accessed), (own, machine), |claim| {
        channel.claim_eval(claim);
        Ok(())
    })
    .expect("a prover's channel takes every claim");
    claims
}

/// The claim that the relation `forbidden` leaves, on `ra` at the point of cells and `r_step`.
fn accessed_at<F: Field, V: Copy>(reduced: Option<sumcheck::Reduced<F, V>>) -> V {
    let mut reduced = reduced.expect("three relations in, three out");
    let value = reduced.take("address");
    reduced.done();
    value
}

/// The point of cells, and the claims on `touched` and `values` there.
fn touched<F: Field, V: Copy>(mut reduced: sumcheck::Reduced<F, V>) -> (Point<F>, [V; 2]) {
    let point = reduced.points[0].clone();
    let values = [reduced.take("touched"), reduced.take("values")];
    reduced.done();
    (point, values)
}

/// The verifier's side, after the commitment.
fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    (own, machine): (&Oracles, &MachineOracles),
    step: &mut Step<F, Value>,
) -> Result<Claims<F, Value>, VerifyError> {
    let ([next, protected], claims) = step_claims(step, own);
    for claim in claims {
        channel.claim_eval(claim)?;
    }

    channel.note(Note::Phase("balance"));
    let [beta, sigma] = ["memory/beta", "memory/sigma"].map(|label| channel.sample(label));
    let challenges = Challenges { beta, sigma };
    let depth = run.cycle_vars + SLOT_VARS;
    // A row is of degree 2 in both challenges, a difference of degree 1, and two trees have those.
    let degree = (2usize << depth) + (2 << depth);
    let about = "rows that are read and written, and differences of times";
    channel.risk(&["memory/beta", "memory/sigma"], about, degree);
    let (roots, summed) = fraction::verify(channel, "balance", &TREES, depth)?;
    channel.assert_zero("memory/accesses", roots[0].numerator)?;
    let cross = [
        (
            F::one(),
            channel.mul(roots[1].numerator, roots[2].denominator),
        ),
        (
            -F::one(),
            channel.mul(roots[2].numerator, roots[1].denominator),
        ),
    ];
    let difference = channel.linear(F::zero(), &cross);
    channel.assert_zero("memory/range", difference)?;
    let opened = Opened::new(run.cycle_vars, &summed.point, &challenges);
    let found = [(F::one(), summed.leaves[2].denominator)];
    let difference = channel.linear(-opened.denominator, &found);
    channel.assert_zero("memory/table", difference)?;
    channel.claim_eval(counts(own, &opened, summed.leaves[2].numerator))?;

    channel.note(Note::Phase("initial"));
    let first = First::sample(
        run,
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
    );
    channel.risk(
        &["memory/initial"],
        "first accesses, at random places, and what is forbidden",
        first.degree(),
    );
    channel.risk(&["round"], GUARD_AT, run.cycle_vars);
    let zero = channel.constant(F::zero());
    let protected = channel.linear(F::zero(), &[(first.forbidden[0], protected)]);
    let relations = first.relations(run).into_iter();
    let relations = relations.zip([zero, zero, protected]).collect();
    let mut reduced = batch::verify_all(channel, "initial", relations)?;
    let accessed = accessed_at(reduced.pop());
    let (cells, found): (Vec<_>, Vec<_>) = reduced.into_iter().map(touched).unzip();

    channel.note(Note::Phase("access"));
    let cells = <[Point<F>; 2]>::try_from(cells).expect("two relations in, two out");
    let public = public(
        channel,
        |channel, label| channel.sample(label),
        |channel, check| channel.enforced(check),
        (run, opened, challenges),
        (cells, step.point.clone()),
    );
    public_risks(channel, run);
    let zeta = public.zeta;
    let mut claims = Vec::new();
    for leaves in &summed.leaves[..2] {
        let terms = [(F::one(), leaves.numerator), (zeta, leaves.denominator)];
        claims.push(channel.linear(-zeta * beta, &terms));
    }
    claims.push(zero);
    for [touched, values] in found {
        let terms = [(F::one(), touched), (public.delta, values)];
        claims.push(channel.linear(F::zero(), &terms));
    }
    for value in access::finals(run, &public.blocks) {
        claims.push(channel.constant(value));
    }
    claims.push(next);
    let relations = access::relations(run, &public).into_iter().zip(claims);
    let reduced = batch::verify_all(channel, "access", relations.collect())?;
    let oracles = (own, machine);
    let (leaf, claims) = access::leave(run, &public, (reduced, accessed), oracles, |claim| {
        channel.claim_eval(claim)
    })?;
    let difference = channel.linear(F::zero(), &leaf);
    channel.assert_zero("access/leaf", difference)?;
    Ok(claims)
}

struct Prover {
    columns: Columns,
    oracles: Oracles,
}

struct Verifier(Oracles);

impl<F: Field> MemoryArgument<F> for Spice {
    fn name(&self) -> &'static str {
        "spice"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "offline checking of accesses, by sums of fractions",
            vector: false,
            access: Access::ReadWrite,
            structure: Structure::WrittenOut,
            papers: &["BEGKN94", "SAGL18", "Hab22"],
            note: Some("spice.md"),
            ..Facts::LOOKUP
        }
    }

    fn commit(
        &self,
        channel: &mut dyn ProverChannel<F>,
        run: &Run<'_>,
        witness: &Witness,
    ) -> Box<dyn MemoryProver<F>> {
        let columns = Columns::of(run, witness);
        let story = Story {
            run,
            witness,
            columns: &columns,
            rules: Rules::TRUE,
        };
        let oracles = commit(channel, &story);
        Box::new(Prover { columns, oracles })
    }

    fn receive(
        &self,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
    ) -> Result<Box<dyn MemoryVerifier<F>>, VerifyError> {
        let shape = Shape {
            vars: run.cycle_vars,
            radix: None,
        };
        let all = channel.oracles("memory", &[shape; COMMITTED])?;
        let oracles = Oracles::of(&all).ok_or_else(|| VerifyError::Malformed {
            label: "memory".to_owned(),
            cause: "commitments are missing".to_owned(),
        })?;
        Ok(Box::new(Verifier(oracles)))
    }
}

impl<F: Field> MemoryProver<F> for Prover {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
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

impl<F: Field> MemoryVerifier<F> for Verifier {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &MachineOracles,
        step: &mut Step<F, Value>,
    ) -> Result<Claims<F, Value>, VerifyError> {
        verify(channel, run, (&self.0, oracles), step)
    }
}
