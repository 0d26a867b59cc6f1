//! Anything can be pointed at: sessions, the machine's parts, savepoints, phases, the lines of lists and tables, what bytes speak of. It is
//! named, and lit wherever else it is shown.

use super::pointing::{hover, says, text};
use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};
use thirtyfour::Key;

/// A morning with a savepoint and a note.
const MORNING: &str = "# A morning
scenario segment 4KiB, archive timeout 1m
02:00:00 ops CREATE TABLE users (id int primary key, name text)
02:00:05 ops INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace')
02:05:00 ops backup b1
02:15:00 app BEGIN
02:15:10 app INSERT INTO users VALUES (3, 'Mary')
02:15:20 app SAVEPOINT first
02:15:40 app INSERT INTO users VALUES (4, 'Joan')
02:16:00 app COMMIT
02:58:00 ops DELETE FROM users
03:00:00 ops note 'where are my users?'
";

async fn ready(lab: &Lab) -> Outcome {
    lab.slider_saying("Part in sight", "record").await?;
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    Ok(())
}

async fn morning(lab: &Lab) -> Outcome {
    ready(lab).await?;
    lab.run_script(MORNING).await?;
    lab.wait("the morning", async || lab.text().await.ok()?.contains("where are my users?").then_some(())).await
}

/// How many elements of a selector are lit.
pub async fn lit(lab: &Lab, selector: &str) -> u64 {
    let script =
        "return [...document.querySelectorAll(arguments[0])].filter(each => each.hasAttribute('data-lit')).length";
    let count = lab.script(script, vec![selector.into()]).await;
    count.ok().and_then(|count| count.as_u64()).unwrap_or_default()
}

/// Waits until something of a selector is lit.
pub async fn lights(lab: &Lab, selector: &str) -> Outcome {
    lab.wait(&format!("{selector} to be lit"), async || (lit(lab, selector).await > 0).then_some(())).await
}

/// Waits until these lanes of the timeline are lit.
async fn lanes(lab: &Lab, wanted: &str) -> Outcome {
    let script = "return document.querySelector('.deep-stage')?.dataset.lanes ?? ''";
    lab.wait(&format!("the lanes {wanted:?}"), async || (text(lab, script).await? == wanted).then_some(())).await
}

/// Lets go of whatever is pointed at.
pub async fn let_go(lab: &Lab) -> Outcome {
    lab.keys(Key::Escape).await?;
    lab.wait("nothing to be lit", async || (lit(lab, "*").await == 0).then_some(())).await
}

/// Moves the mouse over the canvas from point to point, with time for the page after each; says what was pointed at, each thing once.
const OVER: &str = "const [columns, until, done] = arguments;
    const canvas = document.querySelector('.deep-stage > canvas');
    const box = canvas.getBoundingClientRect();
    const told = [];
    const hear = ({ detail }) => { const said = `${detail.kind} ${detail.name ?? ''}`.trim(); if (!told.includes(said)) told.push(said); };
    const turn = () => new Promise((on) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = on; port2.postMessage(0); });
    (async () => {
        window.addEventListener('pitr-point', hear);
        for (const share of columns) for (let y = 2; y < box.height && !(until && told.some((said) => said.startsWith(until))); y += 4) {
            canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + share * box.width, clientY: box.top + y,
                bubbles: true, pointerType: 'mouse', pointerId: 1 }));
            await turn();
        }
        window.removeEventListener('pitr-point', hear);
        return told;
    })().then(done)";

async fn over(lab: &Lab, columns: Vec<f64>, until: &str) -> Outcome<Vec<String>> {
    let told = lab.driver.execute_async(OVER, vec![columns.into(), until.into()]).await?.json().clone();
    Ok(serde_json::from_value(told)?)
}

/// The mouse goes over the names of the lanes, or over all of the canvas, until something of that kind and name is pointed at.
async fn over_the_names(lab: &Lab, until: &str) -> Outcome<Vec<String>> {
    over(lab, vec![0.01], until).await
}

/// From the end of the run backwards.
async fn over_the_canvas(lab: &Lab, until: &str) -> Outcome<Vec<String>> {
    over(lab, (10..=125).rev().map(|at| f64::from(at) / 126.0).collect(), until).await
}

