//! What a policy keeps, what that costs, and how far back it reaches.

use super::history::{Grain, History, Lens, SMALL_FILES_BYTES, Wanted};
use super::metric::Metric;
use super::policy::Policy;
use super::timeline::Timeline;
use crate::archive::StoreVolume;
use crate::backup::Manifest;
use crate::catalog::{reach, verify};
use crate::cluster::Cluster;
use crate::server::Server;
use crate::storage::FileName;
use crate::types::{Micros, SegmentSize};

/// What lies in the stores when the window is full, and what can be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// Of all copies, of the real database. Where fewer days were run than the window has, as much more as it has.
    pub volumes: Vec<StoreVolume>,
    /// Millionths of a dollar a month.
    pub micro_dollars: u64,
    pub backups: u32,
    /// How far back anybody may want to go, and of that how much can be recovered to.
    pub window: Micros,
    pub held: Micros,
    /// Of the window, how much was run.
    pub ran: Micros,
    /// What the database holds when the window is over.
    pub database_bytes: u64,
    pub grain: Grain,
}

impl Keeping {
    /// Lives a policy's window, with nothing going wrong.
    pub fn measure(policy: &Policy, coarser: u32, seed: u64) -> Keeping {
        let wanted = Wanted { before: Micros::ZERO, behind: Micros::ZERO, coarser };
        let history = History::of(policy, Lens::Keep, wanted, seed);
        let mut timeline = Timeline::new(&history);
        timeline.run_to(history.begin() + history.from);
        Keeping::of(policy, timeline.cluster(), history.grain)
    }

    fn of(policy: &Policy, cluster: &Cluster, grain: Grain) -> Keeping {
        let window = policy.window();
        let archiving = &cluster.settings().archiving;
        let ran = archiving.retention.unwrap_or(window).min(window);
        // What is kept grows with the window and the cycle that must be kept beside it.
        let cycle = policy.full_every();
        let (whole, part) = (i128::from((window + cycle).0), i128::from((ran + cycle).0.max(1)));
        let more = |bytes: u64| {
            let bytes = u128::from(bytes) * u128::from(policy.copies.max(1)) * whole.unsigned_abs();
            u64::try_from(bytes / part.unsigned_abs().max(1)).unwrap_or(u64::MAX)
        };
        let mut volumes = cluster.storage();
        for volume in &mut volumes {
            (volume.log_bytes, volume.backup_bytes) = (more(volume.log_bytes), more(volume.backup_bytes));
            volume.objects = more(volume.objects);
        }
        let held = held(cluster, ran);
        Keeping {
            micro_dollars: volumes.iter().fold(0, |sum, volume| sum + volume.micro_dollars_per_month()),
            volumes,
            backups: cluster.backups().catalog().len() as u32,
            window,
            // What was not run is as well covered as what was.
            held: if held >= ran { window } else { Micros((i128::from(held.0) * whole / part) as i64).min(window) },
            ran,
            database_bytes: cluster.primary().map_or(0, |primary| database_bytes(primary).saturating_mul(grain.scale)),
            grain,
        }
    }

    /// M6, in thousandths: of the window.
    pub fn coverage_thousandths(&self) -> u64 {
        let share = i128::from(self.held.0) * 1000 / i128::from(self.window.0.max(1));
        u64::try_from(share).unwrap_or(0)
    }

    /// M9: millionths of a dollar a month for each GB (10^9 bytes) of database that can be restored.
    pub fn micro_dollars_per_gb(&self) -> u64 {
        let cost = u128::from(self.micro_dollars) * 1_000_000_000 / u128::from(self.database_bytes.max(1));
        u64::try_from(cost).unwrap_or(u64::MAX)
    }

    pub fn bytes(&self) -> u64 {
        self.volumes.iter().map(StoreVolume::bytes).sum()
    }

