//! Whatever a file says, finding out that it is no proof takes no more memory than a valid one within the caller's
//! policy. Memory is counted by the allocator, for the whole process: so this is a binary of one test.
#![allow(clippy::unwrap_used)]

use commitments::{CacheDir, Setup};
use jolt_core::api::{Config, ProvingKey, VerifyingKey, setup};
use jolt_core::policy::Policy;
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use peak_alloc::PeakAlloc;
use sumcheck::analysis::sample;
use tracer::{Inputs, Program};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Most cycles that the caller accepts.
const VARS: usize = 12;
/// Longest file that the caller accepts.
const BYTES: usize = 1 << 18;
/// What is held by chance.
const SLACK: usize = 16 << 10;

fn elf() -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/../examples/guests/elf/fibonacci.elf")).unwrap()
}

fn no_cache() -> Setup {
    Setup::Builtin {
        cache: CacheDir::Off,
    }
}

fn key(lookup: &str, memory: &str) -> ProvingKey {
    let config = Config {
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        max_cycle_vars: VARS,
        setup: no_cache(),
        ..Config::default()
    };
    setup(Program::from_elf(&elf()).unwrap(), &config).unwrap()
}

/// Most bytes that were held at once while this ran, beyond what was held before.
fn peak<T>(run: impl FnOnce() -> T) -> (usize, T) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let result = run();
    (MEMORY.peak_usage().saturating_sub(before), result)
}

/// All that a verifier does with a file.
fn received(policy: &Policy, program: &[u8], file: &[u8]) -> Result<(), String> {
    let proof = policy.read(file).map_err(|e| e.to_string())?;
    let program = Program::from_elf(program).map_err(|e| e.to_string())?;
    let from = (&no_cache(), &Registry::builtin());
    let key = policy.verifying_key(program, &proof, from);
    let key = key.map_err(|e| e.to_string())?;
    key.verify(&proof).map(|_| ()).map_err(|e| e.to_string())
}

