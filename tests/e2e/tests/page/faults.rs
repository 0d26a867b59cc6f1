//! What went wrong has a mark on the timeline, a place in its lists, and a way to it; what the marks mean is told.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};

const PART: &str = "Part in sight";

/// A day on which much goes wrong, and some of it is set right.
const BAD_DAY: &str = "# A bad day
scenario segment 4KiB, archive timeout 1m
02:00:00 ops CREATE TABLE users (id int primary key, name text)
02:00:05 ops INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace')
02:01:00 ops checkpoint
02:05:00 ops backup b1
02:10:00 ops restore point 'before it all'
02:15:00 app BEGIN
02:15:10 app INSERT INTO users VALUES (3, 'Mary')
02:15:20 app SAVEPOINT first
02:15:40 app INSERT INTO users VALUES (4, 'Joan')
02:16:00 app COMMIT
02:20:00 ops stop archiver
02:30:00 ops start archiver
02:35:00 ops switch segment
02:40:00 ops lose segment 1 on 1
02:45:00 ops flip bit 5000 of segment 2 on 1
02:50:00 ops crash tearing pages
02:55:00 ops restart
02:58:00 ops DROP TABLE users
03:00:00 ops note 'where is my table?'
";

async fn bad_day(lab: &Lab) -> Outcome {
    lab.slider_saying(PART, "record").await?;
    lab.run_script(BAD_DAY).await?;
    lab.wait("the bad day", async || lab.text().await.ok()?.contains("where is my table?").then_some(())).await?;
    lab.choose("Kind of event", "faults and damage").await?;
    lab.wait("the list to be of faults", async || {
        lab.text().await.ok()?.contains("As a list: faults and damage (7)").then_some(())
    })
    .await
}

async fn open_list(lab: &Lab) -> Outcome {
    let open = "document.querySelector('.deep-list').open = true";
    lab.script(open, Vec::new()).await?;
    lab.find("list", "As a list").await?;
    Ok(())
}

#[test]
fn what_went_wrong_is_listed_and_can_be_gone_to() {
    visit("faults-list", Setting::default(), async |lab| {
        bad_day(lab).await?;
        open_list(lab).await?;
        let items = lab.wait("the list", async || {
            let list = lab.find_all("list", "As a list").await.ok()?.pop()?;
            let text = list.text().await.ok()?;
            text.contains("table dropped").then_some(text)
        });
        let items = items.await?;
        for said in [
            "archiver stopped",
            "archiver started",
            "segment lost",
            "bits flipped",
            "page torn",
            "started again",
            "table dropped",
        ] {
            ensure!(items.contains(said), "{said} is not in the list:\n{items}");
        }
        let to = lab.find("button", "segment lost").await?;
        to.click().await?;
        lab.slider_saying("Position", "02:40:00").await?;
        // From there to the next, and back.
        lab.press("Next").await?;
        lab.slider_saying("Position", "02:45:00").await?;
        lab.press("Previous").await?;
        lab.press("Previous").await?;
        lab.slider_saying("Position", "02:30:00").await?;
        lab.is_accessible("faults").await
    });
}

#[test]
fn the_marks_are_told_apart_and_explained() {
    visit("faults-marks", Setting::default(), async |lab| {
        bad_day(lab).await?;
        let legend = lab.find("list", "What the other marks mean").await?.text().await?;
        for said in ["checkpoint", "savepoint", "restore point", "fault", "set right"] {
            ensure!(legend.contains(said), "{said} is not in the legend: {legend}");
        }
        // Pointed at, a mark says what it is: somewhere over the sessions is one.
        let tips = "const canvas = document.querySelector('.deep-stage > canvas');
            const box = canvas.getBoundingClientRect();
            const told = new Set();
            for (let x = 60; x < box.width; x += 4) for (const y of [80, 86]) {
                const at = { clientX: box.left + x, clientY: box.top + y, bubbles: true, pointerType: 'mouse' };
                canvas.dispatchEvent(new PointerEvent('pointermove', at));
                await new Promise(requestAnimationFrame);
                const tip = document.querySelector('.deep .tooltip strong');
                if (tip) told.add(tip.textContent);
            }
            return [...told];";
        let tips = format!("const done = arguments[arguments.length - 1]; (async () => {{ {tips} }})().then(done)");
        let told = lab.driver.execute_async(&tips, Vec::new()).await?.json().to_string();
        for said in ["archiver stopped", "segment lost", "page torn", "started again", "table dropped"] {
            ensure!(told.contains(said), "no mark says {said}: {told}");
        }
        for (width, height) in [(1440, 1000), (820, 1180), (390, 844), (320, 700)] {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                let bring = "document.querySelector('.timeline-card').scrollIntoView({ block: 'start' })";
                lab.script(bring, Vec::new()).await?;
                lab.shoot(&format!("faults-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        Ok(())
    });
}

#[test]
fn a_long_list_is_turned_over() {
    visit("faults-pages", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let rows: String = (1..=450).fold(String::new(), |mut rows, at| {
            rows.push_str(&format!("02:{:02}:{:02} app INSERT INTO t VALUES ({at})\n", 10 + at / 60, at % 60));
            rows
        });
        let script = format!("# Many rows\n02:00:00 ops CREATE TABLE t (id int primary key)\n{rows}");
        lab.run_script(&script).await?;
        lab.choose("Kind of event", "commits").await?;
        lab.wait("the many commits", async || lab.text().await.ok()?.contains("commits (451)").then_some(())).await?;
        open_list(lab).await?;
        let items = async || {
            let script = "return document.querySelectorAll('.deep-items > li').length";
            lab.script(script, Vec::new()).await.ok()?.as_u64()
        };
        lab.wait("the first page", async || (items().await? == 200).then_some(())).await?;
        lab.press("Those after").await?;
        lab.wait("the second page", async || lab.text().await.ok()?.contains("201 to 400 of 451").then_some(()))
            .await?;
        lab.press("Those after").await?;
        lab.wait("the last page", async || (items().await? == 51).then_some(())).await?;
        ensure!(!lab.find("button", "Those after").await?.is_enabled().await?, "there are no more");
        lab.press("Those before").await?;
        lab.wait("the page before", async || (items().await? == 200).then_some(())).await
    });
}

#[test]
fn the_rest_of_the_buttons_that_break_things() {
    visit("faults-rest", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        for (button, says) in [
            ("Delete every row", "ops ran DELETE FROM"),
            ("Lose a backup", "ops ran lose backup b1."),
            ("Lose the server", "ops ran lose primary."),
        ] {
            lab.press(button).await?;
            lab.region_saying("Workbench", &[says]).await.map_err(|error| format!("{button}: {error}"))?;
        }
        Ok(())
    });
}
