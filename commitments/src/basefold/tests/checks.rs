//! For each check what it alone rejects.

use super::*;
use crate::codewords::merkle::{Hash, leaf, node};

/// Says another value of the longest columns, and other last rows.
#[derive(Clone, Copy, Default)]
struct Liar {
    value: Fr,
    /// Whether the last rows make up for it.
    rows: bool,
    claim: Fr,
}

impl Speaker for Liar {
    fn values(&mut self, values: &mut [[Fr; 2]]) {
        values[0][0] += self.value;
    }

    fn joined(&mut self, join: Fr) {
        // Only what joins first is false.
        if self.claim.is_zero() {
            self.claim = join * self.value;
        }
    }

    fn last(&mut self, rows: &mut [Fr]) {
        if self.rows {
            rows.iter_mut().for_each(|row| *row += self.claim);
        }
    }
}

fn case() -> Case {
    Case::dense(key(16, 2), 5, &[7, 7, 5, 3])
}

#[test]
fn values_add_up_to_the_claim() {
    let case = case();
    let (value, opening) = case.open(&Checks::all(), &mut Honest);
    let other = value + Fr::one();
    assert_eq!(case.verdict(&Checks::all(), value, &opening), Ok(()));
    let rejected = case.verdict(&Checks::all(), other, &opening);
    assert_eq!(rejected, Err(PcsError::Rejected));
    assert_eq!(
        case.verdict(&Checks::without(VALUES), other, &opening),
        Ok(())
    );
}

#[test]
fn the_last_rows_have_the_claimed_value() {
    let liar = || Liar {
        value: Fr::one(),
        ..Liar::default()
    };
    case().is_false(&Checks::without(LAST), liar, "value");
}

#[test]
fn words_are_what_is_folded() {
    let liar = || Liar {
        value: Fr::one(),
        rows: true,
        ..Liar::default()
    };
    case().is_false(&Checks::without(WORDS), liar, "last rows");
}

/// Any word as a column: what it would be a codeword of is claimed, and is right. Alone and among codewords.
#[test]
fn columns_are_near_codewords() {
    for (vars, far) in [
        (vec![6], 0),
        (vec![6, 6, 4], 1),
        (vec![6, 6, 4], 2),
        (vec![2], 0),
    ] {
        let mut case = Case::dense(key(16, 2), 9, &vars);
        let group = case.kept.groups.iter_mut().enumerate();
        let mut found = 0;
        for (number, group) in group {
            let mut columns = group.columns.clone();
            for column in &mut columns {
                if found == far {
                    *column = random(77, column.len());
                }
                found += 1;
            }
            *group = codewords::KeptGroup::of(columns);
            case.roots.roots[number] = group.tree.root();
        }
        case.is_false(
            &Checks::without(WORDS),
            || Honest,
            &format!("{vars:?} {far}"),
        );
    }
}

/// The opening of other columns than those committed to, of one length and of all.
#[test]
fn leaves_are_of_the_committed_trees() {
    for other in [vec![0], vec![1], vec![0, 1]] {
        let (mut case, others) = (
            Case::dense(key(8, 1), 1, &[5, 3]),
            Case::dense(key(8, 1), 50, &[5, 3]),
        );
        for tree in other {
            case.roots.roots[tree] = others.roots.roots[tree];
        }
        case.is_false(&Checks::without(LEAVES), || Honest, "another tree");
    }
    // The root of a word is heard; what is opened below another one is not.
    let case = case();
    let (value, mut opening) = case.open(&Checks::all(), &mut Honest);
    let path = |opening: &mut Opening| opening.words[0].leaves[3].path[0][0] ^= 1;
    path(&mut opening);
    let rejected = case.verdict(&Checks::all(), value, &opening);
    assert_eq!(rejected, Err(PcsError::Rejected));
    assert_eq!(
        case.verdict(&Checks::without(LEAVES), value, &opening),
        Ok(())
    );
}

/// A leaf of two values is no node, and the other way round; nor are neighbours exchanged.
#[test]
fn leaves_are_no_nodes() {
    let values = random(4, 2);
    let bytes = |value: &Fr| -> Hash {
        let mut bytes = Vec::new();
        crate::wire::put(value, &mut bytes);
        bytes.try_into().unwrap()
    };
    let hashes = [bytes(&values[0]), bytes(&values[1])];
    assert_ne!(leaf(&values), node(&hashes[0], &hashes[1]));
    assert_ne!(node(&hashes[0], &hashes[1]), node(&hashes[1], &hashes[0]));
    assert_ne!(leaf(&values), leaf(&values[..1]));
}

#[test]
fn openings_of_another_size_are_refused() {
    type Change = fn(&mut Opening);
    let case = case();
    let (value, opening) = case.open(&Checks::all(), &mut Honest);
    let changes: [Change; 16] = [
        |o| o.values.truncate(1),
        |o| o.values.push([Fr::zero(); 2]),
        |o| o.layers.truncate(1),
        |o| o.layers.push([0; 32]),
        |o| o.slopes.truncate(4),
        |o| o.slopes.push(Fr::zero()),
        |o| o.last.truncate(3),
        |o| o.last.push(Fr::zero()),
        |o| o.columns.truncate(2),
        |o| o.words.truncate(1),
        |o| o.words[0].leaves.truncate(15),
        |o| o.columns[0].leaves[2].values.truncate(1),
        |o| o.columns[0].leaves[2].values.push(Fr::zero()),
        |o| o.columns[1].leaves[0].path.truncate(1),
        |o| o.words[0].cap.truncate(8),
        |o| o.words[1].leaves[0].path.push([0; 32]),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut other = opening.clone();
        change(&mut other);
        assert_ne!(other, opening, "{number}");
        assert!(
            case.verdict(&Checks::all(), value, &other).is_err(),
            "{number}"
        );
    }
}
