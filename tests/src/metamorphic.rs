//! The golden scripts once more on other machines: with other sizes of pages, segments and buffer pool, other archive timeouts, and more
//! checkpoints, each recovery has the same outcome, the same tables and the same XIDs on both sides of its stop.
//!
//! So that the archive does not depend on sizes, the segment is switched a second before each recovery, loss of the primary and switch-over, here
//! and there. What names a place in the log ([`PLACES`]) is moved to the same place of the other log: records are counted, except those that
//! other settings bring or take away. Scripts that no such move can serve are counted, and a script may say that it is meant
//! as it is, in a comment that begins with [`AS_IT_IS`] and gives the reason.

use crate::carried::{carry_out_what_can_be, rows, words};
use pitr_engine::types::{Lsn, Micros, SegmentSize, TimelineId, Xid};
use pitr_engine::{Cluster, Command, EventKind, Fault, Kind, RecordNote, Run, Server, Settings, Target, TimedCommand};

/// How a comment begins by which a script is left out.
pub const AS_IT_IS: &str = "as it is:";

/// Commands that name a place in the log and can be moved.
pub const PLACES: [&str; 3] = ["recover to lsn", "corrupt record", "lose segment"];

/// Another machine.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    pub name: &'static str,
    change: fn(&mut Settings),
    /// Whether a checkpoint is made before each of the script's lines.
    checkpoints: bool,
}

/// The machines on which every script is carried out.
pub const VARIANTS: [Variant; 13] = [
    Variant { name: "page 1KiB", change: |settings| settings.page_bytes = 1 << 10, checkpoints: false },
    Variant { name: "page 2KiB", change: |settings| settings.page_bytes = 1 << 11, checkpoints: false },
    Variant { name: "page 32KiB", change: |settings| settings.page_bytes = 1 << 15, checkpoints: false },
    Variant { name: "segment 1KiB", change: |settings| segment(settings, 1 << 10), checkpoints: false },
    Variant { name: "segment 2KiB", change: |settings| segment(settings, 1 << 11), checkpoints: false },
    Variant { name: "segment 16KiB", change: |settings| segment(settings, 1 << 14), checkpoints: false },
    Variant { name: "segment 1MiB", change: |settings| segment(settings, 1 << 20), checkpoints: false },
    Variant { name: "buffers 4", change: |settings| settings.tuning.buffers = 4, checkpoints: false },
    Variant { name: "archive timeout 7s", change: |settings| timeout(settings, 7), checkpoints: false },
    Variant { name: "archive timeout 1h", change: |settings| timeout(settings, 3600), checkpoints: false },
    Variant { name: "no archive timeout", change: |settings| settings.archive_timeout = None, checkpoints: false },
    Variant { name: "a checkpoint before each line", change: |_| {}, checkpoints: true },
    Variant { name: "everything small", change: small, checkpoints: true },
];

fn segment(settings: &mut Settings, bytes: u32) {
    settings.segment = SegmentSize::new(bytes).unwrap_or(settings.segment);
}

fn timeout(settings: &mut Settings, seconds: i64) {
    settings.archive_timeout = Some(Micros::seconds(seconds));
}

fn small(settings: &mut Settings) {
    segment(settings, 1 << 10);
    timeout(settings, 7);
    settings.page_bytes = 1 << 10;
    settings.tuning.buffers = 4;
}

/// What came of all scripts on all machines.
#[derive(Debug, Default)]
pub struct Tally {
    /// Scripts that were carried out on other machines, and how often in all.
    pub scripts: u32,
    pub runs: u32,
    /// Recoveries compared.
    pub recoveries: u32,
    /// Scripts that are meant as they are.
    pub as_they_are: u32,
    /// Scripts that name a place in the log which has no counterpart in another.
    pub immovable: u32,
    /// What came out otherwise: script, machine, expected and got.
    pub otherwise: Vec<String>,
}

