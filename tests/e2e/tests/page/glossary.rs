//! Every term has its definition a hover, a focus or a tap away, and the list has all of them.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use serde_json::{Value, json};
use thirtyfour::{By, Key, WebElement};

/// Waits until the page's terms are marked, and gives the one of this label in a part of the page.
async fn term(lab: &Lab, within: &str, label: &str) -> Outcome<WebElement> {
    lab.wait(&format!("the term {label:?} in {within}"), async || {
        for element in lab.driver.find_all(By::Css(format!("{within} [data-term]"))).await.ok()? {
            if element.text().await.ok()?.starts_with(label) {
                return Some(element);
            }
        }
        None
    })
    .await
}

async fn told(lab: &Lab, name: &str, words: &str) -> Outcome<WebElement> {
    lab.wait(&format!("the definition of {name:?}"), async || {
        let popover = lab.find_all("dialog", name).await.ok()?.pop()?;
        popover.text().await.ok()?.contains(words).then_some(popover)
    })
    .await
}

async fn gone(lab: &Lab) -> Outcome {
    let hidden = async || {
        let shown = lab.script("return document.querySelector('#glossary-term').checkVisibility()", Vec::new()).await;
        (shown.ok()? == false).then_some(())
    };
    lab.wait("the definition to go", hidden).await
}

#[test]
fn a_term_is_told_to_a_pointer() {
    visit("term-hover", Setting::default(), async |lab| {
        let rpo = term(lab, ".signal", "RPO").await?;
        let actions = || lab.driver.action_chain();
        rpo.scroll_into_view().await?;
        actions().move_to_element_center(&rpo).perform().await?;
        let popover = told(lab, "RPO", "how much committed work may be lost").await?;
        // It can be gone into, and stays.
        actions().move_to_element_center(&popover).perform().await?;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        told(lab, "RPO", "how much committed work may be lost").await?;
        lab.is_accessible("a term told").await?;
        // From term to term.
        popover.find(By::XPath(".//button[.='RTO']")).await?.click().await?;
        told(lab, "RTO", "until the database takes connections").await?;
        // Put away without moving the pointer; and by moving it away.
        lab.keys(Key::Escape).await?;
        gone(lab).await?;
        actions().move_to_element_center(&rpo).perform().await?;
        told(lab, "RPO", "how much").await?;
        actions().move_to(2, 2).perform().await?;
        gone(lab).await?;
        // Last of all: the picture's size moves the page under the pointer.
        actions().move_to_element_center(&rpo).perform().await?;
        told(lab, "RPO", "how much").await?;
        lab.shoot_top("glossary-hover", 1440, 1500).await?;
        Ok(())
    });
}

#[test]
fn a_term_is_told_to_a_finger() {
    visit("term-tap", Setting::default(), async |lab| {
        lab.size(390, 844).await?;
        lab.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await?;
        let buffer = term(lab, ".machine", "Log buffer").await?;
        buffer.scroll_into_view().await?;
        let place = lab
            .script(
                "const r = arguments[0].getBoundingClientRect(); return [r.x + 10, r.y + r.height / 2]",
                vec![buffer.to_json()?],
            )
            .await?;
        tap(lab, &place[0], &place[1]).await?;
        told(lab, "Log buffer", "lost in a crash").await?;
        let fits = "const r = document.querySelector('#glossary-term').getBoundingClientRect();
            return r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight";
        ensure!(lab.script(fits, Vec::new()).await? == true, "it is all to be seen");
        tap(lab, &json!(5), &json!(5)).await?;
        gone(lab).await
    });
}

async fn tap(lab: &Lab, x: &Value, y: &Value) -> Outcome {
    let touch = json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] });
    lab.cdp("Input.dispatchTouchEvent", touch).await?;
    lab.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await?;
    Ok(())
}

