//! A policy as text: `key value` pairs between commas, a scenario's settings by their names there and its own beside them.
//!
//! ```text
//! backup every 1d, archive timeout 5m, retention 14d, backup store nas, prefetch 4, workers 2, copies 2, validation off,
//! detect 5m, decide 10m, database 20000000000B, commit every 20ms, rows 1, row 200B, burst 100000 every 6h, wal 16MiB
//! ```

use super::policy::{Burst, Policy, Shape};
use super::presets::Preset;
use crate::cluster::Settings;
use crate::script::{ScriptError, duration_text, parse, parse_duration, parse_size, settings_text, size_text};
use crate::types::Micros;
use core::fmt;

/// What a policy's text begins with in a script's remarks.
const MARK: &str = "policy: ";

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyTextError {
    /// A value of one of the policy's own keys cannot be read.
    Value { key: &'static str, text: String },
    /// The rest is not what the scenario language reads as settings.
    Settings(Box<ScriptError>),
}

impl PolicyTextError {
    /// The stable name, as of a sentence.
    pub fn key(&self) -> &'static str {
        match self {
            PolicyTextError::Value { .. } => "bad_setting",
            PolicyTextError::Settings(error) => error.fault.code(),
        }
    }
}

/// What a policy has beside a scenario's settings.
const KEYS: [&str; 13] = [
    "prefetch",
    "workers",
    "copies",
    "validation",
    "detect",
    "decide",
    "database",
    "commit every",
    "rows",
    "row",
    "burst",
    "wal",
    "policy",
];

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.setting_parts() {
            write!(f, "{part}, ")?;
        }
        let Policy { effort, copies, validate, detect, decide, shape, .. } = self;
        let Shape { database_bytes, commit_every, rows, row_bytes, burst, segment_bytes } = shape;
        let on_off = if *validate { "on" } else { "off" };
        write!(f, "prefetch {}, workers {}, copies {copies}, validation {on_off}", effort.prefetch, effort.workers)?;
        write!(f, ", detect {}, decide {}", duration_text(*detect), duration_text(*decide))?;
        write!(f, ", database {}, commit every {}", size_text(*database_bytes), duration_text(*commit_every))?;
        write!(f, ", rows {rows}, row {}", size_text((*row_bytes).into()))?;
        if let Some(Burst { every, rows }) = burst {
            write!(f, ", burst {rows} every {}", duration_text(*every))?;
        }
        write!(f, ", wal {}", size_text(*segment_bytes))
    }
}

impl Policy {
    /// What a history decides about is left out.
    pub(super) fn bare_settings(&self) -> Settings {
        let usual = Settings::default();
        let Settings { backup_every, archive_timeout, devices, archiving, tuning, .. } = self.settings.clone();
        Settings { backup_every, archive_timeout, devices, archiving, tuning, ..usual }
    }

    fn setting_parts(&self) -> Vec<String> {
        let text = settings_text(&self.bare_settings());
        let parts = text.trim_start_matches("scenario ").split(", ");
        let of_history = ["seed ", "date ", "zone ", "scale ", "segment "];
        parts.filter(|part| !of_history.iter().any(|key| part.starts_with(key))).map(str::to_owned).collect()
    }

    /// Reads what `Display` writes; what is not said is as in the preset `server`.
    pub fn parse(text: &str) -> Result<Policy, PolicyTextError> {
        let mut policy = Preset::Server.policy();
        policy.settings = Settings::default();
        let mut settings = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let key = KEYS.into_iter().find(|key| part.strip_prefix(key).is_some_and(|rest| rest.starts_with(' ')));
            match key {
                Some(key) => policy.set(key, part[key.len()..].trim())?,
                None => settings.push(part),
            }
        }
        if !settings.is_empty() {
            let script = parse(&format!("scenario {}\n", settings.join(", ")));
            policy.settings = script.map_err(|error| PolicyTextError::Settings(Box::new(error)))?.settings;
            policy.settings = policy.bare_settings();
        }
        Ok(policy)
    }

    /// The policy whose history a script is, if it says so.
    pub fn of_script(script: &crate::script::Script) -> Option<Policy> {
        let said = script.remarks.iter().find_map(|remark| remark.text.trim().strip_prefix(MARK));
        said.and_then(|text| Policy::parse(text).ok())
    }

    /// The remark by which a script says it.
    pub(super) fn remark(&self) -> String {
        format!("{MARK}{self}")
    }

    fn set(&mut self, key: &'static str, text: &str) -> Result<(), PolicyTextError> {
        let wrong = || PolicyTextError::Value { key, text: text.to_owned() };
        let number = |least: u32, most: u32| {
            text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(wrong)
        };
        let span = |text: &str, least: Micros| parse_duration(text).filter(|span| *span >= least).ok_or_else(wrong);
        let bytes = || parse_size(text).filter(|bytes| *bytes > 0).ok_or_else(wrong);
        match key {
            "prefetch" => self.effort.prefetch = number(0, 1000)?,
            "workers" => self.effort.workers = number(1, 1000)?,
            "copies" => self.copies = number(1, 100)?,
            "validation" => {
                self.validate = match text {
                    "on" => true,
                    "off" => false,
                    _ => return Err(wrong()),
                }
            }
            "detect" => self.detect = span(text, Micros::ZERO)?,
            "decide" => self.decide = span(text, Micros::ZERO)?,
            "database" => self.shape.database_bytes = bytes()?,
            "commit every" => self.shape.commit_every = span(text, Micros::MILLISECOND)?,
            "rows" => self.shape.rows = number(1, 1000)?,
            "row" => {
                let bytes = u32::try_from(bytes()?).ok().filter(|bytes| *bytes <= 1 << 20);
                self.shape.row_bytes = bytes.ok_or_else(wrong)?;
            }
            "wal" => {
                let pow2 = |bytes: &u64| bytes.is_power_of_two() && (1 << 20..=1 << 30).contains(bytes);
                self.shape.segment_bytes = Some(bytes()?).filter(pow2).ok_or_else(wrong)?;
            }
            "burst" => {
                let (rows, every) = text.split_once(" every ").ok_or_else(wrong)?;
                let rows = rows.parse().map_err(|_| wrong())?;
                self.shape.burst = Some(Burst { rows, every: span(every, Micros::SECOND)? });
            }
            _ => return Err(wrong()),
        }
        Ok(())
    }
}