/// Carries a script out on all machines.
pub fn try_script(name: &str, text: &str, tally: &mut Tally) {
    let Ok(carried) = carry_out_what_can_be(text) else {
        tally.otherwise.push(format!("{name} cannot be carried out"));
        return;
    };
    if carried.script.remarks.iter().any(|remark| remark.text.starts_with(AS_IT_IS)) {
        tally.as_they_are += 1;
        return;
    }
    let commands: Vec<TimedCommand> = carried.script.commands.iter().map(|line| line.timed.clone()).collect();
    let original = Script { settings: &carried.script.settings, commands: &commands, run: &carried.run };
    if !original.can_be_moved() {
        tally.immovable += 1;
        return;
    }
    let as_it_is = Variant { name: "as it is", change: |_| {}, checkpoints: false };
    let expected = match original.on(&as_it_is) {
        Ok(outcomes) => outcomes,
        Err(error) => return tally.otherwise.push(format!("{name}, settled: {error}")),
    };
    // After a checkpoint the next number of a sequence is logged anew, and fewer are skipped.
    let without_sequences: Vec<String> = expected.iter().map(|outcome| tables_alone(outcome)).collect();
    tally.scripts += 1;
    for variant in VARIANTS {
        tally.runs += 1;
        tally.recoveries += expected.len() as u32 - 1;
        match original.on(&variant) {
            Ok(got) => {
                let got: Vec<String> =
                    if variant.checkpoints { got.iter().map(|got| tables_alone(got)).collect() } else { got };
                let expected = if variant.checkpoints { &without_sequences } else { &expected };
                if let Some(difference) = difference(expected, &got) {
                    tally.otherwise.push(format!("{name}, {}: {difference}", variant.name));
                }
            }
            Err(error) => tally.otherwise.push(format!("{name}, {}: {error}", variant.name)),
        }
    }
}

/// An outcome without the next numbers of sequences.
fn tables_alone(outcome: &str) -> String {
    outcome.lines().filter(|line| !line.contains(NEXT)).flat_map(|line| [line, "\n"]).collect()
}

/// What stands before a sequence's next number.
const NEXT: &str = " next is ";

/// The first lines that differ, as far as a reader wants to see them.
fn difference(expected: &[String], got: &[String]) -> Option<String> {
    let lines = |outcomes: &[String]| outcomes.iter().flat_map(|outcome| outcome.lines()).map(str::to_owned).collect();
    let (expected, got): (Vec<String>, Vec<String>) = (lines(expected), lines(got));
    if expected == got {
        return None;
    }
    let begin = expected.iter().zip(&got).take_while(|(expected, got)| expected == got).count();
    let line = |lines: &[String]| lines.get(begin).map(|line| line.chars().take(160).collect::<String>());
    let shown = |line: Option<String>| line.unwrap_or("nothing".to_owned());
    Some(format!("expected {}, got {}", shown(line(&expected)), shown(line(&got))))
}

/// A script that has been carried out as it is.
struct Script<'a> {
    settings: &'a Settings,
    commands: &'a [TimedCommand],
    run: &'a Run,
}

