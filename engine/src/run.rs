//! A run: a script carried out from its first line to its last, and everything that happened, to be gone through in both directions.
//!
//! The state after any event can be had again: the nearest *keyframe* before it, a copy of the cluster, is taken up and the commands
//! behind it are carried out anew. Copies share every page and segment that they have in common, so a keyframe costs little. It is
//! point-in-time recovery, applied to the simulator itself.

use crate::cluster::{Cluster, CommandError, Event, Settings, Status, TimedCommand};
use crate::types::Micros;

/// A keyframe is taken when that many events have happened since the last ...
const EVENTS_BETWEEN_KEYFRAMES: u64 = 256;
/// ... and one more for each of so many that had happened by then: copies share pages and segments, but not the lists of them, which grow with the run.
const EVENTS_FOR_ONE_MORE: u64 = 64;
/// How many things a cluster does before the run looks up.
const BUDGET: u32 = 64;
/// A run that has not ended after that many events is broken off: a workload of a millisecond, say.
const MOST_EVENTS: u64 = 2_000_000;

/// A command that the cluster refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of the run's commands.
    pub command: usize,
    pub error: RunError,
}

/// Why a run cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunError {
    Command(CommandError),
    /// It makes more events than a run may hold.
    TooLong {
        events: u64,
    },
}

/// Where a run is: what has been carried out so far.
#[derive(Debug, Clone)]
struct Progress {
    cluster: Cluster,
    /// The next command.
    next: usize,
}

/// A script carried out.
#[derive(Debug, Clone)]
pub struct Run {
    settings: Settings,
    begin: Micros,
    commands: Vec<TimedCommand>,
    events: Vec<Event>,
    /// For each command, how many events had happened when it was sent.
    sent_after: Vec<u64>,
    keyframes: Vec<Progress>,
    end: Progress,
}

impl Run {
    /// Carries the commands out, each at its time, and then what is under way to its end.
    pub fn new(settings: Settings, commands: Vec<TimedCommand>) -> Result<Run, Refused> {
        let mut run = Run::begun(settings, commands);
        run.carry_on()?;
        Ok(run)
    }

    /// A run none of whose commands has been carried out yet: [`Run::go_on`] does that, a piece at a time.
    pub fn begun(settings: Settings, commands: Vec<TimedCommand>) -> Run {
        let begin = commands.first().map_or(settings.date, |first| first.at);
        let (cluster, events) = Cluster::new(settings.clone(), begin);
        let progress = Progress { cluster, next: 0 };
        let keyframes = vec![progress.clone()];
        Run { settings, begin, commands, events, sent_after: Vec::new(), keyframes, end: progress }
    }

    /// Appends commands to a copy of the run.
    pub fn with(&self, more: Vec<TimedCommand>) -> Result<Run, Refused> {
        let mut run = self.followed_by(more);
        run.carry_on()?;
        Ok(run)
    }

    /// A copy of the run with commands behind it that have yet to be carried out, by [`Run::go_on`].
    pub fn followed_by(&self, more: Vec<TimedCommand>) -> Run {
        let mut run = self.clone();
        run.commands.extend(more);
        run
    }

    fn carry_on(&mut self) -> Result<(), Refused> {
        while !self.go_on()? {}
        Ok(())
    }

