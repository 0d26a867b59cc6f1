//! What a record, a page or a row has to do with: the records behind it, the pages and rows that they are about.

use crate::inside::relations;
use pitr_engine::explain::{Ending, records_of_page, touched_at};
use pitr_engine::types::{Lsn, PageId, RelationId, TimelineId, Value, Xid};
use pitr_engine::{Cluster, Recovery, RowView, Server};
use pitr_protocol::inside::{RelationPages, Trace, TraceOf};
use pitr_protocol::{Problem, Value as Told};

/// So many records are named at most, the newest.
const MOST_RECORDS: usize = 200;

/// Follows something at a state of the run.
pub fn trace(state: &Cluster, of: &TraceOf) -> Result<Trace, Problem> {
    let nothing = || crate::problems::problem("no_such_thing", vec![]);
    let server = |recovered: bool| match recovered {
        true => state.recovery().and_then(Recovery::server),
        false => state.primary().or(state.starting()),
    };
    let mut trace = match of {
        TraceOf::NamedPage { table, block, recovered } => {
            let is_it = |known: &&RelationPages| known.name == *table && known.recovered == *recovered;
            let relation = relations(state).iter().find(is_it).ok_or_else(nothing)?.relation;
            return trace(state, &TraceOf::Page { relation, block: *block, recovered: *recovered });
        }
        TraceOf::Record { timeline, lsn } => {
            let size = state.settings().segment;
            let (timeline, lsn) = (TimelineId(*timeline), Lsn(*lsn));
            let found = [server(false), server(true), None].into_iter().find_map(|server| {
                touched_at(server, state.archive(), size, timeline, lsn).map(|touched| (touched, server))
            });
            let (touched, server) = found.ok_or_else(nothing)?;
            let mut trace = Trace { records: vec![(timeline.0, lsn.0)], ..Trace::default() };
            let names = server.map(Server::relation_names).unwrap_or_default();
            for (page, key) in touched.rows {
                trace.pages.push((page.relation.0, page.block));
                let name = names.get(&page.relation);
                trace.rows.extend(name.zip(key).map(|(name, key)| (name.clone(), told(key))));
            }
            trace
        }
        TraceOf::Page { relation, block, recovered } => {
            let server = server(*recovered).ok_or_else(nothing)?;
            let id = PageId { relation: RelationId(*relation), block: *block };
            let records = records_of_page(server, state.archive(), id, MOST_RECORDS);
            let name = relations(state).into_iter().find(|known| known.relation == *relation);
            let rows = server.peek_block(id.relation, id.block).map_err(|_| nothing())?;
            let keys = rows.into_iter().flatten().filter_map(|row| row.into_iter().next());
            Trace {
                records: records.into_iter().map(|(timeline, lsn)| (timeline.0, lsn.0)).collect(),
                pages: vec![(*relation, *block)],
                rows: name.map(|name| keys.map(|key| (name.name.clone(), told(key))).collect()).unwrap_or_default(),
                relations: Vec::new(),
            }
        }
        TraceOf::Row { table, key, recovered } => {
            let view = if *recovered { RowView::Recovery } else { RowView::Now };
            let wanted = crate::bench::value(key);
            let chain =
                state.explain_row(table, &wanted, &view).map_err(|error| crate::problems::of_command(&error))?;
            let mut trace = Trace { rows: vec![(table.clone(), key.clone())], ..Trace::default() };
            for link in &chain.links {
                let Some((timeline, lsn)) = link.at else { continue };
                trace.records.push((timeline.0, lsn.0));
                if let Ending::Committed { lsn, .. } | Ending::Aborted { lsn, .. } = link.ending {
                    trace.records.push((timeline.0, lsn.0));
                }
            }
            trace.records.dedup();
            let server = server(*recovered);
            let def = server.and_then(|server| server.table(table, Xid::NONE).ok().flatten());
            let rows = server.zip(def).and_then(|(server, def)| server.peek_rows(def.relation, Xid::NONE).ok());
            let here = rows.into_iter().flatten().filter(|row| row.values.first() == Some(&wanted));
            trace.pages.extend(here.map(|row| (row.place.page.relation.0, row.place.page.block)));
            trace
        }
    };
    if !trace.pages.is_empty() {
        let named = relations(state).into_iter().map(|known| (known.relation, known.name));
        let mut named: Vec<(u32, String)> =
            named.filter(|(known, _)| trace.pages.iter().any(|(relation, _)| relation == known)).collect();
        named.sort();
        named.dedup();
        trace.relations = named;
    }
    Ok(trace)
}

fn told(value: Value) -> Told {
    crate::frame::value(value)
}
