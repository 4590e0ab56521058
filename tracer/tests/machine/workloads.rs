//! Guests that do what larger programs do, against models written for this test, and against other software's
//! results.

use crate::support::guests::{hex, outcome, output, public};
use tracer::{ExitStatus, Inputs};

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

fn pair(first: u32, second: u32) -> Inputs {
    public(&[&first.to_le_bytes(), &second.to_le_bytes()])
}

/// An ordered map, as a sorted list.
fn btree_model(n: u64, mut state: u64) -> String {
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % (8 * n + 1)
    };
    let mut list: Vec<(u64, u64)> = Vec::new();
    let mut gone = 0;
    for turn in 0..n + n / 4 + n / 2 {
        let key = next();
        let at = list.partition_point(|(k, _)| *k < key);
        let value = if turn < n { turn } else { turn - n / 4 };
        if (n..n + n / 4).contains(&turn) {
            if at < list.len() {
                gone += list.remove(at).1;
            }
        } else if list.get(at).is_some_and(|(k, _)| *k == key) {
            gone += list[at].1;
            list[at].1 = value;
        } else {
            list.insert(at, (key, value));
        }
    }
    let range = list.iter().filter(|(key, _)| (2 * n..=6 * n).contains(key));
    let scanned = range.clone().count() as u64;
    let terms = range
        .zip(1u64..)
        .map(|((key, value), i)| i.wrapping_mul(key ^ value));
    let sum = terms.fold(0u64, u64::wrapping_add);
    hex(&[gone, list.len() as u64, scanned, sum]
        .map(u64::to_le_bytes)
        .concat())
}

#[test]
fn btree() {
    for name in ["btree", "btree-rv32"] {
        assert_eq!(output(name, &Inputs::default()), btree_model(24, 1));
        for (n, seed) in [(0u32, 1u64), (1, 2), (7, 3), (608, 4)] {
            let inputs = public(&[&n.to_le_bytes(), &seed.to_le_bytes()]);
            assert_eq!(
                output(name, &inputs),
                btree_model(n.into(), seed),
                "{n} from {seed}"
            );
        }
    }
}

/// The expected digests and counts are Python's.
#[test]
fn json() {
    for name in ["json", "json-rv32", "json-rv64imac"] {
        assert_eq!(
            output(name, &Inputs::default()),
            "f5d3d07eb8d384900bf0d604ad5ac046776a74cbd83ede03fcd3a8bb8fcf9320\
             04000000010000000500000005000000010000000100000004000000"
        );
        let document = r#"[[], {}, {"b": [1, -2, 18446744073709551615, 0.125, -7.75],
            "a": "\u20ac \"q\" \\ \n"}, [[[[true, false, null]]]], ""]"#;
        assert_eq!(
            output(name, &Inputs::public(document)),
            "e80d98fb869cce68b8464d5e67ff46b5ce728f87d6d338f24ba310bd4b447971\
             02000000070000000200000005000000020000000100000006000000"
        );
        assert_eq!(
            output(name, &Inputs::public(*b" 7 ")),
            "7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451\
             00000000000000000000000001000000000000000000000001000000"
        );
        let cut = outcome(name, &Inputs::public(*b"[1, 2"));
        assert_eq!((cut.status, cut.output.len()), (ExitStatus::Exit(1), 0));
        assert!(cut.printed.starts_with("no JSON: EOF"), "{}", cut.printed);
    }
}

