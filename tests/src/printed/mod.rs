//! What a golden script shows, printed into it.
//!
//! A line `show WORDS` is followed by what there is to be seen at that place, as comments that begin with [`MARK`]; a line that is refused is
//! followed by the refusal. So a script with all that it shows is still a script. [`printed`] makes those comments anew.
//!
//! A place in a script is the moment just before the next timed line is sent; the last one is when everything has come to rest.
//!
//! * [`words`] has instants, records, columns as text.
//! * [`events`], [`log`], [`state`] (tables, sessions, a recovery's report), [`stores`] (disk, archive, backups), [`catalog`] print
//!   what their names say; [`decoded`] has bytes beside what they mean, and why a row is there.

mod catalog;
mod crash;
mod decoded;
mod events;
mod log;
mod state;
mod stores;
mod words;

use crate::carried::{Carried, carry_out_what_can_be};
use log::Detail;
use pitr_engine::script::{Claim, Expectation};
use pitr_engine::types::Micros;
use pitr_engine::{Cluster, Command, Server};
use std::ops::Range;

/// Where a line that was printed begins.
pub const MARK: &str = "#>";

/// A script with what it shows; or why it cannot be carried out.
pub fn printed(text: &str) -> Result<String, String> {
    let bare = without_prints(text);
    let carried = carry_out_what_can_be(&bare)?;
    let mut out = String::new();
    for (number, line) in (1..).zip(bare.lines()) {
        out.push_str(line);
        out.push('\n');
        let prints = match carried.refused.get(&number) {
            Some(why) => vec![format!("refused: {why}")],
            None => shown_on(&carried, number).map_err(|why| format!("line {number}: {why}"))?,
        };
        for print in prints {
            out.push_str(format!("{MARK} {print}").trim_end());
            out.push('\n');
        }
    }
    Ok(out)
}

/// A script without what it shows.
pub fn without_prints(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with(MARK)).flat_map(|line| [line, "\n"]).collect()
}

fn shown_on(carried: &Carried, line: u32) -> Result<Vec<String>, String> {
    let on_line = |expected: &&Expectation| expected.line == line;
    match carried.script.expectations.iter().find(on_line) {
        Some(Expectation { claim: Claim::Shown { what }, after, .. }) => {
            Place::new(carried, *after as usize).show(what)
        }
        _ => Ok(Vec::new()),
    }
}

/// A place in a script that is being printed.
struct Place<'a> {
    carried: &'a Carried,
    /// How many commands come before it.
    after: usize,
    state: Cluster,
}

impl Place<'_> {
    fn new(carried: &Carried, after: usize) -> Place<'_> {
        Place { carried, after, state: carried.state_before(after) }
    }

    fn show(&self, what: &str) -> Result<Vec<String>, String> {
        let words: Vec<&str> = what.split_whitespace().collect();
        match words.as_slice() {
            ["events", span @ ..] => Ok(self.events(self.span(span)?)),
            ["log", "on", "disk"] => self.log_on_disk(),
            ["log", "in", "archive", along @ ..] => self.log_in_archive(along),
            ["log", span @ ..] => Ok(self.log(self.span(span)?, Detail::Line)),
            ["bytes", span @ ..] => Ok(self.log(self.span(span)?, Detail::Bytes)),
            ["fields", span @ ..] => Ok(self.log(self.span(span)?, Detail::Fields)),
            ["table", table, of @ ..] => self.table(self.server(of)?, table),
            ["tables", of @ ..] => self.tables(self.server(of)?),
            ["sequences", of @ ..] => self.sequences(self.server(of)?),
            ["report"] => Ok(self.report()),
            ["validation"] => Ok(self.validation()),
            ["rto"] => Ok(self.rto()),
            ["sessions"] => Ok(self.sessions()),
            ["clock"] => Ok(vec![self.instant(self.state.timestamp())]),
            ["torn"] => self.torn(),
            ["disk", of @ ..] => Ok(self.disk(self.server(of)?)),
            ["archive"] => Ok(self.archive()),
            ["storage"] => Ok(self.storage()),
            ["history"] => Ok(self.history()),
            ["backups"] => Ok(self.backups()),
            ["decoded", of @ ..] => self.decoded(of),
            ["why"] => self.why(),
            ["apart"] => self.apart(),
            ["catalog"] => Ok(self.catalog()),
            ["choice", ..] => self.choice(what),
            ["digest"] => Ok(vec![self.state.digest().to_string()]),
            _ => Err(format!("nothing is known to show as {what:?}: see tests/golden/README.md")),
        }
    }

    /// Which of the run's events: those from the line above on, or from a time on, or all, up to this place.
    fn span(&self, words: &[&str]) -> Result<Range<usize>, String> {
        let run = &self.carried.run;
        let here = run.sent_after(self.after).map_or(run.events().len(), |sent| sent as usize);
        let begin = match words {
            [] => self.after.checked_sub(1).and_then(|line| run.sent_after(line)).unwrap_or(0) as usize,
            ["all"] => 0,
            ["since", time] => {
                let since = self.read_time(time)?;
                run.events().partition_point(|event| event.at < since)
            }
            _ => return Err(format!("no stretch of the run is called {words:?}")),
        };
        Ok(begin.min(here)..here)
    }

    fn read_time(&self, text: &str) -> Result<Micros, String> {
        let zone = self.carried.script.zone();
        // The script's own day, whatever the clock shows.
        let now = self.state.now().max(self.carried.script.settings.date + Micros::DAY - Micros(1));
        pitr_engine::script::parse_time(text, now, zone).map_err(|error| error.code().to_owned())
    }

    /// The server that is meant: as in an expectation, the recovered one if a recovery stands above, unless another is named.
    fn server(&self, words: &[&str]) -> Result<(&Server, &'static str), String> {
        let above = self.carried.script.commands.iter().take(self.after);
        let recovered = above.into_iter().any(|line| matches!(*line.timed.command, Command::Recover(_)));
        let which = match words {
            [] if recovered => "recovered",
            ["recovered"] => "recovered",
            [] | ["live"] => "live",
            _ => return Err(format!("no database is called {words:?}")),
        };
        let server = match which {
            "live" => self.state.primary(),
            _ => self.state.recovery().and_then(|recovery| recovery.server()),
        };
        server.map(|server| (server, which)).ok_or_else(|| format!("there is no {which} database then"))
    }

    /// When something happened, to the millisecond: what is shorter tells of the sizes of files, not of the claim.
    fn about(&self, at: Micros) -> String {
        self.instant(Micros(at.0.div_euclid(1_000) * 1_000))
    }

    /// An instant as the script would write it: without its date on the scenario's first day.
    fn instant(&self, at: Micros) -> String {
        words::instant(at, &self.carried.script)
    }
}
