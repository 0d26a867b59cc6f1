//! A real pointer on the timeline: it drags the target's line, moves the place along, and moves the part in sight.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use serde_json::json;
use thirtyfour::Key;

const PART: &str = "Part in sight";
const ROWS: &str = "What it would do to the rows there are now";

type Point = (f64, f64);

/// Waits until the study has the picture, and brings all of it onto the screen.
async fn deep(lab: &Lab) -> Outcome {
    lab.slider_saying(PART, "record").await?;
    lab.script("document.querySelector('.deep-stage').scrollIntoView({ block: 'center' })", Vec::new()).await?;
    Ok(())
}

/// The mouse does this at a point of the screen.
async fn mouse(lab: &Lab, kind: &str, (x, y): Point) -> Outcome {
    let buttons = u8::from(kind != "mouseReleased");
    let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
    lab.cdp("Input.dispatchMouseEvent", event).await?;
    Ok(())
}

async fn press_at(lab: &Lab, at: Point) -> Outcome {
    mouse(lab, "mousePressed", at).await
}

async fn move_to(lab: &Lab, at: Point) -> Outcome {
    mouse(lab, "mouseMoved", at).await
}

async fn release_at(lab: &Lab, at: Point) -> Outcome {
    mouse(lab, "mouseReleased", at).await
}

/// A point that a script finds.
async fn point(lab: &Lab, what: &str, script: &str) -> Outcome<Point> {
    lab.wait(what, async || serde_json::from_value(lab.script(script, Vec::new()).await.ok()?).ok()).await
}

/// Where the target's line can be taken hold of.
async fn on_the_line(lab: &Lab) -> Outcome<Point> {
    let script =
        "const { left, width, top, bottom } = document.querySelector('.deep .target-line').getBoundingClientRect();
        for (let y = top + 2; y < bottom; y += 4)
            if (document.elementFromPoint(left + width / 2, y)?.closest('.target-line')) return [left + width / 2, y];
        return null;";
    point(lab, "the target's line to take hold of", script).await
}

/// A point of the picture, so far along it, where nothing lies over it: among the lanes, or on the axis above them.
async fn on_the_picture(lab: &Lab, share: f64, among_lanes: bool) -> Outcome<Point> {
    let script = format!(
        "const canvas = document.querySelector('.deep-stage > canvas');
        const {{ left, width, top, height }} = canvas.getBoundingClientRect();
        const x = Math.round(left + width * {share});
        for (let y = Math.round(top + ({among_lanes} ? height * 0.4 : 6)); y < top + height; y += 3)
            if (document.elementFromPoint(x, y) === canvas) return [x, y];
        return null;"
    );
    point(lab, "a free place of the picture", &script).await
}

/// What stands on the target's flag.
async fn flag(lab: &Lab) -> Option<String> {
    let script = "return document.querySelector('.deep .target-flag')?.textContent ?? ''";
    Some(lab.script(script, Vec::new()).await.ok()?.as_str()?.to_owned())
}

/// Moves the pointer on until the flag says a time of this span.
async fn drag_to(lab: &Lab, at: &mut Point, by: f64, span: [&str; 2]) -> Outcome<String> {
    let mut seen = flag(lab).await.unwrap_or_default();
    for _ in 0..120 {
        at.0 += by;
        move_to(lab, *at).await?;
        seen = lab.wait("the flag to go along", async || flag(lab).await.filter(|now| *now != seen)).await?;
        if span[0] <= seen.as_str() && seen.as_str() < span[1] {
            return Ok(seen);
        }
    }
    Err(format!("the flag does not come to {span:?}: it says {seen:?}").into())
}

async fn rows_are(lab: &Lab, words: &str) -> Outcome {
    let rows = async || lab.rows(ROWS).await.map(|rows| rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>());
    let are = async || (rows().await.ok()?.join(", ") == words).then_some(());
    match lab.wait(&format!("the rows to be {words}"), are).await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error}; they are {:?}", rows().await?).into()),
    }
}

async fn is_held(lab: &Lab) -> Outcome<bool> {
    Ok(lab.script("return !!document.querySelector('.deep .target-line.is-dragged')", Vec::new()).await? == true)
}

