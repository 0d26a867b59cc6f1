//! Recoveries that began new timelines: who holds which row, which file is read at the fork, which backup can follow.

use crate::questions::lived::Lived;
use crate::questions::maker::{Expected, Maker, Offered};
use crate::questions::question::{Form, Kind, Question, Short, Shows};
use crate::questions::story::Story;
use pitr_engine::types::{Lsn, SegmentNumber, TimelineId, Value};
use pitr_engine::{EventKind, Manifest};
use std::collections::BTreeSet;

/// A history that forked, once or twice.
struct Forked {
    lived: Lived,
    table: String,
    /// Each new timeline: itself, its parent, where it forked.
    forks: Vec<(u32, u32, Lsn)>,
    /// Rows that were added one by one, and the timeline on which each was written.
    rows: Vec<(i64, u32)>,
    evidence: Vec<String>,
}

impl Forked {
    fn timelines(&self) -> Vec<u32> {
        core::iter::once(1).chain(self.forks.iter().map(|fork| fork.0)).collect()
    }

    fn parent(&self, timeline: u32) -> u32 {
        self.forks.iter().find(|fork| fork.0 == timeline).map_or(1, |fork| fork.1)
    }

    /// Which of the rows a timeline holds, by recovering along it.
    fn held(&self, timeline: u32) -> Option<(BTreeSet<i64>, String)> {
        let (does, restored) = self.lived.recovered(&format!("from b1 to end along {timeline}"))?;
        let rows = restored.tables.get(&self.table)?.iter();
        let keys = rows.filter_map(|row| match row.first() {
            Some(Value::Int(key)) => Some(*key),
            _ => None,
        });
        Some((keys.collect(), does))
    }
}

/// Tells one.
fn forked(maker: &mut Maker) -> Option<Forked> {
    let mut story = Story::begin(maker.dice.parted(), "")?;
    let first_xid: u32 = story.live()?.commits().first()?.0.xid.0;
    let mut at = story.start() + 120;
    story.say(at, "ops", "backup b1");
    at += 180;
    let sessions = story.world.sessions.clone();
    let mut rows: Vec<(i64, u32)> = Vec::new();
    let mut add = |story: &mut Story, at: &mut i64, timeline: u32| {
        rows.push((story.next_id, timeline));
        let insert = story.insert(1);
        let session = &sessions[rows.len() % 2];
        story.say(*at, session, insert);
        *at += 60 * story.dice.between(2, 4);
    };
    let kept = maker.dice.between(1, 2);
    let regretted = maker.dice.between(1, 2);
    for _ in 0..kept {
        add(&mut story, &mut at, 1);
    }
    for index in 0..regretted {
        add(&mut story, &mut at, 1);
        if index == 0 {
            story.say(at, "ops", "backup b2");
            at += 60;
        }
    }
    // Each row has a transaction of its own, so their numbers are known.
    let xid_of = |row: i64| first_xid as i64 + row;
    story.say(at, "ops", "switch segment");
    at += 60;
    story.say(at, "ops", format!("recover from b1 to xid {}", xid_of(kept)));
    at += 60;
    story.say(at, "ops", "switch over");
    at += 60;
    let newer = maker.dice.between(1, 2);
    for index in 0..newer {
        add(&mut story, &mut at, 2);
        if index == 0 {
            story.say(at, "ops", "backup b3");
            at += 60;
        }
    }
    story.say(at, "ops", "switch segment");
    at += 60;
    // Some go back once more: along the first timeline, or along the second.
    let again = maker.dice.between(0, 2);
    if again > 0 {
        let along = again as u32;
        // On the first: all that was written there. On the second: the first row that was.
        let target = if along == 1 { xid_of(kept + regretted) } else { xid_of(kept) + 1 };
        story.say(at, "ops", format!("recover from b1 to xid {target} along {along}"));
        at += 60;
        story.say(at, "ops", "switch over");
        at += 60;
        add(&mut story, &mut at, 3);
        story.say(at, "ops", "backup b4");
        at += 60;
    }
    story.close(at);
    let lived = story.live()?;
    let forks: Vec<(u32, u32, Lsn)> = lived
        .run
        .events()
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::TimelineBegan { timeline, parent, fork } => Some((timeline.0, parent.0, fork)),
            _ => None,
        })
        .collect();
    if forks.len() != 1 + usize::from(again > 0) {
        return None;
    }
    let mut evidence = lived.lines_from(lived.script.settings.date);
    evidence.truncate(evidence.len().saturating_sub(2));
    let behind = evidence.iter().position(|line| line.contains("backup b1"))?;
    let mut evidence = evidence.split_off(behind);
    for (timeline, parent, fork) in &forks {
        evidence.push(format!("          timeline {timeline} forks off timeline {parent} at {fork}"));
    }
    let table = story.world.table.clone();
    maker.fact("table", &table);
    Some(Forked { lived, table, forks, rows, evidence })
}

