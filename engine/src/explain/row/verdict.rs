//! From what was read to the answer.

use super::reading::{Reading, Spot, Touch, Version};
use super::{Act, Ending, Link, RowChain, Standing, Verdict};
use crate::recovery::StopReason;
use crate::types::{Lsn, RelationId, Value, Xid};

/// Answers for the row with this primary key. `followed` is the log that counts, `others` what was read along other timelines.
pub fn explain(
    table: &str,
    key: &Value,
    followed: &Reading,
    others: &[Reading],
    stop: Lsn,
    reason: Option<StopReason>,
) -> RowChain {
    let story = Story { table, key, reading: followed };
    let mut links = story.links();
    links.retain(|link| link.standing != Standing::OtherTimeline);
    for reading in others {
        // What was begun before the fork may have been ended on the other side.
        for link in links.iter_mut().filter(|link| link.ending == Ending::Open) {
            link.ending = match reading.ending(link.xid) {
                ending if ending.standing() == Some(Standing::OtherTimeline) => ending,
                _ => link.ending,
            };
        }
        let elsewhere = Story { table, key, reading }.links();
        for link in elsewhere.into_iter().filter(|link| link.standing == Standing::OtherTimeline) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
    let (verdict, values) = story.verdict(&links);
    RowChain {
        table: table.to_owned(),
        key: key.clone(),
        verdict,
        values,
        links,
        stop,
        reason,
        ends: followed.ends.clone(),
    }
}

/// Whether what a transaction did counts where the log is read to.
pub fn counts(reading: &Reading, xid: Xid) -> bool {
    reading.ending(xid).counts()
}

fn touch_counts(reading: &Reading, touch: &Touch) -> bool {
    matches!(touch.standing, Standing::In | Standing::InBackup) && counts(reading, touch.xid)
}

/// Whether everybody sees a version: what made it counts, and nothing that ended it does.
pub fn is_seen(reading: &Reading, version: &Version) -> bool {
    let counts = |touch: &Touch| touch_counts(reading, touch);
    version.made.is_some_and(|made| counts(&made)) && !version.ended.iter().any(counts)
}

/// What one log tells of one row.
struct Story<'a> {
    table: &'a str,
    key: &'a Value,
    reading: &'a Reading,
}

