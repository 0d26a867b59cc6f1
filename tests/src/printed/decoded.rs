//! What bytes say, beside the bytes; and why a row is there or not.

use super::Place;
use pitr_engine::explain::{self, Decoded};
use pitr_engine::types::{Lsn, PageId, TimelineId, Value, Xid};
use pitr_engine::{Command, FileName, Server};

impl Place<'_> {
    /// What stands at a position of the live log or of an archived timeline, in a page, or in a file.
    pub(super) fn decoded(&self, of: &[&str]) -> Result<Vec<String>, String> {
        let state = &self.state;
        let none = |what: &str| format!("there is no {what} then");
        let decoded = match of {
            ["page", table, block, "in", label] => self.copied_page(table, block, label)?,
            ["page", table, block, of @ ..] => self.page(self.server(of)?.0, table, block)?,
            ["control", of @ ..] => {
                let server = self.server(of)?.0;
                explain::decode_control(server.disk.chunk(FileName::Control, 0).ok_or_else(|| none("control file"))?)
            }
            ["commits", of @ ..] => {
                let server = self.server(of)?.0;
                let chunk = server.disk.chunk(FileName::CommitLog, 0).ok_or_else(|| none("commit log"))?;
                explain::decode_commit_log(chunk, 0)
            }
            ["manifest", label] => {
                let backup = state.backups().get(label).ok_or_else(|| none("backup"))?;
                explain::decode_manifest(&backup.manifest)
            }
            ["history", timeline] => {
                let timeline = timeline.parse().map(TimelineId).map_err(|_| none("timeline"))?;
                explain::decode_history(state.archive().history(timeline).ok_or_else(|| none("history file"))?)
            }
            [lsn, of @ ..] => {
                let lsn: Lsn = lsn.parse().map_err(|_| format!("{lsn} is no position"))?;
                let found = match of {
                    ["on", timeline] => {
                        let timeline = timeline.parse().map(TimelineId).map_err(|_| none("timeline"))?;
                        explain::decode_archive_at(state.archive(), state.settings().segment, timeline, lsn)
                    }
                    _ => explain::decode_server_at(self.server(&["live"])?.0, state.archive(), lsn),
                };
                match found {
                    Ok(decoded) => decoded,
                    Err(end) => return Ok(vec![format!("nothing: the log ends at {}: {}", end.at, end.why)]),
                }
            }
            [] => {
                return Err(
                    "say what: 0/1480, page TABLE BLOCK, manifest LABEL, control, commits, history 2".to_owned()
                );
            }
        };
        Ok(lines(&decoded))
    }

    fn page(&self, server: &Server, table: &str, block: &str) -> Result<Decoded, String> {
        let def = server.table(table, Xid::NONE).ok().flatten().ok_or_else(|| format!("there is no table {table}"))?;
        let block = block.parse().map_err(|_| format!("{block} is no block"))?;
        let page = server.peek_page(PageId { relation: def.relation, block });
        page.map(|page| explain::decode_page(&page.sealed())).map_err(|_| "there is no such page".to_owned())
    }

    /// A page as a backup has copied it.
    fn copied_page(&self, table: &str, block: &str, label: &str) -> Result<Decoded, String> {
        let def = self.server(&["live"])?.0.table(table, Xid::NONE).ok().flatten();
        let name = FileName::Relation(def.ok_or_else(|| format!("there is no table {table}"))?.relation);
        let block: usize = block.parse().map_err(|_| format!("{block} is no block"))?;
        let backup = self.state.backups().get(label).ok_or_else(|| format!("there is no backup {label} then"))?;
        let page = backup.files.get(&name).and_then(|chunks| chunks.get(block));
        page.map(|bytes| explain::decode_page(bytes)).ok_or_else(|| "there is no such page".to_owned())
    }

    /// The chain behind the last line above that asked for one.
    pub(super) fn why(&self) -> Result<Vec<String>, String> {
        let above = self.carried.script.commands.iter().take(self.after).rev();
        let asked = above.into_iter().find_map(|line| match &*line.timed.command {
            Command::ExplainRow { table, key, view } => Some((table, key, view)),
            _ => None,
        });
        let (table, key, view) = asked.ok_or("no line above asks: explain TABLE KEY")?;
        let chain = self.state.explain_row(table, key, view).map_err(|error| error.code().to_owned())?;
        Ok(chain.to_string().lines().map(|line| line.to_owned()).collect())
    }
}

impl Place<'_> {
    /// What differs between the states that the last two lines above ask about with `explain`.
    pub(super) fn apart(&self) -> Result<Vec<String>, String> {
        let above = self.carried.script.commands.iter().take(self.after).rev();
        let mut views = above.filter_map(|line| match &*line.timed.command {
            Command::ExplainRow { view, .. } => Some(view),
            _ => None,
        });
        let (Some(after), Some(before)) = (views.next(), views.next()) else {
            return Err("two lines above have to ask: explain TABLE KEY, of two states".to_owned());
        };
        let apart = self.state.states_apart(before, after).map_err(|error| error.code().to_owned())?;
        let (lost, won) = apart.commits;
        let mut lines = vec![format!("{lost} commits in the first state alone, {won} in the second")];
        let row = |values: &Option<Vec<Value>>| match values {
            Some(values) => values.iter().map(ToString::to_string).collect::<Vec<String>>().join(", "),
            None => "not there".to_owned(),
        };
        lines.extend(apart.rows.iter().map(|change| {
            format!("{} {}: {} -> {}", change.table, change.key, row(&change.before), row(&change.after))
        }));
        Ok(lines)
    }
}

fn lines(decoded: &Decoded) -> Vec<String> {
    decoded.to_string().lines().map(str::to_owned).collect()
}
