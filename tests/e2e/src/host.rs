//! A page that embeds the lab, on another origin than the lab's.
//!
//! Pages name the lab by an address that they are written with; a copy of them names the server of the test instead.

use crate::lab::{carry_out, runtime};
use crate::noted::Noted;
use crate::setting::given;
use crate::{Lab, Outcome, Setting};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use thirtyfour::{By, WebElement};
use xtask::server::Server;

/// Where the pages of books say that the lab is: where `cargo xtask serve` has it.
const LAB: &str = "http://127.0.0.1:8080/";

/// What the lab's host lets pages do: no script that stands in a page, none of other hosts, and Wasm.
const POLICY: &str = "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'";

/// Which pages embed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// `embed/examples/`, served with the lab, on its own origin.
    Examples,
    /// The same on an origin of their own.
    ExamplesElsewhere,
    /// The book of `tests/hosts/mdbook`, built.
    Book,
    /// The authors' guide, built.
    Guide,
    /// A page that has the element's script and a place named `here`, and a frame's page.
    Bare,
}

/// A page of documentation with nothing in it yet.
const BARE: &str = "<!doctype html><html lang=en><head><meta charset=utf-8><title>A page</title><link rel=icon href=data:,>
<script type=module src='http://127.0.0.1:8080/v1/embed.js'></script></head><body><h1>A page</h1><div id=here></div></body></html>";

/// Whether the page's first `<pitr-lab>` has said that it is ready; asked from the beginning, by [`Setting::before`].
pub const ELEMENT_IS_READY: &str = "addEventListener('DOMContentLoaded', () => {
    window.told = [];
    for (const kind of ['ready', 'step', 'recovered', 'answered', 'error'])
        document.addEventListener(kind, event => window.told.push([kind, event.detail]), true);
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (!entry.hadRecentInput) window.shifted = (window.shifted ?? 0) + entry.value;
    })).observe({ type: 'layout-shift', buffered: true });
});";

/// Opens nothing yet: a browser, the pages, and the lab on an origin of its own.
pub fn visit_host(name: &str, pages: Pages, setting: Setting, test: impl AsyncFnOnce(&Lab) -> Outcome) {
    let _noted = Noted;
    let runtime = runtime();
    let start = async || {
        let site = Server::start_with(&setting.site.dir()?, "/lab/", 0, &[POLICY])?;
        if pages == Pages::Examples {
            return Lab::start(site, Vec::new(), setting).await;
        }
        let dir = written(pages, &site)?;
        let host = Server::start(&dir, "/docs/", 0)?;
        Lab::start(host, vec![site], setting).await
    };
    let lab = runtime.block_on(start()).unwrap_or_else(|error| panic!("{name}: {error}"));
    carry_out(name, &runtime, &lab, test);
}

/// The pages in a folder of their own, with the lab's address in them.
fn written(pages: Pages, site: &Server) -> Outcome<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let to = given("PITR_SCREENSHOTS")?.join(format!("../hosts/{}-{number}", std::process::id()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match pages {
        Pages::Book => copy(&given("PITR_BOOK")?, &to, LAB, &site.url())?,
        Pages::Guide => copy(&given("PITR_GUIDE")?, &to, LAB, &site.url())?,
        Pages::ExamplesElsewhere => {
            copy(&root.join("embed/examples"), &to, "../../", &site.url())?;
            for page in fs::read_dir(&to)?.flatten().map(|entry| entry.path()) {
                let text = fs::read_to_string(&page)?;
                fs::write(&page, text.replace("\"../", &format!("\"{}v1/", site.url())))?;
            }
        }
        Pages::Bare | Pages::Examples => {
            fs::create_dir_all(&to)?;
            fs::write(to.join("index.html"), BARE.replace(LAB, &site.url()))?;
        }
    }
    Ok(to)
}

/// Copies a folder, with one text in place of another wherever files are text.
fn copy(from: &Path, to: &Path, text: &str, other: &str) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to, text, other)?;
            continue;
        }
        let bytes = fs::read(&path)?;
        match String::from_utf8(bytes) {
            Ok(content) => fs::write(to, content.replace(text, other))?,
            Err(error) => fs::write(to, error.into_bytes())?,
        }
    }
    Ok(())
}

impl Lab {
    /// Where the lab is that the page embeds.
    pub fn lab_url(&self) -> String {
        self.others.first().unwrap_or(&self.server).url()
    }

    /// Calls a function of an element `<pitr-lab>`; what its promise comes to, or `{ code, message }` of why it does not.
    pub async fn call(&self, selector: &str, function: &str, args: Vec<Value>) -> Outcome<Value> {
        let script = "const [selector, name, args, done] = arguments;
            document.querySelector(selector)[name](...args).then(done, error => done({ code: error.code, message: error.message }));";
        let args = vec![selector.into(), function.into(), args.into()];
        Ok(self.driver.execute_async(script, args).await?.json().clone())
    }

    /// Waits until an event of this kind has come to the page, and returns what it says.
    pub async fn told(&self, kind: &str) -> Outcome<Value> {
        let script = "return (window.told ?? []).filter(([kind]) => kind === arguments[0]).at(-1)?.[1] ?? null";
        let look = async || self.script(script, vec![kind.into()]).await.ok().filter(|detail| !detail.is_null());
        self.wait(&format!("an event {kind}"), look).await
    }

    /// The frame within an element.
    pub async fn frame_of(&self, selector: &str) -> Outcome<WebElement> {
        self.wait(&format!("a frame in {selector}"), async || {
            let element = self.driver.find(By::Css(selector)).await.ok()?;
            element.get_shadow_root().await.ok()?.find(By::Css("iframe")).await.ok()
        })
        .await
    }

    /// Runs a script in the frame of an element, and comes back.
    pub async fn in_frame(&self, selector: &str, script: &str) -> Outcome<Value> {
        self.frame_of(selector).await?.enter_frame().await?;
        let value = self.script(script, Vec::new()).await;
        self.driver.enter_default_frame().await?;
        value
    }

    /// Presses keys wherever they go.
    pub async fn press_key(&self, key: &str) -> Outcome {
        for kind in ["keyDown", "keyUp"] {
            self.cdp("Input.dispatchKeyEvent", json!({ "type": kind, "key": key, "code": key })).await?;
        }
        Ok(())
    }
}