#[test]
fn a_session_is_its_lane_its_line_in_the_machine_and_its_rows() {
    visit("pointing-session", Setting::default(), async |lab| {
        morning(lab).await?;
        lab.script("document.querySelector('.as-table:not(.deep-list)').open = true", Vec::new()).await?;
        // From the machine.
        let line = ".machine-grid .sessions > li:first-child";
        let name = format!("return document.querySelector('{line}').textContent.split(' ')[0]");
        let name = lab.wait("a session", async || text(lab, &name).await.filter(|name| !name.is_empty())).await?;
        hover(lab, line).await?;
        says(lab, &format!("Session {name}.")).await?;
        lanes(lab, &name).await?;
        lights(lab, line).await?;
        lights(lab, ".as-table:not(.deep-list) tbody > tr").await?;
        lights(lab, ".bench-log tbody > tr").await?;
        ensure!(lit(lab, ".machine-grid .sessions > li").await == 1, "the others are not lit");
        let_go(lab).await?;
        // From the timeline: its name, and where nothing else lies.
        let told = over_the_names(lab, &format!("session {name}")).await?;
        ensure!(told.contains(&format!("session {name}")), "the lane of {name}: {told:?}");
        says(lab, &format!("Session {name}.")).await?;
        lights(lab, line).await?;
        lanes(lab, &name).await?;
        let_go(lab).await?;
        // From its cell in the table, and from the workbench's field.
        hover(lab, ".as-table:not(.deep-list) tbody > tr:last-child > td:nth-child(2)").await?;
        says(lab, "Session ").await?;
        let_go(lab).await?;
        hover(lab, "#bench-session").await?;
        says(lab, "Session ").await?;
        let_go(lab).await?;
        // By the keyboard, which the line in the machine is a stop for.
        lab.script(&format!("document.querySelector('{line}[tabindex=\"0\"]').focus()"), Vec::new()).await?;
        lanes(lab, &name).await?;
        lab.is_accessible("pointing-session").await?;
        // What is there for good is not taken away by the mouse over the canvas.
        let told = over_the_names(lab, "").await?;
        ensure!(told.is_empty(), "the keyboard's stays: {told:?}");
        let_go(lab).await?;
        // A shot moves the page under the mouse, which then points: nothing comes behind it.
        hover(lab, line).await?;
        lanes(lab, &name).await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.theme(theme).await?;
            lab.shoot(&format!("pointing-session-{}", theme.name())).await?;
        }
        Ok(())
    });
}

#[test]
fn the_machines_boxes_and_the_timelines_lanes_are_the_same_things() {
    visit("pointing-machine", Setting::default(), async |lab| {
        ready(lab).await?;
        for (place, words, wanted) in [
            ("buffer", "The log buffer", "log"),
            ("disk", "The log on disk", "log segments"),
            ("archive", "The archive", "archive"),
            ("pages", "The pages in memory", ""),
            ("files", "The data files", ""),
            ("snapshots", "The base backups", "snapshots"),
        ] {
            hover(lab, &format!(".place.at-{place} > h3")).await?;
            says(lab, words).await?;
            lanes(lab, wanted).await?;
            lights(lab, &format!(".place.at-{place}")).await?;
            ensure!(lit(lab, ".place").await == 1, "{place} is one box");
        }
        let_go(lab).await?;
        over_the_names(lab, "part log").await?;
        says(lab, "The log, record by record").await?;
        lights(lab, ".place.at-buffer").await?;
        lights(lab, ".place.at-disk").await?;
        lab.shoot("pointing-log-lane").await?;
        let_go(lab).await?;
        let told = over_the_names(lab, "").await?;
        for lane in ["part log", "part segments", "part archive", "part snapshots", "part timelines"] {
            ensure!(told.iter().any(|told| told == lane), "{lane} is pointed at by its name: {told:?}");
        }
        // A page in memory has its records, though the machine says its table's name alone.
        hover(lab, ".at-pages > .cells > i[title^='users, block 0']").await?;
        says(lab, "users, page 0.").await?;
        says(lab, "made it what it is").await?;
        lights(lab, ".bench-log tbody > tr").await?;
        let path = "return document.querySelector('.deep-stage').dataset.path !== '0' ? 'path' : ''";
        ensure!(text(lab, path).await.as_deref() == Some("path"), "its path lies on the timeline");
        // And a record has its page there.
        let_go(lab).await?;
        let insert = "const row = [...document.querySelectorAll('.bench-log tr')].find(row => row.textContent.includes('insert'));
            row.dataset.tested = ''; return row.dataset.lsn";
        ensure!(text(lab, insert).await.is_some(), "a record of an insert is in the list");
        hover(lab, ".bench-log tr[data-tested] > th").await?;
        lights(lab, ".at-pages > .cells > i").await?;
        let_go(lab).await?;
        hover(lab, ".at-snapshots > p").await?;
        says(lab, "Base backup ").await?;
        lights(lab, ".at-snapshots > p").await?;
        let_go(lab).await?;
        // Reached by the keyboard, a box is said once.
        lab.script("document.querySelector('.place.at-archive > h3[tabindex]').focus()", Vec::new()).await?;
        let spoken = "return document.querySelector('#pointing [role=status]')?.textContent ?? ''";
        lab.wait("it to be said", async || text(lab, spoken).await.filter(|said| said.starts_with("The archive")))
            .await?;
        lanes(lab, "archive").await?;
        let_go(lab).await
    });
}

