//! The keys of one character and the buttons over the timeline: each does what the list of keys says.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::Key;

const PART: &str = "Part in sight";

/// The part in sight: where it begins, where it ends, and how many records it has.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    from: String,
    to: String,
    records: u32,
}

async fn part(lab: &Lab) -> Outcome<Part> {
    let said = lab.slider_text(PART).await?;
    let read = || {
        let (span, records) = said.rsplit_once(", ")?;
        let (from, to) = span.split_once(" to ")?;
        let records = records.split(' ').next()?.parse().ok()?;
        Some(Part { from: from.to_owned(), to: to.to_owned(), records })
    };
    read().ok_or_else(|| format!("it says {said:?}").into())
}

/// Waits until the part in sight is such a one.
async fn part_that(lab: &Lab, what: &str, is: impl Fn(&Part) -> bool) -> Outcome<Part> {
    match lab.wait(what, async || part(lab).await.ok().filter(|part| is(part))).await {
        Ok(part) => Ok(part),
        Err(error) => Err(format!("{error}; it is {:?}", part(lab).await?).into()),
    }
}

/// Waits until the place is such a one, and says what happens there.
async fn place_that(lab: &Lab, what: &str, is: impl Fn(u32) -> bool) -> Outcome<(u32, String)> {
    let at = lab.wait(what, async || lab.slider("Position").await.ok().filter(|at| is(*at))).await?;
    Ok((at, lab.slider_text("Position").await?))
}

/// Types a key where no control has the keyboard.
async fn key(lab: &Lab, key: &str) -> Outcome {
    lab.script("document.activeElement.blur()", Vec::new()).await?;
    lab.keys(key).await
}

async fn beginning(lab: &Lab) -> Outcome {
    lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
    place_that(lab, "the beginning", |at| at == 0).await?;
    Ok(())
}

#[test]
fn keys_look_nearer_and_farther_and_along() {
    visit("keys-look", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let whole = part(lab).await?;
        key(lab, "+").await?;
        let half = part_that(lab, "a half", |now| now.records < whole.records).await?;
        key(lab, "+").await?;
        let quarter = part_that(lab, "a quarter", |now| now.from > half.from).await?;
        key(lab, "[").await?;
        let earlier = part_that(lab, "an earlier part", |now| now.to < quarter.to).await?;
        ensure!(earlier.from < quarter.from && earlier.to > quarter.from, "by half of it: {earlier:?}, {quarter:?}");
        key(lab, "[").await?;
        let before = part_that(lab, "the part before", |now| now.to < earlier.to).await?;
        key(lab, "]").await?;
        part_that(lab, "the part again", |now| now.from == earlier.from).await?;
        ensure!(before.from < earlier.from, "it lies before: {before:?}");
        key(lab, "-").await?;
        let out = part_that(lab, "a wider part", |now| now.from < earlier.from && now.to >= earlier.to).await?;
        ensure!(out != whole, "not all of it yet: {out:?}");
        key(lab, "+").await?;
        part_that(lab, "a nearer part", |now| now.records < out.records).await?;
        key(lab, "0").await?;
        part_that(lab, "all of it", |now| *now == whole).await?;
        // Farther than all of it there is nothing.
        key(lab, "-").await?;
        key(lab, "+").await?;
        part_that(lab, "a half again", |now| now.records < whole.records).await?;
        key(lab, "-").await?;
        part_that(lab, "all of it again", |now| *now == whole).await?;
        Ok(())
    });
}

#[test]
fn keys_go_to_the_next_record_transaction_and_event() {
    visit("keys-go", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let last = lab.last_step().await?;
        key(lab, "<").await?;
        let (first, said) = place_that(lab, "the end of a transaction", |at| at < last).await?;
        ensure!(said.contains("XID 115 commits"), "the last of them: {said}");
        key(lab, "<").await?;
        let (second, said) = place_that(lab, "the one before", |at| at < first).await?;
        ensure!(said.contains("XID 114 commits"), "the last but one: {said}");
        key(lab, ">").await?;
        place_that(lab, "the last again", |at| at == first).await?;
        key(lab, ",").await?;
        let (record, said) = place_that(lab, "a record before", |at| at < first).await?;
        ensure!(said.contains("logs") && record > second, "a record: {said}");
        key(lab, ",").await?;
        let (_, said) = place_that(lab, "the record before that", |at| at < record).await?;
        ensure!(said.contains("logs"), "another record: {said}");
        key(lab, ".").await?;
        place_that(lab, "the record again", |at| at == record).await?;
        // Of the kind that is chosen, one after another.
        beginning(lab).await?;
        lab.choose("Kind of event", "segments archived").await?;
        key(lab, "}").await?;
        let (one, said) = place_that(lab, "a segment", |at| at > 0).await?;
        ensure!(said.contains("archive"), "a segment is archived: {said}");
        key(lab, "}").await?;
        let (two, said) = place_that(lab, "the segment after", |at| at > one).await?;
        ensure!(said.contains("archive"), "another is archived: {said}");
        key(lab, "{").await?;
        place_that(lab, "the first again", |at| at == one).await?;
        ensure!(two > one, "one after another");
        Ok(())
    });
}

