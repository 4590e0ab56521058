//! `plain`: Twist with a sumcheck for each claim.
//!
//! Statement: that of [`jolt_core::memory`]. Registers and RAM return what was written last, accesses hit nothing that
//! is forbidden, blocks of RAM end as the statement says, and the next label is the next row's.
//!
//! Protocol [ST25, Twist], with no batching where there can be some:
//!
//! ```text
//! reads   registers:        rs1 + γ·rs2 + γ²·rd_old = Σ_{k,j} eq(r_step, j) · Val(k, j) · (rs1 + γ·rs2 + γ²·rd)(k, j)
//!         ram:              cell + γ·protected      = Σ_{k,j} eq(r_step, j) · (Val(k, j) + γ·R(k) + γ²·G(k)) · ra(k, j),
//!                           as a product of the halves of the address
//!         shift:            next                    = Σ_j succ(r_step, j) · label(j)
//! values  register_values:  Val(k, r)               = Σ_j LT(j, r) · rd(k, j) · rd_inc(j)
//!         ram_values:       Val(k, r) − init(k)     = Σ_j LT(j, r) · ra(k, j) · cell_inc(j)
//!         each block:       contents(b) − init(b)   = Σ_j ra(b, j) · cell_inc(j)
//! ```
//!
//! Transcript: `γ`; the sumchecks of the reads, in this order; for each block a point `b`; the sumchecks of the values.
//! Every sumcheck ends at a cycle of its own.
//!
//! Soundness: as papers/twist.md has it, since it argues about each sumcheck by itself. With `a` address variables of
//! RAM, `t` of cycles and `f` blocks of `v` variables in all, the error is at most
//! `(16 + 2a + 14t + v + 2ft)/p`.
//!
//! Cost: nothing is committed. `12 + 2a + 13t + 2ft` elements for the rounds, where Twist sends `4t`, and up to
//! six more cycle points that `fetch` has claims at.

use jolt_core::bytecode::{Number, Port, RowColumn};
use jolt_core::constraints::Column as OfStep;
use jolt_core::facts::{Access, Facts, Structure};
use jolt_core::machine::{Part, Run};
use jolt_core::memory::image;
use jolt_core::memory::labels::{self, Shift};
use jolt_core::memory::protection::Forbidden;
use jolt_core::memory::prover::{Cells, Execution, MemoryProver, ProveMemory};
use jolt_core::memory::twist::read_checking::{self, Challenges, Left, Read, Relations};
use jolt_core::memory::value::{self, Contents};
use jolt_core::memory::{
    AddressClaims, At, Claims, ColumnClaim, MemoryArgument, MemoryVerifier, REGISTER_VARS, halves,
};
use jolt_core::observer::Observer;
use jolt_core::step::{Oracles, Step};
use jolt_core::witness::Witness;
use sumcheck::kernel::{Column, CycleProver};
use sumcheck::{
    EvalClaim, Field, Instance, Note, Point, ProverChannel, ProverField, Reduced, Relation, Value,
    VerifierChannel, VerifyError, batch,
};

/// The argument.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

/// What the reads leave: registers and RAM at a place and a cycle each, the label at a third cycle.
#[must_use = "claims must be consumed"]
pub struct Reads<F, V> {
    registers: Left<F, V, 3>,
    ram: Left<F, V, 2>,
    shift: (Point<F>, V),
}

/// The weights of what is forbidden: 0 where a check is off, which only soundness tests do.
fn weights<F: Field>(gamma: F, mut enforced: impl FnMut(&str) -> bool) -> [F; 2] {
    let checks = [("ram/protected", gamma), ("ram/guard", gamma.square())];
    checks.map(|(check, weight)| match enforced(check) {
        true => weight,
        false => F::zero(),
    })
}

/// The relations of the reads and of the next label, for claims at the cycle `step`.
fn relations_of_reads<F: Field>(
    run: &Run<'_>,
    step: &Point<F>,
    challenges: &Challenges<F>,
) -> (Relations<F>, Shift<F>) {
    let ports = ["rs1", "rs2", "rd"];
    let forbidden = Forbidden::new(run, challenges.forbidden);
    let relations = Relations {
        registers: Read::new("registers", REGISTER_VARS, step, ports, challenges.gamma),
        ram: Read::guarded("ram", run.machine, step, &forbidden),
    };
    (relations, Shift::new(run, step))
}

