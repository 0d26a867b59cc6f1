//! How lessons stand beside the lab: at each width, by the keyboard, to assistive technology, on paper.

use crate::lessons_acts::{choose, go_on, lock, open, panel_saying};
use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use thirtyfour::Key;

/// Pictures of a state at each width; nothing hangs over the edge.
pub async fn shoot(lab: &Lab, state: &str) -> Outcome {
    for (width, height) in WIDTHS {
        lab.size(width, height).await?;
        lab.shoot_top(&format!("{state}-{width}"), width, 1500).await?;
        let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
        ensure!(
            wide.as_u64().is_some_and(|wide| wide <= u64::from(width)),
            "{state}: at {width} px it is {wide} px wide"
        );
    }
    lab.size(1440, 900).await
}

#[test]
fn the_first_lesson() {
    visit("lesson-look", Setting::default(), async |lab| {
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            lab.wait("the way in", async || {
                let found = lab.script("const way = document.querySelector('#lessons button')?.getBoundingClientRect(); const choice = document.querySelector('.theme-choice select').getBoundingClientRect(); return way ? way.right <= choice.left && way.left >= 0 : null", Vec::new()).await.ok()?;
                found.as_bool()
            })
            .await
            .and_then(|clear| if clear { Ok(()) } else { Err(format!("the way in overlaps the choice of a theme at {width} px").into()) })?;
            lab.shoot_top(&format!("lesson-entry-{width}"), width, 700).await?;
        }
        lab.size(1440, 900).await?;
        open(lab, "one-bad-write").await?;
        shoot(lab, "lesson-1-first").await?;
        lab.theme(Theme::Dark).await?;
        choose(lab, "the whole log").await?;
        lock(lab).await?;
        panel_saying(lab, &["Not this one."]).await?;
        lab.is_accessible("a wrong answer, dark").await?;
        shoot(lab, "lesson-1-wrong-dark").await?;
        lab.theme(Theme::Light).await?;
        lab.is_accessible("a wrong answer").await?;
        go_on(lab, "The price of a photograph").await?;
        go_on(lab, "Stop the film yourself").await?;
        shoot(lab, "lesson-1-last").await?;
        lab.is_accessible("an act").await?;
        lab.press("Read all of it").await?;
        let words = [
            "It is 03:10:00",
            "Three ways out",
            "Why",
            "The price of a photograph",
            "Why",
            "Stop the film yourself",
            "Why",
        ];
        panel_saying(lab, &words).await?;
        lab.is_accessible("all of the text").await
    });
}

#[test]
fn by_the_keyboard_alone() {
    visit("lesson-keyboard", Setting::default(), async |lab| {
        let way = lab.find("button", "New here? Start with “One bad write”, 5 minutes").await?;
        way.focus().await?;
        lab.keys(Key::Enter).await?;
        lab.wait("the keyboard to be at the step", async || {
            let said = lab.script("return document.activeElement?.textContent ?? ''", Vec::new()).await.ok()?;
            (said.as_str()? == "Three ways out").then_some(())
        })
        .await?;
        lab.keys(Key::Tab).await?;
        lab.keys(Key::Down).await?;
        lab.keys(Key::Down).await?;
        lab.keys(Key::Up).await?;
        lab.keys(Key::Down).await?;
        lab.keys(Key::Enter).await?;
        panel_saying(lab, &["You said", "What happened"]).await?;
        Ok(())
    });
}
