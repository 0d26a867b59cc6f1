//! The settings line: `scenario key value, key value ...`.

mod archiving;
mod tuning;

use super::amounts::{duration_text, parse_duration, parse_rate, parse_size, rate_text, size_text};
use super::cursor::Cursor;
use super::errors::{Fault, ScriptError, clip};
use super::near::nearest;
use super::statements::needs_whole;
use super::times::{date_text, parse_date, parse_zone, zone_offset_text};
use crate::cluster::{Device, Devices, Settings};
use crate::types::{Micros, SegmentSize, Xid};

/// What can be set, apart from what [`tuning`] knows.
const KEYS: [&str; 14] = [
    "seed",
    "date",
    "zone",
    "scale",
    "segment",
    "page",
    "archive timeout",
    "backup every",
    "xid",
    "backup store",
    "archive store",
    "redo",
    "validate",
    "promote",
];

/// All that can be set in this build.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let more = if crate::WHOLE { [tuning::KEYS, archiving::KEYS] } else { [&[] as &[_]; 2] };
    KEYS.iter().copied().chain(more.into_iter().flatten().copied())
}

/// The largest scale: at it, a terabyte of engine bytes still fits into 64 bits.
const MAX_SCALE: u64 = 10_000_000;

/// Settings as far as they have been read.
#[derive(Debug, Default)]
pub(super) struct SettingsReader {
    pub settings: Settings,
    /// Midnight of the date as if it were in UTC.
    date: Option<Micros>,
    seen: Vec<&'static str>,
}

impl SettingsReader {
    /// Reads what stands behind `scenario`.
    pub fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
        loop {
            self.setting(cursor)?;
            if cursor.is_at_end() {
                break;
            }
            if !cursor.takes_symbol(",") {
                return Err(cursor.expected_word(","));
            }
        }
        let date = self.date.unwrap_or(Settings::default().date);
        self.settings.date = self.settings.zone.instant(date);
        Ok(())
    }

    fn setting(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
        let start = *cursor;
        let (written, key) = key(cursor);
        let Some(key) = key else {
            if written.is_empty() {
                return Err(start.expected("KEY VALUE"));
            }
            if !crate::WHOLE {
                return Err(needs_whole(&start));
            }
            let fault = Fault::UnknownSetting { key: clip(&written), nearest: nearest(&written, keys()) };
            return Err(start.fault_over(&written, fault));
        };
        if self.seen.contains(&key) {
            return Err(start.fault_over(&written, Fault::SettingTwice { key }));
        }
        self.seen.push(key);
        let settings = &mut self.settings;
        let devices = &mut settings.devices;
        match key {
            "seed" => settings.seed = number(cursor, 0, u64::MAX)?,
            "date" => self.date = Some(value(cursor, "YYYY-MM-DD", |text| Ok(parse_date(text)?))?),
            "zone" => settings.zone = value(cursor, "UTC, +02:00", |text| Ok(parse_zone(text)?))?,
            "scale" => settings.scale = number(cursor, 1, MAX_SCALE)?,
            "segment" => settings.segment = value(cursor, "4KiB", |text| segment(text, key))?,
            "page" => settings.page_bytes = value(cursor, "8KiB", |text| page(text, key))?,
            "archive timeout" => settings.archive_timeout = Some(duration(cursor, Micros(1))?),
            "backup every" => settings.backup_every = Some(duration(cursor, Micros(1))?),
            "xid" => settings.first_xid = Xid(u32::try_from(number(cursor, 1, u32::MAX.into())?).unwrap_or(u32::MAX)),
            "backup store" if crate::WHOLE => {
                archiving::store(&mut settings.archiving.backup_store, &mut devices.backup_store, cursor)?
            }
            "archive store" if crate::WHOLE => {
                archiving::store(&mut settings.archiving.archive_store, &mut devices.archive_store, cursor)?
            }
            "backup store" => devices.backup_store = device(cursor)?,
            "archive store" => devices.archive_store = device(cursor)?,
            "redo" => devices.redo_bytes_per_second = rate(cursor)?,
            "validate" => devices.validate_bytes_per_second = rate(cursor)?,
            "promote" => devices.promote = duration(cursor, Micros::ZERO)?,
            _ if crate::WHOLE && archiving::KEYS.contains(&key) => {
                archiving::read(&mut settings.archiving, key, cursor)?
            }
            _ if crate::WHOLE => tuning::read(&mut settings.tuning, key, cursor)?,
            _ => {}
        }
        Ok(())
    }
}

/// What was written as a key, and the key that it is: one word, or two where the first needs a second.
fn key(cursor: &mut Cursor<'_>) -> (String, Option<&'static str>) {
    let mut written = cursor.word().to_owned();
    let begins_two = |key: &&str| key.split_once(' ').is_some_and(|(first, _)| first.eq_ignore_ascii_case(&written));
    if keys().find(begins_two).is_some() {
        let second = cursor.word();
        if !second.is_empty() {
            written = format!("{written} {second}");
        }
    }
    let key = keys().find(|key| key.eq_ignore_ascii_case(&written));
    (written, key)
}