    /// Carries out the next piece, some dozens of events; whether that was the last. A run that was refused has no use any more.
    pub fn go_on(&mut self) -> Result<bool, Refused> {
        let next = self.end.next;
        let stepped = step(&mut self.end, &self.commands);
        let (events, sent) = stepped.map_err(|error| Refused { command: next, error: RunError::Command(error) })?;
        if let Some(sent) = sent {
            self.sent_after.push(sent);
        }
        self.events.extend(events);
        let told = self.end.cluster.told();
        if told > MOST_EVENTS {
            return Err(Refused { command: next, error: RunError::TooLong { events: MOST_EVENTS } });
        }
        let last = self.keyframes.last().map_or(0, |keyframe| keyframe.cluster.told());
        if told >= last + EVENTS_BETWEEN_KEYFRAMES + last / EVENTS_FOR_ONE_MORE {
            self.keyframes.push(self.end.clone());
        }
        Ok(is_over(&self.end, &self.commands))
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// When it begins: the instant of the first command.
    pub fn begin(&self) -> Micros {
        self.begin
    }

    pub fn commands(&self) -> &[TimedCommand] {
        &self.commands
    }

    /// Everything that happened, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The command that was being carried out, or waited for, when an event happened.
    pub fn command_of(&self, event: usize) -> Option<usize> {
        self.sent_after.partition_point(|sent| *sent <= event as u64).checked_sub(1)
    }

    /// How many events had happened when a command was sent.
    pub fn sent_after(&self, command: usize) -> Option<u64> {
        self.sent_after.get(command).copied()
    }

    /// The cluster at the end.
    pub fn cluster(&self) -> &Cluster {
        &self.end.cluster
    }

    /// The cluster just after an event; the last one's if there are fewer.
    pub fn state_at(&self, event: usize) -> Cluster {
        let wanted = (event as u64).saturating_add(1);
        if wanted >= self.end.cluster.told() {
            return self.end.cluster.clone();
        }
        let index = self.keyframes.partition_point(|keyframe| keyframe.cluster.told() <= wanted);
        let Some(keyframe) = index.checked_sub(1).and_then(|index| self.keyframes.get(index)) else {
            // Within the events of the making of the database.
            let (cluster, _) = Cluster::new(self.settings.clone(), self.begin);
            return cluster;
        };
        if keyframe.cluster.told() == wanted {
            return keyframe.cluster.clone();
        }
        let mut progress = keyframe.clone();
        progress.cluster.watch_for(wanted);
        loop {
            // What was carried out once is carried out again: no command is refused the second time.
            let refused = step(&mut progress, &self.commands).is_err();
            if let Some(cluster) = progress.cluster.take_watched() {
                return cluster;
            }
            if refused || is_over(&progress, &self.commands) {
                return progress.cluster;
            }
        }
    }
}

/// Does the next piece: lets the clock run towards the next command, or sends it. Returns what happened, and, if a command was sent,
/// after how many events.
fn step(progress: &mut Progress, commands: &[TimedCommand]) -> Result<(Vec<Event>, Option<u64>), CommandError> {
    let Progress { cluster, next } = progress;
    match commands.get(*next) {
        Some(timed) => {
            let advance = cluster.advance(timed.at, BUDGET);
            if advance.status == Status::MoreToDo {
                return Ok((advance.events, None));
            }
            let mut events = advance.events;
            let sent = cluster.told();
            events.extend(cluster.execute(&timed.session, &timed.command)?);
            *next += 1;
            Ok((events, Some(sent)))
        }
        None => {
            let until = cluster.busy_until().unwrap_or(cluster.now());
            Ok((cluster.advance(until, BUDGET).events, None))
        }
    }
}

fn is_over(progress: &Progress, commands: &[TimedCommand]) -> bool {
    progress.next >= commands.len() && progress.cluster.busy_until().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::EventKind;
    use std::sync::Arc;

    /// Some thirty thousand events.
    fn a_long_run() -> Run {
        let text = "scenario date 2026-03-04\n\
            00:00:00 ops CREATE TABLE t (id int primary key, account int, item text)\n\
            00:00:01 shop workload t every 1s\n\
            01:40:00 ops note 'enough'\n";
        let script = crate::script::parse(text).expect("is a script");
        let commands = script.commands.into_iter().map(|line| line.timed).collect();
        Run::new(script.settings, commands).expect("can be carried out")
    }

    #[test]
    fn keyframes_lie_further_apart_the_longer_the_run() {
        let run = a_long_run();
        let at: Vec<u64> = run.keyframes.iter().map(|keyframe| keyframe.cluster.told()).collect();
        let gaps: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        // A step of this run makes no more events than that.
        let near = |gap: u64, wanted: u64| (wanted..wanted + 400).contains(&gap);
        assert!(near(gaps[0], 256), "{gaps:?}");
        assert!(near(gaps[gaps.len() - 1], 256 + at[at.len() - 2] / 64), "{gaps:?}");
        assert!(gaps[gaps.len() - 1] > gaps[0] + 250, "{gaps:?}");
        let (between, last) = ((at[at.len() - 2] + at[at.len() - 1]) / 2, at[at.len() - 1]);
        for event in [between, last] {
            assert_eq!(run.state_at(event as usize - 1).told(), event);
        }
    }

    #[test]
    fn records_share_their_names() {
        let run = a_long_run();
        let tables = run.events().iter().filter_map(|event| match &event.kind {
            EventKind::RecordWritten { table: Some(table), .. } if &**table == "t" => Some(table),
            _ => None,
        });
        let tables: Vec<_> = tables.collect();
        assert!(tables.len() > 5000 && tables.iter().all(|table| Arc::ptr_eq(table, tables[0])));
    }
}
