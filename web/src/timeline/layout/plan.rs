//! Where the lanes lie: time across with lanes under each other, or, on a phone, time downwards with lanes side by side.
//!
//! Everything else is drawn in two coordinates, *along* the axis and *over* the lanes; only here do they become x and y.

use super::super::shapes::{Point, Rect, within};
use crate::state::Run;

/// A lane's stretch over the lanes' direction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lane {
    pub from: f64,
    pub to: f64,
}

impl Lane {
    pub fn middle(self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

/// The ground plan of a picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Time runs downwards.
    pub down: bool,
    pub width: f64,
    pub height: f64,
    /// Where along begins, and how long it is.
    pub start: f64,
    pub length: f64,
    /// The axis' labels; across it holds the target's flag as well.
    pub labels: Lane,
    pub flag: Lane,
    pub sessions: Vec<Lane>,
    pub log: Lane,
    pub segments: Lane,
    pub archive: Lane,
    pub backups: Lane,
    pub timelines: Lane,
    /// The recovered server's phases, if there is one.
    pub server: Option<Lane>,
}

/// Lanes take turns from here on.
struct Stack {
    at: f64,
    stretch: f64,
}

impl Stack {
    fn take(&mut self, size: f64) -> Lane {
        let from = self.at;
        self.at += size * self.stretch;
        Lane { from, to: self.at }
    }

    fn skip(&mut self, size: f64) {
        self.at += size;
    }
}

impl Plan {
    /// The plan of a picture as wide as that. Its height follows from what is to be shown.
    pub fn new(run: &Run, width: f64, down: bool) -> Plan {
        if down { Plan::downwards(run, width) } else { Plan::across(run, width) }
    }

    fn across(run: &Run, width: f64) -> Plan {
        let start = if width < 820.0 { 82.0 } else { 100.0 };
        let forks = run.head.timelines.len().saturating_sub(1).min(3) as f64;
        let lane = if run.head.sessions.len() > 6 { 36.0 } else { 42.0 };
        let mut stack = Stack { at: 4.0, stretch: 1.0 };
        let labels = stack.take(26.0);
        let flag = stack.take(38.0);
        stack.skip(4.0);
        let sessions = run.head.sessions.iter().map(|_| stack.take(lane)).collect();
        stack.skip(6.0);
        let log = stack.take(46.0);
        let segments = stack.take(30.0);
        let archive = stack.take(30.0);
        let backups = stack.take(30.0);
        let timelines = stack.take(28.0 + 24.0 * forks);
        let server = run.head.recovery_step.map(|_| stack.take(30.0));
        let height = stack.at + 8.0;
        let length = (width - start - 20.0).max(40.0);
        Plan {
            down: false,
            width,
            height,
            start,
            length,
            labels,
            flag,
            sessions,
            log,
            segments,
            archive,
            backups,
            timelines,
            server,
        }
    }

    fn downwards(run: &Run, width: f64) -> Plan {
        let start = 54.0;
        let forks = run.head.timelines.len().saturating_sub(1).min(3) as f64;
        let sessions = run.head.sessions.len();
        let labels = 46.0;
        let wanted = 44.0 * sessions as f64 + 30.0 + 34.0 + 24.0 + 32.0 + 18.0 + 16.0 * forks;
        let stretch = within((width - labels - 9.0) / wanted, 0.5, 1.8);
        let mut stack = Stack { at: 0.0, stretch: 1.0 };
        let labels = stack.take(labels);
        stack.stretch = stretch;
        let lanes = (0..sessions).map(|_| stack.take(44.0)).collect();
        stack.skip(5.0);
        let log = stack.take(30.0);
        let segments = stack.take(34.0);
        let archive = stack.take(24.0);
        let backups = stack.take(32.0);
        let timelines = stack.take(18.0 + 16.0 * forks);
        // A minute has room for a short transaction and its number; a busy day is cut to what a thumb can scroll.
        let minutes = ((run.head.end_us - run.head.begin_us) / 60_000_000) as f64;
        let busy = run.head.transactions.len() as f64 * 34.0;
        let length = within(busy.max(minutes * 8.5), 440.0, 900.0);
        Plan {
            down: true,
            width,
            height: start + length + 12.0,
            start,
            length,
            labels,
            flag: labels,
            sessions: lanes,
            log,
            segments,
            archive,
            backups,
            timelines,
            // Its phases have no room here; the report tells them.
            server: None,
        }
    }

    /// A point so far along, so far over.
    pub fn point(&self, along: f64, over: f64) -> Point {
        let along = self.start + along;
        if self.down { Point { x: over, y: along } } else { Point { x: along, y: over } }
    }

    /// The rectangle between two places along and two over.
    pub fn rect(&self, along: (f64, f64), over: (f64, f64)) -> Rect {
        let from = self.point(along.0, over.0);
        Rect {
            x: from.x,
            y: from.y,
            w: if self.down { over.1 - over.0 } else { along.1 - along.0 },
            h: if self.down { along.1 - along.0 } else { over.1 - over.0 },
        }
    }

    /// How far the flag over a place along leans away from a near edge, so that it stays whole.
    pub fn lean(&self, along: f64) -> f64 {
        const HALF: f64 = 62.0;
        let (before, after) = (self.start + along, self.width - self.start - along);
        if self.down { 0.0 } else { (HALF - before).max(0.0) - (HALF - after).max(0.0) }
    }

    /// How far along a point lies.
    pub fn along(&self, point: Point) -> f64 {
        (if self.down { point.y } else { point.x }) - self.start
    }

    /// Where the lanes begin and end.
    pub fn lanes(&self) -> Lane {
        let first = self.sessions.first().copied().unwrap_or(self.log);
        let last = self.server.unwrap_or(self.timelines);
        Lane { from: first.from, to: last.to }
    }

    /// A place along, kept within what can be seen; with a little room, so that what lies outside stays outside.
    pub fn clip(&self, along: f64) -> f64 {
        within(along, -8.0, self.length + 8.0)
    }

    pub fn is_seen(&self, from: f64, to: f64) -> bool {
        to >= -8.0 && from <= self.length + 8.0
    }
}
