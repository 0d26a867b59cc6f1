//! The settings of [`Tuning`], which the smaller build does not read.

use super::{Fault, ScriptError, clip, duration, number, size, value};
use crate::cluster::{PageImages, Tuning};
use crate::script::amounts::{duration_text, size_text};
use crate::script::cursor::Cursor;
use crate::types::Micros;

/// What can be set.
pub(super) const KEYS: &[&str] = &[
    "buffers",
    "deadlock timeout",
    "lock timeout",
    "backup verify",
    "backup chain",
    "full-page images",
    "synchronous commit",
    "log writer",
    "commit delay",
    "log buffer",
    "checkpoint timeout",
    "checkpoint volume",
    "checkpoint spread",
    "recycle segments",
];

/// Reads the value of a key, one of [`KEYS`].
pub(super) fn read(tuning: &mut Tuning, key: &'static str, cursor: &mut Cursor<'_>) -> Result<(), ScriptError> {
    match key {
        "buffers" => tuning.buffers = number(cursor, Tuning::BUFFERS_MIN.into(), u32::MAX.into())? as u32,
        "deadlock timeout" => tuning.deadlock_timeout = duration(cursor, Micros(1))?,
        "lock timeout" => tuning.lock_timeout = duration(cursor, Micros::ZERO)?,
        "backup verify" => tuning.verify_backups = switch(cursor, key)?,
        "backup chain" => tuning.backup_chain = number(cursor, 0, 1000)? as u32,
        "full-page images" => {
            let images = [("on", PageImages::On), ("off", PageImages::Off), ("compressed", PageImages::Compressed)];
            tuning.page_images = choice(cursor, key, "on, off, compressed", &images)?;
        }
        "synchronous commit" => tuning.synchronous_commit = switch(cursor, key)?,
        "log writer" => tuning.log_writer_delay = duration(cursor, Micros(1))?,
        "commit delay" => tuning.commit_delay = duration(cursor, Micros::ZERO)?,
        "log buffer" => tuning.log_buffer_bytes = value(cursor, "64KiB", size)?,
        "checkpoint timeout" => tuning.checkpoint_timeout = Some(duration(cursor, Micros::SECOND)?),
        "checkpoint volume" => tuning.checkpoint_bytes = Some(value(cursor, "64KiB", size)?),
        "checkpoint spread" => tuning.checkpoint_spread = duration(cursor, Micros::ZERO)?,
        "recycle segments" => tuning.recycle_segments = switch(cursor, key)?,
        _ => debug_assert!(false, "{key} is no key"),
    }
    Ok(())
}

fn switch(cursor: &mut Cursor<'_>, key: &'static str) -> Result<bool, ScriptError> {
    choice(cursor, key, "on, off", &[("on", true), ("off", false)])
}

fn choice<T: Copy>(
    cursor: &mut Cursor<'_>,
    key: &'static str,
    allowed: &'static str,
    choices: &[(&str, T)],
) -> Result<T, ScriptError> {
    value(cursor, allowed, |text| {
        let found = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, chosen)| *chosen);
        found.ok_or_else(|| Fault::BadSetting { key, text: clip(text), allowed })
    })
}

/// What differs from the defaults, a part each.
pub(super) fn parts(tuning: &Tuning) -> Vec<String> {
    let usual = Tuning::default();
    let Tuning { buffers, deadlock_timeout, lock_timeout, verify_backups, .. } = tuning;
    let mut parts = Vec::new();
    let mut add = |unusual: bool, part: String| parts.extend(unusual.then_some(part));
    add(*buffers != usual.buffers, format!("buffers {buffers}"));
    let timeouts = [
        ("deadlock timeout", *deadlock_timeout, usual.deadlock_timeout),
        ("lock timeout", *lock_timeout, usual.lock_timeout),
    ];
    for (key, timeout, usual) in timeouts {
        add(timeout != usual, format!("{key} {}", duration_text(timeout)));
    }
    add(*verify_backups, "backup verify on".to_owned());
    let chain = tuning.backup_chain;
    add(chain != usual.backup_chain, format!("backup chain {chain}"));
    let Tuning { page_images, synchronous_commit, log_writer_delay, commit_delay, log_buffer_bytes, .. } = tuning;
    let Tuning { checkpoint_timeout, checkpoint_bytes, checkpoint_spread, recycle_segments, .. } = tuning;
    let on_off = |on: bool| if on { "on" } else { "off" };
    let images = match page_images {
        PageImages::Off => "off",
        PageImages::On => "on",
        PageImages::Compressed => "compressed",
    };
    add(*page_images != usual.page_images, format!("full-page images {images}"));
    let commit = on_off(*synchronous_commit);
    add(*synchronous_commit != usual.synchronous_commit, format!("synchronous commit {commit}"));
    for (key, delay, usual) in [
        ("log writer", *log_writer_delay, usual.log_writer_delay),
        ("commit delay", *commit_delay, usual.commit_delay),
        ("checkpoint spread", *checkpoint_spread, usual.checkpoint_spread),
    ] {
        add(delay != usual, format!("{key} {}", duration_text(delay)));
    }
    add(*log_buffer_bytes != usual.log_buffer_bytes, format!("log buffer {}", size_text(*log_buffer_bytes)));
    if let Some(timeout) = checkpoint_timeout {
        add(true, format!("checkpoint timeout {}", duration_text(*timeout)));
    }
    if let Some(bytes) = checkpoint_bytes {
        add(true, format!("checkpoint volume {}", size_text(*bytes)));
    }
    add(*recycle_segments != usual.recycle_segments, format!("recycle segments {}", on_off(*recycle_segments)));
    parts
}
