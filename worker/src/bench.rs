//! Answers to the workbench: statements carried out, bytes taken apart, rows explained. Only the whole engine has them.

use crate::loaded::Loaded;
use crate::making::Making;
use crate::problems::{of_command, of_script, problem};
use pitr_engine::dialect::{self, Around, Dialect, Form, Known, LogLine};
use pitr_engine::explain::{self, Act, Decoded, Ending, Field, Link, Meaning, RowChain};
use pitr_engine::script::{Script, parse, parse_statement, verbs};
use pitr_engine::types::{Lsn, Micros, PageId, RelationId, TimelineId, Value, Xid};
use pitr_engine::{Cluster, EventKind, FileName, Recovery, RowView, Run, Server, TableDef};
use pitr_lessons::{Continuation, SCENARIOS, Scenario, continued};
use pitr_protocol::bench::{
    Anatomy, Ask, Names, PageRow, Part, Sort, System, SystemStep, Thing, Told, WhyEnd, WhyLink, WhyRow,
};
use pitr_protocol::inside::ServerLine;
use pitr_protocol::{LinkedScript, Permalink, Problem, TargetSpec};

/// Answers a question about a run.
pub fn answer(loaded: &Loaded, asked: &Ask) -> Result<Told, Problem> {
    match asked {
        Ask::Names { step } => Ok(Told::Names(names(loaded, *step))),
        Ask::Take { thing, step } => take(&loaded.run.state_at(*step as usize), thing).map(Told::Anatomy),
        Ask::Why { table, key, recovered, step } => {
            let view = if *recovered { RowView::Recovery } else { RowView::Now };
            let state = loaded.run.state_at(*step as usize);
            let chain = state.explain_row(table, &value(key), &view).map_err(|error| of_command(&error))?;
            Ok(Told::Why(why(&chain)))
        }
        Ask::Link { step, target, view } => link_to(&loaded.script, *step, target.as_ref(), view).map(Told::Link),
        Ask::Digest { step } => Ok(Told::Digest(loaded.run.state_at(*step as usize).digest().to_string())),
        Ask::Elsewhere(target) => elsewhere(loaded, target).map(Told::Elsewhere),
        Ask::Rows(target) => crate::rows::balance(loaded, target).map(Told::Rows),
        Ask::RowsFrom { table, recovered, from, step } => {
            let state = loaded.run.state_at(*step as usize);
            crate::all_rows::page(&state, table, *recovered, *from).map(Told::RowsFrom)
        }
        Ask::Inside { step } => Ok(Told::Inside(crate::inside::inside(loaded, *step))),
        Ask::Relations { step } => Ok(Told::Relations(crate::inside::relations(&loaded.run.state_at(*step as usize)))),
        Ask::Trace { of, step } => crate::trace::trace(&loaded.run.state_at(*step as usize), of).map(Told::Trace),
        Ask::ServerLog => Ok(Told::ServerLog(server_log(loaded))),
        Ask::Lesson(asked) => crate::lesson::answer(loaded, asked).map(Told::Lesson),
        // These are taken up before, or have no answer of their own.
        Ask::Execute { .. }
        | Ask::ExecuteAll { .. }
        | Ask::Open { .. }
        | Ask::Scenario { .. }
        | Ask::Boards
        | Ask::Cancel => Err(problem("not_here", vec![])),
    }
}

/// A link to a script's run. What a shipped scenario begins with is told by its name.
fn link_to(
    script: &Script,
    step: u32,
    target: Option<&TargetSpec>,
    view: &[(String, String)],
) -> Result<String, Problem> {
    let linked = match Continuation::of(script) {
        Some(Continuation { stem, commands, own }) => LinkedScript::Shipped { stem: stem.to_owned(), commands, own },
        None => LinkedScript::Own(script.to_string()),
    };
    let target = target.map(TargetSpec::linked);
    let link = Permalink { script: linked, step: Some(step), target, view: view.to_vec() };
    link.link().map_err(|error| error.problem())
}

