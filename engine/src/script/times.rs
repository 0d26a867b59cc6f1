//! Times as people write them, read without a clock and without a zone database.
//!
//! `[YYYY-MM-DD] HH:MM[:SS[.ffffff]] [offset]`, with `T` or blanks between date and time. An offset is `+02`, `+0530`, `-03:30` or `+02:00:30`, below 16
//! hours, or `UTC` or `GMT`; without one the scenario's zone applies. A time without a date is the latest such instant that is not after now.
//!
//! What PostgreSQL refuses in `recovery_target_time` is refused here: abbreviations of zones, `Z` among them, days and hours that do not exist, `now`. Other names of
//! zones are refused too, as an offset says the same without a database of summer times.

use crate::types::{Micros, Zone};

/// A text is not a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeTextError {
    /// Not of the form.
    Form { text: String },
    /// The calendar has no such day, or its year is not 1 to 9999.
    NoSuchDay { text: String },
    /// No clock shows this.
    NoSuchClock { text: String },
    /// A zone by a name or an abbreviation.
    ZoneName { zone: String },
    /// An offset that is not of the form, or of 16 hours and more.
    BadOffset { text: String },
}

impl TimeTextError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            TimeTextError::Form { .. } => "bad_time",
            TimeTextError::NoSuchDay { .. } => "no_such_day",
            TimeTextError::NoSuchClock { .. } => "no_such_clock",
            TimeTextError::ZoneName { .. } => "zone_name",
            TimeTextError::BadOffset { .. } => "bad_offset",
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            TimeTextError::Form { text }
            | TimeTextError::NoSuchDay { text }
            | TimeTextError::NoSuchClock { text }
            | TimeTextError::BadOffset { text } => vec![("text", text.clone())],
            TimeTextError::ZoneName { zone } => vec![("zone", zone.clone())],
        }
    }
}

/// The instant that a text means.
pub fn parse_time(text: &str, now: Micros, zone: Zone) -> Result<Micros, TimeTextError> {
    let text = text.trim();
    let (date, behind) = split_date(text);
    let clock_length = behind.find(|char: char| !matches!(char, '0'..='9' | ':' | '.')).unwrap_or(behind.len());
    let (clock, offset) = behind.split_at_checked(clock_length).unwrap_or((behind, ""));
    let offset = offset.trim();
    if clock.is_empty()
        || !offset.is_empty() && !offset.starts_with(|char: char| char.is_alphabetic() || "+-".contains(char))
    {
        return Err(TimeTextError::Form { text: text.to_owned() });
    }
    let zone = if offset.is_empty() { zone } else { parse_zone(offset)? };
    let of_day = parse_clock(clock)?;
    match date {
        Some(date) => Ok(zone.instant(parse_date(date)? + of_day)),
        None => {
            let today = midnight(zone.local(now));
            let instant = zone.instant(today + of_day);
            Ok(if instant > now { instant - Micros::DAY } else { instant })
        }
    }
}

/// `2026-03-04 02:59:59.5+00`: the instant with its offset, as [`parse_time`] reads it.
pub fn time_text(instant: Micros, zone: Zone) -> String {
    let local = zone.local(instant);
    format!("{} {}{}", date_text(local), local.clock(), zone_offset_text(zone))
}

/// A text's date, if it begins with one, and the rest.
fn split_date(text: &str) -> (Option<&str>, &str) {
    let length = text.find(|char: char| !char.is_ascii_digit() && char != '-').unwrap_or(text.len());
    match text.split_at_checked(length) {
        Some((date, behind)) if date.contains('-') => {
            let behind = behind.trim_start();
            (Some(date), behind.strip_prefix(['T', 't']).unwrap_or(behind).trim_start())
        }
        _ => (None, text),
    }
}

/// Midnight UTC of `YYYY-MM-DD`.
pub(super) fn parse_date(text: &str) -> Result<Micros, TimeTextError> {
    let form = || TimeTextError::Form { text: text.to_owned() };
    let mut parts = text.split('-');
    let mut part = |digits| parts.next().and_then(|part| number(part, digits)).ok_or_else(form);
    let (year, month, day) = (part(4..=4)?, part(1..=2)?, part(1..=2)?);
    if parts.next().is_some() {
        return Err(form());
    }
    Micros::of_date(i64::from(year), month, day).ok_or_else(|| TimeTextError::NoSuchDay { text: text.to_owned() })
}

