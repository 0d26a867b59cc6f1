//! A lab, open in a browser, and what every test does with one.

use crate::browser::Driver;
use crate::noted::Noted;
use crate::{Outcome, Setting, Theme};
use serde_json::{Value, json};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};
use thirtyfour::error::WebDriverErrorInner as ErrorKind;
use thirtyfour::{Key, TypingData, WebDriver};
use tokio::runtime::Runtime;
use xtask::server::Server;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the site is served: the page must not care.
const PREFIX: &str = "/some/docs/lab/";

/// A lab in a browser.
#[derive(Debug)]
pub struct Lab {
    pub driver: WebDriver,
    pub(crate) server: Server,
    /// Where else the page may ask for something: the site of the lab, if this page is one that embeds it.
    pub(crate) others: Vec<Server>,
    setting: Setting,
    _process: Driver,
}

/// Opens a lab and hands it to a test; then looks at what the page logged and asked for.
pub fn visit(name: &str, setting: Setting, test: impl AsyncFnOnce(&Lab) -> Outcome) {
    let _noted = Noted;
    let runtime = runtime();
    let lab = async || Lab::start(Server::start(&setting.site.dir()?, PREFIX, 0)?, Vec::new(), setting).await;
    let lab = runtime.block_on(lab()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let there = async |lab: &Lab| {
        lab.goto("").await?;
        lab.ready().await?;
        test(lab).await
    };
    carry_out(name, &runtime, &lab, there);
}

/// Carries a test out in a browser that has nothing open yet, and looks at what was logged and asked for.
pub(crate) fn carry_out(name: &str, runtime: &Runtime, lab: &Lab, test: impl AsyncFnOnce(&Lab) -> Outcome) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            lab.prepare().await?;
            test(lab).await?;
            lab.is_clean().await
        })
    }));
    runtime.block_on(async {
        if !matches!(outcome, Ok(Ok(()))) {
            lab.tell(name).await;
        }
        lab.driver.clone().quit().await.ok();
    });
    match outcome {
        Ok(Ok(())) => {}
        // The driver's own stack is of no use to anybody here.
        Ok(Err(error)) => {
            panic!("{name}: {}", error.to_string().split("Stacktrace:").next().unwrap_or_default().trim_end())
        }
        Err(panic) => resume_unwind(panic),
    }
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}

impl Lab {
    pub(crate) async fn start(server: Server, others: Vec<Server>, setting: Setting) -> Outcome<Lab> {
        let process = Driver::start()?;
        let driver = process.browser().await?;
        Ok(Lab { driver, server, others, setting, _process: process })
    }

    async fn prepare(&self) -> Outcome {
        self.driver.set_script_timeout(Duration::from_secs(60)).await?;
        if !self.setting.before.is_empty() {
            self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": self.setting.before })).await?;
        }
        self.media(Theme::Light, self.setting.reduced_motion).await?;
        self.size(1440, 900).await
    }

    /// Opens a page of the server's, by what stands behind its folder.
    pub async fn goto(&self, page: &str) -> Outcome {
        Ok(self.driver.goto(self.server.url() + page).await?)
    }

    /// Waits until the default scenario can be used.
    pub async fn ready(&self) -> Outcome {
        self.find("button", "Play").await?;
        self.wait("the position's slider to have somewhere to go", async || {
            let slider = self.find("slider", "Position").await.ok()?;
            let steps = slider.attr("max").await.ok()?.or(slider.attr("aria-valuemax").await.ok()?)?;
            (steps.parse::<f64>().ok()? > 0.0).then_some(())
        })
        .await?;
        self.wait("the live tables to be filled in", async || self.has_table("users now").await.ok()?.then_some(()))
            .await
    }

    /// The address that the page was opened at.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Tells the browser something of the DevTools protocol.
    pub async fn cdp(&self, method: &str, params: Value) -> Outcome<Value> {
        Ok(self.driver.cdp().send_raw(method, params).await?)
    }

    /// Runs a script that returns a value.
    pub async fn script(&self, script: &str, args: Vec<Value>) -> Outcome<Value> {
        Ok(self.driver.execute(script, args).await?.json().clone())
    }

