//! A slotted page.
//!
//! ```text
//!  0  page LSN   8  end of the last record that changed it
//!  8  checksum   4  CRC-32C of the page with this field zero; set when the page leaves memory
//! 12  slots      2  how many
//! 14  rows from  2  offset of the lowest byte that a row occupies; 0 stands for the page's end
//! 16  relation   4
//! 20  block      4
//! 24  slots         4 bytes each: offset (2) and length (2) of a row version
//!     free
//!     rows          from the end downwards
//! ```
//!
//! A slot's number never changes: log records and row versions point at (block, slot).

use crate::codec::crc32c;
use crate::types::{Lsn, PageId};
use serde::{Deserialize, Serialize};

const HEADER_BYTES: usize = 24;
const SLOT_BYTES: usize = 4;

/// A page in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    bytes: Vec<u8>,
}

/// Why bytes are not the page that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageError {
    /// Its checksum does not agree: torn, or rotten.
    Checksum,
    /// It is another page, or of another size.
    Misplaced,
    /// What it says of its rows cannot be.
    Contents,
}

impl Page {
    /// An empty page. `page_bytes` is a power of two from 1 KiB to 32 KiB.
    pub fn new(id: PageId, page_bytes: u32) -> Page {
        let mut bytes = vec![0; page_bytes as usize];
        bytes[16..20].copy_from_slice(&id.relation.0.to_le_bytes());
        bytes[20..24].copy_from_slice(&id.block.to_le_bytes());
        Page { bytes }
    }

    /// Reads a page that left memory by [`Page::sealed`].
    pub fn read(id: PageId, page_bytes: u32, bytes: &[u8]) -> Result<Page, PageError> {
        if bytes.len() != page_bytes as usize || bytes.len() < HEADER_BYTES {
            return Err(PageError::Misplaced);
        }
        let page = Page { bytes: bytes.to_vec() };
        if page.u32_at(8) != page.checksum() {
            return Err(PageError::Checksum);
        }
        page.checked(id)
    }

    /// The page, if it is this one, its slots end before its rows begin, and its rows lie in it. A checksum says nothing of that: whoever writes
    /// bytes can compute one.
    fn checked(self, id: PageId) -> Result<Page, PageError> {
        if (self.u32_at(16), self.u32_at(20)) != (id.relation.0, id.block) {
            return Err(PageError::Misplaced);
        }
        let rows_from = self.rows_from();
        let lies_inside = |(offset, length)| offset >= rows_from && offset + length <= self.bytes.len();
        let is_sound = self.slots_end() <= rows_from
            && usize::from(self.u16_at(14)) <= self.bytes.len()
            && (0..self.slot_count()).all(|slot| self.slot(slot).is_some_and(lies_inside));
        if is_sound { Ok(self) } else { Err(PageError::Contents) }
    }

    /// The page's bytes with their checksum, to be written.
    pub fn sealed(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[8..12].copy_from_slice(&self.checksum().to_le_bytes());
        bytes
    }

    fn checksum(&self) -> u32 {
        crc32c(&[&self.bytes[..8], &[0; 4], &self.bytes[12..]])
    }

    /// End of the last record that changed the page.
    pub fn lsn(&self) -> Lsn {
        Lsn(u64::from(self.u32_at(0)) | u64::from(self.u32_at(4)) << 32)
    }

    pub fn set_lsn(&mut self, lsn: Lsn) {
        self.bytes[0..8].copy_from_slice(&lsn.0.to_le_bytes());
    }

    /// How many slots there are, used ones all of them.
    pub fn slot_count(&self) -> u16 {
        self.u16_at(12)
    }

    /// The row version in a slot.
    pub fn row(&self, slot: u16) -> Option<&[u8]> {
        let (offset, length) = self.slot(slot)?;
        self.bytes.get(offset..offset + length)
    }

    /// The row version in a slot, to change in place.
    pub fn row_mut(&mut self, slot: u16) -> Option<&mut [u8]> {
        let (offset, length) = self.slot(slot)?;
        self.bytes.get_mut(offset..offset + length)
    }

    fn slot(&self, slot: u16) -> Option<(usize, usize)> {
        if slot >= self.slot_count() {
            return None;
        }
        let at = HEADER_BYTES + usize::from(slot) * SLOT_BYTES;
        let entry = self.bytes.get(at..at + SLOT_BYTES)?;
        Some((
            usize::from(u16::from_le_bytes([entry[0], entry[1]])),
            usize::from(u16::from_le_bytes([entry[2], entry[3]])),
        ))
    }

    fn rows_from(&self) -> usize {
        match usize::from(self.u16_at(14)) {
            0 => self.bytes.len(),
            offset => offset.min(self.bytes.len()),
        }
    }

    fn slots_end(&self) -> usize {
        HEADER_BYTES + usize::from(self.slot_count()) * SLOT_BYTES
    }

    /// Whether a row version of this length still fits.
    pub fn fits(&self, row_bytes: usize) -> bool {
        self.rows_from().saturating_sub(self.slots_end()) >= row_bytes + SLOT_BYTES
    }

