//! Sparse memory: pages of cells that come into being when touched. Untouched memory costs eight bytes a page.

const PAGE: usize = 512;

#[derive(Clone, Debug)]
struct Page {
    cells: [u64; PAGE],
    touched: [u64; PAGE / 64],
}

/// An array of cells, initially zero.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pages: Vec<Option<Box<Page>>>,
}

impl Memory {
    pub fn new(cells: u64) -> Self {
        Memory {
            pages: vec![None; (cells as usize).div_ceil(PAGE)],
        }
    }

    /// Value of a cell, without touching it. Cells outside are 0.
    pub fn peek(&self, cell: u32) -> u64 {
        match self.pages.get(cell as usize / PAGE) {
            Some(Some(page)) => page.cells[cell as usize % PAGE],
            _ => 0,
        }
    }

    /// Sets a cell without touching it: what a loader does. `cell` must be inside.
    pub fn poke(&mut self, cell: u32, value: u64) {
        self.page(cell).cells[cell as usize % PAGE] = value;
    }

    /// A cell that the program accesses. `cell` must be inside.
    #[inline]
    pub fn touch(&mut self, cell: u32) -> &mut u64 {
        let page = self.page(cell);
        let at = cell as usize % PAGE;
        page.touched[at / 64] |= 1 << (at % 64);
        &mut page.cells[at]
    }

    #[inline]
    fn page(&mut self, cell: u32) -> &mut Page {
        self.pages[cell as usize / PAGE].get_or_insert_with(|| {
            Box::new(Page {
                cells: [0; PAGE],
                touched: [0; PAGE / 64],
            })
        })
    }

    /// Cells that were touched, with their values, in order.
    pub fn touched(&self) -> Vec<(u32, u64)> {
        let mut touched = Vec::new();
        for (number, page) in self.pages.iter().enumerate() {
            let Some(page) = page else { continue };
            for (at, &value) in page.cells.iter().enumerate() {
                if page.touched[at / 64] >> (at % 64) & 1 == 1 {
                    touched.push(((number * PAGE + at) as u32, value));
                }
            }
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accessed_cells_are_touched() {
        let mut memory = Memory::new(1 << 20);
        memory.poke(5, 7);
        memory.poke(6, 8);
        *memory.touch(70_000) = 1;
        assert_eq!(*memory.touch(6), 8);
        assert_eq!(
            (memory.peek(5), memory.peek(9), memory.peek(u32::MAX)),
            (7, 0, 0)
        );
        assert_eq!(memory.touched(), vec![(6, 8), (70_000, 1)]);
        assert_eq!(memory.pages.iter().flatten().count(), 2);
    }
}
