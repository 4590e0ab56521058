//! What a program reads.

use crate::layout::Layout;
use crate::trace::TraceError;

/// Public and private input of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Public: part of the statement. At most [`Layout::input_capacity`] bytes.
    pub public: Vec<u8>,
    /// Private: no part of the statement. A proof hides it, unless it is made in the clear.
    pub private: Vec<u8>,
}

impl Inputs {
    /// Inputs with nothing private.
    pub fn public(bytes: impl Into<Vec<u8>>) -> Self {
        Inputs {
            public: bytes.into(),
            private: Vec::new(),
        }
    }

    /// Inputs with nothing public.
    pub fn private(bytes: impl Into<Vec<u8>>) -> Self {
        Inputs {
            public: Vec::new(),
            private: bytes.into(),
        }
    }

    /// The private input as the tape that the advice instruction reads, word by word: the length in bytes,
    /// then the bytes, little-endian, with zeros after the last one.
    pub fn tape(&self, layout: &Layout) -> Vec<u64> {
        let words = self.private.len().div_ceil(layout.word.bytes());
        let mut tape = vec![0; words + 1];
        tape[0] = self.private.len() as u64;
        for (at, word) in layout.pack(1, &self.private) {
            tape[at as usize] = word;
        }
        tape
    }

    /// The non-zero cells of the public input and its length, in order.
    ///
    /// # Errors
    /// [`TraceError::InputTooLong`].
    pub fn cells(&self, layout: &Layout) -> Result<Vec<(u32, u64)>, TraceError> {
        let (length, capacity) = (self.public.len() as u64, layout.input_capacity());
        if length > capacity {
            return Err(TraceError::InputTooLong { length, capacity });
        }
        let mut cells = Vec::new();
        if length != 0 {
            cells.push((layout.input_length_cell(), length));
        }
        cells.extend(layout.pack(layout.input_cells().start, &self.public));
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use instruction_tables::WordSize;

    #[test]
    fn tape_starts_with_the_length() {
        let inputs = Inputs::private([1, 0, 0, 0, 0, 0, 0, 2, 3]);
        let tape = |word| inputs.tape(&Layout::new(word, 8));
        assert_eq!(tape(WordSize::W64), [9, 1 | 2 << 56, 3]);
        assert_eq!(tape(WordSize::W32), [9, 1, 2 << 24, 3]);
        assert_eq!(Inputs::default().tape(&Layout::new(WordSize::W64, 8)), [0]);
    }

    #[test]
    fn public_input_has_a_limit() {
        let layout = Layout::new(WordSize::W64, 8);
        let most = vec![1; layout.input_capacity() as usize];
        let cells = Inputs::public(most.clone()).cells(&layout).expect("fits");
        assert_eq!(cells.len() as u32, 1 + layout.input_cells().len() as u32);
        let long = Inputs::public([most, vec![0]].concat()).cells(&layout);
        assert!(matches!(
            long,
            Err(TraceError::InputTooLong { length: 32705, .. })
        ));
    }
}
