//! How numbers, instants, positions and amounts are written on the page, in one place.
//!
//! The forms that page and worker share are the protocol's; these are the ones that only a screen needs.

use pitr_protocol::{clock_text, date_text};

pub use pitr_protocol::{bytes_text as bytes, duration_text as duration, lsn_text as lsn};

/// Spans of time, in microseconds.
pub const MILLISECOND: i64 = 1_000;
pub const SECOND: i64 = 1_000 * MILLISECOND;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// A whole number with a narrow space between its thousands: `4 000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// `HH:MM:SS` with as few decimals as the instant needs, in the run's zone.
pub fn clock(us: i64, zone_offset_s: i32) -> String {
    clock_text(us, zone_offset_s)
}

/// As `clock`, cut to milliseconds: for instants that a device's latency made.
pub fn clock_ms(us: i64, zone_offset_s: i32) -> String {
    clock_text(us - us.rem_euclid(1000), zone_offset_s)
}

/// As `clock`, cut to whole seconds.
pub fn clock_s(us: i64, zone_offset_s: i32) -> String {
    clock_text(us - us.rem_euclid(1_000_000), zone_offset_s)
}

/// `HH:MM` where the instant is a whole minute, else as `clock`.
pub fn clock_short(us: i64, zone_offset_s: i32) -> String {
    let text = clock_text(us, zone_offset_s);
    if us.rem_euclid(MINUTE) == 0 { text.chars().take(5).collect() } else { text }
}

/// An instant as a target is typed: a bare time if it is the latest such before `now_us`, else with its date and offset.
pub fn target_time(us: i64, now_us: i64, zone_offset_s: i32) -> String {
    if now_us - us < DAY {
        return clock_text(us, zone_offset_s);
    }
    dated(us, zone_offset_s)
}

/// An instant with its date and offset, so that it can be read anywhere.
pub fn dated(us: i64, zone_offset_s: i32) -> String {
    let minutes = zone_offset_s.abs() / 60;
    let sign = if zone_offset_s < 0 { '-' } else { '+' };
    let rest = if minutes % 60 == 0 { String::new() } else { format!(":{:02}", minutes % 60) };
    format!("{} {}{sign}{:02}{rest}", date_text(us, zone_offset_s), clock_text(us, zone_offset_s), minutes / 60)
}

/// A number given in tenths: `2.5`.
pub fn tenths(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    [sign, &(tenths / 10).unsigned_abs().to_string(), ".", &(tenths % 10).unsigned_abs().to_string()].concat()
}

/// Whole dollars: `$1 234`.
pub fn whole_dollars(dollars: u64) -> String {
    ["$", &count(dollars)].concat()
}

/// Money, given in millionths of a dollar: `$3.65`, `$1 234`, and where cents are too coarse `$0.0042`.
pub fn dollars(micro: u64) -> String {
    let cents = (micro + 5_000) / 10_000;
    match cents {
        _ if micro == 0 => whole_dollars(0),
        0..10 => format!("$0.{:04}", micro / 100),
        10..100_000 => format!("{}.{:02}", whole_dollars(cents / 100), cents % 100),
        _ => whole_dollars((micro + 500_000) / 1_000_000),
    }
}

/// Days to a tenth: `33.2`, `35`.
pub fn days(us: i64) -> String {
    let rounded = (us + DAY / 20).div_euclid(DAY / 10);
    if rounded % 10 == 0 { (rounded / 10).to_string() } else { tenths(rounded) }
}

/// A number of millionths for a program to read: `1.5`, `3600`.
pub fn millionths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = (number.unsigned_abs() / 1_000_000, number.unsigned_abs() % 1_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{rest:06}").trim_end_matches('0').to_owned()
}

/// A share in thousandths, as percent: `12.5 %`.
pub fn percent(thousandths: i64) -> String {
    let number = if thousandths % 10 == 0 { (thousandths / 10).to_string() } else { tenths(thousandths) };
    [&number, "\u{202f}%"].concat()
}

/// A place within bytes: `00A4`.
pub fn offset(bytes: u32) -> String {
    format!("{bytes:04X}")
}

/// A byte: `0A`.
pub fn byte(byte: u8) -> String {
    format!("{byte:02X}")
}

/// With so many digits behind the point, as a link holds it.
pub fn decimals(number: f64, digits: usize) -> String {
    format!("{number:.digits$}")
}

/// A length for a style sheet, to a hundredth: `12.5`. Written with whole numbers, which costs the bundle less than printing a float.
pub fn px(length: f64) -> String {
    let hundredths = (length * 100.0).round() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    format!("{sign}{whole}.{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(4000), "4000");
        assert_eq!(count(14_000), "14\u{202f}000");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn small_forms() {
        assert_eq!((tenths(25), tenths(-5), tenths(100)), ("2.5".into(), "-0.5".into(), "10.0".into()));
        assert_eq!((offset(0xa4), byte(10)), ("00A4".into(), "0A".into()));
    }

    #[test]
    fn money_and_shares() {
        assert_eq!(
            (dollars(0), dollars(3_647_564), dollars(129_700_445)),
            ("$0".into(), "$3.65".into(), "$129.70".into())
        );
        assert_eq!((dollars(4_200), dollars(12_345_678_901)), ("$0.0042".into(), "$12\u{202f}346".into()));
        assert_eq!((percent(125), percent(-80)), ("12.5\u{202f}%".into(), "-8\u{202f}%".into()));
    }

    #[test]
    fn lengths_are_cut_to_hundredths() {
        assert_eq!(px(12.5), "12.50");
        assert_eq!(px(-0.006), "-0.01");
        assert_eq!(px(0.0), "0.00");
    }

    #[test]
    fn a_target_far_back_takes_its_date() {
        let us = 1_772_593_199_000_000; // 2026-03-04 02:59:59 UTC
        assert_eq!(target_time(us, us + 600_000_000, 0), "02:59:59");
        assert_eq!(target_time(us, us + 2 * DAY, 0), "2026-03-04 02:59:59+00");
        assert_eq!(target_time(us, us + 2 * DAY, -12_600), "2026-03-03 23:29:59-03:30");
        assert_eq!(clock_short(us + 1_000_000, 0), "03:00");
        assert_eq!(clock_s(us + 123_456, 0), "02:59:59");
        assert_eq!(clock_ms(us + 123_456, 0), "02:59:59.123");
    }
}
