//! The later lessons, played to their ends: with right answers, and with wrong ones.

use crate::lessons_acts::{back_to_step, choose, go_on, lock, open, panel_saying, type_answer};
use crate::lessons_look::shoot;
use pitr_e2e::{Lab, Outcome, Setting, visit};

const RIGHT: &str = "That is what happens.";
const WRONG: &str = "Not this one.";
const END: &str = "That was it";

/// Chooses, locks, and waits for a verdict and more.
async fn answer(lab: &Lab, option: &str, verdict: &str, words: &[&str]) -> Outcome {
    choose(lab, option).await?;
    judged(lab, verdict, words).await
}

async fn typed(lab: &Lab, label: &str, text: &str, verdict: &str, words: &[&str]) -> Outcome {
    type_answer(lab, label, text).await?;
    judged(lab, verdict, words).await
}

async fn judged(lab: &Lab, verdict: &str, words: &[&str]) -> Outcome {
    lock(lab).await?;
    panel_saying(lab, &[&[verdict, "You said", "What happened"], words].concat()).await?;
    Ok(())
}

/// Waits until the lab stands before any recovery.
async fn stands_before(lab: &Lab) -> Outcome {
    lab.wait("the lab to stand before any recovery", async || {
        (lab.names("table").await.ok()?.iter().all(|name| !name.contains("recovered"))).then_some(())
    })
    .await
}

/// Waits until the target in the lab reads so.
async fn target_is(lab: &Lab, text: &str) -> Outcome {
    lab.wait(&format!("the target {text:?}"), async || (lab.typed("Target").await.ok()? == text).then_some(())).await
}

/// The end asks two questions and one of an earlier lesson.
async fn at_the_end(lab: &Lab, idea: &str) -> Outcome {
    let lesson = lab.script("return new URLSearchParams(location.search).get('lesson')", Vec::new()).await?;
    let lesson = lesson.as_str().unwrap_or_default();
    shoot(lab, &format!("lesson-{lesson}-last")).await?;
    go_on(lab, END).await?;
    panel_saying(lab, &["One idea to take along", idea]).await?;
    let cards = async || {
        let cards =
            lab.script("return document.querySelectorAll('aside .question-card').length", Vec::new()).await.ok()?;
        cards.as_u64()
    };
    let asked = lab.wait("three questions", async || cards().await.filter(|cards| *cards >= 3)).await;
    asked.map_err(|_| "the end does not ask three questions")?;
    shoot(lab, &format!("lesson-{lesson}-end")).await
}

#[test]
fn when_did_it_happen_right() {
    visit("lesson-3-right", Setting::default(), async |lab| {
        open(lab, "when-did-it-happen").await?;
        answer(lab, "12:13:59", RIGHT, &["accounts: 4 rows", "Why"]).await?;
        go_on(lab, "Begun is not done").await?;
        typed(lab, "Rows in visits", "2", RIGHT, &["2", "transactions whole or not at all"]).await?;
        go_on(lab, "The guess that was taken back").await?;
        answer(lab, "It is not", RIGHT, &["has an abort in the log"]).await?;
        go_on(lab, "Between two ends").await?;
        stands_before(lab).await?;
        target_is(lab, "12:20:00").await?;
        lab.type_into("Target", "12:11:00").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "Done:", "search", "Done:", "cart", "Why"]).await?;
        at_the_end(lab, "A change happens when its transaction commits").await
    });
}

#[test]
fn when_did_it_happen_wrong() {
    visit("lesson-3-wrong", Setting::default(), async |lab| {
        open(lab, "when-did-it-happen").await?;
        answer(lab, "12:03:59", WRONG, &["visits: 0 rows", "while the statement waited"]).await?;
        go_on(lab, "Begun is not done").await?;
        typed(lab, "Rows in visits", "3", WRONG, &["One too many", "cart"]).await?;
        go_on(lab, "The guess that was taken back").await?;
        answer(lab, "It is: its transaction", WRONG, &["rolled back to the savepoint"]).await?;
        go_on(lab, "Between two ends").await?;
        stands_before(lab).await?;
        lab.type_into("Target", "12:15:00").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "search", "Still to do:", "cart"]).await?;
        Ok(())
    });
}

