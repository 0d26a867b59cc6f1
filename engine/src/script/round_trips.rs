//! Everything that can be said prints and reads back, and any text at all is read or refused.

mod archiving;

use super::*;
use crate::cluster::Work;
use crate::cluster::{
    Assignment, AtTarget, Comparison, Device, Devices, Effort, Expression, Filter, Invariant, Measure, PageImages,
    RecoverySpec, RowView, Target, TimelineChoice, Tuning,
};
use crate::fault::{BackupFault, Fault, PowerLoss};
use crate::types::{Column, ColumnType, Lsn, SegmentSize, TimelineId, Value, Xid};
use proptest::prelude::*;

fn a_name() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_]{0,7}".prop_filter("a reserved word", |name| {
        parse_statement(&format!("DELETE FROM {name}"), Micros::ZERO, Zone::default()).is_ok()
    })
}

fn a_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        "[^\n]{0,12}".prop_map(Value::Text),
    ]
}

fn an_invariant() -> impl Strategy<Value = Invariant> {
    let measure = prop_oneof![Just(Measure::Rows), a_name().prop_map(|column| Measure::Sum { column })];
    ("[a-zA-Z0-9_.-]{1,8}", a_name(), measure, an_operator(), any::<i64>())
        .prop_map(|(name, table, measure, operator, value)| Invariant { name, table, measure, operator, value })
}

fn an_operator() -> impl Strategy<Value = Comparison> {
    prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ])
}

fn a_filter() -> impl Strategy<Value = Filter> {
    let leaf = (a_name(), an_operator(), a_value()).prop_map(|(column, operator, value)| Filter::Compare {
        column,
        operator,
        value,
    });
    let leaf = prop_oneof![
        4 => leaf,
        1 => (a_name(), any::<bool>()).prop_map(|(column, null)| Filter::Null { column, null }),
    ];
    leaf.prop_recursive(5, 20, 2, |inner| {
        let pair = (inner.clone(), inner).prop_map(|(left, right)| (Box::new(left), Box::new(right)));
        prop_oneof![
            pair.clone().prop_map(|(left, right)| Filter::And(left, right)),
            pair.prop_map(|(left, right)| Filter::Or(left, right)),
        ]
    })
}

fn an_instant() -> impl Strategy<Value = Micros> {
    (-1_000_000_000_000_000_i64..4_000_000_000_000_000).prop_map(Micros)
}

fn a_recovery() -> impl Strategy<Value = RecoverySpec> {
    let target = prop_oneof![
        an_instant().prop_map(Target::Time),
        any::<u64>().prop_map(|lsn| Target::Lsn(Lsn(lsn))),
        (1..=u32::MAX).prop_map(|xid| Target::Xid(Xid(xid))),
        "[a-z' ]{0,8}x".prop_map(|name| Target::Name(name.trim().to_owned())),
        Just(Target::Immediate),
        Just(Target::End),
    ];
    let timeline = prop_oneof![
        Just(TimelineChoice::Latest),
        Just(TimelineChoice::Current),
        (1..=u32::MAX).prop_map(|number| TimelineChoice::Number(TimelineId(number))),
    ];
    let action = prop::sample::select(vec![AtTarget::Promote, AtTarget::Pause, AtTarget::Shutdown]);
    let effort = (0..=64_u32, 1..=64_u32).prop_map(|(prefetch, workers)| Effort { prefetch, workers });
    let rest = (any::<bool>(), timeline, action, effort);
    (prop::option::of("[a-zA-Z0-9_.-]{1,8}"), target, rest).prop_map(|(backup, target, rest)| {
        let (inclusive, timeline, action, effort) = rest;
        let can_exclude = matches!(target, Target::Time(_) | Target::Lsn(_) | Target::Xid(_));
        RecoverySpec { backup, target, inclusive: inclusive || !can_exclude, timeline, action, effort }
    })
}

fn a_view() -> impl Strategy<Value = RowView> {
    prop_oneof![
        Just(RowView::Now),
        Just(RowView::Recovery),
        a_recovery().prop_map(|spec| RowView::Target(Box::new(spec))),
    ]
}

fn an_assignment() -> impl Strategy<Value = Expression> {
    prop_oneof![
        a_value().prop_map(Expression::Literal),
        (a_name(), any::<i64>()).prop_map(|(column, plus)| Expression::ColumnPlus { column, plus }),
    ]
}

