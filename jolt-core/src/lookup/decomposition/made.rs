//! Decompositions that are kept, in builds that prove: a prover needs one three times for each proof, for the key, for
//! itself and for the verification at the end.

use super::{CutError, Decomposition};
use crate::lookup::LookupShape;
use instruction_tables::tables::Table;
use std::sync::{Arc, Mutex, PoisonError};

/// Address and name of each table, index bits, chunk bits. Tables live as long as the process.
type Key = (Vec<(usize, &'static str)>, usize, usize);

/// The last decompositions that were made, with their keys, the oldest one first. A decomposition follows from its key,
/// and is made outside of the lock, so that nobody waits for one and a failure leaves nothing behind.
static MADE: Mutex<Vec<(Key, Arc<Decomposition>)>> = Mutex::new(Vec::new());

/// Decompositions that are kept: of both word sizes, with chunks of two lengths for each argument.
const KEPT: usize = 8;

impl Decomposition {
    /// [`Decomposition::new`], or what it gave before.
    ///
    /// # Errors
    /// As [`Decomposition::new`].
    pub fn made(shape: &LookupShape, chunk_bits: usize) -> Result<Arc<Self>, CutError> {
        // What is asked of a shape besides what is in the key.
        shape.fits_tables()?;
        let address = |t: &'static dyn Table| std::ptr::from_ref(t).addr();
        let tables = shape.tables.iter().map(|t| (address(*t), t.name()));
        let key: Key = (tables.collect(), shape.index_bits, chunk_bits);
        // A list is whole whenever the lock is free, also after a panic elsewhere.
        let lock = || MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = lock()
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, d)| d.clone());
        if let Some(made) = made {
            return Ok(made);
        }
        let made = Arc::new(Self::new(shape, chunk_bits)?);
        let mut kept = lock();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((key, made.clone()));
        Ok(made)
    }
}
