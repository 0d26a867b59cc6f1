//! What a step, a record or a phase of a recovery is about: the thing that every view knows it by.

use super::histories::{Histories, writer};
use super::point::{Kind, Pointed};
use super::steps::stations::{Stations, phase_of_kind};
use super::transactions::{at_step, of_transaction, of_xid};
use crate::state::Run;
use pitr_protocol::{RecordKind, StepKind, TimelineSpan};

/// A record, by its place in the columns.
pub fn of_record(run: &Run, index: usize) -> Option<Pointed> {
    let records = &run.records;
    let kind = match records.kind.get(index)? {
        RecordKind::Checkpoint => Kind::Checkpoint,
        RecordKind::RestorePoint => Kind::RestorePoint,
        _ => Kind::Record,
    };
    Some(Pointed {
        lsn: records.lsn.get(index).copied(),
        timeline: records.timeline.get(index).copied(),
        xid: records.xid.get(index).copied().filter(|xid| *xid > 0),
        ..Pointed::at(kind)
    })
}

/// The record that stands at a position of a timeline's log, by its place in the columns; the newest of any timeline's where none is told.
pub fn record_at(run: &Run, timeline: Option<u32>, lsn: u64) -> Option<usize> {
    let records = &run.records;
    if run.head.timelines.len() < 2 {
        return records.lsn.binary_search(&lsn).ok();
    }
    let own = timeline.map(|timeline| writer(&run.head.timelines, timeline, lsn));
    let is_it = |at: &usize| records.lsn[*at] == lsn && own.is_none_or(|own| records.timeline[*at] == own);
    (0..records.lsn.len()).rev().find(is_it)
}

/// The record that a step replays, as it was written: timeline and LSN. Of several at the same position the one that the recovery reads.
pub fn record_of(run: &Run, step: u32) -> Option<(u32, u64)> {
    let (records, timelines) = (&run.records, &run.head.timelines);
    let lsn = run.steps.lsn.get(step as usize).copied().filter(|lsn| *lsn > 0)?;
    let xid = run.steps.xid.get(step as usize).copied().unwrap_or_default();
    let is_it = |at: &usize| records.lsn[*at] == lsn && records.xid[*at] == xid && records.step[*at] < step;
    if timelines.len() < 2 {
        let at = record_at(run, None, lsn).filter(is_it)?;
        return Some((records.timeline[at], lsn));
    }
    let read = read_at(run, step, lsn);
    let all = || (0..run.records_at(step)).rev().filter(is_it).map(|at| (records.timeline[at], lsn));
    all().find(|(timeline, _)| *timeline == read).or_else(|| all().next())
}

/// Whose log a recovery reads at a position: that of the file which it has fetched, since what a new timeline has not archived yet is read of
/// the timeline that it comes from; without such a file, that of the timeline that it follows.
pub fn read_at(run: &Run, step: u32, lsn: u64) -> u32 {
    let (timelines, steps) = (&run.head.timelines, &run.steps);
    if timelines.len() < 2 {
        return writer(timelines, followed(run, step), lsn);
    }
    let number = lsn / u64::from(run.head.segment_bytes.max(1));
    let own = (0..=step as usize).rev().take_while(|at| steps.kind.get(*at) != Some(&StepKind::RecoveryStarted));
    let files = own.filter(|at| steps.kind.get(*at) == Some(&StepKind::SegmentFetched));
    let mut files = files.filter_map(|at| segment_named(run, run.name(*steps.text.get(at)?)));
    let file = files.find(|file| file.number == Some(number)).and_then(|file| file.timeline);
    writer(timelines, file.unwrap_or_else(|| followed(run, step)), lsn)
}

/// The timeline that a recovery follows to begin its own.
fn followed(run: &Run, step: u32) -> u32 {
    let next = run.head.timelines.iter().find(|one| one.parent.is_some() && one.began.0 >= step);
    let stopped = || run.head.report.as_ref().map(|report| report.parent_timeline);
    next.and_then(|one| one.parent).or_else(stopped).unwrap_or(1)
}

