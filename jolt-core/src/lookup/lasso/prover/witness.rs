//! What the prover knows: cells read, counters, committed values.

use super::super::layout::{Challenges, Layout};
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, Poly};

/// What one table's matrix has in a slot, for every chunk.
struct Entry {
    slot: usize,
    from: usize,
    to: usize,
    constant: i128,
    values: Option<Arc<Vec<i128>>>,
}

/// What a class has in each committed column, for every chunk; nothing where it is zero.
type Values = Vec<Option<Arc<Vec<i128>>>>;

/// The prover's columns.
pub(in crate::lookup) struct Witness {
    pub reads: Arc<Reads>,
    /// By position: 0 for a read that looks up nothing, else 1 + the cell.
    pub cells: Vec<Arc<Vec<u32>>>,
    /// By position: how often the cell was read before.
    pub counters: Vec<Vec<u32>>,
    /// By position: how often each cell was read in all.
    pub finals: Vec<Vec<u32>>,
    /// The entries of each subtable.
    pub subtables: Vec<Vec<i128>>,
    /// Class → values, by position.
    values: Vec<Vec<Values>>,
    /// Table → entries, by position.
    entries: Vec<Vec<Vec<Entry>>>,
}

/// A slot, its states before and after, and the entry there.
pub(in crate::lookup) type Found = (usize, usize, usize, i128);

/// States of all reads at all cuts.
pub(in crate::lookup) struct States {
    rows: Vec<i128>,
    /// Where a cut's states start in a row.
    starts: Vec<usize>,
    width: usize,
}

impl States {
    /// Of so many reads, whose entries `matrix(position, read)` finds.
    pub fn new<I: Iterator<Item = Found>>(
        layout: &Layout,
        reads: usize,
        matrix: impl Fn(usize, usize) -> I + Sync,
    ) -> Self {
        let mut starts = vec![0];
        for (i, width) in layout.widths.iter().enumerate() {
            // One state, 1, comes before the first position; it is not kept.
            let width = if i == 0 { 0 } else { *width };
            starts.push(starts[i] + width);
        }
        let width = starts[starts.len() - 1];
        let mut rows = vec![0i128; width * reads];
        rows.par_chunks_mut(width).enumerate().for_each(|(j, row)| {
            for position in 0..layout.len() {
                let (before, after) = row.split_at_mut(starts[position + 1]);
                let before = &before[starts[position]..];
                for (_, from, to, entry) in matrix(position, j) {
                    after[to] += match position {
                        0 => entry,
                        _ => before[from] * entry,
                    };
                }
            }
        });
        States {
            rows,
            starts,
            width,
        }
    }

    /// State `s` at the cut before `position`.
    pub fn column(&self, position: usize, s: usize) -> Vec<i128> {
        let at = self.starts[position] + s;
        self.rows
            .par_chunks(self.width.max(1))
            .map(|row| row[at])
            .collect()
    }
}

impl Witness {
    pub fn new(layout: &Layout, reads: Arc<Reads>) -> Self {
        let table = |j: usize| layout.table(reads.table[j]);
        let counted: Vec<(Vec<u32>, Vec<u32>, Vec<u32>)> = (0..layout.len())
            .into_par_iter()
            .map(|i| {
                let position = &layout.positions[i];
                let mut finals = vec![0u32; layout.cells(i)];
                let mut cells = Vec::with_capacity(reads.index.len());
                let mut counters = Vec::with_capacity(reads.index.len());
                for (j, index) in reads.index.iter().enumerate() {
                    let exposed = reads.operands[j];
                    if table(j).is_none() && exposed == Exposed::Nothing {
                        cells.push(0);
                        counters.push(0);
                        continue;
                    }
                    let class = table(j).map_or(0, |t| position.class[t]);
                    let mode = usize::from(exposed == Exposed::Single);
                    let block = mode + 2 * class;
                    let cell = layout.cut.value(*index, i) + block * layout.chunks();
                    cells.push(cell as u32 + 1);
                    counters.push(finals[cell]);
                    finals[cell] += 1;
                }
                (cells, counters, finals)
            })
            .collect();
        let subtables = layout.cut.entries();
        let values: Vec<Vec<Values>> = layout
            .positions
            .par_iter()
            .map(|position| {
                let column = |functions: &Vec<(i128, usize)>| {
                    let value = |chunk: usize| {
                        let terms = functions.iter();
                        terms.map(|(scale, s)| scale * subtables[*s][chunk]).sum()
                    };
                    let some = !functions.is_empty();
                    some.then(|| Arc::new((0..layout.chunks()).map(value).collect()))
                };
                let class = |class: &Vec<Vec<(i128, usize)>>| class.iter().map(column).collect();
                position.classes.iter().map(class).collect()
            })
            .collect();
        let entries = layout
            .positions
            .iter()
            .zip(&values)
            .map(|(position, values)| {
                let tables = position.class.iter().zip(&position.constants);
                let entries = tables.map(|(class, constants)| {
                    let slots = position.slots.iter().zip(constants).enumerate();
                    let entry =
                        |(slot, ((from, to), constant)): (usize, (&(usize, usize), &i128))| {
                            let column = position.columns.iter().position(|k| *k == slot);
                            let values = column.and_then(|c| values[*class][c].clone());
                            (*constant != 0 || values.is_some()).then_some(Entry {
                                slot,
                                from: *from,
                                to: *to,
                                constant: *constant,
                                values,
                            })
                        };
                    slots.filter_map(entry).collect()
                });
                entries.collect()
            });
        let entries = entries.collect();
        let mut witness = Witness {
            reads,
            cells: Vec::new(),
            counters: Vec::new(),
            finals: Vec::new(),
            subtables,
            values,
            entries,
        };
        for (cells, counters, finals) in counted {
            witness.cells.push(Arc::new(cells));
            witness.counters.push(counters);
            witness.finals.push(finals);
        }
        witness
    }

