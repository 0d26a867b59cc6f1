//! The edges of embedding: attributes that change or are absurd, elements that nobody sees yet, and what is asked of a lab that is not there yet,
//! is asked much at once, or has gone.

use pitr_e2e::{ELEMENT_IS_READY, Lab, Outcome, Pages, Setting, Site, ensure, visit_host};
use serde_json::{Value, json};

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

/// Puts an element into an empty page.
async fn put(lab: &Lab, element: &str) -> Outcome {
    lab.goto("index.html").await?;
    let put = "const [html, done] = arguments;
        customElements.whenDefined('pitr-lab').then(() => { document.getElementById('here').innerHTML = html; done(); });";
    lab.driver.execute_async(put, vec![element.into()]).await?;
    Ok(())
}

/// Waits until a script in the lab's frame returns true.
async fn in_lab(lab: &Lab, what: &str, script: &str) -> Outcome {
    let look = async || (lab.in_frame("pitr-lab", script).await.ok()? == true).then_some(());
    lab.wait(what, look).await
}

/// Sets attributes, `null` takes one away, and waits until the lab is ready again.
async fn set(lab: &Lab, attributes: Value) -> Outcome<Value> {
    let set = "window.told = [];
        const lab = document.querySelector('pitr-lab');
        for (const [name, value] of Object.entries(arguments[0])) value === null ? lab.removeAttribute(name) : lab.setAttribute(name, value);";
    lab.script(set, vec![attributes]).await?;
    lab.told("ready").await
}

#[test]
fn what_an_attribute_says_later_is_shown() {
    visit_host("embedding-changes", Pages::Bare, WATCHED, async |lab| {
        put(lab, "<pitr-lab view=timeline></pitr-lab>").await?;
        let first = lab.told("ready").await?;
        let other = set(lab, json!({ "scenario": "quiz-same-second" })).await?;
        ensure!(other["title"] != first["title"], "{other}");
        let placed = set(lab, json!({ "scenario": null, "at": "02:40" })).await?;
        ensure!(placed["title"] == first["title"] && placed["time"] == "02:40:00", "{placed}");
        set(lab, json!({ "target": "xid 110", "view": "recover" })).await?;
        in_lab(lab, "the target", "return document.querySelector('.recover')?.checkVisibility() && [...document.querySelectorAll('.recover input')].some(each => each.value === '110')").await?;
        // Where it stands is a link, which another page can have as `src`.
        let state = lab.call("pitr-lab", "state", Vec::new()).await?;
        let link = state["link"].as_str().unwrap_or_default().to_owned();
        set(lab, json!({ "view": "lesson", "lesson": "forks", "target": null, "at": null })).await?;
        in_lab(lab, "the lesson", "return document.querySelector('aside')?.innerText.includes('Forks') ?? false")
            .await?;
        set(lab, json!({ "view": "question", "lesson": null, "question": "ideas/gap", "seed": "3" })).await?;
        in_lab(lab, "the question", "return document.querySelector('.question')?.dataset.seed === '3'").await?;
        set(lab, json!({ "seed": "4" })).await?;
        in_lab(lab, "the other seed", "return document.querySelector('.question')?.dataset.seed === '4'").await?;
        let src = format!("https://elsewhere.example/lab/#{link}");
        let of_link =
            set(lab, json!({ "view": null, "question": null, "seed": null, "src": src, "at": "02:50" })).await?;
        ensure!(of_link["time"] == "02:50:00", "what the page says goes before what the link says: {of_link}");
        let of_link = set(lab, json!({ "at": null })).await?;
        ensure!(of_link["time"] == "02:40:00", "ready tells where the link leads: {of_link}");
        // All of them at once are one change, and dress and height are none.
        let same = "const lab = document.querySelector('pitr-lab');
            window.frame = lab.shadowRoot.querySelector('iframe');
            lab.setAttribute('theme', 'dark'); lab.setAttribute('height', '400');";
        lab.script(same, Vec::new()).await?;
        in_lab(lab, "the dark", "return document.documentElement.dataset.theme === 'dark'").await?;
        let kept = "const root = document.querySelector('pitr-lab').shadowRoot;
            return [root.querySelector('iframe') === window.frame, root.querySelector('.box').offsetHeight]";
        let kept = lab.script(kept, Vec::new()).await?;
        ensure!(kept == json!([true, 400]), "it is the same frame: {kept}");
        Ok(())
    });
}

