//! The verifier of sums of fractions.

#![deny(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used
)]

use super::{Addition, Claims, Fraction, below};
use sumcheck::{Field, Point, Value, VerifierChannel, VerifyError, batch};

/// Checks that two fractions are equal.
///
/// # Errors
/// The check of this name.
pub fn verify_equal<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    check: &str,
    a: Fraction<Value>,
    b: Fraction<Value>,
) -> Result<(), VerifyError> {
    let cross = [
        (F::one(), channel.mul(a.numerator, b.denominator)),
        (-F::one(), channel.mul(b.numerator, a.denominator)),
    ];
    let difference = channel.linear(F::zero(), &cross);
    channel.assert_zero(check, difference)
}

/// The sums of the trees, and what is left to check.
pub type Verified<F> = (Vec<Fraction<Value>>, Claims<F, Value>);

/// Verifies: the sums, and the claims left on leaves. Checks: those of the batch at every layer.
///
/// # Errors
/// A layer's check, or a proof that ends early.
pub fn verify<F: Field>(
    channel: &mut dyn VerifierChannel<F>,
    batch: &'static str,
    names: &[&'static str],
    depth: usize,
) -> Result<Verified<F>, VerifyError> {
    let received = channel.recv("fraction/roots", 2 * names.len())?;
    let (pairs, _) = received.as_chunks::<2>();
    let fractions = pairs.iter().map(|[numerator, denominator]| Fraction {
        numerator: *numerator,
        denominator: *denominator,
    });
    let roots: Vec<Fraction<Value>> = fractions.collect();
    let (mut leaves, mut point) = (roots.clone(), Point(Vec::new()));
    for _ in 0..depth {
        let lambda: F = channel.sample("fraction/lambda");
        channel.risk(
            &["fraction/lambda"],
            "numerator and denominator of nodes",
            1,
        );
        let additions = names.iter().map(|name| Addition::new(name, &point, lambda));
        let additions: Vec<Addition<F>> = additions.collect();
        let relations = additions.iter().zip(&leaves).map(|(addition, claim)| {
            let terms = [(F::one(), claim.numerator), (lambda, claim.denominator)];
            (addition.relation.clone(), channel.linear(F::zero(), &terms))
        });
        let relations = relations.collect();
        let reduced = batch::verify_all(channel, batch, relations)?;
        let tau: F = channel.sample("fraction/child");
        channel.risk(&["fraction/child"], "two children of a node", 1);
        leaves.clear();
        for (addition, reduced) in additions.iter().zip(reduced) {
            let ([even, odd], at) = addition.children(reduced);
            let mut between = |a, b| channel.linear(F::zero(), &[(F::one() - tau, a), (tau, b)]);
            leaves.push(Fraction {
                numerator: between(even.numerator, odd.numerator),
                denominator: between(even.denominator, odd.denominator),
            });
            point = at;
        }
        point = below(tau, point);
    }
    Ok((roots, Claims { point, leaves }))
}
