//! Every checked-in guest runs and gives the output that other software computed.

use crate::support::guests::{hex, outcome, output, public};
use sha2::{Digest, Sha256};
use tracer::{ExitStatus, Inputs};

#[test]
fn fibonacci() {
    for name in ["fibonacci", "fibonacci-rv32", "fibonacci-rv32imac"] {
        let of = |n: u64| output(name, &public(&[&n.to_le_bytes()]));
        assert_eq!(
            output(name, &Inputs::default()),
            "4b60c05cc74d590bc75f8086526d8e4c"
        );
        assert_eq!(of(12345), "a299513409d37932a0ca969ec55cf969");
        assert_eq!(of(0), "00000000000000000000000000000000");
    }
}

#[test]
fn sha256_chain() {
    let start: [u8; 32] = std::array::from_fn(|i| i as u8);
    for name in ["sha256-chain", "sha256-chain-rv32"] {
        assert_eq!(
            output(name, &Inputs::default()),
            "6cab3cdbad24b6ffcb4b3fb558b6c4770b0358ec4b32d74825a431ab3b326f98"
        );
        assert_eq!(
            output(name, &public(&[&3u32.to_le_bytes(), &start])),
            "4e05063392f42b5180353ef82da86c714042155044d91ab3253f1bab08120a0a"
        );
    }
}

#[test]
fn keccak_chain() {
    let start: [u8; 32] = std::array::from_fn(|i| i as u8);
    for name in ["keccak-chain", "keccak-chain-rv32"] {
        assert_eq!(
            output(name, &Inputs::default()),
            "fc927d16c82bd10b6f9c7db315be69a559221889a64795eaaf00f0f757c7260f"
        );
        assert_eq!(
            output(name, &public(&[&3u32.to_le_bytes(), &start])),
            "fb9430281ba0bf3937844be9e08bdb87fb4c95d85c2d9d79402bf5bc258699ca"
        );
    }
}

#[test]
fn sort() {
    for name in ["sort", "sort-rv32"] {
        let of =
            |n: u32, seed: u64| output(name, &public(&[&n.to_le_bytes(), &seed.to_le_bytes()]));
        assert_eq!(
            output(name, &Inputs::default()),
            "0d7b64b9ccf1656841208240000000007435a3ce1d9993ff"
        );
        assert_eq!(
            of(77, 99),
            "1e9a159e4b94e724a3784af118000000ee3810f60cdc68fe"
        );
        assert_eq!(of(0, 5), "0".repeat(48));
    }
}

#[test]
fn bytes() {
    for name in ["bytes", "bytes-rv32"] {
        let run = outcome(name, &Inputs::default());
        assert_eq!(run.printed, "183 bytes, 6 letters e\n");
        assert_eq!(run.output.len(), 489);
        assert!(
            run.output
                .starts_with(b"VOW. MY JUDGE QUARTZ, BLACK OF SPHINX AAAA")
        );
        assert_eq!(
            output(name, &Inputs::public(*b"ab  CC d")),
            "4420434320414200016101620220024301200164000100010002000100".to_owned()
                + &"0".repeat(88)
        );
    }
}

