//! A browser for one test: chromedriver on a free port, and one session of Chromium.

use crate::Outcome;
use crate::setting::given;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

/// The driver's process; ends with this value.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    pub fn start() -> Outcome<Driver> {
        // Two that start at once may be given one port, and one of them ends.
        for _ in 0..4 {
            if let Ok(driver) = Driver::try_start() {
                return Ok(driver);
            }
        }
        Driver::try_start()
    }

    fn try_start() -> Outcome<Driver> {
        let mut process = Command::new(given("CHROMEDRIVER")?)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("chromedriver does not start: {error}"))?;
        let output = process.stdout.take().ok_or("chromedriver has no output")?;
        let mut driver = Driver { process, url: String::new() };
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next().transpose()? {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                driver.url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // It goes on talking: somebody has to listen.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(driver);
            }
        }
        Err("chromedriver ended without saying its port".into())
    }

    /// Opens a browser.
    pub async fn browser(&self) -> Outcome<WebDriver> {
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&given("CHROMIUM")?.to_string_lossy())?;
        for flag in flags()? {
            wanted.add_arg(&flag)?;
        }
        // Nothing but this machine can be reached, whatever a page asks for.
        wanted.add_arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")?;
        wanted.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        Ok(WebDriver::new(self.url.as_str(), wanted).await?)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The flags of webdriver.json, which the tests compiled to Wasm use too.
fn flags() -> Outcome<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../webdriver.json");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let settings: serde_json::Value = serde_json::from_str(&text)?;
    let args = settings["goog:chromeOptions"]["args"].as_array().ok_or("webdriver.json names no args")?;
    Ok(args.iter().filter_map(|arg| arg.as_str()).map(str::to_owned).collect())
}
