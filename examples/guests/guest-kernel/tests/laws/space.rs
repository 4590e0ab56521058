//! The address space against a model that knows every page by itself.

use guest_kernel::map::{MAP_START, PAGE};
use guest_kernel::space::{Kind, Space};
use proptest::prelude::*;

/// Pages that the model has: what is mapped here stays near the start.
const PAGES: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Page {
    Clean,
    Dirty,
    Reserved,
    /// Mapped, and whether something was written since it was cleared.
    Used(bool),
}

#[derive(Clone, Debug)]
enum Step {
    Map(u64, bool),
    MapAt(u64, u64, bool),
    Unmap(u64, u64),
    Allow(u64, u64),
    Discard(u64, u64),
    Write(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let place = 0..PAGES as u64 - 30;
    let length = 1..30u64;
    prop_oneof![
        (1..8u64, any::<bool>()).prop_map(|(n, r)| Step::Map(n, r)),
        (place.clone(), length.clone(), any::<bool>()).prop_map(|(a, n, r)| Step::MapAt(a, n, r)),
        (place.clone(), length.clone()).prop_map(|(a, n)| Step::Unmap(a, n)),
        (place.clone(), length.clone()).prop_map(|(a, n)| Step::Allow(a, n)),
        (place.clone(), length).prop_map(|(a, n)| Step::Discard(a, n)),
        place.prop_map(Step::Write),
    ]
}

fn address(page: u64) -> u64 {
    MAP_START + page * PAGE
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 200 } else { 5_000 }))]

    /// Whatever is done: mapped memory that was not written reads zero, nothing that holds something is cleared
    /// without being asked for, and what is mapped anywhere was free.
    #[test]
    fn mapped_memory_reads_zero(steps in prop::collection::vec(step(), 1..60)) {
        let mut space = Box::new(Space::new());
        let mut pages = vec![Page::Clean; 4 * PAGES];
        // Which pages hold something.
        let mut full = vec![false; 4 * PAGES];
        for step in steps {
            let mut cleared = Vec::new();
            let mut clear = |at: u64, length: u64| {
                let first = ((at - MAP_START) / PAGE) as usize;
                cleared.extend(first..first + (length / PAGE) as usize);
            };
            let mut touched = 0..0;
            let kind = |reserved| if reserved { Kind::Reserved } else { Kind::Used };
            let page = |reserved| if reserved { Page::Reserved } else { Page::Used(false) };
            match step {
                Step::Map(length, reserved) => {
                    let at = space.map(length * PAGE, kind(reserved), &mut clear).unwrap();
                    let first = ((at - MAP_START) / PAGE) as usize;
                    touched = first..first + length as usize;
                    for place in touched.clone() {
                        prop_assert!(matches!(pages[place], Page::Clean | Page::Dirty));
                        // There is plenty of clean memory.
                        prop_assert_eq!(pages[place], Page::Clean);
                        pages[place] = page(reserved);
                    }
                }
                Step::MapAt(first, length, reserved) => {
                    space.map_at(address(first), length * PAGE, kind(reserved), &mut clear).unwrap();
                    touched = first as usize..(first + length) as usize;
                    pages[touched.clone()].fill(page(reserved));
                }
                Step::Unmap(first, length) => {
                    space.unmap(address(first), length * PAGE).unwrap();
                    for page in &mut pages[first as usize..(first + length) as usize] {
                        *page = match page {
                            Page::Used(_) | Page::Dirty => Page::Dirty,
                            _ => Page::Clean,
                        };
                    }
                }
                Step::Allow(first, length) => {
                    space.allow(address(first), length * PAGE).unwrap();
                    for page in &mut pages[first as usize..(first + length) as usize] {
                        if *page == Page::Reserved {
                            *page = Page::Used(false);
                        }
                    }
                }
                Step::Discard(first, length) => {
                    space.discard(address(first), length * PAGE, &mut clear);
                    touched = first as usize..(first + length) as usize;
                    for place in touched.clone() {
                        if let Page::Used(written) = &mut pages[place] {
                            *written = false;
                        }
                    }
                }
                Step::Write(at) => {
                    if let Page::Used(written) = &mut pages[at as usize] {
                        *written = true;
                        full[at as usize] = true;
                    }
                }
            }
            let asked = cleared.iter().all(|place| touched.contains(place));
            prop_assert!(asked, "{cleared:?} of {touched:?}");
            for place in cleared {
                full[place] = false;
            }
            for (place, page) in pages.iter().enumerate() {
                match page {
                    Page::Used(written) => prop_assert_eq!(full[place], *written, "page {}", place),
                    Page::Clean | Page::Reserved => prop_assert!(!full[place], "page {}", place),
                    Page::Dirty => {}
                }
                let free = space.is_free(address(place as u64), PAGE);
                prop_assert_eq!(free, matches!(page, Page::Clean | Page::Dirty), "page {}", place);
            }
        }
    }
}

/// Memory that was used before comes again, cleared, when there is no other.
#[test]
fn used_memory_comes_again() {
    let mut space = Box::new(Space::new());
    let large = 1 << 30;
    let mut cleared = 0;
    for round in 0..6 {
        let mut clear = |_, length| cleared += length;
        let places = [0; 3].map(|_| space.map(large, Kind::Used, &mut clear).unwrap());
        assert!(space.map(large, Kind::Used, &mut |_, _| {}).is_err());
        assert_eq!(cleared, round * 3 * large);
        for place in places {
            space.unmap(place, large).unwrap();
        }
    }
}

/// A table that is full is an error, and not the end.
#[test]
fn too_many_mappings_are_refused() {
    let mut space = Box::new(Space::new());
    let mut pages = 0..100_000u64;
    let failed = pages.find(|page| {
        let kind = if page % 2 == 0 {
            Kind::Used
        } else {
            Kind::Reserved
        };
        space
            .map_at(address(*page), PAGE, kind, &mut |_, _| {})
            .is_err()
    });
    assert!(failed.is_some_and(|count| count > 2_000), "{failed:?}");
    assert!(space.unmap(address(0), 50_000 * PAGE).is_err());
}
