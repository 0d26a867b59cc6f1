//! Objectives: pictures.

use pitr_e2e::{Setting, Theme, WIDTHS, visit};

#[test]
fn objectives_look() {
    visit("objectives-look", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.script("document.querySelector('.objectives').scrollIntoView()", Vec::new()).await?;
        lab.region_saying("Set a goal", &["meet"]).await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.script("document.querySelector('.policy-details').open = true", Vec::new()).await?;
                lab.shoot(&format!("objectives-{width}-{}", theme.name())).await?;
            }
        }
        Ok(())
    });
}