#[test]
fn a_link_that_is_damaged_and_a_language_that_is_not_spoken() {
    visit_host("embedding-damaged", Pages::Bare, WATCHED, async |lab| {
        put(lab, "<pitr-lab src=1.AAAA lang=xx></pitr-lab>").await?;
        let ready = lab.told("ready").await?;
        ensure!(ready["time"] == "03:10:00", "the lab goes on with its own run: {ready}");
        let told =
            lab.script("return window.told.map(([kind, detail]) => [kind, detail.code ?? ''])", Vec::new()).await?;
        let told: Vec<(String, String)> = serde_json::from_value(told)?;
        let errors: Vec<&str> =
            told.iter().take_while(|(kind, _)| kind == "error").map(|(_, code)| code.as_str()).collect();
        ensure!(errors == ["embed_lang", "link_damaged"], "each is told once, before it is ready: {told:?}");
        ensure!(told.iter().filter(|(kind, _)| kind == "error").count() == 2, "{told:?}");
        in_lab(
            lab,
            "both in place",
            "const said = document.querySelector('#embedded [role=alert]')?.innerText ?? '';
            return said.includes('“xx”') && said.includes('English') && said.split('\\n').filter(Boolean).length === 2",
        )
        .await?;
        in_lab(lab, "English", "return document.body.innerText.includes('What do you restore')").await?;
        // Its country does not matter.
        set(lab, json!({ "src": null, "lang": "en-GB" })).await?;
        in_lab(lab, "nothing to be wrong", "return document.querySelector('#embedded [role=alert]') === null").await
    });
}

#[test]
fn heights_that_are_absurd() {
    visit_host("embedding-heights", Pages::Bare, WATCHED, async |lab| {
        put(lab, "<pitr-lab view=timeline></pitr-lab>").await?;
        lab.told("ready").await?;
        let high = "const [height] = arguments;
            const lab = document.querySelector('pitr-lab');
            lab.setAttribute('height', height);
            return [lab.shadowRoot.querySelector('.box').offsetHeight, lab.shadowRoot.querySelector('[role=alert]').innerText.length > 0]";
        for height in
            ["0", "119", "4001", "99999999999999999999", "-300", "1e3", "100%", "50vh", "300.5", "NaN", "тысяча"]
        {
            let told = lab.script(high, vec![height.into()]).await?;
            ensure!(told == json!([620, true]), "{height}: as its view is, and told: {told}");
        }
        for (height, is) in [("120", 120), ("4000", 4000), ("", 620)] {
            let told = lab.script(high, vec![height.into()]).await?;
            ensure!(told == json!([is, false]), "{height}: {told}");
        }
        let told = lab.script(high, vec!["auto".into()]).await?;
        ensure!(told[1] == false, "{told}");
        // What every object has by itself is no view.
        let view = "const lab = document.querySelector('pitr-lab');
            lab.removeAttribute('height');
            lab.setAttribute('view', 'constructor');
            return [lab.shadowRoot.querySelector('.box').offsetHeight, lab.shadowRoot.querySelector('[role=alert]').innerText]";
        let told = lab.script(view, Vec::new()).await?;
        ensure!(told[0] == 860 && told[1].as_str().is_some_and(|said| said.contains("\"constructor\"")), "{told}");
        Ok(())
    });
}

