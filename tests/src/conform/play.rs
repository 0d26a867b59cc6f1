//! A recording's work, done by a cluster: the same statements in the same order, at the same times, over the same timelines.
//!
//! The engine's log differs from the recorded one byte for byte, but its records at which a recovery can stop are the same ones in the
//! same order. While the work is done, each recorded mark is matched with the engine's record, and the engine's segments are closed where
//! the recorded ones were, so that losing a file loses the same history.

mod ops;

use super::compare::{Difference, choice, run_recovery, target_of};
use super::places::{PlacedMark, Places, record_end, record_place};
use super::recording::{Mark, MarkKind, Recording, SEGMENT_BYTES, Stretch};
use super::texts::{without_comments, without_lsns};
use pitr_engine::types::{Column, ColumnType, Lsn, Micros, SegmentNumber, SegmentSize, TimelineId, Value, Xid};
use pitr_engine::{
    Cluster, Command, Device, Devices, Event, EventKind, Kind, RecordNote, RecoverySpec, Settings, Status,
};

/// Who does what no session does.
pub const OPERATOR: &str = "ops";

/// A cluster that has done a recording's work.
#[derive(Debug)]
pub struct Played {
    /// All timelines are in its archive; its primary is on the last of them.
    pub cluster: Cluster,
    pub places: Places,
    /// Where the work came out otherwise than recorded.
    pub differences: Vec<Difference>,
}

/// Does a recording's work; or says why it cannot be gone on with.
pub fn play(recording: &Recording) -> Result<Played, Difference> {
    let mut player = Player::new(recording)?;
    for (index, stretch) in recording.segments.iter().enumerate() {
        player.begin_stretch(stretch, index == 0)?;
        for op in &stretch.ops {
            player.run_op(op, stretch)?;
        }
        player.end_stretch(stretch)?;
    }
    Ok(Played { cluster: player.cluster, places: player.places, differences: player.differences })
}

/// A recording's work under way.
struct Player {
    cluster: Cluster,
    /// What the recorded server's clock shows.
    clock: Micros,
    places: Places,
    differences: Vec<Difference>,
    /// The segment that the engine's next record goes to.
    segment: SegmentNumber,
    /// Marks of this stretch that have been matched.
    matched: usize,
}

impl Player {
    /// A cluster in the recording's initial state.
    fn new(recording: &Recording) -> Result<Player, Difference> {
        let size = SegmentSize::new(SEGMENT_BYTES)
            .ok_or_else(|| Difference::new("a segment", SEGMENT_BYTES, "not a size that segments have"))?;
        let first = recording.segments.first();
        let clock = first.and_then(|stretch| stretch.clock_us.or_else(|| first_time(stretch))).unwrap_or_default();
        let settings = settings(size, Xid(recording.first_xid.saturating_sub(1)), Micros(clock));
        let (cluster, events) = Cluster::new(settings, Micros(clock));
        let mut player = Player {
            cluster,
            clock: Micros(clock),
            places: Places::new(size),
            differences: Vec::new(),
            segment: SegmentNumber(0),
            matched: 0,
        };
        player.follow(&events);
        player.execute(OPERATOR, &Command::Begin)?;
        for (table, rows) in &recording.initial {
            player.execute(OPERATOR, &create_table(table))?;
            let rows: Vec<_> = rows.iter().map(|(key, value)| vec![Value::Int(*key), text(value)]).collect();
            if !rows.is_empty() {
                player.execute(OPERATOR, &Command::Insert { table: table.clone(), columns: None, rows })?;
            }
        }
        for (name, sequence) in &recording.sequences {
            let (start, increment) = (sequence.start, sequence.increment);
            player.execute(OPERATOR, &Command::CreateSequence { name: name.clone(), start, increment })?;
        }
        player.execute(OPERATOR, &Command::Commit)?;
        Ok(player)
    }

