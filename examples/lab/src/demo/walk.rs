//! `jolt-lab demo --explain`: one ADD, from the run to the opening, with the numbers of a real proof. Every equation is checked
//! while it is printed.

use super::tap::{Batch, Seen, Tap, at, batch, polynomial};
use crate::cli::Protocol;
use crate::keys;
use crate::prove::{Mode, NoProof, Proven, Task};
use crate::report::{Report, hex, thousands};
use crate::source::Source;
use crate::trace::step::{Step, Steps};
use anyhow::{Context, bail, ensure};
use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use commitments::sealed::Statement;
use instruction_tables::tables;
use jolt_core::witness::Witness;
use std::sync::Arc;
use sumcheck::{Checks, Point, Poly, Weights};
use tracer::{Inputs, Options};

const PROGRAM: &str = "fibonacci";
/// The input: which number of Fibonacci is asked for.
const NUMBER: u64 = 20;
/// The instruction that is followed.
const FOLLOWED: &str = "add ";

/// A field element: short ones as numbers, others by their first bytes.
fn shown(x: Fr) -> String {
    let integer = |x: Fr| -> Option<u128> {
        let bytes = x.into_bigint().to_bytes_le();
        let (low, high) = bytes.split_at_checked(16)?;
        let small = high.iter().all(|byte| *byte == 0);
        small.then(|| {
            low.iter()
                .rev()
                .fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
        })
    };
    match (integer(x), integer(-x)) {
        (Some(number), _) => number.to_string(),
        (_, Some(number)) => format!("-{number}"),
        _ => format!("{}…", hex(&x.into_bigint().to_bytes_be()[..6])),
    }
}

/// Adds an equation, which has to hold.
fn equation(report: &mut Report, what: &str, (left, right): (Fr, Fr)) -> anyhow::Result<()> {
    ensure!(
        left == right,
        "this does not hold: {what} ({} and {}). It is a bug, please report it",
        shown(left),
        shown(right)
    );
    report.beside("  ✓ ", &format!("{what} = {}", shown(right)));
    Ok(())
}

/// The value at a point of the extension of a column, which is 0 in padded cycles.
fn extension(point: &Point<Fr>, column: &[i128]) -> Fr {
    let table = point.eq_table();
    let terms = table.iter().zip(column);
    terms.map(|(eq, value)| *eq * field(*value)).sum()
}

fn field(value: i128) -> Fr {
    let magnitude = Fr::from(value.unsigned_abs());
    if value < 0 { -magnitude } else { magnitude }
}

/// Shows it.
///
/// # Errors
/// The setup cannot be made; or an equation does not hold, which is a bug.
pub(super) fn walk() -> anyhow::Result<Report> {
    let source = Source::open(PROGRAM)?;
    let inputs = Inputs::public(NUMBER.to_le_bytes());
    let mut report = Report::default();
    report.prose(format!(
        "One ADD of {PROGRAM}, which computes the {NUMBER}th number of Fibonacci, from the run to the opening. The proof is a real one, \
         made now, in the clear: a proof that hides has random numbers in all these places. Numbers without a sign are elements \
         of BN254's scalar field, long ones by their first bytes; ✓ is an equation that was computed and holds."
    ));
    let (step, instruction) = run(&mut report, &source, &inputs)?;
    let proven = prove(&source, &inputs)?;
    let witness = witness(&source, &inputs, &proven)?;
    let seen = verify(&proven)?;
    let columns = Columns {
        witness: &witness,
        cycle: usize::try_from(step.cycle)?,
    };
    virtual_column(&mut report, &seen, &columns)?;
    read_checking(&mut report, &seen)?;
    opening(&mut report, (&seen, &proven), &columns)?;
    report.line(format!(
        "So `{instruction}` is proven. Next: jolt-lab explain read --of shout --full"
    ));
    Ok(report)
}