#[test]
fn terms_are_walked_through_by_the_keyboard() {
    visit("term-keys", Setting::default(), async |lab| {
        term(lab, ".machine", "Log buffer").await?;
        let stops = "return document.querySelectorAll('[data-term][tabindex=\"0\"]').length";
        let cards = "return new Set([...document.querySelectorAll('[data-term]')].map(e => e.closest('.panel'))).size";
        ensure!(
            lab.script(stops, Vec::new()).await?.as_u64()
                <= lab.script(cards, Vec::new()).await?.as_u64().map(|n| n + 4),
            "a card's terms are one stop"
        );
        let at = lab.slider("Position").await?;
        // Tab comes to the machine's first term.
        lab.script("document.querySelector('.machine [data-term][tabindex=\"0\"]').focus()", Vec::new()).await?;
        told(lab, "Log buffer", "wait to be written").await?;
        lab.keys(Key::Right).await?;
        told(lab, "Write-ahead log", "flushed before").await?;
        lab.keys(Key::End).await?;
        told(lab, "Restore beside", "never over it").await?;
        lab.keys(Key::Home).await?;
        told(lab, "Log buffer", "wait to be written").await?;
        ensure!(lab.slider("Position").await? == at, "the arrows step nothing meanwhile");
        // Into the definition, on to another term, and back to where the keyboard was.
        lab.keys(Key::Enter).await?;
        let inside = async || {
            let inside = "return !!document.activeElement.closest('#glossary-term')";
            (lab.script(inside, Vec::new()).await.ok()? == true).then_some(())
        };
        lab.wait("the keyboard to be in it", inside).await?;
        lab.keys(Key::Enter).await?;
        told(lab, "Flush", "durable on the disk").await?;
        lab.keys(Key::Escape).await?;
        gone(lab).await?;
        let back = lab.script("return document.activeElement.textContent", Vec::new()).await?;
        ensure!(back == "Log buffer", "the keyboard is back at the term, not at {back}");
        Ok(())
    });
}

#[test]
fn marks_follow_what_the_page_says() {
    visit("term-marks", Setting::default(), async |lab| {
        for (within, label) in [
            (".signals", "RTO"),
            (".signals", "Granularity"),
            (".recover", "LSN"),
            (".recover", "Name"),
            (".recover", "Inclusive"),
            (".machine", "Archive"),
            (".bench", "Log records"),
            (".bench", "Timelines"),
            (".where", "LSN"),
        ] {
            term(lab, within, label).await?;
        }
        lab.recover_at_once().await?;
        term(lab, ".facts", "Consistent at").await?;
        let wrong = "return [...document.querySelectorAll('.timeline-card h2[data-term], .tables thead th[data-term]:not(.grid-writer)')].length";
        ensure!(lab.script(wrong, Vec::new()).await? == 0, "what only sounds like a term is none");
        lab.is_accessible("marked").await
    });
}

#[test]
fn the_list_has_all_of_them_and_can_be_searched() {
    visit("glossary-list", Setting::default(), async |lab| {
        term(lab, ".signal", "RPO").await?;
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        lab.keys("g").await?;
        lab.wait("the keyboard in the search", async || {
            let focused = lab.script("return document.activeElement.id", Vec::new()).await.ok()?;
            (focused == "glossary-search").then_some(())
        })
        .await?;
        lab.region_saying("Glossary", &["120 of 120 terms", "Archive", "Write-ahead log (WAL)"]).await?;
        lab.keys("torn").await?;
        lab.region_saying("Glossary", &["terms", "Torn page", "Full-page image"]).await?;
        lab.is_accessible("glossary").await?;
        // From one term to another, past what was searched for.
        lab.script(
            "document.querySelector('#term-torn-page').closest('.glossary-entry').querySelector('button').click()",
            Vec::new(),
        )
        .await?;
        lab.wait("the next term", async || {
            let focused = lab.script("return document.activeElement.id", Vec::new()).await.ok()?;
            (focused == "term-full-page-image").then_some(())
        })
        .await?;
        lab.region_saying("Glossary", &["120 of 120 terms"]).await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot(&format!("glossary-{width}-{}", theme.name())).await?;
            }
        }
        Ok(())
    });
}