#[test]
fn savepoints_notes_and_phases_have_names_and_kin() {
    visit("pointing-steps", Setting::default(), async |lab| {
        morning(lab).await?;
        lab.script("document.querySelectorAll('.as-table').forEach(each => each.open = true)", Vec::new()).await?;
        lab.choose("Kind of event", "savepoints").await?;
        lab.wait("the list of savepoints", async || lab.find_all("button", "SAVEPOINT first").await.ok()?.pop())
            .await?;
        hover(lab, ".deep-items > li").await?;
        says(lab, ", within XID ").await?;
        says(lab, "SAVEPOINT first").await?;
        lights(lab, ".deep-items > li").await?;
        lights(lab, ".as-table:not(.deep-list) tbody > tr").await?;
        lab.shoot("pointing-savepoint").await?;
        let_go(lab).await?;
        lab.choose("Kind of event", "what was said").await?;
        lab.wait("the list of what was said", async || lab.find_all("button", "where are my users?").await.ok()?.pop())
            .await?;
        hover(lab, ".deep-items > li").await?;
        says(lab, "where are my users?").await?;
        // The step that the page stands at, before and after, in the machine.
        hover(lab, ".machine > .steps > li[aria-current]").await?;
        lights(lab, ".machine > .steps > li[aria-current]").await?;
        let_go(lab).await?;
        let told = over_the_canvas(lab, "step").await?;
        ensure!(told.iter().any(|told| told.starts_with("step")), "a mark on the canvas is a step: {told:?}");
        // The phases of a recovery.
        lab.recover_at_once().await?;
        // What nobody sees is not asked for.
        lab.script("document.getElementById('recovery-steps').scrollIntoView()", Vec::new()).await?;
        let written = "return document.querySelector('.steps-log > li')?.textContent ?? ''";
        lab.wait("the server's log", async || text(lab, written).await.filter(|line| !line.is_empty())).await?;
        hover(lab, ".steps-phases > li[data-name=redo]").await?;
        says(lab, "Replaying the log: ").await?;
        lights(lab, ".steps-phases > li[data-name=redo]").await?;
        lights(lab, ".steps-list > li").await?;
        lights(lab, ".steps-log > li").await?;
        lights(lab, ".bench-log tbody > tr").await?;
        ensure!(lit(lab, ".steps-phases > li").await == 1, "one phase is lit");
        lab.shoot("pointing-phase").await?;
        hover(lab, ".phase-list > li").await?;
        says(lab, " of the recovery.").await?;
        let_go(lab).await?;
        let told = over_the_canvas(lab, "phase").await?;
        ensure!(told.iter().any(|told| told.starts_with("phase")), "a phase on the canvas is one: {told:?}");
        Ok(())
    });
}