/// `timeline 1 alone`, `timelines 1 and 2`, `timelines 1, 2 and 3`.
fn listed(maker: &mut Maker, timelines: &BTreeSet<u32>) -> String {
    let texts: Vec<String> = timelines.iter().map(u32::to_string).collect();
    match texts.as_slice() {
        [one] => {
            maker.fact("timeline", one);
            maker.choice("one")
        }
        [first @ .., last] => {
            maker.fact("first", first.join(", "));
            maker.fact("last", last);
            maker.choice("several")
        }
        [] => String::new(),
    }
}

/// On which timelines a row is to be found.
pub fn timeline_of_row(maker: &mut Maker) -> Option<Question> {
    let forked = forked(maker)?;
    let (row, written) = *maker.dice.pick(&forked.rows)?;
    let timelines = forked.timelines();
    let mut held = BTreeSet::new();
    let mut does = Vec::new();
    for timeline in &timelines {
        let (rows, line) = forked.held(*timeline)?;
        if rows.contains(&row) {
            held.insert(*timeline);
        }
        does.push((*timeline, line));
    }
    let newest = *timelines.last()?;
    let parent = forked.parent(written);
    let mut wrong: Vec<(BTreeSet<u32>, &str)> = vec![
        (BTreeSet::from([written]), "only-where-written"),
        (timelines.iter().copied().collect(), "timelines-are-one"),
        (BTreeSet::from([newest]), "recovery-moves-rows"),
        (BTreeSet::from([parent, written]), "children-write-back"),
        (timelines.iter().copied().filter(|timeline| *timeline >= written).collect(), "later-have-all"),
        (BTreeSet::from([1]), "first-is-the-real-one"),
    ];
    wrong.retain(|(set, _)| *set != held);
    // Where two beliefs lead to the same, the first is named.
    maker.dice.shuffle(&mut wrong);
    maker.fact("row", row);
    maker.fact("written", written);
    let right = listed(maker, &held);
    maker.fact("right", &right);
    // What shows that a set is wrong: a recovery along a timeline that it has too many or too few.
    let shows = |set: &BTreeSet<u32>| {
        let apart = set.symmetric_difference(&held).next()?;
        does.iter().find(|(timeline, _)| timeline == apart).map(|(_, line)| (*apart, line.clone()))
    };
    let mut offered = Offered::default();
    let own = does.iter().find(|(timeline, _)| held.contains(timeline)).map(|(_, line)| line.clone())?;
    let found = right.clone();
    offered.right(right, own, None);
    let mut said: Vec<&BTreeSet<u32>> = Vec::new();
    for (set, belief) in &wrong {
        if said.len() < 3 && !said.contains(&set) {
            let text = listed(maker, set);
            let (apart, line) = shows(set)?;
            maker.fact("apart", apart);
            let note = maker.note(if held.contains(&apart) { "along-has" } else { "along-lacks" });
            let beside = Shows::Beside { claimed: text.clone(), found: found.clone(), note };
            offered.shown(text, line, maker.belief(belief), beside);
            said.push(set);
        }
    }
    let kind = offered.single(&mut maker.dice)?;
    maker.question("row", &forked.lived.text, forked.evidence, kind)
}

