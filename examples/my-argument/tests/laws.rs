//! The argument under the test kit's laws.

use ark_bn254::Fr;
use jolt_core::lookup::testkit::{Subject, laws};
use my_argument::Bits;

#[test]
fn the_laws_hold() {
    let subject = Subject::<Fr>::new(Bits::default())
        .serving("open/evaluation", Bits::cheating)
        .blending("bits/booleanity", Bits::cheating)
        .arguing("bits/alpha", "r' is drawn after the claims were sent");
    let summary = laws(&subject).unwrap_or_else(|broken| panic!("{broken}"));
    println!("{summary}");
    assert!(summary.without_forgery.is_empty(), "{summary}");
}
