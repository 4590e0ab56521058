//! Says which instructions of packed arithmetic this processor has, and what tests leave out if some are not.

use sumcheck::field::packed::lanes;

fn main() {
    for lanes in lanes() {
        match lanes.not_run() {
            None => println!("packed arithmetic ran by this processor's {}", lanes.name),
            Some(what) => println!("!! {what}."),
        }
    }
}
