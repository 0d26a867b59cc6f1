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
        let mut sight = String::new();
        for button in ["Zoom in", "Zoom in", "Earlier"] {
            lab.press(button).await?;
            sight = address_saying(lab, "sight", |now| now != sight).await?;
        }
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
        // As near as before; of the longer run that is another share.
        let second = address_saying(lab, "sight", |sight| sight != first).await?;
        let next = lab.slider_text(PART).await?;
        lab.script("history.back()", Vec::new()).await?;
        address_saying(lab, "sight", |sight| sight == first).await?;
        part_is(lab, &part).await?;
        let gone = async || (!lab.typed_script().await.ok()?.contains("restore point 'further'")).then_some(());
        lab.wait("the run before", gone).await?;
        lab.script("history.forward()", Vec::new()).await?;
        lab.wait("the restore point again", there).await?;
        address_saying(lab, "sight", |sight| sight == second).await?;
        part_is(lab, &next).await
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

/// The address, once it is a link that is not the one before.
async fn other_address(lab: &Lab, before: &str) -> Outcome<String> {
    lab.wait("a link in the address", async || {
        let address = lab.script("return location.href", Vec::new()).await.ok()?;
        address.as_str().filter(|address| address.contains("#1.") && *address != before).map(str::to_owned)
    })
    .await
}

#[test]
fn a_link_has_the_digest_that_the_page_has() {
    visit("address-digest", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        lab.type_into("Statement", "INSERT INTO users VALUES (11, 'Radia Perlman', 'Boston')").await?;
        lab.press("Run").await?;
        lab.region_saying("Workbench", &["ops ran INSERT"]).await?;
        let first = other_address(lab, "").await?;
        let here = lab.digest().await?;
        // Somewhere else in the run.
        lab.press("Transaction back").await?;
        let second = other_address(lab, &first).await?;
        let there = lab.digest().await?;
        ensure!(here != there, "another moment has another digest");
        for (address, digest) in [(first, here), (second, there)] {
            let natively = pitr_tests::linked::linked(&address)?.digest();
            ensure!(natively == digest, "natively {natively}, in the page {digest}");
        }
        lab.is_accessible("digest").await
    });
}

#[test]
fn a_recovery_comes_back_with_its_place_and_its_target() {
    visit("address-recovery", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        lab.type_into("Target", "02:55:00").await?;
        lab.slider_saying("Recovery target", "02:55:00").await?;
        lab.press("Recover").await?;
        lab.find("button", "Pause").await?;
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to 02:55:00"]).await?;
        let back = lab.rows("users recovered").await?;
        ensure!(!back.is_empty(), "there are rows");
        lab.press("Step back").await?;
        let at = lab.slider("Position").await?;
        lab.wait("the address to hold the place", async || {
            let address = lab.script("return location.href", Vec::new()).await.ok()?;
            (Permalink::read(address.as_str()?).ok()?.step? == at).then_some(())
        })
        .await?;
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        lab.wait("the place again", async || (lab.slider("Position").await.ok()? == at).then_some(())).await?;
        lab.wait("the recovered rows", async || (lab.rows("users recovered").await.ok()? == back).then_some(()))
            .await?;
        lab.slider_saying("Recovery target", "02:55:00").await?;
        Ok(())
    });
}

#[test]
fn two_tabs_do_not_disturb_each_other() {
    visit("address-tabs", Setting::default(), async |lab| {
        lab.slider_saying(PART, "record").await?;
        let first = lab.driver.window().await?;
        lab.type_into("Statement", "restore point 'mine'").await?;
        lab.press("Run").await?;
        lab.region_saying("Workbench", &["ops ran restore point"]).await?;
        let mine = other_address(lab, "").await?;
        let shown = lab.run_as_shown().await?;
        let second = lab.driver.new_tab().await?;
        lab.driver.switch_to_window(second.clone()).await?;
        lab.driver.goto(lab.url()).await?;
        lab.ready().await?;
        lab.slider_saying(PART, "record").await?;
        lab.type_into("Statement", "DROP TABLE orders").await?;
        lab.press("Run").await?;
        lab.region_saying("Workbench", &["ops ran DROP TABLE orders"]).await?;
        let other = other_address(lab, "").await?;
        ensure!(mine != other, "each has its own run");
        // The first is as it was, and goes on from there.
        lab.driver.switch_to_window(first.clone()).await?;
        let still = lab.script("return location.href", Vec::new()).await?;
        ensure!(still.as_str() == Some(&mine), "its address is its own: {still}");
        ensure!(lab.run_as_shown().await? == shown, "its run is its own");
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        let there = async || lab.typed_script().await.ok()?.contains("restore point 'mine'").then_some(());
        lab.wait("its restore point", there).await?;
        ensure!(!lab.typed_script().await?.contains("DROP TABLE"), "it has nothing of the other");
        lab.driver.switch_to_window(second).await?;
        lab.driver.close_window().await?;
        lab.driver.switch_to_window(first).await?;
        Ok(())
    });
}

#[test]
fn hostile_links_are_told_and_the_lab_opens() {
    visit("address-hostile", Setting::default(), async |lab| {
        let own = |text: &str| {
            let script = pitr_protocol::LinkedScript::Own(text.to_owned());
            let link = Permalink { script, step: Some(u32::MAX), target: None, view: Vec::new() };
            link.link().map_err(|error| error.code())
        };
        let cases = [
            ("9.AAAAAAAA".to_owned(), "version"),
            (format!("1.{}", "A".repeat(9_000)), "too long"),
            (own("# Rubbish\n01:00:00 ops frobnicate the <b>disk</b>")?, "frobnicate"),
            (own("# Backwards\n02:00:00 ops checkpoint\n01:00:00 ops checkpoint")?, "earlier"),
        ];
        for (link, says) in cases {
            lab.script("location.hash = arguments[0]; location.reload()", vec![link.clone().into()]).await?;
            lab.ready().await?;
            let clip: String = link.chars().take(20).collect();
            lab.wait(&format!("what is wrong with {clip}"), async || {
                for alert in lab.find_all("alert", "").await.ok()? {
                    if alert.text().await.ok()?.contains(says) {
                        return Some(());
                    }
                }
                None
            })
            .await?;
            ensure!(lab.rows("orders now").await.is_ok(), "the lab opens as ever");
        }
        Ok(())
    });
}
