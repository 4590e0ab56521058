//! Commitments that are made once, and proofs about them.

use super::*;
use crate::PcsError;
use crate::keys_prover::Keys;
use crate::sealed::{Blinding, Precommitment};

with_every_hiding_scheme!(
    several_proofs_are_about_one_commitment,
    what_is_not_the_commitments_is_refused,
    commitments_of_one_mode_are_none_of_the_other,
);

const LABEL: Label = "columns";

fn clear_keys<P: Hides>() -> Keys<Fr> {
    let setup = Setup::Builtin {
        cache: CacheDir::Off,
    };
    let schemes = Registry::<Fr>::builtin();
    schemes.get(P::NAME).unwrap().setup(6, &setup).unwrap()
}

/// A session of `toy` that adopts these; the commitments that it made, and what came of it.
fn adopting<P: Hides>(
    toy: &Toy,
    made: Vec<Option<Precommitment>>,
) -> (Vec<Option<Precommitment>>, Result<Proof, SealError>) {
    let draws = Draws::new(b"test");
    let prover = HiddenProver::<P>::new(P::key(), &statement(), Checks::all(), draws);
    finished(Box::new(prover), toy, made)
}

fn finished(
    mut prover: Box<dyn ProverSession<Fr> + '_>,
    toy: &Toy,
    made: Vec<Option<Precommitment>>,
) -> (Vec<Option<Precommitment>>, Result<Proof, SealError>) {
    prover.adopt(LABEL, made);
    toy.run(&mut *prover);
    let made = [0, 1].map(|column| prover.precommitment(Oracle(column)));
    assert_eq!(
        prover.precommitment(Oracle(2)),
        None,
        "under another label nothing is kept"
    );
    let proof = prover.finish_replaying(&mut |channel| toy.verify(channel));
    (made.to_vec(), proof)
}

/// They are accepted, and what they have in common are the commitments that were adopted.
fn several_proofs_are_about_one_commitment<P: Hides>() {
    let toy = Toy::new(5, 3);
    let (made, first) = adopting::<P>(&toy, Vec::new());
    // The blinding as it is kept, in bytes.
    let kept = made.iter().flatten().map(|made| {
        let blinding = made.blinding.to_bytes().unwrap();
        Some(Precommitment {
            commitment: made.commitment.clone(),
            blinding: Blinding::from_bytes(blinding),
        })
    });
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept, made);
    let (again, second) = adopting::<P>(&toy, kept);
    assert_eq!(again, made);
    let (partly, third) = adopting::<P>(&toy, vec![None, made[1].clone()]);
    assert_eq!(partly[1], made[1]);
    assert_ne!(partly[0], made[0]);
    let proofs = [first, second, third].map(Result::unwrap);
    for proof in &proofs {
        toy.check::<P>(proof, Checks::all()).unwrap();
    }
    let items = |proof: &Proof| -> HashSet<Vec<u8>> {
        let items: HashSet<_> = proof.chunks(32).map(<[u8]>::to_vec).collect();
        assert_eq!(items.len() * 32, proof.len(), "an item occurs twice");
        items
    };
    let named = |made: &[&Option<Precommitment>]| -> HashSet<Vec<u8>> {
        let made = made.iter().copied().flatten();
        made.flat_map(|made| made.commitment.chunks(32).map(<[u8]>::to_vec))
            .collect()
    };
    let [first, second, third] = proofs.each_ref().map(items);
    let common = |a: &HashSet<_>, b| a.intersection(b).cloned().collect::<HashSet<_>>();
    assert_eq!(common(&first, &second), named(&[&made[0], &made[1]]));
    assert_eq!(common(&second, &third), named(&[&made[1]]));
}

/// Another column, another blinding, no blinding, other columns than are committed: nothing of it is written.
fn what_is_not_the_commitments_is_refused<P: Hides>() {
    let toy = Toy::new(5, 3);
    let (made, _) = adopting::<P>(&toy, Vec::new());
    let (others, _) = adopting::<P>(&Toy::new(5, 8), Vec::new());
    let [first, second] = [0, 1].map(|column| made[column].clone().unwrap());
    let with = |blinding: Blinding| Precommitment {
        blinding,
        commitment: first.commitment.clone(),
    };
    for wrong in [
        others[0].clone().unwrap(),
        second.clone(),
        with(second.blinding.clone()),
        with(Blinding::from_bytes([7; 32])),
        with(Blinding::none()),
    ] {
        let (made, verdict) = adopting::<P>(&toy, vec![Some(wrong)]);
        assert_eq!(made, [None, None]);
        let error = verdict.unwrap_err();
        let expected = SealError::Commit {
            label: LABEL,
            source: PcsError::OtherCommitment,
        };
        assert_eq!(error, expected);
        assert!(error.to_string().contains("with this blinding"), "{error}");
    }
    let many = vec![Some(first.clone()), Some(second), Some(first.clone())];
    let error = adopting::<P>(&toy, many).1.unwrap_err();
    assert_eq!(error, SealError::NotCommitted { label: LABEL });
    assert!(!format!("{first:?}").contains(&format!("{:?}", first.blinding.to_bytes().unwrap())));
}

/// In the clear commitments are the same every time, have no blinding, and are none that hide.
fn commitments_of_one_mode_are_none_of_the_other<P: Hides>() {
    let toy = Toy::new(5, 3);
    let keys = clear_keys::<P>();
    let in_the_clear = |made| {
        let session = keys.proving.session(&statement(), Checks::all());
        finished(session, &toy, made)
    };
    let (clear, _) = in_the_clear(Vec::new());
    let (again, proof) = in_the_clear(clear.clone());
    assert_eq!(again, clear);
    assert!(proof.is_ok());
    assert_eq!(clear[0].as_ref().unwrap().blinding, Blinding::none());

    let (hidden, _) = adopting::<P>(&toy, Vec::new());
    let refused = [
        in_the_clear(hidden).1.unwrap_err(),
        adopting::<P>(&toy, clear).1.unwrap_err(),
    ];
    let source = PcsError::OtherCommitment;
    let expected = SealError::Commit {
        label: LABEL,
        source,
    };
    assert_eq!(refused, [expected.clone(), expected]);
}
