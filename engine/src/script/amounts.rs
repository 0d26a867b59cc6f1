//! Durations, sizes and rates: `1h30m`, `16MiB`, `200MB/s`.

use crate::types::Micros;

/// Units of time, longest first, in microseconds.
const TIME_UNITS: [(&str, i64); 6] = [
    ("d", Micros::DAY.0),
    ("h", Micros::HOUR.0),
    ("m", Micros::MINUTE.0),
    ("s", Micros::SECOND.0),
    ("ms", Micros::MILLISECOND.0),
    ("us", 1),
];

/// Units of bytes, largest first of each kind.
const BINARY_UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
const DECIMAL_UNITS: [(&str, u64); 4] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1)];

/// Whole numbers with units, the longer unit first: `90s`, `5m`, `1h30m`, `250ms`, `1d`.
pub fn parse_duration(text: &str) -> Option<Micros> {
    let mut rest = text;
    let mut units = TIME_UNITS.iter();
    let mut sum: i64 = 0;
    while !rest.is_empty() || units.len() == TIME_UNITS.len() {
        let (number, behind) = split_number(rest)?;
        let length = behind.find(|char: char| char.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(length)?;
        // Going on in the same list, so that no unit comes twice or behind a shorter one.
        let (_, us) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(i64::try_from(number).ok()?.checked_mul(*us)?)?;
        rest = behind;
    }
    Some(Micros(sum))
}

/// A duration as the language writes it: `1h30m`. A negative one prints as none at all.
pub fn duration_text(duration: Micros) -> String {
    let mut left = duration.0.max(0);
    let mut text = String::new();
    for (unit, us) in TIME_UNITS {
        if left >= us {
            text.push_str(&format!("{}{unit}", left / us));
            left %= us;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Bytes with a unit: `4KiB`, `16MiB`, `200MB`, `512B`.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = split_number(text)?;
    let (_, bytes) = BINARY_UNITS.iter().chain(&DECIMAL_UNITS).find(|(name, _)| *name == unit)?;
    number.checked_mul(*bytes)
}

/// In the largest binary unit that says it exactly.
pub(crate) fn size_text(bytes: u64) -> String {
    in_units(bytes, BINARY_UNITS)
}

/// Bytes a second: `200MB/s`. Nothing moves at a rate of 0.
pub(super) fn parse_rate(text: &str) -> Option<u64> {
    parse_size(text.strip_suffix("/s")?).filter(|bytes| *bytes > 0)
}

/// In the largest decimal unit that says it exactly.
pub(super) fn rate_text(bytes_per_second: u64) -> String {
    in_units(bytes_per_second, DECIMAL_UNITS) + "/s"
}

fn in_units(bytes: u64, units: [(&str, u64); 4]) -> String {
    let exact = units.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    exact.map_or_else(|| format!("{bytes}B"), |(name, unit)| format!("{}{name}", bytes / unit))
}

/// The digits that a text begins with, as a number, and the rest.
fn split_number(text: &str) -> Option<(u64, &str)> {
    let length = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(length)?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, us) in [
            ("90s", 90_000_000),
            ("5m", 300_000_000),
            ("1h30m", 5_400_000_000),
            ("250ms", 250_000),
            ("1d", 86_400_000_000),
            ("0s", 0),
            ("1s7us", 1_000_007),
        ] {
            assert_eq!(parse_duration(text), Some(Micros(us)), "{text}");
            assert_eq!(parse_duration(&duration_text(Micros(us))), Some(Micros(us)), "{text}");
        }
        assert_eq!(duration_text(Micros(5_400_000_000)), "1h30m");
        for text in
            ["", "5", "m", "-5m", "5 m", "1.5h", "30m1h", "1m1m", "5min", "9999999999999999d", "99999999999999999999s"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_and_rates() {
        for (text, bytes) in [("4KiB", 4096), ("16MiB", 16 << 20), ("1GiB", 1 << 30), ("1023B", 1023), ("0B", 0)] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
            assert_eq!(size_text(bytes), text);
        }
        for (text, rate) in [("200MB/s", 200_000_000), ("1500kB/s", 1_500_000), ("1001B/s", 1001)] {
            assert_eq!(parse_rate(text), Some(rate), "{text}");
            assert_eq!(rate_text(rate), text);
        }
        for text in ["", "4", "KiB", "4kib", "4 KiB", "4KiBs", "99999999999999999999B", "99999999999GiB"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
        for text in ["", "0MB/s", "200MB", "200/s", "/s"] {
            assert_eq!(parse_rate(text), None, "{text}");
        }
    }
}