/// A run that is to be tried, what is told once it can be carried out, and how many records it will write, 0 if nobody knows; `None` if
/// something else is asked.
pub fn attempt(loaded: &Loaded, asked: &Ask) -> Result<Option<(Making, Told, u64)>, Problem> {
    match asked {
        Ask::Execute { session, statement, after } => {
            execute(loaded, session, &[(0, statement.clone())], *after).map(Some)
        }
        Ask::ExecuteAll { session, statements, after } => execute(loaded, session, statements, *after).map(Some),
        Ask::Open { link } => open(loaded, link).map(Some),
        Ask::Scenario { stem } => {
            let scenario = scenario(stem)?;
            let script = parse(scenario.text).map_err(|error| of_script(&error))?;
            let text = script.to_string();
            let told = Told::Linked { script: text.clone(), step: None, target: None, view: Vec::new() };
            Ok(Some((Making::of(script, &text, Some(loaded)), told, scenario.records)))
        }
        _ => Ok(None),
    }
}

/// A shipped scenario by its stem.
pub fn scenario(stem: &str) -> Result<Scenario, Problem> {
    let known = || SCENARIOS.iter().map(|scenario| scenario.stem).collect::<Vec<_>>().join(", ");
    pitr_lessons::scenario(stem)
        .ok_or_else(|| problem("no_such_scenario", vec![("scenario", stem.to_owned()), ("known", known())]))
}

fn open(loaded: &Loaded, link: &str) -> Result<(Making, Told, u64), Problem> {
    let link = Permalink::read(link).map_err(|error| error.problem())?;
    let (script, of) = match link.script {
        LinkedScript::Own(text) => (parse(&text).map_err(|error| of_script(&error))?, 0),
        LinkedScript::Shipped { stem, commands, own } => {
            let script = continued(&stem, commands, &own).map_err(|error| problem(error.code(), error.params()))?;
            // Told of no others: of a part of it nobody knows how many there are.
            let of = if commands.is_none() { scenario(&stem)?.records } else { 0 };
            (script, of)
        }
    };
    let text = script.to_string();
    let target = link.target.as_ref().and_then(TargetSpec::of_link);
    let told = Told::Linked { script: text.clone(), step: link.step, target, view: link.view };
    // It is shown by whoever asked; here it is looked at whether it can be.
    Ok((Making::of(script, &text, Some(loaded)), told, of))
}

/// A recovery to a target as other systems would be told of it.
fn elsewhere(loaded: &Loaded, target: &TargetSpec) -> Result<Vec<System>, Problem> {
    let spec = crate::cuts::read_target(loaded, target)?;
    let cluster = loaded.base.cluster();
    let manifest = cluster.choose_backup(&spec).ok();
    let chain = manifest.as_ref().and_then(|manifest| cluster.backups().chain(&manifest.label).ok());
    let backups = chain.unwrap_or_default().iter().map(|element| element.label.clone()).collect();
    let tables = cluster.primary().and_then(|primary| primary.tables(Xid::NONE).ok()).unwrap_or_default();
    let known = Known { backups, tables: tables.into_iter().map(|table| table.name).collect() };
    let name = |dialect| match dialect {
        Dialect::PostgreSql => "postgresql",
        Dialect::MySql => "mysql",
        Dialect::DynamoDb => "dynamodb",
    };
    let system = |dialect| {
        let said = dialect::say(dialect, &spec, &known);
        let step = |step: dialect::Step| match step.form {
            Form::Shell => SystemStep { of: String::new(), is_request: false, text: step.text },
            Form::File(file) => SystemStep { of: file.to_owned(), is_request: false, text: step.text },
            Form::Request(api) => SystemStep { of: api.to_owned(), is_request: true, text: step.text },
        };
        let notes = said.notes.iter().map(|note| problem(note.key(), note.params())).collect();
        System { name: name(dialect).to_owned(), steps: said.steps.into_iter().map(step).collect(), notes }
    };
    Ok(Dialect::ALL.into_iter().map(system).collect())
}

