//! Fixed-width little-endian encoding, and the checksum of everything that is stored.
//!
//! The reader is total: whatever the bytes, it gives a value or `None`, and never asks for memory that the input does not cover.

use crate::types::{Lsn, Micros, RelationId, TimelineId, Xid};
use crc::{CRC_32_ISCSI, Crc, Table};
use std::sync::LazyLock;

/// CRC-32C (Castagnoli), the checksum of PostgreSQL's log; sixteen tables, several times as fast in Wasm as one. They are made at the
/// first use: as data they would be 16 KiB of a download that does not compress.
static CRC_32C: LazyLock<Crc<u32, Table<16>>> = LazyLock::new(|| Crc::<u32, Table<16>>::new(&CRC_32_ISCSI));

/// The CRC-32C of the parts, one after another.
pub fn crc32c(parts: &[&[u8]]) -> u32 {
    let mut digest = CRC_32C.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}

/// Appends values to bytes.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub fn lsn(&mut self, value: Lsn) {
        self.u64(value.0);
    }

    pub fn xid(&mut self, value: Xid) {
        self.u32(value.0);
    }

    pub fn time(&mut self, value: Micros) {
        self.i64(value.0);
    }

    pub fn timeline(&mut self, value: TimelineId) {
        self.u32(value.0);
    }

    pub fn relation(&mut self, value: RelationId) {
        self.u32(value.0);
    }

    /// The bytes alone, without their length.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A 32-bit length, then the bytes.
    pub fn long(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.raw(bytes);
    }

    /// A 16-bit length, then the text; what does not fit is left out at a character's boundary.
    pub fn text(&mut self, text: &str) {
        let mut end = text.len().min(usize::from(u16::MAX));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.u16(end as u16);
        self.raw(&text.as_bytes()[..end]);
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Takes values from bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// The next `count` bytes.
    pub fn raw(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    pub fn lsn(&mut self) -> Option<Lsn> {
        self.u64().map(Lsn)
    }

    pub fn xid(&mut self) -> Option<Xid> {
        self.u32().map(Xid)
    }

    pub fn time(&mut self) -> Option<Micros> {
        self.i64().map(Micros)
    }

    pub fn timeline(&mut self) -> Option<TimelineId> {
        self.u32().map(TimelineId)
    }

    pub fn relation(&mut self) -> Option<RelationId> {
        self.u32().map(RelationId)
    }

    pub fn long(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()?;
        self.raw(usize::try_from(length).ok()?)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.u16()?;
        core::str::from_utf8(self.raw(usize::from(length))?).ok()
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// Whether all has been read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_castagnolis() {
        // The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
        assert_eq!(crc32c(&[b"123456789"]), 0xE306_9283);
        assert_eq!(crc32c(&[b"1234", b"", b"56789"]), 0xE306_9283);
    }

    #[test]
    fn a_reader_stops_at_the_end() {
        let mut writer = Writer::default();
        writer.u16(7);
        writer.text("Grace");
        writer.long(&[1, 2, 3]);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!((reader.u16(), reader.text(), reader.long()), (Some(7), Some("Grace"), Some(&[1, 2, 3][..])));
        assert!(reader.is_empty());
        assert_eq!((reader.u8(), reader.u64(), reader.text()), (None, None, None));
        assert_eq!(Reader::new(&[255, 255, 255, 255, 0]).long(), None);
    }
}
