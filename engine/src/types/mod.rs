//! The field's quantities as types: positions, numbers and times that cannot be mixed up, each with its text form.

mod position;
mod time;
mod value;

pub use position::{Lsn, PageId, RelationId, SegmentNumber, SegmentSize, TimelineId, Xid};
pub use time::{Micros, Zone};
pub use value::{Column, ColumnType, Value};