/// A word, read as a value.
fn value<T>(
    cursor: &mut Cursor<'_>,
    expected: &'static str,
    read: impl Fn(&str) -> Result<T, Fault>,
) -> Result<T, ScriptError> {
    let start = *cursor;
    let text = cursor.word();
    if text.is_empty() {
        return Err(start.expected(expected));
    }
    read(text).map_err(|fault| start.fault_over(text, fault))
}

fn number(cursor: &mut Cursor<'_>, least: u64, most: u64) -> Result<u64, ScriptError> {
    value(cursor, "NUMBER", |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number) && !text.starts_with('+'));
        number.ok_or_else(|| Fault::BadNumber { text: clip(text), least: least.into(), most: most.into() })
    })
}

fn duration(cursor: &mut Cursor<'_>, least: Micros) -> Result<Micros, ScriptError> {
    value(cursor, "DURATION", |text| {
        parse_duration(text).filter(|us| *us >= least).ok_or_else(|| Fault::BadDuration { text: clip(text) })
    })
}

fn rate(cursor: &mut Cursor<'_>) -> Result<u64, ScriptError> {
    value(cursor, "RATE", |text| parse_rate(text).ok_or_else(|| Fault::BadRate { text: clip(text) }))
}

/// `200MB/s 100ms`: bandwidth and latency.
fn device(cursor: &mut Cursor<'_>) -> Result<Device, ScriptError> {
    if !crate::WHOLE && cursor.rest().starts_with(|char: char| char.is_ascii_alphabetic()) {
        return Err(needs_whole(cursor));
    }
    let bytes_per_second = rate(cursor)?;
    Ok(Device { bytes_per_second, latency: duration(cursor, Micros::ZERO)? })
}

fn size(text: &str) -> Result<u64, Fault> {
    parse_size(text).ok_or_else(|| Fault::BadSize { text: clip(text) })
}

fn segment(text: &str, key: &'static str) -> Result<SegmentSize, Fault> {
    let size = u32::try_from(size(text)?).ok().and_then(SegmentSize::new);
    size.ok_or_else(|| Fault::BadSetting { key, text: clip(text), allowed: "1KiB, 2KiB, 4KiB ... 1GiB" })
}

fn page(text: &str, key: &'static str) -> Result<u32, Fault> {
    let size = u32::try_from(size(text)?).ok();
    size.filter(|bytes| bytes.is_power_of_two() && (1 << 10..=1 << 15).contains(bytes))
        .ok_or_else(|| Fault::BadSetting { key, text: clip(text), allowed: "1KiB, 2KiB, 4KiB, 8KiB, 16KiB, 32KiB" })
}

/// The settings line of a script.
pub(crate) fn settings_text(settings: &Settings) -> String {
    let Settings { seed, date, zone, scale, segment, page_bytes, first_xid, archive_timeout, backup_every, .. } =
        settings;
    let Settings { devices, tuning, .. } = settings;
    let usual = Settings::default();
    let fast = Devices::default();
    let zone_text = if zone.offset_s == 0 { "UTC".to_owned() } else { zone_offset_text(*zone) };
    let mut parts = vec![
        format!("seed {seed}"),
        format!("date {}", date_text(zone.local(*date))),
        format!("zone {zone_text}"),
        format!("scale {scale}"),
        format!("segment {}", size_text(segment.bytes().into())),
    ];
    let mut add = |unusual: bool, part: String| parts.extend(unusual.then_some(part));
    add(*page_bytes != usual.page_bytes, format!("page {}", size_text((*page_bytes).into())));
    if let Some(timeout) = archive_timeout {
        add(true, format!("archive timeout {}", duration_text(*timeout)));
    }
    if let Some(every) = backup_every {
        add(true, format!("backup every {}", duration_text(*every)));
    }
    add(*first_xid != usual.first_xid, format!("xid {first_xid}"));
    let stores = [
        ("backup store", settings.archiving.backup_store, devices.backup_store, fast.backup_store),
        ("archive store", settings.archiving.archive_store, devices.archive_store, fast.archive_store),
    ];
    for (key, kind, device, usual) in stores {
        if crate::WHOLE {
            let part = archiving::store_part(key, kind, device);
            add(part.is_some(), part.unwrap_or_default());
            continue;
        }
        let text = format!("{key} {} {}", rate_text(device.bytes_per_second), duration_text(device.latency));
        add(device != usual, text);
    }
    for (key, rate, usual) in [
        ("redo", devices.redo_bytes_per_second, fast.redo_bytes_per_second),
        ("validate", devices.validate_bytes_per_second, fast.validate_bytes_per_second),
    ] {
        add(rate != usual, format!("{key} {}", rate_text(rate)));
    }
    add(devices.promote != fast.promote, format!("promote {}", duration_text(devices.promote)));
    if crate::WHOLE {
        parts.extend(archiving::parts(&settings.archiving));
        parts.extend(tuning::parts(tuning));
    }
    format!("scenario {}", parts.join(", "))
}
