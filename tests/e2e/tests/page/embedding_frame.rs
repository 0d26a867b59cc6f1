//! The lab as a frame: views by address, who may speak with it, and what a hostile page can do.

use pitr_e2e::{Lab, Outcome, Pages, Setting, ensure, visit_host};
use serde_json::{Value, json};

/// Puts a frame into the page, and a port into its hands: `window.heard` is what came through it, `window.say` sends.
const FRAME: &str = "const [lab, address, connect, done] = arguments;
    window.heard = [];
    window.greeted = [];
    const frame = document.createElement('iframe');
    frame.width = 1000;
    frame.height = 600;
    addEventListener('message', ({ source, origin, data }) => {
        if (source !== frame.contentWindow) return;
        window.greeted.push(data);
        if (window.port || !connect) return;
        const { port1, port2 } = new MessageChannel();
        window.port = port1;
        port1.onmessage = ({ data }) => window.heard.push(data);
        source.postMessage(connect, new URL(lab).origin, [port2]);
    });
    frame.src = lab + 'index.html?embedded=1' + address;
    frame.id = 'frame';
    document.body.append(frame);
    frame.onload = () => done();";

async fn put(lab: &Lab, address: &str, connect: Value) -> Outcome {
    let address = address.replace("ORIGIN", &format!("&origin={}", lab.url().trim_end_matches("/docs/")));
    lab.driver.execute_async(FRAME, vec![lab.lab_url().into(), address.into(), connect]).await?;
    Ok(())
}

/// Waits for a message of the port that is like this one, as far as it goes.
async fn heard(lab: &Lab, field: &str, value: Value) -> Outcome<Value> {
    let find =
        "return window.heard.find(each => JSON.stringify(each[arguments[0]]) === JSON.stringify(arguments[1])) ?? null";
    let look = async || lab.script(find, vec![field.into(), value.clone()]).await.ok().filter(|found| !found.is_null());
    lab.wait(&format!("{field} {value} through the port"), look).await
}

/// What can be seen in the frame, by the headings' and labels' elements.
async fn seen(lab: &Lab) -> Outcome<Vec<String>> {
    lab.driver.find(thirtyfour::By::Css("#frame")).await?.enter_frame().await?;
    let parts = "return ['.top', '.story', '.timeline-card', '.recover', '.machine', '.signals', '.tables', '#bench', '#study', '.script', '#lessons']
        .filter(each => document.querySelector(each)?.checkVisibility())";
    let found = lab
        .wait("the lab in the frame", async || {
            let found = lab.script(parts, Vec::new()).await.ok()?;
            let usable = "return document.querySelector('.timeline-card input[type=range]')?.max > 0 && document.getElementById('embedded') !== null";
            (lab.script(usable, Vec::new()).await.ok()? == true).then_some(found)
        })
        .await;
    lab.driver.enter_default_frame().await?;
    Ok(serde_json::from_value(found?)?)
}

#[test]
fn an_address_says_what_is_seen() {
    visit_host("embedding-views", Pages::Bare, Setting::default(), async |lab| {
        for (view, parts) in [
            ("timeline", vec![".story", ".timeline-card"]),
            ("tables", vec![".story", ".timeline-card", ".tables"]),
            ("recover", vec![".story", ".timeline-card", ".recover"]),
            ("machine", vec![".story", ".timeline-card", ".machine"]),
            ("lab", vec![".story", ".timeline-card", ".recover", ".machine", ".signals", ".tables"]),
        ] {
            lab.goto("index.html").await?;
            put(lab, &format!("&view={view}&theme=dark"), Value::Null).await?;
            let seen = seen(lab).await?;
            ensure!(seen == parts, "{view} shows {seen:?}");
        }
        lab.goto("index.html").await?;
        put(lab, "&view=lesson&lesson=one-bad-write", Value::Null).await?;
        lab.wait("a lesson beside the lab", async || {
            let seen = seen(lab).await.ok()?;
            (seen.contains(&"#lessons".to_owned()) && !seen.contains(&"#study".to_owned())).then_some(())
        })
        .await?;
        Ok(())
    });
}

