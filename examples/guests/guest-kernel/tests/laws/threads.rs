//! The ring of threads that can run and the line of those that wait, against a model that is two lists.

use guest_kernel::threads::{NOBODY, SLOTS, Slot, State, Threads};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Add,
    Wait,
    Wake(usize),
    End,
    Turn,
    Run(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Add),
        2 => Just(Step::Wait),
        3 => any::<usize>().prop_map(Step::Wake),
        1 => Just(Step::End),
        2 => Just(Step::Turn),
        1 => any::<usize>().prop_map(Step::Run),
    ]
}

/// Those that can run, the current one first, and those that wait.
#[derive(Default)]
struct Model {
    ring: Vec<u32>,
    line: Vec<u32>,
}

fn tid(threads: &Threads, slot: Slot) -> u32 {
    threads[slot].tid
}

/// The ring as it is found by turning.
fn ring(threads: &Threads) -> Vec<u32> {
    let mut turned = threads.clone();
    let first = turned.current();
    let mut found = Vec::new();
    while first != 0 && (found.is_empty() || turned.current() != first) {
        found.push(tid(&turned, turned.current()));
        turned.turn();
    }
    found
}

fn line(threads: &Threads) -> Vec<u32> {
    let mut found = Vec::new();
    let mut waiting = threads.waiting();
    while let Some(slot) = waiting.next(threads) {
        found.push(tid(threads, slot));
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 100 } else { 2_000 }))]

    #[test]
    fn threads_are_two_lists(steps in prop::collection::vec(step(), 1..80)) {
        let mut threads = Box::new(Threads::new());
        let mut model = Model::default();
        let mut next = 1;
        for step in steps {
            match step {
                Step::Add => {
                    let mut thread = NOBODY;
                    thread.tid = next;
                    prop_assert!(threads.add(thread).is_some());
                    model.ring.push(next);
                    next += 1;
                }
                Step::Wait if !model.ring.is_empty() => {
                    threads.wait(State::Sleep);
                    model.line.push(model.ring.remove(0));
                }
                Step::Wake(which) if !model.line.is_empty() => {
                    let woken = model.line.remove(which % model.line.len());
                    let slot = threads.find(woken.into()).expect("it waits");
                    threads.wake(slot);
                    model.ring.push(woken);
                }
                Step::End if !model.ring.is_empty() => {
                    threads.end();
                    model.ring.remove(0);
                }
                Step::Turn if !model.ring.is_empty() => {
                    threads.turn();
                    model.ring.rotate_left(1);
                }
                Step::Run(which) if !model.ring.is_empty() => {
                    let place = which % model.ring.len();
                    let slot = threads.find(model.ring[place].into()).expect("it can run");
                    threads.run(slot);
                    model.ring.rotate_left(place);
                }
                _ => {}
            }
            prop_assert_eq!(ring(&threads), model.ring.clone());
            prop_assert_eq!(line(&threads), model.line.clone());
            prop_assert_eq!(threads.alive().count(), model.ring.len() + model.line.len());
            if !model.ring.is_empty() {
                prop_assert_eq!(threads.is_contended(), model.ring.len() > 1);
            }
        }
    }
}

/// There is a place for every slot but the one that is nobody's, and places come again.
#[test]
fn slots_come_again() {
    let mut threads = Box::new(Threads::new());
    for round in 0..2 {
        for _ in 1..SLOTS {
            assert!(threads.add(NOBODY).is_some(), "{round}");
        }
        assert!(threads.add(NOBODY).is_none());
        while threads.current() != 0 {
            threads.end();
        }
    }
}
