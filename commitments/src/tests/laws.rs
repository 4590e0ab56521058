//! Openings prove values of combinations, and every kind of polynomial is committed alike.

use super::*;
use crate::{Embedding, Key, columns};
use ark_ff::{One, Zero};
use ark_std::rand::Rng;
use sumcheck::Weights;

with_every_scheme!(
    openings_prove_values,
    combinations_are_opened,
    every_kind_commits_like_its_dense_columns,
    batches_are_committed_in_order,
    commitments_have_the_size_that_they_should,
    shorter_polynomials_take_part_as_the_scheme_says,
    keys_are_read_back,
);

fn openings_prove_values<P: Tested>() {
    let key = P::key(6);
    for seed in 0..24u64 {
        let rng = &mut StdRng::seed_from_u64(seed);
        let vars = rng.gen_range(0..=6);
        let rows = random(seed + 100, rng.gen_range(0..=1usize << vars));
        let poly = Poly::dense(vars, rows.clone());
        let point = Point(random(seed + 200, vars));
        let commitment = P::commit(&key, &[&poly]).unwrap().0;
        let terms = (&commitment, &[vec![Fr::one()]][..]);
        let (value, opening) = open::<P>(&key, &rows, &point);
        assert_eq!(value, poly.evaluate(&Weights::One, &point));
        assert_eq!(verify::<P>(&key, terms, (&point, value), &opening), Ok(()));
        let more = (&point, value + Fr::one());
        let rejected = Err(PcsError::Rejected);
        assert_eq!(verify::<P>(&key, terms, more, &opening), rejected);
        for at in 0..vars {
            let mut other = point.clone();
            other.0[at] += Fr::one();
            if poly.evaluate(&Weights::One, &other) != value {
                let moved = (&other, value);
                assert_eq!(verify::<P>(&key, terms, moved, &opening), rejected);
            }
        }
    }
}

/// Of polynomials of every kind and size, in the way that the scheme embeds them.
fn combinations_are_opened<P: Tested>() {
    let key = P::key(6);
    let polys = [
        Poly::dense(5, random(1, 27)),
        Poly::digits(4, 3, vec![1, 2, 0, 1, 2, 2, 1]),
        Poly::signed(6, (0..50).map(|x| x * x - 700).collect()),
        Poly::dense(0, random(2, 1)),
        Poly::digits(2, 4, vec![3, 1, 2]),
    ];
    let factors = [1, 2, 1, 1, 3].map(|count| random(7 + count as u64, count));
    let point = Point(random(3, 6));
    let mut rows = vec![Fr::zero(); 64];
    for (poly, factors) in polys.iter().zip(&factors) {
        let weights = match poly.shape().radix {
            None => vec![factors[0]],
            Some(_) => [vec![Fr::zero()], factors.clone()].concat(),
        };
        let short = 6 - poly.vars;
        for (j, sum) in rows.iter_mut().enumerate() {
            let row = match P::EMBEDDING {
                Embedding::Repeat => j >> short,
                Embedding::Pad => j,
            };
            *sum += match &poly.rows {
                sumcheck::Rows::Dense(rows) => rows.get(row).map_or(Fr::zero(), |r| weights[0] * r),
                sumcheck::Rows::Signed(rows) => {
                    let row = rows.get(row).copied().unwrap_or(0);
                    weights[0] * Fr::from(row)
                }
                sumcheck::Rows::Digits { digits, .. } => {
                    let digit = digits.get(row).copied().unwrap_or(0);
                    weights[usize::from(digit)]
                }
            };
        }
    }
    let batch: Vec<&Poly<Fr>> = polys.iter().collect();
    let commitment = P::commit(&key, &batch).unwrap().0;
    let (value, opening) = open_sum::<P>(&key, (&batch, &factors), &rows, &point);
    let verdict =
        |factors: &[Vec<Fr>]| verify::<P>(&key, (&commitment, factors), (&point, value), &opening);
    assert_eq!(verdict(&factors), Ok(()));
    // Every factor counts, and so does whether a polynomial takes part.
    for at in 0..factors.len() {
        for column in 0..factors[at].len() {
            let mut other = factors.to_vec();
            other[at][column] += Fr::one();
            assert_eq!(verdict(&other), Err(PcsError::Rejected), "{at} {column}");
        }
        let mut other = factors.to_vec();
        other[at] = Vec::new();
        // It may be the only one of its length.
        let verdict = verdict(&other);
        assert!(verdict.is_err(), "{at}");
        assert!(P::HASHED || verdict == Err(PcsError::Rejected), "{at}");
    }
}

