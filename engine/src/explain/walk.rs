//! Taking bytes one field after another, and keeping where each stood.

use super::{Decoded, Field, Meaning, Trouble, Why};
use crate::types::{Lsn, Micros, Value};

/// Takes fields from bytes. What is wrong ends the walk; what stands behind is told as one field that was not decoded.
#[derive(Debug)]
pub struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the bytes begin in the thing that is told.
    base: usize,
    fields: Vec<Field>,
    troubles: Vec<Trouble>,
}

/// Trouble after which nothing more can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop(pub Why);

impl<'a> Walk<'a> {
    pub fn new(bytes: &'a [u8]) -> Walk<'a> {
        Walk { bytes, at: 0, base: 0, fields: Vec::new(), troubles: Vec::new() }
    }

    /// Over bytes that begin there in the thing that is told.
    pub fn based(bytes: &'a [u8], base: usize) -> Walk<'a> {
        Walk { base, ..Walk::new(bytes) }
    }

    /// How many bytes have been taken.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Where the next byte stands in the thing that is told.
    pub fn place(&self) -> usize {
        self.base + self.at
    }

    /// The next bytes, not taken; as many as there are.
    pub fn peek(&self, count: usize) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.get(..count).unwrap_or(rest)
    }

    /// Notes trouble with the field before, or with what is next, and goes on.
    pub fn note(&mut self, why: Why) {
        self.troubles.push(Trouble { at: (self.base + self.at) as u32, why });
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Stop> {
        let taken =
            self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end)).ok_or(Stop(Why::CutShort))?;
        self.at += count;
        Ok(taken)
    }

    /// The field of the last `count` bytes.
    fn push(&mut self, name: &'static str, count: usize, meaning: Meaning) {
        if count == 0 {
            return;
        }
        let end = self.base + self.at;
        let range = (end - count) as u32..end as u32;
        self.fields.push(Field { name, index: None, range, meaning, fields: Vec::new() });
    }

    /// A field of a fixed width.
    fn fixed<const N: usize>(
        &mut self,
        name: &'static str,
        meaning: impl FnOnce([u8; N]) -> Meaning,
    ) -> Result<[u8; N], Stop> {
        let taken = self.take(N)?.first_chunk::<N>().copied().ok_or(Stop(Why::CutShort))?;
        self.push(name, N, meaning(taken));
        Ok(taken)
    }

    /// A byte that stands for one of a few things; it is told even if it stands for nothing known.
    pub fn code<T>(&mut self, name: &'static str, known: impl Fn(u8) -> Option<(T, Meaning)>) -> Result<T, Stop> {
        let [byte] =
            self.fixed(name, |[byte]| known(byte).map_or(Meaning::Number(byte.into()), |(_, meaning)| meaning))?;
        known(byte).map(|(thing, _)| thing).ok_or(Stop(Why::UnknownCode))
    }

    pub fn u16(&mut self, name: &'static str) -> Result<u16, Stop> {
        self.fixed(name, |bytes| Meaning::Number(u16::from_le_bytes(bytes).into())).map(u16::from_le_bytes)
    }

    pub fn u32(&mut self, name: &'static str) -> Result<u32, Stop> {
        self.fixed(name, |bytes| Meaning::Number(u32::from_le_bytes(bytes).into())).map(u32::from_le_bytes)
    }

    pub fn u64(&mut self, name: &'static str) -> Result<u64, Stop> {
        self.fixed(name, |bytes| Meaning::Number(u64::from_le_bytes(bytes))).map(u64::from_le_bytes)
    }

    pub fn i64(&mut self, name: &'static str) -> Result<i64, Stop> {
        self.fixed(name, |bytes| Meaning::Value(Value::Int(i64::from_le_bytes(bytes)))).map(i64::from_le_bytes)
    }

    /// A byte that is not 0 for true.
    pub fn bool(&mut self, name: &'static str) -> Result<bool, Stop> {
        self.fixed(name, |[byte]| Meaning::Value(Value::Bool(byte != 0))).map(|[byte]| byte != 0)
    }

    pub fn lsn(&mut self, name: &'static str) -> Result<Lsn, Stop> {
        let lsn = |bytes| Lsn(u64::from_le_bytes(bytes));
        self.fixed(name, |bytes| Meaning::Lsn(lsn(bytes))).map(lsn)
    }

    pub fn time(&mut self, name: &'static str) -> Result<Micros, Stop> {
        let time = |bytes| Micros(i64::from_le_bytes(bytes));
        self.fixed(name, |bytes| Meaning::Time(time(bytes))).map(time)
    }

