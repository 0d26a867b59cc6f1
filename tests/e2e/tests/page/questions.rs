//! Questions in the page: each kind answered right and wrong, what the answer does, another like it, and what an address can ask for.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use thirtyfour::{By, Key, WebElement};

/// Opens the page at a question.
pub async fn at(lab: &Lab, search: &str) -> Outcome {
    lab.driver.goto(format!("{}?{search}", lab.url())).await?;
    lab.ready().await
}

/// The card of the practice section, once its question is there.
pub async fn card(lab: &Lab) -> Outcome<WebElement> {
    lab.wait("a question", async || {
        let card = lab.driver.find(By::Css("#practice .question-card")).await.ok()?;
        card.find(By::Css(".question-prompt")).await.ok()?;
        Some(card)
    })
    .await
}

/// Chooses what has this in it.
pub async fn choose(lab: &Lab, choice: &str) -> Outcome {
    let card = card(lab).await?;
    for label in card.find_all(By::Css("label.quiz-choice")).await? {
        if label.text().await?.contains(choice) {
            return Ok(label.click().await?);
        }
    }
    Err(format!("there is no choice {choice:?}: {}", card.text().await?).into())
}

/// Checks the answer, and waits until this is said of it.
pub async fn check(lab: &Lab, verdict: &str) -> Outcome<String> {
    card(lab).await?.find(By::Css(".question-check")).await?.click().await?;
    said(lab, verdict).await
}

/// What is said of the answer, once it has this in it.
pub async fn said(lab: &Lab, verdict: &str) -> Outcome<String> {
    let what = format!("it to be said {verdict:?}");
    let heard = lab.wait(&what, async || {
        let result = lab.driver.find(By::Css("#practice .question-result")).await.ok()?;
        let text = result.text().await.ok()?;
        text.contains(verdict).then_some(text)
    });
    match heard.await {
        Ok(text) => Ok(text),
        Err(error) => Err(format!("{error}; the card says {}", card(lab).await?.text().await?).into()),
    }
}

#[test]
fn one_of_several_right_and_wrong() {
    visit("question-single", Setting::default(), async |lab| {
        at(lab, "question=ideas/gap&seed=3").await?;
        choose(lab, "without the changes").await?;
        let wrong = check(lab, "Not this one.").await?;
        ensure!(wrong.contains("log can be skipped"), "the misconception has its name: {wrong}");
        ensure!(wrong.contains("Replay cannot skip any"), "and what sets it right: {wrong}");
        ensure!(wrong.contains("Right would have been:"), "and the solution: {wrong}");
        lab.is_accessible("question-wrong").await?;
        choose(lab, "To the last commit").await?;
        let right = check(lab, "Right.").await?;
        ensure!(right.contains("Replay goes record by record"), "and why: {right}");
        lab.is_accessible("question-right").await
    });
}

#[test]
fn all_that_apply() {
    visit("question-multiple", Setting::default(), async |lab| {
        at(lab, "question=ideas/what-is-needed&seed=5").await?;
        choose(lab, "A base backup").await?;
        check(lab, "Not this one.").await?;
        choose(lab, "All of the log").await?;
        check(lab, "Right.").await?;
        choose(lab, "after the damage").await?;
        let wrong = check(lab, "Not this one.").await?;
        ensure!(wrong.contains("the latest backup is best"), "{wrong}");
        Ok(())
    });
}

#[test]
fn a_short_answer_in_any_of_its_forms() {
    visit("question-short", Setting::default(), async |lab| {
        at(lab, "question=targets/last-good-xid&seed=12").await?;
        let card = card(lab).await?;
        let prompt = card.find(By::Css(".question-prompt")).await?.text().await?;
        let damage: u32 =
            prompt.split("XID ").nth(1).and_then(|rest| rest.split('.').next()?.parse().ok()).unwrap_or(0);
        ensure!(damage > 0, "the prompt names the DELETE: {prompt}");
        let field = card.find(By::Css(".question-text")).await?;
        let write = async |text: &str| -> Outcome {
            field.click().await?;
            field.send_keys(Key::Control + "a").await?;
            field.send_keys(text).await?;
            Ok(())
        };
        write("the first one").await?;
        field.send_keys(Key::Enter).await?;
        let unread = said(lab, "does not count").await?;
        ensure!(!unread.contains("Not this one"), "what is no XID is no wrong answer: {unread}");
        write(&damage.to_string()).await?;
        let wrong = check(lab, "Not this one.").await?;
        ensure!(wrong.contains("inclusive by default"), "{wrong}");
        write(&format!("xid {}", damage - 1)).await?;
        check(lab, "Right.").await?;
        Ok(())
    });
}

