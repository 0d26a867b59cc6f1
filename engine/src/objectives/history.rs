//! What the engine runs for a policy: a history, scaled down so far that it can be run hundreds of times.
//!
//! One history cannot be true to everything at once: weeks of a busy server's commits are too many, and a database of terabytes beside the commits of a minute too large. So there are
//! three, each true to what is read from it; a [`Grain`] says how coarse each is.
//!
//! * [`Lens::Time`], for recovery times: two cycles of base backups. The database, the log between two backups and the machines are in proportion; single commits are not. Where a
//!   segment of a thousandth the size would be smaller than segments can be, fewer and larger ones stand for them: as many bytes, fewer requests.
//! * [`Lens::Loss`], for what is lost at the log's edge: a few archive intervals, with commits as dense as can be, a database of almost nothing and one backup.
//! * [`Lens::Keep`], for what is stored: the whole retention window and a cycle more, with few commits and nothing lost.
//!
//! What this costs: a loss in time is known up to [`Grain::every`], a recovery time up to the time of so much log and, for each [`Grain::segments`], one request fewer than there would be.
//! A test holds it against a run that is not scaled down.

use super::policy::Policy;
use crate::cluster::{Command, Comparison, Invariant, Measure, Settings, Work};
use crate::script::{OPERATOR, Remark, Script, parse_statement};
use crate::types::{Micros, SegmentSize, Zone};

/// What a history is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lens {
    Time,
    Loss,
    Keep,
}

/// How coarse a history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grain {
    /// One commit stands for so many.
    pub factor: u64,
    /// So it comes each time this long after the last.
    pub every: Micros,
    /// One engine byte stands for so many.
    pub scale: u64,
    pub segment: SegmentSize,
    /// One segment stands for so many thousandths of one.
    pub segment_thousandths: u64,
    /// Rows that the table has when work begins; whether they stand for the database.
    pub rows: u32,
    with_table: bool,
}

/// What a history must have room for, and how fine it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How long before a failure something may have to happen, and how long behind it work may go on.
    pub before: Micros,
    pub behind: Micros,
    /// One commit is to stand for that many times as many as it would have to; 1: as fine as can be.
    pub coarser: u32,
}

/// A history: the script of what happens until something goes wrong, and when that may be.
#[derive(Debug, Clone)]
pub struct History {
    pub script: Script,
    pub grain: Grain,
    /// Failures come within `cycle` from here on.
    pub from: Micros,
    pub cycle: Micros,
}

/// Bytes that a transaction of one row takes in the engine's log, and a row in its table; a test holds them against a run.
pub(super) const COMMIT_BYTES: u64 = 121;
pub(super) const ROW_BYTES: u64 = 51;
/// The fewest rows that one begins with.
const LEAST_ROWS: u32 = 100;
/// The largest table that a history begins with.
const MOST_TABLE_BYTES: u64 = 256 << 10;
/// Commits of a history, about.
const TIME_COMMITS: u64 = 4_000;
const KEEP_COMMITS: u64 = 1_500;
const LOSS_COMMITS_PER_INTERVAL: u64 = 200;
const MOST_LOSS_COMMITS: u64 = 6_000;
/// Base backups of a history that shows what is stored; it covers less than the window where there would be more.
const MOST_BACKUPS: i64 = 200;
/// Archive intervals before a failure may come, and in which it may.
const WARM: i64 = 2;
const INTERVALS: i64 = 3;
/// The largest segment of the engine where single commits count, and where they are streamed.
const MOST_SEGMENT: u64 = 256 << 10;
/// The largest scale that a scenario may have.
const MOST_SCALE: u64 = 10_000_000;
/// The files of a backup beside the table, and the table's last page.
pub(super) const SMALL_FILES_BYTES: u64 = 6 << 10;
/// From this factor on it can be fitted to a scale without changing the rate of the log much.
const FACTOR_TO_FIT: u64 = 8;
/// What people are to find in every database that was recovered.
const KEPT_ROWS: &str = "enough_orders";

impl History {
    /// The history of a policy, to be seen through a lens.
    pub fn of(policy: &Policy, lens: Lens, wanted: Wanted, seed: u64) -> History {
        match lens {
            Lens::Time => History::of_time(policy, wanted, seed),
            Lens::Loss => History::of_loss(policy, wanted, seed),
            Lens::Keep => History::of_keep(policy, wanted, seed),
        }
    }