/// Keys and signatures are OpenSSL's.
#[test]
fn ecdsa() {
    let first = "02bb50e2d89a4ed70663d080659fe0ad4b9bc3e06c17a227433966cb59ceee020d\
        1aba185dafce35166c3b5a7e8b90d33c6d7b34c9804a3d16957c173e67bd0f4b\
        6bb06e36fa645c6697acaad1435f60b1362fbe429e4af81a190f7188b4497e0c";
    let second = "025cbdf0646e5db4eaa398f365f2ea7a0e3d419b7e0330e39ce92bddedcac4f9bc\
        796cb0ad68cbfddf557dbb7963c2262b0ab4a5d4b9e045c045ec930c99d7e7de\
        798fe0328395964427e75739d434438e576812192637ea8fe3e40a5f288c2bf3";
    // The other signature for the same message, with s above half of the order.
    let high = "02bb50e2d89a4ed70663d080659fe0ad4b9bc3e06c17a227433966cb59ceee020d\
        1aba185dafce35166c3b5a7e8b90d33c6d7b34c9804a3d16957c173e67bd0f4b\
        944f91c9059ba3996853552ebca09f4d847f1ea410fda821a6c2ed041becc335";
    let with = |hex: &str, message: &[u8]| public(&[&bytes(hex), message]);
    for name in ["ecdsa", "ecdsa-rv32"] {
        assert_eq!(output(name, &Inputs::default()), "01");
        assert_eq!(output(name, &with(second, b"")), "01");
        assert_eq!(output(name, &with(first, b"another message")), "00");
        assert_eq!(output(name, &with(high, b"a signed message")), "00");
        // No key: the compressed form begins with 2 or 3.
        assert_eq!(output(name, &public(&[&[0; 97]])), "00");
        let short = outcome(name, &public(&[&[2; 96]]));
        assert_eq!(short.status, ExitStatus::Exit(1));
    }
}

fn draw(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
    (*state >> 16) & 0x7fff
}

/// CRC-16 over the bits of a number, lowest first.
fn crc16(crc: u16, number: u32) -> u16 {
    (0..32).fold(crc, |crc, bit| {
        let odd = (u32::from(crc) ^ (number >> bit)) & 1 == 1;
        (crc >> 1) ^ if odd { 0xa001 } else { 0 }
    })
}

fn list_model(mut seed: u32) -> u16 {
    let mut keys: Vec<(u32, u32)> = (0..24).map(|turn| (draw(&mut seed) & 63, turn)).collect();
    let wanted = (0..64).step_by(8);
    let hits = wanted.filter(|wanted| keys.iter().any(|(key, _)| key == wanted));
    let crc = crc16(0, hits.count() as u32);
    // A stable sort keeps the order of turns.
    keys.sort();
    keys.iter()
        .fold(crc, |crc, (key, turn)| crc16(crc, key << 16 | turn))
}

fn matrix_model(mut seed: u32) -> u16 {
    let (mut a, mut b) = ([[0i64; 6]; 6], [[0i64; 6]; 6]);
    for (a, b) in a.iter_mut().flatten().zip(b.iter_mut().flatten()) {
        *a = i64::from(draw(&mut seed)) - 0x4000;
        *b = i64::from(draw(&mut seed) & 0xff);
    }
    (0..6).fold(0, |crc, i| {
        let row = (0..6).map(|j| {
            let c: i64 = (0..6).map(|k| a[i][k] * b[k][j]).sum();
            c.div_euclid(4).rem_euclid(16) * c.div_euclid(32).rem_euclid(128) - a[j][i]
        });
        crc16(crc, row.sum::<i64>() as u32)
    })
}

/// The transitions as a table: states by digit, sign, point, `e`.
fn state_model(mut seed: u32) -> u16 {
    const NEXT: [[usize; 4]; 9] = [
        [2, 1, 3, 8],
        [2, 8, 3, 8],
        [2, 8, 4, 5],
        [4, 8, 8, 8],
        [4, 8, 8, 5],
        [7, 6, 8, 8],
        [7, 8, 8, 8],
        [7, 8, 8, 8],
        [8, 8, 8, 8],
    ];
    let (mut ends, mut visits, mut state) = ([0u32; 9], [0u32; 9], 0);
    for _ in 0..96 {
        let class = match draw(&mut seed) & 15 {
            0..=9 => 0,
            10 | 11 => 1,
            12 => 2,
            13 => 3,
            _ => {
                ends[std::mem::take(&mut state)] += 1;
                continue;
            }
        };
        state = NEXT[state][class];
        visits[state] += 1;
    }
    (0..9).fold(0, |crc, i| crc16(crc, ends[i] << 16 | visits[i]))
}

