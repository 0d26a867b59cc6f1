//! The day that most templates tell: a backup, some transactions, one of them open while another commits.

use crate::questions::lived::{Lived, Work};
use crate::questions::maker::Maker;
use crate::questions::story::{Day, Story, clock};
use pitr_engine::RecordNote;

/// A day that was lived.
pub struct Lively {
    pub lived: Lived,
    pub table: String,
    /// When the backup began.
    pub backup_at: i64,
    /// When each transaction ended, in the order in which they were told.
    pub ends: Vec<i64>,
    /// Commits in the order of the log; the first made the table.
    pub commits: Vec<(RecordNote, Work)>,
}

/// How a day goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    pub transactions: usize,
    pub overlapping: Option<usize>,
    pub twin: Option<usize>,
    pub undone: Option<usize>,
    pub adding: bool,
}

/// Lives a day with a backup `b1`; the names that all templates know are set.
pub fn lively(maker: &mut Maker, wishes: Wishes) -> Option<Lively> {
    let mut story = Story::begin(maker.dice.parted(), ", archive timeout 10m")?;
    let backup_at = story.start() + 120;
    story.say(backup_at, "ops", "backup b1");
    let step = 60 * maker.dice.between(4, 6);
    let day = Day {
        from: backup_at + 180,
        step,
        transactions: wishes.transactions,
        overlapping: wishes.overlapping,
        twin: wishes.twin,
        undone: wishes.undone,
        adding: wishes.adding,
    };
    let ends = story.day(day);
    story.close(ends.last()? + 180);
    let lived = story.live()?;
    let commits = lived.commits();
    let table = story.world.table.clone();
    maker.fact("table", &table);
    maker.fact("rows", story.rows);
    maker.fact("backup_time", clock(backup_at));
    Some(Lively { lived, table, backup_at, ends, commits })
}

impl Lively {
    /// The commit at an instant of the day, the first of two.
    pub fn commit_at(&self, at: i64) -> Option<usize> {
        let text = clock(at);
        self.commits.iter().position(|(note, _)| self.lived.clock(note.time.unwrap_or_default()) == text)
    }

    /// The same day, but for the transaction that was open while another committed: it begins and writes within the minute before its commit, when that other has committed.
    pub fn numbered_by_commit(&self, overlapping: usize) -> Option<String> {
        let (before, end) = (*self.ends.get(overlapping.checked_sub(1)?)?, *self.ends.get(overlapping)?);
        let (_, work) = self.commits.get(self.commit_at(end)?)?;
        let session = &work.session;
        let mut lines: Vec<String> = self.lived.text.lines().map(str::to_owned).collect();
        let of_session = |line: &String| line.split_whitespace().nth(1) == Some(session.as_str());
        let commit = lines.iter().position(|line| line.starts_with(&clock(end)) && of_session(line))?;
        let begin = lines.iter().take(commit).rposition(|line| of_session(line) && line.ends_with("BEGIN"))?;
        let own: Vec<usize> = (begin..commit).filter(|index| lines.get(*index).is_some_and(of_session)).collect();
        let from = before.max(end - 40) + 1;
        let mut moved = Vec::new();
        for (place, index) in own.iter().enumerate() {
            let behind = lines.get(*index)?.get(8..)?.to_owned();
            moved.push(format!("{}{behind}", clock(from + place as i64)));
        }
        if from + moved.len() as i64 > end {
            return None;
        }
        for index in own.iter().rev() {
            lines.remove(*index);
        }
        let place = lines.iter().position(|line| line.starts_with(&clock(end)) && of_session(line))?;
        lines.splice(place..place, moved);
        Some(lines.join("\n") + "\n")
    }

    /// The statements from behind the backup on, but the operator's last two lines.
    pub fn statements(&self) -> Vec<String> {
        let lines: Vec<String> = self.lived.lines_from(self.lived.script.settings.date);
        let behind = |line: &&String| line.as_str() > clock(self.backup_at + 1).as_str();
        let mut lines: Vec<String> = lines.iter().filter(behind).cloned().collect();
        lines.truncate(lines.len().saturating_sub(2));
        lines
    }
}

/// `inclusive` or `exclusive`.
pub fn side(inclusive: bool) -> &'static str {
    if inclusive { "inclusive" } else { "exclusive" }
}
