//! What the tests of lessons do with a lesson.

use pitr_e2e::{Lab, Outcome};
use thirtyfour::By;

/// Opens a lesson by its address.
pub async fn open(lab: &Lab, lesson: &str) -> Outcome {
    lab.driver.goto(format!("{}?lesson={lesson}", lab.url())).await?;
    lab.wait("the lesson", async || lab.find_all("button", "Next step").await.ok()?.first().map(|_| ())).await
}

/// What the panel shows.
pub async fn panel(lab: &Lab) -> Outcome<String> {
    let text = lab.script("return document.querySelector('aside')?.innerText ?? ''", Vec::new()).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Waits until the panel has all of these in its text, in this order.
pub async fn panel_saying(lab: &Lab, words: &[&str]) -> Outcome<String> {
    let said = lab
        .wait(&format!("the lesson to say {words:?} in this order"), async || {
            let text = panel(lab).await.ok()?;
            let mut rest = text.as_str();
            for word in words {
                rest = rest.get(rest.find(word)? + word.len()..)?;
            }
            Some(text)
        })
        .await;
    match said {
        Ok(text) => Ok(text),
        Err(error) => Err(format!("{error}; it says:\n{}", panel(lab).await?).into()),
    }
}

/// Chooses the option that has this in it.
pub async fn choose(lab: &Lab, option: &str) -> Outcome {
    lab.wait(&format!("the option {option:?}"), async || {
        for label in lab.driver.find_all(By::Css("aside label")).await.ok()? {
            if label.text().await.ok()?.contains(option) {
                label.click().await.ok()?;
                let radio = label.find(By::Css("input")).await.ok()?;
                return radio.is_selected().await.ok()?.then_some(());
            }
        }
        None
    })
    .await
}

pub async fn type_answer(lab: &Lab, label: &str, answer: &str) -> Outcome {
    lab.type_into(label, answer).await
}

pub async fn lock(lab: &Lab) -> Outcome {
    lab.press("Lock in my answer").await
}

/// Goes to the next step, and waits for its heading and until the lab has followed.
pub async fn go_on(lab: &Lab, heading: &str) -> Outcome {
    lab.press("Next step").await?;
    lab.wait(&format!("the step {heading:?}"), async || {
        let said = lab.script("return document.activeElement?.textContent ?? ''", Vec::new()).await.ok()?;
        (said.as_str()? == heading).then_some(())
    })
    .await?;
    is_led(lab).await
}

pub async fn back_to_step(lab: &Lab) -> Outcome {
    lab.press("Back to this step").await
}

/// Waits until the lab has come to where the step at hand is about.
pub async fn is_led(lab: &Lab) -> Outcome {
    lab.wait("the lab to be where the step is about", async || {
        lab.driver.find_all(By::Css(".lesson-leading")).await.ok()?.is_empty().then_some(())
    })
    .await
}
