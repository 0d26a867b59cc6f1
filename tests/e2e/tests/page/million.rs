//! A million records: from how dense they lie to a single one with its name, and back, by buttons, keys and the wheel.

use pitr_e2e::{Lab, Outcome, Pointer, Setting, ensure, visit};
use thirtyfour::Key;

const PART: &str = "Part in sight";

/// How many records are in sight, as the picture says: its numbers have narrow spaces in them.
fn records(said: &str) -> u32 {
    let last = said.rsplit(", ").next().unwrap_or_default();
    last.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default()
}

/// Does something until another part is in sight, and says which.
async fn moved(lab: &Lab, act: impl AsyncFnOnce() -> Outcome) -> Outcome<String> {
    let before = lab.slider_text(PART).await?;
    act().await?;
    lab.wait("another part in sight", async || lab.slider_text(PART).await.ok().filter(|now| *now != before)).await
}

/// Turns the wheel with Ctrl at a share of the picture.
async fn wheel(lab: &Lab, share: f64, turn: i32) -> Outcome<String> {
    let script = "const canvas = document.querySelector('.deep-stage > canvas');
        const { left, top, width } = canvas.getBoundingClientRect();
        canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: arguments[1], ctrlKey: true,
            clientX: left + width * arguments[0], clientY: top + 120, bubbles: true, cancelable: true }))";
    moved(lab, async || {
        lab.script(script, vec![share.into(), turn.into()]).await?;
        Ok(())
    })
    .await
}

#[test]
fn from_all_of_them_to_one_that_has_a_name() {
    visit("million-near", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        lab.press("Open A million log records").await?;
        lab.wait_long("the run", async || lab.last_step().await.is_ok_and(|last| last > 1_000_000)).await?;
        lab.wait("all of it in sight", async || {
            (records(&lab.slider_text(PART).await.ok()?) > 1_000_000).then_some(())
        })
        .await?;
        let whole = lab.slider_text(PART).await?;
        // By the wheel, where the pointer is: into the night's middle.
        let mut seen = vec![records(&whole)];
        for _ in 0..5 {
            seen.push(records(&wheel(lab, 0.4, -240).await?));
        }
        // By the key.
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        for _ in 0..5 {
            seen.push(records(&moved(lab, async || lab.keys("+").await).await?));
        }
        ensure!(seen.windows(2).all(|pair| pair[1] < pair[0]), "fewer each time: {seen:?}");
        ensure!(seen[10] < 10_000, "a thousandth of them: {seen:?}");
        // The live line says where it came to rest, once.
        let part = lab.slider_text(PART).await?;
        let rested = "return document.querySelector('.deep [aria-live=polite]')?.textContent ?? ''";
        lab.wait("the line to say the part", async || {
            (lab.script(rested, Vec::new()).await.ok()? == part).then_some(())
        })
        .await?;
        // By the buttons, until there are a few.
        lab.press("LSN").await?;
        lab.slider_saying(PART, "0/").await?;
        for _ in 0..30 {
            if records(&lab.slider_text(PART).await?) <= 6 {
                break;
            }
            moved(lab, async || lab.press("Zoom in").await).await?;
        }
        let few = records(&lab.slider_text(PART).await?);
        ensure!((1..=6).contains(&few), "a few records: {few}");
        // Now each is one that can be pointed at, and says what it is.
        let named = lab.point_at(Pointer::Mouse, ", XID ").await?;
        ensure!(named.contains(" at 0/") || named.contains("shop"), "it has a name: {named}");
        // And all the way back.
        lab.press("Fit").await?;
        lab.press("Time").await?;
        lab.slider_saying(PART, &whole).await?;
        // The keyboard at the map goes to the ends.
        moved(lab, async || lab.press("Zoom in").await).await?;
        let map = lab.find("slider", PART).await?;
        let first = moved(lab, async || Ok(map.send_keys(Key::Home).await?)).await?;
        ensure!(first.starts_with("00:00:00"), "the beginning: {first}");
        let last = moved(lab, async || Ok(map.send_keys(Key::End).await?)).await?;
        ensure!(last.contains("23:59:50"), "the end: {last}");
        Ok(())
    });
}