#[test]
fn a_page_that_is_named_may_speak() {
    visit_host("embedding-messages", Pages::Bare, Setting::default(), async |lab| {
        lab.goto("index.html").await?;
        let length = lab.script("return history.length", Vec::new()).await?;
        put(lab, "ORIGIN&target=xid 110&at=02:40", json!({ "pitr": "connect", "version": 1 })).await?;
        heard(lab, "event", json!("connected")).await?;
        let ready = heard(lab, "event", json!("ready")).await?;
        ensure!(ready["detail"]["time"] == "02:40:00", "{ready}");
        heard(lab, "event", json!("height")).await?;
        // Whatever cannot be read is answered, and changes nothing.
        let hostile = "const big = 'x'.repeat(70000);
            for (const each of [null, 7, 'state', [], {}, { id: 'one', kind: 'state' }, { id: 1 }, { id: 2, kind: 'eval', code: '1' },
                { id: 3, kind: 'execute' }, { id: 4, kind: 'execute', statement: { toString: 1 } }, { id: 5, kind: 'execute', statement: big },
                { id: 6, kind: 'load' }, { id: 7, kind: 'load', scenario: 'x', script: 'y' }, { id: 8, kind: 'seek', to: NaN },
                { id: 9, kind: '__proto__' }, { id: 10, kind: 'theme', theme: 'x\"><b>' }, { id: 11, kind: 'load', script: '\\0' }])
                window.port.postMessage(each);";
        lab.script(hostile, Vec::new()).await?;
        for (id, code) in [
            (2, "unknown_kind"),
            (3, "malformed"),
            (4, "malformed"),
            (5, "too_large"),
            (6, "malformed"),
            (7, "malformed"),
            (8, "malformed"),
            (9, "unknown_kind"),
            (10, "malformed"),
        ] {
            let answer = heard(lab, "id", json!(id)).await?;
            ensure!(answer["error"]["code"] == code, "{answer}");
        }
        let answer = heard(lab, "id", json!(11)).await?;
        ensure!(answer["error"]["code"].is_string(), "{answer}");
        lab.script("window.port.postMessage({ id: 20, kind: 'state' })", Vec::new()).await?;
        let state = heard(lab, "id", json!(20)).await?;
        ensure!(state["value"]["steps"] == ready["detail"]["steps"], "nothing has changed: {state}");
        ensure!(state["value"]["time"] == "02:40:00", "{state}");
        hostile_shapes(lab).await?;
        // Another run is no entry of this page's history.
        lab.script(
            "window.port.postMessage({ id: 21, kind: 'execute', statement: \"restore point 'x'\" })",
            Vec::new(),
        )
        .await?;
        heard(lab, "id", json!(21)).await?;
        lab.script("window.port.postMessage({ id: 22, kind: 'state' })", Vec::new()).await?;
        heard(lab, "id", json!(22)).await?;
        let link = "return window.heard.filter(each => each.event === 'link').length > 1";
        lab.wait("the frame's address to follow", async || {
            (lab.script(link, Vec::new()).await.ok()? == true).then_some(())
        })
        .await?;
        let now = lab.script("return history.length", Vec::new()).await?;
        ensure!(now == length, "the history had {length} entries and has {now}");
        // A second port is sent away.
        let second = "const done = arguments[0];
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => done(data);
            document.getElementById('frame').contentWindow.postMessage({ pitr: 'connect', version: 1 }, '*', [port2]);";
        let answer = lab.driver.execute_async(second, Vec::new()).await?.json().clone();
        ensure!(answer["error"]["code"] == "connected", "{answer}");
        Ok(())
    });
}

/// Whatever a structured clone can carry: it is answered, changes nothing, and gives no object anything that it had not.
async fn hostile_shapes(lab: &Lab) -> Outcome {
    let hostile = r#"
        const deep = {};
        for (let at = deep, count = 0; count < 2000; count += 1) at = at.at = {};
        const round = { id: 100, kind: 'load' };
        round.script = round;
        const own = (id, kind, rest) => JSON.parse(`{ "id": ${id}, "kind": "${kind}", "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } }${rest} }`);
        for (const each of [round, own(101, 'load', ', "scenario": "__proto__"'), own(102, '__proto__', ''), own(103, 'theme', ', "theme": "constructor"'),
            { id: 104, kind: ['state'] }, { id: 105, kind: 'load', script: deep }, { id: 106, kind: 'load', scenario: '../../../etc/passwd' },
            { id: 107, kind: 'execute', statement: 'x'.repeat(8000000) }, { id: 108, kind: 'seek', to: Infinity }, { id: 109, kind: 'seek', to: -0.5 },
            { id: 110, kind: 'seek', to: 9007199254740993 }, { id: 111, kind: 'load', src: new Uint8Array(1000000) }, { id: 112, kind: 'recover', target: new Map([['a', 1]]) },
            { id: 113, kind: 'recover', target: 10n }, { id: NaN, kind: 'state' }, { id: Infinity, kind: 'state' }, { id: 1.5, kind: 'state' }, { id: 2 ** 53, kind: 'state' },
            { id: '7', kind: 'state' }, new Date(), /x/, new Error('state'), new ArrayBuffer(8), [[[]]], own(115, 'state', '')])
            window.port.postMessage(each);
        window.noIds = () => window.heard.filter((each) => each.id === null && each.error?.code === 'malformed').length;"#;
    lab.script(hostile, Vec::new()).await?;
    for (id, code) in [
        (100, "malformed"),
        (101, "no_such_scenario"),
        (102, "unknown_kind"),
        (103, "malformed"),
        (104, "unknown_kind"),
        (105, "malformed"),
        (106, "no_such_scenario"),
        (107, "too_large"),
        (108, "malformed"),
        (109, "malformed"),
        (110, "malformed"),
        (111, "malformed"),
        (112, "malformed"),
        (113, "malformed"),
    ] {
        let answer = heard(lab, "id", json!(id)).await?;
        ensure!(answer["error"]["code"] == code, "{id} should be {code}: {answer}");
    }
    let state = heard(lab, "id", json!(115)).await?;
    ensure!(state["value"]["time"] == "02:40:00", "what is asked beside is answered, and nothing has changed: {state}");
    let unnamed = lab.script("return noIds()", Vec::new()).await?;
    ensure!(unnamed.as_u64() >= Some(10), "those without a number are told so: {unnamed}");
    lab.driver.find(thirtyfour::By::Css("#frame")).await?.enter_frame().await?;
    let polluted =
        lab.script("return [({}).polluted ?? null, document.documentElement.dataset.theme ?? null]", Vec::new()).await;
    lab.driver.enter_default_frame().await?;
    ensure!(polluted? == json!([null, null]), "no object has got anything");
    Ok(())
}

