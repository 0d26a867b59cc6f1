//! The text of a recovery target time, read as a PostgreSQL 15 server reads `recovery_target_time`.
//!
//! ```text
//! 2026-03-04 02:59:59.5         on the server's own clocks (here in UTC; the lines below are the same instant)
//! 2026-03-04T04:59:59.5+02      an offset counts east: +02, -03:30, +0530, +02:00:30, below 16 hours
//! 2026-03-04 00:59:59.5 UTC+2   in the POSIX form it counts west
//! 2026-03-04 02:59:59.5 UTC     or GMT
//! 2026-03-04 03:59:59.5 CET     any other word is for a reader who has the rules of zones
//! ```
//!
//! A target is an instant that was written down, so nothing here asks what time it is, and `now` and `today` are refused. Left out on
//! purpose is the rest of what PostgreSQL accepts: other orders and separators, names of months, `PM`, `BC`,
//! years past 9999, and punctuation, which it skips.

use crate::types::{Micros, Zone};

/// A text is not an instant, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetTimeError {
    /// Not of the form, or a day or an hour that there is not.
    Unreadable,
    /// A time in a zone by its name: the offset is for who has a database of zones, and a word that is no zone is for them to refuse.
    Zone(ZonedTime),
}

/// What the clocks of a named zone show: a date of the calendar, the hour 0 to 23, minute and second 0 to 59.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonedTime {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// Below 1,000,000.
    pub micros: u32,
    /// As it was written.
    pub zone: String,
}

impl ZonedTime {
    fn new(local: Micros, zone: &str) -> ZonedTime {
        let (year, month, day) = local.date();
        let of_day = local.0.rem_euclid(Micros::DAY.0);
        let seconds = of_day / Micros::SECOND.0;
        ZonedTime {
            year: year as i32,
            month: month as u8,
            day: day as u8,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            micros: (of_day % Micros::SECOND.0) as u32,
            zone: zone.to_owned(),
        }
    }
}

/// The instant that a text means on a server whose zone is so many seconds east of UTC.
pub fn read_target_time(text: &str, zone_offset_s: i32) -> Result<Micros, TargetTimeError> {
    let (local, zone) = read_local(text.trim_matches(is_blank)).ok_or(TargetTimeError::Unreadable)?;
    let offset_s = match zone.chars().next() {
        None => zone_offset_s,
        Some('+') => read_offset(zone).ok_or(TargetTimeError::Unreadable)?,
        Some('-') => -read_offset(zone).ok_or(TargetTimeError::Unreadable)?,
        Some(first) if first.is_ascii_alphabetic() && zone.chars().all(is_of_zone_name) => {
            read_fixed_zone(zone).ok_or_else(|| TargetTimeError::Zone(ZonedTime::new(local, zone)))?
        }
        Some(_) => return Err(TargetTimeError::Unreadable),
    };
    Ok(Zone { offset_s }.instant(local))
}

/// What the clocks show, as if they were those of UTC, and the text of the zone.
fn read_local(text: &str) -> Option<(Micros, &str)> {
    let (year, behind) = read_number(text, 4)?;
    if text.len() - behind.len() != 4 {
        return None;
    }
    let (month, behind) = read_number(behind.strip_prefix('-')?, 2)?;
    let (day, behind) = read_number(behind.strip_prefix('-')?, 2)?;
    let midnight = Micros::of_date(year.into(), month, day)?;

    let clock = behind.trim_start_matches(is_blank);
    if clock.is_empty() {
        // A day alone is its beginning.
        return Some((midnight, clock));
    }
    let clock = clock.strip_prefix(['T', 't']).unwrap_or(clock).trim_start_matches(is_blank);
    if clock == behind {
        return None;
    }
    let clock = Clock::read(clock)?;
    let (fraction, behind) = match clock.behind.strip_prefix('.') {
        Some(digits) if clock.part_count == 3 => read_fraction(digits)?,
        _ => (Micros::ZERO, clock.behind),
    };
    // PostgreSQL takes the second 60, and 24:00:00 as the end of the day, but no time past it.
    if clock.part_count < 2 || clock.hours > 24 || clock.minutes > 59 || clock.seconds > 60 {
        return None;
    }
    let of_day = Micros::seconds(clock.total_s().into()) + fraction;
    (of_day <= Micros::DAY).then_some((midnight + of_day, behind.trim_start_matches(is_blank)))
}

