//! What several tests do with a lab.

use crate::{Lab, Outcome};
use thirtyfour::{By, Key, WebElement};

/// The charts, by the names of their figures.
pub const CHARTS: [&str; 2] = ["RTO against snapshot cadence", "RPO against archive interval"];

impl Lab {
    /// A slider's value.
    pub async fn slider(&self, name: &str) -> Outcome<u32> {
        value(&self.find("slider", name).await?).await
    }

    /// What a slider says of its value.
    pub async fn slider_text(&self, name: &str) -> Outcome<String> {
        Ok(self.find("slider", name).await?.attr("aria-valuetext").await?.unwrap_or_default())
    }

    /// Puts a slider to its end by the keyboard.
    pub async fn slide_to_end(&self, name: &str) -> Outcome {
        let slider = self.find("slider", name).await?;
        Ok(slider.send_keys(Key::End).await?)
    }

    /// Waits until a slider's value text has this in it.
    pub async fn slider_saying(&self, name: &str, words: &str) -> Outcome<String> {
        let awaited = format!("the slider {name} to say {words:?}");
        let look = async || self.slider_text(name).await.ok().filter(|said| said.contains(words));
        match self.wait(&awaited, look).await {
            Ok(said) => Ok(said),
            Err(error) => Err(format!("{error}; it says {:?}", self.slider_text(name).await?).into()),
        }
    }

    /// Recovers to the target as it stands and goes to the end of the recovery without watching it.
    pub async fn recover_at_once(&self) -> Outcome<String> {
        self.press("Recover").await?;
        let begun = async || {
            let (position, last) = (self.slider("Position").await.ok()?, self.last_step().await.ok()?);
            let is_playing = self.names("button").await.ok()?.iter().any(|name| name == "Pause");
            (is_playing && position < last).then_some(())
        };
        self.wait("the recovery to play", begun).await?;
        self.slide_to_end("Position").await?;
        self.status_saying(&["Recovered to"]).await
    }

    /// The number of the run's last step.
    pub async fn last_step(&self) -> Outcome<u32> {
        let last = self.find("slider", "Position").await?.attr("max").await?.unwrap_or_default();
        Ok(last.parse()?)
    }

    /// Puts the slider *Position* at a step, as a hand does.
    pub async fn go_to_step(&self, step: u32) -> Outcome {
        let slide = "const slider = document.querySelector('input[aria-label=Position]');
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
            set.call(slider, String(arguments[0]));
            slider.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        self.script(slide, vec![step.into()]).await?;
        self.wait(&format!("step {step}"), async || (self.slider("Position").await.ok()? == step).then_some(())).await
    }

    /// The digest of the moment on show, as the page says it.
    pub async fn digest(&self) -> Outcome<String> {
        self.press("Digest of this moment").await?;
        self.wait("the digest", async || {
            let told = "return document.querySelector('.bench-digest p')?.textContent";
            let said = self.script(told, Vec::new()).await.ok()?;
            said.as_str()?.split_once(": the same for whoever").map(|(digest, _)| digest.to_owned())
        })
        .await
    }

    /// The text of the part of the page that has this name.
    pub async fn region(&self, name: &str) -> Outcome<String> {
        Ok(self.find("region", name).await?.text().await?)
    }

    /// Waits until a part of the page has all of these in its text, in this order.
    pub async fn region_saying(&self, name: &str, words: &[&str]) -> Outcome<String> {
        let look = async || self.region(name).await.ok().filter(|text| are_in_order(text, words));
        match self.wait(&format!("{name} to say {words:?} in this order"), look).await {
            Ok(text) => Ok(text),
            Err(error) => Err(format!("{error}; it says:\n{}", self.region(name).await?).into()),
        }
    }

    /// Presses Tab until the focus is on a control, which the page may replace meanwhile.
    pub async fn tab_to(&self, role: &str, name: &str) -> Outcome {
        let mut wanted = self.find(role, name).await?.to_json()?;
        for _ in 0..500 {
            self.keys(Key::Tab).await?;
            match self.script("return document.activeElement === arguments[0]", vec![wanted.clone()]).await {
                Ok(reached) if reached == true => return Ok(()),
                Ok(_) => {}
                Err(_) => wanted = self.find(role, name).await?.to_json()?,
            }
        }
        Err(format!("the {role} {name} cannot be reached by Tab").into())
    }