#[test]
fn the_target_is_dragged_and_the_cut_goes_along() {
    visit("drag-target", Setting::default(), async |lab| {
        deep(lab).await?;
        let mut at = on_the_line(lab).await?;
        press_at(lab, at).await?;
        // Between the commits of 02:30 and 02:35, the pointer still down.
        let early = drag_to(lab, &mut at, -12.0, ["02:30:01", "02:35:00"]).await?;
        lab.region_saying("Recover", &["XID 107", "last in", "XID 109", "first out"]).await?;
        rows_are(lab, "orders 7 0 4 0, users 0 9 0 0").await?;
        ensure!(lab.typed("Target").await? == early, "the field says what the flag says, {early}");
        lab.slider_saying("Recovery target", &early).await?;
        ensure!(is_held(lab).await?, "it is not let go yet");
        // And behind the damage.
        let late = drag_to(lab, &mut at, 12.0, ["03:00:01", "03:04:10"]).await?;
        lab.region_saying("Recover", &["XID 113", "last in", "XID 114", "first out"]).await?;
        rows_are(lab, "orders 9 0 2 0, users 0 0 0 0").await?;
        ensure!(is_held(lab).await?, "it is held all along");
        release_at(lab, at).await?;
        lab.wait("it to be let go", async || is_held(lab).await.ok().filter(|held| !held)).await?;
        // The pointer goes on, the target does not.
        for _ in 0..5 {
            at.0 -= 40.0;
            move_to(lab, at).await?;
        }
        ensure!(lab.typed("Target").await? == late, "it stays where it was let go: {late}");
        ensure!(!lab.has_table("users recovered").await?, "nothing was run");
        Ok(())
    });
}

#[test]
fn the_picture_is_dragged_to_another_moment() {
    visit("drag-place", Setting::default(), async |lab| {
        deep(lab).await?;
        let (part, last) = (lab.slider_text(PART).await?, lab.last_step().await?);
        let place = async || lab.slider("Position").await;
        let earlier =
            async |than: u32| lab.wait("an earlier place", async || place().await.ok().filter(|now| *now < than)).await;
        // From one place to the other without letting go.
        let mut at = on_the_picture(lab, 0.8, true).await?;
        press_at(lab, at).await?;
        let mut before = last;
        for _ in 0..4 {
            at.0 -= 120.0;
            move_to(lab, at).await?;
            before = earlier(before).await?;
        }
        let there = before;
        at.0 += 240.0;
        move_to(lab, at).await?;
        let back = lab.wait("a later place", async || place().await.ok().filter(|now| *now > there)).await?;
        release_at(lab, at).await?;
        at.0 -= 300.0;
        move_to(lab, at).await?;
        ensure!(lab.slider_text(PART).await? == part, "all of it stays in sight");
        // The place has been left where the pointer let it go.
        ensure!(place().await? == back, "it is let go");
        // A press that does not move goes there, too.
        let at = on_the_picture(lab, 0.3, true).await?;
        press_at(lab, at).await?;
        release_at(lab, at).await?;
        earlier(there).await?;
        Ok(())
    });
}

#[test]
fn near_by_the_axis_moves_the_place_and_the_lanes_move_the_part() {
    visit("drag-near", Setting::default(), async |lab| {
        deep(lab).await?;
        for _ in 0..2 {
            let before = lab.slider_text(PART).await?;
            lab.press("Zoom in").await?;
            let other = async || lab.slider_text(PART).await.ok().filter(|now| *now != before);
            lab.wait("a nearer part", other).await?;
        }
        deep(lab).await?;
        let (part, last) = (lab.slider_text(PART).await?, lab.slider("Position").await?);
        let mut at = on_the_picture(lab, 0.6, false).await?;
        press_at(lab, at).await?;
        let moved = async |from: u32| lab.slider("Position").await.ok().filter(|now| *now < from);
        let first = lab.wait("the place under the pointer", async || moved(last).await).await?;
        at.0 -= 250.0;
        move_to(lab, at).await?;
        let second = lab.wait("a place before it", async || moved(first).await).await?;
        release_at(lab, at).await?;
        ensure!(lab.slider_text(PART).await? == part, "the axis moves no part");
        let mut at = on_the_picture(lab, 0.4, true).await?;
        press_at(lab, at).await?;
        for _ in 0..4 {
            at.0 += 50.0;
            move_to(lab, at).await?;
        }
        let earlier = async || lab.slider_text(PART).await.ok().filter(|now| *now < part);
        lab.wait("an earlier part", earlier).await?;
        release_at(lab, at).await?;
        ensure!(lab.slider("Position").await? == second, "the lanes move no place");
        Ok(())
    });
}

