//! From a lesson to where the lab is used and back: on a phone, where the one is out of the other's sight, and by the keyboard alone, through a whole lesson.

use crate::lessons_acts::{open, panel_saying};
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
