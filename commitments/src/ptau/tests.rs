#![allow(clippy::unwrap_used)]
use super::testing::{
    Part, Sections, file, g1_bytes, g2_bytes, header, parts, prime, ptau, sections,
};
use super::*;
use crate::Provenance;
use ark_bn254::{Fq2, Fr};
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field, One};
use std::io::Cursor;
use std::sync::LazyLock;
use sumcheck::analysis::sample;

const REAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/powersOfTau28_hez_final_08.ptau"
);
const POWER: u32 = 3;
/// Powers of a file of that power.
const COUNT: usize = (2 << POWER) - 1;

fn tau() -> Fr {
    Fr::from(0x1234_5678_9abc_def1u64)
}

/// A file of that power, made once.
fn small() -> Vec<u8> {
    static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| ptau(POWER, tau()));
    SMALL.clone()
}

/// Opens a file and reads all its powers.
fn read(file: Vec<u8>) -> Result<Vec<G1Affine>, PtauError> {
    let mut ptau = Ptau::new(Cursor::new(file))?;
    let count = ptau.count() as usize;
    ptau.read(count)
}

fn said(file: Vec<u8>) -> String {
    read(file).unwrap_err().to_string()
}

fn part(file: &[u8], section: u32) -> Part {
    let mut found = parts(file).into_iter();
    found.find(|part| part.section == section).unwrap()
}

/// A file with bytes of a section in place of others.
fn with(section: u32, place: impl Fn(&Part) -> std::ops::Range<usize>, bytes: &[u8]) -> Vec<u8> {
    let mut file = small();
    let place = place(&part(&file, section));
    file[place].copy_from_slice(bytes);
    file
}

fn multiple(of: Fr) -> G1Affine {
    (G1Affine::generator() * of).into_affine()
}

#[test]
fn a_real_ceremony_is_read_and_known() {
    let mut real = Ptau::open(Path::new(REAL)).unwrap();
    assert_eq!((real.power(), real.ceremony_power()), (8, 28));
    assert_eq!((real.count(), real.bytes()), (511, 378_008));
    let digest = real.digest().unwrap();
    assert_eq!(published(&digest), Some("powersOfTau28_hez_final_08.ptau"));
    let id = real.ceremony().id();
    assert_eq!(Some(*real.ceremony()), Ceremony::named("hez_final"));
    assert_eq!(id.name(), Some("hez_final"));
    assert!(Provenance::Ceremony(*real.ceremony()).is_secure());
    let powers = real.read(511).unwrap();
    assert_eq!(powers.len(), 511);
    assert_eq!(real.read(256).unwrap(), powers[..256]);
    // One more than there are: what a polynomial in nine variables would need.
    let refused = real.read(512).unwrap_err();
    assert!(matches!(
        refused,
        PtauError::FewPowers {
            needed: 512,
            available: 511,
            power: 9
        }
    ));
}

#[test]
fn powers_are_those_of_tau() {
    let powers = read(ptau(POWER, tau())).unwrap();
    let mut expected = Fr::one();
    assert_eq!(powers.len(), COUNT);
    for power in powers {
        assert_eq!(power, multiple(expected));
        expected *= tau();
    }
    let mut file = Ptau::new(Cursor::new(ptau(POWER, tau()))).unwrap();
    for count in 0..=COUNT {
        assert_eq!(file.read(count).unwrap().len(), count);
    }
    assert!(file.read(usize::MAX).is_err());
    let id = file.ceremony().id();
    let provenance = Provenance::Ceremony(*file.ceremony());
    assert!(!provenance.is_secure());
    let said = provenance.to_string();
    assert!(
        said.contains("UNKNOWN") && said.contains(&id.to_string()),
        "{said}"
    );
    assert_eq!(published(&file.digest().unwrap()), None);
}

#[test]
fn what_is_no_file_of_a_ceremony_is_called_what_it_is() {
    for (file, words) in [
        (&b""[..], "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n <?xml version='1.0'?><Error>", "web page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid",
            "Git LFS",
        ),
        (&[0; 5000], "zeros"),
        (b"zkey\x01\0\0\0", "\"zkey\""),
        (b"\x7fELF", "\\x7fELF"),
        (b"pta", "\"pta\""),
    ] {
        let said = said(file.to_vec());
        assert!(said.contains(words), "{words}: {said}");
    }
    let mut version = ptau(POWER, tau());
    version[4] = 2;
    assert!(said(version).contains("version 2"));
    let missing = Ptau::open(Path::new("/none")).unwrap_err();
    assert!(matches!(missing, PtauError::Io(_)));
}

#[test]
fn a_file_that_was_cut_or_extended_is_refused() {
    let file = ptau(2, tau());
    for length in 4..file.len() {
        let error = read(file[..length].to_vec()).unwrap_err();
        assert!(matches!(error, PtauError::Cut { .. }), "{length}: {error}");
    }
    for more in [1, 12, 64] {
        let error = read([file.as_slice(), &vec![0; more]].concat()).unwrap_err();
        assert!(matches!(error, PtauError::Trailing { bytes } if bytes == more as u64));
    }
    let real = std::fs::read(REAL).unwrap();
    for part in parts(&real) {
        for length in [
            part.head,
            part.head + 4,
            part.contents.start,
            part.contents.end - 1,
        ] {
            let error = read(real[..length].to_vec()).unwrap_err();
            assert!(matches!(error, PtauError::Cut { .. }), "{length}: {error}");
        }
    }
}

