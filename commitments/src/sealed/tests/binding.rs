//! What the transcript absorbs, and when.

use super::*;
use sumcheck::Event;

with_every_scheme!(
    the_statement_is_bound,
    shapes_are_bound,
    transcripts_agree_and_absorb_before_they_squeeze,
);

fn the_statement_is_bound<P: Tested>() {
    let toy = Toy::sample(11, Points::PerClaim);
    let proof = toy.prove::<P>();
    let others = [
        Statement::new("sealed-test-2").with("input", b"some input"),
        Statement::new("sealed-test-1").with("input", b"some inpuT"),
        Statement::new("sealed-test-1").with("output", b"some input"),
        Statement::new("sealed-test-1"),
        statement().with("more", b""),
        Statement::new("sealed-test-1")
            .with("input", b"some ")
            .with("input", b"input"),
    ];
    assert!(
        toy.verify_with::<P>(&statement(), &proof, Checks::all())
            .is_ok()
    );
    for other in others {
        assert!(
            toy.verify_with::<P>(&other, &proof, Checks::all()).is_err(),
            "{other:?}"
        );
        // The very first challenge differs.
        let mut here = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
        let mut there = SealedProver::<P>::new(P::key(8), &other, Checks::all());
        assert_ne!(here.sample("first"), there.sample("first"));
    }
    // Another setup: the same protocol, another challenge.
    let larger = P::key(9);
    let mut here = toy.prover::<P>();
    let mut there = SealedProver::<P>::new(larger, &statement(), Checks::all());
    assert_ne!(here.sample("first"), there.sample("first"));
}

fn shapes_are_bound<P: Tested>() {
    let first = |poly: Poly<Fr>| {
        let mut prover = SealedProver::<P>::new(P::key(8), &statement(), Checks::all());
        prover.commit("oracle", vec![Arc::new(poly)]);
        prover.sample("first")
    };
    // All of these commit to one identity point.
    let challenges = [
        first(Poly::dense(3, vec![])),
        first(Poly::dense(4, vec![])),
        first(Poly::digits(3, 2, vec![])),
    ];
    assert_ne!(challenges[0], challenges[1]);
    assert_ne!(challenges[0], challenges[2]);
}

/// Both sides absorb the same in the same order, and everything that was sent is absorbed before the
/// challenge that follows it — the last message included.
fn transcripts_agree_and_absorb_before_they_squeeze<P: Tested>() {
    for points in [Points::One, Points::PerClaim] {
        let toy = Toy::sample(12, points);
        let mut prover = toy.prover::<P>();
        toy.run_prover(&mut prover, Fr::zero());
        let sent = prover.transcript().log().to_vec();
        let (proof, transcript) = prover.finish_with_transcript().unwrap();
        let log = transcript.log();
        assert_eq!(log[..sent.len()], sent);
        let key = Arc::new(P::verifier_key(&P::key(8)).clone());
        let mut verifier = SealedVerifier::<P>::new(key, &statement(), &proof, Checks::all());
        toy.run_verifier(&mut verifier).unwrap();
        let (_, transcript) = verifier.finish_with_transcript().unwrap();
        assert_eq!(log, transcript.log());

        let at = |event: &Event| log.iter().position(|e| e == event).unwrap();
        let last = |label| {
            log.iter()
                .rposition(|e| matches!(e, Event::Absorb(l, _) if *l == label))
                .unwrap()
        };
        assert!(last("value") < at(&Event::Squeeze("open/claims")));
        assert!(last("oracles") < at(&Event::Squeeze("seed")));
        assert!(at(&Event::Squeeze("open/groups")) + 1 < log.len());
        if points == Points::PerClaim {
            assert!(last("open/evaluations") < at(&Event::Squeeze("open/groups")));
            // Each round: a message of two scalars and their number, then its challenge.
            let rounds: Vec<&Event> = log
                .iter()
                .filter(|e| {
                    matches!(
                        e,
                        Event::Absorb("open/round", _) | Event::Squeeze("open/bind")
                    )
                })
                .collect();
            assert_eq!(rounds.len(), 10);
            for round in rounds.chunks(2) {
                assert!(matches!(round[0], Event::Absorb(_, 72)), "{round:?}");
                assert_eq!(*round[1], Event::Squeeze("open/bind"));
            }
        }
        // Bytes absorbed after the statement are those of the proof, and one header per oracle.
        let absorbed: usize = log[3..]
            .iter()
            .map(|e| match e {
                Event::Absorb("shape", _) | Event::Squeeze(_) => 0,
                Event::Absorb(_, bytes) => *bytes,
            })
            .sum();
        // Slices are absorbed with a length of 8 bytes, other than what is of one size: elements have 32.
        let slices = log[3..]
            .iter()
            .filter(|e| matches!(e, Event::Absorb(l, bytes) if *l != "shape" && bytes % 32 == 8))
            .count();
        assert_eq!(absorbed, proof.len() + 8 * slices);
    }
}
