//! The crash matrix: the power goes after every event of random work, and at every byte of the log that was not durable; and what is
//! there when the server is back is held against a model that knows no pages.
//!
//! What must hold, whatever was lost:
//!
//! * every commit that was acknowledged as durable is there;
//! * a transaction is visible exactly if its commit record survived whole, so the visible ones are the first in the order of commits;
//! * a commit that was acknowledged early is missing only if that was less than the log writer's delay ago;
//! * the rows are those that the model has after these transactions, in every table there is, and no other;
//! * no XID and no acknowledged value of a sequence is given out again;
//! * a recovery that is cut off itself, anywhere, comes to the same when it is begun anew;
//! * with torn pages, too: with full-page images nothing is lost, without them the damage is named or did no harm.
//!
//! * [`workload`] does the work, [`model`] is the model, [`judge`](mod@judge) says what may be.

pub mod judge;
pub mod model;
pub mod workload;

use crate::carried::rows;
use crate::decoders::torn_pages;
use crate::histories::Random;
use judge::{Before, Found, judge, judge_end, judge_failure};
use pitr_engine::types::{Lsn, Micros, RelationId, Xid};
use pitr_engine::{Cluster, Command, CrashEvent, CrashFailure, EventKind, FileName, PageImages, PowerLoss, Run};
use std::collections::BTreeMap;
use workload::{Worked, work};

/// How much of the matrix is tried.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub workloads: u64,
    /// Steps of each.
    pub steps: u32,
    /// Every so many events are crashed after.
    pub every_event: usize,
    /// Every so many bytes are cut at.
    pub every_byte: u64,
}

impl Extent {
    /// All of it.
    pub const FULL: Extent = Extent { workloads: 200, steps: 70, every_event: 1, every_byte: 1 };
    /// What is tried whenever the tests are run.
    pub const SAMPLE: Extent = Extent { workloads: 24, steps: 70, every_event: 1, every_byte: 97 };
}

/// What was tried, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tried {
    pub workloads: u64,
    pub events: u64,
    /// Crashes at an event, nothing but what was durable being left.
    pub clean: u64,
    /// Crashes with the log cut at a byte.
    pub cut: u64,
    /// Crashes with torn pages, or sectors as chance would have them.
    pub torn: u64,
    /// Crashes of a crash recovery.
    pub again: u64,
    /// Early acknowledged commits that were lost, within their window.
    pub lost_early: u64,
    /// Without page images: crashes after which a torn page was named.
    pub named: u64,
}

impl Tried {
    /// All crashes together.
    pub fn crashes(&self) -> u64 {
        self.clean + self.cut + self.torn + self.again
    }
}

/// Tries an extent of the matrix; the first thing that does not hold ends it, with the seed and the place where to see it.
pub fn run(extent: Extent, mut tell: impl FnMut(&Tried)) -> Result<Tried, String> {
    let mut tried = Tried::default();
    for seed in 1..=extent.workloads {
        // Every fourth goes without page images, every fourth compresses them.
        let images = [PageImages::On, PageImages::Off, PageImages::On, PageImages::Compressed][(seed % 4) as usize];
        let worked = work(seed, extent.steps, images);
        let matrix = Matrix { worked: &worked, images, extent };
        matrix.run(&mut tried).map_err(|fault| format!("workload {seed}: {fault}"))?;
        tried.workloads += 1;
        tell(&tried);
    }
    Ok(tried)
}

struct Matrix<'a> {
    worked: &'a Worked,
    images: PageImages,
    extent: Extent,
}

/// A server that is back.
struct Back {
    cluster: Cluster,
    /// Pages that did not agree with their checksums when the power was back.
    torn: Vec<(RelationId, u32)>,
    /// Where its own log was found to end, if it could be recovered at all.
    end: Result<Lsn, CrashFailure>,
}

