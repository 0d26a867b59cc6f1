//! The scenarios that the lab ships: files of the scenario language, by their stem.

use pitr_engine::script::Script;

/// The scenario that the lab opens with.
pub const OPENING: &str = "worked-example";

/// The script of [`OPENING`], from the bytes that the build made of it; its text need not be parsed.
pub fn opening() -> Option<Script> {
    Script::from_compiled(include_bytes!(concat!(env!("OUT_DIR"), "/opening.compiled")))
}

/// A shipped scenario.
#[cfg(feature = "whole")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// By which requests and links name it.
    pub stem: &'static str,
    /// Its text, in the scenario language.
    pub text: &'static str,
    /// How many log records its run writes, where that is so many that somebody has to wait for them; else 0.
    pub records: u64,
}

#[cfg(feature = "whole")]
macro_rules! scenarios {
    ($($stem:literal $records:literal),* $(,)?) => {
        &[$(Scenario { stem: $stem, text: include_str!(concat!("../content/scenarios/", $stem, ".pitr")), records: $records }),*]
    };
}

/// All of them, the first being [`OPENING`].
#[cfg(feature = "whole")]
pub const SCENARIOS: &[Scenario] =
    scenarios!["worked-example" 0, "quiz-delete-orders" 0, "quiz-same-second" 0, "million" 1_010_265];

/// The scenario of a stem.
#[cfg(feature = "whole")]
pub fn scenario(stem: &str) -> Option<Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.stem == stem).copied()
}

#[cfg(feature = "whole")]
#[cfg(test)]
mod tests {
    use super::*;
    use pitr_engine::script::{Script, parse, parse_time};
    use pitr_engine::types::{Micros, Value, Xid};
    use pitr_engine::{Command, EventKind, Kind, Run};

    fn read(stem: &str) -> Script {
        let scenario = scenario(stem).unwrap();
        parse(scenario.text).unwrap_or_else(|error| panic!("{stem}: {error}"))
    }

    fn run(stem: &str) -> Run {
        let script = read(stem);
        let commands = script.commands.into_iter().map(|line| line.timed).collect();
        Run::new(script.settings, commands).unwrap_or_else(|refused| panic!("{stem}: {refused:?}"))
    }

    /// `02:05:00 101 commit` for each commit and abort in the log.
    fn ends(run: &Run) -> Vec<String> {
        let ends = run.events().iter().filter_map(|event| match &event.kind {
            EventKind::RecordWritten { record, .. } if record.kind == Kind::Commit => {
                Some((event.at, record.xid, "commit"))
            }
            EventKind::RecordWritten { record, .. } if record.kind == Kind::Abort => {
                Some((event.at, record.xid, "abort"))
            }
            _ => None,
        });
        ends.map(|(at, Xid(xid), what)| format!("{} {xid} {what}", at.clock())).collect()
    }

    fn rows(run: &Run, at: &str, table: &str) -> Vec<Vec<Value>> {
        let settings = run.settings();
        let until = parse_time(at, settings.date + Micros::DAY - Micros(1), settings.zone).unwrap();
        let last = run.events().partition_point(|event| event.at <= until) - 1;
        let state = run.state_at(last);
        let primary = state.primary().unwrap();
        let def = primary.table(table, Xid::NONE).unwrap().unwrap();
        primary.peek_rows(def.relation, Xid::NONE).unwrap().into_iter().map(|row| row.values).collect()
    }

    #[test]
    fn every_file_is_shipped_and_reads() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/content/scenarios");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut stems: Vec<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        stems.sort();
        let mut shipped: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.stem).collect();
        shipped.sort_unstable();
        assert_eq!(stems, shipped);
        for stem in shipped {
            let script = read(stem);
            assert!(!script.title.is_empty(), "{stem}");
            let has_recovery = script.commands.iter().any(|line| matches!(*line.timed.command, Command::Recover(_)));
            assert!(!has_recovery, "{stem}: the learner recovers");
            assert_eq!(parse(&script.to_string()).as_ref(), Ok(&script), "{stem}");
        }
    }

    #[test]
    fn the_opening_scenario_is_its_text() {
        assert_eq!(SCENARIOS[0].stem, OPENING);
        assert_eq!(opening().unwrap().to_string(), read(OPENING).to_string());
        assert_eq!(opening(), Some(read(OPENING)));
    }

    #[test]
    fn the_worked_example_is_the_curriculums() {
        let run = run("worked-example");
        let expected = [
            "01:58:20 100 commit",
            "02:05:00 101 commit",
            "02:10:00 102 commit",
            "02:15:00 103 commit",
            "02:20:00 104 commit",
            "02:25:00 105 commit",
            "02:27:30 106 abort",
            "02:30:00 107 commit",
            "02:35:00 109 commit",
            "02:40:00 108 commit",
            "02:45:00 110 commit",
            "02:50:00 111 commit",
            "02:55:00 112 commit",
            "03:00:00 113 commit",
            "03:04:10 114 commit",
            "03:07:30 115 commit",
        ];
        assert_eq!(ends(&run), expected);
        let ids = |at| rows(&run, at, "users").iter().map(|row| row[0].clone()).collect::<Vec<_>>();
        let then: Vec<Value> = (1..=8).map(Value::Int).collect();
        let before: Vec<Value> = [1, 3, 4, 5, 7, 8, 9, 10].map(Value::Int).to_vec();
        assert_eq!(ids("02:00:00"), then, "eight in the snapshot");
        assert_eq!(
            {
                let mut ids = ids("02:59:59");
                ids.sort();
                ids
            },
            before,
            "eight again, and not the same"
        );
        assert_eq!(ids("03:00:00"), [], "nobody is left");
        let grace = |at| rows(&run, at, "users").into_iter().find(|row| row[0] == Value::Int(3)).unwrap()[2].clone();
        assert_eq!(grace("02:54:59"), Value::Text("New York".to_owned()));
        assert_eq!(grace("02:55:00"), Value::Text("Arlington".to_owned()));
    }

    #[test]
    fn the_quiz_has_its_neighbours() {
        let ends_of = |stem| ends(&run(stem)).join("\n");
        let plain = ends_of("quiz-delete-orders");
        assert!(plain.contains("14:32:02 205 commit\n14:32:10 206 commit\n14:32:19 207 commit"), "{plain}");
        let twist = ends_of("quiz-same-second");
        assert!(twist.contains("14:32:10.2 305 commit\n14:32:10.6 306 commit\n14:32:21 307 commit"), "{twist}");
    }
}
