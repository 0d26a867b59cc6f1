//! The archive: where sealed log segments go, off the machine.
//!
//! * [`contents`] is what is in the archive, and what of it can be used.
//! * [`archiver`] is the process that sends segments there, one at a time, in log order; how it tries again, and how it can misbehave.
//! * [`receiver`] takes log as it is flushed, a few bytes at a time.
//! * [`store`] is the kinds of stores, with what they take and cost; [`retention`] says what may be deleted.
//! * [`sealing`] encrypts what is stored.
//! * [`policy`] is what can be set.
//! * [`happening`] is what is told of all this.
//!
//! What has not arrived when the machine dies is lost.

mod archiver;
mod contents;
mod happening;
mod policy;
mod receiver;
mod retention;
mod sealing;
mod store;

pub use archiver::{Archiver, Conduct, Sending};
pub use contents::{Accepted, Archive, ArchivedSegment, ObjectName, Unusable};
pub use happening::Archiving;
pub use policy::{ArchivePolicy, WhenFull};
pub use receiver::{Piece, Receiver};
pub use retention::{Expiry, KeptSegment, Spared, expiry};
pub use sealing::KeyRing;
pub use store::{StoreKind, StoreVolume};
