//! Keys that commit to the program: what they prove is what keys prove that read it, and nobody proves another program.

use crate::forgeries::contents;
use crate::support::forge::{Forgery, Memory};
use crate::support::{Start, honest, machine, program, rows, run, simulate};
use ark_bn254::Fr;
use commitments::{CacheDir, Setup};
use instruction_tables::{Row, WordSize};
use jolt_core::api::{self, Config, KeyError, KnownProgram, ProvingKey, setup};
use jolt_core::machine::Machine;
use jolt_core::preprocessed::{Commitments, NotOfProgram, Plan, Polys};
use jolt_core::proof::Proof;
use jolt_core::registry::Registry;
use std::convert::Infallible;
use std::sync::Arc;
use sumcheck::analysis::sample;
use sumcheck::{Checks, Fixed, VerifyError};
use tracer::{Inputs, Program};

/// The polynomials of a program, for channels in the clear.
fn polys(machine: &Machine) -> Polys<Fr> {
    let clear = |poly: &sumcheck::Poly<Fr>| Ok(Fixed::clear(Arc::new(poly.clone())));
    let polys: Result<_, Infallible> = Polys::commit((Plan::of(machine), [0; 32]), machine, clear);
    polys.unwrap()
}

const ALL: [(WordSize, Memory); 4] = [
    (WordSize::W64, Memory::Twist),
    (WordSize::W64, Memory::Spice),
    (WordSize::W32, Memory::Twist),
    (WordSize::W32, Memory::Spice),
];

#[test]
fn an_honest_run_is_accepted_and_every_check_is_performed() {
    for (word, memory) in ALL {
        let machine = machine(word, program(word));
        let run = run(&machine, vec![(1, 7)]);
        let witness = simulate(&run, &Start::honest(&run), &honest);
        let reads = Forgery {
            memory,
            ..Forgery::of(&run, &witness)
        };
        let polys = polys(&machine);
        let commits = Forgery {
            program: Some(&polys),
            ..reads
        };
        let (verdict, performed) = commits.verdict(Checks::all());
        assert_eq!(verdict, Ok(()));
        assert_eq!(performed, reads.verdict(Checks::all()).1);
    }
}

/// A prover that believes in another program or another image proves a run of it: the verdict of one who has commitments to
/// the true one.
fn another(
    truth: &Machine,
    memory: Memory,
    change: impl Fn(&mut Machine),
    checks: Checks,
) -> Result<(), VerifyError> {
    let mut lie = truth.clone();
    change(&mut lie);
    let witness = {
        let run = run(&lie, Vec::new());
        simulate(&run, &Start::honest(&run), &honest)
    };
    let verifier = run(truth, contents(&witness));
    let told = run(&lie, contents(&witness));
    let polys = polys(truth);
    let forgery = Forgery {
        memory,
        program: Some(&polys),
        verifier: &verifier,
        ..Forgery::of(&told, &witness)
    };
    forgery.verdict(checks).0
}

/// Where a program differs from another one: each kind of polynomial.
#[test]
fn another_program_is_not_the_one_that_the_key_commits_to() {
    let code = |change: fn(&mut Vec<Row>)| {
        move |machine: &mut Machine| {
            let mut rows = machine.bytecode.rows().to_vec();
            change(&mut rows);
            machine.bytecode = jolt_core::bytecode::Bytecode::new(machine.bytecode.word(), rows);
        }
    };
    let immediate = code(|all| all[rows::SUM].imm += 1);
    let source = code(|all| all[rows::SUM].rs1 = 0);
    let target = code(|all| all[rows::SUM].rd = 9);
    let link = code(|all| all[rows::LINK].link -= 1);
    // A kind that there is, too: it writes a link, which is 0.
    let kind = code(|all| {
        let (link, sum) = (all[rows::LINK].clone(), all[rows::COPY].clone());
        all[rows::COPY] = Row {
            label: sum.label,
            succ: sum.succ,
            rs1: sum.rs1,
            rd: sum.rd,
            link: sum.link,
            ..link
        };
    });
    let image = |machine: &mut Machine| machine.image[0].1 += 1;
    let lies: [&dyn Fn(&mut Machine); 6] = [&immediate, &source, &target, &link, &kind, &image];
    for (word, memory) in ALL {
        let truth = machine(word, program(word));
        for lie in lies {
            // It holds but for the key's oracles.
            let verdict = another(&truth, memory, lie, Checks::all());
            let check = "open/evaluation".to_owned();
            assert_eq!(verdict, Err(VerifyError::Check { check }));
            let verdict = another(&truth, memory, lie, Checks::without("open/evaluation"));
            assert_eq!(verdict, Ok(()), "something else is wrong");
        }
    }
}

