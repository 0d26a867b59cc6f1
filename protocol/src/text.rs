//! Text forms: how positions, times and amounts are written, in one place for page and worker.

/// `0/16B3748`: the two halves of the position in upper-case hex, as servers print it.
pub fn lsn_text(lsn: u64) -> String {
    format!("{:X}/{:X}", lsn >> 32, lsn & 0xFFFF_FFFF)
}

/// The 24 hex digits of a segment's file name: timeline, high and low part of its number.
pub fn segment_text(timeline: u32, number: u64, segment_bytes: u32) -> String {
    let per_high = 0x1_0000_0000_u64 / u64::from(segment_bytes.max(1));
    format!("{timeline:08X}{:08X}{:08X}", number / per_high.max(1), number % per_high.max(1))
}

/// `HH:MM:SS`, with `.ffffff` (zeros at the end left out) if the instant is not a whole second.
pub fn clock_text(us: i64, zone_offset_s: i32) -> String {
    let local = us + i64::from(zone_offset_s) * 1_000_000;
    let of_day = local.rem_euclid(86_400_000_000);
    let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 {
        return clock;
    }
    let digits = format!("{fraction:06}");
    format!("{clock}.{}", digits.trim_end_matches('0'))
}

/// `YYYY-MM-DD` in the proleptic Gregorian calendar.
pub fn date_text(us: i64, zone_offset_s: i32) -> String {
    let (year, month, day) = civil((us + i64::from(zone_offset_s) * 1_000_000).div_euclid(86_400_000_000));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day counted from 1970-01-01. After H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(day: i64) -> (i64, u32, u32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day_of_month = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_month)
}

/// A duration in its two leading units: `4 min 12 s`, `1 h 5 min`, `350 ms`, `0 s`.
pub fn duration_text(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let us = us.unsigned_abs();
    let two = |high: u64, high_unit: &str, low: u64, low_unit: &str| {
        if low == 0 {
            format!("{sign}{high} {high_unit}")
        } else {
            format!("{sign}{high} {high_unit} {low} {low_unit}")
        }
    };
    let seconds = us / 1_000_000;
    match seconds {
        0 if us == 0 => "0 s".to_owned(),
        0 if us < 1000 => format!("{sign}{us} µs"),
        0 => format!("{sign}{} ms", us / 1000),
        1..=9 => {
            let tenths = us / 100_000 % 10;
            if tenths == 0 { format!("{sign}{seconds} s") } else { format!("{sign}{seconds}.{tenths} s") }
        }
        10..=59 => format!("{sign}{seconds} s"),
        60..=3599 => two(seconds / 60, "min", seconds % 60, "s"),
        3600..=86_399 => two(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => two(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

/// An amount of bytes in decimal units with three significant digits: `212 B`, `1.24 kB`, `8.19 GB`.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut divisor: u64 = 1000;
    while bytes / divisor >= 1000 && unit + 1 < UNITS.len() {
        divisor *= 1000;
        unit += 1;
    }
    let whole = bytes / divisor;
    let rest = bytes % divisor;
    match whole {
        0..=9 => format!("{whole}.{:02} {}", rest / (divisor / 100), UNITS[unit]),
        10..=99 => format!("{whole}.{} {}", rest / (divisor / 10), UNITS[unit]),
        _ => format!("{whole} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        assert_eq!(lsn_text(0x16B3748), "0/16B3748");
        assert_eq!(lsn_text(0x1_0000_0000), "1/0");
        assert_eq!(segment_text(1, 10, 16 << 20), "00000001000000000000000A");
        assert_eq!(segment_text(2, 256, 16 << 20), "000000020000000100000000");
    }

    #[test]
    fn times() {
        let us = 1_772_593_199_000_000; // 2026-03-04 02:59:59 UTC
        assert_eq!(date_text(us, 0), "2026-03-04");
        assert_eq!(clock_text(us, 0), "02:59:59");
        assert_eq!(clock_text(us + 500_000, 3600), "03:59:59.5");
        assert_eq!(date_text(us, -3 * 3600), "2026-03-03");
        assert_eq!(date_text(-1, 0), "1969-12-31");
        assert_eq!(clock_text(-1, 0), "23:59:59.999999");
    }

    #[test]
    fn amounts() {
        assert_eq!(duration_text(0), "0 s");
        assert_eq!(duration_text(252_000_000), "4 min 12 s");
        assert_eq!(duration_text(3_900_000_000), "1 h 5 min");
        assert_eq!(duration_text(350_000), "350 ms");
        assert_eq!(duration_text(2_500_000), "2.5 s");
        assert_eq!(bytes_text(212), "212 B");
        assert_eq!(bytes_text(8_192_000_000), "8.19 GB");
        assert_eq!(bytes_text(12_345), "12.3 kB");
    }
}