/// The timeline of a server at a step: of the one that runs, or of the recovered one, which is on the timeline that its recovery follows until
/// it begins its own.
pub fn timeline_of(run: &Run, step: u32, recovered: bool) -> u32 {
    match run.head.recovery_step.filter(|_| recovered) {
        Some(from) => {
            let is_own = |one: &&TimelineSpan| one.parent.is_some() && (from..=step).contains(&one.began.0);
            run.head.timelines.iter().rfind(is_own).map_or_else(|| followed(run, step), |one| one.id)
        }
        // Going through all steps is for runs in which the server changes.
        None if run.head.timelines.len() < 2 => run.head.timelines.first().map_or(1, |one| one.id),
        None => Histories::new(run).live_at(step),
    }
}

/// A segment, by its place in the head.
pub fn of_segment(run: &Run, index: usize) -> Option<Pointed> {
    let segment = run.head.segments.get(index)?;
    Some(Pointed {
        timeline: Some(segment.timeline),
        number: Some(segment.number),
        lsn: Some(segment.start_lsn),
        ..Pointed::at(Kind::Segment)
    })
}

/// The thing that a step has to do with; the step itself if that is none that has a name elsewhere.
pub fn of_step(run: &Run, step: u32) -> Pointed {
    let at = step as usize;
    let steps = &run.steps;
    let name = steps.name.get(at).map_or("", |name| run.name(*name));
    let text = steps.text.get(at).map_or("", |text| run.name(*text));
    let lsn = steps.lsn.get(at).copied().filter(|lsn| *lsn > 0);
    let xid = steps.xid.get(at).copied().filter(|xid| *xid > 0);
    let amount = steps.amount.get(at).copied().unwrap_or_default();
    let backup = || Some(Pointed { name: Some(name.to_owned()), ..Pointed::at(Kind::Backup) });
    let found = match run.step_kind(step) {
        StepKind::RecordWritten | StepKind::CheckpointDone => {
            let written = run.records_at(step).checked_sub(1);
            written.filter(|record| run.records.step.get(*record) == Some(&step)).and_then(|at| of_record(run, at))
        }
        StepKind::RestorePointMade => {
            let is_it = |at: &usize| Some(run.records.lsn[*at]) == lsn;
            (0..run.records_at(step)).rev().find(is_it).and_then(|at| of_record(run, at))
        }
        StepKind::RecordReplayed => record_of(run, step).map(|(timeline, lsn)| Pointed {
            timeline: Some(timeline),
            lsn: Some(lsn),
            xid,
            ..Pointed::at(Kind::Record)
        }),
        StepKind::TransactionBegan | StepKind::StatementRan | StepKind::Committed | StepKind::RolledBack => {
            let own = || of_transaction(run, transaction_at(run, step)?);
            let alone = xid.filter(|_| run.head.timelines.len() < 2).map(of_xid);
            alone.or_else(own).or(xid.map(of_xid))
        }
        StepKind::SegmentOpened
        | StepKind::SegmentSealed
        | StepKind::SegmentSent
        | StepKind::SegmentArchived
        | StepKind::SegmentFetched => segment_named(run, text),
        StepKind::StatementDone if text == "segment_expired" => segment_named(run, name),
        StepKind::BackupStarted
        | StepKind::BackupCopied
        | StepKind::BackupFinished
        | StepKind::RecoveryStarted
        | StepKind::FileRestored => backup(),
        StepKind::TimelineBegan | StepKind::SwitchedOver => {
            Some(Pointed { timeline: u32::try_from(amount).ok(), ..Pointed::at(Kind::Timeline) })
        }
        StepKind::PageWritten => {
            Some(Pointed { name: Some(text.to_owned()), number: Some(amount), ..Pointed::at(Kind::Page) })
        }
        _ => None,
    };
    found.unwrap_or_else(|| itself(run, step))
}