fn columns_of<T: core::fmt::Debug>(what: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<(String, T)>> {
    prop::collection::vec((a_name(), what), 1..4).prop_map(|mut columns| {
        columns.sort_by(|(a, _), (b, _)| a.cmp(b));
        columns.dedup_by(|(a, _), (b, _)| a == b);
        columns
    })
}

fn a_command() -> impl Strategy<Value = Command> {
    let kind = prop::sample::select(vec![ColumnType::Int, ColumnType::Text, ColumnType::Bool, ColumnType::Timestamp]);
    let filter = || prop::option::of(a_filter());
    let rows = (1_usize..4).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(a_value(), width), 1..3));
    prop_oneof![
        Just(Command::Begin),
        Just(Command::BeginRepeatableRead),
        Just(Command::Commit),
        Just(Command::Rollback),
        (a_name(), columns_of(kind.clone())).prop_map(|(table, columns)| Command::CreateTable {
            table,
            columns: columns.into_iter().map(|(name, kind)| Column { name, kind }).collect(),
        }),
        (a_name(), rows).prop_map(|(table, rows)| Command::Insert { table, columns: None, rows }),
        (a_name(), columns_of(a_value())).prop_map(|(table, row)| {
            let (columns, row) = row.into_iter().unzip();
            Command::Insert { table, columns: Some(columns), rows: vec![row] }
        }),
        (a_name(), columns_of(an_assignment()), filter()).prop_map(|(table, set, filter)| Command::Update {
            table,
            set: set.into_iter().map(|(column, value)| Assignment { column, value }).collect(),
            filter,
        }),
        (a_name(), filter()).prop_map(|(table, filter)| Command::Delete { table, filter }),
        (a_name(), filter()).prop_map(|(table, filter)| Command::Select { table, filter }),
        a_name().prop_map(|name| Command::Savepoint { name }),
        a_name().prop_map(|name| Command::RollbackTo { name }),
        a_name().prop_map(|name| Command::Release { name }),
        a_name().prop_map(|table| Command::Truncate { table }),
        a_name().prop_map(|table| Command::DropTable { table }),
        (a_name(), a_name().prop_filter("a word of the statement", |name| name != "column"), kind.clone())
            .prop_map(|(table, name, kind)| Command::AddColumn { table, column: Column { name, kind } }),
        (a_name(), any::<i64>(), any::<i64>()).prop_map(|(name, start, increment)| Command::CreateSequence {
            name,
            start,
            increment
        }),
        (0_i64..10_000_000_000).prop_map(|timeout| Command::SetLockTimeout { timeout: Micros(timeout) }),
        (a_name(), 1_u32..1_000_000).prop_map(|(sequence, count)| Command::NextValue { sequence, count }),
        an_operators_command(),
        Just(Command::Checkpoint),
        Just(Command::SwitchSegment),
        "[^\n]{0,8}x".prop_map(|name| Command::RestorePoint { name }),
        "[a-zA-Z0-9_.-]{1,8}".prop_map(|label| Command::Backup { label }),
        a_recovery().prop_map(Command::Recover),
        (a_name(), 1..i64::MAX).prop_map(|(table, every)| Command::Workload { table, every: Micros(every) }),
        (a_name(), 1..i64::MAX, 1_u32..=1000, 0..4).prop_map(|(table, every, count, kind)| {
            let work = match kind {
                0 => Work::Inserts { rows: count },
                1 => Work::Transfers { count },
                2 => Work::Fills { rows: count },
                _ => Work::Mixed { statements: count },
            };
            Command::WorkloadOf { table, every: Micros(every), work }
        }),
        Just(Command::LosePrimary),
        "[^\n]{0,20}".prop_map(|text| Command::Note { text }),
    ]
}

