//! High contrast: wanted of the system, chosen by name, and with colours that the system forces.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};

/// Every text that is shown, with less contrast to what is behind it than 7:1. Backgrounds that are pictures are left out.
const DIM: &str = "
    const rgb = colour => { const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data] };
    const known = {};
    const of = colour => known[colour] ??= rgb(colour);
    const light = ([r, g, b]) => { const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b) };
    const behind = element => { for (let e = element; e; e = e.parentElement) {
        const c = of(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255] };
    const dim = [];
    for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode();) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('svg, option, :disabled, .visually-hidden, script, style')) continue;
        const [a, b] = [light(of(getComputedStyle(element).color)), light(behind(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 7) dim.push(`${ratio.toFixed(1)} ${element.className || element.tagName}: ${walker.currentNode.data.trim().slice(0, 40)}`);
    }
    return [...new Set(dim)].slice(0, 20)";

async fn nothing_is_dim(lab: &Lab, state: &str) -> Outcome {
    let dim = lab.script(DIM, Vec::new()).await?;
    ensure!(dim.as_array().is_some_and(Vec::is_empty), "{state}: less than 7:1: {dim}");
    Ok(())
}

/// The colour that most of the timeline's picture has, and how many others there are.
async fn painted(lab: &Lab) -> Outcome<Vec<String>> {
    let script = "const canvas = document.querySelector('.deep canvas[role=img]');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const count = new Map();
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) {
            const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
            count.set(colour, (count.get(colour) ?? 0) + 1);
        }
        return [...count].filter(([, times]) => times > 30).sort((a, b) => b[1] - a[1]).map(([colour]) => colour)";
    Ok(serde_json::from_value(lab.script(script, Vec::new()).await?)?)
}

#[test]
fn as_the_system_wants_more() {
    visit("contrast-more", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.recover_at_once().await?;
        let before = painted(lab).await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.system(theme, "prefers-contrast", "more").await?;
            lab.wait("the picture in other colours", async || (painted(lab).await.ok()? != before).then_some(()))
                .await?;
            nothing_is_dim(lab, theme.name()).await?;
            lab.shoot(&format!("contrast-more-{}", theme.name())).await?;
        }
        Ok(())
    });
}

#[test]
fn chosen_by_name() {
    visit("contrast-chosen", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.choose("Theme", "high contrast").await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.theme(theme).await?;
            nothing_is_dim(lab, theme.name()).await?;
        }
        lab.is_accessible("high contrast").await?;
        // It is remembered.
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        let worn = lab.script("return document.documentElement.dataset.theme", Vec::new()).await?;
        ensure!(worn == "contrast", "the page wears {worn} after it was loaded again");
        Ok(())
    });
}

#[test]
fn in_colours_that_the_system_forces() {
    visit("contrast-forced", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.recover_at_once().await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.system(theme, "forced-colors", "active").await?;
            let forced = lab.script("return matchMedia('(forced-colors: active)').matches", Vec::new()).await?;
            ensure!(forced == true, "the browser forces colours");
            // The picture has the system's colours alone: of its ink and ground, and what marks.
            let probe = "const e = document.createElement('i'); e.style.forcedColorAdjust = 'none'; document.body.append(e);
                const of = name => { e.style.color = name; return getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).join() };
                const all = ['Canvas', 'CanvasText', 'Highlight', 'HighlightText'].map(of); e.remove(); return all";
            let own: Vec<String> = serde_json::from_value(lab.script(probe, Vec::new()).await?)?;
            lab.wait("the picture in the system's ink", async || {
                let painted = painted(lab).await.ok()?;
                painted.first().is_some_and(|most| own.contains(most)).then_some(())
            })
            .await?;
            lab.shoot(&format!("contrast-forced-{}", theme.name())).await?;
        }
        // What is chosen can be told from what is not.
        let told = "const of = s => getComputedStyle(document.querySelector(s)).backgroundColor;
            return of('.segment:has(:checked)') !== of('.segment:not(:has(:checked))')";
        ensure!(lab.script(told, Vec::new()).await? == true, "the chosen kind of target stands out");
        Ok(())
    });
}