/// What the server of the run's recovery writes into its log, from its start on.
fn server_log(loaded: &Loaded) -> Vec<ServerLine> {
    let (run, settings) = (&loaded.run, loaded.run.settings());
    let began = loaded.recovery_command().and_then(|command| run.sent_after(command));
    let Some(began) = began else { return Vec::new() };
    let (last_in, met) = run.cluster().recovery().map(Recovery::around_stop).unwrap_or_default();
    // One that waits at its target has not met it yet.
    let first_out = loaded.report().map_or(met, |(report, _)| report.first_record_out);
    let around = Around { segment: settings.segment, zone: settings.zone, last_in, first_out };
    let events = run.events().iter().enumerate().skip(began as usize);
    let told = |line: LogLine| ServerLine {
        step: line.event as u32,
        at_us: line.at.0,
        level: line.level.word().to_owned(),
        line: problem(line.code, line.params),
    };
    dialect::log_lines(events, around).into_iter().map(told).collect()
}

/// What a statement can name just after a step: what the server that runs there has, and what its stores have.
fn names(loaded: &Loaded, step: u32) -> Names {
    let state = loaded.run.state_at(step as usize);
    let server = state.primary();
    let tables = server.and_then(|server| server.tables(Xid::NONE).ok()).unwrap_or_default();
    let columns = |table: TableDef| (table.name, table.columns.into_iter().map(|column| column.name).collect());
    let sequences = server.and_then(|server| server.sequences(Xid::NONE).ok()).unwrap_or_default();
    let mut restore_points: Vec<String> = Vec::new();
    for event in loaded.run.events().iter().take(step as usize + 1) {
        if let EventKind::RestorePointMade { name, .. } = &event.kind
            && !restore_points.contains(name)
        {
            restore_points.push(name.clone());
        }
    }
    Names {
        verbs: verbs().map(str::to_owned).collect(),
        tables: tables.into_iter().map(columns).collect(),
        sequences: sequences.into_iter().map(|(sequence, _)| sequence.name).collect(),
        backups: state.backups().iter().map(|(label, _)| label.to_owned()).collect(),
        restore_points,
    }
}

/// The run's script with statements behind it, or behind a step of it; refused, and the run left alone, if they cannot be carried out.
fn execute(
    loaded: &Loaded,
    session: &str,
    statements: &[(u64, String)],
    after: Option<u32>,
) -> Result<(Making, Told, u64), Problem> {
    if !is_session(session) {
        return Err(problem("bad_session", vec![("session", session.to_owned())]));
    }
    let last = loaded.run.events().len().saturating_sub(1);
    let step = after.map_or(last, |step| (step as usize).min(last));
    let mut script = loaded.script.clone();
    let mut at = loaded.run.cluster().now();
    if step < last {
        at = loaded.run.events().get(step).map_or(at, |event| event.at);
        cut(&mut script, done_by(&loaded.run, step));
    }
    for (later, statement) in statements {
        at = Micros(at.0.saturating_add(i64::try_from(*later).unwrap_or(i64::MAX)));
        let command = parse_statement(statement, at, script.zone()).map_err(|error| of_script(&error))?;
        script.push(at, session, command);
    }
    let text = script.to_string();
    let last = statements.last().map_or("", |(_, statement)| statement.as_str());
    let making = Making::of(script, &text, Some(loaded)).with_statement(last);
    Ok((making, Told::Script(text), 0))
}

/// How many commands are done at a step. One that is still at work there, in the instant at which it was sent, is not: nobody can carry out half
/// of it.
fn done_by(run: &Run, step: usize) -> usize {
    let Some(command) = run.command_of(step) else { return 0 };
    let sent = run.commands().get(command).map(|timed| timed.at);
    let goes_on = run.command_of(step + 1) == Some(command) && run.events().get(step + 1).map(|event| event.at) == sent;
    if goes_on { command } else { command + 1 }
}

/// Leaves out the commands from one on, with all that is said behind them.
fn cut(script: &mut Script, commands: usize) {
    script.commands.truncate(commands);
    script.expectations.retain(|expectation| expectation.after as usize <= commands);
    let last = script.commands.last().map_or(2, |line| line.line);
    script.expectations.retain(|expectation| expectation.line <= last);
    script.remarks.retain(|remark| remark.line <= last);
}