/// Every value of every field of a header, and what is left of a file when its end is missing. Of a sample each name and
/// each size, each length and each place that has it, another byte in each place but within the digest of the key, of which
/// it is one in eight, and a third of the lengths.
fn hostile(valid: &Proof) -> Vec<(String, Vec<u8>)> {
    let registry = Registry::builtin();
    let names = |known: Vec<&'static str>| {
        let foreign = [
            "",
            "none",
            "Shout",
            "a name of more than a few letters",
            "\u{1b}[2J",
        ];
        known
            .into_iter()
            .chain(foreign)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let lookups = names(registry.lookup_names());
    let memories = names(registry.memory_names());
    let schemes = names(registry.schemes().names().collect());
    let mut files = Vec::new();
    let mut add = |what: String, proof: &Proof| files.push((what, proof.to_bytes()));
    let mut all = Vec::new();
    for lookup in &lookups {
        for memory in &memories {
            for scheme in &schemes {
                let sizes = [0, 6, VARS, VARS + 1, 26, 27, 63, 64, 255];
                all.extend(sizes.map(|cycle_vars| (lookup, memory, scheme, cycle_vars)));
            }
        }
    }
    let about = |(lookup, memory, scheme, cycle_vars): &(&String, &String, &String, usize)| {
        vec![
            format!("lookup {lookup}"),
            format!("memory {memory}"),
            format!("scheme {scheme}"),
            format!("2^{cycle_vars}"),
        ]
    };
    for (lookup, memory, scheme, cycle_vars) in sample::of(all, about) {
        let mut proof = valid.clone();
        (proof.lookup, proof.memory) = (lookup.clone(), memory.clone());
        proof.scheme = scheme.clone();
        proof.statement.cycle_vars = cycle_vars;
        if proof != *valid {
            add(format!("{lookup} {memory} {scheme} 2^{cycle_vars}"), &proof);
        }
    }
    type Change = (&'static str, fn(&mut Proof, usize));
    let changes: [Change; 6] = [
        ("bytes of input", |proof, length| {
            proof.statement.input = vec![0xff; length];
        }),
        ("bytes of output", |proof, length| {
            proof.statement.output = vec![0xff; length];
        }),
        ("bytes 0 in place of the proof", |proof, length| {
            proof.payload = vec![0; length];
        }),
        ("bytes 0x40 in place of the proof", |proof, length| {
            proof.payload = vec![0x40; length];
        }),
        ("bytes 0xff in place of the proof", |proof, length| {
            proof.payload = vec![0xff; length];
        }),
        ("bytes and one too many", |proof, length| {
            proof.payload.extend(vec![0; length + 1]);
        }),
    ];
    let lengths = [
        0,
        1,
        32_704,
        32_705,
        32_768,
        32_769,
        100_000,
        1 << 20,
        1 << 24,
    ];
    let all = lengths.map(|length| changes.map(|change| (length, change)));
    let about = |(length, (what, _)): &(usize, Change)| vec![length.to_string(), what.to_string()];
    for (length, (what, change)) in sample::of(all.into_iter().flatten(), about) {
        let mut proof = valid.clone();
        change(&mut proof, length);
        add(format!("{length} {what}"), &proof);
    }
    let bytes = valid.to_bytes();
    let header = bytes.len() - valid.payload.len();
    // The two lengths in the statement, with nothing behind them.
    let lengths = header - valid.statement.output.len() - 4;
    for at in [lengths, lengths - 4 - valid.statement.input.len()] {
        for length in [1u32 << 16, 1 << 24, 1 << 31, u32::MAX] {
            let mut changed = bytes.clone();
            changed[at..at + 4].copy_from_slice(&length.to_le_bytes());
            files.push((format!("a length of {length} at {at}"), changed));
        }
    }
    // Behind the magic word, the version and the mode.
    let digest = 11..11 + valid.key.len();
    for at in 0..header {
        if digest.contains(&at) && at % sample::one_in(8) != 0 {
            continue;
        }
        let bytes_here = (at..at + 4).step_by(sample::one_in(4));
        for byte in bytes_here.map(|number| [0, 1, 0x7f, 0xff][number % 4]) {
            let mut changed = bytes.clone();
            if std::mem::replace(&mut changed[at], byte) != byte {
                files.push((format!("byte {at} is {byte}"), changed));
            }
        }
    }
    let within = (0..header).step_by(sample::one_in(3));
    let behind = (header..bytes.len()).step_by(997 * sample::one_in(3));
    for end in within.chain(behind) {
        files.push((format!("{end} bytes of it"), bytes[..end].to_vec()));
    }
    files
}

fn keys_digest(key: &VerifyingKey, mut proof: Proof) -> Proof {
    proof.key = *key.digest();
    proof
}

#[test]
fn rejection_takes_no_more_memory_than_a_valid_proof() {
    // How many threads hold buckets at once is chance, and no figure.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build_global().unwrap();
    let program = elf();
    let policy = Policy {
        max_cycle_vars: VARS,
        max_proof_bytes: BYTES,
        ..Policy::default()
    };
    // The largest run that is accepted. Twice, so that what is made once is there.
    let inputs = Inputs::public(300u64.to_le_bytes());
    let proving = key("shout", "twist");
    let valid = proving.prove(&inputs).unwrap();
    assert_eq!(
        valid.statement.cycle_vars, VARS,
        "the largest that is accepted"
    );
    let file = valid.to_bytes();
    received(&policy, &program, &file).unwrap();
    let (allowed, verdict) = peak(|| received(&policy, &program, &file));
    assert_eq!(verdict, Ok(()));

    let hostile = hostile(&valid);
    let mut worst = (0, String::new());
    let mut check = |what: String, file: &[u8]| {
        let (used, verdict) = peak(|| received(&policy, &program, file));
        assert!(verdict.is_err(), "{what} is accepted");
        // Input and output are part of a valid proof's cost, up to their capacity.
        assert!(
            used <= allowed + BYTES + SLACK,
            "{what}: {used} bytes, a valid proof takes {allowed}"
        );
        worst = worst.clone().max((used, what));
    };
    for (what, file) in &hostile {
        check(what.clone(), file);
    }
    // Proofs that are valid under other arguments, renamed for this key: with its digest, and so as far as a proof
    // can get.
    for (lookup, memory) in [
        ("lasso", "twist"),
        ("logup-gkr", "twist"),
        ("shout", "spice"),
    ] {
        let other = key(lookup, memory).prove(&inputs).unwrap();
        check(format!("{lookup}, {memory}"), &other.to_bytes());
        let mut renamed = keys_digest(proving.verifying_key(), other);
        (renamed.lookup, renamed.memory) = ("shout".to_owned(), "twist".to_owned());
        check(format!("{lookup}, {memory}, renamed"), &renamed.to_bytes());
    }
    let (used, what) = worst;
    println!("a valid proof: {allowed} bytes; of what is rejected, at most {used} ({what})");
    // Where a file chooses the arguments and the size, making their key takes no more than that either.
    let any = Policy {
        max_cycle_vars: 26,
        ..Policy::any(&Registry::builtin())
    };
    for lookup in ["shout", "lasso", "logup-gkr"] {
        let mut chosen = valid.clone();
        (chosen.lookup, chosen.statement.cycle_vars) = (lookup.to_owned(), 26);
        let (used, verdict) = peak(|| received(&any, &program, &chosen.to_bytes()));
        println!("where the file chooses {lookup} at 2^26: {used} bytes");
        assert!(verdict.is_err(), "{lookup}");
        assert!(used <= allowed + BYTES + SLACK, "{lookup}: {used} bytes");
    }
    // The allocator does count: what is above the bound would be seen.
    let above = allowed + BYTES + SLACK + 1;
    let (used, _) = peak(|| std::hint::black_box(vec![1u8; above]));
    assert!(used >= above, "{used} bytes are counted of {above}");

    // What the caller does not accept is refused before a key is made: the file itself, and no more.
    for (what, file) in &hostile {
        let (used, read) = peak(|| policy.read(file).map(|_| ()));
        let bound = 2 * file.len().min(BYTES) + 4096;
        assert!(used <= bound, "{what}: {used} bytes to read {}", file.len());
        assert!(read.is_ok() || file.len() <= BYTES || used < 4096, "{what}");
    }

    // The key alone, for a caller without a policy: nothing that the proof says makes it work more.
    let (allowed, _) = peak(|| proving.verifying_key().verify(&valid).unwrap());
    for (what, file) in &hostile {
        let Ok(proof) = Proof::from_bytes(file) else {
            continue;
        };
        if proof == valid {
            continue;
        }
        let proof = keys_digest(proving.verifying_key(), proof);
        let (used, verdict) = peak(|| proving.verifying_key().verify(&proof).is_ok());
        // Only the digest differed.
        assert_eq!(verdict, proof == valid, "{what}");
        assert!(
            used <= allowed + BYTES + SLACK,
            "{what}: {used} bytes, a valid proof takes {allowed}"
        );
    }
}