fn an_operators_command() -> impl Strategy<Value = Command> {
    let label = || "[a-zA-Z0-9_.-]{1,8}";
    let power_loss = prop_oneof![
        Just(PowerLoss::Clean),
        (1_u64..).prop_map(|bytes| PowerLoss::MidFlush { bytes }),
        Just(PowerLoss::TornPages),
        (1_u64..).prop_map(|seed| PowerLoss::Drawn { seed }),
    ];
    let damage = prop_oneof![
        label().prop_map(|label| Fault::Backup(BackupFault::Lose { label })),
        (label(), any::<u64>()).prop_map(|(label, bit)| Fault::Backup(BackupFault::FlipFiles { label, bit })),
        (label(), any::<u64>()).prop_map(|(label, bit)| Fault::Backup(BackupFault::FlipManifest { label, bit })),
    ];
    prop_oneof![
        label().prop_map(|label| Command::BackupStart { label }),
        (label(), prop::option::of(label()), any::<bool>())
            .prop_filter("the forms by hand", |(label, _, _)| !["start", "copy", "stop"].contains(&label.as_str()))
            .prop_map(|(label, parent, by_hand)| Command::IncrementalBackup { label, parent, by_hand }),
        label()
            .prop_filter("the forms by hand", |label| !["start", "copy", "stop"].contains(&label.as_str()))
            .prop_map(|label| Command::BackupOfRecovery { label }),
        label().prop_map(|label| Command::Verify { label }),
        (prop::option::of("[a-z0-9]{1,4}"), "[a-z0-9]{1,4}", label()).prop_map(|(first, last, into)| Command::Merge {
            first,
            last,
            into
        }),
        label().prop_map(|label| Command::BackupCopy { label }),
        label().prop_map(|label| Command::BackupStop { label }),
        (a_name(), prop::option::of(a_name())).prop_map(|(table, into)| Command::RestoreTable { table, into }),
        an_invariant().prop_map(Command::Invariant),
        Just(Command::Resume),
        a_recovery().prop_map(|spec| Command::Continue(RecoverySpec { backup: None, ..spec })),
        (a_name(), a_value(), a_view()).prop_map(|(table, key, view)| Command::ExplainRow { table, key, view }),
        Just(Command::SwitchOver),
        an_instant().prop_map(|to| Command::SetClock { to }),
        damage.prop_map(Command::Damage),
        archiving::a_command(),
        archiving::a_scheduled_command(),
        power_loss.prop_map(Command::Crash),
        Just(Command::Restart),
        any::<bool>().prop_map(|on| Command::SetSynchronousCommit { on }),
    ]
}

fn a_tuning() -> impl Strategy<Value = Tuning> {
    let delay = |least: i64| (least..i64::MAX).prop_map(Micros);
    let images = prop::sample::select(vec![PageImages::Off, PageImages::On, PageImages::Compressed]);
    let timeouts = (1_i64..10_000_000_000, 0_i64..10_000_000_000);
    let commits = (any::<bool>(), delay(1), delay(0), 1_u64..u64::MAX);
    let checkpoints = (prop::option::of(delay(1_000_000)), prop::option::of(1_u64..u64::MAX), delay(0), any::<bool>());
    let some = (prop_oneof![Just(256), 4_u32..], images, commits, checkpoints, timeouts, (any::<bool>(), 0_u32..=1000))
        .prop_map(|(buffers, images, commits, checkpoints, (deadlock, lock), (verify_backups, backup_chain))| {
            let (synchronous_commit, log_writer_delay, commit_delay, log_buffer_bytes) = commits;
            let (checkpoint_timeout, checkpoint_bytes, checkpoint_spread, recycle_segments) = checkpoints;
            Tuning {
                buffers,
                deadlock_timeout: Micros(deadlock),
                lock_timeout: Micros(lock),
                verify_backups,
                backup_chain,
                page_images: images,
                synchronous_commit,
                log_writer_delay,
                commit_delay,
                log_buffer_bytes,
                checkpoint_timeout,
                checkpoint_bytes,
                checkpoint_spread,
                recycle_segments,
            }
        });
    prop_oneof![Just(Tuning::default()), some]
}