#[test]
fn first_recovery_right() {
    visit("lesson-6-right", Setting::default(), async |lab| {
        open(lab, "first-recovery").await?;
        panel_saying(lab, &["A recovery begins with a moment"]).await?;
        go_on(lab, "Watch: the snapshot follows from it").await?;
        lab.wait("the recovery", async || lab.has_table("orders recovered").await.ok()?.then_some(())).await?;
        go_on(lab, "Now you: which snapshot?").await?;
        answer(lab, "it was complete before", RIGHT, &["orders: 5 rows", "the latest backup before the moment is"])
            .await?;
        go_on(lab, "Now you: how far is the way?").await?;
        typed(lab, "Commits replayed", "3", RIGHT, &["how old the snapshot is"]).await?;
        go_on(lab, "Alone").await?;
        stands_before(lab).await?;
        target_is(lab, "23:48:00").await?;
        lab.choose("Backup", "night").await?;
        lab.type_into("Target", "23:19:00").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "Done:", "a teletype costs 160", "Done:", "shortest way", "Why"]).await?;
        at_the_end(lab, "Start from the nearest snapshot").await
    });
}

#[test]
fn first_recovery_wrong() {
    visit("lesson-6-wrong", Setting::default(), async |lab| {
        open(lab, "first-recovery").await?;
        go_on(lab, "Watch: the snapshot follows from it").await?;
        go_on(lab, "Now you: which snapshot?").await?;
        answer(lab, "it is the newest", WRONG, &["First out: XID 414", "too much in it"]).await?;
        lab.press("Answer again").await?;
        answer(lab, "it is nearest to", WRONG, &["First out: XID 409", "Replay goes forward only"]).await?;
        go_on(lab, "Now you: how far is the way?").await?;
        typed(lab, "Commits replayed", "4", WRONG, &["3", "One too many"]).await?;
        go_on(lab, "Alone").await?;
        stands_before(lab).await?;
        lab.type_into("Target", "23:19:00").await?;
        lab.press("Recover").await?;
        // From the backup that was set: the tables are right, the way was not the shortest.
        panel_saying(lab, &["Done:", "Done:", "a teletype costs 160", "Still to do:", "shortest way"]).await?;
        back_to_step(lab).await?;
        stands_before(lab).await
    });
}

#[test]
fn stop_exactly_there_right() {
    visit("lesson-7-right", Setting::default(), async |lab| {
        open(lab, "stop-exactly-there").await?;
        answer(lab, "Yes. What committed exactly then", RIGHT, &["Inclusive is the default"]).await?;
        go_on(lab, "Two commits, one instant").await?;
        answer(lab, "XID 705, exclusive", RIGHT, &["coupons: 3 rows", "orders: 6 rows", "position of its own"]).await?;
        go_on(lab, "Numbers are no order").await?;
        typed(lab, "Rows in orders", "4", RIGHT, &["in the order of first writes"]).await?;
        go_on(lab, "By its name").await?;
        stands_before(lab).await?;
        lab.choose_kind("Name").await?;
        lab.type_into("Target", "before_release").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "Done:", "a name", "Done:", "restore point", "Why"]).await?;
        at_the_end(lab, "A target names a place in the log").await
    });
}

#[test]
fn stop_exactly_there_wrong() {
    visit("lesson-7-wrong", Setting::default(), async |lab| {
        open(lab, "stop-exactly-there").await?;
        answer(lab, "No. A recovery to a time", WRONG, &["So it would be with exclusive"]).await?;
        go_on(lab, "Two commits, one instant").await?;
        answer(lab, "10:30:00, exclusive", WRONG, &["coupons: 3 rows", "orders: 5 rows", "the astrolabe"]).await?;
        lab.press("Answer again").await?;
        answer(lab, "10:30:00, inclusive", WRONG, &["coupons: 0 rows", "and the mistake"]).await?;
        go_on(lab, "Numbers are no order").await?;
        typed(lab, "Rows in orders", "3", WRONG, &["its number is higher"]).await?;
        go_on(lab, "By its name").await?;
        stands_before(lab).await?;
        lab.type_into("Target", "10:20:00").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "Still to do:", "a name", "Done:", "restore point"]).await?;
        Ok(())
    });
}

