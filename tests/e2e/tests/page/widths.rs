//! From 320 px to 2560 px, in English and in a language half as long again: nothing hangs over the edge, nothing is cut off, nothing lies
//! over its neighbour, and what is to be pressed is large enough.

use pitr_e2e::{Lab, Outcome, Setting, ensure, say, visit};

const WIDTHS: [(u32, u32); 5] = [(320, 640), (390, 844), (820, 1180), (1440, 900), (2560, 1440)];

/// What is wrong with how the page is laid out, a line each.
pub const FAULTS: &str = "
    const wide = document.documentElement.clientWidth;
    const name = e => `${e.tagName.toLowerCase()}.${[...e.classList].join('.')} \"${(e.textContent || e.ariaLabel || e.id || '').trim().slice(0, 40)}\"`;
    const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !e.closest('.visually-hidden, [hidden], svg, option, datalist, canvas');
    const scrolls = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
        const o = getComputedStyle(p).overflowX; if (o === 'auto' || o === 'scroll' || o === 'clip' || o === 'hidden') return p; } return null };
    const faults = [];
    if (document.scrollingElement.scrollWidth > wide) {
        faults.push(`the page is ${document.scrollingElement.scrollWidth} px wide`);
        for (const e of document.body.querySelectorAll('*')) {
            const r = e.getBoundingClientRect();
            if (r.right > wide + 1 && r.width && shown(e) && !scrolls(e) && ![...e.children].some(c => c.getBoundingClientRect().right > wide + 1)) faults.push(`over the edge by ${Math.round(r.right - wide)}: ${name(e)}`);
        }
    }
    const controls = [...document.querySelectorAll('button, a[href], summary, select, input, textarea, [role=button], [role=option]')].filter(shown);
    const boxes = [];
    // What stays in sight while the page goes by stands before it.
    const floats = (e) => { for (let at = e; at; at = at.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(at).position)) return at; return null; };
    for (const e of controls) {
        const label = e.closest('label');
        let r = e.getBoundingClientRect();
        if (label && e.matches('input[type=radio], input[type=checkbox]')) r = label.getBoundingClientRect();
        // A word within a sentence is as high as its line (WCAG 2.5.8, inline).
        const inline = getComputedStyle(e).display === 'inline';
        if (!inline && (r.width < 23.5 || r.height < 23.5)) faults.push(`too small, ${Math.round(r.width)}x${Math.round(r.height)}: ${name(e)}`);
        if (e.matches('button, summary') && e.scrollWidth > e.clientWidth + 1 && e.clientWidth) faults.push(`cut off: ${name(e)}`);
        if (!e.matches('input[type=range], .chart-mark') && !e.closest('.timeline-host')) boxes.push([e, r]);
    }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [[a, r], [b, s]] = [boxes[i], boxes[j]];
        if (a.contains(b) || b.contains(a) || a.closest('label') && a.closest('label') === b.closest('label')) continue;
        if (scrolls(a) !== scrolls(b) || floats(a) !== floats(b)) continue;
        const over = Math.min(r.right, s.right) - Math.max(r.left, s.left), high = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
        if (over > 2 && high > 2) faults.push(`over one another: ${name(a)} and ${name(b)}`);
    }
    for (const e of document.querySelectorAll('h1, h2, h3, p, dt, dd, label, legend, li, .place, .panel-title')) {
        if (!shown(e)) continue;
        const o = getComputedStyle(e);
        if (e.scrollWidth > e.clientWidth + 2 && e.clientWidth && o.display !== 'inline' && o.overflowX === 'visible' && !scrolls(e)) faults.push(`wider than its place by ${e.scrollWidth - e.clientWidth}: ${name(e)}`);
    }
    return [...new Set(faults)].slice(0, 40)";

