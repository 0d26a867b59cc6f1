//! A row version.
//!
//! ```text
//!  0  xmin     4  the transaction that made it
//!  4  xmax     4  the transaction that deleted or replaced it; 0 for none
//!  8  columns  2  how many values follow
//! 10  values      each a type (1) and its bytes: null (0), int (1, 8 bytes), text (2, length 2 + n), bool (3, 1), timestamp (4, 8)
//! ```
//!
//! Nothing is ever changed in a row version but its xmax: an update makes a new version. Who sees which version is decided by the
//! commit log, see `txn`.

use crate::codec::{Reader, Writer};
use crate::types::{ColumnType, Value, Xid};

/// The longest row version that fits into a page of the smallest size.
pub const MAX_ROW_BYTES: usize = 960;

/// Who made and who ended a row version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowHead {
    pub xmin: Xid,
    pub xmax: Xid,
}

/// A row version with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowVersion {
    pub head: RowHead,
    pub values: Vec<Value>,
}

impl RowHead {
    /// Reads the head of a row version.
    pub fn decode(bytes: &[u8]) -> Option<RowHead> {
        let mut from = Reader::new(bytes);
        Some(RowHead { xmin: from.xid()?, xmax: from.xid()? })
    }
}

/// The bytes of a new row version.
pub fn encode_row(xmin: Xid, values: &[Value]) -> Vec<u8> {
    let mut out = Writer::default();
    out.xid(xmin);
    out.xid(Xid::NONE);
    out.u16(values.len() as u16);
    for value in values {
        match value {
            Value::Null => out.u8(0),
            Value::Int(int) => {
                out.u8(1);
                out.i64(*int);
            }
            Value::Text(text) => {
                out.u8(2);
                out.text(text);
            }
            Value::Bool(bool) => {
                out.u8(3);
                out.u8(u8::from(*bool));
            }
            Value::Timestamp(us) => {
                out.u8(4);
                out.i64(*us);
            }
        }
    }
    out.finish()
}

/// Marks a row version as ended by a transaction.
pub fn set_xmax(row: &mut [u8], xid: Xid) {
    if let Some(place) = row.get_mut(4..8) {
        place.copy_from_slice(&xid.0.to_le_bytes());
    }
}

/// Reads the values of a row version.
pub fn decode_values(bytes: &[u8]) -> Option<RowVersion> {
    let head = RowHead::decode(bytes)?;
    let mut from = Reader::new(bytes.get(8..)?);
    let count = from.u16()?;
    let values = (0..count).map(|_| value(&mut from)).collect::<Option<Vec<Value>>>()?;
    from.is_empty().then_some(RowVersion { head, values })
}

/// Reads a row version's first value alone, its key; of a row without values that is NULL.
#[cfg(feature = "whole")]
pub fn decode_key(bytes: &[u8]) -> Option<Value> {
    let mut from = Reader::new(bytes.get(8..)?);
    if from.u16()? == 0 { Some(Value::Null) } else { value(&mut from) }
}

/// A value where it stands in a row version's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bool(bool),
    Timestamp(i64),
}

impl Field<'_> {
    /// The value, taken out.
    pub fn to_value(self) -> Value {
        match self {
            Field::Null => Value::Null,
            Field::Int(int) => Value::Int(int),
            Field::Text(text) => Value::Text(text.to_owned()),
            Field::Bool(bool) => Value::Bool(bool),
            Field::Timestamp(us) => Value::Timestamp(us),
        }
    }

    /// Whether a column of this type may hold it.
    pub fn fits(self, kind: ColumnType) -> bool {
        match self {
            Field::Null => true,
            Field::Int(_) => kind == ColumnType::Int,
            Field::Text(_) => kind == ColumnType::Text,
            Field::Bool(_) => kind == ColumnType::Bool,
            Field::Timestamp(_) => kind == ColumnType::Timestamp,
        }
    }
}

/// Shows the values of a row version one by one without taking them out of its bytes; `None` if [`decode_values`] could not read it.
pub fn read_fields<'a>(bytes: &'a [u8], mut see: impl FnMut(usize, Field<'a>)) -> Option<()> {
    RowHead::decode(bytes)?;
    let mut from = Reader::new(bytes.get(8..)?);
    for index in 0..usize::from(from.u16()?) {
        let field = match from.u8()? {
            0 => Field::Null,
            1 => Field::Int(from.i64()?),
            2 => Field::Text(from.text()?),
            3 => Field::Bool(match from.u8()? {
                0 => false,
                1 => true,
                _ => return None,
            }),
            4 => Field::Timestamp(from.i64()?),
            _ => return None,
        };
        see(index, field);
    }
    from.is_empty().then_some(())
}

fn value(from: &mut Reader<'_>) -> Option<Value> {
    Some(match from.u8()? {
        0 => Value::Null,
        1 => Value::Int(from.i64()?),
        2 => Value::Text(from.text()?.to_owned()),
        3 => Value::Bool(match from.u8()? {
            0 => false,
            1 => true,
            _ => return None,
        }),
        4 => Value::Timestamp(from.i64()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "whole")]
    #[test]
    fn a_key_is_the_first_value() {
        let bytes = encode_row(Xid(107), &[Value::Int(7), Value::Text("Zuse".into())]);
        assert_eq!(decode_key(&bytes), Some(Value::Int(7)));
        assert_eq!(decode_key(&encode_row(Xid(1), &[])), Some(Value::Null));
        assert_eq!(decode_key(&bytes[..12]), None);
    }

    #[test]
    fn a_row_reads_back() {
        let values =
            vec![Value::Int(7), Value::Text("Grace".into()), Value::Null, Value::Bool(true), Value::Timestamp(-1)];
        let mut bytes = encode_row(Xid(107), &values);
        assert_eq!(
            decode_values(&bytes),
            Some(RowVersion { head: RowHead { xmin: Xid(107), xmax: Xid::NONE }, values: values.clone() })
        );
        set_xmax(&mut bytes, Xid(113));
        assert_eq!(RowHead::decode(&bytes), Some(RowHead { xmin: Xid(107), xmax: Xid(113) }));
        for length in 0..bytes.len() {
            assert_eq!(decode_values(&bytes[..length]), None);
        }
    }

    #[test]
    fn fields_are_the_values_where_they_stand() {
        let values =
            vec![Value::Int(7), Value::Text("Grace".into()), Value::Null, Value::Bool(true), Value::Timestamp(-1)];
        let bytes = encode_row(Xid(107), &values);
        let mut seen = Vec::new();
        assert_eq!(read_fields(&bytes, |index, field| seen.push((index, field))), Some(()));
        let fields = [Field::Int(7), Field::Text("Grace"), Field::Null, Field::Bool(true), Field::Timestamp(-1)];
        assert_eq!(seen, fields.into_iter().enumerate().collect::<Vec<_>>());
        assert_eq!(fields.map(Field::to_value).to_vec(), values);
        for kind in [ColumnType::Int, ColumnType::Text, ColumnType::Bool, ColumnType::Timestamp] {
            assert!(values.iter().zip(fields).all(|(value, field)| value.fits(kind) == field.fits(kind)));
        }
        // What cannot be read as values cannot be read as fields, either.
        for at in 0..bytes.len() {
            assert_eq!(read_fields(&bytes[..at], |_, _| {}), None);
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                assert_eq!(
                    read_fields(&other, |_, _| {}).is_some(),
                    decode_values(&other).is_some(),
                    "bit {bit} of {at}"
                );
            }
        }
    }
}
