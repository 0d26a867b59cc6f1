//! The machine: what lights up and what travels is what the step did, forwards alone; and what lies where is as much as the step left there.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::Key;

/// The machine at a step, as it is drawn: what the step did, which places are lit, along which ways something travels.
#[derive(Debug)]
struct Shown {
    what: String,
    lit: Vec<String>,
    travels: Vec<String>,
}

const LOOK: &str = "
    const look = () => {
        const machine = document.querySelector('section.machine');
        const texts = (selector) => [...machine.querySelectorAll(selector)].map((each) => each.textContent.trim());
        return [texts('[aria-current=step] .step-what')[0] ?? '', texts('.place.is-lit h3'),
            [...machine.querySelectorAll('.way:has(.traveller)')].map((way) => way.classList[1].replace('way-', ''))];
    };";

/// Presses a button so many times, and looks each time the place is another.
async fn walk(lab: &Lab, button: &str, steps: u32) -> Outcome<Vec<Shown>> {
    let button = lab.find("button", button).await?;
    let script = format!(
        "{LOOK}
        const [button, steps, done] = arguments;
        const frame = () => new Promise(requestAnimationFrame);
        const place = () => document.querySelector('input[aria-label=Position]').value;
        (async () => {{
            const shown = [];
            while (shown.length < steps) {{
                const before = place();
                button.click();
                for (let waited = 0; place() === before && waited < 300; waited += 1) await frame();
                if (place() === before) break;
                await frame();
                shown.push(look());
            }}
            return shown;
        }})().then(done);"
    );
    let shown = lab.driver.execute_async(&script, vec![button.to_json()?, steps.into()]).await?;
    let shown: Vec<(String, Vec<String>, Vec<String>)> = serde_json::from_value(shown.json().clone())?;
    Ok(shown.into_iter().map(|(what, lit, travels)| Shown { what, lit, travels }).collect())
}

/// What a step moves, by the words that tell of it: ways that something must travel along, and what it may light besides the ways' ends.
fn moves(what: &str) -> (&'static [&'static str], &'static [&'static str]) {
    const MOVES: [(&str, &[&str], &[&str]); 20] = [
        ("a recovery begins", &[], &["New server"]),
        ("the server logs:", &[], &["Log buffer"]),
        (" logs: ", &["write"], &["Sessions", "Log buffer"]),
        ("the log goes to disk", &["flush"], &["Log buffer", "Log on disk"]),
        ("sets out for the archive", &["archive"], &["Log on disk", "Archive"]),
        ("a segment is archived", &[], &["Archive"]),
        ("a segment opens", &[], &["Log on disk"]),
        ("a segment closes", &[], &["Log on disk"]),
        ("a page of ", &["checkpoint"], &["Pages in memory", "Data files"]),
        ("a checkpoint begins", &[], &["Pages in memory"]),
        ("a checkpoint is done", &[], &["Log on disk", "Data files"]),
        (" is copied", &["copy"], &["Data files", "Snapshots"]),
        ("snapshot b1", &[], &["Snapshots"]),
        (" comes back", &["restore"], &["Snapshots", "New server"]),
        ("a segment is fetched", &["fetch"], &["Archive", "New server"]),
        (" is replayed", &[], &["New server"]),
        (" commits", &[], &["Sessions", "Log on disk"]),
        (" rolls back", &[], &["Sessions"]),
        (" begins", &[], &["Sessions"]),
        (" ran ", &[], &["Sessions", "Pages in memory"]),
    ];
    let found = MOVES.iter().find(|(words, ..)| what.contains(words));
    found.map_or((&[], &[]), |(_, ways, lit)| (*ways, *lit))
}

