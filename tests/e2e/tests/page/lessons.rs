//! Lessons, played to their ends: with right answers, and with wrong ones.

use crate::lessons_acts::{back_to_step, choose, go_on, lock, open, panel_saying, type_answer};
use pitr_e2e::{Setting, ensure, visit};

#[test]
fn one_bad_write_with_right_answers() {
    visit("lesson-1-right", Setting::default(), async |lab| {
        open(lab, "one-bad-write").await?;
        panel_saying(lab, &["One bad write", "Nobody has told you yet", "Your prediction"]).await?;
        choose(lab, "no further").await?;
        lock(lab).await?;
        panel_saying(
            lab,
            &[
                "That is what happens.",
                "You said",
                "no further",
                "What happened",
                "users: 8 rows",
                "Last in: XID 112, 02:55:00",
                "First out: XID 113, 03:00:00",
                "Why",
            ],
        )
        .await?;
        // The lab has done it.
        lab.wait("the recovered users", async || lab.rows("users recovered").await.ok().filter(|rows| rows.len() >= 8))
            .await?;
        go_on(lab, "The price of a photograph").await?;
        type_answer(lab, "Committed transactions thrown away", "11").await?;
        lock(lab).await?;
        panel_saying(lab, &["That is what happens.", "What happened", "11", "Arlington", "New York"]).await?;
        go_on(lab, "Stop the film yourself").await?;
        panel_saying(lab, &["In the lab", "Still to do:", "A recovery has come to its end."]).await?;
        lab.wait("the lab to be back before any recovery", async || {
            (!lab.has_table("users recovered").await.ok()?).then_some(())
        })
        .await?;
        lab.type_into("Target", "02:58:00").await?;
        lab.press("Recover").await?;
        panel_saying(
            lab,
            &[
                "Done:",
                "A recovery has come",
                "Done:",
                "Grace Hopper",
                "Done:",
                "The mistake is out",
                "Why",
                "02:55:00",
            ],
        )
        .await?;
        go_on(lab, "That was it").await?;
        panel_saying(lab, &["One idea to take along", "A database is a snapshot"]).await?;
        Ok(())
    });
}

#[test]
fn one_bad_write_with_wrong_answers() {
    visit("lesson-1-wrong", Setting::default(), async |lab| {
        open(lab, "one-bad-write").await?;
        choose(lab, "the whole log").await?;
        lock(lab).await?;
        panel_saying(lab, &["Not this one.", "What happened", "users: 0 rows", "empties the table again"]).await?;
        lab.press("Answer again").await?;
        choose(lab, "It was taken before the mistake").await?;
        lock(lab).await?;
        panel_saying(lab, &["Not this one.", "users: 8 rows", "A backup alone gives one moment"]).await?;
        go_on(lab, "The price of a photograph").await?;
        type_answer(lab, "Committed transactions thrown away", "many").await?;
        lock(lab).await?;
        panel_saying(lab, &["This cannot be read as such an answer"]).await?;
        type_answer(lab, "Committed transactions thrown away", "14").await?;
        lock(lab).await?;
        panel_saying(lab, &["Not this one.", "14", "What happened", "11", "what came after the mistake"]).await?;
        go_on(lab, "Stop the film yourself").await?;
        for number in 1..=3 {
            lab.press(&format!("Hint {number} of 3")).await?;
        }
        panel_saying(lab, &["Type 02:59:59 into the field"]).await?;
        // The lab is not locked: somebody wanders off, and one click leads back.
        lab.type_into("Target", "02:20:00").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "A recovery has come", "Still to do:", "Grace Hopper"]).await?;
        back_to_step(lab).await?;
        lab.wait("the lab to be back", async || (!lab.has_table("users recovered").await.ok()?).then_some(())).await?;
        lab.press("Show me how it is done").await?;
        panel_saying(lab, &["Done:", "The mistake is out", "Why"]).await?;
        let text = lab.script("return document.querySelector('aside').innerText", Vec::new()).await?;
        ensure!(!text.as_str().unwrap_or_default().contains("Still to do"), "all is done: {text}");
        Ok(())
    });
}