#[test]
fn a_wrong_answer_is_done_and_seen() {
    visit("question-consequence", Setting::default(), async |lab| {
        at(lab, "question=targets/which-target&seed=4").await?;
        let sure = card(lab).await?.find_all(By::Css(".question-feeling")).await?;
        sure.first().ok_or("how sure one is can be said")?.click().await?;
        choose(lab, "The time").await?;
        let wrong = check(lab, "Not this one.").await?;
        ensure!(wrong.contains("You were sure"), "what was felt is answered: {wrong}");
        ensure!(wrong.contains("The engine did it. Recovered to"), "the answer is carried out: {wrong}");
        let tables = lab.rows("Each table now, and as the recovery gives it").await?;
        let orders = tables.iter().find(|row| row.first().is_some_and(|name| name == "orders"));
        ensure!(orders.is_some_and(|row| row.len() == 4), "each table now and recovered: {tables:?}");
        lab.press("See what it does").await?;
        lab.status_saying(&["Recovered to"]).await?;
        let title = lab.typed_script().await?;
        ensure!(title.contains("recover to time"), "the lab shows that run: {title}");
        Ok(())
    });
}

#[test]
fn another_like_it_is_another_history() {
    visit("question-variant", Setting::default(), async |lab| {
        at(lab, "question=targets/which-target&seed=4").await?;
        choose(lab, "exclusive").await.ok();
        let before = card(lab).await?.text().await?;
        choose(lab, "The time").await?;
        check(lab, "Not this one.").await?;
        lab.press("Another like it").await?;
        let seed = lab
            .wait("another seed", async || {
                let question = lab.driver.find(By::Css("#practice .question")).await.ok()?;
                question.attr("data-seed").await.ok()?.filter(|seed| seed != "4")
            })
            .await?;
        ensure!(seed == "141", "the next of 4: {seed}");
        let after = card(lab).await?.text().await?;
        ensure!(after != before && !after.contains("Not this one"), "a fresh history, and nothing said of it: {after}");
        ensure!(lab.typed("Its seed").await? == seed, "its seed can be shared");
        // The same seed is the same question.
        lab.type_into("Its seed", "4").await?;
        lab.keys(Key::Tab).await?;
        lab.wait("the first question again", async || {
            let text = card(lab).await.ok()?.text().await.ok()?;
            let prompt = |text: &str| text.lines().take(2).collect::<String>();
            (prompt(&text) == prompt(&before)).then_some(())
        })
        .await
    });
}

#[test]
fn an_order_by_keys_buttons_and_the_pointer() {
    visit("question-order", Setting::default(), async |lab| {
        at(lab, "question=order-of-events&seed=2").await?;
        let items = async || -> Outcome<Vec<String>> {
            let mut said = Vec::new();
            for item in card(lab).await?.find_all(By::Css(".question-item")).await? {
                said.push(item.text().await?);
            }
            Ok(said)
        };
        let first = items().await?;
        ensure!(first.len() > 2, "there is something to order: {first:?}");
        let handles = card(lab).await?.find_all(By::Css(".question-handle")).await?;
        handles.first().ok_or("a handle")?.focus().await?;
        lab.keys(Key::Down).await?;
        let moved = [first[1].clone(), first[0].clone()];
        let now = items().await?;
        ensure!(now[..2] == moved, "the key has moved it: {now:?}");
        // The handle has kept the keyboard.
        lab.keys(Key::Up).await?;
        let now = items().await?;
        ensure!(now == first, "and back: {now:?}");
        lab.press(&format!("Move down: {}", first[0])).await?;
        let now = items().await?;
        ensure!(now[..2] == moved, "the button has moved it: {now:?}");
        let handles = card(lab).await?.find_all(By::Css(".question-handle")).await?;
        let (from, to) = (handles.first().ok_or("a handle")?, handles.last().ok_or("a handle")?);
        lab.driver.action_chain().drag_and_drop_element(from, to).perform().await?;
        let now = items().await?;
        ensure!(now.last() == Some(&moved[0]), "it was dragged to the end: {now:?}");
        check(lab, "Not this one.").await?;
        lab.is_accessible("question-order").await?;
        // The solution, put in place item by item.
        let mut wanted = Vec::new();
        for line in card(lab).await?.find_all(By::Css(".question-solution li")).await? {
            wanted.push(line.text().await?);
        }
        for (place, item) in wanted.iter().enumerate() {
            for _ in 0..wanted.len() {
                if items().await?.get(place) == Some(item) {
                    break;
                }
                lab.press(&format!("Move up: {item}")).await?;
            }
        }
        check(lab, "Right.").await?;
        Ok(())
    });
}

/// Goes from seed to seed of a template until its question is of the kind whose card has such an element.
async fn until(lab: &Lab, template: &str, element: &str) -> Outcome {
    for seed in 1..40 {
        at(lab, &format!("question={template}&seed={seed}")).await?;
        if !card(lab).await?.find_all(By::Css(element)).await?.is_empty() {
            return Ok(());
        }
    }
    Err(format!("forty seeds of {template}, and no {element}").into())
}