/// The time since midnight of `HH:MM[:SS[.ffffff]]`; more than six digits are rounded, halves to the even microsecond.
pub(super) fn parse_clock(text: &str) -> Result<Micros, TimeTextError> {
    let form = || TimeTextError::Form { text: text.to_owned() };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':').map(|part| number(part, 1..=2).ok_or_else(form));
    let hour = parts.next().unwrap_or_else(|| Err(form()))?;
    let minute = parts.next().unwrap_or_else(|| Err(form()))?;
    let second = parts.next();
    if parts.next().is_some() || second.is_none() && fraction.is_some() {
        return Err(form());
    }
    let second = second.unwrap_or(Ok(0))?;
    let fraction = fraction.map_or(Some(0), microseconds).ok_or_else(form)?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err(TimeTextError::NoSuchClock { text: text.to_owned() });
    }
    Ok(Micros::seconds(i64::from(hour * 3600 + minute * 60 + second)) + Micros(fraction))
}

/// The digits behind the point, as microseconds.
fn microseconds(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (kept, cut) = digits.split_at_checked(6).unwrap_or((digits, ""));
    let kept: i64 = format!("{kept:0<6}").parse().ok()?;
    let cut = cut.trim_end_matches('0');
    let up = match cut.as_bytes().first() {
        None | Some(b'0'..=b'4') => false,
        Some(b'5') if cut.len() == 1 => kept % 2 == 1,
        Some(_) => true,
    };
    Some(kept + i64::from(up))
}

/// A zone by its offset, or `UTC` or `GMT`.
pub(super) fn parse_zone(text: &str) -> Result<Zone, TimeTextError> {
    let bad = || TimeTextError::BadOffset { text: text.to_owned() };
    if text.eq_ignore_ascii_case("UTC") || text.eq_ignore_ascii_case("GMT") {
        return Ok(Zone { offset_s: 0 });
    }
    let (sign, digits) = match text.split_at_checked(1) {
        Some(("+", digits)) => (1, digits),
        Some(("-", digits)) => (-1, digits),
        _ if text.starts_with(char::is_alphabetic) => return Err(TimeTextError::ZoneName { zone: text.to_owned() }),
        _ => return Err(bad()),
    };
    let parts = match (digits.contains(':'), digits.len()) {
        (false, 4) => digits.split_at_checked(2).map(|(hours, minutes)| vec![hours, minutes]),
        _ => Some(digits.split(':').collect()),
    };
    let numbers: Option<Vec<u32>> = parts.and_then(|parts| parts.into_iter().map(|part| number(part, 1..=2)).collect());
    let (hours, minutes, seconds) = match numbers.as_deref() {
        Some([hours]) => (*hours, 0, 0),
        Some([hours, minutes]) => (*hours, *minutes, 0),
        Some([hours, minutes, seconds]) => (*hours, *minutes, *seconds),
        _ => return Err(bad()),
    };
    if hours > 15 || minutes > 59 || seconds > 59 {
        return Err(bad());
    }
    let offset = i32::try_from(hours * 3600 + minutes * 60 + seconds).map_err(|_| bad())?;
    Ok(Zone { offset_s: sign * offset })
}