impl Story<'_> {
    /// The catalog's row versions for the table, with its file.
    fn tables(&self) -> Vec<(RelationId, &Version)> {
        let versions = self.reading.of_relation(RelationId::CATALOG);
        let ours = versions.into_iter().filter_map(|(_, version)| Some((self.file_of(version)?, version)));
        ours.collect()
    }

    /// The file that a version of a catalog row gives to the table, if it is about it.
    fn file_of(&self, version: &Version) -> Option<RelationId> {
        match version.values.as_deref()? {
            [Value::Int(relation), Value::Text(name), ..] if name == self.table => {
                u32::try_from(*relation).ok().map(RelationId)
            }
            _ => None,
        }
    }

    /// The files that the table has had, each once.
    fn files(&self) -> Vec<RelationId> {
        let mut files: Vec<RelationId> = self.tables().into_iter().map(|(relation, _)| relation).collect();
        files.sort();
        files.dedup();
        files
    }

    fn versions(&self) -> Vec<(Spot, &Version)> {
        let all = self.files().into_iter().flat_map(|relation| self.reading.of_relation(relation));
        let mut ours: Vec<(Spot, &Version)> = all.filter(|(_, version)| self.has_key(version)).collect();
        ours.sort_by_key(|(spot, version)| (version.made.and_then(|made| made.at).map(|(_, lsn)| lsn), *spot));
        ours
    }

    fn has_key(&self, version: &Version) -> bool {
        version.values.as_ref().and_then(|values| values.first()) == Some(self.key)
    }

    fn counts(&self, touch: &Touch) -> bool {
        touch_counts(self.reading, touch)
    }

    fn is_seen(&self, version: &Version) -> bool {
        is_seen(self.reading, version)
    }

    /// The version that took the place of one that this record ended, if it is another of the same row.
    fn successor(&self, touch: &Touch) -> Option<&Version> {
        touch.other.and_then(|spot| self.reading.versions.get(&spot))
    }

    fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (_, version) in self.versions() {
            let (Some(made), Some(values)) = (version.made, version.values.clone()) else { continue };
            let act = match made.other.map(|spot| self.reading.versions.get(&spot)) {
                Some(from) => Act::Updated { from: from.and_then(|from| from.values.clone()), to: values.clone() },
                None => Act::Inserted { values: values.clone() },
            };
            links.push(self.link(act, &made));
            for ended in &version.ended {
                match self.successor(ended) {
                    // The successor tells of the update, unless it is no longer this row.
                    Some(next) if self.has_key(next) => {}
                    Some(next) => {
                        let to = next.values.clone().unwrap_or_default();
                        links.push(self.link(Act::Updated { from: Some(values.clone()), to }, ended));
                    }
                    None if self.is_update_of_old(ended) => {}
                    None => links.push(self.link(Act::Deleted { values: values.clone() }, ended)),
                }
            }
        }
        if links.is_empty() {
            // Nothing is known of the row: then when there was a table is worth telling.
            for (_, version) in self.tables() {
                if let Some(made) = version.made.filter(|made| made.other.is_none()) {
                    links.push(self.link(Act::TableCreated, &made));
                }
                links.extend(self.ends_of_table(version));
            }
        } else {
            let files: Vec<RelationId> = self.versions().into_iter().map(|(spot, _)| spot.0.relation).collect();
            let tables = self.tables().into_iter().filter(|(relation, _)| files.contains(relation));
            links.extend(tables.flat_map(|(_, version)| self.ends_of_table(version)));
        }
        links.sort_by_key(|link| link.at.map(|(_, lsn)| lsn));
        links
    }

    /// Whether a record older than the log that ended a version made its successor, too: one of the same key is by the same transaction.
    fn is_update_of_old(&self, ended: &Touch) -> bool {
        let made_by = |version: &Version| version.made.is_some_and(|made| made.xid == ended.xid && made.at.is_none());
        ended.at.is_none() && self.versions().into_iter().any(|(_, version)| made_by(version))
    }

    /// The records that took the table's file away.
    fn ends_of_table(&self, version: &Version) -> Vec<Link> {
        let file = self.file_of(version);
        let ends = version.ended.iter().filter_map(|ended| {
            let next = match self.successor(ended) {
                Some(next) => self.file_of(next),
                None => self.file_made_by(ended),
            };
            match next {
                // Another description of the same file.
                Some(_) if next == file => None,
                Some(_) => Some(self.link(Act::TableEmptied, ended)),
                None => Some(self.link(Act::TableDropped, ended)),
            }
        });
        ends.collect()
    }

    /// The file that a transaction older than the log gave to the table.
    fn file_made_by(&self, ended: &Touch) -> Option<RelationId> {
        let tables = self.tables();
        let made = tables.iter().find(|(_, version)| {
            ended.at.is_none() && version.made.is_some_and(|made| made.xid == ended.xid && made.at.is_none())
        });
        made.map(|(relation, _)| *relation)
    }

    fn link(&self, act: Act, touch: &Touch) -> Link {
        Link { act, xid: touch.xid, at: touch.at, standing: touch.standing, ending: self.reading.ending(touch.xid) }
    }

    fn verdict(&self, links: &[Link]) -> (Verdict, Option<Vec<Value>>) {
        let file = self.tables().into_iter().rev().find(|(_, table)| self.is_seen(table)).map(|(file, _)| file);
        let versions = self.versions();
        let seen = versions.iter().rev().find(|(spot, version)| Some(spot.0.relation) == file && self.is_seen(version));
        if let Some((_, version)) = seen {
            return (Verdict::Present, version.values.clone());
        }
        let once_there = versions.iter().rev().find(|(_, version)| version.made.is_some_and(|made| self.counts(&made)));
        let verdict = match once_there {
            Some((_, version)) => match version.ended.iter().find(|ended| self.counts(ended)) {
                Some(ended) if self.successor(ended).is_some_and(|next| !self.has_key(next)) => Verdict::KeyChanged,
                Some(_) => Verdict::Deleted,
                None if file.is_some() => Verdict::TableEmptied,
                None => Verdict::TableDropped,
            },
            None => self.never_there(links, file.is_some()),
        };
        (verdict, None)
    }

    /// Why a row was never there: the furthest that it came.
    fn never_there(&self, links: &[Link], has_table: bool) -> Verdict {
        let mut writes = links.iter().filter(|link| matches!(link.act, Act::Inserted { .. } | Act::Updated { .. }));
        let before = writes.clone().rev().find(|link| matches!(link.standing, Standing::In | Standing::InBackup));
        if let Some(write) = before {
            return match write.ending {
                Ending::Committed { standing: Standing::OtherTimeline, .. } => Verdict::OtherTimeline,
                Ending::Committed { .. } => Verdict::CommitPastStop,
                Ending::Aborted { .. } | Ending::AbortedBefore => Verdict::RolledBack,
                Ending::Open | Ending::CommittedBefore => Verdict::NeverEnded,
            };
        }
        if writes.clone().any(|link| link.standing == Standing::Past) {
            return Verdict::WrittenPastStop;
        }
        if writes.any(|link| link.standing == Standing::OtherTimeline) {
            return Verdict::OtherTimeline;
        }
        let ends = &self.reading.ends;
        if ends.len() > 1 || ends.iter().any(|end| !end.why.is_quiet()) {
            return Verdict::LogLost;
        }
        if has_table { Verdict::NeverWritten } else { Verdict::NoTable }
    }
}
