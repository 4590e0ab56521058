//! Whatever is asked of a heap: blocks lie in it, apart from each other, where they may, and keep what is in them; and
//! what is freed can be had again, whole.
#![allow(clippy::unwrap_used)]

use guest_heap::{Heap, Memory, SMALL};
use proptest::prelude::*;

const START: usize = 0x1000;

/// Bytes from [`START`] on, by words of `WORD` bytes. What the heap may not touch is marked.
struct Bytes<const WORD: usize> {
    bytes: Vec<u8>,
    used: Vec<bool>,
}

impl<const WORD: usize> Bytes<WORD> {
    fn new(size: usize) -> Self {
        Bytes {
            bytes: vec![0; size],
            used: vec![false; size],
        }
    }

    fn range(&self, address: usize, length: usize) -> std::ops::Range<usize> {
        assert_eq!(address % WORD, 0);
        let range = address - START..address - START + length;
        let used = self.used[range.clone()].iter().any(|used| *used);
        assert!(!used, "{address:#x} is in use");
        range
    }
}

impl<const WORD: usize> Memory for Bytes<WORD> {
    fn load(&self, address: usize) -> usize {
        let mut word = [0; 8];
        word[..WORD].copy_from_slice(&self.bytes[self.range(address, WORD)]);
        usize::from_le_bytes(word)
    }

    fn store(&mut self, address: usize, value: usize) {
        let range = self.range(address, WORD);
        self.bytes[range].copy_from_slice(&value.to_le_bytes()[..WORD]);
    }

    fn clear(&mut self, address: usize, bytes: usize) {
        let range = self.range(address, bytes);
        self.bytes[range].fill(0);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Allocate { size: usize, align: u32, zero: bool },
    Free { which: usize },
    Resize { which: usize, size: usize },
}

fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![
        4 => 1usize..200,
        2 => 1usize..3000,
        1 => 1usize..20_000,
        1 => Just(usize::MAX),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (sizes(), prop_oneof![4 => Just(3u32), 1 => 0u32..10], any::<bool>())
            .prop_map(|(size, align, zero)| Step::Allocate { size, align, zero }),
        4 => any::<usize>().prop_map(|which| Step::Free { which }),
        2 => (any::<usize>(), sizes()).prop_map(|(which, size)| Step::Resize { which, size }),
    ];
    prop::collection::vec(step, 0..300)
}

/// A block in use: where it is, for how many bytes, and what is in it.
struct Live {
    at: usize,
    size: usize,
    mark: u8,
}

struct Model<const WORD: usize> {
    heap: Heap<WORD>,
    memory: Bytes<WORD>,
    live: Vec<Live>,
    marks: u8,
}

impl<const WORD: usize> Model<WORD> {
    fn new(size: usize) -> Self {
        let mut heap = Heap::empty();
        assert!(heap.is_empty());
        heap.begin(START, START + size);
        Model {
            heap,
            memory: Bytes::new(size),
            live: Vec::new(),
            marks: 0,
        }
    }

    /// A block is now in use: it was free before, and is where it may be.
    fn enter(&mut self, at: usize, size: usize, align: usize) {
        assert!(at.is_multiple_of(align.max(Heap::<WORD>::GRANULE)));
        assert!(at >= START && at + size <= START + self.memory.bytes.len());
        self.marks = self.marks.wrapping_add(1) | 1;
        let range = at - START..at - START + size;
        for place in range {
            assert!(!self.memory.used[place], "handed out twice");
            self.memory.used[place] = true;
            self.memory.bytes[place] = self.marks;
        }
        let mark = self.marks;
        self.live.push(Live { at, size, mark });
    }

    /// It is not any more, and has kept what was in it.
    fn leave(&mut self, which: usize) -> Live {
        let live = self.live.swap_remove(which);
        let range = live.at - START..live.at - START + live.size;
        let kept = self.memory.bytes[range.clone()].iter();
        assert!(kept.into_iter().all(|byte| *byte == live.mark));
        self.memory.used[range].fill(false);
        live
    }

    fn allocate(&mut self, size: usize, align: usize, zero: bool) -> Option<usize> {
        let (heap, memory) = (&mut self.heap, &mut self.memory);
        let at = match zero {
            true => heap.allocate_zeroed(memory, size, align)?,
            false => heap.allocate(memory, size, align)?,
        };
        if zero {
            let range = at - START..at - START + size;
            assert!(self.memory.bytes[range].iter().all(|byte| *byte == 0));
        }
        self.enter(at, size, align);
        Some(at)
    }

    fn free(&mut self, which: usize) {
        let live = self.leave(which);
        self.heap.free(&mut self.memory, live.at, live.size);
    }

