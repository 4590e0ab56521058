//! Fast provers.
//!
//! [`CycleProver`] serves any relation over cycles; each is property-tested message for message
//! against the naive prover.

mod column;
mod cycle;
mod eq;

pub use column::{Column, bind_rows};
pub use cycle::CycleProver;
pub use eq::{SplitEq, eq_prefix_sum, eq_table, eq_table_scaled};