impl Script<'_> {
    /// Whether every place that it names is a record that other machines write, too.
    fn can_be_moved(&self) -> bool {
        let names_a_place = |timed: &TimedCommand| format!("{:?}", timed.command).contains("Lsn(") || is_segment(timed);
        let mut placed = self.commands.iter().filter(|timed| names_a_place(timed)).peekable();
        if placed.peek().is_none() {
            return true;
        }
        let one_timeline = !self.commands.iter().any(|timed| matches!(*timed.command, Command::SwitchOver));
        let records = records(self.run);
        one_timeline && placed.all(|timed| self.moved(&timed.command, &records, &records, self.settings).is_some())
    }

    /// What every recovery comes to on another machine, and the live tables at the end.
    fn on(&self, variant: &Variant) -> Result<Vec<String>, String> {
        let mut settings = self.settings.clone();
        (variant.change)(&mut settings);
        let mut moved = settled(self.commands, variant.checkpoints);
        if moved.iter().any(|timed| is_placed(&timed.command)) {
            let from = records(self.run);
            // Where the records stand there is known when all that writes any has been carried out.
            let written = moved.iter().filter(|timed| !is_placed(&timed.command)).cloned().collect();
            let to = records(&run(&settings, written)?);
            for timed in moved.iter_mut().filter(|timed| is_placed(&timed.command)) {
                let command = self.moved(&timed.command, &from, &to, &settings);
                timed.command = command.ok_or("a place in the log has no counterpart")?.into();
            }
        }
        Ok(outcomes(&run(&settings, moved)?))
    }

    /// A command about a place in this script's log as one about the same place in another.
    fn moved(&self, command: &Command, from: &[RecordNote], to: &[RecordNote], settings: &Settings) -> Option<Command> {
        match command {
            Command::Recover(spec) => {
                let Target::Lsn(lsn) = &spec.target else { return None };
                let target = Target::Lsn(moved_lsn(*lsn, from, to)?);
                Some(Command::Recover(pitr_engine::RecoverySpec { target, ..spec.clone() }))
            }
            Command::Damage(Fault::CorruptRecord { timeline, lsn }) => {
                let lsn = moved_lsn(*lsn, from, to)?;
                Some(Command::Damage(Fault::CorruptRecord { timeline: *timeline, lsn }))
            }
            // The segment that holds the record which is the first in this one.
            Command::Damage(Fault::LoseSegment { timeline, segment }) => {
                let start = self.settings.segment.start_of(*segment);
                let index = from.iter().position(|record| record.lsn >= start)?;
                let segment = settings.segment.segment_of(to.get(index)?.lsn);
                Some(Command::Damage(Fault::LoseSegment { timeline: *timeline, segment }))
            }
            _ => None,
        }
    }
}

fn is_segment(timed: &TimedCommand) -> bool {
    matches!(*timed.command, Command::Damage(Fault::LoseSegment { .. }))
}

fn is_placed(command: &Command) -> bool {
    match command {
        Command::Recover(spec) => matches!(spec.target, Target::Lsn(_)),
        Command::Damage(fault) => matches!(fault, Fault::CorruptRecord { .. } | Fault::LoseSegment { .. }),
        _ => false,
    }
}

/// The first byte of the record that this is the first byte of; a byte inside it for one inside; far behind the end for one past the end.
fn moved_lsn(lsn: Lsn, from: &[RecordNote], to: &[RecordNote]) -> Option<Lsn> {
    let last = from.last()?;
    if lsn >= last.end {
        // What stands behind the last record that counts may be one that does not.
        return (lsn.since(last.end) > 1024).then_some(Lsn(u64::MAX / 2));
    }
    let index = from.iter().position(|record| (record.lsn..record.end).contains(&lsn))?;
    let inside = u64::from(from.get(index)?.lsn < lsn);
    to.get(index).map(|record| record.lsn.advanced(inside))
}

/// The records that are there whatever the machine is like, in log order.
fn records(run: &Run) -> Vec<RecordNote> {
    let written = run.events().iter().filter_map(|event| match &event.kind {
        EventKind::RecordWritten { timeline: TimelineId::FIRST, record, .. } => Some(*record),
        _ => None,
    });
    written.filter(|record| !matches!(record.kind, Kind::Checkpoint | Kind::SegmentSwitch)).collect()
}

/// Who sends what is not in the script.
const HOUSEKEEPER: &str = "housekeeper";

