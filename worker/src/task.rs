//! Work that may take seconds, done in slices between which the desk hears what else is asked: a run is carried out, laid out in columns,
//! and sent. The run that was there stays until all of that is done, so to think better of it is to drop the task.

use crate::columns::Builder;
use crate::cuts;
use crate::desk::{Current, WallClock, laid_out, part};
use crate::loaded::Loaded;
use crate::making::Making;
use crate::problems::problem;
use crate::reports;
use pitr_protocol::bench::{Phase, Progress, Told};
use pitr_protocol::{Problem, Reply, TargetSpec};
use std::rc::Rc;

/// A slice is over when it has taken this long, microseconds.
const SLICE_US: i64 = 8_000;
/// Pieces of a run, and events of one, between two looks at the clock.
const PIECES: usize = 16;
const EVENTS: usize = 2_048;
/// Who waits longer than this is told how far the work is, and then so often, microseconds.
const TELL_AFTER_US: i64 = 200_000;
const TELL_EVERY_US: i64 = 80_000;

/// What a run is made for.
#[derive(Debug)]
pub enum Purpose {
    Show,
    /// To be shown, with the report of the recovery at its end.
    Recover {
        asked: Option<TargetSpec>,
        worked_us: i64,
    },
    /// To see that it can be; then this is told, and the run is kept for whoever asks for it next.
    Try(Told),
}

/// Work under way, and whom to tell.
pub struct Task {
    pub id: u32,
    pub epoch: u32,
    purpose: Purpose,
    stage: Stage,
    /// How many records there will be, if that is known.
    of: u64,
    records: u64,
    begun_us: i64,
    told_us: Option<i64>,
}

enum Stage {
    Making(Box<Making>),
    Gathering(Rc<Loaded>, Box<Builder>),
    Sending(Option<Box<Current>>, usize),
}

/// What has come of a slice.
pub enum Came {
    /// There is more to do.
    More,
    Shown(Box<Current>),
    Tried(Rc<Loaded>, Told),
    Refused(Problem),
}

impl core::fmt::Debug for Task {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Task").field("id", &self.id).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl Task {
    /// A run to be carried out. `of` is how many records there will be, 0 if nobody knows.
    pub fn new((id, epoch): (u32, u32), purpose: Purpose, making: Making, of: u64, now_us: i64) -> Task {
        let stage = Stage::Making(Box::new(making));
        Task { id, epoch, purpose, stage, of, records: 0, begun_us: now_us, told_us: None }
    }

    /// One that was carried out when it was tried.
    pub fn tried((id, epoch): (u32, u32), loaded: Rc<Loaded>, records: u64, now_us: i64) -> Task {
        let builder = Box::new(Builder::new(&loaded));
        let stage = Stage::Gathering(loaded, builder);
        Task { id, epoch, purpose: Purpose::Show, stage, of: records, records, begun_us: now_us, told_us: None }
    }

    /// How a refusal of it is told.
    pub fn refusal(&self, problem: Problem) -> Reply {
        match self.purpose {
            Purpose::Try(_) => Reply::Bench(pitr_protocol::bench::seal(&Told::Refused(problem))),
            _ => Reply::Refused(problem),
        }
    }

    /// Whether it is a recovery, whose report is told.
    pub fn is_recovery(&self) -> bool {
        matches!(self.purpose, Purpose::Recover { .. })
    }

    /// The target of a recovery that is carried out, or that a statement asks for.
    pub fn asked(&self) -> Option<TargetSpec> {
        match (&self.purpose, &self.stage) {
            (Purpose::Recover { asked, .. }, _) => asked.clone(),
            (Purpose::Try(_), Stage::Making(making)) => {
                making.recovery().map(|spec| reports::spec(spec, making.zone()))
            }
            _ => None,
        }
    }

    /// Works for a slice; `reply` takes what is to be sent at once.
    pub fn work(&mut self, clock: &WallClock, mut reply: impl FnMut(Reply)) -> Came {
        let until = clock() + SLICE_US;
        loop {
            match self.piece(clock, &mut reply) {
                Ok(None) if clock() >= until => return Came::More,
                Ok(None) => {}
                Ok(Some(came)) => return came,
                Err(problem) => return Came::Refused(problem),
            }
        }
    }