#[test]
fn forks_right() {
    visit("lesson-10-right", Setting::default(), async |lab| {
        open(lab, "forks").await?;
        answer(lab, "along timeline 1", RIGHT, &["orders: 5 rows", "does not rewind the log"]).await?;
        go_on(lab, "What is it called?").await?;
        typed(lab, "Number of the new timeline", "3", RIGHT, &["It is timeline 3"]).await?;
        go_on(lab, "Two afternoons").await?;
        answer(lab, "To the end of timeline 2", RIGHT, &["No recovery has both"]).await?;
        go_on(lab, "Choose the history").await?;
        target_is(lab, "14:39:59").await?;
        lab.choose("Timeline", "1").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "canvas", "Done:", "along timeline 1", "Done:", "began timeline 3", "Why"])
            .await?;
        at_the_end(lab, "A recovery rewinds nothing").await
    });
}

#[test]
fn forks_wrong() {
    visit("lesson-10-wrong", Setting::default(), async |lab| {
        open(lab, "forks").await?;
        answer(lab, "The time says it all", WRONG, &["orders: 3 rows", "follows the latest one"]).await?;
        go_on(lab, "What is it called?").await?;
        typed(lab, "Number of the new timeline", "1", WRONG, &["3", "branches off"]).await?;
        go_on(lab, "Two afternoons").await?;
        answer(lab, "To the end of timeline 1", WRONG, &["orders: 0 rows", "before anybody ordered a sail"]).await?;
        go_on(lab, "Choose the history").await?;
        target_is(lab, "14:39:59").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Still to do:", "canvas", "Still to do:", "along timeline 1", "Done:", "began timeline 3"])
            .await?;
        Ok(())
    });
}

#[test]
fn copying_a_moving_thing_right() {
    visit("lesson-4-right", Setting::default(), async |lab| {
        open(lab, "copying-a-moving-thing").await?;
        answer(lab, "some minutes after it was complete", RIGHT, &["deposits: 5 rows", "shows no moment at all"])
            .await?;
        go_on(lab, "The earliest moment").await?;
        typed(lab, "Earliest time", "21:10:00", RIGHT, &["21:10:00", "The earliest moment is the end of the backup"])
            .await?;
        go_on(lab, "A copy without its log").await?;
        answer(lab, "The last segment of all", RIGHT, &["deposits: 4 rows", "is no backup"]).await?;
        go_on(lab, "Your turn").await?;
        stands_before(lab).await?;
        lab.choose_kind("End of log").await?;
        lab.press("Recover").await?;
        panel_saying(lab, &["Done:", "Done:", "Ramanujan", "Done:", "Sophie Germain", "Why"]).await?;
        at_the_end(lab, "A backup that is taken while people work").await
    });
}

#[test]
fn copying_a_moving_thing_wrong() {
    visit("lesson-4-wrong", Setting::default(), async |lab| {
        open(lab, "copying-a-moving-thing").await?;
        answer(lab, "the moment at which the copy began", WRONG, &["The recovery failed.", "copied last"]).await?;
        lab.press("Answer again").await?;
        answer(lab, "half of it was copied", WRONG, &["The recovery failed.", "not the newer ones down"]).await?;
        go_on(lab, "The earliest moment").await?;
        typed(lab, "Earliest time", "21:00:00", WRONG, &["21:10:00", "when the copy began"]).await?;
        go_on(lab, "A copy without its log").await?;
        answer(
            lab,
            "The segment in which the copy ended",
            WRONG,
            &["The recovery failed.", "never becomes consistent"],
        )
        .await?;
        go_on(lab, "Your turn").await?;
        stands_before(lab).await?;
        lab.choose_kind("Immediate").await?;
        lab.press("Recover").await?;
        panel_saying(
            lab,
            &["Done:", "A recovery has come", "Still to do:", "Ramanujan", "Still to do:", "Sophie Germain"],
        )
        .await?;
        Ok(())
    });
}
