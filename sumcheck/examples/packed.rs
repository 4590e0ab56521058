//! Says whether this processor has the instructions of packed arithmetic, and what tests leave out if not.

use sumcheck::field::packed::{LANES, missing};

fn main() {
    match missing() {
        None => println!("packed arithmetic ran by this processor's instructions"),
        Some(why) => println!("!! NOT RUN on this processor: {LANES} ({why})."),
    }
}