    /// Four bytes that must be these.
    pub fn magic(&mut self, wanted: u32) -> Result<(), Stop> {
        let text = |bytes: [u8; 4]| Meaning::Text(String::from_utf8_lossy(&bytes).into_owned());
        let found = self.fixed("magic", text)?;
        if u32::from_le_bytes(found) == wanted { Ok(()) } else { Err(Stop(Why::BadMagic)) }
    }

    /// A checksum; trouble with it is noted, and the walk goes on. `agrees` is `None` where nothing can be said.
    pub fn checksum(&mut self, agrees: impl FnOnce(u32) -> Option<bool>) -> Result<(), Stop> {
        let stored = u32::from_le_bytes(self.take(4)?.first_chunk::<4>().copied().unwrap_or_default());
        let agrees = agrees(stored);
        self.push("checksum", 4, Meaning::Checksum { stored, agrees });
        if agrees == Some(false) {
            self.note(Why::BadChecksum);
        }
        Ok(())
    }

    /// Bytes that must be zero.
    pub fn zeros(&mut self, name: &'static str, count: usize) -> Result<(), Stop> {
        let taken = self.take(count)?;
        self.push(name, count, Meaning::Unused);
        if taken.iter().any(|byte| *byte != 0) {
            self.note(Why::NotZero);
        }
        Ok(())
    }

    /// A 16-bit length, then that many bytes of text.
    pub fn text(&mut self, name: &'static str) -> Result<&'a str, Stop> {
        let mut text = "";
        self.group(name, |walk| {
            text = walk.text_inline()?;
            Ok(())
        })?;
        self.mean_last(Meaning::Text(text.to_owned()));
        Ok(text)
    }

    /// The same as two fields.
    pub fn text_inline(&mut self) -> Result<&'a str, Stop> {
        let length = self.u16("length")?;
        let bytes = self.take(usize::from(length))?;
        let text = core::str::from_utf8(bytes);
        let meaning = text.map_or(Meaning::Undecoded, |text| Meaning::Text(text.to_owned()));
        self.push("text", bytes.len(), meaning);
        text.map_err(|_| Stop(Why::NotText))
    }

    /// Bytes as they are.
    pub fn raw(&mut self, name: &'static str, count: usize, meaning: Meaning) -> Result<&'a [u8], Stop> {
        let taken = self.take(count)?;
        if count > 0 {
            self.push(name, count, meaning);
        }
        Ok(taken)
    }

    /// A field that is made of those that `inside` takes. What it took stays told even if it stopped.
    pub fn group(
        &mut self,
        name: &'static str,
        inside: impl FnOnce(&mut Walk<'a>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let (from, before) = (self.at, core::mem::take(&mut self.fields));
        let done = inside(self);
        let fields = core::mem::replace(&mut self.fields, before);
        if self.at > from {
            let range = (self.base + from) as u32..(self.base + self.at) as u32;
            self.fields.push(Field { name, index: None, range, meaning: Meaning::Group, fields });
        }
        done
    }

    /// Gives the last field its number among others of its name.
    pub fn index_last(&mut self, index: u32) {
        if let Some(field) = self.fields.last_mut() {
            field.index = Some(index);
        }
    }

    /// Gives the last field a meaning of its own, beside that of its parts.
    pub fn mean_last(&mut self, meaning: Meaning) {
        if let Some(field) = self.fields.last_mut() {
            field.meaning = meaning;
        }
    }

    /// Puts fields in place that were found by themselves, over the next `count` bytes.
    pub fn splice(&mut self, count: usize, fields: Vec<Field>, troubles: Vec<Trouble>) -> Result<(), Stop> {
        self.take(count)?;
        self.fields.extend(fields);
        self.troubles.extend(troubles);
        Ok(())
    }

    /// The end: whatever is left was not decoded.
    pub fn finish(mut self, done: Result<(), Stop>) -> (Vec<Field>, Vec<Trouble>) {
        match done {
            Err(Stop(why)) => self.note(why),
            Ok(()) if self.left() > 0 => self.note(Why::LeftOver),
            Ok(()) => {}
        }
        let left = self.left();
        if left > 0 {
            self.at = self.bytes.len();
            self.push("undecoded", left, Meaning::Undecoded);
        }
        (self.fields, self.troubles)
    }

    /// The end of the whole thing.
    pub fn decoded(self, what: &'static str, done: Result<(), Stop>) -> Decoded {
        let bytes = self.bytes.to_vec();
        let (fields, troubles) = self.finish(done);
        Decoded { what, bytes, fields, troubles, places: Vec::new() }
    }
}
