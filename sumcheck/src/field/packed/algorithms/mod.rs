//! Arithmetic over eight lanes of five 52-bit limbs.
//!
//! These files are compiled once for each set of instructions, as a module beside two others: `arch` has
//! vectors, what is done with them under the names of AVX-512, loads and stores, a `Token` that proves that all
//! this is there, and the attribute `vectors` for functions that need it; `kernel` has products, carries and
//! what else a set of instructions does in a way of its own.

mod buckets;
mod chords;
mod eight;
mod entries;
mod lanes;
mod pairs;
mod products;
mod slices;
mod table_rows;
mod tangents;

use super::{arch, kernel};

pub use buckets::add_by_key;
pub use chords::{Prefixes, add_pairs};
pub use eight::products_of_eight;
pub use entries::{add_entries, add_scaled};
pub use pairs::{bind_integers, pair_sums};
pub use products::{products_of_four, products_of_tables};
pub use slices::{bind, dot, mul_assign, scale, split_by};
pub use table_rows::{bind_table_rows, sums_of_squares};
pub use tangents::double_points;
