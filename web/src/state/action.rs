//! What can be done to the model, and what it wants done.

use super::Speed;
use pitr_protocol::{Envelope, Request, ScriptSource, TargetKind, TargetSpec};

/// What can happen to the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Start another run.
    Load(ScriptSource),
    /// Go to a step; playing stops.
    GoTo(u32),
    /// Go that many steps on, or back; playing stops.
    StepBy(i32),
    /// Play or pause. From the end it starts at the beginning.
    PlayOrPause,
    SetSpeed(Speed),
    /// The target in the terms of another kind, the cut staying where it is.
    TargetKind(TargetKind),
    TargetText(String),
    /// Anything else about the target.
    Target(TargetSpec),
    /// The target at one of `Target::stops`.
    TargetStop(usize),
    /// Recover to the target.
    Recover,
    /// A recovery that is paused at its target ends there.
    Promote,
    /// A server that has shut down at its target goes on to the one that is chosen now.
    GoOn,
    DismissCrash,
    /// The next step of playing is due.
    Tick,
    /// The worker is there.
    Connected {
        fallback: bool,
    },
    /// The worker has gone down and is being replaced. `blame` is the request that it was at, if that is known.
    Crashed {
        blame: Option<u32>,
        message: String,
    },
    /// The whole engine cannot be had; the one at work goes on.
    NoWholeEngine {
        message: String,
    },
    /// The engine cannot be had.
    Failed {
        message: String,
    },
}

/// What the reducer wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Send(Envelope<Request>),
    /// Send [`Action::Tick`] after so many milliseconds, instead of any tick that was due.
    Wake(u32),
    /// No tick is due any more.
    Rest,
    /// Go over to the whole engine; [`Action::Connected`] tells of it.
    WholeEngine,
}
