//! What stands at a position of the log: a question with several answers once there are several timelines.

use super::Columns;

impl Columns {
    /// The record that stands at a position; of those on several timelines the newest that this XID wrote.
    pub fn record_at(&self, lsn: u64, xid: u32) -> Option<usize> {
        if !pitr_engine::WHOLE {
            return self.records.lsn.binary_search(&lsn).ok();
        }
        let ends = self.begins.iter().skip(1).copied().chain([self.records.lsn.len()]);
        let parts = self.begins.iter().zip(ends);
        let found = parts.filter_map(|(begin, end)| {
            let at = self.records.lsn.get(*begin..end)?.binary_search(&lsn).ok()?;
            Some(begin + at)
        });
        found.max_by_key(|index| self.records.xid.get(*index) == Some(&xid))
    }
}
