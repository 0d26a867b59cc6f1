//! Each segment of the log: where it is on the server's disk, and where in the archive.

use crate::loaded::Loaded;
use litemap::LiteMap;
use pitr_engine::types::{Lsn, SegmentNumber, TimelineId};
use pitr_engine::{Archiving, Cluster, EventKind, FileName, LogEvent, Recovery};
use pitr_protocol::inside::{ArchivePlace, LogPlace, SegmentInside};

const MOST_SEGMENTS: usize = 80;

type Name = (TimelineId, SegmentNumber);

/// What has been told of a segment.
#[derive(Clone, Copy, Default)]
struct Known {
    order: usize,
    used_to: Option<Lsn>,
    failures: u32,
    was_archived: bool,
    recycled: bool,
    fetched: bool,
}

/// The newest segments just after a step, and how many there have been.
pub fn segments(loaded: &Loaded, step: u32, state: &Cluster) -> (Vec<SegmentInside>, u32) {
    let events = loaded.run.events();
    let until = (step as usize + 1).min(events.len());
    let mut known: LiteMap<Name, Known> = LiteMap::new();
    let mut at_hand = None;
    for event in &events[..until] {
        at_hand = hear(&mut known, &event.kind);
    }
    // The new server of a recovery opens its own, of which no event tells.
    let recovered = state.recovery().and_then(Recovery::server);
    for name in recovered.iter().flat_map(|server| server.disk.files()) {
        if let FileName::Log(timeline, segment) = name {
            place(&mut known, (timeline, segment));
        }
    }
    let count = known.len() as u32;
    let mut all: Vec<(Name, Known)> = known.into_tuple_vec();
    all.sort_by_key(|(_, known)| known.order);
    let newest = all.split_off(all.len().saturating_sub(MOST_SEGMENTS));
    let told = newest.into_iter().map(|(name, known)| told(name, known, state, at_hand == Some(name)));
    (told.collect(), count)
}

fn place(known: &mut LiteMap<Name, Known>, name: Name) -> &mut Known {
    let order = known.len();
    known.entry(name).or_insert(Known { order, ..Known::default() })
}

/// Takes in what happened; the segment that it moved.
fn hear(known: &mut LiteMap<Name, Known>, what: &EventKind) -> Option<Name> {
    let name = match what {
        EventKind::SegmentOpened { timeline, segment }
        | EventKind::SegmentSealed { timeline, segment, .. }
        | EventKind::SegmentSent { timeline, segment }
        | EventKind::SegmentArchived { timeline, segment, .. }
        | EventKind::SegmentFetched { timeline, segment, .. }
        | EventKind::Log(LogEvent::SegmentRecycled { timeline, segment })
        | EventKind::Archiving(
            Archiving::Failed { timeline, segment, .. }
            | Archiving::Partial { timeline, segment, .. }
            | Archiving::SegmentComplete { timeline, segment }
            | Archiving::SegmentExpired { timeline, segment }
            | Archiving::SegmentDeleted { timeline, segment, .. }
            | Archiving::SegmentMoved { timeline, segment, .. },
        ) => (*timeline, *segment),
        EventKind::RecoveryStarted { .. } => {
            known.iter_mut().for_each(|(_, known)| known.fetched = false);
            return None;
        }
        _ => return None,
    };
    let one = place(known, name);
    match what {
        EventKind::SegmentSealed { used_to, .. } => one.used_to = Some(*used_to),
        EventKind::SegmentArchived { .. } => one.was_archived = true,
        EventKind::SegmentFetched { .. } => one.fetched = true,
        EventKind::Log(_) => one.recycled = true,
        EventKind::Archiving(Archiving::Failed { .. }) => one.failures += 1,
        EventKind::Archiving(_) => one.was_archived = true,
        _ => {}
    }
    Some(name)
}

fn told((timeline, segment): Name, known: Known, state: &Cluster, moved: bool) -> SegmentInside {
    let size = state.settings().segment;
    let start = size.start_of(segment);
    let file = FileName::Log(timeline, segment);
    let recovered = state.recovery().and_then(Recovery::server);
    let mut servers = state.primary().into_iter().chain(state.starting()).chain(recovered);
    let on = servers.find(|server| {
        let is_current = server.log.timeline() == timeline && server.log.current_segment() == segment;
        server.disk.has(file) || is_current
    });
    let mut used_to = known.used_to.unwrap_or(start);
    let is_sealed = known.used_to.is_some();
    let on_disk = match on {
        Some(server) if !is_sealed && server.log.timeline() == timeline && server.log.current_segment() == segment => {
            used_to = server.log.end();
            LogPlace::Open
        }
        Some(_) if state.sending() == Some((timeline, segment)) => LogPlace::Sending,
        Some(server) if !server.disk.is_archived(file) && state.owes(timeline, segment) => LogPlace::Sealed,
        Some(_) => LogPlace::Done,
        None if known.recycled => LogPlace::Recycled,
        None => LogPlace::Lost,
    };
    let stored = state.archive().segment(timeline, segment);
    let is_partial = || state.archive().partial_segments().any(|(of, number, _)| (of, number) == (timeline, segment));
    let in_archive = match stored {
        Some(archived) if archived.cold => ArchivePlace::Cold,
        Some(_) if is_partial() => ArchivePlace::Partly,
        Some(_) => ArchivePlace::Hot,
        None if known.was_archived => ArchivePlace::Expired,
        None => ArchivePlace::Never,
    };
    SegmentInside {
        timeline: timeline.0,
        number: segment.0,
        file: size.file_name(timeline, segment),
        start_lsn: start.0,
        used_to_lsn: used_to.0,
        on_disk,
        in_archive,
        archived_us: stored.map_or(0, |archived| archived.at.0),
        failures: known.failures,
        fetched: known.fetched,
        moved,
    }
}
