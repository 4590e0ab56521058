//! The argument with one thing wrong at a time: the test kit's one call finds each.

mod lying;

use ark_bn254::Fr;
use jolt_core::lookup::testkit::{Subject, laws};
use lying::Lying;

/// A variant of the library, which the build script writes, under the laws: what they find.
macro_rules! found {
    ($name:literal) => {{
        #[allow(unused_variables, dead_code, missing_docs)]
        mod mutant {
            include!(concat!(env!("OUT_DIR"), "/", $name, ".rs"));
        }
        use mutant::{Bits, commit};
        let subject = Subject::<Fr>::new(Bits)
            .serving("open/evaluation", Lying::of(Bits, commit))
            .blending("bits/booleanity", Lying::of(Bits, commit));
        laws(&subject).expect_err("an unsound argument")
    }};
}

#[test]
fn values_that_are_not_opened_are_found() {
    let found = found!("unopened");
    assert!(
        found.contains("reaches bits: read, booleanity and no further claim"),
        "{found}"
    );
}

#[test]
fn a_challenge_before_what_it_batches_is_found() {
    let found = found!("early");
    assert!(
        found.contains("elements 1, 2 of message 0, `lookup claims`"),
        "{found}"
    );
}

#[test]
fn a_challenge_that_is_one_is_found() {
    let found = found!("unweighed");
    assert_eq!(
        found,
        "accepted: two digits that are not boolean and cancel"
    );
}
