//! Pointing at one thing names it and lights it everywhere; Escape lets it go; nobody is flooded with words.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};

const SAID: &str = "return document.querySelector('.pointing-says')?.textContent ?? ''";
const SPOKEN: &str = "return document.querySelector('#pointing [role=status]')?.textContent ?? ''";
/// The mouse comes over the first element of a selector.
const HOVER: &str = "const element = document.querySelector(arguments[0]);
    if (!element) return false;
    element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    return true";
const LIT: &str = "return [...document.querySelectorAll('[data-lit]')].map(each => each.dataset.point ?? (each.tagName === 'TR' ? 'row' : 'xid'))";

pub async fn text(lab: &Lab, script: &str) -> Option<String> {
    Some(lab.script(script, Vec::new()).await.ok()?.as_str()?.to_owned())
}

pub async fn says(lab: &Lab, words: &str) -> Outcome<String> {
    lab.wait(&format!("the line to say {words:?}"), async || text(lab, SAID).await.filter(|said| said.contains(words)))
        .await
}

/// The sorts of things that are lit.
async fn lit(lab: &Lab) -> Vec<String> {
    let found = lab.script(LIT, Vec::new()).await.unwrap_or_default();
    serde_json::from_value(found).unwrap_or_default()
}

pub async fn hover(lab: &Lab, selector: &str) -> Outcome {
    lab.wait(&format!("{selector} to point at"), async || {
        (lab.script(HOVER, vec![selector.into()]).await.ok()? == true).then_some(())
    })
    .await
}

async fn ready(lab: &Lab) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    for part in ["Buffer pool and data files"] {
        let button = lab.find("button", part).await?;
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
    }
    lab.wait("the pages", async || lab.rows("newer in memory than on disk").await.ok()).await?;
    Ok(())
}

#[test]
fn a_record_lights_its_page_and_its_row() {
    visit("pointing", Setting::default(), async |lab| {
        ready(lab).await?;
        // The last record of an order: its row is in the table, its page in the buffer pool.
        let script = "const row = [...document.querySelectorAll('.bench-log tr')].filter(row => row.textContent.includes('insert')).pop();
            row.dataset.tested = ''; return row.dataset.lsn";
        let lsn = lab.script(script, Vec::new()).await?.as_str().unwrap_or_default().to_owned();
        ensure!(!lsn.is_empty(), "a record of an insert is in the list");
        hover(lab, ".bench-log tr[data-tested]").await?;
        says(lab, "It is about orders, row").await?;
        let wanted = ["record", "page", "row"];
        lab.wait("its page and its row to be lit", async || {
            let lit = lit(lab).await;
            wanted.iter().all(|wanted| lit.iter().any(|lit| lit == wanted)).then_some(())
        })
        .await?;
        ensure!(text(lab, SPOKEN).await.is_some_and(|said| said.is_empty()), "hovering is not spoken");
        let outline = "const style = getComputedStyle(document.querySelector('[data-lit]')); return `${style.outlineStyle} ${style.outlineWidth}`";
        ensure!(text(lab, outline).await.as_deref() == Some("solid 2px"), "it is told by an outline");
        lab.is_accessible("pointing").await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.theme(theme).await?;
            lab.shoot(&format!("pointing-{}", theme.name())).await?;
        }
        lab.keys("\u{e00c}").await?;
        lab.wait("nothing to be lit", async || lit(lab).await.is_empty().then_some(())).await?;
        ensure!(text(lab, SAID).await.is_some_and(|said| said.is_empty()), "the line is gone");
        Ok(())
    });
}

#[test]
fn a_row_a_page_a_transaction_and_a_segment_lead_to_their_records() {
    visit("pointing-back", Setting::default(), async |lab| {
        ready(lab).await?;
        let lights_records = async || lit(lab).await.iter().any(|lit| lit == "record").then_some(());
        hover(lab, "tr:has(button[data-why][data-table=orders]):last-child").await?;
        says(lab, "of the log has").await.or(says(lab, "of the log have").await)?;
        lab.keys("\u{e00c}").await?;
        hover(lab, "tr[data-point=page][data-name=orders]").await?;
        says(lab, "orders, page 0.").await?;
        lab.wait("the page's records", lights_records).await?;
        lab.keys("\u{e00c}").await?;
        hover(lab, ".around-line.is-out").await?;
        says(lab, "XID 113").await?;
        let button = lab.find("button", "Log on disk and archive").await?;
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
        hover(lab, "tr[data-point=segment]").await?;
        says(lab, "holds the log from").await?;
        lab.wait("the segment's records", async || {
            let lit = lit(lab).await;
            ["record", "segment"].iter().all(|wanted| lit.iter().any(|lit| lit == wanted)).then_some(())
        })
        .await?;
        // When the mouse has gone, so has the line, after a moment.
        lab.script(
            "document.querySelector('h1').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))",
            Vec::new(),
        )
        .await?;
        lab.wait("nothing to be lit", async || lit(lab).await.is_empty().then_some(())).await
    });
}