    fn of_time(policy: &Policy, wanted: Wanted, seed: u64) -> History {
        let full = policy.full_every();
        // The first backup is in use when it is there and its last segment is.
        let lead = policy.settings.devices.backup_store.takes(policy.shape.database_bytes) + Micros::MINUTE;
        let from = full + lead + wanted.before;
        let span = from + full + wanted.behind;
        let grain = Grain::of(policy, span, TIME_COMMITS, true, u64::MAX).coarser(policy, wanted.coarser);
        let mut settings = settings_of(policy, &grain, seed);
        // A segment that stands for several is closed as many times later: as many bytes of segments as there would be.
        let timeout = policy.settings.archive_timeout.map(|_| policy.segment_every());
        settings.archive_timeout = timeout.map(|timeout| times(timeout, grain.segment_thousandths.max(1000), 1000));
        let checkpoints = settings.tuning.checkpoint_timeout;
        settings.tuning.checkpoint_timeout = checkpoints.map(|every| times(every, grain.factor, 1));
        History { script: script_of(policy, settings, &grain, true), grain, from, cycle: full }
    }

    fn of_loss(policy: &Policy, wanted: Wanted, seed: u64) -> History {
        let archive = policy.settings.devices.archive_store;
        let (interval, most_segment) = match policy.settings.archiving.streaming {
            Some(delay) => {
                let behind = delay + archive.latency;
                (Micros(behind.0.max(policy.shape.commit_every.0).saturating_mul(10)), 4 * MOST_SEGMENT)
            }
            None => (policy.segment_every(), MOST_SEGMENT),
        };
        let from = times(interval, WARM as u64, 1) + wanted.before + Micros(2 * Micros::SECOND.0);
        let cycle = times(interval, INTERVALS as u64, 1);
        let span = from + cycle + wanted.behind;
        let intervals = (span.0 / interval.0.max(1)).unsigned_abs().max(1);
        let commits = LOSS_COMMITS_PER_INTERVAL.saturating_mul(intervals).min(MOST_LOSS_COMMITS);
        let grain = Grain::of(policy, span, commits, false, most_segment).coarser(policy, wanted.coarser);
        let mut settings = settings_of(policy, &grain, seed);
        settings.backup_every = None;
        settings.archiving.retention = None;
        settings.archiving.cold_after = None;
        settings.tuning.checkpoint_timeout = None;
        History { script: script_of(policy, settings, &grain, false), grain, from, cycle }
    }

    fn of_keep(policy: &Policy, wanted: Wanted, seed: u64) -> History {
        let (full, cadence) = (policy.full_every(), policy.cadence());
        let most = times(cadence, MOST_BACKUPS as u64, 1);
        let window = policy.window().min(most);
        let span = window + full + policy.settings.devices.backup_store.takes(policy.shape.database_bytes);
        let grain = Grain::of(policy, span, KEEP_COMMITS, true, u64::MAX).coarser(policy, wanted.coarser);
        let mut settings = settings_of(policy, &grain, seed);
        let timeout = policy.settings.archive_timeout.map(|_| policy.segment_every());
        settings.archive_timeout = timeout.map(|timeout| times(timeout, grain.segment_thousandths.max(1000), 1000));
        settings.archiving.retention = policy.settings.archiving.retention.map(|retention| retention.min(most));
        // What the job would have deleted at its next turn is deleted when it is looked at.
        settings.archiving.expire_every = cadence.max(Micros(span.0 / 64));
        settings.tuning.checkpoint_timeout = None;
        History { script: script_of(policy, settings, &grain, true), grain, from: span, cycle: Micros(1) }
    }

    /// When everything begins.
    pub fn begin(&self) -> Micros {
        self.script.settings.date
    }
}

impl Grain {
    /// The finest with so many commits in a span, at most.
    fn of(policy: &Policy, span: Micros, commits: u64, with_table: bool, most_segment: u64) -> Grain {
        let shape = &policy.shape;
        let commit = u128::from(shape.commit_bytes().max(1));
        let every = u128::from(shape.commit_every.0.max(1).unsigned_abs());
        let for_commits = u128::from(span.0.max(1).unsigned_abs()).div_ceil(every * u128::from(commits.max(1)));
        // A byte of the engine must stand for so many that the table, or a segment, is small enough.
        let for_scale = |scale: u128| (scale * u128::from(COMMIT_BYTES)).div_ceil(commit);
        let of_table = u128::from(shape.database_bytes.div_ceil(MOST_TABLE_BYTES) * u64::from(with_table));
        let of_segment = u128::from(shape.segment_bytes.div_ceil(most_segment));
        let factor = for_commits.max(for_scale(of_table)).max(for_scale(of_segment)).max(1);
        Grain::by(policy, u64::try_from(factor).unwrap_or(u64::MAX), with_table)
    }

    /// One in which a commit stands for that many times as many.
    fn coarser(self, policy: &Policy, by: u32) -> Grain {
        if by <= 1 { self } else { Grain::by(policy, self.factor.saturating_mul(by.into()), self.with_table) }
    }