    /// Puts a row version into the next slot, whose number it returns; `None` if it does not fit.
    pub fn add_row(&mut self, row: &[u8]) -> Option<u16> {
        if !self.fits(row.len()) {
            return None;
        }
        let slot = self.slot_count();
        let offset = self.rows_from() - row.len();
        let at = self.slots_end();
        self.bytes[offset..offset + row.len()].copy_from_slice(row);
        self.bytes[at..at + 2].copy_from_slice(&(offset as u16).to_le_bytes());
        self.bytes[at + 2..at + 4].copy_from_slice(&(row.len() as u16).to_le_bytes());
        self.bytes[12..14].copy_from_slice(&(slot + 1).to_le_bytes());
        self.bytes[14..16].copy_from_slice(&(offset as u16).to_le_bytes());
        Some(slot)
    }

    /// Where the unused bytes are: offset and length.
    pub fn hole(&self) -> (u16, u16) {
        let end = self.slots_end();
        (end as u16, self.rows_from().saturating_sub(end) as u16)
    }

    /// The bytes around the hole.
    pub fn without_hole(&self) -> Vec<u8> {
        let (offset, length) = self.hole();
        let (head, tail) = (usize::from(offset), usize::from(offset) + usize::from(length));
        [&self.bytes[..head], &self.bytes[tail..]].concat()
    }

    /// The page again, from the bytes around its hole; `None` if they do not make up this page in this size.
    pub fn from_image(id: PageId, page_bytes: u32, hole_offset: u16, hole_bytes: u16, around: &[u8]) -> Option<Page> {
        let (head, tail) = around.split_at_checked(usize::from(hole_offset))?;
        let bytes = [head, &vec![0; usize::from(hole_bytes)], tail].concat();
        let is_whole = bytes.len() == page_bytes as usize && bytes.len() >= HEADER_BYTES;
        is_whole.then_some(Page { bytes })?.checked(id).ok()
    }

    fn u16_at(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    fn u32_at(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RelationId;

    const ID: PageId = PageId { relation: RelationId(16), block: 3 };

    #[test]
    fn rows_come_back_from_their_slots_until_the_page_is_full() {
        let mut page = Page::new(ID, 1024);
        let mut added: Vec<Vec<u8>> = Vec::new();
        for length in 1.. {
            let row = vec![length as u8; length];
            match page.add_row(&row) {
                Some(slot) => assert_eq!(usize::from(slot), added.len()),
                None => break,
            }
            added.push(row);
        }
        // 24 + n * 4 + (1 + .. + n) <= 1024 holds up to n = 40.
        assert_eq!(added.len(), 40);
        for (slot, row) in added.iter().enumerate() {
            assert_eq!(page.row(slot as u16), Some(row.as_slice()));
        }
        assert_eq!(page.row(40), None);
    }

    #[test]
    fn a_page_leaves_and_comes_back_or_is_refused() {
        let mut page = Page::new(ID, 1024);
        page.add_row(b"Grace");
        page.set_lsn(Lsn(0x1_0000_1028));
        let sealed = page.sealed();
        let back = Page::read(ID, 1024, &sealed).unwrap();
        assert_eq!((back.lsn(), back.row(0)), (Lsn(0x1_0000_1028), Some(&b"Grace"[..])));
        let other = PageId { block: 4, ..ID };
        assert_eq!(Page::read(other, 1024, &sealed), Err(PageError::Misplaced));
        assert_eq!(Page::read(ID, 2048, &sealed), Err(PageError::Misplaced));
        for bit in (0..sealed.len() * 8).step_by(7) {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Page::read(ID, 1024, &damaged), Err(PageError::Checksum), "bit {bit}");
        }
    }

    #[test]
    fn a_page_whose_checksum_agrees_is_still_not_believed() {
        let mut page = Page::new(ID, 1024);
        page.add_row(b"Grace");
        // How many slots there are, where rows begin, where the first row lies and how long it is.
        for (at, number) in
            [(12, 250), (12, 2), (12, 0xFFFF), (14, 10), (14, 1020), (14, 0xFFFF), (24, 1023), (24, 30), (26, 6)]
        {
            let mut absurd = page.clone();
            absurd.bytes[at..at + 2].copy_from_slice(&u16::to_le_bytes(number));
            let sealed = absurd.sealed();
            assert_eq!(Page::read(ID, 1024, &sealed), Err(PageError::Contents), "{number} at {at}");
            assert_eq!(Page::from_image(ID, 1024, 0, 0, &sealed), None, "{number} at {at}");
        }
    }

    #[test]
    fn an_image_leaves_the_hole_out() {
        let mut page = Page::new(ID, 8192);
        page.add_row(b"Grace");
        page.add_row(b"Edsger");
        let (offset, length) = page.hole();
        let around = page.without_hole();
        assert_eq!(around.len(), 24 + 2 * 4 + 11);
        assert_eq!(Page::from_image(ID, 8192, offset, length, &around), Some(page));
        assert_eq!(Page::from_image(ID, 8192, offset, length - 1, &around), None);
        assert_eq!(Page::from_image(ID, 8192, 9000, length, &around), None);
    }
}
