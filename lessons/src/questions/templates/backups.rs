//! Backups that take their time while transactions commit: which reach a target, and how far back each goes.

use crate::questions::lived::Lived;
use crate::questions::maker::{Expected, Maker, Offered};
use crate::questions::question::{Form, Kind, Question, Short};
use crate::questions::story::{Day, Story, clock};
use pitr_engine::Manifest;
use pitr_engine::types::Micros;

/// A backup of this much takes some minutes.
const SCALE: &str = ", scale 2000000, archive timeout 10m";

/// The whole second of an instant, or the next.
fn second(at: Micros) -> Micros {
    Micros(at.0.div_euclid(Micros::SECOND.0) * Micros::SECOND.0)
}

/// When a backup began and ended, as people write it.
fn span(lived: &Lived, backup: &Manifest) -> (String, String) {
    (lived.clock(second(backup.start_time)), lived.clock(second(backup.end_time)))
}

/// Commits and the backups' beginnings and ends, in order.
fn evidence(lived: &Lived) -> Option<Vec<String>> {
    let first = lived.commits().first()?.0.end;
    let mut lines: Vec<String> = lived
        .ends_from(first)
        .iter()
        // Where in the log is not asked here.
        .filter_map(|line| {
            let (time, behind) = line.split_once("  ")?;
            Some(format!("{time}  {}", behind.split_once("  ")?.1))
        })
        .collect();
    for backup in lived.run.cluster().backups().catalog() {
        let (from, to) = span(lived, &backup);
        lines.push(format!("{from}  backup {} begins", backup.label));
        lines.push(format!("{to}  backup {} is complete", backup.label));
    }
    lines.sort();
    Some(lines)
}

/// Which backups can begin a recovery to a target.
pub fn backups_that_reach(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), SCALE)?;
    let start = story.start();
    story.say(start + 60, "ops", "backup b1");
    let step = 130 + 10 * maker.dice.between(0, 4);
    let ends = story.day(Day { from: start + 400, step, transactions: 10, ..Day::default() });
    let mut at = start + 60;
    let count = maker.dice.between(3, 4);
    for number in 2..=count {
        at += 420 + 10 * maker.dice.between(0, 18);
        story.say(at, "ops", format!("backup b{number}"));
    }
    story.close(ends.last()? + 900);
    let lived = story.live()?;
    let backups = lived.run.cluster().backups().catalog();
    // At or behind a commit, while there is a backup that is too late.
    let near = *maker.dice.pick(ends.get(2..8)?)?;
    let target = near + 10 * maker.dice.between(0, 4);
    let to = format!("time '{}' inclusive", clock(target));
    let (_, wanted) = lived.recovered(&format!("from b1 to {to}"))?;
    maker.fact("target_time", clock(target));
    maker.fact("table", &story.world.table);
    let at = lived.script.settings.date + Micros::seconds(target);
    let in_time: Vec<&str> =
        backups.iter().filter(|backup| backup.end_time <= at).map(|backup| backup.label.as_str()).collect();
    let nearest = *in_time.last()?;
    maker.fact("nearest", nearest);
    maker.fact("reaching", in_time.join(", "));
    let mut offered = Offered::default();
    for backup in &backups {
        let (from, until) = span(&lived, backup);
        maker.fact("label", &backup.label);
        maker.fact("from", from);
        maker.fact("until", until);
        let tried = lived.recover(&format!("from {} to {to}", backup.label))?;
        let reaches = tried.outcome.is_ok_and(|restored| restored.tables == wanted.tables);
        if reaches != (backup.end_time <= at) {
            // Nothing committed while it was taken: it would do, and teach the wrong thing.
            return None;
        }
        let text = maker.choice("backup");
        if reaches {
            let belief = if backup.label == nearest { "nearest-left-out" } else { "only-the-nearest" };
            offered.right(text, tried.does, Some(maker.belief(belief)));
        } else {
            let belief = if backup.start_time <= at { "start-decides" } else { "newest-is-best" };
            offered.wrong(text, tried.does, maker.belief(belief));
        }
    }
    let kind = offered.multiple()?;
    maker.question("reach", &lived.text, evidence(&lived)?, kind)
}

/// The earliest commit behind which a recovery from a backup can stop.
pub fn earliest_of_backup(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), SCALE)?;
    let start = story.start();
    story.say(start + 60, "ops", "backup b1");
    let step = 60 + 10 * maker.dice.between(0, 4);
    let ends = story.day(Day { from: start + 400, step: step.max(100), transactions: 8, ..Day::default() });
    let begun = ends.get(1)? + 10 * maker.dice.between(2, 6);
    story.say(begun, "ops", "backup b2");
    story.close(ends.last()? + 600);
    let lived = story.live()?;
    let backup = lived.manifest("b2")?;
    let (does, earliest) = lived.recovered("from b2 to immediate")?;
    let last = earliest.report.last_in?;
    let commits: Vec<_> = lived.commits().into_iter().map(|(note, _)| note).collect();
    let before = commits.iter().rfind(|note| note.lsn < backup.redo)?;
    let behind = commits.iter().find(|note| note.lsn >= backup.end)?;
    // Something must commit while it is taken.
    if last.lsn < backup.redo || last.lsn >= backup.end {
        return None;
    }
    let (from, until) = span(&lived, &backup);
    let time = |at: Option<Micros>| lived.clock(at.unwrap_or_default());
    maker.fact("from", &from);
    maker.fact("until", &until);
    maker.fact("earliest", time(last.time));
    maker.fact("earliest_xid", last.xid);
    maker.fact("before", time(before.time));
    maker.fact("behind", time(behind.time));
    let right = vec![time(last.time)];
    let mut expected = Expected::default();
    let too_early = lived.recover(&format!("from b2 to time '{}' inclusive", time(before.time)))?;
    if too_early.outcome.is_ok() {
        return None;
    }
    expected.wrong(time(before.time), too_early.does, maker.belief("as-it-began"));
    expected.wrong(
        &from,
        lived.recover(&format!("from b2 to time '{from}' inclusive"))?.does,
        maker.belief("start-decides"),
    );
    let found = (time(last.time), maker.note("no-commit-there"));
    expected.beside(&until, does, maker.belief("end-is-no-commit"), found);
    let later = lived.recovered(&format!("from b2 to time '{}' inclusive", time(behind.time)))?;
    expected.wrong(time(behind.time), later.0, maker.belief("one-commit-too-late"));
    let known_wrong = expected.known(&right)?;
    let date_us = lived.script.settings.date.0;
    let short = Short {
        form: Form::Time,
        right,
        known_wrong,
        does: lived.line("recover from b2 to time '{answer}' inclusive"),
        note: String::new(),
        scale: Some(commits.iter().map(|note| time(note.time)).collect()),
        offset_s: 0,
        date_us,
    };
    maker.question("earliest", &lived.text, evidence(&lived)?, Kind::Short(short))
}