#[test]
fn a_version_that_is_not_spoken_is_told() {
    visit_host("embedding-version", Pages::Bare, Setting::default(), async |lab| {
        lab.goto("index.html").await?;
        put(lab, "ORIGIN", json!({ "pitr": "connect", "version": 99 })).await?;
        let answer = heard(lab, "id", Value::Null).await?;
        ensure!(answer["error"]["code"] == "version", "{answer}");
        let greeted = lab.script("return window.greeted[0]", Vec::new()).await?;
        ensure!(greeted == json!({ "pitr": "hello", "versions": [1] }), "{greeted}");
        Ok(())
    });
}

#[test]
fn nobody_else_is_answered() {
    visit_host("embedding-strangers", Pages::Bare, Setting::default(), async |lab| {
        lab.goto("index.html").await?;
        // The frame names another page than this one; a name that is none does no harm.
        put(lab, "&origin=http://127.0.0.1:9&origin=rubbish&view=timeline", Value::Null).await?;
        seen(lab).await?;
        let knock = "const { port1, port2 } = new MessageChannel();
            window.port = port1;
            port1.onmessage = ({ data }) => window.heard.push(data);
            const frame = document.getElementById('frame').contentWindow;
            for (const each of ['text', null, { pitr: 'hello' }, { pitr: 'connect' }]) frame.postMessage(each, '*');
            frame.postMessage({ pitr: 'connect', version: 1 }, '*', [port2]);
            port1.postMessage({ id: 1, kind: 'seek', to: 0 });";
        lab.script(knock, Vec::new()).await?;
        // Whatever was going to be answered would have been by the time that a page of its own has shown the lab.
        lab.driver.find(thirtyfour::By::Css("#frame")).await?.enter_frame().await?;
        let asked = "const done = arguments[0]; requestIdleCallback(() => setTimeout(() => done(document.querySelector('.where-at')?.textContent), 300))";
        let place = lab.driver.execute_async(asked, Vec::new()).await?.json().clone();
        lab.driver.enter_default_frame().await?;
        ensure!(
            place.as_str().is_some_and(|place| place.contains("03:10:00")),
            "the lab stands where it stood: {place}"
        );
        let answers = lab.script("return [window.heard, window.greeted]", Vec::new()).await?;
        ensure!(answers == json!([[], []]), "nobody was answered: {answers}");
        Ok(())
    });
}

#[test]
fn what_an_address_cannot_have_is_said_in_place() {
    visit_host("embedding-wrong", Pages::Bare, Setting::default(), async |lab| {
        lab.goto("index.html").await?;
        put(lab, "ORIGIN&view=moon&at=soon&target=time", json!({ "pitr": "connect", "version": 1 })).await?;
        heard(lab, "event", json!("ready")).await?;
        let seen = seen(lab).await?;
        ensure!(seen.contains(&".recover".to_owned()) && !seen.contains(&"#bench".to_owned()), "the lab: {seen:?}");
        lab.driver.find(thirtyfour::By::Css("#frame")).await?.enter_frame().await?;
        let said = lab.script("return document.querySelector('#embedded [role=alert]').innerText", Vec::new()).await?;
        lab.driver.enter_default_frame().await?;
        for words in ["moon", "soon", "time", "timeline, tables"] {
            ensure!(said.as_str().is_some_and(|said| said.contains(words)), "{said} has {words}");
        }
        Ok(())
    });
}

#[test]
fn without_storage_all_goes_on() {
    let denied =
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });";
    visit_host("embedding-storage", Pages::Bare, Setting { before: denied, ..Setting::default() }, async |lab| {
        lab.goto("index.html").await?;
        put(lab, "ORIGIN", json!({ "pitr": "connect", "version": 1 })).await?;
        heard(lab, "event", json!("ready")).await?;
        lab.script("window.port.postMessage({ id: 1, kind: 'recover', target: '02:59:59' })", Vec::new()).await?;
        let answer = heard(lab, "id", json!(1)).await?;
        ensure!(answer["value"]["recovered"]["finished"] == true, "{answer}");
        Ok(())
    });
}
