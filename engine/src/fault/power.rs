//! How much a power loss takes.

use serde::{Deserialize, Serialize};

/// What the disk has, when the power is back, of what was not durable when it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PowerLoss {
    /// Nothing of it.
    #[default]
    Clean,
    /// The log was just being flushed, and so many bytes of it had arrived. Nothing else.
    MidFlush { bytes: u64 },
    /// Each page that was written had come to its half: its first sectors are new, the others old. Nothing of the log.
    TornPages,
    /// Each sector of what was written, and of the log that was just being flushed, as it was at any time since it was last durable: drawn
    /// from a seed.
    Drawn { seed: u64 },
}
