//! Layouts that are kept, in builds that prove: a prover needs one three times for each proof, for the key, for itself
//! and for the verification at the end.

use super::layout::Layout;
use crate::lookup::LookupShape;
use crate::lookup::decomposition::CutError;
use instruction_tables::tables::Table;
use std::sync::{Arc, Mutex, PoisonError};

/// Address and name of each table, index bits, chunk bits. Tables live as long as the process.
type Key = (Vec<(usize, &'static str)>, usize, usize);

/// Layouts with their keys, the oldest one first.
type Kept = Vec<(Key, Arc<Layout>)>;

/// The last layouts that an argument made. A layout follows from its key, and is made outside of the lock, so
/// that nobody waits for one and a failure leaves nothing behind.
#[derive(Clone, Debug, Default)]
pub struct Made(Arc<Mutex<Kept>>);

impl Made {
    /// Layouts that are kept.
    const KEPT: usize = 4;

    pub fn layout(&self, shape: &LookupShape, chunk_bits: usize) -> Result<Arc<Layout>, CutError> {
        let address = |t: &'static dyn Table| std::ptr::from_ref(t).addr();
        let tables = shape.tables.iter().map(|t| (address(*t), t.name()));
        let key: Key = (tables.collect(), shape.index_bits, chunk_bits);
        let made = |kept: &Kept| {
            let found = kept.iter().find(|(k, _)| *k == key);
            found.map(|(_, layout)| layout.clone())
        };
        // A list is whole whenever the lock is free, also after a panic elsewhere.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(layout) = made(&lock()) {
            return Ok(layout);
        }
        let layout = Arc::new(Layout::new(shape, chunk_bits)?);
        let mut kept = lock();
        if kept.len() >= Self::KEPT {
            kept.remove(0);
        }
        kept.push((key, layout.clone()));
        Ok(layout)
    }
}