#[test]
fn keys_are_letters_where_something_is_written() {
    visit("keys-typed", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let (whole, last) = (part(lab).await?, lab.slider("Position").await?);
        lab.find("textbox", "Statement").await?.click().await?;
        lab.keys("+-0[]{}.,<>").await?;
        let typed = async || (lab.typed("Statement").await.ok()? == "+-0[]{}.,<>").then_some(());
        lab.wait("what was typed", typed).await?;
        ensure!(part(lab).await? == whole, "the timeline stays");
        ensure!(lab.slider("Position").await? == last, "the place stays");
        Ok(())
    });
}

#[test]
fn buttons_lead_back_to_the_place_and_to_the_target() {
    visit("timeline-buttons", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let whole = part(lab).await?;
        let out = lab.find("button", "Zoom out").await?;
        ensure!(!out.is_enabled().await?, "farther than all of it there is nothing");
        let mut near = whole.clone();
        for _ in 0..4 {
            lab.press("Zoom in").await?;
            near = part_that(lab, "a nearer part", |now| now.records < near.records).await?;
        }
        let has = |part: &Part, clock: &str| part.from.as_str() <= clock && clock <= part.to.as_str();
        let part_slider = lab.find("slider", PART).await?;
        part_slider.send_keys(Key::Home).await?;
        let first = part_that(lab, "the beginning", |now| now.to < near.from).await?;
        ensure!(!has(&first, "03:10:00") && !has(&first, "02:59:59"), "far from both: {first:?}");
        lab.press("Target").await?;
        part_that(lab, "the target in sight", |now| has(now, "02:59:59")).await?;
        part_slider.send_keys(Key::Home).await?;
        part_that(lab, "the beginning again", |now| *now == first).await?;
        lab.press("Now").await?;
        let now = part_that(lab, "the place in sight", |now| has(now, "03:10:00")).await?;
        lab.press("Zoom out").await?;
        part_that(lab, "more in sight", |wider| wider.from < now.from && wider.records > now.records).await?;
        ensure!(lab.typed("Target").await? == "02:59:59", "looking at the target does not move it");
        for _ in 0..3 {
            let before = part(lab).await?;
            lab.press("Zoom out").await?;
            part_that(lab, "more of it", |now| *now != before).await?;
        }
        part_that(lab, "all of it", |now| *now == whole).await?;
        // Where the place is somewhere else, Now is there.
        beginning(lab).await?;
        lab.press("Now").await?;
        part_that(lab, "the beginning in sight", |now| now.from == whole.from && now.to < whole.to).await?;
        Ok(())
    });
}

#[test]
fn the_next_of_another_kind_is_what_it_is_called() {
    visit("timeline-kinds", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        for (kind, says) in [("rollbacks", "XID 106 rolls back"), ("backups", "b1"), ("checkpoints", "heckpoint")] {
            beginning(lab).await?;
            lab.choose("Kind of event", kind).await?;
            lab.press("Next").await?;
            let (_, said) = place_that(lab, kind, |at| at > 0).await?;
            ensure!(said.contains(says), "{kind}: {said}");
        }
        beginning(lab).await?;
        lab.choose("Kind of event", "rollbacks").await?;
        ensure!(!lab.find("button", "Previous").await?.is_enabled().await?, "there is none before the beginning");
        lab.press("Next").await?;
        place_that(lab, "the rollback", |at| at > 0).await?;
        let last = async || lab.find_all("button", "Next").await.ok()?.pop()?.is_enabled().await.ok().filter(|is| !is);
        lab.wait("there to be no other", last).await?;
        Ok(())
    });
}
