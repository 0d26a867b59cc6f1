//! The charts: points that the engine computed just now, each of which opens its run.

use pitr_e2e::{CHARTS, Setting, ensure, visit};

#[test]
fn every_point_is_a_run_and_opens_it() {
    visit("charts", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        let before = lab.slider_text("Position").await?;
        for chart in CHARTS {
            let figure = lab.find("figure", chart).await?;
            let marks = figure.find_all(thirtyfour::By::Css("button[aria-label*='opens the']")).await?;
            ensure!(marks.len() >= 12, "{chart} has its points, two marks each: {}", marks.len());
            let tables = figure.find_all(thirtyfour::By::Css("table")).await?;
            ensure!(!tables.is_empty(), "{chart} has its numbers as a table too");
        }
        let figure = lab.find("figure", CHARTS[0]).await?;
        let marks = figure.find_all(thirtyfour::By::Css("button[aria-label*='opens the worst run']")).await?;
        let mark = marks.last().ok_or("there is a mark")?;
        let label = mark.attr("aria-label").await?.unwrap_or_default();
        let worst =
            label.split("worst ").nth(1).and_then(|rest| rest.split([',', ';']).next()).unwrap_or_default().to_owned();
        ensure!(!worst.is_empty(), "the mark says its figure: {label:?}");
        mark.click().await?;
        lab.wait("another run", async || lab.slider_text("Position").await.ok().filter(|text| *text != before)).await?;
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to"]).await?;
        let text = lab.text().await?;
        ensure!(text.contains(&worst), "the run that {label:?} opens took {worst}");
        Ok(())
    });
}