/// A step as a thing of its own: with the session whose step it is, and the transaction in which it lies.
pub fn itself(run: &Run, step: u32) -> Pointed {
    let name = steps_session(run, step).map(|session| run.name(session).to_owned());
    let own = transaction_at(run, step).and_then(|place| of_transaction(run, place)).unwrap_or_default();
    Pointed { number: Some(step.into()), name, kind: Kind::Step, ..own }
}

fn steps_session(run: &Run, step: u32) -> Option<u32> {
    run.steps.name.get(step as usize).copied().filter(|name| run.head.sessions.contains(name))
}

/// The transaction of its session in which a step lies.
fn transaction_at(run: &Run, step: u32) -> Option<usize> {
    at_step(run, steps_session(run, step)?, step)
}

/// A segment by the name of its file.
fn segment_named(run: &Run, file: &str) -> Option<Pointed> {
    let part = |from: usize| u64::from_str_radix(file.get(from..from + 8)?, 16).ok();
    let number = part(8)? * (0x1_0000_0000 / u64::from(run.head.segment_bytes.max(1))).max(1) + part(16)?;
    let is_it = |at: &usize| {
        (u64::from(run.head.segments[*at].timeline), run.head.segments[*at].number) == (part(0).unwrap_or(0), number)
    };
    (0..run.head.segments.len()).rev().find(is_it).and_then(|at| of_segment(run, at))
}

/// What a phase of the run's recovery has to do with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phase {
    /// Its steps, in order.
    pub steps: Vec<u32>,
    /// The backups that it fetches, the segments, the timelines that it begins.
    pub things: Vec<Pointed>,
    /// The stretches of the log that it replays: timeline, the first byte, and the first behind.
    pub stretches: Vec<(u32, u64, u64)>,
}

impl Phase {
    pub fn of(run: &Run, code: &str) -> Phase {
        let stations = Stations::of(run);
        let mut phase = Phase::default();
        if !stations.are_there() {
            return phase;
        }
        let mut now = None;
        for step in stations.first..=stations.last {
            let kind = run.step_kind(step);
            now = phase_of_kind(kind).or(now);
            if now.is_none_or(|now| now.code() != code) {
                continue;
            }
            phase.steps.push(step);
            if matches!(kind, StepKind::RecoveryStarted | StepKind::SegmentFetched | StepKind::TimelineBegan) {
                phase.things.push(of_step(run, step));
            }
        }
        let is_replay = |step: &&u32| run.step_kind(**step) == StepKind::RecordReplayed;
        let first = phase.steps.iter().find(is_replay).and_then(|step| record_of(run, *step));
        let last = phase.steps.iter().rev().find(is_replay).and_then(|step| record_of(run, *step));
        phase.stretches = first.zip(last).map(|(first, last)| stretches(run, first, last)).unwrap_or_default();
        phase
    }
}

