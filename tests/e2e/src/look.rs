//! How the page looks: its width, the theme and the taste for motion that the system tells it, and pictures of it.

use crate::setting::given;
use crate::{Lab, Outcome};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The system's theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// The sizes of screen that the page is made for.
pub const WIDTHS: [(u32, u32); 3] = [(1440, 900), (820, 1180), (390, 844)];

impl Lab {
    pub async fn size(&self, width: u32, height: u32) -> Outcome {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// What else the system wants, in light or in dark: more contrast, its own colours.
    pub async fn system(&self, theme: Theme, feature: &str, value: &str) -> Outcome {
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme.name() },
            { "name": feature, "value": value },
        ]);
        self.emulate(features).await
    }

    pub async fn theme(&self, theme: Theme) -> Outcome {
        self.media(theme, self.is_motion_reduced().await?).await
    }

    async fn is_motion_reduced(&self) -> Outcome<bool> {
        let reduced = self.script("return matchMedia('(prefers-reduced-motion: reduce)').matches", Vec::new()).await?;
        Ok(reduced == true)
    }

    pub(crate) async fn media(&self, theme: Theme, reduced_motion: bool) -> Outcome {
        let motion = if reduced_motion { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme.name() },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.emulate(features).await
    }

    async fn emulate(&self, features: Value) -> Outcome {
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": "", "features": features })).await?;
        // Colours may fade from one theme to the other.
        tokio::time::sleep(std::time::Duration::from_millis(350)).await;
        Ok(())
    }

    /// A picture of the whole page, below the fold too.
    pub async fn shoot(&self, name: &str) -> Outcome<PathBuf> {
        self.take(name, json!({ "format": "png", "captureBeyondViewport": true })).await
    }

    /// A picture of a part of the page: its left and upper edge, its width and height.
    pub async fn shoot_at(&self, name: &str, [x, y, width, height]: [f64; 4]) -> Outcome<PathBuf> {
        let clip = json!({ "x": x, "y": y, "width": width, "height": height, "scale": 1 });
        self.take(name, json!({ "format": "png", "captureBeyondViewport": true, "clip": clip })).await
    }

    /// A picture of the page's upper part.
    pub async fn shoot_top(&self, name: &str, width: u32, height: u32) -> Outcome<PathBuf> {
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        self.take(name, json!({ "format": "png", "captureBeyondViewport": true, "clip": clip })).await
    }

    async fn take(&self, name: &str, what: Value) -> Outcome<PathBuf> {
        // A bar beside the page would take of its width, on some systems and not on others.
        self.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await?;
        let taken = self.cdp("Page.captureScreenshot", what).await?;
        self.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": false })).await?;
        let picture = base64(taken["data"].as_str().unwrap_or_default());
        let dir = given("PITR_SCREENSHOTS")?;
        std::fs::create_dir_all(&dir)?;
        let file = dir.join(format!("{name}.png"));
        std::fs::write(&file, picture)?;
        Ok(file)
    }
}

/// The bytes of a base64 text.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for char in text.bytes() {
        let six = match char {
            b'A'..=b'Z' => char - b'A',
            b'a'..=b'z' => char - b'a' + 26,
            b'0'..=b'9' => char - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xFF) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_read() {
        assert_eq!(super::base64("UElUUiBMYWI="), b"PITR Lab");
    }
}
