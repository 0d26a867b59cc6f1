//! Every shipped scenario has a link: short, and whoever opens it has the same run at the same moment, digest and all.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use pitr_protocol::Permalink;

/// The most characters that an address may have to go anywhere.
const LONGEST: usize = 2_000;

async fn title(lab: &Lab) -> Outcome<String> {
    Ok(lab.typed_script().await?.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned())
}

/// The address, once it is a link to a step.
async fn link_to(lab: &Lab, step: u32) -> Outcome<String> {
    lab.wait("a link in the address", async || {
        let address = lab.script("return location.href", Vec::new()).await.ok()?;
        let address = address.as_str()?.to_owned();
        Permalink::read(&address).is_ok_and(|link| link.step == Some(step)).then_some(address)
    })
    .await
}

#[test]
fn each_scenario_comes_back_from_its_link() {
    visit("links", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        lab.find("button", "Open An empty order book").await?;
        let names = lab.names("button").await?;
        let mut scenarios: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("Open ")).collect();
        ensure!(scenarios.len() >= 4, "all of them are there: {names:?}");
        // The one on show opens anew when another has been opened.
        scenarios.rotate_left(1);
        for scenario in scenarios {
            lab.press(&format!("Open {scenario}")).await?;
            lab.wait_long(scenario, async || title(lab).await.is_ok_and(|title| title == scenario)).await?;
            // Not where it opens: a moment of one's own.
            lab.press("Transaction back").await?;
            let (last, step) = (lab.last_step().await?, lab.slider("Position").await?);
            ensure!(step < last, "{scenario}: a moment before the end");
            let address = link_to(lab, step).await?;
            ensure!(address.len() <= LONGEST, "{scenario}: the address has {} characters", address.len());
            let (said, shown) = (lab.slider_text("Position").await?, lab.digest().await?);
            // Somebody else opens it, who has been nowhere yet.
            lab.driver.goto("about:blank").await?;
            lab.driver.goto(&address).await?;
            lab.wait_long(&format!("the run of {scenario}"), async || {
                lab.last_step().await.is_ok_and(|now| now == last)
            })
            .await?;
            lab.slider_saying("Position", &said).await?;
            lab.find("textbox", "Statement").await?;
            ensure!(title(lab).await? == scenario, "{scenario}: its title");
            ensure!(lab.digest().await? == shown, "{scenario}: the digest is the same");
        }
        Ok(())
    });
}