/// The claim on the first cycle, which no other claim has the point of.
#[test]
fn a_run_that_does_not_start_at_the_entry_is_rejected() {
    for (word, memory) in ALL {
        let machine = machine(word, program(word));
        let first = run(&machine, Vec::new());
        let start = Start {
            row: rows::REWRITE as u32,
            ..Start::honest(&first)
        };
        let witness = simulate(&first, &start, &honest);
        let run = run(&machine, contents(&witness));
        let polys = polys(&machine);
        let forgery = Forgery {
            memory,
            program: Some(&polys),
            started: Some(rows::REWRITE),
            ..Forgery::of(&run, &witness)
        };
        let (verdict, _) = forgery.verdict(Checks::all());
        let check = "open/evaluation".to_owned();
        assert_eq!(verdict, Err(VerifyError::Check { check }));
        let (verdict, _) = forgery.verdict(Checks::without("open/evaluation"));
        assert_eq!(verdict, Ok(()), "something else is wrong");
    }
}

fn elf(name: &str) -> Program {
    let root = env!("CARGO_MANIFEST_DIR");
    let bytes = std::fs::read(format!("{root}/../examples/guests/elf/{name}.elf")).unwrap();
    Program::from_elf(&bytes).unwrap()
}

fn config((scheme, memory, zero_knowledge): (&str, &str, bool)) -> Config {
    Config {
        scheme: scheme.to_owned(),
        memory: memory.to_owned(),
        zero_knowledge,
        max_cycle_vars: 10,
        program: KnownProgram::Committed,
        setup: Setup::Builtin {
            cache: CacheDir::Off,
        },
        ..Config::default()
    }
}

/// Proves a run; the verifier's key that is made of the commitments alone is the prover's, and accepts it.
fn proven(name: &str, of: (&str, &str, bool)) -> (ProvingKey, Proof) {
    let config = config(of);
    let key = setup(elf(name), &config).unwrap();
    let proof = key.prove(&Inputs::public(5u64.to_le_bytes())).unwrap();
    let read = Proof::from_bytes(&proof.to_bytes()).unwrap();
    assert_eq!(read, proof);
    assert!(read.preprocessed);
    let known = key.verifying_key().commitments().unwrap();
    let known = Config {
        program: KnownProgram::Known(Arc::new(known)),
        ..config
    };
    let verifying = api::verifying_key(elf(name), &known).unwrap();
    assert_eq!(verifying.digest(), key.verifying_key().digest());
    verifying.verify(&proof).unwrap();
    let again = setup(elf(name), &known).unwrap();
    assert_eq!(again.verifying_key().digest(), verifying.digest());
    (key, proof)
}

#[test]
fn every_scheme_opens_the_program_in_both_modes() {
    let registry = Registry::builtin();
    let mut all = Vec::new();
    for scheme in registry.schemes().names() {
        for memory in registry.memory_names() {
            for hides in [false, true] {
                if !hides || registry.schemes().get(scheme).unwrap().hides() {
                    all.push((scheme, memory, hides));
                }
            }
        }
    }
    let features = all
        .iter()
        .map(|(scheme, memory, hides)| vec![scheme.to_string(), format!("{memory}, {hides}")]);
    let tried = sample::spanning(&features.collect::<Vec<_>>());
    for (of, _) in all.into_iter().zip(tried).filter(|(_, tried)| *tried) {
        for name in ["fibonacci", "fibonacci-rv32"] {
            let (key, proof) = proven(name, of);
            let mut other = proof.clone();
            other.statement.input[0] = 6;
            assert!(key.verifying_key().verify(&other).is_err(), "{of:?}");
        }
    }
}