    fn resize(&mut self, which: usize, size: usize) -> bool {
        let live = self.leave(which);
        // What stays is not to be touched: only bytes behind the new size may.
        let kept = live.at - START..live.at - START + live.size.min(size);
        self.memory.used[kept.clone()].fill(true);
        let (heap, memory) = (&mut self.heap, &mut self.memory);
        let done = heap.resize(memory, live.at, live.size, size);
        self.memory.used[kept].fill(false);
        match done {
            true => self.enter(live.at, size, 1),
            false => {
                let all = live.at - START..live.at - START + live.size;
                self.memory.used[all].fill(true);
                self.live.push(live);
            }
        }
        done
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Allocate { size, align, zero } => {
                self.allocate(size, 1 << align, zero);
            }
            Step::Free { which } if !self.live.is_empty() => self.free(which % self.live.len()),
            Step::Resize { which, size } if !self.live.is_empty() => {
                let which = which % self.live.len();
                self.resize(which, size);
            }
            _ => {}
        }
    }

    /// When nothing is in use, all of it can be had at once, and as any number of blocks.
    fn end(mut self, order: usize) {
        let size = self.memory.bytes.len();
        while !self.live.is_empty() {
            self.free(order % self.live.len());
        }
        let at = self.allocate(size, 1, true);
        assert_eq!(at, Some(START));
        self.free(0);
        let small = Heap::<WORD>::GRANULE;
        for _ in 0..size / small {
            assert!(self.allocate(small, 1, false).is_some());
        }
        assert!(self.allocate(1, 1, false).is_none());
    }
}

proptest! {
    #[test]
    fn blocks_are_apart_and_come_back(steps in steps(), room in 1usize..8, order in any::<usize>()) {
        fn with<const WORD: usize>(steps: &[Step], room: usize, order: usize) {
            let mut model = Model::<WORD>::new(room << 12);
            steps.iter().for_each(|step| model.step(step));
            model.end(order);
        }
        with::<4>(&steps, room, order);
        with::<8>(&steps, room, order);
    }
}

/// A mebibyte, here of 64 bytes: what counts is how many there are.
const MEBIBYTE: usize = 64 * SMALL;

#[test]
fn what_is_freed_is_used_again() {
    let mut model = Model::<8>::new(62 * MEBIBYTE);
    for _ in 0..70 {
        assert!(model.allocate(MEBIBYTE, 1, false).is_some());
        model.free(0);
    }
    // Not the latest: two are in use at a time.
    for _ in 0..70 {
        assert!(model.allocate(MEBIBYTE, 1, false).is_some());
        if model.live.len() == 2 {
            model.free(0);
        }
    }
}

/// Two vectors double in turn, from a 64th of a mebibyte to 16.
#[test]
fn two_that_grow_share_the_heap() {
    let mut model = Model::<8>::new(62 * MEBIBYTE);
    let first = MEBIBYTE / 64;
    for _ in 0..2 {
        assert!(model.allocate(first, 1, false).is_some());
    }
    for doubling in 1..=10 {
        for _ in 0..2 {
            // The older one is first, since the last one takes its place.
            let size = first << doubling;
            let old = model.live.iter().position(|live| live.size < size).unwrap();
            if !model.resize(old, size) {
                assert!(model.allocate(size, 1, false).is_some(), "{doubling}");
                let old = model.live.iter().position(|live| live.size < size).unwrap();
                model.free(old);
            }
        }
    }
    assert!(model.live.iter().all(|live| live.size == 16 * MEBIBYTE));
    // Most of what they were before is under them.
    let end = model.live.iter().map(|live| live.at + live.size).max();
    assert!(end.unwrap() - START <= 48 * MEBIBYTE);
}

#[test]
fn neighbours_are_joined_when_nothing_else_serves() {
    const COUNT: usize = 200;
    let mut model = Model::<4>::new(COUNT * 64);
    for _ in 0..COUNT {
        assert!(model.allocate(64, 1, false).is_some());
    }
    assert!(model.allocate(1, 1, false).is_none());
    // Every second one: no two are neighbours.
    for at in (0..COUNT).step_by(2) {
        let place = START + at * 64;
        let which = model.live.iter().position(|live| live.at == place).unwrap();
        model.free(which);
    }
    assert!(model.allocate(65, 1, false).is_none());
    assert!(model.allocate(64, 1, false).is_some());
    // One more joins three.
    let which = model
        .live
        .iter()
        .position(|live| live.at == START + 101 * 64);
    model.free(which.unwrap());
    assert_eq!(model.allocate(192, 1, false), Some(START + 100 * 64));
}

#[test]
fn a_heap_without_memory_has_no_blocks() {
    let mut memory = Bytes::<8>::new(0);
    let mut heap = Heap::<8>::empty();
    assert!(heap.is_empty());
    for size in [0, 1, 1 << 20, usize::MAX] {
        assert_eq!(heap.allocate(&mut memory, size, 1), None);
        assert_eq!(heap.allocate_zeroed(&mut memory, size, 1 << 12), None);
    }
}