#[test]
fn where_nobody_sees_it_yet() {
    visit_host("embedding-hidden", Pages::Bare, WATCHED, async |lab| {
        // In a part that is hidden, and far down in a part that scrolls by itself.
        put(lab, "<div id=hidden hidden><pitr-lab id=a view=timeline></pitr-lab></div>
            <div id=scroller style='height:500px;overflow:auto'><div style='height:6000px'></div><pitr-lab id=b view=timeline></pitr-lab></div>").await?;
        let alive = "const done = arguments[0]; setTimeout(() => done(customElements.get('pitr-lab').alive), 400)";
        let none = lab.driver.execute_async(alive, Vec::new()).await?.json().clone();
        ensure!(none == 0, "{none} are alive");
        // Whoever asks one is answered all the same, or told why not.
        let state = lab.call("#b", "state", Vec::new()).await?;
        ensure!(state["time"] == "03:10:00", "{state}");
        let only = "return customElements.get('pitr-lab').alive";
        lab.wait("it to rest again", async || (lab.script(only, Vec::new()).await.ok()? == 0).then_some(())).await?;
        lab.script("window.told = []; document.getElementById('hidden').hidden = false", Vec::new()).await?;
        lab.told("ready").await?;
        let asked = lab.call("#a", "seek", vec![json!("02:40")]).await?;
        ensure!(asked["time"] == "02:40:00", "{asked}");
        lab.script("window.told = []; document.getElementById('scroller').scrollTop = 99999", Vec::new()).await?;
        lab.told("ready").await?;
        let sized = lab.in_frame("#a", "return document.querySelector('.timeline-card').offsetWidth > 300").await?;
        ensure!(sized == true, "what was hidden has its width");
        Ok(())
    });
}

#[test]
fn no_promise_waits_for_ever() {
    visit_host("embedding-asks", Pages::Bare, WATCHED, async |lab| {
        put(lab, "").await?;
        let ask = "const done = arguments[0];
            const lab = document.createElement('pitr-lab');
            lab.id = 'lab';
            const say = (promise) => promise.then(() => 'done', ({ code, message }) => `${code}: ${message}`);
            const order = [];
            lab.addEventListener('ready', () => order.push('ready'));
            (async () => {
                const out = [await say(lab.state()), await say(lab.load('worked-example'))];
                document.getElementById('here').append(lab);
                // Before it is ready, and all at once.
                const asked = [lab.state(), lab.seek('02:40'), lab.digest(), lab.execute('frobnicate'), lab.recover('02:55:00'), lab.load({ scenario: 'quiz-same-second' }),
                    lab.load(), lab.load({ script: () => 1 }), lab.execute(Symbol.iterator), lab.seek(NaN), lab.seek(-1), lab.seek(1e300), lab.recover({})];
                const all = await Promise.all(asked.map((promise, at) => say(promise).then((said) => (order.push(at), said))));
                // A hundred may wait; whoever is too many is told.
                const many = await Promise.all(Array.from({ length: 130 }, () => say(lab.state())));
                const taken = say(lab.recover('02:30:00'));
                lab.remove();
                done({ out, all, order, many: [many.filter((said) => said === 'done').length, many.filter((said) => said.startsWith('busy: ')).length], taken: await taken, after: await say(lab.digest()) });
            })();";
        let told = lab.driver.execute_async(ask, Vec::new()).await?.json().clone();
        let says = |value: &Value, begin: &str| {
            value.as_str().is_some_and(|said| said.starts_with(begin) && said.len() > begin.len() + 5)
        };
        ensure!(says(&told["out"][0], "removed: ") && says(&told["out"][1], "removed: "), "{told}");
        for (at, begin) in [
            "done",
            "done",
            "done",
            "unknown_verb: ",
            "done",
            "done",
            "malformed: ",
            "malformed: ",
            "malformed: ",
            "malformed: ",
            "embed_place: ",
            "malformed: ",
            "malformed: ",
        ]
        .iter()
        .enumerate()
        {
            let said = &told["all"][at];
            ensure!(said == begin || says(said, begin), "the request {at} came to {said}, not {begin}: {told}");
        }
        ensure!(told["order"][0] == "ready", "nothing is answered before it is ready: {told}");
        let many = (told["many"][0].as_u64().unwrap_or(0), told["many"][1].as_u64().unwrap_or(0));
        ensure!(many.0 >= 100 && many.0 + many.1 == 130, "{told}");
        ensure!(says(&told["taken"], "removed: ") && says(&told["after"], "removed: "), "{told}");
        Ok(())
    });
}

/// A minute is a second.
const HURRIED: &str = "const every = window.setInterval;
    window.setInterval = (what, ms, ...rest) => every(what, ms >= 60000 ? 1000 : ms, ...rest);
    addEventListener('DOMContentLoaded', () => { window.told = []; document.addEventListener('error', event => event.detail && window.told.push(['error', event.detail]), true); });";

#[test]
fn a_folder_without_a_lab() {
    visit_host("embedding-absent", Pages::Bare, Setting { before: HURRIED, ..WATCHED }, async |lab| {
        // A page is there, but no lab.
        put(lab, "<pitr-lab lab='./'></pitr-lab>").await?;
        for _ in 0..2 {
            let refused = lab.call("pitr-lab", "state", Vec::new()).await?;
            ensure!(refused["code"] == "absent", "{refused}");
        }
        let told = lab.told("error").await?;
        ensure!(
            told["code"] == "absent" && told["message"].as_str().is_some_and(|said| said.contains("/docs/")),
            "{told}"
        );
        let times = lab.script("return window.told.filter(([kind]) => kind === 'error').length", Vec::new()).await?;
        ensure!(times == 1, "who asks is refused each time, the page is told once: {times}");
        let said = "return document.querySelector('pitr-lab').shadowRoot.querySelector('[role=alert]').innerText";
        let said = lab.script(said, Vec::new()).await?;
        ensure!(said.as_str().is_some_and(|said| said.contains("The lab has not come from")), "{said}");
        Ok(())
    });
}
