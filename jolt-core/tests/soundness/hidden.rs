//! Proofs that tell nothing: every scheme that hides, every argument, both word sizes; the same shape for all private
//! inputs; modes and schemes do not mix.

use commitments::{CacheDir, Setup, SetupError};
use jolt_core::api::{Config, KeyError, ProvingKey, setup, verifying_key};
use jolt_core::policy::Policy;
use jolt_core::proof::{Proof, ProofFileError};
use jolt_core::statement::MIN_CYCLE_VARS;
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::LazyLock;
use sumcheck::analysis::sample;
use sumcheck::{Event, VerifyError};
use tracer::testing::{ElfWriter, asm};
use tracer::{ExitStatus, Inputs, Options, Program};

/// Schemes that hide, and bytes of the last item of a proof: of a scalar, or of a point of the second group.
pub const SCHEMES: [(&str, usize); 3] = [("hyrax", 32), ("pst13", 64), ("zeromorph", 64)];

pub fn program(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let elf = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&elf).unwrap()
}

/// A configuration that hides, of keys up to 2^10 cycles.
pub fn config(scheme: &str, (lookup, memory): (&str, &str)) -> Config {
    Config {
        scheme: scheme.to_owned(),
        max_cycle_vars: 10,
        lookup: lookup.to_owned(),
        memory: memory.to_owned(),
        zero_knowledge: true,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..Config::default()
    }
}

fn key(name: &str, scheme: &str, arguments: (&str, &str)) -> ProvingKey {
    setup(program(name), &config(scheme, arguments)).unwrap()
}

/// Of a scheme: the bytes of the last item, a key with the arguments of the default, and its proof of a [`secret`] of
/// three bytes.
struct Made {
    scheme: &'static str,
    last: usize,
    key: ProvingKey,
    proof: Proof,
}

/// Of every scheme, once for all tests. They look at it before they do several things at once: threads that prove would
/// wait for each other otherwise.
fn made() -> &'static [Made; 3] {
    static MADE: LazyLock<[Made; 3]> = LazyLock::new(|| {
        SCHEMES.map(|(scheme, last)| {
            let key = key("private-sum", scheme, ("shout", "twist"));
            let proof = key.prove(&secret(3)).unwrap();
            Made {
                scheme,
                last,
                key,
                proof,
            }
        })
    });
    &MADE
}

/// So many bytes that are private, and no list of numbers: the program says so, and ends with status 1. The statement is
/// the same for all of them.
fn secret(length: usize) -> Inputs {
    Inputs::private(vec![length as u8; length])
}

/// Two private inputs of one statement, one of them twice: every pair of arguments, every scheme and both words. Proofs have one
/// length and one list of events, and no item in common, whichever they are of.
#[test]
fn every_argument_hides_with_every_scheme() {
    let with = |(scheme, _)| PAIRS.map(|pair| (scheme, pair));
    let all = SCHEMES.into_iter().flat_map(with).enumerate();
    // Words take turns, six pairs to each scheme, and so begin with the other one at the next.
    let words = ["private-sum", "private-sum-rv32"];
    let all = all.map(|(turn, (scheme, pair))| (scheme, words[(turn + turn / 6) % 2], pair));
    // Of a sample each of these.
    let all = sample::of(all, |(scheme, name, pair)| {
        vec![*scheme, *name, pair.0, pair.1]
    });
    let all: Vec<_> = all.collect();
    all.into_par_iter().for_each(|(scheme, name, pair)| {
        let key = key(name, scheme, pair);
        let vk = key.verifying_key();
        let name = format!("{scheme}, {name}, {pair:?}");
        let proofs = [3, 14, 14].map(|length| key.prove(&secret(length)).unwrap());
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        for proof in &proofs {
            assert!(proof.zero_knowledge);
            assert_eq!(proof.statement, proofs[0].statement);
            assert_eq!(
                proof.statement.cycle_vars, 10,
                "what the key says, however long the run"
            );
            assert_eq!(proof.payload.len(), proofs[0].payload.len(), "{name}");
            let before = seen.len();
            seen.extend(proof.payload.chunks(32).map(<[u8]>::to_vec));
            assert_eq!(
                seen.len() - before,
                proof.payload.len() / 32,
                "{name}: an item occurs twice, or is another proof's"
            );
            assert_eq!(Proof::from_bytes(&proof.to_bytes()).unwrap(), *proof);
        }
        let [first, second] = [0, 1].map(|proof| events(&key, &proofs[proof]));
        assert_eq!(differ(&first, &second), None, "{name}");
        vk.verify_together(&proofs).unwrap();
    });
}

