//! The settings of [`ArchivePolicy`], which the smaller build does not read.

use super::{ScriptError, device, duration, size, value};
use crate::archive::{ArchivePolicy, StoreKind, WhenFull};
use crate::cluster::Device;
use crate::script::amounts::{duration_text, rate_text, size_text};
use crate::script::cursor::Cursor;
use crate::types::Micros;

/// What can be set.
pub(super) const KEYS: &[&str] = &[
    "archive streaming",
    "cold after",
    "retention",
    "expire every",
    "immutable",
    "encryption",
    "disk",
    "archive fails",
];

/// Reads the value of a key, one of [`KEYS`].
pub(super) fn read(policy: &mut ArchivePolicy, key: &str, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    match key {
        // `archive streaming 200ms`, or `archive streaming 200ms only`: without whole segments beside it.
        "archive streaming" => {
            policy.streaming = Some(duration(cursor, Micros::ZERO)?);
            policy.segments = !cursor.takes_word("only");
        }
        "cold after" => policy.cold_after = Some(duration(cursor, Micros(1))?),
        "retention" => policy.retention = Some(duration(cursor, Micros(1))?),
        "expire every" => policy.expire_every = duration(cursor, Micros::SECOND)?,
        "disk" => policy.log_disk = Some(value(cursor, "64KiB", size)?),
        "archive fails" => {
            policy.when_full = if cursor.takes_word("lose") { WhenFull::Lose } else { WhenFull::Stop };
            if policy.when_full == WhenFull::Stop && !cursor.takes_word("stop") {
                return Err(cursor.expected_word("stop, lose"));
            }
        }
        "encryption" => {
            policy.encryption = cursor.takes_word("on");
            if !policy.encryption && !cursor.takes_word("off") {
                return Err(cursor.expected_word("on, off"));
            }
        }
        "immutable" => policy.immutable = Some(duration(cursor, Micros(1))?),
        _ => debug_assert!(false, "{key} is no key"),
    }
    Ok(())
}

/// `[KIND] [RATE LATENCY]`: a kind of store, and its device where it is another than that kind usually has.
pub(super) fn store(kind: &mut StoreKind, of: &mut Device, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    if let Some(found) = StoreKind::ALL.into_iter().find(|kind| cursor.takes_word(kind.word())) {
        (*kind, *of) = (found, found.device());
        if !cursor.rest().starts_with(|char: char| char.is_ascii_digit()) {
            return Ok(());
        }
    }
    *of = device(cursor)?;
    Ok(())
}

/// What differs from the defaults, a part each.
pub(super) fn parts(policy: &ArchivePolicy) -> Vec<String> {
    let ArchivePolicy { streaming, segments, cold_after, retention, expire_every, immutable, encryption, .. } = policy;
    let mut parts = Vec::new();
    if let Some(delay) = streaming {
        let only = if *segments { "" } else { " only" };
        parts.push(format!("archive streaming {}{only}", duration_text(*delay)));
    }
    let spans = [
        ("cold after", *cold_after),
        ("retention", *retention),
        ("expire every", Some(*expire_every).filter(|every| *every != ArchivePolicy::default().expire_every)),
        ("immutable", *immutable),
    ];
    parts.extend(policy.log_disk.map(|bytes| format!("disk {}", size_text(bytes))));
    if policy.when_full == WhenFull::Lose {
        parts.push("archive fails lose".to_owned());
    }
    if *encryption {
        parts.push("encryption on".to_owned());
    }
    parts.extend(spans.into_iter().filter_map(|(key, span)| Some(format!("{key} {}", duration_text(span?)))));
    parts
}

/// A store as [`store`] reads it, with its key; `None` if it is as it usually is.
pub(super) fn store_part(key: &str, kind: StoreKind, device: Device) -> Option<String> {
    let mut text = key.to_owned();
    if kind != StoreKind::default() {
        text = format!("{text} {}", kind.word());
    }
    if device != kind.device() {
        text = format!("{text} {} {}", rate_text(device.bytes_per_second), duration_text(device.latency));
    }
    (text != key).then_some(text)
}
