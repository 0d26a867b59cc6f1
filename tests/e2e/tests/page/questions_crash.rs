//! The engine goes down over a question: it is asked again, and if it goes down over it again and again, that is said, and all the rest goes on.

use crate::questions::{at, card, check, choose, said};
use pitr_e2e::{Lab, Outcome, Setting, Site, ensure, visit};
use pitr_protocol::{Envelope, PROTOCOL_VERSION, Request, encode};

/// Ahead of each message that names a question, as often as `window.crashes` says, its worker is told to panic.
const CRASHES: &str = "window.crashes = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, moved) {
        const text = message?.bytes && new TextDecoder('latin1').decode(message.bytes);
        if (window.crashes > 0 && text?.includes('ideas/')) {
            window.crashes -= 1;
            const bytes = new Uint8Array(window.panic);
            post.call(this, { id: 1000000, bytes }, [bytes.buffer]);
        }
        return post.call(this, message, moved);
    };";

const FAULTS: Setting = Setting { site: Site::Faults, before: CRASHES, provokes_errors: true, reduced_motion: false };

async fn crash_next(lab: &Lab, times: u32) -> Outcome {
    let panic = encode(&Envelope { version: PROTOCOL_VERSION, id: 1_000_000, epoch: 0, body: Request::Panic });
    lab.script("[window.panic, window.crashes] = arguments", vec![panic.into(), times.into()]).await?;
    Ok(())
}

async fn all_are_spent(lab: &Lab) -> Outcome {
    let left = lab.script("return window.crashes", Vec::new()).await?;
    ensure!(left == 0, "{left} crashes are left: the worker was not asked as often");
    Ok(())
}

#[test]
fn it_is_asked_again_and_graded_again() {
    visit("question-crash", FAULTS, async |lab| {
        at(lab, "question=ideas/gap&seed=3").await?;
        choose(lab, "To the last commit").await?;
        let run = lab.run_as_shown().await?;
        // Once: nobody need know.
        crash_next(lab, 1).await?;
        check(lab, "Right.").await?;
        all_are_spent(lab).await?;
        // Again and again: it is said, and the answer is still there.
        choose(lab, "without the changes").await?;
        crash_next(lab, 3).await?;
        check(lab, "The engine went down over this.").await?;
        all_are_spent(lab).await?;
        lab.is_accessible("question-crash").await?;
        check(lab, "Not this one.").await?;
        let now = lab.run_as_shown().await?;
        ensure!(now == run, "the lab has not noticed: {now} was {run}");
        lab.recover_at_once().await?;
        Ok(())
    });
}

#[test]
fn a_question_that_cannot_be_made_can_be_asked_for_again() {
    visit("question-crash-asked", FAULTS, async |lab| {
        at(lab, "question=rows-after-target&seed=3").await?;
        card(lab).await?;
        crash_next(lab, 3).await?;
        lab.choose("Question", "How much work may be lost").await?;
        let again = lab.find("button", "Ask it again").await?;
        let told = lab.driver.find(thirtyfour::By::Css("#practice .question [role=alert]")).await?.text().await?;
        ensure!(told.contains("The engine went down over this."), "{told}");
        all_are_spent(lab).await?;
        again.click().await?;
        let field = lab
            .wait("the question", async || card(lab).await.ok()?.find(thirtyfour::By::Css(".question-text")).await.ok())
            .await?;
        field.send_keys("RPO").await?;
        card(lab).await?.find(thirtyfour::By::Css(".question-check")).await?.click().await?;
        said(lab, "Right.").await?;
        Ok(())
    });
}