fn every_kind_commits_like_its_dense_columns<P: Tested>() {
    let key = P::key(6);
    for seed in 0..24u64 {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (vars, radix) = (rng.gen_range(0..=6usize), rng.gen_range(2..=9usize));
        let real = rng.gen_range(0..=1usize << vars);
        let signed: Vec<i128> = (0..real)
            .map(|_| i128::from(rng.r#gen::<i64>()) * 2 - i128::from(rng.r#gen::<bool>()))
            .collect();
        let digits: Vec<u8> = (0..real).map(|_| rng.gen_range(0..radix) as u8).collect();
        let dense = Poly::dense(vars, signed.iter().map(|s| Fr::from(*s)).collect());
        let signed = Poly::signed(vars, signed);
        assert_eq!(commit::<P>(&key, &signed), commit::<P>(&key, &dense));
        let columns: Vec<Poly<Fr>> = (1..radix)
            .map(|k| {
                let column = digits.iter().map(|d| Fr::from(usize::from(*d) == k));
                Poly::dense(vars, column.collect())
            })
            .collect();
        let columns: Vec<&Poly<Fr>> = columns.iter().collect();
        let digits = Poly::digits(vars, radix, digits);
        assert_eq!(commit::<P>(&key, &digits), encoded::<P>(&key, &columns));
    }
}

fn batches_are_committed_in_order<P: Tested>() {
    let key = P::key(6);
    let polys = [
        Poly::dense(3, random(1, 8)),
        Poly::digits(5, 4, vec![1, 2, 3, 0, 3]),
        Poly::digits(6, 4, (0..64).map(|d| d % 4).collect()),
        Poly::signed(2, vec![-5, 0, 1 << 64]),
        Poly::digits(1, 2, vec![1]),
        Poly::dense(6, vec![]),
    ];
    let batch: Vec<&Poly<Fr>> = polys.iter().collect();
    let together = encoded::<P>(&key, &batch);
    let shapes: Vec<Shape> = polys.iter().map(Poly::shape).collect();
    let sizes = P::commitment_bytes(P::verifier_key(&key), &shapes);
    assert_eq!(together.len(), sizes.iter().sum::<usize>());
    if P::HASHED {
        let mut other = batch.clone();
        other.swap(2, 5);
        assert_ne!(encoded::<P>(&key, &other), together);
        return;
    }
    let single: Vec<u8> = polys.iter().flat_map(|p| commit::<P>(&key, p)).collect();
    assert_eq!(together, single);
}

fn commitments_have_the_size_that_they_should<P: Tested>() {
    let key = P::key(6);
    let erased = crate::erase_verifying_key::<P>(P::verifier_key(&key).clone());
    for poly in [
        Poly::dense(4, vec![]),
        Poly::dense(6, random(3, 40)),
        Poly::digits(5, 7, vec![6; 9]),
        Poly::digits(0, 2, vec![1]),
    ] {
        let shape = poly.shape();
        let bytes = commit::<P>(&key, &poly);
        assert_eq!(bytes.len(), erased.commitment_bytes(&[shape]));
        assert!(P::HASHED || bytes.len().is_multiple_of(32 * columns(&shape)));
        let commitment = decoded::<P>(&key, &[shape], &bytes);
        assert_eq!(commitment, P::commit(&key, &[&poly]).unwrap().0);
    }
}

fn shorter_polynomials_take_part_as_the_scheme_says<P: Tested>() {
    let key = P::key(6);
    for vars in [1, 3, 4] {
        let rows = random(3, 1 << vars);
        let short = Poly::dense(vars, rows.clone());
        let commitment = P::commit(&key, &[&short]).unwrap().0;
        let embedded: Vec<Fr> = (0..64)
            .map(|j: usize| match P::EMBEDDING {
                Embedding::Repeat => rows[j >> (6 - vars)],
                Embedding::Pad => rows.get(j).copied().unwrap_or_default(),
            })
            .collect();
        let own = Point(random(4, vars));
        let points = [Point(random(5, 6)), P::EMBEDDING.extend(&own, 6)];
        for point in &points {
            let sum = (&[&short][..], &[vec![Fr::one()]][..]);
            let (value, opening) = open_sum::<P>(&key, sum, &embedded, point);
            let terms = (&commitment, &[vec![Fr::one()]][..]);
            assert_eq!(verify::<P>(&key, terms, (point, value), &opening), Ok(()));
        }
        let (value, _) = open::<P>(&key, &embedded, &points[1]);
        assert_eq!(value, short.evaluate(&Weights::One, &own));
    }
}

fn keys_are_read_back<P: Tested>() {
    let key = P::key(5);
    let key = P::verifier_key(&key);
    let bytes = P::write_verifier_key(key);
    let read = P::read_verifier_key(&bytes).unwrap();
    assert_eq!(read.digest(), key.digest());
    assert_eq!(P::write_verifier_key(&read), bytes);
    for length in 0..bytes.len() {
        assert!(P::read_verifier_key(&bytes[..length]).is_err());
    }
    assert!(P::read_verifier_key(&[bytes.as_slice(), &[0]].concat()).is_err());
    let other = P::key(4);
    assert_ne!(P::verifier_key(&other).digest(), key.digest());
}
