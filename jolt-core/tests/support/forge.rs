//! Proving with a different story in every phase, over the plain channel and over those that hide.

use super::tables;
use ark_bn254::Fr;
use commitments::Keys;
use commitments::sealed::{self, SealError};
use jolt_core::bytecode::digit_vars;
use jolt_core::constraints::coefficients;
use jolt_core::lookup::ProveLookup;
use jolt_core::lookup::shout::Shout;
use jolt_core::lookup::testkit::Cheat;
use jolt_core::lookup::testkit::liars::LyingShout;
use jolt_core::machine::{Part, Run};
use jolt_core::memory::MemoryArgument;
use jolt_core::memory::spice::access::COMMITTED;
use jolt_core::memory::spice::balance::Lie;
use jolt_core::memory::spice::witness::{Columns, Rules};
use jolt_core::memory::spice::{self, Spice, Stories};
use jolt_core::memory::twist::{self, Twist, read_checking, value_evaluation};
use jolt_core::preprocessed::Polys;
use jolt_core::vm::carry::{Keeping, Kept};
use jolt_core::vm::fetch::{self, Claims, Relations, Sorted, split_address};
use jolt_core::vm::{Arguments, commit, constrain, lookup_shape, verify};
use jolt_core::witness::Witness;
use std::collections::{BTreeMap, BTreeSet};
use sumcheck::channel::layer::{Heard, Layer, Over};
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{
    Checks, EvalClaim, Held, Label, NaiveProver, Oracle, Point, ProverChannel, Relation,
    RoundProver, UniPoly, Value, VerifierChannel, VerifyError, Weights,
};

/// What the prover pretends in one phase.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    pub run: &'a Run<'a>,
    pub witness: &'a Witness,
}

/// An error added to the one-hot matrix of a digit: at (value, cycle). Those of one digit and cycle add up to 0.
#[derive(Clone, Copy, Debug)]
pub struct MatrixError {
    /// The number of its oracle. The digits of the row come first, that of the offset is the last one.
    pub digit: usize,
    pub value: usize,
    pub cycle: usize,
    pub error: Fr,
}

/// A coefficient `H_m` taken to be more in all cycles of a bytecode row.
#[derive(Clone, Copy)]
pub struct ChangedCoefficient {
    pub monomial: usize,
    pub row: u32,
    pub more: Fr,
}

impl ChangedCoefficient {
    fn prover<'a>(
        self,
        relation: &Relation<Fr>,
        run: &Run<'_>,
        witness: &Witness,
        weights: &[Fr],
    ) -> Box<dyn RoundProver<Fr> + 'a> {
        let columns = constrain::columns::<Fr>(run, witness);
        let h = coefficients(&run.machine.bytecode, weights);
        let mut tables = vec![Vec::new()];
        for column in &columns {
            tables.push((0..1 << run.cycle_vars).map(|j| column.get(j)).collect());
        }
        for (m, h) in h.iter().enumerate() {
            let real = witness.row.iter().map(|r| {
                let changed = m == self.monomial && *r == self.row;
                h[*r as usize] + if changed { self.more } else { Fr::default() }
            });
            tables.push(tables::pad(run, real.collect(), h[0]));
        }
        Box::new(NaiveProver::new(relation, tables))
    }
}

/// Which memory argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    Twist,
    Spice,
}

/// What the prover pretends in one phase of Spice.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    pub story: Story<'a>,
    /// Other columns than those of the story.
    pub columns: Option<&'a Columns>,
    pub rules: Rules,
}

/// What the prover pretends in the phases of Spice: see [`Stories`].
#[derive(Clone, Copy)]
pub struct SpiceForgery<'a> {
    pub commit: Told<'a>,
    pub balance: Told<'a>,
    pub range: Told<'a>,
    pub initial: Told<'a>,
    pub forbidden: Told<'a>,
    pub access: Told<'a>,
    pub leaf: Told<'a>,
    pub first: Told<'a>,
    pub finals: Told<'a>,
    pub labels: Told<'a>,
    pub lie: Option<Lie>,
}