#[test]
fn what_is_reached_by_the_keyboard_stays_and_is_said_once() {
    visit("pointing-keyboard", Setting::default(), async |lab| {
        ready(lab).await?;
        lab.script("document.querySelector('.bench-log tbody tr button').focus()", Vec::new()).await?;
        says(lab, " at 0/").await?;
        let spoken = lab.wait("it to be said", async || text(lab, SPOKEN).await.filter(|said| said.contains(" at 0/")));
        spoken.await?;
        // What is said is all there is to say: a second text would be read aloud again.
        let before = text(lab, SPOKEN).await;
        ensure!(text(lab, SAID).await == before, "it is said as it is written: {before:?}");
        // The mouse passing over other things does not take it away.
        hover(lab, "tr[data-point=page]").await?;
        let after = text(lab, SAID).await;
        ensure!(after == before, "it stays {before:?}, and became {after:?}");
        let close = lab.find("button", "Let go").await?;
        lab.script("arguments[0].click()", vec![close.to_json()?]).await?;
        lab.wait("nothing to be lit", async || lit(lab).await.is_empty().then_some(())).await
    });
}

/// How many records of the path are lit on the timeline.
async fn path(lab: &Lab) -> u32 {
    let length = lab.script("return document.querySelector('.deep-stage')?.dataset.path ?? '0'", Vec::new()).await;
    length.ok().and_then(|length| length.as_str()?.parse().ok()).unwrap_or_default()
}

#[test]
fn a_recovered_row_has_its_path_through_the_timeline() {
    visit("pointing-recovered", Setting::default(), async |lab| {
        ready(lab).await?;
        lab.slider_saying("Part in sight", "record").await?;
        lab.recover_at_once().await?;
        lab.wait("the recovered rows", async || lab.rows("users recovered").await.ok().filter(|rows| !rows.is_empty()))
            .await?;
        // It is there because what deleted it came after the stop.
        let ask = "const button = document.querySelector('button[data-why][data-table=users][data-recovered]');
            button.closest('tr').dataset.tested = ''; button.click()";
        lab.script(ask, Vec::new()).await?;
        lab.region_saying("Why?", &["inserted", "committed", "past the stop"]).await?;
        says(lab, ", recovered.").await?;
        let lit = lab.wait("its path on the timeline", async || Some(path(lab).await).filter(|length| *length > 1));
        ensure!(lit.await? >= 2, "the record that put it there and the commit");
        lab.script("document.querySelector('.timeline-card').scrollIntoView()", Vec::new()).await?;
        lab.shoot("pointing-path").await?;
        lab.keys("\u{e00c}").await?;
        lab.wait("the path to go", async || (path(lab).await == 0).then_some(())).await?;
        // The same row of the live server is gone: why, is told of what the recovery brings back.
        let ask = "document.querySelector('tr.is-back button[data-why][data-table=users]').click()";
        lab.script(ask, Vec::new()).await?;
        lab.region_saying("Why?", &["deleted", "XID 113"]).await?;
        lab.wait("its path, too", async || (path(lab).await > 2).then_some(())).await
    });
}

#[test]
fn a_page_of_the_recovered_server_leads_to_its_records() {
    visit("pointing-recovered-page", Setting::default(), async |lab| {
        ready(lab).await?;
        lab.recover_at_once().await?;
        let button = lab.find("button", "The way back").await?;
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
        hover(lab, "[data-recovered] tr[data-point=page][data-name=users]").await?;
        says(lab, "users, page 0 of the recovered server.").await?;
        lab.wait("its records", async || (path(lab).await > 0).then_some(())).await
    });
}