/// The file that a recovery reads for the segment of a fork, or to know of the fork.
pub fn history_file(maker: &mut Maker) -> Option<Question> {
    let forked = forked(maker)?;
    let (timeline, parent, fork) = *maker.dice.pick(&forked.forks)?;
    let lived = &forked.lived;
    let size = lived.script.settings.segment;
    let segment = size.segment_of(fork);
    let (does, _) = lived.recovered(&format!("from b1 to end along {timeline}"))?;
    let (parent_does, _) = lived.recovered(&format!("from b1 to end along {parent}"))?;
    let fetched = super::segments::fetched(&lived.run_with(&does)?, lived.run.events().len());
    let name = |timeline: u32, segment: SegmentNumber| size.file_name(TimelineId(timeline), segment);
    let history = |timeline: u32| format!("{timeline:08X}.history");
    let read = fetched.iter().find(|(_, number)| *number == segment)?;
    // A fork at the very beginning of a segment is another question.
    if u64::from(size.offset_of(fork)) < 64 || read.0.0 != timeline {
        return None;
    }
    maker.fact("timeline", timeline);
    maker.fact("parent", parent);
    maker.fact("fork", fork);
    maker.fact("segment_file", name(timeline, segment));
    maker.fact("parent_file", name(parent, segment));
    maker.fact("history_file", history(timeline));
    maker.fact("parent_history", history(parent));
    let asks_history = maker.dice.between(0, 2) == 0;
    let mut expected = Expected::default();
    let right = if asks_history { history(timeline) } else { name(read.0.0, read.1) };
    maker.fact("right_file", &right);
    let found = |maker: &Maker| (right.clone(), maker.note("read-otherwise"));
    if asks_history {
        if parent == 1 {
            // The first timeline has none.
            expected.beside(history(parent), &parent_does, maker.belief("parents-history"), found(maker));
        } else {
            expected.wrong(history(parent), &parent_does, maker.belief("parents-history"));
        }
        expected.beside(name(timeline, segment), &does, maker.belief("segment-for-history"), found(maker));
        let next = lived.recover(&format!("from b1 to end along {}", timeline + 1))?;
        expected.wrong(history(timeline + 1), next.does, maker.belief("next-number"));
    } else {
        // Along the parent it may be read no further than before the fork.
        let of_parent = super::segments::fetched(&lived.run_with(&parent_does)?, lived.run.events().len());
        if of_parent.contains(&(TimelineId(parent), segment)) {
            expected.wrong(name(parent, segment), &parent_does, maker.belief("parents-segment"));
        } else {
            expected.beside(name(parent, segment), &does, maker.belief("parents-segment"), found(maker));
        }
        expected.beside(name(timeline, segment.next()), &does, maker.belief("child-begins-a-segment"), found(maker));
        expected.beside(history(timeline), &does, maker.belief("history-for-segment"), found(maker));
    }
    let (note, scale) = (maker.note("read-otherwise"), Some(Vec::new()));
    let right = vec![right];
    let known_wrong = expected.known(&right)?;
    let date_us = lived.script.settings.date.0;
    let short = Short { form: Form::FileName, right, known_wrong, does, note, scale, offset_s: 0, date_us };
    let variant = if asks_history { "history" } else { "segment" };
    maker.question(variant, &lived.text, forked.evidence.clone(), Kind::Short(short))
}

/// Which backups can begin a recovery along a timeline.
pub fn can_follow(maker: &mut Maker) -> Option<Question> {
    let forked = forked(maker)?;
    let timelines = forked.timelines();
    let timeline = *maker.dice.pick(&timelines)?;
    let lived = &forked.lived;
    maker.fact("timeline", timeline);
    let backups: Vec<Manifest> = lived.run.cluster().backups().catalog();
    let mut right: Vec<String> = Vec::new();
    let mut offered = Offered::default();
    let mut tried = Vec::new();
    for backup in &backups {
        let attempt = lived.recover(&format!("from {} to end along {timeline}", backup.label))?;
        if attempt.outcome.is_ok() {
            right.push(backup.label.clone());
        }
        tried.push(attempt);
    }
    maker.fact("following", right.join(", "));
    for (backup, tried) in backups.iter().zip(tried) {
        maker.fact("label", &backup.label);
        maker.fact("on", backup.timeline);
        maker.fact("redo", backup.redo);
        let text = maker.choice("backup");
        if tried.outcome.is_ok() {
            let belief = if backup.timeline.0 == timeline { "own-left-out" } else { "only-its-own-timeline" };
            offered.right(text, tried.does, Some(maker.belief(belief)));
        } else {
            let belief = if backup.timeline.0 > timeline {
                "newest-is-best"
            } else if backup.timeline.0 == timeline {
                "own-timeline-is-enough"
            } else {
                "fork-ignored"
            };
            offered.wrong(text, tried.does, maker.belief(belief));
        }
    }
    let kind = offered.multiple()?;
    maker.question("follow", &lived.text, forked.evidence.clone(), kind)
}