/// The run, up to the instruction.
fn run(report: &mut Report, source: &Source, inputs: &Inputs) -> anyhow::Result<(Step, String)> {
    let program = source.program()?;
    let mut steps = Steps::new(&program, inputs, Options::default())?;
    let found = loop {
        let Some(step) = steps.next_before(u64::MAX)? else {
            bail!("the run has no ADD of two numbers");
        };
        let operands = [&step.rs1, &step.rs2].map(|read| read.as_ref().map_or(0, |r| r.value.0));
        if step.instruction.starts_with(FOLLOWED) && operands.iter().all(|x| *x > 1) {
            break step;
        }
    };
    let text = found.instruction.clone();
    report.line(format!("\n1  The run: cycle {}", found.cycle));
    report.fact("instruction", format!("{text} at {}", found.pc));
    report.fact(
        "row",
        format!("{} of the bytecode: {}", found.row, found.operation),
    );
    let (Some(rs1), Some(rs2), Some(rd), Some(lookup)) =
        (&found.rs1, &found.rs2, &found.rd, &found.lookup)
    else {
        bail!("an ADD without operands or lookup");
    };
    report.fact(
        "operands",
        format!(
            "{} = {}, {} = {}",
            rs1.register, rs1.value.0, rs2.register, rs2.value.0
        ),
    );
    report.fact(
        "result",
        format!("{} was {}, becomes {}", rd.register, rd.old.0, rd.new.0),
    );
    report.line("\n2  The lookup: no circuit adds; a table is read");
    let index = lookup.index.0;
    equation(
        report,
        &format!("index = {} + {}", rs1.register, rs2.register),
        (Fr::from(rs1.value.0 + rs2.value.0), Fr::from(index)),
    )?;
    let (_, table) = tables::all(program.word())
        .iter()
        .find(|(_, table)| table.name() == lookup.table)
        .context("no such table")?;
    // Which table a row reads is a flag in the bytecode.
    let row = program
        .rows()
        .get(found.row as usize)
        .context("no such row")?;
    let all = tables::all(program.word()).iter();
    let set = all.clone().filter(|(id, _)| row.table == Some(*id)).count();
    equation(
        report,
        &format!(
            "flags set in row {}, of {} for tables: that of {} alone",
            found.row,
            all.len(),
            table.name()
        ),
        (
            Fr::from(set as u64),
            Fr::from(u64::from(row.table.is_some())),
        ),
    )?;
    // The extension of the whole table, by its automaton, where all coordinates are bits.
    let bits = (0..table.index_bits()).rev();
    let bits: Vec<Fr> = bits.map(|bit| Fr::from((index >> bit) & 1)).collect();
    equation(
        report,
        &format!(
            "{}(index), the extension of a table of 2^{} entries that nobody writes out",
            table.name(),
            table.index_bits()
        ),
        (table.automaton().evaluate(&bits), Fr::from(lookup.out.0)),
    )?;
    equation(
        report,
        &format!("{} after the cycle", rd.register),
        (Fr::from(lookup.out.0), Fr::from(rd.new.0)),
    )?;
    Ok((found, text))
}

fn prove(source: &Source, inputs: &Inputs) -> anyhow::Result<Proven> {
    let task = Task {
        memory_limit: None,
        name: &source.name,
        inputs,
        max_cycles: u64::MAX,
        protocol: &Protocol::default(),
        mode: Mode::Clear,
        commit_program: false,
    };
    match task.prove(source.program()?) {
        Ok(proven) => Ok(proven),
        Err(NoProof::Run(cause)) => bail!("the run cannot be proven: {cause}"),
        Err(NoProof::Unusable(error)) => Err(error),
    }
}

/// The columns of the same run.
fn witness(source: &Source, inputs: &Inputs, proven: &Proven) -> anyhow::Result<Witness> {
    let statement = &proven.proof.statement;
    let run = statement.run(
        proven.key.program(),
        proven.key.machine(),
        statement.cycle_vars,
    )?;
    let trace = tracer::trace(&source.program()?, inputs, &Options::default())?;
    Ok(Witness::of(&run, trace))
}

/// Verifies the proof, and keeps what is said.
fn verify(proven: &Proven) -> anyhow::Result<Vec<Seen>> {
    let (recording, verdict) = proven.key.recording(&proven.proof);
    verdict.context("the proof was rejected")?;
    let mut seen = Vec::new();
    proven
        .key
        .verify_through(&proven.proof, |channel, protocol| {
            let mut tap = Tap::new(channel, recording);
            protocol(&mut tap)?;
            seen = tap.seen;
            Ok(())
        })
        .context("the proof was rejected")?;
    Ok(seen)
}

/// Columns of the run.
struct Columns<'a> {
    witness: &'a Witness,
    cycle: usize,
}

impl Columns<'_> {
    /// Those of numbers, by name.
    fn all(&self) -> [(&'static str, Vec<i128>); 6] {
        let words = |column: &[u64]| column.iter().map(|x| i128::from(*x)).collect();
        let w = self.witness;
        [
            ("out", words(&w.out)),
            ("rs1", words(&w.rs1)),
            ("rs2", words(&w.rs2)),
            ("rd_old", words(&w.rd_old)),
            ("rd_inc", w.rd_inc.to_vec()),
            ("cell_inc", w.cell_inc.to_vec()),
        ]
    }
}

