//! The history file of a timeline: one line, `parent TAB fork TAB reason`, as PostgreSQL writes it.

use super::{RecordNote, StopReason};
use crate::cluster::Target;
use crate::types::{Lsn, TimelineId};

/// The history file of a timeline that a recovery along `parent` began at `fork`.
pub fn history_file(
    parent: TimelineId,
    fork: Lsn,
    reason: StopReason,
    target: &Target,
    last_in: Option<RecordNote>,
    first_out: Option<RecordNote>,
) -> Vec<u8> {
    let reason = match (reason, target) {
        (StopReason::BeforeXid, Target::Xid(xid)) => format!("before transaction {xid}"),
        (StopReason::AfterXid, Target::Xid(xid)) => format!("after transaction {xid}"),
        (StopReason::BeforeTime, _) => match first_out.and_then(|record| record.time) {
            Some(time) => format!("before {time}\n"),
            None => "before the target time\n".to_owned(),
        },
        (StopReason::BeforeLsn, _) => format!("before LSN {}\n", first_out.map_or(fork, |record| record.lsn)),
        (StopReason::AfterLsn, _) => format!("after LSN {}\n", last_in.map_or(fork, |record| record.lsn)),
        (StopReason::AtRestorePoint, Target::Name(name)) => format!("at restore point \"{name}\""),
        (StopReason::AtConsistency, _) => "reached consistency".to_owned(),
        _ => "no recovery target specified".to_owned(),
    };
    format!("{parent}\t{fork}\t{reason}\n").into_bytes()
}
