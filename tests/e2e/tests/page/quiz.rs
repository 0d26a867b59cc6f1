//! The self-check: a wrong answer shows what it would have done, a right one is confirmed by the engine.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::{By, WebElement};

/// The card whose question has this in it.
async fn card(lab: &Lab, question: &str) -> Outcome<WebElement> {
    lab.wait(&format!("a question about {question:?}"), async || {
        for card in lab.driver.find_all(By::Css("form")).await.ok()? {
            if card.text().await.ok()?.contains(question) {
                return Some(card);
            }
        }
        None
    })
    .await
}

/// Chooses the answer that has this in it, checks it, and waits for a verdict.
async fn answer(lab: &Lab, question: &str, choice: &str, verdict: &str) -> Outcome<String> {
    let form = card(lab, question).await?;
    let mut chosen = false;
    for label in form.find_all(By::Css("label")).await? {
        if label.text().await?.contains(choice) {
            label.click().await?;
            chosen = true;
            break;
        }
    }
    ensure!(chosen, "{question:?} has the choice {choice:?}: {}", form.text().await?);
    form.find(By::Css("button[type=submit]")).await?.click().await?;
    let graded = lab
        .wait(&format!("{choice:?} to be graded {verdict:?}"), async || {
            let text = card(lab, question).await.ok()?.find(By::Css("[role=status]")).await.ok()?.text().await.ok()?;
            text.contains(verdict).then_some(text)
        })
        .await;
    match graded {
        Ok(text) => Ok(text),
        Err(error) => Err(format!("{error}; it says {}", card(lab, question).await?.text().await?).into()),
    }
}

#[test]
fn which_target() {
    visit("which-target", Setting::default(), async |lab| {
        let said = answer(lab, "Which recovery", "14:32:10, inclusive", "Not this one").await?;
        ensure!(said.contains("The engine ran it"), "the consequence was run: {said}");
        ensure!(said.contains("missing"), "and its rows are shown: {said}");
        let said = answer(lab, "Which recovery", "14:32:09", "Right.").await?;
        ensure!(said.contains("as wanted"), "every row is there: {said}");
        Ok(())
    });
}

#[test]
fn which_target_within_one_second() {
    visit("same-second", Setting::default(), async |lab| {
        card(lab, "Which recovery").await?;
        lab.press("Try another history").await?;
        lab.wait("another history", async || {
            let text = card(lab, "Which recovery").await.ok()?.text().await.ok()?;
            text.contains("exclusive").then_some(())
        })
        .await?;
        let said = answer(lab, "Which recovery", "To the time", "Not this one").await?;
        ensure!(said.contains("The engine ran it"), "no time will do within that second: {said}");
        let said = answer(lab, "Which recovery", "exclusive", "Right.").await?;
        ensure!(said.contains("as wanted"), "only an exact target will do: {said}");
        Ok(())
    });
}

#[test]
fn which_objective() {
    visit("which-objective", Setting::default(), async |lab| {
        let said = answer(lab, "Which objective", "RTO", "Not this one").await?;
        ensure!(said.contains("RPO") && said.contains("moved"), "what moved was measured: {said}");
        answer(lab, "Which objective", "RPO", "Right.").await?;
        Ok(())
    });
}
