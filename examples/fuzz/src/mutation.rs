//! Changes to a file.

use proptest::prelude::*;
use proptest::sample::Index;

/// One change. Positions are relative: to the fields that a format has, or to the length.
#[derive(Clone, Debug)]
pub enum Mutation {
    /// Inverts a bit.
    Flip(Place, u8),
    /// Overwrites an integer of 1, 2, 4 or 8 bytes.
    Set(Place, Width, u64),
    /// Adds to an integer.
    Add(Place, Width, i64),
    /// Overwrites bytes by those from elsewhere.
    Copy(Place, Place, usize),
    /// Exchanges bytes with those elsewhere.
    Swap(Place, Place, usize),
    /// Takes bytes out.
    Remove(Place, usize),
    /// Puts bytes in.
    Insert(Place, Vec<u8>),
    /// Cuts the end off.
    Truncate(Index),
}

/// Where a change happens.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// At a field of the format.
    Field(Index),
    /// At any byte.
    Anywhere(Index),
}

/// `log2` of the bytes of an integer.
#[derive(Clone, Copy, Debug)]
pub struct Width(u8);

impl Place {
    fn of(self, fields: &[usize], length: usize) -> usize {
        let at = match self {
            Place::Field(index) if !fields.is_empty() => fields[index.index(fields.len())],
            Place::Field(index) | Place::Anywhere(index) => index.index(length),
        };
        at.min(length - 1)
    }
}

impl Mutation {
    /// Changes a file whose fields begin at these positions.
    pub fn apply(&self, file: &mut Vec<u8>, fields: &[usize]) {
        let length = file.len();
        if length == 0 {
            return;
        }
        let integer = |file: &mut [u8], at: usize, width: Width, change: &dyn Fn(u64) -> u64| {
            let end = (at + (1 << width.0)).min(length);
            let mut word = [0; 8];
            word[..end - at].copy_from_slice(&file[at..end]);
            let word = change(u64::from_le_bytes(word)).to_le_bytes();
            file[at..end].copy_from_slice(&word[..end - at]);
        };
        match self {
            Mutation::Flip(place, bit) => file[place.of(fields, length)] ^= 1 << (bit % 8),
            Mutation::Set(place, width, value) => {
                integer(file, place.of(fields, length), *width, &|_| *value);
            }
            Mutation::Add(place, width, by) => {
                let add = |value: u64| value.wrapping_add_signed(*by);
                integer(file, place.of(fields, length), *width, &add);
            }
            Mutation::Copy(from, to, count) => {
                let (from, to) = (from.of(fields, length), to.of(fields, length));
                let count = (*count).min(length - from.max(to));
                file.copy_within(from..from + count, to);
            }
            Mutation::Swap(a, b, count) => {
                let (a, b) = (a.of(fields, length), b.of(fields, length));
                for i in 0..(*count).min(length - a.max(b)) {
                    file.swap(a + i, b + i);
                }
            }
            Mutation::Remove(place, count) => {
                let at = place.of(fields, length);
                file.drain(at..(at + count).min(length));
            }
            Mutation::Insert(place, bytes) => {
                let at = place.of(fields, length);
                file.splice(at..at, bytes.iter().copied());
            }
            Mutation::Truncate(at) => file.truncate(at.index(length)),
        }
    }
}

/// A list of changes, of which those to the length of the file are rare.
pub fn mutations(most: usize) -> impl Strategy<Value = Vec<Mutation>> {
    let place = || {
        prop_oneof![
            3 => any::<Index>().prop_map(Place::Field),
            1 => any::<Index>().prop_map(Place::Anywhere),
        ]
    };
    let width = || (0u8..4).prop_map(Width);
    let value = prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::from(u32::MAX)),
        Just(1 << 63),
        Just(0x8000_0000),
        0u64..256,
        (0u32..64).prop_map(|bit| 1 << bit),
        (0u32..64).prop_map(|bit| (1u64 << bit).wrapping_sub(1)),
        any::<u64>(),
    ];
    let count = || prop_oneof![Just(1usize), Just(8), Just(32), Just(64), 1usize..200];
    let one = prop_oneof![
        4 => (place(), 0u8..8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        6 => (place(), width(), value).prop_map(|(at, w, x)| Mutation::Set(at, w, x)),
        3 => (place(), width(), -300i64..300).prop_map(|(at, w, x)| Mutation::Add(at, w, x)),
        2 => (place(), place(), count()).prop_map(|(a, b, n)| Mutation::Copy(a, b, n)),
        2 => (place(), place(), count()).prop_map(|(a, b, n)| Mutation::Swap(a, b, n)),
        1 => (place(), count()).prop_map(|(at, n)| Mutation::Remove(at, n)),
        1 => (place(), prop::collection::vec(any::<u8>(), 1..40))
            .prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => any::<Index>().prop_map(Mutation::Truncate),
    ];
    prop::collection::vec(one, 1..=most)
}