    /// Chooses the kind of target.
    pub async fn choose_kind(&self, kind: &str) -> Outcome {
        let group = self.find("radiogroup", "Target kind").await?;
        for radio in group.find_all(By::Css("input[type=radio], [role=radio]")).await? {
            let label = self
                .script(
                    "return arguments[0].closest('label')?.textContent ?? arguments[0].ariaLabel",
                    vec![radio.to_json()?],
                )
                .await?;
            if label.as_str().is_some_and(|label| label.trim() == kind) {
                // The radio itself may be drawn by its label.
                self.script("arguments[0].click()", vec![radio.to_json()?]).await?;
                return Ok(());
            }
        }
        Err(format!("Target kind has no {kind}").into())
    }

    /// Chooses an option of a combobox by a part of its words.
    pub async fn choose(&self, combobox: &str, option: &str) -> Outcome {
        let select = self.find("combobox", combobox).await?;
        let choose = "const [select, words] = arguments;
            const option = [...select.options].find(each => each.text.includes(words));
            if (!option) return [...select.options].map(each => each.text).join('; ');
            select.value = option.value;
            select.dispatchEvent(new Event('change', { bubbles: true }));
            return '';";
        let others = self.script(choose, vec![select.to_json()?, option.into()]).await?;
        match others.as_str() {
            Some("") => Ok(()),
            _ => Err(format!("{combobox} has no {option:?}; it has: {others}").into()),
        }
    }

    /// Runs a script of a title of its own, and waits for its run.
    pub async fn run_titled(&self, script: &str) -> Outcome {
        let title = script.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
        self.run_script(script).await?;
        self.wait(&format!("the run of {title:?}"), async || {
            let there = self.text().await.ok()?.contains(&format!("{title}: nothing was lost"));
            there.then_some(())
        })
        .await
    }

    /// Recovers, or goes on by the button of this name, and goes to the end without watching it.
    pub async fn go_to_the_end_of(&self, button: &str, says: &[&str]) -> Outcome<String> {
        self.press(button).await?;
        self.wait(&format!("{button:?} to play"), async || {
            let is_playing = self.names("button").await.ok()?.iter().any(|name| name == "Pause");
            is_playing.then_some(())
        })
        .await?;
        self.slide_to_end("Position").await?;
        self.status_saying(says).await
    }

    /// The text in a textbox.
    pub async fn typed(&self, name: &str) -> Outcome<String> {
        Ok(self.find("textbox", name).await?.prop("value").await?.unwrap_or_default())
    }

    /// The script of the run, as its textbox has it.
    pub async fn typed_script(&self) -> Outcome<String> {
        self.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
        self.typed("Script").await
    }

    /// Opens the script's pane, puts a text into its textbox in one go, and runs it.
    pub async fn run_script(&self, text: &str) -> Outcome {
        self.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
        let field = self.find("textbox", "Script").await?;
        let put = "const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
            set.call(arguments[0], arguments[1]);
            arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }));";
        self.script(put, vec![field.to_json()?, text.into()]).await?;
        self.press("Run this script").await
    }

    /// Everything that the person's run consists of, as far as the page shows it: to see that nothing has changed.
    pub async fn run_as_shown(&self) -> Outcome<String> {
        let (steps, position) = (self.last_step().await?, self.slider_text("Position").await?);
        let (users, orders) = (self.rows("users now").await?, self.rows("orders now").await?);
        Ok(format!("{steps} steps, {position}, users {users:?}, orders {orders:?}"))
    }

    /// Waits until both charts have all their points.
    pub async fn charts_are_done(&self) -> Outcome {
        for chart in CHARTS {
            self.wait(&format!("the chart {chart} to be complete"), async || {
                let figure = self.find_all("figure", chart).await.ok()?.pop()?;
                let text = figure.text().await.ok()?;
                text.contains("run just now").then_some(())
            })
            .await?;
        }
        Ok(())
    }
}

async fn value(slider: &WebElement) -> Outcome<u32> {
    let value = slider.prop("value").await?.unwrap_or_default();
    value.parse().map_err(|error| format!("a slider's value is {value:?}: {error}").into())
}

fn are_in_order(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    words.iter().all(|word| match rest.split_once(word) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