#[test]
fn lines_of_lists_and_tables_light_what_they_tell_of() {
    visit("pointing-lists", Setting::default(), async |lab| {
        ready(lab).await?;
        lab.script("document.querySelectorAll('.as-table').forEach(each => each.open = true)", Vec::new()).await?;
        hover(lab, ".deep-items > li:nth-child(2)").await?;
        let said = says(lab, "XID ").await?;
        lights(lab, ".deep-items > li").await?;
        lights(lab, ".as-table:not(.deep-list) tbody > tr").await?;
        lights(lab, ".machine-grid .sessions > li").await?;
        let_go(lab).await?;
        hover(lab, ".as-table:not(.deep-list) tbody > tr:nth-child(2) > th").await?;
        ensure!(says(lab, "XID ").await? == said, "the second commit is the second transaction");
        lights(lab, ".deep-items > li").await?;
        let_go(lab).await?;
        // The keyboard in a line does the same.
        lab.script("document.querySelector('.as-table:not(.deep-list) tbody button').focus()", Vec::new()).await?;
        says(lab, "XID ").await?;
        let_go(lab).await?;
        for (sort, words) in [
            ("changes of rows", " at 0/"),
            ("checkpoints", "checkpoint at 0/"),
            ("backups", "Base backup "),
            ("segments archived", "holds the log from"),
        ] {
            lab.choose("Kind of event", sort).await?;
            let title = format!("As a list: {sort}");
            lab.wait("the list", async || lab.find_all("list", &title).await.ok()?.pop()).await?;
            hover(lab, ".deep-items > li").await?;
            says(lab, words).await?;
            lights(lab, ".deep-items > li").await?;
        }
        let_go(lab).await
    });
}

/// Chooses something for the inspector, and waits until it is there.
pub async fn take(lab: &Lab, option: &str, words: &str) -> Outcome {
    lab.choose("Take apart", option).await?;
    lab.region_saying("Inspector", &[words]).await?;
    Ok(())
}

#[test]
fn what_bytes_speak_of_is_pointed_at_there() {
    visit("pointing-bytes", Setting::default(), async |lab| {
        ready(lab).await?;
        lab.recover_at_once().await?;
        take(lab, "segment 00000001", "Segment: segment").await?;
        hover(lab, ".bench-anatomy .bench-what").await?;
        says(lab, "holds the log from").await?;
        lights(lab, ".bench-anatomy[data-point=segment]").await?;
        hover(lab, ".bench-fields tr[data-point=record]").await?;
        says(lab, " at 0/").await?;
        // So is what its bytes are about, in hex: the bytes of the record, not the whole segment.
        lights(lab, ".bench-byte[data-point=record]").await?;
        let_go(lab).await?;
        hover(lab, ".bench-byte[data-point=record]").await?;
        says(lab, " at 0/").await?;
        lights(lab, ".bench-fields tr[data-point=record]").await?;
        let script = "return [...document.querySelectorAll('.bench-fields tr[data-lit]')]
            .map((row) => row.innerText).filter((said) => said.startsWith('record')).join('; ')";
        let rows = text(lab, script).await.unwrap_or_default();
        ensure!(rows.starts_with("record") && !rows.contains(';'), "one record, not the segment: {rows}");
        take(lab, "manifest of", "Manifest: ").await?;
        hover(lab, ".bench-anatomy .bench-what").await?;
        says(lab, "Base backup ").await?;
        lights(lab, ".bench-anatomy[data-point=backup]").await?;
        hover(lab, ".bench-fields tr[data-point=segment]").await?;
        says(lab, "holds the log from").await?;
        take(lab, "commit log, recovered", "Commit log: ").await?;
        hover(lab, ".bench-fields tr[data-point=xid]").await?;
        says(lab, "XID ").await?;
        take(lab, "history file", "History file: ").await?;
        hover(lab, ".bench-fields tr[data-point=timeline]").await?;
        says(lab, "Timeline 1.").await?;
        lights(lab, ".bench-branch[data-timeline='1']").await?;
        // A row of a page is the row, and leads to the record that put it there.
        take(lab, "a page", "Page: ").await?;
        hover(lab, ".bench-fields tr[data-point=row]").await?;
        says(lab, "Row ").await?;
        lights(lab, "tr:has(> td > button[data-why])").await?;
        lab.is_accessible("pointing-bytes").await?;
        lab.script("document.querySelector('.bench-anatomy').scrollIntoView()", Vec::new()).await?;
        lab.shoot("pointing-page-rows").await?;
        let ways = lab.find_all("button", "there by the record at 0/").await?;
        lab.script("arguments[0].click()", vec![ways.first().ok_or("no way to a record")?.to_json()?]).await?;
        lab.region_saying("Inspector", &["Log record: at 0/"]).await?;
        Ok(())
    });
}