/// Threads of one pool that prove under one new key make its tables at the same time, and none waits for another, which
/// may be waiting for a turn of its own.
#[test]
fn proofs_are_made_beside_each_other_under_a_new_key() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4);
    let pool = pool.build().unwrap();
    for (scheme, _) in SCHEMES.into_iter().take(sample::count(1, SCHEMES.len())) {
        let key = key("private-sum", scheme, ("shout", "twist"));
        let prove = |length: usize| key.prove(&secret(length)).unwrap();
        let lengths = [3, 14].repeat(sample::count(2, 4));
        let proofs: Vec<Proof> = pool.install(|| lengths.into_par_iter().map(prove).collect());
        key.verifying_key().verify_together(&proofs).unwrap();
    }
}

/// A caller that listens to a verification cannot leave it out.
#[test]
fn what_listens_to_a_verification_has_to_run_it() {
    let Made { key, proof, .. } = &made()[0];
    let vk = key.verifying_key();
    vk.verify_through(proof, |channel, program| program(channel))
        .unwrap();
    let mut cut = proof.clone();
    cut.payload.truncate(64);
    let mut empty = proof.clone();
    empty.payload.clear();
    for proof in [proof, &cut, &empty] {
        let none = vk.verify_through(proof, |_, _| Ok(()));
        let fault = none.map(drop).unwrap_err();
        assert!(matches!(fault, VerifyError::Malformed { .. }), "{fault}");
        let twice = vk.verify_through(proof, |channel, program| {
            let _ = program(channel);
            let _ = program(channel);
            Ok(())
        });
        assert!(twice.is_err());
    }
    for proof in [&cut, &empty] {
        let deaf = vk.verify_through(proof, |channel, program| {
            let _ = program(channel);
            Ok(())
        });
        assert!(deaf.is_err(), "the fault was heard and not told");
    }
}

#[test]
fn changed_hidden_proofs_are_rejected() {
    made().par_iter().for_each(changed_proofs_are_rejected);
}

fn changed_proofs_are_rejected(made: &Made) {
    let Made {
        scheme,
        last,
        key,
        proof,
    } = made;
    let (last, vk) = (*last, key.verifying_key());
    let other = key.prove(&secret(14)).unwrap();
    vk.verify(proof).unwrap();
    let with = |payload: Vec<u8>| Proof {
        payload,
        ..proof.clone()
    };
    let length = proof.payload.len();
    let items = (0..length - last).step_by(32).map(|at| at..at + 32);
    let end = std::iter::once(length - last..length);
    let some = items.step_by(11 * sample::one_in(31)).chain(end);
    some.enumerate().par_bridge().for_each(|(i, item)| {
        let mut payload = proof.payload.clone();
        payload[item.start + i % 31] ^= 1 << (i % 8);
        assert!(
            vk.verify(&with(payload)).is_err(),
            "{scheme}, {item:?}, a bit flipped"
        );
        let mut payload = proof.payload.clone();
        payload[item.clone()].copy_from_slice(&other.payload[item.clone()]);
        let error = vk.verify(&with(payload)).unwrap_err();
        let check = "open/proof".to_owned();
        assert_eq!(error, VerifyError::Check { check }, "{scheme}, {item:?}");
    });
    for length in [0, 31, 32, length - last, length - 1] {
        vk.verify(&with(proof.payload[..length].to_vec()))
            .unwrap_err();
    }
    vk.verify(&with([proof.payload.as_slice(), &[0]].concat()))
        .unwrap_err();
    // Other statements.
    let mut claims = proof.clone();
    claims.statement.status = ExitStatus::Exit(0);
    vk.verify(&claims).unwrap_err();
}

