//! A real host: a book that mdBook has built, on another origin than the lab. And the authors' guide, which is such a book.

use pitr_e2e::{ELEMENT_IS_READY, Lab, Outcome, Pages, Setting, Site, ensure, visit_host};
use serde_json::json;

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

async fn theme_in_frame(lab: &Lab, theme: &str) -> Outcome {
    lab.wait(&format!("the lab to be {theme}"), async || {
        let worn = lab.in_frame("pitr-lab", "return document.documentElement.dataset.theme ?? ''").await.ok()?;
        (worn == theme).then_some(())
    })
    .await
}

/// How far the page's parts have been shifted about, by the browser's own account.
async fn is_steady(lab: &Lab) -> Outcome {
    let shifted = lab.script("return window.shifted ?? 0", Vec::new()).await?;
    ensure!(shifted.as_f64().is_some_and(|shifted| shifted <= 0.05), "the layout was shifted by {shifted}");
    Ok(())
}

#[test]
fn a_book_shows_the_lab() {
    visit_host("book", Pages::Book, WATCHED, async |lab| {
        lab.goto("element.html").await?;
        let ready = lab.told("ready").await?;
        ensure!(ready["time"] == "03:10:00", "{ready}");
        is_steady(lab).await?;
        let recovered = lab.call("pitr-lab", "recover", vec![json!("02:59:59")]).await?;
        ensure!(recovered["recovered"]["finished"] == true, "{recovered}");
        // The book's own themes.
        theme_in_frame(lab, "light").await?;
        for (book, lab_wears) in
            [("coal", "dark"), ("rust", "light"), ("navy", "dark"), ("ayu", "dark"), ("light", "light")]
        {
            let choose = format!("document.getElementById('mdbook-theme-{book}').click()");
            lab.script(&choose, Vec::new()).await?;
            theme_in_frame(lab, lab_wears).await?;
        }
        for (width, height) in [(1440, 900), (390, 844)] {
            lab.size(width, height).await?;
            lab.script("window.told = []; location.reload()", Vec::new()).await?;
            lab.told("ready").await?;
            for theme in ["light", "navy"] {
                lab.script(&format!("document.getElementById('mdbook-theme-{theme}').click()"), Vec::new()).await?;
                theme_in_frame(lab, if theme == "navy" { "dark" } else { "light" }).await?;
                lab.shoot_top(&format!("book-element-{width}-{theme}"), width, 1200).await?;
            }
        }
        lab.size(1440, 900).await?;
        lab.script("window.told = []; location.reload()", Vec::new()).await?;
        lab.told("ready").await?;
        is_steady(lab).await?;
        // Another chapter and back.
        lab.goto("frame.html").await?;
        let frame = lab.driver.find(thirtyfour::By::Css("main iframe")).await?;
        frame.clone().enter_frame().await?;
        lab.wait("the timeline", async || {
            let there = "return document.querySelector('.timeline-card input[type=range]')?.max > 0";
            (lab.script(there, Vec::new()).await.ok()? == true).then_some(())
        })
        .await?;
        lab.driver.enter_default_frame().await?;
        lab.shoot_top("book-frame-1440", 1440, 1000).await?;
        is_steady(lab).await?;
        lab.driver.back().await?;
        let path = lab.script("return location.pathname", Vec::new()).await?;
        ensure!(path == "/docs/element.html", "{path}");
        let again = lab.call("pitr-lab", "recover", vec![json!("02:55:00")]).await?;
        ensure!(again["recovered"]["finished"] == true, "{again}");
        is_steady(lab).await
    });
}