#[test]
fn private_sum() {
    for name in ["private-sum", "private-sum-rv32"] {
        let numbers: Vec<u8> = [3, 1 << 63, (1 << 63) + 5, 7u64]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        assert_eq!(
            output(name, &Inputs::private(numbers)),
            "0f000000000000008ecccb3b62bbfcefa768889e52ae6f22c8f4a3ccb35b8b900808399ab8f9f642"
        );
        assert_eq!(
            output(name, &Inputs::default()),
            "0000000000000000e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let odd = outcome(name, &Inputs::private([1, 2, 3]));
        assert_eq!((odd.status, odd.output.len()), (ExitStatus::Exit(1), 0));
        assert_eq!(odd.printed, "3 bytes are no list of 8-byte numbers\n");
    }
}

#[test]
fn c_mix() {
    for name in ["c-mix", "c-mix-rv32"] {
        assert_eq!(
            output(name, &Inputs::default()),
            "bfd95a7a1800000066926203b0831ae500000000"
        );
        assert_eq!(
            output(name, &Inputs::public(*b"one; two. three,four five")),
            "dbb1c5e505000000eaf6d6c9aed0f2dc00000000"
        );
        assert_eq!(
            outcome(name, &Inputs::public([b'x'; 16384])).status,
            ExitStatus::Exit(1)
        );
    }
}

#[test]
fn htif() {
    assert_eq!(output("htif", &Inputs::default()), "");
}

#[test]
fn endings() {
    ends_as_told("panic", 9_223_372_036_854_775_800);
    ends_as_told("panic-rv32", 2_147_483_640);
}

/// `most`: the size of an allocation that no memory has.
fn ends_as_told(name: &str, most: u64) {
    let end = |input: &[u8]| {
        let run = outcome(name, &Inputs::public(input));
        assert_eq!(run.output, b"before");
        (run.status, run.printed)
    };
    assert_eq!(end(&[]), (ExitStatus::Exit(0), String::new()));
    for code in [0, 1, 255] {
        assert_eq!(
            end(&[1, code]),
            (ExitStatus::Exit(code.into()), String::new())
        );
    }
    for (input, message) in [
        (2, "panic/src/main.rs:"),
        (2, "asked to panic"),
        (3, "out of range for slice of length 1"),
        (4, "public output of more than 32768 bytes"),
        (5, &format!("memory allocation of {most} bytes failed")),
    ] {
        let (status, printed) = end(&[input]);
        assert_eq!(status, ExitStatus::Panicked);
        assert!(printed.contains(message), "{printed}");
    }
    // More private input than memory.
    let mut inputs = Inputs::public([6]);
    inputs.private = vec![0; 70 << 20];
    let large = outcome(name, &inputs);
    assert_eq!(large.status, ExitStatus::Panicked);
    assert!(
        large
            .printed
            .contains("private input of 73400320 bytes does not fit in memory")
    );
    // No private input is an empty one.
    assert_eq!(end(&[6]), (ExitStatus::Exit(0), String::new()));
}

/// An allocation whose end is beyond the heap, and on 32 bits beyond the address space.
#[test]
fn allocations_are_checked() {
    for name in ["sort", "sort-rv32"] {
        let run = outcome(name, &public(&[&0x0fff_ffffu32.to_le_bytes(), &[1; 8]]));
        assert_eq!(run.status, ExitStatus::Panicked);
    }
}

/// The checked-in files are those that the build recorded.
#[test]
fn elf_files_have_the_recorded_digests() {
    let record = include_str!("../../../examples/guests/BUILD.toml");
    let (_, guests) = record.split_once("[guests]").unwrap();
    let digests: Vec<_> = guests
        .lines()
        .filter_map(|line| Some((line.split_once(" = ")?.0, line.split_once("sha256 = ")?.1)))
        .collect();
    assert_eq!(digests.len(), 34);
    for (name, digest) in digests {
        assert_eq!(
            hex(&Sha256::digest(crate::support::elf(name))),
            digest.trim_matches(['"', ' ', '}']),
            "{name}"
        );
    }
}

/// The price of an instruction in cycles, with the input that a guest has of its own: at most 1.12 on average
/// and 1.4 at worst, but for `panic` and `htif`, which run for a few dozen instructions.
#[test]
fn cycles_per_instruction() {
    let record = include_str!("../../../examples/guests/BUILD.toml");
    let (_, guests) = record.split_once("[guests]").unwrap();
    let names = guests
        .lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0));
    // Kernels do not run by themselves.
    let names = names.filter(|name| !name.ends_with("-kernel"));
    let mut ratios = Vec::new();
    for name in names {
        let inputs = match name.starts_with("private-sum") {
            true => Inputs::private([7; 128]),
            false => Inputs::default(),
        };
        let run = outcome(name, &inputs);
        let ratio = run.profile.total().ratio();
        let mut costly: Vec<_> = run.profile.instructions.iter().collect();
        costly.sort_by_key(|(_, count)| std::cmp::Reverse(count.cycles - count.retired));
        println!(
            "{name}: {} cycles, {ratio:.3} per instruction; most extra: {:?}",
            run.cycles,
            &costly[..3]
        );
        let short = name.starts_with("panic") || name == "htif";
        assert!(short || ratio <= 1.4, "{name}: {ratio:.3}");
        ratios.push(ratio);
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    println!("mean {mean:.3}");
    assert!(mean <= 1.12, "mean {mean:.3}");
}
