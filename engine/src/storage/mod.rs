//! Where rows live: pages in files on a virtual disk, and their copies in memory.
//!
//! * [`disk`] is the disk: files, and what a power cut does to writes that were not synced.
//! * [`page`] draws a page: a header, slots from the front, row versions from the back.
//! * [`row`] draws a row version: who made it, who ended it, its values.
//! * [`pool`] is the buffer pool: pages in memory, some of them newer than the disk's.

mod disk;
mod page;
mod pool;
mod row;

pub use disk::{Disk, FileName};
pub use page::{Page, PageError};
pub use pool::Pool;
#[cfg(feature = "whole")]
pub use row::decode_key;
pub use row::{Field, MAX_ROW_BYTES, RowHead, decode_values, encode_row, read_fields, set_xmax};