#[test]
fn an_arrow_key_moves_the_lab_or_turns_the_page() {
    visit_host("book-arrows", Pages::Book, WATCHED, async |lab| {
        lab.goto("element.html").await?;
        lab.told("ready").await?;
        lab.call("pitr-lab", "seek", vec![json!(100)]).await?;
        lab.frame_of("pitr-lab").await?.enter_frame().await?;
        // A lab takes the keyboard from nobody: somebody comes to it.
        lab.driver.find(thirtyfour::By::Css(".timeline-card h2")).await?.click().await?;
        let focus = "const slider = document.querySelector('.scrubber-input'); slider.focus(); return document.activeElement === slider";
        ensure!(lab.script(focus, Vec::new()).await? == true, "the slider has the keyboard");
        let heard = async || (lab.script("return document.hasFocus()", Vec::new()).await.ok()? == true).then_some(());
        lab.wait("the lab's frame to have the keyboard", heard).await?;
        let place = "return document.querySelector('.scrubber-input').value";
        let there = async || (lab.script(place, Vec::new()).await.ok()? == "100").then_some(());
        lab.wait("the slider to be where the lab was sent", there).await?;
        lab.driver.enter_default_frame().await?;
        for (key, step) in [("ArrowRight", 101), ("ArrowRight", 102), ("ArrowLeft", 101), ("ArrowLeft", 100)] {
            lab.press_key(key).await?;
            lab.wait(&format!("{key} to lead to step {step}"), async || {
                let state = lab.call("pitr-lab", "state", Vec::new()).await.ok()?;
                (state["step"] == step).then_some(())
            })
            .await?;
            let page = lab.script("return [location.pathname, scrollY]", Vec::new()).await?;
            ensure!(page[0] == "/docs/element.html", "the book has turned its page: {page}");
        }
        // Outside of the lab the same key is the book's.
        lab.script("document.activeElement.blur(); window.focus()", Vec::new()).await?;
        lab.press_key("ArrowRight").await?;
        lab.wait("the book to turn its page", async || {
            let page = lab.script("return location.pathname", Vec::new()).await.ok()?;
            (page == "/docs/frame.html").then_some(())
        })
        .await
    });
}

/// Waits until the question can be read.
async fn asked(lab: &Lab) -> Outcome {
    lab.wait("the question", async || {
        let there = "return document.querySelector('.question-prompt')?.checkVisibility() ?? false";
        (lab.in_frame("pitr-lab", there).await.ok()? == true).then_some(())
    })
    .await
}

#[test]
fn a_book_asks_a_question() {
    visit_host("book-question", Pages::Book, WATCHED, async |lab| {
        lab.goto("question.html").await?;
        lab.told("ready").await?;
        asked(lab).await?;
        is_steady(lab).await?;
        for (width, height) in [(1440, 900), (390, 844)] {
            lab.size(width, height).await?;
            lab.script("window.told = []; location.reload()", Vec::new()).await?;
            lab.told("ready").await?;
            asked(lab).await?;
            is_steady(lab).await?;
            lab.shoot_top(&format!("book-question-{width}"), width, 1000).await?;
        }
        let answer = "const choice = document.querySelector('.question-card input[type=radio]');
            if (choice) return choice.click();
            const field = document.querySelector('.question-card .question-text');
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '1');
            field.dispatchEvent(new InputEvent('input', { bubbles: true }));";
        lab.in_frame("pitr-lab", answer).await?;
        lab.in_frame("pitr-lab", "document.querySelector('.question-card .button.is-primary').click()").await?;
        let told = lab.told("answered").await?;
        ensure!(told["right"].is_boolean() && told["question"] == "rows-after-target" && told["seed"] == "7", "{told}");
        Ok(())
    });
}

#[test]
fn the_guide_is_such_a_book() {
    visit_host("guide", Pages::Guide, WATCHED, async |lab| {
        lab.goto("index.html").await?;
        let ready = lab.told("ready").await?;
        ensure!(ready["recovered"].is_null(), "{ready}");
        is_steady(lab).await?;
        lab.shoot_top("guide-1440", 1440, 1200).await?;
        for page in ["embedding.html", "messages.html", "scenarios.html"] {
            lab.goto(page).await?;
            ensure!(lab.text().await?.len() > 1000, "{page} says something");
        }
        Ok(())
    });
}
