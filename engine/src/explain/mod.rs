//! What bytes say: anything the engine stores, as fields with their byte ranges.
//!
//! A log record, a segment's header, a page, a manifest, a control file, a part of the commit log, a history file: each is told as
//! [`Decoded`], a list of [`Field`]s of one shape, so that a view of the bytes and a view of their meaning can stand side by side and
//! point at one another. Its text form is such a view.
//!
//! The decoders here are total, and go on where the engine's own give up: of damaged bytes they tell what can still be told, then
//! [`Trouble`]. The fields of a thing cover its bytes without gap or overlap. The layouts are those that the encoders' modules draw;
//! tests hold both sides to one another, since a decoder that keeps every place would make the ones that recovery uses slower.

mod dump;
mod field;
mod files;
mod log;
mod page;
mod record;
mod row;
#[cfg(feature = "whole")]
mod segment;
#[cfg(feature = "whole")]
mod touched;
mod walk;

#[cfg(test)]
mod tests;

pub use field::{Decoded, Field, Meaning, Place, Trouble, Why};
pub use files::{decode_commit_log, decode_control, decode_history, decode_manifest};
pub(crate) use log::LiveLog;
pub use log::{
    decode_archive_at, decode_log, decode_log_at, decode_segment_header, decode_server_at, log_of_archive,
    log_of_server,
};
pub use page::{decode_page, decode_row};
pub use record::decode_record;
pub use row::{Act, Ending, Link, RowChain, RowChange, Standing, Verdict};
pub(crate) use row::{Base, Bounds, Reading, commits_apart, differences, explain, read_archive};
#[cfg(feature = "whole")]
pub use segment::{SegmentPage, decode_archive_segment, decode_segment, decode_server_segment};
#[cfg(feature = "whole")]
pub use touched::{PageRow, Touched, records_in_buffer, records_of_page, rows_of_page, touched_at};