/// What each step moves is what its words say; and each of these happened.
fn are_as_told(shown: &[Shown], happened: &[&str]) -> Outcome {
    for step in shown {
        let (ways, lit) = moves(&step.what);
        // A record of a change is written to the log and changes a page.
        let travels: Vec<&str> = step.travels.iter().map(String::as_str).filter(|way| *way != "change").collect();
        ensure!(travels == ways, "{ways:?} is what moves: {step:?}");
        let known = lit.is_empty() || lit.iter().all(|place| step.lit.iter().any(|lit| lit == place));
        ensure!(known, "{lit:?} are lit: {step:?}");
        let changes = [" logs: insert", " logs: update", " logs: delete"].iter().any(|words| step.what.contains(words));
        let changed = step.travels.iter().any(|way| way == "change");
        ensure!(!changes || changed, "a changed row changes a page: {step:?}");
        ensure!(!changed || step.what.contains(" logs: "), "nothing else does: {step:?}");
        let ends = [" logs: commit", " logs: abort"].iter().any(|words| step.what.contains(words));
        ensure!(!ends || !changed, "the end of a transaction changes none: {step:?}");
    }
    for wanted in happened {
        ensure!(shown.iter().any(|step| step.what.contains(wanted)), "{wanted:?} happened: {shown:#?}");
    }
    Ok(())
}

/// A place of the machine, in words.
async fn place(lab: &Lab, name: &str) -> Option<String> {
    let script = "const places = [...document.querySelectorAll('section.machine .place')];
        return places.find((each) => each.querySelector('h3').textContent === arguments[0])?.innerText.replace(/\\s+/g, ' ')";
    Some(lab.script(script, vec![name.into()]).await.ok()?.as_str()?.to_owned())
}

async fn place_saying(lab: &Lab, name: &str, words: &str) -> Outcome {
    let says = async || place(lab, name).await?.contains(words).then_some(());
    match lab.wait(&format!("{name} to say {words:?}"), says).await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error}; it says {:?}", place(lab, name).await).into()),
    }
}

#[test]
fn what_moves_is_what_the_step_did() {
    visit("machine-moves", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
        lab.wait("the beginning", async || lab.slider("Position").await.ok().filter(|at| *at == 0)).await?;
        let shown = walk(lab, "Step forward", 90).await?;
        ensure!(shown.len() == 90, "ninety steps: {}", shown.len());
        let happened = [
            " logs: insert",
            " logs: commit",
            "the log goes to disk",
            " commits",
            "a page of users is written",
            "is copied",
            "a segment closes",
            "sets out for the archive",
            "a segment is archived",
        ];
        are_as_told(&shown, &happened)?;
        // Backwards nothing travels: what lay there is shown.
        let back = walk(lab, "Step back", 12).await?;
        ensure!(back.iter().all(|step| step.travels.is_empty()), "nothing travels back: {back:#?}");
        for (step, before) in back.iter().zip(shown.iter().rev().skip(1)) {
            ensure!(step.what == before.what && step.lit == before.lit, "{step:?} is {before:?} again");
        }
        Ok(())
    });
}

#[test]
fn what_lies_where_is_what_the_step_left_there() {
    visit("machine-amounts", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        // The last transaction: its records wait in the buffer until its commit has them written.
        walk(lab, "Step back", 9).await?;
        let inside = lab.find("button", "Log on disk and archive").await?;
        lab.script("arguments[0].click()", vec![inside.to_json()?]).await?;
        place_saying(lab, "Archive", "13 segments 1 waits").await?;
        let segments = "to be archived";
        let sent = async |words: &str| {
            let words = words.to_owned();
            lab.wait(&format!("a segment that is {words}"), async || {
                let rows = lab.rows(segments).await.ok()?;
                rows.iter().any(|row| row[0].contains("moved by this step") && row[1].contains(&words)).then_some(())
            })
            .await
        };
        sent("on its way to the archive").await?;
        for (what, changes) in [
            ("a segment is archived", &[("Archive", "14 segments newest 03:05:37")][..]),
            ("app-2 begins", &[("Sessions", "app-2 in a transaction"), ("Log buffer", "0 records")]),
            ("XID 115 logs: insert", &[("Sessions", "app-2 XID 115"), ("Log buffer", "1 record next at 0/F088")]),
            ("app-2 ran INSERT", &[("Log on disk", "durable to 0/F000")]),
            (
                "XID 115 logs: commit",
                &[("Log buffer", "2 records next at 0/F0B0"), ("Log on disk", "durable to 0/F000")],
            ),
            ("the log goes to disk", &[("Log buffer", "0 records"), ("Log on disk", "15 segments durable to 0/F0B0")]),
            ("a segment opens", &[("Log on disk", "15 segments")]),
            ("XID 115 commits", &[("Sessions", "app-2 idle"), ("Archive", "14 segments")]),
        ] {
            let shown = walk(lab, "Step forward", 1).await?;
            ensure!(shown.iter().all(|step| step.what.contains(what)), "{what}: {shown:?}");
            for (name, words) in changes {
                place_saying(lab, name, words).await.map_err(|error| format!("{what}: {error}"))?;
            }
            if what == "a segment is archived" {
                sent("sealed and archived").await?;
            }
        }
        Ok(())
    });
}

