//! Instants and durations in whole microseconds, and their text forms.
//!
//! The engine has no clock: every [`Micros`] comes from a command or from the virtual clock.

use core::fmt;
use core::ops::{Add, Sub};
use serde::{Deserialize, Serialize};

/// Microseconds: as an instant since 1970-01-01 00:00 UTC, or as a duration. Sums stay at the ends of the 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Micros(pub i64);

impl Micros {
    pub const ZERO: Micros = Micros(0);
    pub const MILLISECOND: Micros = Micros(1_000);
    pub const SECOND: Micros = Micros(1_000_000);
    pub const MINUTE: Micros = Micros(60_000_000);
    pub const HOUR: Micros = Micros(3_600_000_000);
    pub const DAY: Micros = Micros(86_400_000_000);

    /// That many seconds.
    pub const fn seconds(count: i64) -> Micros {
        Micros(count.saturating_mul(1_000_000))
    }

    /// Midnight UTC of a date of the proleptic Gregorian calendar; `None` if there is no such day or its year is not 1 to 9999.
    pub fn of_date(year: i64, month: u32, day: u32) -> Option<Micros> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=9999).contains(&year) || !(1..=longest).contains(&day) {
            return None;
        }
        // After H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let shifted_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Micros((era * 146_097 + day_of_era - 719_468) * Micros::DAY.0))
    }

    /// Year, month and day, in UTC.
    pub fn date(self) -> (i64, u32, u32) {
        let shifted = self.0.div_euclid(Micros::DAY.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    /// The time that a device takes for this many bytes at a rate, rounded up. A rate of 0 counts as 1.
    pub fn for_bytes(bytes: u64, bytes_per_second: u64) -> Micros {
        let rate = bytes_per_second.max(1);
        // Most amounts are small, and a division of 128 bits is slow.
        if let Some(scaled) = bytes.checked_mul(1_000_000) {
            return Micros(i64::try_from(scaled.div_ceil(rate)).unwrap_or(i64::MAX));
        }
        let us = (u128::from(bytes) * 1_000_000).div_ceil(u128::from(rate));
        Micros(i64::try_from(us).unwrap_or(i64::MAX))
    }

    /// `HH:MM:SS[.ffffff]` of the day, in UTC.
    pub fn clock(self) -> String {
        let of_day = self.0.rem_euclid(Micros::DAY.0);
        let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        match fraction {
            0 => clock,
            _ => format!("{clock}.{}", format!("{fraction:06}").trim_end_matches('0')),
        }
    }
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]+00`
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02} {}+00", self.clock())
    }
}

impl Add for Micros {
    type Output = Micros;

    fn add(self, other: Micros) -> Micros {
        Micros(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Micros;

    fn sub(self, other: Micros) -> Micros {
        Micros(self.0.saturating_sub(other.0))
    }
}

/// The zone in which a scenario's times are written: a fixed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    /// Seconds east of UTC.
    pub offset_s: i32,
}

impl Zone {
    /// The zone's own reading of an instant, as if it were UTC: what its clocks show.
    pub fn local(self, instant: Micros) -> Micros {
        instant + Micros::seconds(i64::from(self.offset_s))
    }

    /// The instant at which the zone's clocks show this.
    pub fn instant(self, local: Micros) -> Micros {
        local - Micros::seconds(i64::from(self.offset_s))
    }

    /// `+00`, `+02`, `-03:30`
    pub fn offset_text(self) -> String {
        let minutes = self.offset_s.abs() / 60;
        let sign = if self.offset_s < 0 { '-' } else { '+' };
        match minutes % 60 {
            0 => format!("{sign}{:02}", minutes / 60),
            rest => format!("{sign}{:02}:{rest:02}", minutes / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_come_back() {
        for (year, month, day) in [(1970, 1, 1), (2000, 2, 29), (2026, 3, 4), (1, 1, 1), (9999, 12, 31), (1900, 2, 28)]
        {
            assert_eq!(Micros::of_date(year, month, day).unwrap().date(), (year, month, day));
        }
        assert_eq!(Micros::of_date(1970, 1, 1), Some(Micros(0)));
        for (year, month, day) in [(1900, 2, 29), (2026, 2, 30), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (0, 1, 1)]
        {
            assert_eq!(Micros::of_date(year, month, day), None);
        }
        assert_eq!(
            (Micros::of_date(2026, 3, 4).unwrap() + Micros::seconds(10_799)).to_string(),
            "2026-03-04 02:59:59+00"
        );
        assert_eq!(Micros(-1).to_string(), "1969-12-31 23:59:59.999999+00");
    }

    #[test]
    fn devices_take_their_time() {
        assert_eq!(Micros::for_bytes(1, 1_000_000), Micros(1));
        assert_eq!(Micros::for_bytes(1, 3), Micros(333_334));
        assert_eq!(Micros::for_bytes(u64::MAX, 0), Micros(i64::MAX));
    }
}
