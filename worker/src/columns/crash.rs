//! A crash of the primary and its way back; what the log does besides taking records in.

use super::{About, Builder, record_kind};
use pitr_engine::script::OPERATOR;
use pitr_engine::types::Lsn;
use pitr_engine::{CrashEvent, Event, LogEvent};
use pitr_protocol::{Fate, StepKind};

impl Builder {
    pub(super) fn crash(&mut self, step: u32, event: &Event, happened: &CrashEvent) {
        match happened {
            CrashEvent::PowerOff { .. } => {
                for (_, open) in core::mem::take(&mut self.open) {
                    let xid = open.xid;
                    self.push_transaction(open, xid, Fate::Open, (step, event.at.0), None);
                }
                self.begun.clear();
                self.statement_done(step, event, OPERATOR);
            }
            CrashEvent::RecoveryBegan { .. } => self.happened(event, "crash_recovery_began", OPERATOR),
            CrashEvent::Replayed { record, table } => {
                let (name, text) = (table.as_deref().unwrap_or_default(), record_kind(record.kind).code());
                let amount = record.end.since(record.lsn);
                let about = About { lsn: record.lsn, xid: record.xid, name, text, amount };
                self.step(StepKind::RecordReplayed, event, about);
            }
            CrashEvent::LogEnded { end, .. } => {
                self.forget_records_from(*end);
                self.step(StepKind::RecoveryStopped, event, About { text: "end_of_log", ..About::default() });
            }
            CrashEvent::Ready { .. } => self.step(StepKind::RecoveryFinished, event, About::default()),
            CrashEvent::RecoveryFailed { failure } => {
                self.step(StepKind::RecoveryFailed, event, About { text: failure.code(), ..About::default() });
            }
        }
    }

    pub(super) fn log_event(&mut self, step: u32, event: &Event, happened: &LogEvent) {
        match happened {
            LogEvent::CommittedEarly { session, xid, .. } => {
                self.end_transaction((step, event.at.0), session, *xid, Fate::Committed);
                self.happened(event, "committed_early", session);
            }
            LogEvent::CommitWaits { session, .. } => self.happened(event, "commit_waits", session),
            LogEvent::SegmentRecycled { .. } => self.happened(event, "segment_recycled", OPERATOR),
        }
    }

    /// Records that were lost before they were durable: others will stand in their places.
    fn forget_records_from(&mut self, end: Lsn) {
        let records = &mut self.records;
        let kept = records.lsn.iter().rposition(|lsn| *lsn < end.0).map_or(0, |last| last + 1);
        records.lsn.truncate(kept);
        records.end_lsn.truncate(kept);
        records.timeline.truncate(kept);
        records.time_us.truncate(kept);
        records.kind.truncate(kept);
        records.xid.truncate(kept);
        records.session.truncate(kept);
        records.step.truncate(kept);
    }
}
