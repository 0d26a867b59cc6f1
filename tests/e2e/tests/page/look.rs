//! Pictures of the page, at three widths in both themes, for a person to look at; and that nothing hangs over the edge.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};

/// Takes the pictures of a state.
async fn shoot(lab: &Lab, state: &str) -> Outcome {
    for (width, height) in WIDTHS {
        lab.size(width, height).await?;
        for theme in [Theme::Light, Theme::Dark] {
            lab.theme(theme).await?;
            lab.shoot(&format!("{state}-{width}-{}", theme.name())).await?;
        }
        let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
        ensure!(
            wide.as_u64().is_some_and(|wide| wide <= u64::from(width)),
            "{state}: at {width} px the page is {wide} px wide"
        );
    }
    lab.size(1440, 900).await?;
    lab.theme(Theme::Light).await
}

#[test]
fn opened() {
    visit("opened", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        // The README's picture: `cargo xtask screenshots` puts it there.
        lab.shoot_top("lab", 1440, 1600).await?;
        shoot(lab, "opened").await
    });
}

#[test]
fn recovered() {
    visit("recovered", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.recover_at_once().await?;
        shoot(lab, "recovered").await
    });
}
