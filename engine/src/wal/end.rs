//! Why a log ends, as a code and as text.

use super::WhyEnd;
use core::fmt;

impl WhyEnd {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            WhyEnd::NoSegment(_) => "no_segment",
            WhyEnd::BadHeader(_) => "bad_header",
            WhyEnd::Nothing => "nothing",
            WhyEnd::BadLength => "bad_length",
            WhyEnd::BadChecksum => "bad_checksum",
            WhyEnd::BadLink => "bad_link",
            WhyEnd::Unknown => "unknown",
        }
    }

    /// Whether this is how a log ends that lacks nothing: no more was written, or no more has been archived.
    pub fn is_quiet(self) -> bool {
        matches!(self, WhyEnd::Nothing | WhyEnd::NoSegment(_))
    }
}

/// The code, with the segment that it is about.
impl fmt::Display for WhyEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            WhyEnd::NoSegment(segment) | WhyEnd::BadHeader(segment) => write!(f, " {}", segment.0),
            _ => Ok(()),
        }
    }
}