/// Whether it can stand as a session's name in a line of a script.
fn is_session(name: &str) -> bool {
    let fits = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
    name.len() <= 32 && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(fits)
}

fn take(state: &Cluster, thing: &Thing) -> Result<Anatomy, Problem> {
    let none = || problem("no_such_thing", vec![]);
    let server = |recovered: bool| if recovered { recovered_server(state) } else { state.primary() }.ok_or_else(none);
    let disk_chunk = |recovered: bool, file, chunk| {
        let disk = &server(recovered)?.disk;
        Ok((disk.chunk(file, chunk).ok_or_else(none)?, disk.chunk_count(file)))
    };
    let decoded = match thing {
        Thing::Log { timeline, lsn } => {
            let (archive, size, lsn) = (state.archive(), state.settings().segment, Lsn(*lsn));
            of_log(
                state,
                TimelineId(*timeline),
                |server| explain::decode_server_at(server, archive, lsn).ok(),
                |timeline| explain::decode_archive_at(archive, size, timeline, lsn).ok(),
            )
            .ok_or_else(none)?
        }
        Thing::Segment { timeline, lsn, page } => {
            let (archive, size) = (state.archive(), state.settings().segment);
            let segment = size.segment_of(Lsn(*lsn));
            let found = of_log(
                state,
                TimelineId(*timeline),
                |server| explain::decode_server_segment(server, archive, segment, *page).ok(),
                |timeline| explain::decode_archive_segment(archive, size, timeline, segment, *page).ok(),
            );
            let found = found.ok_or_else(none)?;
            return Ok(Anatomy { part: found.page, parts: found.pages, ..anatomy(&found.decoded) });
        }
        Thing::Page { relation, block, recovered, .. } => {
            let id = PageId { relation: RelationId(*relation), block: *block };
            let server = server(*recovered)?;
            let page = server.peek_page(id).map_err(|_| none())?;
            let rows = explain::rows_of_page(server, state.archive(), id).into_iter().map(page_row).collect();
            return Ok(Anatomy { rows, ..anatomy(&explain::decode_page(&page.sealed())) });
        }
        Thing::Manifest { label } => explain::decode_manifest(&state.backups().get(label).ok_or_else(none)?.manifest),
        Thing::ControlFile { recovered } => explain::decode_control(disk_chunk(*recovered, FileName::Control, 0)?.0),
        Thing::CommitLog { recovered, chunk } => {
            let (bytes, chunks) = disk_chunk(*recovered, FileName::CommitLog, *chunk)?;
            return Ok(Anatomy { part: *chunk, parts: chunks, ..anatomy(&explain::decode_commit_log(bytes, *chunk)) });
        }
        Thing::History { timeline } => {
            explain::decode_history(state.archive().history(TimelineId(*timeline)).ok_or_else(none)?)
        }
    };
    Ok(anatomy(&decoded))
}

/// What is found in the log of a timeline: the live server's if it is on it, else the archive's, else that of the recovered server.
fn of_log<T>(
    state: &Cluster,
    timeline: TimelineId,
    of_server: impl Fn(&Server) -> Option<T>,
    of_archive: impl Fn(TimelineId) -> Option<T>,
) -> Option<T> {
    let on_it = |server: &&Server| server.log.timeline() == timeline;
    let live = state.primary().filter(on_it).and_then(&of_server);
    live.or_else(|| of_archive(timeline)).or_else(|| recovered_server(state).filter(on_it).and_then(&of_server))
}

/// The server that the last recovery has made, or is making.
fn recovered_server(state: &Cluster) -> Option<&Server> {
    state.recovery().and_then(|recovery| recovery.server())
}

