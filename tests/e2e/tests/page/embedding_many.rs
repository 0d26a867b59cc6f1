//! Many elements on a page, elements that come and go, how hosts are dressed, and attributes that say nothing.

use pitr_e2e::{ELEMENT_IS_READY, Lab, Outcome, Pages, Setting, Site, ensure, visit_host};
use serde_json::{Value, json};

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

const DEFINED: &str =
    "const done = arguments[arguments.length - 1]; customElements.whenDefined('pitr-lab').then(() => done())";

async fn open(lab: &Lab) -> Outcome {
    lab.goto("index.html").await?;
    lab.driver.execute_async(DEFINED, Vec::new()).await?;
    Ok(())
}

async fn alive(lab: &Lab) -> Outcome<u64> {
    let alive = lab.script("return customElements.get('pitr-lab').alive", Vec::new()).await?;
    let alive = alive.as_u64().ok_or("alive is no number")?;
    let tree = lab.cdp("Page.getFrameTree", json!({})).await?;
    let frames = tree["frameTree"]["childFrames"].as_array().map_or(0, Vec::len);
    ensure!(alive == frames as u64, "{alive} are alive, the browser has {frames} frames");
    Ok(alive)
}

async fn alive_are(lab: &Lab, what: &str, are: impl Fn(u64) -> bool) -> Outcome {
    lab.wait(what, async || alive(lab).await.ok().filter(|alive| are(*alive)).map(drop)).await
}

#[test]
fn a_hundred_come_and_go() {
    visit_host("embedding-hundred", Pages::Bare, WATCHED, async |lab| {
        open(lab).await?;
        let add = "for (let count = 0; count < 100; count += 1) document.getElementById('here').append(document.createElement('pitr-lab'))";
        lab.script(add, Vec::new()).await?;
        // Of a hundred on a page those near the window are alive.
        alive_are(lab, "some to be alive", |alive| (1..6).contains(&alive)).await?;
        lab.told("ready").await?;
        lab.script("document.querySelectorAll('pitr-lab').forEach(each => each.remove())", Vec::new()).await?;
        alive_are(lab, "none to be alive", |alive| alive == 0).await?;
        // One after the other, each with its frame, none near for long.
        let churn = "const done = arguments[0];
            const here = document.getElementById('here');
            const made = [];
            for (let count = 0; count < 100; count += 1) {
                const each = document.createElement('pitr-lab');
                here.append(each);
                each.wake();
                made.push(new WeakRef(each));
                each.remove();
            }
            window.made = made;
            done(customElements.get('pitr-lab').alive);";
        let left = lab.driver.execute_async(churn, Vec::new()).await?.json().clone();
        ensure!(left == 0 && alive(lab).await? == 0, "{left} are left");
        // What holds none of them is given back.
        lab.cdp("HeapProfiler.enable", json!({})).await?;
        lab.wait("all to be given back", async || {
            lab.cdp("HeapProfiler.collectGarbage", json!({})).await.ok()?;
            let held = lab.script("return made.filter(each => each.deref()).length", Vec::new()).await.ok()?;
            (held == 0).then_some(())
        })
        .await?;
        // Nor is there a worker of theirs.
        lab.wait("their workers to end", async || {
            let targets = lab.cdp("Target.getTargets", json!({ "filter": [{}] })).await.ok()?;
            let workers = targets["targetInfos"].as_array()?.iter().filter(|target| target["type"] == "worker").count();
            (workers == 0).then_some(())
        })
        .await
    });
}

#[test]
fn one_that_rests_keeps_its_place() {
    visit_host("embedding-rest", Pages::Bare, WATCHED, async |lab| {
        open(lab).await?;
        let add = "document.getElementById('here').innerHTML = '<pitr-lab id=a></pitr-lab><div style=\"height:9000px\"></div><pitr-lab id=b></pitr-lab>'";
        lab.script(add, Vec::new()).await?;
        lab.told("ready").await?;
        ensure!(alive(lab).await? == 1, "the one far down is not alive");
        lab.call("#a", "seek", vec![json!("02:31:00")]).await?;
        let done = lab.call("#a", "execute", vec![json!("restore point 'kept'")]).await?;
        let state = lab.call("#a", "state", Vec::new()).await?;
        // The address, which the place is kept by, follows when nothing moves.
        let follows = "return location.hash.length > 1 ? location.hash.slice(1) : ''";
        lab.wait("the link to follow", async || {
            (lab.in_frame("#a", follows).await.ok()?.as_str()? == state["link"].as_str()?).then_some(())
        })
        .await?;
        lab.script("window.told = []; scrollTo(0, document.body.scrollHeight)", Vec::new()).await?;
        lab.told("ready").await?;
        alive_are(lab, "the first to rest", |alive| alive == 1).await?;
        let still = "const root = document.getElementById('a').shadowRoot; return [root.querySelector('iframe') === null, root.querySelector('.still').checkVisibility({ visibilityProperty: true })]";
        let still = lab.script(still, Vec::new()).await?;
        ensure!(still == json!([true, true]), "its still is back: {still}");
        lab.script("window.told = []; scrollTo(0, 0)", Vec::new()).await?;
        lab.told("ready").await?;
        let back = lab.call("#a", "state", Vec::new()).await?;
        ensure!(back["steps"] == done["steps"] && back["step"] == state["step"], "{back} was {state}");
        Ok(())
    });
}

