//! Simulators: they have no witness. What is simulated of the machine, false statements too, is tested where that is.

use super::*;
use crate::simulation::{Drawn, Simulator};

with_every_hiding_scheme!(proofs_are_solved_for_without_a_witness);

/// Of columns that several proofs are about, the simulator draws the commitments once. Columns are shorter than rows, as
/// long, and longer.
fn proofs_are_solved_for_without_a_witness<P: Hides>() {
    for (vars, answer) in [(1, 77), (4, 1), (5, 3), (8, 77)] {
        let toy = Toy::new(vars, 3);
        let simulator = Simulator::new(P::NAME, 8).unwrap().answering(answer);
        let verdict = |key: &dyn crate::VerifyingKey<Fr>, proof: &[u8], checks| {
            let mut verifier = key.session(&statement(), proof, checks);
            toy.verify(&mut *verifier)?;
            verifier.finish()
        };
        let (key, inventing) = (simulator.key(), simulator.inventing());
        assert_eq!(key.digest(), inventing.digest());
        let shapes = toy.columns.each_ref().map(|column| column.shape());
        let named = key.commitment_bytes(&shapes[..2]);
        let proofs = [1, 2].map(|seed| {
            let mut verify = |proof: &[u8], checks| verdict(&*inventing, proof, checks);
            let drawn = Drawn {
                named: named / 32,
                seed,
                size: vars,
            };
            simulator.simulate(drawn, &mut verify).unwrap()
        });
        assert_eq!(proofs[0][..named], proofs[1][..named]);
        let schemes = Registry::<Fr>::builtin();
        let setup = Setup::Builtin {
            cache: CacheDir::Off,
        };
        let ordinary = schemes.get(P::NAME).unwrap();
        let ordinary = ordinary.hiding_verifying_key(8, &setup).unwrap();
        for proof in &proofs {
            let programmed = verdict(&*key, proof, simulator.programmed());
            assert!(programmed.is_ok(), "{vars} variables: {programmed:?}");
            // Where nobody knows the logarithm, and the hash is what it is, it is no proof.
            let error = verdict(&*ordinary, proof, Checks::all());
            assert_eq!(error.err(), Some(rejected()), "{vars} variables");
        }
        let items = |proof: &Proof| -> HashSet<Vec<u8>> {
            proof[named..].chunks(32).map(<[u8]>::to_vec).collect()
        };
        assert!(items(&proofs[0]).is_disjoint(&items(&proofs[1])));
        // As long as those with a witness.
        let mut prover = schemes
            .get(P::NAME)
            .unwrap()
            .hiding_setup(8, &setup)
            .unwrap()
            .proving
            .session(&statement(), Checks::all());
        toy.run(&mut *prover);
        let honest = prover.finish_replaying(&mut |channel| toy.verify(channel));
        assert_eq!(honest.unwrap().len(), proofs[0].len());
    }
}
