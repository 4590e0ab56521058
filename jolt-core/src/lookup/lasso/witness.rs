//! What the prover knows: cells read, counters, committed values; and the lies that soundness tests tell.

use super::layout::{Challenges, Layout};
use crate::lookup::{Exposed, Reads};
use rayon::prelude::*;
use std::sync::Arc;
use sumcheck::{Field, Poly};

/// How a prover deviates from the protocol, for soundness tests.
#[derive(Clone, Copy, Debug)]
pub enum Lie {
    /// The output of one read is collated from another index than the committed one.
    OtherIndex {
        /// The read.
        read: usize,
        /// The index served.
        other: u128,
    },
    /// One committed value of one read is 1 too high, and what must not be noticed is adjusted.
    Value {
        /// The read.
        read: usize,
        /// The position of the chunk.
        position: usize,
        /// The committed slot.
        column: usize,
        /// How it is covered up.
        cover: Cover,
    },
    /// A read that looks nothing up and exposes nothing returns something: it commits, position by
    /// position, values of slots that lead from the start to the end. None do where some cut has no
    /// state that varying slots lead to.
    Unlooked {
        /// The read.
        read: usize,
        /// What it returns.
        value: u64,
    },
}

/// What a prover with a wrong value adjusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Nothing.
    Nothing,
    /// The memory's initial contents, in the trees.
    Contents,
    /// The product of the reads.
    ReadRoot,
    /// The product of the final contents.
    FinalRoot,
    /// The leaves of reads and writes.
    Leaves,
    /// If `γ` is this number, the count that the read finds: it is so much lower, and the first committed slot has the
    /// next power of `γ`.
    Count(u32),
}

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
pub(super) struct Witness {
    pub reads: Arc<Reads>,
    pub lie: Option<Lie>,
    /// By position: 0 for a read that looks up nothing, else 1 + the cell.
    pub cells: Vec<Arc<Vec<u32>>>,
    /// By position: how often the cell was read before.
    pub counters: Vec<Vec<u32>>,
    /// By position: how often each cell was read in all.
    pub finals: Vec<Vec<u32>>,
    /// Class → values, by position.
    values: Vec<Vec<Values>>,
    /// Table → entries, by position.
    entries: Vec<Vec<Vec<Entry>>>,
    /// For a lie: by position the committed slots of a path from the start to the end, if there is one.
    path: Option<Vec<usize>>,
}

/// States of all reads at all cuts.
pub(super) struct States {
    rows: Vec<i128>,
    /// Where a cut's states start in a row.
    starts: Vec<usize>,
    width: usize,
}

