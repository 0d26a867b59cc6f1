//! Compression of page images, by LZ4: quick, and quite good at rows that resemble one another.
//!
//! The length of what was compressed is not stored: it is the page's without the hole. Reading takes any bytes and gives what they stand for
//! or nothing, in no more memory than that length.

/// The bytes compressed, as one LZ4 block.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress(bytes)
}

/// What was compressed to these bytes; `None` if they are no LZ4 block, or not one of this length.
pub fn unpack(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    if !crate::WHOLE {
        return None;
    }
    let mut bytes = vec![0; length];
    let found = lz4_flex::block::decompress_into(packed, &mut bytes).ok()?;
    (found == length).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_unpacks_and_nothing_else_does_harm(bytes in proptest::collection::vec(0_u8..4, 0..3000), junk in proptest::collection::vec(any::<u8>(), 0..200)) {
            let packed = pack(&bytes);
            prop_assert_eq!(unpack(&packed, bytes.len() + 1), None);
            prop_assert_eq!(unpack(&packed, bytes.len()), Some(bytes));
            for length in [0, 10, 4096] {
                prop_assert!(unpack(&junk, length).is_none_or(|bytes| bytes.len() == length));
            }
        }
    }
}
