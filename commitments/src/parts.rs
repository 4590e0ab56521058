//! Points of G1 as files have them, 64 bytes each, read a part at a time.

use ark_ff::BigInt;
use std::io::{self, Read};

/// Bytes of a point.
pub(crate) const POINT: usize = 64;
/// Points read at a time: four megabytes.
pub(crate) const PART: usize = 1 << 16;

/// The integer of a coordinate's 32 bytes.
pub(crate) fn limbs(bytes: &[u8]) -> BigInt<4> {
    let (words, _) = bytes.as_chunks::<8>();
    BigInt(std::array::from_fn(|i| {
        words.get(i).map_or(0, |word| u64::from_le_bytes(*word))
    }))
}

/// Sizes of the parts of so many points.
pub(crate) fn parts(count: usize) -> impl Iterator<Item = usize> {
    (0..count)
        .step_by(PART)
        .map(move |start| PART.min(count - start))
}

/// Reads parts of so many points; what was read is taken while the next part is read, so that nothing is in memory twice.
///
/// # Errors
/// What `take` says of a part, before what the system says of the next one.
pub(crate) fn read_ahead<E: From<io::Error> + Send>(
    input: &mut (impl Read + Send),
    parts: impl IntoIterator<Item = usize>,
    mut take: impl FnMut(&[u8]) -> Result<(), E> + Send,
) -> Result<(), E> {
    let mut fill = |buffer: &mut Vec<u8>, points: usize| {
        buffer.resize(points * POINT, 0);
        input.read_exact(buffer)
    };
    let (mut bytes, mut next) = (Vec::new(), Vec::new());
    let mut parts = parts.into_iter();
    fill(&mut bytes, parts.next().unwrap_or(0))?;
    while !bytes.is_empty() {
        let coming = parts.next().unwrap_or(0);
        let (read, taken) = rayon::join(|| fill(&mut next, coming), || take(&bytes));
        taken?;
        read?;
        std::mem::swap(&mut bytes, &mut next);
    }
    Ok(())
}
