//! The policies of a sweep, and the script of a failure under each.
//!
//! All have the same small shop and the same machines. What differs is one setting, and when the primary is lost.

use super::signals::lost_at;
use super::sweep::SweepKind;
use crate::cluster::{Command, Settings};
use crate::script::{OPERATOR, Script, duration_text, parse_statement};
use crate::types::{Micros, SegmentSize, Zone};

/// Base backups, this far apart.
const CADENCES: [Micros; 8] = [
    Micros::seconds(900),
    Micros::seconds(1800),
    Micros::seconds(3600),
    Micros::seconds(7200),
    Micros::seconds(14_400),
    Micros::seconds(28_800),
    Micros::seconds(43_200),
    Micros::seconds(86_400),
];

/// Segments go to the archive at least this often.
const INTERVALS: [Micros; 8] = [
    Micros::seconds(10),
    Micros::seconds(30),
    Micros::seconds(60),
    Micros::seconds(120),
    Micros::seconds(300),
    Micros::seconds(900),
    Micros::seconds(1800),
    Micros::seconds(3600),
];

/// The shop's transactions where cadences are compared: about 300 of them in the longest.
const RTO_WORKLOAD: Micros = Micros::seconds(300);

/// Transactions in an archive interval where intervals are compared: dense enough that the last one before a failure is near it, few enough to stay within a segment.
const COMMITS_PER_INTERVAL: i64 = 100;

/// When the first base backup can be used: it is complete, and the segment with its end is in the archive. A test shows that it is so.
const FIRST_USE: Micros = Micros::seconds(40);

/// The policies of a kind, in order.
pub(super) fn policies(kind: SweepKind) -> &'static [Micros] {
    match kind {
        SweepKind::RtoAgainstCadence => &CADENCES,
        SweepKind::RpoAgainstInterval => &INTERVALS,
    }
}

/// The machines under a policy.
pub(super) fn settings(kind: SweepKind, policy: Micros, seed: u64) -> Settings {
    let settings = Settings { seed, ..Settings::default() };
    match kind {
        // As in the worked example: a database of some gigabytes, a segment every so often.
        SweepKind::RtoAgainstCadence => Settings {
            scale: 250_000,
            archive_timeout: Some(Micros::seconds(300)),
            backup_every: Some(policy),
            ..settings
        },
        // A segment stands for one of PostgreSQL's usual 16 MiB, and is large enough never to be full before its time.
        SweepKind::RpoAgainstInterval => Settings {
            scale: 512,
            segment: SegmentSize::new(32 << 10).unwrap_or(SegmentSize::TEACHING),
            archive_timeout: Some(policy),
            ..settings
        },
    }
}

/// The cycle in which failures are drawn, one policy long: its beginning, from the base backup on.
pub(super) fn cycle_begin(kind: SweepKind, policy: Micros) -> Micros {
    match kind {
        // From the first backup's use to the second's.
        SweepKind::RtoAgainstCadence => FIRST_USE,
        // The first interval is that of the backup.
        SweepKind::RpoAgainstInterval => policy,
    }
}

/// How often the shop sells something.
pub(super) fn workload(kind: SweepKind, policy: Micros) -> Micros {
    match kind {
        SweepKind::RtoAgainstCadence => RTO_WORKLOAD,
        SweepKind::RpoAgainstInterval => Micros(policy.0 / COMMITS_PER_INTERVAL),
    }
}

/// The shop at work under a policy, watched for a while. Nothing is lost.
pub(super) fn calm(kind: SweepKind, policy: Micros, seed: u64, watched: Micros) -> Script {
    let mut script = open_end(kind, policy, seed);
    script.push(script.settings.date + watched, OPERATOR, Command::Note { text: String::new() });
    script
}

/// The shop at work under a policy, from its first base backup on.
fn open_end(kind: SweepKind, policy: Micros, seed: u64) -> Script {
    let settings = settings(kind, policy, seed);
    let begin = settings.date;
    let mut script = Script { settings, ..Script::default() };
    let setup = [
        "CREATE TABLE users (id int, name text, city text)",
        "CREATE TABLE orders (id int, user_id int, item text, placed timestamp)",
        "INSERT INTO users VALUES (1, 'Ada', 'London'), (2, 'Alan', 'Manchester'), (3, 'Grace', 'Arlington')",
        "INSERT INTO orders VALUES (1, 3, 'wire', NULL), (2, 1, 'cards', NULL), (3, 2, 'tape', NULL)",
    ];
    for statement in setup {
        // These are statements of the language; a test shows it.
        if let Ok(command) = parse_statement(statement, begin, Zone::default()) {
            script.push(begin, "app", command);
        }
    }
    script.push(begin, OPERATOR, Command::Backup { label: "b1".to_owned() });
    let every = workload(kind, policy);
    script.push(begin, "app", Command::Workload { table: "orders".to_owned(), every });
    script
}

/// The primary is lost this long after the first base backup, and recovered at once as far as the archive goes.
pub(super) fn failure(kind: SweepKind, policy: Micros, seed: u64, after: Micros) -> Script {
    let mut script = open_end(kind, policy, seed);
    let lost = script.settings.date + after;
    script = lost_at(&script, lost);
    script.title = title(kind, policy, after);
    script
}

/// What is varied, in the language's own words.
fn title(kind: SweepKind, policy: Micros, after: Micros) -> String {
    let setting = match kind {
        SweepKind::RtoAgainstCadence => "backup every",
        SweepKind::RpoAgainstInterval => "archive timeout",
    };
    format!("{setting} {}: lose primary +{}", duration_text(policy), duration_text(after))
}