#[test]
fn sections_are_there_once_and_as_long_as_the_header_says() {
    let of = |change: &dyn Fn(&mut Sections)| {
        let mut sections = sections(POWER, tau());
        change(&mut sections);
        said(file(&sections))
    };
    for (at, what) in ["section 1,", "section 2,", "section 3,"]
        .iter()
        .enumerate()
    {
        let said = of(&|sections| {
            sections.remove(at);
        });
        assert!(said.contains(what) && said.contains("missing"), "{said}");
        let said = of(&|sections| {
            let again = sections[at].clone();
            sections.push(again);
        });
        assert!(said.contains("twice"), "{said}");
        for more in [false, true] {
            let said = of(&|sections| {
                let bytes = &mut sections[at].1;
                bytes.resize(
                    if more {
                        bytes.len() + 8
                    } else {
                        bytes.len() - 8
                    },
                    0,
                );
            });
            assert!(
                said.contains("bytes where") && said.contains(what),
                "{said}"
            );
        }
    }
    let one_short = of(&|sections| {
        let length = sections[1].1.len() - 64;
        sections[1].1.truncate(length);
    });
    assert!(one_short.contains("points are missing"), "{one_short}");
    let many = of(&|sections| sections.extend((100..200).map(|number| (number, vec![]))));
    assert!(many.contains("104 sections"), "{many}");
    // Order does not matter, and other sections do not.
    let mut other = sections(POWER, tau());
    other.reverse();
    other.push((77, vec![1; 5]));
    assert_eq!(read(file(&other)).unwrap().len(), COUNT);
    // A length that no file has.
    for length in [u64::MAX, u64::MAX - 100, 1 << 62] {
        let mut file = ptau(POWER, tau());
        let head = part(&file, 2).head;
        file[head + 4..head + 12].copy_from_slice(&length.to_le_bytes());
        assert!(said(file).contains("cut"));
    }
}

