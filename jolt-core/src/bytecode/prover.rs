//! Columns of the bytecode over cycles, as kernels take them.

use super::Bytecode;
use std::sync::Arc;
use sumcheck::ProverField;
use sumcheck::kernel::Column;

impl Bytecode {
    /// A column over cycles: `column[row(j)]`.
    pub fn over_cycles<F: ProverField>(&self, column: Vec<F>, row: &Arc<Vec<u32>>) -> Column<F> {
        Column::indexed(row.clone(), Arc::new(column))
    }
}