    /// Tries again until there is an answer.
    pub async fn wait<T, F: Future<Output = Option<T>>>(&self, for_what: &str, look: impl Fn() -> F) -> Outcome<T> {
        let began = Instant::now();
        loop {
            if let Some(found) = look().await {
                return Ok(found);
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("waited {} s in vain for {for_what}", PATIENCE.as_secs()).into());
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// The same for what takes as long as a million records do in a build for tests.
    pub async fn wait_long(&self, for_what: &str, look: impl AsyncFn() -> bool) -> Outcome {
        const LONG: Duration = Duration::from_secs(150);
        let began = Instant::now();
        while !look().await {
            if began.elapsed() > LONG {
                return Err(format!("waited {} s in vain for {for_what}", LONG.as_secs()).into());
            }
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        Ok(())
    }

    /// Presses the button of this name. Whoever sees that it has moved away meanwhile, and that nothing was pressed, presses again.
    pub async fn press(&self, button: &str) -> Outcome {
        const WATCH: &str = "window.pressed = null;
            window.hearPress ??= ({ target }) => { window.pressed = target.closest('button, [role=button], summary, a, label, input') !== null; };
            addEventListener('click', window.hearPress, { capture: true });";
        for _ in 0..3 {
            let found = self.find("button", button).await?;
            self.script(WATCH, Vec::new()).await?;
            match found.click().await {
                Err(error) if error.to_string().contains("intercepted") => {}
                clicked => {
                    clicked?;
                    if self.script("return window.pressed", Vec::new()).await? != false {
                        return Ok(());
                    }
                }
            }
        }
        Err(format!("the button {button:?} moves away again and again").into())
    }

    /// Types keys where the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Outcome {
        let keys = keys.into().to_string();
        for _ in 0..20 {
            let typed = self.driver.active_element().await?.send_keys(keys.as_str()).await;
            match typed.as_ref().map_err(|error| &**error) {
                // What had the keyboard has gone since it was looked for: nothing has been typed yet.
                Err(ErrorKind::ElementNotInteractable(_) | ErrorKind::StaleElementReference(_)) => {}
                _ => return Ok(typed?),
            }
        }
        Err("what has the keyboard goes again and again".into())
    }

    /// Puts a text into the textbox of this name, in place of what was there.
    pub async fn type_into(&self, name: &str, text: &str) -> Outcome {
        let field = self.find("textbox", name).await?;
        field.click().await?;
        field.send_keys(Key::Control + "a").await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// What the status region says.
    pub async fn status(&self) -> Outcome<String> {
        let regions = self.find_all("status", "").await?;
        let mut said = Vec::new();
        for region in regions {
            said.push(region.prop("textContent").await?.unwrap_or_default());
        }
        Ok(said.join(" "))
    }

    /// Waits until the status region says something that has all of these in it, and returns the whole of it.
    pub async fn status_saying(&self, words: &[&str]) -> Outcome<String> {
        let said = self
            .wait(&format!("the status to say {words:?}"), async || {
                let said = self.status().await.ok()?;
                words.iter().all(|word| said.contains(word)).then_some(said)
            })
            .await;
        match said {
            Ok(said) => Ok(said),
            Err(error) => Err(format!("{error}; it says {:?}", self.status().await?).into()),
        }
    }

    /// Whether there is a table with this caption.
    pub async fn has_table(&self, caption: &str) -> Outcome<bool> {
        Ok(!self.find_all("table", caption).await?.is_empty())
    }

    /// The rows of the body of the table with this caption, as their cells' texts.
    pub async fn rows(&self, caption: &str) -> Outcome<Vec<Vec<String>>> {
        let table = self.find("table", caption).await?;
        let script = "return [...arguments[0].tBodies].flatMap(b => [...b.rows])
            .filter(r => r.cells.length > 1 || r.cells[0]?.colSpan === 1)
            .map(r => [...r.cells].map(c => c.textContent.trim()))";
        let rows = self.script(script, vec![table.to_json()?]).await?;
        Ok(serde_json::from_value(rows)?)
    }

    /// All the text that the page shows.
    pub async fn text(&self) -> Outcome<String> {
        let text = self.script("return document.body.innerText", Vec::new()).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Fails if the page logged an error or asked another host for something.
    async fn is_clean(&self) -> Outcome {
        if !self.setting.provokes_errors {
            let errors: Vec<String> = self
                .driver
                .browser_log()
                .await?
                .into_iter()
                .filter(|entry| entry.level == "SEVERE")
                .map(|entry| entry.message)
                .collect();
            crate::ensure!(errors.is_empty(), "the page logged errors:\n{}", errors.join("\n"));
        }
        let servers = || std::iter::once(&self.server).chain(&self.others);
        let own: Vec<String> = servers().map(Server::origin).collect();
        let mut known = vec!["data:", "blob:", "about:"];
        known.extend(own.iter().map(String::as_str));
        let mut foreign = Vec::new();
        for entry in self.driver.get_log("performance").await? {
            let event: Value = serde_json::from_str(&entry.message)?;
            let event = &event["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
                if !known.iter().any(|begin| url.starts_with(begin)) {
                    foreign.push(url.to_owned());
                }
            }
        }
        crate::ensure!(foreign.is_empty(), "the page asked other hosts: {foreign:?}");
        let missing: Vec<String> = servers()
            .flat_map(Server::served)
            .filter(|answer| answer.status >= 400)
            .map(|answer| answer.target)
            .collect();
        crate::ensure!(missing.is_empty(), "the page asked for files that are not there: {missing:?}");
        Ok(())
    }

    /// After a failure: what there was to see.
    async fn tell(&self, name: &str) {
        if let Ok(log) = self.driver.browser_log().await {
            for entry in log.iter().filter(|entry| entry.level != "DEBUG").take(40) {
                eprintln!("{name}: console {}: {}", entry.level, entry.message);
            }
        }
        match self.shoot(&format!("failed-{name}")).await {
            Ok(file) => eprintln!("{name}: the page as it was: {}", file.display()),
            Err(error) => eprintln!("{name}: no picture of the page: {error}"),
        }
    }
}