/// Commitments to one program do not serve another one of the same size, and a key that reads the program is another key.
#[test]
fn commitments_are_part_of_the_key() {
    let of = ("pst13", "twist", false);
    let (key, proof) = proven("fibonacci", of);
    let reads = Config {
        program: KnownProgram::Read,
        ..config(of)
    };
    let reads = api::verifying_key(elf("fibonacci"), &reads).unwrap();
    let error = reads.verify(&proof).unwrap_err().to_string();
    assert!(error.contains("this one reads the program"), "{error}");
    assert!(matches!(
        api::verifying_key(elf("fibonacci"), &config(of)),
        Err(KeyError::CommitmentsNeeded)
    ));

    let honest = key.verifying_key().commitments().unwrap();
    let digest = honest.digest;
    let honest = honest.all;
    let with = |all: Vec<Vec<u8>>| {
        let program = KnownProgram::Known(Arc::new(Commitments { digest, all }));
        let config = Config {
            program,
            ..config(of)
        };
        api::verifying_key(elf("fibonacci"), &config)
    };
    let fewer = honest[1..].to_vec();
    assert!(matches!(with(fewer), Err(KeyError::Commitments(_))));
    // With others for one of its polynomials, whatever the digest says.
    for at in 0..honest.len() {
        let mut other = honest.clone();
        let like = (0..honest.len())
            .find(|i| other[*i].len() == other[at].len() && other[*i] != other[at]);
        let Some(like) = like else {
            continue;
        };
        other[at] = honest[like].clone();
        let other = with(other).unwrap();
        let mut told = proof.clone();
        told.key = *other.digest();
        assert!(other.verify(&told).is_err(), "commitment {at}");
    }
    // Bytes that are no commitments are an error, and no panic.
    for bytes in [Vec::new(), vec![0xff; 32], vec![1; 7]] {
        let mut other = honest.clone();
        other[0] = bytes;
        assert!(matches!(
            with(other),
            Err(KeyError::Commitments(NotOfProgram::Encoding { at: 0, .. }))
        ));
    }
    // The digest says of which program, scheme and mode they are.
    let reads = Config {
        program: KnownProgram::Read,
        ..config(of)
    };
    let known = Arc::new(Commitments {
        digest,
        all: honest,
    });
    let known = KnownProgram::Known(known);
    let others = [
        (elf("sort"), config(of)),
        (elf("fibonacci-rv32"), config(of)),
        (elf("fibonacci"), config(("pst13", "twist", true))),
        (elf("fibonacci"), config(("hyrax", "twist", false))),
    ];
    for (program, config) in others {
        let digest_of = api::commitments_digest(&program, &config).unwrap();
        assert_ne!(digest_of, digest);
        let config = Config {
            program: known.clone(),
            ..config
        };
        assert!(matches!(
            api::verifying_key(program, &config),
            Err(KeyError::Commitments(NotOfProgram::Other))
        ));
    }
    assert!(matches!(
        api::commitments_digest(&elf("fibonacci"), &reads),
        Err(KeyError::NoCommitments)
    ));
}

/// The image's blocks have as many variables as there are cycles, or one more or fewer: claims on them are carried, or not.
#[test]
fn an_image_of_any_size_is_that_of_the_key() {
    for ((word, memory), vars) in ALL
        .into_iter()
        .flat_map(|of| [5, 6, 7].map(|vars| (of, vars)))
    {
        let mut truth = machine(word, program(word));
        truth.cells = 1 << (vars + 5);
        let more = (0..1u32 << (vars - 2)).map(|k| ((2 << (vars - 2)) + k, 77 + u64::from(k)));
        truth.image.extend(more);
        assert_eq!(Plan::of(&truth).max_vars(), 6.max(vars as usize));
        let honest_run = run(&truth, vec![(1, 7)]);
        let witness = simulate(&honest_run, &Start::honest(&honest_run), &honest);
        let polys = polys(&truth);
        let forgery = Forgery {
            memory,
            program: Some(&polys),
            ..Forgery::of(&honest_run, &witness)
        };
        assert_eq!(forgery.verdict(Checks::all()).0, Ok(()), "{word:?} {vars}");
        for at in [0, truth.image.len() - 1] {
            let change = |lie: &mut Machine| lie.image[at].1 += 1;
            let verdict = another(&truth, memory, change, Checks::all());
            assert!(verdict.is_err(), "{word:?} {memory:?} {vars} {at}");
        }
    }
}
