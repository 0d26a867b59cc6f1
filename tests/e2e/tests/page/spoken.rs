//! Who listens to the page is not flooded: while it plays a sentence a second, while it is scrubbed where it came to rest.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use serde_json::Value;

/// Notes every text that comes into a live region, and when.
const LISTEN: &str = "window.spoken = [];
    const last = new Map();
    const live = '[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]';
    const heard = (changes) => {
        for (const { target } of changes) {
            const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
            const region = element?.closest(live);
            const text = region?.textContent.trim() ?? '';
            if (!region || text === last.get(region)) continue;
            last.set(region, text);
            const part = `${region.className} in ${region.parentElement.closest('[class]')?.className}`;
            if (text) window.spoken.push([performance.now(), part, text]);
        }
    };
    new MutationObserver(heard).observe(document.body, { subtree: true, childList: true, characterData: true });
    window.began = performance.now();";

/// A text that was spoken: when, in which part of the page, and what.
type Said = (f64, String, String);

async fn listen(lab: &Lab) -> Outcome {
    lab.slider_saying("Part in sight", "record").await?;
    lab.script(LISTEN, Vec::new()).await?;
    Ok(())
}

/// What has been said, and how long was listened, in seconds.
async fn said(lab: &Lab) -> Outcome<(Vec<Said>, f64)> {
    let answer = lab.script("return [window.spoken, (performance.now() - window.began) / 1000]", Vec::new()).await?;
    Ok(serde_json::from_value(answer)?)
}

#[test]
fn a_sentence_a_second_while_it_plays() {
    visit("spoken-playing", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        lab.choose("Speed", "4").await?;
        lab.press("Play").await?;
        lab.wait("it to play", async || {
            let at = lab.slider("Position").await.ok()?;
            (at > 2 && at < lab.last_step().await.ok()?).then_some(())
        })
        .await?;
        listen(lab).await?;
        let from = lab.slider("Position").await?;
        lab.wait("a few seconds", async || said(lab).await.ok().filter(|(_, seconds)| *seconds > 4.0)).await?;
        let to = lab.slider("Position").await?;
        let (spoken, seconds) = said(lab).await?;
        let story: Vec<&Said> = spoken.iter().filter(|one| one.1.ends_with(" in story")).collect();
        ensure!(to > from + 8, "it plays on: {from} to {to}");
        ensure!(!story.is_empty(), "it says where it is");
        ensure!((story.len() as f64) <= seconds + 2.0, "{} sentences in {seconds} s: {story:#?}", story.len());
        ensure!((spoken.len() as f64) <= 2.0 * seconds + 2.0, "{} in all in {seconds} s: {spoken:#?}", spoken.len());
        let apart = story.windows(2).map(|two| two[1].0 - two[0].0).fold(f64::MAX, f64::min);
        ensure!(apart > 700.0, "two sentences are {apart} ms apart");
        Ok(())
    });
}

#[test]
fn scrubbing_says_where_it_came_to_rest() {
    visit("spoken-scrubbing", Setting::default(), async |lab| {
        listen(lab).await?;
        // A hand on the slider, a place a frame.
        let scrub = "const slider = document.querySelector('input[aria-label=Position]');
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
            const last = Number(slider.max);
            let moves = 0;
            window.scrubbed = null;
            const move = () => {
                const now = document.querySelector('input[aria-label=Position]');
                set.call(now, String(last - 2 - moves));
                now.dispatchEvent(new InputEvent('input', { bubbles: true }));
                if (++moves < 60) requestAnimationFrame(move);
                else window.scrubbed = moves;
            };
            requestAnimationFrame(move);";
        let last = lab.last_step().await?;
        lab.script(scrub, Vec::new()).await?;
        lab.wait("the hand to rest", async || {
            lab.script("return window.scrubbed", Vec::new()).await.ok().filter(|moves| *moves != Value::Null)
        })
        .await?;
        let rest = last - 2 - 59;
        lab.wait("the place", async || lab.slider("Position").await.ok().filter(|at| *at == rest)).await?;
        // The place where it rests is the last that is said.
        let came = lab.slider_text("Position").await?;
        let story = async || {
            let (spoken, _) = said(lab).await.ok()?;
            let story: Vec<Said> = spoken.into_iter().filter(|one| one.1.ends_with(" in story")).collect();
            let is_at_rest = lab.script("return performance.now()", Vec::new()).await.ok()?.as_f64()? - story.last()?.0;
            (is_at_rest > 600.0).then_some(story)
        };
        let story = lab.wait("where it came to rest", story).await?;
        let sentence = story.last().map(|one| one.2.clone()).unwrap_or_default();
        let who = came.rsplit(", ").next().and_then(|what| what.split(' ').next()).unwrap_or_default();
        ensure!(sentence.contains(who), "it is said where it came to rest, {came:?}: {sentence:?}");
        ensure!(story.len() <= 15, "{} sentences for 60 moves: {story:#?}", story.len());
        let (spoken, _) = said(lab).await?;
        ensure!(spoken.len() <= 20, "{} in all for 60 moves: {spoken:#?}", spoken.len());
        Ok(())
    });
}