/// Seconds of an offset, without regard to its sign.
fn read_offset(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-'])?;
    let mut offset = Clock::read(digits)?;
    // More than two digits without a colon are hours and minutes run together: of +530 the minutes are 30.
    if offset.part_count == 1 && digits.len() > 2 {
        (offset.hours, offset.minutes) = (offset.hours / 100, offset.hours % 100);
    }
    let good = offset.behind.is_empty() && offset.hours <= 15 && offset.minutes <= 59 && offset.seconds <= 59;
    good.then(|| offset.total_s())
}

/// Seconds east of `UTC`, `GMT` and their POSIX forms; there the hours are limited to a week, and a second 60 passes.
fn read_fixed_zone(zone: &str) -> Option<i32> {
    let behind = zone.trim_start_matches(|char: char| char.is_ascii_alphabetic());
    let name = zone.strip_suffix(behind)?;
    if !name.eq_ignore_ascii_case("UTC") && !name.eq_ignore_ascii_case("GMT") {
        return None;
    }
    if behind.is_empty() {
        return Some(0);
    }
    let west = Clock::read(behind.strip_prefix(['+', '-']).unwrap_or(behind))?;
    let good = west.behind.is_empty() && west.hours <= 167 && west.minutes <= 59 && west.seconds <= 60;
    good.then(|| if behind.starts_with('-') { west.total_s() } else { -west.total_s() })
}

/// One to three numbers of up to four digits with colons between them, and what is behind. Other limits are the caller's.
struct Clock<'a> {
    hours: u32,
    minutes: u32,
    seconds: u32,
    part_count: u8,
    behind: &'a str,
}

impl Clock<'_> {
    fn read(text: &str) -> Option<Clock<'_>> {
        let (hours, behind) = read_number(text, 4)?;
        let mut clock = Clock { hours, minutes: 0, seconds: 0, part_count: 1, behind };
        if let Some(text) = clock.behind.strip_prefix(':') {
            (clock.minutes, clock.behind) = read_number(text, 4)?;
            clock.part_count = 2;
            if let Some(text) = clock.behind.strip_prefix(':') {
                (clock.seconds, clock.behind) = read_number(text, 4)?;
                clock.part_count = 3;
            }
        }
        Some(clock)
    }

    fn total_s(&self) -> i32 {
        (self.hours * 3600 + self.minutes * 60 + self.seconds) as i32
    }
}

/// The number that a text begins with, if it has not too many digits, and the rest.
fn read_number(text: &str, digit_count_max: usize) -> Option<(u32, &str)> {
    let behind = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = text.strip_suffix(behind)?;
    if digits.len() > digit_count_max {
        return None;
    }
    digits.parse().ok().map(|number| (number, behind))
}

/// The digits behind the point, rounded to the microsecond, and the rest. A half goes to the even microsecond; PostgreSQL means that too
/// but computes in floating point, where one half in ninety goes astray.
fn read_fraction(text: &str) -> Option<(Micros, &str)> {
    let behind = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let mut digits = text.strip_suffix(behind)?.bytes().map(|digit| i64::from(digit - b'0')).peekable();
    digits.peek()?;
    let kept = (0..6).fold(0, |kept, _| kept * 10 + digits.next().unwrap_or(0));
    let tenths = digits.next().unwrap_or(0);
    let more = digits.any(|digit| digit != 0);
    let up = tenths > 5 || tenths == 5 && (more || kept % 2 == 1);
    Some((Micros(kept + i64::from(up)), behind))
}

/// What `isspace` of C takes.
fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t'..='\r')
}

