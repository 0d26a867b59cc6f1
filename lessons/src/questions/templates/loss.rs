//! A DELETE without WHERE, sent at one time and committed at another: which target keeps all good work?

use crate::questions::lived::Lived;
use crate::questions::maker::{Maker, Offered};
use crate::questions::question::{Kind, Place, Question};
use crate::questions::story::{Day, Story, clock};
use pitr_engine::RecordNote;
use pitr_engine::types::Micros;

/// Good commits from a position on, before the damage.
fn lost(lived: &Lived, from: pitr_engine::types::Lsn, damage: &RecordNote) -> usize {
    lived.commits().iter().filter(|(note, _)| note.lsn >= from && note.lsn < damage.lsn).count()
}

/// How many good commits each option costs.
pub fn commits_lost(maker: &mut Maker) -> Option<Question> {
    let mut story = Story::begin(maker.dice.parted(), ", archive timeout 10m")?;
    let backup_at = story.start() + 120;
    story.say(backup_at, "ops", "backup b1");
    let ends = story.day(Day { from: backup_at + 180, step: 240, transactions: 4, ..Day::default() });
    let dice = &mut maker.dice;
    let begun = ends.last()? + 60 + dice.between(1, 59);
    let statement = begun + dice.between(5, 20);
    let good = statement + dice.between(60, 180);
    let committed = good + dice.between(20, 90);
    let later = committed + dice.between(60, 200);
    let noticed = later + dice.between(60, 300);
    let (table, sessions) = (story.world.table.clone(), story.world.sessions.clone());
    story.transaction("admin", begun, &[(statement, format!("DELETE FROM {table}"))], (committed, "COMMIT"));
    let insert = story.insert(1);
    story.say(good, &sessions[0], insert);
    let insert = story.insert(1);
    story.say(later, &sessions[1], insert);
    let note = format!("note '{}'", story.world.noticed.replace('\'', "''"));
    story.say(noticed, "ops", note);
    story.close(noticed + 120);
    let lived = story.live()?;
    let commits = lived.commits();
    let (damage, _) =
        *commits.iter().map(|(note, work)| (note, work.session == "admin")).find(|found| found.1).as_ref()?;
    let damage = *damage;
    maker.fact("table", &table);
    maker.fact("statement_time", clock(statement));
    maker.fact("good_time", clock(good));
    maker.fact("commit_time", clock(committed));
    maker.fact("noticed_time", clock(noticed));
    maker.fact("backup_time", clock(backup_at));
    maker.fact("damage_xid", damage.xid);
    maker.fact("good_commits", lost(&lived, lived.manifest("b1")?.end, &damage));
    let wanted = format!("xid {} exclusive", damage.xid);
    let (_, best) = lived.recovered(&format!("from b1 to {wanted}"))?;
    let evidence = lived.ends_from(commits.get(1)?.0.lsn);
    let mut evidence: Vec<String> = evidence;
    evidence.push(format!("{}  the DELETE was sent", clock(statement)));
    evidence.push(format!("{}  {}", clock(noticed), story.world.noticed));
    evidence.sort();

    if maker.dice.between(0, 2) == 0 {
        let midnight = lived.script.settings.date;
        let place = Place {
            from_us: (midnight + Micros::seconds(backup_at)).0,
            to_us: (midnight + Micros::seconds(noticed)).0,
            backup: "b1".to_owned(),
            wanted,
            damaged: maker.belief("damage-replayed"),
            short: maker.belief("good-work-lost"),
            failed: maker.belief("not-reached"),
            damage_lsn: damage.lsn.to_string(),
        };
        return maker.question("place", &lived.text, evidence, Kind::Place(place));
    }
    let mut offered = Offered::default();
    let right = match maker.dice.between(0, 2) {
        0 => (committed, false),
        1 => (committed - 1, true),
        _ => (good, true),
    };
    let options = [
        (right, ""),
        ((committed, true), "inclusive-takes-it-in"),
        ((statement, true), "statement-time-decides"),
        ((begun, true), "begin-decides"),
        ((noticed, false), "noticing-decides"),
        ((good, false), "one-commit-too-early"),
    ];
    let mut wrong = options[1..].to_vec();
    maker.dice.shuffle(&mut wrong);
    for ((at, inclusive), belief) in options.iter().take(1).chain(wrong.iter().take(3)) {
        let to = format!("time '{}' {}", clock(*at), super::days::side(*inclusive));
        let (does, restored) = lived.recovered(&format!("from b1 to {to}"))?;
        let same = restored.tables == best.tables;
        if same != belief.is_empty() {
            return None;
        }
        maker.fact("target", to);
        maker.fact("lost", lost(&lived, restored.report.fork, &damage));
        let text = maker.choice("target");
        if same {
            offered.right(text, does, None);
        } else {
            offered.wrong(text, does, maker.belief(belief));
        }
    }
    let kind = offered.single(&mut maker.dice)?;
    maker.question("choose", &lived.text, evidence, kind)
}