impl<'a> SpiceForgery<'a> {
    fn of(story: Story<'a>) -> Self {
        let told = Told {
            story,
            columns: None,
            rules: Rules::TRUE,
        };
        SpiceForgery {
            commit: told,
            balance: told,
            range: told,
            initial: told,
            forbidden: told,
            access: told,
            leaf: told,
            first: told,
            finals: told,
            labels: told,
            lie: None,
        }
    }

    /// Every phase.
    pub fn all(&mut self) -> [&mut Told<'a>; 10] {
        [
            &mut self.commit,
            &mut self.balance,
            &mut self.range,
            &mut self.initial,
            &mut self.forbidden,
            &mut self.access,
            &mut self.leaf,
            &mut self.first,
            &mut self.finals,
            &mut self.labels,
        ]
    }
}

/// A forged proof: who is told what.
#[derive(Clone, Copy)]
pub struct Forgery<'a> {
    pub memory: Memory,
    pub commit: Story<'a>,
    pub constrain: Story<'a>,
    pub execute: Story<'a>,
    pub remember: Story<'a>,
    pub recall: Story<'a>,
    pub spice: SpiceForgery<'a>,
    pub fetch: Story<'a>,
    /// Whose columns are carried to the last point, if not those that are committed.
    pub carry: Option<Story<'a>>,
    pub matrix: &'a [MatrixError],
    pub coefficient: Option<ChangedCoefficient>,
    /// Whose increments the blocks of final contents have in Twist, if not those of `recall`.
    pub finals: Option<[&'a Witness; 2]>,
    /// What registers and RAM are said to hold more than they do, as weighed, in a cycle: their provers know better.
    pub reads: Option<(usize, [Fr; 2])>,
    /// What booleanity adds up to, times its weight: the prover of `bytecode` says it for as long as booleanity waits.
    pub waiting: Option<Fr>,
    /// Other digits of a read of no table.
    pub lookup: Option<LyingShout<Fr>>,
    /// Prover's and verifier's lookup argument, where it is not Shout.
    pub other: Option<[&'a dyn ProveLookup<Fr>; 2]>,
    /// A row that is said to be the entry's in the claim on the first cycle, and nowhere else.
    pub started: Option<usize>,
    /// The program that the key commits to, if it does.
    pub program: Option<&'a Polys<Fr>>,
    /// The run that the verifier has.
    pub verifier: &'a Run<'a>,
}

impl<'a> Forgery<'a> {
    /// One story in all phases.
    pub fn of(run: &'a Run<'a>, witness: &'a Witness) -> Self {
        let story = Story { run, witness };
        Forgery {
            memory: Memory::Twist,
            commit: story,
            constrain: story,
            execute: story,
            remember: story,
            recall: story,
            spice: SpiceForgery::of(story),
            fetch: story,
            carry: None,
            matrix: &[],
            coefficient: None,
            finals: None,
            reads: None,
            waiting: None,
            lookup: None,
            other: None,
            started: None,
            program: None,
            verifier: run,
        }
    }

    pub fn prove(&self, checks: Checks) -> PlainProof<Fr> {
        let mut channel = PlainProver::<Fr>::with_checks("forgery", checks);
        self.prove_over(&mut channel);
        channel.finish().0
    }

    fn prove_over(&self, channel: &mut dyn ProverChannel<Fr>) {
        let mut keeping = Keeping::over(channel, self.commit.run.cycle_vars);
        let channel: &mut dyn ProverChannel<Fr> = &mut keeping;
        let Story { run, witness } = self.commit;
        let committed = commit::prove(channel, run, witness, self.program);
        let shape = lookup_shape(run.machine, run.cycle_vars);
        let own: Vec<Columns> = {
            let mut told = self.spice;
            let told = told.all().map(|told| *told);
            let columns = told.iter().map(|told| match told.columns {
                Some(columns) => columns.clone(),
                None => Columns::of(told.story.run, told.story.witness),
            });
            columns.collect()
        };
        let stories = self.stories(&own);
        let memory = match self.memory {
            Memory::Twist => None,
            Memory::Spice => Some(spice::commit(channel, &stories.commit)),
        };
        let lookup: &dyn ProveLookup<Fr> = match (&self.other, &self.lookup) {
            (Some([prover, _]), _) => *prover,
            (None, None) => &Shout,
            (None, Some(lying)) => lying,
        };
        let lookup = lookup.commit(channel, &shape, self.execute.witness.reads.clone());
        let Story { run, witness } = self.constrain;
        let mut step =
            constrain::prove(
                channel,
                run,
                &committed.oracles,
                |relation, weights| match self.coefficient {
                    None => Box::new(constrain::kernel(relation, run, witness, weights)),
                    Some(changed) => changed.prover(relation, run, witness, weights),
                },
            );
        let claim = constrain::read_claim(&mut step);
        let (begun, others) = match self.memory {
            Memory::Spice => (None, Vec::new()),
            Memory::Twist => {
                let Story { run, witness } = self.remember;
                let (begun, mut others) = read_checking::begin(channel, run, witness, &mut step);
                if let Some((cycle, errors)) = self.reads {
                    let at = step.point.eq_index(cycle as u128);
                    let provers = others.iter_mut().zip(errors);
                    provers.for_each(|(prover, error)| prover.claim -= at * error);
                }
                (Some(begun), others)
            }
        };
        let left = lookup.reduce_beside(channel, claim, ("remember", others));
        let mut memory = match &memory {
            Some(own) => {
                let oracles = (own, &committed.oracles);
                spice::prove(channel, &stories, oracles, &mut step, &mut ())
            }
            None => {
                let (read, values) = begun.unwrap().leave(left.others);
                let Story { run, witness } = self.recall;
                let (left, at) = ((&read, values), step.point.clone());
                let with = (&committed.oracles, &mut step);
                let written =
                    value_evaluation::prove_with(channel, run, left, with, |relations, blocks| {
                        let of =
                            |w| value_evaluation::kernels(relations, (run, w), &read, blocks, &at);
                        let mut provers = of(witness);
                        for (block, witness) in self.finals.iter().flatten().enumerate() {
                            provers[2 + block] = of(witness).swap_remove(2 + block);
                        }
                        provers
                    });
                twist::claims(run, read, written)
            }
        };
        // The address points are the verifier's, whatever the prover said at them.
        let machine = self.verifier.machine;
        let parts = match self.memory {
            Memory::Twist => 2,
            Memory::Spice => 1,
        };
        let blocks = memory.addresses[parts..].chunks_mut(parts);
        for (block, claims) in self.verifier.finals.iter().zip(blocks) {
            let points: Vec<_> = claims.iter().map(|claims| claims.point.clone()).collect();
            let low = Point::join(&points).split_at(block.block_vars).0;
            let point = block.point(&low, machine.ram_vars());
            for claims in claims {
                claims.point = match claims.part {
                    Part::Whole => point.clone(),
                    Part::Low => machine.halves(&point)[0].clone(),
                    Part::High => machine.halves(&point)[1].clone(),
                };
            }
        }
        let (channel, Kept { claims, mut polys }) = keeping.0.into_kept();
        if let Some(Story { run, witness }) = self.carry {
            // Oracles are numbered in order, and the machine's are the first.
            let mut apart = PlainProver::<Fr>::with_checks("apart", Checks::all());
            let mut keeping = Keeping::over(&mut apart, run.cycle_vars);
            commit::prove(&mut keeping, run, witness, self.program);
            polys.extend(keeping.0.into_kept().1.polys);
        }
        let claims = Claims {
            step,
            selectors: left.selectors,
            memory,
            carried: claims,
        };
        let Story { run, witness } = self.fetch;
        let oracles = committed.oracles.clone();
        let of = (run, &oracles);
        fetch::prove_with(channel, of, claims, left.late, |relations, sorted, at| {
            let of = (run, &oracles);
            let kernels = fetch::kernels(of, witness, committed.digits, &polys, sorted, at);
            let naive = self.reference(relations, sorted, &polys);
            let (bytecode, one_hot) =
                (&relations.bytecode.relation, &relations.booleanity.relation);
            let mut wait = bytecode.rounds().saturating_sub(one_hot.rounds());
            let mut both = naive.into_iter().zip(kernels).map(|(naive, kernel)| {
                let honest = self.matrix.is_empty() && self.started.is_none();
                let kernel = honest.then_some(kernel);
                Box::new(Both {
                    naive,
                    kernel,
                    honest: true,
                    // Of `bytecode`, the first one.
                    waiting: (self.waiting.unwrap_or_default(), std::mem::take(&mut wait)),
                }) as Box<dyn RoundProver<Fr>>
            });
            std::array::from_fn(|_| both.next().unwrap())
        });
    }

    /// What each phase of Spice is told.
    fn stories<'b>(&self, own: &'b [Columns]) -> Stories<'b>
    where
        'a: 'b,
    {
        let mut spice = self.spice;
        let mut own = own.iter();
        let all = spice.all().map(|told| spice::witness::Story {
            run: told.story.run,
            witness: told.story.witness,
            columns: own.next().unwrap(),
            rules: told.rules,
        });
        let [
            commit,
            balance,
            range,
            initial,
            forbidden,
            access,
            leaf,
            first,
            finals,
            labels,
        ] = all;
        Stories {
            commit,
            balance,
            range,
            initial,
            forbidden,
            access,
            leaf,
            first,
            finals,
            labels,
            lie: self.spice.lie,
        }
    }

    /// The naive provers of the fetch phase.
    fn reference(
        &self,
        relations: &Relations<Fr>,
        sorted: &Sorted<Fr, Fr>,
        polys: &BTreeMap<Oracle, Held<Fr>>,
    ) -> Vec<NaiveProver<Fr>> {
        let Story { run, witness } = self.fetch;
        let rows = run.machine.bytecode_radices();
        let cells = run.machine.ram_radices();
        let mut row_digits = tables::digit_matrices(run, &witness.row, &rows);
        let cell_digits = tables::digit_matrices(run, &witness.address, &cells);
        let mut offsets = tables::one_hot(run, 3, |j| {
            Some(witness.offset.get(j).copied().map_or(0, usize::from))
        });
        for wrong in self.matrix {
            let (matrix, vars) = match row_digits.get_mut(wrong.digit) {
                Some(matrix) => (matrix, digit_vars(rows[wrong.digit])),
                None => {
                    assert_eq!(wrong.digit, rows.len() + cells.len(), "not a cell's digit");
                    (&mut offsets, 3)
                }
            };
            matrix[wrong.value + (wrong.cycle << vars)] += wrong.error;
        }
        let Relations {
            bytecode,
            addresses,
            booleanity,
            carry,
        } = relations;
        let rows_of = bytecode.digits.iter().zip(&row_digits);
        let rows_of = rows_of.map(|(claimed, matrix)| (*claimed, matrix.clone()));
        let code = &run.machine.bytecode;
        let columns_of = bytecode.columns.iter().zip(sorted.combined());
        let columns_of = columns_of.map(|(claimed, combined)| {
            let mut column = combined.column(code);
            column.resize(1 << code.vars(), column[0]);
            (*claimed, column)
        });
        let mut columns_of: Vec<_> = columns_of.collect();
        if let (Some(row), Some((_, column))) = (self.started, columns_of.last_mut()) {
            // In these programs a row's number is its label.
            column[row] = column[run.machine.entry as usize];
        }
        let rows_of = rows_of.chain(columns_of);
        let rows_of = tables::of(&bytecode.relation, rows_of.collect());
        let mut cells_of = Vec::new();
        for (address, own) in sorted.addresses.iter().zip(&addresses.digits) {
            let digits = run.machine.part_digits(address.part);
            let at = split_address(&address.point, &cells[digits.clone()]);
            for ((claimed, point), matrix) in own.iter().zip(at).zip(&cell_digits[digits]) {
                let eq = point.eq_table();
                let columns = matrix.chunks(eq.len());
                let bound = |column: &[Fr]| column.iter().zip(&eq).map(|(m, e)| *m * e).sum();
                cells_of.push((*claimed, columns.map(bound).collect()));
            }
        }
        let cells_of = tables::of(&addresses.relation, cells_of);
        let all = row_digits
            .iter()
            .zip(&rows)
            .chain(cell_digits.iter().zip(&cells))
            .chain([(&offsets, &8usize)])
            .map(|(matrix, radix)| widen(matrix, *radix));
        let all = booleanity.digits.iter().copied().zip(all).collect();
        let all = tables::of(&booleanity.relation, all);
        vec![
            NaiveProver::new(&bytecode.relation, rows_of),
            NaiveProver::new(&addresses.relation, cells_of),
            NaiveProver::new(&booleanity.relation, all),
            NaiveProver::new(
                &carry.relation,
                tables::carried(carry, &sorted.carried, polys),
            ),
        ]
    }
}

