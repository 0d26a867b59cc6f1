//! axe finds nothing to complain of in any state that these tests visit, in light and in dark.

use pitr_e2e::{Setting, ensure, visit};

#[test]
fn as_it_opens_and_while_it_plays() {
    visit("axe-opened", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.is_accessible("opened").await?;
        lab.press("Play").await?;
        lab.wait("play", async || lab.slider("Position").await.ok().filter(|at| *at > 5 && *at < 100)).await?;
        lab.is_accessible("playing").await?;
        lab.press("Pause").await?;
        lab.is_accessible("paused").await
    });
}

#[test]
fn recovering_and_recovered() {
    visit("axe-recovered", Setting::default(), async |lab| {
        let before = lab.last_step().await?;
        lab.press("Recover").await?;
        lab.wait("the recovery to play", async || lab.slider("Position").await.ok().filter(|at| *at > before + 10))
            .await?;
        lab.press("Pause").await?;
        lab.is_accessible("recovering").await?;
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to"]).await?;
        lab.is_accessible("recovered").await
    });
}

#[test]
fn with_mistakes() {
    visit("axe-mistakes", Setting::default(), async |lab| {
        lab.type_into("Target", "tomorrow").await?;
        let field = lab.find("textbox", "Target").await?;
        lab.wait("the mistake to show", async || field.attr("aria-invalid").await.ok()?.map(|_| ())).await?;
        lab.run_script("nonsense").await?;
        let script = lab.find("textbox", "Script").await?;
        lab.wait("the mistake to show", async || script.attr("aria-invalid").await.ok()?.map(|_| ())).await?;
        lab.is_accessible("mistakes").await
    });
}

#[test]
fn with_an_answer_and_everything_unfolded() {
    visit("axe-answers", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        lab.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
        for form in lab.driver.find_all(thirtyfour::By::Css("form")).await? {
            form.find(thirtyfour::By::Css("label")).await?.click().await?;
            form.find(thirtyfour::By::Css("button[type=submit]")).await?.click().await?;
        }
        lab.wait("the answers to be graded", async || {
            let text = lab.text().await.ok()?;
            (text.matches("Right.").count() + text.matches("Not this one").count() == 2).then_some(())
        })
        .await?;
        lab.is_accessible("answers").await
    });
}

#[test]
fn at_every_width() {
    visit("axe-widths", Setting::default(), async |lab| {
        lab.recover_at_once().await?;
        for (width, height) in pitr_e2e::WIDTHS {
            lab.size(width, height).await?;
            lab.is_accessible(&format!("{width} px wide")).await?;
            ensure!(!lab.names("slider").await?.is_empty(), "the sliders are there at {width} px");
        }
        Ok(())
    });
}
