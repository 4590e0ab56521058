//! Mutants that no test can kill, since they verify exactly what the verifier does, or that are another bound for
//! the same thing. With each the reason.

use crate::Failure;
use crate::catalogue::Mutant;

/// Names of mutants, reason.
const EQUIVALENT: &[(&[&str], &str)] = &[
    (
        &["inputs longer than their area"],
        "the statement's sizes are checked before its input is laid out; the tracer's own test is about runs",
    ),
    (
        &[
            "spice+shout: batch/alpha after memory/initial is 1",
            "spice+shout: batch/alpha after memory/initial is 3",
        ],
        "both claims are 0, at points of their own that are drawn after all that they depend on: the two sums make up for \
         each other only if both are constants, and the one over registers is 0 at x0, which has no accesses",
    ),
    (
        &[
            "naive: batch/alpha after lookup/boolean is 1",
            "naive: batch/alpha after lookup/boolean is 3",
            "dense naive: batch/alpha after lookup/boolean is 1",
            "dense naive: batch/alpha after lookup/boolean is 3",
        ],
        "the claim on the indicator is sent before the point of booleanity is drawn, so only a constant could make up for \
         it, and booleanity is 0 at the addresses that a bit does not have",
    ),
    (
        &[
            "naive: the first lookup/boolean after lookup/read is 1",
            "dense naive: the first lookup/boolean after dense/point is 1",
        ],
        "the lowest coordinate of the address: a bit has two entries whose sum is 1, so that x² − x is the same of both, \
         and the further entries are 0",
    ),
    (
        &[
            "dense shout: lookup/products after dense/point is 1",
            "dense shout: lookup/products after dense/point is 3",
        ],
        "there is one product, and one-hotness of different digits is seen at addresses of their own: it adds up to 0 only \
         if each is a constant, which it is not where a digit is not one-hot (the constant c would be x² − x of all \
         entries x, and the product of any two that differ in one bit)",
    ),
    (
        &[
            "dense shout: evaluations after dense/padding is not absorbed",
            "dense lasso: evaluations after dense/padding is not absorbed",
            "dense logup-gkr: evaluations after dense/padding is not absorbed",
            "dense naive: evaluations after dense/padding is not absorbed",
        ],
        "one value, which the last equation of its sumcheck determines from what is absorbed, before any further challenge: \
         whether it is the committed polynomial's is then as fixed as if it were absorbed",
    ),
    (
        &[
            "dense shout: dense value after dense/point is not absorbed",
            "dense naive: dense value after dense/point is not absorbed",
        ],
        "the last equation of the sumcheck determines it before the opening's weights are drawn, so that they find it if it is \
         not the value of what was committed; that value is fixed by what is absorbed before the first round",
    ),
    (
        &[
            "dense shout: evaluations after dense/point is not absorbed",
            "dense naive: evaluations after dense/point is not absorbed",
            "naive: evaluations after lookup/read is not absorbed",
        ],
        "two values: that of the table, or of the selectors, is evaluated, or opened with weights that are drawn once the last \
         equation of the next sumcheck determines both; and then the last equation of their own determines the other one \
         from what is absorbed",
    ),
    (
        &[
            "basefold: open/leaves is not absorbed",
            "ligero: open/leaves is not absorbed",
        ],
        "the last message, behind all positions: only weights of proofs that are decided together are drawn after it, and \
         a verdict on codewords has no weight",
    ),
    (
        &["row 0 of the mask A is zero"],
        "masks have 2l + 2 rows, and what they hide, `μ` and two coefficients of each round, is 2l + 1 scalars: any value of this \
         row leaves a bijection of the others, which the test of equivocation does not change either",
    ),
];

/// Why a mutant is equivalent, if it is listed.
pub fn reason(name: &str) -> Option<&'static str> {
    let listed = EQUIVALENT.iter().find(|(of, _)| of.contains(&name));
    listed.map(|(_, reason)| *reason)
}

/// That all that are listed exist.
pub fn known(all: &[Mutant]) -> Result<(), Failure> {
    for name in EQUIVALENT.iter().flat_map(|(names, _)| *names) {
        if !all.iter().any(|mutant| mutant.name == *name) {
            return Err(format!("listed as equivalent, but there is no mutant `{name}`").into());
        }
    }
    Ok(())
}