    /// Comes to the server whose work follows: the one at hand, or one that a recovery makes.
    fn begin_stretch(&mut self, stretch: &Stretch, is_first: bool) -> Result<(), Difference> {
        let timeline = TimelineId(stretch.timeline);
        self.matched = 0;
        self.clock = stretch.clock_us.map_or(self.clock, Micros);
        if is_first {
            self.places.begin(timeline, None);
            return Ok(());
        }
        self.execute(OPERATOR, &Command::SetClock { to: self.clock })?;
        let target = stretch.from_target.as_ref();
        let target = target.ok_or_else(|| Difference::new("a later timeline", "the recovery that began it", "none"))?;
        let spec = RecoverySpec {
            backup: Some(target.backup.clone()),
            inclusive: target.inclusive.unwrap_or(true),
            timeline: choice(target.timeline),
            ..RecoverySpec::to(target_of(&self.places, self.cluster.archive(), target)?)
        };
        self.execute(OPERATOR, &Command::Recover(spec))?;
        run_recovery(&mut self.cluster)?;
        let report = match self.cluster.recovery().and_then(|recovery| recovery.outcome()) {
            Some(Ok(report)) => report.clone(),
            Some(Err(failure)) => return Err(Difference::new(began_by(timeline), "a new server", failure.code())),
            None => return Err(Difference::new(began_by(timeline), "a new server", "no end")),
        };
        if report.timeline != timeline {
            return Err(Difference::new(began_by(timeline), timeline, report.timeline));
        }
        self.compare_history(stretch);
        self.execute(OPERATOR, &Command::SwitchOver)?;
        self.places.begin(timeline, Some((report.parent, report.fork)));
        self.segment = self.places.size().segment_of(report.fork);
        if let Some(mark) = stretch.marks.first().filter(|mark| mark.kind == MarkKind::TimelineStart) {
            // Its end is known once its segment has come to the archive.
            let lsn = record_place(self.places.size(), report.fork);
            self.places.add(timeline, PlacedMark { mark: mark.clone(), lsn, end: lsn.advanced(1) });
            self.matched = 1;
        }
        Ok(())
    }

    fn compare_history(&mut self, stretch: &Stretch) {
        let timeline = TimelineId(stretch.timeline);
        let file = self.cluster.archive().history(timeline).map(String::from_utf8_lossy);
        if let Some(expected) = &stretch.history {
            let got = without_lsns(&without_comments(&file.unwrap_or_default()));
            // Some recordings have the file without the line ends at its end.
            if got.trim_end() != without_lsns(expected).trim_end() {
                self.differences.push(Difference::new(format!("history of {timeline}"), without_lsns(expected), got));
            }
        }
    }

    /// Sees all of the stretch's log into the archive.
    fn end_stretch(&mut self, stretch: &Stretch) -> Result<(), Difference> {
        let timeline = TimelineId(stretch.timeline);
        if self.matched < stretch.marks.len() {
            let what = format!("marks of timeline {timeline}");
            return Err(Difference::new(what, stretch.marks.len(), self.matched));
        }
        for _ in 0..ROUNDS_MAX {
            let advance = self.cluster.advance(self.cluster.now() + Micros::SECOND, BUDGET);
            self.follow(&advance.events);
            if advance.status == Status::Reached && self.cluster.archive_backlog() == 0 {
                let archive = self.cluster.archive();
                self.places.place_ends(timeline, |lsn| record_end(archive, timeline, lsn));
                return Ok(());
            }
        }
        Err(Difference::new(format!("log of timeline {timeline}"), "in the archive", "still on its way"))
    }

    /// Carries out what the recording says was carried out.
    fn execute(&mut self, session: &str, command: &Command) -> Result<Vec<Event>, Difference> {
        match self.cluster.execute(session, command) {
            Ok(events) => {
                self.follow(&events);
                Ok(events)
            }
            Err(error) => {
                let refused = format!("{} {:?}", error.code(), error.params());
                Err(Difference::new(format!("{command:?} in {session}"), "done", refused))
            }
        }
    }

    /// Keeps up with the end of the log.
    fn follow(&mut self, events: &[Event]) {
        let size = self.places.size();
        for event in events {
            let at = match &event.kind {
                EventKind::RecordWritten { record, .. } => size.segment_of(record.end),
                EventKind::SegmentSealed { segment, .. } => segment.next(),
                _ => continue,
            };
            self.segment = self.segment.max(at);
        }
    }