/// What the reads leave, taken by the handles of their relations.
fn left_by_reads<F: Field, V: Copy>(
    (relations, labels): &(Relations<F>, Shift<F>),
    [registers, ram, shift]: [Reduced<F, V>; 3],
) -> Reads<F, V> {
    let [cycle] = shift.at();
    Reads {
        registers: relations.registers.leave(registers),
        ram: relations.ram.leave(ram),
        shift: (cycle, labels.leave(shift)),
    }
}

/// The relations of the values: before the cycles at which registers and RAM were read, and at the end.
fn relations_of_values<F: Field, V>(run: &Run<'_>, reads: &Reads<F, V>) -> Vec<Contents<F, 1>> {
    let mut all = vec![
        Contents::before("register_values", ["address"], &reads.registers.cycle),
        Contents::before("ram_values", ["address"], &reads.ram.cycle),
    ];
    let blocks = run.finals.iter();
    all.extend(blocks.map(|block| Contents::at_the_end(block.name, ["address"], run.cycle_vars)));
    all
}

/// A random point of every block.
fn points_of_blocks<F: Field>(run: &Run<'_>, mut sample: impl FnMut() -> F) -> Vec<Point<F>> {
    let vars = run.machine.ram_vars();
    let blocks = run.finals.iter();
    let points = blocks.map(|block| {
        let low = (0..block.block_vars).map(|_| sample()).collect();
        block.point(&Point(low), vars)
    });
    points.collect()
}

/// The columns of [`relations_of_values`].
fn columns<F: ProverField>(
    run: &Run<'_>,
    witness: &Witness,
    reads: &Reads<F, F>,
    blocks: &[Point<F>],
) -> Vec<Vec<Option<Column<F>>>> {
    let before = |cycle: &Point<F>| value::less_than_column(cycle, witness.cycles());
    let bytecode = &run.machine.bytecode;
    let written = bytecode.column(&RowColumn::of_register(Port::Rd, &reads.registers.address));
    let written = bytecode.over_cycles(written, &witness.row);
    let cells = Cells::of(witness, run.machine.ram_vars());
    let changes = Column::signed(witness.cell_inc.clone());
    let mut all = vec![
        vec![
            before(&reads.registers.cycle),
            written,
            Column::signed(witness.rd_inc.clone()),
        ],
        vec![
            before(&reads.ram.cycle),
            cells.column(&reads.ram.address),
            changes.clone(),
        ],
    ];
    all.extend(
        blocks
            .iter()
            .map(|point| vec![cells.column(point), changes.clone()]),
    );
    let some = |columns: Vec<Column<F>>| columns.into_iter().map(Some).collect();
    all.into_iter().map(some).collect()
}

/// Names of the cycles at which the values end.
const CYCLES: [&str; 4] = [
    "eq(r_register_values,j)",
    "eq(r_ram_values,j)",
    "eq(r_output,j)",
    "eq(r_tohost,j)",
];

/// Sorts what is left: claims on increments are opened, all others go to `fetch`.
fn left<F: Field, V: Copy>(
    run: &Run<'_>,
    reads: Reads<F, V>,
    values: Vec<(Point<F>, [V; 2])>,
    blocks: Vec<Point<F>>,
    oracles: &Oracles,
) -> (Vec<EvalClaim<F, V>>, Claims<F, V>) {
    let place = reads.registers.address;
    let (next, label) = reads.shift;
    let mut points = vec![
        ("eq(r_registers,j)", reads.registers.cycle),
        ("eq(r_ram,j)", reads.ram.cycle),
        ("eq(r_shift,j)", next),
    ];
    let first = points.len();
    let (mut opened, mut written) = (Vec::new(), Vec::new());
    for (number, (cycle, [address, increment])) in values.into_iter().enumerate() {
        let oracle = match number {
            0 => oracles.rd_inc,
            _ => oracles.cell_inc,
        };
        opened.push(Oracles::dense(oracle, &cycle, increment));
        written.push((At::Own(points.len()), address));
        let name = CYCLES.get(number).copied();
        points.push((name.unwrap_or("eq(r_block,j)"), cycle));
    }
    let mut written = written.into_iter();
    let (Some((_, rd)), Some((at, address))) = (written.next(), written.next()) else {
        unreachable!("registers and RAM have values");
    };

    let port = |port| RowColumn::of_register(port, &place);
    let labels = RowColumn::Number(Number::Label);
    let [rs1, rs2, rd_old] = reads.registers.addresses;
    let columns = [
        ("rs1", 0, port(Port::Rs1), rs1),
        ("rs2", 0, port(Port::Rs2), rs2),
        ("rd", 0, port(Port::Rd), rd_old),
        ("label", 2, labels, label),
        ("rd_value", first, port(Port::Rd), rd),
    ];
    let columns = columns.map(|(check, at, column, value)| ColumnClaim {
        check,
        at,
        column,
        value,
    });
    let whole = |point, claim| AddressClaims {
        part: Part::Whole,
        point,
        claims: vec![claim],
    };
    let mut addresses = vec![whole(
        reads.ram.address.clone(),
        ("address_value", at, address),
    )];
    let last = blocks.into_iter().zip(written);
    addresses.extend(last.map(|(point, (at, value))| whole(point, ("address_final", at, value))));
    let [low, high] = reads.ram.addresses;
    let read = [("address_low", low), ("address_high", high)];
    addresses.extend(halves(run, &reads.ram.address, At::Own(1), read));
    let claims = Claims {
        points,
        columns: columns.into(),
        addresses,
    };
    (opened, claims)
}