#[test]
fn other_curves_and_sizes_are_named() {
    let of = |header: Vec<u8>| {
        let mut sections = sections(POWER, tau());
        sections[0].1 = header;
        said(file(&sections))
    };
    let bls: [u8; 48] = crate::hex::parse(
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    )
    .unwrap();
    let little: Vec<u8> = bls.iter().rev().copied().collect();
    assert!(of(header(&little, 3, 3)).contains("BLS12-381"));
    let mut other = prime();
    other[0] ^= 2;
    assert!(of(header(&other, 3, 3)).contains("32 bytes that is not known"));
    assert!(of(header(&[], 3, 3)).contains("0 bytes"));
    let mut huge = header(&prime(), 3, 3);
    huge[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(of(huge).contains("4294967295 bytes"));
    assert!(of(vec![1]).contains("section 1"));
    for (power, ceremony_power) in [(0, 3), (1, 3), (29, 29), (3, 2), (3, 29), (u32::MAX, 3)] {
        let said = of(header(&prime(), power, ceremony_power));
        assert!(said.contains("supported are 2^2 to 2^28"), "{said}");
    }
    // A header of another size than the powers are of.
    assert!(of(header(&prime(), 4, 4)).contains("section 2,"));
}

#[test]
fn every_power_is_the_one_that_it_should_be() {
    // Of a sample every third one, with the first and the last.
    for index in (2..COUNT).step_by(sample::one_in(3)) {
        let wrong = g1_bytes(&multiple(Fr::from(99)));
        let error = read(with(2, |part| part.g1(index), &wrong)).unwrap_err();
        assert!(
            matches!(error, PtauError::NotThePower { index: found } if found == index),
            "{index}: {error}"
        );
        // Two powers that changed their places.
        let mut swapped = small();
        let places = part(&swapped, 2);
        let other = if index == 2 { 3 } else { 2 };
        let (a, b) = (places.g1(other), places.g1(index));
        let first = swapped[a.clone()].to_vec();
        swapped.copy_within(b.clone(), a.start);
        swapped[b].copy_from_slice(&first);
        let error = read(swapped).unwrap_err();
        assert!(
            matches!(error, PtauError::NotThePower { index: 2 }),
            "{error}"
        );
    }
    // The negative one: still on the curve, with the same x.
    let negative = g1_bytes(&multiple(-tau()));
    let error = read(with(2, |part| part.g1(1), &negative)).unwrap_err();
    assert!(matches!(error, PtauError::OtherTau), "{error}");
    // Only what is asked for is read: the last power may be wrong where it is not needed.
    let wrong = with(2, |part| part.g1(COUNT - 1), &negative);
    let mut file = Ptau::new(Cursor::new(wrong)).unwrap();
    assert!(file.read(COUNT - 1).is_ok());
    assert!(file.read(COUNT).is_err());
}

/// More powers than are read, or multiplied, at a time. Of a sample not all that there are.
#[test]
fn long_files_are_read_part_by_part() {
    let good = ptau(16, tau());
    let count = sample::count(70_000, (2 << 16) - 1);
    let read = |file: Vec<u8>| Ptau::new(Cursor::new(file)).unwrap().read(count);
    let powers = read(good.clone()).unwrap();
    assert_eq!(powers.len(), count);
    let last = tau().pow([count as u64 - 1]);
    assert_eq!(powers.last(), Some(&multiple(last)));
    let places = part(&good, 2);
    let all = [65_535, 65_536, 100_000, count - 1];
    // Of a sample one of each: behind the first part, and within it.
    let behind = all.into_iter().rev().take(sample::count(1, all.len()));
    for index in behind {
        let mut wrong = good.clone();
        wrong[places.g1(index)].copy_from_slice(&g1_bytes(&multiple(Fr::from(99))));
        let error = read(wrong).unwrap_err();
        assert!(
            matches!(error, PtauError::NotThePower { index: found } if found == index),
            "{index}: {error}"
        );
    }
    for index in all.into_iter().take(sample::count(1, all.len())) {
        let mut zeros = good.clone();
        zeros[places.g1(index)].fill(0);
        let error = read(zeros).unwrap_err();
        let expected = index as u64;
        assert!(
            matches!(error, PtauError::Point { index, fault: Fault::Identity } if index == expected),
            "{index}: {error}"
        );
    }
}

#[test]
fn powers_are_points_of_the_group() {
    let mut not_canonical = g1_bytes(&multiple(tau()));
    let mut carry = 0;
    for (byte, prime) in not_canonical.iter_mut().zip(prime()) {
        let sum = u16::from(*byte) + u16::from(prime) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    let mut off_curve = g1_bytes(&multiple(tau()));
    off_curve[40] ^= 1;
    let fault = |index, bytes: &[u8]| match read(with(2, |part| part.g1(index), bytes)) {
        Err(PtauError::Point { index: at, fault }) => Some((at, fault)),
        _ => None,
    };
    // Of a sample every third one, with the first and the last.
    for index in (2..COUNT).step_by(sample::one_in(3)) {
        let at = index as u64;
        assert_eq!(
            fault(index, &not_canonical),
            Some((at, Fault::NotCanonical))
        );
        assert_eq!(fault(index, &off_curve), Some((at, Fault::NotOnCurve)));
        assert_eq!(fault(index, &[0; 64]), Some((at, Fault::Identity)));
    }
    for (bytes, expected) in [
        (&not_canonical[..], Fault::NotCanonical),
        (&off_curve, Fault::NotOnCurve),
        (&[0; 64], Fault::Identity),
    ] {
        let error = read(with(2, |part| part.g1(1), bytes)).unwrap_err();
        assert!(
            matches!(error, PtauError::Tau { what: "τ·G1", fault } if fault == expected),
            "{error}"
        );
        let error = read(with(2, |part| part.g1(0), bytes)).unwrap_err();
        assert!(matches!(error, PtauError::First), "{error}");
    }
    let other_generator = g1_bytes(&multiple(tau()));
    let error = read(with(2, |part| part.g1(0), &other_generator)).unwrap_err();
    assert!(matches!(error, PtauError::First), "{error}");
}

#[test]
fn tau_is_in_the_group_and_that_of_the_powers() {
    let of = |index, bytes: &[u8]| read(with(3, |part| part.g2(index), bytes)).unwrap_err();
    let outside = (1u64..).find_map(|x| {
        let point = G2Affine::get_point_from_x_unchecked(Fq2::from(x), false)?;
        (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
    });
    let mut off_curve = g2_bytes(&G2Affine::generator());
    off_curve[0] ^= 1;
    for (index, name) in [(1, "τ·G2"), (2, "τ²·G2")] {
        for (bytes, expected) in [
            (g2_bytes(&outside.unwrap()), Fault::NotInGroup),
            (vec![0; 128], Fault::Identity),
            (vec![0xff; 128], Fault::NotCanonical),
            (off_curve.clone(), Fault::NotOnCurve),
        ] {
            let error = of(index, &bytes);
            assert!(
                matches!(error, PtauError::Tau { what, fault } if what == name && fault == expected),
                "{error}"
            );
        }
        // Of another ceremony.
        let other = (G2Affine::generator() * tau().double()).into_affine();
        let error = of(index, &g2_bytes(&other));
        assert!(matches!(error, PtauError::OtherTau), "{error}");
    }
    // Points of another ceremony, consistent with each other: the powers are not theirs.
    let mut mixed = sections(POWER, tau());
    let mut other = sections(POWER, tau().double());
    mixed[1].1[64..128].copy_from_slice(&other[1].1[64..128]);
    mixed[2] = other.remove(2);
    let error = read(file(&mixed)).unwrap_err();
    assert!(
        matches!(error, PtauError::NotThePower { index: 2 }),
        "{error}"
    );
    let first = of(0, &g2_bytes(&(G2Affine::generator() * tau()).into_affine()));
    assert!(matches!(first, PtauError::FirstOfG2), "{first}");
}
