//! Fields as text: where, which bytes, what they are.
//!
//! ```text
//! record at 0/1480, 66 bytes
//!   0/1480  42 00 00 00                length: 66
//!   0/1484  6C 00 00 00                xid: 108
//! ```
//!
//! Codes and values alone, so that it is the same in every language.

use super::{Decoded, Field, Meaning};
use core::fmt::{self, Write};

/// Bytes on a line.
const ON_A_LINE: usize = 8;
/// Bytes that are shown of a field that says no more than that they are there.
const SHOWN: usize = 16;

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.places.first().map(|place| format!(" at {}", place.lsn)).unwrap_or_default();
        writeln!(f, "{}{at}, {} bytes", self.what, self.bytes.len())?;
        for field in &self.fields {
            self.line(f, field, 0)?;
        }
        for trouble in &self.troubles {
            writeln!(f, "  {}  ! {}", self.position(trouble.at), trouble.why.code())?;
        }
        Ok(())
    }
}

impl Decoded {
    /// Where a byte stands: in the log if it is of the log, else counted from the beginning.
    fn position(&self, offset: u32) -> String {
        match self.lsn_of(offset) {
            Some(lsn) => lsn.to_string(),
            None => format!("{offset:04X}"),
        }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, field: &Field, depth: usize) -> fmt::Result {
        let bytes = self.bytes.get(field.range.start as usize..field.range.end as usize).unwrap_or_default();
        let whole = field.fields.is_empty();
        let plain = matches!(field.meaning, Meaning::Bytes | Meaning::Unused | Meaning::Undecoded);
        let shown = if !whole {
            0
        } else if plain {
            bytes.len().min(SHOWN)
        } else {
            bytes.len()
        };
        let mut chunks = bytes[..shown].chunks(ON_A_LINE);
        let position = self.position(field.range.start);
        let index = field.index.map(|index| format!(" {index}")).unwrap_or_default();
        let mut said = format!("{:depth$}{}{index}", "", field.name, depth = depth * 2);
        let meaning = field.meaning.to_string();
        if !meaning.is_empty() {
            write!(said, ": {meaning}")?;
        }
        if plain && shown < bytes.len() {
            write!(said, ", {} bytes", bytes.len())?;
        }
        writeln!(
            f,
            "  {position}  {:width$}  {said}",
            hex(chunks.next().unwrap_or_default()),
            width = ON_A_LINE * 3 - 1
        )?;
        let mut offset = field.range.start;
        for chunk in chunks {
            offset += ON_A_LINE as u32;
            writeln!(f, "  {}  {}", self.position(offset), hex(chunk))?;
        }
        // A byte that is shared is shown once.
        let shared = field.fields.iter().all(|part| part.range == field.range) && !whole;
        for part in &field.fields {
            if shared {
                let index = part.index.map(|index| format!(" {index}")).unwrap_or_default();
                let said = format!("{:depth$}{}{index}: {}", "", part.name, part.meaning, depth = depth * 2 + 2);
                writeln!(f, "  {position}  {:width$}  {said}", hex(bytes), width = ON_A_LINE * 3 - 1)?;
            } else {
                self.line(f, part, depth + 1)?;
            }
        }
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(" ")
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Meaning::Group | Meaning::Bytes | Meaning::Unused | Meaning::Undecoded => Ok(()),
            Meaning::Number(number) => number.fmt(f),
            Meaning::Lsn(lsn) => lsn.fmt(f),
            Meaning::Time(time) => time.fmt(f),
            Meaning::Kind(kind) => write!(f, "{kind:?}"),
            Meaning::Code(code) => f.write_str(code),
            Meaning::Text(text) => write!(f, "{text:?}"),
            Meaning::Value(value) => value.fmt(f),
            Meaning::Checksum { stored, agrees: Some(true) } => write!(f, "{stored:08X} agrees"),
            Meaning::Checksum { stored, agrees: Some(false) } => write!(f, "{stored:08X} disagrees"),
            Meaning::Checksum { stored, agrees: None } => write!(f, "{stored:08X}"),
        }
    }
}