/// The log from one record to another, each timeline on the way to the last one's as far as it goes.
fn stretches(run: &Run, first: (u32, u64), last: (u32, u64)) -> Vec<(u32, u64, u64)> {
    let (mut timeline, mut end) = (last.0, last.1 + 1);
    let mut all = Vec::new();
    loop {
        let span = run.head.timelines.iter().find(|span| span.id == timeline);
        let parent = span.filter(|_| timeline != first.0).and_then(|span| Some((span.parent?, span.fork_lsn)));
        let Some((parent, fork)) = parent else { break };
        all.push((timeline, fork.max(first.1), end));
        (timeline, end) = (parent, end.min(fork));
    }
    all.push((timeline, first.1, end));
    all.reverse();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::deep::samples::forked;
    use pitr_protocol::{BackupSpan, Fate, Records, RunHead, SegmentSpan, Steps, TransactionSpan};

    fn run() -> Run {
        use StepKind as S;
        let rows: [(S, u64, u32, u32, u32); 13] = [
            (S::TransactionBegan, 0, 0, 0, 9),
            (S::RecordWritten, 0x1028, 7, 0, 9),
            (S::StatementDone, 0, 0, 0, 1),
            (S::Committed, 0x1100, 7, 0, 9),
            (S::SegmentArchived, 0, 0, 9, 2),
            (S::Noted, 0, 0, 0, 4),
            (S::StatementRan, 0, 0, 0, 9),
            (S::RecoveryStarted, 0, 0, 3, 9),
            (S::SegmentFetched, 0, 0, 9, 2),
            (S::RecordReplayed, 0x1028, 7, 9, 9),
            (S::RecordReplayed, 0x1100, 7, 9, 9),
            (S::RecoveryStopped, 0, 0, 9, 9),
            (S::TimelineBegan, 0x1200, 0, 9, 9),
        ];
        let names = ["app", "SAVEPOINT a", "000000010000000000000001", "b1", "nobody said so"];
        let head = RunHead {
            segment_bytes: 4096,
            names: names.map(str::to_owned).to_vec(),
            sessions: vec![0],
            transactions: vec![TransactionSpan {
                xid: 7,
                session: 0,
                statement: 9,
                statements: 1,
                rows: 1,
                fate: Fate::Committed,
                begin_step: 0,
                begin_us: 0,
                end_step: 3,
                end_us: 0,
                first_lsn: 0x1028,
                end_lsn: Some(0x1100),
            }],
            segments: vec![SegmentSpan {
                timeline: 1,
                number: 1,
                start_lsn: 0x1000,
                used_to_lsn: 0x1200,
                opened: (0, 0),
                sealed: None,
                sent: None,
                archived: None,
            }],
            backups: vec![BackupSpan { label: 3, start: (0, 0), end: None, redo_lsn: 0, end_lsn: None, bytes: 0 }],
            timelines: vec![
                TimelineSpan { id: 1, parent: None, fork_lsn: 0, fork_us: 0, began: (0, 0) },
                TimelineSpan { id: 2, parent: Some(1), fork_lsn: 0x1200, fork_us: 0, began: (12, 0) },
            ],
            recovery_step: Some(7),
            ..RunHead::default()
        };
        let records = Records {
            lsn: vec![0x1028, 0x1100],
            end_lsn: vec![0x1100, 0x1200],
            timeline: vec![1, 1],
            time_us: vec![0; 2],
            kind: vec![RecordKind::Insert, RecordKind::Commit],
            xid: vec![7, 7],
            session: vec![0, 0],
            step: vec![1, 3],
        };
        let steps = Steps {
            kind: rows.iter().map(|row| row.0).collect(),
            time_us: vec![0; rows.len()],
            lsn: rows.iter().map(|row| row.1).collect(),
            xid: rows.iter().map(|row| row.2).collect(),
            name: rows.iter().map(|row| row.3).collect(),
            text: rows.iter().map(|row| row.4).collect(),
            amount: vec![2; rows.len()],
        };
        Run::new(head, records, steps)
    }

    #[test]
    fn each_step_is_about_what_has_a_name() {
        let run = run();
        let kinds: Vec<Kind> = (0..13).map(|step| of_step(&run, step).kind).collect();
        use Kind as K;
        let expected = [
            K::Xid,
            K::Record,
            K::Step,
            K::Xid,
            K::Segment,
            K::Step,
            K::Step,
            K::Backup,
            K::Segment,
            K::Record,
            K::Record,
            K::Step,
            K::Timeline,
        ];
        assert_eq!(kinds, expected);
        let savepoint = of_step(&run, 2);
        assert_eq!((savepoint.xid, savepoint.name.as_deref(), savepoint.number), (Some(7), Some("app"), Some(2)));
        assert_eq!((of_step(&run, 5).xid, of_step(&run, 5).name.as_deref()), (None, Some("app")));
        assert_eq!((of_step(&run, 4).timeline, of_step(&run, 4).number), (Some(1), Some(1)));
        assert_eq!(of_step(&run, 7).name.as_deref(), Some("b1"));
        assert_eq!(of_step(&run, 9), Pointed { xid: Some(7), ..of_record(&run, 0).unwrap() });
    }

    #[test]
    fn of_records_at_one_position_the_one_is_replayed_that_the_recovery_follows() {
        let mut run = forked();
        let last = run.records.lsn.len() - 1;
        let (lsn, xid) = (run.records.lsn[last], run.records.xid[last]);
        assert_eq!(run.records.lsn[19], lsn, "timeline 1 has another there");
        let replayed = step(&mut run, StepKind::RecordReplayed, (lsn, xid), "");
        let began = step(&mut run, StepKind::TimelineBegan, (lsn, xid), "");
        for parent in [1, 2] {
            run.head.timelines.truncate(2);
            let began = (began, run.head.end_us);
            let third = TimelineSpan { id: 3, parent: Some(parent), fork_lsn: lsn + 1, fork_us: 0, began };
            run.head.timelines.push(third);
            assert_eq!(record_of(&run, replayed), Some((parent, lsn)));
        }
    }

    /// The run with a step more, and which one that is.
    fn step(run: &mut Run, kind: StepKind, (lsn, xid): (u64, u32), text: &str) -> u32 {
        run.head.names.push(text.to_owned());
        run.steps.kind.push(kind);
        run.steps.time_us.push(run.head.end_us);
        run.steps.lsn.push(lsn);
        run.steps.xid.push(xid);
        run.steps.name.push(0);
        run.steps.text.push(run.head.names.len() as u32 - 1);
        run.steps.amount.push(0);
        run.last_step()
    }

    #[test]
    fn of_records_at_one_position_the_one_is_replayed_that_is_in_the_file_that_was_fetched() {
        let mut run = forked();
        let last = run.records.lsn.len() - 1;
        let (lsn, xid) = (run.records.lsn[last], run.records.xid[last]);
        assert_eq!(run.records.lsn[19], lsn, "timeline 1 has another there");
        let number = lsn / u64::from(run.head.segment_bytes);
        step(&mut run, StepKind::RecoveryStarted, (0, 0), "b1");
        for timeline in [2, 1, 2] {
            let file = format!("{timeline:08X}{:08X}{number:08X}", 0);
            step(&mut run, StepKind::SegmentFetched, (0, 0), &file);
            let replayed = step(&mut run, StepKind::RecordReplayed, (lsn, xid), "");
            assert_eq!(record_of(&run, replayed), Some((timeline, lsn)), "of {file}");
        }
        // Another recovery's file is not this one's.
        step(&mut run, StepKind::RecoveryStarted, (0, 0), "b1");
        let replayed = step(&mut run, StepKind::RecordReplayed, (lsn, xid), "");
        assert_eq!(record_of(&run, replayed), Some((1, lsn)));
    }

    #[test]
    fn each_server_is_on_a_timeline_of_its_own() {
        let mut run = forked();
        let began = run.head.timelines[1].began.0;
        run.head.recovery_step = Some(began - 1);
        let of = |run: &Run, recovered| [began - 1, began, began + 1].map(|step| timeline_of(run, step, recovered));
        assert_eq!(of(&run, false), [1, 1, 2], "the one that runs, until it is switched over");
        assert_eq!(of(&run, true), [1, 2, 2], "the recovered one, until it begins its own");
        // A later recovery has not begun its own yet: the one before is none of its business.
        run.head.recovery_step = Some(run.last_step());
        assert_eq!(timeline_of(&run, run.last_step(), true), 1);
    }

    #[test]
    fn a_phase_has_its_steps_its_things_and_its_stretch_of_the_log() {
        let run = run();
        let of = |code| Phase::of(&run, code);
        assert_eq!(of("fetch_backup").steps, [7]);
        assert_eq!(of("fetch_log").things, [of_segment(&run, 0).unwrap()]);
        assert_eq!((of("redo").steps, of("redo").stretches), (vec![9, 10], vec![(1, 0x1028, 0x1101)]));
        assert_eq!((of("promote").steps, of("promote").things.len()), (vec![11, 12], 1));
        assert_eq!(of("validate"), Phase::default());
    }

    #[test]
    fn a_replay_over_a_fork_has_a_stretch_of_each_timeline() {
        assert_eq!(stretches(&run(), (1, 0x1028), (2, 0x1300)), [(1, 0x1028, 0x1200), (2, 0x1200, 0x1301)]);
    }
}