async fn wears(lab: &Lab, theme: &str, host: &str) -> Outcome {
    lab.wait(&format!("{theme} in {host}"), async || {
        let worn = lab.in_frame("pitr-lab", "return document.documentElement.dataset.theme").await.ok()?;
        (worn == theme).then_some(())
    })
    .await
}

#[test]
fn it_dresses_as_its_host() {
    visit_host("embedding-themes", Pages::Bare, WATCHED, async |lab| {
        open(lab).await?;
        lab.script("document.getElementById('here').innerHTML = '<pitr-lab view=timeline></pitr-lab>'", Vec::new())
            .await?;
        lab.told("ready").await?;
        wears(lab, "light", "a page as the system is").await?;
        let reset = "document.documentElement.className = ''; delete document.documentElement.dataset.theme;
            delete document.body.dataset.theme; delete document.body.dataset.mdColorScheme;";
        for (host, script, theme) in [
            ("mdBook", "document.documentElement.className = 'coal js'", "dark"),
            ("mdBook, light", "document.documentElement.className = 'rust js'", "light"),
            ("MkDocs Material", "document.body.dataset.mdColorScheme = 'slate'", "dark"),
            ("MkDocs Material, light", "document.body.dataset.mdColorScheme = 'default'", "light"),
            ("Docusaurus", "document.documentElement.dataset.theme = 'dark'", "dark"),
            ("Docusaurus, light", "document.documentElement.dataset.theme = 'light'", "light"),
            ("Sphinx Furo", "document.body.dataset.theme = 'dark'", "dark"),
            ("Sphinx Furo, auto", "document.body.dataset.theme = 'auto'", "light"),
        ] {
            lab.script(&format!("{reset} {script}"), Vec::new()).await?;
            wears(lab, theme, host).await?;
        }
        lab.theme(pitr_e2e::Theme::Dark).await?;
        wears(lab, "dark", "a page as the system is").await?;
        lab.script("document.querySelector('pitr-lab').setAttribute('theme', 'contrast')", Vec::new()).await?;
        wears(lab, "contrast", "a page that says so").await
    });
}

#[test]
fn a_bad_attribute_is_told_and_the_lab_opens() {
    visit_host("embedding-attributes", Pages::Bare, WATCHED, async |lab| {
        open(lab).await?;
        let add = "document.getElementById('here').innerHTML = '<pitr-lab view=moon height=tall theme=pink seed=x src=\"<b>\"></pitr-lab>'";
        lab.script(add, Vec::new()).await?;
        let said = lab
            .script(
                "return document.querySelector('pitr-lab').shadowRoot.querySelector('[role=alert]').innerText",
                Vec::new(),
            )
            .await?;
        for words in
            ["view=\"moon\"", "height=\"tall\"", "theme=\"pink\"", "seed=\"x\"", "src=\"<b>\"", "lab, timeline"]
        {
            ensure!(said.as_str().is_some_and(|said| said.contains(words)), "{said} has {words}");
        }
        let error = lab.told("error").await?;
        ensure!(error["code"] == "attribute", "{error}");
        lab.told("ready").await?;
        lab.shoot_top("embedding-attributes", 1440, 1000).await?;
        // What is set right is right.
        let set = "const lab = document.querySelector('pitr-lab'); window.told = [];
            for (const name of ['height', 'theme', 'seed', 'src']) lab.removeAttribute(name);
            lab.setAttribute('view', 'timeline'); lab.setAttribute('scenario', 'no-such-thing');
            window.told = [];
            return lab.shadowRoot.querySelector('[role=alert]').innerText";
        let said = lab.script(set, Vec::new()).await?;
        ensure!(said == "", "{said}");
        // Only the lab knows which scenarios there are; it says so in its place.
        let error = lab.told("error").await?;
        ensure!(error["code"] == "no_such_scenario", "{error}");
        let text = lab.in_frame("pitr-lab", "return document.getElementById('embedded').innerText").await?;
        ensure!(text.as_str().is_some_and(|text| text.contains("no-such-thing")), "{text}");
        // Styles leak neither in nor out.
        let leaks = "const style = document.createElement('style');
            style.textContent = 'iframe, figure, .box { display: none !important } p { color: rgb(1, 2, 3) }';
            document.head.append(style);
            const root = document.querySelector('pitr-lab').shadowRoot;
            return [getComputedStyle(root.querySelector('iframe')).display, getComputedStyle(root.querySelector('.wrong')).color, getComputedStyle(document.querySelector('h1')).borderTopStyle]";
        let leaks = lab.script(leaks, Vec::new()).await?;
        ensure!(leaks == json!(["block", "rgb(23, 26, 33)", "none"]), "{leaks}");
        Ok(())
    });
}

#[test]
fn without_a_script_its_own_words_are_there() {
    visit_host("embedding-words", Pages::Examples, Setting::default(), async |lab| {
        lab.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
        lab.goto("v1/examples/element.html").await?;
        let document = lab.cdp("DOM.getDocument", json!({ "depth": 0 })).await?;
        let words = json!({ "nodeId": document["root"]["nodeId"], "selector": "pitr-lab p" });
        let words = lab.cdp("DOM.querySelector", words).await?;
        let shown = lab.cdp("DOM.getBoxModel", json!({ "nodeId": words["nodeId"] })).await?;
        ensure!(shown["model"]["height"].as_f64() > Some(10.0), "its words can be read: {shown}");
        lab.shoot_top("embedding-no-script", 1440, 900).await?;
        lab.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await?;
        let none: Value = lab.script("return 0", Vec::new()).await?;
        ensure!(none == 0, "the browser goes on");
        Ok(())
    });
}
