//! The log: every change, written before the page that it changes.
//!
//! The log is one long string of bytes, and an LSN is a position in it. It is cut into segments of one size; each begins with a
//! [header](segment) that says which it is. Records follow one another through the segments, and a record that does not fit into
//! the rest of a segment goes on after the header of the next.
//!
//! ```text
//!  segment 1                                    segment 2
//! +--------+---------+-----------+-------------+--------+------+---------+----- - - -
//! | header | record  | record    | first part  | header | rest | record  | zeros
//! +--------+---------+-----------+-------------+--------+------+---------+----- - - -
//! ```
//!
//! * [`record`] draws a record's bytes; each has its length, a checksum, and the position of the record before it.
//! * [`packed`] makes page images shorter, if that is asked for.
//! * [`log`] appends records to a buffer in memory and flushes the buffer to the virtual disk.
//! * [`reader`] decodes those bytes and nothing else. No length is stored anywhere: the log ends where no valid record follows.

mod end;
mod log;
mod packed;
mod reader;
mod record;
mod segment;

pub use log::{Appended, Flushed, Log};
pub use packed::{pack, unpack};
pub use reader::{EndOfLog, LONGEST_RECORD, LogReader, ReadRecord, SegmentSource, WhyEnd};
pub use record::{Body, HEADER_BYTES, Kind, PageChange, PageForm, PageImage, Record};
pub use segment::{MAGIC as SEGMENT_MAGIC, SEGMENT_HEADER_BYTES, SegmentHeader};

use crate::types::{Lsn, SegmentSize};

/// Records begin at multiples of this.
pub const ALIGNMENT: u64 = 8;

/// Where the first record at or after a position can begin: aligned, and past the header of its segment.
pub fn record_start(size: SegmentSize, at: Lsn) -> Lsn {
    let aligned = at.rounded_up(ALIGNMENT);
    match u64::from(size.offset_of(aligned)) {
        inside if inside < SEGMENT_HEADER_BYTES as u64 => aligned.advanced(SEGMENT_HEADER_BYTES as u64 - inside),
        _ => aligned,
    }
}
