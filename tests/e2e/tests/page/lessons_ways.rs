//! From a lesson to where the lab is used and back: on a phone, where the one is out of the other's sight, and by the keyboard alone, through a whole lesson;
//! and ahead of a lab that takes its time.

use crate::lessons_acts::{go_on, is_led, lock, open, panel_saying, type_answer};
use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::Key;

/// Waits until the focus is on a heading, and the heading in sight.
async fn at_heading(lab: &Lab, heading: &str) -> Outcome {
    lab.wait(&format!("the keyboard to be at {heading:?}"), async || {
        let there = "const at = document.activeElement, box = at.getBoundingClientRect();
            return at.textContent === arguments[0] && box.top >= 0 && box.bottom <= innerHeight";
        (lab.script(there, vec![heading.into()]).await.ok()? == true).then_some(())
    })
    .await
}

/// Whether the part of the lab where recoveries are asked for has the keyboard, and how far its head is from the window's top.
async fn at_recover(lab: &Lab) -> Outcome {
    lab.wait("the keyboard to be where recoveries are asked for", async || {
        let there = "const recover = document.querySelector('.recover'), top = recover.getBoundingClientRect().top;
            return document.activeElement === recover && top >= -4 && top < innerHeight / 2";
        (lab.script(there, Vec::new()).await.ok()? == true).then_some(())
    })
    .await
}

/// The lab has come to the step: no recovery, and its target where the step put it.
async fn is_at_step(lab: &Lab, target: &str) -> Outcome {
    is_led(lab).await?;
    lab.wait("the lab to have come to the step", async || {
        let is = lab.typed("Target").await.ok()? == target && !lab.has_table("users recovered").await.ok()?;
        is.then_some(())
    })
    .await
}

#[test]
fn on_a_phone_there_and_back() {
    visit("lesson-ways-phone", Setting::default(), async |lab| {
        lab.size(390, 844).await?;
        open(lab, "one-bad-write").await?;
        ensure!(lab.find_all("button", "Back to the lesson").await?.is_empty(), "the lesson is in sight");
        lab.press("Stop the film yourself").await?;
        is_at_step(lab, "03:02:00").await?;
        lab.press("Go to Recover, in the lab").await?;
        at_recover(lab).await?;
        lab.find("button", "Back to the lesson").await?;
        lab.is_accessible("a lesson out of sight").await?;
        lab.type_into("Target", "02:58:00").await?;
        lab.press("Recover").await?;
        lab.press("Done. Back to the lesson").await?;
        at_heading(lab, "Stop the film yourself").await?;
        panel_saying(lab, &["Done:", "Done:", "Done:", "Why"]).await?;
        lab.wait("the button to be gone", async || {
            lab.find_all("button", "Back to the lesson").await.ok()?.is_empty().then_some(())
        })
        .await
    });
}

/// Chooses the radio button that has this in its label, by the arrow keys; the focus is on the group.
async fn arrow_to(lab: &Lab, option: &str) -> Outcome {
    for _ in 0..6 {
        let at = "return document.activeElement.checked && document.activeElement.closest('label')?.textContent.includes(arguments[0])";
        if lab.script(at, vec![option.into()]).await? == true {
            return Ok(());
        }
        lab.keys(Key::Down).await?;
    }
    Err(format!("the arrow keys do not come to {option:?}").into())
}

#[test]
fn a_whole_lesson_by_the_keyboard_alone() {
    visit("lesson-ways-keyboard", Setting::default(), async |lab| {
        lab.tab_to("button", "New here?").await?;
        lab.keys(Key::Enter).await?;
        at_heading(lab, "Three ways out").await?;
        lab.keys(Key::Tab).await?;
        arrow_to(lab, "no further").await?;
        lab.tab_to("button", "Lock in my answer").await?;
        lab.keys(Key::Enter).await?;
        panel_saying(lab, &["That is what happens.", "Why"]).await?;
        // What came of it has the keyboard: on goes the way from there, not from the page's beginning.
        next(lab, "The price of a photograph").await?;
        lab.keys(Key::Tab).await?;
        lab.keys("11").await?;
        lab.keys(Key::Enter).await?;
        panel_saying(lab, &["That is what happens.", "11", "Why"]).await?;
        next(lab, "Stop the film yourself").await?;
        is_at_step(lab, "03:02:00").await?;
        lab.tab_to("button", "Go to Recover, in the lab").await?;
        lab.keys(Key::Enter).await?;
        at_recover(lab).await?;
        lab.tab_to("textbox", "Target").await?;
        lab.keys(Key::Control + "a").await?;
        lab.keys("02:58:00").await?;
        lab.tab_to("button", "Recover").await?;
        lab.keys(Key::Enter).await?;
        panel_saying(lab, &["Done:", "Done:", "Done:", "Why"]).await?;
        lab.keys(Key::Escape).await?;
        at_heading(lab, "Stop the film yourself").await?;
        next(lab, "That was it").await?;
        panel_saying(lab, &["One idea to take along", "Two questions about it:"]).await?;
        let text = crate::lessons_acts::panel(lab).await?;
        ensure!(!text.contains("something earlier"), "there is nothing earlier than the first lesson: {text}");
        Ok(())
    });
}

/// On to the next step; no more than what the step itself has lies between.
async fn next(lab: &Lab, heading: &str) -> Outcome {
    for _ in 0..20 {
        lab.keys(Key::Tab).await?;
        let at = lab.script("return document.activeElement.textContent", Vec::new()).await?;
        if at == "Next step" {
            lab.keys(Key::Enter).await?;
            return at_heading(lab, heading).await;
        }
    }
    Err("the next step is more than twenty keys away".into())
}

/// The page's messages to its workers take `window.lateBy` milliseconds, in the order in which they were sent.
const LATE: &str = "window.lateBy = window.underWay = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, moved) {
        if (window.lateBy === 0) return post.call(this, message, moved);
        window.underWay += 1;
        setTimeout(() => {
            window.underWay -= 1;
            post.call(this, message, moved);
        }, window.lateBy);
    };";

/// Goes on to the next step while the lab still waits for the run that came of an answer.
async fn goes_on_early(lab: &Lab, late_by_ms: u32) -> Outcome {
    open(lab, "first-recovery").await?;
    lab.press("Now you: how far is the way?").await?;
    is_led(lab).await?;
    type_answer(lab, "Commits replayed", "3").await?;
    lab.script("window.lateBy = arguments[0]", vec![late_by_ms.into()]).await?;
    lock(lab).await?;
    panel_saying(lab, &["That is what happens."]).await?;
    go_on(lab, "Alone").await?;
    ensure!(lab.typed("Target").await? == "23:48:00", "the lab has come to the step");
    lab.wait("nothing to be on its way any more", async || {
        (lab.script("return window.underWay", Vec::new()).await.ok()? == 0).then_some(())
    })
    .await?;
    lab.script("window.lateBy = 0", Vec::new()).await?;
    lab.choose("Backup", "night").await?;
    lab.type_into("Target", "23:19:00").await?;
    lab.press("Recover").await?;
    panel_saying(lab, &["Done:", "Done:", "a teletype costs 160", "Done:", "shortest way", "Why"]).await?;
    Ok(())
}

#[test]
fn whoever_goes_on_faster_than_the_lab_is_not_overtaken_by_it() {
    visit("lesson-ways-late", Setting { before: LATE, ..Setting::default() }, async |lab| {
        for late_by_ms in [100, 300, 2000] {
            goes_on_early(lab, late_by_ms).await.map_err(|error| format!("{late_by_ms} ms late: {error}"))?;
        }
        Ok(())
    });
}