#[test]
fn a_target_on_the_timeline() {
    visit("question-place", Setting::default(), async |lab| {
        until(lab, "commits-lost", ".question-place").await?;
        let says = async |words: &str| {
            lab.wait(words, async || card(lab).await.ok()?.text().await.ok()?.contains(words).then_some(())).await
        };
        says("The lab shows another history now.").await?;
        let can = async || -> Outcome<bool> {
            Ok(card(lab).await?.find(By::Css(".question-check")).await?.is_enabled().await?)
        };
        ensure!(!can().await?, "nothing has been placed");
        lab.press("Open the history in the lab").await?;
        says("No target has been placed yet.").await?;
        ensure!(!can().await?, "nothing has been placed by somebody");
        // The slider on the timeline is one way to place it.
        lab.find("slider", "Recovery target").await?.send_keys(Key::Left).await?;
        says("Your target:").await?;
        lab.is_accessible("question-place").await?;
        lab.choose_kind("XID").await?;
        let inclusive = lab.find("checkbox", "Inclusive").await?;
        lab.press("Answer with this target").await?;
        said(lab, "The engine did it").await?;
        let card_now = card(lab).await?;
        let solution = card_now.find_all(By::Css(".question-solution li")).await?;
        if let Some(solution) = solution.first() {
            let text = solution.text().await?;
            let xid = text.split_whitespace().nth(1).unwrap_or_default().to_owned();
            ensure!(text.starts_with("xid ") && text.ends_with(" exclusive"), "the solution is a target: {text}");
            lab.type_into("Target", &xid).await?;
            if inclusive.is_selected().await? {
                inclusive.click().await?;
            }
            says(&format!("Your target: XID {xid}")).await?;
            let again = check(lab, "Right.").await?;
            ensure!(again.contains("See what it does"), "it was carried out: {again}");
        }
        Ok(())
    });
}

#[test]
fn an_address_that_asks_for_nothing_there_is() {
    visit("question-address", Setting::default(), async |lab| {
        at(lab, "question=no-such-thing&seed=soon").await?;
        card(lab).await?;
        let said = lab.driver.find(By::Css("#practice .practice-trouble")).await?.text().await?;
        ensure!(said.contains("no-such-thing") && said.contains("not here"), "{said}");
        at(lab, "question=ideas/gap&seed=soon").await?;
        let text = card(lab).await?.text().await?;
        ensure!(text.contains("missing"), "the question is there all the same: {text}");
        let said = lab.driver.find(By::Css("#practice .practice-trouble")).await?.text().await?;
        ensure!(said.contains("soon") && said.contains("whole number"), "{said}");
        lab.is_accessible("question-address").await?;
        lab.type_into("Its seed", "-3").await?;
        lab.keys(Key::Tab).await?;
        lab.wait("the seed to be marked", async || {
            let field = lab.find("textbox", "Its seed").await.ok()?;
            field.attr("aria-invalid").await.ok()?.filter(|marked| marked == "true")
        })
        .await?;
        Ok(())
    });
}

#[test]
fn a_row_of_right_answers_is_counted_and_broken() {
    visit("question-streak", Setting::default(), async |lab| {
        at(lab, "question=ideas/gap&seed=3").await?;
        choose(lab, "To the last commit").await?;
        check(lab, "Right.").await?;
        lab.wait("the streak", async || lab.text().await.ok()?.contains("1 right in a row.").then_some(())).await?;
        lab.choose("Question", "How much work may be lost").await?;
        let field = lab
            .wait("a field to write into", async || card(lab).await.ok()?.find(By::Css(".question-text")).await.ok())
            .await?;
        field.send_keys("RTO").await?;
        check(lab, "Not this one.").await?;
        ensure!(!lab.text().await?.contains("right in a row"), "it is over");
        Ok(())
    });
}

#[test]
fn how_questions_look() {
    visit("question-look", Setting::default(), async |lab| {
        let states = [
            "rows-after-target&seed=2",
            "targets/which-target&seed=4",
            "order-of-events&seed=2",
            "tightest-lsn&seed=2",
            "ideas/segment-name&seed=1",
        ];
        for state in states {
            at(lab, &format!("question={state}")).await?;
            card(lab).await?;
            if state.starts_with("targets") {
                choose(lab, "The time").await?;
                check(lab, "Not this one.").await?;
            }
            for (width, height) in WIDTHS {
                lab.size(width, height).await?;
                for theme in [Theme::Light, Theme::Dark] {
                    lab.theme(theme).await?;
                    let place = lab
                        .script(
                            "const box = document.getElementById('practice').getBoundingClientRect();
                             return [box.x + scrollX, box.y + scrollY, box.width, Math.min(box.height, 1800)];",
                            Vec::new(),
                        )
                        .await?;
                    let place: Vec<f64> = place.as_array().into_iter().flatten().filter_map(|it| it.as_f64()).collect();
                    let name = state.split('&').next().unwrap_or_default().replace('/', "-");
                    let place = <[f64; 4]>::try_from(place).map_err(|_| "the section has a place")?;
                    lab.shoot_at(&format!("question-{name}-{width}-{}", theme.name()), place).await?;
                }
                let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
                ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "{state}: {width} px, {wide} wide");
            }
            lab.size(1440, 900).await?;
            lab.theme(Theme::Light).await?;
        }
        Ok(())
    });
}