/// From where to where there is ink on the minimap's mark, as shares of its width, and how much red is where it is thickest.
async fn marked(lab: &Lab) -> Outcome<(f64, f64, u8)> {
    let script = "const canvas = document.querySelector('canvas.deep-map-mark');
        const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const inked = [...Array(width).keys()].filter((x) =>
            [...Array(height).keys()].some((y) => data[4 * (y * width + x) + 3] > 0));
        let [most, red] = [0, 0];
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] > most) [most, red] = [data[at + 3], data[at]];
        return [inked[0] / width, (inked.at(-1) + 1) / width, red]";
    Ok(serde_json::from_value(lab.script(script, Vec::new()).await?)?)
}

#[test]
fn the_minimap_marks_where_we_are() {
    visit("drag-map-mark", Setting::default(), async |lab| {
        deep(lab).await?;
        // Along the clock: the run begins at the first step and ends with the last.
        let slider = lab.find("slider", "Position").await?;
        let (mut before, mut ink) = (-1.0, 0);
        for (key, from, to) in [(Key::Home, 0.0, 0.02), (Key::PageUp, 0.0, 0.9), (Key::End, 0.9, 1.0)] {
            slider.send_keys(key).await?;
            let there = async || {
                let (first, last, red) = marked(lab).await.ok()?;
                // One upright and nothing of the last.
                (first > before && last - first < 0.005 && from <= first && last <= to).then_some((first, red))
            };
            (before, ink) = lab.wait(&format!("one mark between {from} and {to}, right of {before}"), there).await?;
        }
        lab.theme(pitr_e2e::Theme::Dark).await?;
        let there = async || {
            let (first, last, red) = marked(lab).await.ok()?;
            (first == before && last - first < 0.005 && red > ink + 100).then_some(())
        };
        lab.wait("the mark in light ink at the same place", there).await
    });
}

#[test]
fn the_minimap_is_clicked_and_dragged() {
    visit("drag-map", Setting::default(), async |lab| {
        deep(lab).await?;
        let whole = lab.slider_text(PART).await?;
        let on_the_map = async |share: f64| {
            let script = format!(
                "const map = document.querySelector('.deep-map');
                map.scrollIntoView({{ block: 'center' }});
                const {{ left, top, width, height }} = map.getBoundingClientRect();
                return [left + width * {share}, top + height / 2];"
            );
            point(lab, "the minimap", &script).await
        };
        let middle = async || {
            let now =
                lab.script("return document.querySelector('.deep-window').ariaValueNow", Vec::new()).await.ok()?;
            now.as_str()?.parse::<f64>().ok()
        };
        let middle_at = async |wanted: f64| {
            let near = async || middle().await.filter(|now| (now - wanted).abs() <= 2.0);
            lab.wait(&format!("the middle of the part at {wanted}%"), near).await
        };
        let place = lab.slider("Position").await?;
        // A click brings what lies there into the middle, nearer.
        let at = on_the_map(0.3).await?;
        press_at(lab, at).await?;
        release_at(lab, at).await?;
        middle_at(30.0).await?;
        let near = lab.slider_text(PART).await?;
        ensure!(near != whole, "a part of it: {near}");
        let wide = "return document.querySelector('.deep-window').style.inlineSize";
        let width = lab.script(wide, Vec::new()).await?;
        // Another click goes there as near as it was.
        let mut at = on_the_map(0.7).await?;
        press_at(lab, at).await?;
        middle_at(70.0).await?;
        // And held it goes along.
        for wanted in [60.0, 50.0, 40.0] {
            at = on_the_map(wanted / 100.0).await?;
            move_to(lab, at).await?;
            middle_at(wanted).await?;
        }
        release_at(lab, at).await?;
        // Taken hold of beside its middle it does not jump.
        let (from, to) = (on_the_map(0.43).await?, on_the_map(0.63).await?);
        press_at(lab, from).await?;
        move_to(lab, to).await?;
        middle_at(60.0).await?;
        release_at(lab, to).await?;
        move_to(lab, from).await?;
        middle_at(60.0).await?;
        ensure!(lab.script(wide, Vec::new()).await? == width, "it stays as near as it was");
        ensure!(lab.slider("Position").await? == place, "looking somewhere is no going there");
        Ok(())
    });
}
