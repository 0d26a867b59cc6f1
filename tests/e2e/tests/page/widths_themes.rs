//! The narrowest and the widest screen in every dress: light and dark, high contrast, and colours that the system forces. Nothing hangs over
//! the edge, nothing lies over its neighbour, and axe finds nothing.

use crate::widths::FAULTS;
use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};

/// How the page is dressed.
#[derive(Debug, Clone, Copy)]
enum Dress {
    Plain(Theme),
    /// High contrast, chosen by name.
    Chosen(Theme),
    /// The system wants more contrast.
    More(Theme),
    Forced(Theme),
}

impl Dress {
    async fn put_on(self, lab: &Lab) -> Outcome {
        let name = if matches!(self, Dress::Chosen(_)) { "high contrast" } else { "as the system" };
        lab.choose("Theme", name).await?;
        match self {
            Dress::Plain(theme) | Dress::Chosen(theme) => lab.theme(theme).await,
            Dress::More(theme) => lab.system(theme, "prefers-contrast", "more").await,
            Dress::Forced(theme) => lab.system(theme, "forced-colors", "active").await,
        }
    }
}

async fn is_sound(lab: &Lab, width: u32, height: u32, dresses: &[Dress]) -> Outcome {
    lab.charts_are_done().await?;
    lab.size(width, height).await?;
    let mut found = Vec::new();
    for dress in dresses {
        dress.put_on(lab).await?;
        let faults: Vec<String> = serde_json::from_value(lab.script(FAULTS, Vec::new()).await?)?;
        found.extend(faults.into_iter().map(|fault| format!("{dress:?}: {fault}")));
        if let Err(error) = lab.part_is_accessible(&format!("{dress:?}"), "html").await {
            found.push(error.to_string());
        }
    }
    ensure!(found.is_empty(), "at {width} px:\n{}", found.join("\n"));
    Ok(())
}

const DRESSES: [Dress; 8] = [
    Dress::Plain(Theme::Light),
    Dress::Plain(Theme::Dark),
    Dress::Chosen(Theme::Light),
    Dress::Chosen(Theme::Dark),
    Dress::More(Theme::Light),
    Dress::More(Theme::Dark),
    Dress::Forced(Theme::Light),
    Dress::Forced(Theme::Dark),
];

#[test]
fn at_320_px_in_every_dress() {
    visit("dresses-320", Setting::default(), async |lab| is_sound(lab, 320, 640, &DRESSES).await);
}

#[test]
fn at_2560_px_in_every_dress() {
    visit("dresses-2560", Setting::default(), async |lab| is_sound(lab, 2560, 1440, &DRESSES).await);
}
