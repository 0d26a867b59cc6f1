//! Random histories: from a seed, what several sessions and an operator do to a database for some hours.
//!
//! A history is made by doing it: each next command is chosen by chance among what makes sense for the cluster as it stands, and sent. One
//! that is refused is left out, as it must have changed nothing; so what comes out is a script that any [`Run`] carries out from end to end.
//! There are tables and sequences, transactions that overlap, savepoints, checkpoints, segment switches, restore points, full and incremental
//! backups by the clock and by hand, clock jumps, damage to the archive, lost primaries, recoveries of every kind, and switch-overs onto new timelines.
//!
//! * [`teller`] drives a cluster and writes down what it accepted.
//! * [`statements`] chooses what the sessions send, [`operators`] what the operator does.
//! * [`seeds`] holds fifty histories to their digests.
//!
//! Invariant: integers alone, and no order but that of the commands: the same seed gives the same history on every machine.

mod operators;
mod random;
pub mod seeds;
mod statements;
mod teller;

pub use random::Random;

use pitr_engine::script::Script;
use pitr_engine::{Cluster, Event, TimedCommand};

/// What a history may hold.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    /// How often the database is recovered and goes on from there.
    pub eras: u64,
    /// Steps between two such times.
    pub steps: u64,
    /// Lost segments and history files, damaged records.
    pub faults: bool,
    /// Transactions that come by themselves.
    pub workloads: bool,
}

/// A piece of a history, in the order in which it went.
#[derive(Debug, Clone)]
pub enum Told {
    /// A command was sent, and accepted. What it did follows.
    Sent(TimedCommand),
    Happened(Event),
}

/// A history that has been told to its end.
#[derive(Debug, Clone)]
pub struct History {
    pub script: Script,
    pub told: Vec<Told>,
    /// Commands that the cluster refused.
    pub refused: u32,
    /// The cluster at the end, with nothing under way but what goes on forever.
    pub cluster: Cluster,
}

/// The history of a seed.
pub fn tell(seed: u64, plot: Plot) -> History {
    teller::Teller::new(seed, plot).tell()
}
