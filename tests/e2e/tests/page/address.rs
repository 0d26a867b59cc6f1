//! The address holds how the page looks, too: which axis, how near, and what is taken apart.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use pitr_protocol::Permalink;

const PART: &str = "Part in sight";

/// What the address says of the look, by name; nothing if there is no link.
async fn looks(lab: &Lab) -> Outcome<Vec<(String, String)>> {
    let address = lab.script("return location.href", Vec::new()).await?;
    Ok(Permalink::read(address.as_str().unwrap_or_default()).map(|link| link.view).unwrap_or_default())
}

/// Waits until the address says so of a name.
async fn address_saying(lab: &Lab, name: &str, is_right: impl Fn(&str) -> bool) -> Outcome<String> {
    lab.wait(&format!("an address that tells the {name}"), async || {
        let looks = looks(lab).await.ok()?;
        looks.into_iter().find(|(own, value)| own == name && is_right(value)).map(|(_, value)| value)
    })
    .await
}

async fn address_without(lab: &Lab, name: &str) -> Outcome {
    lab.wait(&format!("an address without {name}"), async || {
        looks(lab).await.ok()?.iter().all(|(own, _)| own != name).then_some(())
    })
    .await
}

async fn part_is(lab: &Lab, part: &str) -> Outcome {
    lab.wait(&format!("the part in sight to be {part:?}"), async || {
        (lab.slider_text(PART).await.ok()? == part).then_some(())
    })
    .await
}

#[test]
fn a_reload_comes_back_to_what_was_in_sight() {
    visit("address-view", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        ensure!(looks(lab).await?.is_empty(), "the lab opens without a link");
        lab.press("LSN").await?;
        address_saying(lab, "axis", |axis| axis == "lsn").await?;
        for _ in 0..2 {
            lab.press("Zoom in").await?;
        }
        let near = address_saying(lab, "sight", |_| true).await?;
        lab.press("Earlier").await?;
        address_saying(lab, "sight", |sight| sight != near).await?;
        let part = lab.slider_text(PART).await?;
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        part_is(lab, &part).await?;
        ensure!(lab.find("button", "LSN").await?.attr("aria-pressed").await?.as_deref() == Some("true"), "by LSN");
        // All of it by time is what the page shows anyway: the address need not say it.
        lab.press("Fit").await?;
        address_without(lab, "sight").await?;
        lab.press("Time").await?;
        address_without(lab, "axis").await
    });
}

#[test]
fn back_and_forth_go_to_what_was_in_sight_there() {
    visit("address-history", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        lab.press("Zoom in").await?;
        let first = address_saying(lab, "sight", |_| true).await?;
        let part = lab.slider_text(PART).await?;
        // Another run is another entry.
        lab.type_into("Statement", "restore point 'further'").await?;
        lab.press("Run").await?;
        let there = async || lab.typed_script().await.ok()?.contains("restore point 'further'").then_some(());
        lab.wait("the restore point", there).await?;
        address_without(lab, "sight").await?;
        lab.script("history.back()", Vec::new()).await?;
        address_saying(lab, "sight", |sight| sight == first).await?;
        part_is(lab, &part).await?;
        let gone = async || (!lab.typed_script().await.ok()?.contains("restore point 'further'")).then_some(());
        lab.wait("the run before", gone).await?;
        lab.script("history.forward()", Vec::new()).await?;
        lab.wait("the restore point again", there).await?;
        address_without(lab, "sight").await?;
        part_is(lab, &lab.slider_text(PART).await?).await?;
        ensure!(lab.slider_text(PART).await? != part, "all of the longer run is in sight");
        Ok(())
    });
}

#[test]
fn a_link_leads_to_what_was_taken_apart() {
    visit("address-inspector", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        lab.choose("Take apart", "a page").await?;
        lab.region_saying("Inspector", &["Page", "users"]).await?;
        address_saying(lab, "inspector", |thing| thing.starts_with("page ")).await?;
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        lab.region_saying("Inspector", &["Page", "users", "checksum"]).await?;
        Ok(())
    });
}

#[test]
fn a_look_that_is_not_understood_is_passed_over() {
    visit("address-strange", Setting::default(), async |lab| {
        let script = pitr_protocol::LinkedScript::Shipped {
            stem: "worked-example".into(),
            commands: None,
            own: "restore point 'strange'".into(),
        };
        let view = [("axis", "sideways"), ("sight", "NaN 7"), ("inspector", "soup"), ("mood", "good")];
        let view = view.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let link = Permalink { script, step: Some(60), target: None, view }.link().map_err(|error| error.code())?;
        lab.script("location.hash = arguments[0]; location.reload()", vec![link.into()]).await?;
        lab.ready().await?;
        lab.slider_saying(PART, "record").await?;
        let there = async || lab.typed_script().await.ok()?.contains("restore point 'strange'").then_some(());
        lab.wait("the run of the link", there).await?;
        lab.wait("the place of the link", async || (lab.slider("Position").await.ok()? == 60).then_some(())).await?;
        let fits = lab.find("button", "Fit").await?;
        ensure!(!fits.is_enabled().await?, "all of the run is in sight");
        Ok(())
    });
}