fn a_script() -> impl Strategy<Value = Script> {
    let device = || {
        (0_i64..10_000_000_000, 1_u64..10_000_000_000)
            .prop_map(|(latency, bytes_per_second)| Device { latency: Micros(latency), bytes_per_second })
    };
    let devices = (device(), device(), 1_u64..1_000_000_000_000, 1_u64..1_000_000_000_000, 0_i64..10_000_000_000)
        .prop_map(|(backup_store, archive_store, redo, validate, promote)| Devices {
            backup_store,
            archive_store,
            redo_bytes_per_second: redo,
            validate_bytes_per_second: validate,
            promote: Micros(promote),
        });
    let sizes = (10_u32..=30, 10_u32..=15, 1..=u32::MAX, 1_u64..=10_000_000);
    let machines = (devices, archiving::a_policy());
    let zone = (-57_599..57_600).prop_map(|offset_s| Zone { offset_s });
    let every = || prop::option::of((1..i64::MAX).prop_map(Micros));
    let tuning = a_tuning();
    let settings = (any::<u64>(), 0_i64..20_000, zone, sizes, (every(), every()), machines, tuning).prop_map(
        |(
            seed,
            day,
            zone,
            (segment, page, xid, scale),
            (archive_timeout, backup_every),
            (devices, archiving),
            tuning,
        )| Settings {
            seed,
            date: zone.instant(Micros(day * Micros::DAY.0)),
            zone,
            scale,
            segment: SegmentSize::new(1 << segment).unwrap(),
            page_bytes: 1 << page,
            first_xid: Xid(xid),
            archive_timeout,
            backup_every,
            devices,
            archiving,
            tuning,
        },
    );
    let session = "[a-zA-Z_][a-z0-9_.-]{0,14}".prop_filter("a verb", |session| !statements::is_verb(session));
    let later = prop_oneof![Just(0_i64), 0_i64..10_000_000, 0_i64..200_000_000_000];
    let commands = prop::collection::vec((later, session, a_command()), 0..8);
    let claim = (a_name(), any::<u64>(), prop::collection::vec(a_value(), 1..3), 0..4).prop_map(
        |(table, rows, values, which)| match which {
            0 => Claim::Rows { table, rows },
            1 => Claim::Row { table, values },
            2 => Claim::NoRow { table, values },
            _ => Claim::Shown { what: format!("table {table}") },
        },
    );
    let database = prop::sample::select(vec![Database::Live, Database::Recovered]);
    let claims = prop::collection::vec((claim, database), 0..3);
    ("[a-zA-Z][a-zA-Z #']{0,10}[a-z]", settings, commands, claims).prop_map(|(title, settings, commands, claims)| {
        let mut script = Script { title, settings, ..Script::default() };
        let mut at = script.settings.date;
        for (later, session, command) in commands {
            at = at + Micros(later);
            script.push(at, &session, command);
        }
        let after = u32::try_from(script.commands.len()).unwrap();
        for (claim, database) in claims {
            let line = script.last_line() + 1;
            let database = if matches!(claim, Claim::Shown { .. }) { Database::Live } else { database };
            script.expectations.push(Expectation { line, after, database, claim });
        }
        script
    })
}

/// Text of the language's own words in any order, so that much of it gets far.
fn near_scripts() -> impl Strategy<Value = String> {
    let words = "# title|\n|\n|02:00:00|2026-03-04|03:00|app-1|ops|BEGIN|COMMIT|INSERT INTO|t|users|VALUES|(|)|1|,|'a'|''|'|\
        DELETE FROM|WHERE|a|=|<>|AND|OR|UPDATE|SET|+|-|SELECT * FROM|scenario|seed 7|zone|+02:00|date|segment|4KiB|backup|b1|\
        recover|from|to|time|'02:00'|lsn|0/3A40|xid|end|exclusive|expect|show|table|rows|row|no|live|note|explain|in|recovery|workload|every|5m|;|#|é";
    prop::collection::vec(prop::sample::select(words.split('|').collect::<Vec<_>>()), 0..24)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn a_script_reads_back_from_its_text(script in a_script()) {
        let text = script.to_string();
        let again = parse(&text);
        prop_assert_eq!(again.as_ref(), Ok(&script), "{}", text);
        prop_assert_eq!(again.map(|again| again.to_string()), Ok(text));
    }

    #[test]
    fn any_text_gives_a_script_or_an_error_with_its_place(text in prop_oneof![near_scripts(), any::<String>(), "[ -~\n\r\t]{0,80}"]) {
        match parse(&text) {
            Ok(script) => {
                let printed = script.to_string();
                let again = parse(&printed);
                prop_assert_eq!(again.as_ref(), Ok(&script), "{}\n->\n{}", text, printed);
                prop_assert_eq!(again.map(|again| again.to_string()), Ok(printed));
            }
            Err(error) => {
                let lines = text.trim_start_matches('\u{feff}').lines().count();
                prop_assert!((1..=lines.max(1)).contains(&(error.place.line as usize)) && error.place.column > 0 && error.place.width > 0);
            }
        }
    }

    #[test]
    fn any_time_text_gives_an_instant_or_an_error(text in prop_oneof![any::<String>(), "[0-9:+. TZ-]{0,30}"], now in any::<i64>()) {
        let _ = parse_time(&text, Micros(now), Zone { offset_s: 3600 });
        for kind in targets::KINDS {
            let _ = parse_target(kind, &text, Micros(now), Zone::default());
        }
    }

    #[test]
    fn a_statement_reads_back_from_its_text(command in a_command()) {
        let text = statement_text(&command, Zone { offset_s: -12_600 });
        prop_assert_eq!(parse_statement(&text, Micros::ZERO, Zone::default()), Ok(command), "{}", text);
    }
}
