//! A history that breaks a promise, made as short as it goes.

use crate::histories::{History, Told};
use pitr_engine::script::Script;
use pitr_engine::{Cluster, Event, Status, TimedCommand};

/// Carries commands out one after another, leaving out what is refused.
pub fn carry_out(script: &Script, commands: &[TimedCommand]) -> History {
    let mut shorter = Script { title: script.title.clone(), settings: script.settings.clone(), ..Script::default() };
    let begin = commands.first().map_or(script.settings.date, |first| first.at);
    let (mut cluster, events) = Cluster::new(script.settings.clone(), begin);
    let mut told: Vec<Told> = events.into_iter().map(Told::Happened).collect();
    let mut refused = 0;
    for timed in commands {
        loop {
            let advance = cluster.advance(timed.at, 1000);
            told.extend(advance.events.into_iter().map(Told::Happened));
            if advance.status == Status::Reached {
                break;
            }
        }
        match cluster.execute(&timed.session, &timed.command) {
            Ok(events) => {
                shorter.push(timed.at, &timed.session, timed.command.clone());
                told.push(Told::Sent(timed.clone()));
                told.extend(events.into_iter().map(Told::Happened));
            }
            Err(_) => refused += 1,
        }
    }
    while let Some(at) = cluster.busy_until() {
        let events: Vec<Event> = cluster.advance(at, 1000).events;
        told.extend(events.into_iter().map(Told::Happened));
    }
    History { script: shorter, told, refused, cluster }
}

/// The shortest history found by leaving out commands that still breaks the promise, in at most so many tries.
pub fn shrink(history: &History, tries: u32, is_broken: impl Fn(&History) -> bool) -> History {
    let commands = |history: &History| -> Vec<TimedCommand> {
        history.script.commands.iter().map(|line| line.timed.clone()).collect()
    };
    let mut best = carry_out(&history.script, &commands(history));
    if !is_broken(&best) {
        return history.clone();
    }
    let mut left = tries;
    let mut width = best.script.commands.len() / 2;
    while width > 0 {
        let mut from = 0;
        while from < best.script.commands.len() && left > 0 {
            let mut fewer = commands(&best);
            fewer.drain(from..(from + width).min(fewer.len()));
            left -= 1;
            let tried = carry_out(&best.script, &fewer);
            if is_broken(&tried) {
                best = tried;
            } else {
                from += width;
            }
        }
        width /= 2;
    }
    best
}