#[test]
fn c_kernels() {
    let model = |turns: u32, seed: u32| {
        let checks = [list_model, matrix_model, state_model].map(|kernel| {
            let turn = |crc, turn| crc16(crc, kernel(seed + turn).into());
            (0..turns).fold(0, turn)
        });
        hex(&checks.map(u16::to_le_bytes).concat())
    };
    for name in ["c-kernels", "c-kernels-rv32", "c-kernels-rv64imac"] {
        assert_eq!(output(name, &Inputs::default()), model(1, 1));
        for (turns, seed) in [(0, 1), (20, 7), (3, 0xffff_0000)] {
            assert_eq!(output(name, &pair(turns, seed)), model(turns, seed));
        }
        let wrong = outcome(name, &Inputs::public([1]));
        assert_eq!(wrong.status, ExitStatus::Exit(1));
    }
}

/// A process of the simulation: when it acts next, its turn among those that act then, its kind, its state,
/// and how often a ticker still acts.
#[derive(Clone, Copy)]
struct Process {
    time: u32,
    order: u32,
    kind: u32,
    state: u32,
    left: u32,
}

impl Process {
    /// What one action produces, and the time until the next, 0 for none.
    fn act(&mut self) -> (u32, u32) {
        let state = &mut self.state;
        match self.kind {
            0 => {
                *state = if *state % 2 == 1 {
                    3 * *state + 1
                } else {
                    *state / 2
                };
                (*state, if *state > 1 { 1 + *state % 3 } else { 0 })
            }
            1 => {
                let drawn = draw(state) & 255;
                (
                    drawn,
                    if drawn.is_multiple_of(16) {
                        0
                    } else {
                        1 + drawn % 7
                    },
                )
            }
            _ => {
                self.left -= 1;
                (*state, if self.left > 0 { *state } else { 0 })
            }
        }
    }
}

/// The simulation without a queue: the next event is searched for.
fn events_model(processes: u32, seed: u32) -> String {
    let start = |i: u32| {
        let seed = seed + 7 * i;
        Process {
            time: 0,
            order: i,
            kind: i % 3,
            state: [1 + seed % 30, seed, 1 + seed % 5][i as usize % 3],
            left: 10,
        }
    };
    let mut waiting: Vec<Process> = (0..processes).map(start).collect();
    let (mut order, mut hash, mut actions, mut now) = (processes, 0u32, 0u32, 0);
    while let Some(next) = (0..waiting.len()).min_by_key(|i| (waiting[*i].time, waiting[*i].order))
    {
        let mut process = waiting.swap_remove(next);
        now = process.time;
        let (produced, wait) = process.act();
        hash = hash.wrapping_mul(31).wrapping_add(produced);
        actions += 1;
        if wait > 0 {
            process.time += wait;
            process.order = order;
            order += 1;
            waiting.push(process);
        }
    }
    hex(&[hash, actions, now, 0].map(u32::to_le_bytes).concat())
}

#[test]
fn cpp_events() {
    for name in ["cpp-events", "cpp-events-rv32"] {
        assert_eq!(output(name, &Inputs::default()), events_model(6, 1));
        for (processes, seed) in [(0, 1), (1, 5), (40, 1000)] {
            let expected = events_model(processes, seed);
            assert_eq!(output(name, &pair(processes, seed)), expected);
        }
    }
}

/// A program with `std`: standard input and output, a hash map, formatted text.
#[test]
fn words() {
    let text = "b a a  b\tb\nc d e f a-b a-b ü ü ü ü";
    let expected = "4 ü\n3 b\n2 a\n2 a-b\n1 c\n";
    for name in ["words", "words-rv32"] {
        let run = outcome(name, &Inputs::public(text));
        assert_eq!(run.status, ExitStatus::Exit(0));
        assert_eq!(run.printed, expected);
        assert_eq!(run.output, expected.as_bytes());
        let run = outcome(name, &Inputs::default());
        assert_eq!(run.printed, "3 and\n3 the\n2 a\n1 bird\n1 cat\n");
        // What is no UTF-8 is an error that `main` returns.
        let wrong = outcome(name, &Inputs::public([0xff]));
        assert_eq!(wrong.status, ExitStatus::Exit(1));
        assert!(wrong.printed.contains("InvalidData"), "{}", wrong.printed);
    }
}
