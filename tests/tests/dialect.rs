//! The configuration that the engine would write is the one with which each recorded recovery was done.

#![cfg(not(target_arch = "wasm32"))]

use pitr_engine::dialect::postgresql_settings;
use pitr_engine::types::{Micros, TimelineId, Xid};
use pitr_engine::{AtTarget, RecoverySpec, Target, TimelineChoice, read_target_time};
use serde_json::Value;
use std::path::Path;

/// The choice that a recording's target stands for; `None` for a time that the server refuses.
fn choice(target: &Value) -> Option<RecoverySpec> {
    let text = |key: &str| target[key].as_str().unwrap_or_default();
    let to = match text("type") {
        "time" => Target::Time(Micros(target["time_us"].as_i64()?)),
        "xid" => Target::Xid(Xid(target["xid"].as_u64()?.try_into().ok()?)),
        "lsn" => Target::Lsn(text("lsn").parse().ok()?),
        "name" => Target::Name(text("name").to_owned()),
        "immediate" => Target::Immediate,
        "end" => Target::End,
        other => panic!("{other} is no kind of target"),
    };
    Some(RecoverySpec {
        backup: Some(text("backup").to_owned()),
        inclusive: target["inclusive"].as_bool().unwrap_or(true),
        timeline: match text("timeline") {
            "" | "latest" => TimelineChoice::Latest,
            "current" => TimelineChoice::Current,
            number => TimelineChoice::Number(TimelineId(number.parse().expect("is a timeline's number"))),
        },
        action: if text("action") == "pause" { AtTarget::Pause } else { AtTarget::Promote },
        ..RecoverySpec::to(to)
    })
}

#[track_caller]
fn same(settings: &[(&str, String)], name: &str, recorded: Option<&str>, target: &Value) {
    let ours = settings.iter().find(|(setting, _)| *setting == name).map(|(_, value)| value.as_str());
    assert_eq!(ours, recorded, "{name} for {target}");
}

#[test]
fn settings_are_those_of_the_recorded_recoveries() {
    let mut compared = 0;
    for folder in ["pg15", "pg15-tree", "pg15-clock"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in std::fs::read_dir(folder).expect("recordings are there").flatten() {
            let path = file.path();
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a recording is text");
            let recording: Value = serde_json::from_str(&text).expect("a recording is JSON");
            for recovery in recording["recoveries"].as_array().expect("a recording has recoveries") {
                let target = &recovery["target"];
                let Some(spec) = choice(target) else { continue };
                let settings = postgresql_settings(&spec);
                let kind = target["type"].as_str().unwrap_or_default();
                let given = |key: &str| target[key].as_str();
                same(&settings, "recovery_target_lsn", given("lsn"), target);
                same(&settings, "recovery_target_name", given("name"), target);
                let xid = target["xid"].as_u64().map(|xid| xid.to_string());
                same(&settings, "recovery_target_xid", xid.as_deref(), target);
                same(&settings, "recovery_target", (kind == "immediate").then_some("immediate"), target);
                let inclusive = target["inclusive"].as_bool().map(|inclusive| if inclusive { "on" } else { "off" });
                same(&settings, "recovery_target_inclusive", inclusive, target);
                let timeline = given("timeline").unwrap_or("latest");
                same(&settings, "recovery_target_timeline", Some(timeline), target);
                let action = given("action").unwrap_or("promote");
                same(&settings, "recovery_target_action", (kind != "end").then_some(action), target);
                // The recorded text of a time may be any that the server reads as this instant.
                let time = settings.iter().find(|(name, _)| *name == "recovery_target_time");
                let read = time.map(|(_, text)| read_target_time(text, 3600).expect("a server reads it"));
                let recorded = (kind == "time").then(|| target["time_us"].as_i64().map(Micros)).flatten();
                assert_eq!(read, recorded, "{target}");
                compared += 1;
            }
        }
    }
    assert!(compared > 3000, "{compared} recordings were compared");
}