impl States {
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
    pub fn new(layout: &Layout, reads: Arc<Reads>, lie: Option<Lie>) -> Self {
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
        let values: Vec<Vec<Values>> = layout
            .positions
            .par_iter()
            .map(|position| {
                let column = |functions: &Vec<(i128, usize)>| {
                    let value = |chunk: usize| {
                        let entry = |s: usize| layout.cut.subtables()[s].entries()[chunk];
                        functions.iter().map(|(scale, s)| scale * entry(*s)).sum()
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
            lie,
            cells: Vec::new(),
            counters: Vec::new(),
            finals: Vec::new(),
            values,
            entries,
            path: lie.and_then(|_| layout.varying_path()),
        };
        for (cells, counters, finals) in counted {
            witness.cells.push(Arc::new(cells));
            witness.counters.push(counters);
            witness.finals.push(finals);
        }
        if let Some((read, position, _, Cover::Count(gamma))) = witness.wrong_value() {
            witness.counters[position][read] -= gamma;
        }
        witness
    }

    /// Number of reads.
    pub fn len(&self) -> usize {
        self.reads.index.len()
    }

    /// A wrong value: the read, its position and column, and how it is covered up.
    pub fn wrong_value(&self) -> Option<(usize, usize, usize, Cover)> {
        match self.lie {
            Some(Lie::Value {
                read,
                position,
                column,
                cover,
            }) => Some((read, position, column, cover)),
            _ => None,
        }
    }

    /// A value of a position that is wrong: the read, the committed slot, and by how much.
    pub fn wrong(&self, position: usize) -> Option<(usize, usize, i128)> {
        match self.lie? {
            Lie::Value {
                read,
                position: p,
                column,
                ..
            } => (p == position).then_some((read, column, 1)),
            Lie::Unlooked { read, value } => {
                let column = *self.path.as_ref()?.get(position)?;
                let value = if position == 0 { value } else { 1 };
                Some((read, column, value.into()))
            }
            Lie::OtherIndex { .. } => None,
        }
    }

    /// One committed slot's values.
    fn committed(&self, layout: &Layout, position: usize, column: usize) -> Vec<i128> {
        let chunks = layout.chunks();
        let mut values: Vec<i128> = self.cells[position]
            .par_iter()
            .map(|cell| {
                let Some(cell) = cell.checked_sub(1) else {
                    return 0;
                };
                let (block, chunk) = (cell as usize / chunks, cell as usize % chunks);
                let values = &self.values[position][block / 2][column];
                values.as_ref().map_or(0, |values| values[chunk])
            })
            .collect();
        if let Some((read, c, change)) = self.wrong(position)
            && c == column
        {
            values[read] += change;
        }
        values
    }

    /// The polynomials committed: for each position two halves, counter, slots; then final counters.
    pub fn polys<F: Field>(&self, layout: &Layout) -> [Vec<Arc<Poly<F>>>; 2] {
        let poly = |values: Vec<i128>| Arc::new(Poly::signed(layout.cycle_vars, values));
        let subtables = layout.cut.subtables();
        let columns = (0..layout.len()).flat_map(|i| {
            let half = |which: usize| {
                let value = |cell: &u32| {
                    let cell = cell.checked_sub(1)? as usize;
                    let operand = Layout::operands(cell / layout.chunks() % 2)[which]?;
                    Some(subtables[operand].entries()[cell % layout.chunks()])
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

    /// What read `j`'s table has at a position: slot, states, entry.
    fn matrix(
        &self,
        layout: &Layout,
        position: usize,
        j: usize,
    ) -> impl Iterator<Item = (usize, usize, usize, i128)> {
        let table = layout.table(self.reads.table[j]);
        let index = match self.lie {
            Some(Lie::OtherIndex { read, other }) if read == j => other,
            _ => self.reads.index[j],
        };
        let chunk = layout.cut.value(index, position);
        let wrong = self.wrong(position).filter(|(read, ..)| *read == j);
        let wrong = wrong.map(|(_, column, change)| {
            let slot = layout.positions[position].columns[column];
            let (from, to) = layout.positions[position].slots[slot];
            (slot, from, to, change)
        });
        let entries = table.map(|t| self.entries[position][t].as_slice());
        let entries = entries.unwrap_or_default().iter().map(move |e| {
            let value = e.values.as_ref().map_or(0, |values| values[chunk]);
            let wrong = wrong.filter(|(slot, ..)| *slot == e.slot);
            let change = wrong.map_or(0, |(.., change)| change);
            (e.slot, e.from, e.to, e.constant + value + change)
        });
        // A read without a table has no entries but the wrong one.
        entries.chain(wrong.filter(|_| table.is_none()))
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
        let mut starts = vec![0];
        for (i, width) in layout.widths.iter().enumerate() {
            // One state, 1, comes before the first position; it is not kept.
            let width = if i == 0 { 0 } else { *width };
            starts.push(starts[i] + width);
        }
        let width = starts[starts.len() - 1];
        let mut rows = vec![0i128; width * self.len()];
        rows.par_chunks_mut(width).enumerate().for_each(|(j, row)| {
            for position in 0..layout.len() {
                let (before, after) = row.split_at_mut(starts[position + 1]);
                let before = &before[starts[position]..];
                for (_, from, to, entry) in self.matrix(layout, position, j) {
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

    /// What the reads return, lies included.
    pub fn outputs(&self, layout: &Layout) -> Vec<i128> {
        self.states(layout).column(layout.len(), 0)
    }

    /// Fingerprints of a position's cells without counters.
    pub fn fingerprints<F: Field>(
        &self,
        layout: &Layout,
        position: usize,
        memory: &Challenges<F>,
    ) -> Vec<F> {
        let chunks = layout.chunks();
        let subtables = layout.cut.subtables();
        (0..layout.cells(position))
            .into_par_iter()
            .with_min_len(1 << 8)
            .map(|cell| {
                let (block, chunk) = (cell / chunks, cell % chunks);
                let mut sum = F::from(block as u64);
                for (operand, power) in Layout::operands(block % 2).iter().zip(&memory.powers[1..])
                {
                    if let Some(s) = operand {
                        sum += power.mul_i128(subtables[*s].entries()[chunk]);
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
    /// By position the committed slots of some path from the start to the end.
    fn varying_path(&self) -> Option<Vec<usize>> {
        // To each state at a cut, a path that leads there.
        let mut paths: Vec<Option<Vec<usize>>> = vec![Some(Vec::new())];
        for (i, position) in self.positions.iter().enumerate() {
            let mut next = vec![None; self.widths[i + 1]];
            for (column, slot) in position.columns.iter().enumerate() {
                let (from, to) = position.slots[*slot];
                if let (Some(path), None) = (&paths[from], &next[to]) {
                    next[to] = Some([path.as_slice(), &[column]].concat());
                }
            }
            paths = next;
        }
        paths.into_iter().next().flatten()
    }

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
