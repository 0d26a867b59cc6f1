//! Applying a record.
//!
//! A page remembers the end of the last record that changed it, so a record whose end is not past that is already in it and is
//! passed over: replaying twice does no harm.

use crate::server::{DamagedPage, Server};
use crate::storage::{Page, PageError, set_xmax};
use crate::txn::Fate;
use crate::types::{Lsn, PageId, Xid};
use crate::wal::{Body, PageChange, PageForm, ReadRecord, unpack};

/// Makes the change that a record tells of.
#[cfg_attr(feature = "whole", inline(always))]
pub fn redo(server: &mut Server, found: &ReadRecord<'_>) -> Result<(), DamagedPage> {
    match apply(server, found) {
        #[cfg(feature = "whole")]
        Err(damaged) if server.note_missing(damaged, found.lsn) => Ok(()),
        done => done,
    }
}

#[cfg_attr(feature = "whole", inline(always))]
fn apply(server: &mut Server, found: &ReadRecord<'_>) -> Result<(), DamagedPage> {
    let (xid, end) = (found.record.xid, found.end);
    if xid != Xid::NONE {
        server.note_xid(xid);
    }
    match &found.record.body {
        #[cfg(not(feature = "whole"))]
        Body::Commit { subtransactions, .. } => note_ends(server, xid, subtransactions, Fate::Committed),
        #[cfg(not(feature = "whole"))]
        Body::Abort { subtransactions, .. } => note_ends(server, xid, subtransactions, Fate::Aborted),
        #[cfg(feature = "whole")]
        Body::Commit { subtransactions, dropped, .. } => {
            note_ends(server, xid, subtransactions, Fate::Committed);
            server.drop_files(dropped);
        }
        #[cfg(feature = "whole")]
        Body::Abort { subtransactions, dropped, .. } => {
            note_ends(server, xid, subtransactions, Fate::Aborted);
            server.drop_files(dropped);
        }
        Body::Insert { page, slot, row } => change(server, page, end, |page| add(page, *slot, row))?,
        Body::Delete { page, slot } => change(server, page, end, |page| end_version(page, *slot, xid))?,
        Body::Update { old, old_slot, new, new_slot, row } if old.page == new.page => {
            change(server, old, end, |page| end_version(page, *old_slot, xid) && add(page, *new_slot, row))?;
        }
        Body::Update { old, old_slot, new, new_slot, row } => {
            change(server, old, end, |page| end_version(page, *old_slot, xid))?;
            change(server, new, end, |page| add(page, *new_slot, row))?;
        }
        Body::CreateRelation { relation } => server.note_relation(*relation),
        Body::Sequence { relation, row } => server.note_sequence(*relation, row, end),
        Body::Lock { relation } => server.note_lock(*relation, xid),
        Body::Checkpoint { next_xid, .. } | Body::TimelineStart { next_xid, .. } => {
            server.note_xid(Xid(next_xid.0.saturating_sub(1)));
        }
        Body::SegmentSwitch | Body::RestorePoint { .. } | Body::BackupStart { .. } | Body::BackupEnd { .. } => {}
    }
    Ok(())
}

fn note_ends(server: &mut Server, xid: Xid, subtransactions: &[Xid], fate: Fate) {
    for xid in subtransactions.iter().chain([&xid]) {
        server.note_end(*xid, fate);
    }
}

/// Brings a page to where the record leaves it. `apply` returns whether the page took the change.
fn change(
    server: &mut Server,
    change: &PageChange<'_>,
    end: Lsn,
    apply: impl FnOnce(&mut Page) -> bool,
) -> Result<(), DamagedPage> {
    let id = change.page;
    let misfit = DamagedPage { page: id, why: PageError::Misplaced };
    // A table grows block by block. A record of any other block is none of ours, and would ask for all the memory in between.
    if !server.note_block(id) {
        return Err(misfit);
    }
    server.make_room();
    match &change.form {
        PageForm::Image(image) => {
            let page = Page::from_image(id, server.page_bytes(), image.hole_offset, image.hole_bytes, image.bytes);
            put(server, id, page.ok_or(misfit)?, end);
        }
        PageForm::Packed(image) => {
            let around = unpack(image.bytes, (server.page_bytes() as usize).saturating_sub(image.hole_bytes.into()));
            let page = around.and_then(|around| {
                Page::from_image(id, server.page_bytes(), image.hole_offset, image.hole_bytes, &around)
            });
            put(server, id, page.ok_or(misfit)?, end);
        }
        PageForm::New => {
            let mut page = Page::new(id, server.page_bytes());
            if !apply(&mut page) {
                return Err(misfit);
            }
            put(server, id, page, end);
        }
        PageForm::Change => {
            let Some(page) = server.page_before(id, end)? else {
                return Ok(());
            };
            if !apply(page) {
                return Err(misfit);
            }
            page.set_lsn(end);
        }
    }
    Ok(())
}

fn put(server: &mut Server, id: PageId, mut page: Page, end: Lsn) {
    page.set_lsn(end);
    server.pool.admit(id, page);
    server.pool.change(id);
}

fn add(page: &mut Page, slot: u16, row: &[u8]) -> bool {
    page.add_row(row) == Some(slot)
}

fn end_version(page: &mut Page, slot: u16, xid: Xid) -> bool {
    match page.row_mut(slot) {
        Some(row) => {
            set_xmax(row, xid);
            true
        }
        None => false,
    }
}