fn prove_one<F: Field>(
    channel: &mut dyn ProverChannel<F>,
    instance: Instance<'_, F>,
) -> Reduced<F, F> {
    let name = instance.relation.name;
    let [reduced] = batch::prove(channel, name, [instance]);
    reduced
}

/// Proves the reads.
pub fn prove_reads<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    step: &mut Step<F, F>,
) -> Reads<F, F> {
    let gamma: F = channel.sample("plain/gamma");
    let weights = weights(gamma, |check| channel.enforced(check));
    let registers = [OfStep::Rs1, OfStep::Rs2, OfStep::RdOld].map(|column| step.take(column));
    let cell = step.take(OfStep::Cell) + weights[0] * step.take(OfStep::Protected);
    let claims = [
        registers[0] + gamma * (registers[1] + gamma * registers[2]),
        cell,
        step.take(OfStep::Next),
    ];
    let forbidden = weights;
    let challenges = Challenges { gamma, forbidden };
    let relations = relations_of_reads(run, &step.point, &challenges);
    let (reads, shift) = &relations;
    let [registers, ram] = read_checking::kernels(reads, run, witness, &step.point, &challenges);
    let next = labels::prover(run, witness, shift, &step.point);
    let provers = [registers, ram, Box::new(next)];
    let [first, second] = reads.batch();
    let all = [first, second, shift.relation.clone()].into_iter();
    let mut reduced = all
        .zip(claims)
        .zip(provers)
        .map(|((relation, claim), prover)| {
            let instance = Instance {
                relation,
                claim,
                prover,
            };
            prove_one(channel, instance)
        });
    let reduced = [(); 3].map(|()| reduced.next().expect("three relations"));
    left_by_reads(&relations, reduced)
}

/// Proves the values that the reads left, and those at the end.
pub fn prove_values<F: ProverField>(
    channel: &mut dyn ProverChannel<F>,
    run: &Run<'_>,
    witness: &Witness,
    oracles: &Oracles,
    reads: Reads<F, F>,
) -> Claims<F, F> {
    let blocks = points_of_blocks(run, || channel.sample("plain/block"));
    let initial = image::prove(channel, run, oracles, &reads.ram.address);
    let mut claims = vec![reads.registers.value, reads.ram.value - initial];
    claims.extend(run.changes(&blocks));
    let relations = relations_of_values(run, &reads);
    let columns = columns(run, witness, &reads, &blocks);
    let mut values = Vec::new();
    for ((contents, claim), columns) in relations.iter().zip(claims).zip(columns) {
        let instance = Instance {
            prover: Box::new(CycleProver::new(&contents.relation, &[], columns)),
            relation: contents.relation.clone(),
            claim,
        };
        let reduced = prove_one(channel, instance);
        let [point] = reduced.at();
        let ([address], increment) = contents.leave(reduced);
        values.push((point, [address, increment]));
    }
    let (opened, claims) = left(run, reads, values, blocks, oracles);
    for claim in opened {
        channel.claim_eval(claim);
    }
    claims
}

fn verify_one<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    relation: Relation<F>,
    claim: Value,
) -> Result<Reduced<F, Value>, VerifyError> {
    let name = relation.name;
    let [reduced] = batch::verify(channel, name, [(relation, claim)])?;
    Ok(reduced)
}