/// A proof under the other mode's key, and with the other mode's name.
#[test]
fn modes_do_not_mix() {
    made().par_iter().for_each(|made| {
        let (scheme, hidden) = (made.scheme, &made.key);
        let clear = Config {
            zero_knowledge: false,
            ..config(scheme, ("shout", "twist"))
        };
        let clear = setup(program("private-sum"), &clear).unwrap();
        assert_ne!(
            hidden.verifying_key().digest(),
            clear.verifying_key().digest()
        );
        let proofs = [made.proof.clone(), clear.prove(&secret(3)).unwrap()];
        for (key, proof) in [(hidden, &proofs[1]), (&clear, &proofs[0])] {
            let vk = key.verifying_key();
            let error = vk.verify(proof).unwrap_err().to_string();
            assert!(error.contains("another program or key"), "{error}");
            // With the digest of this key; then with its mode, too.
            let mut renamed = proof.clone();
            renamed.key = *vk.digest();
            let error = vk.verify(&renamed).unwrap_err().to_string();
            assert!(error.contains("the key pins proofs"), "{error}");
            renamed.zero_knowledge = !proof.zero_knowledge;
            vk.verify(&renamed).unwrap_err();
        }
        let mut unknown = proofs[0].to_bytes();
        unknown[10] = 8;
        let error = Proof::from_bytes(&unknown).unwrap_err();
        assert_eq!(error, ProofFileError::Mode { found: 8 });
        // A verifier's key without the prover's.
        let config = config(scheme, ("shout", "twist"));
        let vk = verifying_key(program("private-sum"), &config).unwrap();
        vk.verify(&proofs[0]).unwrap();
    });
}

/// Both schemes over pairings have commitments of one size.
#[test]
fn schemes_do_not_mix() {
    let keys = made().each_ref().map(|made| &made.key);
    let proofs = made().each_ref().map(|made| &made.proof);
    for (i, key) in keys.iter().enumerate() {
        let vk = key.verifying_key();
        for (j, proof) in proofs.into_iter().enumerate() {
            let mut renamed = proof.clone();
            renamed.key = *vk.digest();
            renamed.scheme = proofs[i].scheme.clone();
            assert_eq!(vk.verify(proof).is_ok(), i == j);
            assert_eq!(vk.verify(&renamed).is_ok(), i == j);
        }
    }
}

/// A key by policy is of the mode that the file says; test setups are for those who ask for them, whatever the mode.
#[test]
fn policies_make_keys_that_hide() {
    let registry = jolt_core::registry::Registry::builtin();
    let builtin = Setup::Builtin {
        cache: CacheDir::Off,
    };
    for Made { scheme, proof, .. } in made() {
        let by = |policy: Policy| {
            policy.verifying_key(program("private-sum"), proof, (&builtin, &registry))
        };
        by(Policy::any(&registry)).unwrap().verify(proof).unwrap();
        let only = by(Policy::only("shout", "twist", scheme));
        assert_eq!(only.is_ok(), *scheme == "hyrax");
    }
}

#[test]
fn schemes_that_send_values_in_the_clear_refuse() {
    for name in ["mercury", "hyperkzg"] {
        let config = config(name, ("shout", "twist"));
        let errors = [
            verifying_key(program("private-sum"), &config).err(),
            setup(program("private-sum"), &config).err(),
        ];
        for error in errors.map(Option::unwrap) {
            let cannot = |error: &KeyError| {
                matches!(
                    error,
                    KeyError::Setup(SetupError::CannotHide { scheme, .. }) if *scheme == name
                )
            };
            assert!(cannot(&error), "{error}");
            assert!(error.to_string().contains("in the clear"), "{error}");
        }
    }
}

/// Turns of a loop, as many as the private input says, behind so many instructions: its runs have `start + 2·turns + 3`
/// cycles.
pub fn turning(bits: usize, start: usize) -> Program {
    let mut code = vec![asm::addi(7, 7, 1); start];
    code.extend([
        // The length of the private input, and its first word.
        asm::advice(5),
        asm::advice(6),
        asm::addi(6, 6, -1),
        asm::b(1, 6, 0, -4),
        asm::HALT,
    ]);
    ElfWriter::new(bits).code(&code).program().unwrap()
}

/// The private input for so many turns.
pub fn turns(bits: usize, count: u64) -> Inputs {
    Inputs::private(count.to_le_bytes()[..bits / 8].to_vec())
}