    /// Number of reads.
    pub fn len(&self) -> usize {
        self.reads.index.len()
    }

    /// One committed slot's values.
    fn committed(&self, layout: &Layout, position: usize, column: usize) -> Vec<i128> {
        let chunks = layout.chunks();
        self.cells[position]
            .par_iter()
            .map(|cell| {
                let Some(cell) = cell.checked_sub(1) else {
                    return 0;
                };
                let (block, chunk) = (cell as usize / chunks, cell as usize % chunks);
                let values = &self.values[position][block / 2][column];
                values.as_ref().map_or(0, |values| values[chunk])
            })
            .collect()
    }

    /// The polynomials committed: for each position two halves, counter, slots; then final counters.
    pub fn polys<F: Field>(&self, layout: &Layout) -> [Vec<Arc<Poly<F>>>; 2] {
        let poly = |values: Vec<i128>| Arc::new(Poly::signed(layout.cycle_vars, values));
        let columns = (0..layout.len()).flat_map(|i| {
            let half = |which: usize| {
                let value = |cell: &u32| {
                    let cell = cell.checked_sub(1)? as usize;
                    let operand = Layout::operands(cell / layout.chunks() % 2)[which]?;
                    Some(self.subtables[operand][cell % layout.chunks()])
                };
                let values = self.cells[i].iter().map(|c| value(c).unwrap_or(0));
                values.collect::<Vec<i128>>()
            };
            let counters = self.counters[i].iter().map(|c| i128::from(*c));
            let mut all = vec![half(0), half(1), counters.collect()];
            let slots = 0..layout.positions[i].columns.len();
            all.extend(slots.map(|c| self.committed(layout, i, c)));
            all
        });
        let finals = self.finals.iter().flat_map(|finals| {
            let pieces = finals.chunks(1 << layout.piece_vars());
            pieces.map(|piece| {
                let values = piece.iter().map(|c| i128::from(*c)).collect();
                Arc::new(Poly::signed(layout.piece_vars(), values))
            })
        });
        [columns.map(poly).collect(), finals.collect()]
    }

    /// What read `j`'s table has at a position.
    pub fn matrix(
        &self,
        layout: &Layout,
        position: usize,
        j: usize,
    ) -> impl Iterator<Item = Found> {
        let table = layout.table(self.reads.table[j]);
        let chunk = layout.cut.value(self.reads.index[j], position);
        let entries = table.map(|t| self.entries[position][t].as_slice());
        entries.unwrap_or_default().iter().map(move |e| {
            let value = e.values.as_ref().map_or(0, |values| values[chunk]);
            (e.slot, e.from, e.to, e.constant + value)
        })
    }

    /// The entries of one slot, as the output is collated from.
    pub fn entries(&self, layout: &Layout, position: usize, slot: usize) -> Vec<i128> {
        let entry = |j: usize| {
            let mut entries = self.matrix(layout, position, j);
            entries.find(|e| e.0 == slot).map_or(0, |e| e.3)
        };
        (0..self.len()).into_par_iter().map(entry).collect()
    }

    /// The states at all cuts but the first; the last one's is the output.
    pub fn states(&self, layout: &Layout) -> States {
        States::new(layout, self.len(), |position, j| {
            self.matrix(layout, position, j)
        })
    }

    /// Fingerprints of a position's cells without counters.
    pub fn fingerprints<F: Field>(
        &self,
        layout: &Layout,
        position: usize,
        memory: &Challenges<F>,
    ) -> Vec<F> {
        let chunks = layout.chunks();
        (0..layout.cells(position))
            .into_par_iter()
            .with_min_len(1 << 8)
            .map(|cell| {
                let (block, chunk) = (cell / chunks, cell % chunks);
                let mut sum = F::from(block as u64);
                for (operand, power) in Layout::operands(block % 2).iter().zip(&memory.powers[1..])
                {
                    if let Some(s) = operand {
                        sum += power.mul_i128(self.subtables[*s][chunk]);
                    }
                }
                let class = &self.values[position][block / 2];
                for (values, power) in class.iter().zip(&memory.powers[Layout::LEADING + 1..]) {
                    if let Some(values) = values {
                        sum += power.mul_i128(values[chunk]);
                    }
                }
                sum
            })
            .collect()
    }
}

impl Layout {
    /// The table that a selector byte names.
    pub fn table(&self, selected: u8) -> Option<usize> {
        let table = usize::from(selected);
        (table < self.positions[0].class.len()).then_some(table)
    }
}

impl Witness {
    /// `Σ_c weights[c] · value_c` for every cell of a position, after a 0 for reads without one.
    pub fn combined<F: Field>(&self, layout: &Layout, position: usize, weights: &[F]) -> Vec<F> {
        let chunks = layout.chunks();
        let cells = (0..layout.cells(position)).into_par_iter();
        let combine = |cell: usize| {
            let class = &self.values[position][cell / chunks / 2];
            let terms = class.iter().zip(weights);
            let terms = terms.filter_map(|(values, w)| {
                let value = values.as_ref()?[cell % chunks];
                Some(w.mul_i128(value))
            });
            terms.sum::<F>()
        };
        let mut all = vec![F::zero()];
        all.par_extend(cells.with_min_len(1 << 8).map(combine));
        all
    }
}
