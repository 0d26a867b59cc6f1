//! Checksums, computed from the drawn layouts and not by the engine.

use crc::{CRC_32_ISCSI, Crc};

const CRC_32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

fn crc(parts: &[&[u8]]) -> [u8; 4] {
    let mut digest = CRC_32C.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_le_bytes()
}

/// Puts the checksum of everything else at an offset, which counts as zero or is left out.
fn seal(bytes: &mut [u8], at: usize, as_zero: bool) {
    if bytes.len() < at + 4 {
        return;
    }
    let zero: &[u8] = if as_zero { &[0; 4] } else { &[] };
    let sum = crc(&[&bytes[..at], zero, &bytes[at + 4..]]);
    bytes[at..at + 4].copy_from_slice(&sum);
}

/// The length and the checksum of a record.
pub fn record(bytes: &mut [u8]) {
    if bytes.len() >= 24 {
        let length = bytes.len() as u32;
        bytes[..4].copy_from_slice(&length.to_le_bytes());
    }
    seal(bytes, 20, false);
}

/// A record's checksum alone, its length left as it is.
pub fn record_of_its_length(bytes: &mut [u8]) {
    seal(bytes, 20, false);
}

pub fn page(bytes: &mut [u8]) {
    seal(bytes, 8, true);
}

pub fn segment_header(bytes: &mut [u8]) {
    if let Some(header) = bytes.get_mut(..40) {
        seal(header, 36, false);
    }
}

/// The headers of segments, and the checksums of the records that lie whole in one.
pub fn segments(bytes: &mut [u8], segment_bytes: u32) {
    for segment in bytes.chunks_mut(segment_bytes as usize) {
        segment_header(segment);
        let Some(head) = segment.get(..40) else { continue };
        let continued = u32::from_le_bytes([head[32], head[33], head[34], head[35]]) as usize;
        let mut at = (40 + continued).next_multiple_of(8);
        while let Some(length) = segment.get(at..at + 4) {
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
            let Some(record) = at.checked_add(length).and_then(|end| segment.get_mut(at..end)) else { break };
            if length < 24 {
                break;
            }
            record_of_its_length(record);
            at = (at + length).next_multiple_of(8);
        }
    }
}

pub fn manifest(bytes: &mut [u8]) {
    if bytes.len() >= 8 {
        let sum = crc(&[&bytes[8..]]);
        bytes[4..8].copy_from_slice(&sum);
    }
}

pub fn control(bytes: &mut [u8]) {
    if let Some(at) = bytes.len().checked_sub(4) {
        seal(bytes, at, false);
    }
}

/// The checksum that a manifest has of a file.
pub fn file(chunks: &[&[u8]]) -> [u8; 4] {
    crc(chunks)
}