/// Verifies the reads.
fn verify_reads<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    step: &mut Step<F, Value>,
) -> Result<Reads<F, Value>, VerifyError> {
    let gamma: F = channel.sample("plain/gamma");
    let weights = weights(gamma, |check| channel.enforced(check));
    channel.risk(
        &["plain/gamma"],
        "reads of registers, and what is forbidden",
        4,
    );
    let reused = "accesses of the guard, at the cycle of the constraints";
    channel.risk(&["round"], reused, run.cycle_vars);
    let registers = [
        (F::one(), step.take(OfStep::Rs1)),
        (gamma, step.take(OfStep::Rs2)),
        (gamma.square(), step.take(OfStep::RdOld)),
    ];
    let cell = [
        (F::one(), step.take(OfStep::Cell)),
        (weights[0], step.take(OfStep::Protected)),
    ];
    let registers = channel.linear(F::zero(), &registers);
    let cell = channel.linear(F::zero(), &cell);
    let next = step.take(OfStep::Next);
    let forbidden = weights;
    let challenges = Challenges { gamma, forbidden };
    let relations = relations_of_reads(run, &step.point, &challenges);
    let (reads, shift) = &relations;
    let [first, second] = reads.batch();
    let reduced = [
        verify_one(channel, first, registers)?,
        verify_one(channel, second, cell)?,
        verify_one(channel, shift.relation.clone(), next)?,
    ];
    Ok(left_by_reads(&relations, reduced))
}

/// Verifies the values.
fn verify_values<F: ProverField>(
    channel: &mut dyn VerifierChannel<F>,
    run: &Run<'_>,
    oracles: &Oracles,
    reads: Reads<F, Value>,
) -> Result<Claims<F, Value>, VerifyError> {
    let blocks = points_of_blocks(run, || channel.sample("plain/block"));
    channel.risk(&["plain/block"], "final contents", run.block_vars());
    let initial = image::verify(channel, run, oracles, &reads.ram.address)?;
    let ram = [(F::one(), reads.ram.value), (-F::one(), initial)];
    let mut claims = vec![reads.registers.value, channel.linear(F::zero(), &ram)];
    for change in run.changes(&blocks) {
        claims.push(channel.constant(change));
    }
    let mut values = Vec::new();
    for (contents, claim) in relations_of_values(run, &reads).iter().zip(claims) {
        let reduced = verify_one(channel, contents.relation.clone(), claim)?;
        let [point] = reduced.at();
        let ([address], increment) = contents.leave(reduced);
        values.push((point, [address, increment]));
    }
    let (opened, claims) = left(run, reads, values, blocks, oracles);
    for claim in opened {
        channel.claim_eval(claim)?;
    }
    Ok(claims)
}

impl<F: ProverField> MemoryArgument<F> for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn facts(&self) -> Facts {
        Facts {
            about: "Twist with a sumcheck for each claim",
            vector: false,
            access: Access::ReadWrite,
            structure: Structure::WrittenOut,
            papers: &["ST25"],
            note: None,
            ..Facts::LOOKUP
        }
    }

    fn receive(
        &self,
        _channel: &mut dyn VerifierChannel<F>,
        _run: &Run<'_>,
    ) -> Result<Box<dyn MemoryVerifier<F>>, VerifyError> {
        Ok(Box::new(Plain))
    }
}

impl<F: ProverField> ProveMemory<F> for Plain {
    fn reads_values(&self) -> bool {
        false
    }

    fn commit(
        &self,
        _channel: &mut dyn ProverChannel<F>,
        _run: &Run<'_>,
        _witness: &Witness,
    ) -> Box<dyn MemoryProver<F>> {
        Box::new(Plain)
    }
}

impl<F: ProverField> MemoryProver<F> for Plain {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn ProverChannel<F>,
        execution: &Execution<'_>,
        step: &mut Step<F, F>,
        _begun: Vec<Reduced<F, F>>,
        observer: &mut dyn Observer,
    ) -> Claims<F, F> {
        let Execution {
            run,
            witness,
            oracles,
        } = execution;
        observer.phase("reads");
        let reads = prove_reads(channel, run, witness, step);
        observer.phase("values");
        prove_values(channel, run, witness, oracles, reads)
    }
}

impl<F: ProverField> MemoryVerifier<F> for Plain {
    fn reduce(
        self: Box<Self>,
        channel: &mut dyn VerifierChannel<F>,
        run: &Run<'_>,
        oracles: &Oracles,
        step: &mut Step<F, Value>,
        _begun: Vec<Reduced<F, Value>>,
    ) -> Result<Claims<F, Value>, VerifyError> {
        channel.note(Note::Phase("reads"));
        let reads = verify_reads(channel, run, step)?;
        channel.note(Note::Phase("values"));
        verify_values(channel, run, oracles, reads)
    }
}