/// A matrix over a digit's own variables, over four.
fn widen(matrix: &[Fr], radix: usize) -> Vec<Fr> {
    let own = radix.next_power_of_two();
    let mut wide = vec![Fr::from(0u64); matrix.len() / own * 16];
    for (at, value) in matrix.iter().enumerate() {
        wide[at % own + at / own * 16] = *value;
    }
    wide
}

/// The naive prover, and (unless the forgery is one that no kernel can make) the kernel, which must
/// say the same.
struct Both<'a> {
    naive: NaiveProver<Fr>,
    kernel: Option<Box<dyn RoundProver<Fr> + 'a>>,
    /// A false claim makes kernels, which derive a value from it, differ from the naive prover.
    honest: bool,
    /// What another relation adds up to, and for how many rounds it is said here.
    waiting: (Fr, usize),
}

impl RoundProver<Fr> for Both<'_> {
    fn round(&mut self, claim: Fr) -> UniPoly<Fr> {
        let mut slow = self.naive.round(claim);
        if let (sum, wait @ 1..) = &mut self.waiting {
            *wait -= 1;
            let copies = Fr::from(1u64 << *wait);
            slow.0[0] += *sum * copies;
        }
        self.honest &= slow.eval(Fr::from(0u64)) + slow.eval(Fr::from(1u64)) == claim;
        if let Some(kernel) = &mut self.kernel {
            let fast = kernel.round(claim);
            let at = |p: &UniPoly<Fr>, i: usize| p.0.get(i).copied().unwrap_or_default();
            let same = (0..slow.0.len().max(fast.0.len())).all(|i| at(&slow, i) == at(&fast, i));
            assert!(
                same || !self.honest,
                "a kernel differs from the naive prover"
            );
            return fast;
        }
        slow
    }

    fn bind(&mut self, challenge: Fr) {
        self.naive.bind(challenge);
        if let Some(kernel) = &mut self.kernel {
            kernel.bind(challenge);
        }
    }

    fn finish(&mut self) -> Vec<Fr> {
        let values = self.naive.finish();
        if let Some(kernel) = &mut self.kernel {
            assert_eq!(kernel.finish(), values);
        }
        values
    }
}