    /// Closes engine segments until the log is where a mark's record goes. A segment with nothing in it stays open, and then the record
    /// goes there: the recorded server had written something of its own in between.
    fn align(&mut self, mark: &Mark, stretch: &Stretch) -> Result<(), Difference> {
        // The first mark of all is where it is.
        let Some(wanted) = self.places.segment_for(TimelineId(stretch.timeline), mark) else {
            return Ok(());
        };
        while self.segment < wanted {
            let before = self.segment;
            self.execute(OPERATOR, &Command::SwitchSegment)?;
            if self.segment == before {
                break;
            }
        }
        Ok(())
    }

    /// Matches the records of an op with the marks that come next.
    fn match_marks(&mut self, events: &[Event], stretch: &Stretch) -> Result<(), Difference> {
        let mut named = None;
        for event in events {
            if let EventKind::RestorePointMade { name, .. } = &event.kind {
                named = Some(name.as_str());
            }
        }
        for event in events {
            let EventKind::RecordWritten { record, timeline, .. } = &event.kind else { continue };
            let Some(kind) = mark_kind(record.kind) else { continue };
            let what = || format!("mark {} of timeline {timeline}", self.matched);
            let Some(mark) = stretch.marks.get(self.matched) else {
                return Err(Difference::new(what(), "no more", format!("{record:?}")));
            };
            if kind != mark.kind || timeline.0 != stretch.timeline {
                return Err(Difference::new(what(), format!("{mark:?}"), format!("{record:?} on {timeline}")));
            }
            let same_name = kind != MarkKind::RestorePoint || mark.name.as_deref() == named;
            if !same_name || !agrees(mark, record) {
                self.differences.push(Difference::new(what(), format!("{mark:?}"), format!("{record:?} {named:?}")));
            }
            self.places.add(*timeline, PlacedMark { mark: mark.clone(), lsn: record.lsn, end: record.end });
            self.matched += 1;
        }
        Ok(())
    }
}

/// How many things a cluster does before it is looked at.
pub const BUDGET: u32 = 4096;
/// What is not done after so often a look is never done.
pub const ROUNDS_MAX: u32 = 10_000;

fn began_by(timeline: TimelineId) -> String {
    format!("the recovery that begins timeline {timeline}")
}

fn settings(segment: SegmentSize, first_xid: Xid, date: Micros) -> Settings {
    // As fast as can be: no recovery looks at the clock, so how long things take is nothing to wait for.
    let store = Device { latency: Micros::ZERO, bytes_per_second: u64::MAX };
    let devices = Devices {
        backup_store: store,
        archive_store: store,
        redo_bytes_per_second: u64::MAX,
        validate_bytes_per_second: u64::MAX,
        promote: Micros::ZERO,
    };
    Settings { date, segment, first_xid, page_bytes: 8192, devices, ..Settings::default() }
}

fn create_table(table: &str) -> Command {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    let columns = vec![column("key", ColumnType::Int), column("value", ColumnType::Text)];
    Command::CreateTable { table: table.to_owned(), columns }
}

fn text(value: &Option<String>) -> Value {
    value.clone().map_or(Value::Null, Value::Text)
}

fn first_time(stretch: &Stretch) -> Option<i64> {
    stretch.marks.iter().find_map(|mark| mark.time_us)
}

fn mark_kind(kind: Kind) -> Option<MarkKind> {
    match kind {
        Kind::Commit => Some(MarkKind::Commit),
        Kind::Abort => Some(MarkKind::Abort),
        Kind::RestorePoint => Some(MarkKind::RestorePoint),
        Kind::BackupEnd => Some(MarkKind::BackupEnd),
        Kind::TimelineStart => Some(MarkKind::TimelineStart),
        Kind::Sequence => Some(MarkKind::Sequence),
        _ => None,
    }
}

fn agrees(mark: &Mark, record: &RecordNote) -> bool {
    let same_xid = mark.xid.is_none_or(|xid| Xid(xid) == record.xid);
    let same_time = mark.time_us.is_none_or(|time| Some(Micros(time)) == record.time);
    same_xid && same_time && record.lsn > Lsn::ZERO
}