/// The commands with all log in the archive before it counts what is there, and with more checkpoints if they are wanted.
fn settled(commands: &[TimedCommand], checkpoints: bool) -> Vec<TimedCommand> {
    let mut settled: Vec<TimedCommand> = Vec::new();
    let mut lost = false;
    let mut last = commands.first().map_or(Micros::ZERO, |first| first.at);
    for timed in commands {
        let of_operator =
            |at, command: Command| TimedCommand { at, session: HOUSEKEEPER.to_owned(), command: command.into() };
        let counts = matches!(
            *timed.command,
            Command::Recover(_) | Command::LosePrimary | Command::SwitchOver | Command::Damage(_)
        );
        if counts && !lost {
            settled.push(of_operator(last.max(timed.at - Micros::SECOND), Command::SwitchSegment));
        }
        lost |= matches!(*timed.command, Command::LosePrimary);
        lost &= !matches!(*timed.command, Command::SwitchOver);
        let makes = |command: &Command| matches!(command, Command::LosePrimary | Command::SwitchOver);
        if checkpoints && !lost && !makes(&timed.command) {
            settled.push(of_operator(timed.at, Command::Checkpoint));
        }
        settled.push(timed.clone());
        last = timed.at;
    }
    settled
}

/// Carries commands out. What is not in the script may be refused: there may be no server that could do it.
fn run(settings: &Settings, mut commands: Vec<TimedCommand>) -> Result<Run, String> {
    loop {
        let refused = match Run::new(settings.clone(), commands.clone()) {
            Ok(run) => return Ok(run),
            Err(refused) => refused,
        };
        if commands.get(refused.command).is_none_or(|timed| timed.session != HOUSEKEEPER) {
            return Err(format!("command {}: {:?}", refused.command, refused.error));
        }
        commands.remove(refused.command);
    }
}

/// What each recovery came to, and the live tables at the end.
fn outcomes(run: &Run) -> Vec<String> {
    let commands = run.commands();
    let ends_look = |command: &Command| matches!(command, Command::Recover(_) | Command::SwitchOver);
    let mut outcomes = Vec::new();
    for (index, timed) in commands.iter().enumerate() {
        if !matches!(*timed.command, Command::Recover(_)) {
            continue;
        }
        let next = (index + 1..commands.len()).find(|next| ends_look(&commands[*next].command));
        let state = match next.and_then(|next| run.sent_after(next)) {
            Some(events) => run.state_at((events as usize).saturating_sub(1)),
            None => run.cluster().clone(),
        };
        outcomes.push(outcome(&state));
    }
    // A workload goes on as long as a recovery takes, and that depends on sizes.
    let rests =
        !commands.iter().any(|timed| matches!(*timed.command, Command::Workload { .. } | Command::WorkloadOf { .. }));
    let live = run.cluster().primary().filter(|_| rests);
    outcomes.push(live.map(tables).unwrap_or_default());
    outcomes
}

fn outcome(state: &Cluster) -> String {
    let Some(recovery) = state.recovery() else {
        return "none".to_owned();
    };
    let xid = |note: Option<RecordNote>| note.map_or(Xid::NONE, |note| note.xid);
    let said = match recovery.outcome() {
        None => "under way".to_owned(),
        Some(Err(failure)) => words(failure.code(), &[]),
        Some(Ok(report)) => format!(
            "{:?} from {}, last in XID {}, first out XID {}, timeline {} from {}",
            report.reason,
            report.backup,
            xid(report.last_in),
            xid(report.first_out),
            report.timeline,
            report.parent
        ),
    };
    // A recovery that failed has no database to show.
    let failed = matches!(recovery.outcome(), Some(Err(_)));
    let server = recovery.server().filter(|_| !failed);
    format!("{said}\n{}", server.map(tables).unwrap_or_default())
}

fn tables(server: &Server) -> String {
    let mut lines = String::new();
    for def in server.tables(Xid::NONE).unwrap_or_default() {
        lines += &format!("{} {:?}\n", def.name, rows(server, &def.name));
    }
    for (def, next) in server.sequences(Xid::NONE).unwrap_or_default() {
        lines += &format!("{}{NEXT}{next}\n", def.name);
    }
    lines
}