/// The value that the step constraints leave of the column of outputs.
fn virtual_column(report: &mut Report, seen: &[Seen], columns: &Columns<'_>) -> anyhow::Result<()> {
    let Batch {
        relations,
        rounds,
        evaluations,
        end,
        ..
    } = batch(seen, "constrain").context("no batch of step constraints")?;
    let relation = relations.first().context("no step constraints")?;
    let challenges: Vec<Fr> = rounds.iter().map(|(_, x, _)| *x).collect();
    let points = relation.points(&challenges);
    let point = points.first().context("no point")?;
    report.line("\n3  The columns: out_j is what cycle j reads, for all cycles");
    equation(
        report,
        &format!("the step constraints hold (check `{}`)", end.0),
        (end.1, Fr::from(0)),
    )?;
    let claimed = relation
        .factors
        .iter()
        .filter(|factor| matches!(factor.source, sumcheck::Source::Claimed));
    let mut named = claimed.zip(evaluations);
    let (_, value) = named
        .find(|(factor, _)| factor.name == "out")
        .context("no column of outputs")?;
    let [(_, out), ..] = columns.all();
    let eq = point.eq_table();
    let (own, weight) = (out.get(columns.cycle), eq.get(columns.cycle));
    let (own, weight) = own.zip(weight).context("the cycle is not in the proof")?;
    report.fact(
        "point",
        format!("r, {} challenges, one for each bit of j", point.0.len()),
    );
    report.fact(
        "this cycle",
        format!(
            "eq(r, j)·out_j = {} · {own} = {}",
            shown(*weight),
            shown(*weight * field(*own))
        ),
    );
    equation(
        report,
        "Σ_j eq(r, j)·out_j over the traced run, which the prover says is",
        (extension(point, &out), *value),
    )
}

/// The sumcheck that reads are of the table.
fn read_checking(report: &mut Report, seen: &[Seen]) -> anyhow::Result<()> {
    let Batch {
        relations,
        claim,
        rounds,
        evaluations,
        end,
    } = batch(seen, "execute").context("no batch of reads")?;
    let names: Vec<&str> = relations.iter().map(|relation| relation.name).collect();
    report.line("\n4  Read checking: a sumcheck over index and cycle");
    report.fact(
        "relations",
        format!(
            "{}, in one batch of {} rounds",
            names.join(", "),
            rounds.len()
        ),
    );
    report.fact("claim", format!("{}: their claims, weighted", shown(claim)));
    let mut before = claim;
    let mut example = None;
    for (number, (sent, x, after)) in rounds.iter().enumerate() {
        let coefficients = polynomial(sent, before);
        // Rounds that leave a common equality factor out are of another form.
        if let Some(coefficients) = coefficients.filter(|c| at(c, *x) == *after) {
            example.get_or_insert((number, coefficients, *x, before, *after));
        }
        before = *after;
    }
    let (number, coefficients, x, claim, after) = example.context("no round of the plain form")?;
    let each = coefficients
        .iter()
        .enumerate()
        .map(|(power, c)| match power {
            0 => shown(*c),
            1 => format!("{} x", shown(*c)),
            n => format!("{} x^{n}", shown(*c)),
        });
    report.fact(
        &format!("round {number}"),
        format!("s(x) = {}", each.collect::<Vec<_>>().join(" + ")),
    );
    report.fact("", "the coefficient of x is not sent: the verifier takes the one that makes the sum right, and a lie shows in the last equation");
    let [zero, one] = [0, 1].map(|x| at(&coefficients, Fr::from(x)));
    report.fact("", format!("s(0) = {}, s(1) = {}", shown(zero), shown(one)));
    equation(
        report,
        "s(0) + s(1), the claim before the round",
        (zero + one, claim),
    )?;
    equation(
        report,
        &format!("s({}), the claim after it", shown(x)),
        (at(&coefficients, x), after),
    )?;
    report.fact(
        "evaluations",
        format!(
            "{} numbers, of columns at the last point",
            evaluations.len()
        ),
    );
    equation(
        report,
        &format!(
            "the last claim less the relations at these numbers (check `{}`)",
            end.0
        ),
        (end.1, Fr::from(0)),
    )
}