fn anatomy(decoded: &Decoded) -> Anatomy {
    let mut fields = Vec::new();
    decoded.fields.iter().for_each(|field| parts(field, 0, &mut fields));
    Anatomy {
        what: decoded.what.to_owned(),
        lsn: decoded.places.first().map(|place| place.lsn.0),
        bytes: decoded.bytes.clone(),
        part: 0,
        parts: 1,
        fields,
        troubles: decoded.troubles.iter().map(|trouble| (trouble.at, trouble.why.code().to_owned())).collect(),
        rows: Vec::new(),
    }
}

fn page_row(row: explain::PageRow) -> PageRow {
    PageRow {
        slot: row.slot.into(),
        key: row.key.map(crate::frame::value),
        writer: row.writer.map(|(timeline, lsn)| (timeline.0, lsn.0)),
    }
}

fn parts(field: &Field, depth: u8, into: &mut Vec<Part>) {
    into.push(Part {
        depth,
        name: field.name.to_owned(),
        index: field.index,
        from: field.range.start,
        to: field.range.end,
        says: field.meaning.to_string(),
        sort: match field.meaning {
            _ if matches!(field.name, "record" | "continued_record") => Sort::Record,
            Meaning::Group => Sort::Group,
            Meaning::Bytes | Meaning::Undecoded => Sort::Bytes,
            Meaning::Unused => Sort::Unused,
            Meaning::Lsn(_) => Sort::Lsn,
            Meaning::Checksum { agrees: Some(false), .. } => Sort::BadChecksum,
            Meaning::Checksum { .. } => Sort::GoodChecksum,
            _ => Sort::Plain,
        },
    });
    field.fields.iter().for_each(|part| parts(part, depth.saturating_add(1), into));
}

fn why(chain: &RowChain) -> WhyRow {
    WhyRow {
        table: chain.table.clone(),
        key: chain.key.to_string(),
        verdict: chain.verdict.code().to_owned(),
        row: chain.values.as_deref().map(row_text),
        stop_lsn: chain.stop.0,
        links: chain.links.iter().map(link).collect(),
        ends: chain.ends.iter().filter(|end| !end.why.is_quiet()).map(|end| (end.at.0, end.why.to_string())).collect(),
    }
}

fn link(link: &Link) -> WhyLink {
    let (act, row) = match &link.act {
        Act::Inserted { values } => ("inserted", row_text(values)),
        Act::Updated { to, .. } => ("updated", row_text(to)),
        Act::Deleted { values } => ("deleted", row_text(values)),
        Act::TableCreated => ("table_created", String::new()),
        Act::TableEmptied => ("table_emptied", String::new()),
        Act::TableDropped => ("table_dropped", String::new()),
    };
    let (ending, end) = match link.ending {
        Ending::Committed { by, lsn, time, standing } => ("committed", Some((by, lsn, time, standing))),
        Ending::Aborted { by, lsn, time, standing } => ("rolled_back", Some((by, lsn, time, standing))),
        Ending::CommittedBefore => ("committed_before", None),
        Ending::AbortedBefore => ("rolled_back_before", None),
        Ending::Open => ("open", None),
    };
    WhyLink {
        act: act.to_owned(),
        row,
        xid: link.xid.0,
        lsn: link.at.map(|(_, lsn)| lsn.0),
        timeline: link.at.map_or(0, |(timeline, _)| timeline.0),
        standing: link.standing.code().to_owned(),
        ending: ending.to_owned(),
        end: end.map(|(by, lsn, time, standing)| WhyEnd {
            xid: by.0,
            lsn: lsn.0,
            time_us: time.0,
            standing: standing.code().to_owned(),
        }),
    }
}

fn row_text(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    format!("({})", values.join(", "))
}

/// A value in the engine's terms.
pub fn value(value: &pitr_protocol::Value) -> Value {
    match value {
        pitr_protocol::Value::Null => Value::Null,
        pitr_protocol::Value::Int(int) => Value::Int(*int),
        pitr_protocol::Value::Text(text) => Value::Text(text.clone()),
        pitr_protocol::Value::Bool(bool) => Value::Bool(*bool),
        pitr_protocol::Value::Timestamp(us) => Value::Timestamp(*us),
    }
}
