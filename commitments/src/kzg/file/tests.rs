#![allow(clippy::unwrap_used)]
use super::*;
use crate::ptau::testing::ptau;
use crate::{Provenance, Setup, kzg};
use ark_bn254::Fr;
use std::fs;

const REAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/powersOfTau28_hez_final_08.ptau"
);

/// A directory that is removed.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("powers-file-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        names
            .map(|name| name.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_ceremony_is_imported_and_read_back() {
    let folder = Folder::new("import");
    let mut real = PowersFile::open(Path::new(REAL)).unwrap();
    assert_eq!(real.max_vars(), 8);
    assert_eq!(real.ceremony().id().name(), Some("hez_final"));
    assert!(real.ptau().is_some());
    let powers = real.check(8).unwrap();
    assert!(powers.provenance().is_secure());
    let path = folder.path("powers.srs");
    powers.save(&path).unwrap();
    assert_eq!(folder.names(), ["powers.srs"]);
    assert_eq!(fs::metadata(&path).unwrap().len(), 16 + 160 + 256 * 64 + 32);
    let mut stored = PowersFile::open(&path).unwrap();
    assert!(stored.ptau().is_none());
    assert_eq!(stored.ceremony(), real.ceremony());
    assert_eq!(stored.max_vars(), 8);
    assert_eq!(stored.powers(8).unwrap(), powers);
    for vars in [0, 1, 5, 8] {
        assert_eq!(stored.check(vars).unwrap(), real.powers(vars).unwrap());
    }
    let few = stored.powers(9).unwrap_err().to_string();
    assert!(
        few.contains("512 powers are needed, and it has 256"),
        "{few}"
    );
    assert!(matches!(
        real.powers(9),
        Err(SetupError::Ptau {
            source: PtauError::FewPowers { .. },
            ..
        })
    ));
    assert!(matches!(
        stored.powers(27),
        Err(SetupError::TooLarge { .. })
    ));
    // A file takes the place of another of its name.
    real.powers(3).unwrap().save(&path).unwrap();
    assert_eq!(PowersFile::open(&path).unwrap().max_vars(), 3);
    assert_eq!(folder.names(), ["powers.srs"]);
}

#[test]
fn keys_are_the_same_whatever_they_are_from() {
    let folder = Folder::new("keys");
    let path = folder.path("powers.srs");
    let mut real = PowersFile::open(Path::new(REAL)).unwrap();
    real.powers(5).unwrap().save(&path).unwrap();
    let ceremony = *real.ceremony();
    let setups = [
        Setup::File { path: REAL.into() },
        Setup::File { path },
        Setup::Ceremony(ceremony),
    ];
    let keys = setups
        .each_ref()
        .map(|setup| kzg::source::verifier_key(5, setup).unwrap());
    for key in &keys {
        assert_eq!(key.provenance(), Provenance::Ceremony(ceremony));
        assert_eq!(key.digest(), keys[0].digest());
    }
    for setup in &setups[..2] {
        let powers = kzg::source::powers(5, setup).unwrap();
        assert_eq!(powers.digest(), keys[0].digest());
    }
    let none = kzg::source::powers(5, &setups[2]);
    assert!(matches!(none, Err(SetupError::NoPowers)));
    // A verifier needs no powers, and so none too many.
    for setup in &setups {
        let large = kzg::source::verifier_key(MAX_VARS, setup).unwrap();
        assert_eq!(large.max_vars(), MAX_VARS);
        assert_ne!(large.digest(), keys[0].digest());
        let larger = kzg::source::verifier_key(MAX_VARS + 1, setup);
        assert!(matches!(larger, Err(SetupError::TooLarge { .. })));
    }
    // The same sizes of another ceremony, and of the test setup, are other keys.
    let other = folder.path("other.ptau");
    fs::write(&other, ptau(5, Fr::from(3u64))).unwrap();
    let other = kzg::source::verifier_key(5, &Setup::File { path: other }).unwrap();
    assert!(!other.provenance().is_secure());
    let test = VerifierKey::insecure_test(5).unwrap();
    assert!(other.digest() != keys[0].digest() && test.digest() != keys[0].digest());
    // Points of two ceremonies are no key.
    let mixed = Ceremony::new(other.first(), ceremony.powers()).unwrap();
    let none = kzg::source::verifier_key(5, &Setup::Ceremony(mixed));
    assert!(matches!(none, Err(SetupError::Ceremony { .. })));
}

#[test]
fn altered_files_are_refused() {
    let folder = Folder::new("altered");
    let path = folder.path("powers.srs");
    let original = folder.path("original.ptau");
    fs::write(&original, ptau(3, Fr::from(5u64))).unwrap();
    let mut original = PowersFile::open(&original).unwrap();
    original.powers(3).unwrap().save(&path).unwrap();
    let good = fs::read(&path).unwrap();
    let said = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let powers = PowersFile::open(&path).and_then(|mut file| file.powers(2));
        powers.map(|_| ()).unwrap_err().to_string()
    };
    for length in 8..good.len() {
        let said = said(&good[..length]);
        assert!(said.contains("cut"), "{length}: {said}");
    }
    assert!(said(&[good.as_slice(), &[0]].concat()).contains("longer"));
    for (at, words) in [
        (8, "another version"),
        (12, "cut, or longer"),
        (13, "unknown flags"),
        (15, "unknown flags"),
        (16, "τ·G1"),
        (200, "checksum"),
        (16 + 160 + 7 * 64, "checksum"),
        (good.len() - 1, "checksum"),
    ] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        let said = said(&changed);
        assert!(said.contains(words), "{at}: {said}");
    }
    let mut many = good.clone();
    many[12] = 27;
    assert!(said(&many).contains("too many variables"));

    // With a checksum that fits: what is no point, and what is no power, is found by the check.
    let signed = |change: &dyn Fn(&mut [u8])| {
        let mut changed = good[..good.len() - 32].to_vec();
        change(&mut changed);
        let digest = Sha256::digest(&changed);
        [changed.as_slice(), &digest].concat()
    };
    assert_eq!(signed(&|_| {}), good);
    let power = |index: usize| 176 + 64 * index;
    assert!(said(&signed(&|bytes| bytes[power(2)..power(3)].fill(0xff))).contains("canonical"));
    assert!(
        said(&signed(&|bytes| bytes[power(0)..power(2)].rotate_left(64))).contains("first points")
    );
    let checked = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let mut file = PowersFile::open(&path).unwrap();
        file.powers(3).unwrap();
        file.check(3).unwrap_err().to_string()
    };
    let swapped = signed(&|bytes| bytes[power(4)..power(6)].rotate_left(64));
    assert!(checked(&swapped).contains("power 4 is not"));
    let off_curve = signed(&|bytes| bytes[power(6)] ^= 1);
    assert!(checked(&off_curve).contains("power 6 is not"));
    let identity = signed(&|bytes| bytes[power(7)..power(8)].fill(0));
    assert!(checked(&identity).contains("power 7 is not"));
    // Points of the ceremony that are not those of the powers.
    let mut other = ptau(3, Fr::from(7u64));
    let place = folder.path("other.ptau");
    fs::write(&place, &other).unwrap();
    let ceremony = PowersFile::open(&place).unwrap().ceremony().to_bytes();
    assert!(
        said(&signed(&|bytes| bytes[16..176].copy_from_slice(&ceremony))).contains("first points")
    );
    other.truncate(3);
    fs::write(&place, &other).unwrap();
    let none = PowersFile::open(&place);
    assert!(matches!(none, Err(SetupError::Ptau { .. })));
    assert!(matches!(
        PowersFile::open(&folder.path("none")),
        Err(SetupError::Io { .. })
    ));
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let folder = Folder::new("unwritable");
    let test = Powers::insecure_test(2).unwrap();
    let refused = test.save(&folder.path("test.srs")).unwrap_err().to_string();
    assert!(refused.contains("no ceremony"), "{refused}");
    let path = folder.path("powers.srs");
    fs::write(&path, "before").unwrap();
    // As when the disk is full.
    let broken_off = points::save(&path, |write| {
        write(&[1; 100])?;
        Err(io::Error::other("no space left"))
    });
    assert!(
        broken_off
            .unwrap_err()
            .to_string()
            .contains("no space left")
    );
    assert_eq!(folder.names(), ["powers.srs"]);
    assert_eq!(fs::read(&path).unwrap(), b"before");
    let mut real = PowersFile::open(Path::new(REAL)).unwrap();
    let below = real.powers(2).unwrap().save(&path.join("below a file"));
    assert!(matches!(below, Err(SetupError::Io { .. })));
    assert_eq!(folder.names(), ["powers.srs"]);
}