/// The first events that differ, and their number.
pub fn differ(a: &[Event], b: &[Event]) -> Option<(usize, Option<Event>, Option<Event>)> {
    let mut all = 0..a.len().max(b.len());
    let at = all.find(|at| a.get(*at) != b.get(*at))?;
    Some((at, a.get(at).cloned(), b.get(at).cloned()))
}

/// Labels and sizes of all that is absorbed and drawn, of a proof that is accepted.
fn events(key: &ProvingKey, proof: &Proof) -> Vec<Event> {
    let (recording, verdict) = key.verifying_key().recording(proof);
    verdict.unwrap();
    recording.entries.into_iter().map(|(e, _)| e).collect()
}

/// A run of eight cycles has the transcript of one that fills the key to its last cycle, event by event, with every pair of
/// arguments, schemes taking turns: chunks, layers and oracles follow the size that is declared. At 2^10 Lasso's chunks are
/// other ones than at 2^9.
#[test]
fn runs_of_all_lengths_have_one_shape() {
    let sizes = [10, 14]
        .into_iter()
        .flat_map(|vars| PAIRS.map(|pair| (vars, pair)));
    let turns_of_schemes = SCHEMES.into_iter().cycle();
    let all = sizes.zip(turns_of_schemes);
    // Of a sample the smaller size, with each argument.
    let all = all.filter(|((vars, _), _)| *vars <= sample::count(10, 14));
    let some = sample::of(all, |((_, (lookup, memory)), _)| vec![*lookup, *memory]);
    for ((vars, arguments), (scheme, _)) in some {
        let of = |max_cycle_vars| {
            let config = Config {
                max_cycle_vars,
                ..config(scheme, arguments)
            };
            setup(turning(64, 1), &config).unwrap()
        };
        let key = of(vars);
        let counts = [2, (1 << (vars - 1)) - 2];
        let cycles = counts.map(|count| {
            let program = key.verifying_key().program();
            let run = tracer::run(program, &turns(64, count), &Options::default());
            run.unwrap().cycles
        });
        assert_eq!(cycles, [8, 1 << vars]);
        let shape = |key: &ProvingKey, count| events(key, &key.prove(&turns(64, count)).unwrap());
        let [short, full] = counts.map(|count| shape(&key, count));
        assert_eq!(differ(&short, &full), None, "{arguments:?}");
        assert!(short != shape(&of(vars - 1), 2), "{arguments:?}");
    }
}

/// Every pair of arguments.
pub const PAIRS: [(&str, &str); 6] = [
    ("shout", "twist"),
    ("shout", "spice"),
    ("lasso", "twist"),
    ("lasso", "spice"),
    ("logup-gkr", "twist"),
    ("logup-gkr", "spice"),
];

/// A program that halts at once, and so has no longer runs: the smallest statement that there is, by the smallest key.
#[test]
fn runs_of_one_cycle_are_proven() {
    let with = |pair| SCHEMES.map(|(scheme, _)| (scheme, pair));
    let all = PAIRS.into_iter().flat_map(with);
    // Each pair and each scheme has both words.
    let all = all.zip([("rv64", 64), ("rv32", 32)].into_iter().cycle());
    let some = sample::of(all, |((scheme, pair), word)| {
        vec![*scheme, pair.0, pair.1, word.0]
    });
    for ((scheme, arguments), (_, bits)) in some {
        let program = ElfWriter::new(bits).code(&[asm::HALT, 0, 0, 0]);
        let program = program.program().unwrap();
        let inputs = Inputs::private([1, 2, 3]);
        let run = tracer::run(&program, &inputs, &Options::default()).unwrap();
        assert_eq!(run.cycles, 1);
        let config = Config {
            max_cycle_vars: MIN_CYCLE_VARS,
            ..config(scheme, arguments)
        };
        let key = setup(program, &config).unwrap();
        let proof = key.prove(&inputs).unwrap();
        assert_eq!(proof.statement.status, ExitStatus::StoppedWithoutExit);
        assert_eq!(proof.statement.cycle_vars, MIN_CYCLE_VARS);
        key.verifying_key().verify(&proof).unwrap();
    }
}