/// A verifier whose digits have the errors that the prover put there: those of rows, which are committed first, and
/// those of lookups.
struct Forged<'a> {
    below: &'a mut dyn VerifierChannel<Fr>,
    matrix: Vec<MatrixError>,
    challenges: Vec<Label>,
}

impl<'a> Layer<Fr> for Forged<'a> {
    type Below = dyn VerifierChannel<Fr> + 'a;

    fn below(&mut self) -> &mut Self::Below {
        self.below
    }

    fn hear(&mut self, heard: Heard<'_, Fr>) {
        if let Heard::Challenge(label) = heard {
            self.challenges.push(label);
        }
    }

    fn pass(&mut self, mut claim: EvalClaim<Fr, Value>) -> Option<EvalClaim<Fr, Value>> {
        let mut more = Fr::from(0u64);
        for (oracle, weights, scale) in &claim.terms {
            let Weights::Digit(weights) = weights else {
                continue;
            };
            for wrong in self.matrix.iter().filter(|e| Oracle(e.digit) == *oracle) {
                let at = claim.point.eq_index(wrong.cycle as u128);
                more += *scale * at * wrong.error * weights[wrong.value];
            }
        }
        claim.value = self.below.linear(-more, &[(Fr::from(1u64), claim.value)]);
        Some(claim)
    }
}

