//! What every target does with its bytes: what a decoder promises of any bytes is checked by `pitr_tests::decoders`, here as in the property tests.

pub use pitr_tests::decoders::Decoder;

/// Lets a decoder at the bytes as they are, and once more with checksums that agree, so that what lies behind these is reached.
pub fn promises_hold(decoder: Decoder, bytes: &[u8]) {
    decoder.check(bytes);
    let mut sealed = bytes.to_vec();
    decoder.seal(&mut sealed);
    if sealed != bytes {
        decoder.check(&sealed);
    }
}