    /// By how much a metric of what is kept may be off since the history was scaled down, in the metric's unit: the small files of each backup, and of the database, do not get
    /// smaller with it; the last segment may hold more than it would; and where the window begins and ends is known up to a commit, or a segment.
    pub fn error(&self, policy: &Policy, metric: Metric) -> u64 {
        let grain = &self.grain;
        let small = u128::from(SMALL_FILES_BYTES.saturating_mul(grain.scale));
        let segment = u128::from(u64::from(grain.segment.bytes()).saturating_mul(grain.scale));
        let copies = u128::from(policy.copies.max(1));
        let (ran, window) =
            (u128::from(self.ran.0.max(1).unsigned_abs()), u128::from(self.window.0.max(1).unsigned_abs()));
        let more = |bytes: u128| bytes * window.div_ceil(ran);
        let stored = copies * more(small * u128::from(self.backups) + segment);
        let archiving = &policy.settings.archiving;
        let prices = [archiving.backup_store, archiving.archive_store].map(|store| store.micro_dollars_per_gb_month());
        let dearest = u128::from(prices[0].max(prices[1]));
        // Each store's cost is rounded up.
        let cost = (stored * dearest).div_ceil(1_000_000_000) + self.volumes.len() as u128;
        let error = match metric {
            Metric::Storage => stored,
            Metric::Cost => cost,
            Metric::CostPerGb => {
                let least = u128::from(self.database_bytes).saturating_sub(small).max(1);
                (cost * 1_000_000_000 + u128::from(self.micro_dollars_per_gb()) * small).div_ceil(least)
            }
            Metric::Coverage => {
                let coarse = if grain.segment_thousandths > 1000 { grain.segment_thousandths } else { 0 };
                let closed = u128::from(policy.segment_every().0.unsigned_abs()) * u128::from(coarse) / 1000;
                let edges = 2 * u128::from(grain.every.0.unsigned_abs()) + closed;
                (edges * 1000).div_ceil(ran).min(1000)
            }
            _ => 0,
        };
        u64::try_from(error).unwrap_or(u64::MAX)
    }
}

/// What a server's files take on its disk without its log, in bytes, before `scale`.
pub(super) fn database_bytes(server: &Server) -> u64 {
    let files = server.disk.files().filter(|name| !matches!(name, FileName::Log(..)));
    let bytes = files.map(|name| {
        let chunks = 0..server.disk.chunk_count(name);
        chunks.filter_map(|chunk| server.disk.chunk(name, chunk)).map(|it| it.len() as u64).sum::<u64>()
    });
    bytes.sum()
}

/// How much of the last `window` can be recovered to: the times between the earliest and the latest target of each backup that is whole.
///
/// A backup that ended within the reach of an older one reaches as far as that one, or beyond a gap; so those are looked at alone that begin where nothing reaches yet.
pub fn held(cluster: &Cluster, window: Micros) -> Micros {
    let (now, begin) = (cluster.timestamp(), cluster.timestamp() - window);
    let mut catalog: Vec<Manifest> = cluster.backups().catalog();
    catalog.sort_by_key(|manifest| manifest.end_time);
    let (mut held, mut to) = (Micros::ZERO, begin);
    // Of the backups that ended before the window began, the newest that is whole is as good as all the others.
    let before = catalog.partition_point(|manifest| manifest.end_time <= begin);
    let old = catalog[..before].iter().rev();
    let reach_of = |manifest: &Manifest| {
        let size = SegmentSize::new(manifest.segment_bytes)?;
        verify(cluster.backups(), cluster.archive(), &manifest.label).defects.is_empty().then_some(())?;
        let (earliest, latest) = reach(manifest, cluster.archive(), size, manifest.timeline).range.ok()?;
        Some((earliest.time?, latest.time?))
    };
    if let Some((_, latest)) = old.clone().find_map(reach_of) {
        held = (latest.min(now) - begin).max(Micros::ZERO);
        to = begin + held;
    }
    for manifest in &catalog[before..] {
        if manifest.end_time <= to {
            continue;
        }
        if let Some((earliest, latest)) = reach_of(manifest) {
            let (from, until) = (earliest.max(to), latest.min(now));
            held = held + (until - from).max(Micros::ZERO);
            to = to.max(until);
        }
    }
    held
}