impl Matrix<'_> {
    fn run(&self, tried: &mut Tried) -> Result<(), String> {
        let run = Run::new(self.worked.settings.clone(), self.worked.commands.clone())
            .map_err(|refused| format!("what was accepted is refused: {refused:?}"))?;
        let mut random = Random::new(self.worked.seed);
        let mut log = (Lsn::ZERO, Lsn::ZERO);
        // The making of the database is one piece: there is nothing to crash before it is done.
        let made = run.sent_after(0).map_or(0, |events| events as usize - 1);
        for event in (made..run.events().len()).step_by(self.extent.every_event) {
            let state = run.state_at(event);
            let Some(primary) = state.primary() else {
                continue;
            };
            let (durable, end) = (primary.log.flushed(), primary.log.end());
            let at = |what: &str, fault: String| format!("event {event}, {what}: {fault}");
            tried.events += 1;
            tried.clean += 1;
            self.check(&state, PowerLoss::Clean, tried).map_err(|fault| at("nothing kept", fault))?;
            // Bytes of the log that have been cut at before, with the same on the disk before them, are not cut at again.
            let first = if log.0 == durable { log.1.since(durable) } else { 0 };
            log = (durable, end);
            let cuts = (first + 1..=end.since(durable)).filter(|byte| byte % self.extent.every_byte == 0);
            for bytes in cuts.chain(Some(end.since(durable)).filter(|all| *all > first)) {
                tried.cut += 1;
                let fault = self.check(&state, PowerLoss::MidFlush { bytes }, tried);
                fault.map_err(|fault| at(&format!("cut after {bytes} bytes"), fault))?;
            }
            let seed = random.number() >> 1 | 1;
            for loss in [PowerLoss::TornPages, PowerLoss::Drawn { seed }] {
                tried.torn += 1;
                self.check(&state, loss, tried).map_err(|fault| at(&format!("{loss:?}"), fault))?;
            }
            tried.again += 1;
            let steps = random.between(1, 40) as u32;
            self.check_again(&state, steps, seed).map_err(|fault| at("and again", fault))?;
        }
        Ok(())
    }

    /// Crashes a copy and lets it recover.
    fn check(&self, state: &Cluster, loss: PowerLoss, tried: &mut Tried) -> Result<(), String> {
        let mut copy = state.clone();
        power_off(&mut copy, loss)?;
        let back = power_on(copy)?;
        let end = match back.end {
            Ok(end) => end,
            Err(failure) => {
                tried.named += 1;
                return judge_failure(self.images, loss, failure, &back.torn);
            }
        };
        let before = before(state);
        if let PowerLoss::MidFlush { bytes } = loss {
            judge_end(self.worked, end, before.durable.advanced(bytes), |from, to| back.has_zeros(from, to))?;
        }
        tried.lost_early += judge(self.worked, &before, &back.found(end)?)?;
        Ok(())
    }

    /// Crashes a copy, and its recovery after some steps, and lets it recover.
    fn check_again(&self, state: &Cluster, steps: u32, seed: u64) -> Result<(), String> {
        let mut copy = state.clone();
        power_off(&mut copy, PowerLoss::Clean)?;
        copy.execute("ops", &Command::Restart).map_err(|error| format!("{error:?}"))?;
        let until = copy.now() + Micros::DAY;
        copy.advance(until, steps);
        let loss = PowerLoss::Drawn { seed };
        power_off(&mut copy, loss)?;
        let back = power_on(copy)?;
        let end = match back.end {
            Ok(end) => end,
            Err(failure) => return judge_failure(self.images, loss, failure, &back.torn),
        };
        let before = before(state);
        if end < before.durable {
            return Err(format!("the log ends at {end}, and was durable up to {}", before.durable));
        }
        // Behind that stand at most records of the recovered server's own.
        judge(self.worked, &before, &back.found(before.durable)?).map(|_| ())
    }
}

/// How things stand, should the power go now.
fn before(state: &Cluster) -> Before {
    let durable = state.primary().map_or(Lsn::ZERO, |primary| primary.log.flushed());
    Before { durable, told: state.told(), now: state.now() }
}

impl Back {
    /// Whether the log has nothing but zeros from one position to another.
    fn has_zeros(&self, from: Lsn, to: Lsn) -> bool {
        self.cluster.primary().is_some_and(|primary| {
            let size = primary.log.segment_size();
            let name = |at: Lsn| FileName::Log(primary.log.timeline(), size.segment_of(at));
            let byte = |at: u64| {
                let chunk = primary.disk.chunk(name(Lsn(at)), 0)?;
                chunk.get(size.offset_of(Lsn(at)) as usize).copied()
            };
            (from.0..to.0).all(|at| byte(at) == Some(0))
        })
    }

    /// What is there.
    fn found(&self, end: Lsn) -> Result<Found, String> {
        let server = self.cluster.primary().ok_or("there is no server")?;
        let defs = server.tables(Xid::NONE).map_err(|damaged| format!("the catalog cannot be read: {damaged:?}"))?;
        let mut tables = BTreeMap::new();
        for def in defs {
            let found = rows(server, &def.name).ok_or(format!("table {} cannot be read", def.name))?;
            tables.insert(def.name, found);
        }
        let next = server.sequences(Xid::NONE).map_err(|damaged| format!("{damaged:?}"))?;
        let next_value = next.iter().map(|(_, next)| *next).next();
        Ok(Found { end, tables, next_xid: server.next_xid(), next_value, torn: torn_pages(&server.disk) })
    }
}

fn power_off(cluster: &mut Cluster, loss: PowerLoss) -> Result<(), String> {
    cluster.execute("ops", &Command::Crash(loss)).map(|_| ()).map_err(|error| format!("{error:?}"))
}

/// Starts a server and waits until it is open, or cannot be.
fn power_on(mut cluster: Cluster) -> Result<Back, String> {
    let torn = cluster.idle_disk().map(torn_pages).unwrap_or_default();
    let mut events = cluster.execute("ops", &Command::Restart).map_err(|error| format!("{error:?}"))?;
    let mut end = None;
    loop {
        for event in events {
            match event.kind {
                EventKind::Crash(CrashEvent::LogEnded { end: found, .. }) => end = Some(found),
                EventKind::Crash(CrashEvent::Ready { .. }) => {
                    let end = end.ok_or("the server is open before its log has ended")?;
                    return Ok(Back { cluster, torn, end: Ok(end) });
                }
                EventKind::Crash(CrashEvent::RecoveryFailed { failure }) => {
                    return Ok(Back { cluster, torn, end: Err(failure) });
                }
                _ => {}
            }
        }
        let until = cluster.busy_until().ok_or("the recovery does not end")?;
        events = cluster.advance(until, 1000).events;
    }
}
