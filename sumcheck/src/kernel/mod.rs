//! Fast provers.
//!
//! [`CycleProver`] serves any relation over cycles; each is property-tested message for message
//! against the naive prover.

mod column;
mod cycle;
mod eq;
mod late;
mod pages;
mod pairs;
mod repeats;
mod sums;
mod waiting;

pub use column::{Column, EqSum, bind_rows_in_place};
pub use cycle::CycleProver;
pub use eq::{SplitEq, eq_rows, eq_table};
pub use late::{LateRows, RowSource};
pub use pages::own_pages;
pub use repeats::{Falls, Numbers, Repeats, RepeatsFactor, RepeatsProver};
pub use sums::ColumnSum;
pub use waiting::Waiting;
