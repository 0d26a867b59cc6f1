//! What each knob can be turned to, and how it is said.

use crate::format::{self, DAY, HOUR, MILLISECOND as MS, MINUTE, SECOND};
use crate::tables::grid::word;
use crate::words::{count, t};

const MB: i64 = 1_000_000;
const GB: i64 = 1_000_000_000;

/// The knobs by what they are about, as the engine names them.
pub const FAMILIES: [(&str, &[&str]); 5] = [
    ("snapshots", &["cadence", "chain", "retention", "cold_after"]),
    ("archive", &["archive_timeout", "streaming", "checkpoint"]),
    ("stores", &["backup_store", "backup_speed", "archive_store", "archive_speed", "copies"]),
    ("recovery", &["prefetch", "workers", "redo_speed", "validation", "validate_speed", "detect", "decide"]),
    ("workload", &["database", "commit_every", "row_bytes", "burst_rows", "burst_every"]),
];

/// The policies along a knob, with the chosen one among them. Under these cadences `cargo xtask bench` measures a sweep.
pub const CADENCES: [i64; 8] = [HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, DAY];
pub const INTERVALS: [i64; 8] =
    [10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR];

/// What a knob is offered to be turned to. As it stands it may be anything else besides.
fn offered(knob: &str) -> &'static [i64] {
    match knob {
        "cadence" => &[15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY],
        "chain" => &[0, 1, 3, 6, 13, 27],
        "archive_timeout" => {
            &[0, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR]
        }
        "streaming" => &[0, 10 * MS, 100 * MS, 200 * MS, SECOND, 10 * SECOND],
        "checkpoint" => &[0, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR],
        "retention" => &[0, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 35 * DAY, 90 * DAY, 365 * DAY],
        "cold_after" => &[0, 7 * DAY, 14 * DAY, 30 * DAY],
        "copies" => &[1, 2, 3],
        "prefetch" => &[0, 1, 2, 4, 8, 16],
        "workers" => &[1, 2, 4, 8],
        "validation" => &[0, 1],
        "detect" | "decide" => {
            &[0, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR]
        }
        "backup_store" | "archive_store" => &[0, 1, 2, 3],
        "database" => &[GB / 2, GB, 2 * GB, 10 * GB, 20 * GB, 40 * GB, 100 * GB, 500 * GB, 2_000 * GB],
        "commit_every" => &[2 * MS, 4 * MS, 5 * MS, 10 * MS, 20 * MS, 100 * MS, SECOND, 10 * SECOND],
        "row_bytes" => &[50, 200, 400, 1_000, 4_000],
        "backup_speed" | "archive_speed" => {
            &[10 * MB, 25 * MB, 50 * MB, 100 * MB, 200 * MB, 500 * MB, GB, 2 * GB, 5 * GB]
        }
        "redo_speed" => &[10 * MB, 20 * MB, 40 * MB, 80 * MB, 160 * MB, 320 * MB],
        "validate_speed" => &[100 * MB, 200 * MB, 500 * MB, GB, 2 * GB, 5 * GB],
        "burst_rows" => &[0, 1_000, 10_000, 100_000, 1_000_000],
        "burst_every" => &[0, 15 * MINUTE, HOUR, 6 * HOUR, DAY],
        _ => &[],
    }
}

/// All that a knob can be turned to, as it stands among them, in order.
pub fn choices(knob: &str, stands: i64) -> Vec<i64> {
    with(offered(knob), stands)
}

/// Values in order with another among them.
pub fn with(values: &[i64], another: i64) -> Vec<i64> {
    let mut values = values.to_vec();
    values.push(another);
    values.sort_unstable();
    values.dedup();
    values
}

/// How a knob's value is said, stores by the names that the engine has for them.
pub fn said(knob: &str, value: i64, stores: &[(String, u64)]) -> String {
    let number = value.max(0).unsigned_abs();
    match knob {
        "archive_timeout" | "streaming" | "checkpoint" | "retention" | "cold_after" | "chain" | "burst_rows"
        | "burst_every"
            if value == 0 =>
        {
            t(&word("objectives.off.", knob, ""), &[])
        }
        "validation" => t(if value == 0 { "objectives.no" } else { "objectives.yes" }, &[]),
        "backup_store" | "archive_store" => {
            let store = usize::try_from(value).ok().and_then(|index| stores.get(index));
            store.map_or_else(String::new, |(name, price)| {
                let price = format::dollars(*price);
                t("objectives.store.at", &[("store", &t(&word("objectives.store.", name, ""), &[])), ("price", &price)])
            })
        }
        "chain" => count("objectives.chain", number, &[]),
        "copies" | "prefetch" | "workers" | "burst_rows" => format::count(number),
        "backup_speed" | "archive_speed" | "redo_speed" | "validate_speed" => {
            t("objectives.speed", &[("bytes", &format::bytes(number))])
        }
        "database" | "row_bytes" => format::bytes(number),
        _ => crate::charts::policy_label(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_can_be_turned_and_has_its_words() {
        for (family, knobs) in FAMILIES {
            assert_ne!(t(&word("objectives.family.", family, ""), &[]), word("objectives.family.", family, ""));
            for knob in knobs {
                let name = word("objectives.knob.", knob, "");
                assert_ne!(t(&name, &[]), name);
                assert!(choices(knob, 77).contains(&77) && choices(knob, 77).len() > 2, "{knob}");
                for value in offered(knob) {
                    let stores = [
                        ("nas".to_owned(), 1),
                        ("cold".to_owned(), 2),
                        ("local".to_owned(), 3),
                        ("object".to_owned(), 4),
                    ];
                    let said = said(knob, *value, &stores);
                    assert!(!said.is_empty() && !said.contains("objectives."), "{knob} {value}: {said}");
                }
            }
        }
    }

    #[test]
    fn another_value_stands_in_its_place_once() {
        assert_eq!(with(&[1, 5], 3), [1, 3, 5]);
        assert_eq!(with(&[1, 5], 5), [1, 5]);
    }
}