#[test]
fn the_way_back_is_gone_step_by_step() {
    visit("machine-way-back", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        place_saying(lab, "New server", "none yet").await?;
        let before = lab.last_step().await?;
        lab.press("Recover").await?;
        lab.press("Pause").await?;
        lab.find("button", "The way back").await?;
        let open =
            "[...document.querySelectorAll('button')].find((each) => each.textContent === 'The way back').click()";
        lab.script(open, Vec::new()).await?;
        // From its beginning, however far it was played before it was paused.
        let back = "const slider = document.querySelector('.scrubber-input'); slider.value = arguments[0];
            slider.dispatchEvent(new Event('input', { bubbles: true }))";
        lab.script(back, vec![before.into()]).await?;
        let shown = walk(lab, "Step forward", 60).await?;
        are_as_told(&shown, &["users comes back", "a segment is fetched", "is replayed"])?;
        place_saying(lab, "New server", "Replaying the log").await?;
        ensure!(lab.slider("Position").await? > before, "this is the recovery");
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to"]).await?;
        place_saying(lab, "New server", "2 of 2 pages changed").await?;
        let pages =
            lab.wait("its pages", async || lab.rows("of the new server").await.ok().filter(|rows| rows.len() > 1));
        let pages = pages.await?;
        ensure!(pages.iter().any(|row| row[1].contains("changed by redo")), "redo changed them: {pages:?}");
        Ok(())
    });
}

/// The archive has two tiers, and a segment goes from one to the other.
const TIERS: &str = "# What is old lies cold
scenario segment 4KiB, archive timeout 1h, archive store object, cold after 2h
01:00:00 ops CREATE TABLE notes (id int, text text)
01:00:10 ops backup b1
02:00:10 app-1 INSERT INTO notes VALUES (1, 'one')
04:30:00 ops note 'so much for today'
";

#[test]
fn a_segment_goes_from_the_hot_tier_to_the_cold() {
    visit("machine-tiers", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        lab.run_titled(TIERS).await?;
        let inside = lab.find("button", "Log on disk and archive").await?;
        lab.script("arguments[0].click()", vec![inside.to_json()?]).await?;
        let caption =
            async || Some(lab.names("table").await.ok()?.into_iter().find(|name| name.contains("in the archive"))?);
        let saying = async |words: &str| {
            let words = words.to_owned();
            lab.wait(&format!("the tiers: {words}"), async || caption().await?.contains(&words).then_some(())).await
        };
        // As many of its rows say so.
        let are_cold = async |wanted: usize| {
            let rows = async || lab.rows("in the archive").await.ok();
            let cold = async || Some(rows().await?.iter().filter(|row| row[2].contains("cold, since")).count());
            lab.wait(&format!("{wanted} to lie cold"), async || (cold().await? == wanted).then_some(())).await
        };
        for (words, cold) in [("0 hot, 2 cold", 2), ("1 hot, 1 cold", 1), ("2 hot, 0 cold", 0)] {
            saying(words).await?;
            are_cold(cold).await?;
            // The last step is what was said, and before it each segment was moved by a step of its own.
            let shown = walk(lab, "Step back", if cold == 2 { 2 } else { 1 }).await?;
            let is_seen = |step: &Shown| step.lit.iter().any(|place| place == "Archive");
            ensure!(cold < 2 || shown.iter().all(is_seen), "each move is seen at the archive: {shown:?}");
        }
        Ok(())
    });
}