fn is_of_zone_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '/' | '_' | '+' | '-' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROME_WINTER_S: i32 = 3600;

    /// What a text is read as on a server in UTC: an instant as text, a named zone behind what its clocks show, or `refused`.
    fn reading(text: &str) -> String {
        match read_target_time(text, 0) {
            Ok(instant) => instant.to_string(),
            Err(TargetTimeError::Unreadable) => "refused".to_owned(),
            Err(TargetTimeError::Zone(at)) => format!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06} {}",
                at.year, at.month, at.day, at.hour, at.minute, at.second, at.micros, at.zone
            ),
        }
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(reading(text), expected, "{text:?}");
    }

    /// From the configurations of recorded servers, each with the zone that its `timezone` had at that time.
    #[test]
    fn recorded_texts_are_the_recorded_instants() {
        for (text, zone_offset_s, instant_us) in [
            ("2026-01-01 01:56:57.62", 0, 1_767_232_617_620_000),
            ("2025-12-31 14:26:42.676209-12", 0, 1_767_234_402_676_209),
            ("2026-01-01 07:50:48.458105+05:45", 0, 1_767_233_148_458_105),
            ("2026-01-01T02:09:19.715729+00", 0, 1_767_233_359_715_729),
            ("2026-10-25T01:17:13.8723276", 7200, 1_792_883_833_872_328),
            ("2026-10-24 17:42:55.919747-05", 0, 1_792_881_775_919_747),
            ("2026-10-24 23:16:17.999999 +00", 0, 1_792_883_777_999_999),
            ("2026-10-25 00:59:30.500000 GMT", 0, 1_792_889_970_500_000),
            ("2026-10-24 11:16:13.2680003 -12", 0, 1_792_883_773_268_000),
            ("2026-10-24 23:16:30.246004 UTC+2", 0, 1_792_890_990_246_004),
            ("2026-10-25 04:59:33.691 +0530", 0, 1_792_884_573_691_000),
            ("2026-10-25 15:21:33.558 +15:59", 0, 1_792_884_153_558_000),
            ("2026-03-29 14:41:08.5493382+14", 0, 1_774_744_868_549_338),
            ("2026-03-29 00:55:44.838996", ROME_WINTER_S, 1_774_742_144_838_996),
            ("2026-03-29 01:55:35.40323+02:00:30", 0, 1_774_742_105_403_230),
            ("2026-06-15 10:11:56.073675-00:00", 0, 1_781_518_316_073_675),
            ("2026-06-15 07:33:59-03:30", 0, 1_781_521_439_000_000),
            ("1999-12-31 16:17:50.145184", -18_000, 946_675_070_145_184),
            ("2026-11-02 10:46:16.211526", 20_700, 1_793_595_676_211_526),
            ("2024-02-29 00:00:13.1928874 +00", 0, 1_709_164_813_192_887),
            ("2024-02-29 13:32:33.000001+14", 0, 1_709_163_153_000_001),
            ("2024-02-28T19:10:14.192886 -03:30", 0, 1_709_160_014_192_886),
            ("2038-01-19 05:34:15.520596+02:00:30", 0, 2_147_484_825_520_596),
            ("2016-12-31 23:26:59.6488672 UTC", 0, 1_483_226_819_648_867),
            ("2017-01-01 05:12:37.2508", 20_700, 1_483_226_857_250_800),
            ("2026-01-01 07:28:51.95601 UTC-5:30", 0, 1_767_232_731_956_010),
            ("2026-01-01T07:28:51.956 UTC-5:30", -18_000, 1_767_232_731_956_000),
            ("2026-10-25T02:05:35.0000084-00:00", 0, 1_792_893_935_000_008),
            ("2026-10-25 17:55:35.1206489+15:59", 0, 1_792_893_395_120_649),
        ] {
            assert_eq!(read_target_time(text, zone_offset_s), Ok(Micros(instant_us)), "{text}");
        }
    }

    #[test]
    fn recorded_refusals_are_refused() {
        for text in ["now", "infinity", "2026-06-15 25:00:00+00", "2026-02-30 03:00:00+00"] {
            check(text, "refused");
        }
    }

    /// The recorded server took some of them, with its rules of zones, and refused others.
    #[test]
    fn names_of_zones_come_back_with_what_their_clocks_show() {
        check("2026-01-01 02:54:07.724929 Etc/GMT-2", "2026-01-01 02:54:07.724929 Etc/GMT-2");
        check("2026-10-25T01:16:18.971353 europe/rome", "2026-10-25 01:16:18.971353 europe/rome");
        check("1999-12-31 16:24:08.869869 EST5EDT", "1999-12-31 16:24:08.869869 EST5EDT");
        check("2026-11-01T02:00:14.000000 America/St_Johns", "2026-11-01 02:00:14.000000 America/St_Johns");
        check("2026-01-01 02:11:17.357797 Europe/Rom", "2026-01-01 02:11:17.357797 Europe/Rom");
        check("2026-06-15 11:09:59.936642Z", "2026-06-15 11:09:59.936642 Z");
        check("2025-12-31 22:11:17.3578112 EDT", "2025-12-31 22:11:17.357811 EDT");
        // Carried, so that no reader meets a second 60 or an hour 24.
        check("2026-12-31 23:59:59.9999999 Europe/Rome", "2027-01-01 00:00:00.000000 Europe/Rome");
        check("2026-12-31 24:00 Europe/Rome", "2027-01-01 00:00:00.000000 Europe/Rome");
        check("9999-12-31 12:34:60CET", "9999-12-31 12:35:00.000000 CET");
        // No form of UTC, so as PostgreSQL says: a zone that is not recognized.
        for zone in ["UTC+", "UTC+2:", "UTC+-2", "UTC+0230", "UTC+2:60", "UTC+168", "UTCX+2", "IST-5:30"] {
            check(&format!("2026-01-01 03:00 {zone}"), &format!("2026-01-01 03:00:00.000000 {zone}"));
        }
    }

    /// From here on the expectations are those of a PostgreSQL 15.18 that was asked, but where a comment says otherwise.
    #[test]
    fn days_and_hours_exist() {
        check("2024-02-29 03:00", "2024-02-29 03:00:00+00");
        check("2000-02-29 03:00", "2000-02-29 03:00:00+00");
        check("0001-01-01 03:00", "0001-01-01 03:00:00+00");
        check("0001-01-01 00:00+15", "0000-12-31 09:00:00+00");
        check("9999-12-31 24:00-15", "10000-01-01 15:00:00+00");
        for date in ["2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01"] {
            check(&format!("{date} 03:00"), "refused");
        }
        check("2026-01-01 24:00:00", "2026-01-02 00:00:00+00");
        check("2026-01-01 24:00+02", "2026-01-01 22:00:00+00");
        check("2026-01-01 24:00:00.0000001", "2026-01-02 00:00:00+00");
        check("2026-01-01 12:34:60", "2026-01-01 12:35:00+00");
        check("2026-01-01 12:34:60.9999999", "2026-01-01 12:35:01+00");
        check("2026-01-01 23:59:60", "2026-01-02 00:00:00+00");
        for clock in ["24:01", "24:00:01", "24:00:00.000001", "23:59:60.5", "23:59:61", "23:60", "99:00"] {
            check(&format!("2026-01-01 {clock}"), "refused");
        }
    }

    #[test]
    fn fractions_are_rounded() {
        check("2026-01-01 12:34:59.9999995", "2026-01-01 12:35:00+00");
        check("2026-01-01 12:34:59.9999994999", "2026-01-01 12:34:59.999999+00");
        check("2026-01-01 12:34:59.0000005", "2026-01-01 12:34:59+00");
        check("2026-01-01 12:34:59.0000015", "2026-01-01 12:34:59.000002+00");
        check("2026-01-01 12:34:59.00000050000001", "2026-01-01 12:34:59.000001+00");
        check("2026-01-01 23:59:59.9999999", "2026-01-02 00:00:00+00");
        check(&format!("2026-01-01 03:00:00.{}", "1234567890".repeat(3)), "2026-01-01 03:00:00.123457+00");
    }

    #[test]
    fn offsets_are_below_16_hours() {
        check("2026-01-01 03:00+2", "2026-01-01 01:00:00+00");
        check("2026-01-01 03:00 +530", "2025-12-31 21:30:00+00");
        check("2026-01-01 03:00 +002", "2026-01-01 02:58:00+00");
        check("2026-01-01 03:00+15:59:59", "2025-12-31 11:00:01+00");
        check("2026-01-01 03:00-1559", "2026-01-01 18:59:00+00");
        for offset in ["+", "+16", "-16", "+15:60", "+1560", "+15:59:60", "+020030", "+0530:00", "+1:2:3:4", "+02+03"] {
            check(&format!("2026-01-01 03:00{offset}"), "refused");
        }
        check("2026-01-01 03:00 +02 UTC", "refused");
        check("2026-01-01 03:00 UTC +02", "refused");
    }

    #[test]
    fn posix_forms_count_west() {
        check("2026-01-01 03:00 UTC+2", "2026-01-01 05:00:00+00");
        check("2026-01-01 03:00UTC-5:30", "2025-12-31 21:30:00+00");
        check("2026-01-01 03:00 GMT+3", "2026-01-01 06:00:00+00");
        check("2026-01-01 03:00 utc2", "2026-01-01 05:00:00+00");
        check("2026-01-01 03:00 UTC+2:30:60", "2026-01-01 05:31:00+00");
        check("2026-01-01 03:00 UTC+167:59:59", "2026-01-08 02:59:59+00");
        check("2026-01-01 03:00 gmt", "2026-01-01 03:00:00+00");
    }

    #[test]
    fn blanks_stand_where_they_may() {
        check(" 2026-1-1\t3:5:7 ", "2026-01-01 03:05:07+00");
        check("2026-01-01   T   03:00\t+02", "2026-01-01 01:00:00+00");
        check("2026-01-01t03:00", "2026-01-01 03:00:00+00");
        for text in ["2026-01-0103:00", "20 26-01-01 03:00", "2026-01-01 03:00:00 .5", "2026-01-01 03 :00"] {
            check(text, "refused");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["today", "epoch", "03:00", "03:00 2026-01-01", "26-01-01 03:00", "2026-001-01 03:00", "2026-01-01 03"]
        {
            check(text, "refused");
        }
        for behind in [",5", ".5.5", ".5:5", ".5 5", ":00", " é", "é", " 1UTC", " Europe Rome", " Europe/Rome x"] {
            check(&format!("2026-01-01 03:00:00{behind}"), "refused");
        }
        // PostgreSQL takes these (the empty one as no target).
        for text in ["", " ", "2026-01-01, 03:00", "2026-01-01 03:00:00.", "2026-01-01 03:00.5", "2026-01-01 03:"] {
            check(text, "refused");
        }
        check("2026-01-01 03:00:00 !", "refused");
        check("2026-01-01 03:00:00 _UTC", "refused");
        check("10000-01-01 03:00", "refused");
    }

    proptest! {
        #[test]
        fn any_text_is_an_instant_or_an_error(text in any::<String>(), zone_offset_s in any::<i32>()) {
            let _ = read_target_time(&text, zone_offset_s);
        }

        /// Texts that get past the first digits.
        #[test]
        fn any_text_like_a_time_is_an_instant_or_an_error(
            text in "[0-9]{4}-[01]?[0-9]-[0-3]?[0-9][ T\t]{1,2}[0-9]{1,5}:[0-9]{1,3}(:[0-9]{1,3}([.,][0-9]{0,40})?)? ?.{0,12}",
            zone_offset_s in any::<i32>(),
        ) {
            match read_target_time(&text, zone_offset_s) {
                Err(TargetTimeError::Zone(at)) => {
                    prop_assert!((1..=12).contains(&at.month) && (1..=31).contains(&at.day), "{at:?}");
                    prop_assert!(at.hour < 24 && at.minute < 60 && at.second < 60 && at.micros < 1_000_000, "{at:?}");
                    prop_assert!(text.trim_end_matches(is_blank).ends_with(&at.zone) && !at.zone.is_empty());
                }
                Ok(_) | Err(TargetTimeError::Unreadable) => {}
            }
        }

        #[test]
        fn an_instant_is_read_from_its_own_text(us in -62_135_596_800_000_000_i64..253_402_300_800_000_000, west in any::<i32>()) {
            prop_assert_eq!(read_target_time(&Micros(us).to_string(), west), Ok(Micros(us)));
        }

        #[test]
        fn an_instant_is_read_from_the_clocks_of_any_zone(seconds in 0_i64..4_000_000_000, offset_s in -57_599..57_600_i32) {
            let (instant, zone) = (Micros::seconds(seconds), Zone { offset_s });
            let local = zone.local(instant).to_string();
            let clocks = local.strip_suffix("+00").unwrap();
            prop_assert_eq!(read_target_time(clocks, offset_s), Ok(instant));
            let (sign, posix_sign) = if offset_s < 0 { ('-', '+') } else { ('+', '-') };
            let off = offset_s.abs();
            let off = format!("{:02}:{:02}:{:02}", off / 3600, off / 60 % 60, off % 60);
            prop_assert_eq!(read_target_time(&format!("{clocks}{sign}{off}"), 0), Ok(instant));
            prop_assert_eq!(read_target_time(&format!("{clocks} UTC{posix_sign}{off}"), 0), Ok(instant));
        }
    }
}
