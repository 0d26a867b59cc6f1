//! The keyboard is always seen: whatever Tab comes to shows it, is large enough, and is not hidden behind anything.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use serde_json::Value;
use thirtyfour::{By, Key};

/// What has the keyboard, and how it shows that: its styles and those of what is drawn around it, against without.
const LOOK: &str = "
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const name = `${element.tagName.toLowerCase()} ${element.id} \"${(element.ariaLabel || element.textContent || '').trim().slice(0, 50)}\"`;
    // The flag of a target's slider stands where the target is.
    const flags = element.type === 'range' ? element.closest('section').querySelectorAll('.target-flag') : [];
    const around = [element, element.closest('label'), element.nextElementSibling, element.parentElement, ...element.children, ...flags].filter(Boolean);
    const of = (style) => {
        const outline = style.outlineStyle === 'none' ? '' : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
        return [outline, style.boxShadow, style.borderColor, style.backgroundColor];
    };
    const looks = () => JSON.stringify(around.map((each) => of(getComputedStyle(each))));
    const box = (element.closest('label') ?? element).getBoundingClientRect();
    const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const hides = ['sticky', 'fixed'].includes(getComputedStyle(middle?.closest('.pointing, header, nav, .transport, .story') ?? document.body).position);
    // A word that explains itself is as high as its line.
    const inline = getComputedStyle(element).display === 'inline' || element.matches('[data-term]:not(h2, h3)');
    const seen = looks();
    element.blur();
    const unseen = looks();
    element.focus({ focusVisible: true, preventScroll: true });
    return { name, range: element.type === 'range', seen: seen !== unseen, inline, width: box.width, height: box.height,
        hidden: hides && !middle.contains(element) && !element.contains(middle) ? middle.className : '' }";

/// A slider's parts are drawn by the browser: only a picture tells.
async fn slider_is_seen(lab: &Lab) -> Outcome<bool> {
    let around = lab.driver.active_element().await?.find(By::XPath("../..")).await?;
    let focused = around.screenshot_as_png().await?;
    lab.script("window.left = document.activeElement; window.left.blur()", Vec::new()).await?;
    let unfocused = around.screenshot_as_png().await?;
    lab.script("window.left.focus({ focusVisible: true })", Vec::new()).await?;
    Ok(focused != unfocused)
}

/// Goes through all of the page by Tab; what is wrong, a line each, and how many places there were.
async fn walk(lab: &Lab) -> Outcome<(Vec<String>, usize)> {
    let begin =
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0)";
    lab.script(begin, Vec::new()).await?;
    let (mut faults, mut places) = (Vec::new(), 0);
    for _ in 0..1_000 {
        lab.keys(Key::Tab).await?;
        let found = lab.script(LOOK, Vec::new()).await?;
        if found == Value::Null {
            return Ok((faults, places));
        }
        places += 1;
        let name = found["name"].as_str().unwrap_or_default();
        if found["seen"] != true && !(found["range"] == true && slider_is_seen(lab).await?) {
            faults.push(format!("nobody sees that it has the keyboard: {name}"));
        }
        let (width, height) =
            (found["width"].as_f64().unwrap_or_default(), found["height"].as_f64().unwrap_or_default());
        if found["inline"] != true && (width < 23.5 || height < 23.5) {
            faults.push(format!("too small, {width}x{height}: {name}"));
        }
        if let Some(what) = found["hidden"].as_str().filter(|what| !what.is_empty()) {
            faults.push(format!("hidden behind {what}: {name}"));
        }
    }
    Err(format!("Tab never came to the end: {places} places").into())
}

/// The keyboard goes through all of the page.
async fn is_seen_everywhere(lab: &Lab) -> Outcome {
    lab.find("textbox", "Statement").await?;
    lab.charts_are_done().await?;
    let (faults, places) = walk(lab).await?;
    ensure!(places > 150, "all of the page, not {places} places of it");
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

#[test]
fn whatever_tab_comes_to_shows_it() {
    visit("focus", Setting::default(), async |lab| is_seen_everywhere(lab).await);
}

/// Where the target's flag is, in the window, which is so high.
async fn flag(lab: &Lab) -> Outcome<(f64, f64, f64)> {
    let script = "const flag = document.querySelector('.deep-stage .target-flag')?.getBoundingClientRect();
        return flag ? [flag.top, flag.bottom, innerHeight] : [-1, -1, 0]";
    Ok(serde_json::from_value(lab.script(script, Vec::new()).await?)?)
}

#[test]
fn the_flag_of_the_target_stays_in_sight_of_its_slider() {
    visit("focus-flag", Setting::default(), async |lab| {
        lab.size(320, 640).await?;
        lab.find("textbox", "Statement").await?;
        let in_sight = async || flag(lab).await.ok().filter(|(top, bottom, height)| *top >= 0.0 && bottom <= height);
        lab.tab_to("slider", "Recovery target").await?;
        lab.wait("the flag at the focus", in_sight).await?;
        // To the first place where it can stop, which lies a screen's height above, and back.
        lab.keys(Key::Home).await?;
        lab.wait("the flag at the beginning", in_sight).await?;
        lab.keys(Key::End).await?;
        lab.wait("the flag at the end", in_sight).await?;
        Ok(())
    });
}

#[test]
fn on_a_telephone_too() {
    visit("focus-narrow", Setting::default(), async |lab| {
        lab.size(320, 640).await?;
        is_seen_everywhere(lab).await
    });
}
