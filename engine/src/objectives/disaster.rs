//! What goes wrong, as commands in a history.

use super::policy::Policy;
use super::timeline::Timeline;
use crate::archive::Conduct;
use crate::cluster::{Command, Comparison, Filter, RecoverySpec, Target};
use crate::fault::{BackupFault, Fault};
use crate::script::{OPERATOR, duration_text, parse_duration};
use crate::types::{Micros, Value, Xid};
use core::fmt;

/// Something that goes wrong, and has to be recovered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disaster {
    /// The primary is lost, and its disk with it.
    LosePrimary,
    /// Somebody deletes what should not be, and it is noticed this much later. The server goes on until then, and until the recovery begins.
    WrongDelete { noticed: Micros },
    /// The primary is lost, and the newest base backup is found to be corrupt.
    CorruptBackup,
    /// The primary is lost, and a segment behind the newest base backup is not in the archive.
    MissingSegment,
    /// The primary is lost, and nothing has come to the archive since.
    ArchiveStalled { since: Micros },
    /// The primary is lost, and so is the key that the archive and the backups are sealed with.
    KeyLost,
}

/// A row that is deleted by mistake has a lower key.
const DELETED_BELOW: i64 = 51;

impl Disaster {
    /// One of each kind, in a usual form.
    pub const USUAL: [Disaster; 6] = [
        Disaster::LosePrimary,
        Disaster::WrongDelete { noticed: Micros(20 * Micros::MINUTE.0) },
        Disaster::CorruptBackup,
        Disaster::MissingSegment,
        Disaster::ArchiveStalled { since: Micros(30 * Micros::MINUTE.0) },
        Disaster::KeyLost,
    ];

    /// The stable name of its kind.
    pub fn name(self) -> &'static str {
        match self {
            Disaster::LosePrimary => "lose_primary",
            Disaster::WrongDelete { .. } => "wrong_delete",
            Disaster::CorruptBackup => "corrupt_backup",
            Disaster::MissingSegment => "missing_segment",
            Disaster::ArchiveStalled { .. } => "archive_stalled",
            Disaster::KeyLost => "key_lost",
        }
    }

    /// Reads what `Display` writes: `lose_primary`, `wrong_delete 20m`.
    pub fn parse(text: &str) -> Option<Disaster> {
        let (name, span) = text.split_once(' ').map_or((text, None), |(name, span)| (name, parse_duration(span)));
        let usual = Disaster::USUAL.into_iter().find(|disaster| disaster.name() == name)?;
        Some(match (usual, span) {
            (Disaster::WrongDelete { .. }, Some(noticed)) => Disaster::WrongDelete { noticed },
            (Disaster::ArchiveStalled { .. }, Some(since)) => Disaster::ArchiveStalled { since },
            (usual, None) if !text.contains(' ') => usual,
            _ => return None,
        })
    }

    /// How long before the failure it begins.
    pub fn begins_before(self) -> Micros {
        match self {
            Disaster::ArchiveStalled { since } => since,
            _ => Micros::ZERO,
        }
    }

    /// How long behind the failure work goes on that will be lost.
    pub fn goes_on_for(self, policy: &Policy) -> Micros {
        match self {
            Disaster::WrongDelete { noticed } => noticed + policy.decide,
            _ => Micros::ZERO,
        }
    }

    /// Whether what is lost by it lies near the log's edge, however far apart the backups are.
    pub fn is_at_the_edge(self) -> bool {
        matches!(self, Disaster::LosePrimary | Disaster::ArchiveStalled { .. } | Disaster::WrongDelete { .. })
    }

    /// From the failure to somebody who knows of it.
    pub fn detected_after(self, policy: &Policy) -> Micros {
        match self {
            Disaster::WrongDelete { noticed } => noticed,
            _ => policy.detect,
        }
    }

    /// Lets it happen, the failure at `at`; returns what is to be recovered, and the last instant whose work counts.
    pub(super) fn strike(
        self,
        timeline: &mut Timeline,
        policy: &Policy,
        at: Micros,
        drawn: u64,
    ) -> (RecoverySpec, Micros) {
        let spec = |target, inclusive| RecoverySpec { inclusive, effort: policy.effort, ..RecoverySpec::to(target) };
        let one_of_several = policy.copies > 1;
        let lose = |timeline: &mut Timeline| timeline.act(at, OPERATOR, Command::LosePrimary);
        match self {
            Disaster::LosePrimary => {
                lose(timeline);
            }
            Disaster::WrongDelete { noticed } => {
                let below = Filter::Compare {
                    column: "id".to_owned(),
                    operator: Comparison::Less,
                    value: Value::Int(DELETED_BELOW),
                };
                timeline.act(at, "admin", Command::Delete { table: "orders".to_owned(), filter: Some(below) });
                let xid = timeline.forget_last_commit().unwrap_or(Xid::NONE);
                // What has the mistake in it must be in the archive, or no recovery could tell where to stop.
                timeline.act(at + noticed, OPERATOR, Command::SwitchSegment);
                return (spec(Target::Xid(xid), false), at + self.goes_on_for(policy));
            }
            Disaster::CorruptBackup => {
                timeline.run_to(at);
                let newest = timeline.cluster().backups().catalog().pop().map(|manifest| manifest.label);
                if let Some(label) = newest {
                    let bytes = timeline.cluster().backups().get(&label).map_or(1, |backup| backup.bytes());
                    let fault = Fault::Backup(BackupFault::FlipFiles { label, bit: drawn % (bytes.max(1) * 8) });
                    timeline.break_one(at, fault, one_of_several);
                }
                lose(timeline);
            }
            Disaster::MissingSegment => {
                timeline.run_to(at);
                if let Some(fault) = missing(timeline, drawn) {
                    timeline.break_one(at, fault, one_of_several);
                }
                lose(timeline);
            }
            Disaster::ArchiveStalled { since } => {
                if timeline.cluster().settings().archiving.streaming.is_some() {
                    timeline.act(at - since, OPERATOR, Command::Damage(Fault::BreakStream));
                }
                timeline.act(at - since, OPERATOR, Command::Damage(Fault::Archiver(Conduct::Fails)));
                lose(timeline);
            }
            Disaster::KeyLost => {
                timeline.run_to(at);
                if timeline.cluster().settings().archiving.encryption {
                    timeline.act(at, OPERATOR, Command::Damage(Fault::LoseKey { key: 1 }));
                }
                lose(timeline);
            }
        }
        (spec(Target::End, true), at)
    }
}

/// Kind and parameter.
impl fmt::Display for Disaster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Disaster::WrongDelete { noticed: span } | Disaster::ArchiveStalled { since: span } => {
                write!(f, "{} {}", self.name(), duration_text(*span))
            }
            _ => f.write_str(self.name()),
        }
    }
}

/// One of the segments behind the newest base backup; if there is none, of those that it needs.
fn missing(timeline: &Timeline, drawn: u64) -> Option<Fault> {
    let cluster = timeline.cluster();
    let (first, last) = cluster.backups().catalog().pop()?.required_segments;
    let there = |from| {
        let all = cluster.archive().segments().map(|(timeline, segment, _)| (timeline, segment));
        all.filter(move |(_, segment)| *segment >= from).collect::<Vec<_>>()
    };
    let behind = there(last.next());
    let candidates = if behind.is_empty() { there(first) } else { behind };
    let (timeline, segment) = *candidates.get((drawn % candidates.len().max(1) as u64) as usize)?;
    Some(Fault::LoseSegment { timeline, segment })
}
