//! The argument under the test kit's laws.

mod lying;

use ark_bn254::Fr;
use jolt_core::lookup::testkit::{Subject, laws};
use lying::Lying;
use my_argument::{Bits, commit};

#[test]
fn the_laws_hold() {
    let subject = Subject::<Fr>::new(Bits)
        .serving("open/evaluation", Lying::of(Bits, commit))
        .blending("bits/booleanity", Lying::of(Bits, commit))
        .arguing("bits/alpha", "r' is drawn after the claims were sent");
    let summary = laws(&subject).unwrap_or_else(|broken| panic!("{broken}"));
    println!("{summary}");
    assert!(summary.without_forgery.is_empty(), "{summary}");
}