async fn fits(lab: &Lab, state: &str) -> Outcome {
    let mut found = Vec::new();
    for (width, height) in WIDTHS {
        lab.size(width, height).await?;
        // What is laid out anew by its size has had its turn.
        lab.script("document.body.getBoundingClientRect()", Vec::new()).await?;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        let faults: Vec<String> = serde_json::from_value(lab.script(FAULTS, Vec::new()).await?)?;
        lab.shoot(&format!("widths-{state}-{width}")).await?;
        found.extend(faults.into_iter().map(|fault| format!("{width} px: {fault}")));
    }
    ensure!(found.is_empty(), "{state}:\n{}", found.join("\n"));
    Ok(())
}

/// The workbench with something in each of its parts.
async fn fill_workbench(lab: &Lab) -> Outcome {
    lab.wait("the buttons beside the rows", async || {
        let script = "return [...document.querySelectorAll('[data-why]')].filter(e => e.checkVisibility({ visibilityProperty: true })).length";
        (lab.script(script, Vec::new()).await.ok()?.as_u64()? > 0).then_some(())
    })
    .await?;
    lab.script("document.querySelector('[data-why]').click()", Vec::new()).await?;
    lab.wait("a chain of records", async || {
        let script = "const open = document.querySelector('.bench-chain button'); open?.click(); return !!open";
        (lab.script(script, Vec::new()).await.ok()? == true).then_some(())
    })
    .await?;
    lab.wait("a record taken apart", async || {
        let there = lab.script("return !!document.querySelector('.bench-fields')", Vec::new()).await.ok()?;
        (there == true).then_some(())
    })
    .await?;
    lab.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
    Ok(())
}

#[test]
fn in_english_as_it_opens() {
    visit("widths-opened", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        fits(lab, "opened").await
    });
}

#[test]
fn in_english_recovered_and_with_the_workbench() {
    visit("widths-recovered", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.recover_at_once().await?;
        fill_workbench(lab).await?;
        fits(lab, "recovered").await
    });
}

/// What a person reads that is no sentence of the language's file: letters without an accent.
const PLAIN: &str = "
    const data = 'code, pre, td, option, .sql, .is-code, kbd, svg, dd, .around-statement, .bench-option, .bench-readable, .glossary-details dl, .glossary-popover, .bench-field-name, .quiz, .num, .brand, [data-key], script, style, textarea';
    const plain = [];
    for (const e of document.querySelectorAll('h2, h3, button, label, legend, summary, dt, th[scope=col], figcaption, caption')) {
        if (e.closest(data) || !e.checkVisibility()) continue;
        const own = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' ').trim();
        if (/[a-zA-Z]{3}/.test(own) && !/[^\\x00-\\x7f]/.test(own)) plain.push(own.slice(0, 50));
    }
    return [...new Set(plain)]";

#[test]
fn in_a_language_half_as_long_again() {
    visit("widths-pseudo", Setting::default(), async |lab| {
        lab.speak_pseudo().await?;
        lab.wait("the workbench", async || lab.find("textbox", &say("Statement")).await.ok()).await?;
        // A part of the page that nothing has changed since the language came says what it said.
        let recover = lab.wait("the button to recover", async || {
            let found = lab.find_all("button", &say("Recover")).await.ok()?.pop();
            found.or(lab.find_all("button", "Recover").await.ok()?.pop())
        });
        recover.await?.click().await?;
        lab.wait("the recovery to play", async || {
            lab.names("button").await.ok()?.iter().any(|name| name.contains(&say("Pause"))).then_some(())
        })
        .await?;
        lab.slide_to_end(&say("Position")).await?;
        lab.wait("its end", async || lab.text().await.ok()?.contains(&say("What the recovery did")).then_some(()))
            .await?;
        fill_workbench(lab).await?;
        let plain = lab.script(PLAIN, Vec::new()).await?;
        // Names that the run's own data has: its columns, sessions and files.
        let own: Vec<String> = serde_json::from_value(plain)?;
        let own: Vec<&String> = own.iter().filter(|said| !OWN.contains(&said.as_str())).collect();
        ensure!(own.is_empty(), "this does not come from the language's file: {own:?}");
        fits(lab, "pseudo").await
    });
}

/// Columns of the scenario's tables.
const OWN: [&str; 5] = ["name", "city", "user_id", "item", "amount"];