/// A column that was committed: its claim, and its commitment.
fn opening(
    report: &mut Report,
    (seen, proven): (&[Seen], &Proven),
    columns: &Columns<'_>,
) -> anyhow::Result<()> {
    report.line("\n5  The opening: what is claimed of columns that were committed");
    let claims: Vec<_> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Claim(claim) => Some(claim),
            _ => None,
        })
        .collect();
    report.fact(
        "claims",
        format!("{}, decided by one opening", claims.len()),
    );
    let all = columns.all();
    // A claim on two columns of numbers, which are found by what they are at the point.
    let found = claims.iter().find_map(|claim| {
        let [(oracle, Weights::One, first), (_, Weights::One, second)] = claim.terms.as_slice()
        else {
            return None;
        };
        let values = all
            .iter()
            .map(|(_, column)| extension(&claim.point, column));
        let values: Vec<Fr> = values.collect();
        let pairs = values.iter().enumerate().flat_map(|(i, x)| {
            let others = values.iter().enumerate();
            others.map(move |(k, y)| (i, k, *first * x + *second * y))
        });
        let mut pairs = pairs.filter(|(i, k, _)| i != k);
        let (i, k, sum) = pairs.find(|(.., sum)| *sum == claim.value)?;
        Some((
            claim,
            *oracle,
            (all.get(i)?, all.get(k)?),
            [*first, *second],
            sum,
        ))
    });
    let (claim, oracle, ((name, column), (other, _)), factors, sum) =
        found.context("no claim on columns of numbers")?;
    let own = column
        .get(columns.cycle)
        .context("the cycle is not in the proof")?;
    report.fact(
        "column",
        format!("{name}, what a cycle adds to its register: in this one {own}"),
    );
    let [first, second] = factors.map(shown);
    equation(
        report,
        &format!("{first}·{name} + {second}·{other} at the last point, by the traced run"),
        (sum, claim.value),
    )?;
    // Its commitment, among those that were sent, and made again from the run.
    let commitments = seen.iter().filter_map(|seen| match seen {
        Seen::Committed(each) => Some(each),
        _ => None,
    });
    let commitments: Vec<&Vec<u8>> = commitments.flatten().collect();
    let sent = commitments
        .get(oracle.0)
        .context("a commitment is missing")?;
    let bytes: usize = commitments.iter().map(|commitment| commitment.len()).sum();
    let key = proven.key.commitment();
    let vars = claim.point.0.len();
    let config = keys::config(&Protocol::default());
    let scheme = crate::registry::scheme(key.scheme())?;
    let made = scheme.setup(proven.proof.statement.cycle_vars, &config.setup)?;
    let mut session = made.proving.session(&Statement::new("demo"), Checks::all());
    let mut padded = column.clone();
    padded.resize(1 << vars, 0);
    session.commit("column", vec![Arc::new(Poly::signed(vars, padded))]);
    let again = session.finish()?;
    let again = again.get(..sent.len()).unwrap_or_default();
    ensure!(
        again == sent.as_slice(),
        "the commitment is not that of the traced column: this is a bug, please report it"
    );
    report.beside(
        "  ✓ ",
        &format!(
            "its commitment, {} bytes of {} that were sent, is the one made again from the run: {}…",
            sent.len(),
            thousands(bytes as u64),
            hex(&sent[..8])
        ),
    );
    report.beside(
        "  ✓ ",
        "the opening of all claims: the verifier accepts the proof",
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_does_not_hold_is_an_error() {
        let mut report = Report::default();
        equation(&mut report, "one", (Fr::from(1), Fr::from(1))).unwrap();
        assert_eq!(report.text, "  ✓ one = 1\n");
        let error = equation(&mut report, "two", (Fr::from(1), -Fr::from(2))).unwrap_err();
        assert!(
            error.to_string().contains("does not hold: two (1 and -2)"),
            "{error}"
        );
    }

    #[test]
    fn a_round_has_the_claim_as_its_sum() {
        let sent = [3, 5, 7].map(Fr::from);
        let coefficients = polynomial(&sent, Fr::from(100)).unwrap();
        assert_eq!(coefficients, [3, 82, 5, 7].map(Fr::from));
        assert_eq!(
            at(&coefficients, Fr::from(0)) + at(&coefficients, Fr::from(1)),
            Fr::from(100)
        );
        assert_eq!(at(&coefficients, Fr::from(2)), Fr::from(3 + 164 + 20 + 56));
        assert_eq!(polynomial(&[], Fr::from(1)), None);
    }
}