    fn by(policy: &Policy, factor: u64, with_table: bool) -> Grain {
        let shape = &policy.shape;
        let scale = u128::from(shape.commit_bytes()) * u128::from(factor) / u128::from(COMMIT_BYTES);
        let mut scale = scale.clamp(1, u128::from(MOST_SCALE)) as u64;
        let mut factor = factor;
        // A segment stands for just one where it can: segments are of whole powers of two, so the scale has to be.
        let most = (shape.segment_bytes / scale).max(1);
        let fitting = 1 << most.ilog2();
        if factor >= FACTOR_TO_FIT && fitting >= 1 << 10 && shape.segment_bytes.is_multiple_of(fitting) {
            scale = shape.segment_bytes / fitting;
            let fits = u128::from(scale) * u128::from(COMMIT_BYTES) / u128::from(shape.commit_bytes().max(1));
            factor = u64::try_from(fits).unwrap_or(u64::MAX).max(1);
        }
        let wanted = shape.segment_bytes.div_ceil(scale).clamp(1 << 10, 1 << 20).next_power_of_two();
        let segment = u32::try_from(wanted).ok().and_then(SegmentSize::new).unwrap_or(SegmentSize::TEACHING);
        let stands_for =
            u128::from(segment.bytes()) * u128::from(scale) * 1000 / u128::from(shape.segment_bytes.max(1));
        let rows = (shape.database_bytes / scale / ROW_BYTES).min(MOST_TABLE_BYTES / ROW_BYTES) as u32;
        Grain {
            factor,
            every: times(shape.commit_every, factor, 1),
            scale,
            segment,
            segment_thousandths: u64::try_from(stands_for).unwrap_or(u64::MAX),
            rows: if with_table { rows.max(LEAST_ROWS) } else { LEAST_ROWS },
            with_table,
        }
    }

    /// By how much a loss in time may be off.
    pub fn loss_error(&self) -> Micros {
        self.every
    }

    /// By how much a recovery time may be off. The small files beside the table do not get smaller: so much more is fetched and looked through; where the replay begins and ends
    /// is known up to a few commits; and where a segment stands for several, the last one may hold that much more.
    pub fn time_error(&self, settings: &Settings) -> Micros {
        let devices = &settings.devices;
        let files = (SMALL_FILES_BYTES).saturating_mul(self.scale);
        let commits = (4 * COMMIT_BYTES).saturating_mul(self.scale);
        let segment = u64::from(self.segment.bytes()).saturating_mul(self.scale);
        let coarse = if self.segment_thousandths > 1000 { segment } else { 0 };
        Micros::for_bytes(files, devices.backup_store.bytes_per_second)
            + Micros::for_bytes(files, devices.validate_bytes_per_second)
            + Micros::for_bytes(coarse, devices.archive_store.bytes_per_second)
            + Micros::for_bytes(commits + coarse, devices.redo_bytes_per_second)
    }
}

fn times(span: Micros, by: u64, over: u64) -> Micros {
    let product = i128::from(span.0).saturating_mul(i128::from(by)) / i128::from(over.max(1));
    Micros(i64::try_from(product).unwrap_or(i64::MAX / 4).min(i64::MAX / 4))
}

fn settings_of(policy: &Policy, grain: &Grain, seed: u64) -> Settings {
    Settings { seed, scale: grain.scale, segment: grain.segment, page_bytes: 1024, ..policy.bare_settings() }
}

/// The table, what is in it, the first base backup, the work.
fn script_of(policy: &Policy, settings: Settings, grain: &Grain, with_burst: bool) -> Script {
    let begin = settings.date;
    let remark = Remark { line: 3, text: policy.remark() };
    let mut script = Script { settings, remarks: vec![remark], ..Script::default() };
    let create = "CREATE TABLE orders (id int primary key, user_id int, item text, placed timestamp)";
    // It is a statement of the language; a test shows it.
    if let Ok(command) = parse_statement(create, begin, Zone::default()) {
        script.push(begin, OPERATOR, command);
    }
    let kept = Invariant {
        name: KEPT_ROWS.to_owned(),
        table: "orders".to_owned(),
        measure: Measure::Rows,
        operator: Comparison::GreaterOrEqual,
        value: i64::from(grain.rows),
    };
    script.push(begin, OPERATOR, Command::Invariant(kept));
    let work = |every, work| Command::WorkloadOf { table: "orders".to_owned(), every, work };
    let hundredth = Micros(10_000);
    script.push(begin, "past", work(hundredth, Work::Fills { rows: grain.rows }));
    let filled = begin + Micros(Micros::SECOND.0 + hundredth.0 * i64::from(grain.rows / 1000));
    script.push(filled, OPERATOR, Command::Backup { label: "b1".to_owned() });
    script.push(filled, "app", Command::Workload { table: "orders".to_owned(), every: grain.every });
    if let Some(burst) = policy.shape.burst.filter(|_| with_burst) {
        let row = u64::from(policy.shape.row_bytes) + 50;
        let rows = u64::from(burst.rows).saturating_mul(row) / grain.scale / (COMMIT_BYTES - 34);
        let rows = rows.clamp(1, 1000) as u32;
        script.push(filled, "load", work(burst.every, Work::Inserts { rows }));
    }
    script
}