    fn piece(&mut self, clock: &WallClock, reply: &mut impl FnMut(Reply)) -> Result<Option<Came>, Problem> {
        match &mut self.stage {
            Stage::Making(making) => {
                for _ in 0..PIECES {
                    let Some(mut loaded) = making.go_on()? else { continue };
                    self.records = making.records();
                    if let Purpose::Recover { worked_us, .. } = &self.purpose {
                        loaded.wall_us = worked_us + clock() - self.begun_us;
                    }
                    let loaded = Rc::new(loaded);
                    if let Purpose::Try(told) = &mut self.purpose {
                        let told = core::mem::replace(told, Told::Progress(None));
                        return Ok(Some(Came::Tried(loaded, told)));
                    }
                    let builder = Box::new(Builder::new(&loaded));
                    self.stage = Stage::Gathering(loaded, builder);
                    return Ok(None);
                }
                self.records = making.records();
            }
            Stage::Gathering(loaded, builder) => {
                if builder.go_on(EVENTS) {
                    let builder = core::mem::replace(builder, Box::new(Builder::new(loaded)));
                    let asked = match &self.purpose {
                        Purpose::Recover { asked, .. } => asked.as_ref(),
                        _ => None,
                    };
                    let current = Box::new(laid_out(loaded, builder.finish(), asked));
                    reply(Reply::Run(Box::new(current.columns.head.clone())));
                    self.stage = Stage::Sending(Some(current), 0);
                }
            }
            Stage::Sending(current, next) => match current.as_ref().and_then(|current| part(&current.columns, *next)) {
                Some(part) => {
                    *next += 1;
                    reply(part);
                }
                None => return Ok(current.take().map(Came::Shown)),
            },
        }
        Ok(None)
    }

    /// What there is to tell of it now, if it is time to.
    pub fn progress(&mut self, now_us: i64) -> Option<Progress> {
        let is_time = match self.told_us {
            Some(told) => now_us - told >= TELL_EVERY_US,
            None => now_us - self.begun_us >= TELL_AFTER_US,
        };
        if !is_time {
            return None;
        }
        self.told_us = Some(now_us);
        let (phase, permille) = match &self.stage {
            Stage::Making(making) => {
                let known = self.records.saturating_mul(1000).checked_div(self.of);
                let permille = known.map_or(making.permille(), |known| known.min(1000) as u32);
                let replays = matches!(self.purpose, Purpose::Recover { .. });
                (if replays { Phase::Replaying } else { Phase::CarryingOut }, permille * 17 / 20)
            }
            Stage::Gathering(loaded, builder) => {
                let share = builder.gone() * 100 / loaded.run.events().len().max(1);
                (Phase::LayingOut, 850 + share as u32)
            }
            Stage::Sending(..) => (Phase::LayingOut, 950),
        };
        let of = (self.of > 0).then_some(self.of.max(self.records));
        Some(Progress { phase, records: self.records, of, permille, can_be_cancelled: false })
    }

    /// Records that it has written or replayed.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Whether anybody was told how far it is.
    pub fn was_told(&self) -> bool {
        self.told_us.is_some()
    }
}

/// The recovery of a run's base to a target: refused if it cannot begin.
pub fn recovery(current: &Current, asked: &TargetSpec) -> Result<(Making, u64), Problem> {
    let spec = cuts::read_target(&current.loaded, asked)?;
    if let Some(problem) = cuts::too_early(&current.loaded, &spec) {
        return Err(problem);
    }
    let of = cuts::records_to_replay(&current.loaded, &current.columns, &spec);
    let command = pitr_engine::Command::Recover(spec);
    Ok((Making::behind(&current.loaded, &current.loaded.base, &current.loaded.base_script, command), of))
}

/// A recovery that waits at its target, taken up again: on to another, or to its end.
pub fn continuation(current: &Current, to: Option<&TargetSpec>) -> Result<Making, Problem> {
    let loaded = &current.loaded;
    let command = match to {
        Some(asked) => pitr_engine::Command::Continue(pitr_engine::RecoverySpec {
            backup: None,
            ..cuts::read_target(loaded, asked)?
        }),
        None => pitr_engine::Command::Resume,
    };
    Ok(Making::behind(loaded, &loaded.run, &loaded.script, command))
}

/// Why a run cannot be that is not wanted any more.
pub fn cancelled() -> Problem {
    problem("cancelled", vec![])
}