/// `+02`, `-03:30`, `+02:00:30`
pub(super) fn zone_offset_text(zone: Zone) -> String {
    let sign = if zone.offset_s < 0 { '-' } else { '+' };
    let seconds = zone.offset_s.unsigned_abs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (hours, 0, 0) => format!("{sign}{hours:02}"),
        (hours, minutes, 0) => format!("{sign}{hours:02}:{minutes:02}"),
        (hours, minutes, seconds) => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// `YYYY-MM-DD` of what a zone's clocks show.
pub(super) fn date_text(local: Micros) -> String {
    let (year, month, day) = local.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The midnight before what a zone's clocks show.
pub(super) fn midnight(local: Micros) -> Micros {
    Micros(local.0.div_euclid(Micros::DAY.0).saturating_mul(Micros::DAY.0))
}

/// A number of so many digits and nothing else.
fn number(text: &str, digits: core::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: Zone = Zone { offset_s: 0 };
    const ROME_SUMMER: Zone = Zone { offset_s: 7200 };

    /// 2026-03-04 03:10:00 UTC.
    fn noticed() -> Micros {
        Micros::of_date(2026, 3, 4).unwrap() + Micros::seconds(11_400)
    }

    #[test]
    fn a_text_means_an_instant() {
        for (text, zone, meant) in [
            ("02:59:59", UTC, "2026-03-04 02:59:59+00"),
            ("02:59", UTC, "2026-03-04 02:59:00+00"),
            ("3:10", UTC, "2026-03-04 03:10:00+00"),
            // After now, so it was yesterday.
            ("03:10:00.000001", UTC, "2026-03-03 03:10:00.000001+00"),
            // 05:10 on the wall there.
            ("04:59:59", ROME_SUMMER, "2026-03-04 02:59:59+00"),
            ("04:59:59+02", UTC, "2026-03-04 02:59:59+00"),
            ("23:59:59 -10", UTC, "2026-03-03 09:59:59+00"),
            ("2026-03-04 02:59:59 UTC", ROME_SUMMER, "2026-03-04 02:59:59+00"),
            ("2026-03-04T02:59:59gmt", ROME_SUMMER, "2026-03-04 02:59:59+00"),
            ("2026-03-04 08:29:59+0530", UTC, "2026-03-04 02:59:59+00"),
            ("2024-02-29 05:44:59.545532+05:45", UTC, "2024-02-28 23:59:59.545532+00"),
            ("2024-02-29 15:25:05.957718+15:59", UTC, "2024-02-28 23:26:05.957718+00"),
            ("2017-01-01 02:25:54+02:00:30", UTC, "2017-01-01 00:25:24+00"),
            ("  2026-03-04   02:59:59   ", UTC, "2026-03-04 02:59:59+00"),
            ("2016-12-31 23:59:59.9999996", UTC, "2017-01-01 00:00:00+00"),
            ("2024-02-29 00:00:13.1928874", UTC, "2024-02-29 00:00:13.192887+00"),
            ("2024-02-29 00:00:13.0000005", UTC, "2024-02-29 00:00:13+00"),
            ("2024-02-29 00:00:13.0000015", UTC, "2024-02-29 00:00:13.000002+00"),
            ("2024-02-29 00:00:13.00000050000001", UTC, "2024-02-29 00:00:13.000001+00"),
        ] {
            let instant = parse_time(text, noticed(), zone).map(|instant| instant.to_string());
            assert_eq!(instant.as_deref(), Ok(meant), "{text}");
        }
    }

    #[test]
    fn a_text_means_none() {
        for (text, code) in [
            ("", "bad_time"),
            ("now", "bad_time"),
            ("infinity", "bad_time"),
            ("2026-03-04", "bad_time"),
            ("02", "bad_time"),
            ("02:59:", "bad_time"),
            ("02:59.5", "bad_time"),
            ("02:59:59,5", "bad_time"),
            ("02:59:59.", "bad_time"),
            ("002:59", "bad_time"),
            ("26-03-04 02:59", "bad_time"),
            ("2026-03-04-05 02:59", "bad_time"),
            ("2026-02-30 03:00:00+00", "no_such_day"),
            ("0000-01-01 03:00", "no_such_day"),
            ("2026-06-15 25:00:00+00", "no_such_clock"),
            ("24:00", "no_such_clock"),
            ("02:60", "no_such_clock"),
            ("02:59:60", "no_such_clock"),
            ("2026-06-15 11:09:59.936642Z", "zone_name"),
            ("2016-12-31 22:51:40.594118 Z", "zone_name"),
            ("2026-06-15 11:09:59 CEST", "zone_name"),
            ("2026-06-15 11:09:59 Europe/Rome", "zone_name"),
            ("2026-06-15 11:09:59 UTC+2", "zone_name"),
            ("02:59:59 PM", "zone_name"),
            ("02:59:59+16", "bad_offset"),
            ("02:59:59+", "bad_offset"),
            ("02:59:59+530", "bad_offset"),
            ("02:59:59+05:60", "bad_offset"),
            ("02:59:59+05:00:00:00", "bad_offset"),
            ("02:59:59+é2", "bad_offset"),
        ] {
            assert_eq!(parse_time(text, noticed(), UTC).map_err(|error| error.code()), Err(code), "{text}");
        }
    }

    #[test]
    fn an_instant_reads_back() {
        for zone in [UTC, ROME_SUMMER, Zone { offset_s: -12_600 }, Zone { offset_s: 7230 }] {
            for instant in [noticed(), noticed() + Micros(1), Micros(-1)] {
                let text = time_text(instant, zone);
                assert_eq!(parse_time(&text, Micros::ZERO, UTC), Ok(instant), "{text}");
            }
        }
    }
}