impl Forgery<'_> {
    /// Proves and verifies; also returns the names of the checks that the verifier performed.
    pub fn verdict(&self, checks: Checks) -> (Result<(), VerifyError>, BTreeSet<String>) {
        let proof = self.prove(checks.clone());
        let mut channel = PlainVerifier::with_checks("forgery", proof, checks);
        let verdict = self.verify_over(&mut channel).0;
        let performed = channel.checks().performed();
        let performed = performed.map(str::to_owned).collect();
        (verdict.and_then(|()| channel.finish()), performed)
    }

    /// Proves and verifies what tells nothing, by a prover that seals false claims, too.
    pub fn hidden_verdict(&self, keys: &Keys<Fr>, checks: &Checks) -> Result<(), VerifyError> {
        let statement = sealed::Statement::new("forgery");
        let mut prover = keys.proving.session(&statement, checks.clone());
        prover.permit_false_claims();
        self.prove_over(&mut *prover);
        let proof = prover.finish_replaying(&mut |channel| self.verify_over(channel).0);
        let proof = proof.expect("a proof of what is false");
        let mut channel = keys.verifying.session(&statement, &proof, checks.clone());
        self.verify_over(&mut *channel).0?;
        channel.finish().map(|_| ())
    }

    /// Why an honest channel seals no such proof.
    pub fn hidden_refusal(&self, keys: &Keys<Fr>) -> Option<SealError> {
        let statement = sealed::Statement::new("forgery");
        let mut prover = keys.proving.session(&statement, Checks::all());
        self.prove_over(&mut *prover);
        let proof = prover.finish_replaying(&mut |channel| self.verify_over(channel).0);
        proof.err()
    }

    /// What digit oracles hold beside what was committed.
    fn errors(&self) -> Vec<MatrixError> {
        let mut errors = self.matrix.to_vec();
        let cheat = self.lookup.map(|lying| lying.cheat);
        let Some(Cheat::Blend { read, towards }) = cheat else {
            return errors;
        };
        let machine = self.verifier.machine;
        let own = self.execute.witness.reads.index[read];
        let before = match self.memory {
            Memory::Twist => 0,
            Memory::Spice => COMMITTED,
        };
        // Two increments follow the machine's digits.
        let first = machine.digit_radices().len() + 2 + before;
        let digits = machine.bytecode.word().bits() / 2;
        for (i, (other, share)) in (0..digits).flat_map(|i| towards.map(|towards| (i, towards))) {
            let digit = |index: u128| (index >> (4 * (digits - 1 - i)) & 15) as usize;
            for (value, error) in [(digit(own), -share), (digit(other), share)] {
                errors.push(MatrixError {
                    digit: first + i,
                    value,
                    cycle: read,
                    error,
                });
            }
        }
        errors
    }

    /// The challenges that the verifier draws, in order.
    pub fn challenges(&self) -> Vec<Label> {
        let proof = self.prove(Checks::all());
        let mut channel = PlainVerifier::with_checks("forgery", proof, Checks::all());
        self.verify_over(&mut channel).1
    }

    /// The verifier's program, but for its end; and the challenges that it drew.
    fn verify_over(
        &self,
        channel: &mut dyn VerifierChannel<Fr>,
    ) -> (Result<(), VerifyError>, Vec<Label>) {
        let mut channel = Over(Forged {
            below: channel,
            matrix: self.errors(),
            challenges: Vec::new(),
        });
        let memory: &dyn MemoryArgument<Fr> = match self.memory {
            Memory::Twist => &Twist,
            Memory::Spice => &Spice,
        };
        let arguments = Arguments {
            lookup: match self.other {
                None => &Shout,
                Some([_, verifier]) => verifier,
            },
            memory,
            program: self.program.map(Polys::preprocessed),
        };
        let verdict = verify(&mut channel, &arguments, self.verifier);
        (verdict, channel.0.challenges)
    }
}
