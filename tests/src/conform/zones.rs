//! Target times as texts, with the rules of named zones.
//!
//! The engine reads dates, clocks and offsets; a word for a zone it hands back, for it has no rules of zones. Here they are looked up, and
//! the words refused that a PostgreSQL 15 refuses: abbreviations, unless the configuration has named a set of them before the target.

use super::recording::RecordedTarget;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use pitr_engine::types::{Micros, Zone};
use pitr_engine::{TargetTimeError, ZonedTime, read_target_time};

/// The server does not start with this target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// Hours and minutes east of UTC of common abbreviations in PostgreSQL's set `Default`.
const ABBREVIATIONS: [(&str, i32, i32); 44] = [
    ("Z", 0, 0),
    ("ZULU", 0, 0),
    ("UTC", 0, 0),
    ("UT", 0, 0),
    ("UCT", 0, 0),
    ("GMT", 0, 0),
    ("WET", 0, 0),
    ("BST", 1, 0),
    ("WEST", 1, 0),
    ("CET", 1, 0),
    ("MET", 1, 0),
    ("CEST", 2, 0),
    ("MEST", 2, 0),
    ("EET", 2, 0),
    ("IST", 2, 0),
    ("SAST", 2, 0),
    ("EEST", 3, 0),
    ("IDT", 3, 0),
    ("EAT", 3, 0),
    ("MSK", 3, 0),
    ("PKT", 5, 0),
    ("NPT", 5, 45),
    ("SGT", 8, 0),
    ("HKT", 8, 0),
    ("AWST", 8, 0),
    ("JST", 9, 0),
    ("KST", 9, 0),
    ("ACST", 9, 30),
    ("AEST", 10, 0),
    ("ACDT", 10, 30),
    ("AEDT", 11, 0),
    ("NZST", 12, 0),
    ("NZDT", 13, 0),
    ("HST", -10, 0),
    ("AKST", -9, 0),
    ("AKDT", -8, 0),
    ("PST", -8, 0),
    ("PDT", -7, 0),
    ("MST", -7, 0),
    ("MDT", -6, 0),
    ("CST", -6, 0),
    ("CDT", -5, 0),
    ("EST", -5, 0),
    ("EDT", -4, 0),
];

/// The instant that a server reads in its configuration.
pub fn read_target(target: &RecordedTarget) -> Result<Micros, Refused> {
    let text = target.text.as_deref().ok_or(Refused)?;
    let is = |wanted: &'static str| move |name: &str| name.eq_ignore_ascii_case(wanted);
    let abbreviations_are_known = target.settings.iter().any(|(name, _)| is("timezone_abbreviations")(name));
    match read_target_time(text, 0) {
        // Only what names no zone moves with the server's.
        Ok(read) if read_target_time(text, 3600) == Ok(read) => Ok(read),
        Ok(local) => target.zone().map_or(Ok(local), |zone| instant(local, &by_name(zone).ok_or(Refused)?)),
        Err(TargetTimeError::Unreadable) => Err(Refused),
        Err(TargetTimeError::Zone(zoned)) => instant_of(&zoned, abbreviations_are_known),
    }
}

/// The zone in which a server with this target writes times, as far from UTC as it is at the target.
pub fn written_in(target: &RecordedTarget) -> Zone {
    let zone = target.zone().and_then(by_name);
    let at = target.time_us.and_then(|time| jiff::Timestamp::from_microsecond(time).ok());
    let offset_s = zone.zip(at).map_or(0, |(zone, at)| zone.to_offset(at).seconds());
    Zone { offset_s }
}

/// The text is read twice. When the file is checked, abbreviations are known only if a line before has loaded them; when recovery
/// begins, they are always known, and then they come before names.
fn instant_of(zoned: &ZonedTime, abbreviations_are_known: bool) -> Result<Micros, Refused> {
    let name = by_name(&zoned.zone);
    let abbreviation = by_abbreviation(&zoned.zone);
    let passes = name.is_some() || (abbreviations_are_known && abbreviation.is_some());
    let zone = abbreviation.or(name).filter(|_| passes).ok_or(Refused)?;
    instant(local_of(zoned).ok_or(Refused)?, &zone)
}

/// What the clocks show, as if they were those of UTC.
fn local_of(zoned: &ZonedTime) -> Option<Micros> {
    let midnight = Micros::of_date(zoned.year.into(), zoned.month.into(), zoned.day.into())?;
    let of_day = i64::from(zoned.hour) * 3600 + i64::from(zoned.minute) * 60 + i64::from(zoned.second);
    Some(midnight + Micros::seconds(of_day) + Micros(zoned.micros.into()))
}

/// The instant at which a zone's clocks show this. What they show twice is the second time; what they leave out is read with the offset
/// from before.
fn instant(local: Micros, zone: &TimeZone) -> Result<Micros, Refused> {
    let shown = jiff::Timestamp::from_microsecond(local.0).map_err(|_| Refused)?;
    let shown: DateTime = Offset::UTC.to_datetime(shown);
    let offset = match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, .. } => before,
        AmbiguousOffset::Fold { after, .. } => after,
    };
    Ok(local - Micros::seconds(offset.seconds().into()))
}

fn by_abbreviation(word: &str) -> Option<TimeZone> {
    let (_, hours, minutes) = ABBREVIATIONS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(word))?;
    fixed(hours * 3600 + minutes * 60)
}

/// A zone of the database in any case of letters, or a fixed one in the POSIX form, which counts west: `UTC+2`, `XYZ-5:30`.
fn by_name(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok().or_else(|| posix(name))
}

fn posix(name: &str) -> Option<TimeZone> {
    let behind = name.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    if name.len() - behind.len() < 3 {
        return None;
    }
    let (west, digits) = match behind.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, behind.strip_prefix('+').unwrap_or(behind)),
    };
    if !digits.chars().all(|char| char.is_ascii_digit() || char == ':') {
        return None;
    }
    let parts: Option<Vec<i32>> = digits.split(':').map(|part| part.parse().ok()).collect();
    let (hours, minutes, seconds) = match parts?.as_slice() {
        [hours] => (*hours, 0, 0),
        [hours, minutes] => (*hours, *minutes, 0),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    let good = (0..=24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    if good { fixed(-west * (hours * 3600 + minutes * 60 + seconds)) } else { None }
}

fn fixed(offset_s: i32) -> Option<TimeZone> {
    Offset::from_seconds(offset_s).ok().map(TimeZone::fixed)
}
