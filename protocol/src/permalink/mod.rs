//! A whole run in a link: which script, at which step, with which target, seen how.
//!
//! ```text
//! link       VERSION.PAYLOAD                     letters, digits, - and _: nothing that a URL or a chat would change
//! payload    base64url of: checksum (4), length of the text (1 to 3), the packed text
//! text       scenario worked-example 74          or: script
//!            step 120
//!            target time 2026-03-04 02:59:59     then exclusive, backup b1, timeline 2, action pause
//!            view panel machine
//!                                                an empty line, then the person's own lines in the scenario language
//! ```
//!
//! A run that begins as a shipped scenario does is that scenario's name, how many of its commands are taken, and the lines behind them.
//! The worker reads the lines and the texts of the target; here they are texts.
//!
//! Invariants: what is made reads back as it was; any text at all gives a link or an error, in bounded time and memory. Version 1 stays
//! readable: its packing, its sample text and its words never change, and golden links say so.

mod header;
mod model;
mod pack;
#[cfg(test)]
mod tests;

use crate::Problem;
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// The version of links that is made here, and the only one that is read.
pub const PERMALINK_VERSION: u32 = 1;
/// How long a link may become before a file is the better way to share a run.
pub const PERMALINK_CHARACTERS: usize = 2000;
/// The longest that is made or read: more than any program carries a URL of.
const CHARACTERS_MAX: usize = 8000;
/// The longest text that one stands for.
const TEXT_BYTES_MAX: usize = 1 << 16;
const CHECKSUM_BYTES: usize = 4;

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permalink {
    pub script: LinkedScript,
    /// The event at which the page stands; `None` for the end.
    pub step: Option<u32>,
    pub target: Option<LinkedTarget>,
    /// How the page looks: names that only the page knows. One that it does not know is passed over.
    pub view: Vec<(String, String)>,
}

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkedScript {
    /// A shipped scenario by its stem, the first of its commands (`None`: all of them), and lines of one's own behind them.
    Shipped { stem: String, commands: Option<u32>, own: String },
    /// A script of one's own.
    Own(String),
}

/// A recovery target as somebody chose it, in the words of the scenario language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedTarget {
    /// `time`, `lsn`, `xid`, `name`, `immediate`, `end`.
    pub kind: String,
    pub text: String,
    pub inclusive: bool,
    /// `None`: the lab chooses.
    pub backup: Option<String>,
    pub timeline: Option<String>,
    pub action: Option<String>,
}

/// A text is no link, or a run does not go into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin with a version and a point.
    NoLink { text: String },
    /// It is of a version that is not read here.
    Version { found: String },
    /// A character that links have not.
    Character { at: usize, found: char },
    /// The checksum does not fit: characters are missing or were changed.
    Damaged { characters: usize },
    /// Too long to be read, or to be made.
    TooLong { length: usize, limit: usize },
    /// A line of its text says nothing that is known.
    Line { line: usize, text: String },
}

impl LinkError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            LinkError::NoLink { .. } => "no_link",
            LinkError::Version { .. } => "link_version",
            LinkError::Character { .. } => "link_character",
            LinkError::Damaged { .. } => "link_damaged",
            LinkError::TooLong { .. } => "link_too_long",
            LinkError::Line { .. } => "link_line",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            LinkError::NoLink { text } => vec![("text", text.clone())],
            LinkError::Version { found } => vec![("found", found.clone()), ("known", PERMALINK_VERSION.to_string())],
            LinkError::Character { at, found } => {
                vec![("at", at.to_string()), ("found", found.escape_debug().to_string())]
            }
            LinkError::Damaged { characters } => vec![("characters", characters.to_string())],
            LinkError::TooLong { length, limit } => vec![("length", length.to_string()), ("limit", limit.to_string())],
            LinkError::Line { line, text } => vec![("line", line.to_string()), ("text", text.clone())],
        }
    }

    /// As the page shows it.
    pub fn problem(&self) -> Problem {
        let params = self.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Problem { code: self.code().to_owned(), params, place: None }
    }
}

impl Permalink {
    /// The link; or why there is none.
    pub fn link(&self) -> Result<String, LinkError> {
        let text = header::write(self);
        if text.len() > TEXT_BYTES_MAX {
            return Err(LinkError::TooLong { length: text.len(), limit: TEXT_BYTES_MAX });
        }
        let mut packed = Vec::new();
        put_length(text.len(), &mut packed);
        pack::pack(text.as_bytes(), &mut packed);
        let mut bytes = checksum(&packed).to_le_bytes().to_vec();
        bytes.extend(packed);
        let link = format!("{PERMALINK_VERSION}.{}", pack::to_characters(&bytes));
        if link.len() > CHARACTERS_MAX {
            return Err(LinkError::TooLong { length: link.len(), limit: CHARACTERS_MAX });
        }
        Ok(link)
    }

    /// What a link says. It may be the end of an address: what stands before it is passed over.
    pub fn read(address: &str) -> Result<Permalink, LinkError> {
        let address = address.trim();
        if address.len() > 2 * CHARACTERS_MAX {
            return Err(LinkError::TooLong { length: address.len(), limit: CHARACTERS_MAX });
        }
        let link = address.rsplit(['#', '/', '?', '=', '&']).next().unwrap_or_default();
        let is_version = |version: &str| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        let Some((version, payload)) = link.split_once('.').filter(|(version, _)| is_version(version)) else {
            return Err(LinkError::NoLink { text: clip(link) });
        };
        if version.parse() != Ok(PERMALINK_VERSION) {
            return Err(LinkError::Version { found: clip(version) });
        }
        if link.len() > CHARACTERS_MAX {
            return Err(LinkError::TooLong { length: link.len(), limit: CHARACTERS_MAX });
        }
        let damaged = LinkError::Damaged { characters: link.len() };
        let bytes = match pack::from_characters(payload) {
            Ok(bytes) => bytes,
            Err(Some((index, found))) => {
                return Err(LinkError::Character { at: version.len() + 2 + index, found });
            }
            Err(None) => return Err(damaged),
        };
        let Some((sum, packed)) = bytes.split_first_chunk::<CHECKSUM_BYTES>() else {
            return Err(damaged);
        };
        if u32::from_le_bytes(*sum) != checksum(packed) {
            return Err(damaged);
        }
        let Some((length, packed)) = take_length(packed) else {
            return Err(damaged);
        };
        if length > TEXT_BYTES_MAX {
            return Err(LinkError::TooLong { length, limit: TEXT_BYTES_MAX });
        }
        let text = String::from_utf8(pack::unpack(packed, length)).map_err(|_| damaged)?;
        header::read(&text)
    }
}

/// Seven bits a byte, the lowest first; all but the last have the highest bit set.
fn put_length(mut length: usize, to: &mut Vec<u8>) {
    while length >= 0x80 {
        to.push(length as u8 | 0x80);
        length >>= 7;
    }
    to.push(length as u8);
}

fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0;
    for (index, byte) in bytes.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((length, bytes.get(index + 1..)?));
        }
    }
    None
}

/// CRC-32, the usual one; a link is short, and needs no table for it.
fn checksum(bytes: &[u8]) -> u32 {
    Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC).checksum(bytes)
}

/// The beginning of a text that may be long.
fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}
