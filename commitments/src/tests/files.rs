//! Files of points that a cache has.

use sha2::{Digest, Sha256};
use std::fmt::Debug;
use std::path::Path;

/// Bytes of a header.
const HEADER: usize = 16;
/// Bytes of a point.
const POINT: usize = 64;

/// What is made is written to a file, and read back; a file with anything else in it is replaced, whatever its checksum:
/// other points, these header bytes, or this many points alone.
pub(crate) fn anything_else_is_replaced<T: PartialEq + Debug>(
    path: &Path,
    expected: &T,
    loaded: impl Fn() -> T,
    (bytes, fewer): (&[(usize, u8)], usize),
) {
    assert_eq!(loaded(), *expected);
    let good = std::fs::read(path).unwrap();
    assert_eq!(loaded(), *expected);
    let checked = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good[..good.len() - 32].to_vec();
        change(&mut bytes);
        let digest = Sha256::digest(&bytes);
        [bytes.as_slice(), &digest].concat()
    };
    assert_eq!(checked(&|_| {}), good);
    let mut others = vec![
        good[..good.len() - 1].to_vec(),
        [good.as_slice(), &[0]].concat(),
        Vec::new(),
        vec![0; good.len()],
        checked(&|bytes| bytes[HEADER..].rotate_left(POINT)),
        checked(&|bytes| bytes.copy_within(HEADER..HEADER + POINT, HEADER + POINT)),
        checked(&|bytes| bytes[HEADER..HEADER + POINT].fill(0)),
        checked(&|bytes| bytes.truncate(HEADER + POINT * fewer)),
    ];
    others.extend(
        bytes
            .iter()
            .map(|(at, value)| checked(&|bytes| bytes[*at] = *value)),
    );
    for bytes in others {
        std::fs::write(path, &bytes).unwrap();
        assert_eq!(loaded(), *expected);
        assert_eq!(std::fs::read(path).unwrap(), good);
    }
    let directory = path.parent().unwrap();
    assert_eq!(std::fs::read_dir(directory).unwrap().count(), 1);
}
